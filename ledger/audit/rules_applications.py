"""The steps of an application (`IApplications`): who takes which one, from where, to where, and its clock.

file ─► [DISTRICT_REVIEW ─► RETURNED] ─► APPLIED ─► ACCEPTED ─► REVIEWED ─► NOTICE ─► (issue)
"""

from typing import NamedTuple

from ledger.audit.acts import Act
from ledger.audit.book import Book
from ledger.audit.findings import differs, found, shown
from ledger.audit.permissions import Findings, requires_role, states_organization, states_reason
from ledger.audit.rules_filing import describe, has_content
from ledger.audit.rules_organizations import contains
from ledger.audit.things import Drawn
from ledger.model.registration import Stage
from ledger.model.roles import OrganizationKind, Role


class Way(NamedTuple):
    """A step: from which stages to which, by which role, with which clock."""

    leads: dict[Stage, Stage]
    role: Role
    clock: str | None = None
    """The parameter that gives the next step's time; None where it has no clock."""
    needs_reason: bool = False


_FAILS = {
    Stage.ACCEPTED: Stage.REVIEW_FAILED,
    Stage.REVIEWED: Stage.REVIEW_FAILED,
    Stage.NOTICE: Stage.NOTICE_FAILED,
}
WAYS = {
    "ApplicationForwarded": Way({Stage.DISTRICT_REVIEW: Stage.APPLIED}, Role.REVIEWER, "acceptance_workdays"),
    "ApplicationReturned": Way({Stage.DISTRICT_REVIEW: Stage.RETURNED}, Role.REVIEWER, needs_reason=True),
    "SupplementRequested": Way({Stage.APPLIED: Stage.SUPPLEMENT}, Role.ACCEPTOR, "supplement_workdays", True),
    "ApplicationLapsed": Way({Stage.SUPPLEMENT: Stage.LAPSED}, Role.ACCEPTOR),
    "ApplicationAccepted": Way({Stage.APPLIED: Stage.ACCEPTED}, Role.ACCEPTOR, "review_workdays"),
    "ApplicationRefused": Way({Stage.APPLIED: Stage.REFUSED}, Role.ACCEPTOR, needs_reason=True),
    "ReviewPassed": Way({Stage.ACCEPTED: Stage.REVIEWED}, Role.REVIEWER),
    "ReviewFailed": Way(_FAILS, Role.REVIEWER, needs_reason=True),
    "NoticeOpened": Way({Stage.REVIEWED: Stage.NOTICE}, Role.REVIEWER, "notice_workdays"),
    "ApplicationWithdrawn": Way({stage: Stage.WITHDRAWN for stage in Stage if stage.is_open}, Role.APPLICANT),
}
_NAMES = {
    "ApplicationForwarded": "FORWARDED",
    "ApplicationReturned": "RETURNED",
    "SupplementRequested": "SUPPLEMENT_REQUESTED",
    "ApplicationLapsed": "LAPSED",
    "ApplicationAccepted": "ACCEPTED",
    "ApplicationRefused": "REFUSED",
    "ReviewPassed": "REVIEW_PASSED",
    "ReviewFailed": "REVIEW_FAILED",
    "NoticeOpened": "NOTICE_OPENED",
    "ApplicationWithdrawn": "WITHDRAWN",
}


def application_supplemented(book: Book, act: Act) -> Findings:
    """All that was missing, late or not; the acceptance begins anew."""
    drawn = _pending(book, act)
    if drawn is None:
        yield found("REGISTRATION_VERSION", act, f"{shown(act['number'])} version {act['version']}")
        return
    yield from _applicant(book, act, drawn)
    yield from states_organization(book, act)
    if drawn.stage is not Stage.SUPPLEMENT:
        yield found("REGISTRATION_STAGE", act, drawn.stage.name)
    yield from has_content(act)
    yield from states_lateness(act, drawn)
    yield from states_deadline(book, act, "acceptance_workdays")
    _advance(act, drawn, Stage.APPLIED)
    yield from describe(book, act, drawn)
    book.stepped(drawn, "SUPPLEMENTED", act["late"])


