"""The tables of the mirror.

Three kinds. What was read: `cursor`, `block`, `act`, `tile`, `checkpoint`, what was signed of it, and `suppression`,
what of it is withheld. What the acts amount to: `organization`, `account`, `proposal`, `parameter`, `calendar`,
`entry` and those of the modules imported here, one row per version, true for the blocks [from_block, to_block); an
open row has no `to_block`. What went wrong: `evidence`; and how it goes: `health`. Everything of the second kind is a
pure fold of `act` and can be rebuilt.

A version row is named by the act that began it (`from_index`, `act_index`). Columns stand in the order of the
rows in `ledger.indexer.rows`; a test compares them. Search lives in `ledger.store.search`, which is the one
place that knows what the database can do.
"""

from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlmodel import Field

from ledger.store import grant_tables, health_tables, product_tables, registration_tables
from ledger.store.schema import CODE, Table, begun_by, ended, fixed, metadata
from ledger.store.types import ADDRESS, DIGEST, KEY, Uint256, UtcTime

__all__ = ["grant_tables", "health_tables", "metadata", "product_tables", "registration_tables"]


class Cursor(Table, table=True):
    """How far the mirror has come. One row; `revision` grows with each write: of two indexers one wins."""

    __tablename__ = "cursor"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        fixed("genesis_hash", 32),
        fixed("origin", 32),
        fixed("head_hash", 32),
        fixed("journal_root", 32),
    )

    id: int = Field(1, sa_column=Column("id", Integer, primary_key=True, autoincrement=False))
    revision: int = Field(sa_column=Column("revision", BigInteger, nullable=False))
    chain_id: int = Field(sa_column=Column("chain_id", Uint256, nullable=False))
    genesis_hash: bytes = Field(sa_column=Column("genesis_hash", DIGEST, nullable=False))
    origin: bytes = Field(sa_column=Column("origin", DIGEST, nullable=False))
    next_block: int = Field(sa_column=Column("next_block", BigInteger, nullable=False))
    head_number: int | None = Field(None, sa_column=Column("head_number", BigInteger))
    head_hash: bytes | None = Field(None, sa_column=Column("head_hash", DIGEST))
    head_time: datetime | None = Field(None, sa_column=Column("head_time", UtcTime))
    final_block: int | None = Field(None, sa_column=Column("final_block", BigInteger))
    journal_size: int = Field(sa_column=Column("journal_size", BigInteger, nullable=False))
    journal_root: bytes = Field(sa_column=Column("journal_root", DIGEST, nullable=False))


class Block(Table, table=True):
    """A header of the provisional window, empty blocks too, and the last final one below it."""

    __tablename__ = "block"
    __table_args__ = (fixed("hash", 32), fixed("parent_hash", 32))

    number: int = Field(sa_column=Column("number", KEY, primary_key=True, autoincrement=False))
    hash: bytes = Field(sa_column=Column("hash", DIGEST, nullable=False))
    parent_hash: bytes = Field(sa_column=Column("parent_hash", DIGEST, nullable=False))
    time: datetime = Field(sa_column=Column("time", UtcTime, nullable=False))


class Act(Table, table=True):
    """A raw act. `topics` stand side by side, 32 bytes each; `organization` is whom it concerns."""

    __tablename__ = "act"
    __table_args__ = (
        fixed("emitter", 20),
        fixed("block_hash", 32),
        fixed("transaction_hash", 32),
        fixed("account", 20),
        Index(None, "organization", "index"),
        Index(None, "block_number"),
    )

    index: int = Field(sa_column=Column("index", KEY, primary_key=True, autoincrement=False))
    contract: str = Field(sa_column=Column("contract", String, nullable=False))
    event: str = Field(sa_column=Column("event", String, nullable=False))
    emitter: bytes = Field(sa_column=Column("emitter", ADDRESS, nullable=False))
    topics: bytes = Field(sa_column=Column("topics", LargeBinary, nullable=False))
    data: bytes = Field(sa_column=Column("data", LargeBinary, nullable=False))
    block_number: int = Field(sa_column=Column("block_number", BigInteger, nullable=False))
    block_hash: bytes = Field(sa_column=Column("block_hash", DIGEST, nullable=False))
    block_time: datetime = Field(sa_column=Column("block_time", UtcTime, nullable=False))
    transaction_hash: bytes = Field(sa_column=Column("transaction_hash", DIGEST, nullable=False))
    log_index: int = Field(sa_column=Column("log_index", BigInteger, nullable=False))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    organization: str | None = Field(None, sa_column=Column("organization", String(CODE)))
    malformed: bool = Field(sa_column=Column("malformed", Boolean, nullable=False))


