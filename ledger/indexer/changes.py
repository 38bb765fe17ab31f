"""What a run of acts changes in the mirror, ready to be written in one transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ledger.indexer.grant_rows import (
    DisclosureRow,
    GrantApprovalRow,
    GrantContentRow,
    GrantHoldRow,
    GrantRecordRow,
    GrantRow,
    GrantScopeRow,
    GrantStepRow,
    GrantVersionRow,
    ProductPriceRow,
    ProductRow,
    RegistrationSpeakerRow,
)
from ledger.indexer.registration_rows import (
    EntryHoldRow,
    ObjectionRow,
    RegistrationContentRow,
    RegistrationRow,
    RegistrationStepRow,
)
from ledger.indexer.rows import (
    AccountRow,
    ActRow,
    BlockRow,
    CalendarRow,
    CursorRow,
    EntryRow,
    OrganizationRow,
    ParameterRow,
    ProposalRow,
)
from ledger.merkle.tiles import TileKey
from ledger.model.suppression import Suppression


class Ending(NamedTuple):
    """A stored version ends: the open one of a code, an address, or the number of whatever is numbered."""

    to_block: int
    to_time: datetime
    key: str | bytes | int


class EntryEnding(NamedTuple):
    """A stored version of an entry ends."""

    to_block: int
    to_time: datetime
    entry_id: bytes
    version: int


class RegistrationEnding(NamedTuple):
    """A stored state of a version of a registration ends."""

    to_block: int
    to_time: datetime
    number: str
    version: int


class HoldEnding(NamedTuple):
    """A version of a registration holds an entry no longer."""

    to_block: int
    to_time: datetime
    entry_id: bytes
    number: str
    version: int


class GrantVersionEnding(NamedTuple):
    """A stored state of a version of a grant ends."""

    to_block: int
    to_time: datetime
    grant: int
    version: int


class GrantHoldEnding(NamedTuple):
    """A version of a grant holds an entry no longer."""

    to_block: int
    to_time: datetime
    entry_id: bytes
    grant: int
    version: int


@dataclass(slots=True)
class Changes:
    """Rows to add, and stored versions that end. A row that begins and ends within the run has its end already.

    Write endings first: then the open version of a key is the stored one.
    """

    acts: list[ActRow] = field(default_factory=list)
    organizations: list[OrganizationRow] = field(default_factory=list)
    accounts: list[AccountRow] = field(default_factory=list)
    proposals: list[ProposalRow] = field(default_factory=list)
    parameters: list[ParameterRow] = field(default_factory=list)
    calendars: list[CalendarRow] = field(default_factory=list)
    entries: list[EntryRow] = field(default_factory=list)
    registrations: list[RegistrationRow] = field(default_factory=list)
    registration_contents: list[RegistrationContentRow] = field(default_factory=list)
    registration_steps: list[RegistrationStepRow] = field(default_factory=list)
    objections: list[ObjectionRow] = field(default_factory=list)
    holds: list[EntryHoldRow] = field(default_factory=list)
    speakers: list[RegistrationSpeakerRow] = field(default_factory=list)
    grants: list[GrantRow] = field(default_factory=list)
    grant_versions: list[GrantVersionRow] = field(default_factory=list)
    grant_contents: list[GrantContentRow] = field(default_factory=list)
    grant_records: list[GrantRecordRow] = field(default_factory=list)
    grant_scopes: list[GrantScopeRow] = field(default_factory=list)
    grant_approvals: list[GrantApprovalRow] = field(default_factory=list)
    grant_steps: list[GrantStepRow] = field(default_factory=list)
    grant_holds: list[GrantHoldRow] = field(default_factory=list)
    products: list[ProductRow] = field(default_factory=list)
    product_prices: list[ProductPriceRow] = field(default_factory=list)
    disclosures: list[DisclosureRow] = field(default_factory=list)
    search_texts: list[tuple[int, str]] = field(default_factory=list)
    """Act index and text of each entry version that can be searched."""
    ended_organizations: list[Ending] = field(default_factory=list)
    ended_accounts: list[Ending] = field(default_factory=list)
    ended_proposals: list[Ending] = field(default_factory=list)
    ended_entries: list[EntryEnding] = field(default_factory=list)
    ended_registrations: list[RegistrationEnding] = field(default_factory=list)
    ended_objections: list[Ending] = field(default_factory=list)
    ended_holds: list[HoldEnding] = field(default_factory=list)
    ended_grants: list[Ending] = field(default_factory=list)
    ended_grant_versions: list[GrantVersionEnding] = field(default_factory=list)
    ended_grant_holds: list[GrantHoldEnding] = field(default_factory=list)
    ended_products: list[Ending] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Batch:
    """One transaction: acts, rows, tiles, headers and the cursor that says so."""

    expected_revision: int
    """Revision of the stored cursor that this batch follows."""
    cursor: CursorRow
    changes: Changes
    tiles: dict[TileKey, bytes]
    blocks: list[BlockRow]
    """Headers to keep; stored headers below the cursor's final block go."""
    suppressions: list[Suppression] = field(default_factory=list)
    """Of the acts of this batch."""


@dataclass(frozen=True, slots=True)
class RollBack:
    """One transaction: everything above a block goes, what ended above it is open again."""

    expected_revision: int
    cursor: CursorRow
    tiles: dict[TileKey, bytes]
    """Tiles in place of wider ones."""
    gone_tiles: list[TileKey]
