"""Working days and terms: the tables computed by hand that the contract is held to, and what else Python needs."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.workdays import (
    SHANGHAI,
    Calendars,
    bits_of,
    bits_of_days,
    day_start,
    local_date,
    require_calendar,
    term_end,
    words_of,
    workdays_of,
)

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "workdays.json"


@pytest.fixture(scope="module")
def vectors() -> Any:
    return json.loads(VECTORS.read_text("utf-8"))


@pytest.fixture(scope="module")
def calendars(vectors: Any) -> Calendars:
    words = zip(vectors["calendar_low"], vectors["calendar_high"], strict=True)
    bits = [bits_of(int(low, 16), int(high, 16)) for low, high in words]
    return Calendars(dict(zip(vectors["calendar_year"], bits, strict=True)))


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_deadlines(vectors: Any, calendars: Calendars) -> None:
    rows = zip(*(vectors[name] for name in ("from", "from_local", "workdays", "end", "end_day", "why")), strict=True)
    for start, local, workdays, end, last, why in rows:
        assert at(start) == datetime.fromisoformat(local), why
        deadline = calendars.deadline(at(start), workdays)
        assert deadline == at(end), why
        assert local_date(deadline - timedelta(seconds=1)) == date.fromisoformat(last), why
        # Looked at from the start, as many days are left as were given.
        assert calendars.workdays_left(at(start), deadline) == workdays, why


def test_terms(vectors: Any) -> None:
    rows = zip(*(vectors[f"term_{name}"] for name in ("from", "years", "end", "last_day", "why")), strict=True)
    for start, years, end, last, why in rows:
        found = term_end(at(start), years)
        assert found == at(end), why
        assert local_date(found - timedelta(seconds=1)) == date.fromisoformat(last), why


def test_calendars_are_such(vectors: Any, calendars: Calendars) -> None:
    for year, bits in calendars.bits.items():
        require_calendar(year, bits)
        low, high = words_of(bits)
        assert bits_of(low, high) == bits
        assert bits_of_days(year, workdays_of(year, bits)) == bits
    assert calendars.is_workday(date(2026, 2, 14))
    assert not calendars.is_workday(date(2026, 2, 17))
    # A year without a calendar.
    assert calendars.is_workday(date(2027, 1, 1))
    assert not calendars.is_workday(date(2027, 1, 2))


@pytest.mark.parametrize(
    ("year", "bits", "why"),
    [
        (1999, (1 << 365) - 1, "want 2000 to 2999"),
        (2026, 1 << 365, "past its end"),
        (2024, 1 << 366, "past its end"),
        (2026, (1 << 149) - 1, "has 149 working days"),
    ],
)
def test_what_is_no_calendar(year: int, bits: int, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        require_calendar(year, bits)


def test_a_leap_year_has_a_day_more() -> None:
    require_calendar(2024, (1 << 366) - 1)
    with pytest.raises(ValueError, match="no day of 2025"):
        bits_of_days(2025, [date(2024, 12, 31)])


def test_days_left_count_down_and_on() -> None:
    calendars = Calendars()
    deadline = day_start(date(2027, 3, 6))  # the end of Friday the 5th
    noon = timedelta(hours=12)
    left = {
        day: calendars.workdays_left(day_start(date(2027, 3, day)) + noon, deadline) for day in (1, 4, 5, 6, 7, 8, 9)
    }
    assert left == {1: 4, 4: 1, 5: 0, 6: 0, 7: 0, 8: -1, 9: -2}


def test_a_deadline_spans_a_limit() -> None:
    start = datetime(2026, 1, 1, tzinfo=SHANGHAI)
    with pytest.raises(ValueError, match="1000 days"):
        Calendars().deadline(start, 1000)
    never = Calendars(dict.fromkeys(range(2026, 2030), 0))
    with pytest.raises(ValueError, match="span more"):
        never.deadline(start, 1)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 60),
    st.integers(0, 2**365 - 1),
)
def test_the_last_day_of_a_deadline_works_and_is_the_nth(start: datetime, workdays: int, bits: int) -> None:
    calendars = Calendars({2026: bits | (1 << 365) - (1 << 200)})
    deadline = calendars.deadline(start, workdays)
    last = local_date(deadline) - timedelta(days=1)
    assert workdays == 0 or calendars.is_workday(last)
    days = [local_date(start) + timedelta(days=at + 1) for at in range((last - local_date(start)).days)]
    assert sum(map(calendars.is_workday, days)) == workdays
