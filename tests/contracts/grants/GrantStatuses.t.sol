// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {vm} from "../Vm.sol";
import {GrantsBase} from "./GrantsBase.sol";

/// @notice {IGrants-suspend}, {IGrants-resume}, {IGrants-terminate}, {IGrants-revoke}, {IGrants-exit}, {IGrants-close}, and
/// what modules tell.
contract GrantStatusesTest is GrantsBase {
    function test_resume_onlyTheDataAuthorityLiftsItsOwn() public {
        uint32 number = _grantWith(IGrants.Status.SUSPENDED);
        IGrants.Step[] memory steps = _steps(number, 1);
        address[2] memory others = [supervisorOf[sector], supervisorOf[implementer]];
        for (uint256 i; i < others.length; ++i) {
            _expectRevert(_notEntitled(others[i], sector));
            vm.prank(others[i]);
            grants.resume(steps);
        }
        _change(supervisor, grants.resume, number);
        _change(others[0], grants.suspend, number);
        _change(others[1], grants.resume, number);
        _change(others[1], grants.suspend, number);
        _change(others[0], grants.resume, number);
        vm.assertEq(grants.recordCount(number), 7, "records");
        checkLedger();
    }

    function test_end_dropsTheOpenVersion() public {
        IGrants.Status[3] memory ends = [IGrants.Status.TERMINATED, IGrants.Status.REVOKED, IGrants.Status.EXITED];
        for (uint256 i; i < ends.length; ++i) {
            uint32 number = _granted(_operate());
            _amend(_amendment(number));
            vm.assertTrue(grants.version(number, 2).open, "open");
            if (i == 0) _change(grantorOf[sector], grants.terminate, number);
            if (i == 1) _change(grantorOf[sector], grants.revoke, number);
            if (i == 2) _change(applicantOf[operator], grants.exit, number);
            vm.assertFalse(grants.version(number, 2).open, "dropped");
            _assertStatus(number, ends[i]);
            IGrants.Step[] memory steps = _steps(number, 2);
            _expectRevert(abi.encodeWithSelector(IGrants.GrantNotOpen.selector, number, 2));
            vm.prank(grantorOf[sector]);
            plans.withdraw(steps);
        }
        checkLedger();
    }

    function test_close_dropsTheOpenVersionOfAnExpiredGrant() public {
        uint32 number = _granted(_operate());
        _amend(_amendment(number));
        vm.warp(grants.head(number).until);
        _change(grantorOf[sector], grants.close, number);
        vm.assertFalse(grants.version(number, 2).open, "dropped");
        _assertStatus(number, IGrants.Status.CLOSED);
        checkLedger();
    }

    function test_statusAt_readsThePast() public {
        uint32 number = _granted(_operate());
        uint64 entered = uint64(block.timestamp);
        uint64 until = grants.head(number).until;
        vm.warp(entered + 10);
        _change(supervisor, grants.suspend, number);
        vm.warp(entered + 20);
        _change(supervisor, grants.resume, number);
        vm.warp(until + 1);
        _change(grantorOf[sector], grants.close, number);
        uint64[8] memory times =
            [entered - 1, entered, entered + 9, entered + 10, entered + 20, until - 1, until, until + 1];
        uint8[8] memory expected = [0, 1, 1, 2, 1, 1, 7, 6];
        for (uint256 i; i < times.length; ++i) {
            (IGrants.Status status, uint32 version) = grants.statusAt(number, times[i]);
            vm.assertEq(uint256(status), expected[i], "status");
            vm.assertEq(version, i == 0 ? 0 : 1, "version");
            vm.assertTrue(grants.isEffective(number, times[i]) == (expected[i] == 1), "effective");
        }
    }

    function testFuzz_suspend(uint256 caller, uint256 seed, uint256 damage) public {
        _fuzz(IGrants.Status.SUSPENDED, grants.suspend, caller, seed, damage);
    }

    function testFuzz_resume(uint256 caller, uint256 seed, uint256 damage) public {
        _fuzz(IGrants.Status.ACTIVE, grants.resume, caller, seed, damage);
    }

    function testFuzz_terminate(uint256 caller, uint256 seed, uint256 damage) public {
        _fuzz(IGrants.Status.TERMINATED, grants.terminate, caller, seed, damage);
    }

    function testFuzz_revoke(uint256 caller, uint256 seed, uint256 damage) public {
        _fuzz(IGrants.Status.REVOKED, grants.revoke, caller, seed, damage);
    }

    function testFuzz_exit(uint256 caller, uint256 seed, uint256 damage) public {
        _fuzz(IGrants.Status.EXITED, grants.exit, caller, seed, damage);
    }

    function testFuzz_close(uint256 caller, uint256 seed, uint256 damage) public {
        _fuzz(IGrants.Status.CLOSED, grants.close, caller, seed, damage);
    }

    function test_revertsWhenNothingToDoOrNoReason() public {
        _expectRevert(IGrants.GrantNothingToDo.selector);
        vm.prank(supervisor);
        grants.suspend(new IGrants.Step[](0));
        uint32 number = _granted(_operate());
        IGrants.Step[] memory steps = new IGrants.Step[](1);
        steps[0] = IGrants.Step(number, 1, 0);
        _expectRevert(abi.encodeWithSelector(IGrants.GrantReasonMissing.selector, number));
        vm.prank(supervisor);
        grants.suspend(steps);
    }

    function test_modulesOnly() public {
        uint32 number = _plan(_operate());
        IGrants.Version memory drawn = grants.version(number, 1);
        IGrants.Grant memory granted = grants.grant(number);
        bytes memory failure = abi.encodeWithSelector(IGrants.GrantsUnauthorized.selector, supervisor);
        bytes[5] memory calls = [
            abi.encodeCall(grants.draw, (0, granted, IGrants.Basis.FIRST, REASON, drawn.terms)),
            abi.encodeCall(grants.list, (number, 1, _entries())),
            abi.encodeCall(grants.listProviders, (number, 1, _providers())),
            abi.encodeCall(grants.enter, (number, 1)),
            abi.encodeCall(grants.drop, (number, 1))
        ];
        for (uint256 i; i < calls.length; ++i) {
            vm.prank(supervisor);
            (bool done, bytes memory answer) = address(grants).call(calls[i]);
            vm.assertFalse(done, "refused");
            vm.assertEq(answer, failure, "by name");
        }
    }

    /// @notice What grants themselves refuse, whatever a module asks for.
    function test_modules_guards() public {
        uint32 number = _granted(_operate());
        IGrants.Version memory drawn = grants.version(number, 1);
        IGrants.Grant memory granted = grants.grant(number);
        bytes memory notOpen = abi.encodeWithSelector(IGrants.GrantNotOpen.selector, number, 1);
        bytes memory second =
            abi.encodeCall(grants.draw, (number, granted, IGrants.Basis.AMENDMENT, REASON, drawn.terms));
        _refused(abi.encodeCall(grants.enter, (number, 1)), notOpen);
        _refused(abi.encodeCall(grants.drop, (number, 1)), notOpen);
        _refused(abi.encodeCall(grants.list, (number, 1, _entries())), notOpen);
        _refused(abi.encodeCall(grants.listProviders, (number, 1, _providers())), notOpen);
        _refused(
            abi.encodeCall(grants.draw, (9, granted, IGrants.Basis.AMENDMENT, REASON, drawn.terms)),
            abi.encodeWithSelector(IGrants.GrantUnknown.selector, 9)
        );
        vm.prank(address(module));
        (bool done,) = address(grants).call(second);
        vm.assertTrue(done, "drawn up");
        _refused(second, abi.encodeWithSelector(IGrants.GrantStillOpen.selector, number, 2));
        _change(supervisor, grants.suspend, number);
        _refused(
            abi.encodeCall(grants.enter, (number, 2)),
            abi.encodeWithSelector(IGrants.GrantStatusInvalid.selector, number, IGrants.Status.SUSPENDED)
        );
        _change(supervisor, grants.resume, number);
        vm.warp(grants.head(number).until);
        _refused(
            abi.encodeCall(grants.enter, (number, 2)),
            abi.encodeWithSelector(IGrants.GrantStatusInvalid.selector, number, IGrants.Status.EXPIRED)
        );
    }

    function _refused(bytes memory call, bytes memory failure) private {
        vm.prank(address(module));
        (bool done, bytes memory answer) = address(grants).call(call);
        vm.assertFalse(done, "refused");
        vm.assertEq(answer, failure, "by name");
    }

    function _fuzz(
        IGrants.Status status,
        function(IGrants.Step[] memory) external act,
        uint256 caller,
        uint256 seed,
        uint256 damage
    ) private {
        address account = everybody[caller / 2 % everybody.length];
        if (caller % 2 == 0) {
            account = uint8(status) < 3
                ? supervisorOf[authority]
                : status == IGrants.Status.EXITED ? applicantOf[operator] : grantorOf[sector];
        }
        uint32 number = seed % 8 == 7 ? _plan(_operate()) : _grantWith(IGrants.Status(1 + seed % 7));
        if (seed % 16 == 6) number = 77;
        IGrants.Step[] memory steps = _steps(number, seed % 8 == 7 ? 0 : 1);
        if (damage % 8 == 1) steps[0].version = uint32(damage);
        if (damage % 8 == 3) steps[0].reason = 0;
        if (damage % 8 == 4) _suspend(sector);
        vm.warp(block.timestamp + 5);
        IGrants.Head memory known = grants.head(number);
        uint256 records = grants.recordCount(number);

        bytes memory failure = _failure(status, account, steps[0], known);
        if (failure.length > 0) {
            _expectRevert(failure);
        } else {
            known.status = status;
            bool byAuthority = status == IGrants.Status.SUSPENDED && account == supervisorOf[authority];
            if (uint8(status) < 3) known.suspendedByAuthority = byAuthority;
            _expectAct(status, number, account);
        }
        vm.prank(account);
        act(steps);
        vm.assertEq(abi.encode(grants.head(number)), abi.encode(known), "head");
        vm.assertEq(grants.recordCount(number), records + (failure.length == 0 ? 1 : 0), "records");
        if (failure.length == 0) _assertRecord(number, known);
        checkLedger();
    }

    function _expectAct(IGrants.Status status, uint32 number, address account) private {
        (bytes18 own,) = organizations.effectiveRoles(account);
        IGrants.StatusChange memory act = IGrants.StatusChange(1, status, own, account, uint64(block.timestamp), REASON);
        uint64 index = journal.size();
        vm.expectEmit(address(grants));
        if (status == IGrants.Status.SUSPENDED) emit IGrants.GrantSuspended(index, number, act);
        else if (status == IGrants.Status.ACTIVE) emit IGrants.GrantResumed(index, number, act);
        else if (status == IGrants.Status.TERMINATED) emit IGrants.GrantTerminated(index, number, act);
        else if (status == IGrants.Status.REVOKED) emit IGrants.GrantRevoked(index, number, act);
        else if (status == IGrants.Status.EXITED) emit IGrants.GrantExited(index, number, act);
        else emit IGrants.GrantClosed(index, number, act);
    }

    function _assertRecord(uint32 number, IGrants.Head memory known) private view {
        vm.assertEq(
            abi.encode(grants.record(number, grants.recordCount(number) - 1)),
            abi.encode(IGrants.Record(uint64(block.timestamp), known.from, known.until, 1, known.status)),
            "record"
        );
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(IGrants.Status status, address account, IGrants.Step memory step, IGrants.Head memory known)
        private
        view
        returns (bytes memory)
    {
        uint32 number = step.grant;
        if (step.reason == 0) return abi.encodeWithSelector(IGrants.GrantReasonMissing.selector, number);
        if (known.versions == 0) return abi.encodeWithSelector(IGrants.GrantUnknown.selector, number);
        if (step.version != known.current) return _conflict(number, step.version, known.current);
        (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
        bool supervises = uint8(status) < 3;
        uint32 role = supervises ? Roles.SUPERVISOR : status == IGrants.Status.EXITED ? Roles.APPLICANT : Roles.GRANTOR;
        if (roles & role == 0) return _roleMissing(account, role);
        bool lifts = status == IGrants.Status.ACTIVE && known.suspendedByAuthority;
        if (supervises && own != authority && (lifts || (own != sector && own != implementer))) {
            return _notEntitled(account, sector);
        }
        bytes18 party = status == IGrants.Status.EXITED ? operator : sector;
        if (!supervises && own != party) return _notEntitled(account, party);
        IGrants.Status present = known.status;
        if (uint8(present) > 0 && uint8(present) < 3 && block.timestamp >= known.until) {
            present = IGrants.Status.EXPIRED;
        }
        bool allowed = present == IGrants.Status.ACTIVE || present == IGrants.Status.SUSPENDED;
        if (status == IGrants.Status.SUSPENDED) allowed = present == IGrants.Status.ACTIVE;
        if (status == IGrants.Status.ACTIVE) allowed = present == IGrants.Status.SUSPENDED;
        if (status == IGrants.Status.CLOSED) {
            allowed = present == IGrants.Status.TERMINATED || present == IGrants.Status.REVOKED
                || present == IGrants.Status.EXITED || present == IGrants.Status.EXPIRED;
        }
        if (allowed) return "";
        return abi.encodeWithSelector(IGrants.GrantStatusInvalid.selector, number, present);
    }
}
