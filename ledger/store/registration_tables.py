"""The tables of registrations and objections, of the second kind that `ledger.store.tables` names.

Columns stand in the order of the rows in `ledger.indexer.registration_rows`. What is large is kept once: the contents
are rows of their own, and a state names the one that it stands on.
"""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Boolean, CheckConstraint, Column, Index, LargeBinary, String, Text
from sqlmodel import Field

from ledger.model.registration import Kind, ObjectionState, Stage, Status
from ledger.store.schema import CODE, Table, begun_by, ended, fixed, one_of, opened
from ledger.store.types import ADDRESS, DIGEST, KEY, UtcTime

NUMBER = 16
"""Characters of a registration number."""


class Registration(Table, table=True):
    """A state of a version of a registration, which is one application. EXPIRED is never stored."""

    __tablename__ = "registration"
    __table_args__ = (
        Index(None, "number", "version", "from_index"),
        Index(None, "filed_index"),
        opened("registration", "stage", "registrar", "deadline"),
        opened("registration", "subject"),
        opened("registration", "national_code"),
        ended("registration"),
        fixed("evidence", 32),
        fixed("content_digest", 32),
        fixed("certificate_root", 32),
        fixed("reason", 32),
        fixed("filer", 20),
        fixed("reviewer", 20),
        fixed("issuer", 20),
        fixed("account", 20),
        one_of("kind", Kind),
        one_of("stage", Stage),
        one_of("status", Status),
    )

    from_index: int = Field(sa_column=begun_by())
    version: int = Field(sa_column=Column("version", KEY, primary_key=True, autoincrement=False))
    number: str = Field(sa_column=Column("number", String(NUMBER), nullable=False))
    filed_index: int = Field(sa_column=Column("filed_index", BigInteger, nullable=False))
    content_index: int = Field(sa_column=Column("content_index", BigInteger, nullable=False))
    kind: str = Field(sa_column=Column("kind", String, nullable=False))
    stage: str = Field(sa_column=Column("stage", String, nullable=False))
    status: str | None = Field(None, sa_column=Column("status", String))
    subject: str = Field(sa_column=Column("subject", String(CODE), nullable=False))
    applicant: str = Field(sa_column=Column("applicant", String(CODE), nullable=False))
    registrar: str = Field(sa_column=Column("registrar", String(CODE), nullable=False))
    interested_party: bool = Field(sa_column=Column("interested_party", Boolean, nullable=False))
    evidence: bytes | None = Field(None, sa_column=Column("evidence", DIGEST))
    objection: int | None = Field(None, sa_column=Column("objection", BigInteger))
    entries: list[str] = Field(sa_column=Column("entries", JSON, nullable=False))
    title: str | None = Field(None, sa_column=Column("title", Text))
    malformed: str | None = Field(None, sa_column=Column("malformed", Text))
    content_digest: bytes = Field(sa_column=Column("content_digest", DIGEST, nullable=False))
    certificate_root: bytes = Field(sa_column=Column("certificate_root", DIGEST, nullable=False))
    field_count: int = Field(sa_column=Column("field_count", BigInteger, nullable=False))
    supplemented: bool = Field(sa_column=Column("supplemented", Boolean, nullable=False))
    open_objections: int = Field(sa_column=Column("open_objections", BigInteger, nullable=False))
    deadline: datetime | None = Field(None, sa_column=Column("deadline", UtcTime))
    notice_end: datetime | None = Field(None, sa_column=Column("notice_end", UtcTime))
    issued_time: datetime | None = Field(None, sa_column=Column("issued_time", UtcTime))
    valid_until: datetime | None = Field(None, sa_column=Column("valid_until", UtcTime))
    supersedes: int | None = Field(None, sa_column=Column("supersedes", BigInteger))
    superseded_by: int | None = Field(None, sa_column=Column("superseded_by", BigInteger))
    status_since: datetime | None = Field(None, sa_column=Column("status_since", UtcTime))
    suspended_for: int | None = Field(None, sa_column=Column("suspended_for", BigInteger))
    suspended_by_authority: bool = Field(sa_column=Column("suspended_by_authority", Boolean, nullable=False))
    national_code: str | None = Field(None, sa_column=Column("national_code", String))
    settled: bool = Field(sa_column=Column("settled", Boolean, nullable=False))
    late: bool = Field(sa_column=Column("late", Boolean, nullable=False))
    filer: bytes = Field(sa_column=Column("filer", ADDRESS, nullable=False))
    reviewer: bytes | None = Field(None, sa_column=Column("reviewer", ADDRESS))
    issuer: bytes | None = Field(None, sa_column=Column("issuer", ADDRESS))
    reason: bytes | None = Field(None, sa_column=Column("reason", DIGEST))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    filed_time: datetime = Field(sa_column=Column("filed_time", UtcTime, nullable=False))
    stage_since: datetime = Field(sa_column=Column("stage_since", UtcTime, nullable=False))
    from_block: int = Field(sa_column=Column("from_block", BigInteger, nullable=False))
    to_block: int | None = Field(None, sa_column=Column("to_block", BigInteger))
    from_time: datetime = Field(sa_column=Column("from_time", UtcTime, nullable=False))
    to_time: datetime | None = Field(None, sa_column=Column("to_time", UtcTime))


