"""A small ledger of grants, packed by hand as the compiler packs it: a share delegated twice, and an operation.

1 AUTHORITY → DISTRICT, 2 DISTRICT → STREET, 3 STREET → COMMUNITY     SHARE of ENTRY
4 AUTHORITY → OPERATOR                                                OPERATE, SECTOR, of ENTRY, registered
5 AUTHORITY → OPERATOR                                                OPERATE, OVERALL, of all of PROVIDER
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ledger.chain.artifacts import keccak256
from ledger.model.grant import ALL_ITEMS
from ledger.model.ids import entry_id
from ledger.model.organization_code import sample_code
from ledger.proof.bundle import Bundle
from ledger.proof.statement import GrantStatement
from ledger.proof.verdict import Report
from ledger.proof.verify import verify
from tests.unit.proof.material import BLOCK, BLOCK_TIME, NOW
from tests.unit.proof.sealed import KEYS, sealed_qbft
from tests.unit.proof.test_sealed_bundles import qbft_trust
from tests.unit.proof.world import ORIGIN, World, mapped

AUTHORITY, PROVIDER, DISTRICT, STREET, COMMUNITY, OPERATOR = map(sample_code, range(6))
ENTRY = entry_id(PROVIDER, "306001/000001")
NUMBER = b"R20260202000017K"
TIME = int(BLOCK_TIME.timestamp())
DAY = 86_400
BEGUN, ENDS = TIME - 100 * DAY, TIME + 100 * DAY
AREAS = {1: 110_000_000_000, 2: 110_105_000_000, 3: 110_105_001_000, 4: 110_000_000_000, 5: 110_000_000_000}
SHARE, OPERATE, OVERALL, SECTOR = 2, 1, 1, 2
ACTIVE, SUSPENDED, TERMINATED, REVOKED, EXITED, CLOSED = range(1, 7)


@dataclass(frozen=True)
class Record:
    """`IGrants.Record`."""

    time: int = BEGUN
    start: int = BEGUN
    end: int = ENDS
    version: int = 1
    status: int = ACTIVE

    @property
    def word(self) -> int:
        return self.time | self.start << 64 | self.end << 128 | self.version << 192 | self.status << 224


@dataclass(frozen=True)
class Drawn:
    """A version of a grant with what it lists."""

    area: int
    level: int = 3
    export_level: int = 2
    purposes: int = 3
    scope_of: int = 1
    operations: int = 7
    items: int = ALL_ITEMS
    listed_version: int = 1
    listed_level: int = 2
    """Of a provider."""


@dataclass
class Grant:
    kind: int
    grantee: str
    parent: int = 0
    mode: int = 0
    grantor: str = AUTHORITY
    records: list[Record] = field(default_factory=lambda: [Record()])
    versions: dict[int, Drawn] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """What a version of an entry held: version, status, share, open, level."""

    version: int = 1
    status: int = 1
    share: int = 2
    open: int = 2
    level: int = 2


@dataclass
class City:
    """What the contracts keep; a test changes it."""

    grants: dict[int, Grant]
    head: State = State()
    ended: list[tuple[int, State]] = field(default_factory=list)
    """Until when, and what held."""
    speakers: list[tuple[int, bytes]] = field(default_factory=lambda: [(BEGUN, NUMBER)])
    registered: list[tuple[int, int, int, int]] = field(default_factory=lambda: [(BEGUN, ENDS, 1, 1)])
    """Time, valid until, version, status of its records."""
    entries: dict[int, list[bytes]] = field(default_factory=lambda: {1: sorted([ENTRY, bytes(32), b"\xff" * 32])})

    def own(self, grant: int, version: int = 1, **changes: int) -> None:
        """Changes what a version grants."""
        versions = self.grants[grant].versions
        versions[version] = replace(versions.get(version, versions[1]), **changes)

    def world(self) -> World:
        made = World()
        self._catalog(made)
        self._registry(made)
        for number, grant in self.grants.items():
            _grant(made, number, grant)
        return made

    def _catalog(self, made: World) -> None:
        head = self.head
        word = int.from_bytes(PROVIDER.encode()) | head.version << 144 | head.status << 176 | 1 << 184
        made.put("Catalog", mapped(0, ENTRY), b"\x01" * 32)
        made.put("Catalog", mapped(0, ENTRY) + 1, word | head.share << 192 | head.open << 200 | head.level << 208)
        past = [
            until | one.version << 64 | one.status << 96 | one.share << 104 | one.open << 112 | one.level << 120
            for until, one in self.ended
        ]
        array(made, "Catalog", mapped(1, ENTRY), past)

    def _registry(self, made: World) -> None:
        key = NUMBER.ljust(32, b"\0")
        array(made, "Registry", mapped(7, ENTRY), [time | int.from_bytes(no) << 64 for time, no in self.speakers])
        records = [time | end << 64 | version << 128 | status << 160 for time, end, version, status in self.registered]
        array(made, "Registry", mapped(2, key), records)
        for version, ids in self.entries.items():
            array(made, "Registry", mapped(mapped(3, key), version.to_bytes(32)), list(map(int.from_bytes, ids)))


def city() -> City:
    """The ledger of the module's docstring; everything covers."""
    own = {number: {1: Drawn(area)} for number, area in AREAS.items()}
    return City(
        {
            1: Grant(SHARE, DISTRICT, versions=own[1]),
            2: Grant(SHARE, STREET, 1, grantor=DISTRICT, versions=own[2]),
            3: Grant(SHARE, COMMUNITY, 2, grantor=STREET, versions=own[3]),
            4: Grant(OPERATE, OPERATOR, mode=SECTOR, versions=own[4]),
            5: Grant(OPERATE, OPERATOR, mode=OVERALL, versions=own[5]),
        }
    )


