"""Whole tables as they stand, for whoever compares them: every row in the order of its key, in one snapshot.

Nothing is trusted: a value that its column's type cannot read ends the table with Inconsistent.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select, true
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql import ColumnElement

from ledger.errors import Inconsistent
from ledger.model.suppression import Suppression
from ledger.store import bulk, search
from ledger.store.bigrams import tokens
from ledger.store.faults import translated
from ledger.store.mirror import Mirror
from ledger.store.queries import Queries
from ledger.store.tables import metadata

SEARCH = search.TABLE


class Whole:
    """The tables of a mirror in one read transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def columns(self, table: str) -> list[str]:
        """Names of a table's columns."""
        return [column.name for column in metadata.tables[table].columns]

    def key(self, table: str) -> list[str]:
        """Names of the columns that make a table's key."""
        return [column.name for column in metadata.tables[table].primary_key.columns]

    def rows(self, table: str) -> Iterator[list[Any]]:
        """Every row, ascending by key; times are Unix seconds. Raises Inconsistent for one that cannot be read."""
        return self._read(table)

    def _read(self, table: str, *conditions: ColumnElement[bool]) -> Iterator[list[Any]]:
        known = metadata.tables[table]
        statement = bulk.all_of(known, *conditions).order_by(*known.primary_key.columns)
        try:
            # Closed at the end, however much was read: in PostgreSQL it is a cursor of the server.
            with self._connection.execute(statement.execution_options(yield_per=1000)) as found:
                for row in found:
                    yield [int(value.timestamp()) if isinstance(value, datetime) else value for value in row]
        except OperationalError as error:
            if "decode" not in str(error.orig):
                raise
            raise Inconsistent(f"a text of {table} is not UTF-8, or stands where bytes belong") from error
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise Inconsistent(f"a row of {table} cannot be read: {error}") from error

    @property
    def queries(self) -> Queries:
        """Questions to the same snapshot."""
        return Queries(lambda: nullcontext(self._connection))

    def cursor(self) -> dict[str, Any] | None:
        """The cursor's row."""
        return next((dict(zip(self.columns("cursor"), row, strict=True)) for row in self.rows("cursor")), None)

    def beginnings(self, table: str, most: int) -> list[int] | None:
        """The acts that began the open rows of a table, ascending; None when there are more than `most`."""
        began, is_open = self._beginning(table)
        statement = select(began).where(is_open).distinct().order_by(began).limit(most + 1)
        found = [int(index) for index in self._connection.scalars(statement)]
        return found if len(found) <= most else None

    def begun_near(self, table: str, index: int, *, exactly: bool = False) -> list[dict[str, Any]]:
        """The open rows that one act began: act `index`, or unless `exactly` the next one that began any, or the first.

        Raises Inconsistent for one that cannot be read.
        """
        began, is_open = self._beginning(table)
        at: int | None = index
        if not exactly:
            first = select(func.min(began)).where(is_open)
            at = self._connection.scalar(first.where(began >= index))
            at = self._connection.scalar(first) if at is None else at
        if at is None:
            return []
        names = self.columns(table)
        return [dict(zip(names, row, strict=True)) for row in self._read(table, is_open, began == at)]

    def _beginning(self, table: str) -> tuple[ColumnElement[int], ColumnElement[bool]]:
        known = metadata.tables[table]
        is_open = known.c.to_block.is_(None) if "to_block" in known.columns else true()
        return next(iter(known.primary_key.columns)), is_open

    def suppressions(self) -> dict[int, Suppression]:
        """The acts that are suppressed, by index. Raises Inconsistent for one that cannot be read."""
        found = {}
        for index, leaf, time, reason, document in self.rows("suppression"):
            # SQLite keeps anything in any column.
            given = ((leaf, bytes), (time, int), (reason, str), (document, bytes))
            if not all(isinstance(value, kind) for value, kind in given):
                raise Inconsistent(f"suppression {index} is not what the program wrote")
            found[index] = Suppression(index, leaf, datetime.fromtimestamp(time, UTC), reason, document)
        return found

    def found_by(self) -> Iterator[tuple[str, int]]:
        """Every (token, act index) that full text search holds."""
        yield from search.contents(self._connection)


def search_tokens(lines: tuple[str, ...]) -> set[str]:
    """The tokens under which lines of text are found."""
    return set(tokens(["\n".join(lines)])[0].split())


def table_names() -> list[str]:
    """Names of all tables of a mirror."""
    return sorted(metadata.tables)


@contextmanager
def whole(mirror: Mirror) -> Iterator[Whole]:
    """The tables of a mirror as they stand now. Raises NotFound when there is none."""
    mirror.require_current()
    with translated("the mirror"), mirror.engine.connect() as connection:
        yield Whole(connection)
