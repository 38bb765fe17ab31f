// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {RegistrationNumber} from "../../../contracts/types/RegistrationNumber.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {vm} from "../Vm.sol";
import {RegistryBase} from "./RegistryBase.sol";

/// @notice {IRegistry-suspend}, {IRegistry-resume}, {IRegistry-cancel}, {IRegistry-revoke},
/// {IRegistry-assignNationalCodes} and what modules tell.
contract StatusesTest is RegistryBase {
    bytes private constant NATIONAL_CODE = "1393264726771781632103";

    function test_resume_onlyTheDataAuthorityLiftsItsOwn() public {
        RegistrationNumber number = _with(IRegistry.Status.SUSPENDED);
        _expectRevert(_notEntitled(registrarSupervisor, registrar));
        _act(registrarSupervisor, registry.resume, number, 1);
        _act(supervisor, registry.resume, number, 1);
        _act(registrarSupervisor, registry.suspend, number, 1);
        _act(registrarSupervisor, registry.resume, number, 1);
        _act(registrarSupervisor, registry.suspend, number, 1);
        _act(supervisor, registry.resume, number, 1);
        vm.assertEq(registry.recordCount(number), 7, "records");
        checkLedger();
    }

    function test_cancel_lapsesWhatIsAppliedFor() public {
        RegistrationNumber number = _with(IRegistry.Status.ACTIVE);
        _file(applicant, _application(number, IRegistry.Kind.CHANGE));
        _act(issuer, registry.cancel, number, 1);
        _assertStage(number, 2, IRegistry.Stage.LAPSED);
        _assertHolds(2);
        _act(stranger, registry.settle, number, 1);
        _act(stranger, registry.settle, number, 2);
        _assertHolds(0);
        checkLedger();
    }

    function test_statusAt_readsThePast() public {
        RegistrationNumber number = _with(IRegistry.Status.ACTIVE);
        uint64 issued = uint64(block.timestamp);
        uint64 until = registry.head(number).validUntil;
        vm.warp(issued + 10);
        _act(supervisor, registry.suspend, number, 1);
        vm.warp(issued + 20);
        _act(supervisor, registry.resume, number, 1);
        vm.warp(until + 1);
        _act(issuer, registry.revoke, number, 1);
        uint64[8] memory times = [issued - 1, issued, issued + 9, issued + 10, issued + 20, until - 1, until, until + 1];
        uint8[8] memory expected = [0, 1, 1, 2, 1, 1, 5, 4];
        for (uint256 i; i < times.length; ++i) {
            vm.assertEq(uint256(registry.statusAt(number, 1, times[i])), expected[i], "status");
        }
    }

    function testFuzz_suspend(uint256 caller, uint256 seed, uint256 damage) public {
        _fuzz(IRegistry.Status.SUSPENDED, registry.suspend, caller, seed, damage);
    }

    function testFuzz_resume(uint256 caller, uint256 seed, uint256 damage) public {
        _fuzz(IRegistry.Status.ACTIVE, registry.resume, caller, seed, damage);
    }

    function testFuzz_cancel(uint256 caller, uint256 seed, uint256 damage) public {
        _fuzz(IRegistry.Status.CANCELLED, registry.cancel, caller, seed, damage);
    }

    function testFuzz_revoke(uint256 caller, uint256 seed, uint256 damage) public {
        _fuzz(IRegistry.Status.REVOKED, registry.revoke, caller, seed, damage);
    }

    function testFuzz_assignNationalCodes(uint256 caller, uint256 seed, bytes memory code) public {
        address account = caller % 3 == 0 ? people[caller / 3 % people.length] : caller % 3 == 1 ? acceptor : issuer;
        RegistrationNumber other = _with(IRegistry.Status.ACTIVE);
        _assign(issuer, other, NATIONAL_CODE);
        RegistrationNumber number = seed % 4 == 0 ? _at(IRegistry.Stage.APPLIED) : _with(IRegistry.Status.ACTIVE);
        if (seed % 4 == 1) _assign(issuer, number, "old-one");
        if (seed % 8 == 2) code = NATIONAL_CODE;
        if (seed % 8 > 4) code = "23456789012345678901234567890123456";
        if (seed % 8 == 7) code = _filled(64 + seed / 8 % 2);

        bytes memory failure;
        (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
        if (seed % 4 == 0) {
            failure = abi.encodeWithSelector(IRegistry.RegistrationUnknown.selector, number);
        } else if (roles & (Roles.ISSUER | Roles.ACCEPTOR) == 0) {
            failure = _roleMissing(account, Roles.ACCEPTOR);
        } else if (own != registrar) {
            failure = _notEntitled(account, registrar);
        } else if (!_isVisible(code)) {
            failure = abi.encodeWithSelector(IRegistry.NationalCodeInvalid.selector, number);
        } else if (keccak256(code) == keccak256(NATIONAL_CODE)) {
            failure = abi.encodeWithSelector(IRegistry.NationalCodeTaken.selector, number, other);
        }
        bytes memory before = registry.nationalCode(number);
        if (failure.length > 0) {
            _expectRevert(failure);
        } else {
            vm.expectEmit(address(registry));
            emit IRegistry.NationalCodeAssigned(
                journal.size(), number, IRegistry.Coding(registrar, account, uint64(block.timestamp), code)
            );
        }
        _assign(account, number, code);
        vm.assertEq(registry.nationalCode(number), failure.length > 0 ? before : code, "code");
        vm.assertEq(registry.nationalCode(other), NATIONAL_CODE, "the other's stays");
        vm.assertTrue(registry.numberOf(NATIONAL_CODE) == other, "unique");
        if (failure.length == 0) {
            vm.assertTrue(registry.numberOf(code) == number, "found");
            if (seed % 4 == 1) vm.assertTrue(registry.numberOf("old-one") == NONE, "the old one is free");
        }
        checkLedger();
    }

    function test_assignNationalCodes_taken() public {
        RegistrationNumber other = _with(IRegistry.Status.ACTIVE);
        _assign(issuer, other, NATIONAL_CODE);
        RegistrationNumber number = _with(IRegistry.Status.ACTIVE);
        _expectRevert(abi.encodeWithSelector(IRegistry.NationalCodeTaken.selector, number, other));
        _assign(issuer, number, NATIONAL_CODE);
    }

    function test_revertsWhenNothingToDo() public {
        _expectRevert(IRegistry.RegistryNothingToDo.selector);
        vm.prank(issuer);
        registry.issue(new IRegistry.Step[](0));
    }

    function test_modulesOnly() public {
        RegistrationNumber number = _at(IRegistry.Stage.NOTICE);
        IRegistry.Version memory drawn = registry.version(number, 1);
        bytes memory failure = abi.encodeWithSelector(IRegistry.RegistryUnauthorized.selector, supervisor);
        bytes[5] memory calls = [
            abi.encodeCall(IRegistry.draw, (NONE, drawn, ids)),
            abi.encodeCall(IRegistry.amend, (number, 1, drawn)),
            abi.encodeCall(IRegistry.mark, (number, 1)),
            abi.encodeCall(IRegistry.unmark, (number, 1)),
            abi.encodeCall(IRegistry.uphold, (number, 1, 1))
        ];
        for (uint256 i; i < calls.length; ++i) {
            vm.prank(supervisor);
            (bool done, bytes memory answer) = address(registry).call(calls[i]);
            vm.assertFalse(done, "refused");
            vm.assertEq(answer, failure, "by name");
        }
    }

    function test_draw_guards() public {
        RegistrationNumber number = _with(IRegistry.Status.ACTIVE);
        IRegistry.Version memory issued = registry.version(number, 1);
        IRegistry.Version memory drawn = registry.version(_at(IRegistry.Stage.APPLIED), 1);
        RegistrationNumber next = _at(IRegistry.Stage.APPLIED);
        bytes memory anIssued =
            abi.encodeWithSelector(IRegistry.RegistryStageInvalid.selector, number, 2, IRegistry.Stage.ISSUED);
        _refused(abi.encodeCall(registry.draw, (number, issued, ids)), anIssued);
        _refused(
            abi.encodeCall(registry.draw, (number, drawn, new EntryId[](0))),
            abi.encodeWithSelector(IRegistry.RegistryEntriesInvalid.selector, number, 0, 0)
        );
        _refused(
            abi.encodeCall(registry.amend, (number, 1, drawn)),
            abi.encodeWithSelector(IRegistry.RegistryStageInvalid.selector, number, 1, IRegistry.Stage.ISSUED)
        );
        _refused(
            abi.encodeCall(registry.unmark, (next, 1)),
            abi.encodeWithSelector(IRegistry.RegistryNotObjectionable.selector, next, 1)
        );
    }

    function _refused(bytes memory call, bytes memory failure) private {
        vm.prank(address(module));
        (bool done, bytes memory answer) = address(registry).call(call);
        vm.assertFalse(done, "refused");
        vm.assertEq(answer, failure, "by name");
    }

    /// @notice What the registry itself refuses, whatever a module asks for.
    function test_amend_guards() public {
        RegistrationNumber number = _at(IRegistry.Stage.NOTICE);
        _raise(sectorApplicant, _objection(number, 1));
        IRegistry.Version memory drawn = registry.version(number, 1);
        uint64 noticeEnd = drawn.noticeEnd;
        drawn.openObjections = 0;
        drawn.noticeEnd = noticeEnd - 1;
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.RegistryNoticeShortened.selector, number, noticeEnd - 1, noticeEnd)
        );
        vm.prank(address(module));
        registry.amend(number, 1, drawn);
        drawn.noticeEnd = noticeEnd + 1;
        vm.prank(address(module));
        registry.amend(number, 1, drawn);
        vm.assertEq(registry.version(number, 1).openObjections, 1, "objections stay counted");
        drawn.stage = IRegistry.Stage.ISSUED;
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.RegistryStageInvalid.selector, number, 1, IRegistry.Stage.ISSUED)
        );
        vm.prank(address(module));
        registry.amend(number, 1, drawn);
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.RegistryStageInvalid.selector, number, 1, IRegistry.Stage.NOTICE)
        );
        vm.prank(address(module));
        registry.draw(number, drawn, ids);
    }

    function _fuzz(
        IRegistry.Status status,
        function(IRegistry.Step[] memory) external act,
        uint256 caller,
        uint256 seed,
        uint256 damage
    ) private {
        address account = people[caller / 2 % people.length];
        if (caller % 2 == 0) account = uint8(status) < 3 ? supervisor : issuer;
        RegistrationNumber number = seed % 8 == 7 ? _at(IRegistry.Stage.NOTICE) : _with(IRegistry.Status(1 + seed % 5));
        IRegistry.Step[] memory steps = _step(number, damage % 8 == 1 ? uint32(damage) : 1);
        if (damage % 8 == 3) steps[0].reason = 0;
        if (damage % 8 == 4) _suspend(registrar);
        vm.warp(block.timestamp + 5);
        IRegistry.Head memory known = registry.head(number);
        uint256 records = registry.recordCount(number);

        bytes memory failure = _failure(status, account, steps[0], known);
        if (failure.length > 0) {
            _expectRevert(failure);
        } else {
            known.status = status;
            known.suspendedByAuthority = status == IRegistry.Status.ACTIVE
                ? false
                : status == IRegistry.Status.SUSPENDED ? account == supervisor : known.suspendedByAuthority;
        }
        vm.prank(account);
        act(steps);
        vm.assertEq(abi.encode(registry.head(number)), abi.encode(known), "head");
        vm.assertEq(registry.recordCount(number), records + (failure.length == 0 ? 1 : 0), "records");
        if (failure.length == 0) _assertRecord(number, known.validUntil, status);
        _assertHolds(1);
        checkLedger();
    }

    function _assertRecord(RegistrationNumber number, uint64 validUntil, IRegistry.Status status) private view {
        vm.assertEq(
            abi.encode(registry.record(number, registry.recordCount(number) - 1)),
            abi.encode(IRegistry.Record(uint64(block.timestamp), validUntil, 1, status)),
            "record"
        );
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(IRegistry.Status status, address account, IRegistry.Step memory step, IRegistry.Head memory known)
        private
        view
        returns (bytes memory)
    {
        if (step.reason == 0) return abi.encodeWithSelector(IRegistry.RegistryReasonMissing.selector, step.number);
        if (known.issued == 0) return abi.encodeWithSelector(IRegistry.RegistrationUnknown.selector, step.number);
        if (step.version != known.issued) {
            return
                abi.encodeWithSelector(
                    IRegistry.RegistryVersionConflict.selector, step.number, step.version, known.issued
                );
        }
        (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
        bool supervises = status == IRegistry.Status.ACTIVE || status == IRegistry.Status.SUSPENDED;
        uint32 role = supervises ? Roles.SUPERVISOR : Roles.ISSUER;
        if (roles & role == 0) return _roleMissing(account, role);
        bool lifts = status == IRegistry.Status.ACTIVE && known.suspendedByAuthority;
        if (own != (supervises && (lifts || own != registrar) ? authority : registrar)) {
            return _notEntitled(account, registrar);
        }
        IRegistry.Status present = known.status;
        if (block.timestamp >= known.validUntil) present = IRegistry.Status.EXPIRED;
        bool allowed = present == IRegistry.Status.ACTIVE;
        if (status == IRegistry.Status.ACTIVE) allowed = present == IRegistry.Status.SUSPENDED;
        if (uint8(status) > 2) allowed = allowed || present == IRegistry.Status.SUSPENDED;
        if (status == IRegistry.Status.REVOKED) allowed = allowed || present == IRegistry.Status.EXPIRED;
        if (allowed) return "";
        return abi.encodeWithSelector(IRegistry.RegistryStatusInvalid.selector, step.number, present);
    }

    function _assign(address account, RegistrationNumber number, bytes memory code) private {
        IRegistry.CodeAssignment[] memory assignments = new IRegistry.CodeAssignment[](1);
        assignments[0] = IRegistry.CodeAssignment(number, code);
        vm.prank(account);
        registry.assignNationalCodes(assignments);
    }

    function _isVisible(bytes memory code) private pure returns (bool) {
        for (uint256 i; i < code.length; ++i) {
            if (uint8(code[i]) < 33 || uint8(code[i]) > 126) return false;
        }
        return code.length > 0 && code.length <= 64;
    }
}
