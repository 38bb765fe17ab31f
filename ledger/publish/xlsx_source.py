"""XLSX: the one visible sheet that has content, cells as the text they show.

Formula and error cells are refused by address, also where a cached value exists: a catalog states values, and a
cached one may be stale. Merged cells are refused (their value stands in one of them only); hidden rows and columns
are read like others, and said. Sizes are checked before anything is unpacked.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any
from xml.parsers import expat

from ledger.model.message import Message
from ledger.publish.refusal import Fault, FileRefused, listed, shown
from ledger.publish.source import ROWS, CellBudget, Row, Source, digest, empty, headings, table_row, too_many_rows

_UNPACKED_BYTES = 512 << 20
_PART_COUNT = 10_000
_RATIO = 200
_CHUNK_BYTES = 1 << 20
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]{0,200}?ref="([A-Z]+\d+:[A-Z]+\d+)"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]{0,400}?hidden="(?:1|true)"')
_EXACT_DIGITS = 15
"""IEEE 754 doubles, which spreadsheets keep numbers in, are exact to 15 decimal digits."""


def read(file: str, data: bytes, sheet: str | None = None) -> Source:
    """The table of a workbook's bytes. Raises FileRefused when it cannot be used at all."""
    _check_archive(file, data)
    import openpyxl

    _check_parts(file, data)
    try:
        with warnings.catch_warnings():
            # What openpyxl does not support (styles, validations) is nothing that a catalog states.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            with closing(book):
                budget = CellBudget(file)
                chosen = _sheet(file, book, sheet, budget)
                notes = _look_at_sheet(file, data, chosen)
                return _table(file, data, chosen, notes, budget)
    except FileRefused:
        raise
    except Exception as error:
        # A damaged part can fail anywhere in the library, with any exception.
        raise _no_workbook(file, f"{type(error).__name__}: {error}") from error


def _table(file: str, data: bytes, sheet: Any, notes: tuple[Message, ...], budget: CellBudget) -> Source:
    columns: tuple[str, ...] = ()
    rows: list[Row] = []
    for number, cells in _rows(file, sheet, budget):
        taken = [_cell(cell) for cell in cells]
        if not columns:
            columns = headings(file, [value if isinstance(value, str) else value.value for value in taken])
            continue
        values = [value if isinstance(value, str) else "" for value in taken]
        row = table_row(number, columns, values, padded=True)
        faults = tuple(
            Fault(columns[at] if at < len(columns) else None, fault.value, fault.code, fault.why, fault.what_to_do)
            for at, fault in enumerate(taken)
            if isinstance(fault, Fault)
        )
        if faults or row.faults or any(row.cells.values()):
            rows.append(Row(number, row.cells, row.faults + faults))
    if not columns:
        raise empty(file)
    return Source(file, "table", digest(data), columns, tuple(rows), notes=notes)


def _rows(file: str, sheet: Any, budget: CellBudget) -> Iterator[tuple[int, Any]]:
    # A sheet states its own size, and some writers state it wrong. A row ends with its last cell, however far out.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if number > ROWS:
            raise too_many_rows(file)
        budget.take(max(len(cells), 1))
        if any(cell.value is not None for cell in cells):
            yield number, cells


def _cell(cell: Any) -> str | Fault:
    value = cell.value
    if isinstance(value, str) and cell.data_type not in ("f", "e"):
        return value
    if value is None:
        return ""
    if cell.data_type == "f":
        return _fault(cell, "formula_cell", "is a formula", "是公式", "paste its value instead", "请粘贴为数值")
    if cell.data_type == "e":
        return _fault(cell, "error_cell", f"shows the error {value}", f"显示错误 {value}", "correct it", "请更正")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        number = format(Decimal(repr(value)), "f")
        if len(number.strip("-").replace(".", "").strip("0")) > _EXACT_DIGITS or abs(value) >= 10**_EXACT_DIGITS:
            return _fault(
                cell, "number_inexact", "is a number with more than 15 digits, the last of which are lost",
                "是超过 15 位的数字，末几位已丢失", "store it as text", "请以文本格式存储",
            )  # fmt: skip
        return number.rstrip("0").rstrip(".") if "." in number else number
    if isinstance(value, datetime):
        day_only = value.time() == time() and "h" not in str(cell.number_format).lower()
        return value.strftime("%Y-%m-%d") if day_only else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _fault(cell: Any, code: str, english: str, chinese: str, do_english: str, do_chinese: str) -> Fault:
    address = cell.coordinate
    return Fault(
        None,
        shown(cell.value if isinstance(cell.value, str | int | float) else ""),
        code,
        Message(f"cell {address} {english}", f"单元格 {address} {chinese}"),
        Message(do_english, do_chinese),
    )


