"""Rebuilding what follows from the stored acts, without a node: every version row, the search, the journal's tiles."""

from collections.abc import Collection, Iterator
from functools import partial

from sqlalchemy import Connection, delete, update

from ledger.chain.events import RawLog, decode
from ledger.chain.journal_entry import entry_leaf, split_topics
from ledger.errors import Inconsistent, Malformed
from ledger.indexer.changes import Changes
from ledger.indexer.project import fold
from ledger.indexer.rows import ActRow
from ledger.indexer.versions import ReadAct, State, read_act
from ledger.merkle import tiles
from ledger.store import bulk, projection
from ledger.store.current import Current
from ledger.store.projection import ACT
from ledger.store.writer import TILE, Writer, read_suppressions, read_tile, require_cursor

_ACTS_AT_ONCE = 2_000


def reproject(writer: Writer) -> int:
    """Rebuilds every projection table and the tiles from the stored acts, in one transaction; returns their number.

    Raises Inconsistent, and changes nothing, when the acts do not give the root that the cursor says.
    """
    with writer.transaction() as connection:
        return reproject_within(connection)


def reproject_within(connection: Connection, changed: Collection[int] = ()) -> int:
    """As `reproject`, in a transaction that is open.

    Args:
        changed: acts whose log was just changed: what was taken from it is written beside it again.
    """
    cursor = require_cursor(connection)
    suppressed = read_suppressions(connection)
    projection.clear(connection)
    connection.execute(delete(TILE))
    state, size, root = State(), 0, cursor.journal_root
    for rows in _stored(connection):
        acts = [_read(row, row.index in suppressed) for row in rows]
        changes: Changes = fold(state, acts, Current(connection))
        projection.apply(connection, changes)
        _write_changed(connection, [row for row in changes.acts if row.index in changed])
        _same_acts(rows, changes.acts, changed)
        leaves = [
            # Of a suppressed act only the leaf is left.
            suppressed[row.index].leaf if row.index in suppressed else _leaf(act)
            for row, act in zip(rows, acts, strict=True)
        ]
        grown, frontier = tiles.grow(size, partial(read_tile, connection), leaves)
        bulk.upsert_tiles(connection, [(level, number, hashes) for (level, number), hashes in grown.items()])
        size, root = frontier.size, frontier.root
    if (size, root) != (cursor.journal_size, cursor.journal_root):
        raise Inconsistent(
            f"the stored acts do not give the stored journal: {size} acts with root 0x{root.hex()}, want "
            f"{cursor.journal_size} with 0x{cursor.journal_root.hex()}. Move the mirror away and index again"
        )
    return size


def _stored(connection: Connection) -> Iterator[list[ActRow]]:
    start = 0
    while True:
        wanted = bulk.all_of(ACT, ACT.c.index >= start).order_by(ACT.c.index).limit(_ACTS_AT_ONCE)
        rows = bulk.read(connection, ActRow, wanted)
        if not rows:
            return
        yield rows
        start = rows[-1].index + 1


def _read(row: ActRow, suppressed: bool) -> ReadAct:
    topics = split_topics(row.topics)
    log = RawLog(row.emitter, topics, row.data, row.block_number, row.block_hash, row.transaction_hash, row.log_index)
    try:
        event = decode(row.contract, topics, row.data)
    except Malformed as error:
        raise Inconsistent(f"stored act {row.index} cannot be decoded: {error}") from error
    return ReadAct(log, event, None, suppressed=True) if suppressed else read_act(log, event)


def _leaf(act: ReadAct) -> bytes:
    return entry_leaf(act.log.emitter, act.log.topics, act.log.data)


def _write_changed(connection: Connection, rows: list[ActRow]) -> None:
    for row in rows:
        values = {"malformed": row.malformed, "organization": row.organization}
        connection.execute(update(ACT).where(ACT.c.index == row.index).values(values))


def _same_acts(stored: list[ActRow], folded: list[ActRow], changed: Collection[int]) -> None:
    """What was taken from an act must be what is stored beside it: the act's row is evidence and stays as it is."""
    for row, again in zip(stored, folded, strict=True):
        if row != again and row.index not in changed:
            raise Inconsistent(f"stored act {row.index} says other than its own data: {_difference(row, again)}")


def _difference(row: ActRow, again: ActRow) -> str:
    names = [name for name, a, b in zip(row._fields, row, again, strict=True) if a != b]
    return ", ".join(names)
