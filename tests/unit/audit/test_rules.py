"""Every rule: an act that breaks it is found under its code; the same act done rightly is not."""

from collections.abc import Callable

import pytest

from ledger.audit.acts import NO_CODE, NO_DIGEST
from ledger.audit.findings import BREACHES, FLAGS
from ledger.audit.grant_findings import GRANT_BREACHES
from ledger.audit.rules import conclude
from ledger.audit.things import Account, Organization
from ledger.model.ids import entry_id, to_hex
from ledger.model.organization_code import sample_code
from ledger.model.registration import Kind, Stage, Status
from ledger.model.registration import ObjectionState as State
from ledger.model.roles import OrganizationKind, Role
from tests.unit.audit.scene import (
    ABOVE,
    AREA,
    AUTHORITY,
    CENTER,
    DAY,
    DISTRICT_AREA,
    JOURNAL,
    LOCAL,
    ORGANIZATIONS,
    OTHER,
    POLICY,
    REASON,
    SUBJECT,
    Scene,
    address,
    founded,
)

Breach = Callable[[Scene], object]
YEAR = 365 * DAY


def _root(scene: Scene, function: str, argument: object, event: str, **said: object) -> None:
    """A root act on organizations, proposed and carried out as it says."""
    number = scene.propose(ORGANIZATIONS, function, [argument])
    scene.act("Organizations", event, "admin-2", proposal=number, **said)


def _allow(scene: Scene, code: bytes, roles: int) -> None:
    _root(scene, "allowRoles", {"code": code, "roles": roles}, "RolesAllowed", code=code, roles=roles)


def _move(scene: Scene, code: bytes, parent: bytes = NO_CODE, sector: bytes = NO_CODE, area: int = AREA) -> None:
    said = {"code": code, "parent": parent, "sectorAuthority": sector, "area": area}
    _root(scene, "moveOrganizations", said, "OrganizationMoved", **said)


def _suspend_organization(scene: Scene, code: bytes, event: str = "OrganizationSuspended") -> None:
    scene.act("Organizations", event, "authority-supervisor", code=code, reason=REASON)


def _revoke(scene: Scene, name: str, since: int = 0, proposal: int = 0, by: str = "boss") -> None:
    code = scene.book.accounts[address(name)].organization if address(name) in scene.book.accounts else SUBJECT
    scene.act(
        "Organizations", "AccountRevoked", by, subject=address(name), organization=code, compromisedSince=since,
        proposal=proposal,
    )  # fmt: skip


def _revoke_admin(scene: Scene, name: str) -> None:
    number = scene.propose(ORGANIZATIONS, "revokeAccount", to_hex(address(name)), 0)
    _revoke(scene, name, proposal=number, by="admin-2")


def _rotate(scene: Scene, name: str, successor: str, **wrong: object) -> None:
    scene.act(
        "Organizations", "AccountRotated", "boss", wrong, subject=address(name), successor=address(successor),
        organization=SUBJECT, proposal=0,
    )  # fmt: skip


def _two_root_acts(scene: Scene, second: bool) -> None:
    said = [{"code": code, "roles": 3} for code in (SUBJECT, OTHER)]
    number = scene.propose(ORGANIZATIONS, "allowRoles", said)
    scene.act("Organizations", "RolesAllowed", "admin-2", code=SUBJECT, roles=3, proposal=number)
    if second:
        scene.act("Organizations", "RolesAllowed", "admin-2", code=OTHER, roles=3, proposal=number)
    else:
        scene.found = conclude(scene.book)


def _deep(scene: Scene) -> None:
    codes = [sample_code(100 + n).encode() for n in range(9)]
    for above, code in zip([SUBJECT, *codes], codes, strict=False):
        scene.book.organizations[code] = Organization(code, above, 5, AREA, 0, NO_CODE)
    _move(scene, OTHER, codes[-1])


def _upheld(scene: Scene) -> tuple[bytes, int]:
    """A registration suspended for an upheld objection."""
    number = scene.issued()
    objection = scene.object(number)
    scene.accept_objection(objection)
    scene.uphold(objection)
    return number, objection


