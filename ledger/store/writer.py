"""The store as the indexer needs it (`ledger.indexer.ports.Store`): each write is one transaction with the cursor."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from ledger.errors import Inconsistent
from ledger.indexer.changes import Batch, RollBack
from ledger.indexer.checkpoints import FinalJournal
from ledger.indexer.grant_rows import GrantRow, GrantVersionRow, ProductPriceRow, ProductRow
from ledger.indexer.ports import Overtaken
from ledger.indexer.registration_rows import ObjectionRow, RegistrationRow
from ledger.indexer.rows import BlockRow, CursorRow, EntryRow
from ledger.indexer.versions import State
from ledger.merkle.tiles import TileKey, nodes
from ledger.model.suppression import Suppression
from ledger.store import bulk, postgresql, projection
from ledger.store.current import Current
from ledger.store.engine import masked, writing
from ledger.store.faults import translated
from ledger.store.lead import lead_of
from ledger.store.projection import ACT
from ledger.store.tables import metadata

CURSOR = metadata.tables["cursor"]
BLOCK = metadata.tables["block"]
TILE = metadata.tables["tile"]
CHECKPOINT = metadata.tables["checkpoint"]
EVIDENCE = metadata.tables["evidence"]
SUPPRESSION = metadata.tables["suppression"]
_CURSOR_COLUMNS = [CURSOR.c[name] for name in CursorRow._fields]


class PublishedCheckpoint(NamedTuple):
    """The signed note, and the vkey of who signed it."""

    vkey: str
    note: bytes


class Writer:
    """Reads and writes for an indexer. Not for several threads at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._name = masked(engine.url)
        self._lead = lead_of(engine)

    def claim(self, origin: bytes) -> bool:
        """Takes the right to write, if nobody else has it; see `ledger.store.lead`."""
        with translated(self._name):
            return self._lead.claim(origin)

    def release(self) -> None:
        """Gives the right to write back."""
        self._lead.release()

    def cursor(self) -> CursorRow | None:
        """The cursor; None before `start`."""
        with self._reading() as connection:
            return read_cursor(connection)

    def start(self, cursor: CursorRow, block: BlockRow) -> None:
        """Writes the first cursor, and the block before the journal. Raises Overtaken when there is one."""
        with self.transaction(cursor.origin) as connection:
            if read_cursor(connection) is not None:
                raise Overtaken("the mirror was begun already")
            connection.execute(insert(CURSOR).values(id=1, **cursor._asdict()))
            bulk.insert(connection, BLOCK, [block])

    def blocks(self) -> list[BlockRow]:
        """The headers kept, ascending."""
        with self._reading() as connection:
            return bulk.read(connection, BlockRow, bulk.all_of(BLOCK).order_by(BLOCK.c.number))

    def state(self) -> State:
        """The current versions of organizations and accounts, and the pending proposals."""
        with self._reading() as connection:
            return projection.state(connection)

    def entry(self, entry_id: bytes) -> EntryRow | None:
        """The current version of an entry."""
        with self._standing() as current:
            return current.entry(entry_id)

    def registration(self, number: str) -> list[RegistrationRow]:
        """The versions of a registration as they stand."""
        with self._standing() as current:
            return current.registration(number)

    def objection(self, number: int) -> ObjectionRow | None:
        """An objection as it stands."""
        with self._standing() as current:
            return current.objection(number)

    def speaker(self, entry_id: bytes) -> str | None:
        """Number of the registration that speaks for an entry."""
        with self._standing() as current:
            return current.speaker(entry_id)

    def grant(self, number: int) -> GrantRow | None:
        """A grant as it stands."""
        with self._standing() as current:
            return current.grant(number)

    def grant_versions(self, number: int) -> list[GrantVersionRow]:
        """The versions of a grant as they stand."""
        with self._standing() as current:
            return current.grant_versions(number)

    def grant_providers(self, number: int, version: int) -> set[str]:
        """The providers that the scope of a version lists, by themselves or by their entries."""
        with self._standing() as current:
            return current.grant_providers(number, version)

    def product(self, number: int) -> ProductRow | None:
        """A product as it stands."""
        with self._standing() as current:
            return current.product(number)

    def product_price(self, number: int) -> ProductPriceRow | None:
        """Price and ceiling of a product as they stand; None when none was ever set."""
        with self._standing() as current:
            return current.product_price(number)

    def tile(self, level: int, number: int) -> bytes:
        """A tile's hashes; empty when there is none."""
        with self._reading() as connection:
            return read_tile(connection, level, number)

    def size_at(self, block: int) -> int:
        """How many acts the blocks up to and including `block` hold."""
        with self._reading() as connection:
            return _size_at(connection, block)

    def write(self, batch: Batch) -> None:
        """Writes a batch, all of it or nothing. Raises Overtaken when the cursor has another revision."""
        with self.transaction(batch.cursor.origin) as connection:
            move_cursor(connection, batch.expected_revision, batch.cursor)
            bulk.insert(connection, ACT, batch.changes.acts)
            bulk.insert(connection, SUPPRESSION, batch.suppressions)
            projection.apply(connection, batch.changes)
            _write_tiles(connection, batch.tiles)
            final = batch.cursor.final_block
            kept = [block for block in batch.blocks if final is None or block.number >= final]
            bulk.insert(connection, BLOCK, kept)
            if final is not None:
                connection.execute(delete(BLOCK).where(BLOCK.c.number < final))

    def roll_back(self, to: RollBack) -> None:
        """Takes away everything above the new cursor's head. Raises Overtaken."""
        block = to.cursor.next_block - 1
        with self.transaction(to.cursor.origin) as connection:
            move_cursor(connection, to.expected_revision, to.cursor)
            projection.roll_back(connection, to.cursor.journal_size, block)
            connection.execute(delete(SUPPRESSION).where(SUPPRESSION.c.index >= to.cursor.journal_size))
            connection.execute(delete(ACT).where(ACT.c.index >= to.cursor.journal_size))
            connection.execute(delete(BLOCK).where(BLOCK.c.number > block))
            for level, number in to.gone_tiles:
                connection.execute(delete(TILE).where(TILE.c.level == level, TILE.c.number == number))
            _write_tiles(connection, to.tiles)

    def publish(self, vkey: str, sign: Callable[[FinalJournal], bytes | None]) -> None:
        """Publishes the note that `sign` makes of the journal as it is stored; nothing when it makes none."""
        with self.transaction() as connection:
            cursor = read_cursor(connection)
            if cursor is None:
                return
            published = read_checkpoint(connection)
            final = 0 if cursor.final_block is None else _size_at(connection, cursor.final_block)
            known = nodes(cursor.journal_size, partial(read_tile, connection))
            before = None if published is None else published.note
            note = sign(FinalJournal(final, cursor.journal_size, cursor.journal_root, known, before))
            if note is not None and PublishedCheckpoint(vkey, note) != published:
                connection.execute(delete(CHECKPOINT))
                connection.execute(insert(CHECKPOINT).values(id=1, vkey=vkey, note=note))

    def keep_evidence(
        self, message: str, block: int | None, stored_hash: bytes | None, found_hash: bytes | None
    ) -> None:
        """Keeps what stopped the indexer for people to see."""
        with self.transaction() as connection:
            connection.execute(
                insert(EVIDENCE).values(
                    seen=datetime.now(UTC),
                    block_number=block,
                    stored_hash=stored_hash,
                    found_hash=found_hash,
                    message=message,
                )
            )

    @contextmanager
    def transaction(self, origin: bytes | None = None) -> Iterator[Connection]:
        """One transaction of whoever may write; committed at the end, or rolled back.

        Args:
            origin: the journal's, where it is known; otherwise the mirror's cursor says it.
        """
        if origin is None:
            cursor = self.cursor()
            origin = b"" if cursor is None else cursor.origin
        with translated(self._name), self._lead.transaction(origin) as connection:
            yield connection

    @contextmanager
    def aside(self) -> Iterator[Connection]:
        """One transaction beside the indexer's, for what is no batch; one at a time.

        Whoever changes what the indexer folds moves the cursor's revision, and the indexer reads everything again.
        """
        with translated(self._name), writing(self._engine).begin() as connection:
            if postgresql.is_postgresql(connection):
                postgresql.lock_aside(connection)
            yield connection

    @contextmanager
    def _standing(self) -> Iterator[Current]:
        with self._reading() as connection:
            yield Current(connection)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(self._name), self._engine.connect() as connection:
            yield connection


