"""Two mirrors row by row, and a mirror against the chain."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Table

from ledger.chain.deployment import Deployment
from ledger.indexer.finality import Finality
from ledger.indexer.follow import Indexer
from ledger.indexer.ports import Chain
from ledger.indexer.progress import Progress
from ledger.store import bulk, search
from ledger.store.mirror import Mirror
from ledger.store.tables import metadata

_OWN = {"checkpoint", "evidence", "health"}
"""Tables about this mirror and not about the ledger."""
_OWN_COLUMNS = {("cursor", "revision")}
SHOWN = 100
"""Differences that are listed; the rest would say nothing new."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A column of a row that two mirrors do not have alike; a row that one lacks differs in no column by name."""

    table: str
    key: tuple[Any, ...]
    column: str | None
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        key = ", ".join(_shown(part) for part in self.key)
        where = f"{self.table} ({key})" + (f".{self.column}" if self.column else "")
        return f"{where}: mirror has {_shown(self.ours)}, chain gives {_shown(self.theirs)}"


def check_mirror(
    chain: Chain,
    mirror: Mirror,
    deployment: Deployment,
    finality: Finality | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
) -> list[Difference]:
    """Rebuilds the mirror from the chain in a temporary place, up to the same block, and compares every row.

    Returns at most SHOWN differences. Raises NotFound when there is no mirror, and what indexing raises.
    """
    until = mirror.queries.position().next_block - 1
    with TemporaryDirectory(prefix="mulu-check-") as folder:
        fresh = Mirror(f"sqlite:///{Path(folder) / 'mirror.db'}")
        try:
            fresh.upgrade()
            suppressed = mirror.queries.suppressions()
            Indexer(chain, fresh.writer, deployment, finality, report, suppressed=lambda: suppressed).once(until=until)
            return compare(mirror, fresh)
        finally:
            fresh.close()


def compare(ours: Mirror, theirs: Mirror) -> list[Difference]:
    """The first SHOWN differences between two mirrors."""
    found: list[Difference] = []
    with ours.engine.connect() as left, theirs.engine.connect() as right:
        for difference in _differences(left, right):
            found.append(difference)
            if len(found) == SHOWN:
                break
    return found


def _differences(left: Connection, right: Connection) -> Iterator[Difference]:
    for table in metadata.sorted_tables:
        if table.name not in _OWN:
            yield from _rows_differ(table, left, right)
    for row, a, b in _merged(iter(search.contents(left)), iter(search.contents(right)), lambda pair: pair):
        yield Difference(search.TABLE, row, None, a is not None or None, b is not None or None)


def _rows_differ(table: Table, left: Connection, right: Connection) -> Iterator[Difference]:
    keys = list(table.primary_key.columns)
    statement = bulk.all_of(table).order_by(*keys).execution_options(yield_per=1000)
    places = [list(table.columns).index(key) for key in keys]
    with left.execute(statement) as ours_all, right.execute(statement) as theirs_all:
        for key, a, b in _merged(iter(ours_all), iter(theirs_all), lambda row: tuple(row[place] for place in places)):
            if a is None or b is None:
                yield Difference(table.name, key, None, a and tuple(a), b and tuple(b))
                continue
            for column, ours, theirs in zip(table.columns, a, b, strict=True):
                if ours != theirs and (table.name, column.name) not in _OWN_COLUMNS:
                    yield Difference(table.name, key, column.name, ours, theirs)


def _merged(
    left: Iterator[Any], right: Iterator[Any], key: Callable[[Any], tuple[Any, ...]]
) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    """Pairs of rows, ascending by key, that are not equal; None where one side has none."""
    a, b = next(left, None), next(right, None)
    while a is not None or b is not None:
        if b is None or (a is not None and key(a) < key(b)):
            yield key(a), a, None
            a = next(left, None)
        elif a is None or key(b) < key(a):
            yield key(b), None, b
            b = next(right, None)
        else:
            if a != b:
                yield key(a), a, b
            a, b = next(left, None), next(right, None)


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bytes):
        return f"0x{value[:32].hex()}" + ("…" if len(value) > 32 else "")
    text = str(value)
    return text if len(text) <= 100 else text[:100] + "…"
