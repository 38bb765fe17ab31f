"""What a version of a grant is over (`IGrantScope`): listed while it is a plan, covered, held, settled at its end."""

import hashlib
from collections.abc import Generator

from ledger.audit.acts import Act
from ledger.audit.book import Book
from ledger.audit.findings import Finding, differs, found, shown
from ledger.audit.grant_things import Grant, GrantVersion, Listed
from ledger.audit.permissions import Findings, requires_role, states_organization
from ledger.audit.things import Effect, Entry
from ledger.model.grant import ALL_ITEMS, Basis, Coverage, Kind, Mode, Stage, Status
from ledger.model.ids import to_hex
from ledger.model.roles import Role

Listing = Generator[Finding, None, tuple[Grant | None, GrantVersion | None]]

OPERATIONS_ALL, EXPORT = 15, 8
DENIED = 3
_WORD = 32


def grant_scoped(book: Book, act: Act) -> Findings:
    """Entries are listed and held: in their present version, which must be covered now; a child's by its parent too."""
    grant, drawn = yield from _listing(book, act, providers=False)
    if grant is None or drawn is None:
        return
    for listed in act["entries"]:
        id = listed["entry"]
        entry = book.entries.get(id)
        slot = Listed(listed["version"], listed["operations"], listed["items"])
        if id in drawn.entries:
            yield found("SCOPE_REPEATED", act, to_hex(id))
        if not 0 < slot.operations <= OPERATIONS_ALL or not slot.items or not slot.version:
            yield found("SCOPE_VALUE", act, to_hex(id))
        reason = judged(grant, drawn.terms.level, drawn, slot, entry, slot.operations)
        if entry is not None and entry.version != slot.version:
            reason = Coverage.NOT_PUBLISHED
        if reason is Coverage.COVERED and grant.kind is Kind.OPERATE and not book.is_registered(id, act.time):
            reason = Coverage.NOT_REGISTERED
        if reason is not Coverage.COVERED:
            yield found("SCOPE_NOT_COVERED", act, f"{to_hex(id)} {reason.name}")
        if grant.parent:
            yield from _inside(book, act, grant, id, slot)
        drawn.entries[id] = slot
        drawn.scope_digest = _digest(drawn.scope_digest, id, slot.version, slot.operations, slot.items)
        if entry is not None:
            entry.holders.add((grant.number, drawn.version))
            _ask(grant, drawn, entry.provider)
            book.effects.append(Effect("grant_hold", (id, grant.number, drawn.version)))
    yield from _states_scope(act, drawn)
    book.effects.append(Effect("grant_version", (grant.number, drawn.version)))


def providers_scoped(book: Book, act: Act) -> Findings:
    """An OVERALL grant lists providers, up to a level; nothing is held."""
    grant, drawn = yield from _listing(book, act, providers=True)
    if grant is None or drawn is None:
        return
    for listed in act["providers"]:
        provider, operations, level = listed["provider"], listed["operations"], listed["level"]
        if provider in drawn.providers:
            yield found("SCOPE_REPEATED", act, shown(provider))
        known = provider in book.organizations
        if not 0 < operations <= OPERATIONS_ALL or not 0 < level <= drawn.terms.level or not known:
            yield found("SCOPE_VALUE", act, shown(provider))
        drawn.providers[provider] = (operations, level)
        drawn.scope_digest = _digest(drawn.scope_digest, provider.ljust(_WORD, b"\0"), operations, level)
        _ask(grant, drawn, provider)
    yield from _states_scope(act, drawn)
    book.effects.append(Effect("grant_version", (grant.number, drawn.version)))


def grant_settled(book: Book, act: Act) -> Findings:
    """Anyone releases entries of a scope that no longer counts."""
    grant = book.grants.get(act["grant"])
    drawn = grant.version(act["version"]) if grant else None
    if grant is None or drawn is None:
        yield found("GRANT_UNKNOWN", act, f"grant {act['grant']}")
        return
    if not _is_over(book, grant, drawn, act.time):
        yield found("GRANT_SETTLED_EARLY", act, f"version {drawn.version}")
    for id in act["entries"]:
        slot, entry = drawn.entries.get(id), book.entries.get(id)
        if slot is None or not slot.held:
            yield found("GRANT_ENTRY_NOT_HELD", act, to_hex(id))
        if slot is not None:
            slot.held = False
        if entry is not None:
            entry.holders.discard((grant.number, drawn.version))
            book.effects.append(Effect("grant_hold", (id, grant.number, drawn.version)))
    book.effects.append(Effect("grant_version", (grant.number, drawn.version)))


