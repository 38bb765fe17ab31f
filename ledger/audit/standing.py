"""How a thing stands after the acts so far, in words."""

from collections.abc import Callable
from typing import Final

from ledger.audit.acts import NO_CODE
from ledger.audit.book import Book
from ledger.audit.telling import Detail, local_time, organization_name
from ledger.audit.things import Drawn
from ledger.model import grant_words
from ledger.model.act_words import FIELDS, OPENS, ROLES, SHARES
from ledger.model.grant import Approval
from ledger.model.ids import to_hex
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
    if known.national_code and not known.national_code_withheld:
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


def _grant(book: Book, id: bytes, time: int) -> list[Detail]:
    grant = book.grants.get(int.from_bytes(id))
    if grant is None:
        return []
    told: list[Detail] = [
        (Message("title", "名称"), _same(grant.title or "")),
        (FIELDS["kind"], grant_words.KINDS[grant.kind]),
        (Message("grantor", "授权主体"), _same(organization_name(book, grant.grantor))),
        (FIELDS["grantee"], _same(organization_name(book, grant.grantee))),
        (_STATUS, grant_words.STATUSES[grant.status_at(time)]),
        (
            Message("effective with all ancestors", "连同各级上级授权均有效"),
            Message("yes", "是") if book.is_effective(grant.number, time) else Message("no", "否"),
        ),
    ]
    if grant.parent:
        told.append((Message("parent", "上级授权"), _same(str(grant.parent))))
    for drawn in grant.versions:
        word = Message(f"version {drawn.version}", f"第 {drawn.version} 版")
        stage = grant_words.STAGES[drawn.stage]
        title = drawn.title or ""
        told.append((word, Message(f"{title} {stage.en}".strip(), f"{title} {stage.zh}".strip())))
        for approval, taken in drawn.approvals.items():
            account = book.accounts.get(taken.account)
            who = organization_name(book, account.organization) if account else ""
            told.append(
                (grant_words.APPROVALS[approval], _same(f"{local_time(taken.time)} {who} {to_hex(taken.account)}"))
            )
        for provider, taken in drawn.consents.items():
            said = f"{local_time(taken.time)} {organization_name(book, provider)} {to_hex(taken.account)}"
            told.append((grant_words.APPROVALS[Approval.CONSENT], _same(said)))
    if grant.current:
        told.append((FIELDS["from"], _same(local_time(grant.valid_from))))
        told.append((FIELDS["validUntil"], _same(local_time(grant.valid_until))))
    return told


def _same(text: str) -> Message:
    return Message(text, text)


_TELLERS: Final[dict[str, Callable[[Book, bytes, int], list[Detail]]]] = {
    "entry": _entry,
    "registration": _registration,
    "organization": _organization,
    "grant": _grant,
}
