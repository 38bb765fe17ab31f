"""From acts to rows of grants."""

import pytest

from ledger.errors import Inconsistent
from ledger.indexer.changes import Changes
from ledger.indexer.grant_rows import GrantRow, GrantVersionRow
from ledger.indexer.rows import time_of
from ledger.model.grant import ALL_ITEMS, Approval
from ledger.model.organization_code import sample_code
from tests.unit.indexer.fake_chain import ADMIN, CODE
from tests.unit.indexer.grant_acts import GRANTEE, GrantActs
from tests.unit.indexer.test_project import folded

NOW = 1_800_000_000
OTHER = sample_code(3)
NUMBER = "R20260105000001X"


def begun() -> tuple[GrantActs, bytes, bytes]:
    """Acts 0 to 4: the data authority, its account, another provider's world, and two entries."""
    acts = GrantActs(0, NOW)
    acts.open_journal()
    acts.add_organization(CODE)
    acts.add_account(ADMIN)
    return acts, acts.publish(b"a", 1), acts.publish(b"b", 1)


def in_force() -> tuple[GrantActs, bytes, bytes]:
    """Grant 1, planned by act 5, in force with act 8."""
    acts, one, two = begun()
    acts.plan(1)
    acts.scope(1, [one, two])
    acts.approve(1, Approval.AUTHORITY)
    acts.approve(1, Approval.SIGNATURE, entered=True)
    return acts, one, two


def last(changes: Changes, grant: int = 1) -> GrantRow:
    (row,) = (row for row in changes.grants if row.grant == grant and row.to_block is None)
    return row


def version(changes: Changes, number: int = 1, grant: int = 1) -> GrantVersionRow:
    (row,) = (
        row for row in changes.grant_versions if (row.grant, row.version) == (grant, number) and row.to_block is None
    )
    return row


def steps(changes: Changes) -> list[tuple[str, int, str | None]]:
    return [(row.step, row.version, row.detail) for row in changes.grant_steps]


def records(changes: Changes) -> list[tuple[int, int, str]]:
    return [(row.act_index, row.version, row.status) for row in changes.grant_records]


def held(changes: Changes) -> list[tuple[bytes, int, bool]]:
    return [(row.entry_id, row.version, row.to_block is None) for row in changes.grant_holds]


def test_a_plan_comes_into_force_with_its_last_approval() -> None:
    acts, one, two = in_force()
    changes = folded(acts)
    row, drawn = last(changes), version(changes)
    assert (row.kind, row.mode, row.parent, row.depth, row.implementer) == ("SHARE", None, None, 0, None)
    assert (row.grantor, row.grantee, row.title, row.planned_index) == (CODE, GRANTEE, "授权1第1版", 5)
    assert (row.current, row.status, row.status_since) == (1, "ACTIVE", time_of(NOW))
    assert (row.valid_from, row.valid_until) == (time_of(NOW), time_of(4_000_000_000))
    assert (drawn.stage, drawn.open, drawn.taken, drawn.agreement) == ("ENTERED", False, 0b011010, b"\x0d" * 32)
    assert (drawn.scope_of, drawn.scope_count, drawn.held_count, drawn.consents_missing) == (1, 2, 2, 0)
    assert [state.stage for state in changes.grant_versions] == ["PLAN", "PLAN", "REVIEW", "ENTERED"]
    assert [state.status for state in changes.grants] == [None, "ACTIVE"]
    assert steps(changes) == [
        ("PLANNED", 1, "FIRST"), ("SCOPED", 1, "2"), ("APPROVED", 1, "AUTHORITY"), ("APPROVED", 1, "SIGNATURE"),
    ]  # fmt: skip
    assert records(changes) == [(8, 1, "ACTIVE")]
    assert held(changes) == [(one, 1, True), (two, 1, True)]
    assert [(s.position, s.entry_id, s.provider, s.items) for s in changes.grant_scopes] == [
        (0, one, CODE, ALL_ITEMS), (1, two, CODE, ALL_ITEMS),
    ]  # fmt: skip
    assert [act.organization for act in changes.acts[5:]] == [CODE] * 4


