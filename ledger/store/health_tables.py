"""The table of health: about this mirror and not about the ledger, so neither rebuilt nor compared."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Integer
from sqlmodel import Field

from ledger.store.schema import Table
from ledger.store.types import UtcTime


class Health(Table, table=True):
    """How indexer and sentinel fare, for whoever watches (`ledger.indexer.health`). One row."""

    __tablename__ = "health"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: int = Field(1, sa_column=Column("id", Integer, primary_key=True, autoincrement=False))
    seen: datetime | None = Field(None, sa_column=Column("seen", UtcTime))
    level: datetime | None = Field(None, sa_column=Column("level", UtcTime))
    node_block: int | None = Field(None, sa_column=Column("node_block", BigInteger))
    reorganizations: int = Field(sa_column=Column("reorganizations", BigInteger, nullable=False))
    deepest_blocks: int = Field(sa_column=Column("deepest_blocks", BigInteger, nullable=False))
    node_errors: int = Field(sa_column=Column("node_errors", BigInteger, nullable=False))
    checked: datetime | None = Field(None, sa_column=Column("checked", UtcTime))
    checked_rows: int = Field(sa_column=Column("checked_rows", BigInteger, nullable=False))
    differences: int = Field(sa_column=Column("differences", BigInteger, nullable=False))
    suspects: list[Any] = Field(sa_column=Column("suspects", JSON, nullable=False))
