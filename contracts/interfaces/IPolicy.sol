// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The numbers that law and practice set, governed by the data authority. Limits are read from here, never
/// constants; each procedure step uses the version in force at its start.
///
/// Working days are those of the year's calendar, one bit per day; a year without a calendar counts Monday to Friday.
/// Local days are Asia/Shanghai. The day of an event does not count; a deadline is the end (24:00) of the n-th working
/// day, that is the first second of the next: `time < deadline` is in time. A deadline is computed once, at its step's
/// start, and stored there: a calendar or parameter that is set anew moves none.
interface IPolicy {
    /// @param version counts from 1; 0 when the parameter was never set
    /// @param effectiveFrom Unix seconds from which it is in force
    /// @param value in the unit that the parameter's name says
    /// @param source SHA-256 of the document that sets it
    struct Parameter {
        uint32 version;
        uint64 effectiveFrom;
        uint128 value;
        bytes32 source;
    }

    /// @param name ASCII, padded with zeros on the right, unit last: `notice_workdays`
    struct NewParameter {
        bytes32 name;
        uint128 value;
        uint64 effectiveFrom;
        bytes32 source;
    }

    /// @param proposal number of the proposal that was confirmed
    /// @param account the ADMIN who confirmed
    /// @param time Unix seconds of the block
    struct ParameterSetting {
        uint32 version;
        uint64 effectiveFrom;
        uint128 value;
        bytes32 source;
        uint64 proposal;
        address account;
        uint64 time;
    }

    /// @param year Gregorian year, 2000–2999
    /// @param workdays one bit per day of the year: bit n of word 0 is day n, bit n of word 1 is day 256 + n, from 0
    /// @param source SHA-256 of the document that sets it
    struct NewCalendar {
        uint16 year;
        uint256[2] workdays;
        bytes32 source;
    }

    /// @param version counts from 1 for each year
    /// @param proposal number of the proposal that was confirmed
    /// @param account the ADMIN who confirmed
    /// @param time Unix seconds of the block
    struct CalendarSetting {
        uint32 version;
        uint256[2] workdays;
        bytes32 source;
        uint64 proposal;
        address account;
        uint64 time;
    }

    event CalendarSet(uint64 indexed index, uint16 indexed year, CalendarSetting act);
    event ParameterSet(uint64 indexed index, bytes32 indexed name, ParameterSetting act);

    error ParameterUnknown(bytes32 name);
    /// @notice A parameter needs a name, a source, and a start that is not past.
    error ParameterInvalid(bytes32 name, uint64 effectiveFrom, bytes32 source);
    /// @notice The last version is not in force yet; a second one in waiting is refused.
    error ParameterPending(bytes32 name, uint64 effectiveFrom);

    /// @notice The bits name a day past the year's end, or fewer than 150 working days; or there is no source.
    error CalendarInvalid(uint16 year, bytes32 source);

    /// @notice The version in force now; reverts when there is none.
    function inForce(bytes32 name) external view returns (Parameter memory);
    /// @notice Versions of a parameter, those in waiting included.
    function versions(bytes32 name) external view returns (uint256);
    /// @notice One version, counting from 1.
    function parameter(bytes32 name, uint32 version) external view returns (Parameter memory);
    /// @notice Working days of a year, in the bits of {NewCalendar}; `version` 0 while the year has no calendar.
    function calendar(uint16 year) external view returns (uint256[2] memory workdays, uint32 version);
    /// @notice Whether a local day, counted from 1 January 1970, is a working day.
    function isWorkday(uint256 day) external view returns (bool);
    /// @notice End of the `workdays`-th working day after the day of `from`, Unix seconds; for 0 the end of that day.
    function workdayEnd(uint64 from, uint256 workdays) external view returns (uint64);
    /// @notice {workdayEnd} from now, by the number of working days that parameter `name` has in force now.
    function deadline(bytes32 name) external view returns (uint64);
    /// @notice End of a term of calendar years that begins on the day of `from`, Unix seconds, by the number of years
    /// that parameter `name` has in force now: 24:00 of the day before the anniversary.
    function termEnd(uint64 from, bytes32 name) external view returns (uint64);
}
