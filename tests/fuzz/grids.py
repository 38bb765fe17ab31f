"""Tables for readers of files: mostly good rows with something odd in them, written as CSV, JSON or a workbook."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.fuzz.workbooks import workbook

_ODD_CELLS = (
    *("", " ", "\u3000", "=1+1", "-1", "0", "1", "2.0", "1e9", "9" * 20, "9" * 5_000, "²", "１２", "٣", "½", "NaN"),
    *("9999-12-31", "0001-01-01", "2026-02-30", "2026/1/1 00:00:00", "２０２６-０１-０１", "0000-00-00", "2026-W01-1"),
    *("*", "1-3", "1-" + "9" * 5_000, "3-1", "²-³", "查询；核验", "；；；", "是", "不涉及", "机密★", "13800138000"),
    *("\x00", "a\x00b", "\x07", "\u200b", "\u202e", "\ufeff", "\ufffd", "e\u0301", "𠮷", "甲" * 33_000, "(" * 400),
    *('"', '""', "'", ",", "a,b", "a\nb", "a\r\nb", "a\rb", "\\", "{}", "[1]", "null", "http://[", "http://x/y.htm"),
    *("0x" + "00" * 32, "0x", "119900", "²²²²²²", "119900000000", "a/b", "/", "x" * 129, "../../etc", "<b>&amp;"),
)
_ODD_JSON: tuple[object, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**40, 1e300, [], {}, [None], [[]], [{}], {"": ""}, {"a": {"b": []}}),
    *(["a", 1, None], "\ud800", "a\ud800b", [["x"] * 3] * 3, "\U000e0041"),
)


@dataclass(frozen=True, slots=True)
class Grid:
    """A kind of table: good cells by heading, and the member that holds the rows of a JSON document."""

    cells: Mapping[str, Sequence[str]]
    member: str


def of_grid(grid: Grid) -> Callable[[random.Random], bytes]:
    """A maker of files that hold such a table: damaged here and there, in one of three forms."""

    def make(dice: random.Random) -> bytes:
        headings, rows = _table(dice, grid)
        form = dice.random()
        if form < 0.5:
            return _as_csv(dice, [headings, *rows])
        if form < 0.8:
            return _as_json(dice, grid, headings, rows)
        return workbook(dice, [headings, *rows])

    return make


def csv_of(grid: Grid) -> Callable[[random.Random], bytes]:
    """As `of_grid`, CSV only."""

    def make(dice: random.Random) -> bytes:
        headings, rows = _table(dice, grid)
        return _as_csv(dice, [headings, *rows])

    return make


def workbook_of(grid: Grid) -> Callable[[random.Random], bytes]:
    """As `of_grid`, workbooks only."""

    def make(dice: random.Random) -> bytes:
        headings, rows = _table(dice, grid)
        return workbook(dice, [headings, *rows])

    return make


def _table(dice: random.Random, grid: Grid) -> tuple[list[str], list[list[str]]]:
    headings = list(grid.cells)
    rows = [[dice.choice(list(grid.cells[name])) for name in headings] for _ in range(dice.choice((0, 1, 1, 2, 5)))]
    for _ in range(dice.choice((0, 1, 1, 2, 4))):
        if rows:
            row = dice.choice(rows)
            row[dice.randrange(len(row))] = dice.choice(_ODD_CELLS)
    if dice.random() < 0.15:
        at = dice.randrange(len(headings))
        headings[at] = dice.choice(("", dice.choice(headings), *_ODD_CELLS))
    if dice.random() < 0.1:
        headings.insert(dice.randrange(len(headings) + 1), dice.choice(("备注", "note", "涉密", *headings)))
    if rows and dice.random() < 0.1:
        row = dice.choice(rows)
        row[:] = row[: dice.randrange(len(row))] if dice.random() < 0.5 else row + row
    if dice.random() < 0.01:
        headings += [f"h{at}" for at in range(dice.choice((300, 20_000)))]
    return headings, rows


def _as_csv(dice: random.Random, rows: list[list[str]]) -> bytes:
    end = dice.choice(("\n", "\r\n", "\r", "\n", "\n\n", "\n\r"))
    comma = dice.choice((*"," * 20, ";", "\t", ", "))
    text = end.join(comma.join(_csv_cell(dice, cell) for cell in row) for row in rows) + dice.choice(("", end, '"'))
    encoding = dice.choice((*("utf-8", "gb18030") * 8, *("utf-8-sig", "utf-16", "utf-32", "big5")))
    data = text.encode(encoding, dice.choice(("replace", "ignore")))
    if dice.random() < 0.15:
        at = dice.randrange(len(data) + 1)
        # GB18030: lone lead bytes, four-byte forms, what it does not assign.
        odd = dice.choice((b"\x81", b"\xff", b"\x81\x30\x81\x30", b"\x84\x31\xa4\x37", b"\xe3\x32\x9a\x36", b"\x80"))
        data = data[:at] + odd + data[at + dice.randrange(3) :]
    return data


def _csv_cell(dice: random.Random, cell: str) -> str:
    if dice.random() < 0.003:
        return f'"{cell}' if dice.random() < 0.5 else f'{cell}"{cell}"'
    if dice.random() < 0.2 or any(mark in cell for mark in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _as_json(dice: random.Random, grid: Grid, headings: list[str], rows: list[list[str]]) -> bytes:
    records: list[object] = [dict(zip(headings, row, strict=False)) for row in rows]
    for _ in range(dice.choice((0, 0, 1, 2))):
        record = dice.choice(records) if records else None
        if isinstance(record, dict) and record:
            record[dice.choice(list(record))] = dice.choice(_ODD_JSON)
    if dice.random() < 0.1:
        records.append(dice.choice(_ODD_JSON))
    document = dice.choice((records, {grid.member: records}, {grid.member: records}, records[:1], {"": records}))
    text = json.dumps(document, ensure_ascii=dice.random() < 0.5)
    if dice.random() < 0.1:
        at = dice.randrange(len(text))
        text = text[:at] + dice.choice(("[" * 40, "NaN", "1e999999999", "1" * 5_000, ",", '"')) + text[at:]
    return text.encode("utf-8", "replace")
