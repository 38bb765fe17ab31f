"""From acts to rows of registrations and objections."""

from hashlib import sha256

import pytest

from ledger.errors import Inconsistent
from ledger.indexer.changes import Changes
from ledger.indexer.registration_rows import ObjectionRow, RegistrationRow
from ledger.indexer.rows import time_of
from ledger.indexer.versions import State
from tests.unit.indexer.fake_chain import ADMIN, CODE, RegistrationActs, application_fields
from tests.unit.indexer.test_project import folded

NUMBER = "R20260105000001X"
ENTRY = b"\1" * 32
NOW = 1_800_000_000


def begun() -> RegistrationActs:
    """An application on its way: acts 0 to 2 make the world, act 3 files."""
    acts = RegistrationActs(0, NOW)
    acts.open_journal()
    acts.add_organization(CODE)
    acts.add_account(ADMIN)
    acts.file(NUMBER)
    return acts


def noticed() -> RegistrationActs:
    acts = begun()
    acts.advance("ApplicationAccepted", NUMBER, 4, deadline=NOW + 200)
    acts.advance("ReviewPassed", NUMBER, 5)
    acts.advance("NoticeOpened", NUMBER, 6, deadline=NOW + 300)
    return acts


def issued() -> RegistrationActs:
    acts = noticed()
    acts.issue(NUMBER)
    return acts


def last(changes: Changes, version: int = 1) -> RegistrationRow:
    """The state that is open; there is one."""
    (row,) = (row for row in changes.registrations if row.version == version and row.to_block is None)
    return row


def steps(changes: Changes) -> list[tuple[str, int, str]]:
    return [(row.step, row.version, row.stage) for row in changes.registration_steps]


def held(changes: Changes) -> list[tuple[int, bool]]:
    """Versions that held entries, and whether they still do."""
    return [(row.version, row.to_block is None) for row in changes.holds]


def test_an_application_is_filed() -> None:
    public, withheld = application_fields()
    changes = folded(begun())
    row = last(changes)
    assert (row.number, row.version, row.kind, row.stage, row.status) == (NUMBER, 1, "FIRST", "APPLIED", None)
    assert (row.subject, row.applicant, row.registrar, row.title) == (CODE, CODE, CODE, "取水许可登记")
    assert (row.filed_index, row.content_index, row.field_count, row.malformed) == (3, 3, 2, None)
    assert row.entries == ["0x" + "01" * 32]
    # By hand: a public field is hashed as a leaf, a withheld one is its hash already.
    assert row.certificate_root == sha256(b"\1" + sha256(b"\0" + public).digest() + withheld).digest()
    assert row.deadline == time_of(NOW + 100)
    assert (row.evidence, row.objection, row.interested_party, row.national_code) == (None, None, False, None)
    (content,) = changes.registration_contents
    assert content.fields == ["0x" + public.hex(), "0x" + withheld.hex()]
    assert content.content_digest == row.content_digest == sha256(content.content).digest()
    assert held(changes) == [(1, True)]
    assert changes.acts[3].organization == CODE


def test_an_application_comes_to_its_certificate() -> None:
    changes = folded(issued())
    assert [(row.stage, row.from_index, row.to_block) for row in changes.registrations] == [
        ("APPLIED", 3, 9),
        ("ACCEPTED", 4, 9),
        ("REVIEWED", 5, 9),
        ("NOTICE", 6, 9),
        ("ISSUED", 7, None),
    ]
    notice, row = changes.registrations[3], last(changes)
    assert notice.deadline == notice.notice_end == time_of(NOW + 300)
    assert (row.status, row.status_since, row.issued_time) == ("ACTIVE", time_of(NOW), time_of(NOW))
    assert (row.valid_until, row.deadline, row.supersedes) == (time_of(NOW + 1000), None, None)
    assert (row.reviewer, row.issuer, row.filer) == (ADMIN, ADMIN, ADMIN)
    assert [step for step, _, _ in steps(changes)] == [
        "FILED", "ACCEPTED", "REVIEW_PASSED", "NOTICE_OPENED", "ISSUED",
    ]  # fmt: skip


