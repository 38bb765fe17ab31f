"""Rows of a file that a clerk filled in: CSV or XLSX with a row for each, JSON with an object for each.

Columns are known by their English name or their Chinese label; one that is not known refuses the file, for what it
says would be lost. Every bad row is reported at once, with its column, its value, why, and what to do.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from ledger.errors import Malformed
from ledger.model import text
from ledger.model.message import Message
from ledger.publish import sources
from ledger.publish.directory import Directory, ProviderUnknown
from ledger.publish.refusal import Fault, FileRefused, Refusal, listed, shown
from ledger.publish.source import CELL_CHARACTERS, Source

T = TypeVar("T")

_SEPARATORS: Final = "；;，,、\n|"


class Wrong(Malformed):
    """A value that cannot be taken: why, and what to do."""

    def __init__(self, code: str, why: Message, what_to_do: Message) -> None:
        super().__init__(why.en)
        self.code = code
        self.why = why
        self.what_to_do = what_to_do


class RowsRefused(Malformed):
    """A file with bad rows: all of them."""

    def __init__(self, file: str, refusals: Sequence[Refusal]) -> None:
        rows = len({refusal.row for refusal in refusals})
        self.message = Message(
            f"{rows} rows of {file} are refused; nothing was sent", f"{file} 有 {rows} 行不合格，未发送任何内容"
        )
        super().__init__(self.message.en)
        self.refusals = tuple(sorted(refusals, key=lambda refusal: refusal.row))


@dataclass(slots=True)
class Cells:
    """One row by the names of its columns, collecting what is wrong with it."""

    file: str
    row: int
    values: Mapping[str, str]
    labels: Mapping[str, str]
    """Name → the heading that the file uses."""
    refusals: list[Refusal] = field(default_factory=list)

    def get(self, name: str) -> str:
        """What the cell says; empty for nothing."""
        return self.values.get(name, "")

    def read(self, name: str, parse: Callable[[str], T], default: T | None = None) -> T | None:
        """What `parse` makes of a cell, or the default of a blank one; a bad cell is noted.

        Without a default the cell is required.
        """
        value = self.get(name)
        if not value:
            if default is None:
                self.refuse(name, value, "missing", Message("is required", "必填"), Message("fill it in", "请补充填写"))
            return default
        try:
            return parse(value)
        except Wrong as wrong:
            self.refuse(name, value, wrong.code, wrong.why, wrong.what_to_do)
        return None

    def refuse(self, name: str | None, value: str, code: str, why: Message, what_to_do: Message) -> None:
        """Notes what is wrong with a cell, or with the row as a whole."""
        column = None if name is None else self.labels.get(name, name)
        self.refusals.append(Refusal(self.file, self.row, column, shown(value), code, why, what_to_do))


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one kind of file: name → Chinese labels, the first one being the usual."""

    labels: Mapping[str, tuple[str, ...]]
    member: str
    """Member of a JSON document that holds the rows."""

    def name_of(self, heading: str) -> str | None:
        """The column that a heading means."""
        plain = heading.strip()
        for name, labels in self.labels.items():
            if plain == name or plain in labels:
                return name
        return None


def read_rows(path: Path, columns: Columns, sheet: str | None = None) -> tuple[str, list[Cells]]:
    """The file's name without folders, and its rows. The header is row 1; objects of JSON count from 1.

    Raises FileRefused when the file cannot be used at all.
    """
    source = sources.read(path, sheet)
    rows = [_cells(source.file, columns, *record) for record in _records(source, columns)]
    if not rows:
        raise FileRefused(source.file, "no_rows", Message("holds no row", "没有任何数据行"))
    return source.file, rows


def words(value: str) -> list[str]:
    """The words of a list that a person wrote, whatever separates them."""
    for mark in _SEPARATORS:
        value = value.replace(mark, "\n")
    return [word.strip() for word in value.splitlines() if word.strip()]


def code_by(directory: Directory) -> Callable[[str], str]:
    """A reader of organizations, by code, name or alias."""

    def read(value: str) -> str:
        try:
            return directory.resolve(value.strip()).code
        except ProviderUnknown as error:
            raise Wrong(error.code, error.why, error.what_to_do) from error

    return read


def require_good(file: str, rows: Sequence[Cells]) -> None:
    """Raises RowsRefused when a row has something wrong with it."""
    refusals = [refusal for cells in rows for refusal in cells.refusals]
    if refusals:
        raise RowsRefused(file, refusals)


def _records(source: Source, columns: Columns) -> Iterator[tuple[int, Mapping[str, Any], Sequence[Fault]]]:
    if source.kind == "table":
        _require_known(source.file, source.columns, columns)
        for row in source.table_rows:
            yield row.number, row.cells, row.faults
        return
    document = source.document
    if isinstance(document, dict):
        document = document.get(columns.member, document)
    records = document if isinstance(document, list) else [document]
    headings = dict.fromkeys(name for record in records if isinstance(record, dict) for name in record)
    _require_known(source.file, list(headings), columns)
    for number, record in enumerate(records, 1):
        if isinstance(record, dict):
            yield number, record, ()
        else:
            why, what = Message("is no object", "不是对象"), Message("write it as an object", "请写成对象")
            yield number, {}, [Fault(None, shown(record), "no_object", why, what)]


def _require_known(file: str, headings: Sequence[str], columns: Columns) -> None:
    odd = [heading for heading in headings if heading and columns.name_of(heading) is None]
    if odd:
        known = "、".join(f"{name} {labels[0]}" for name, labels in columns.labels.items())
        raise FileRefused(
            file,
            "columns_unknown",
            Message(
                f"columns {listed(odd)} are not known: rename or remove them; known are {known}",
                f"无法识别的列：{listed(odd, '、')}，请改名或删除；可用的列：{known}",
            ),
        )


def _cells(file: str, columns: Columns, number: int, record: Mapping[str, Any], faults: Sequence[Fault]) -> Cells:
    labels = {columns.name_of(heading) or heading: heading for heading in record}
    cells = Cells(file, number, {}, labels, [fault.at(file, number) for fault in faults])
    values: dict[str, str] = {}
    for heading, cell in record.items():
        name = columns.name_of(heading)
        if name is None:
            continue
        if name in values:
            why = Message(f"is given twice, also as {shown(heading)}", f"重复填写（{shown(heading)}）")
            cells.refuse(name, str(cell), "column_twice", why, Message("keep one", "请只保留一个"))
            continue
        try:
            values[name] = _text(cell)
            if len(values[name]) > CELL_CHARACTERS:
                most = Message(f"has more than {CELL_CHARACTERS:,} characters", f"超过 {CELL_CHARACTERS:,} 个字符")
                cells.refuse(name, values.pop(name), "cell_too_long", most, Message("shorten it", "请缩短"))
        except text.ForbiddenCharacter as error:
            why = Message(str(error), f"含不可见字符 {error.code_point}")
            cells.refuse(name, str(cell), "invisible_character", why, Message("remove it", "请删除"))
    cells.values = values
    return cells


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, list):
        return "\n".join(_text(element) for element in cell)
    return text.abstract(str(cell))
