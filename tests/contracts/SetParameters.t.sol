// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJournal} from "../../contracts/interfaces/IJournal.sol";
import {IPolicy} from "../../contracts/interfaces/IPolicy.sol";
import {IRootActs} from "../../contracts/interfaces/IRootActs.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

/// @notice {IRootActs-setParameters}; only by proposal, so who can is {ProposeTest}'s.
contract SetParametersTest is Base {
    bytes32 private constant NAME = "notice_workdays";
    bytes32 private constant SOURCE = keccak256("a document");

    function test_setParameters_atConfirmation() public {
        IPolicy.NewParameter memory fresh = IPolicy.NewParameter(NAME, 10, 0, SOURCE);
        bytes memory action = _action(fresh);
        uint64 number = _propose(address(policy), action);
        vm.warp(START + 1 days);
        _expectSet(1, fresh, uint64(START + 1 days), number);
        _confirm(number, address(policy), action);
        _assertEq(policy.inForce(NAME), IPolicy.Parameter(1, uint64(START + 1 days), 10, SOURCE));
        vm.assertEq(policy.versions(NAME), 1, "versions");
        checkLedger();
    }

    /// @notice A term of as many years as the parameter has in force when it is asked for.
    function test_termEnd() public {
        uint64 from = 1_835_366_400; // 0:00 of 29 February 2028
        vm.expectRevert(abi.encodeWithSelector(IPolicy.ParameterUnknown.selector, NAME));
        policy.termEnd(from, NAME);
        _enact(address(policy), _action(IPolicy.NewParameter(NAME, 5, 0, SOURCE)));
        vm.assertEq(policy.termEnd(from, NAME), from + 1827 days, "24:00 of 28 February 2033");
        vm.warp(START + 1);
        _enact(address(policy), _action(IPolicy.NewParameter(NAME, 1, 0, SOURCE)));
        vm.assertEq(policy.termEnd(from, NAME), from + 366 days, "24:00 of 28 February 2029");
    }

    function test_setParameters_inWaiting() public {
        uint64 later = uint64(START + 10 days);
        _enact(address(policy), _action(IPolicy.NewParameter(NAME, 10, later, SOURCE)));
        vm.expectRevert(abi.encodeWithSelector(IPolicy.ParameterUnknown.selector, NAME));
        policy.inForce(NAME);
        _assertEq(policy.parameter(NAME, 1), IPolicy.Parameter(1, later, 10, SOURCE));
        vm.warp(later - 1);
        vm.expectRevert(abi.encodeWithSelector(IPolicy.ParameterUnknown.selector, NAME));
        policy.inForce(NAME);
        vm.warp(later);
        _assertEq(policy.inForce(NAME), IPolicy.Parameter(1, later, 10, SOURCE));

        _enact(address(policy), _action(IPolicy.NewParameter(NAME, 20, later + 5, SOURCE)));
        _assertEq(policy.inForce(NAME), IPolicy.Parameter(1, later, 10, SOURCE));
        vm.warp(later + 5);
        _assertEq(policy.inForce(NAME), IPolicy.Parameter(2, later + 5, 20, SOURCE));
        _assertEq(policy.parameter(NAME, 1), IPolicy.Parameter(1, later, 10, SOURCE));
        checkLedger();
    }

    function test_setParameters_severalInOneProposal() public {
        IPolicy.NewParameter[] memory parameters = new IPolicy.NewParameter[](3);
        parameters[0] = IPolicy.NewParameter(NAME, 10, 0, SOURCE);
        parameters[1] = IPolicy.NewParameter("term_days", 1095, 0, SOURCE);
        parameters[2] = IPolicy.NewParameter(NAME, 11, uint64(START + 1), SOURCE);
        _enact(address(policy), abi.encodeCall(IRootActs.setParameters, (parameters)));
        vm.assertEq(policy.versions(NAME), 2, "versions");
        vm.assertEq(policy.inForce(NAME).value, 10, "in force");
        vm.assertEq(policy.inForce("term_days").value, 1095, "the other parameter");
        checkLedger();
    }

    function test_setParameters_revertsWhenNothingToDo() public {
        _enactReverts(
            address(policy),
            abi.encodeCall(IRootActs.setParameters, (new IPolicy.NewParameter[](0))),
            abi.encodeWithSelector(IJournal.JournalNothingToAppend.selector)
        );
    }

    function test_setParameters_revertsWhenPending() public {
        uint64 later = uint64(START + 10 days);
        _enact(address(policy), _action(IPolicy.NewParameter(NAME, 10, later, SOURCE)));
        bytes memory failure = abi.encodeWithSelector(IPolicy.ParameterPending.selector, NAME, later);
        _enactReverts(address(policy), _action(IPolicy.NewParameter(NAME, 11, later + 1, SOURCE)), failure);
        _enactReverts(address(policy), _action(IPolicy.NewParameter(NAME, 11, 0, SOURCE)), failure);
        vm.warp(later);
        _enact(address(policy), _action(IPolicy.NewParameter(NAME, 11, 0, SOURCE)));
        checkLedger();
    }

    function test_parameter_revertsWhenUnknown() public {
        _enact(address(policy), _action(IPolicy.NewParameter(NAME, 10, 0, SOURCE)));
        uint32[3] memory versions = [0, 2, type(uint32).max];
        for (uint256 i; i < versions.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IPolicy.ParameterUnknown.selector, NAME));
            policy.parameter(NAME, versions[i]);
        }
        vm.expectRevert(abi.encodeWithSelector(IPolicy.ParameterUnknown.selector, bytes32("nothing")));
        policy.inForce("nothing");
        vm.assertEq(policy.versions("nothing"), 0, "versions");
    }

    function testFuzz_setParameters(IPolicy.NewParameter memory fresh, uint256 history, uint64 ahead) public {
        if (fresh.value % 8 == 0) fresh.name = 0;
        if (fresh.value % 8 == 1) fresh.source = 0;
        if (fresh.value % 8 == 2) fresh.effectiveFrom = 0;
        if (fresh.value % 8 > 4) fresh.effectiveFrom = uint64(block.timestamp) + ahead % 1000;
        history = fresh.name == 0 ? 0 : _bound(history, 0, 3); // 3: a version in waiting
        for (uint256 i; i < history; ++i) {
            uint64 from = i < 2 ? 0 : uint64(block.timestamp) + 7;
            _enact(address(policy), _action(IPolicy.NewParameter(fresh.name, uint128(i), from, SOURCE)));
        }
        uint64 effectiveFrom = fresh.effectiveFrom == 0 ? uint64(block.timestamp) : fresh.effectiveFrom;

        bytes memory failure;
        if (fresh.name == 0 || fresh.source == 0 || effectiveFrom < START) {
            failure = abi.encodeWithSelector(IPolicy.ParameterInvalid.selector, fresh.name, effectiveFrom, fresh.source);
        } else if (history == 3) {
            failure = abi.encodeWithSelector(IPolicy.ParameterPending.selector, fresh.name, block.timestamp + 7);
        }
        if (failure.length > 0) {
            _enactReverts(address(policy), _action(fresh), failure);
            vm.assertEq(policy.versions(fresh.name), history, "no version more");
        } else {
            uint64 number = _propose(address(policy), _action(fresh));
            uint32 version = uint32(history) + 1;
            _expectSet(version, fresh, effectiveFrom, number);
            _confirm(number, address(policy), _action(fresh));
            _assertEq(
                policy.parameter(fresh.name, version),
                IPolicy.Parameter(version, effectiveFrom, fresh.value, fresh.source)
            );
        }
        checkLedger();
    }

    function _action(IPolicy.NewParameter memory fresh) private pure returns (bytes memory) {
        IPolicy.NewParameter[] memory parameters = new IPolicy.NewParameter[](1);
        parameters[0] = fresh;
        return abi.encodeCall(IRootActs.setParameters, (parameters));
    }

    function _expectSet(uint32 version, IPolicy.NewParameter memory fresh, uint64 effectiveFrom, uint64 number)
        private
    {
        vm.expectEmit(address(policy));
        emit IPolicy.ParameterSet(
            journal.size(),
            fresh.name,
            IPolicy.ParameterSetting(
                version, effectiveFrom, fresh.value, fresh.source, number, bo, uint64(block.timestamp)
            )
        );
    }

    function _assertEq(IPolicy.Parameter memory left, IPolicy.Parameter memory right) private pure {
        vm.assertEq(abi.encode(left), abi.encode(right), "parameter");
    }
}
