"""Grants of the city: planned, scoped, approved, delegated; suspended, ended, amended, renewed, closed, settled."""

import hashlib
from collections.abc import Iterable
from typing import Any

from eth_abi.abi import encode

from ledger.model import canonical
from ledger.model.ids import EntryId
from tests.city.chain import CityChain
from tests.city.government import CITY_AREA
from tests.city.model import DAY, Entry, Grant, Organization, Scope, State

OPERATE, SHARE = 1, 2
OVERALL = 1
WHOLE = (1 << 208) - 1
EXPORT = 8
_EXPORT_LEVEL = 2
_ATTEMPTS = 5
"""Not every organization has something to grant."""
_YEAR = 365 * DAY
IMPLEMENTATION, AUTHORITY, DECISION, CONSENT, SIGNATURE, COUNTERSIGNATURE = range(6)


class Grantors:
    """Everybody who grants."""

    def __init__(self, chain: CityChain, state: State) -> None:
        self._chain = chain
        self._state = state

    def grant(self, count: int) -> None:
        """Plans new grants, about half of them delegated from others; most enter into force at once."""
        planned = 0
        for _ in range(_ATTEMPTS * count):
            draw = self._state.random.random()
            fresh = self._child() if draw < 0.5 else self._operate() if draw < 0.7 else self._share()
            if fresh is not None:
                self._carry(fresh)
                planned += 1
            if planned == count:
                return

    def change(self, count: int) -> None:
        """Suspends, resumes, ends, amends, renews, closes and settles some; narrows one that was delegated."""
        random = self._state.random
        delegated = [one.parent for one in self._state.grants if one.parent and one.parent.effective(self._state.now)]
        if delegated:
            self._amend(random.choice(delegated))
        for one in random.sample(self._state.grants, min(count, len(self._state.grants))):
            now = self._state.now
            if one.status == "ACTIVE" and now < one.end:
                verb = random.choice(("suspend", "suspend", "terminate", "revoke", "exit", "amend", "amend", "renew"))
                if verb == "amend":
                    self._amend(one)
                elif verb == "renew":
                    self._renew(one)
                else:
                    self._step(one, verb)
            elif one.status == "SUSPENDED" and now < one.end:
                self._step(one, random.choice(("resume", "resume", "terminate", "revoke")))
            elif one.status not in ("PLAN", "CLOSED"):
                self._step(one, "close")
            elif one.status == "CLOSED" and one.scope and not one.settled:
                self._release(one.number, one.listed, one.scope)
                one.settled = True

    # New grants

    def _share(self) -> Grant | None:
        random = self._state.random
        grantor = random.choice(self._state.of_kind(2, 3, 4))
        district = random.random() < 0.7
        grantee = random.choice(self._state.of_kind(2) if district else self._state.of_kind(3, 4, 5))
        if grantee is grantor:
            return None
        fresh = self._new(SHARE, 0, grantor, grantee, None)
        fresh.purposes = random.choice((1, 3, 5, 7))
        fresh.delegations = random.randint(1, 3) if district else 0
        own = self._state.by_provider.get(grantor.code, [])
        others = random.choice(list(self._state.by_provider.values())) if random.random() < 0.4 else []
        chosen = _some(random, own, 8) + [one for one in _some(random, others, 3) if one.provider != grantor.code]
        fresh.scope = {
            entry.id: self._scope(entry, 15)
            for entry in chosen
            if not entry.retired and entry.share in (1, 2) and 1 <= entry.level <= fresh.level
        }
        return fresh if fresh.scope else None

    def _operate(self) -> Grant | None:
        random = self._state.random
        grantor = random.choice(self._state.of_kind(1, 2, 3, 3, 3))
        fresh = self._new(
            OPERATE,
            random.choice((1, 2, 2, 3)),
            grantor,
            random.choice(self._state.of_kind(8)),
            random.choice(self._state.of_kind(7)).code,
        )
        fresh.purposes = random.choice((2, 8, 12, 30))
        running = [one for one in self._state.registrations if one.runs(self._state.now)]
        if not running:
            return None
        if fresh.mode == OVERALL:
            fresh.providers = tuple(sorted({random.choice(running).provider for _ in range(2)}))
            return fresh
        for registration in random.sample(running, min(len(running), 4)):
            for entry in registration.entries:
                if entry.retired or not entry.open or not 1 <= entry.level <= fresh.level:
                    continue
                raw = EXPORT if entry.open != 3 and entry.level <= _EXPORT_LEVEL else 0
                fresh.scope[entry.id] = self._scope(entry, 7 | raw)
        return fresh if fresh.scope else None

    def _child(self) -> Grant | None:
        random = self._state.random
        now = self._state.now
        parents = [
            one
            for one in random.sample(self._state.grants, min(40, len(self._state.grants)))
            if one.kind == SHARE and one.delegations > 0 and one.effective(now) and one.end > now + 60 * DAY
        ]
        if not parents:
            return None
        parent = random.choice(parents)
        grantor = self._state.organizations[parent.grantee]
        below = [
            one for one in self._state.organizations.values() if one.parent == grantor.code and one.area != grantor.area
        ]
        if not below:
            return None
        grantee = random.choice(below)
        fresh = self._new(SHARE, 0, grantor, grantee, None)
        fresh.parent = parent
        fresh.area = random.choice((grantor.area, grantee.area)) if grantor.area != parent.area else grantee.area
        fresh.level = random.randint(1, parent.level)
        fresh.purposes = parent.purposes & random.choice((1, 3, 7)) or parent.purposes
        fresh.delegations = random.randint(0, parent.delegations - 1)
        fresh.end = min(fresh.end, parent.end)
        fresh.scope = self._narrowed(parent, fresh.level)
        return fresh if fresh.scope else None

    def _narrowed(self, parent: Grant, level: int) -> dict[EntryId, Scope]:
        """Some of what a parent lists, and less of it."""
        random = self._state.random
        scope = {}
        for key, above in parent.scope.items():
            entry = self._state.entry_of[key]
            if entry.retired or entry.share not in (1, 2) or not 1 <= entry.level <= level or random.random() < 0.3:
                continue
            items = above.items & (WHOLE if random.random() < 0.5 else random.getrandbits(208))
            operations = above.operations & random.choice((15, 7, 3, 1))
            if items and operations:
                scope[key] = Scope(entry.version, operations, items)
        return scope

    def _new(
        self, kind: int, mode: int, grantor: Organization, grantee: Organization, implementer: str | None
    ) -> Grant:
        random = self._state.random
        now = self._state.now
        return Grant(
            number=0,
            kind=kind,
            mode=mode,
            grantor=grantor.code,
            implementer=implementer,
            grantee=grantee.code,
            parent=None,
            area=CITY_AREA,
            level=random.randint(1, 4),
            purposes=0,
            delegations=0,
            start=now - random.choice((0, 0, 30 * DAY)),
            end=now + random.randint(90, 4 * 365) * DAY,
        )

    def _scope(self, entry: Entry, operations: int) -> Scope:
        random = self._state.random
        items = WHOLE if random.random() < 0.5 else (random.getrandbits(entry.items) or 1)
        return Scope(entry.version, operations & random.choice((15, 15, 7, 5)) or 1, items)

    # The procedure

    def _carry(self, fresh: Grant) -> None:
        """From the plan to the last approval; a few stop on the way."""
        random = self._state.random
        officer = self._state.organizations[fresh.grantor].officer
        self._chain.send(officer, "Plans", "plan", [_plan(fresh)])
        self._state.grants.append(fresh)
        fresh.number = len(self._state.grants)
        self._list(fresh, officer)
        ends = random.random()
        if ends < 0.03:
            step = {"grant": fresh.number, "version": 1, "reason": bytes(32)}
            self._chain.send(officer, "Plans", "withdraw", [step])
            self._release(fresh.number, 1, fresh.scope)
            return
        if ends < 0.06:
            return
        self._approve(fresh)
        fresh.term_start = fresh.start
        fresh.start = max(fresh.start, self._state.now)
        fresh.status = "ACTIVE"

    def _list(self, one: Grant, officer: bytes) -> None:
        """Lists the scope of its last version, in chunks."""
        one.listed = one.version
        digest = bytes(32)
        if one.mode == OVERALL:
            providers = [{"provider": code.encode(), "operations": 15, "level": one.level} for code in one.providers]
            for element in providers:
                words = encode(["bytes18", "uint8", "uint8"], list(element.values()))
                digest = hashlib.sha256(digest + words).digest()
            self._chain.send(officer, "Plans", "scopeProviders", one.number, one.version, providers)
            one.count, one.digest = len(providers), digest
            return
        elements: list[dict[str, Any]] = [
            {"entry": bytes(key), "version": part.version, "operations": part.operations, "items": part.items}
            for key, part in one.scope.items()
        ]
        for element in elements:
            words = encode(["bytes32", "uint32", "uint8", "uint208"], list(element.values()))
            digest = hashlib.sha256(digest + words).digest()
        for first in range(0, len(elements), 5):
            self._chain.send(officer, "Plans", "scope", one.number, one.version, elements[first : first + 5])
        for key in one.scope:
            self._state.entry_of[key].holds += 1
        one.count, one.digest = len(elements), digest

    def _approve(self, one: Grant) -> None:
        """Everybody whose approval it needs."""
        state = self._state
        grantor = state.organizations[one.grantor]
        agreement = state.random.randbytes(32)

        def take(account: bytes, approval: int, provider: bytes = bytes(18), date: int = 0) -> None:
            signs = approval in (SIGNATURE, COUNTERSIGNATURE)
            element = {
                "grant": one.number,
                "version": one.version,
                "approval": approval,
                "scopeCount": one.count,
                "scopeDigest": one.digest,
                "provider": provider,
                "document": agreement if signs else state.random.randbytes(32),
                "date": date,
            }
            self._chain.send(account, "Plans", "approve", [element])

        if one.kind == OPERATE:
            assert one.implementer is not None
            take(state.organizations[one.implementer].approver, IMPLEMENTATION)
            take(state.authority.approver, AUTHORITY)
            decides = grantor.clerk if grantor is state.authority else grantor.approver
            take(decides, DECISION, date=(state.now + 8 * 3_600) // DAY)
        for code in self._consenting(one):
            take(state.organizations[code].officer, CONSENT, provider=code.encode())
        take(grantor.officer, SIGNATURE)
        if one.kind == OPERATE:
            take(state.organizations[one.grantee].clerk, COUNTERSIGNATURE)

    def _consenting(self, one: Grant) -> list[str]:
        """Providers other than the grantor that are listed."""
        listed: Iterable[str] = one.providers or (self._state.entry_of[key].provider for key in one.scope)
        return sorted(set(listed) - {one.grantor})

    # What follows

    def _amend(self, one: Grant) -> None:
        """A narrower version: fewer entries, items or purposes, a lower level."""
        if one.mode == OVERALL or not self._fits(one):
            return
        random = self._state.random
        level = random.randint(1, one.level) if random.random() < 0.2 else one.level
        kept = {
            key: self._less(key, part)
            for key, part in one.scope.items()
            if random.random() < 0.8 and self._grantable(one, level, key, part)
        }
        if not kept:
            return
        one.level = level
        one.purposes = one.purposes & random.randrange(32) or one.purposes
        if one.parent is not None:
            one.end = min(one.end, one.parent.end)
        officer = self._state.organizations[one.grantor].officer
        amendment = {
            "grant": one.number,
            "expectedVersion": one.version,
            "end": one.end,
            "area": one.area,
            "level": one.level,
            "purposes": one.purposes,
            "delegations": one.delegations,
            "content": _content(one),
        }
        before, one.scope = (one.listed, one.scope), kept
        self._chain.send(officer, "Plans", "amend", [amendment])
        one.version += 1
        self._list(one, officer)
        self._approve(one)
        self._release(one.number, *before)

    def _fits(self, one: Grant) -> bool:
        """Whether a new version can enter as far as its parent is concerned."""
        parent = one.parent
        if parent is None:
            return True
        within = one.level <= parent.level and not one.purposes & ~parent.purposes
        return within and one.delegations < parent.delegations and parent.effective(self._state.now)

    def _less(self, key: EntryId, part: Scope) -> Scope:
        """Its present version, and sometimes fewer items of it."""
        random = self._state.random
        items = part.items & random.getrandbits(208) if random.random() < 0.3 else part.items
        return Scope(self._state.entry_of[key].version, part.operations, items or part.items)

    def _grantable(self, one: Grant, level: int, key: EntryId, part: Scope) -> bool:
        """Whether an entry can be listed again as it is."""
        entry = self._state.entry_of[key]
        if entry.retired or not 1 <= entry.level <= level:
            return False
        if one.kind == SHARE:
            above = one.parent.scope.get(key) if one.parent else part
            inside = (
                above is not None
                and not part.operations & ~above.operations
                and not part.items & ~above.items
                and part.version >= above.version
            )
            return entry.share in (1, 2) and inside
        exported = not part.operations & EXPORT or (entry.open != 3 and entry.level <= _EXPORT_LEVEL)
        registered = any(entry in own.entries and own.runs(self._state.now) for own in self._state.registrations)
        return entry.open != 0 and exported and registered

    def _renew(self, one: Grant) -> None:
        """A longer term with the same scope."""
        if one.end - self._state.now > 180 * DAY or (one.parent is not None and one.parent.end < one.end + _YEAR):
            return
        if not self._fits(one) or one.term_start > self._state.now:
            return
        end = one.end + _YEAR
        renewal = {"grant": one.number, "expectedVersion": one.version, "end": end, "content": _content(one)}
        self._chain.send(self._state.organizations[one.grantor].officer, "Plans", "renew", [renewal])
        one.version += 1
        self._approve(one)
        one.term_start, one.end = one.end, end

    def _step(self, one: Grant, verb: str) -> None:
        state = self._state
        grantor = state.organizations[one.grantor]
        account = {
            "suspend": grantor.clerk,
            "resume": grantor.clerk,
            "exit": state.organizations[one.grantee].clerk,
        }.get(verb, grantor.officer)
        step = {"grant": one.number, "version": one.version, "reason": state.random.randbytes(32)}
        self._chain.send(account, "Grants", verb, [step])
        one.status = {
            "suspend": "SUSPENDED",
            "resume": "ACTIVE",
            "terminate": "TERMINATED",
            "revoke": "REVOKED",
            "exit": "EXITED",
            "close": "CLOSED",
        }[verb]

    def _release(self, number: int, version: int, scope: dict[EntryId, Scope]) -> None:
        """Anyone settles."""
        keys = list(scope)
        for first in range(0, len(keys), 5):
            part = keys[first : first + 5]
            account = self._state.random.choice(list(self._state.organizations.values())).clerk
            self._chain.send(account, "Grants", "settle", number, version, [bytes(key) for key in part])
        for key in keys:
            self._state.entry_of[key].holds -= 1


def _some(random: Any, entries: list[Entry], most: int) -> list[Entry]:
    return random.sample(entries, min(len(entries), random.randint(1, most))) if entries else []


def _plan(one: Grant) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "mode": one.mode,
        "parent": one.parent.number if one.parent else 0,
        "implementer": one.implementer.encode() if one.implementer else bytes(18),
        "grantee": one.grantee.encode(),
        "start": one.start,
        "end": one.end,
        "area": one.area,
        "level": one.level,
        "purposes": one.purposes,
        "delegations": one.delegations,
        "content": _content(one),
    }


def _content(one: Grant) -> bytes:
    return canonical.encode({"format": "mulu-grant/1", "title": f"样例授权 {one.grantee}(虚构)"})
