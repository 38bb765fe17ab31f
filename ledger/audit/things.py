"""What the auditor's state is made of, in the auditor's own words.

Codes are 18 bytes, numbers of registrations 16, ids and digests 32, addresses 20; times are Unix seconds.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ledger.audit.acts import NO_CODE, NO_DIGEST, Act
from ledger.model.registration import Kind, ObjectionState, Stage, Status

NO_ACCOUNT = bytes(20)


@dataclass(slots=True)
class Organization:
    """An organization as it stands."""

    code: bytes
    parent: bytes
    kind: int
    area: int
    allowed_roles: int
    sector_authority: bytes
    suspended: bool = False
    content: bytes = b""


@dataclass(slots=True)
class Account:
    """An account as it stands."""

    address: bytes
    organization: bytes
    roles: int
    active: bool = True
    compromised_since: int = 0
    successor: bytes | None = None


@dataclass(slots=True)
class Proposal:
    """A proposal: what was proposed, and how much of it has been carried out."""

    number: int
    target: bytes
    action: bytes
    made: Act
    expected: list[tuple[str, dict[str, Any]]]
    """The acts that it leads to: event, and what each must say."""
    carried: int = 0
    settled: Act | None = None
    """The first act that came of it."""

    @property
    def digest(self) -> bytes:
        """SHA-256 of (target, 20 bytes ‖ action), which the contract keeps."""
        return hashlib.sha256(self.target + self.action).digest()


class Parameter(NamedTuple):
    """One version of a parameter."""

    version: int
    effective_from: int
    value: int
    source: bytes


class Ended(NamedTuple):
    """What held of an entry until a later version came (`ICatalog.Ended`)."""

    until: int
    version: int
    status: int
    share: int
    open: int
    level: int


@dataclass(slots=True)
class Entry:
    """An entry as it stands. Who holds or marks it is kept by name, the contract only counts."""

    id: bytes
    provider: bytes
    local_code: bytes
    kind: int
    version: int = 0
    active: bool = False
    share: int = 0
    open: int = 0
    level: int = 0
    submitter: bytes = NO_CODE
    content_digest: bytes = NO_DIGEST
    reading: Any = None
    """What the content says (`ledger.audit.contents`)."""
    holders: set[tuple[Any, Any]] = field(default_factory=set)
    """(registration or grant, version), or ("product", number)."""
    markers: set[int] = field(default_factory=set)
    ended: list[Ended] = field(default_factory=list)


@dataclass(slots=True)
class Drawn:
    """A version of a registration, which is one application."""

    number: bytes
    version: int
    filed_index: int
    filer: bytes
    filed_time: int
    kind: Kind
    stage: Stage
    subject: bytes
    applicant: bytes
    registrar: bytes
    deadline: int
    objection: int
    evidence: bytes
    entries: list[bytes]
    content_digest: bytes
    certificate_root: bytes
    field_count: int
    supplemented: bool = False
    settled: bool = False
    notice_end: int = 0
    reviewer: bytes = NO_ACCOUNT
    issued_at: int = 0
    open_objections: int = 0
    # What else can be said of it, for the history.
    content_index: int = 0
    title: str | None = None
    malformed: str | None = None
    late: bool = False
    stage_since: int = 0
    issuer: bytes | None = None
    valid_until: int = 0
    supersedes: int = 0
    superseded_by: int = 0
    status: Status = Status.NONE
    status_since: int = 0

    @property
    def interested_party(self) -> bool:
        """Whether an ACCEPTOR filed it for an interested party."""
        return self.evidence != NO_DIGEST


class Record(NamedTuple):
    """What held of a registration from a time on (`IRegistry.Record`)."""

    time: int
    valid_until: int
    version: int
    status: Status


@dataclass(slots=True)
class Registration:
    """A registration: its versions, and what the one in force is worth."""

    number: bytes
    versions: list[Drawn] = field(default_factory=list)
    issued: int = 0
    status: Status = Status.NONE
    valid_until: int = 0
    suspended_for: int = 0
    suspended_by_authority: bool = False
    records: list[Record] = field(default_factory=list)
    upheld: set[int] = field(default_factory=set)
    national_code: bytes = b""
    national_code_withheld: bool = False
    """Whether people are not told of it."""

    def version(self, version: int) -> Drawn | None:
        """A version, counting from 1."""
        return self.versions[version - 1] if 0 < version <= len(self.versions) else None

    def status_at(self, version: int, time: int) -> Status:
        """What a version was worth at a time, expiry and supersession taken into account; NONE before its issue."""
        last = next((record for record in reversed(self.records) if record.time <= time), None)
        drawn = self.version(version)
        if last is None or drawn is None or last.version < version:
            return Status.NONE
        if last.version > version:
            return Status.SUPERSEDED if drawn.stage is Stage.ISSUED else Status.NONE
        running = last.status in (Status.ACTIVE, Status.SUSPENDED)
        return Status.EXPIRED if running and time >= last.valid_until else last.status


@dataclass(slots=True)
class Objection:
    """An objection as it stands; against `number` or against `entry`, the other is zeros."""

    objection: int
    number: bytes
    entry: bytes
    version: int
    objector: bytes
    person: bool
    responsible: bytes
    deadline: int
    raised: Act
    state: ObjectionState = ObjectionState.RAISED
    late: bool = False

    @property
    def target(self) -> tuple[bytes, int, bytes]:
        """What one objector has one open objection against."""
        return self.entry if any(self.entry) else self.number.ljust(32, b"\0"), self.version, self.objector


class Effect(NamedTuple):
    """A thing that an act changed, by the mirror's table and a key."""

    table: str
    key: Any


class Step(NamedTuple):
    """What an act did to a version of a registration."""

    number: bytes
    version: int
    name: str
    late: bool = False
    objection: int = 0
