"""Entries (`ICatalog`): published and retired for their provider, version by version.

Holds and marks have no acts of their own: the rules of registrations and objections set them by name.
"""

import hashlib

from ledger.audit.acts import NO_CODE, NO_DIGEST, Act
from ledger.audit.book import Book
from ledger.audit.contents import read_entry
from ledger.audit.findings import differs, found, shown
from ledger.audit.permissions import Findings, requires_role, states_organization
from ledger.audit.things import Effect, Ended, Entry
from ledger.model.roles import Role

ACTIVE, RETIRED = 1, 2
LOCAL_CODE_BYTES = 128
_DOMAIN = hashlib.sha256(b"mulu/entry/1").digest()


def entry_published(book: Book, act: Act) -> Findings:
    """Added, or the next version of what is there; a retired entry may be published again."""
    id, provider, local_code = act["id"], act["provider"], act["localCode"]
    entry = book.entries.get(id)
    if hashlib.sha256(_DOMAIN + provider + local_code).digest() != id:
        yield found("ENTRY_ID", act, shown(id))
    if not 0 < len(local_code) <= LOCAL_CODE_BYTES:
        yield found("ENTRY_LOCAL_CODE", act, f"{len(local_code)} bytes")
    if not act["content"]:
        yield found("ENTRY_CONTENT", act)
    if not (0 < act["kind"] <= 2 and act["share"] <= 3 and act["open"] <= 3 and act["level"] <= 4):
        yield found("ENTRY_VALUE", act, ", ".join(f"{n} {act[n]}" for n in ("kind", "share", "open", "level")))
    if entry is not None:
        yield from _change(act, entry)
    yield from _publisher(book, act, provider)
    if entry is None:
        entry = book.entries[id] = Entry(id, provider, local_code, act["kind"])
    if act["version"] != entry.version + 1:
        yield differs("ENTRY_VERSION", act, act["version"], entry.version + 1)
    _end(entry, act)
    entry.version, entry.active, entry.kind = act["version"], True, act["kind"]
    entry.share, entry.open, entry.level = act["share"], act["open"], act["level"]
    entry.submitter = act["submitter"]
    entry.content_digest = hashlib.sha256(act["content"]).digest()
    before, entry.reading = entry.reading, read_entry(act["content"], local_code)
    # Bit i of a grant's bitmap is item i of the granted version.
    granted = any(isinstance(holder, int) for holder, _ in entry.holders)
    if granted and before.items != entry.reading.items[: len(before.items)]:
        yield found("HELD_ITEMS", act, shown(id))
    if entry.reading.malformed:
        yield found("MALFORMED", act, entry.reading.malformed)
    book.effects.append(Effect("entry", id))


def _change(act: Act, entry: Entry) -> Findings:
    if act["provider"] != entry.provider:
        yield differs("ENTRY_PROVIDER", act, act["provider"], entry.provider)
    if act["kind"] != entry.kind:
        yield differs("ENTRY_KIND", act, act["kind"], entry.kind)
    before = {"share": entry.share, "open": entry.open, "level": entry.level}
    withdrawn = [name for name, value in before.items() if value and not act[name]]
    if withdrawn:
        yield found("ENTRY_WITHDRAWN", act, ", ".join(withdrawn))
    # From not stated to stated is no tightening.
    tightened = [name for name in ("share", "open") if before[name] and act[name] > before[name]]
    if tightened and act.reason == NO_DIGEST:
        yield found("ENTRY_REASON", act, ", ".join(tightened))


def entry_retired(book: Book, act: Act) -> Findings:
    """Retired, unless a registration or grant holds it; judged by the stored provider."""
    entry = book.entries.get(act["id"])
    if entry is None:
        yield found("ENTRY_UNKNOWN", act, shown(act["id"]))
        return
    yield from _publisher(book, act, entry.provider)
    if act["provider"] != entry.provider:
        yield differs("ENTRY_PROVIDER", act, act["provider"], entry.provider)
    if act["version"] != entry.version + 1:
        yield differs("ENTRY_VERSION", act, act["version"], entry.version + 1)
    if not entry.active:
        yield found("ENTRY_RETIRED", act, shown(entry.id))
    if entry.holders:
        yield found("ENTRY_HELD", act, f"{len(entry.holders)} holds")
    _end(entry, act)
    entry.version, entry.active, entry.submitter = act["version"], False, act["submitter"]
    book.effects.append(Effect("entry", entry.id))


def _publisher(book: Book, act: Act, provider: bytes) -> Findings:
    """A PUBLISHER of the provider, its sector authority or an ancestor; a suspended provider's only the authority's."""
    own, _ = book.acting(act.account)
    yield from requires_role(book, act, Role.PUBLISHER)
    yield from states_organization(book, act, "submitter")
    holder = book.organizations.get(provider)
    if holder is None:
        yield found("ORGANIZATION_UNKNOWN", act, shown(provider))
    elif holder.suspended:
        if own != book.authority:
            yield found("NOT_ENTITLED", act, f"{shown(provider)} is suspended")
    elif own != NO_CODE and not book.answers_for(own, provider):
        yield found("NOT_ENTITLED", act, f"{shown(own)} publishes for {shown(provider)}")


def _end(entry: Entry, act: Act) -> None:
    if entry.version:
        status = ACTIVE if entry.active else RETIRED
        entry.ended.append(Ended(act.time, entry.version, status, entry.share, entry.open, entry.level))


RULES = {"EntryPublished": entry_published, "EntryRetired": entry_retired}
