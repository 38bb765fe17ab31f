"""Approvals of grants, and what grants in force are worth (`IPlans`, `IGrants`).

No version is in force without every approval that policy asked for when it was planned, each by another account, in
their order, over the scope that the signer saw.
"""

from ledger.audit.acts import NO_CODE, NO_DIGEST, Act
from ledger.audit.book import Book
from ledger.audit.findings import differs, found, shown
from ledger.audit.grant_things import Grant, GrantRecord, GrantVersion, Taken
from ledger.audit.permissions import Findings, requires_role, states_organization, states_reason
from ledger.audit.rules_plans import states_terms
from ledger.audit.rules_scope import pending
from ledger.audit.things import Effect
from ledger.model.grant import Approval, Stage, Status
from ledger.model.roles import Role

DAY_SECONDS, OFFSET_SECONDS = 86_400, 8 * 3_600
_STATUSES = {
    "GrantSuspended": Status.SUSPENDED,
    "GrantResumed": Status.ACTIVE,
    "GrantTerminated": Status.TERMINATED,
    "GrantRevoked": Status.REVOKED,
    "GrantExited": Status.EXITED,
    "GrantClosed": Status.CLOSED,
}
_RUNNING = {Status.ACTIVE, Status.SUSPENDED}
_FROM = {
    Status.SUSPENDED: {Status.ACTIVE},
    Status.ACTIVE: {Status.SUSPENDED},
    Status.TERMINATED: _RUNNING,
    Status.REVOKED: _RUNNING,
    Status.EXITED: _RUNNING,
    Status.CLOSED: {Status.TERMINATED, Status.REVOKED, Status.EXITED, Status.EXPIRED},
}


def grant_approved(book: Book, act: Act) -> Findings:
    """An approval is taken; with the last one the version comes into force."""
    grant, drawn = pending(book, act)
    if grant is None or drawn is None:
        yield found("GRANT_VERSION", act, f"grant {act['grant']} version {act['version']}")
        return
    approval = Approval(act["approval"])
    yield from _approver(book, act, grant, approval)
    yield from states_organization(book, act)
    if drawn.stage not in (Stage.PLAN, Stage.REVIEW) or not drawn.open:
        yield found("PLAN_STAGE", act, drawn.stage.name)
    status = grant.status_at(act.time)
    if status not in (Status.ACTIVE, Status.NONE):
        yield found("GRANT_STATUS", act, status.name)
    scope = grant.versions[drawn.scope_of - 1]
    seen = (act["scopeCount"], act["scopeDigest"])
    if not scope.scope_count or seen != (scope.scope_count, scope.scope_digest):
        yield differs("APPROVAL_SCOPE", act, act["scopeCount"], scope.scope_count)
    yield from _missing(act, drawn, approval)
    yield from _order(act, drawn, approval)
    yield from _document(act, drawn, approval)

    drawn.stage = Stage.REVIEW
    drawn.taken_by.setdefault(act.account, set()).add(approval)
    taken = Taken(act.account, act.time)
    if approval is Approval.CONSENT:
        drawn.consents[act["provider"]] = taken
    else:
        drawn.approvals[approval] = taken
        drawn.taken |= approval.bit
        if approval is Approval.SIGNATURE:
            drawn.agreement = act["document"]
    if not drawn.consents_missing:
        drawn.taken |= drawn.required & Approval.CONSENT.bit
    yield from _entered(book, act, grant, drawn)
    book.effects.append(Effect("grant_version", (grant.number, drawn.version)))


def _approver(book: Book, act: Act, grant: Grant, approval: Approval) -> Findings:
    """Who takes it: by approval, an account of another body of the procedure."""
    provider = act["provider"]
    if (approval is Approval.CONSENT) != (provider != NO_CODE):
        yield found("APPROVAL_CONSENT", act, shown(provider))
    if approval is Approval.CONSENT:
        own, _ = book.acting(act.account)
        yield from requires_role(book, act, Role.GRANTOR)
        if own != NO_CODE and (own == grant.grantor or not book.acts_for(own, provider)):
            yield found("NOT_ENTITLED", act, f"{shown(own)} consents for {shown(provider)}")
        return
    role, code = {
        Approval.IMPLEMENTATION: (Role.APPROVER, grant.implementer),
        Approval.AUTHORITY: (Role.APPROVER, book.authority),
        Approval.DECISION: (Role.APPROVER, grant.grantor),
        Approval.SIGNATURE: (Role.GRANTOR, grant.grantor),
        Approval.COUNTERSIGNATURE: (Role.APPLICANT, grant.grantee),
    }[approval]
    yield from requires_role(book, act, role, code)


def _missing(act: Act, drawn: GrantVersion, approval: Approval) -> Findings:
    """It is needed and not taken; the consent is asked for and not given."""
    if not drawn.required & approval.bit or (approval is not Approval.CONSENT and drawn.taken & approval.bit):
        yield found("APPROVAL_NOT_NEEDED", act, approval.name)
    elif approval is Approval.CONSENT and (
        act["provider"] not in drawn.consents_asked or act["provider"] in drawn.consents
    ):
        yield found("APPROVAL_CONSENT", act, shown(act["provider"]))


