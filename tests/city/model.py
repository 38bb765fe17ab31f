"""What the generator remembers of the city, so that every act it sends is one that the contracts allow."""

from dataclasses import dataclass, field
from random import Random

from ledger.model.ids import EntryId
from tests.city.chain import address_of

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Size:
    """How large a city is."""

    organizations: int
    entries: int
    registrations: int
    grants: int

    def scaled(self, part: int) -> "Size":
        """A city of a part of this size; a few organizations of every kind remain."""
        return Size(max(self.organizations // part, 40), *(
            count // part for count in (self.entries, self.registrations, self.grants)
        ))  # fmt: skip


CITY = Size(organizations=300, entries=20_000, registrations=5_000, grants=3_000)


@dataclass(slots=True)
class Organization:
    """An organization with three accounts, so that no one account has to do what two must."""

    code: str
    kind: int
    area: int
    parent: str | None
    sector_authority: str | None = None

    @property
    def raw(self) -> bytes:
        return self.code.encode()

    @property
    def clerk(self) -> bytes:
        """Publishes, applies, accepts, reviews, supervises, approves."""
        return address_of(f"clerk {self.code}")

    @property
    def officer(self) -> bytes:
        """Issues and grants."""
        return address_of(f"officer {self.code}")

    @property
    def approver(self) -> bytes:
        """Approves and decides."""
        return address_of(f"approver {self.code}")


@dataclass(slots=True)
class Entry:
    """The head of an entry, and who holds it."""

    id: EntryId
    provider: str
    local_code: str
    share: int
    open: int
    level: int
    items: int
    version: int = 1
    retired: bool = False
    holds: int = 0
    registration: str | None = None


@dataclass(slots=True)
class Registration:
    """A registration, as far as its last issued version goes."""

    number: str
    provider: str
    entries: list[Entry]
    version: int = 1
    issued: int = 0
    status: str = "ACTIVE"
    valid_until: int = 0
    pending: bool = True

    def runs(self, now: int) -> bool:
        return self.issued > 0 and self.status == "ACTIVE" and now < self.valid_until


@dataclass(frozen=True, slots=True)
class Scope:
    """What is granted of an entry."""

    version: int
    operations: int
    items: int


@dataclass(slots=True)
class Grant:
    """A grant, as far as its version in force goes."""

    number: int
    kind: int
    mode: int
    grantor: str
    implementer: str | None
    grantee: str
    parent: "Grant | None"
    area: int
    level: int
    purposes: int
    delegations: int
    start: int
    end: int
    scope: dict[EntryId, Scope] = field(default_factory=dict)
    providers: tuple[str, ...] = ()
    version: int = 1
    status: str = "PLAN"
    term_start: int = 0
    """When the term of its version begins; that of a renewal later than the grant."""
    listed: int = 1
    """The version whose scope counts."""
    count: int = 0
    digest: bytes = bytes(32)
    settled: bool = False

    def effective(self, now: int) -> bool:
        """Whether it and all its ancestors are in force."""
        own = self.status == "ACTIVE" and self.start <= now < self.end
        return own and (self.parent is None or self.parent.effective(now))


@dataclass(slots=True)
class State:
    """Everything that is known of the city now."""

    random: Random
    organizations: dict[str, Organization] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    by_provider: dict[str, list[Entry]] = field(default_factory=dict)
    registrations: list[Registration] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    entry_of: dict[EntryId, Entry] = field(default_factory=dict)
    now: int = 0

    def of_kind(self, *kinds: int) -> list[Organization]:
        """Organizations of these kinds."""
        return [one for one in self.organizations.values() if one.kind in kinds]

    @property
    def authority(self) -> Organization:
        """The data authority."""
        return self.of_kind(1)[0]

    def district_of(self, code: str) -> Organization | None:
        """The authority of the district that an organization lies in; None for the city's own."""
        area = self.organizations[code].area // 1_000_000
        return next((one for one in self.of_kind(2) if one.area // 1_000_000 == area), None)

    @property
    def registrar(self) -> Organization:
        return self.of_kind(6)[0]