class Tile(Table, table=True):
    """A tile of the journal (C2SP tlog-tiles): up to 256 hashes side by side."""

    __tablename__ = "tile"
    __table_args__ = (CheckConstraint("length(hashes) % 32 = 0", name="hashes"),)

    level: int = Field(sa_column=Column("level", Integer, primary_key=True, autoincrement=False))
    number: int = Field(sa_column=Column("number", KEY, primary_key=True, autoincrement=False))
    hashes: bytes = Field(sa_column=Column("hashes", LargeBinary, nullable=False))


class Checkpoint(Table, table=True):
    """The signed note that is published, of a final size, and the vkey of who signed it. One row."""

    __tablename__ = "checkpoint"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: int = Field(1, sa_column=Column("id", Integer, primary_key=True, autoincrement=False))
    vkey: str = Field(sa_column=Column("vkey", String, nullable=False))
    note: bytes = Field(sa_column=Column("note", LargeBinary, nullable=False))


class Suppression(Table, table=True):
    """An act whose words are withheld; `leaf` is the hash of its whole log. A copy of the operator's list."""

    __tablename__ = "suppression"
    __table_args__ = (fixed("leaf", 32), fixed("document", 32))

    index: int = Field(sa_column=begun_by("index"))
    leaf: bytes = Field(sa_column=Column("leaf", DIGEST, nullable=False))
    time: datetime = Field(sa_column=Column("time", UtcTime, nullable=False))
    reason: str = Field(sa_column=Column("reason", Text, nullable=False))
    document: bytes = Field(sa_column=Column("document", DIGEST, nullable=False))


class Organization(Table, table=True):
    """A version of an organization. `area` is the 12-digit code; `malformed` faults the content."""

    __tablename__ = "organization"
    __table_args__ = (Index(None, "code", "from_index"), ended("organization"), fixed("account", 20))

    from_index: int = Field(sa_column=begun_by())
    code: str = Field(sa_column=Column("code", String(CODE), nullable=False))
    name: str = Field(sa_column=Column("name", Text, nullable=False))
    aliases: list[str] = Field(sa_column=Column("aliases", JSON, nullable=False))
    kind: int = Field(sa_column=Column("kind", Integer, nullable=False))
    area: int = Field(sa_column=Column("area", BigInteger, nullable=False))
    parent: str | None = Field(None, sa_column=Column("parent", String(CODE)))
    sector_authority: str | None = Field(None, sa_column=Column("sector_authority", String(CODE)))
    allowed_roles: int = Field(sa_column=Column("allowed_roles", BigInteger, nullable=False))
    suspended: bool = Field(sa_column=Column("suspended", Boolean, nullable=False))
    content: bytes = Field(sa_column=Column("content", LargeBinary, nullable=False))
    malformed: str | None = Field(None, sa_column=Column("malformed", Text))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    from_block: int = Field(sa_column=Column("from_block", BigInteger, nullable=False))
    to_block: int | None = Field(None, sa_column=Column("to_block", BigInteger))
    from_time: datetime = Field(sa_column=Column("from_time", UtcTime, nullable=False))
    to_time: datetime | None = Field(None, sa_column=Column("to_time", UtcTime))


