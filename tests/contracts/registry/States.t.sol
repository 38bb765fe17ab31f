// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IApplications} from "../../../contracts/interfaces/IApplications.sol";
import {ICatalog} from "../../../contracts/interfaces/ICatalog.sol";
import {IObjections} from "../../../contracts/interfaces/IObjections.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {RegistrationNumber} from "../../../contracts/types/RegistrationNumber.sol";
import {vm} from "../Vm.sol";
import {RegistryBase} from "./RegistryBase.sol";

/// @notice Every state × every action, by somebody who may: the table of tests/vectors/registration_states.json.
contract StatesTest is RegistryBase {
    string private constant VECTORS = "tests/vectors/registration_states.json";
    EntryId private entry;

    function test_states_ofRegistrations() public {
        string memory json = vm.readFile(VECTORS);
        string[] memory states = vm.parseJsonStringArray(json, ".state");
        string[] memory actions = vm.parseJsonStringArray(json, ".action");
        vm.assertEq(states.length * actions.length, 24 * 22, "the whole table");
        uint256 clean = vm.snapshotState();
        for (uint256 i; i < states.length; ++i) {
            string[] memory outcomes = vm.parseJsonStringArray(json, string.concat(".outcome.", states[i]));
            RegistrationNumber number = _bringTo(states[i]);
            uint256 brought = vm.snapshotState();
            for (uint256 k; k < actions.length; ++k) {
                string memory outcome = _outcome(number, actions[k]);
                vm.assertEq(bytes(outcome), bytes(outcomes[k]), string.concat(states[i], ", ", actions[k]));
                vm.revertToState(brought);
            }
            vm.revertToState(clean);
        }
    }

    function test_states_ofObjections() public {
        string memory json = vm.readFile(VECTORS);
        string[] memory states = vm.parseJsonStringArray(json, ".objection_state");
        string[] memory actions = vm.parseJsonStringArray(json, ".objection_action");
        vm.assertEq(states.length * actions.length, 10 * 9, "the whole table");
        entry = catalog.idOf(child, "a");
        uint256 clean = vm.snapshotState();
        for (uint256 i; i < states.length; ++i) {
            string[] memory outcomes = vm.parseJsonStringArray(json, string.concat(".objection_outcome.", states[i]));
            uint32 number = _object(states[i]);
            uint256 brought = vm.snapshotState();
            for (uint256 k; k < actions.length; ++k) {
                string memory outcome = _objectionOutcome(number, actions[k]);
                vm.assertEq(bytes(outcome), bytes(outcomes[k]), string.concat(states[i], ", ", actions[k]));
                vm.revertToState(brought);
            }
            vm.revertToState(clean);
        }
    }

    function _bringTo(string memory state) private returns (RegistrationNumber number) {
        if (_is(state, "NONE")) return RegistrationNumber.wrap("R");
        if (_is(state, "SUPPLEMENT_LATE")) {
            number = _at(IRegistry.Stage.SUPPLEMENT);
            vm.warp(registry.version(number, 1).deadline);
        } else if (_is(state, "SUPPLEMENTED")) {
            number = _at(IRegistry.Stage.SUPPLEMENT);
            vm.prank(applicant);
            applications.supplement(_supplement(number, 1));
        } else if (_is(state, "NOTICE_OBJECTED") || _is(state, "NOTICE_ENDED")) {
            number = _at(IRegistry.Stage.NOTICE);
            if (_is(state, "NOTICE_OBJECTED")) _raise(sectorApplicant, _objection(number, 1));
            vm.warp(registry.version(number, 1).noticeEnd);
        } else if (_is(state, "EXPIRING")) {
            number = _with(IRegistry.Status.ACTIVE);
            vm.warp(registry.head(number).validUntil - 1);
        } else if (_is(state, "SUPERSEDED")) {
            number = _with(IRegistry.Status.ACTIVE);
            _file(applicant, _application(number, IRegistry.Kind.CHANGE));
            _carry(number, IRegistry.Stage.ISSUED);
        } else {
            string[13] memory stages = [
                "DISTRICT_REVIEW",
                "APPLIED",
                "SUPPLEMENT",
                "ACCEPTED",
                "REVIEWED",
                "NOTICE",
                "",
                "RETURNED",
                "REFUSED",
                "LAPSED",
                "REVIEW_FAILED",
                "NOTICE_FAILED",
                "WITHDRAWN"
            ];
            for (uint256 i; i < stages.length; ++i) {
                if (_is(state, stages[i])) return _at(IRegistry.Stage(i + 1));
            }
            string[5] memory statuses = ["ACTIVE", "SUSPENDED", "CANCELLED", "REVOKED", "EXPIRED"];
            uint256 status;
            while (!_is(state, statuses[status])) ++status;
            number = _with(IRegistry.Status(status + 1));
        }
    }

    /// @dev Does the action, always on version 1.
    function _outcome(RegistrationNumber number, string memory action) private returns (string memory) {
        address who = acceptor;
        address target = address(applications);
        bytes memory call;
        IRegistry.Step[] memory steps = _step(number, 1);
        if (_is(action, "forward")) {
            (who, call) = (districtReviewer, abi.encodeCall(IApplications.forward, (steps)));
        } else if (_is(action, "returnToApplicant")) {
            (who, call) = (districtReviewer, abi.encodeCall(IApplications.returnToApplicant, (steps)));
        } else if (_is(action, "requestSupplement")) {
            call = abi.encodeCall(IApplications.requestSupplement, (steps));
        } else if (_is(action, "supplement")) {
            (who, call) = (applicant, abi.encodeCall(IApplications.supplement, (_supplement(number, 1))));
        } else if (_is(action, "lapse")) {
            call = abi.encodeCall(IApplications.lapse, (steps));
        } else if (_is(action, "accept")) {
            call = abi.encodeCall(IApplications.accept, (steps));
        } else if (_is(action, "refuse")) {
            call = abi.encodeCall(IApplications.refuse, (steps));
        } else if (_is(action, "passReview")) {
            (who, call) = (reviewer, abi.encodeCall(IApplications.passReview, (steps)));
        } else if (_is(action, "failReview")) {
            (who, call) = (reviewer, abi.encodeCall(IApplications.failReview, (steps)));
        } else if (_is(action, "openNotice")) {
            (who, call) = (reviewer, abi.encodeCall(IApplications.openNotice, (steps)));
        } else if (_is(action, "withdraw")) {
            (who, call) = (applicant, abi.encodeCall(IApplications.withdraw, (steps)));
        } else if (_is(action, "raise")) {
            (who, target) = (applicant, address(objections));
            call = abi.encodeCall(IObjections.raise, (_objection(number, 1)));
        } else if (bytes(action)[0] == "f") {
            uint256 kind = _is(action, "file CHANGE") ? 2 : _is(action, "file CORRECTION") ? 3 : 4;
            IApplications.Application memory made = _application(number, IRegistry.Kind(kind));
            made.expectedVersion = 1;
            (who, call) = (applicant, abi.encodeCall(IApplications.file, (_one(made))));
        } else {
            (who, target, call) = _registryCall(number, action, steps);
        }
        return _try(who, target, call);
    }

    function _registryCall(RegistrationNumber number, string memory action, IRegistry.Step[] memory steps)
        private
        view
        returns (address, address, bytes memory)
    {
        address target = address(registry);
        if (_is(action, "issue")) return (issuer, target, abi.encodeCall(IRegistry.issue, (steps)));
        if (_is(action, "suspend")) return (supervisor, target, abi.encodeCall(IRegistry.suspend, (steps)));
        if (_is(action, "resume")) return (supervisor, target, abi.encodeCall(IRegistry.resume, (steps)));
        if (_is(action, "cancel")) return (issuer, target, abi.encodeCall(IRegistry.cancel, (steps)));
        if (_is(action, "revoke")) return (issuer, target, abi.encodeCall(IRegistry.revoke, (steps)));
        if (_is(action, "settle")) return (stranger, target, abi.encodeCall(IRegistry.settle, (steps)));
        IRegistry.CodeAssignment[] memory assignments = new IRegistry.CodeAssignment[](1);
        assignments[0] = IRegistry.CodeAssignment(number, "1393264726771781632103");
        return (acceptor, target, abi.encodeCall(IRegistry.assignNationalCodes, (assignments)));
    }

    function _object(string memory state) private returns (uint32 number) {
        if (_is(state, "NONE")) return 7;
        number = _raise(sectorApplicant, _objection(entry, 1));
        if (_is(state, "RAISED")) return number;
        if (_is(state, "RAISED_LATE")) {
            vm.warp(objections.objection(number).deadline);
            return number;
        }
        vm.prank(providerReviewer);
        if (_is(state, "REJECTED")) {
            objections.reject(_decision(number));
            return number;
        }
        objections.accept(_decision(number));
        if (_is(state, "ACCEPTED")) return number;
        if (_is(state, "ACCEPTED_LATE")) {
            vm.warp(objections.objection(number).deadline);
            return number;
        }
        vm.prank(providerReviewer);
        if (_is(state, "DISMISSED")) {
            objections.dismiss(_decision(number));
            return number;
        }
        objections.uphold(_decision(number));
        if (_is(state, "UPHELD")) return number;
        ICatalog.Publication memory corrected = _publication(child, "a");
        corrected.expectedVersion = 1;
        _publish(childPublisher, corrected);
        if (_is(state, "CORRECTED")) objections.settle(_decision(number));
    }

    function _objectionOutcome(uint32 number, string memory action) private returns (string memory) {
        IObjections.Decision[] memory decisions = _decision(number);
        bytes memory call = abi.encodeCall(IObjections.settle, (decisions));
        if (_starts(action, "accept")) call = abi.encodeCall(IObjections.accept, (decisions));
        if (_starts(action, "reject")) call = abi.encodeCall(IObjections.reject, (decisions));
        if (_starts(action, "uphold")) call = abi.encodeCall(IObjections.uphold, (decisions));
        if (_starts(action, "dismiss")) call = abi.encodeCall(IObjections.dismiss, (decisions));
        bool supervises = bytes(action).length > 8;
        return
            _try(
                _is(action, "settle") ? stranger : supervises ? supervisor : providerReviewer, address(objections), call
            );
    }

    function _try(address who, address target, bytes memory call) private returns (string memory) {
        vm.prank(who);
        (bool done, bytes memory answer) = target.call(call);
        return done ? "allowed" : _nameOf(bytes4(answer));
    }

    function _nameOf(bytes4 selector) private pure returns (string memory) {
        if (selector == IRegistry.RegistrationUnknown.selector) return "RegistrationUnknown";
        if (selector == IRegistry.RegistryVersionConflict.selector) return "RegistryVersionConflict";
        if (selector == IRegistry.RegistryStageInvalid.selector) return "RegistryStageInvalid";
        if (selector == IRegistry.RegistryStatusInvalid.selector) return "RegistryStatusInvalid";
        if (selector == IRegistry.RegistryNoticeNotEnded.selector) return "RegistryNoticeNotEnded";
        if (selector == IRegistry.RegistryObjectionsOpen.selector) return "RegistryObjectionsOpen";
        if (selector == IRegistry.RegistryNotToSettle.selector) return "RegistryNotToSettle";
        if (selector == IRegistry.RegistryNotObjectionable.selector) return "RegistryNotObjectionable";
        if (selector == IApplications.ApplicationStillOpen.selector) return "ApplicationStillOpen";
        if (selector == IApplications.ApplicationSupplementRepeated.selector) return "ApplicationSupplementRepeated";
        if (selector == IApplications.ApplicationNotLate.selector) return "ApplicationNotLate";
        if (selector == IApplications.RenewalUntimely.selector) return "RenewalUntimely";
        if (selector == IObjections.ObjectionUnknown.selector) return "ObjectionUnknown";
        if (selector == IObjections.ObjectionStateInvalid.selector) return "ObjectionStateInvalid";
        if (selector == IObjections.ObjectionNotOverdue.selector) return "ObjectionNotOverdue";
        if (selector == IObjections.ObjectionNotCorrected.selector) return "ObjectionNotCorrected";
        return "another error";
    }

    function _is(string memory left, string memory right) private pure returns (bool) {
        return keccak256(bytes(left)) == keccak256(bytes(right));
    }

    function _starts(string memory text, string memory start) private pure returns (bool) {
        for (uint256 i; i < bytes(start).length; ++i) {
            if (bytes(text)[i] != bytes(start)[i]) return false;
        }
        return true;
    }
}
