"""What the slots of a statement about a grant say. Every slot is derived here, from the statement alone.

Arrays of the past are searched as the contracts search them, by halves, so that few of their slots have to be proven:
`low` and `high` begin as 0 and the length, the slot at ⌊(low + high) / 2⌋ is read, until they meet. All grants of the
chain are read up to the root, whatever the answer is: what has to be proven never depends on the clock of who asks.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from enum import IntEnum
from typing import Any, Final, TypeVar

from ledger.errors import Contradicted
from ledger.model.grant import ALL_ITEMS, Kind, Mode, Status
from ledger.proof.coverage import EntryState, GrantFacts, InForce, Link, Listed, Registered
from ledger.proof.layout import Words, element, mapped, members, number_key, struct, text_key, variable
from ledger.proof.registration import Status as RegistrationStatus
from ledger.proof.statement import CATALOG, GRANTS, REGISTRY, GrantStatement

_LENGTH: Final = 2**32
"""Elements of an array are fewer: each takes an act."""
_DEPTH: Final = 256
"""A grant has fewer above it (`IGrants.Grant.depth`, uint8)."""

Known = TypeVar("Known", bound=IntEnum)


def read_grant(words: Words, statement: GrantStatement) -> GrantFacts:
    """What was recorded up to the statement's time.

    Raises Contradicted("storage") when a slot is not proven, or holds what the contracts never write.
    """
    entry, time = statement.entry, statement.time
    head = struct(words, CATALOG, "Head", mapped(variable(CATALOG, "_heads"), entry), "provider")
    state = _entry(words, entry, time, head)
    chain = list[Link]()
    above, grantee = statement.grant, b""
    while above or not chain:
        if len(chain) == _DEPTH:
            raise Contradicted("storage", f"grant {statement.grant} has more than {_DEPTH} grants above it")
        first = mapped(variable(GRANTS, "_grants"), number_key(above))
        names = ("kind",) if chain else ("kind", "grantee")
        known = struct(words, GRANTS, "Grant", first, *names)
        grantee = grantee or known["grantee"]
        kind, mode = _known(Kind, known["kind"], "grant's kind"), _known(Mode, known["mode"], "grant's mode")
        held = _held(words, above, entry, time, head["provider"] if mode is Mode.OVERALL else None)
        chain.append(Link(above, kind, _text(known["grantor"]), held))
        above = known["parent"]
    asks = any(link.kind is Kind.OPERATE for link in chain)
    registration = _registration(words, entry, time) if asks else None
    return GrantFacts(time, _text(grantee), state, tuple(chain), registration)


def _entry(words: Words, entry: bytes, time: int, head: dict[str, Any]) -> EntryState:
    """`ICatalog.stateAt`: the first version that ended later, or the one in force."""
    listed = mapped(variable(CATALOG, "_ended"), entry)
    length, ended = _array(words, CATALOG, "Ended", listed)
    place = bisect_right(range(length), time, key=lambda at: ended(at)["until"])
    held = ended(place) if place < length else head
    return EntryState(held["version"], held["status"], held["share"], held["open"], held["level"])


def _held(words: Words, number: int, entry: bytes, time: int, provider: bytes | None) -> InForce | None:
    """The last record of a grant at or before a time, with the terms and the scope of its version.

    Args: provider: of the entry, where the grant lists providers.
    """
    record = _last(words, GRANTS, "Record", mapped(variable(GRANTS, "_records"), number_key(number)), time)
    if record is None:
        return None
    key = number_key(number)
    first = mapped(mapped(variable(GRANTS, "_versions"), key), number_key(record["version"]))
    drawn = struct(words, GRANTS, "Version", first, "scopeOf", "terms")
    terms = members(GRANTS, "Terms", {0: drawn["terms"].to_bytes(32)})
    return InForce(
        version=record["version"],
        status=_known(Status, record["status"], "grant's status"),
        since=record["time"],
        start=record["from"],
        end=record["until"],
        area=terms["area"],
        export_level=terms["exportLevel"],
        purposes=terms["purposes"],
        listed=_listed(words, key, number_key(drawn["scopeOf"]), entry, provider, terms["level"]),
    )


def _listed(words: Words, number: bytes, version: bytes, entry: bytes, provider: bytes | None, level: int) -> Listed:
    if provider is None:
        scopes = mapped(mapped(variable(GRANTS, "_entryScopes"), number), version)
        slot = struct(words, GRANTS, "Slot", mapped(scopes, entry), "operations")
        return Listed(slot["version"], slot["operations"], slot["items"], level)
    scopes = mapped(mapped(variable(GRANTS, "_providerScopes"), number), version)
    listed = struct(words, GRANTS, "ProviderScope", mapped(scopes, text_key(provider)), "operations")
    return Listed(0, listed["operations"], ALL_ITEMS, min(level, listed["level"]))


def _registration(words: Words, entry: bytes, time: int) -> Registered | None:
    """`IRegistry.registrationOf`, the last record of that registration, and whether its version has the entry."""
    speaker = _last(words, REGISTRY, "Speaker", mapped(variable(REGISTRY, "_speakers"), entry), time)
    if speaker is None:
        return None
    number = speaker["number"].to_bytes(16)
    key = text_key(number)
    record = _last(words, REGISTRY, "Record", mapped(variable(REGISTRY, "_records"), key), time)
    if record is None:
        raise Contradicted("storage", "a registration speaks for the entry before it was issued")
    entries = mapped(mapped(variable(REGISTRY, "_entries"), key), number_key(record["version"]))
    length = _length(words, REGISTRY, entries)
    place = bisect_left(range(length), entry, key=lambda at: words(REGISTRY, element(entries, at)))
    return Registered(
        number=_text(number),
        status=_known(RegistrationStatus, record["status"], "registration's status"),
        valid_until=record["validUntil"],
        has_entry=place < length and words(REGISTRY, element(entries, place)) == entry,
    )


def _last(words: Words, contract: str, kind: str, slot: int, time: int) -> dict[str, Any] | None:
    """The last element of an array of records at or before a time."""
    length, record = _array(words, contract, kind, slot)
    later = bisect_right(range(length), time, key=lambda at: record(at)["time"])
    return record(later - 1) if later else None


def _array(words: Words, contract: str, kind: str, slot: int) -> tuple[int, Callable[[int], dict[str, Any]]]:
    """Length and elements, of one slot each, of an array."""
    length = _length(words, contract, slot)
    return length, lambda at: members(contract, kind, {0: words(contract, element(slot, at))})


def _length(words: Words, contract: str, slot: int) -> int:
    length = int.from_bytes(words(contract, slot))
    if length >= _LENGTH:
        raise Contradicted("storage", f"an array of {contract} has {length} elements")
    return length


def _known(kind: type[Known], value: int, what: str) -> Known:
    if value not in list(kind):
        raise Contradicted("storage", f"the {what} is {value}, which is none")
    return kind(value)


def _text(code: bytes) -> str:
    """A code as text; what is not printable never reaches a terminal."""
    text = code.rstrip(b"\0").decode("ascii", "replace")
    return "".join(c if c.isprintable() else "�" for c in text)
