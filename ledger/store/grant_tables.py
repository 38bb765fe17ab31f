"""The tables of grants, of the second kind that `ledger.store.tables` names.

Columns stand in the order of the rows in `ledger.indexer.grant_rows`. Sets are the bits of the contracts; item
bitmaps are wider than a signed 64-bit integer.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Integer, LargeBinary, String, Text
from sqlmodel import Field

from ledger.model.grant import Approval, Basis, Kind, Mode, Stage, Status
from ledger.store.registration_tables import NUMBER
from ledger.store.schema import CODE, Table, begun_by, ended, fixed, one_of, opened
from ledger.store.types import ADDRESS, DIGEST, KEY, Uint256, UtcTime

_STORED = [status for status in Status if status is not Status.EXPIRED]


class Grant(Table, table=True):
    """A state of a grant. EXPIRED is never stored; `title` is that of the version in force, before that of the plan."""

    __tablename__ = "grant"
    __table_args__ = (
        Index(None, "grant", "from_index"),
        Index(None, "planned_index"),
        opened("grant", "grantee"),
        opened("grant", "grantor"),
        opened("grant", "parent"),
        ended("grant"),
        fixed("reason", 32),
        fixed("account", 20),
        one_of("kind", Kind),
        one_of("mode", Mode),
        one_of("status", _STORED),
    )

    from_index: int = Field(sa_column=begun_by())
    grant: int = Field(sa_column=Column("grant", BigInteger, nullable=False))
    planned_index: int = Field(sa_column=Column("planned_index", BigInteger, nullable=False))
    grantor: str = Field(sa_column=Column("grantor", String(CODE), nullable=False))
    kind: str = Field(sa_column=Column("kind", String, nullable=False))
    mode: str | None = Field(None, sa_column=Column("mode", String))
    parent: int | None = Field(None, sa_column=Column("parent", BigInteger))
    depth: int = Field(sa_column=Column("depth", Integer, nullable=False))
    implementer: str | None = Field(None, sa_column=Column("implementer", String(CODE)))
    grantee: str = Field(sa_column=Column("grantee", String(CODE), nullable=False))
    versions: int = Field(sa_column=Column("versions", BigInteger, nullable=False))
    current: int | None = Field(None, sa_column=Column("current", BigInteger))
    status: str | None = Field(None, sa_column=Column("status", String))
    status_since: datetime | None = Field(None, sa_column=Column("status_since", UtcTime))
    suspended_by_authority: bool = Field(sa_column=Column("suspended_by_authority", Boolean, nullable=False))
    valid_from: datetime | None = Field(None, sa_column=Column("valid_from", UtcTime))
    valid_until: datetime | None = Field(None, sa_column=Column("valid_until", UtcTime))
    title: str | None = Field(None, sa_column=Column("title", Text))
    reason: bytes | None = Field(None, sa_column=Column("reason", DIGEST))
    organization: str | None = Field(None, sa_column=Column("organization", String(CODE)))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    from_block: int = Field(sa_column=Column("from_block", BigInteger, nullable=False))
    to_block: int | None = Field(None, sa_column=Column("to_block", BigInteger))
    from_time: datetime = Field(sa_column=Column("from_time", UtcTime, nullable=False))
    to_time: datetime | None = Field(None, sa_column=Column("to_time", UtcTime))


class GrantVersion(Table, table=True):
    """A state of a version of a grant, and of the procedure that leads to it."""

    __tablename__ = "grant_version"
    __table_args__ = (
        Index(None, "grant", "version", "from_index"),
        opened("grant_version", "stage"),
        ended("grant_version"),
        fixed("agreement", 32),
        fixed("scope_digest", 32),
        fixed("content_digest", 32),
        fixed("account", 20),
        one_of("basis", Basis),
        one_of("stage", Stage),
    )

    from_index: int = Field(sa_column=begun_by())
    version: int = Field(sa_column=Column("version", KEY, primary_key=True, autoincrement=False))
    grant: int = Field(sa_column=Column("grant", BigInteger, nullable=False))
    planned_index: int = Field(sa_column=Column("planned_index", BigInteger, nullable=False))
    basis: str = Field(sa_column=Column("basis", String, nullable=False))
    stage: str = Field(sa_column=Column("stage", String, nullable=False))
    open: bool = Field(sa_column=Column("open", Boolean, nullable=False))
    required: int = Field(sa_column=Column("required", Integer, nullable=False))
    taken: int = Field(sa_column=Column("taken", Integer, nullable=False))
    consents_missing: int = Field(sa_column=Column("consents_missing", BigInteger, nullable=False))
    agreement: bytes | None = Field(None, sa_column=Column("agreement", DIGEST))
    scope_of: int = Field(sa_column=Column("scope_of", BigInteger, nullable=False))
    scope_count: int = Field(sa_column=Column("scope_count", BigInteger, nullable=False))
    scope_digest: bytes | None = Field(None, sa_column=Column("scope_digest", DIGEST))
    held_count: int = Field(sa_column=Column("held_count", BigInteger, nullable=False))
    start: datetime = Field(sa_column=Column("start", UtcTime, nullable=False))
    end: datetime = Field(sa_column=Column("end", UtcTime, nullable=False))
    area: int = Field(sa_column=Column("area", BigInteger, nullable=False))
    level: int = Field(sa_column=Column("level", Integer, nullable=False))
    export_level: int = Field(sa_column=Column("export_level", Integer, nullable=False))
    purposes: int = Field(sa_column=Column("purposes", Integer, nullable=False))
    delegations: int = Field(sa_column=Column("delegations", Integer, nullable=False))
    title: str | None = Field(None, sa_column=Column("title", Text))
    content_digest: bytes = Field(sa_column=Column("content_digest", DIGEST, nullable=False))
    malformed: str | None = Field(None, sa_column=Column("malformed", Text))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    from_block: int = Field(sa_column=Column("from_block", BigInteger, nullable=False))
    to_block: int | None = Field(None, sa_column=Column("to_block", BigInteger))
    from_time: datetime = Field(sa_column=Column("from_time", UtcTime, nullable=False))
    to_time: datetime | None = Field(None, sa_column=Column("to_time", UtcTime))


class GrantContent(Table, table=True):
    """What a version says in words; it never changes, so states name it by `planned_index`."""

    __tablename__ = "grant_content"
    __table_args__ = (Index(None, "grant", "version"), fixed("content_digest", 32))

    act_index: int = Field(sa_column=begun_by("act_index"))
    grant: int = Field(sa_column=Column("grant", BigInteger, nullable=False))
    version: int = Field(sa_column=Column("version", BigInteger, nullable=False))
    content: bytes = Field(sa_column=Column("content", LargeBinary, nullable=False))
    content_digest: bytes = Field(sa_column=Column("content_digest", DIGEST, nullable=False))
    malformed: str | None = Field(None, sa_column=Column("malformed", Text))


class GrantRecord(Table, table=True):
    """What held of a grant from a time on, until the next record."""

    __tablename__ = "grant_record"
    __table_args__ = (
        Index(None, "grant", "time", "act_index"),
        one_of("status", _STORED),
    )

    act_index: int = Field(sa_column=begun_by("act_index"))
    grant: int = Field(sa_column=Column("grant", BigInteger, nullable=False))
    version: int = Field(sa_column=Column("version", BigInteger, nullable=False))
    status: str = Field(sa_column=Column("status", String, nullable=False))
    time: datetime = Field(sa_column=Column("time", UtcTime, nullable=False))
    valid_from: datetime = Field(sa_column=Column("valid_from", UtcTime, nullable=False))
    valid_until: datetime = Field(sa_column=Column("valid_until", UtcTime, nullable=False))
    block_number: int = Field(sa_column=Column("block_number", BigInteger, nullable=False))


class GrantScope(Table, table=True):
    """An entry, or for an OVERALL grant a provider, in the scope of a version."""

    __tablename__ = "grant_scope"
    __table_args__ = (
        Index(None, "grant", "version", "position"),
        Index(None, "entry_id", "grant"),
        Index(None, "provider", "grant"),
        fixed("entry_id", 32),
        CheckConstraint("(entry_id IS NULL) != (level IS NULL)", name="target"),
    )

    act_index: int = Field(sa_column=begun_by("act_index"))
    position: int = Field(sa_column=Column("position", KEY, primary_key=True, autoincrement=False))
    grant: int = Field(sa_column=Column("grant", BigInteger, nullable=False))
    version: int = Field(sa_column=Column("version", BigInteger, nullable=False))
    provider: str = Field(sa_column=Column("provider", String(CODE), nullable=False))
    entry_id: bytes | None = Field(None, sa_column=Column("entry_id", DIGEST))
    entry_version: int | None = Field(None, sa_column=Column("entry_version", BigInteger))
    operations: int = Field(sa_column=Column("operations", Integer, nullable=False))
    items: int | None = Field(None, sa_column=Column("items", Uint256))
    level: int | None = Field(None, sa_column=Column("level", Integer))
    time: datetime = Field(sa_column=Column("time", UtcTime, nullable=False))
    block_number: int = Field(sa_column=Column("block_number", BigInteger, nullable=False))


class GrantApproval(Table, table=True):
    """An approval that was taken. `date`: local day of a collective decision, days since 1 January 1970."""

    __tablename__ = "grant_approval"
    __table_args__ = (
        Index(None, "grant", "version", "act_index"),
        fixed("document", 32),
        fixed("scope_digest", 32),
        fixed("account", 20),
        one_of("approval", Approval),
    )

    act_index: int = Field(sa_column=begun_by("act_index"))
    grant: int = Field(sa_column=Column("grant", BigInteger, nullable=False))
    version: int = Field(sa_column=Column("version", BigInteger, nullable=False))
    approval: str = Field(sa_column=Column("approval", String, nullable=False))
    provider: str | None = Field(None, sa_column=Column("provider", String(CODE)))
    document: bytes | None = Field(None, sa_column=Column("document", DIGEST))
    date: int | None = Field(None, sa_column=Column("date", BigInteger))
    scope_count: int = Field(sa_column=Column("scope_count", BigInteger, nullable=False))
    scope_digest: bytes | None = Field(None, sa_column=Column("scope_digest", DIGEST))
    entered: bool = Field(sa_column=Column("entered", Boolean, nullable=False))
    valid_from: datetime | None = Field(None, sa_column=Column("valid_from", UtcTime))
    organization: str | None = Field(None, sa_column=Column("organization", String(CODE)))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    time: datetime = Field(sa_column=Column("time", UtcTime, nullable=False))
    block_number: int = Field(sa_column=Column("block_number", BigInteger, nullable=False))


class GrantStep(Table, table=True):
    """What an act did to a version. `detail`: its basis, the approval, or how many entries were listed or released."""

    __tablename__ = "grant_step"
    __table_args__ = (Index(None, "grant", "act_index"), fixed("reason", 32), fixed("account", 20))

    act_index: int = Field(sa_column=begun_by("act_index"))
    grant: int = Field(sa_column=Column("grant", BigInteger, nullable=False))
    version: int = Field(sa_column=Column("version", BigInteger, nullable=False))
    step: str = Field(sa_column=Column("step", String, nullable=False))
    detail: str | None = Field(None, sa_column=Column("detail", String))
    organization: str | None = Field(None, sa_column=Column("organization", String(CODE)))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    time: datetime = Field(sa_column=Column("time", UtcTime, nullable=False))
    reason: bytes | None = Field(None, sa_column=Column("reason", DIGEST))
    block_number: int = Field(sa_column=Column("block_number", BigInteger, nullable=False))


class GrantHold(Table, table=True):
    """A version of a grant holds an entry."""

    __tablename__ = "grant_hold"
    __table_args__ = (
        Index(None, "entry_id", "from_index"),
        Index(None, "grant", "version"),
        ended("grant_hold"),
        fixed("entry_id", 32),
    )

    from_index: int = Field(sa_column=begun_by())
    entry_id: bytes = Field(sa_column=Column("entry_id", DIGEST, primary_key=True))
    grant: int = Field(sa_column=Column("grant", BigInteger, nullable=False))
    version: int = Field(sa_column=Column("version", BigInteger, nullable=False))
    from_block: int = Field(sa_column=Column("from_block", BigInteger, nullable=False))
    to_block: int | None = Field(None, sa_column=Column("to_block", BigInteger))
    from_time: datetime = Field(sa_column=Column("from_time", UtcTime, nullable=False))
    to_time: datetime | None = Field(None, sa_column=Column("to_time", UtcTime))


class RegistrationSpeaker(Table, table=True):
    """From a time on, until the next, a registration speaks for an entry."""

    __tablename__ = "registration_speaker"
    __table_args__ = (Index(None, "entry_id", "act_index"), fixed("entry_id", 32))

    act_index: int = Field(sa_column=begun_by("act_index"))
    entry_id: bytes = Field(sa_column=Column("entry_id", DIGEST, primary_key=True))
    number: str = Field(sa_column=Column("number", String(NUMBER), nullable=False))
    time: datetime = Field(sa_column=Column("time", UtcTime, nullable=False))
    block_number: int = Field(sa_column=Column("block_number", BigInteger, nullable=False))
