import csv
import io
import json
import re
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.publish import csv_source, json_source, sources
from ledger.publish.draft import draft_file
from ledger.publish.refusal import FileRefused
from ledger.publish.source import CellBudget
from tests.unit.publish.builders import drafts_of, write

CELLS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda cell: bool(cell.strip()))


def workbook(path: Path, *rows: list[Any], edit: Any = None) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    if edit:
        edit(book)
    book.save(path)
    return path


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=5))
def test_what_is_written_as_csv_is_read_back(rows: list[list[str]]) -> None:
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\r\n").writerows([["a", "b"], *rows])
    source = csv_source.read("x.csv", target.getvalue().encode())
    assert [list(row.cells.values()) for row in source.table_rows] == rows
    assert [row.number for row in source.table_rows] == list(range(2, len(rows) + 2))


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n \n"])
def test_an_empty_file_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(FileRefused, match="is empty"):
        sources.read(write(tmp_path, data))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="cannot be read"):
        sources.read(tmp_path / "none.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_csv_are_told_apart(tmp_path: Path, encoding: str) -> None:
    source = sources.read(write(tmp_path, "部门,名称\n市水务局,水库水情𠮷\n".encode(encoding)))
    assert source.columns == ("部门", "名称")
    assert source.table_rows[0].cells == {"部门": "市水务局", "名称": "水库水情𠮷"}
    assert [note.en for note in source.notes] == (["encoding is GB18030, not UTF-8"] if encoding == "gb18030" else [])


def test_an_unknown_encoding_is_refused_naming_the_byte(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="byte 4 is 0xff, in line 2"):
        sources.read(write(tmp_path, b"a,b\n\xff\xff,1\n"))
    with pytest.raises(FileRefused, match="UTF-16"):
        sources.read(write(tmp_path, "a,b".encode("utf-16")))


def test_damaged_utf_8_is_not_taken_for_gb18030(tmp_path: Path) -> None:
    good = "name,text\n" + "甲,水库水情日报和其他\n" * 5
    data = good.encode() + b"\xb0\xa1,x\n"
    data.decode("gb18030", errors="replace")
    with pytest.raises(FileRefused, match=f"byte {len(good.encode())}"):
        sources.read(write(tmp_path, data))


def test_rows_count_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    source = sources.read(write(tmp_path, 'a,b\r\n"1\r\n1",x\r\n\r\n3,y\r\n'))
    assert [(row.number, row.cells["a"]) for row in source.table_rows] == [(2, "1\r\n1"), (4, "3")]


def test_a_heading_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="heading a is there twice"):
        sources.read(write(tmp_path, "a, a ,b\n1,2,3\n"))


def test_cells_below_no_heading_and_short_rows_are_faults(tmp_path: Path) -> None:
    source = sources.read(write(tmp_path, "a,b,\n1,2\n1,2,3\n1,2,,4\n1,2,,\n1\n"))
    assert [[fault.code for fault in row.faults] for row in source.table_rows] == [
        [], ["cell_without_heading"], ["cell_without_heading"], [], ["row_too_short"],
    ]  # fmt: skip


def test_broken_quotes_are_a_fault_of_their_row(tmp_path: Path) -> None:
    source = sources.read(write(tmp_path, 'a,b\n"x"y,1\n2,3\n4,"open\n'))
    assert [(row.number, [fault.code for fault in row.faults]) for row in source.table_rows] == [
        (2, ["quotes_broken"]), (3, []), (4, ["quotes_broken"]),
    ]  # fmt: skip


def test_another_separator_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="not separated by commas"):
        sources.read(write(tmp_path, "a;b\n1;2\n"))


def test_a_cell_of_ten_megabytes_is_a_refused_row(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    drafts = drafts_of(tmp_path, "1,市水务局,甲,a/1,", f"2,市水务局,{'长' * 3_500_000},a/2,")
    assert [(r.row, r.column, r.code) for r in drafts.refusals] == [(3, "名称", "cell_too_long")]
    assert len(drafts.refusals[0].value) < 100
    assert [draft.local_code for draft in drafts.drafts] == ["1"]
    assert csv.field_size_limit() == before


def test_a_workbook_reads_as_the_text_it_shows(tmp_path: Path) -> None:
    def dates(book: Any) -> None:
        book.active["D2"].number_format = "yyyy-mm-dd"

    row = [1, "甲", 2.50, datetime(2026, 2, 11), datetime(2026, 2, 11, 16, 35, 36), True, None, "=text"]
    path = workbook(tmp_path / "w.xlsx", list("abcdefgh"), row[:-1], edit=dates)
    source = sources.read(path)
    assert list(source.table_rows[0].cells.values()) == [
        "1", "甲", "2.5", "2026-02-11", "2026-02-11 16:35:36", "true",
    ]  # fmt: skip


def test_formula_cells_are_refused_by_address_even_with_a_cached_value(tmp_path: Path) -> None:
    path = workbook(tmp_path / "w.xlsx", ["a", "b"], [1, "=A2&1"], [2, "x"])
    # openpyxl writes no cached value; Excel does.
    _rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(b"<v></v>|<v ?/>", b"<v>11</v>", xml),
    )
    assert openpyxl.load_workbook(path, data_only=True).active["B2"].value == 11  # type: ignore[index]
    first, second = sources.read(path).table_rows
    assert [(fault.column, fault.code) for fault in first.faults] == [("b", "formula_cell")]
    assert "B2" in first.faults[0].why.en
    assert second.faults == ()


