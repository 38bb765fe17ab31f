"""What an act says, in words: its fields as people read them, in both languages."""

from datetime import UTC, date, datetime
from typing import Any

from ledger.audit.acts import Act, code_text
from ledger.audit.book import Book
from ledger.audit.contents import read_organization
from ledger.audit.findings import shown
from ledger.model import grant_words
from ledger.model.act_words import FIELDS, OPENS, ROLES, SHARES
from ledger.model.grant import Approval
from ledger.model.ids import to_hex
from ledger.model.message import Message
from ledger.model.registration import Kind, ObjectionState, Stage, Status
from ledger.model.registration_words import KINDS, OBJECTION_STATES, STAGES, STATUSES
from ledger.model.roles import role_names
from ledger.model.workdays import SHANGHAI

Detail = tuple[Message, Message]
"""A field's name and its value."""

_SILENT = {"account", "time", "organization", "content", "fields", "action", "workdays", "index"}
"""What is told elsewhere, or too long to tell."""
_SUBJECT = Message("registered subject", "登记主体")
_MOMENTS = {"from", "deadline", "validUntil", "effectiveFrom", "compromisedSince"}
_ORGANIZATIONS = {
    "grantee",
    "implementer",
    "operator",
    "provider",
    "submitter",
    "parent",
    "sectorAuthority",
    "registrar",
    "responsible",
    "code",
}
_GRANT_WORDS: dict[str, Any] = {
    "kind": grant_words.KINDS,
    "mode": grant_words.MODES,
    "basis": grant_words.BASES,
    "status": grant_words.STATUSES,
    "approval": grant_words.APPROVALS,
}
_PRODUCT_WORDS: dict[str, Any] = {
    "form": grant_words.FORMS,
    "status": grant_words.PRODUCT_STATUSES,
    "kind": grant_words.DISCLOSURES,
}
_REGISTRATION_EVENTS = {"Registry", "Applications"}


def details(book: Book, act: Act) -> list[Detail]:
    """What an act says beside who did it when: nothing of what is zero, which is not stated."""
    told = []
    for name, value in act.fields.items():
        word = FIELDS.get(name)
        if (
            name not in _SILENT
            and word is not None
            and (value not in (0, b"", [], ()) or name == "approval")
            and _is_stated(value)
        ):
            told.append((_SUBJECT if name == "subject" and len(value) == 18 else word, _value(book, act, name, value)))
    return told


def local_time(seconds: int) -> str:
    """A time in Shanghai."""
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def organization_name(book: Book, code: bytes) -> str:
    """Name and code of an organization; empty for none."""
    organization = book.organizations.get(code)
    name = read_organization(organization.content)[0] if organization else None
    return f"{name} {code_text(code)}" if name else code_text(code) or ""


def _is_stated(value: Any) -> bool:
    return not isinstance(value, bytes) or any(value)


def _value(book: Book, act: Act, name: str, value: Any) -> Message:
    if name in _MOMENTS:
        return _same(local_time(value))
    if name in _ORGANIZATIONS and isinstance(value, bytes) and act.event != "NationalCodeAssigned":
        return _same(organization_name(book, value))
    if isinstance(value, bool):
        return Message("yes", "是") if value else Message("no", "否")
    word = _word(act, name, value)
    if word is not None:
        return word
    if name in ("roles", "allowedRoles"):
        names = role_names(value)
        return Message(", ".join(names).lower(), "、".join(ROLES[role] for role in names))
    if name == "localCode":
        return _same(value.decode("utf-8", "backslashreplace"))
    if name == "name":
        return _same(value.rstrip(b"\0").decode("ascii", "backslashreplace"))
    if name == "code":
        return _same(value.decode("ascii", "backslashreplace"))
    if name == "subject":
        return _same(organization_name(book, value) if len(value) == 18 else to_hex(value))
    if name == "objector":
        return _same(organization_name(book, value[:18]) if not act["person"] else to_hex(value))
    if isinstance(value, dict):
        return _same(f"{local_time(value['start'])} – {local_time(value['end'])}, {value['level']}, {value['area']}")
    if name == "date":
        return _same(f"{date.fromordinal(date(1970, 1, 1).toordinal() + value)}")
    if name == "unit":
        return _same(value.rstrip(b"\0").decode("ascii", "backslashreplace"))
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return _same(", ".join(shown(one.get("entry", one.get("provider"))) for one in value))
    if isinstance(value, list):
        return _same(", ".join(map(shown, value)))
    return _same(to_hex(value) if isinstance(value, bytes) and len(value) in (20, 32) else shown(value))


def _word(act: Act, name: str, value: Any) -> Message | None:
    """The word for a value that is a code."""
    if act.contract == "Catalog" and name in ("share", "open"):
        return (SHARES if name == "share" else OPENS)[value]
    if act.contract in _REGISTRATION_EVENTS:
        if name == "stage":
            return STAGES[Stage(value)]
        if name == "kind":
            return KINDS[Kind(value)]
        if name == "status":
            return STATUSES[Status(value)]
    if act.contract == "Objections" and name == "state":
        return OBJECTION_STATES[ObjectionState(value)]
    if act.contract in ("Grants", "Plans"):
        words = _GRANT_WORDS.get(name)
        if name == "required":
            needed = [grant_words.APPROVALS[approval] for approval in Approval if value & approval.bit]
            return Message(", ".join(word.en for word in needed), "、".join(word.zh for word in needed))
        return words[value] if words is not None else None
    if act.contract == "Products":
        words = _PRODUCT_WORDS.get(name)
        if name == "purpose":
            return grant_words.named_set(grant_words.PURPOSES, value)
        return words[value] if words is not None else None
    return None


def _same(text: str) -> Message:
    return Message(text, text)
