"""Local days, working days and terms, as `contracts/libraries/Workdays.sol` computes them.

Local days are those of Asia/Shanghai, which has had no summer time since 1991. A working day is one by its year's
calendar, or Monday to Friday where the year has none. The day of an event does not count; a deadline is the end
(24:00) of the n-th working day, the first second of the next: what comes before the deadline is in time.

The bits of a year are one integer: bit n is day n, 0 being 1 January. The contract has them as two words of 256.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
SPAN_DAYS: Final = 1_000
"""Days that one deadline may span."""
YEAR_WORKDAYS_LEAST: Final = 150
_YEARS: Final = range(2000, 3000)
_DAY: Final = timedelta(days=1)
_WORD: Final = (1 << 256) - 1


@dataclass(frozen=True, slots=True)
class Calendars:
    """The calendars that are set, year → bits."""

    bits: Mapping[int, int] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        """Whether a local day is a working day."""
        bits = self.bits.get(day.year)
        if bits is None:
            return day.weekday() < 5
        return bool(bits >> (day.timetuple().tm_yday - 1) & 1)

    def deadline(self, start: datetime, workdays: int) -> datetime:
        """End of the `workdays`-th working day after the day of `start`; of that day itself for 0.

        Raises ValueError when it lies more than SPAN_DAYS ahead.
        """
        first = day = local_date(start)
        left = workdays
        while left > 0:
            day += _DAY
            if (day - first).days > SPAN_DAYS:
                raise ValueError(f"{workdays} working days span more than {SPAN_DAYS} days")
            left -= self.is_workday(day)
        return day_start(day + _DAY)

    def workdays_left(self, moment: datetime, deadline: datetime) -> int:
        """Working days after today up to the deadline: 0 on the last day, negative by the working days since.

        Late is `moment >= deadline`; on a day off after the last day this is 0 too.
        """
        today, last = local_date(moment), local_date(deadline) - _DAY
        if last >= today:
            return self._between(today, last)
        return -self._between(last, today)

    def _between(self, after: date, last: date) -> int:
        days = (last - after).days
        return sum(self.is_workday(after + _DAY * place) for place in range(1, days + 1))


def local_date(moment: datetime) -> date:
    """The local day of a moment."""
    return moment.astimezone(SHANGHAI).date()


def day_start(day: date) -> datetime:
    """The first second of a local day, in UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def term_end(start: datetime, years: int) -> datetime:
    """End of a term of calendar years from the day of `start`: 24:00 of the day before the anniversary.

    A term begun on 29 February always ends with 28 February.
    """
    first = local_date(start)
    if (first.month, first.day) == (2, 29):
        return day_start(date(first.year + years, 2, 28) + _DAY)
    return day_start(first.replace(year=first.year + years))


def bits_of(low: int, high: int) -> int:
    """The bits of a year from the contract's two words."""
    return high << 256 | low


def words_of(bits: int) -> tuple[int, int]:
    """The contract's two words."""
    return bits & _WORD, bits >> 256


def bits_of_days(year: int, days: Iterable[date]) -> int:
    """The bits of a year whose working days are these. Raises ValueError for a day of another year."""
    bits = 0
    for day in days:
        if day.year != year:
            raise ValueError(f"{day} is no day of {year}")
        bits |= 1 << (day.timetuple().tm_yday - 1)
    return bits


def workdays_of(year: int, bits: int) -> list[date]:
    """The working days that the bits of a year name, ascending."""
    first = date(year, 1, 1)
    return [first + _DAY * place for place in range(bits.bit_length()) if bits >> place & 1]


def require_calendar(year: int, bits: int) -> None:
    """Checks that bits can be a year's calendar, as `Policy` does. Raises ValueError saying why not."""
    if year not in _YEARS:
        raise ValueError(f"year {year}: want {_YEARS[0]} to {_YEARS[-1]}")
    size = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    if bits < 0 or bits >> size:
        raise ValueError(f"the calendar of {year} names a day past its end")
    if (count := bits.bit_count()) < YEAR_WORKDAYS_LEAST:
        raise ValueError(f"the calendar of {year} has {count} working days, want {YEAR_WORKDAYS_LEAST} or more")
