"""Accounts (`IOrganizations`): an address is an account once, for one organization, within what that is allowed."""

from ledger.audit.acts import Act
from ledger.audit.book import Book
from ledger.audit.findings import differs, found, shown
from ledger.audit.permissions import Findings, requires_administration
from ledger.audit.things import NO_ACCOUNT, Account, Effect
from ledger.model.roles import Role

_BOTH = Role.REVIEWER | Role.ISSUER
"""Never on one account."""


def account_added(book: Book, act: Act) -> Findings:
    """By an ADMIN of the organization, its parent or the data authority; the data authority's own by two ADMINs."""
    organization = book.organizations.get(act["organization"])
    if organization is None:
        yield found("ORGANIZATION_UNKNOWN", act, shown(act["organization"]))
    if act.transaction != book.founding:
        yield from _administered(book, act, act["organization"])
    if act["subject"] == NO_ACCOUNT or act["subject"] in book.accounts:
        yield found("ACCOUNT_EXISTS", act, shown(act["subject"]))
    roles, allowed = act["roles"], organization.allowed_roles if organization else 0
    if not roles or roles & ~allowed or roles & _BOTH == _BOTH:
        yield found("ACCOUNT_ROLES", act, f"roles {roles:b}, allowed {allowed:b}")
    book.accounts[act["subject"]] = Account(act["subject"], act["organization"], roles)
    book.effects.append(Effect("account", act["subject"]))


def account_rotated(book: Book, act: Act) -> Findings:
    """An account ends, and a new one has its roles."""
    ended = book.accounts.get(act["subject"])
    if ended is None:
        yield found("ACCOUNT_UNKNOWN", act, shown(act["subject"]))
        return
    yield from _administered(book, act, ended.organization)
    if act["organization"] != ended.organization:
        yield differs("ORGANIZATION_MISSTATED", act, act["organization"], ended.organization)
    if not ended.active:
        yield found("ACCOUNT_ENDED", act, shown(ended.address))
    if act["successor"] == NO_ACCOUNT or act["successor"] in book.accounts:
        yield found("ACCOUNT_EXISTS", act, shown(act["successor"]))
    ended.active, ended.successor = False, act["successor"]
    book.accounts[act["successor"]] = Account(act["successor"], ended.organization, ended.roles)
    book.effects += [Effect("account", ended.address), Effect("account", act["successor"])]


def account_revoked(book: Book, act: Act) -> Findings:
    """An account ends; ended already, it is only said since when it was compromised. Two ADMINs stay at the root."""
    ended = book.accounts.get(act["subject"])
    if ended is None:
        yield found("ACCOUNT_UNKNOWN", act, shown(act["subject"]))
        return
    yield from _administered(book, act, ended.organization)
    since = act["compromisedSince"]
    if act["organization"] != ended.organization:
        yield differs("ORGANIZATION_MISSTATED", act, act["organization"], ended.organization)
    if not ended.active and not since:
        yield found("ACCOUNT_ENDED", act, shown(ended.address))
    if since > act.time:
        yield differs("ACCOUNT_COMPROMISED_LATER", act, since, f"{act.time} or earlier")
    was_admin = ended.active and ended.organization == book.authority and ended.roles & Role.ADMIN
    ended.active, ended.compromised_since = False, since
    if was_admin and book.admins() < 2:
        yield found("AUTHORITY_ADMINS", act, f"{book.admins()} left")
    book.effects.append(Effect("account", ended.address))


def _administered(book: Book, act: Act, code: bytes) -> Findings:
    if act["proposal"]:
        # Who confirmed is judged with the proposal; it reaches the data authority's own accounts only.
        if code != book.authority:
            yield found("NOT_ENTITLED", act, f"a root act on an account of {shown(code)}")
        return
    yield from requires_administration(book, act, code)
    if code == book.authority:
        yield found("PROPOSAL_MISSING", act, "an account of the data authority")


RULES = {"AccountAdded": account_added, "AccountRotated": account_rotated, "AccountRevoked": account_revoked}
