"""A year's working days from a file of holidays and make-up working days; what it does not name is Monday to Friday.

Columns 日期 (date) and 类型 (kind): 休 for a day off, 班 for a working day. Which days these are is published each
year; nothing is shipped as if it were law.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from ledger.errors import Malformed
from ledger.model.message import Message
from ledger.model.workdays import bits_of_days, require_calendar, words_of
from ledger.publish import sources
from ledger.publish.refusal import FileRefused, shown

_DATES: Final = ("日期", "date")
_KINDS: Final = ("类型", "kind")
_OFF: Final = ("休", "休息", "放假", "holiday")
_ON: Final = ("班", "上班", "调休上班", "workday")


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """The calendar that a file makes of a year."""

    year: int
    bits: int
    """Bit n is day n of the year, from 0."""
    days_off: int
    make_up_days: int

    def to_call(self, source: bytes) -> dict[str, Any]:
        """The contract's struct (`IPolicy.NewCalendar`); `source` is a digest, 32 bytes."""
        return {"year": self.year, "workdays": list(words_of(self.bits)), "source": source}


def read_calendar(path: Path) -> YearCalendar:
    """The calendar in a file.

    Raises Malformed naming every bad row, FileRefused when the file cannot be used at all.
    """
    source = sources.read(path)
    date_column = next((name for name in _DATES if name in source.columns), None)
    kind_column = next((name for name in _KINDS if name in source.columns), None)
    if date_column is None or kind_column is None:
        message = Message("has no columns date (日期) and kind (类型)", "缺少“日期”或“类型”列")
        raise FileRefused(source.file, "column_missing", message)
    days: dict[date, bool] = {}
    faults: list[str] = []
    for row in source.table_rows:
        cell = str(row.cells.get(date_column, "")).strip()
        try:
            day = date.fromisoformat(cell[:10].replace("/", "-"))
            date(day.year + 1, 1, 1)  # the year's end
        except ValueError:
            faults.append(f"row {row.number}: {shown(cell)} is no date like 2026-10-01")
            continue
        kind = str(row.cells.get(kind_column, "")).strip().lower()
        if kind not in _OFF + _ON:
            faults.append(f"row {row.number}: {shown(kind)} is neither 休 nor 班")
        elif day in days:
            faults.append(f"row {row.number}: {day} is there twice")
        else:
            days[day] = kind in _ON
    years = sorted({day.year for day in days})
    if len(years) > 1 or not (days or faults):
        faults.append(f"it names days of {', '.join(map(str, years)) or 'no year'}: one file is for one year")
    if faults:
        raise Malformed(f"{source.file}: " + "; ".join(faults[:20]))
    (year,) = years
    first = date(year, 1, 1)
    every = [first + timedelta(place) for place in range((date(year + 1, 1, 1) - first).days)]
    bits = bits_of_days(year, [day for day in every if days.get(day, day.weekday() < 5)])
    try:
        require_calendar(year, bits)
    except ValueError as error:
        raise Malformed(f"{source.file}: {error}") from error
    return YearCalendar(
        year,
        bits,
        days_off=sum(not on for on in days.values()),
        make_up_days=sum(on and day.weekday() >= 5 for day, on in days.items()),
    )
