"""How organizations of a file belong together: unique codes and spellings, parents, sector authorities, order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.model.message import Message
from ledger.model.roles import OrganizationKind, Role
from ledger.publish.ports import KnownOrganization
from ledger.publish.refusal import Fault, shown


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """An organization as a file states it. `area` is a 12-digit code as a number; `roles` None where not stated."""

    row: int
    name: str
    aliases: tuple[str, ...]
    code: str
    kind: OrganizationKind
    area: int
    parent: str | None
    sector_authority: str | None
    roles: Role | None
    is_sample: bool
    """Whether the code was assigned here, for trying things out."""


def link(
    rows: Sequence[OrganizationRow], known: Sequence[KnownOrganization]
) -> tuple[list[OrganizationRow], list[tuple[int, Fault]]]:
    """The rows with parents and sector authorities as codes, in an order in which they can be added, and the faults
    of the others by row number."""
    linker = _Linker(rows, known)
    linker.check_unique()
    linker.resolve()
    return linker.in_order(), linker.faults


def contains(outer: int, inner: int) -> bool:
    """Whether an area lies within another (`contracts/types/AreaCode.sol`: 2+2+2+3+3 digits, trailing zeros open)."""
    unit = next((10**digits for digits in (10, 8, 6, 3) if outer % 10**digits == 0), 1)
    return inner // unit == outer // unit


class _Linker:
    def __init__(self, rows: Sequence[OrganizationRow], known: Sequence[KnownOrganization]) -> None:
        self.rows = list(rows)
        self.known = {organization.code: organization for organization in known}
        self.faults: list[tuple[int, Fault]] = []

    def check_unique(self) -> None:
        """No two organizations share a code, and no spelling means two."""
        codes: defaultdict[str, list[OrganizationRow]] = defaultdict(list)
        spellings: defaultdict[str, list[OrganizationRow]] = defaultdict(list)
        for row in self.rows:
            codes[row.code].append(row)
            for spelling in {row.name, *row.aliases}:
                spellings[spelling].append(row)
        for column, table, code in (("code", codes, "code_twice"), ("aliases", spellings, "spelling_twice")):
            for value, same in table.items():
                for row in same if len(same) > 1 else ():
                    others = ", ".join(str(other.row) for other in same if other is not row)
                    self._refuse(
                        row.row, column, value, code, f"is that of row {others} too", f"与第 {others} 行重复",
                        "keep it in one row", "请只保留一处",
                    )  # fmt: skip
        for row in self.rows:
            for other in self.known.values():
                if other.code != row.code and {other.name, *other.aliases} & {row.name, *row.aliases}:
                    shared = min({other.name, *other.aliases} & {row.name, *row.aliases})
                    self._refuse(
                        row.row, "aliases", shared, "spelling_taken", f"is a spelling of {other.code} already",
                        f"已是 {other.code} 的名称或别名", "take it out of one of them", "请从其中一个删除",
                    )  # fmt: skip
        self._drop_refused()

    def resolve(self) -> None:
        by_name = {organization.name: organization.code for organization in self.known.values()}
        by_name |= {row.name: row.code for row in self.rows}
        codes = set(self.known) | {row.code for row in self.rows}
        areas = {row.code: row.area for row in self.rows}
        linked = []
        for row in self.rows:
            targets = {}
            for column, value in (("parent", row.parent), ("sector_authority", row.sector_authority)):
                code = by_name.get(value, value) if value else None
                if (code is not None and code not in codes) or code == row.code:
                    self._refuse(
                        row.row, column, value or "", "organization_unknown", "names no other organization",
                        "未指向其他机构", "import it first, or correct the name", "请先导入该机构，或更正名称",
                    )  # fmt: skip
                targets[column] = code
            if targets["parent"] in areas and not contains(areas[targets["parent"]], row.area):
                self._refuse(
                    row.row, "area", f"{row.area:012d}", "area_outside_parent",
                    f"is outside the parent's area {areas[targets['parent']]:012d}",
                    f"不在上级机构区划 {areas[targets['parent']]:012d} 之内", "correct area or parent",
                    "请更正区划或上级机构",
                )  # fmt: skip
            linked.append(replace(row, parent=targets["parent"], sector_authority=targets["sector_authority"]))
        self.rows = linked
        self._drop_refused()

    def in_order(self) -> list[OrganizationRow]:
        """Each row after its parent and its sector authority, which have to be there when it is added."""
        waiting, ordered = list(self.rows), list[OrganizationRow]()
        later = {row.code for row in self.rows} - set(self.known)
        while waiting:
            ready = [row for row in waiting if not {row.parent, row.sector_authority} & later]
            if not ready:
                for row in waiting:
                    self._refuse(
                        row.row, "parent", row.parent or "", "order_circular",
                        "parents or sector authorities go round in a circle", "上级机构或行业主管部门关系形成循环",
                        "correct them", "请更正",
                    )  # fmt: skip
                return ordered
            ordered += ready
            later -= {row.code for row in ready}
            waiting = [row for row in waiting if row.code in later]
        return ordered

    def _drop_refused(self) -> None:
        refused = {row for row, _ in self.faults}
        self.rows = [row for row in self.rows if row.row not in refused]

    def _refuse(self, row: int, column: str, value: str, code: str, why: str, why_zh: str, do: str, do_zh: str) -> None:
        self.faults.append((row, Fault(column, shown(value), code, Message(why, why_zh), Message(do, do_zh))))
