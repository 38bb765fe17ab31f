"""The state that the auditor holds: what every act so far amounts to, in the auditor's own words.

Nothing here is taken from the contracts' storage or from the mirror. Codes are 18 bytes, numbers of registrations 16,
ids and digests 32, addresses 20; times are Unix seconds. What an act changed is noted in `Book.effects`, which the
history of rows is made of.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ledger.audit.acts import NO_CODE, NO_DIGEST, Act
from ledger.model.registration import Kind, ObjectionState, Stage, Status
from ledger.model.workdays import Calendars

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
    holders: set[tuple[bytes, int]] = field(default_factory=set)
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


@dataclass(slots=True)
class Book:
    """The whole state."""

    chain_id: int = 0
    journal: bytes = b""
    """Address of the journal."""
    origin: bytes = NO_DIGEST
    """What the journal's origin has to be."""
    government: bytes = b""
    """Address of `Organizations`, as the journal's opening names it."""
    admitted: set[bytes] = field(default_factory=set)
    closed: bool = False
    opened: bool = False
    authority: bytes = NO_CODE
    founding: bytes = b""
    """Hash of the transaction that founded the ledger."""
    founded: bool = False
    """Whether that transaction is complete."""
    organizations: dict[bytes, Organization] = field(default_factory=dict)
    accounts: dict[bytes, Account] = field(default_factory=dict)
    proposals: dict[int, Proposal] = field(default_factory=dict)
    underway: Proposal | None = None
    """The proposal whose acts are being carried out."""
    parameters: dict[bytes, list[Parameter]] = field(default_factory=dict)
    calendars: dict[int, int] = field(default_factory=dict)
    """year → bits of its working days."""
    calendar_versions: dict[int, int] = field(default_factory=dict)
    entries: dict[bytes, Entry] = field(default_factory=dict)
    registrations: dict[bytes, Registration] = field(default_factory=dict)
    national_codes: dict[bytes, bytes] = field(default_factory=dict)
    numbers_given: tuple[int, int] = (0, 0)
    """Local date of the last number given (YYYYMMDD), and how many that day has."""
    objections: dict[int, Objection] = field(default_factory=dict)
    open_objections: dict[tuple[bytes, int, bytes], int] = field(default_factory=dict)
    last_time: int = 0
    effects: list[Effect] = field(default_factory=list)
    """What the last act changed."""
    steps: list[Step] = field(default_factory=list)
    """What the last act did to versions of registrations."""

    def acting(self, address: bytes) -> tuple[bytes, int]:
        """Organization and effective roles of an account; none once it ended or its organization is suspended."""
        account = self.accounts.get(address)
        organization = self.organizations.get(account.organization) if account and account.active else None
        if account is None or organization is None or organization.suspended:
            return NO_CODE, 0
        return organization.code, account.roles & organization.allowed_roles

    def stepped(self, drawn: Drawn, name: str, late: bool = False) -> None:
        """Notes that the last act was a step of a version, and changed it."""
        self.effects.append(Effect("registration", (drawn.number, drawn.version)))
        self.steps.append(Step(drawn.number, drawn.version, name, late))

    def ancestors(self, code: bytes) -> Iterator[bytes]:
        """The organizations above one, the nearest first."""
        for _ in range(len(self.organizations)):
            found = self.organizations.get(code)
            if found is None or found.parent == NO_CODE:
                return
            code = found.parent
            yield code

    def in_force(self, name: str, time: int) -> int | None:
        """Value of the version of a parameter that is in force at a time; None when there is none."""
        versions = self.parameters.get(name.encode("ascii").ljust(32, b"\0"), ())
        return next((parameter.value for parameter in reversed(versions) if parameter.effective_from <= time), None)

    def deadline(self, name: str, time: int) -> int | None:
        """End of so many working days from a time as a parameter says, Unix seconds; None when it is not in force."""
        workdays = self.in_force(name, time)
        if workdays is None:
            return None
        end = Calendars(self.calendars).deadline(datetime.fromtimestamp(time, UTC), workdays)
        return int(end.timestamp())

    def admins(self) -> int:
        """ADMINs of the data authority."""
        return sum(
            account.active and account.organization == self.authority and bool(account.roles & 1)
            for account in self.accounts.values()
        )
