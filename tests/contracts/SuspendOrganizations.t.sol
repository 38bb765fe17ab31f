// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {EntryId} from "../../contracts/types/EntryId.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

/// @notice {IOrganizations-suspendOrganizations} and {IOrganizations-resumeOrganizations}.
contract SuspendOrganizationsTest is Base {
    function test_suspendOrganizations() public {
        IOrganizations.Organization memory expected = organizations.organization(child);
        bytes32 others = _otherOrganizations(child);
        vm.expectEmit(address(organizations));
        emit IOrganizations.OrganizationSuspended(journal.size(), child, _act());
        _suspend(child);
        expected.suspended = true;
        _assertOrganization(child, expected);
        vm.assertEq(_otherOrganizations(child), others, "no other organization changed");

        vm.expectEmit(address(organizations));
        emit IOrganizations.OrganizationResumed(journal.size(), child, _act());
        _resume(child);
        expected.suspended = false;
        _assertOrganization(child, expected);
        vm.assertEq(_otherOrganizations(child), others, "no other organization changed");
        checkLedger();
    }

    function test_suspendOrganizations_takesAllRolesFromAccounts() public {
        _suspend(child);
        (bytes18 code, uint32 roles) = organizations.effectiveRoles(childPublisher);
        vm.assertEq(code, bytes18(0), "organization");
        vm.assertEq(roles, 0, "roles");
        _expectRevert(_roleMissing(childPublisher, Roles.PUBLISHER));
        organizations.publisherFor(childPublisher, grandchild);
        _resume(child);
        (code, roles) = organizations.effectiveRoles(childPublisher);
        vm.assertEq(code, child, "organization is back");
        vm.assertEq(roles, Roles.PUBLISHER, "roles are back");
        checkLedger();
    }

    /// @notice Nobody acts on a suspended provider's entries but the data authority, and it only then.
    function test_suspendOrganizations_leavesEntriesToDataAuthority() public {
        EntryId id = _publish(childPublisher, _publication(child, "a"));
        bytes memory failure =
            abi.encodeWithSelector(IOrganizations.PublisherNotEntitled.selector, authorityPublisher, authority, child);
        _expectRevert(failure);
        organizations.publisherFor(authorityPublisher, child);

        _suspend(child);
        _expectRevert(abi.encodeWithSelector(IOrganizations.OrganizationIsSuspended.selector, child));
        organizations.publisherFor(departmentPublisher, child);
        _retire(authorityPublisher, id, 1);

        _resume(child);
        _expectRevert(failure);
        organizations.publisherFor(authorityPublisher, child);
        checkLedger();
    }

    function test_suspendOrganizations_leavesChildrenActing() public {
        _suspend(department);
        vm.assertEq(organizations.publisherFor(childPublisher, child), child, "the child acts for itself");
        _expectRevert(_roleMissing(departmentPublisher, Roles.PUBLISHER));
        organizations.publisherFor(departmentPublisher, child);
        checkLedger();
    }

    function test_suspendOrganizations_revertsWhenNotSupervisorOfDataAuthority() public {
        _suspend(district);
        for (uint256 i; i < actors.length; ++i) {
            if (actors[i] == supervisor) continue;
            _expectRevert(_roleMissing(actors[i], Roles.SUPERVISOR));
            vm.prank(actors[i]);
            organizations.suspendOrganizations(_one(child), REASON);
            _expectRevert(_roleMissing(actors[i], Roles.SUPERVISOR));
            vm.prank(actors[i]);
            organizations.resumeOrganizations(_one(district), REASON);
        }
        checkLedger();
    }

    function test_suspendOrganizations_revertsWhenNothingToDo() public {
        _expectRevert(IOrganizations.NothingToDo.selector);
        vm.prank(supervisor);
        organizations.suspendOrganizations(new bytes18[](0), REASON);
        _expectRevert(IOrganizations.NothingToDo.selector);
        vm.prank(supervisor);
        organizations.resumeOrganizations(new bytes18[](0), REASON);
    }

    function test_suspendOrganizations_revertsWhenUnknown() public {
        _expectRevert(abi.encodeWithSelector(IOrganizations.OrganizationUnknown.selector, unknown));
        _suspend(unknown);
        _expectRevert(abi.encodeWithSelector(IOrganizations.OrganizationUnknown.selector, unknown));
        _resume(unknown);
    }

    function test_suspendOrganizations_revertsWhenDataAuthority() public {
        _expectRevert(_rootActRequired(authority));
        _suspend(authority);
    }

    function test_suspendOrganizations_revertsWhenRepeated() public {
        bytes18[] memory twice = new bytes18[](2);
        (twice[0], twice[1]) = (child, child);
        _expectRevert(abi.encodeWithSelector(IOrganizations.OrganizationIsSuspended.selector, child));
        vm.prank(supervisor);
        organizations.suspendOrganizations(twice, REASON);
        vm.assertFalse(organizations.organization(child).suspended, "all or nothing");

        _suspend(child);
        _expectRevert(abi.encodeWithSelector(IOrganizations.OrganizationNotSuspended.selector, child));
        vm.prank(supervisor);
        organizations.resumeOrganizations(twice, REASON);
        vm.assertTrue(organizations.organization(child).suspended, "all or nothing");
        checkLedger();
    }

    function testFuzz_suspendOrganizations(uint256 caller, uint256 first, uint256 second, bytes32 reason) public {
        bytes18[] memory subjects = new bytes18[](2);
        subjects[0] = codes[_bound(first, 0, codes.length - 1)];
        subjects[1] = codes[_bound(second, 0, codes.length - 1)];
        address account = _bound(caller, 0, 4) == 0 ? actors[_bound(caller, 0, actors.length - 1)] : supervisor;
        bytes32 all = _otherOrganizations(0);

        bytes memory failure;
        if (account != supervisor) {
            failure = _roleMissing(account, Roles.SUPERVISOR);
        } else if (subjects[0] == authority || (subjects[1] == authority && subjects[0] != authority)) {
            failure = _rootActRequired(authority);
        } else if (subjects[0] == subjects[1]) {
            failure = abi.encodeWithSelector(IOrganizations.OrganizationIsSuspended.selector, subjects[0]);
        }
        if (failure.length > 0) _expectRevert(failure);
        vm.prank(account);
        organizations.suspendOrganizations(subjects, reason);
        if (failure.length > 0) {
            vm.assertEq(_otherOrganizations(0), all, "nothing changed");
        } else {
            vm.assertTrue(organizations.organization(subjects[0]).suspended, "first");
            vm.assertTrue(organizations.organization(subjects[1]).suspended, "second");
            vm.prank(supervisor);
            organizations.resumeOrganizations(subjects, reason);
            vm.assertEq(_otherOrganizations(0), all, "resuming restores all");
        }
        checkLedger();
    }

    function _act() private view returns (IOrganizations.Suspension memory) {
        return IOrganizations.Suspension(REASON, supervisor, uint64(block.timestamp));
    }

    function _resume(bytes18 code) private {
        vm.prank(supervisor);
        organizations.resumeOrganizations(_one(code), REASON);
    }
}
