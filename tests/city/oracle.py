"""Whether a grant covered an entry, by brute force: the acts up to a time are folded, what stands then is judged.

It keeps no history. Questions are asked in the order of their times; between two of them the acts of the time between
are folded. So it shares nothing with the contract, which looks into arrays of the past, nor with the mirror.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ledger.chain.events import DecodedEvent

WHOLE = (1 << 208) - 1
_OPERATE = 1
_OVERALL = 1
_EXPORT = 8
_DENIED = 3
_SNAKE = re.compile("(?<!^)(?=[A-Z])")
_UNITS = (10**10, 10**8, 10**6, 10**3, 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """Name of the reason (`IGrantScope.Coverage`), the grant at which it was found, and the items covered."""

    reason: str
    at: int
    items: int


@dataclass(slots=True)
class _Grant:
    kind: int
    mode: int
    parent: int
    terms: dict[int, dict[str, Any]] = field(default_factory=dict)
    scope: dict[int, dict[bytes, dict[str, Any]]] = field(default_factory=dict)
    """Version → entry id or provider → what is listed."""
    same_scope: dict[int, int] = field(default_factory=dict)
    """Renewed version → the version whose scope it has."""
    current: int = 0
    runs: bool = False
    start: int = 0
    end: int = 0


@dataclass(slots=True)
class _Registration:
    subject: bytes
    entries: dict[int, list[bytes]] = field(default_factory=dict)
    issued: int = 0
    runs: bool = False
    end: int = 0


class Oracle:
    """The ledger as it stands after the acts that were folded."""

    def __init__(self) -> None:
        self.entries: dict[bytes, dict[str, Any]] = {}
        self.grants: dict[int, _Grant] = {}
        self._registrations: dict[bytes, _Registration] = {}
        self._speaking: dict[bytes, bytes] = {}
        self._organizations: dict[bytes, tuple[bytes, bytes]] = {}

    def fold(self, acts: Iterable[DecodedEvent]) -> None:
        """Takes acts in, in the order of the journal."""
        for act in acts:
            step = getattr(self, "_" + _SNAKE.sub("_", act.event).lower(), None)
            if step is not None:
                step(act.fields)

    def coverage(self, number: int, entry: bytes, operation: int, now: int) -> Answer:
        """The answer at a time not before the last folded act, in Unix seconds."""
        items, purposes, area, at = WHOLE, 31, 0, number
        while True:
            grant = self.grants[at]
            if not (grant.runs and grant.start <= now < grant.end):
                return Answer("NOT_EFFECTIVE", at, 0)
            terms = grant.terms[grant.current]
            scope = grant.scope.get(grant.same_scope.get(grant.current, grant.current), {})
            head = self.entries.get(entry)
            level = terms["level"]
            if grant.mode == _OVERALL:
                listed = scope.get(head["provider"]) if head else None
                listed = listed and {**listed, "version": 0, "items": WHOLE}
                level = min(level, listed["level"]) if listed else level
            else:
                listed = scope.get(entry)
            if not listed:
                return Answer("NOT_LISTED", at, 0)
            if not listed["operations"] & operation:
                return Answer("NOT_OPERATED", at, 0)
            if head is None or head["retired"] or head["version"] < listed["version"]:
                return Answer("NOT_PUBLISHED", at, 0)
            access = head["open"] if grant.kind == _OPERATE else head["share"]
            permitted = 1 <= head["level"] <= level and access > 0
            if grant.kind != _OPERATE:
                permitted &= access != _DENIED
            elif operation == _EXPORT:
                permitted &= access != _DENIED and head["level"] <= terms["exportLevel"]
            if not permitted:
                return Answer("NOT_PERMITTED", at, 0)
            if grant.kind == _OPERATE and not self._is_registered(entry, now):
                return Answer("NOT_REGISTERED", at, 0)
            items &= listed["items"]
            purposes &= terms["purposes"]
            if not items or not purposes or (area and not _contains(terms["area"], area)):
                return Answer("NOT_WITHIN", at, 0)
            if not grant.parent:
                return Answer("COVERED", number, items)
            area, at = terms["area"], grant.parent

    def _is_registered(self, entry: bytes, now: int) -> bool:
        number = self._speaking.get(entry)
        if number is None:
            return False
        own = self._registrations[number]
        return own.runs and now < own.end and entry in own.entries[own.issued]

    # What each act changes

    def _organization_added(self, act: dict[str, Any]) -> None:
        self._organizations[act["code"]] = (act["parent"], act["sectorAuthority"])

    _organization_moved = _organization_added

    def _entry_published(self, act: dict[str, Any]) -> None:
        kept = ("provider", "version", "share", "open", "level")
        self.entries[act["id"]] = {name: act[name] for name in kept} | {"retired": False}

    def _entry_retired(self, act: dict[str, Any]) -> None:
        self.entries[act["id"]] |= {"retired": True, "version": act["version"]}

    def _application_filed(self, act: dict[str, Any]) -> None:
        own = self._registrations.setdefault(act["number"], _Registration(act["subject"]))
        own.subject = act["subject"]
        own.entries[act["version"]] = act["entries"]

    def _registration_issued(self, act: dict[str, Any]) -> None:
        own = self._registrations[act["number"]]
        own.issued, own.runs, own.end = act["version"], True, act["validUntil"]
        for entry in own.entries[own.issued]:
            if self._answers(own.subject, self.entries[entry]["provider"]):
                self._speaking[entry] = act["number"]

    def _registration_suspended(self, act: dict[str, Any]) -> None:
        self._registrations[act["number"]].runs = False

    _registration_cancelled = _registration_revoked = _registration_suspended

    def _registration_resumed(self, act: dict[str, Any]) -> None:
        self._registrations[act["number"]].runs = True

    def _grant_planned(self, act: dict[str, Any]) -> None:
        own = self.grants.setdefault(act["grant"], _Grant(act["kind"], act["mode"], act["parent"]))
        version = act["version"]
        own.terms[version] = act["terms"]
        if act["basis"] == 3:
            own.same_scope[version] = own.same_scope.get(own.current, own.current)

    def _grant_scoped(self, act: dict[str, Any]) -> None:
        scope = self.grants[act["grant"]].scope.setdefault(act["version"], {})
        scope.update((one["entry"], one) for one in act["entries"])

    def _grant_providers_scoped(self, act: dict[str, Any]) -> None:
        scope = self.grants[act["grant"]].scope.setdefault(act["version"], {})
        scope.update((one["provider"], one) for one in act["providers"])

    def _grant_approved(self, act: dict[str, Any]) -> None:
        if act["entered"]:
            own = self.grants[act["grant"]]
            own.current, own.runs, own.start = act["version"], True, act["from"]
            own.end = own.terms[own.current]["end"]

    def _grant_suspended(self, act: dict[str, Any]) -> None:
        self.grants[act["grant"]].runs = False

    _grant_terminated = _grant_revoked = _grant_exited = _grant_closed = _grant_suspended

    def _grant_resumed(self, act: dict[str, Any]) -> None:
        self.grants[act["grant"]].runs = True

    def _answers(self, organization: bytes, provider: bytes) -> bool:
        parent, sector = self._organizations[provider]
        if organization in (provider, sector):
            return True
        while any(parent):
            if parent == organization:
                return True
            parent, _ = self._organizations[parent]
        return False


def _contains(outer: int, inner: int) -> bool:
    """Whether an area of 12 digits lies within another: trailing groups of zeros are open."""
    unit = next(unit for unit in _UNITS if outer % unit == 0)
    return outer // unit == inner // unit
