"""`grant check` against the contract: random trees, random fates, random questions about any time."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from ledger.errors import Rejected
from ledger.grant.check import check
from ledger.grant.coverage import Question, coverage, is_effective
from ledger.model.grant import ALL_ITEMS, Approval, Coverage, GrantContent, Kind, Mode
from ledger.store.grant_facts import GrantFacts
from ledger.store.mirror import Mirror
from tests.databases import POSTGRESQL, SQLITE
from tests.integration.indexer.conftest import AUTHORITY, Ledger
from tests.integration.indexer.granting import (
    AREAS,
    BUREAU,
    COMMUNITY,
    DAY,
    DISTRICT,
    GRANT_PARAMETERS,
    IMPLEMENTER,
    OPERATOR,
    SECTOR,
    STREET,
    Granting,
    check_grants,
    moment,
)
from tests.integration.indexer.registering import CENTER, REASON, SUBJECT

BELOW = {SUBJECT: [BUREAU, DISTRICT], AUTHORITY: [BUREAU], BUREAU: [DISTRICT, STREET], DISTRICT: [STREET, COMMUNITY],
         STREET: [COMMUNITY], COMMUNITY: []}  # fmt: skip
SIGNED = Approval.SIGNATURE.bit
"""Only the signature is asked for: what leads to a version is tested elsewhere."""
FATES = ["suspend"] * 6 + ["resume"] * 8 + ["revoke", "terminate", "exit", "close"]
DOINGS = [
    *["plan"] * 5, *["delegate"] * 12, *["fate"] * 5, *["amend"] * 7, *["renew"] * 2, *["publish"] * 4,
    *["retire"] * 2, "registration",
]  # fmt: skip


@dataclass
class Wanderer:
    """Does at random what the rules allow, and keeps what questions can be about."""

    granting: Granting
    random: random.Random
    entries: list[bytes] = field(default_factory=list)
    codes: dict[bytes, tuple[str, str]] = field(default_factory=dict)
    grants: dict[int, tuple[str, str, Kind, Mode]] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)
    listed: dict[int, list[tuple[bytes, int, int]]] = field(default_factory=dict)
    spare: list[bytes] = field(default_factory=list)
    """Entries that are listed by their provider only, so that they can be retired."""
    registrations: list[str] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def begin(self) -> None:
        for number in range(10):
            provider = AUTHORITY if number > 7 else SUBJECT
            code = f"W-{number}"
            levels = {"share": 1 + number % 2, "open": 1 + number % 3, "level": 1 + number % 3}
            entry = self.granting.publish(code, provider, **levels)
            self.entries.append(entry)
            self.codes[entry] = (code, provider)
        self.spare, self.entries = self.entries[5:8], self.entries[:5] + self.entries[8:]
        for group in (self.entries[:3], [*self.entries[3:5], self.spare[0]]):
            self.registrations.append(self.granting.register(*group))
        self._begin_what_chance_seldom_does()

    def _begin_what_chance_seldom_does(self) -> None:
        """A provider's entry that is retired; a parent that is amended away from its child."""
        overall = self.granting.plan_operation(Mode.OVERALL)
        self._sign(overall, SECTOR, OPERATOR, Kind.OPERATE, Mode.OVERALL, 1, [])
        retired = self.spare[2]
        self.granting.send(SUBJECT, "Catalog", "retire", [{"id": retired, "expectedVersion": 1, "reason": REASON}])
        root = self.granting.plan(SUBJECT, BUREAU)
        self._sign(root, SUBJECT, BUREAU, Kind.SHARE, Mode.NONE, 1, self.entries[:2])
        end = self.granting.seconds + 200 * DAY
        child = self.granting.plan(BUREAU, DISTRICT, parent=root, delegations=2, end=end)
        self._sign(child, BUREAU, DISTRICT, Kind.SHARE, Mode.NONE, 1, [entry for entry, _, _ in self.listed[root]])
        self.granting.wait(timedelta(days=2))
        elsewhere = {"end": self.granting.seconds + 300 * DAY, "area": AREAS[DISTRICT] + 10**6, "level": 4}
        change = {"grant": root, "expectedVersion": 1, "purposes": 6, "delegations": 3} | elsewhere
        self.granting.send(SUBJECT, "Plans", "amend", [change | {"content": GrantContent(title="变更").encode()}])
        self._sign(root, SUBJECT, BUREAU, Kind.SHARE, Mode.NONE, 2, self.entries[:2])
        self.granting.wait(timedelta(days=20))
        self.times.append(self.granting.seconds)

    def go(self, steps: int) -> None:
        """Tries so many things; those that the chain refuses change nothing."""
        for _ in range(steps):
            doing = self.random.choice(DOINGS)
            try:
                getattr(self, doing)()
                self.done[doing] += 1
            except Rejected as refusal:
                self.done[refusal.reason or "?"] += 1
            self.times.append(self.granting.seconds)
            self.granting.wait(timedelta(hours=self.random.choice([0, 0, 0, 1, 5, 24])))

    def plan(self) -> None:
        pick, now = self.random, self.granting.seconds
        terms = {
            "start": now + pick.choice([0, 0, 0, 3 * DAY]), "end": now + pick.randint(20, 400) * DAY,
            "level": pick.randint(2, 4), "purposes": pick.choice([2, 6, 4, 14, 30]),
        }  # fmt: skip
        if pick.random() < 0.5:
            mode = pick.choice([Mode.OVERALL, Mode.SECTOR, Mode.SCENARIO])
            grant = self.granting.plan_operation(mode, **terms)
            self._sign(grant, SECTOR, OPERATOR, Kind.OPERATE, mode, 1, self.entries)
        else:
            grantor = pick.choice([SUBJECT, AUTHORITY])
            grantee = pick.choice(BELOW[grantor])
            terms["purposes"] = pick.choice([2, 3, 6, 7])
            grant = self.granting.plan(grantor, grantee, delegations=3, **terms)
            self._sign(grant, grantor, grantee, Kind.SHARE, Mode.NONE, 1, self.entries)

    def delegate(self) -> None:
        pick = self.random
        parents = [number for number, parts in self.grants.items() if parts[2] is Kind.SHARE and BELOW[parts[1]]]
        if not parents:
            return
        parent = pick.choice(parents)
        grantor = self.grants[parent][1]
        grantee = pick.choice(BELOW[grantor])
        call = self.granting.ledger.contracts.call
        head = call("Grants", "head", parent)
        above = call("Grants", "version", parent, head["current"])["terms"]
        terms = {
            "start": self.granting.seconds, "end": max(0, head["until"] - pick.choice([0, 0, 5 * DAY])),
            "level": pick.randint(1, max(1, above["level"])), "delegations": max(0, above["delegations"] - 1),
            "purposes": above["purposes"] & pick.choice([7, 7, 3, 6]) or 2, "parent": parent,
        }  # fmt: skip
        grant = self.granting.plan(grantor, grantee, **terms)
        self._sign(grant, grantor, grantee, Kind.SHARE, Mode.NONE, 1, [entry for entry, _, _ in self.listed[parent]])

    def amend(self) -> None:
        grant = self._any()
        grantor, grantee, kind, mode = self.grants[grant]
        pick, version = self.random, self.versions[grant]
        other = 8 if kind is Kind.OPERATE else 1
        change = {
            "grant": grant, "expectedVersion": version, "end": self.granting.seconds + pick.randint(10, 300) * DAY,
            "area": pick.choice([AREAS[BUREAU], AREAS[DISTRICT], AREAS[STREET]]), "level": pick.randint(2, 4),
            "purposes": pick.choice([2, 4, 6, other]), "delegations": 0 if kind is Kind.OPERATE else pick.randint(0, 3),
            "content": GrantContent(title="变更").encode(),
        }  # fmt: skip
        self.granting.send(grantor, "Plans", "amend", [change])
        self._sign(grant, grantor, grantee, kind, mode, version + 1, self.entries)

    def renew(self) -> None:
        grant = self._any()
        grantor, _, _, _ = self.grants[grant]
        until = self.granting.ledger.contracts.call("Grants", "head", grant)["until"]
        change = {"grant": grant, "expectedVersion": self.versions[grant], "end": until + 30 * DAY}
        self.granting.send(grantor, "Plans", "renew", [change | {"content": GrantContent(title="续期").encode()}])
        self.versions[grant] += 1
        self.granting.approve(grantor, grant, Approval.SIGNATURE, self.versions[grant])

    def _sign(
        self, grant: int, grantor: str, grantee: str, kind: Kind, mode: Mode, version: int, among: list[bytes]
    ) -> None:
        self.grants[grant], self.versions[grant] = (grantor, grantee, kind, mode), version
        self.listed.setdefault(grant, [])
        pick = self.random
        if mode is Mode.OVERALL:
            listed = [
                {"provider": provider.encode(), "operations": pick.choice([15, 7, 3]), "level": pick.randint(1, 2)}
                for provider in pick.sample([SUBJECT, AUTHORITY], pick.randint(1, 2))
            ]
            self.granting.send(grantor, "Plans", "scopeProviders", grant, version, listed)
        else:
            self._list(grant, grantor, version, pick.sample(among, min(len(among), pick.randint(2, 6))))
        self.granting.approve(grantor, grant, Approval.SIGNATURE, version)

    def _list(self, grant: int, grantor: str, version: int, entries: list[bytes]) -> None:
        # One by one: what one entry is refused for says nothing of the others.
        known = {entry: (operations, items) for entry, operations, items in self._above(grant)}
        kept = []
        for entry in entries:
            operations, items = known.get(entry, (15, ALL_ITEMS))
            narrowed = operations & self.random.choice([15, 15, 7, 3]) or operations
            bits = items & self.random.choice([ALL_ITEMS, ALL_ITEMS, 0b1110, 0b0111, 0b110000]) or items
            try:
                self.granting.scope(grantor, grant, entry, version=version, operations=narrowed, items=bits)
            except Rejected as refusal:
                self.done[refusal.reason or "?"] += 1
                continue
            kept.append((entry, narrowed, bits))
        self.listed[grant] = kept

    def _above(self, grant: int) -> list[tuple[bytes, int, int]]:
        parent = self.granting.ledger.contracts.call("Grants", "grant", grant)["parent"]
        return self.listed.get(parent, [])

    def fate(self) -> None:
        grant, fate = self._any(), self.random.choice(FATES)
        grantor, grantee, _, _ = self.grants[grant]
        current = self.granting.ledger.contracts.call("Grants", "head", grant)["current"]
        self.granting.change(grantee if fate == "exit" else grantor, fate, grant, current)

    def publish(self) -> None:
        entry = self.random.choice([*self.entries, *self.spare])
        pick = self.random
        levels = {"share": pick.choice([1, 1, 2, 3]), "open": pick.randint(1, 3), "level": pick.choice([1, 2, 2, 3, 4])}
        self.granting.publish(*self.codes[entry], **levels)

    def retire(self) -> None:
        entry = self.random.choice(self.spare)
        version = self.granting.ledger.contracts.call("Catalog", "head", entry)["version"]
        retirement = {"id": entry, "expectedVersion": version, "reason": REASON}
        self.granting.send(self.codes[entry][1], "Catalog", "retire", [retirement])

    def registration(self) -> None:
        number = self.random.choice(self.registrations)
        clerk, function = self.random.choice([("supervisor", "suspend"), ("supervisor", "resume")])
        self.granting.step(clerk, function, number, 1, "Registry")

    def _any(self) -> int:
        if not self.grants:
            raise Rejected("there is no grant yet", reason="none")
        return self.random.choice(list(self.grants))

    def moment(self, grant: int) -> int:
        """A time that something may depend on, one at which a grant may be in force, or any."""
        pick, lot = self.random, self.random.random()
        head = self.granting.ledger.contracts.call("Grants", "head", grant)
        if lot < 0.3:
            return pick.choice(self.times) + pick.choice([-1, 0, 0, 1])
        if lot < 0.85 and head["until"]:
            begun: int = self.granting.ledger.contracts.call("Grants", "record", grant, 0)["from"]
            return pick.randint(begun, max(begun, min(head["until"], self.times[-1])))
        if lot < 0.92:
            return max(1, head["until"] + pick.choice([-1, 0, 1]))
        return pick.randint(self.times[0] - 40 * DAY, self.times[-1] + 500 * DAY)


