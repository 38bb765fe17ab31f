"""Planning grants (`IPlans`): who grants what to whom, how long, and within what the parent has."""

import hashlib
from datetime import UTC, datetime

from ledger.audit.acts import NO_CODE, Act
from ledger.audit.book import Book
from ledger.audit.contents import read_texts
from ledger.audit.findings import differs, found, shown
from ledger.audit.grant_things import Grant, GrantVersion, Terms
from ledger.audit.permissions import Findings, requires_role, states_organization
from ledger.audit.rules_organizations import contains
from ledger.audit.things import Effect
from ledger.model.grant import Approval, Basis, GrantContent, Kind, Mode, Status
from ledger.model.roles import OrganizationKind, Role
from ledger.model.workdays import term_end

LEVEL_MOST, DELEGATIONS_MOST = 4, 3
_PURPOSES = {Kind.OPERATE: 2 | 4 | 8 | 16, Kind.SHARE: 1 | 2 | 4}
_AUTHORITIES = {
    OrganizationKind.DATA_AUTHORITY,
    OrganizationKind.DISTRICT_AUTHORITY,
    OrganizationKind.SECTOR_AUTHORITY,
}
_GOVERNMENT = {*_AUTHORITIES, OrganizationKind.GOVERNMENT_DEPARTMENT, OrganizationKind.PUBLIC_INSTITUTION}
_IMPLEMENTERS = {*_GOVERNMENT, OrganizationKind.REGISTRAR, OrganizationKind.IMPLEMENTER}
"""An operator that implemented would review its own plan."""


def grant_planned(book: Book, act: Act) -> Findings:
    """The first version of a grant, or one that follows the version in force: amended, or renewed."""
    number, version, basis = act["grant"], act["version"], Basis(act["basis"])
    known = book.grants.get(number)
    terms = terms_of(act["terms"])
    yield from requires_role(book, act, Role.GRANTOR, known.grantor if known else None)
    yield from states_organization(book, act)
    if not act["content"]:
        yield found("PLAN_CONTENT", act)
    if known is None:
        if number != len(book.grants) + 1:
            yield differs("GRANT_NUMBER", act, number, len(book.grants) + 1)
        if (basis, version) != (Basis.FIRST, 1):
            yield differs("GRANT_VERSION", act, f"{basis.name} {version}", "FIRST 1")
    else:
        yield from _follows(act, known, basis, terms)
    grant = known or _new(book, act)
    yield from _identity(book, act, grant)
    yield from states_terms(book, act, grant, terms)
    yield from _approvals(book, act, grant)
    level = book.in_force("export_level", act.time)
    if level is None:
        yield found("POLICY_MISSING", act, "export_level")
    elif terms.export_level != min(level, LEVEL_MOST):
        yield differs("PLAN_TERMS", act, f"export level {terms.export_level}", min(level, LEVEL_MOST))

    content, malformed = read_texts(GrantContent, act["content"])
    if malformed:
        yield found("MALFORMED", act, malformed)
    drawn = GrantVersion(
        grant=number,
        version=len(grant.versions) + 1,
        planned_index=act.index,
        basis=basis,
        scope_of=len(grant.versions) + 1,
        required=act["required"],
        terms=terms,
        content_digest=hashlib.sha256(act["content"]).digest(),
        title=content.title if content else None,
        malformed=malformed,
    )
    if basis is Basis.RENEWAL and grant.in_force is not None:
        drawn.scope_of = grant.in_force.scope_of
        drawn.consents_asked = set(grant.versions[drawn.scope_of - 1].asked)
    if known is None:
        grant.title = drawn.title
    grant.versions.append(drawn)
    book.grants[number] = grant
    book.effects += [Effect("grant", number), Effect("grant_version", (number, drawn.version))]


def terms_of(said: dict[str, int]) -> Terms:
    """The terms as an act says them."""
    names = ("start", "end", "area", "level", "exportLevel", "purposes", "delegations")
    return Terms(*(said[name] for name in names))


def states_terms(book: Book, act: Act, grant: Grant, terms: Terms) -> Findings:
    """The terms are values of the kind, no longer than policy or the parent allow, and within the parent's."""
    operates = grant.kind is Kind.OPERATE
    if not (
        0 < terms.level <= LEVEL_MOST
        and terms.purposes
        and not terms.purposes & ~_PURPOSES.get(grant.kind, 0)
        and terms.delegations <= (0 if operates else DELEGATIONS_MOST)
    ):
        yield found("PLAN_TERMS", act, f"level {terms.level}, purposes {terms.purposes}")
    if not contains(terms.area, terms.area):
        yield found("PLAN_AREA", act, str(terms.area))
    latest = None
    if operates:
        years = book.in_force("grant_term_years", act.time)
        if years is None:
            yield found("POLICY_MISSING", act, "grant_term_years")
        else:
            latest = int(term_end(datetime.fromtimestamp(terms.start, UTC), years).timestamp())
    if grant.parent:
        yield from _within(book, act, grant, terms)
        parent = book.grants.get(grant.parent)
        latest = parent.valid_until if parent else latest
    if not (terms.start < terms.end and act.time < terms.end and (latest is None or terms.end <= latest)):
        yield found("PLAN_TERM", act, f"{terms.start} to {terms.end}, latest {latest}")