def test_a_supplement_replaces_what_was_said_and_lateness_stays() -> None:
    acts = begun()
    acts.advance("SupplementRequested", NUMBER, 3, deadline=NOW + 10, reason=b"\5" * 32)
    acts.supplement(NUMBER, late=True, content=b"?", fields=[b"\2" * 32])
    acts.advance("ApplicationAccepted", NUMBER, 4)
    changes = folded(acts)
    asked, supplied = changes.registrations[1:3]
    assert (asked.stage, asked.supplemented, asked.reason, asked.late) == ("SUPPLEMENT", True, b"\5" * 32, False)
    assert (supplied.stage, supplied.content_index, supplied.filed_index) == ("APPLIED", 5, 3)
    assert (supplied.title, supplied.field_count, supplied.late) == (None, 1, True)
    assert supplied.certificate_root == b"\2" * 32
    assert supplied.malformed
    assert changes.acts[5].malformed
    assert last(changes).late
    assert [row.late for row in changes.registration_steps] == [False, False, True, False]
    assert [row.act_index for row in changes.registration_contents] == [3, 5]


def test_content_that_says_other_than_the_fields_is_malformed() -> None:
    acts = RegistrationActs(0, NOW)
    acts.file(NUMBER, fields=application_fields("别的"))
    row = last(folded(acts))
    assert row.title is None
    assert "title" in (row.malformed or "")


def test_a_change_supersedes_and_settles() -> None:
    acts = issued()
    acts.assign_code(NUMBER, b"N-1")
    acts.file(NUMBER, 2)
    acts.advance("NoticeOpened", NUMBER, 6, 2, deadline=NOW + 300)
    acts.issue(NUMBER, 2, supersedes=1)
    changes = folded(acts)
    old, new = last(changes), last(changes, 2)
    assert (old.status, old.superseded_by, old.settled, old.stage) == ("SUPERSEDED", 2, True, "ISSUED")
    assert (new.status, new.supersedes, new.settled, new.kind) == ("ACTIVE", 1, False, "CHANGE")
    assert (old.national_code, new.national_code) == ("N-1", "N-1")
    assert held(changes) == [(1, False), (2, True)]
    assert steps(changes)[-2:] == [("ISSUED", 2, "ISSUED"), ("SUPERSEDED", 1, "ISSUED")]


def test_a_national_code_is_given_to_every_version() -> None:
    acts = issued()
    acts.file(NUMBER, 2)
    acts.assign_code(NUMBER, b"N-1")
    acts.assign_code(NUMBER, b"N-2")
    changes = folded(acts)
    assert (last(changes).national_code, last(changes, 2).national_code) == ("N-2", "N-2")
    assert steps(changes)[-2:] == [("CODE_ASSIGNED", 1, "ISSUED")] * 2
    early = noticed()
    early.assign_code(NUMBER, b"N-1")
    with pytest.raises(Inconsistent, match="none issued"):
        folded(early)


@pytest.mark.parametrize(
    ("event", "status", "name"), [("RegistrationCancelled", 3, "CANCELLED"), ("RegistrationRevoked", 4, "REVOKED")]
)
def test_an_open_application_lapses_with_its_registration(event: str, status: int, name: str) -> None:
    acts = issued()
    acts.file(NUMBER, 2)
    acts.set_status(event, NUMBER, status)
    acts.settle(NUMBER, 1)
    acts.settle(NUMBER, 2)
    changes = folded(acts)
    old, new = last(changes), last(changes, 2)
    assert (old.status, old.stage, old.settled, old.reason) == (name, "ISSUED", True, None)
    # The deadline stays as it was.
    assert (new.stage, new.status, new.settled, new.deadline) == ("LAPSED", None, True, time_of(NOW + 100))
    assert held(changes) == [(1, False), (2, False)]
    assert steps(changes)[-4:-2] == [(name, 1, "ISSUED"), ("LAPSED", 2, "LAPSED")]
    # Anyone settles: the act names no organization, the account's is known here.
    assert changes.registration_steps[-1].organization == CODE


def test_who_suspended_is_remembered_until_it_is_resumed() -> None:
    acts = issued()
    acts.set_status("RegistrationSuspended", NUMBER, 2)
    acts.set_status("RegistrationResumed", NUMBER, 1)
    rows = folded(acts).registrations[-2:]
    # The organization of these tests is the data authority.
    assert [(row.status, row.suspended_by_authority) for row in rows] == [("SUSPENDED", True), ("ACTIVE", False)]


