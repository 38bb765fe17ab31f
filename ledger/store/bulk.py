"""Rows into tables through the driver, without ORM objects: one `executemany` for all rows of a table.

Rows are named tuples in the order of the columns; only columns whose type needs it are converted.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import JSON, Connection, Dialect, Table, TypeDecorator, select
from sqlalchemy.sql import ColumnElement, Select

from ledger.errors import Inconsistent
from ledger.store.types import UtcTime

Converter = Callable[[Any], Any]
Row = TypeVar("Row")


def insert(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Adds rows."""
    if rows:
        marks = ", ".join([_mark(connection.dialect)] * len(table.columns))
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        # Quoted: `grant` is a word of SQL.
        statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'
        _many(connection, statement, rows, _converters(table, connection.dialect))


def upsert_tiles(connection: Connection, rows: Sequence[tuple[int, int, bytes]]) -> None:
    """Writes (level, number, hashes), in place of what stands under the same level and number."""
    if rows:
        mark = _mark(connection.dialect)
        connection.exec_driver_sql(
            f"INSERT INTO tile (level, number, hashes) VALUES ({mark}, {mark}, {mark}) "
            "ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes",
            list(rows),
        )


def end(connection: Connection, table: Table, keys: Sequence[str], endings: Sequence[tuple[Any, ...]]) -> None:
    """Ends open versions; each ending is (to_block, to_time, *keys).

    Raises Inconsistent unless there was exactly one open version for each.
    """
    if not endings:
        return
    mark = _mark(connection.dialect)
    where = " AND ".join(f'"{key}" = {mark}' for key in keys)
    statement = f'UPDATE "{table.name}" SET to_block = {mark}, to_time = {mark} WHERE {where} AND to_block IS NULL'
    converters = {1: _converter(table.c.to_time.type, connection.dialect)}
    found = _many(connection, statement, endings, converters)
    if found != len(endings):
        raise Inconsistent(
            f"mirror: {len(endings)} versions in {table.name} end, but {found} were open. Run `mulu index --reproject`"
        )


def read(connection: Connection, row: type[Row], statement: Select[Any]) -> list[Row]:
    """The rows of a select over a whole table, as named tuples."""
    make = cast(Any, row)._make
    return [make(found) for found in connection.execute(statement)]


def all_of(table: Table, *conditions: ColumnElement[bool]) -> Select[Any]:
    """Select of whole rows, in the order of the columns."""
    return select(*table.columns).where(*conditions)


def _many(
    connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]], converters: dict[int, Converter | None]
) -> int:
    columns: list[Any] = list(zip(*rows, strict=True))
    for place, convert in converters.items():
        if convert is not None:
            columns[place] = map(convert, columns[place])
    return connection.exec_driver_sql(statement, list(zip(*columns, strict=True))).rowcount


def _mark(dialect: Dialect) -> str:
    return "?" if dialect.paramstyle == "qmark" else "%s"


@lru_cache(64)
def _converters(table: Table, dialect: Dialect) -> dict[int, Converter | None]:
    return {
        place: _converter(column.type, dialect)
        for place, column in enumerate(table.columns)
        if isinstance(column.type, TypeDecorator | JSON)
    }


def _converter(kind: Any, dialect: Dialect) -> Converter | None:
    made = cast("Converter | None", kind.dialect_impl(dialect).bind_processor(dialect))
    # Rows that are written together share their times.
    return lru_cache(1024)(made) if made is not None and isinstance(kind, UtcTime) else made
