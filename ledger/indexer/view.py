"""What the store holds, as an indexer knows it, so that it need not ask between two batches."""

from dataclasses import dataclass, field

from ledger.indexer.changes import Batch
from ledger.indexer.ports import Store
from ledger.indexer.rows import BlockRow, CursorRow
from ledger.indexer.versions import State


@dataclass(slots=True)
class View:
    """Cursor, kept headers and state of a store. Of no use any more once another indexer wrote, or a write failed."""

    store: Store
    cursor: CursorRow
    blocks: list[BlockRow]
    state: State
    _last_tiles: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    """Number and hashes of the last tile of each level that this indexer wrote: where the tree grows on."""

    def tile(self, level: int, number: int) -> bytes:
        """A tile's hashes; the store is asked only for one that this indexer did not write last."""
        known = self._last_tiles.get(level)
        return known[1] if known is not None and known[0] == number else self.store.tile(level, number)

    def write(self, batch: Batch) -> None:
        """Writes a batch whose changes the state has already. Raises Overtaken."""
        self.store.write(batch)
        self.cursor, final = batch.cursor, batch.cursor.final_block
        self._last_tiles |= {level: (number, hashes) for (level, number), hashes in batch.tiles.items()}
        kept = [*self.blocks, *batch.blocks]
        self.blocks = kept if final is None else [block for block in kept if block.number >= final]