def asked(grant: int, operation: int = 1, time: int = TIME, entry: bytes = ENTRY, who: str = "") -> GrantStatement:
    """A statement; to its own grantee unless it says who."""
    grantees = {number: one.grantee for number, one in city().grants.items()}
    return GrantStatement(grant, who or grantees.get(grant, OPERATOR), entry, operation, time)


def bundle(of: City, statement: GrantStatement) -> Bundle:
    """A bundle under a header that two of three validators sealed."""
    made = of.world()
    sealed = sealed_qbft(made.header(BLOCK, TIME), KEYS[:2])
    return Bundle(ORIGIN, statement, None, made.evidence(statement, sealed))


def array(made: World, contract: str, slot: int, words: list[int]) -> None:
    made.put(contract, slot, len(words))
    for place, word in enumerate(words):
        made.put(contract, int.from_bytes(keccak256((slot % 2**256).to_bytes(32))) + place, word)


def _grant(made: World, number: int, grant: Grant) -> None:
    key = number.to_bytes(32)
    first = mapped(0, key)
    made.put("Grants", first, int.from_bytes(grant.grantor.encode()) | grant.kind << 144 | grant.mode << 152
             | grant.parent << 160)  # fmt: skip
    made.put("Grants", first + 2, int.from_bytes(grant.grantee.encode()))
    array(made, "Grants", mapped(3, key), [record.word for record in grant.records])
    for version, drawn in grant.versions.items():
        at = version.to_bytes(32)
        place = mapped(mapped(2, key), at)
        made.put("Grants", place + 2, 1 | drawn.scope_of << 8)
        terms = BEGUN | ENDS << 64 | drawn.area << 128 | drawn.level << 168 | drawn.export_level << 176
        made.put("Grants", place + 3, terms | drawn.purposes << 184)
        listed = drawn.listed_version | drawn.operations << 32 | 1 << 40 | drawn.items << 48
        made.put("Grants", mapped(mapped(mapped(4, key), at), ENTRY), listed if grant.mode != OVERALL else 0)
        provider = PROVIDER.encode()
        whole = int.from_bytes(provider) | drawn.operations << 144 | drawn.listed_level << 152
        place = mapped(mapped(mapped(5, key), at), provider.ljust(32, b"\0"))
        made.put("Grants", place, whole if grant.mode == OVERALL else 0)


TRUST = qbft_trust()


def judged(of: City, statement: GrantStatement, now: datetime = NOW, at: datetime | None = None) -> Report:
    return verify(bundle(of, statement).encode(), TRUST, None, now, at)


def status_line(report: Report) -> str:
    return next(check.detail.en for check in report.checks if check.name == "status")


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def suspended(of: City) -> None:
    of.grants[1].records.append(Record(TIME - DAY, status=SUSPENDED))


def with_status(status: int, grant: int = 3) -> Callable[[City], None]:
    return lambda of: of.grants[grant].records.append(Record(TIME - DAY, status=status))


def with_own(grant: int, **changes: int) -> Callable[[City], None]:
    return lambda of: of.own(grant, **changes)


def with_head(**changes: int) -> Callable[[City], None]:
    def change(of: City) -> None:
        of.head = replace(of.head, **changes)

    return change


def with_records(*records: Record, grant: int = 3) -> Callable[[City], None]:
    def change(of: City) -> None:
        of.grants[grant].records = list(records)

    return change


def with_registration(status: int = ACTIVE, until: int = ENDS) -> Callable[[City], None]:
    return lambda of: of.registered.append((TIME - DAY, until, 1, status))


def without(*names: str) -> Callable[[City], None]:
    def change(of: City) -> None:
        for name in names:
            getattr(of, name).clear()

    return change
