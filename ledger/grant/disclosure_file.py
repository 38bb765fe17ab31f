"""Yearly disclosures (年度披露) from a file, one or many."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ledger.chain.contracts import Contracts
from ledger.grant import spellings
from ledger.grant.rows import Columns, read_rows, require_good
from ledger.model.content import ContentRefused
from ledger.model.disclosure import DisclosureContent, Kind
from ledger.model.message import Message

KINDS: Final = {"授权和实施情况": Kind.AUTHORIZATION, "授权情况": Kind.AUTHORIZATION,
                "authorization": Kind.AUTHORIZATION,
                "运营情况": Kind.OPERATION, "operation": Kind.OPERATION}  # fmt: skip
_CONTENT: Final = {name: (wording.label.zh,) for name, wording in DisclosureContent.wordings().items()}
COLUMNS: Final = Columns(
    {"grant": ("授权编号",), "year": ("年度", "披露年度"), "kind": ("披露类型", "类型"), **_CONTENT}, "disclosures"
)
_NUMBER_MOST: Final = 2**32 - 1


@dataclass(frozen=True, slots=True)
class YearlyDisclosure:
    """A disclosure to be published (`IProducts.NewDisclosure`), but for the version that it follows."""

    row: int
    grant: int
    year: int
    kind: Kind
    content: DisclosureContent

    def to_call(self, expected_version: int) -> dict[str, Any]:
        """The contract's struct."""
        return {
            "grant": self.grant,
            "year": self.year,
            "kind": int(self.kind),
            "expectedVersion": expected_version,
            "content": self.content.encode(),
        }


def read_disclosures(path: Path, sheet: str | None = None) -> tuple[str, list[YearlyDisclosure]]:
    """The disclosures in a file. Raises RowsRefused, FileRefused."""
    file, rows = read_rows(path, COLUMNS, sheet)
    found: list[YearlyDisclosure] = []
    seen: dict[tuple[int, int, Kind], int] = {}
    for cells in rows:
        grant = cells.read("grant", spellings.number(1, _NUMBER_MOST))
        year = cells.read("year", spellings.number(2000, 2999))
        kind = cells.read("kind", spellings.one_of(KINDS))
        content: DisclosureContent | None = None
        try:
            content = DisclosureContent.read({name: value for name in _CONTENT if (value := cells.get(name))})
        except ContentRefused as error:
            for problem in error.problems:
                cells.refuse(problem.field, "", "content_refused", problem.message, Message("correct it", "请更正"))
        if grant is None or year is None or kind is None or content is None or cells.refusals:
            continue
        if (grant, year, kind) in seen:
            row = seen[grant, year, kind]
            why = Message(f"row {row} discloses about the same", f"与第 {row} 行披露对象相同")
            cells.refuse(None, "", "row_twice", why, Message("keep one", "请只保留一行"))
        seen.setdefault((grant, year, kind), cells.row)
        found.append(YearlyDisclosure(cells.row, grant, year, kind, content))
    require_good(file, rows)
    return file, found


def sort_disclosures(
    found: list[YearlyDisclosure], contracts: Contracts
) -> tuple[list[tuple[YearlyDisclosure, int]], list[YearlyDisclosure]]:
    """Those to be published, with the versions that they follow; and those whose last version says the same."""
    keys = [(one.grant, one.year, int(one.kind)) for one in found]
    versions = contracts.call_each("Products", "disclosureVersion", keys)
    last = contracts.call_each("Products", "disclosure", keys)
    fresh: list[tuple[YearlyDisclosure, int]] = []
    before: list[YearlyDisclosure] = []
    for one, version, (digest, _) in zip(found, versions, last, strict=True):
        if version and digest == hashlib.sha256(one.content.encode()).digest():
            before.append(one)
        else:
            fresh.append((one, version))
    return fresh, before
