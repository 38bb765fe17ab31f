"""Questions about entries. `at` is a block, None the head; pages go by act index, up or down."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, func, select

from ledger.indexer.rows import ACTIVE, EntryRow
from ledger.model.product import Status
from ledger.store import bulk, search
from ledger.store.bigrams import query_terms
from ledger.store.projection import ENTRY, ENTRY_HOLD, GRANT_HOLD, PRODUCT
from ledger.store.questions import begun, in_force

_FIELDS = ("provider", "submitter", "theme", "source", "share", "open", "level", "kind", "status")


class EntryFilter(Protocol):
    """Which entries; what is None is not asked about."""

    @property
    def q(self) -> str | None:
        """Text that title, abstract, items or keywords hold, in any order."""

    @property
    def provider(self) -> str | None: ...
    @property
    def submitter(self) -> str | None: ...
    @property
    def theme(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def share(self) -> int | None: ...
    @property
    def open(self) -> int | None: ...
    @property
    def level(self) -> int | None: ...
    @property
    def kind(self) -> int | None: ...
    @property
    def status(self) -> str | None: ...
    @property
    def malformed(self) -> bool | None: ...


@dataclass(frozen=True, slots=True)
class Filter:
    """`EntryFilter` for callers without one of their own."""

    q: str | None = None
    provider: str | None = None
    submitter: str | None = None
    theme: str | None = None
    source: str | None = None
    share: int | None = None
    open: int | None = None
    level: int | None = None
    kind: int | None = None
    status: str | None = None
    malformed: bool | None = None


@dataclass(frozen=True, slots=True)
class Facets:
    """Values that active entries have, each with how many; most first."""

    themes: list[tuple[str, int]]
    providers: list[tuple[str, int]]
    sources: list[tuple[str, int]]


def entries(
    connection: Connection, wanted: EntryFilter, at: int | None, after: int | None, limit: int, newest_first: bool
) -> list[EntryRow]:
    """A page of entries in force beyond act index `after`, downwards when the newest come first."""
    conditions = _conditions(connection, wanted, at)
    if conditions is None:
        return []
    if after is not None:
        conditions.append(ENTRY.c.act_index < after if newest_first else ENTRY.c.act_index > after)
    order = ENTRY.c.act_index.desc() if newest_first else ENTRY.c.act_index
    return bulk.read(connection, EntryRow, bulk.all_of(ENTRY, *conditions).order_by(order).limit(limit))


def count(connection: Connection, wanted: EntryFilter, at: int | None, most: int) -> int:
    """How many entries in force a filter admits, counted up to `most`."""
    conditions = _conditions(connection, wanted, at)
    if conditions is None:
        return 0
    found = select(ENTRY.c.act_index).where(*conditions).limit(most).subquery()
    return connection.scalar(select(func.count()).select_from(found)) or 0


def entry(connection: Connection, entry_id: bytes, at: int | None) -> EntryRow | None:
    """The version in force."""
    statement = bulk.all_of(ENTRY, ENTRY.c.entry_id == entry_id, in_force(ENTRY, at)).order_by(ENTRY.c.version.desc())
    return next(iter(bulk.read(connection, EntryRow, statement.limit(1))), None)


def version(connection: Connection, entry_id: bytes, number: int) -> EntryRow | None:
    """One version, in force or not."""
    statement = bulk.all_of(ENTRY, ENTRY.c.entry_id == entry_id, ENTRY.c.version == number)
    return next(iter(bulk.read(connection, EntryRow, statement)), None)


def history(
    connection: Connection,
    entry_id: bytes,
    at: int | None,
    after_version: int | None,
    limit: int,
    newest_first: bool,
) -> list[EntryRow]:
    """The versions begun so far, those beyond `after_version`, downwards when the newest come first."""
    number = ENTRY.c.version
    conditions = [ENTRY.c.entry_id == entry_id, *begun(ENTRY, at)]
    if after_version is not None:
        conditions.append(number < after_version if newest_first else number > after_version)
    order = number.desc() if newest_first else number
    return bulk.read(connection, EntryRow, bulk.all_of(ENTRY, *conditions).order_by(order).limit(limit))


def of_ids(connection: Connection, ids: list[bytes]) -> list[EntryRow]:
    """The current versions of the entries among `ids` that exist."""
    rows: list[EntryRow] = []
    for start in range(0, len(ids), 500):
        wanted = ENTRY.c.entry_id.in_(ids[start : start + 500])
        rows += bulk.read(connection, EntryRow, bulk.all_of(ENTRY, wanted, in_force(ENTRY, None)))
    return rows


def titles(connection: Connection, ids: list[bytes], at: int | None) -> dict[bytes, str | None]:
    """Titles of the entries among `ids` that exist."""
    found: dict[bytes, str | None] = {}
    for start in range(0, len(ids), 500):
        wanted = (ENTRY.c.entry_id.in_(ids[start : start + 500]), in_force(ENTRY, at))
        rows = connection.execute(select(ENTRY.c.entry_id, ENTRY.c.title).where(*wanted))
        found |= {bytes(entry_id): title for entry_id, title in rows}
    return found


def holds(connection: Connection, ids: list[bytes]) -> dict[bytes, int]:
    """How many registrations, grants and products hold each of the entries that any holds."""
    counted: dict[bytes, int] = {}
    for table in (ENTRY_HOLD, GRANT_HOLD, PRODUCT):
        held = table.c.entry_id
        for start in range(0, len(ids), 500):
            wanted: list[ColumnElement[bool]] = [held.in_(ids[start : start + 500]), table.c.to_block.is_(None)]
            if table is PRODUCT:
                wanted.append(PRODUCT.c.status != Status.DELISTED.name)
            rows = connection.execute(select(held, func.count()).where(*wanted).group_by(held))
            for entry_id, number in rows:
                counted[bytes(entry_id)] = counted.get(bytes(entry_id), 0) + number
    return counted


def facets(connection: Connection, at: int | None, most: int) -> Facets:
    """Themes, providers and sources of the active entries in force, the `most` frequent of each."""

    def counted(name: str) -> list[tuple[str, int]]:
        column = ENTRY.c[name]
        number = func.count().label("number")
        statement = (
            select(column, number)
            .where(in_force(ENTRY, at), ENTRY.c.status == ACTIVE, column.is_not(None))
            .group_by(column)
            .order_by(number.desc(), column)
            .limit(most)
        )
        return [(value, found) for value, found in connection.execute(statement)]

    return Facets(counted("theme"), counted("provider"), counted("source"))


def _conditions(connection: Connection, wanted: EntryFilter, at: int | None) -> list[ColumnElement[bool]] | None:
    """What a row must fulfil; None when no row can."""
    conditions = [in_force(ENTRY, at)]
    for name in _FIELDS:
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(ENTRY.c[name] == value)
    if wanted.malformed is not None:
        conditions.append(ENTRY.c.malformed.is_not(None) if wanted.malformed else ENTRY.c.malformed.is_(None))
    if wanted.q is not None:
        terms = query_terms(wanted.q)
        if not terms:
            return None
        conditions.append(search.matches(connection.dialect, ENTRY.c.act_index, terms))
    return conditions
