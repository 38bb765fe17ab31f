"""Registrations on a real chain stand in the mirror as the contracts keep them, whatever happens to the chain."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ledger.indexer.finality import Finality
from ledger.model.registration import Kind
from ledger.model.roles import Role
from ledger.store.compare import check_mirror
from ledger.store.mirror import Mirror
from tests.integration.indexer.conftest import Ledger
from tests.integration.indexer.registering import CENTER, REASON, SUBJECT, TITLE, Center, check_against_chain, said

DEPTH = 40


@pytest.fixture
def center(ledger: Ledger) -> Iterator[Center]:
    """A center, and three entries to register."""
    known = len(ledger.senders)
    center = Center(ledger)
    try:
        center.found()
        ledger.publish(1, 2, 3)
        yield center
    finally:
        del ledger.senders[known:]


def index(center: Center, mirror: Mirror) -> None:
    center.ledger.indexer(mirror, DEPTH).once()
    check_against_chain(center, mirror)


def differences(center: Center, mirror: Mirror) -> list[object]:
    ledger = center.ledger
    return list(check_mirror(ledger.chain, mirror, ledger.contracts.deployment, Finality(DEPTH)))


def filed(center: Center, mirror: Mirror, *entries: int) -> str:
    """Files a first application and returns its number."""
    center.file(*entries)
    index(center, mirror)
    return mirror.queries.registrations(limit=1)[0].number


def test_from_application_to_certificate_and_on(center: Center, mirror: Mirror) -> None:
    queries = mirror.queries
    number = filed(center, mirror, 1, 2)
    center.step("acceptor", "requestSupplement", number)
    supplied = {"number": number.encode(), "version": 1, **said(TITLE + "(补正)")}
    center.wait(timedelta(days=30))
    center.send("applicant", "Applications", "supplement", [supplied])
    index(center, mirror)
    row = queries.registration(number)
    assert row
    assert (row.stage, row.title, row.late, row.malformed) == ("APPLIED", TITLE + "(补正)", True, None)
    calendars = queries.calendars()
    assert row.deadline == calendars.deadline(row.from_time, 3)
    assert calendars.workdays_left(row.from_time, row.deadline) == 3
    (item,) = queries.inbox(CENTER, int(Role.ACCEPTOR), center.now)
    assert (item.task, item.due, item.registration) == ("DECIDE_ACCEPTANCE", row.deadline, row)

    center.open_notice(number)
    index(center, mirror)
    assert [found.number for found in queries.notices(center.now)] == [number]
    assert queries.inbox(CENTER, int(Role.ISSUER), center.now) == []
    center.issue(number)
    center.send("issuer", "Registry", "assignNationalCodes", [{"number": number.encode(), "code": b"N-1"}])
    index(center, mirror)
    issued = queries.registration_issued(number)
    assert issued
    assert (issued.status, issued.national_code, issued.stage) == ("ACTIVE", "N-1", "ISSUED")
    assert queries.notices(center.now) == []

    # A change takes over, and lets go of the entry that it leaves out.
    center.file(1, number=number, kind=Kind.CHANGE)
    center.open_notice(number, 2)
    center.issue(number, 2)
    index(center, mirror)
    assert [row.status for row in queries.registration_versions(number)] == ["SUPERSEDED", "ACTIVE"]
    assert len(queries.entry_holds(center.entry_id(2))) == 0
    was = queries.point_at_time(issued.from_time)
    assert was
    then = queries.registration_issued(number, was.number)
    assert then
    assert (then.version, then.status) == (1, "ACTIVE")

    center.step("supervisor", "suspend", number, 2, "Registry")
    index(center, mirror)
    center.step("supervisor", "resume", number, 2, "Registry")
    center.file(3, number=number, kind=Kind.CHANGE)
    index(center, mirror)
    center.step("issuer", "revoke", number, 2, "Registry")
    index(center, mirror)
    assert [row.stage for row in queries.registration_versions(number)] == ["ISSUED", "ISSUED", "LAPSED"]
    assert [row.version for row in queries.to_settle(center.now)] == [2, 3]
    center.step("applicant", "settle", number, 2, "Registry")
    center.step("applicant", "settle", number, 3, "Registry")
    index(center, mirror)
    assert queries.to_settle(center.now) == []
    assert len(queries.registration_steps(number)) == 21
    assert differences(center, mirror) == []
    assert mirror.reproject() == center.ledger.contracts.call("Journal", "size")
    assert differences(center, mirror) == []


def test_objections_fail_a_notice_suspend_what_is_in_force_and_mark_entries(center: Center, mirror: Mirror) -> None:
    queries = mirror.queries
    failing = filed(center, mirror, 1)
    lasting = filed(center, mirror, 2)
    for number in (failing, lasting):
        center.open_notice(number)
    center.object(failing)
    center.object(lasting)
    index(center, mirror)
    assert [item.task for item in queries.inbox(CENTER, int(Role.REVIEWER), center.now)] == ["DECIDE_OBJECTION"] * 2
    center.decide("reviewer", "accept", 1)
    center.decide("reviewer", "uphold", 1)
    center.decide("reviewer", "reject", 2)
    index(center, mirror)
    row = queries.registration(failing)
    assert row
    assert row.stage == "NOTICE_FAILED"
    center.issue(lasting)
    index(center, mirror)

    # Overdue, a supervisor decides; upheld, it suspends, and only the correction that cites it lifts that.
    center.object(lasting)
    center.wait(timedelta(days=30))
    index(center, mirror)
    (item,) = queries.inbox(CENTER, int(Role.SUPERVISOR), center.now)
    assert (item.task, item.overdue) == ("DECIDE_OBJECTION", True)
    center.decide("supervisor", "uphold", 3)
    index(center, mirror)
    row = queries.registration(lasting)
    assert row
    assert (row.status, row.suspended_for) == ("SUSPENDED", 3)
    center.file(2, number=lasting, kind=Kind.CORRECTION, objection=3)
    center.open_notice(lasting, 2)
    center.issue(lasting, 2)
    index(center, mirror)

    center.object(entry=3)
    index(center, mirror)
    center.wait(timedelta(days=30))
    # The data authority's supervisor decides about an entry of its own.
    center.ledger.send("Objections", "uphold", [{"objection": 4, "reason": REASON}])
    index(center, mirror)
    assert [row.objection for row in queries.entry_marks(center.entry_id(3))] == [4]
    center.ledger.publish(3)
    center.decide("applicant", "settle", 4)
    index(center, mirror)
    assert [row.state for row in queries.objection_history(4)] == ["RAISED", "UPHELD", "CORRECTED"]
    objected = queries.objection(4)
    assert objected
    assert (objected.objector, objected.person, objected.late) == (SUBJECT, False, True)
    assert differences(center, mirror) == []


def test_a_reorganization_amid_a_registration_takes_back_what_it_took(center: Center, mirror: Mirror) -> None:
    number = filed(center, mirror, 1, 2)
    center.open_notice(number)
    center.issue(number)
    index(center, mirror)
    node = center.ledger.node
    snapshot = node.request("evm_snapshot")
    center.file(1, number=number, kind=Kind.CHANGE)
    center.open_notice(number, 2)
    center.object(number, version=2)
    center.decide("reviewer", "accept", 1)
    center.decide("reviewer", "uphold", 1)
    center.step("issuer", "cancel", number, 1, "Registry")
    center.step("applicant", "settle", number, 1, "Registry")
    index(center, mirror)
    lost = mirror.queries.position()
    assert mirror.queries.objections()

    assert node.request("evm_revert", snapshot)
    center.wait(timedelta(hours=5))
    center.file(2, number=number, kind=Kind.CHANGE)
    node.request("anvil_mine", "0x10")
    assert lost.head_number is not None
    assert center.ledger.chain.head().number > lost.head_number
    index(center, mirror)
    assert mirror.queries.objections() == []
    assert [row.stage for row in mirror.queries.registration_versions(number)] == ["ISSUED", "APPLIED"]
    assert [row.version for row in mirror.queries.entry_holds(center.entry_id(1))] == [1]
    assert differences(center, mirror) == []
    mirror.reproject()
    assert differences(center, mirror) == []


def test_a_calendar_decides_what_is_left(center: Center, mirror: Mirror) -> None:
    year = center.now.year
    # Every day works.
    words = [2**256 - 1, 2 ** (365 - 256) - 1]
    for each in (year, year + 1):
        calendar = {"year": each, "workdays": words, "source": REASON}
        center.ledger.root_act("Policy", "setCalendars", [calendar])
    number = filed(center, mirror, 1)
    row = mirror.queries.registration(number)
    assert row
    assert row.deadline
    calendars = mirror.queries.calendars()
    assert row.deadline == calendars.deadline(row.filed_time, 3)
    assert row.deadline - row.filed_time <= timedelta(days=4)
    assert len(mirror.queries.calendar_versions()) == 2
    assert differences(center, mirror) == []
