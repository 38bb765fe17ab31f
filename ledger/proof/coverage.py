"""Whether a grant covers an operation on an entry, by what the contracts keep: `IGrantScope.coverage`, again.

A grant covers what it lists where it and all the grants above it are in force and permit it; the first reason found
from the grant upwards is the answer. What was recorded up to a time is given; terms are judged by the time that is
asked about, which is that one or later.

The first version of an entry is taken to have held always (`ICatalog.stateAt`). Nothing is covered by that before it
was published: a scope lists what is published, and what a provider's listing covers is registered.
"""

from dataclasses import dataclass
from typing import Final

from ledger.model.area import contains
from ledger.model.grant import ALL_ITEMS, Coverage, Kind, Operation, Status
from ledger.proof.registration import Status as RegistrationStatus

PUBLISHED: Final = 1
"""`ICatalog.Status.ACTIVE`."""
DENIED: Final = 3
"""Share and open: 0 not stated, 1 unconditional, 2 conditional, 3 denied."""
_ALL_PURPOSES: Final = 0xFF


@dataclass(frozen=True, slots=True)
class EntryState:
    """What held of an entry at a time (`ICatalog.stateAt`); version 0 when it is unknown."""

    version: int
    status: int
    share: int
    open: int
    level: int


@dataclass(frozen=True, slots=True)
class Listed:
    """What a scope lists of an entry, by itself or by its provider; no operations where nothing is listed."""

    version: int
    """0 where the provider is listed: whatever it publishes."""
    operations: int
    items: int
    level: int
    """Highest level of data that is covered there."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The version of a grant that a record names, and what it grants (`IGrants.Record`, `Terms`); Unix seconds."""

    version: int
    status: Status
    since: int
    start: int
    end: int
    area: int
    export_level: int
    purposes: int
    listed: Listed


@dataclass(frozen=True, slots=True)
class Link:
    """A grant of the chain; `kind` NONE when it is unknown."""

    grant: int
    kind: Kind
    grantor: str
    held: InForce | None
    """None before its first version came into force."""


@dataclass(frozen=True, slots=True)
class Registered:
    """The registration that spoke for the entry, and what it was worth (`IRegistry.registrationOf`)."""

    number: str
    status: RegistrationStatus
    valid_until: int
    has_entry: bool


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """What was recorded up to a time, Unix seconds, of a grant, those above it, and an entry."""

    time: int
    grantee: str
    entry: EntryState
    chain: tuple[Link, ...]
    """The grant first, its root last."""
    registration: Registered | None
    """None where none spoke for the entry, and where no grant asks for one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """COVERED with what is covered, or the first reason why not and the grant where it was found."""

    coverage: Coverage
    by: Link
    items: int = 0
    """Bit i is item i; all ones for the whole entry."""
    purposes: int = 0


def coverage(facts: GrantFacts, operation: int, at: int) -> Answer:
    """The contract's answer at a time, Unix seconds. Requires at >= facts.time."""
    items, purposes, area = ALL_ITEMS, _ALL_PURPOSES, None
    for link in facts.chain:
        held = link.held
        if held is None or not (held.status is Status.ACTIVE and held.start <= at < held.end):
            return Answer(Coverage.NOT_EFFECTIVE, link)
        reason = _judged(link.kind, held, facts.entry, operation)
        if reason is Coverage.COVERED and link.kind is Kind.OPERATE and not is_registered(facts.registration, at):
            reason = Coverage.NOT_REGISTERED
        if reason is not Coverage.COVERED:
            return Answer(reason, link)
        items, purposes = items & held.listed.items, purposes & held.purposes
        if not items or not purposes or (area is not None and not contains(held.area, area)):
            return Answer(Coverage.NOT_WITHIN, link)
        area = held.area
    return Answer(Coverage.COVERED, facts.chain[0], items, purposes)


def is_registered(registration: Registered | None, at: int) -> bool:
    """Whether a registration was in force with the entry in it (`IRegistry.isRegistered`)."""
    return (
        registration is not None
        and registration.status is RegistrationStatus.ACTIVE
        and at < registration.valid_until
        and registration.has_entry
    )


def _judged(kind: Kind, held: InForce, entry: EntryState, operation: int) -> Coverage:
    """`GrantScope._judge`."""
    listed = held.listed
    if not listed.operations:
        return Coverage.NOT_LISTED
    if listed.operations & operation != operation:
        return Coverage.NOT_OPERATED
    if entry.status != PUBLISHED or entry.version < listed.version:
        return Coverage.NOT_PUBLISHED
    access = entry.open if kind is Kind.OPERATE else entry.share
    if not 0 < entry.level <= listed.level or not access:
        return Coverage.NOT_PERMITTED
    if kind is Kind.SHARE:
        permitted = access != DENIED
    else:
        exportable = access != DENIED and entry.level <= held.export_level
        permitted = exportable or not operation & Operation.EXPORT
    return Coverage.COVERED if permitted else Coverage.NOT_PERMITTED
