"""The tables of products, prices and disclosures; see `ledger.store.grant_tables`."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Text
from sqlmodel import Field

from ledger.model import disclosure, product
from ledger.store.schema import CODE, Table, begun_by, ended, fixed, one_of, opened
from ledger.store.types import ADDRESS, DIGEST, Uint256, UtcTime


class Product(Table, table=True):
    """A state of a product; while it is not DELISTED it holds its own entry."""

    __tablename__ = "product"
    __table_args__ = (
        Index(None, "product", "from_index"),
        opened("product", "grant"),
        opened("product", "operator"),
        opened("product", "entry_id"),
        ended("product"),
        fixed("entry_id", 32),
        fixed("content_digest", 32),
        fixed("reason", 32),
        fixed("account", 20),
        one_of("form", product.Form),
        one_of("status", product.Status),
    )

    from_index: int = Field(sa_column=begun_by())
    product: int = Field(sa_column=Column("product", BigInteger, nullable=False))
    added_index: int = Field(sa_column=Column("added_index", BigInteger, nullable=False))
    operator: str = Field(sa_column=Column("operator", String(CODE), nullable=False))
    grant: int = Field(sa_column=Column("grant", BigInteger, nullable=False))
    source: int | None = Field(None, sa_column=Column("source", BigInteger))
    depth: int = Field(sa_column=Column("depth", Integer, nullable=False))
    entry_id: bytes = Field(sa_column=Column("entry_id", DIGEST, nullable=False))
    inputs: list[str] = Field(sa_column=Column("inputs", JSON, nullable=False))
    form: str = Field(sa_column=Column("form", String, nullable=False))
    purpose: int = Field(sa_column=Column("purpose", Integer, nullable=False))
    redevelopable: bool = Field(sa_column=Column("redevelopable", Boolean, nullable=False))
    status: str = Field(sa_column=Column("status", String, nullable=False))
    suspended_by_authority: bool = Field(sa_column=Column("suspended_by_authority", Boolean, nullable=False))
    name: str | None = Field(None, sa_column=Column("name", Text))
    content: bytes = Field(sa_column=Column("content", LargeBinary, nullable=False))
    content_digest: bytes = Field(sa_column=Column("content_digest", DIGEST, nullable=False))
    malformed: str | None = Field(None, sa_column=Column("malformed", Text))
    reason: bytes | None = Field(None, sa_column=Column("reason", DIGEST))
    organization: str | None = Field(None, sa_column=Column("organization", String(CODE)))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    from_block: int = Field(sa_column=Column("from_block", BigInteger, nullable=False))
    to_block: int | None = Field(None, sa_column=Column("to_block", BigInteger))
    from_time: datetime = Field(sa_column=Column("from_time", UtcTime, nullable=False))
    to_time: datetime | None = Field(None, sa_column=Column("to_time", UtcTime))


class ProductPrice(Table, table=True):
    """Price and ceiling of a product from a time on, until the next; in fen per unit."""

    __tablename__ = "product_price"
    __table_args__ = (Index(None, "product", "position"), fixed("document", 32), fixed("account", 20))

    act_index: int = Field(sa_column=begun_by("act_index"))
    product: int = Field(sa_column=Column("product", BigInteger, nullable=False))
    position: int = Field(sa_column=Column("position", BigInteger, nullable=False))
    ceiling: int | None = Field(None, sa_column=Column("ceiling", Uint256))
    price: int | None = Field(None, sa_column=Column("price", Uint256))
    trial: bool = Field(sa_column=Column("trial", Boolean, nullable=False))
    unit: str = Field(sa_column=Column("unit", String, nullable=False))
    document: bytes | None = Field(None, sa_column=Column("document", DIGEST))
    organization: str | None = Field(None, sa_column=Column("organization", String(CODE)))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    time: datetime = Field(sa_column=Column("time", UtcTime, nullable=False))
    block_number: int = Field(sa_column=Column("block_number", BigInteger, nullable=False))


class Disclosure(Table, table=True):
    """A version of a yearly disclosure about a grant."""

    __tablename__ = "disclosure"
    __table_args__ = (
        Index(None, "grant", "year", "kind", "version"),
        fixed("content_digest", 32),
        fixed("account", 20),
        one_of("kind", disclosure.Kind),
    )

    act_index: int = Field(sa_column=begun_by("act_index"))
    grant: int = Field(sa_column=Column("grant", BigInteger, nullable=False))
    year: int = Field(sa_column=Column("year", Integer, nullable=False))
    kind: str = Field(sa_column=Column("kind", String, nullable=False))
    version: int = Field(sa_column=Column("version", BigInteger, nullable=False))
    deadline: datetime = Field(sa_column=Column("deadline", UtcTime, nullable=False))
    late: bool = Field(sa_column=Column("late", Boolean, nullable=False))
    title: str | None = Field(None, sa_column=Column("title", Text))
    content: bytes = Field(sa_column=Column("content", LargeBinary, nullable=False))
    content_digest: bytes = Field(sa_column=Column("content_digest", DIGEST, nullable=False))
    malformed: str | None = Field(None, sa_column=Column("malformed", Text))
    organization: str | None = Field(None, sa_column=Column("organization", String(CODE)))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    time: datetime = Field(sa_column=Column("time", UtcTime, nullable=False))
    block_number: int = Field(sa_column=Column("block_number", BigInteger, nullable=False))
