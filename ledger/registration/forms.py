"""Application forms from a file: CSV or XLSX with a row for each, JSON with an object for each.

Columns are the fields of the form, by name or label, and a few that are no fields: the entries to register, the
registrar, what to withhold, the number of the registration that is changed. Every bad row is reported at once. What is
to be withheld is in no message: a value of such a field is never quoted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ledger.errors import Malformed
from ledger.model import organization_code, registration_number
from ledger.model.form_field import FormField
from ledger.model.ids import EntryId, entry_named
from ledger.model.message import Message
from ledger.model.registration_form import BY_NAME, FilledForm, FormRefused, Problem, field_of, read_form
from ledger.publish import sources
from ledger.publish.refusal import FileRefused, listed, shown
from ledger.publish.source import Source

_ENTRIES, _REGISTRAR, _WITHHOLD, _NUMBER = "entries", "registrar", "withhold", "registration"
COLUMNS: Final = {
    _ENTRIES: _ENTRIES,
    "登记目录条目": _ENTRIES,
    _REGISTRAR: _REGISTRAR,
    "登记机构代码": _REGISTRAR,
    _WITHHOLD: _WITHHOLD,
    "隐去字段": _WITHHOLD,
    _NUMBER: _NUMBER,
    "登记编号": _NUMBER,
}
"""Columns that are no fields of the form."""
ENTRIES_MOST: Final = 64


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One application as it was filled in."""

    row: int
    form: FilledForm
    entries: tuple[EntryId, ...]
    """Ascending; empty where the row names none."""
    registrar: str | None
    number: str | None

    @property
    def title(self) -> str:
        """What is registered."""
        return self.form.values["title"]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row. The header is row 1; objects of JSON count from 1."""

    row: int
    field: str
    message: Message


class FormsRefused(Malformed):
    """A file with bad rows: all of them."""

    def __init__(self, file: str, problems: Sequence[RowProblem]) -> None:
        rows = len({problem.row for problem in problems})
        self.message = Message(
            f"{rows} rows of {file} are refused; nothing was sent", f"{file} 有 {rows} 行不合格，未发送任何申请"
        )
        super().__init__(self.message.en)
        self.problems = tuple(problems)


def read_forms(path: Path, sheet: str | None = None) -> list[FilledRow]:
    """The applications in a file.

    Raises FormsRefused with what is wrong in every row, FileRefused when the file cannot be used at all.
    """
    source = sources.read(path, sheet)
    rows: list[FilledRow] = []
    problems: list[RowProblem] = []
    seen: dict[tuple[Any, ...], int] = {}
    for number, cells, faults in _records(source):
        found = [RowProblem(number, "", fault) for fault in faults]
        if not found:
            row = _read_row(number, cells, found)
            if row is not None:
                key = (tuple(row.form.values.items()), row.entries, row.number)
                if key in seen:
                    found.append(
                        RowProblem(number, "", Message(f"repeats row {seen[key]}", f"与第 {seen[key]} 行完全相同"))
                    )
                seen.setdefault(key, number)
                rows.append(row)
        problems += found
    if problems:
        raise FormsRefused(source.file, problems)
    if not rows:
        raise FileRefused(source.file, "no_rows", Message("holds no application", "没有任何申请"))
    return rows


def _records(source: Source) -> Iterator[tuple[int, Mapping[str, Any], list[Message]]]:
    if source.kind == "table":
        odd = [name for name in source.columns if name and name not in COLUMNS and field_of(name) is None]
        if odd:
            raise FileRefused(
                source.file,
                "columns_unknown",
                Message(
                    f"the form has no {listed(odd)}: rename or remove these columns",
                    f"登记表中没有这些列：{listed(odd, '、')}，请改名或删除",
                ),
            )
        for row in source.table_rows:
            yield row.number, row.cells, [fault.why for fault in row.faults]
        return
    document = source.document
    if isinstance(document, dict):
        document = document.get("applications", document)
    for number, record in enumerate(document if isinstance(document, list) else [document], 1):
        if isinstance(record, dict):
            yield number, record, []
        else:
            yield number, {}, [Message("the record is no object", "记录不是对象")]


def _read_row(number: int, cells: Mapping[str, Any], problems: list[RowProblem]) -> FilledRow | None:
    special: dict[str, str] = {}
    fields: dict[str, str] = {}
    for heading, cell in cells.items():
        value = _text(cell)
        name = COLUMNS.get(heading.strip())
        if name is not None and special.setdefault(name, value) != value:
            message = Message(f"is given twice, also as {shown(heading)}", f"重复填写（{shown(heading)}）")
            problems.append(RowProblem(number, name, message))
        elif name is not None:
            continue
        elif value.strip() or field_of(heading) is None:
            fields[heading] = value
    withhold = [_field_name(word) for word in _words(special.get(_WITHHOLD, ""))]
    before = len(problems)
    form: FilledForm | None = None
    try:
        form = read_form(fields, withhold)
    except FormRefused as error:
        problems += [RowProblem(number, problem.field, _unquoted(problem, withhold)) for problem in error.problems]
    named = special.get(_ENTRIES) or (form.values.get("catalog_codes", "") if form else "")
    entries = _entries(number, named, problems)
    registrar = special.get(_REGISTRAR, "").strip().upper() or None
    if registrar is not None and not organization_code.is_valid(registrar):
        message = Message("is no unified social credit code", "不是有效的统一社会信用代码")
        problems.append(RowProblem(number, _REGISTRAR, message))
    own = special.get(_NUMBER, "").strip() or None
    if own is not None:
        try:
            registration_number.require_number(own, "registration")
        except Malformed as error:
            problems.append(RowProblem(number, _NUMBER, Message(str(error), "登记编号有误，请核对校验位")))
    if form is None or len(problems) > before:
        return None
    return FilledRow(number, form, entries, registrar, own)


def _unquoted(problem: Problem, withhold: Sequence[str]) -> Message:
    """What is wrong with a field, without its value where the value is not for everybody's eyes."""
    field = BY_NAME.get(problem.field)
    if field is None or not (field.withheld or field.name in withhold) or "required" in problem.message.en:
        return problem.message
    return Message(f"is not what the field takes ({_wanted(field)})", f"{field.label}填写有误（{_wanted(field)}）")


def _wanted(field: FormField) -> str:
    return "、".join(field.choices) if field.choices else field.kind.name.lower().replace("_", " ")


def _entries(row: int, text: str, problems: list[RowProblem]) -> tuple[EntryId, ...]:
    found = set()
    for word in _words(text):
        try:
            found.add(entry_named(word))
        except Malformed as error:
            zh = f"{word[:80]} 不是条目：应为条目标识（0x…）或“提供方代码/条目代码”"
            problems.append(RowProblem(row, _ENTRIES, Message(str(error), zh)))
    if len(found) > ENTRIES_MOST:
        message = Message(
            f"names {len(found)} entries, at most {ENTRIES_MOST}", f"条目 {len(found)} 个，最多 {ENTRIES_MOST} 个"
        )
        problems.append(RowProblem(row, _ENTRIES, message))
    return tuple(sorted(found))


def _field_name(word: str) -> str:
    field = field_of(word)
    return field.name if field is not None else word


def _words(text: str) -> list[str]:
    for mark in "；;，,、":
        text = text.replace(mark, "\n")
    return [word.strip() for word in text.splitlines() if word.strip()]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, list):
        return "\n".join(_text(element) for element in cell)
    return str(cell)
