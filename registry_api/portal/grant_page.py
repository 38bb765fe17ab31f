"""The page of one grant: what it says, who approved it, what it covers, its tree, its products and disclosures."""

from typing import Final

from ledger.errors import Malformed
from ledger.grant.derivation import day_text
from ledger.indexer.grant_rows import (
    GrantApprovalRow,
    GrantStepRow,
)
from ledger.model.grant import Approval, Basis, GrantContent, Stage, approvals_in
from ledger.model.grant_words import (
    APPROVALS,
    BASES,
    PURPOSES,
    STAGES,
    STEPS,
    named_set,
)
from registry_api.portal.frame import Reader, definitions, hash_text, settled, unreadable
from registry_api.portal.grant_listing import status_tag, tags, title_of
from registry_api.portal.grant_parts import Shown, disclosures, products, scope
from registry_api.portal.markup import Html, element, join

_BAD: Final = frozenset({"REFUSED", "WITHDRAWN", "SUSPENDED", "TERMINATED", "REVOKED", "EXITED", "CLOSED"})


def grant_content(who: Reader, of: Shown) -> Html:
    """The page's content."""
    row = of.grant
    return join(
        _notice(who, of),
        element(
            "header",
            element("p", element("a", who("← 授权", "← Grants"), href=who.href("/grants")), class_="back"),
            element("h1", title_of(who, row)),
            element(
                "p",
                element(
                    "span",
                    f"{of.name(row.grantor)} → {of.name(row.grantee)}",
                    class_="provider",
                ),
                tags(who, row, of.clock),
            ),
            class_="entry-head",
        ),
        element(
            "div",
            element(
                "div",
                _words(who, of),
                _timeline(who, of),
                scope(who, of),
                products(who, of),
                disclosures(who, of),
                class_="column",
            ),
            element("div", _state(who, of), _tree(who, of), _record(who, of), _versions(who, of), class_="column side"),
            class_="columns",
        ),
    )


def _notice(who: Reader, of: Shown) -> Html | None:
    if of.version.malformed is not None:
        return unreadable(who, of.version.malformed)
    above = next((one for one in of.ancestors if not of.effective[one.grant]), None)
    if above is not None and not of.effective[of.grant.grant]:
        link = element("a", title_of(who, above), href=who.href(f"/grants/{above.grant}"))
        return element(
            "p", who("上级授权现未生效，本授权随之无效：", "A grant above is not in force: "), link, class_="notice bad"
        )
    return None


def _words(who: Reader, of: Shown) -> Html | None:
    try:
        stated = GrantContent.parse(of.content).stated()
    except Malformed:
        return None
    labels = GrantContent.wordings()
    pairs = [
        (who.of(labels[name].label), element("span", value, class_="abstract"))
        for name, value in stated.items()
        if name != "title"
    ]
    if not pairs:
        return None
    return element("section", element("h2", who("方案要点", "What the plan says")), definitions(*pairs))


def _timeline(who: Reader, of: Shown) -> Html:
    approvals = {row.act_index: row for row in of.approvals}
    items = [_step(who, of, step, approvals.get(step.act_index)) for step in of.steps]
    if of.version.open:
        missing = approvals_in(of.version.required & ~of.version.taken)
        words = who("、", ", ").join(who.of(APPROVALS[Approval[name]]) for name in missing)
        items.append(element("li", element("b", who("待", "awaiting "), words), class_="awaited"))
    heading = element("h2", who("审批与经过", "Approvals and what was done"))
    return element("section", heading, element("ol", *items, class_="versions timeline"))


def _step(who: Reader, of: Shown, step: GrantStepRow, approval: GrantApprovalRow | None) -> Html:
    said = who.of(STEPS[step.step])
    if step.detail is None:
        pass
    elif step.detail in Approval.__members__:
        asked = who.of(APPROVALS[Approval[step.detail]])
        said = asked if approval is not None else f"{asked}{who('：', ': ')}{said}"
    elif step.detail in Basis.__members__:
        said = f"{said}{who('：', ': ')}{who.of(BASES[Basis[step.detail]])}"
    else:
        said = f"{said}{who(f'：{step.detail} 项', f': {step.detail}')}"
    more: list[Html | str | None] = []
    if approval is not None:
        day = day_text(approval.date)
        more += [
            who(f" · 会议日期 {day}", f" · held on {day}") if day else None,
            f" · {of.name(approval.provider)}" if approval.provider else None,
            element("br"),
            who("文件摘要值 ", "document "),
            hash_text(approval.document) if approval.document else None,
        ]
    return element(
        "li",
        element("b", said),
        element("br"),
        element(
            "small",
            who.time(step.time),
            f" · {of.name(step.organization)}" if step.organization else None,
            " · ",
            element("a", who(f"记录 #{step.act_index}", f"act #{step.act_index}"), href=f"/v1/acts/{step.act_index}"),
            " · ",
            element("a", who("证明包", "bundle"), href=f"/v1/acts/{step.act_index}/proof"),
            *more,
        ),
        class_="bad" if step.step in _BAD else "good" if approval is not None and approval.entered else None,
    )


