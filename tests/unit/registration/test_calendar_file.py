"""A year's working days from a file."""

import json
from datetime import date
from pathlib import Path

import pytest

from ledger.errors import Malformed
from ledger.model.workdays import workdays_of
from ledger.registration.calendar_file import read_calendar
from ledger.sample import CALENDAR

VECTORS = Path(__file__).parents[2] / "vectors" / "workdays.json"


def test_the_sample_is_the_calendar_of_the_vectors() -> None:
    known = json.loads(VECTORS.read_text("utf-8"))
    at = known["calendar_year"].index(2026)
    read = read_calendar(CALENDAR)
    assert read.to_call(bytes(32))["workdays"] == [int(known[f"calendar_{word}"][at], 16) for word in ("low", "high")]
    assert (read.year, read.bits.bit_count(), read.make_up_days) == (2026, 248, 6)
    assert "待核" in CALENDAR.read_text("utf-8")


def test_what_the_file_does_not_name_is_monday_to_friday(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("date,kind\n2027-01-01,holiday\n2027-01-02,workday\n", "utf-8")
    days = workdays_of(2027, read_calendar(path).bits)
    assert days[:3] == [date(2027, 1, 2), date(2027, 1, 4), date(2027, 1, 5)]


def test_every_bad_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("日期,类型\n2026-02-30,休\n2026-03-02,玩\n2026-03-03,休\n2026-03-03,班\n2027-01-01,休\n", "utf-8")
    with pytest.raises(Malformed) as refused:
        read_calendar(path)
    for row in ("row 2", "row 3", "row 5", "2026, 2027"):
        assert row in str(refused.value)


@pytest.mark.parametrize("row", ["2026-01-01", '"2026-01-01,休', "9999-12-31,休"])
def test_rows_that_are_cut_off_or_end_time(tmp_path: Path, row: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text(f"日期,类型\n{row}\n", "utf-8")
    with pytest.raises(Malformed, match="row 2: "):
        read_calendar(path)
