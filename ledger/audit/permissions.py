"""Who may act: the account's own roles ∩ what its organization is allowed, none while that is suspended."""

from collections.abc import Iterator

from ledger.audit.acts import NO_CODE, NO_DIGEST, Act
from ledger.audit.book import Book
from ledger.audit.findings import Finding, differs, found, shown
from ledger.model.roles import Role, role_names

Findings = Iterator[Finding]


def requires_role(book: Book, act: Act, role: Role, at: bytes | None = None) -> Findings:
    """The acting account has one of the roles; at one organization, if that is named."""
    code, roles = book.acting(act.account)
    if not roles & role:
        yield found("ROLE_MISSING", act, f"wants {' or '.join(role_names(role))}")
    elif at is not None and code != at:
        yield found("NOT_ENTITLED", act, f"{shown(code)} acts, wants {shown(at)}")


def requires_administration(book: Book, act: Act, code: bytes) -> Findings:
    """The account is an ADMIN of the organization, of its parent, or of the data authority."""
    own, _ = book.acting(act.account)
    yield from requires_role(book, act, Role.ADMIN)
    organization = book.organizations.get(code)
    parent = organization.parent if organization else NO_CODE
    if own != NO_CODE and own not in (code, parent, book.authority):
        yield found("NOT_ENTITLED", act, f"{shown(own)} administers {shown(code)}")


def states_organization(book: Book, act: Act, name: str = "organization") -> Findings:
    """The act names the organization that the account acts for."""
    own, _ = book.acting(act.account)
    if act[name] != own:
        yield differs("ORGANIZATION_MISSTATED", act, act[name], own)


def states_reason(act: Act) -> Findings:
    """The act gives a reason."""
    if act.reason == NO_DIGEST:
        yield found("REASON_MISSING", act)
