"""Plans of grants from a file: first ones, children of a grant, amendments, renewals.

The columns that are no terms are those of the content (授权名称, 应用场景 …). A start is the first day, `until` the
last one. What an amendment leaves blank stays as it is in the version in force.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ledger.grant import spellings
from ledger.grant.records import Terms
from ledger.grant.rows import Cells, Columns, code_by, read_rows, require_good
from ledger.model.content import ContentRefused
from ledger.model.grant import GrantContent, Kind, Mode, Purpose
from ledger.model.grant_words import PURPOSES, named_set
from ledger.model.message import Message
from ledger.model.workdays import local_date
from ledger.publish.directory import Directory

_CONTENT: Final = {name: (wording.label.zh,) for name, wording in GrantContent.wordings().items()}
_TERMS: Final = {
    "start": ("开始日期", "授权起始日", "起始日期"),
    "until": ("截止日期", "有效期至", "授权截止日"),
    "area": ("区划代码", "数据区域", "区域"),
    "level": ("最高级别", "数据级别", "级别"),
    "purposes": ("用途", "使用目的"),
    "delegations": ("可再授权级数", "可再授权次数"),
}
_PARTIES: Final = {
    "kind": ("授权类型", "授权方式"),
    "mode": ("授权模式",),
    "implementer": ("实施机构",),
    "grantee": ("被授权方", "被授权单位", "运营机构"),
}
_GRANT: Final = {"grant": ("授权编号",)}
PLANS: Final = Columns({**_PARTIES, **_TERMS, **_CONTENT}, "grants")
"""Columns of first plans, and of children."""
AMENDMENTS: Final = Columns({**_GRANT, **_TERMS, **_CONTENT}, "amendments")
RENEWALS: Final = Columns({**_GRANT, "until": _TERMS["until"], **_CONTENT}, "renewals")
_AREA_PARTS: Final = (2, 4, 6, 9, 12)
NUMBER_MOST: Final = 2**32 - 1
DELEGATIONS_MOST: Final = 3
PURPOSES_OF: Final = {
    Kind.OPERATE: Purpose.GOVERNANCE | Purpose.PUBLIC_GOOD | Purpose.INDUSTRY | Purpose.SECTOR,
    Kind.SHARE: Purpose.DUTY | Purpose.GOVERNANCE | Purpose.PUBLIC_GOOD,
}
"""What each kind can be for, as `Plans` has it."""


@dataclass(frozen=True, slots=True)
class PlannedGrant:
    """A grant to be planned (`IPlans.NewGrant`). Codes are those of organizations; times are Unix seconds."""

    row: int
    kind: Kind
    mode: Mode
    parent: int
    implementer: str | None
    grantee: str
    terms: Terms
    content: GrantContent

    def to_call(self) -> dict[str, Any]:
        """The contract's struct."""
        terms = self.terms
        return {
            "kind": int(self.kind),
            "mode": int(self.mode),
            "parent": self.parent,
            "implementer": self.implementer.encode("ascii") if self.implementer else bytes(18),
            "grantee": self.grantee.encode("ascii"),
            "start": terms.start,
            "end": terms.end,
            "area": terms.area,
            "level": terms.level,
            "purposes": terms.purposes,
            "delegations": terms.delegations,
            "content": self.content.encode(),
        }


@dataclass(frozen=True, slots=True)
class NextVersion:
    """What a row says of a grant's next version; None is left as it is."""

    row: int
    grant: int
    end: int
    area: int | None
    level: int | None
    purposes: int | None
    delegations: int | None
    content: GrantContent


@dataclass(frozen=True, slots=True)
class Above:
    """A parent, and what its children have to stay within, for earlier and kinder errors; the chain decides."""

    parent: int
    terms: Terms


def read_plans(
    path: Path, directory: Directory, sheet: str | None = None, above: Above | None = None
) -> tuple[str, list[PlannedGrant]]:
    """The plans in a file; below a parent they are its children, all of kind SHARE.

    Raises RowsRefused with what is wrong in every row, FileRefused when the file cannot be used at all.
    """
    file, rows = read_rows(path, PLANS, sheet)
    plans: list[PlannedGrant] = []
    seen: dict[tuple[Any, ...], int] = {}
    for cells in rows:
        plan = _plan(cells, directory, above)
        if plan is None:
            continue
        key = (plan.kind, plan.grantee, plan.terms, plan.content)
        if key in seen:
            why = Message(f"repeats row {seen[key]}", f"与第 {seen[key]} 行完全相同")
            cells.refuse(None, "", "row_twice", why, Message("remove one", "请删除其一"))
        seen.setdefault(key, cells.row)
        plans.append(plan)
    require_good(file, rows)
    return file, plans


def read_versions(path: Path, columns: Columns, sheet: str | None = None) -> tuple[str, list[NextVersion]]:
    """The amendments or renewals in a file. Raises as `read_plans`."""
    file, rows = read_rows(path, columns, sheet)
    found: list[NextVersion] = []
    seen: dict[int, int] = {}
    for cells in rows:
        grant = cells.read("grant", spellings.number(1, NUMBER_MOST))
        end = cells.read("until", spellings.last_second)
        area = cells.read("area", spellings.area, 0)
        level = cells.read("level", spellings.level, 0)
        purposes = cells.read("purposes", spellings.purposes, 0)
        delegations = cells.read("delegations", spellings.number(0, DELEGATIONS_MOST), -1)
        content = _content(cells)
        if grant in seen:
            why = Message(f"repeats row {seen[grant]}", f"与第 {seen[grant]} 行是同一授权")
            cells.refuse("grant", str(grant), "row_twice", why, Message("keep one", "请只保留一行"))
        if grant is None or end is None or content is None or cells.refusals:
            continue
        seen[grant] = cells.row
        known = delegations if delegations != -1 else None
        found.append(NextVersion(cells.row, grant, end, area or None, level or None, purposes or None, known, content))
    require_good(file, rows)
    return file, found