def application_advanced(book: Book, act: Act) -> Findings:
    """One of the steps that differ only by who may take them, from where, and to where."""
    way = WAYS[act.event]
    drawn = _pending(book, act)
    if drawn is None:
        yield found("REGISTRATION_VERSION", act, f"{shown(act['number'])} version {act['version']}")
        return
    if act.event == "ApplicationWithdrawn":
        yield from _applicant(book, act, drawn)
    elif act.event in ("ApplicationForwarded", "ApplicationReturned"):
        yield from _district(book, act, drawn)
    else:
        yield from requires_role(book, act, way.role, drawn.registrar)
    yield from states_organization(book, act)
    leads_to = way.leads.get(drawn.stage)
    if leads_to is None:
        yield found("REGISTRATION_STAGE", act, drawn.stage.name)
    elif act["stage"] != leads_to:
        yield differs("STAGE_MISSTATED", act, Stage(act["stage"]).name, leads_to.name)
    if way.needs_reason:
        yield from states_reason(act)
    # A notice has an end, not a deadline: nothing is late for being after it.
    yield from states_lateness(act, drawn)
    yield from states_deadline(book, act, way.clock)
    if act.event == "SupplementRequested":
        if drawn.supplemented:
            yield found("SUPPLEMENT_REPEATED", act)
        drawn.supplemented = True
    elif act.event == "ApplicationLapsed":
        if act.time < drawn.deadline:
            yield found("SUPPLEMENT_NOT_LATE", act, f"until {drawn.deadline}")
    elif act.event == "ReviewPassed":
        drawn.reviewer = act.account
    elif act.event == "NoticeOpened":
        drawn.notice_end = act["deadline"]
    _advance(act, drawn, Stage(act["stage"]))
    book.stepped(drawn, _NAMES[act.event], act["late"])


def states_lateness(act: Act, drawn: Drawn) -> Findings:
    """The act says rightly whether the step that ends here had passed its deadline."""
    late = bool(drawn.deadline) and act.time >= drawn.deadline and drawn.stage is not Stage.NOTICE
    if act["late"] != late:
        yield differs("LATE_MISSTATED", act, act["late"], late)


def states_deadline(book: Book, act: Act, clock: str | None) -> Findings:
    """The act gives the deadline of the step that begins, by the parameter and calendar in force now."""
    deadline = book.deadline(clock, act.time) if clock else 0
    if deadline is None:
        yield found("POLICY_MISSING", act, clock or "")
    elif act["deadline"] != deadline:
        yield differs("DEADLINE_MISSTATED", act, act["deadline"], deadline)


def _pending(book: Book, act: Act) -> Drawn | None:
    """The last version drawn up, if that is the one that the act means."""
    known = book.registrations.get(act["number"])
    return known.versions[-1] if known and act["version"] == len(known.versions) else None


def _applicant(book: Book, act: Act, drawn: Drawn) -> Findings:
    role = Role.ACCEPTOR if drawn.interested_party else Role.APPLICANT
    yield from requires_role(book, act, role, drawn.applicant)


def _district(book: Book, act: Act, drawn: Drawn) -> Findings:
    """A REVIEWER of a district authority whose area contains the subject's."""
    yield from requires_role(book, act, Role.REVIEWER)
    own, _ = book.acting(act.account)
    authority, subject = book.organizations.get(own), book.organizations.get(drawn.subject)
    if authority is not None and (
        authority.kind != OrganizationKind.DISTRICT_AUTHORITY
        or subject is None
        or not contains(authority.area, subject.area)
    ):
        yield found("NOT_ENTITLED", act, f"{shown(own)} reviews for {shown(drawn.subject)}")


def _advance(act: Act, drawn: Drawn, stage: Stage) -> None:
    if stage is not drawn.stage:
        drawn.stage_since = act.time
    drawn.stage, drawn.deadline = stage, act["deadline"]
    drawn.late = drawn.late or act["late"]


RULES = {
    "ApplicationSupplemented": application_supplemented,
    **dict.fromkeys(WAYS, application_advanced),
}
