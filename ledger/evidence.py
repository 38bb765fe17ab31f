"""Bundles made from the mirror, and what a node says about them. Nothing is judged here; `proof` does that."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ledger.chain.artifacts import keccak256
from ledger.chain.contracts import Contracts
from ledger.chain.deployment import ContractAt, Deployment
from ledger.chain.rpc import open_node
from ledger.errors import Inconsistent, LedgerError
from ledger.merkle.proof import inclusion_path
from ledger.model.ids import to_hex
from ledger.proof.bundle import ActStatement, Bundle, EntryStatement
from ledger.proof.node import NodeEvidence
from ledger.proof.registration import RegistrationEvidence, StatusRecord, VersionEvidence
from ledger.proof.trust import MAX_AGE_SECONDS, Trust, TrustedContract
from ledger.store.queries import Queries


def bundle_of(view: Queries, statement: EntryStatement | ActStatement, index: int) -> Bundle:
    """A statement with its act and path, at the end of the mirror's last block."""
    position, act = view.position(), view.act(index)
    if act is None or position.head_number is None or position.head_hash is None:
        raise Inconsistent(f"the mirror holds no act {index} that one of its rows names")
    topics = tuple(act.topics[at : at + 32] for at in range(0, len(act.topics), 32))
    return Bundle(
        origin=position.origin,
        statement=statement,
        index=index,
        topics=topics,
        data=act.data,
        size=position.journal_size,
        root=position.journal_root,
        path=tuple(inclusion_path(view.nodes(position.journal_size), index, position.journal_size)),
        block_number=position.head_number,
        block_hash=position.head_hash,
    )


def trust_in(deployment: Deployment) -> Trust:
    """The trust file of whoever deployed: it takes the deployment as given."""

    return Trust(
        chain_id=deployment.chain_id,
        genesis_hash=deployment.genesis_hash,
        origin=deployment.origin,
        consensus="development",
        contracts={name: TrustedContract(at.address, at.code_hash) for name, at in deployment.contracts.items()},
        max_age_seconds=MAX_AGE_SECONDS,
    )


def gather_evidence(url: str, trust: Trust, bundle: Bundle) -> NodeEvidence:
    """What a node says about a bundle's block and about today. Nothing is judged here; `proof` does that.

    Raises Unavailable when the node cannot be reached.
    """
    contracts = _trusted(url, trust)
    node = contracts.node
    head = contracts.header()
    statement = bundle.statement
    entry = None
    if isinstance(statement, EntryStatement):
        entry = _told(lambda: contracts.call("Catalog", "head", statement.id, block=head.number))
    block = _told(lambda: contracts.header(bundle.block_number))
    return NodeEvidence(
        chain_id=int(node.request("eth_chainId"), 16),
        genesis_hash=contracts.header(0).hash,
        origin=_told(lambda: contracts.call("Journal", "origin", block=head.number)),
        code_hashes=_code_hashes(contracts, trust, head.number),
        block_hash=block.hash if block else None,
        journal_size=_told(lambda: contracts.call("Journal", "size", block=bundle.block_number)),
        journal_root=_told(lambda: contracts.call("Journal", "root", block=bundle.block_number)),
        head_number=head.number,
        head_time=datetime.fromtimestamp(head.time, UTC),
        entry_digest=entry["contentDigest"] if entry else None,
        entry_version=entry["version"] if entry else None,
        entry_status=entry["status"] if entry else None,
    )


def gather_registration(url: str, trust: Trust, number: str, version: int) -> RegistrationEvidence:
    """What a node says at its head about a version of a registration. Nothing is judged here; `proof` does that.

    Raises Unavailable when the node cannot be reached.
    """
    contracts = _trusted(url, trust)
    head = contracts.header()

    def ask(contract: str, function: str, *arguments: Any) -> Any:
        return contracts.call(contract, function, *arguments, block=head.number)

    said: VersionEvidence | None = None
    records: tuple[StatusRecord, ...] = ()
    key = number.encode("ascii")
    if "Registry" in trust.contracts:
        raw = _told(lambda: ask("Registry", "version", key, version))
        # Half of the records would be worse than none: then the node does not say.
        count = _told(lambda: ask("Registry", "recordCount", key))
        found = [_told(partial(ask, "Registry", "record", key, place)) for place in range(count or 0)]
        if raw is not None and count is not None and None not in found:
            said = VersionEvidence(
                content_digest=raw["contentDigest"],
                certificate_root=raw["certificateRoot"],
                field_count=raw["fieldCount"],
                stage=raw["stage"],
                subject=raw["subject"].rstrip(b"\0").decode("ascii", "replace"),
                registrar=raw["registrar"].rstrip(b"\0").decode("ascii", "replace"),
                issued_at=raw["issuedAt"],
            )
            records = tuple(StatusRecord(r["time"], r["validUntil"], r["version"], r["status"]) for r in found)
    return RegistrationEvidence(
        chain_id=int(contracts.node.request("eth_chainId"), 16),
        genesis_hash=contracts.header(0).hash,
        origin=_told(lambda: ask("Journal", "origin")),
        code_hashes=_code_hashes(contracts, trust, head.number),
        head_number=head.number,
        head_time=datetime.fromtimestamp(head.time, UTC),
        version=said,
        records=records,
    )


def _trusted(url: str, trust: Trust) -> Contracts:
    """The trust file's contracts on a node."""
    trusted = {name: ContractAt(at.address, at.code_hash) for name, at in trust.contracts.items()}
    return Contracts(open_node(url, "--rpc"), Deployment(trust.chain_id, trust.genesis_hash, trust.origin, 0, trusted))


def _code_hashes(contracts: Contracts, trust: Trust, block: int) -> dict[str, bytes]:
    return {
        name: keccak256(bytes.fromhex(contracts.node.request("eth_getCode", to_hex(at.address), hex(block))[2:]))
        for name, at in trust.contracts.items()
    }


def _told(ask: Callable[[], Any]) -> Any:
    """What the node answers, or None when it cannot say."""
    try:
        return ask()
    except LedgerError:
        return None
