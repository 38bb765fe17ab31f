"""The yearly report as a page of Markdown, Chinese first: made of the report's document and of nothing else."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from ledger.model import disclosure, product
from ledger.model.content import Content
from ledger.model.disclosure import DisclosureContent
from ledger.model.grant import Approval, GrantContent, Kind, Mode, Operation, Purpose, Status
from ledger.model.grant_words import (
    APPROVALS,
    DISCLOSURES,
    FORMS,
    KINDS,
    MODES,
    OPERATIONS,
    PRODUCT_STATUSES,
    PURPOSES,
    STATUSES,
    priced,
)
from ledger.model.workdays import SHANGHAI

_SHOWN_DIGITS = 18


def markdown(report: dict[str, Any]) -> str:
    """The page of a document that `ledger.grant.report` made."""
    grant, as_of = report["grant"], report["as_of"]
    lines = [f"# {report['year']} 年度公共数据授权披露报告", ""]
    lines += [f"授权编号：{grant['number']}　{_said(_title(grant))}", ""]
    lines += _first_part(grant)
    lines += _second_part(report)
    lines += _third_part(report)
    lines += [
        "## 附：数据来源",
        "",
        (
            f"本报告由账本记录生成，截至区块 {as_of['block']}（{_time(as_of['time'])}），"
            f"账本共 {as_of['journal_size']} 条记录，区块哈希 {as_of['hash']}。各项均可由所列记录序号核验。"
        ),
        "",
    ]
    return "\n".join(lines)


def _first_part(grant: dict[str, Any]) -> list[str]:
    mode = f"（{MODES[Mode[grant['mode']]].zh}）" if grant["mode"] else ""
    facts = [
        ("授权方式", KINDS[Kind[grant["kind"]]].zh + mode),
        ("授权主体", _party(grant["grantor"])),
        ("实施机构", _party(grant["implementer"])),
        ("被授权方", _party(grant["grantee"])),
        ("授权期限", f"{_day(grant['start'])}至{_last_day(grant['end'])}" if grant["start"] else "尚未生效"),
        ("区划", grant["area"]),
        ("数据最高级别", f"{grant['level']}级"),
        ("用途", "、".join(PURPOSES[Purpose[name]].zh for name in grant["purposes"])),
        ("版本", f"第 {grant['version']} 版"),
    ]
    lines = ["## 一、授权和实施情况", "", *_table(("项目", "内容"), [fact for fact in facts if fact[1]])]
    lines += ["### 授权内容", "", *_texts(GrantContent, grant["content"])]
    lines += [f"### 授权范围（共 {grant['scope_count']} 项）", ""]
    lines += _table(
        ("序号", "提供单位", "目录", "操作"),
        [
            (
                at,
                _party(row["provider"]),
                (row["title"] or row["entry"]) if row["entry"] else f"全部目录（至 {row['level']} 级）",
                "、".join(OPERATIONS[Operation[name]].zh for name in row["operations"]),
            )
            for at, row in enumerate(grant["scope"], 1)
        ],
    )
    lines += ["### 审批", ""]
    lines += _table(
        ("时间", "环节", "单位", "文件摘要值", "记录"),
        [
            (
                _time(row["time"]),
                APPROVALS[Approval[row["approval"]]].zh,
                row["organization_name"] or row["organization"],
                _short(row["document"]),
                row["act_index"],
            )
            for row in grant["approvals"]
        ],
    )
    lines += ["### 年度内状态", ""]
    return lines + _table(
        ("自", "状态", "版本", "期限至", "记录"),
        [
            (
                _time(row["since"]),
                STATUSES[Status[row["status"]]].zh,
                row["version"],
                _last_day(row["until"]),
                row["act_index"],
            )
            for row in grant["statuses"]
        ],
    )


def _second_part(report: dict[str, Any]) -> list[str]:
    lines = ["## 二、运营情况", "", f"### 产品和服务清单（共 {len(report['products'])} 项）", ""]
    lines += _table(
        ("编号", "名称", "形态", "用途", "运营机构", "状态"),
        [
            (
                row["number"],
                row["name"],
                FORMS[product.Form[row["form"]]].zh,
                "、".join(PURPOSES[Purpose[name]].zh for name in row["purposes"]),
                _party(row["operator"]),
                PRODUCT_STATUSES[product.Status[row["status"]]].zh,
            )
            for row in report["products"]
        ],
    )
    used = {one["entry"]: one["title"] for row in report["products"] for one in row["inputs"]}
    lines += [f"### 使用的公共数据资源（共 {len(used)} 项）", ""]
    lines += _table(("目录", "标识"), [(title, _short(entry)) for entry, title in sorted(used.items())])
    lines += ["### 收费情况", ""]
    return lines + _table(
        ("产品", "自", "收费标准", "上限收费标准", "试行", "记录"),
        [
            (
                row["name"] or row["number"],
                _time(price["since"]),
                _amount(price["price"], price["unit"]),
                _amount(price["ceiling"], price["unit"]),
                "是" if price["trial"] else "否",
                price["act_index"],
            )
            for row in report["products"]
            for price in row["prices"]
        ],
    )


def _third_part(report: dict[str, Any]) -> list[str]:
    lines = ["## 三、披露情况", ""]
    for row in report["disclosures"]:
        lines += [f"### {DISCLOSURES[disclosure.Kind[row['kind']]].zh}", ""]
        due = _last_day(row["deadline"]) if row["deadline"] else "未规定"
        if not row["disclosed"]:
            lines += [f"未披露（期限：{due}{'，已逾期' if row['late'] else ''}）。", ""]
            continue
        late = "逾期披露" if row["late"] else "按期披露"
        lines += [
            (
                f"{row['organization_name'] or row['organization']}于 {_time(row['time'])} 披露"
                f"（第 {row['version']} 版，期限：{due}，{late}；记录 {row['act_index']}）。"
            ),
            "",
            *_texts(DisclosureContent, row["content"]),
        ]
    return lines


def _texts(kind: type[Content], stated: dict[str, str] | None) -> list[str]:
    if stated is None:
        return ["（内容不符合格式，从略。）", ""]
    labels = kind.wordings()
    lines = []
    for name, value in stated.items():
        lines += [f"- {labels[name].label.zh}：{_said(value)}"]
    return [*lines, ""]


def _table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    made = [[_said("" if cell is None else str(cell)) for cell in row] for row in rows]
    if not made:
        return ["无。", ""]
    lines = [f"| {' | '.join(headers)} |", f"|{' --- |' * len(headers)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in made), ""]


def _said(value: str) -> str:
    """Text that stays text: no markup of Markdown or HTML, no line that ends a table's row."""
    for sign in "\\`*_[]<>|#":
        value = value.replace(sign, "\\" + sign)
    return value.replace("&", "&amp;").replace("\n", " ")


def _title(grant: dict[str, Any]) -> str:
    return (grant["content"] or {}).get("title") or "（标题从略）"


def _party(party: dict[str, str | None] | None) -> str:
    if party is None:
        return ""
    return f"{party['name']}（{party['code']}）" if party["name"] else str(party["code"])


def _amount(fen: str | None, unit: str) -> str:
    return priced(None if fen is None else int(fen), unit).zh or "未定"


def _short(digest: str | None) -> str:
    return "" if digest is None else digest[:_SHOWN_DIGITS] + "…"


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(SHANGHAI)


def _time(text: str) -> str:
    return f"{_local(text):%Y-%m-%d %H:%M}"


def _day(text: str) -> str:
    return f"{_local(text):%Y年%m月%d日}"


def _last_day(text: str) -> str:
    """What ends at the first second of a day has the day before as its last."""
    return f"{_local(text) - timedelta(seconds=1):%Y年%m月%d日}"
