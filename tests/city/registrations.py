"""Registrations of the city: applied for, issued two waves later, suspended, resumed, cancelled, renewed."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from ledger.merkle.fields import sha256_leaf
from ledger.model import workdays
from ledger.model.application import content_of
from ledger.model.certificate import Field
from ledger.model.ids import EntryId
from ledger.model.registration_number import registration_number
from tests.city.chain import CityChain
from tests.city.model import DAY, Entry, Registration, State

_CHUNK = 20
_ENTRIES = 4
_YEARS = 3
_RENEWAL_DAYS = 60


class Office:
    """The registrar's office: what waits for the end of its notice."""

    def __init__(self, chain: CityChain, state: State) -> None:
        self._chain = chain
        self._state = state
        self._noticed: list[tuple[int, Registration]] = []
        self._given: Counter[str] = Counter()

    def apply(self, count: int) -> None:
        """Applies for registrations of entries that have none, and carries them to the public notice."""
        random = self._state.random
        free = [entry for entry in self._state.entries if entry.registration is None and not entry.retired]
        random.shuffle(free)
        by_provider: dict[str, list[Entry]] = {}
        for entry in free:
            by_provider.setdefault(entry.provider, []).append(entry)
        batches: dict[str, list[dict[str, Any]]] = {}
        drawn: list[Registration] = []
        providers = list(by_provider)
        for _ in range(count):
            if not providers:
                break
            code = random.choice(providers)
            own = by_provider[code]
            chosen = [own.pop() for _ in range(min(len(own), random.randint(1, _ENTRIES)))]
            if not own:
                providers.remove(code)
            chosen.sort(key=lambda entry: entry.id)
            registration = Registration("", code, chosen)
            for entry in chosen:
                entry.holds += 1
            drawn.append(registration)
            batches.setdefault(code, []).append(self._application(registration, kind=1))
        ordered = []
        for code, applications in batches.items():
            for first in range(0, len(applications), _CHUNK):
                account = self._state.organizations[code].clerk
                self._chain.send(account, "Applications", "file", applications[first : first + _CHUNK])
            # Numbers are given in the order in which the chain sees the applications.
            ordered += [one for one in drawn if one.provider == code]
        for registration in ordered:
            registration.number = self._next_number()
            for entry in registration.entries:
                entry.registration = registration.number
        self._state.registrations += ordered
        self._to_notice(ordered)

    def renew(self, count: int) -> None:
        """Renews registrations that expire within the window."""
        due = [
            one
            for one in self._state.registrations
            if not one.pending and one.runs(self._state.now) and one.valid_until - self._state.now < _RENEWAL_DAYS * DAY
            and not any(entry.retired for entry in one.entries)
        ]  # fmt: skip
        renewed = due[:count]
        for one in renewed:
            one.pending = True
            one.version += 1
            for entry in one.entries:
                entry.holds += 1
            self._chain.send(
                self._state.organizations[one.provider].clerk, "Applications", "file", [self._application(one, kind=4)]
            )
        self._to_notice(renewed)

    def issue(self) -> None:
        """Issues what has ended its notice."""
        ready = [one for at, one in self._noticed if at <= self._state.now]
        self._noticed = [(at, one) for at, one in self._noticed if at > self._state.now]
        # A registration that is no longer in force cannot be renewed: its renewal is withdrawn.
        for one in [one for one in ready if one.issued and not one.runs(self._state.now)]:
            ready.remove(one)
            clerk = self._state.organizations[one.provider].clerk
            if one.status in ("ACTIVE", "SUSPENDED"):
                self._chain.send(clerk, "Applications", "withdraw", [self._step(one)])
            self._chain.send(clerk, "Registry", "settle", [self._step(one)])
            self._release(one)
            one.version, one.pending = one.issued, False
        for first in range(0, len(ready), _CHUNK):
            part = ready[first : first + _CHUNK]
            self._chain.send(self._state.registrar.officer, "Registry", "issue", [self._step(one) for one in part])
        for one in ready:
            start = one.valid_until if one.issued else self._state.now
            if one.issued:
                self._release(one)
            one.valid_until = int(workdays.term_end(datetime.fromtimestamp(start, UTC), _YEARS).timestamp())
            one.issued, one.pending = one.version, False

    def change(self, count: int) -> None:
        """Suspends, resumes, cancels or revokes some."""
        random = self._state.random
        now = self._state.now
        known = [one for one in self._state.registrations if one.issued and now < one.valid_until]
        for one in random.sample(known, min(count, len(known))):
            if one.pending:
                continue
            action = {"ACTIVE": ("suspend", "suspend", "suspend", "cancel", "revoke"), "SUSPENDED": ("resume",)}.get(
                one.status
            )
            if action is None:
                continue
            verb = random.choice(action)
            registrar = self._state.registrar
            account = registrar.clerk if verb in ("suspend", "resume") else registrar.officer
            self._chain.send(account, "Registry", verb, [self._step(one, reason=random.randbytes(32))])
            one.status = {"suspend": "SUSPENDED", "resume": "ACTIVE", "cancel": "CANCELLED", "revoke": "REVOKED"}[verb]
            if one.status in ("CANCELLED", "REVOKED"):
                self._chain.send(registrar.clerk, "Registry", "settle", [self._step(one)])
                self._release(one)
                for entry in one.entries:
                    entry.registration = None

    def _release(self, one: Registration) -> None:
        for entry in one.entries:
            entry.holds -= 1

    def _to_notice(self, registrations: list[Registration]) -> None:
        clerk = self._state.registrar.clerk
        for one in registrations:
            district = self._state.district_of(one.provider)
            if district is not None:
                self._chain.send(district.clerk, "Applications", "forward", [self._step(one)])
        for first in range(0, len(registrations), _CHUNK):
            steps = [self._step(one) for one in registrations[first : first + _CHUNK]]
            for function in ("accept", "passReview", "openNotice"):
                self._chain.send(clerk, "Applications", function, steps)
        end = workdays.Calendars().deadline(datetime.fromtimestamp(self._state.now, UTC), 10)
        self._noticed += [(int(end.timestamp()), one) for one in registrations]

    def _step(self, one: Registration, reason: bytes = bytes(32)) -> dict[str, Any]:
        return {"number": one.number.encode(), "version": one.version, "reason": reason}

    def _next_number(self) -> str:
        day = workdays.local_date(datetime.fromtimestamp(self._state.now, UTC))
        self._given[day.isoformat()] += 1
        return registration_number(day, self._given[day.isoformat()])

    def _application(self, one: Registration, kind: int) -> dict[str, Any]:
        random = self._state.random
        values = {
            "subject_name": f"登记主体 {one.provider}(虚构)",
            "subject_code": one.provider,
            "title": f"登记 {one.entries[0].local_code}(虚构)",
            "object_type": "公共数据资源",
            "abstract": "样例登记，不对应任何真实数据。",
            "industry": "公共管理",
            "update_cycle": "每月",
        }
        public = [Field(name, value, random.randbytes(16)) for name, value in values.items()]
        withheld = Field("contact_name", "联系人(虚构)", random.randbytes(16))
        return {
            "number": one.number.encode() or bytes(16),
            "expectedVersion": one.issued,
            "kind": kind,
            "subject": one.provider.encode(),
            "registrar": self._state.registrar.raw,
            "objection": 0,
            "evidence": bytes(32),
            "entries": [_raw(entry.id) for entry in one.entries],
            "content": content_of(values),
            "fields": [field.leaf for field in public] + [sha256_leaf(withheld)],
        }


def _raw(entry: EntryId) -> bytes:
    return bytes(entry)