def test_an_objection_keeps_a_notice_from_its_issue_and_ends_it() -> None:
    acts = noticed()
    acts.raise_objection(1, NUMBER)
    acts.raise_objection(2, NUMBER)
    acts.decide("ObjectionRejected", 1, 3, NUMBER)
    acts.decide("ObjectionAccepted", 2, 2, NUMBER, deadline=NOW + 60, reason=bytes(32))
    acts.decide("ObjectionUpheld", 2, 4, NUMBER, late=True)
    state = State()
    changes = folded(acts, state)
    assert [row.open_objections for row in changes.registrations[-4:]] == [1, 2, 1, 0]
    row = last(changes)
    assert (row.stage, row.status, row.notice_end) == ("NOTICE_FAILED", None, time_of(NOW + 300))
    assert [step for step, _, _ in steps(changes)][-5:] == [
        "OBJECTION_RAISED", "OBJECTION_RAISED", "OBJECTION_REJECTED", "OBJECTION_ACCEPTED", "OBJECTION_UPHELD",
    ]  # fmt: skip
    assert [row.objection for row in changes.registration_steps][-3:] == [1, 2, 2]
    objections = [row for row in changes.objections if row.to_block is None]
    assert [(row.objection, row.state, row.late, row.deadline) for row in objections] == [
        (1, "REJECTED", False, None),
        (2, "UPHELD", True, None),
    ]
    assert changes.acts[-1].organization == CODE


@pytest.mark.parametrize(("valid_until", "status"), [(NOW + 1, "SUSPENDED"), (NOW, "ACTIVE")])
def test_an_upheld_objection_suspends_what_is_in_force(valid_until: int, status: str) -> None:
    acts = noticed()
    acts.issue(NUMBER, validUntil=valid_until)
    acts.raise_objection(1, NUMBER)
    acts.decide("ObjectionUpheld", 1, 4, NUMBER)
    row = last(folded(acts))
    assert (row.status, row.suspended_for) == (status, 1 if status == "SUSPENDED" else None)
    assert (row.stage, row.open_objections, row.suspended_by_authority) == ("ISSUED", 0, False)


def test_an_objection_to_an_entry_touches_no_registration() -> None:
    acts = begun()
    acts.raise_objection(
        1, entry=ENTRY, person=True, objector=b"\x0c" * 32, evidence=b"\x0e" * 32, version=3, deadline=0
    )
    acts.decide("ObjectionUpheld", 1, 4, ENTRY)
    acts.decide("ObjectionSettled", 1, 6, ENTRY, organization=bytes(18))
    changes = folded(acts)
    first: ObjectionRow = changes.objections[0]
    assert (first.registration, first.entry_id, first.version) == (None, ENTRY, 3)
    assert (first.objector, first.commitment, first.person) == (None, b"\x0c" * 32, True)
    assert (first.evidence, first.ground, first.deadline) == (b"\x0e" * 32, b"\7" * 32, None)
    assert [row.state for row in changes.objections] == ["RAISED", "UPHELD", "CORRECTED"]
    assert changes.objections[2].organization is None
    assert len(changes.registrations) == len(changes.registration_steps) == 1


def test_a_clock_past_the_last_year_is_its_end() -> None:
    acts = noticed()
    acts.issue(NUMBER, validUntil=2**64 - 1)
    assert str(last(folded(acts)).valid_until) == "9999-12-31 23:59:59+00:00"


def test_what_the_mirror_does_not_have_is_inconsistent() -> None:
    acts = RegistrationActs(5, NOW)
    acts.advance("ApplicationAccepted", NUMBER, 4)
    with pytest.raises(Inconsistent, match=rf"act 5 .* version 1 of registration {NUMBER}"):
        folded(acts)
    acts = RegistrationActs(5, NOW)
    acts.decide("ObjectionUpheld", 3, 4, ENTRY)
    with pytest.raises(Inconsistent, match=r"act 5 .* unknown objection 3"):
        folded(acts)
    acts = RegistrationActs(5, NOW)
    acts.file(NUMBER, 2)
    with pytest.raises(Inconsistent, match="version 1 of registration"):
        folded(acts)


def test_a_calendar_is_set_by_a_proposal() -> None:
    acts = RegistrationActs(0, NOW)
    acts.propose(1)
    acts.set_calendar(2026, 1, 2**256 - 1, 5, proposal=1)
    state = State()
    changes = folded(acts, state)
    (row,) = changes.calendars
    assert (row.year, row.version, row.workdays_low, row.workdays_high) == (2026, 1, 2**256 - 1, 5)
    assert state.proposals == {}