def _sheet(file: str, book: Any, name: str | None, budget: CellBudget) -> Any:
    if name is not None:
        if name not in book.sheetnames:
            names = listed(book.sheetnames)
            raise FileRefused(
                file,
                "sheet_unknown",
                Message(f"has no sheet {name}; it has {names}", f"没有工作表 {name}；现有：{names}"),
            )
        return book[name]
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    filled = [sheet for sheet in visible if any(True for _ in _rows(file, sheet, budget))]
    if not filled:
        raise empty(file)
    if len(filled) > 1:
        names = listed([sheet.title for sheet in filled])
        raise FileRefused(
            file,
            "sheet_ambiguous",
            Message(f"has several sheets ({names}): name one", f"含多个工作表（{names}）：请指定一个"),
        )
    return filled[0]


def _check_archive(file: str, data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _no_workbook(file, "an old .xls or a workbook with a password; save it as .xlsx without one")
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except Exception as error:
        # As below: a version that no archive has is a NotImplementedError, for instance.
        raise _no_workbook(file, str(error)) from error
    # zipfile unpacks no more of a part than the size it states.
    unpacked = sum(part.file_size for part in parts)
    packed = max(len(data), 1)
    if len(parts) > _PART_COUNT or unpacked > _UNPACKED_BYTES or (unpacked > 64 << 20 and unpacked > _RATIO * packed):
        raise FileRefused(
            file,
            "file_too_large",
            Message(
                f"would unpack to {unpacked:,} bytes in {len(parts)} parts: refused",
                f"解压后达 {unpacked:,} 字节、{len(parts)} 个部分：拒绝",
            ),
        )


def _check_parts(file: str, data: bytes) -> None:
    """Refuses entities, which can unpack without bound, and parts that cannot be unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        if _declares_type(stream):
                            raise _no_workbook(file, f"{part.filename} declares a document type")
    except FileRefused:
        raise
    except Exception as error:
        # As below: offsets that lead nowhere are a ValueError, for instance.
        raise _no_workbook(file, f"{type(error).__name__}: {error}") from error


class _Root(Exception):
    """The first element: no document type can follow."""


def _declares_type(stream: IO[bytes]) -> bool:
    """Whether a document type is declared, however far behind the beginning and in whatever encoding."""
    found = False

    def declared(*_: object) -> None:
        nonlocal found
        found = True
        raise _Root

    def began(*_: object) -> None:
        raise _Root

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = declared, began
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            parser.Parse(chunk)
    except _Root:
        pass
    return found


def _look_at_sheet(file: str, data: bytes, sheet: Any) -> tuple[Message, ...]:
    """Finds what reading by rows does not show: merged cells, hidden rows."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    merged: list[str] = []
    hidden = 0
    tail = b""
    with archive.open(sheet._worksheet_path) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            window = tail + chunk
            # Cut at the last tag, so that none is seen in halves or twice.
            cut = max(window.rfind(b"<"), 0) if len(chunk) == _CHUNK_BYTES else len(window)
            merged += [match.decode() for match in _MERGED.findall(window[:cut])]
            hidden += len(_HIDDEN_ROW.findall(window[:cut]))
            tail = window[cut:]
    if merged:
        ranges = ", ".join(merged[:5]) + ("…" if len(merged) > 5 else "")
        raise FileRefused(
            file,
            "cells_merged",
            Message(
                f"has merged cells ({ranges}): unmerge them and repeat the value",
                f"含合并单元格（{ranges}）：请取消合并并逐格填写",
            ),
        )
    if hidden:
        return (Message(f"{hidden} hidden rows are read like the others", f"{hidden} 个隐藏行与其他行一样读取"),)
    return ()


def _no_workbook(file: str, why: str) -> FileRefused:
    return FileRefused(
        file, "workbook_unreadable", Message(f"is no readable workbook: {why}", f"不是可读取的工作簿：{why}")
    )
