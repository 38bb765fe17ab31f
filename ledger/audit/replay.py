"""The auditor's replay: the chain afresh, every act judged, the state recomputed, three stories compared."""

import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ledger.audit import contract_state, mirror_state, rules, suppression_state
from ledger.audit.book import Book
from ledger.audit.differences import Difference
from ledger.audit.findings import Finding
from ledger.audit.history import History
from ledger.audit.journal import check_journal, origin_of
from ledger.audit.reading import Header, Read, Reader, read_header
from ledger.audit.suppression_state import suppressed_in, withheld_leaf
from ledger.audit.twins import Completion, with_mirror
from ledger.audit.withheld import quiet
from ledger.chain.deployment import Deployment
from ledger.chain.rpc import Node
from ledger.errors import NotFound, Unavailable
from ledger.indexer.fetch import collection_paused
from ledger.indexer.finality import Finality
from ledger.merkle.hashing import root_of
from ledger.model.ids import to_hex
from ledger.model.suppression import Suppression
from ledger.store.mirror import Mirror
from ledger.store.whole import whole


@dataclass(slots=True)
class Audit:
    """What an audit found."""

    head: Header
    size: int
    root: bytes
    differences: list[Difference] = field(default_factory=list)
    flags: list[Finding] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)
    """What was compared with the replay: contract, mirror."""
    left_out: list[str] = field(default_factory=list)
    """What was not, and why."""
    suppressed: list[Suppression] = field(default_factory=list)
    """The acts whose words the mirror withholds: no differences, told of by name."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each part took."""

    @property
    def acts_per_second(self) -> float:
        """Acts read and judged in a second."""
        return self.size / max(self.seconds.get("replay", 0.0), 1e-9)


def audit(
    node: Node,
    deployment: Deployment,
    mirror: Mirror | None,
    finality: Finality,
    report: Callable[[int], None] = lambda acts: None,
    listed: Mapping[int, Suppression] | None = None,
) -> Audit:
    """Replays the chain up to the node's head and compares.

    Args:
        mirror: the mirror to compare; None for an auditor without one.
        report: told how many acts were judged, now and then.
        listed: what the operator's list suppresses; None where there is none to compare with.

    Raises Unavailable when the node cannot be reached or has no state at its head.
    """
    head = read_header(node.request("eth_getBlockByNumber", "latest", False))
    reader = Reader(node, deployment, head.number)
    suppressed = suppressed_in(mirror)
    history, book = History(suppressed), new_book(node, deployment, reader)
    result = Audit(head, 0, b"", suppressed=list(suppressed.values()))
    began = time.monotonic()
    findings: list[Finding] = []
    accounts: list[tuple[bytes, int]] = []
    unjudged: Exception | None = None
    with collection_paused():
        for read in reader.acts():
            if unjudged is None:
                try:
                    findings += judge(book, history, read)
                except Exception as error:
                    # Not an act of these contracts, perhaps: the journal's root tells, once all leaves are read.
                    unjudged = error
                accounts.append((read.act.account, read.act.time))
            if read.act.index % 1000 == 999:
                report(read.act.index + 1)
    findings += rules.conclude(book)
    result.size, result.root = len(reader.leaves), root_of(reader.leaves)
    result.seconds["replay"] = time.monotonic() - began
    journal = list(check_journal(node, deployment, reader, mirror))
    result.differences += reader.differences + journal
    if reader.broken or journal:
        result.left_out += ["acts from the first that differs", "contract", "mirror"]
        return result
    if unjudged is not None:
        raise unjudged
    result.differences += [_breach(finding) for finding in findings if not finding.is_flag]
    result.flags += [finding for finding in findings if finding.is_flag]
    result.flags += compromised(book, accounts, reader.blocks)
    began = time.monotonic()
    asked = contract_state.views(book, result.size, result.root)
    of_contracts = [
        _of_act(difference, history) for difference in contract_state.compare(node, deployment, head.number, asked)
    ]
    result.compared.append("contract")
    result.seconds["contract"] = time.monotonic() - began
    if mirror is None:
        result.differences += of_contracts
        result.left_out.append("mirror")
        return result
    began = time.monotonic()
    completion = Completion(lambda view: contract_state.answered(node, deployment, head.number, view))
    ledger = mirror_state.Ledger(
        deployment, history, reader.leaves, reader.blocks, head, reader.headers, finality.depth, completion
    )
    try:
        with whole(mirror) as tables:
            result.differences += suppression_state.compare(tables, suppressed, listed, reader.leaves, reader.blocks)
            result.differences += with_mirror(tables, of_contracts)
            result.differences += mirror_state.compare(tables, ledger)
    except NotFound as error:
        result.differences += of_contracts
        result.differences.append(Difference("MIRROR_MISSING", "mirror", mirror=str(error)))
    result.compared.append("mirror")
    result.seconds["mirror"] = time.monotonic() - began
    return result


