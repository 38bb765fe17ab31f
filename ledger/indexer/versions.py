"""One run of the fold: the state it looks at, what it changed, and how a version ends when the next begins."""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, TypeVar

from ledger.chain.events import DecodedEvent, RawLog
from ledger.errors import Inconsistent
from ledger.indexer.changes import Changes, Ending
from ledger.indexer.content import EntryContent, entry_content
from ledger.indexer.grant_rows import GrantRow, GrantVersionRow, ProductPriceRow, ProductRow
from ledger.indexer.registration_rows import ObjectionRow, RegistrationRow
from ledger.indexer.rows import AccountRow, EntryRow, OrganizationRow, ProposalRow, time_of
from ledger.model.roles import OrganizationKind

Concern = tuple[bool, str | None]
"""Whether an act's content is malformed, and the code of the organization that the act concerns."""
Row = TypeVar("Row")
_NO_DIGEST = bytes(32)


class Stored(Protocol):
    """What the fold asks for: there are too many of these to have them all at hand."""

    def entry(self, entry_id: bytes) -> EntryRow | None:
        """The current version of an entry."""

    def registration(self, number: str) -> list[RegistrationRow]:
        """The versions of a registration as they stand."""

    def objection(self, number: int) -> ObjectionRow | None:
        """An objection as it stands."""

    def speaker(self, entry_id: bytes) -> str | None:
        """Number of the registration that speaks for an entry."""

    def grant(self, number: int) -> GrantRow | None:
        """A grant as it stands."""

    def grant_versions(self, number: int) -> list[GrantVersionRow]:
        """The versions of a grant as they stand."""

    def grant_providers(self, number: int, version: int) -> set[str]:
        """The providers that the scope of a version lists, by themselves or by their entries."""

    def product(self, number: int) -> ProductRow | None:
        """A product as it stands."""

    def product_price(self, number: int) -> ProductPriceRow | None:
        """Price and ceiling of a product as they stand; None when none was ever set."""


class ReadAct(NamedTuple):
    """An act as it came: the raw log, what it says, and, for a publication, its content."""

    log: RawLog
    event: DecodedEvent
    content: EntryContent | None
    suppressed: bool = False
    """Whether what it says is withheld (`ledger.indexer.suppressing`)."""

    @property
    def words(self) -> bytes | None:
        """The content that it carries; None while it is suppressed."""
        return None if self.suppressed else self.event.fields["content"]

    @property
    def content_digest(self) -> bytes:
        """SHA-256 of the content that it carries, which stays when that is withheld."""
        content: bytes = self.event.fields["content"]
        return content if self.suppressed else hashlib.sha256(content).digest()


def read_act(log: RawLog, event: DecodedEvent) -> ReadAct:
    """Reads the content that a publication carries; all work that needs no state is done here."""
    data = event.fields.get("content") if event.event == "EntryPublished" else None
    return ReadAct(log, event, None if data is None else entry_content(data))


@dataclass(slots=True)
class State:
    """The current versions that the fold looks at, by code, address and number; proposals while pending."""

    organizations: dict[str, OrganizationRow] = field(default_factory=dict)
    accounts: dict[bytes, AccountRow] = field(default_factory=dict)
    proposals: dict[int, ProposalRow] = field(default_factory=dict)


@dataclass(slots=True)
class Run:
    """A run of acts being folded into a state."""

    state: State
    stored: Stored
    changes: Changes = field(default_factory=Changes)
    fresh: dict[tuple[Any, ...], int] = field(default_factory=dict)
    """Place, in its list, of the row that this run added as current version of (table, key)."""
    registrations: dict[str, dict[int, RegistrationRow]] = field(default_factory=dict)
    """Registrations that this run looked at, by number and version, as they stand."""
    objections: dict[int, ObjectionRow] = field(default_factory=dict)
    """Objections that this run looked at, as they stand."""
    speakers: dict[bytes, str | None] = field(default_factory=dict)
    """Registrations that speak for entries that this run looked at."""
    grants: dict[int, GrantRow | None] = field(default_factory=dict)
    """Grants that this run looked at, as they stand; so too below."""
    grant_versions: dict[int, dict[int, GrantVersionRow]] = field(default_factory=dict)
    listed_providers: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    """Providers that the scope of (grant, version) lists."""
    products: dict[int, ProductRow] = field(default_factory=dict)
    prices: dict[int, ProductPriceRow] = field(default_factory=dict)

    def end(
        self,
        act: ReadAct,
        key: tuple[str, str | bytes | int],
        rows: list[Any],
        endings: list[Ending],
        *,
        stored: bool,
    ) -> None:
        """Ends the current version of (table, key), if there is one; the next is about to be added to `rows`.

        Args:
            stored: whether there is a version from before this run.
        """
        block, time = act.log.block_number, time_of(act.event.fields["time"])
        place = self.fresh.get(key)
        if place is not None:
            rows[place] = rows[place]._replace(to_block=block, to_time=time)
        elif stored:
            endings.append(Ending(block, time, key[1]))
        self.fresh[key] = len(rows)

    def organization_of(self, account: bytes) -> str | None:
        """Code of the organization that an account acts for."""
        known = self.state.accounts.get(account)
        return known.organization if known else None

    def is_authority(self, code: str | None) -> bool:
        """Whether this is the data authority: the only organization of its kind."""
        known = self.state.organizations.get(code or "")
        return known is not None and known.kind == OrganizationKind.DATA_AUTHORITY

    def provider_of(self, entry_id: bytes) -> str | None:
        """The provider of an entry, which never changes; None when there is no such entry."""
        place = self.fresh.get(("entry", entry_id))
        row = self.stored.entry(entry_id) if place is None else self.changes.entries[place]
        return row.provider if row else None

    def speaker(self, entry_id: bytes) -> str | None:
        """Number of the registration that speaks for an entry."""
        if entry_id not in self.speakers:
            self.speakers[entry_id] = self.stored.speaker(entry_id)
        return self.speakers[entry_id]

    def grant_providers(self, number: int, version: int) -> set[str]:
        """The providers that the scope of a version lists; the set is this run's to extend."""
        key = (number, version)
        if key not in self.listed_providers:
            self.listed_providers[key] = self.stored.grant_providers(number, version)
        return self.listed_providers[key]


def begins(act: ReadAct) -> dict[str, Any]:
    """The columns that say since when a version is the current one."""
    return {
        "from_index": act.event.index,
        "from_block": act.log.block_number,
        "to_block": None,
        "from_time": time_of(act.event.fields["time"]),
        "to_time": None,
    }


def known(rows: dict[Any, Row], key: Any, act: ReadAct, what: str) -> Row:
    """The current version of a key. Raises Inconsistent when there is none: the contract had one."""
    try:
        return rows[key]
    except KeyError:
        name = f"0x{key.hex()}" if isinstance(key, bytes) else key
        raise Inconsistent(f"act {act.event.index} ({act.event.event}) is about unknown {what} {name}") from None


@lru_cache(4096)
def code_of(field: bytes) -> str | None:
    """An organization code; None for the zeros that stand for none."""
    return field.decode("ascii", "backslashreplace") if any(field) else None


def digest_of(field: bytes) -> bytes | None:
    """A digest; None for the zeros that stand for none."""
    return None if field == _NO_DIGEST else field