def _supplementing(scene: Scene) -> bytes:
    number = scene.file()
    scene.request_supplement(number)
    return number


def _renewed(scene: Scene, before_days: int) -> None:
    number = scene.issued()
    scene.wait(scene.book.registrations[number].valid_until - scene.time - before_days * DAY)
    scene.file(number, kind=Kind.RENEWAL)


def _second_supplement(scene: Scene) -> None:
    number = _supplementing(scene)
    scene.supplement(number)
    scene.request_supplement(number)


def _after_cancelling(scene: Scene, then: Callable[[bytes], object]) -> None:
    number = scene.issued()
    scene.change("RegistrationCancelled", number, "issuer", Status.CANCELLED)
    then(number)


BREAKS: list[tuple[str, str, Breach]] = [
    ("TIME_MISSTATED", "another time than the block", lambda s: s.publish(block_time=s.time + 1)),
    ("TIME_BACKWARDS", "earlier than before", lambda s: (s.wait(-1), s.publish())),
    ("JOURNAL_NOT_OPENED", "opened twice", lambda s: s.open()),
    ("JOURNAL_CLOSED", "after the close", lambda s: (setattr(s.book, "closed", True), s.publish())),
    ("EMITTER_NOT_ADMITTED", "another emitter", lambda s: s.publish(emitter=b"\x99" * 20)),
    ("MODULE_ADMITTED_TWICE", "admitted again", lambda s: _admit_again(s)),
    ("ROLE_MISSING", "no role", lambda s: s.publish(by="applicant")),
    ("ROLE_MISSING", "an ended account", lambda s: (_revoke(s, "publisher"), s.publish(submitter=NO_CODE))),
    ("ROLE_MISSING", "a suspended organization", lambda s: (_suspend_organization(s, CENTER), s.accept(s.file()))),
    ("ROLE_MISSING", "an acceptor who issues", lambda s: (lambda n: (s.wait(20 * DAY), s.issue(n, by="acceptor")))(
        s.noticed())),
    ("NOT_ENTITLED", "another provider's entry", lambda s: s.publish(by="other")),
    ("NOT_ENTITLED", "a suspended provider", lambda s: (_suspend_organization(s, SUBJECT), s.publish(by="other"))),
    ("NOT_ENTITLED", "another registrar's suspension", lambda s: s.suspend(s.issued(), by="other")),
    ("NOT_ENTITLED", "the registrar resumes the authority's suspension",
     lambda s: (lambda n: (s.suspend(n, "authority-supervisor"), s.resume(n)))(s.issued())),
    ("NOT_ENTITLED", "an ADMIN of another organization", lambda s: s.add_account("x", by="boss", organization=OTHER)),
    ("NOT_ENTITLED", "a district of another area", lambda s: _forward(s, by="district", area=AREA)),
    ("NOT_ENTITLED", "an objection by another's supervisor", lambda s: _decide_late(s, "other")),
    ("ORGANIZATION_MISSTATED", "another submitter", lambda s: s.publish(submitter=OTHER)),
    ("ORGANIZATION_MISSTATED", "another organization", lambda s: s.accept(s.file(), organization=OTHER)),
    ("REASON_MISSING", "refused without", lambda s: s.step(
        "ApplicationRefused", s.file(), "acceptor", Stage.REFUSED, reason=NO_DIGEST)),
    ("REASON_MISSING", "suspended without", lambda s: s.suspend(s.issued(), reason=NO_DIGEST)),
    ("REASON_MISSING", "upheld without", lambda s: _uphold(s, reason=NO_DIGEST)),
    ("PROPOSAL_MISSING", "a parameter", lambda s: s.set_parameter("x_days", 1, proposal=0)),
    ("PROPOSAL_MISSING", "a top organization", lambda s: s.add_organization(
        ABOVE, OrganizationKind.ENTERPRISE, by="admin-1")),
    ("PROPOSAL_MISSING", "an account of the data authority", lambda s: s.add_account("x", organization=AUTHORITY)),
    ("PROPOSAL_UNKNOWN", "a number too high", lambda s: s.set_parameter("x_days", 1, proposal=999)),
    ("PROPOSAL_NUMBER", "left out", lambda s: s.propose(POLICY, "setParameters", [], proposal=999)),
    ("PROPOSAL_TARGET", "no contract", lambda s: s.propose(b"\x99" * 20, "setParameters", [])),
    ("PROPOSAL_SAME_ADMIN", "both", lambda s: s.set_parameter("x_days", 1, account=address("admin-1"))),
    ("PROPOSAL_PROPOSER_ENDED", "revoked", lambda s: _proposer_ended(s)),
    ("PROPOSAL_SETTLED", "again", lambda s: (s.set_calendar(), _calendar_again(s))),
    ("PROPOSAL_CONTENT", "another value", lambda s: s.set_parameter("x_days", 1, value=2)),
    ("PROPOSAL_CONTENT", "another act", lambda s: _another_act(s)),
    ("PROPOSAL_INCOMPLETE", "the second missing", lambda s: _two_root_acts(s, second=False)),
    ("ORGANIZATION_CODE", "check character", lambda s: _added(s, code=SUBJECT[:17] + b"X")),
    ("ORGANIZATION_EXISTS", "added twice", lambda s: _added(s, code=OTHER)),
    ("ORGANIZATION_UNKNOWN", "described", lambda s: s.act(
        "Organizations", "OrganizationDescribed", "boss", code=ABOVE, content=b"{}")),
    ("ORGANIZATION_UNKNOWN", "its parent", lambda s: _move(s, OTHER, ABOVE)),
    ("ORGANIZATION_KIND", "a second data authority", lambda s: _added(s, kind=1)),
    ("ORGANIZATION_KIND", "no kind", lambda s: _added(s, kind=11)),
    ("ORGANIZATION_ROLES", "a child with roles", lambda s: _added(s, allowedRoles=2)),
    ("ORGANIZATION_ROLES", "the authority without ADMIN", lambda s: _allow(s, AUTHORITY, 2)),
    ("ORGANIZATION_PARENT", "below itself", lambda s: _move(s, SUBJECT, SUBJECT)),
    ("ORGANIZATION_PARENT", "below the data authority", lambda s: _move(s, SUBJECT, AUTHORITY)),
    ("ORGANIZATION_PARENT", "too deep", _deep),
    ("ORGANIZATION_AREA", "outside the parent's", lambda s: _move(s, SUBJECT, LOCAL, area=AREA)),
    ("ORGANIZATION_AREA", "no area", lambda s: _move(s, SUBJECT, area=0)),
    ("ORGANIZATION_SECTOR", "itself", lambda s: _move(s, SUBJECT, sector=SUBJECT)),
    ("ORGANIZATION_SECTOR", "a child with its own", lambda s: _added(s, sectorAuthority=CENTER)),
    ("ORGANIZATION_STATE", "suspended twice", lambda s: (
        _suspend_organization(s, OTHER), _suspend_organization(s, OTHER))),
    ("ORGANIZATION_STATE", "resumed for nothing", lambda s: _suspend_organization(s, OTHER, "OrganizationResumed")),
    ("ORGANIZATION_STATE", "the data authority", lambda s: _suspend_organization(s, AUTHORITY)),
    ("ACCOUNT_EXISTS", "added twice", lambda s: s.add_account("publisher")),
    ("ACCOUNT_EXISTS", "a successor that is one", lambda s: _rotate(s, "publisher", "applicant")),
    ("ACCOUNT_UNKNOWN", "revoked", lambda s: _revoke(s, "nobody")),
    ("ACCOUNT_ENDED", "rotated", lambda s: (_revoke(s, "publisher"), _rotate(s, "publisher", "new"))),
    ("ACCOUNT_ENDED", "revoked for nothing", lambda s: (_revoke(s, "publisher"), _revoke(s, "publisher"))),
    ("ACCOUNT_ROLES", "reviewer and issuer", lambda s: s.add_account("x", roles=int(Role.REVIEWER | Role.ISSUER))),
    ("ACCOUNT_ROLES", "more than allowed", lambda s: (_allow(s, SUBJECT, 1), s.add_account("x", by="boss"))),
    ("ACCOUNT_COMPROMISED_LATER", "in the future", lambda s: _revoke(s, "publisher", s.time + 1)),
    ("AUTHORITY_ADMINS", "one left", lambda s: (_revoke_admin(s, "admin-3"), _revoke_admin(s, "admin-1"))),
    ("PARAMETER_VERSION", "left out", lambda s: s.set_parameter("x_days", 1, version=2)),
    ("PARAMETER_INVALID", "in the past", lambda s: s.set_parameter("x_days", 1, effectiveFrom=s.time - 1)),
    ("PARAMETER_PENDING", "two waiting", lambda s: (
        s.set_parameter("x_days", 1, effectiveFrom=s.time + DAY), s.set_parameter("x_days", 2))),
    ("CALENDAR_VERSION", "left out", lambda s: s.set_calendar(version=2)),
    ("CALENDAR_INVALID", "too few days", lambda s: _short_calendar(s)),
    ("POLICY_MISSING", "no acceptance time", lambda s: (_forget(s, "acceptance_workdays"), s.file())),
    ("POLICY_MISSING", "no validity", lambda s: (lambda n: (
        s.wait(20 * DAY), _forget(s, "validity_years"), s.issue(n)))(s.noticed())),
    ("ENTRY_ID", "another id", lambda s: s.publish("E-9", id=b"\x01" * 32)),
    ("ENTRY_LOCAL_CODE", "too long", lambda s: s.publish("E-9", localCode=b"x" * 128 + b"y", id=_long_id())),
    ("ENTRY_CONTENT", "empty", lambda s: s.publish(content=b"")),
    ("ENTRY_VALUE", "share", lambda s: s.publish("E-9", share=4)),
    ("ENTRY_VERSION", "left out", lambda s: s.publish(version=3)),
    ("ENTRY_VERSION", "retired as another", lambda s: s.retire(version=3)),
    ("ENTRY_KIND", "a product now", lambda s: s.publish(kind=2)),
    ("ENTRY_PROVIDER", "another's", lambda s: s.retire(provider=OTHER)),
    ("ENTRY_WITHDRAWN", "the level", lambda s: s.publish(level=0)),
    ("ENTRY_REASON", "tightened", lambda s: s.publish(share=2)),
    ("ENTRY_UNKNOWN", "retired", lambda s: s.retire("E-9")),
    ("ENTRY_UNKNOWN", "applied for", lambda s: s.file(of=("E-1", "E-9"))),
    ("ENTRY_RETIRED", "retired twice", lambda s: (s.retire(), s.retire())),
    ("ENTRY_RETIRED", "applied for", lambda s: (s.retire(), s.file())),
    ("ENTRY_HELD", "under application", lambda s: (s.file(), s.retire())),
    ("REGISTRATION_NUMBER", "another sequence", lambda s: s.file(number=b"", wrong_number=True)),
    ("REGISTRATION_UNKNOWN", "suspended", lambda s: s.suspend(b"R202603020000099")),
    ("REGISTRATION_UNKNOWN", "not issued", lambda s: s.assign(s.file())),
    ("REGISTRATION_VERSION", "another", lambda s: s.accept(s.file(), version=2)),
    ("REGISTRATION_VERSION", "issued", lambda s: s.issue(s.noticed(), version=2)),
    ("REGISTRATION_STAGE", "accepted twice", lambda s: (lambda n: (s.accept(n), s.accept(n)))(s.file())),
    ("REGISTRATION_STAGE", "issued before its notice", lambda s: s.issue(s.file())),
    ("REGISTRATION_STATUS", "resumed for nothing", lambda s: s.resume(s.issued())),
    ("REGISTRATION_STATUS", "changed after its end", lambda s: _after_cancelling(
        s, lambda n: s.file(n, kind=Kind.CHANGE))),
    ("REGISTRATION_ENTRIES", "none", lambda s: s.file(of=())),
    ("REGISTRATION_ENTRIES", "out of order", lambda s: s.file(entries=_unordered())),
    ("APPLICATION_KIND", "a change of nothing", lambda s: s.file(kind=Kind.CHANGE)),
    ("APPLICATION_SUBJECT", "not below", lambda s: s.file(subject=OTHER)),
    ("APPLICATION_REGISTRAR", "no registrar", lambda s: s.file(registrar=OTHER)),
    ("APPLICATION_EVIDENCE", "a first application", lambda s: s.file(by="acceptor", evidence=REASON)),
    ("APPLICATION_OBJECTION", "not upheld", lambda s: (lambda n: (
        s.file(n, kind=Kind.CORRECTION, objection=7)))(s.issued())),
    ("APPLICATION_CONTENT", "empty", lambda s: s.file(content=b"")),
    ("APPLICATION_FIELDS", "too short", lambda s: s.file(fields=[b"x"])),
    ("APPLICATION_OPEN", "two at a time", lambda s: (lambda n: (
        s.file(n, kind=Kind.CHANGE), s.file(n, kind=Kind.CHANGE)))(s.issued())),
    ("RENEWAL_UNTIMELY", "too early", lambda s: _renewed(s, 61)),
    ("SUPPLEMENT_REPEATED", "twice", _second_supplement),
    ("SUPPLEMENT_NOT_LATE", "in time", lambda s: s.step(
        "ApplicationLapsed", _supplementing(s), "acceptor", Stage.LAPSED)),
    ("STAGE_MISSTATED", "accepted as refused", lambda s: s.accept(s.file(), stage=int(Stage.REFUSED))),
    ("STAGE_MISSTATED", "no district review", lambda s: s.file(
        subject=LOCAL, by="local", stage=int(Stage.APPLIED))),
    ("DEADLINE_MISSTATED", "a day more", lambda s: s.file(deadline=s.deadline("acceptance_workdays") + DAY)),
    ("DEADLINE_MISSTATED", "a shorter notice", lambda s: _short_notice(s)),
    ("LATE_MISSTATED", "called late", lambda s: s.accept(s.file(), late=True)),
    ("LATE_MISSTATED", "called timely", lambda s: (lambda n: (s.wait(30 * DAY), s.accept(n)))(s.file())),
    ("NOTICE_RUNNING", "issued at once", lambda s: s.issue(s.noticed())),
    ("OBJECTIONS_OPEN", "issued over one", lambda s: (lambda n: (s.object(n), s.wait(20 * DAY), s.issue(n)))(
        s.noticed())),
    ("REVIEWER_ISSUES", "one account", lambda s: _reviewer_issues(s)),
    ("SUPERSEDES_MISSTATED", "nothing to end", lambda s: _issued_wrongly(s, supersedes=1)),
    ("VALIDITY_MISSTATED", "a day more", lambda s: _issued_wrongly(s, validUntil=s.time + 4 * YEAR)),
    ("STATUS_MISSTATED", "suspended as revoked", lambda s: s.suspend(s.issued(), status=int(Status.REVOKED))),
    ("SETTLED_EARLY", "in force", lambda s: s.settle(s.issued())),
    ("SETTLED_EARLY", "twice", lambda s: _after_cancelling(s, lambda n: (s.settle(n), s.settle(n)))),
    ("NATIONAL_CODE", "a blank", lambda s: s.assign(s.issued(), b"N 1")),
    ("NATIONAL_CODE_TAKEN", "by itself", lambda s: (lambda n: (s.assign(n), s.assign(n)))(s.issued())),
    ("OBJECTION_NUMBER", "left out", lambda s: s.object(s.noticed(), objection=2)),
    ("OBJECTION_TARGET", "no ground", lambda s: s.object(s.noticed(), ground=NO_DIGEST)),
    ("OBJECTION_VERSION", "an old one", lambda s: (s.publish(), s.object(entry="E-1", version=1))),
    ("OBJECTION_NOT_OPEN_TO", "before its notice", lambda s: s.object(s.file())),
    ("OBJECTION_EVIDENCE", "a person without", lambda s: s.object(
        s.noticed(), by="acceptor", person=True, objector=REASON)),
    ("OBJECTION_RESPONSIBLE", "another", lambda s: s.object(s.noticed(), responsible=OTHER)),
    ("OBJECTOR_MISSTATED", "another", lambda s: s.object(s.noticed(), objector=OTHER.ljust(32, b"\0"))),
    ("OBJECTION_REPEATED", "twice", lambda s: (lambda n: (s.object(n), s.object(n)))(s.noticed())),
    ("OBJECTION_UNKNOWN", "decided", lambda s: s.accept_objection(7)),
    ("OBJECTION_STATE", "accepted twice", lambda s: (lambda o: (s.accept_objection(o), s.accept_objection(o)))(
        s.object(s.noticed()))),
    ("OBJECTION_STATE", "upheld before it was accepted", lambda s: s.uphold(s.object(s.noticed()))),
    ("OBJECTION_NOT_OVERDUE", "by a supervisor in time", lambda s: s.accept_objection(
        s.object(s.noticed()), by="supervisor")),
    ("OBJECTION_NOT_CORRECTED", "settled too early", lambda s: _settle_objection(s, corrected=False)),
]  # fmt: skip
FLAGGED: list[tuple[str, str, Breach]] = [
    ("MALFORMED", "an entry", lambda s: s.publish(content=b"{")),
    ("MALFORMED", "an application", lambda s: s.file(content=b"{")),
    ("MALFORMED", "an organization", lambda s: s.act(
        "Organizations", "OrganizationDescribed", "boss", code=SUBJECT, content=b"{")),
]  # fmt: skip


