// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IApplications} from "../../../contracts/interfaces/IApplications.sol";
import {IOrganizations} from "../../../contracts/interfaces/IOrganizations.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {RegistrationNumber} from "../../../contracts/types/RegistrationNumber.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {vm} from "../Vm.sol";
import {RegistryBase} from "./RegistryBase.sol";

/// @notice {IRegistry-issue} and {IRegistry-settle}.
contract IssueTest is RegistryBase {
    function test_issue_first() public {
        RegistrationNumber number = _at(IRegistry.Stage.NOTICE);
        vm.warp(registry.version(number, 1).noticeEnd); // 0:00 of 30 January 2027
        uint64 time = uint64(block.timestamp);
        uint64 validUntil = time + 1096 days; // 2028 is a leap year
        vm.expectEmit(address(registry));
        emit IRegistry.RegistrationIssued(
            journal.size(), number, IRegistry.Issuance(1, 0, validUntil, registrar, issuer, time, REASON)
        );
        _act(issuer, registry.issue, number, 1);
        vm.assertEq(
            abi.encode(registry.head(number)),
            abi.encode(IRegistry.Head(1, 1, IRegistry.Status.ACTIVE, validUntil, 0, false)),
            "head"
        );
        vm.assertEq(registry.version(number, 1).issuedAt, time, "issued at");
        vm.assertEq(registry.recordCount(number), 1, "records");
        vm.assertEq(
            abi.encode(registry.record(number, 0)),
            abi.encode(IRegistry.Record(time, validUntil, 1, IRegistry.Status.ACTIVE)),
            "record"
        );
        _assertHolds(1);
        checkLedger();
    }

    function test_issue_supersedes() public {
        RegistrationNumber number = _with(IRegistry.Status.ACTIVE);
        uint64 first = uint64(block.timestamp);
        _file(applicant, _application(number, IRegistry.Kind.CHANGE));
        _assertHolds(2);
        _assertStatus(number, 1, IRegistry.Status.ACTIVE);
        _carry(number, IRegistry.Stage.ISSUED);
        uint64 second = uint64(block.timestamp);
        _assertHolds(1);
        _assertStatus(number, 1, IRegistry.Status.SUPERSEDED);
        _assertStatus(number, 2, IRegistry.Status.ACTIVE);
        vm.assertTrue(registry.version(number, 1).settled, "settled by its successor");
        vm.assertEq(uint256(registry.statusAt(number, 1, first - 1)), 0, "before");
        vm.assertEq(uint256(registry.statusAt(number, 1, second - 1)), 1, "in force before its successor");
        vm.assertEq(uint256(registry.statusAt(number, 2, second - 1)), 0, "not yet");
        vm.assertEq(uint256(registry.statusAt(number, 3, second)), 0, "never drawn up");
        checkLedger();
    }

    /// @notice A renewal's term follows the one that still runs; its predecessor may have expired meanwhile.
    function test_issue_renewal() public {
        RegistrationNumber number = _with(IRegistry.Status.ACTIVE);
        uint64 until = registry.head(number).validUntil; // 0:00 of 30 January 2030
        vm.warp(until - 30 days);
        _file(applicant, _application(number, IRegistry.Kind.RENEWAL));
        uint256 before = vm.snapshotState();
        _carry(number, IRegistry.Stage.ISSUED);
        vm.assertLe(block.timestamp, until - 1, "in time");
        vm.assertEq(registry.head(number).validUntil, until + 1096 days, "three more years");
        vm.revertToState(before);
        _carry(number, IRegistry.Stage.NOTICE);
        vm.warp(until + 5 days);
        _assertStatus(number, 1, IRegistry.Status.EXPIRED);
        _act(stranger, registry.settle, number, 1);
        _assertHolds(1);
        _act(issuer, registry.issue, number, 2);
        _assertHolds(1); // what was settled is not released again
        vm.assertEq(registry.head(number).validUntil, until + 5 days + 1096 days, "from its issue");
    }

    /// @notice What suspends for an objection ends with the correction that cites it, and with no other version.
    function test_issue_correctionLiftsTheSuspension() public {
        RegistrationNumber number = _with(IRegistry.Status.ACTIVE);
        uint32 objection = _raise(sectorApplicant, _objection(number, 1));
        vm.prank(reviewer);
        objections.accept(_decision(objection));
        vm.prank(reviewer);
        objections.uphold(_decision(objection));
        _assertStatus(number, 1, IRegistry.Status.SUSPENDED);
        IApplications.Application memory made = _application(number, IRegistry.Kind.CORRECTION);
        uint256 before = vm.snapshotState();
        _file(applicant, made);
        _carry(number, IRegistry.Stage.NOTICE);
        vm.warp(registry.version(number, 2).noticeEnd);
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.RegistryStatusInvalid.selector, number, IRegistry.Status.SUSPENDED)
        );
        _act(issuer, registry.issue, number, 2);
        vm.revertToState(before);
        made.objection = objection + 1;
        vm.expectRevert(
            abi.encodeWithSelector(IApplications.ApplicationObjectionInvalid.selector, number, objection + 1)
        );
        _file(applicant, made);
        made.objection = objection;
        _file(applicant, made);
        _carry(number, IRegistry.Stage.ISSUED);
        _assertStatus(number, 2, IRegistry.Status.ACTIVE);
        vm.assertEq(registry.head(number).suspendedFor, 0, "lifted");
        vm.assertEq(registry.recordCount(number), 3, "active, suspended, active");
    }

    /// @notice No account can hold both roles, so the guard shows only where the answer about roles is forged.
    function test_issue_revertsWhenReviewer() public {
        RegistrationNumber number = _at(IRegistry.Stage.NOTICE);
        vm.warp(registry.version(number, 1).noticeEnd);
        vm.mockCall(
            address(organizations),
            abi.encodeCall(IOrganizations.effectiveRoles, (reviewer)),
            abi.encode(registrar, Roles.REVIEWER_AND_ISSUER)
        );
        _expectRevert(abi.encodeWithSelector(IRegistry.RegistryReviewerIssues.selector, number, reviewer));
        _act(reviewer, registry.issue, number, 1);
        vm.clearMockedCalls();
        checkLedger();
    }

    function testFuzz_issue(uint256 caller, uint256 seed, uint256 damage, uint32 wait) public {
        address account = caller % 2 == 0 ? issuer : people[caller / 2 % people.length];
        RegistrationNumber number =
            seed % 4 != 0 ? _at(IRegistry.Stage.NOTICE) : _at(IRegistry.Stage(1 + seed / 4 % 13));
        uint16 open;
        if (seed % 4 == 1) {
            _raise(sectorApplicant, _objection(number, 1));
            open = 1;
        }
        IRegistry.Step[] memory steps = _step(number, damage % 8 == 1 ? uint32(damage) : 1);
        if (damage % 8 == 2) steps[0].number = RegistrationNumber.wrap("R");
        if (damage % 8 == 3) steps[0].reason = 0; // needs none
        if (damage % 8 == 4) _suspend(registrar);
        if (damage % 8 == 5) _setParameter("validity_years", 1);
        vm.warp(block.timestamp + wait % 40 days);
        IRegistry.Version memory drawn = registry.version(number, 1);

        bytes memory failure = _failure(account, steps[0], drawn, open);
        if (failure.length > 0) _expectRevert(failure);
        vm.prank(account);
        registry.issue(steps);
        if (failure.length == 0) {
            IRegistry.Head memory known = registry.head(number);
            vm.assertEq(known.issued, 1, "issued");
            uint256 term = known.validUntil - block.timestamp;
            if (damage % 8 == 5) vm.assertTrue(term <= 365 days && term > 364 days, "a year, to the day's start");
            else vm.assertTrue(term <= 1096 days && term > 1095 days, "three years");
            vm.assertEq((known.validUntil + 8 hours) % 1 days, 0, "24:00");
            vm.assertEq(registry.recordCount(number), 1, "a record");
        } else {
            vm.assertEq(abi.encode(registry.version(number, 1)), abi.encode(drawn), "nothing changed");
        }
        checkLedger();
    }

    function testFuzz_settle(uint256 caller, uint256 seed, uint32 version) public {
        RegistrationNumber number =
            seed % 2 == 0 ? _at(IRegistry.Stage(1 + seed / 2 % 13)) : _with(IRegistry.Status(1 + seed / 2 % 5));
        if (version % 4 != 0) version = 1;
        IRegistry.Stage stage = registry.version(number, 1).stage;
        bool ended = version == 1 && (stage > IRegistry.Stage.ISSUED || (seed % 2 == 1 && seed / 2 % 5 > 1));
        bool again = seed % 3 == 0 && ended;
        if (again) _act(stranger, registry.settle, number, 1);
        if (!ended || again) {
            _expectRevert(abi.encodeWithSelector(IRegistry.RegistryNotToSettle.selector, number, version));
        } else {
            vm.expectEmit(address(registry));
            emit IRegistry.RegistrationSettled(
                journal.size(),
                number,
                IRegistry.Settlement(version, people[caller % people.length], uint64(block.timestamp))
            );
        }
        _act(people[caller % people.length], registry.settle, number, version);
        _assertHolds(ended ? 0 : 1);
        vm.assertTrue(registry.version(number, 1).settled == ended, "settled");
        checkLedger();
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(address account, IRegistry.Step memory step, IRegistry.Version memory drawn, uint16 open)
        private
        view
        returns (bytes memory)
    {
        uint32 last = registry.head(step.number).versions;
        if (last == 0) return abi.encodeWithSelector(IRegistry.RegistrationUnknown.selector, step.number);
        if (step.version != last) {
            return abi.encodeWithSelector(IRegistry.RegistryVersionConflict.selector, step.number, step.version, last);
        }
        (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
        if (roles & Roles.ISSUER == 0) return _roleMissing(account, Roles.ISSUER);
        if (own != registrar) return _notEntitled(account, registrar);
        if (drawn.stage != IRegistry.Stage.NOTICE) {
            return abi.encodeWithSelector(IRegistry.RegistryStageInvalid.selector, step.number, 1, drawn.stage);
        }
        if (block.timestamp < drawn.noticeEnd) {
            return abi.encodeWithSelector(IRegistry.RegistryNoticeNotEnded.selector, step.number, drawn.noticeEnd);
        }
        if (open > 0) return abi.encodeWithSelector(IRegistry.RegistryObjectionsOpen.selector, step.number, 1, open);
        return "";
    }
}