@pytest.fixture
def wanderer(ledger: Ledger, request: pytest.FixtureRequest) -> Iterator[Wanderer]:
    known = len(ledger.senders)
    granting = Granting(ledger)
    granting.parameters = GRANT_PARAMETERS | dict.fromkeys(
        ("operate_approvals", "share_approvals", "delegation_approvals"), SIGNED
    )
    try:
        granting.found()
        yield Wanderer(granting, random.Random(request.param))
    finally:
        del ledger.senders[known:]


def ask(wanderer: Wanderer, mirror: Mirror, questions: int) -> Counter[str]:
    """Asks the contract and the mirror the same, and returns how often each answer was given."""
    granting, pick = wanderer.granting, wanderer.random
    call, answers = granting.ledger.contracts.call, Counter[str]()
    numbers = [*wanderer.grants, max(wanderer.grants) + 1]
    entries = [*wanderer.entries, *wanderer.spare, bytes(32)]
    with mirror.engine.connect() as connection:
        facts = GrantFacts(connection)
        for at in range(questions):
            number, entry = pick.choice(numbers), pick.choice(entries)
            if pick.random() < 0.7:
                entry = pick.choice([entry for entry, _, _ in wanderer.listed.get(number, [])] or wanderer.spare)
            operation = pick.choice([1, 2, 4, 8, 1, 2, 4, pick.randint(0, 15)])
            seconds = wanderer.moment(number)
            question = Question(entry, operation, moment(seconds))
            told = coverage(facts, number, question)
            wanted = call("Grants", "coverage", number, entry, operation, seconds)
            assert (told[0], told[1], told[2]) == tuple(wanted), (number, question, Coverage(wanted[0]).name)
            answers[told[0].name] += 1
            if at % 10 == 0:
                effective = call("Grants", "isEffective", number, seconds)
                assert is_effective(facts, number, question.time) == effective
                _check_organization(facts, wanderer, question)
    return answers


