"""Organizations (`IOrganizations`): where they stand, what they may, and when they may nothing."""

from ledger.audit.acts import NO_CODE, Act
from ledger.audit.book import Book
from ledger.audit.contents import read_organization
from ledger.audit.findings import differs, found, shown
from ledger.audit.permissions import Findings, requires_administration, requires_role
from ledger.audit.things import Effect, Organization
from ledger.model.organization_code import is_valid
from ledger.model.roles import OrganizationKind, Role

ANCESTORS_MOST = 7
_GROUPS = (10**10, 10**8, 10**6, 10**3)
"""Area codes have 2+2+2+3+3 digits; trailing groups of zeros are open."""
_ALL_ROLES = sum(Role)


def organization_added(book: Book, act: Act) -> Findings:
    """The founding one; one below its parent by the parent's ADMIN; or any by two ADMINs of the data authority."""
    code, parent, sector = act["code"], act["parent"], act["sectorAuthority"]
    founding = book.authority == NO_CODE
    if not is_valid(code.decode("ascii", "replace")):
        yield found("ORGANIZATION_CODE", act, shown(code))
    if code in book.organizations:
        yield found("ORGANIZATION_EXISTS", act, shown(code))
    if act["kind"] not in list(OrganizationKind) or (act["kind"] == OrganizationKind.DATA_AUTHORITY) != founding:
        yield found("ORGANIZATION_KIND", act, f"kind {act['kind']}")
    if act["allowedRoles"] & ~_ALL_ROLES:
        yield found("ORGANIZATION_ROLES", act, bin(act["allowedRoles"]))
    if founding:
        book.authority, book.founding = code, act.transaction
        if parent != NO_CODE:
            yield found("ORGANIZATION_PARENT", act, "the data authority has none")
    elif not act["proposal"]:
        yield from _added_by_parent(book, act)
    yield from _place(book, act, code, parent, act["area"], sector)
    yield from _readable(act)
    book.organizations[code] = Organization(
        code, parent, act["kind"], act["area"], act["allowedRoles"], sector, content=act["content"]
    )
    book.effects.append(Effect("organization", code))


def _added_by_parent(book: Book, act: Act) -> Findings:
    parent = book.organizations.get(act["parent"])
    if act["parent"] == NO_CODE:
        yield found("PROPOSAL_MISSING", act, "a top organization")
        return
    yield from requires_role(book, act, Role.ADMIN, act["parent"])
    if act["allowedRoles"]:
        yield found("ORGANIZATION_ROLES", act, "only the data authority allows roles")
    if act["sectorAuthority"] not in (NO_CODE, parent.sector_authority if parent else NO_CODE):
        yield found("ORGANIZATION_SECTOR", act, shown(act["sectorAuthority"]))


def organization_described(book: Book, act: Act) -> Findings:
    """Name and aliases, by an ADMIN of it, its parent or the data authority."""
    organization = book.organizations.get(act["code"])
    if organization is None:
        yield found("ORGANIZATION_UNKNOWN", act, shown(act["code"]))
        return
    yield from requires_administration(book, act, organization.code)
    yield from _readable(act)
    organization.content = act["content"]
    book.effects.append(Effect("organization", organization.code))


def organization_moved(book: Book, act: Act) -> Findings:
    """Parent, sector authority and area."""
    organization = book.organizations.get(act["code"])
    if organization is None:
        yield found("ORGANIZATION_UNKNOWN", act, shown(act["code"]))
        return
    if organization.code == book.authority:
        yield found("ORGANIZATION_PARENT", act, "the data authority is never moved")
    yield from _place(book, act, organization.code, act["parent"], act["area"], act["sectorAuthority"])
    organization.parent = act["parent"]
    organization.area = act["area"]
    organization.sector_authority = act["sectorAuthority"]
    book.effects.append(Effect("organization", organization.code))


def roles_allowed(book: Book, act: Act) -> Findings:
    """What the accounts of an organization can have; the data authority keeps ADMIN."""
    organization = book.organizations.get(act["code"])
    if organization is None:
        yield found("ORGANIZATION_UNKNOWN", act, shown(act["code"]))
        return
    if act["roles"] & ~_ALL_ROLES or (organization.code == book.authority and not act["roles"] & Role.ADMIN):
        yield found("ORGANIZATION_ROLES", act, bin(act["roles"]))
    organization.allowed_roles = act["roles"]
    book.effects.append(Effect("organization", organization.code))


def suspension_changed(book: Book, act: Act) -> Findings:
    """Suspended or resumed by a SUPERVISOR of the data authority, which itself is never suspended."""
    suspends = act.event == "OrganizationSuspended"
    yield from requires_role(book, act, Role.SUPERVISOR, book.authority)
    organization = book.organizations.get(act["code"])
    if organization is None:
        yield found("ORGANIZATION_UNKNOWN", act, shown(act["code"]))
        return
    if organization.suspended == suspends or (suspends and organization.code == book.authority):
        yield found("ORGANIZATION_STATE", act, shown(organization.code))
    organization.suspended = suspends
    book.effects.append(Effect("organization", organization.code))


def contains(outer: int, inner: int) -> bool:
    """Whether an area lies within another; both are area codes."""
    if not (0 < outer < 10**12 and 0 < inner < 10**12):
        return False
    unit = next((group for group in _GROUPS if outer % group == 0), 1)
    return outer // unit == inner // unit


def _readable(act: Act) -> Findings:
    _, _, malformed = read_organization(act["content"])
    if malformed:
        yield found("MALFORMED", act, malformed)


def _place(book: Book, act: Act, code: bytes, parent: bytes, area: int, sector: bytes) -> Findings:
    """Sector authority, area and parent fit together, with no circle and at most seven organizations above."""
    if sector != NO_CODE and (sector == code or sector not in book.organizations):
        yield found("ORGANIZATION_SECTOR", act, shown(sector))
    above = book.organizations.get(parent)
    if parent != NO_CODE and above is None:
        yield found("ORGANIZATION_UNKNOWN", act, shown(parent))
    outer = above.area if above else area
    if not contains(outer, area):
        yield differs("ORGANIZATION_AREA", act, area, f"within {outer}")
    if parent != NO_CODE:
        line = [parent, *book.ancestors(parent)]
        if parent == book.authority or code in line or len(line) > ANCESTORS_MOST:
            yield found("ORGANIZATION_PARENT", act, shown(parent))


RULES = {
    "OrganizationAdded": organization_added,
    "OrganizationDescribed": organization_described,
    "OrganizationMoved": organization_moved,
    "RolesAllowed": roles_allowed,
    "OrganizationSuspended": suspension_changed,
    "OrganizationResumed": suspension_changed,
}
