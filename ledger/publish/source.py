"""One file as it was read: headings and rows of a table, or a JSON document with its records.

Reading is bounded (file size, rows, uncompressed size) and never stops at the first bad row: what is wrong with a
row stays with the row as faults.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from ledger.model import text
from ledger.model.message import Message
from ledger.publish.mapping import SECRECY, SourceMapping
from ledger.publish.refusal import Fault, FileRefused, listed, shown

CELL_CHARACTERS: Final = 32_767
"""Limit of one cell, the one that spreadsheets have too."""
ROWS: Final = 1_048_576
CELLS: Final = 10_000_000
"""Most cells of a table, blank ones included: a blank one takes a byte of a file, and hundreds in memory."""
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Row:
    """One record. `number` counts as a spreadsheet does: the header is row 1; records of JSON count from 1."""

    number: int
    cells: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read. `file` is its name without folders; `digest` the SHA-256 of its bytes."""

    file: str
    kind: Literal["table", "json"]
    digest: bytes
    columns: tuple[str, ...] = ()
    table_rows: tuple[Row, ...] = ()
    document: Any = None
    notes: tuple[Message, ...] = field(default=())

    def rows(self, mapping: SourceMapping) -> Sequence[Row]:
        """The records that the mapping speaks of."""
        if self.kind == "table":
            return self.table_rows
        return [
            Row(number, record) if isinstance(record, dict) else Row(number, {}, (no_object(shown(record)),))
            for number, record in enumerate(records_at(self.document, mapping.records), 1)
        ]

    def missing(self, mapping: SourceMapping) -> list[str]:
        """The required columns that the file does not have; all of them where it has no records at the path."""
        if self.kind == "table":
            return [column for column in mapping.required() if column not in self.columns]
        records = records_at(self.document, mapping.records)
        return [
            column
            for column in mapping.required()
            if not any(value_at(record, column, absent=True) is not _MISSING for record in records)
        ]

    def headings(self, mapping: SourceMapping) -> Sequence[str]:
        """The columns that the file has; in JSON the names of members, and of members of members."""
        if self.kind == "table":
            return self.columns
        names: dict[str, None] = {}
        for record in records_at(self.document, mapping.records):
            for name, value in record.items() if isinstance(record, dict) else ():
                names[name] = None
                if isinstance(value, dict):
                    names.update(dict.fromkeys(f"{name}.{inner}" for inner in value))
        return list(names)

    def not_taken(self, mapping: SourceMapping) -> list[Message]:
        """Says which columns the mapping neither takes nor ignores.

        Raises FileRefused when one of them is named like a mark of secrecy: it has to be read.
        """
        taken = {column.split(".")[0] if self.kind == "json" else column for column in mapping.columns()}
        others = [name for name in self.headings(mapping) if name not in mapping.ignore | taken]
        if self.kind == "json":
            others = [name for name in others if name.split(".")[0] not in mapping.ignore | taken]
        secret = [name for name in others if SECRECY.search(name)]
        if secret:
            odd = shown(secret[0])
            raise FileRefused(
                self.file,
                "secrecy_not_read",
                Message(
                    f"column {odd} looks like a mark of secrecy, and mapping {mapping.name} does not read it: "
                    "take it as `secret`, or list it in `ignore`",
                    f"列 {odd} 疑似密级标识，而映射 {mapping.name} 未读取：请以 secret 取用，或列入 ignore",
                ),
            )
        if not others:
            return []
        return [Message(f"columns not taken: {listed(others)}", f"未取用的列：{listed(others, '、')}")]


def digest(data: bytes) -> bytes:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(data).digest()


