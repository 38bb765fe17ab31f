"""The page of one entry: what it says, where it stands on the chain, its versions, and how to check it."""

from typing import Any

import msgspec

from ledger.indexer.registration_rows import EntryHoldRow, ObjectionRow
from ledger.indexer.rows import RETIRED, EntryRow
from ledger.model.ids import to_hex
from ledger.model.suppression import SUPPRESSED, Suppression
from registry_api.portal.entry_parts import distributions, items
from registry_api.portal.frame import CYCLES, OPENS, SHARES, Reader, definitions, hash_text, settled, unreadable
from registry_api.portal.listing import badges, title_of
from registry_api.portal.markup import Html, element, join, outward
from registry_api.reading import Moment

_FORMAT_CLASSES = {
    "1": ("电子文件", "file"),
    "2": ("电子表格", "spreadsheet"),
    "3": ("数据库", "database"),
    "4": ("图形图像", "graphic"),
    "5": ("流媒体", "stream"),
    "6": ("自描述格式", "self-describing"),
    "7": ("服务接口", "service"),
}


def entry_content(
    who: Reader,
    row: EntryRow,
    history: list[EntryRow],
    names: dict[str, str],
    moment: Moment,
    final: bool,
    holds: list[EntryHoldRow],
    marks: list[ObjectionRow],
    grants: Html | None,
    withheld: Suppression | None,
) -> Html:
    """The page's content.

    Args:
        final: whether the act that began this version is.
        holds: the registrations of the entry, under way or in force.
        marks: the objections that mark it.
        grants: the panel of the grants that list it.
        withheld: why the content is not shown, where it is suppressed.
    """
    content: dict[str, Any] = {} if row.malformed is not None else msgspec.json.decode(row.content)
    provider = names.get(row.provider, row.provider)
    return join(
        _notice(who, row, history, withheld),
        _marked(who, marks) if marks else None,
        element(
            "header",
            element("p", element("a", who("← 目录", "← Catalog"), href=who.href("/")), class_="back"),
            element("h1", title_of(who, row)),
            element(
                "p",
                element("a", provider, href=who.href("/", provider=row.provider), class_="provider"),
                badges(who, row),
            ),
            class_="entry-head",
        ),
        element(
            "div",
            element(
                "div",
                _abstract(who, row, content),
                _facts(who, row, content, names),
                items(who, content),
                distributions(who, content),
                class_="column",
            ),
            element(
                "div",
                _record(who, row, final),
                verify_panel(who, row),
                _registrations(who, holds) if holds else None,
                grants,
                _history(who, row, history),
                class_="column side",
            ),
            class_="columns",
        ),
    )  # fmt: skip


def _notice(who: Reader, row: EntryRow, history: list[EntryRow], withheld: Suppression | None) -> Html | None:
    newest = history[0] if history else row
    if row.malformed is not None:
        return unreadable(who, row.malformed, withheld)
    if newest.version != row.version or row.to_block is not None:
        link = element(
            "a", who("查看最新版本", "See the newest version"), href=who.href(f"/entries/{to_hex(row.entry_id)}")
        )
        text = who(f"这是第 {row.version} 版，已被取代。", f"Version {row.version} has been superseded. ")
        return element("p", text, link, class_="notice")
    if row.status == RETIRED:
        return element(
            "p", who("该条目已停用，记录仍然保留。", "This entry is retired; its record stays."), class_="notice"
        )
    return None


def _marked(who: Reader, marks: list[ObjectionRow]) -> Html:
    numbers = "、".join(str(mark.objection) for mark in marks) if not who.english else None
    numbers = numbers or ", ".join(str(mark.objection) for mark in marks)
    text = who(
        f"该条目的数据有异议正在核实或已查实尚未更正（异议 {numbers} 号），请谨慎使用。",
        f"Objections against its data are being verified, or were upheld and not corrected: {numbers}. Use with care.",
    )
    return element("p", text, class_="notice")


def _registrations(who: Reader, holds: list[EntryHoldRow]) -> Html:
    lines = [
        element(
            "li",
            element(
                "a", hold.number, href=who.href(f"/registrations/{hold.number}", version=hold.version), class_="number"
            ),
            " ",
            who(f"第 {hold.version} 版", f"version {hold.version}"),
        )
        for hold in holds
    ]
    return element(
        "section",
        element("h2", who("登记", "Registrations")),
        element("ul", *lines, class_="distributions"),
        class_="panel",
    )


def _abstract(who: Reader, row: EntryRow, content: dict[str, Any]) -> Html | None:
    if not row.abstract:
        return None
    return element("section", element("h2", who("摘要", "Abstract")), element("p", row.abstract, class_="abstract"))


