"""Whether a grant covers an operation on an entry at a time, by what the mirror knows (`IGrantScope.coverage`).

The contract's rules once more, over rows: evaluated from the grant upwards, at every ancestor, and the first reason
found is the answer. Past times are judged by the records and versions of those times. A test asks both the same
questions. No I/O but through `Facts`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from ledger.indexer.grant_rows import GrantRecordRow, GrantRow, GrantScopeRow, GrantVersionRow
from ledger.indexer.registration_rows import RegistrationRow
from ledger.indexer.rows import ACTIVE, EntryRow
from ledger.model import registration
from ledger.model.area import contains
from ledger.model.entry import Open, Share
from ledger.model.grant import ALL_ITEMS, Coverage, Kind, Mode, Operation, Status

_ALL_PURPOSES: Final = 0xFF


class Facts(Protocol):
    """What is asked of the mirror. Times are moments that answers are about, all within what the mirror knows."""

    def grant(self, number: int) -> GrantRow | None:
        """A grant: who, and what for; its status here is not asked about."""

    def grant_record_at(self, number: int, time: datetime) -> GrantRecordRow | None:
        """The last record of a grant at or before a time."""

    def grant_version(self, number: int, version: int) -> GrantVersionRow | None:
        """A version of a grant: its terms, and whose scope counts."""

    def listed_entry(self, number: int, version: int, entry: bytes) -> GrantScopeRow | None:
        """What the scope that a version lists itself says of an entry."""

    def listed_provider(self, number: int, version: int, provider: str) -> GrantScopeRow | None:
        """What the scope that a version lists itself says of a provider."""

    def entry_at(self, entry: bytes, time: datetime) -> EntryRow | None:
        """The version of an entry that held at a time. The first is taken to have held always (`ICatalog.stateAt`)."""

    def registration_at(self, entry: bytes, time: datetime) -> RegistrationRow | None:
        """The version issued last, as it stood, of the registration that spoke for an entry (`registrationOf`)."""


@dataclass(frozen=True, slots=True)
class Question:
    """May this be done? `operation`: bits; several ask for all of them."""

    entry: bytes
    operation: int
    time: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """What one grant of the chain says, and what it rests on; what was not reached any more is None."""

    number: int
    reason: Coverage
    grant: GrantRow | None
    record: GrantRecordRow | None = None
    version: GrantVersionRow | None = None
    scope: GrantScopeRow | None = None
    level: int | None = None
    """Highest level of data that it covers there."""
    entry: EntryRow | None = None
    registration: RegistrationRow | None = None
    items: int = 0
    """What this grant and those below it list: bit i is item i; 0 where it is not covered."""


def is_in_force(record: GrantRecordRow | None, time: datetime) -> bool:
    """Whether what a record says is in force (`GrantRecords._isInForce`)."""
    return record is not None and record.status == Status.ACTIVE.name and record.valid_from <= time < record.valid_until


def is_effective(facts: Facts, number: int, time: datetime) -> bool:
    """Whether a grant and all its ancestors were in force at a time (`IGrants.isEffective`)."""
    above: int | None = number
    while above:
        if not is_in_force(facts.grant_record_at(above, time), time):
            return False
        known = facts.grant(above)
        above = known.parent if known else None
    return True


def is_for(facts: Facts, number: int, purpose: int, time: datetime) -> bool:
    """Whether a grant was effective at a time, and for a purpose by the terms then in force."""
    record = facts.grant_record_at(number, time)
    drawn = facts.grant_version(number, record.version) if record else None
    return drawn is not None and bool(drawn.purposes & purpose) and is_effective(facts, number, time)


def is_registered(row: RegistrationRow | None, entry: bytes, time: datetime) -> bool:
    """Whether a registration was in force with the entry in it (`IRegistry.isRegistered`)."""
    if row is None or f"0x{entry.hex()}" not in row.entries:
        return False
    return registration.status_of(row.status, row.valid_until, time) == registration.Status.ACTIVE.name


def coverage(facts: Facts, number: int, question: Question) -> tuple[Coverage, int, int]:
    """The contract's answer: COVERED or the first reason why not, the grant where it was found, and the items."""
    *_, last = walk(facts, number, question)
    covered = last.reason is Coverage.COVERED
    return last.reason, number if covered else last.number, last.items


def walk(facts: Facts, number: int, question: Question) -> Iterator[Link]:
    """From a grant upwards, until its root or the first reason why not."""
    state = facts.entry_at(question.entry, question.time)
    items, purposes, area = ALL_ITEMS, _ALL_PURPOSES, None
    above: int | None = number
    while above:
        link = _judge(facts, above, question, state)
        known, terms = link.grant, link.version
        if link.reason is Coverage.COVERED and known is not None and terms is not None and link.scope is not None:
            items &= ALL_ITEMS if link.scope.items is None else link.scope.items
            purposes &= terms.purposes
            outside = area is not None and not contains(terms.area, area)
            within = items != 0 and purposes != 0 and not outside
            reason = Coverage.COVERED if within else Coverage.NOT_WITHIN
            link = replace(link, reason=reason, items=items if within else 0)
            area = terms.area
        yield link
        if link.reason is not Coverage.COVERED or known is None:
            return
        above = known.parent


def _judge(facts: Facts, number: int, question: Question, state: EntryRow | None) -> Link:
    """What one grant says by itself, in the contract's order."""
    known, record = facts.grant(number), facts.grant_record_at(number, question.time)
    link = Link(number, Coverage.NOT_EFFECTIVE, known, record, entry=state)
    if known is None or record is None:
        return link
    version = facts.grant_version(number, record.version)
    link = Link(number, Coverage.NOT_EFFECTIVE, known, record, version, entry=state)
    if version is None or not is_in_force(record, question.time):
        return link
    level = version.level
    if known.mode == Mode.OVERALL.name:
        listed = facts.listed_provider(number, version.scope_of, state.provider) if state else None
        level = level if listed is None or listed.level is None else min(level, listed.level)
    else:
        listed = facts.listed_entry(number, version.scope_of, question.entry)
    reason = _permitted(known, version, listed, level, state, question.operation)
    row = None
    if known.kind == Kind.OPERATE.name:
        row = facts.registration_at(question.entry, question.time)
        if reason is Coverage.COVERED and not is_registered(row, question.entry, question.time):
            reason = Coverage.NOT_REGISTERED
    return Link(number, reason, known, record, version, listed, level, state, row)


def _permitted(
    known: GrantRow,
    version: GrantVersionRow,
    listed: GrantScopeRow | None,
    level: int,
    state: EntryRow | None,
    operation: int,
) -> Coverage:
    """`GrantScope._judge`."""
    if listed is None:
        return Coverage.NOT_LISTED
    if operation == 0 or listed.operations & operation != operation:
        return Coverage.NOT_OPERATED
    # What a provider is listed for is all it publishes, from the first version on.
    if state is None or state.status != ACTIVE or state.version < (listed.entry_version or 0):
        return Coverage.NOT_PUBLISHED
    if not 0 < state.level <= level:
        return Coverage.NOT_PERMITTED
    if known.kind == Kind.SHARE.name:
        permitted = state.share not in (Share.NOT_STATED, Share.DENIED)
    else:
        exportable = state.open != Open.DENIED and state.level <= version.export_level
        permitted = state.open != Open.NOT_STATED and (exportable or not operation & Operation.EXPORT)
    return Coverage.COVERED if permitted else Coverage.NOT_PERMITTED