def new_book(node: Node, deployment: Deployment, reader: Reader) -> Book:
    """The state before the first act."""
    before = reader.headers([deployment.block - 1]).get(deployment.block - 1)
    if before is None:
        raise Unavailable(f"the node has no block {deployment.block - 1}: is it synchronized?")
    journal = deployment.contracts["Journal"].address
    return Book(deployment.chain_id, journal, origin_of(deployment.chain_id, journal, before.hash))


def judge(book: Book, history: History, read: Read) -> list[Finding]:
    """What is found of an act; the state is the one after it from then on, and the history has its rows."""
    findings, leaf = rules.judge(book, read.act), read.leaf
    if read.act.index in history.withheld.acts:
        leaf, findings = withheld_leaf(read.act.contract, read.log), [quiet(finding) for finding in findings]
    history.keep(book, read.act, findings, leaf, read.log)
    return findings


def compromised(book: Book, accounts: list[tuple[bytes, int]], blocks: list[int]) -> list[Finding]:
    """The acts of accounts from the time on since which these are known to be compromised."""
    since = {account.address: account.compromised_since for account in book.accounts.values()}
    return [
        Finding("COMPROMISED", index, blocks[index], account, f"since {since[account]}")
        for index, (account, moment) in enumerate(accounts)
        if since.get(account) and moment >= since[account]
    ]


def peak_memory_bytes() -> int:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _of_act(difference: Difference, history: History) -> Difference:
    """With the act that the state comes from, for as far as one thing has one."""
    index, block, account = history.origin(difference.view.table, difference.view.key)
    return replace(difference, index=index, block=block or difference.block, account=account)


def _breach(finding: Finding) -> Difference:
    return Difference(
        "RULE",
        f"act {finding.index}",
        replay=finding.detail or None,
        index=finding.index,
        block=finding.block,
        account=finding.account,
        code=finding.code,
    )


def to_json(result: Audit) -> dict[str, Any]:
    """For programs."""
    return {
        "block": result.head.number,
        "block_hash": to_hex(result.head.hash),
        "acts": result.size,
        "root": to_hex(result.root),
        "agrees": not result.differences,
        "compared": result.compared,
        "left_out": result.left_out,
        "differences": [difference.to_json() for difference in result.differences],
        "flags": [
            {"code": f.code, "act": f.index, "block": f.block, "account": to_hex(f.account), "detail": f.detail}
            for f in result.flags
        ],
        "suppressed": [
            {
                "act": one.index,
                "since": f"{one.time:%Y-%m-%dT%H:%M:%SZ}",
                "reason": one.reason,
                "document": to_hex(one.document),
            }
            for one in result.suppressed
        ],
        "seconds": {name: round(value, 2) for name, value in result.seconds.items()},
        "acts_per_second": round(result.acts_per_second),
        "peak_memory_bytes": peak_memory_bytes(),
    }
