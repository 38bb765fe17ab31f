"""What all questions to the mirror share: a connection for each, and which version rows a block picks."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, and_, or_
from sqlalchemy.sql import ColumnElement

from ledger.store import bulk

Connect = Callable[[], AbstractContextManager[Connection]]
Row = TypeVar("Row")


class Questions:
    """Questions to the mirror.

    Args:
        connect: gives the connection for one question: a new one each time, or always that of one read transaction.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def _all(self, row: type[Row], statement: Select[Any]) -> list[Row]:
        with self._connect() as connection:
            return bulk.read(connection, row, statement)

    def _first(self, row: type[Row], statement: Select[Any]) -> Row | None:
        return next(iter(self._all(row, statement.limit(1))), None)


def in_force(table: Any, at: int | None) -> ColumnElement[bool]:
    """The condition that a version is in force at a block: from_block <= at < to_block."""
    if at is None:
        found: ColumnElement[bool] = table.c.to_block.is_(None)
        return found
    return and_(table.c.from_block <= at, or_(table.c.to_block.is_(None), table.c.to_block > at))


def begun(table: Table, at: int | None) -> list[ColumnElement[bool]]:
    """The condition that a version has begun at a block, if one is given."""
    return [] if at is None else [table.c.from_block <= at]


def recorded(table: Any, at: int | None) -> list[ColumnElement[bool]]:
    """The condition that an act was recorded by a block, if one is given; for rows that stay as they are."""
    return [] if at is None else [table.c.block_number <= at]
