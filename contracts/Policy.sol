// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGoverned} from "./interfaces/IGoverned.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IPolicy} from "./interfaces/IPolicy.sol";
import {IRootActs} from "./interfaces/IRootActs.sol";
import {Acts} from "./libraries/Acts.sol";

/// @title The implementation of {IPolicy}, which is its manual.
contract Policy is IPolicy, IGoverned {
    IJournal public immutable journal;

    mapping(bytes32 name => Parameter[]) private _parameters;

    constructor(IJournal journal_) {
        journal = journal_;
    }

    /// @inheritdoc IGoverned
    function enact(uint64 proposal, address account, bytes calldata action) external {
        require(msg.sender == journal.organizations(), RootActUnauthorized(msg.sender));
        require(bytes4(action) == IRootActs.setParameters.selector, RootActUnknown(bytes4(action)));
        NewParameter[] memory parameters = abi.decode(action[4:], (NewParameter[]));
        uint64 first = journal.size();
        bytes32[] memory leaves = new bytes32[](parameters.length);
        for (uint256 i; i < parameters.length; ++i) {
            leaves[i] = _set(first + uint64(i), parameters[i], proposal, account);
        }
        journal.append(first, leaves);
    }

    /// @inheritdoc IPolicy
    function inForce(bytes32 name) external view returns (Parameter memory) {
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
}
