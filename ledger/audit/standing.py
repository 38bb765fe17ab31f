"""How a thing stands after the acts so far, in words."""

from collections.abc import Callable
from typing import Final

from ledger.audit.acts import NO_CODE
from ledger.audit.book import Book, Drawn
from ledger.audit.telling import Detail, local_time, organization_name
from ledger.model.act_words import FIELDS, OPENS, ROLES, SHARES
from ledger.model.message import Message
from ledger.model.registration_words import KINDS, STAGES, STATUSES
from ledger.model.roles import role_names

_STATUS: Final = Message("status", "状态")


def standing(book: Book, kind: str, id: bytes, time: int) -> list[Detail]:
    """How a thing stands; nothing when it is not there yet.

    Args:
        time: Unix seconds, for what ends by itself.
    """
    return _TELLERS[kind](book, id, time)


def _entry(book: Book, id: bytes, time: int) -> list[Detail]:
    entry = book.entries.get(id)
    if entry is None:
        return []
    active = Message("active", "有效") if entry.active else Message("retired", "已停用")
    return [
        (Message("title", "名称"), _same(entry.reading.title or entry.reading.local_code)),
        (FIELDS["provider"], _same(organization_name(book, entry.provider))),
        (FIELDS["localCode"], _same(entry.reading.local_code)),
        (_STATUS, active),
        (FIELDS["version"], _same(str(entry.version))),
        (FIELDS["share"], SHARES[entry.share]),
        (FIELDS["open"], OPENS[entry.open]),
        (FIELDS["level"], _same(str(entry.level)) if entry.level else Message("not stated", "未说明")),
        (Message("held by", "占用"), _same(str(len(entry.holders)))),
        (Message("open or upheld objections", "未结异议"), _same(str(len(entry.markers)))),
    ]


def _registration(book: Book, number: bytes, time: int) -> list[Detail]:
    known = book.registrations.get(number)
    if known is None:
        return []
    told: list[Detail] = []
    for drawn in known.versions:
        word = Message(f"version {drawn.version}", f"第 {drawn.version} 版")
        told.append((word, _version(drawn)))
    status = STATUSES[known.status_at(known.issued, time)]
    told.append((_STATUS, status))
    if known.valid_until:
        told.append((FIELDS["validUntil"], _same(local_time(known.valid_until))))
    if known.national_code:
        told.append((Message("national code", "国家登记码"), _same(known.national_code.decode("ascii", "replace"))))
    return told


def _version(drawn: Drawn) -> Message:
    kind, stage = KINDS[drawn.kind], STAGES[drawn.stage]
    title = drawn.title or ""
    return Message(f"{title} {kind.en}, {stage.en}".strip(), f"{title} {kind.zh}，{stage.zh}".strip())


def _organization(book: Book, code: bytes, time: int) -> list[Detail]:
    organization = book.organizations.get(code)
    if organization is None:
        return []
    names = role_names(organization.allowed_roles)
    accounts = [account for account in book.accounts.values() if account.organization == code]
    suspended = Message("suspended", "已暂停") if organization.suspended else Message("acting", "正常")
    told: list[Detail] = [
        (Message("name", "名称"), _same(organization_name(book, code))),
        (_STATUS, suspended),
        (FIELDS["allowedRoles"], Message(", ".join(names).lower(), "、".join(ROLES[name] for name in names))),
        (FIELDS["area"], _same(f"{organization.area:012d}")),
        (Message("accounts acting", "有效账户"), _same(f"{sum(a.active for a in accounts)} / {len(accounts)}")),
    ]
    if organization.parent != NO_CODE:
        told.append((FIELDS["parent"], _same(organization_name(book, organization.parent))))
    if organization.sector_authority != NO_CODE:
        told.append((FIELDS["sectorAuthority"], _same(organization_name(book, organization.sector_authority))))
    return told


def _same(text: str) -> Message:
    return Message(text, text)


_TELLERS: Final[dict[str, Callable[[Book, bytes, int], list[Detail]]]] = {
    "entry": _entry,
    "registration": _registration,
    "organization": _organization,
}