def _admit_again(scene: Scene) -> None:
    number = scene.propose(JOURNAL, "admitModules", [to_hex(POLICY)])
    scene.act("Journal", "ModuleAdmitted", "admin-2", module=POLICY, proposal=number)


def _forward(scene: Scene, by: str, area: int) -> None:
    number = scene.file(subject=LOCAL, by="local")
    scene.book.organizations[LOCAL].area = area
    scene.step("ApplicationForwarded", number, by, Stage.APPLIED, "acceptance_workdays")


def _decide_late(scene: Scene, by: str) -> None:
    objection = scene.object(scene.noticed())
    scene.wait(30 * DAY)
    scene.accept_objection(objection, by=by, late=True)


def _uphold(scene: Scene, **wrong: object) -> None:
    objection = scene.object(scene.noticed())
    scene.accept_objection(objection)
    scene.uphold(objection, **wrong)


def _proposer_ended(scene: Scene) -> None:
    roles = {"code": SUBJECT, "roles": 3}
    number = scene.propose(ORGANIZATIONS, "allowRoles", [roles], by="admin-3")
    scene.book.accounts[address("admin-3")].active = False
    scene.act("Organizations", "RolesAllowed", "admin-2", code=SUBJECT, roles=3, proposal=number)


def _calendar_again(scene: Scene) -> None:
    number = len(scene.book.proposals)
    scene.publish()
    scene.act(
        "Policy", "CalendarSet", "admin-2", year=2027, version=2, workdays=[2**256 - 1, 2**109 - 1], source=REASON,
        proposal=number,
    )  # fmt: skip


