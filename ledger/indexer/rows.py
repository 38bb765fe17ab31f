"""What the indexer writes: one row of each table, by name and in the order of the table's columns.

Times are aware UTC. An open version has neither `to_block` nor `to_time`. Rows of registrations are in
`ledger.indexer.registration_rows`.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from ledger.chain.deployment import Deployment
from ledger.merkle.hashing import EMPTY_ROOT

ACTIVE = "ACTIVE"
RETIRED = "RETIRED"


_LAST_SECOND = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@lru_cache(4096)
def time_of(seconds: int) -> datetime:
    """The time of a block. Blocks share acts, so most are asked for many times."""
    return datetime.fromtimestamp(seconds, UTC)


def clock_of(seconds: int) -> datetime | None:
    """When a clock that the chain keeps runs out; None for 0, no clock. Past the year 9999 it is that year's end."""
    return None if seconds == 0 else instant_of(seconds)


def instant_of(seconds: int) -> datetime:
    """The time of Unix seconds that someone stated. Past the year 9999 it is that year's end."""
    return time_of(seconds) if seconds < _LAST_SECOND.timestamp() else _LAST_SECOND


class BlockRow(NamedTuple):
    """A header."""

    number: int
    hash: bytes
    parent_hash: bytes
    time: datetime


class ActRow(NamedTuple):
    """A raw act."""

    index: int  # type: ignore[assignment]  # hides the tuple's method, which nobody needs on a row
    contract: str
    event: str
    emitter: bytes
    topics: bytes
    data: bytes
    block_number: int
    block_hash: bytes
    block_time: datetime
    transaction_hash: bytes
    log_index: int
    account: bytes
    organization: str | None
    malformed: bool


class OrganizationRow(NamedTuple):
    """A version of an organization."""

    from_index: int
    code: str
    name: str
    aliases: list[str]
    kind: int
    area: int
    parent: str | None
    sector_authority: str | None
    allowed_roles: int
    suspended: bool
    content: bytes
    malformed: str | None
    account: bytes
    from_block: int
    to_block: int | None
    from_time: datetime
    to_time: datetime | None


class AccountRow(NamedTuple):
    """A version of an account."""

    from_index: int
    address: bytes
    organization: str
    roles: int
    active: bool
    compromised_since: int
    successor: bytes | None
    from_block: int
    to_block: int | None
    from_time: datetime
    to_time: datetime | None


class ProposalRow(NamedTuple):
    """A version of a proposal."""

    from_index: int
    number: int
    target: bytes
    action: bytes
    account: bytes
    made_index: int
    made_time: datetime
    settled_by: bytes | None
    settled_index: int | None
    from_block: int
    to_block: int | None
    from_time: datetime
    to_time: datetime | None


class ParameterRow(NamedTuple):
    """A version of a parameter."""

    from_index: int
    name: str
    version: int
    value: int
    effective_from: int
    source: bytes
    proposal: int
    account: bytes
    from_block: int
    from_time: datetime


class CalendarRow(NamedTuple):
    """A version of a year's calendar: bit n of the low word is day n of the year, of the high word day 256 + n."""

    from_index: int
    year: int
    version: int
    workdays_low: int
    workdays_high: int
    source: bytes
    proposal: int
    account: bytes
    from_block: int
    from_time: datetime


class EntryRow(NamedTuple):
    """A version of an entry."""

    act_index: int
    entry_id: bytes
    version: int
    provider: str
    submitter: str
    local_code: str
    kind: int
    status: str
    share: int
    open: int
    level: int
    content: bytes
    content_digest: bytes
    title: str | None
    abstract: str | None
    theme: str | None
    source: str | None
    update_cycle: str | None
    malformed: str | None
    reason: bytes | None
    account: bytes
    from_block: int
    to_block: int | None
    from_time: datetime
    to_time: datetime | None


class CursorRow(NamedTuple):
    """How far the mirror has come. `final_block`: the last block that no reorganization may touch."""

    revision: int
    chain_id: int
    genesis_hash: bytes
    origin: bytes
    next_block: int
    head_number: int | None
    head_hash: bytes | None
    head_time: datetime | None
    final_block: int | None
    journal_size: int
    journal_root: bytes


def first_cursor(deployment: Deployment, block: BlockRow) -> CursorRow:
    """The cursor of a mirror that has read nothing yet; `block` is the one before the journal."""
    return CursorRow(
        1, deployment.chain_id, deployment.genesis_hash, deployment.origin, deployment.block,
        block.number, block.hash, block.time, None, 0, EMPTY_ROOT,
    )  # fmt: skip