def _facts(who: Reader, row: EntryRow, content: dict[str, Any], names: dict[str, str]) -> Html:
    cycle = who.of(CYCLES[row.update_cycle]) if row.update_cycle in CYCLES else row.update_cycle
    if content.get("update_cycle_text"):
        cycle = content["update_cycle_text"]
    format_class = _FORMAT_CLASSES.get(content.get("format_class", ""))
    landing = content.get("landing_page")
    replaces = content.get("replaces")
    provider = names.get(row.provider, row.provider)
    if content.get("provider_derived"):
        provider += who("（由摘要推定）", " (derived from the abstract)")
    submitter = names.get(row.submitter, row.submitter) if row.submitter != row.provider else None
    aggregated = content.get("aggregated")
    aggregated_text = (
        {True: who("是", "yes"), False: who("否", "no")}.get(aggregated) if aggregated is not None else None
    )
    pairs = (
        (who("提供单位", "Provider"), provider),
        (who("统一社会信用代码", "Code"), element("code", row.provider)),
        (who("登记单位", "Submitted by"), submitter),
        (who("本地编码", "Local code"), element("code", row.local_code) if row.local_code else None),
        (who("职责", "Mandate"), content.get("mandate")),
        (who("主题", "Theme"), row.theme),
        (who("关键词", "Keywords"), "、".join(content.get("keywords", []))),
        (who("共享属性", "Sharing"), who.of(SHARES[row.share])),
        (who("共享条件", "Share condition"), content.get("share_condition")),
        (who("共享方式", "Share method"), content.get("share_method")),
        (who("开放属性", "Opening"), who.of(OPENS[row.open])),
        (who("开放条件", "Open condition"), content.get("open_condition")),
        (who("数据级别", "Level"), who(f"{row.level} 级", f"{row.level}") if row.level else None),
        (who("更新周期", "Update cycle"), cycle),
        (who("格式分类", "Format class"), who.of(format_class) if format_class else None),
        (who("格式", "Formats"), "、".join(content.get("formats", []))),
        (who("是否汇聚", "Aggregated"), aggregated_text),
        (who("资源代码", "Resource code"), content.get("resource_code")),
        (who("信息系统", "System"), content.get("system")),
        (who("库表", "Table"), content.get("table")),
        (who("空间范围", "Spatial"), content.get("spatial")),
        (who("许可", "License"), _maybe_link(content.get("license"))),
        (who("页面", "Page"), outward(landing) if landing else None),
        (who("发布日期", "Issued"), content.get("issued")),
        (who("修改日期", "Modified"), content.get("modified")),
        (who("更新日期", "Updated"), content.get("updated")),
        (who("数据来源", "Source"), row.source),
        (who("取代条目", "Replaces"), _entry_link(who, replaces) if replaces else None),
    )  # fmt: skip
    return element("section", element("h2", who("基本信息", "Facts")), definitions(*pairs))


def _maybe_link(text: str | None) -> Html | None:
    return outward(text) if text else None


def _entry_link(who: Reader, id: str) -> Html:
    return element("a", element("code", id[:18] + "…"), href=who.href(f"/entries/{id}"))


def _record(who: Reader, row: EntryRow, final: bool) -> Html:
    return element(
        "section",
        element("h2", who("链上记录", "On the chain"), " ", settled(who, final)),
        definitions(
            (who("条目标识", "Entry id"), hash_text(row.entry_id)),
            (who("版本", "Version"), str(row.version)),
            (who("内容摘要", "Content digest"), hash_text(row.content_digest)),
            (who("账本记录", "Act"), element("a", f"#{row.act_index}", href=f"/v1/acts/{row.act_index}")),
            (who("区块", "Block"), f"{row.from_block:,}"),
            (who("时间", "Time"), join(who.time(row.from_time), who("（北京时间）", " (UTC+8)"))),
            (who("签名账户", "Account"), hash_text(row.account)),
            (who("理由摘要", "Reason digest"), hash_text(row.reason) if row.reason and any(row.reason) else None),
        ),
        class_="panel",
    )


def verify_panel(who: Reader, row: EntryRow) -> Html | None:
    """The bundle and the command that checks it; None where the bundle would say what is suppressed."""
    if row.malformed == SUPPRESSED and row.status != RETIRED:
        return None
    id = to_hex(row.entry_id)
    file_name, address = f"entry-{id[2:14]}-v{row.version}.json", f"/v1/entries/{id}/proof?version={row.version}"
    if row.status == RETIRED:
        file_name, address = f"act-{row.act_index}.json", f"/v1/acts/{row.act_index}/proof"
    return element(
        "section",
        element("h2", who("自行核验", "Check it yourself")),
        element(
            "p",
            who(
                "证明包含有这一版的原文及其在账本中的位置。下载后在自己的电脑上核验，无须相信本网站。",
                "The bundle holds this version as it was recorded, and its place in the journal. Check it on your own "
                "machine; this site need not be believed.",
            ),
        ),
        element(
            "p",
            element(
                "a",
                who("下载证明包", "Download the bundle"),
                class_="button strong",
                href=address,
                download=file_name,
            ),
        ),
        command(who, f"mulu verify {file_name}"),
        element(
            "p", element("a", who("核验步骤与信任文件 →", "Steps, and the trust file →"), href=who.href("/verify"))
        ),
        class_="panel verify",
    )


def command(who: Reader, text: str) -> Html:
    """A command line; a script adds a button that copies it."""
    return element(
        "pre", element("code", text), class_="command", data_copy=who("复制", "Copy"), data_done=who("已复制", "Copied")
    )


def _history(who: Reader, row: EntryRow, history: list[EntryRow]) -> Html:
    path = f"/entries/{to_hex(row.entry_id)}"
    lines = []
    for version in history:
        what = (
            who("停用", "retired")
            if version.status == RETIRED
            else who("首次登记", "added")
            if version.version == 1
            else who("变更", "changed")
        )
        lines.append(
            element(
                "li",
                element(
                    "a",
                    who(f"第 {version.version} 版", f"version {version.version}"),
                    href=who.href(path, version=version.version),
                    aria_current="true" if version.version == row.version else None,
                ),
                " ",
                what,
                element("br"),
                element("small", who.time(version.from_time), who(" · 区块 ", " · block "), f"{version.from_block:,}"),
            )
        )
    more = None
    if history and history[-1].version > 1:
        more = element(
            "p",
            element("a", who("更早的版本", "Earlier versions"), href=f"/v1{path}/history?after={history[-1].version}"),
        )
    return element(
        "section",
        element("h2", who("版本", "Versions")),
        element("ol", *lines, class_="versions"),
        more,
        class_="panel",
    )