def _plan(cells: Cells, directory: Directory, above: Above | None) -> PlannedGrant | None:
    parent = above.parent if above else 0
    kind = cells.read("kind", spellings.one_of(spellings.KINDS), Kind.SHARE if parent else None)
    operate = kind is Kind.OPERATE
    if operate and parent:
        why = Message("an OPERATE grant cannot be delegated", "授权运营不得再授权")
        cells.refuse("kind", cells.get("kind"), "not_delegable", why, Message("leave it blank", "请留空"))
    mode = cells.read("mode", spellings.one_of(spellings.MODES), None if operate else Mode.NONE)
    if kind is Kind.SHARE and mode:
        why = Message("a SHARE grant has no mode", "共享使用授权不分模式")
        cells.refuse("mode", cells.get("mode"), "mode_of_share", why, Message("leave it blank", "请留空"))
    implementer = cells.read("implementer", code_by(directory), None if operate else "")
    if kind is Kind.SHARE and implementer:
        why = Message("a SHARE grant has no implementing body", "共享使用授权没有实施机构")
        cells.refuse("implementer", implementer, "implementer_of_share", why, Message("leave it blank", "请留空"))
    grantee = cells.read("grantee", code_by(directory))
    start = cells.read("start", spellings.first_second)
    end = cells.read("until", spellings.last_second)
    area = cells.read("area", spellings.area)
    level = cells.read("level", spellings.level)
    purposes = cells.read("purposes", spellings.purposes)
    if kind is not None and purposes is not None and purposes & ~PURPOSES_OF[kind]:
        allowed = named_set(PURPOSES, PURPOSES_OF[kind])
        why = Message("a grant of this kind is not for all of these", "该类授权不能用于其中某些用途")
        what = Message(f"choose from {allowed.en}", f"可选：{allowed.zh}")
        cells.refuse("purposes", cells.get("purposes"), "purpose_of_other_kind", why, what)
    delegations = cells.read("delegations", spellings.number(0, DELEGATIONS_MOST), 0)
    if operate and delegations:
        why = Message("an OPERATE grant cannot be delegated", "授权运营不得再授权")
        cells.refuse("delegations", str(delegations), "not_delegable", why, Message("leave it blank", "请留空"))
    if start is not None and end is not None and end <= start:
        why = Message("the last day lies before the first", "截止日期早于开始日期")
        cells.refuse("until", cells.get("until"), "term_empty", why, Message("correct one of them", "请更正"))
    content = _content(cells, kind)
    numbers = (start, end, area, level, purposes, delegations)
    if kind is None or mode is None or grantee is None or content is None or None in numbers:
        return None
    terms = Terms(*(number or 0 for number in numbers))
    if above is not None:
        _check_within(cells, terms, grantee, directory, above.terms)
    if cells.refusals:
        return None
    return PlannedGrant(cells.row, kind, mode, parent, implementer or None, grantee, terms, content)


def _check_within(cells: Cells, terms: Terms, grantee: str, directory: Directory, outer: Terms) -> None:
    what = Message("stay within the parent (mulu grant show)", "不得超出上级授权（mulu grant show 可查）")

    def refuse(name: str, code: str, why: Message) -> None:
        cells.refuse(name, cells.get(name), code, why, what)

    if terms.end > outer.end:
        last = local_date(datetime.fromtimestamp(outer.end - 1, UTC))
        refuse("until", "longer_than_parent", Message(f"the parent ends with {last}", f"上级授权至 {last} 止"))
    if terms.level > outer.level:
        why = Message(f"the parent goes up to level {outer.level}", f"上级授权最高 {outer.level} 级")
        refuse("level", "level_too_high", why)
    if terms.purposes & ~outer.purposes:
        more = named_set(PURPOSES, terms.purposes & ~outer.purposes)
        refuse("purposes", "more_than_parent", Message(f"the parent is not for {more.en}", f"上级授权不含：{more.zh}"))
    if terms.delegations >= outer.delegations:
        most = outer.delegations - 1
        refuse("delegations", "more_than_parent", Message(f"at most {most} remain", f"最多还可再授权 {most} 级"))
    if not contains(outer.area, terms.area) or terms.area == outer.area:
        why = Message(f"is not inside the parent's {outer.area:012d}", f"不在上级授权区域 {outer.area:012d} 之内")
        refuse("area", "area_outside", why)
    elif not contains(terms.area, own := directory.by_code[grantee].area):
        refuse(
            "area", "area_outside", Message(f"is not around the grantee's {own:012d}", f"未包含被授权方区划 {own:012d}")
        )


def contains(outer: int, inner: int) -> bool:
    """Whether an area is inside another or the same; 12 digits are 2+2+2+3+3, and zeros at the end stand for all."""
    digits = f"{outer:012d}"
    kept = next((size for size in _AREA_PARTS if not digits[size:].strip("0")), 12)
    return digits[:kept] == f"{inner:012d}"[:kept]


def _content(cells: Cells, kind: Kind | None = None) -> GrantContent | None:
    given = {name: value for name in _CONTENT if (value := cells.get(name))}
    try:
        content = GrantContent.read(given)
    except ContentRefused as error:
        for problem in error.problems:
            # What must not be published is in no message.
            cells.refuse(problem.field, "", "content_refused", problem.message, Message("correct it", "请更正"))
        return None
    for name in content.unsettled(kind) if kind is not None else ():
        why = Message("an OPERATE plan has to settle it", "授权运营方案必须明确此项")
        cells.refuse(name, "", "not_settled", why, Message("fill it in", "请补充填写"))
    return content
