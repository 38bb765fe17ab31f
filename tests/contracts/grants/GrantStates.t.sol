// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGrantScope} from "../../../contracts/interfaces/IGrantScope.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IPlans} from "../../../contracts/interfaces/IPlans.sol";
import {vm} from "../Vm.sol";
import {GrantsBase} from "./GrantsBase.sol";

/// @notice Every state × every act, by somebody who may: the table of tests/vectors/grant_states.json.
contract GrantStatesTest is GrantsBase {
    string private constant VECTORS = "tests/vectors/grant_states.json";

    function test_states() public {
        string memory json = vm.readFile(VECTORS);
        string[] memory states = vm.parseJsonStringArray(json, ".state");
        string[] memory actions = vm.parseJsonStringArray(json, ".action");
        vm.assertEq(states.length * actions.length, 16 * 13, "the whole table");
        uint256 clean = vm.snapshotState();
        for (uint256 i; i < states.length; ++i) {
            string[] memory outcomes = vm.parseJsonStringArray(json, string.concat(".outcome.", states[i]));
            uint32 number = _bringTo(states[i]);
            uint256 brought = vm.snapshotState();
            for (uint256 k; k < actions.length; ++k) {
                string memory outcome = _outcome(number, actions[k]);
                vm.assertEq(bytes(outcome), bytes(outcomes[k]), string.concat(states[i], ", ", actions[k]));
                vm.revertToState(brought);
            }
            vm.revertToState(clean);
        }
    }

    function _bringTo(string memory state) private returns (uint32 number) {
        if (_is(state, "NONE")) return 9;
        string[7] memory statuses = ["ACTIVE", "SUSPENDED", "TERMINATED", "REVOKED", "EXITED", "CLOSED", "EXPIRED"];
        for (uint256 i; i < statuses.length; ++i) {
            if (_is(state, statuses[i])) return _grantWith(IGrants.Status(i + 1));
            if (!_is(state, string.concat(statuses[i], "_PLAN"))) continue;
            number = _grantWith(IGrants.Status.ACTIVE);
            _amend(_amendment(number));
            _list(number);
            if (i == 1) _change(supervisor, grants.suspend, number);
            if (i == 2) _change(grantorOf[sector], grants.terminate, number);
            if (i == 6) vm.warp(grants.head(number).until);
            return number;
        }
        number = _plan(_operate());
        _list(number);
        if (_is(state, "REVIEW")) _take(number, IPlans.Approval.IMPLEMENTATION);
        if (_is(state, "REFUSED")) {
            IPlans.Refusal memory refusal = _refusal(number);
            vm.prank(approverOf[authority]);
            plans.refuse(_one(refusal));
        }
        if (_is(state, "WITHDRAWN")) {
            vm.prank(grantorOf[sector]);
            plans.withdraw(_steps(number, 1));
        }
    }

    /// @dev All entries but the last, which is left for the act.
    function _list(uint32 number) private {
        for (uint256 i; i + 1 < ids.length; ++i) {
            _scope(number, _one(_entries()[i]));
        }
    }

    function _outcome(uint32 number, string memory action) private returns (string memory) {
        (address who, address target) = (grantorOf[sector], address(plans));
        bytes memory call;
        uint32 last = grants.head(number).versions;
        IGrants.Step[] memory steps = _steps(number, grants.head(number).current);
        if (_is(action, "scope")) {
            call = abi.encodeCall(IPlans.scope, (number, last, _one(_entries()[ids.length - 1])));
        } else if (_is(action, "approve")) {
            bool reviewed = plans.procedure(number, last).stage == IPlans.Stage.REVIEW;
            IPlans.Approval next = reviewed ? IPlans.Approval.AUTHORITY : IPlans.Approval.IMPLEMENTATION;
            who = reviewed ? approverOf[authority] : approverOf[implementer];
            call = abi.encodeCall(IPlans.approve, (_one(_approval(number, next))));
        } else if (_is(action, "refuse")) {
            (who, call) = (approverOf[authority], abi.encodeCall(IPlans.refuse, (_one(_refusal(number)))));
        } else if (_is(action, "withdraw")) {
            call = abi.encodeCall(IPlans.withdraw, (_steps(number, last)));
        } else if (_is(action, "amend")) {
            IPlans.Amendment memory amendment = _amendment(number);
            call = abi.encodeCall(IPlans.amend, (_one(amendment)));
        } else if (_is(action, "renew")) {
            call = abi.encodeCall(IPlans.renew, (_one(_renewal(number))));
        } else if (_is(action, "settle")) {
            (who, target, call) =
            (stranger, address(grants), abi.encodeCall(IGrantScope.settle, (number, 1, _one(ids[0]))));
        } else {
            target = address(grants);
            if (_is(action, "exit")) who = applicantOf[operator];
            if (_is(action, "suspend") || _is(action, "resume")) who = supervisor;
            call = abi.encodeWithSelector(_selector(action), steps);
        }
        vm.prank(who);
        (bool done, bytes memory answer) = target.call(call);
        return done ? "allowed" : _nameOf(bytes4(answer));
    }

    function _refusal(uint32 number) private view returns (IPlans.Refusal memory) {
        return IPlans.Refusal(number, grants.head(number).versions, IPlans.Approval.AUTHORITY, 0, REASON);
    }

    function _selector(string memory action) private pure returns (bytes4) {
        if (_is(action, "suspend")) return IGrants.suspend.selector;
        if (_is(action, "resume")) return IGrants.resume.selector;
        if (_is(action, "terminate")) return IGrants.terminate.selector;
        if (_is(action, "revoke")) return IGrants.revoke.selector;
        if (_is(action, "exit")) return IGrants.exit.selector;
        return IGrants.close.selector;
    }

    function _nameOf(bytes4 selector) private pure returns (string memory) {
        if (selector == IGrants.GrantUnknown.selector) return "GrantUnknown";
        if (selector == IGrants.GrantStatusInvalid.selector) return "GrantStatusInvalid";
        if (selector == IGrants.GrantNotOpen.selector) return "GrantNotOpen";
        if (selector == IGrantScope.GrantNotToSettle.selector) return "GrantNotToSettle";
        if (selector == IPlans.PlanStageInvalid.selector) return "PlanStageInvalid";
        return "another error";
    }

    function _is(string memory left, string memory right) private pure returns (bool) {
        return keccak256(bytes(left)) == keccak256(bytes(right));
    }
}
