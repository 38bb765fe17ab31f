// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Local days, working days and calendar years of Asia/Shanghai, which has had no summer time since 1991.
///
/// A day is a number: ⌊(t + 8 h) / 86,400 s⌋, so that day 0 is 1 January 1970, a Thursday. Moments are Unix seconds.
/// The end of a day (24:00) is the first second of the next: intervals are half-open, `time < end` is in time.
library Workdays {
    uint256 private constant DAY_SECONDS = 86_400;
    uint256 private constant OFFSET_SECONDS = 8 hours;
    /// @dev Days that one deadline may span; bounds the walk whatever calendars say.
    uint256 private constant SPAN_DAYS = 1_000;
    /// @dev A year with fewer working days is a mistake: China's have about 250.
    uint256 private constant YEAR_WORKDAYS_LEAST = 150;
    uint256 private constant YEAR_FIRST = 2000;
    uint256 private constant YEAR_LAST = 2999;

    /// @notice The working days of one year: bit n is set when day n of the year, from 0, is one.
    /// @param version counts from 1; 0 while the year has no calendar
    struct Calendar {
        uint256[2] workdays;
        uint32 version;
    }

    /// @notice The deadline lies more days ahead than one may span.
    error WorkdaysTooMany(uint256 workdays);

    function dayOf(uint256 time) internal pure returns (uint256) {
        return (time + OFFSET_SECONDS) / DAY_SECONDS;
    }

    /// @notice The first second of a day. Requires `day` ≥ 1.
    function startOf(uint256 day) internal pure returns (uint64) {
        return uint64(day * DAY_SECONDS - OFFSET_SECONDS);
    }

    /// @notice End of the `workdays`-th working day after the day of `from`; of that day itself for 0.
    function deadline(mapping(uint256 year => Calendar) storage calendars, uint256 from, uint256 workdays)
        internal
        view
        returns (uint64)
    {
        uint256 day = dayOf(from);
        uint256 last = day + SPAN_DAYS;
        (uint256 year,,) = dateOf(day);
        uint256 yearStart = dayAt(year, 1, 1);
        uint256 yearEnd = dayAt(year + 1, 1, 1);
        Calendar memory calendar = calendars[year];
        for (uint256 left = workdays; left > 0;) {
            ++day;
            require(day <= last, WorkdaysTooMany(workdays));
            if (day == yearEnd) {
                yearStart = yearEnd;
                yearEnd = dayAt(++year + 1, 1, 1);
                calendar = calendars[year];
            }
            if (_isWorkday(calendar, day, day - yearStart)) --left;
        }
        return startOf(day + 1);
    }

    /// @notice Whether `day` is a working day: by its year's calendar, or Monday to Friday where there is none.
    function isWorkday(mapping(uint256 year => Calendar) storage calendars, uint256 day) internal view returns (bool) {
        (uint256 year,,) = dateOf(day);
        return _isWorkday(calendars[year], day, day - dayAt(year, 1, 1));
    }

    /// @notice Whether the bits can be a year's calendar: a plausible year, enough working days, none past its end.
    function isCalendar(uint256 year, uint256[2] memory workdays) internal pure returns (bool) {
        if (year < YEAR_FIRST || year > YEAR_LAST) return false;
        uint256 size = dayAt(year + 1, 1, 1) - dayAt(year, 1, 1);
        if (workdays[1] >> (size - 256) != 0) return false;
        uint256 count;
        for (uint256 i; i < size; ++i) {
            count += (workdays[i >> 8] >> (i & 255)) & 1;
        }
        return count >= YEAR_WORKDAYS_LEAST;
    }

    /// @notice End of a term of `numberOfYears` calendar years that begins on the day of `from`: 24:00 of the day
    /// before the anniversary. A term begun on 29 February always ends with 28 February.
    function termEnd(uint256 from, uint256 numberOfYears) internal pure returns (uint64) {
        (uint256 year, uint256 month, uint256 day) = dateOf(dayOf(from));
        year += numberOfYears;
        if (month == 2 && day == 29) return startOf(dayAt(year, 2, 28) + 1);
        return startOf(dayAt(year, month, day));
    }

    /// @notice Date of a day in the Gregorian calendar.
    /// @dev Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days: years begin with March,
    /// so that the leap day is their last.
    function dateOf(uint256 day) internal pure returns (uint256 year, uint256 month, uint256 dayOfMonth) {
        uint256 shifted = day + 719_468;
        uint256 era = shifted / 146_097;
        uint256 dayOfEra = shifted % 146_097;
        uint256 yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        uint256 dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        uint256 monthFromMarch = (5 * dayOfYear + 2) / 153;
        dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    }

    /// @notice Day of a date in the Gregorian calendar. Requires `year` ≥ 1970 and a date that exists.
    /// @dev Ibid., days_from_civil.
    function dayAt(uint256 year, uint256 month, uint256 dayOfMonth) internal pure returns (uint256) {
        uint256 shifted = month <= 2 ? year - 1 : year;
        uint256 yearOfEra = shifted % 400;
        uint256 dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dayOfMonth - 1;
        uint256 dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return shifted / 400 * 146_097 + dayOfEra - 719_468;
    }

    function _isWorkday(Calendar memory calendar, uint256 day, uint256 dayOfYear) private pure returns (bool) {
        if (calendar.version == 0) return (day + 3) % 7 < 5; // day 0 was a Thursday; 0 is Monday
        return (calendar.workdays[dayOfYear >> 8] >> (dayOfYear & 255)) & 1 == 1;
    }
}
