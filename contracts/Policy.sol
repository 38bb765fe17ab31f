// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGoverned} from "./interfaces/IGoverned.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IPolicy} from "./interfaces/IPolicy.sol";
import {IRootActs} from "./interfaces/IRootActs.sol";
import {Acts} from "./libraries/Acts.sol";
import {Workdays} from "./libraries/Workdays.sol";

/// @title The implementation of {IPolicy}, which is its manual.
contract Policy is IPolicy, IGoverned {
    IJournal public immutable journal;

    mapping(bytes32 name => Parameter[]) private _parameters;
    mapping(uint256 year => Workdays.Calendar) private _calendars;

    constructor(IJournal journal_) {
        journal = journal_;
    }

    /// @inheritdoc IGoverned
    function enact(uint64 proposal, address account, bytes calldata action) external {
        require(msg.sender == journal.organizations(), RootActUnauthorized(msg.sender));
        bytes4 selector = bytes4(action);
        if (selector == IRootActs.setParameters.selector) {
            NewParameter[] memory parameters = abi.decode(action[4:], (NewParameter[]));
            (uint64 first, bytes32[] memory leaves) = (journal.size(), new bytes32[](parameters.length));
            for (uint256 i; i < parameters.length; ++i) {
                leaves[i] = _set(first + uint64(i), parameters[i], proposal, account);
            }
            journal.append(first, leaves);
        } else if (selector == IRootActs.setCalendars.selector) {
            NewCalendar[] memory calendars = abi.decode(action[4:], (NewCalendar[]));
            (uint64 first, bytes32[] memory leaves) = (journal.size(), new bytes32[](calendars.length));
            for (uint256 i; i < calendars.length; ++i) {
                leaves[i] = _set(first + uint64(i), calendars[i], proposal, account);
            }
            journal.append(first, leaves);
        } else {
            revert RootActUnknown(selector);
        }
    }

    /// @inheritdoc IPolicy
    function inForce(bytes32 name) public view returns (Parameter memory) {
        Parameter[] storage history = _parameters[name];
        uint256 count = history.length;
        require(count > 0, ParameterUnknown(name));
        // At most the last version is in waiting, so two steps are enough.
        if (history[count - 1].effectiveFrom <= block.timestamp) return history[count - 1];
        require(count > 1, ParameterUnknown(name));
        return history[count - 2];
    }

    /// @inheritdoc IPolicy
    function versions(bytes32 name) external view returns (uint256) {
        return _parameters[name].length;
    }

    /// @inheritdoc IPolicy
    function parameter(bytes32 name, uint32 version) external view returns (Parameter memory) {
        require(version > 0 && version <= _parameters[name].length, ParameterUnknown(name));
        return _parameters[name][version - 1];
    }

    /// @inheritdoc IPolicy
    function calendar(uint16 year) external view returns (uint256[2] memory workdays, uint32 version) {
        Workdays.Calendar storage known = _calendars[year];
        return (known.workdays, known.version);
    }

    /// @inheritdoc IPolicy
    function isWorkday(uint256 day) external view returns (bool) {
        return Workdays.isWorkday(_calendars, day);
    }

    /// @inheritdoc IPolicy
    function workdayEnd(uint64 from, uint256 workdays) external view returns (uint64) {
        return Workdays.deadline(_calendars, from, workdays);
    }

    /// @inheritdoc IPolicy
    function deadline(bytes32 name) external view returns (uint64) {
        return Workdays.deadline(_calendars, block.timestamp, inForce(name).value);
    }

    /// @inheritdoc IPolicy
    function termEnd(uint64 from, bytes32 name) external view returns (uint64) {
        return Workdays.termEnd(from, inForce(name).value);
    }

    function _set(uint64 index, NewParameter memory fresh, uint64 proposal, address account) private returns (bytes32) {
        uint64 time = uint64(block.timestamp);
        // Zero asks for the time of confirmation, which a proposer cannot know.
        uint64 effectiveFrom = fresh.effectiveFrom == 0 ? time : fresh.effectiveFrom;
        require(
            fresh.name != 0 && fresh.source != 0 && effectiveFrom >= time,
            ParameterInvalid(fresh.name, effectiveFrom, fresh.source)
        );
        Parameter[] storage history = _parameters[fresh.name];
        if (history.length > 0) {
            uint64 last = history[history.length - 1].effectiveFrom;
            require(last <= time, ParameterPending(fresh.name, last));
        }
        uint32 version = uint32(history.length + 1); // no overflow: one root act each
        history.push(Parameter(version, effectiveFrom, fresh.value, fresh.source));
        ParameterSetting memory act =
            ParameterSetting(version, effectiveFrom, fresh.value, fresh.source, proposal, account, time);
        emit ParameterSet(index, fresh.name, act);
        return Acts.leaf(ParameterSet.selector, bytes32(uint256(index)), fresh.name, abi.encode(act));
    }

    function _set(uint64 index, NewCalendar memory fresh, uint64 proposal, address account) private returns (bytes32) {
        require(
            fresh.source != 0 && Workdays.isCalendar(fresh.year, fresh.workdays),
            CalendarInvalid(fresh.year, fresh.source)
        );
        Workdays.Calendar storage known = _calendars[fresh.year];
        known.workdays = fresh.workdays;
        CalendarSetting memory act = CalendarSetting({
            version: ++known.version,
            workdays: fresh.workdays,
            source: fresh.source,
            proposal: proposal,
            account: account,
            time: uint64(block.timestamp)
        });
        emit CalendarSet(index, fresh.year, act);
        return Acts.leaf(CalendarSet.selector, bytes32(uint256(index)), bytes32(uint256(fresh.year)), abi.encode(act));
    }
}
