"""What the indexer reports of every batch, roll-back and wait."""

from dataclasses import dataclass
from typing import Literal

from ledger.indexer.rows import BlockRow
from ledger.model.message import Message

Kind = Literal["indexed", "level", "reorganized", "waiting"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the mirror stands; and what is worth saying, if anything. `level`: at the node's head, nothing new."""

    kind: Kind
    block: int
    """The last block of the mirror."""
    head: int | None
    """The node's head; None when it could not be asked."""
    size: int
    """Acts of the mirror."""
    acts: int = 0
    """Acts of this batch, or those that were taken back."""
    blocks: int = 0
    """Blocks of this batch, or how deep the reorganization was."""
    seconds: float = 0.0
    message: Message | None = None


def rolled_back(stored: BlockRow, ancestor: BlockRow, head: int, size: int, lost: int) -> Progress:
    """A reorganization: the mirror went from `stored` back to `ancestor` and lost so many acts."""
    message = Message(
        f"reorganization: rolled back from block {stored.number} to {ancestor.number}, {lost} acts",
        f"链重组：从区块 {stored.number} 回退到 {ancestor.number}，撤回 {lost} 条记录",
    )
    depth = stored.number - ancestor.number
    return Progress("reorganized", ancestor.number, head, size, lost, depth, message=message)