def _another_act(scene: Scene) -> None:
    number = scene.propose(ORGANIZATIONS, "allowRoles", [{"code": SUBJECT, "roles": 3}])
    scene.act("Organizations", "RolesAllowed", "admin-2", code=OTHER, roles=3, proposal=number)


def _added(scene: Scene, **wrong: object) -> None:
    code = wrong.pop("code", ABOVE)
    assert isinstance(code, bytes)
    scene.add_organization(code, OrganizationKind.PUBLIC_INSTITUTION, by="boss", parent=SUBJECT, **wrong)


def _short_calendar(scene: Scene) -> None:
    number = scene.propose(POLICY, "setCalendars", [{"year": 2027, "workdays": [1, 0], "source": REASON}])
    scene.act("Policy", "CalendarSet", "admin-2", year=2027, version=1, workdays=[1, 0], source=REASON, proposal=number)


def _forget(scene: Scene, name: str) -> None:
    del scene.book.parameters[name.encode().ljust(32, b"\0")]


def _long_id() -> bytes:
    import hashlib

    domain = hashlib.sha256(b"mulu/entry/1").digest()
    return hashlib.sha256(domain + SUBJECT + b"x" * 128 + b"y").digest()


def _unordered() -> list[bytes]:
    return sorted((entry_id(SUBJECT.decode(), code) for code in ("E-1", "E-2")), reverse=True)


