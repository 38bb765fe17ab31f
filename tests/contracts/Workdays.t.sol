// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPolicy} from "../../contracts/interfaces/IPolicy.sol";
import {IRootActs} from "../../contracts/interfaces/IRootActs.sol";
import {Workdays} from "../../contracts/libraries/Workdays.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

contract WorkdaysHarness {
    function termEnd(uint256 from, uint256 numberOfYears) external pure returns (uint64) {
        return Workdays.termEnd(from, numberOfYears);
    }

    function isCalendar(uint256 year, uint256[2] memory workdays) external pure returns (bool) {
        return Workdays.isCalendar(year, workdays);
    }
}

/// @notice {IRootActs-setCalendars}, and the arithmetic of days against tables computed by hand.
contract WorkdaysTest is Base {
    string private constant VECTORS = "tests/vectors/workdays.json";
    bytes32 private constant SOURCE = keccak256("a document");
    WorkdaysHarness private harness;

    function setUp() public override {
        super.setUp();
        harness = new WorkdaysHarness();
    }

    function test_vectors_deadlines() public {
        string memory json = vm.readFile(VECTORS);
        _setCalendars(json);
        uint256[] memory from = vm.parseJsonUintArray(json, ".from");
        uint256[] memory workdays = vm.parseJsonUintArray(json, ".workdays");
        uint256[] memory ends = vm.parseJsonUintArray(json, ".end");
        string[] memory why = vm.parseJsonStringArray(json, ".why");
        vm.assertEq(from.length, ends.length, "columns");
        for (uint256 i; i < from.length; ++i) {
            vm.assertEq(policy.workdayEnd(uint64(from[i]), workdays[i]), ends[i], why[i]);
        }
        checkLedger();
    }

    function test_vectors_terms() public view {
        string memory json = vm.readFile(VECTORS);
        uint256[] memory from = vm.parseJsonUintArray(json, ".term_from");
        uint256[] memory numbersOfYears = vm.parseJsonUintArray(json, ".term_years");
        uint256[] memory ends = vm.parseJsonUintArray(json, ".term_end");
        string[] memory why = vm.parseJsonStringArray(json, ".term_why");
        vm.assertEq(from.length, ends.length, "columns");
        for (uint256 i; i < from.length; ++i) {
            vm.assertEq(harness.termEnd(from[i], numbersOfYears[i]), ends[i], why[i]);
        }
    }

    function test_deadline_readsTheParameterInForce() public {
        IPolicy.NewParameter[] memory parameters = new IPolicy.NewParameter[](2);
        parameters[0] = IPolicy.NewParameter("notice_workdays", 10, 0, SOURCE);
        parameters[1] = IPolicy.NewParameter("notice_workdays", 1, uint64(START + 30 days), SOURCE);
        _enact(address(policy), abi.encodeCall(IRootActs.setParameters, (parameters)));
        vm.assertEq(policy.deadline("notice_workdays"), policy.workdayEnd(uint64(START), 10), "ten");
        vm.warp(START + 30 days);
        vm.assertEq(policy.deadline("notice_workdays"), policy.workdayEnd(uint64(START + 30 days), 1), "one");
        vm.expectRevert(abi.encodeWithSelector(IPolicy.ParameterUnknown.selector, bytes32("nothing")));
        policy.deadline("nothing");
    }

    function test_setCalendars_again() public {
        string memory json = vm.readFile(VECTORS);
        _setCalendars(json);
        (uint256[2] memory workdays, uint32 version) = policy.calendar(2026);
        vm.assertEq(version, 1, "version");
        vm.assertFalse(policy.isWorkday(20_454), "1 January 2026 is off");
        workdays[0] |= 1;
        _enact(address(policy), _action(IPolicy.NewCalendar(2026, workdays, SOURCE)));
        (, version) = policy.calendar(2026);
        vm.assertEq(version, 2, "version");
        vm.assertTrue(policy.isWorkday(20_454), "and is not");
        (, version) = policy.calendar(2025);
        vm.assertEq(version, 1, "no other year changed");
        checkLedger();
    }

    function testFuzz_setCalendars(uint16 year, uint256 low, uint256 high, bytes32 source, uint256 dense) public {
        year = uint16(_bound(year, 1990, 3010));
        if (dense % 4 != 0) low |= type(uint256).max >> 60;
        high &= (1 << (108 + dense % 4)) - 1;
        if (dense % 8 == 1) source = 0;
        bool valid = source != 0 && year >= 2000 && year <= 2999;
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        if (high >> (leap ? 110 : 109) != 0) valid = false;
        uint256 count;
        for (uint256 i; i < 256; ++i) {
            count += ((low >> i) & 1) + ((high >> i) & 1);
        }
        if (count < 150) valid = false;
        bytes memory action = _action(IPolicy.NewCalendar(year, [low, high], source));
        if (!valid) {
            _enactReverts(
                address(policy), action, abi.encodeWithSelector(IPolicy.CalendarInvalid.selector, year, source)
            );
        } else {
            uint64 number = _propose(address(policy), action);
            vm.expectEmit(address(policy));
            emit IPolicy.CalendarSet(
                journal.size(),
                year,
                IPolicy.CalendarSetting(1, [low, high], source, number, bo, uint64(block.timestamp))
            );
            _confirm(number, address(policy), action);
        }
        (uint256[2] memory kept, uint32 version) = policy.calendar(year);
        vm.assertEq(version, valid ? 1 : 0, "version");
        vm.assertEq(kept[0], valid ? low : 0, "bits of the first 256 days");
        vm.assertEq(kept[1], valid ? high : 0, "and of the others");
        checkLedger();
    }

    /// @notice A deadline by walking day by day, without calendars.
    function testFuzz_workdayEnd(uint256 from, uint256 workdays) public view {
        from = _bound(from, 946_684_800, 4_102_444_800); // 2000–2099
        workdays = _bound(workdays, 0, 60);
        uint256 day = (from + 28_800) / 86_400;
        for (uint256 left = workdays; left > 0;) {
            ++day;
            if ((day + 4) % 7 != 0 && (day + 4) % 7 != 6) --left; // 0 is Sunday
        }
        vm.assertEq(policy.workdayEnd(uint64(from), workdays), (day + 1) * 86_400 - 28_800, "end");
    }

    function test_workdayEnd_isBounded() public {
        _expectRevert(abi.encodeWithSelector(Workdays.WorkdaysTooMany.selector, 800));
        policy.workdayEnd(uint64(START), 800);
        vm.assertGe(policy.workdayEnd(uint64(START), 700), START, "700 lie within 1,000 days");
    }

    /// @notice Dates count day by day.
    function testFuzz_dateOf(uint256 day) public pure {
        day = _bound(day, 0, 400_000);
        (uint256 year, uint256 month, uint256 dayOfMonth) = Workdays.dateOf(day);
        vm.assertEq(Workdays.dayAt(year, month, dayOfMonth), day, "there and back");
        (uint256 nextYear, uint256 nextMonth, uint256 nextDay) = Workdays.dateOf(day + 1);
        uint8[12] memory sizes = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        uint256 size = sizes[month - 1];
        if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) size = 29;
        bool lastDay = dayOfMonth == size;
        bool lastMonth = lastDay && month == 12;
        vm.assertEq(nextDay, lastDay ? 1 : dayOfMonth + 1, "day");
        vm.assertEq(nextMonth, lastMonth ? 1 : lastDay ? month + 1 : month, "month");
        vm.assertEq(nextYear, lastMonth ? year + 1 : year, "year");
    }

    function _setCalendars(string memory json) private {
        uint256[] memory years_ = vm.parseJsonUintArray(json, ".calendar_year");
        bytes32[] memory low = vm.parseJsonBytes32Array(json, ".calendar_low");
        bytes32[] memory high = vm.parseJsonBytes32Array(json, ".calendar_high");
        IPolicy.NewCalendar[] memory calendars = new IPolicy.NewCalendar[](years_.length);
        for (uint256 i; i < years_.length; ++i) {
            calendars[i] = IPolicy.NewCalendar(uint16(years_[i]), [uint256(low[i]), uint256(high[i])], SOURCE);
        }
        _enact(address(policy), abi.encodeCall(IRootActs.setCalendars, (calendars)));
    }

    function _action(IPolicy.NewCalendar memory fresh) private pure returns (bytes memory) {
        IPolicy.NewCalendar[] memory calendars = new IPolicy.NewCalendar[](1);
        calendars[0] = fresh;
        return abi.encodeCall(IRootActs.setCalendars, (calendars));
    }
}
