// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {IRootActs} from "../../contracts/interfaces/IRootActs.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

/// @notice {IRootActs-allowRoles}; only by proposal, so who can is {ProposeTest}'s.
contract AllowRolesTest is Base {
    function test_allowRoles_narrowsEffectiveRoles() public {
        bytes32 accounts = _otherAccounts(address(0));
        _allow(child, Roles.ADMIN);
        (bytes18 code, uint32 roles) = organizations.effectiveRoles(childPublisher);
        vm.assertEq(code, child, "organization");
        vm.assertEq(roles, 0, "roles");
        _expectRevert(_roleMissing(childPublisher, Roles.PUBLISHER));
        organizations.publisherFor(childPublisher, child);
        vm.assertEq(_otherAccounts(address(0)), accounts, "accounts keep their own roles");

        _allow(child, Roles.PUBLISHER);
        (, roles) = organizations.effectiveRoles(childPublisher);
        vm.assertEq(roles, Roles.PUBLISHER, "roles come back");
        checkLedger();
    }

    function test_allowRoles_revertsWhenNothingToDo() public {
        _enactReverts(
            address(organizations),
            abi.encodeCall(IRootActs.allowRoles, (new IOrganizations.AllowedRoles[](0))),
            abi.encodeWithSelector(IOrganizations.NothingToDo.selector)
        );
    }

    function test_allowRoles_revertsWhenDataAuthorityLosesAdmin() public {
        uint32 roles = Roles.ALL & ~Roles.ADMIN;
        _enactReverts(
            address(organizations),
            _action(authority, roles),
            abi.encodeWithSelector(IOrganizations.OrganizationRolesInvalid.selector, authority, roles)
        );
        _allow(authority, Roles.ADMIN);
        checkLedger();
    }

    function testFuzz_allowRoles(uint256 subject, uint32 roles) public {
        subject = _bound(subject, 0, codes.length);
        bytes18 code = subject < codes.length ? codes[subject] : unknown;
        if (roles % 4 != 0) roles &= Roles.ALL;
        bytes memory action = _action(code, roles);
        IOrganizations.Organization memory expected = organizations.organization(code);
        bytes32 others = _otherOrganizations(code);

        bytes memory failure;
        if (code == unknown) {
            failure = abi.encodeWithSelector(IOrganizations.OrganizationUnknown.selector, code);
        } else if (roles > Roles.ALL || (code == authority && roles & Roles.ADMIN == 0)) {
            failure = abi.encodeWithSelector(IOrganizations.OrganizationRolesInvalid.selector, code, roles);
        }
        if (failure.length > 0) {
            _enactReverts(address(organizations), action, failure);
        } else {
            uint64 number = _propose(address(organizations), action);
            vm.expectEmit(address(organizations));
            emit IOrganizations.RolesAllowed(
                journal.size(), code, IOrganizations.RolesAllowance(roles, number, bo, uint64(block.timestamp))
            );
            _confirm(number, address(organizations), action);
            expected.allowedRoles = roles;
        }
        _assertOrganization(code, expected);
        vm.assertEq(_otherOrganizations(code), others, "no other organization changed");
        checkLedger();
    }

    function _action(bytes18 code, uint32 roles) private pure returns (bytes memory) {
        IOrganizations.AllowedRoles[] memory allowed = new IOrganizations.AllowedRoles[](1);
        allowed[0] = IOrganizations.AllowedRoles(code, roles);
        return abi.encodeCall(IRootActs.allowRoles, (allowed));
    }
}
