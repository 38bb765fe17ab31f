"""Bundles made from the mirror and a node, and what a node says of one. Nothing is judged here; `proof` does that.

All evidence is of one block that is named by its number. A node that forgot the block's state, or answers for another
one, as anvil does right after a transaction, is Unavailable: ask again.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from ledger.chain.deployment import Deployment
from ledger.chain.journal_entry import split_topics
from ledger.chain.rpc import Node, NodeError, masked
from ledger.errors import Contradicted, Inconsistent, Malformed, Suppressed, Unavailable
from ledger.merkle.proof import inclusion_path
from ledger.model.ids import to_hex
from ledger.proof import qbft, rlp
from ledger.proof.bundle import Bundle, RecordedAct
from ledger.proof.evidence import Evidence, open_state
from ledger.proof.facts import Facts, absence_slot, read_facts
from ledger.proof.header import MEMBERS, NUMBERS, Header, parse_header
from ledger.proof.node import NodeEvidence
from ledger.proof.statement import AbsenceStatement, Statement, asked_at, contracts_of
from ledger.proof.trust import CLIQUE, DEVELOPMENT, MAX_AGE_SECONDS, QBFT, Trust, TrustedContract
from ledger.store.queries import Queries

_ATTEMPTS: Final = 5
_PAUSE_SECONDS: Final = 0.2


def trust_in(deployment: Deployment) -> Trust:
    """The trust file of whoever deployed on a development chain: it takes the deployment as given."""
    return Trust(
        chain_id=deployment.chain_id,
        genesis_hash=deployment.genesis_hash,
        origin=deployment.origin,
        consensus=DEVELOPMENT,
        contracts={name: TrustedContract(at.address, at.code_hash) for name, at in deployment.contracts.items()},
        max_age_seconds=MAX_AGE_SECONDS,
        known_hash=deployment.genesis_hash,
    )


def provable_block(node: Node, trust: Trust) -> int:
    """The newest block that a node can prove: on Clique the one with as many on it as the trust file wants."""
    return max(0, int(node.request("eth_blockNumber"), 16) - (trust.depth if trust.consensus == CLIQUE else 0))


def newest_block(view: Queries, node: Node, trust: Trust) -> tuple[int, int]:
    """The newest block that the mirror knows and a node can prove, and its time, Unix seconds. Raises Unavailable."""
    head = view.position().head_number
    if head is None:
        raise Unavailable("the mirror is empty: mulu index")
    block = min(head, provable_block(node, trust))
    return block, _header(node, block).time


def make_bundle(
    view: Queries, node: Node, trust: Trust, statement: Statement, index: int | None, block: int | None = None
) -> Bundle:
    """A bundle of a statement, at the newest block that both the mirror and the node know.

    Args:
        index: of the act; None where none is part of it.
        block: that block, where it is known already.

    Raises Unavailable when the node cannot prove it, or the act's block is not settled yet.
    """
    position = view.position()
    block = newest_block(view, node, trust)[0] if block is None else block
    evidence, facts = gather(node, trust, statement, block)
    if index is None:
        return Bundle(trust.origin, statement, None, evidence)
    act = view.act(index)
    if act is None:
        raise Inconsistent(f"the mirror holds no act {index} that one of its rows names")
    if index in view.suppressions():
        raise Suppressed(f"act {index} is suppressed in this mirror, and a bundle would say it: ask another mirror")
    assert facts.journal is not None
    size = facts.journal.size
    if not index < size:
        raise Unavailable(
            f"act {index} is not settled: at block {block}, the newest that can be proven, the journal has {size} "
            "acts. Ask again when more blocks stand on it"
        )
    if size > position.journal_size:
        raise Unavailable(f"the mirror has {position.journal_size} of {size} acts: mulu index")
    path = tuple(inclusion_path(view.nodes(size), index, size))
    return Bundle(trust.origin, statement, RecordedAct(index, split_topics(act.topics), act.data, path), evidence)


def absence(subject: bytes | str) -> AbsenceStatement:
    """That there is no such entry (32 bytes) or registration (its number)."""
    return AbsenceStatement(subject, absence_slot(subject).to_bytes(32))


def gather_today(
    node: Node, trust: Trust, statement: Statement, header: bytes | None = None, at: datetime | None = None
) -> NodeEvidence:
    """What a node says of a statement today, or of a past time, and of the block that a header (RLP) is of.

    Raises Unavailable when the node cannot be reached, Malformed when the header is none.
    """
    said = gather_word(node, header)
    if (said.chain_id, said.genesis_hash) != (trust.chain_id, trust.genesis_hash):
        return said
    if not all(name in trust.contracts for name in contracts_of(statement)):
        return said
    block = provable_block(node, trust)
    asked = asked_at(statement, at, _header(node, block).time)
    return replace(said, today=gather(node, trust, asked, block)[0])


def gather_word(node: Node, header: bytes | None) -> NodeEvidence:
    """Which chain a node is on, and the hash that it has for the block of a header; nothing of today."""
    genesis = _block(node, 0)
    known = _block(node, parse_header(header).number) if header is not None else None
    return NodeEvidence(
        chain_id=int(node.request("eth_chainId"), 16),
        genesis_hash=_bytes(genesis["hash"]) if genesis else b"",
        block_hash=_bytes(known["hash"]) if known else None,
        today=None,
    )


def gather(node: Node, trust: Trust, statement: Statement, block: int) -> tuple[Evidence, Facts]:
    """Evidence for a statement at a block, and what it says.

    Raises Unavailable when the node does not prove it.
    """
    problem: Exception | None = None
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE_SECONDS)
        try:
            return _gathered(node, trust, statement, block)
        except (Contradicted, Malformed) as error:
            if isinstance(error, Contradicted) and error.check == "code":
                raise
            problem = error
        except NodeError as error:
            problem = error
            break
    raise Unavailable(
        f"node {masked(node.url)} does not prove the state of block {block}: {problem}. Is it synchronized, and does "
        "it still have that state?"
    ) from problem


def _gathered(node: Node, trust: Trust, statement: Statement, block: int) -> tuple[Evidence, Facts]:
    header = _header(node, block)
    depth = trust.depth if trust.consensus == CLIQUE else 0
    if trust.consensus == QBFT:
        validators = trust.validators_at(header.number, header.time)
        header = qbft.trimmed(header, len(validators)) if validators else header
    slots: dict[str, list[int]] = {name: [] for name in contracts_of(statement)}

    def stored(contract: str, slot: int) -> bytes:
        slots[contract].append(slot)
        address = to_hex(trust.contracts[contract].address)
        return _bytes(node.request("eth_getStorageAt", address, f"{slot:#066x}", hex(block))).rjust(32, b"\0")

    read_facts(statement, stored, header)
    state, storage = list[bytes](), dict[str, tuple[bytes, ...]]()
    for contract, asked in slots.items():
        at = to_hex(trust.contracts[contract].address)
        proof = node.request("eth_getProof", at, [f"{slot:#066x}" for slot in asked], hex(block))
        state += _nodes(proof["accountProof"])
        storage[contract] = _nodes([one for slot in proof["storageProof"] for one in slot["proof"]])
    children = tuple(_header(node, block + 1 + at).encode() for at in range(depth))
    opened = open_state(Evidence(header.encode(), children, tuple(state), storage), trust)
    for contract in contracts_of(statement):
        opened.check_account(contract)
    facts = read_facts(statement, opened.word, opened.header)
    return opened.needed(), facts


def header_of(raw: dict[str, Any]) -> Header:
    """The header in a block as JSON-RPC gives it."""
    return Header(
        tuple(
            rlp.encode_integer(int(raw[name], 16)) if name in NUMBERS else _bytes(raw[name])
            for name in MEMBERS
            if raw.get(name) is not None
        )
    )


def _header(node: Node, block: int) -> Header:
    raw = _block(node, block)
    if raw is None:
        raise Unavailable(f"node {masked(node.url)} does not have block {block}: is it synchronized?")
    return header_of(raw)


def _block(node: Node, block: int) -> dict[str, Any] | None:
    raw: dict[str, Any] | None = node.request("eth_getBlockByNumber", hex(block), False)
    return raw


def _nodes(raw: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(map(_bytes, raw))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