def _short_notice(scene: Scene) -> None:
    number = scene.file()
    scene.accept(number)
    scene.pass_review(number)
    scene.open_notice(number, deadline=scene.time + DAY)


def _reviewer_issues(scene: Scene) -> None:
    number = scene.noticed()
    scene.wait(20 * DAY)
    # An account that has both roles, which the rules on accounts keep from being.
    scene.book.accounts[address("both")] = Account(address("both"), CENTER, int(Role.REVIEWER | Role.ISSUER))
    scene.book.registrations[number].versions[-1].reviewer = address("both")
    scene.issue(number, by="both")


def _issued_wrongly(scene: Scene, **wrong: object) -> None:
    number = scene.noticed()
    scene.wait(20 * DAY)
    scene.issue(number, **wrong)


def _settle_objection(scene: Scene, corrected: bool) -> None:
    objection = scene.object(entry="E-1")
    scene.accept_objection(objection, by="authority-reviewer")
    scene.uphold(objection, by="authority-reviewer")
    if corrected:
        scene.publish()
    scene.decide("ObjectionSettled", objection, "nobody", State.CORRECTED, reason=NO_DIGEST)


@pytest.mark.parametrize(
    ("code", "breach"),
    [(code, breach) for code, _, breach in BREAKS + FLAGGED],
    ids=[f"{code} {how}" for code, how, _ in BREAKS + FLAGGED],
)
def test_a_breach_is_found(code: str, breach: Breach) -> None:
    scene = founded()
    breach(scene)
    assert scene.codes == {code}
    (first, *_) = scene.found
    assert first.account
    assert first.message.en
    assert first.message.zh


