"""Files of organizations: name, spellings, code, kind, area, parent, sector authority, and optionally roles.

CSV, XLSX or JSON (a list, or `organizations` in an object). All bad rows are reported at once. Parents and sector
authorities are given by code or by name, of this file or of the ledger. The rows come out in an order in which they
can be added.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ledger.model import organization_code, personal
from ledger.model.message import Message
from ledger.model.roles import OrganizationKind, Role, parse_roles
from ledger.model.text import ForbiddenCharacter, single_line
from ledger.publish import sources
from ledger.publish.organization_links import OrganizationRow as OrganizationRow
from ledger.publish.organization_links import link
from ledger.publish.ports import KnownOrganization
from ledger.publish.refusal import Fault, FileRefused, Refusal, shown
from ledger.publish.source import Row, Source, records_at, value_at

COLUMNS: Final = ("name", "aliases", "code", "kind", "area", "parent", "sector_authority", "roles")
SAMPLE_AREA: Final = int(organization_code.SAMPLE_AREA + "000000")
_CHINESE: Final = {
    "名称": "name", "机构名称": "name", "别名": "aliases", "统一社会信用代码": "code", "代码": "code", "类型": "kind",
    "区划代码": "area", "区划": "area", "上级机构": "parent", "行业主管部门": "sector_authority", "角色": "roles",
    "备注": "note",
}  # fmt: skip
_KINDS: Final = {kind.name.lower(): kind for kind in OrganizationKind} | {
    "数据主管部门": OrganizationKind.DATA_AUTHORITY,
    "区级数据主管部门": OrganizationKind.DISTRICT_AUTHORITY,
    "行业主管部门": OrganizationKind.SECTOR_AUTHORITY,
    "政府部门": OrganizationKind.GOVERNMENT_DEPARTMENT,
    "事业单位": OrganizationKind.PUBLIC_INSTITUTION,
    "登记机构": OrganizationKind.REGISTRAR,
    "实施机构": OrganizationKind.IMPLEMENTER,
    "运营机构": OrganizationKind.OPERATOR,
    "企业": OrganizationKind.ENTERPRISE,
    "审计机构": OrganizationKind.AUDITOR,
}
_SAMPLE_NUMBERS = 10**6


@dataclass(frozen=True, slots=True)
class OrganizationFile:
    """What a file of organizations gives: rows in an order in which they can be added, and refusals."""

    file: str
    rows: tuple[OrganizationRow, ...]
    refusals: tuple[Refusal, ...]
    notes: tuple[Message, ...]


def read_organizations(
    path: Path, known: Iterable[KnownOrganization] = (), *, sample_codes: bool = False, sheet: str | None = None
) -> OrganizationFile:
    """The organizations of a file.

    Args:
        known: organizations of the ledger, which rows may name as parents; a row without a code that has the name of
            one of them keeps its code
        sample_codes: assign a sample code and the sample area where the file has none. A code depends on the name
            alone, so that a rerun or an inserted row changes no other

    Raises FileRefused when the file cannot be used at all.
    """
    source = sources.read(path, sheet)
    return _Reader(source, list(known), sample_codes).read()


def rows_of(source: Source) -> list[Row]:
    """The rows of a file of organizations by English column names. Raises FileRefused for an unknown column."""
    if source.kind == "table":
        rows = [Row(r.number, {_english(n): v for n, v in r.cells.items()}, r.faults) for r in source.table_rows]
        columns = [_english(name) for name in source.columns if name]
    else:
        where = "." if isinstance(source.document, list) else "organizations"
        records = [record for record in records_at(source.document, where) if isinstance(record, dict)]
        rows = [Row(number, record) for number, record in enumerate(records, 1)]
        columns = list(dict.fromkeys(name for record in records for name in record))
    unknown = [name for name in columns if name not in (*COLUMNS, "note") or columns.count(name) > 1]
    if unknown or "name" not in columns:
        wrong = f"column {shown(unknown[0])}" if unknown else "no column name"
        raise FileRefused(
            source.file,
            "column_unknown",
            Message(
                f"is no file of organizations: {wrong}; its columns are {', '.join(COLUMNS)}, note",
                f"不是机构清单：{wrong}；可用列：{'、'.join(COLUMNS)}、note",
            ),
        )
    return rows


def sample_code_of(name: str, taken: Mapping[str, str]) -> str:
    """The sample code of a name: the first free one from the name's hash on.

    Args:
        taken: names by the codes that are in use
    """
    start = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) % _SAMPLE_NUMBERS
    for step in range(_SAMPLE_NUMBERS):
        code = organization_code.sample_code((start + step) % _SAMPLE_NUMBERS)
        if taken.get(code, name) == name:
            return code
    raise ValueError("all sample codes are in use")


def _english(column: str) -> str:
    return _CHINESE.get(column, column)


class _Reader:
    def __init__(self, source: Source, known: list[KnownOrganization], sample_codes: bool) -> None:
        self.source = source
        self.sample_codes = sample_codes
        self.refusals: list[Refusal] = []
        self.known = known
        self.taken = {organization.code: organization.name for organization in known}
        self.code_of: dict[str, str] = {organization.name: organization.code for organization in known}
        self.rows: list[OrganizationRow] = []

    def read(self) -> OrganizationFile:
        raw = rows_of(self.source)
        for row in raw:
            code = _text(row, "code")
            if organization_code.is_valid(code):
                self.taken.setdefault(code, _text(row, "name"))
        for row in raw:
            self._read_row(row)
        rows, faults = link(self.rows, self.known)
        self.refusals += [fault.at(self.source.file, number) for number, fault in faults]
        ordered = tuple(sorted(self.refusals, key=lambda refusal: refusal.row))
        return OrganizationFile(self.source.file, tuple(rows), ordered, self.source.notes)

    def _read_row(self, row: Row) -> None:
        before = len(self.refusals)
        self.refusals += [fault.at(self.source.file, row.number) for fault in row.faults]
        name = self._clean(row, "name")
        if not name:
            self._refuse(row.number, "name", "", "value_missing", "is blank", "为空", "fill it in", "请填写")
        code, is_sample = self._code(row, name)
        kind = self._kind(row)
        area = self._area(row, is_sample)
        roles = self._roles(row)
        aliases = self._aliases(row, name)
        if len(self.refusals) > before:
            return
        assert kind is not None
        parent = self._clean(row, "parent") or None
        sector = self._clean(row, "sector_authority") or None
        self.rows.append(OrganizationRow(row.number, name, aliases, code, kind, area, parent, sector, roles, is_sample))

    def _code(self, row: Row, name: str) -> tuple[str, bool]:
        code = self._clean(row, "code").upper()
        if not code and name in self.code_of:
            return self.code_of[name], self.code_of[name][2:8] == organization_code.SAMPLE_AREA
        if not code and self.sample_codes and name:
            code = sample_code_of(name, self.taken)
            self.taken[code] = name
            return code, True
        if not organization_code.is_valid(code):
            self._refuse(
                row.number, "code", code, "code_invalid",
                "is no unified social credit code (18 characters, the last a check character)",
                "不是有效的统一社会信用代码（18 位，末位为校验码）",
                "correct it; for trying out, leave it blank and ask for sample codes",
                "请更正；试用时可留空并分配样例代码",
            )  # fmt: skip
        return code, False

    def _kind(self, row: Row) -> OrganizationKind | None:
        spelling = self._clean(row, "kind").lower()
        kind = _KINDS.get(spelling)
        if kind is None:
            kind = {str(int(kind)): kind for kind in OrganizationKind}.get(spelling)
        if kind is None:
            self._refuse(
                row.number, "kind", spelling, "kind_unknown", f"is no kind; kinds are {', '.join(_KINDS)}",
                f"不是已知类型；可用：{'、'.join(_KINDS)}", "use one of them", "请使用其中之一",
            )  # fmt: skip
        return kind

    def _area(self, row: Row, is_sample: bool) -> int:
        spelling = self._clean(row, "area")
        if not spelling and is_sample:
            return SAMPLE_AREA
        if len(spelling) == 6:
            spelling += "000000"
        if not (len(spelling) == 12 and spelling.isascii() and spelling.isdigit() and spelling[0] != "0"):
            self._refuse(
                row.number, "area", spelling, "area_invalid", "is no area code of 12 (or 6) digits",
                "不是 12 位（或 6 位）区划代码", "correct it", "请更正",
            )  # fmt: skip
            return 0
        return int(spelling)

    def _roles(self, row: Row) -> Role | None:
        spelling = self._clean(row, "roles")
        if not spelling:
            return None
        try:
            return parse_roles(spelling.replace(";", ","))
        except ValueError as error:
            self._refuse(
                row.number, "roles", spelling, "role_unknown", str(error), f"未知角色：{shown(spelling)}",
                "use known roles", "请使用已知角色",
            )  # fmt: skip
            return None

    def _aliases(self, row: Row, name: str) -> tuple[str, ...]:
        value = value_at(row.cells, "aliases")
        joined = ";".join(map(str, value)) if isinstance(value, list) else self._clean(row, "aliases")
        parts = [single_line(part) for part in joined.replace("；", ";").split(";")]
        return tuple(dict.fromkeys(part for part in parts if part and part != name))

    def _clean(self, row: Row, column: str) -> str:
        try:
            value = single_line(_text(row, column))
        except ForbiddenCharacter as error:
            self._refuse(
                row.number, column, _text(row, column), "character_forbidden", str(error),
                f"含不可见字符 {error.code_point}", "delete the character", "请删除该字符",
            )  # fmt: skip
            return ""
        if column in ("name", "aliases") and personal.findings(value):
            self._refuse(
                row.number, column, value, "personal_data", "holds personal data: it never goes on chain",
                "含个人信息，不得上链", "remove it", "请删除",
            )  # fmt: skip
        return value

    def _refuse(self, row: int, column: str, value: str, code: str, why: str, why_zh: str, do: str, do_zh: str) -> None:
        fault = Fault(column, shown(value), code, Message(why, why_zh), Message(do, do_zh))
        self.refusals.append(fault.at(self.source.file, row))


def _text(row: Row, column: str) -> str:
    value: Any = value_at(row.cells, column)
    return "" if value is None or isinstance(value, list | dict) else str(value)
