"""What the indexer needs of a chain and of a store."""

from typing import Protocol

from ledger.chain.events import RawLog
from ledger.errors import LedgerError
from ledger.indexer.changes import Batch, RollBack
from ledger.indexer.rows import BlockRow, CursorRow
from ledger.indexer.versions import State, Stored


class RangeTooLarge(LedgerError):
    """The node refuses to give the logs of so many blocks, or so many logs, at once."""


class Overtaken(LedgerError):
    """Another indexer has moved the cursor: nothing was written, read everything again."""


class Chain(Protocol):
    """A node. Every method raises Unavailable when it cannot be reached."""

    @property
    def name(self) -> str:
        """What people know it by: its address without secrets."""

    def chain_id(self) -> int:
        """The node's chain id."""

    def origin(self) -> bytes | None:
        """The journal's origin at the head; None when there is no journal."""

    def head(self) -> BlockRow:
        """The node's newest block."""

    def headers(self, start: int, end: int) -> list[BlockRow]:
        """Headers of the blocks [start, end) that the node has, ascending."""

    def logs(self, start: int, end: int) -> list[RawLog]:
        """All logs of the ledger's contracts in the blocks [start, end), in order.

        Raises RangeTooLarge when the node asks for less.
        """

    def journal(self, block: int) -> tuple[int, bytes] | None:
        """The journal's size and root after a block; None when the node has no state there."""


class Store(Stored, Protocol):
    """A mirror, with what the fold asks for.

    One reader or writer at a time per object; other processes may have theirs.
    """

    def claim(self, origin: bytes) -> bool:
        """Whether this object may write to the mirror of a journal from now on: False while another may.

        Held until `release`, or until the connection is lost; repeatable. A store that lets everybody write, and
        leaves it to the cursor's revision who does, always says True.
        """

    def release(self) -> None:
        """Lets another write."""

    def cursor(self) -> CursorRow | None:
        """The cursor; None before `start`."""

    def start(self, cursor: CursorRow, block: BlockRow) -> None:
        """Writes the first cursor, and the block before the journal. Atomic. Raises Overtaken when there is one."""

    def blocks(self) -> list[BlockRow]:
        """The headers kept, ascending; the last is the cursor's head."""

    def state(self) -> State:
        """The current versions of organizations and accounts, and the pending proposals."""

    def tile(self, level: int, number: int) -> bytes:
        """A tile's hashes; empty when there is none."""

    def size_at(self, block: int) -> int:
        """How many acts the blocks up to and including `block` hold."""

    def write(self, batch: Batch) -> None:
        """Writes a batch: all of it or nothing, and only if the cursor has the revision it expects.

        On return it survives a kill; after a power cut it may be gone whole. Raises Overtaken.
        """

    def roll_back(self, to: RollBack) -> None:
        """Takes away everything above the new cursor's head, under the same promises as `write`."""

    def keep_evidence(
        self, message: str, block: int | None, stored_hash: bytes | None, found_hash: bytes | None
    ) -> None:
        """Keeps what stopped the indexer for people to see."""