class Account(Table, table=True):
    """A version of an account. `compromised_since`: Unix seconds as stated on chain, 0 when never said."""

    __tablename__ = "account"
    __table_args__ = (
        Index(None, "address", "from_index"),
        Index(None, "organization"),
        ended("account"),
        fixed("address", 20),
        fixed("successor", 20),
    )

    from_index: int = Field(sa_column=begun_by())
    address: bytes = Field(sa_column=Column("address", ADDRESS, primary_key=True))
    organization: str = Field(sa_column=Column("organization", String(CODE), nullable=False))
    roles: int = Field(sa_column=Column("roles", BigInteger, nullable=False))
    active: bool = Field(sa_column=Column("active", Boolean, nullable=False))
    compromised_since: int = Field(sa_column=Column("compromised_since", Uint256, nullable=False))
    successor: bytes | None = Field(None, sa_column=Column("successor", ADDRESS))
    from_block: int = Field(sa_column=Column("from_block", BigInteger, nullable=False))
    to_block: int | None = Field(None, sa_column=Column("to_block", BigInteger))
    from_time: datetime = Field(sa_column=Column("from_time", UtcTime, nullable=False))
    to_time: datetime | None = Field(None, sa_column=Column("to_time", UtcTime))


class Proposal(Table, table=True):
    """A version of a proposal: pending, then settled by the account that confirmed, at its first act."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index(None, "number", "from_index"),
        ended("proposal"),
        fixed("target", 20),
        fixed("account", 20),
        fixed("settled_by", 20),
    )

    from_index: int = Field(sa_column=begun_by())
    number: int = Field(sa_column=Column("number", BigInteger, nullable=False))
    target: bytes = Field(sa_column=Column("target", ADDRESS, nullable=False))
    action: bytes = Field(sa_column=Column("action", LargeBinary, nullable=False))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    made_index: int = Field(sa_column=Column("made_index", BigInteger, nullable=False))
    made_time: datetime = Field(sa_column=Column("made_time", UtcTime, nullable=False))
    settled_by: bytes | None = Field(None, sa_column=Column("settled_by", ADDRESS))
    settled_index: int | None = Field(None, sa_column=Column("settled_index", BigInteger))
    from_block: int = Field(sa_column=Column("from_block", BigInteger, nullable=False))
    to_block: int | None = Field(None, sa_column=Column("to_block", BigInteger))
    from_time: datetime = Field(sa_column=Column("from_time", UtcTime, nullable=False))
    to_time: datetime | None = Field(None, sa_column=Column("to_time", UtcTime))


class Parameter(Table, table=True):
    """A version of a parameter. Which one is in force follows from `effective_from`, Unix seconds."""

    __tablename__ = "parameter"
    __table_args__ = (Index(None, "name", "version"), fixed("source", 32), fixed("account", 20))

    from_index: int = Field(sa_column=begun_by())
    name: str = Field(sa_column=Column("name", String, nullable=False))
    version: int = Field(sa_column=Column("version", BigInteger, nullable=False))
    value: int = Field(sa_column=Column("value", Uint256, nullable=False))
    effective_from: int = Field(sa_column=Column("effective_from", Uint256, nullable=False))
    source: bytes = Field(sa_column=Column("source", DIGEST, nullable=False))
    proposal: int = Field(sa_column=Column("proposal", BigInteger, nullable=False))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    from_block: int = Field(sa_column=Column("from_block", BigInteger, nullable=False))
    from_time: datetime = Field(sa_column=Column("from_time", UtcTime, nullable=False))


class Calendar(Table, table=True):
    """A version of a year's calendar: bit n of the low word is day n of the year, of the high word day 256 + n."""

    __tablename__ = "calendar"
    __table_args__ = (Index(None, "year", "version"), fixed("source", 32), fixed("account", 20))

    from_index: int = Field(sa_column=begun_by())
    year: int = Field(sa_column=Column("year", Integer, nullable=False))
    version: int = Field(sa_column=Column("version", BigInteger, nullable=False))
    workdays_low: int = Field(sa_column=Column("workdays_low", Uint256, nullable=False))
    workdays_high: int = Field(sa_column=Column("workdays_high", Uint256, nullable=False))
    source: bytes = Field(sa_column=Column("source", DIGEST, nullable=False))
    proposal: int = Field(sa_column=Column("proposal", BigInteger, nullable=False))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    from_block: int = Field(sa_column=Column("from_block", BigInteger, nullable=False))
    from_time: datetime = Field(sa_column=Column("from_time", UtcTime, nullable=False))