def _state(who: Reader, of: Shown) -> Html:
    row, version = of.grant, of.version
    effective = of.effective[row.grant]
    return element(
        "section",
        element("h2", who("授权状态", "State"), " ", status_tag(who, row, of.clock)),
        definitions(
            (who("授权编号", "Number"), str(row.grant)),
            (who("授权主体", "Grantor"), of.name(row.grantor)),
            (who("实施机构", "Implementing body"), of.name(row.implementer) if row.implementer else None),
            (who("被授权方", "Grantee"), of.name(row.grantee)),
            (who("连同上级有效", "Effective"), who("是", "yes") if effective else who("否", "no")),
            (who("生效日期", "In force from"), who.day(row.valid_from) if row.valid_from else None),
            (who("期限至", "Until"), who.last_day(row.valid_until or version.end)),
            (who("区划", "Area"), f"{version.area:012d}"),
            (who("数据最高级别", "Highest level"), str(version.level)),
            (who("用途", "Purposes"), who.of(named_set(PURPOSES, version.purposes))),
            (who("可再分解层数", "Delegations left"), str(version.delegations) if version.delegations else None),
        ),
        class_="panel",
    )


def _tree(who: Reader, of: Shown) -> Html | None:
    if not of.ancestors and not of.descendants:
        return None
    rows = [*reversed(of.ancestors), of.grant, *of.descendants]
    items = [
        element(
            "li",
            element(
                "a",
                title_of(who, row),
                href=who.href(f"/grants/{row.grant}"),
                aria_current="true" if row.grant == of.grant.grant else None,
            ),
            " ",
            status_tag(who, row, of.clock),
            element("br"),
            element(
                "small",
                who(f"第 {row.depth} 层分解 · ", f"delegated, step {row.depth} · ") if row.depth else None,
                of.name(row.grantee),
                None if of.effective[row.grant] else who(" · 现未生效", " · not effective"),
            ),
        )
        for row in rows
    ]
    heading = element("h2", who("授权链", "Delegations"))
    return element("section", heading, element("ol", *items, class_="versions"), class_="panel")


def _record(who: Reader, of: Shown) -> Html:
    row, version = of.grant, of.version
    return element(
        "section",
        element("h2", who("链上记录", "On the chain"), " ", settled(who, of.final)),
        definitions(
            (who("内容摘要", "Content digest"), hash_text(version.content_digest)),
            (who("范围摘要", "Scope digest"), hash_text(version.scope_digest) if version.scope_digest else None),
            (who("协议摘要", "Agreement"), hash_text(version.agreement) if version.agreement else None),
            (who("账本记录", "Act"), element("a", f"#{row.from_index}", href=f"/v1/acts/{row.from_index}")),
            (who("区块", "Block"), f"{row.from_block:,}"),
            (who("时间", "Time"), join(who.time(row.from_time), who("（北京时间）", " (UTC+8)"))),
        ),
        class_="panel",
    )


def _versions(who: Reader, of: Shown) -> Html:
    lines = [
        element(
            "li",
            element(
                "a",
                who(f"第 {row.version} 版", f"version {row.version}"),
                href=who.href(f"/grants/{row.grant}", version=row.version),
                aria_current="true" if row.version == of.version.version else None,
            ),
            " ",
            element("span", who.of(BASES[Basis[row.basis]]), class_="tag"),
            " ",
            element("span", who.of(STAGES[Stage[row.stage]]), class_="tag"),
            element("br"),
            element("small", who.day(row.start), " – ", who.last_day(row.end)),
        )
        for row in reversed(of.versions)
    ]
    return element(
        "section", element("h2", who("版本", "Versions")), element("ol", *lines, class_="versions"), class_="panel"
    )
