"""What is approved, before it is signed: from the chain alone, but for the names and titles that people know it by."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ledger.app import App
from ledger.cli.grant_parts import SHOWN, grants_of, names_of
from ledger.cli.grant_plan import last_day, shown_terms
from ledger.cli.output import chinese, note, pick, say, table
from ledger.model.grant import Approval, Mode, Stage
from ledger.model.grant_words import APPROVALS, BASES, STAGES, STATUSES
from ledger.model.ids import EntryId, to_hex
from ledger.model.message import Message

if TYPE_CHECKING:
    from ledger.grant.approving import Pending
    from ledger.grant.records import Scope
    from ledger.grant.waiting import Candidate


def approval_word(approval: Approval) -> Message:
    """What an approval is called."""
    return APPROVALS[approval]


def stage_word(name: str) -> Message:
    """What a stage is called."""
    return STAGES[Stage[name]]


def show_pending(app: App, pending: "Sequence[Pending]", document: bytes, *, refuse: bool) -> None:
    """What would be signed: one in full, many in a table."""
    if len({one.candidate.number for one in pending}) == 1:
        first = pending[0]
        _show_in_full(app, first.candidate, first.scope)
        providers = [one.provider for one in pending if one.provider]
        if providers:
            names = names_of(app, providers)
            listed = [f"{names.get(code, '')} ({code})" for code in providers]
            say(f"consent for: {', '.join(listed)}", f"同意的提供单位：{'、'.join(listed)}")
    else:
        show_candidates(app, [one.candidate for one in pending[:SHOWN]], [one.scope for one in pending[:SHOWN]])
        if len(pending) > SHOWN:
            note(f"… and {len(pending) - SHOWN} more", f"……其余 {len(pending) - SHOWN} 项")
    what = Message("document of the reasons", "理由文件") if refuse else Message("document", "文件")
    say(f"{what.en}: SHA-256 {to_hex(document)}", f"{what.zh} SHA-256：{to_hex(document)}")


def show_candidates(app: App, found: "Sequence[Candidate]", scopes: "Sequence[Scope] | None" = None) -> None:
    """Versions in a table, with the scope as this client computed it."""
    names = names_of(app, [code for one in found for code in (one.identity.grantor, one.identity.grantee)])
    headers = (
        ("授权编号", "版本", "授权名称", "授权主体", "被授权方", "期限", "级别", "范围", "范围摘要") if chinese()
        else ("grant", "version", "title", "grantor", "grantee", "term", "level", "scope", "scope digest")
    )  # fmt: skip
    rows = []
    for place, one in enumerate(found[:SHOWN]):
        scope = scopes[place] if scopes is not None else grants_of(app).scope(one.number, one.version_number)
        rows.append(
            (
                one.number,
                one.version_number,
                _title(app, one),
                names.get(one.identity.grantor, one.identity.grantor),
                names.get(one.identity.grantee, one.identity.grantee),
                shown_terms(one.version.terms),
                one.version.terms.level,
                scope.count,
                to_hex(scope.digest),
            )
        )
    table(headers, rows)


def show_in_force(app: App, pairs: Sequence[tuple[int, int]]) -> None:
    """Versions in force, and how each grant stands."""
    numbers = [number for number, _ in pairs[:SHOWN]]
    joined = zip(pairs, grants_of(app).identities(numbers), grants_of(app).heads(numbers), strict=False)
    rows = []
    for (number, version), identity, head in joined:
        content = grants_of(app).content(number, version)
        names = names_of(app, [identity.grantee])
        status = pick(STATUSES[head.status])
        title = content.title if content is not None else ""
        rows.append((number, version, title, names.get(identity.grantee, ""), status, last_day(head.end)))
    headers = (
        ("授权编号", "版本", "授权名称", "被授权方", "状态", "截止日期") if chinese()
        else ("grant", "version", "title", "grantee", "status", "last day")
    )  # fmt: skip
    table(headers, rows)
    if len(pairs) > SHOWN:
        note(f"… and {len(pairs) - SHOWN} more", f"……其余 {len(pairs) - SHOWN} 项")


def _show_in_full(app: App, one: "Candidate", scope: "Scope") -> None:
    from ledger.model.grant_words import KINDS, MODES, PURPOSES, named_set

    identity, terms = one.identity, one.version.terms
    names = names_of(app, [identity.grantor, identity.grantee, identity.implementer])
    kind = pick(KINDS[identity.kind]) + (f" {pick(MODES[identity.mode])}" if identity.mode else "")
    purposes = pick(named_set(PURPOSES, terms.purposes))
    content = grants_of(app).content(one.number, one.version_number)
    title = content.title if content is not None else pick(Message("(malformed content)", "（内容格式有误）"))

    def party(code: str) -> str:
        return f"{names.get(code, '')} ({code})" if code else ""

    rows: list[tuple[Message, object]] = [
        (Message("grant", "授权编号"), f"{one.number} v{one.version_number} ({pick(BASES[one.version.basis])})"),
        (Message("title", "授权名称"), title),
        (Message("kind", "类型"), kind),
        (Message("delegated from", "上级授权"), identity.parent or ""),
        (Message("grantor", "授权主体"), party(identity.grantor)),
        (Message("implementing body", "实施机构"), party(identity.implementer)),
        (Message("grantee", "被授权方"), party(identity.grantee)),
        (Message("term", "期限"), shown_terms(terms)),
        (Message("area", "数据区域"), f"{terms.area:012d}"),
        (Message("highest level", "最高级别"), terms.level),
        (Message("purposes", "用途"), purposes),
        (Message("delegations", "可再授权级数"), terms.delegations),
    ]
    if content is not None:
        wordings = content.wordings()
        rows += [
            (wordings[name].label, value.replace("\n", "；"))
            for name, value in content.stated().items()
            if name != "title"
        ]
    taken = [approval for approval in Approval if one.procedure.taken & approval.bit]
    rows += [
        (Message("approvals taken", "已办程序"), _listed(taken)),
        (Message("approvals missing", "待办程序"), _listed(one.procedure.missing)),
        (Message("scope", "授权范围"), pick(Message(f"{scope.count} listed", f"{scope.count} 项"))),
        (Message("scope digest", "范围摘要"), to_hex(scope.digest)),
    ]
    headers = ("字段", "内容") if chinese() else ("field", "value")
    table(headers, [(pick(label), value) for label, value in rows if value not in ("", None)])
    say(
        "scope and digest are computed here from the chain's listing acts:",
        "授权范围及摘要由本机依据链上列入记录计算：",
    )
    _show_scope(app, identity.mode, scope)


def _listed(approvals: Sequence[Approval]) -> str:
    return ("、" if chinese() else ", ").join(pick(APPROVALS[approval]) for approval in approvals)


def _show_scope(app: App, mode: Mode, scope: "Scope") -> None:
    from ledger.grant.items import item_names, words_for
    from ledger.model.grant_words import OPERATIONS, named_set

    if mode is Mode.OVERALL:
        names = names_of(app, [one.provider for one in scope.providers])
        heads = ("提供单位", "操作", "最高级别") if chinese() else ("provider", "operations", "level")
        listed = [
            (names.get(one.provider, one.provider), pick(named_set(OPERATIONS, one.operations)), one.level)
            for one in scope.providers[:SHOWN]
        ]
        table(heads, listed)
    else:
        headers = ("条目", "版本", "操作", "信息项") if chinese() else ("entry", "version", "operations", "items")
        rows = []
        with app.mirror.catalog() as catalog:
            for one in scope.entries[:SHOWN]:
                content = catalog.content_of(one.entry, one.version)
                items = pick(words_for(one.items, item_names(content)))
                title = _entry_title(one.entry, content)
                rows.append((title, one.version, pick(named_set(OPERATIONS, one.operations)), items))
        table(headers, rows)
    if scope.count > SHOWN:
        note(f"… and {scope.count - SHOWN} more", f"……其余 {scope.count - SHOWN} 项")


def _entry_title(entry: EntryId, content: bytes | None) -> str:
    from ledger.grant.items import title_of

    return title_of(content) or to_hex(entry)


def _title(app: App, one: "Candidate") -> str:
    content = grants_of(app).content(one.number, one.version_number)
    return content.title if content is not None else ""
