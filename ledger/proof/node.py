"""Checks a bundle against what a node says. A node is believed only as far as it agrees with the trust file."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from ledger.errors import Contradicted
from ledger.model.ids import to_hex
from ledger.proof.bundle import Bundle, EntryStatement
from ledger.proof.checks import Checks
from ledger.proof.trust import Trust

_CLOCK_SKEW = timedelta(seconds=60)
_RETIRED = 2
"""`ICatalog.Status.RETIRED`."""


@dataclass(frozen=True, slots=True)
class NodeEvidence:
    """What a node says. It is believed only as far as it agrees with the trust file."""

    chain_id: int
    genesis_hash: bytes
    origin: bytes | None
    code_hashes: dict[str, bytes]
    """Keccak-256 of the runtime code of each trusted contract."""
    block_hash: bytes | None
    """Hash of the block that the bundle names; None when the node does not have it."""
    journal_size: int | None
    """Size of the journal at the end of that block; None when the node no longer has the state."""
    journal_root: bytes | None
    head_number: int
    head_time: datetime
    entry_digest: bytes | None
    """Content digest of the statement's entry at the head; None for other statements."""
    entry_version: int | None
    entry_status: int | None


class SaysChain(Protocol):
    """What every kind of evidence from a node has: which chain it is on, what stands there, how far it is."""

    @property
    def chain_id(self) -> int: ...
    @property
    def genesis_hash(self) -> bytes: ...
    @property
    def origin(self) -> bytes | None: ...
    @property
    def code_hashes(self) -> dict[str, bytes]: ...
    @property
    def head_number(self) -> int: ...
    @property
    def head_time(self) -> datetime: ...


def check_chain(run: Checks, node: SaysChain) -> bool:
    """Adds to a run whether a node is on the trusted chain, with the trusted contracts.

    False when it is on another one: what else it says is of no use.
    """
    trust = run.trust
    if (node.chain_id, node.genesis_hash) != (trust.chain_id, trust.genesis_hash):
        run.missing(
            "node",
            f"the node is on another chain (id {node.chain_id}, genesis {to_hex(node.genesis_hash)}) than the "
            "trust file: ask a node of the trusted chain",
            "该节点所在的链与信任文件不同：请询问受信任链上的节点",
        )
        return False
    run.check(
        "code",
        lambda: _check_code(node, trust),
        "the trusted contracts stand at their addresses",
        "合约代码与信任文件一致",
    )
    return True


def check_node(run: Checks, bundle: Bundle, node: NodeEvidence, now: datetime) -> None:
    """Adds to a run what a node says of the bundle's block, and of today."""
    if not check_chain(run, node):
        return
    if node.block_hash is None:
        run.missing(
            "block",
            f"the node does not have block {bundle.block_number}: is it synchronized?",
            f"节点没有区块 {bundle.block_number}：是否已同步？",
        )
        return
    run.check("block", lambda: _check_block(bundle, node), "the node has the bundle's block", "节点上有该区块")
    if node.journal_root is None:
        run.missing(
            "root",
            f"the node has no state of block {bundle.block_number} any more: make a new bundle",
            f"节点已无区块 {bundle.block_number} 的状态：请重新生成证明包",
        )
    else:
        run.check(
            "root",
            lambda: _check_root(bundle, node),
            "the journal had this size and root there",
            "该区块处账本的大小与根一致",
        )
    check_freshness(run, node, now)
    if isinstance(bundle.statement, EntryStatement) and not run.contradicted:
        _check_status(run, bundle.statement, node)


def check_freshness(run: Checks, node: SaysChain, now: datetime) -> None:
    """Adds to a run whether a node's head is recent enough to say what holds now."""
    age = now - node.head_time
    if age < -_CLOCK_SKEW:
        run.missing(
            "freshness",
            f"the node's head is of {shown_time(node.head_time)}, ahead of the local clock: check the clock",
            f"节点最新区块时间 {shown_time(node.head_time)} 晚于本机时钟：请校准时钟",
        )
    elif age > timedelta(seconds=run.trust.max_age_seconds):
        run.missing(
            "freshness",
            f"in force at block {node.head_number} ({shown_time(node.head_time)}), nothing known since",
            f"截至区块 {node.head_number}（{shown_time(node.head_time)}）有效，其后未知",
        )
    else:
        run.check(
            "freshness",
            lambda: None,
            f"head block {node.head_number} of {shown_time(node.head_time)}; this rests on the node's word",
            f"节点最新区块 {node.head_number}，{shown_time(node.head_time)}；此项以该节点所述为准",
        )


def _check_code(node: SaysChain, trust: Trust) -> None:
    for name, contract in trust.contracts.items():
        if node.code_hashes.get(name) != contract.code_hash:
            raise Contradicted("code", f"the code at {name}'s address is not the trusted one")
    if node.origin != trust.origin:
        raise Contradicted("origin", "the journal on the node has another origin")


def _check_block(bundle: Bundle, node: NodeEvidence) -> None:
    if node.block_hash != bundle.block_hash:
        raise Contradicted(
            "header",
            f"block {bundle.block_number} of the node is {to_hex(node.block_hash or b'')}, the bundle's is "
            f"{to_hex(bundle.block_hash)}",
        )


def _check_root(bundle: Bundle, node: NodeEvidence) -> None:
    if (node.journal_size, node.journal_root) != (bundle.size, bundle.root):
        raise Contradicted(
            "path",
            f"at block {bundle.block_number} the journal has size {node.journal_size} and root "
            f"{to_hex(node.journal_root or b'')}, the bundle says {bundle.size} and {to_hex(bundle.root)}",
        )


def _check_status(run: Checks, statement: EntryStatement, node: NodeEvidence) -> None:
    at = f"block {node.head_number}, {shown_time(node.head_time)}"
    zh_at = f"区块 {node.head_number}，{shown_time(node.head_time)}"
    if node.entry_version is None:
        run.missing("status", "the node does not say what holds today", "节点未给出当前状态")
    elif node.entry_version < statement.version:
        run.check("status", _contradict_version, "", "")
    elif node.entry_status == _RETIRED:
        run.ended(
            "CANCELLED",
            f"the entry was retired at version {node.entry_version} ({at})",
            f"条目已在第 {node.entry_version} 版停用（{zh_at}）",
        )
    elif node.entry_version > statement.version:
        run.ended(
            "SUPERSEDED",
            f"version {node.entry_version} is in force ({at})",
            f"现行为第 {node.entry_version} 版（{zh_at}）",
        )
    else:
        run.check("status", lambda: _check_digest(statement, node), f"in force at {at}", f"有效（{zh_at}）")


def _contradict_version() -> None:
    raise Contradicted("storage", "the node's head of this entry is older than the version that the journal holds")


def _check_digest(statement: EntryStatement, node: NodeEvidence) -> None:
    if node.entry_digest != statement.digest:
        raise Contradicted("storage", "the head of this entry on the node has another content digest")


def shown_time(moment: datetime) -> str:
    """A moment for people, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
