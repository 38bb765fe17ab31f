"""What the mirror's tables share: one metadata of their own, and the columns and checks that recur."""

from collections.abc import Iterable
from enum import Enum

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, MetaData, text
from sqlmodel import SQLModel

from ledger.store.types import KEY

CODE = 18
"""Characters of an organization code."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)


class Table(SQLModel):
    """What all tables share: one metadata of their own."""

    metadata = metadata


def fixed(name: str, size: int) -> CheckConstraint:
    """The check that a column has so many bytes."""
    return CheckConstraint(f"length({name}) = {size}", name=name)


def one_of(column: str, names: Iterable[Enum]) -> CheckConstraint:
    """The check that a column, where it is not null, has one of the names; NONE is none of them."""
    listed = ", ".join(f"'{member.name}'" for member in names if member.name != "NONE")
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def opened(table: str, *columns: str) -> Index:
    """The index of rows that are open: questions at the head read this and not the wide rows."""
    where = text("to_block IS NULL")
    return Index(f"ix_{table}_open_{columns[0]}", *columns, sqlite_where=where, postgresql_where=where)


def ended(table: str, column: str = "to_block") -> Index:
    """The index of ended versions: rolling back looks for those that ended above a block."""
    where = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, sqlite_where=where, postgresql_where=where)


def begun_by(name: str = "from_index") -> Column[int]:
    """The act that began a row, as its key or a part of it."""
    return Column(name, KEY, ForeignKey("act.index"), primary_key=True, autoincrement=False)