def test_consents_are_missing_until_every_other_provider_has_given_one() -> None:
    acts, one, _ = begun()
    acts.plan(1, organization=OTHER.encode())
    acts.scope(1, [one])
    acts.approve(1, Approval.SIGNATURE)
    acts.approve(1, Approval.CONSENT, provider=CODE.encode(), entered=True)
    changes = folded(acts)
    assert [row.consents_missing for row in changes.grant_versions] == [0, 1, 1, 0]
    assert [row.taken for row in changes.grant_versions] == [0, 0, 0b010000, 0b011000]
    assert [row.provider for row in changes.grant_approvals] == [None, CODE]


def test_a_provider_is_asked_once_however_often_it_is_listed() -> None:
    acts, one, two = begun()
    acts.plan(1, organization=OTHER.encode())
    acts.scope(1, [one])
    acts.scope(1, [two], before=1)
    assert version(folded(acts)).consents_missing == 1
    acts.plan(2, kind=1, mode=1, organization=OTHER.encode(), implementer=OTHER.encode())
    acts.scope_providers(2, [CODE, OTHER, sample_code(5)])
    changes = folded(acts)
    drawn = version(changes, grant=2)
    assert (drawn.consents_missing, drawn.scope_count, drawn.held_count) == (2, 3, 0)
    listed = [row for row in changes.grant_scopes if row.grant == 2]
    assert [(row.provider, row.entry_id, row.level, row.items) for row in listed] == [
        (CODE, None, 2, None), (OTHER, None, 2, None), (sample_code(5), None, 2, None),
    ]  # fmt: skip
    assert (last(changes, 2).mode, last(changes, 2).implementer) == ("OVERALL", OTHER)


def test_a_renewal_keeps_the_scope_and_asks_the_consents_again() -> None:
    acts, one, two = begun()
    acts.plan(1, organization=OTHER.encode())
    acts.scope(1, [one, two])
    acts.approve(1, Approval.CONSENT, provider=CODE.encode())
    acts.approve(1, Approval.SIGNATURE, entered=True)
    acts.plan(1, 2, basis=3, organization=OTHER.encode(), terms={"start": 4_000_000_000, "end": 4_100_000_000})
    changes = folded(acts)
    renewal = version(changes, 2)
    assert (renewal.scope_of, renewal.scope_count, renewal.consents_missing) == (1, 0, 1)
    assert (last(changes).versions, last(changes).current, last(changes).title) == (2, 1, "授权1第1版")
    acts.approve(1, Approval.CONSENT, 2, provider=CODE.encode())
    acts.approve(1, Approval.SIGNATURE, 2, entered=True)
    row = last(folded(acts))
    assert (row.current, row.title, row.valid_until) == (2, "授权1第2版", time_of(4_100_000_000))


def test_statuses_are_recorded_and_who_suspended_is_remembered() -> None:
    acts, *_ = in_force()
    acts.set_grant_status("GrantSuspended", 1, 2)
    acts.set_grant_status("GrantResumed", 1, 1)
    acts.set_grant_status("GrantSuspended", 1, 2, organization=OTHER.encode())
    acts.set_grant_status("GrantRevoked", 1, 4)
    changes = folded(acts)
    assert [(row.status, row.suspended_by_authority) for row in changes.grants[1:]] == [
        ("ACTIVE", False), ("SUSPENDED", True), ("ACTIVE", False), ("SUSPENDED", False), ("REVOKED", False),
    ]  # fmt: skip
    assert [status for _, _, status in records(changes)] == ["ACTIVE", "SUSPENDED", "ACTIVE", "SUSPENDED", "REVOKED"]
    assert [row.valid_until for row in changes.grant_records] == [time_of(4_000_000_000)] * 5
    assert [step for step, _, _ in steps(changes)][4:] == ["SUSPENDED", "RESUMED", "SUSPENDED", "REVOKED"]
    assert last(changes).reason == b"\6" * 32