def _order(act: Act, drawn: GrantVersion, approval: Approval) -> Findings:
    """In the order of the approvals; consents at any time before the signature. One account takes one."""
    missing = drawn.required & ~drawn.taken
    if not drawn.consents_missing:
        missing &= ~Approval.CONSENT.bit
    if approval is not Approval.CONSENT and missing & (approval.bit - 1):
        yield found("APPROVAL_ORDER", act, f"{approval.name} before {bin(missing)}")
    before = drawn.taken_by.get(act.account, set())
    if before - ({Approval.CONSENT} if approval is Approval.CONSENT else set()):
        yield found("APPROVAL_ACCOUNT", act, ", ".join(sorted(one.name for one in before)))


def _document(act: Act, drawn: GrantVersion, approval: Approval) -> Findings:
    other = approval is Approval.COUNTERSIGNATURE and act["document"] != drawn.agreement
    if act["document"] == NO_DIGEST or other:
        yield found("APPROVAL_DOCUMENT", act, shown(act["document"]))
    today = (act.time + OFFSET_SECONDS) // DAY_SECONDS
    dated = 0 < act["date"] <= today if approval is Approval.DECISION else act["date"] == 0
    if not dated:
        yield found("APPROVAL_DATE", act, str(act["date"]))


def _entered(book: Book, act: Act, grant: Grant, drawn: GrantVersion) -> Findings:
    enters = drawn.taken == drawn.required
    begins = max(act.time, grant.valid_from if grant.current else drawn.terms.start) if enters else 0
    if (act["entered"], act["from"]) != (enters, begins):
        yield differs("ENTERED_MISSTATED", act, f"{act['entered']} {act['from']}", f"{enters} {begins}")
    if not act["entered"]:
        return
    # What the parent allows may have shrunk since it was planned.
    if grant.parent:
        yield from states_terms(book, act, grant, drawn.terms)
    elif act.time >= drawn.terms.end:
        yield found("PLAN_TERM", act, f"ended at {drawn.terms.end}")
    for code in (grant.grantor, grant.grantee):
        party = book.organizations.get(code)
        if party is not None and party.suspended:
            yield found("PLAN_PARTY", act, f"{shown(code)} is suspended")
    drawn.stage, drawn.open = Stage.ENTERED, False
    grant.current, grant.title = drawn.version, drawn.title
    grant.valid_from, grant.valid_until = act["from"], drawn.terms.end
    _record(book, act, grant, Status.ACTIVE)


def plan_ended(book: Book, act: Act) -> Findings:
    """Refused by who could have approved, with a reason; or withdrawn by the grantor or the data authority."""
    grant, drawn = pending(book, act)
    if grant is None or drawn is None:
        yield found("GRANT_VERSION", act, f"grant {act['grant']} version {act['version']}")
        return
    refused = act.event == "GrantRefused"
    if refused:
        approval = Approval(act["approval"])
        yield from _approver(book, act, grant, approval)
        yield from _missing(act, drawn, approval)
        yield from states_reason(act)
    else:
        own, roles = book.acting(act.account)
        if own != book.authority or not roles & Role.SUPERVISOR:
            yield from requires_role(book, act, Role.GRANTOR, grant.grantor)
    yield from states_organization(book, act)
    if drawn.stage not in (Stage.PLAN, Stage.REVIEW) or not drawn.open:
        yield found("PLAN_STAGE", act, drawn.stage.name)
    drawn.stage, drawn.open = Stage.REFUSED if refused else Stage.WITHDRAWN, False
    book.effects.append(Effect("grant_version", (grant.number, drawn.version)))


def status_changed(book: Book, act: Act) -> Findings:
    """Suspended and resumed by supervisors, ended by the grantor or given up by the grantee, closed at last."""
    grant = book.grants.get(act["grant"])
    if grant is None:
        yield found("GRANT_UNKNOWN", act, f"grant {act['grant']}")
        return
    status = _STATUSES[act.event]
    if act["version"] != grant.current:
        yield differs("GRANT_VERSION", act, act["version"], grant.current)
    if act["status"] != status:
        yield differs("STATUS_MISSTATED", act, Status(act["status"]).name, status.name)
    own, _ = book.acting(act.account)
    by_authority = own == book.authority
    if status in _RUNNING:
        yield from requires_role(book, act, Role.SUPERVISOR)
        reserved = status is Status.ACTIVE and grant.suspended_by_authority
        if not by_authority and (own not in (grant.grantor, grant.implementer) or reserved):
            yield found("NOT_ENTITLED", act, f"{shown(own)} acts")
    elif status is Status.EXITED:
        yield from requires_role(book, act, Role.APPLICANT, grant.grantee)
    else:
        yield from requires_role(book, act, Role.GRANTOR, grant.grantor)
    yield from states_organization(book, act)
    yield from states_reason(act)
    present = grant.status_at(act.time)
    if present not in _FROM[status]:
        yield found("GRANT_STATUS", act, present.name)
    if status in _RUNNING:
        grant.suspended_by_authority = by_authority and status is Status.SUSPENDED
    elif grant.versions[-1].open:
        # An open version is dropped with its grant.
        grant.versions[-1].open = False
        book.effects.append(Effect("grant_version", (grant.number, len(grant.versions))))
    _record(book, act, grant, status)


def _record(book: Book, act: Act, grant: Grant, status: Status) -> None:
    grant.status, grant.status_since = status, act.time
    grant.records.append(GrantRecord(act.time, grant.valid_from, grant.valid_until, grant.current, status))
    book.effects.append(Effect("grant", grant.number))


RULES = {
    "GrantApproved": grant_approved,
    "GrantRefused": plan_ended,
    "GrantWithdrawn": plan_ended,
    **dict.fromkeys(_STATUSES, status_changed),
}