def judged(
    grant: Grant, level: int, drawn: GrantVersion, slot: Listed | None, entry: Entry | None, operation: int
) -> Coverage:
    """What one grant of a chain says of an entry as it is now, registration and ancestors left out."""
    if slot is None or not slot.operations:
        return Coverage.NOT_LISTED
    if not operation or slot.operations & operation != operation:
        return Coverage.NOT_OPERATED
    if entry is None or not entry.active or entry.version < slot.version:
        return Coverage.NOT_PUBLISHED
    # What is not stated is covered by no grant.
    access = entry.open if grant.kind is Kind.OPERATE else entry.share
    if not entry.level or entry.level > level or not access:
        return Coverage.NOT_PERMITTED
    if grant.kind is Kind.SHARE:
        return Coverage.NOT_PERMITTED if access == DENIED else Coverage.COVERED
    exportable = access != DENIED and entry.level <= drawn.terms.export_level
    return Coverage.NOT_PERMITTED if operation & EXPORT and not exportable else Coverage.COVERED


def covers(book: Book, number: int, id: bytes, operation: int, time: int) -> bool:
    """Whether an OPERATE grant, which has no ancestors, covers an operation on an entry now."""
    grant = book.grants.get(number)
    drawn = grant.in_force if grant else None
    entry = book.entries.get(id)
    if grant is None or drawn is None or entry is None or not book.is_effective(number, time):
        return False
    scope, level = grant.versions[drawn.scope_of - 1], drawn.terms.level
    slot = scope.entries.get(id)
    if grant.mode is Mode.OVERALL:
        operations, highest = scope.providers.get(entry.provider, (0, 0))
        slot, level = Listed(0, operations, ALL_ITEMS), min(level, highest)
    covered = judged(grant, level, drawn, slot, entry, operation) is Coverage.COVERED
    return covered and book.is_registered(id, time)


def pending(book: Book, act: Act) -> tuple[Grant | None, GrantVersion | None]:
    """The last version drawn up, if the act means it; its procedure may have ended."""
    grant = book.grants.get(act["grant"])
    last = grant.versions[-1] if grant else None
    return grant, last if last and act["version"] == last.version else None


def _listing(book: Book, act: Act, *, providers: bool) -> Listing:
    """The version whose scope is listed, which is a plan of its grantor's."""
    grant, drawn = pending(book, act)
    if grant is None or drawn is None:
        yield found("GRANT_VERSION", act, f"grant {act['grant']} version {act['version']}")
        return grant, drawn
    yield from requires_role(book, act, Role.GRANTOR, grant.grantor)
    yield from states_organization(book, act)
    if drawn.stage is not Stage.PLAN or not drawn.open:
        yield found("PLAN_STAGE", act, drawn.stage.name)
    if (grant.mode is Mode.OVERALL) != providers or drawn.basis is Basis.RENEWAL:
        yield found("SCOPE_KIND", act, f"{grant.mode.name} {drawn.basis.name}")
    return grant, drawn


def _inside(book: Book, act: Act, grant: Grant, id: bytes, slot: Listed) -> Findings:
    parent = book.grants.get(grant.parent)
    scope = parent.scope(parent.current) if parent else None
    outer = scope.entries.get(id) if scope else None
    if (
        outer is None
        or slot.operations & ~outer.operations
        or slot.items & ~outer.items
        or slot.version < outer.version
    ):
        yield found("SCOPE_OUTSIDE_PARENT", act, f"{to_hex(id)} in grant {grant.parent}")


def _ask(grant: Grant, drawn: GrantVersion, provider: bytes) -> None:
    """A provider is asked for its consent, unless it is the grantor."""
    if provider != grant.grantor:
        drawn.asked.add(provider)
        drawn.consents_asked.add(provider)


def _states_scope(act: Act, drawn: GrantVersion) -> Findings:
    if (act["scopeCount"], act["scopeDigest"]) != (drawn.scope_count, drawn.scope_digest):
        yield differs("SCOPE_MISSTATED", act, act["scopeCount"], drawn.scope_count)


def _is_over(book: Book, grant: Grant, drawn: GrantVersion, time: int) -> bool:
    """Whether the scope that a version lists no longer counts, and never will again."""
    running = (Status.NONE, Status.ACTIVE, Status.SUSPENDED)
    if any(above.status_at(time) not in running for above in book.line(grant.number)):
        return True
    if drawn.open:
        return time >= drawn.terms.end
    counts = grant.scope(grant.current)
    return counts is None or counts.version != drawn.version


def _digest(before: bytes, key: bytes, *values: int) -> bytes:
    """The digest of a scope after one more element: SHA-256(digest before ‖ abi.encode(element))."""
    return hashlib.sha256(b"".join((before, key, *(value.to_bytes(_WORD) for value in values)))).digest()


RULES = {"GrantScoped": grant_scoped, "GrantProvidersScoped": providers_scoped, "GrantSettled": grant_settled}