class Entry(Table, table=True):
    """A version of a catalog entry; a retired version keeps the content of the one before it.

    `content` is the raw bytes of the chain; `malformed` says why they could not be read, and then the columns
    taken from them are empty.
    """

    __tablename__ = "entry"
    __table_args__ = (
        Index(None, "entry_id", "version", unique=True),
        Index(None, "provider", "act_index"),
        # Filters and counts at the head, and publishing's question for a source, read this and not the wide rows.
        Index(
            "ix_entry_open",
            *("source", "status", "theme", "provider", "share", "open", "level"),
            sqlite_where=text("to_block IS NULL"),
            postgresql_where=text("to_block IS NULL"),
        ),
        ended("entry"),
        fixed("entry_id", 32),
        fixed("content_digest", 32),
        fixed("reason", 32),
        fixed("account", 20),
        CheckConstraint("status IN ('ACTIVE', 'RETIRED')", name="status"),
    )

    act_index: int = Field(sa_column=begun_by("act_index"))
    entry_id: bytes = Field(sa_column=Column("entry_id", DIGEST, nullable=False))
    version: int = Field(sa_column=Column("version", BigInteger, nullable=False))
    provider: str = Field(sa_column=Column("provider", String(CODE), nullable=False))
    submitter: str = Field(sa_column=Column("submitter", String(CODE), nullable=False))
    local_code: str = Field(sa_column=Column("local_code", String, nullable=False))
    kind: int = Field(sa_column=Column("kind", Integer, nullable=False))
    status: str = Field(sa_column=Column("status", String, nullable=False))
    share: int = Field(sa_column=Column("share", Integer, nullable=False))
    open: int = Field(sa_column=Column("open", Integer, nullable=False))
    level: int = Field(sa_column=Column("level", Integer, nullable=False))
    content: bytes = Field(sa_column=Column("content", LargeBinary, nullable=False))
    content_digest: bytes = Field(sa_column=Column("content_digest", DIGEST, nullable=False))
    title: str | None = Field(None, sa_column=Column("title", Text))
    abstract: str | None = Field(None, sa_column=Column("abstract", Text))
    theme: str | None = Field(None, sa_column=Column("theme", Text))
    source: str | None = Field(None, sa_column=Column("source", Text))
    update_cycle: str | None = Field(None, sa_column=Column("update_cycle", Text))
    malformed: str | None = Field(None, sa_column=Column("malformed", Text))
    reason: bytes | None = Field(None, sa_column=Column("reason", DIGEST))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    from_block: int = Field(sa_column=Column("from_block", BigInteger, nullable=False))
    to_block: int | None = Field(None, sa_column=Column("to_block", BigInteger))
    from_time: datetime = Field(sa_column=Column("from_time", UtcTime, nullable=False))
    to_time: datetime | None = Field(None, sa_column=Column("to_time", UtcTime))


class Evidence(Table, table=True):
    """What stopped the indexer: kept for people, never repaired or read by the program."""

    __tablename__ = "evidence"

    id: int = Field(sa_column=Column("id", Integer, primary_key=True))
    seen: datetime = Field(sa_column=Column("seen", UtcTime, nullable=False))
    block_number: int | None = Field(None, sa_column=Column("block_number", BigInteger))
    stored_hash: bytes | None = Field(None, sa_column=Column("stored_hash", DIGEST))
    found_hash: bytes | None = Field(None, sa_column=Column("found_hash", DIGEST))
    message: str = Field(sa_column=Column("message", Text, nullable=False))