def test_an_open_version_is_dropped_with_its_grant_and_its_stage_stays() -> None:
    acts, *_ = in_force()
    acts.plan(1, 2, basis=2)
    acts.set_grant_status("GrantTerminated", 1, 3)
    changes = folded(acts)
    assert (version(changes, 2).open, version(changes, 2).stage) == (False, "PLAN")
    assert (last(changes).status, last(changes).versions, last(changes).current) == ("TERMINATED", 2, 1)


@pytest.mark.parametrize("stage", ["REFUSED", "WITHDRAWN"])
def test_what_is_refused_or_withdrawn_never_comes_into_force(stage: str) -> None:
    acts, one, _ = begun()
    acts.plan(1)
    acts.scope(1, [one])
    if stage == "REFUSED":
        acts.refuse(1, Approval.AUTHORITY)
    else:
        acts.withdraw(1)
    acts.settle_grant(1, [one])
    changes = folded(acts)
    drawn = version(changes)
    assert (drawn.stage, drawn.open, drawn.held_count) == (stage, False, 0)
    assert (last(changes).status, records(changes), held(changes)) == (None, [], [(one, 1, False)])
    assert steps(changes)[-2:] == [(stage, 1, "AUTHORITY" if stage == "REFUSED" else None), ("SETTLED", 1, "1")]
    # Anyone settles: the act names no organization, the account's is known here.
    assert changes.grant_steps[-1].organization == CODE


def test_a_child_stands_one_deeper_than_its_parent() -> None:
    acts, *_ = in_force()
    acts.plan(2, parent=1, organization=GRANTEE.encode(), grantee=OTHER)
    acts.plan(3, parent=2, organization=OTHER.encode())
    changes = folded(acts)
    assert [(last(changes, n).parent, last(changes, n).depth) for n in (1, 2, 3)] == [(None, 0), (1, 1), (2, 2)]


def test_malformed_content_is_kept_raw_and_flagged() -> None:
    acts, *_ = begun()
    acts.plan(1, content=b"{}")
    changes = folded(acts)
    assert (last(changes).title, version(changes).malformed) == (None, "content is not mulu-grant/1")
    assert changes.grant_contents[0].content == b"{}"
    assert changes.acts[-1].malformed


def test_what_the_mirror_does_not_have_is_inconsistent() -> None:
    for make, what in (
        (lambda acts: acts.approve(1, Approval.SIGNATURE), r"act 5 \(GrantApproved\) .* version 1 of grant 1"),
        (lambda acts: acts.set_grant_status("GrantRevoked", 4, 4), "unknown grant 4"),
        (lambda acts: acts.plan(2, parent=1), "unknown grant 1"),
    ):
        acts, *_ = begun()
        make(acts)
        with pytest.raises(Inconsistent, match=what):
            folded(acts)
    acts, *_ = begun()
    acts.plan(1)
    acts.scope(1, [b"\x11" * 32])
    with pytest.raises(Inconsistent, match="act 6 lists unknown entry 0x1111"):
        folded(acts)


def test_a_registration_speaks_for_the_entries_whose_provider_its_subject_answers_for() -> None:
    acts, one, two = begun()
    acts.add_organization(OTHER, parent=CODE)
    for number, subject in ((NUMBER, CODE), ("R20260105000002Y", OTHER), ("R20260105000003Z", CODE)):
        acts.file(number, subject=subject, entries=[one, two])
        acts.issue(number)
    acts.file("R20260105000003Z", 2, entries=[one])
    acts.issue("R20260105000003Z", 2, 1)
    spoken = [(row.entry_id, row.number) for row in folded(acts).speakers]
    # A child's subject does not answer for its parent's entries; speaking on is not told again.
    assert spoken == [(one, NUMBER), (two, NUMBER), (one, "R20260105000003Z"), (two, "R20260105000003Z")]