def headings(file: str, cells: Sequence[str]) -> tuple[str, ...]:
    """The headings of a table, normalized; unnamed ones at the end are dropped, others stay empty.

    Raises FileRefused for a heading that is there twice, or that holds invisible characters, or no heading at all.
    """
    names: list[str] = []
    seen = set[str]()
    for position, cell in enumerate(cells, 1):
        try:
            name = text.single_line(cell)
        except text.ForbiddenCharacter as error:
            raise FileRefused(
                file,
                "heading_invalid",
                Message(f"heading {position} {error}", f"第 {position} 个列名含不可见字符 {error.code_point}"),
            ) from error
        if name and name in seen:
            raise FileRefused(
                file,
                "heading_twice",
                Message(
                    f"heading {shown(name)} is there twice: rename or remove one",
                    f"列名 {shown(name)} 重复：请改名或删除一列",
                ),
            )
        names.append(name)
        seen.add(name)
    while names and not names[-1]:
        names.pop()
    if not names:
        raise empty(file)
    return tuple(names)


def table_row(number: int, columns: Sequence[str], cells: Sequence[str], *, padded: bool) -> Row:
    """A row of a table. `padded` says that missing cells at the end are blank and not a sign of a broken row."""
    faults = []
    extra = [cell for cell in cells[len(columns) :] if cell.strip()]
    extra += [cell for name, cell in zip(columns, cells, strict=False) if not name and cell.strip()]
    if extra:
        faults.append(
            Fault(
                None,
                shown(extra[0]),
                "cell_without_heading",
                Message(
                    f"the row has {len(cells)} cells, the header {len(columns)}: one stands below no heading",
                    f"该行有 {len(cells)} 个单元格，表头有 {len(columns)} 个：存在没有列名的单元格",
                ),
                Message("quote the cell that holds a comma, or name the column", "给含逗号的单元格加引号，或补上列名"),
            )
        )
    if len(cells) < len(columns) and not padded:
        faults.append(
            Fault(
                None,
                "",
                "row_too_short",
                Message(
                    f"the row has {len(cells)} cells, the header {len(columns)}",
                    f"该行只有 {len(cells)} 个单元格，表头有 {len(columns)} 个",
                ),
                Message("add the missing cells", "补齐缺少的单元格"),
            )
        )
    return Row(number, {name: cell for name, cell in zip(columns, cells, strict=False) if name}, tuple(faults))


def empty(file: str) -> FileRefused:
    """The refusal of a file without content."""
    return FileRefused(file, "file_empty", Message("is empty", "文件为空"))


def too_many_rows(file: str) -> FileRefused:
    """The refusal of a file with more rows than a spreadsheet has."""
    return FileRefused(file, "too_many_rows", Message(f"has more than {ROWS:,} rows", f"超过 {ROWS:,} 行"))


@dataclass(slots=True)
class CellBudget:
    """Counts the cells of a file. Raises FileRefused for more than a table may have."""

    file: str
    left: int = CELLS

    def take(self, count: int) -> None:
        """Counts these cells."""
        self.left -= count
        if self.left < 0:
            raise FileRefused(
                self.file,
                "too_many_cells",
                Message(
                    f"has more than {CELLS:,} cells, blank ones included: split it, or delete blank columns",
                    f"单元格（含空白）超过 {CELLS:,} 个：请拆分，或删除空白列",
                ),
            )


def no_object(value: str) -> Fault:
    """The fault of a JSON record that is no object."""
    return Fault(
        None,
        value,
        "record_no_object",
        Message("the record is no object", "记录不是对象"),
        Message("write it as an object with named members", "请写成带字段名的对象"),
    )


def records_at(document: Any, path: str) -> list[Any]:
    """The list at a dotted path of a document (`.` is the document itself); empty where there is none."""
    value = document if path == "." else value_at(document, path)
    return value if isinstance(value, list) else []


def value_at(record: Any, path: str, *, absent: bool = False) -> Any:
    """The value at a dotted path; a number is a position in a list.

    None where there is none, or with `absent` an own mark, so that null can be told from absence.
    """
    value = record
    for name in [path] if isinstance(record, dict) and path in record else path.split("."):
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return _MISSING if absent else None
    return value