def read_cursor(connection: Connection) -> CursorRow | None:
    """The cursor."""
    return next(iter(bulk.read(connection, CursorRow, select(*_CURSOR_COLUMNS))), None)


def read_tile(connection: Connection, level: int, number: int) -> bytes:
    """A tile's hashes; empty when there is none."""
    found = connection.scalar(select(TILE.c.hashes).where(TILE.c.level == level, TILE.c.number == number))
    return b"" if found is None else bytes(found)


def read_checkpoint(connection: Connection) -> PublishedCheckpoint | None:
    """The checkpoint that is published."""
    found = connection.execute(select(CHECKPOINT.c.vkey, CHECKPOINT.c.note)).first()
    return None if found is None else PublishedCheckpoint(found.vkey, bytes(found.note))


def read_suppressions(connection: Connection) -> dict[int, Suppression]:
    """The acts that are suppressed, by index."""
    found = bulk.read(connection, Suppression, bulk.all_of(SUPPRESSION).order_by(SUPPRESSION.c.index))
    return {row.index: row for row in found}


def move_cursor(connection: Connection, expected_revision: int, cursor: CursorRow) -> None:
    """Compare and set: raises Overtaken unless the stored cursor has the expected revision."""
    if cursor.revision != expected_revision + 1:
        raise ValueError(f"revision {cursor.revision} does not follow {expected_revision}")
    moved = connection.execute(update(CURSOR).where(CURSOR.c.revision == expected_revision).values(**cursor._asdict()))
    if moved.rowcount != 1:
        raise Overtaken(f"the mirror's cursor is no longer at revision {expected_revision}")


def _write_tiles(connection: Connection, tiles: dict[TileKey, bytes]) -> None:
    bulk.upsert_tiles(connection, [(level, number, hashes) for (level, number), hashes in tiles.items()])


def _size_at(connection: Connection, block: int) -> int:
    last = connection.scalar(select(func.max(ACT.c.index)).where(ACT.c.block_number <= block))
    return 0 if last is None else int(last) + 1


def require_cursor(connection: Connection) -> CursorRow:
    """The cursor. Raises Inconsistent when there is none."""
    cursor = read_cursor(connection)
    if cursor is None:
        raise Inconsistent("the mirror has no cursor: run `mulu index`")
    return cursor
