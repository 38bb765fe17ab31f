"""The state that the auditor holds: what every act so far amounts to.

Nothing here is taken from the contracts' storage or from the mirror. What an act changed is noted in `Book.effects`,
which the history of rows is made of.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ledger.audit.acts import NO_CODE, NO_DIGEST
from ledger.audit.grant_things import Disclosed, Grant, Product
from ledger.audit.things import (
    Account,
    Drawn,
    Effect,
    Entry,
    Objection,
    Organization,
    Parameter,
    Proposal,
    Registration,
    Step,
)
from ledger.model.registration import Status
from ledger.model.workdays import Calendars


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
    speakers: dict[bytes, list[tuple[int, bytes]]] = field(default_factory=dict)
    """entry → (time, number) of the registrations that spoke for it, the last one now."""
    grants: dict[int, Grant] = field(default_factory=dict)
    products: dict[int, Product] = field(default_factory=dict)
    listings: dict[bytes, int] = field(default_factory=dict)
    """entry → the product that has it as its own."""
    disclosures: dict[tuple[int, int, int], Disclosed] = field(default_factory=dict)
    """(grant, year, kind) → what was disclosed last."""
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

    def answers_for(self, code: bytes, provider: bytes) -> bool:
        """Whether an organization is the provider, its sector authority or an ancestor."""
        holder = self.organizations.get(provider)
        if holder is None or code == NO_CODE:
            return False
        return code in (provider, holder.sector_authority) or code in self.ancestors(provider)

    def acts_for(self, code: bytes, provider: bytes) -> bool:
        """Whether an organization may act for a provider now: for a suspended one the data authority alone."""
        holder = self.organizations.get(provider)
        if holder is not None and holder.suspended:
            return code == self.authority
        return self.answers_for(code, provider)

    def is_registered(self, id: bytes, time: int) -> bool:
        """Whether the registration that speaks for an entry is in force now with the entry in it."""
        spoken = self.speakers.get(id)
        known = self.registrations.get(spoken[-1][1]) if spoken else None
        if known is None or known.status_at(known.issued, time) is not Status.ACTIVE:
            return False
        return id in known.versions[known.issued - 1].entries

    def is_effective(self, number: int, time: int) -> bool:
        """Whether a grant and all its ancestors are in force now."""
        line = list(self.line(number))
        return bool(line) and line[-1].parent == 0 and all(grant.is_in_force(time) for grant in line)

    def line(self, number: int) -> Iterator[Grant]:
        """A grant and those above it, the root last."""
        grant = self.grants.get(number)
        while grant is not None:
            yield grant
            grant = self.grants.get(grant.parent)