def _within(book: Book, act: Act, grant: Grant, terms: Terms) -> Findings:
    """A child: what its grantor was given, in force, to be delegated on; with less of it."""
    parent = book.grants.get(grant.parent)
    outer = parent.in_force.terms if parent and parent.in_force else None
    if (
        parent is None
        or outer is None
        or parent.kind is not Kind.SHARE
        or parent.grantee != grant.grantor
        or not outer.delegations
        or not book.is_effective(parent.number, act.time)
    ):
        yield found("PLAN_PARENT", act, f"grant {grant.parent}")
        return
    more = terms.level > outer.level or terms.purposes & ~outer.purposes or terms.delegations >= outer.delegations
    if more:
        yield found("PLAN_TERMS", act, f"more than grant {parent.number} has")
    grantee = book.organizations.get(grant.grantee)
    inside = contains(outer.area, terms.area) and not contains(terms.area, outer.area)
    if not inside or grantee is None or not contains(terms.area, grantee.area):
        yield found("PLAN_AREA", act, f"{terms.area} within {outer.area}")


def _new(book: Book, act: Act) -> Grant:
    parent = book.grants.get(act["parent"])
    return Grant(
        number=act["grant"],
        planned_index=act.index,
        grantor=act["organization"],
        kind=Kind(act["kind"]),
        mode=Mode(act["mode"]),
        parent=act["parent"],
        depth=parent.depth + 1 if parent else 0,
        implementer=act["implementer"],
        grantee=act["grantee"],
        title=None,
    )


def _follows(act: Act, known: Grant, basis: Basis, terms: Terms) -> Findings:
    """The next version of a grant in force, while none is open; identity stays, and what a renewal may not touch."""
    if act["version"] != len(known.versions) + 1 or basis is Basis.FIRST:
        yield differs("GRANT_VERSION", act, f"{basis.name} {act['version']}", len(known.versions) + 1)
    if known.versions[-1].open:
        yield found("GRANT_OPEN", act, f"version {known.versions[-1].version}")
    status = known.status_at(act.time)
    if status is not Status.ACTIVE:
        yield found("GRANT_STATUS", act, status.name)
    said = (act["kind"], act["mode"], act["parent"], act["implementer"], act["grantee"])
    if said != (known.kind, known.mode, known.parent, known.implementer, known.grantee):
        yield found("PLAN_KIND", act, f"grant {known.number} is another")
    if known.in_force is None:
        return
    before = known.in_force.terms
    start = before.end if basis is Basis.RENEWAL else before.start
    if terms.start != start:
        yield differs("PLAN_TERM", act, f"start {terms.start}", start)
    if basis is Basis.RENEWAL and act.time < before.start:
        yield found("PLAN_TERM", act, f"the term that it renews begins at {before.start}")
    if basis is Basis.RENEWAL and terms._replace(start=0, end=0, export_level=0) != before._replace(
        start=0, end=0, export_level=0
    ):
        yield found("PLAN_TERMS", act, "a renewal changes nothing but the end")


def _identity(book: Book, act: Act, grant: Grant) -> Findings:
    operates = grant.kind is Kind.OPERATE
    if (
        grant.kind is Kind.NONE
        or operates != (grant.mode is not Mode.NONE)
        or operates != (grant.implementer != NO_CODE)
        or (operates and grant.parent)
    ):
        yield found("PLAN_KIND", act, f"{grant.kind.name} {grant.mode.name}, parent {grant.parent}")
    parties = {grant.grantee: {OrganizationKind.OPERATOR} if operates else _GOVERNMENT}
    if operates:
        parties |= {grant.implementer: _IMPLEMENTERS, grant.grantor: _AUTHORITIES}
    for code, kinds in parties.items():
        party = book.organizations.get(code)
        if party is None or party.suspended or party.kind not in kinds:
            yield found("PLAN_PARTY", act, shown(code))


def _approvals(book: Book, act: Act, grant: Grant) -> Findings:
    """The approvals that policy asks for, by kind; the signature always."""
    operates = grant.kind is Kind.OPERATE
    name = "operate_approvals" if operates else "delegation_approvals" if grant.parent else "share_approvals"
    required = book.in_force(name, act.time)
    if required is None:
        yield found("POLICY_MISSING", act, name)
    elif act["required"] != required:
        yield differs("PLAN_APPROVALS", act, bin(act["required"]), bin(required))
    signed = act["required"] & Approval.SIGNATURE.bit
    if act["required"] >= 1 << len(Approval) or not signed or (not operates and act["required"] & 1):
        yield found("PLAN_APPROVALS", act, bin(act["required"]))


RULES = {"GrantPlanned": grant_planned}