def _check_organization(facts: GrantFacts, wanderer: Wanderer, question: Question) -> None:
    """What an organization is answered is what the contract says of each of its grants."""
    organization = wanderer.random.choice([OPERATOR, BUREAU, DISTRICT, STREET, COMMUNITY, IMPLEMENTER, CENTER])
    answer = check(facts, organization, question.entry, question.operation, question.time)
    call, seconds = wanderer.granting.ledger.contracts.call, int(question.time.timestamp())
    covering = [
        number
        for number, (_, grantee, _, _) in sorted(wanderer.grants.items())
        if grantee == organization and call("Grants", "covers", number, question.entry, question.operation, seconds)
    ]
    assert list(answer.covering) == covering
    assert answer.allowed == bool(covering)
    if answer.derivation is not None:
        assert answer.derivation.chain[-1].link.number == answer.derivation.by or answer.allowed


@pytest.mark.parametrize(("wanderer", "database_kind"), [(1, SQLITE), (2, POSTGRESQL)], indirect=True)
def test_the_mirror_answers_as_the_contract(wanderer: Wanderer, mirror: Mirror) -> None:
    wander_and_ask(wanderer, mirror, steps=140, questions=1_000)


@pytest.mark.soak
@pytest.mark.parametrize("wanderer", range(100, 110), indirect=True)
def test_the_mirror_answers_a_hundred_thousand_questions(wanderer: Wanderer, mirror: Mirror) -> None:
    wander_and_ask(wanderer, mirror, steps=300, questions=10_000)


def wander_and_ask(wanderer: Wanderer, mirror: Mirror, *, steps: int, questions: int) -> None:
    wanderer.begin()
    wanderer.go(steps)
    wanderer.granting.ledger.indexer(mirror, 0).once()
    check_grants(wanderer.granting, mirror)
    answers = ask(wanderer, mirror, questions)
    # Every reason is found, or the questions ask too little.
    assert answers.keys() == {reason.name for reason in Coverage}, (answers, wanderer.done)
    assert sum(answers.values()) == questions