class RegistrationContent(Table, table=True):
    """What an application said, or a supplement in its place. `malformed` faults content or public fields."""

    __tablename__ = "registration_content"
    __table_args__ = (
        Index(None, "number", "version", "act_index"),
        fixed("content_digest", 32),
    )

    act_index: int = Field(sa_column=begun_by("act_index"))
    number: str = Field(sa_column=Column("number", String(NUMBER), nullable=False))
    version: int = Field(sa_column=Column("version", BigInteger, nullable=False))
    content: bytes = Field(sa_column=Column("content", LargeBinary, nullable=False))
    content_digest: bytes = Field(sa_column=Column("content_digest", DIGEST, nullable=False))
    fields: list[str] = Field(sa_column=Column("fields", JSON, nullable=False))
    malformed: str | None = Field(None, sa_column=Column("malformed", Text))


class RegistrationStep(Table, table=True):
    """What an act did to a version of a registration."""

    __tablename__ = "registration_step"
    __table_args__ = (
        Index(None, "number", "act_index"),
        fixed("account", 20),
        fixed("reason", 32),
    )

    act_index: int = Field(sa_column=begun_by("act_index"))
    version: int = Field(sa_column=Column("version", KEY, primary_key=True, autoincrement=False))
    number: str = Field(sa_column=Column("number", String(NUMBER), nullable=False))
    step: str = Field(sa_column=Column("step", String, nullable=False))
    stage: str = Field(sa_column=Column("stage", String, nullable=False))
    objection: int | None = Field(None, sa_column=Column("objection", BigInteger))
    organization: str | None = Field(None, sa_column=Column("organization", String(CODE)))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    time: datetime = Field(sa_column=Column("time", UtcTime, nullable=False))
    reason: bytes | None = Field(None, sa_column=Column("reason", DIGEST))
    late: bool = Field(sa_column=Column("late", Boolean, nullable=False))
    deadline: datetime | None = Field(None, sa_column=Column("deadline", UtcTime))
    block_number: int = Field(sa_column=Column("block_number", BigInteger, nullable=False))


class Objection(Table, table=True):
    """A state of an objection, against a version of a registration or of an entry: exactly one of them is named."""

    __tablename__ = "objection"
    __table_args__ = (
        Index(None, "objection", "from_index"),
        Index(None, "registration", "version"),
        Index(None, "entry_id"),
        opened("objection", "state", "responsible", "deadline"),
        ended("objection"),
        fixed("entry_id", 32),
        fixed("commitment", 32),
        fixed("evidence", 32),
        fixed("ground", 32),
        fixed("reason", 32),
        fixed("account", 20),
        one_of("state", ObjectionState),
        CheckConstraint("(registration IS NULL) != (entry_id IS NULL)", name="target"),
    )

    from_index: int = Field(sa_column=begun_by())
    objection: int = Field(sa_column=Column("objection", BigInteger, nullable=False))
    registration: str | None = Field(None, sa_column=Column("registration", String(NUMBER)))
    entry_id: bytes | None = Field(None, sa_column=Column("entry_id", DIGEST))
    version: int = Field(sa_column=Column("version", BigInteger, nullable=False))
    state: str = Field(sa_column=Column("state", String, nullable=False))
    person: bool = Field(sa_column=Column("person", Boolean, nullable=False))
    objector: str | None = Field(None, sa_column=Column("objector", String(CODE)))
    commitment: bytes | None = Field(None, sa_column=Column("commitment", DIGEST))
    responsible: str = Field(sa_column=Column("responsible", String(CODE), nullable=False))
    deadline: datetime | None = Field(None, sa_column=Column("deadline", UtcTime))
    late: bool = Field(sa_column=Column("late", Boolean, nullable=False))
    evidence: bytes | None = Field(None, sa_column=Column("evidence", DIGEST))
    ground: bytes = Field(sa_column=Column("ground", DIGEST, nullable=False))
    reason: bytes | None = Field(None, sa_column=Column("reason", DIGEST))
    raised_index: int = Field(sa_column=Column("raised_index", BigInteger, nullable=False))
    raised_time: datetime = Field(sa_column=Column("raised_time", UtcTime, nullable=False))
    organization: str | None = Field(None, sa_column=Column("organization", String(CODE)))
    account: bytes = Field(sa_column=Column("account", ADDRESS, nullable=False))
    from_block: int = Field(sa_column=Column("from_block", BigInteger, nullable=False))
    to_block: int | None = Field(None, sa_column=Column("to_block", BigInteger))
    from_time: datetime = Field(sa_column=Column("from_time", UtcTime, nullable=False))
    to_time: datetime | None = Field(None, sa_column=Column("to_time", UtcTime))


class EntryHold(Table, table=True):
    """A version of a registration holds an entry."""

    __tablename__ = "entry_hold"
    __table_args__ = (
        Index(None, "entry_id", "from_index"),
        Index(None, "number", "version"),
        ended("entry_hold"),
        fixed("entry_id", 32),
    )

    from_index: int = Field(sa_column=begun_by())
    entry_id: bytes = Field(sa_column=Column("entry_id", DIGEST, primary_key=True))
    number: str = Field(sa_column=Column("number", String(NUMBER), nullable=False))
    version: int = Field(sa_column=Column("version", BigInteger, nullable=False))
    from_block: int = Field(sa_column=Column("from_block", BigInteger, nullable=False))
    to_block: int | None = Field(None, sa_column=Column("to_block", BigInteger))
    from_time: datetime = Field(sa_column=Column("from_time", UtcTime, nullable=False))
    to_time: datetime | None = Field(None, sa_column=Column("to_time", UtcTime))
