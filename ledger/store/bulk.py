"""Rows into tables through the driver, without ORM objects, all rows of a table at once.

SQLite takes them by `executemany`; PostgreSQL by COPY, and as arrays where they meet rows that are there.
Rows are named tuples in the order of the columns; only columns whose type needs it are converted.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import JSON, Connection, Dialect, Table, TypeDecorator, select
from sqlalchemy.sql import ColumnElement, Select

from ledger.errors import Inconsistent
from ledger.store import postgresql
from ledger.store.types import UtcTime

Converter = Callable[[Any], Any]
Row = TypeVar("Row")


def insert(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Adds rows."""
    if not rows:
        return
    dialect = connection.dialect
    columns = dict(zip(table.columns.keys(), _converted(rows, _converters(table, dialect)), strict=True))
    if postgresql.is_postgresql(connection):
        types = postgresql.type_names(table.columns, dialect)
        postgresql.copy(connection, table.name, list(columns), types, zip(*columns.values(), strict=True))
        return
    # What no row says, like the end of versions that stand, takes as long to write as what they all say.
    said = {name: values for name, values in columns.items() if values[0] is not None or set(values) != {None}}
    marks = ", ".join("?" * len(said))
    # Quoted: `grant` is a word of SQL.
    listed = ", ".join(f'"{name}"' for name in said)
    given = list(zip(*said.values(), strict=True))
    connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks})', given)


def upsert_tiles(connection: Connection, rows: Sequence[tuple[int, int, bytes]]) -> None:
    """Writes (level, number, hashes), in place of what stands under the same level and number."""
    if not rows:
        return
    conflict = "ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes"
    if postgresql.is_postgresql(connection):
        given = postgresql.given(("integer", "bigint", "bytea"), ("level", "number", "hashes"))
        statement = f"INSERT INTO tile (level, number, hashes) SELECT * FROM {given} {conflict}"
        connection.exec_driver_sql(statement, _arrays(zip(*rows, strict=True)))
        return
    connection.exec_driver_sql(f"INSERT INTO tile (level, number, hashes) VALUES (?, ?, ?) {conflict}", list(rows))


def end(connection: Connection, table: Table, keys: Sequence[str], endings: Sequence[tuple[Any, ...]]) -> None:
    """Ends open versions; each ending is (to_block, to_time, *keys).

    Raises Inconsistent unless there was exactly one open version for each.
    """
    if not endings:
        return
    dialect, names = connection.dialect, ("to_block", "to_time", *keys)
    columns = _converted(endings, {1: _converter(table.c.to_time.type, dialect)})
    if postgresql.is_postgresql(connection):
        types = postgresql.type_names([table.c[name] for name in names], dialect)
        where = " AND ".join(f'"{table.name}"."{key}" = given."{key}"' for key in keys)
        statement = (
            f'UPDATE "{table.name}" SET to_block = given.to_block, to_time = given.to_time '
            f'FROM {postgresql.given(types, names)} WHERE {where} AND "{table.name}".to_block IS NULL'
        )
        found = connection.exec_driver_sql(statement, _arrays(columns)).rowcount
    else:
        where = " AND ".join(f'"{key}" = ?' for key in keys)
        statement = f'UPDATE "{table.name}" SET to_block = ?, to_time = ? WHERE {where} AND to_block IS NULL'
        found = connection.exec_driver_sql(statement, list(zip(*columns, strict=True))).rowcount
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


def _converted(rows: Sequence[tuple[Any, ...]], converters: dict[int, Converter | None]) -> list[tuple[Any, ...]]:
    """The columns of rows, as the driver takes them."""
    columns = list(zip(*rows, strict=True))
    for place, convert in converters.items():
        if convert is not None:
            columns[place] = tuple(map(convert, columns[place]))
    return columns


def _arrays(columns: Iterable[Iterable[Any]]) -> tuple[list[Any], ...]:
    return tuple(list(column) for column in columns)


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