def test_a_number_that_has_lost_digits_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "w.xlsx", ["a", "b"], [110105194912310000, "x"], [123456789012345, "y"])
    first, second = sources.read(path).table_rows
    assert [fault.code for fault in first.faults] == ["number_inexact"]
    assert second.cells["a"] == "123456789012345"


def test_merged_cells_are_refused_and_hidden_rows_are_said(tmp_path: Path) -> None:
    path = workbook(tmp_path / "m.xlsx", ["a", "b"], [1, 2], [3, 4], edit=lambda b: b.active.merge_cells("A2:A3"))
    with pytest.raises(FileRefused, match=r"merged cells \(A2:A3\)"):
        sources.read(path)

    def hide(book: Any) -> None:
        book.active.row_dimensions[3].hidden = True

    source = sources.read(workbook(tmp_path / "h.xlsx", ["a", "b"], [1, 2], [3, 4], edit=hide))
    assert len(source.table_rows) == 2
    assert [note.en for note in source.notes] == ["1 hidden rows are read like the others"]


def test_several_sheets_need_a_name(tmp_path: Path) -> None:
    def second(book: Any) -> None:
        book.create_sheet("二").append(["c"])

    path = workbook(tmp_path / "w.xlsx", ["a"], [1], edit=second)
    with pytest.raises(FileRefused, match="several sheets"):
        sources.read(path)
    assert sources.read(path, "二").columns == ("c",)
    with pytest.raises(FileRefused, match="has no sheet 三"):
        sources.read(path, "三")


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(80 << 20))
    with pytest.raises(FileRefused, match="would unpack to"):
        sources.read(path)


@pytest.mark.parametrize("data", [b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0 old"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(FileRefused, match="no readable workbook"):
        sources.read(write(tmp_path, data, "w.xlsx"))


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "w.xlsx", ["a"], [1])
    _rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2])
    with pytest.raises(FileRefused, match="no readable workbook"):
        sources.read(path)


def test_a_workbook_with_a_document_type_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "w.xlsx", ["a"], [1])
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'
    _rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: bomb + xml.split(b"?>", 1)[-1])
    with pytest.raises(FileRefused, match="no readable workbook"):
        sources.read(path)


@given(st.integers() | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_numbers_of_json_keep_their_value(number: Any) -> None:
    try:
        document = json_source.read("x.json", f'{{"n": {number}}}'.encode()).document
    except FileRefused:
        return
    text = str(document["n"])
    assert type(number)(text) == number
    assert not text.endswith(".0")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1, "a": 2}', "a is there twice"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": ', "is no JSON"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_malformed_json_is_refused(text: str, problem: str) -> None:
    # Libraries for signing raise the limit of recursion to 100,000, which the stack does not hold.
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        with pytest.raises(FileRefused, match=problem):
            json_source.read("x.json", text.encode())
    finally:
        sys.setrecursionlimit(limit)


def test_json_is_recognized_without_its_suffix(tmp_path: Path) -> None:
    assert sources.read(write(tmp_path, json.dumps({"dataset": []}), "catalog.txt")).kind == "json"


def test_a_row_that_ends_far_out_is_counted_with_its_blank_cells(tmp_path: Path) -> None:
    """A file of 5 kB would otherwise be read as millions of blank cells for minutes."""
    path = workbook(tmp_path / "w.xlsx", ["a"], [1])
    far = b'<row><c r="ZZZ1"/></row>' * 600
    _rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + far))
    with pytest.raises(FileRefused, match="has more than 10,000,000 cells, blank ones included"):
        sources.read(path)


def test_a_csv_of_very_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_source, "CellBudget", lambda file: CellBudget(file, 10))
    assert len(csv_source.read("x.csv", b"a,b\n" * 2 + b"1,2\n" * 4).table_rows) == 5
    with pytest.raises(FileRefused, match="cells, blank ones included"):
        csv_source.read("x.csv", b"a,b\n" + b"1,2\n" * 6)


def test_very_many_headings_are_read_at_once(tmp_path: Path) -> None:
    """Looking each up among all before took minutes."""
    wide = ",".join(f"h{at}" for at in range(60_000))
    source = sources.read(write(tmp_path, f"{wide}\n"))
    assert len(source.columns) == 60_000
    with pytest.raises(FileRefused, match="fits no mapping") as refused:
        draft_file(tmp_path / "file.csv")
    assert len(str(refused.value)) < 2_000
    with pytest.raises(FileRefused, match="heading h7 is there twice"):
        sources.read(write(tmp_path, f"{wide},h7\n"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_found_wherever_it_stands(tmp_path: Path, encoding: str) -> None:
    path = workbook(tmp_path / "w.xlsx", ["a"], [1])
    declared = f'<?xml version="1.0" encoding="{encoding}"?><!--{" " * 9_000}--><!DOCTYPE x [<!ENTITY a "b">]>'
    _rewrite(path, "xl/workbook.xml", lambda xml: (declared + xml.decode().split("?>", 1)[-1]).encode(encoding))
    with pytest.raises(FileRefused, match=r"xl/workbook\.xml declares a document type"):
        sources.read(path)


def test_an_archive_of_a_version_that_there_is_not_is_refused(tmp_path: Path) -> None:
    data = bytearray(workbook(tmp_path / "w.xlsx", ["a"], [1]).read_bytes())
    data[data.index(b"PK\x01\x02") + 6] = 0xFF
    with pytest.raises(FileRefused, match=r"no readable workbook: zip file version 25\.5"):
        sources.read(write(tmp_path, bytes(data), "w.xlsx"))


def _rewrite(path: Path, name: str, edit: Any) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts[name] = edit(parts[name])
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
