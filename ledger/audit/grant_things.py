"""Grants, products and disclosures as the auditor holds them; see `ledger.audit.things`."""

from dataclasses import dataclass, field
from typing import NamedTuple

from ledger.audit.acts import NO_DIGEST
from ledger.model.grant import Approval, Basis, Kind, Mode, Stage, Status
from ledger.model.product import Form
from ledger.model.product import Status as ProductStatus


class Terms(NamedTuple):
    """What a version grants, apart from its scope (`IGrants.Terms`)."""

    start: int
    end: int
    area: int
    level: int
    export_level: int
    purposes: int
    delegations: int


@dataclass(slots=True)
class Listed:
    """What a scope says of an entry (`IGrants.Slot`)."""

    version: int
    operations: int
    items: int
    held: bool = True


class Taken(NamedTuple):
    """Who took an approval, and when."""

    account: bytes
    time: int


@dataclass(slots=True)
class GrantVersion:
    """A version of a grant, its scope, and the procedure that leads to it."""

    grant: int
    version: int
    planned_index: int
    basis: Basis
    scope_of: int
    required: int
    terms: Terms
    content_digest: bytes
    title: str | None
    malformed: str | None
    stage: Stage = Stage.PLAN
    open: bool = True
    taken: int = 0
    agreement: bytes = NO_DIGEST
    scope_digest: bytes = NO_DIGEST
    entries: dict[bytes, Listed] = field(default_factory=dict)
    providers: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    """Provider → operations and highest level, of an OVERALL grant."""
    asked: set[bytes] = field(default_factory=set)
    """Providers other than the grantor whose data is listed."""
    consents_asked: set[bytes] = field(default_factory=set)
    """Those whose consent this version needs: a renewal asks again for what its predecessor lists."""
    consents: dict[bytes, Taken] = field(default_factory=dict)
    approvals: dict[Approval, Taken] = field(default_factory=dict)
    taken_by: dict[bytes, set[Approval]] = field(default_factory=dict)

    @property
    def scope_count(self) -> int:
        """Entries or providers listed."""
        return len(self.entries) + len(self.providers)

    @property
    def held_count(self) -> int:
        """Entries that are held."""
        return sum(listed.held for listed in self.entries.values())

    @property
    def consents_missing(self) -> int:
        """Providers that have not consented."""
        return len(self.consents_asked) - len(self.consents)


class GrantRecord(NamedTuple):
    """What held of a grant from a time on (`IGrants.Record`)."""

    time: int
    valid_from: int
    valid_until: int
    version: int
    status: Status


@dataclass(slots=True)
class Grant:
    """A grant: who and what for, its versions, and what the one in force is worth."""

    number: int
    planned_index: int
    grantor: bytes
    kind: Kind
    mode: Mode
    parent: int
    depth: int
    implementer: bytes
    grantee: bytes
    title: str | None
    versions: list[GrantVersion] = field(default_factory=list)
    current: int = 0
    status: Status = Status.NONE
    status_since: int = 0
    suspended_by_authority: bool = False
    valid_from: int = 0
    valid_until: int = 0
    records: list[GrantRecord] = field(default_factory=list)

    def version(self, version: int) -> GrantVersion | None:
        """A version, counting from 1."""
        return self.versions[version - 1] if 0 < version <= len(self.versions) else None

    @property
    def in_force(self) -> GrantVersion | None:
        """The version that came into force last."""
        return self.version(self.current)

    def status_at(self, time: int) -> Status:
        """What it is worth now, expiry taken into account."""
        running = self.status in (Status.ACTIVE, Status.SUSPENDED)
        return Status.EXPIRED if running and time >= self.valid_until else self.status

    def is_in_force(self, time: int) -> bool:
        """Whether it is active within its term, ancestors left out."""
        return self.status is Status.ACTIVE and self.valid_from <= time < self.valid_until

    def scope(self, version: int) -> GrantVersion | None:
        """The version whose scope counts for a version."""
        drawn = self.version(version)
        return self.version(drawn.scope_of) if drawn else None


@dataclass(slots=True)
class Price:
    """Price and ceiling from a time on, fen per unit (`IProducts.Price`); None where none is set."""

    time: int
    ceiling: int | None
    price: int | None
    trial: bool
    unit: bytes


@dataclass(slots=True)
class Product:
    """A product as it stands."""

    number: int
    added_index: int
    operator: bytes
    grant: int
    source: int
    depth: int
    entry: bytes
    inputs: list[bytes]
    form: Form
    purpose: int
    redevelopable: bool
    content_digest: bytes
    name: str | None
    malformed: str | None
    status: ProductStatus = ProductStatus.LISTED
    suspended_by_authority: bool = False
    prices: list[Price] = field(default_factory=list)


class Disclosed(NamedTuple):
    """The last version of a disclosure."""

    version: int
    digest: bytes
    time: int
