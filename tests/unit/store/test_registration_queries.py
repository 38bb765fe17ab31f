"""Questions about registrations to a mirror, as of any block and moment."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from ledger.indexer.finality import Finality
from ledger.indexer.follow import Indexer
from ledger.indexer.rows import time_of
from ledger.model.ids import EntryId
from ledger.model.organization_code import sample_code
from ledger.model.registration import status_of
from ledger.model.roles import Role
from ledger.store.mirror import Mirror
from ledger.store.objection_queries import ObjectionFilter
from ledger.store.registration_queries import RegistrationFilter
from tests.databases import Databases
from tests.unit.indexer.fake_chain import (
    ADMIN,
    CODE,
    GENESIS_TIME,
    Block,
    FakeChain,
    RegistrationActs,
    application_content,
    application_fields,
    child,
    deployment,
    founding,
    genesis,
)

DISTRICT, CENTER, SUBJECT = (sample_code(number) for number in (1, 2, 3))
FIRST, SECOND, THIRD = "R20260105000001A", "R20260105000002B", "R20260106000001C"
DISTRICT_AREA = 110105000000
ALL = int(Role.APPLICANT | Role.ACCEPTOR | Role.REVIEWER | Role.ISSUER | Role.SUPERVISOR)
BLOCKS = {"filed": 4, "noticed": 5, "issued": 6, "changed": 7, "revoked": 8}
TIME = {name: time_of(GENESIS_TIME + 12 * number) for name, number in BLOCKS.items()}
SECOND_OF = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def later(parent: Block) -> RegistrationActs:
    return RegistrationActs(len(parent.leaves), GENESIS_TIME + 12 * (parent.header.number + 1))


@pytest.fixture(scope="module")
def mirror(databases: Databases) -> Iterator[Mirror]:
    """FIRST is issued, changed and revoked; SECOND is under objection; THIRD waits for a district."""
    block = founding(child(genesis(), b"", None))
    acts = later(block)
    acts.add_organization(DISTRICT, kind=2, area=DISTRICT_AREA)
    acts.add_organization(CENTER, kind=6)
    acts.add_organization(SUBJECT, kind=4, area=DISTRICT_AREA + 1000)
    for number in (b"a", b"b"):
        acts.publish(number, 1)
    block = child(block, b"", acts)  # 3

    acts = later(block)
    one, two = sorted(_id(number) for number in (b"a", b"b"))
    title = "河流 River_100%"
    acts.file(FIRST, registrar=CENTER.encode(), entries=[one, two])
    acts.file(
        SECOND, registrar=CENTER.encode(), entries=[one],
        content=application_content(title), fields=application_fields(title),
    )  # fmt: skip
    acts.file(THIRD, subject=SUBJECT, stage=1, registrar=CENTER.encode(), deadline=acts.time + 7, entries=[one])
    block = child(block, b"", acts)  # 4, filed

    acts = later(block)
    for number in (FIRST, SECOND):
        acts.advance("NoticeOpened", number, 6, deadline=acts.time + 10)
    acts.raise_objection(1, SECOND, responsible=CENTER.encode())
    acts.raise_objection(2, entry=one, responsible=CODE.encode(), deadline=acts.time + 5)
    acts.raise_objection(3, entry=one, responsible=CENTER.encode(), deadline=acts.time + 6)
    acts.decide("ObjectionAccepted", 2, 2, one, deadline=acts.time + 20)
    block = child(block, b"", acts)  # 5, noticed

    acts = later(block)
    acts.issue(FIRST, validUntil=acts.time + 3600)
    acts.assign_code(FIRST, b"N-42")
    acts.decide("ObjectionDismissed", 2, 5, one)
    acts.set_calendar(2026, 1, 1, 0)
    block = child(block, b"", acts)  # 6, issued

    acts = later(block)
    acts.file(FIRST, 2, registrar=CENTER.encode(), entries=[two])
    acts.issue(FIRST, 2, 1, validUntil=acts.time + 7200)
    acts.set_calendar(2026, 2, 3, 1)
    block = child(block, b"", acts)  # 7, changed

    acts = later(block)
    acts.file(FIRST, 3, registrar=CENTER.encode(), entries=[two])
    acts.set_status("RegistrationRevoked", FIRST, 4, 2)
    block = child(block, b"", acts)  # 8, revoked

    url = databases.migrated()
    mirror = Mirror(url)
    Indexer(FakeChain(block), mirror.writer, deployment(), Finality(2)).once()
    yield mirror
    mirror.close()
    databases.give_back(url)


def _id(local_code: bytes) -> bytes:
    return RegistrationActs(0, 0).publish(local_code, 1)


def found(mirror: Mirror, filter: RegistrationFilter, at: int | None = None, **more: Any) -> list[tuple[str, int]]:
    rows = mirror.queries.registrations(filter, at=at, **more)
    return [(row.number, row.version) for row in rows]


@pytest.mark.parametrize(
    ("wanted", "now", "then"),
    [
        ({}, [(FIRST, 3), (FIRST, 2), (THIRD, 1), (SECOND, 1), (FIRST, 1)], [(THIRD, 1), (SECOND, 1), (FIRST, 1)]),
        ({"current": True}, [(FIRST, 3), (FIRST, 2), (THIRD, 1), (SECOND, 1)], [(THIRD, 1), (SECOND, 1), (FIRST, 1)]),
        ({"stage": "NOTICE"}, [(SECOND, 1)], [(SECOND, 1), (FIRST, 1)]),
        ({"stage": "LAPSED"}, [(FIRST, 3)], []),
        ({"open": True}, [(THIRD, 1), (SECOND, 1)], [(THIRD, 1), (SECOND, 1), (FIRST, 1)]),
        ({"open": False, "number": FIRST}, [(FIRST, 3), (FIRST, 2), (FIRST, 1)], []),
        ({"subject": SUBJECT}, [(THIRD, 1)], [(THIRD, 1)]),
        ({"kind": "CHANGE"}, [(FIRST, 3), (FIRST, 2)], []),
        ({"q": "river_100%"}, [(SECOND, 1)], [(SECOND, 1)]),
        ({"q": "river 河"}, [(SECOND, 1)], [(SECOND, 1)]),
        ({"q": "riverx100"}, [], []),
        ({"q": "n-42"}, [(FIRST, 3), (FIRST, 2), (FIRST, 1)], []),
        ({"q": "000002b"}, [(SECOND, 1)], [(SECOND, 1)]),
        ({"entry": max(_id(b"a"), _id(b"b")), "settled": False}, [(FIRST, 3), (FIRST, 2)], [(FIRST, 1)]),
        ({"due_before": TIME["noticed"]}, [(THIRD, 1)], [(THIRD, 1)]),
        ({"expires_before": TIME["changed"] + 3 * HOUR}, [], []),
        ({"malformed": True}, [], []),
    ],
)
def test_filters_now_and_then(
    mirror: Mirror, wanted: dict[str, Any], now: list[tuple[str, int]], then: list[tuple[str, int]]
) -> None:
    filter = RegistrationFilter(**wanted)
    assert found(mirror, filter) == now
    assert found(mirror, filter, BLOCKS["noticed"]) == then
    assert mirror.queries.count_registrations(filter, None, None, 100) == len(now)
    assert mirror.queries.count_registrations(filter, None, None, 1) == min(1, len(now))


def test_pages_follow_the_filing(mirror: Mirror) -> None:
    rows = mirror.queries.registrations(limit=2)
    rest = mirror.queries.registrations(after=rows[-1].filed_index)
    assert [(row.number, row.version) for row in rows + rest] == found(mirror, RegistrationFilter())
    oldest = mirror.queries.registrations(newest_first=False, limit=1)
    assert mirror.queries.registrations(newest_first=False, after=oldest[0].filed_index)[0].number == SECOND


@pytest.mark.parametrize(
    ("block", "moment", "version", "status"),
    [
        ("noticed", TIME["noticed"], None, None),
        ("issued", TIME["issued"], None, "ACTIVE"),
        ("issued", TIME["issued"] + HOUR - SECOND_OF, None, "ACTIVE"),
        ("issued", TIME["issued"] + HOUR, None, "EXPIRED"),
        ("changed", TIME["changed"], None, "ACTIVE"),
        ("changed", TIME["changed"] + 3 * HOUR, None, "EXPIRED"),
        ("changed", TIME["changed"], 1, "SUPERSEDED"),
        # Superseded and past its term: the contract says SUPERSEDED too.
        ("changed", TIME["changed"] + 9 * HOUR, 1, "SUPERSEDED"),
        ("revoked", TIME["revoked"], None, "REVOKED"),
        ("revoked", TIME["revoked"] + 9 * HOUR, None, "REVOKED"),
        ("revoked", TIME["revoked"], 3, None),
    ],
)
def test_a_registration_is_found_by_what_its_term_and_its_acts_make_of_it(
    mirror: Mirror, block: str, moment: datetime, version: int | None, status: str | None
) -> None:
    queries, at = mirror.queries, BLOCKS[block]
    row = queries.registration_issued(FIRST, at) if version is None else queries.registration(FIRST, version, at)
    assert (status_of(row.status, row.valid_until, moment) if row and row.status_since else None) == status
    if status is not None:
        assert row
        filter = RegistrationFilter(status=status, number=FIRST)
        assert (FIRST, row.version) in found(mirror, filter, at, moment=moment)


def test_a_status_needs_a_moment(mirror: Mirror) -> None:
    with pytest.raises(ValueError, match="depends on the time"):
        found(mirror, RegistrationFilter(status="ACTIVE"))
    assert found(mirror, RegistrationFilter(status="SUPERSEDED")) == [(FIRST, 1)]


def test_one_registration(mirror: Mirror) -> None:
    queries = mirror.queries
    row = queries.registration(FIRST)
    assert row
    assert (row.version, row.stage, row.national_code) == (3, "LAPSED", "N-42")
    issued = queries.registration_issued(FIRST)
    assert issued
    assert (issued.version, issued.status) == (2, "REVOKED")
    assert queries.registration_of_code("N-42") == issued
    assert queries.registration_of_code("N-42", at=BLOCKS["noticed"]) is None
    assert queries.registration("R0") is None
    assert queries.registration(FIRST, 2, at=BLOCKS["issued"]) is None
    assert [row.version for row in queries.registration_versions(FIRST)] == [1, 2, 3]
    history = queries.registration_history(FIRST, 1)
    assert [(row.stage, row.status) for row in history] == [
        ("APPLIED", None),
        ("NOTICE", None),
        ("ISSUED", "ACTIVE"),
        ("ISSUED", "ACTIVE"),
        ("ISSUED", "SUPERSEDED"),
    ]
    assert len(queries.registration_history(FIRST, at=BLOCKS["noticed"])) == 2
    steps = queries.registration_steps(FIRST)
    assert [(row.step, row.version) for row in steps] == [
        ("FILED", 1), ("NOTICE_OPENED", 1), ("ISSUED", 1), ("CODE_ASSIGNED", 1), ("FILED", 2),
        ("SUPERSEDED", 1), ("ISSUED", 2), ("FILED", 3), ("REVOKED", 2), ("LAPSED", 3),
    ]  # fmt: skip
    # One act, two versions: in the order of the versions.
    assert steps[5].act_index == steps[6].act_index
    assert queries.registration_steps(FIRST, 3, at=BLOCKS["changed"]) == []
    content = queries.registration_content(row)
    assert content.content == application_content()


def test_notices_are_open_until_their_end(mirror: Mirror) -> None:
    def numbers(moment: datetime, **more: Any) -> list[str]:
        return [row.number for row in mirror.queries.notices(moment, at=BLOCKS["noticed"], **more)]

    end = TIME["noticed"] + 10 * SECOND_OF
    assert numbers(end - SECOND_OF) == [FIRST, SECOND]
    assert numbers(end) == []
    assert numbers(end - SECOND_OF, registrar=CODE) == []
    (first,) = mirror.queries.notices(TIME["noticed"], at=BLOCKS["noticed"], limit=1)
    assert first.notice_end
    assert numbers(TIME["noticed"], after=(first.notice_end, first.filed_index)) == [SECOND]


def test_what_has_ended_can_be_settled(mirror: Mirror) -> None:
    def ended(moment: datetime, at: int | None = None) -> list[tuple[str, int]]:
        return [(row.number, row.version) for row in mirror.queries.to_settle(moment, at=at)]

    assert ended(TIME["issued"], BLOCKS["issued"]) == []
    assert ended(TIME["issued"] + HOUR, BLOCKS["issued"]) == [(FIRST, 1)]
    assert ended(TIME["revoked"]) == [(FIRST, 2), (FIRST, 3)]


def tasks(mirror: Mirror, organization: str, roles: int, moment: datetime, block: str) -> list[tuple[str, str, bool]]:
    items = mirror.queries.inbox(organization, roles, moment, BLOCKS[block])
    return [(item.task, item.role, item.overdue) for item in items]


def test_what_waits_for_whom(mirror: Mirror) -> None:
    filed, noticed = TIME["filed"], TIME["noticed"]
    assert tasks(mirror, CENTER, ALL, filed, "filed") == [("DECIDE_ACCEPTANCE", "ACCEPTOR", False)] * 2
    assert tasks(mirror, CENTER, int(Role.REVIEWER), filed, "filed") == []
    assert tasks(mirror, DISTRICT, ALL, filed, "filed") == [("FORWARD", "REVIEWER", False)]
    assert tasks(mirror, DISTRICT, ALL, filed + HOUR, "filed") == [("FORWARD", "REVIEWER", True)]
    assert tasks(mirror, sample_code(9), ALL, filed, "filed") == []
    # Objections by deadline; a notice that has ended without one is issued.
    assert tasks(mirror, CENTER, ALL, noticed, "noticed") == [("DECIDE_OBJECTION", "REVIEWER", False)] * 2
    over = noticed + 10 * SECOND_OF
    assert tasks(mirror, CENTER, ALL, over, "noticed") == [
        ("DECIDE_OBJECTION", "REVIEWER", True),
        ("DECIDE_OBJECTION", "REVIEWER", False),
        ("ISSUE", "ISSUER", False),
    ]
    assert tasks(mirror, CENTER, int(Role.SUPERVISOR), over, "noticed") == [("DECIDE_OBJECTION", "SUPERVISOR", True)]
    # The data authority reviews what is objected to an entry, whoever is responsible.
    assert tasks(mirror, CODE, int(Role.REVIEWER), noticed, "noticed") == [
        ("DECIDE_OBJECTION", "REVIEWER", False),
        ("VERIFY_OBJECTION", "REVIEWER", False),
    ]
    assert len(tasks(mirror, CODE, int(Role.SUPERVISOR), noticed + HOUR, "noticed")) == 3
    assert len(tasks(mirror, CODE, int(Role.SUPERVISOR | Role.REVIEWER), noticed + HOUR, "noticed")) == 3


def test_objections(mirror: Mirror) -> None:
    queries, one = mirror.queries, min(_id(b"a"), _id(b"b"))
    noticed = BLOCKS["noticed"]

    def numbers(at: int | None = None, **wanted: Any) -> list[int]:
        rows = queries.objections(ObjectionFilter(**wanted), at=at)
        return [row.objection for row in rows]

    assert numbers() == [1, 2, 3]
    assert numbers(registration=SECOND) == [1]
    assert numbers(entry=one) == [2, 3]
    assert numbers(open=True) == [1, 3]
    assert numbers(noticed, open=True) == [1, 2, 3]
    assert numbers(state="DISMISSED") == [2]
    assert numbers(responsible=CENTER) == [1, 3]
    assert numbers(due_before=TIME["noticed"] + 7 * SECOND_OF) == [3]
    assert [row.objection for row in queries.objections(after=1, limit=1)] == [2]
    row = queries.objection(2, at=noticed)
    assert row
    assert row.state == "ACCEPTED"
    assert [row.state for row in queries.objection_history(2)] == ["RAISED", "ACCEPTED", "DISMISSED"]
    assert len(queries.objection_history(2, at=noticed)) == 2
    assert queries.objection(9) is None
    assert [row.objection for row in queries.entry_marks(one, at=noticed)] == [2]
    assert queries.entry_marks(one) == []


def test_entries_are_held_as_long_as_their_registrations_are_unsettled(mirror: Mirror) -> None:
    one, two = sorted((_id(b"a"), _id(b"b")))
    queries = mirror.queries
    assert [(row.number, row.version) for row in queries.entry_holds(one)] == [(SECOND, 1), (THIRD, 1)]
    assert [(row.number, row.version) for row in queries.entry_holds(two)] == [(FIRST, 2), (FIRST, 3)]
    assert len(queries.entry_holds(one, at=BLOCKS["filed"])) == 3
    with mirror.catalog() as catalog:
        known = catalog.entries_by_id([EntryId(one), EntryId(two)])
        assert [known[EntryId(id)].holds for id in (one, two)] == [2, 2]
        assert {entry.holds for entry in catalog.entries_of_source("s")} == {2}


def test_calendars(mirror: Mirror) -> None:
    assert mirror.queries.calendars().bits == {2026: 1 << 256 | 3}
    assert mirror.queries.calendars(at=BLOCKS["issued"]).bits == {2026: 1}
    assert mirror.queries.calendars(at=BLOCKS["filed"]).bits == {}
    assert [row.version for row in mirror.queries.calendar_versions(2026)] == [1, 2]
    assert mirror.queries.calendar_versions(2025) == []
    assert mirror.queries.calendar_versions()[0].account == ADMIN