def test_a_proposal_carried_out_in_two_transactions_is_found() -> None:
    scene = founded()
    _two_root_acts(scene, second=True)
    assert scene.codes == {"PROPOSAL_INCOMPLETE", "PROPOSAL_SETTLED"}


@pytest.mark.parametrize("names", [(), ("admin-1",)])
def test_a_ledger_of_fewer_than_two_admins_is_found(names: tuple[str, ...]) -> None:
    scene = Scene()
    scene.open()
    scene.found_authority(names)
    assert scene.codes == set()
    scene.act("Organizations", "OrganizationDescribed", "admin-1", code=AUTHORITY, content=b"{}")
    assert "AUTHORITY_ADMINS" in scene.codes


def test_another_origin_is_found() -> None:
    scene = Scene()
    scene.open(origin=REASON)
    assert scene.codes == {"ORIGIN_MISSTATED"}


def test_every_code_has_a_test_that_provokes_it() -> None:
    provoked = {code for code, _, _ in BREAKS + FLAGGED} | {"ORIGIN_MISSTATED"}
    assert provoked == (BREACHES.keys() - GRANT_BREACHES.keys()) | FLAGS.keys() - {"COMPROMISED", "HELD_ITEMS"}


def test_nothing_is_found_of_a_life_by_the_rules() -> None:
    scene = founded()
    number, objection = _upheld(scene)
    scene.file(number, kind=Kind.CORRECTION, objection=objection)
    scene.accept(number)
    scene.pass_review(number)
    scene.open_notice(number)
    scene.wait(20 * DAY)
    scene.issue(number)
    scene.assign(number)
    scene.assign(number, b"N-2", by="acceptor")
    _settle_objection(scene, corrected=True)
    _renewed(scene, 59)
    scene.file(subject=LOCAL, by="local", of=("E-3",))
    _decide_late(scene, "authority-supervisor")
    assert [finding.code for finding in scene.all] == []
    assert DISTRICT_AREA
