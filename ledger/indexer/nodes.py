"""Several nodes of one chain: one is followed, the others are held against it. Nothing is averaged, nobody outvoted.

- A block that two nodes both count as final is one block, with one journal: else Inconsistent, and nothing goes on.
  Above it they may differ for a while; then it is for the indexer to decide, by the node that is followed.
- A node that does not answer is skipped, and asked again after a while. Only when none answers is the chain
  Unavailable.
- A node that falls behind is not followed while another is ahead. Once a head was told, no node that has not come as
  far answers a question: a node that lags rolls nothing back.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from ledger.chain.deployment import Deployment
from ledger.chain.events import RawLog
from ledger.chain.rpc import Node, NodeError
from ledger.errors import Inconsistent, Unavailable
from ledger.indexer.finality import Finality
from ledger.indexer.node import NodeChain
from ledger.indexer.ports import Chain
from ledger.indexer.rows import BlockRow
from ledger.model.message import Message

_LOG = logging.getLogger("ledger.chain")
_ATTEMPTS: Final = 2
_SILENT_SECONDS: Final = 10
_SILENT_FACTOR: Final = 5
"""A node that did not answer is left alone for so long, or so many times what it kept us waiting."""
_BEHIND_BLOCKS: Final = 3
"""A node that is followed may be so far behind another; a block takes a moment to reach every node."""

_Answer = TypeVar("_Answer")
KeepEvidence = Callable[[str, int | None, bytes | None, bytes | None], None]
"""As `Store.keep_evidence`."""


@dataclass(slots=True, eq=False)
class Member:
    """A node and what is known of it."""

    chain: Chain
    asked_from: float = 0
    """It is left alone until then, by the clock."""
    agreed: int = -1
    """Up to this block it is known to have what the followed node has."""

    @property
    def name(self) -> str:
        """What people know it by."""
        return self.chain.name


@dataclass(slots=True)
class Nodes:
    """The port `Chain` over several nodes.

    Args:
        keep_evidence: told of a disagreement before it is raised.
    """

    members: Sequence[Member]
    finality: Finality
    keep_evidence: KeepEvidence = lambda message, block, ours, theirs: None
    clock: Callable[[], float] = time.monotonic
    _followed: Member = field(init=False)
    _told: int = field(init=False, default=0)
    """Number of the highest head that was told."""
    _turning: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._followed = self.members[0]

    @property
    def name(self) -> str:
        """The node that is followed."""
        return self._followed.chain.name

    def chain_id(self) -> int:
        """Chain id of the node that is followed."""
        return self._ask(lambda chain: chain.chain_id())

    def origin(self) -> bytes | None:
        """The journal's origin there."""
        return self._ask(lambda chain: chain.origin())

    def headers(self, start: int, end: int) -> list[BlockRow]:
        """Headers there."""
        return self._ask(lambda chain: chain.headers(start, end))

    def logs(self, start: int, end: int) -> list[RawLog]:
        """Logs there."""
        return self._ask(lambda chain: chain.logs(start, end))

    def journal(self, block: int) -> tuple[int, bytes] | None:
        """The journal after a block there."""
        return self._ask(lambda chain: chain.journal(block))

    def head(self) -> BlockRow:
        """The head of the node to follow, after every node that answers was held against it.

        Raises Inconsistent when two disagree about what both count as final, Unavailable when none answers.
        """
        with self._turning:
            heads = self._heads()
            followed = self._choose(heads)
            for member, head in heads.items():
                if member is not followed:
                    self._compare(followed, heads[followed], member, head)
            self._told = max(self._told, heads[followed].number)
            return heads[followed]

    def _heads(self) -> dict[Member, BlockRow]:
        """The head of every node that answers; those that were silent just now are asked only when all are."""
        heads: dict[Member, BlockRow] = {}
        problem: Exception | None = None
        for member in sorted(self.members, key=lambda member: member.asked_from > self.clock()):
            began = self.clock()
            if heads and member.asked_from > began:
                break
            try:
                heads[member] = member.chain.head()
            except (Unavailable, NodeError) as error:
                self._silence(member, began, error)
                problem = error
            else:
                self._hear(member)
        if not heads:
            raise self._none(problem)
        return heads

    def _choose(self, heads: dict[Member, BlockRow]) -> Member:
        followed, best = self._followed, max(heads, key=lambda member: heads[member].number)
        ahead = heads[best].number
        if followed in heads:
            here = heads[followed].number
            if here >= ahead - _BEHIND_BLOCKS and (here >= self._told or ahead < self._told):
                return followed
            en = f"node {followed.name} is behind, at block {here}; {best.name} is followed, at block {ahead}"
            _LOG.warning(Message(en, f"节点 {followed.name} 落后于区块 {here}；改为跟随 {best.name}，位于区块 {ahead}"))
        self._follow(best)
        return best

    def _compare(self, followed: Member, head: BlockRow, other: Member, others_head: BlockRow) -> None:
        """Compares the newest block that both nodes count as final, and the journal after it."""
        finals = [self.finality.final_block(one.number, one.number, None) for one in (head, others_head)]
        # The first block is final from the start.
        block = min(final or 0 for final in finals)
        if block <= other.agreed:
            return
        try:
            ours, theirs = (next(iter(one.chain.headers(block, block + 1)), None) for one in (followed, other))
            if ours is None or theirs is None:
                return
            if ours.hash != theirs.hash:
                own, another = f"0x{ours.hash.hex()} at {followed.name}", f"0x{theirs.hash.hex()} at {other.name}"
                self._disagree(f"block {block} is {own} and {another}", (block, ours.hash, theirs.hash))
            journal, others_journal = (one.chain.journal(block) for one in (followed, other))
        except (Unavailable, NodeError) as error:
            # Whoever it was is found out by the next question to it.
            _LOG.info(Message(f"nodes were not compared: {error}", f"节点未能比对：{error}"))
            return
        # A node keeps state for some blocks only.
        if journal is not None and others_journal is not None and journal != others_journal:
            (size, root), (others_size, others_root) = journal, others_journal
            self._disagree(
                f"after block {block} the journal has {size} acts and root 0x{root.hex()} at {followed.name}, "
                f"{others_size} acts and root 0x{others_root.hex()} at {other.name}",
                (block, root, others_root),
            )
        other.agreed = block

    def _disagree(self, what: str, evidence: tuple[int, bytes, bytes]) -> None:
        message = (
            f"the nodes disagree below finality ({self.finality}): {what}. Nothing was changed in the mirror. Find out "
            "which node is wrong and take it out of MULU_RPC_URL; if both chains are honest, the finality depth is "
            "too small for this network"
        )
        self.keep_evidence(message, *evidence)
        raise Inconsistent(message)

    def _ask(self, question: Callable[[Chain], _Answer]) -> _Answer:
        """Asks the node that is followed; when it is lost, another that has come as far as any head told."""
        while True:
            followed, began = self._followed, self.clock()
            try:
                return question(followed.chain)
            except Unavailable as error:
                with self._turning:
                    # Another thread may have turned already.
                    if self._followed is followed:
                        self._silence(followed, began, error)
                        self._follow(self._successor(error))

    def _successor(self, problem: Exception) -> Member:
        # Those that were silent last: whoever is asked again and answers is better than nobody.
        for member in sorted(self.members, key=lambda member: member.asked_from > self.clock()):
            began = self.clock()
            try:
                number = member.chain.head().number
            except (Unavailable, NodeError) as error:
                self._silence(member, began, error)
                continue
            self._hear(member)
            if number >= self._told:
                return member
        raise self._none(problem)

    def _follow(self, member: Member) -> None:
        if member is not self._followed:
            self._followed = member
            for one in self.members:
                one.agreed = -1

    def _silence(self, member: Member, began: float, error: Exception) -> None:
        if not member.asked_from:
            en = f"node {member.name} is skipped while others answer: {error}"
            _LOG.warning(Message(en, f"跳过节点 {member.name}，其他节点仍可用：{error}"))
        now = self.clock()
        member.asked_from = now + max(_SILENT_SECONDS, _SILENT_FACTOR * (now - began))

    def _hear(self, member: Member) -> None:
        if member.asked_from:
            member.asked_from = 0
            _LOG.warning(Message(f"node {member.name} answers again", f"节点 {member.name} 已恢复"))

    def _none(self, problem: Exception | None) -> Unavailable:
        names = ", ".join(member.name for member in self.members)
        reached = f" and has block {self._told}" if self._told else ""
        return Unavailable(f"none of the nodes {names} answers{reached}; the last problem: {problem}")


def open_chain(
    node: Node,
    deployment: Deployment,
    finality: Finality,
    keep_evidence: KeepEvidence = lambda message, block, ours, theirs: None,
) -> Chain:
    """The chain behind a node; with several addresses, all of them, held against each other."""
    if len(node.urls) == 1:
        return NodeChain(node, deployment)
    members = [Member(NodeChain(Node(url, attempts=_ATTEMPTS), deployment)) for url in node.urls]
    return Nodes(members, finality, keep_evidence)
