// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

/// @notice {IOrganizations-describeOrganizations}.
contract DescribeOrganizationsTest is Base {
    function test_describeOrganizations_changesNoState() public {
        bytes32 all = _otherOrganizations(0);
        vm.prank(childAdmin);
        organizations.describeOrganizations(_one(child, "{}"));
        vm.assertEq(_otherOrganizations(0), all, "a description is in the event only");
        checkLedger();
    }

    function test_describeOrganizations_several() public {
        IOrganizations.Description[] memory descriptions = new IOrganizations.Description[](2);
        descriptions[0] = IOrganizations.Description(department, "{}");
        descriptions[1] = IOrganizations.Description(child, "{}");
        uint64 size = journal.size();
        vm.prank(departmentAdmin);
        organizations.describeOrganizations(descriptions);
        vm.assertEq(journal.size(), size + 2, "one act each");
        checkLedger();
    }

    function test_describeOrganizations_revertsWhenNothingToDo() public {
        _expectRevert(IOrganizations.NothingToDo.selector);
        vm.prank(ada);
        organizations.describeOrganizations(new IOrganizations.Description[](0));
    }

    function test_describeOrganizations_revertsWhenSuspended() public {
        _suspend(child);
        _expectRevert(_roleMissing(childAdmin, Roles.ADMIN));
        vm.prank(childAdmin);
        organizations.describeOrganizations(_one(child, "{}"));
        vm.prank(departmentAdmin);
        organizations.describeOrganizations(_one(child, "{}"));
        checkLedger();
    }

    function testFuzz_describeOrganizations(uint256 caller, uint256 subject, bytes memory content) public {
        address account = actors[_bound(caller, 0, actors.length - 1)];
        subject = _bound(subject, 0, codes.length);
        bytes18 code = subject < codes.length ? codes[subject] : unknown;
        (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
        bytes18 parent = organizations.organization(code).parent;

        bytes memory failure;
        if (roles & Roles.ADMIN == 0) failure = _roleMissing(account, Roles.ADMIN);
        else if (code == unknown) failure = abi.encodeWithSelector(IOrganizations.OrganizationUnknown.selector, code);
        else if (own != code && own != parent && own != authority) failure = _notEntitled(account, code);
        if (failure.length > 0) {
            _expectRevert(failure);
        } else {
            vm.expectEmit(address(organizations));
            emit IOrganizations.OrganizationDescribed(
                journal.size(), code, IOrganizations.OrganizationDescription(account, uint64(block.timestamp), content)
            );
        }
        vm.prank(account);
        organizations.describeOrganizations(_one(code, content));
        checkLedger();
    }

    function _one(bytes18 code, bytes memory content)
        private
        pure
        returns (IOrganizations.Description[] memory descriptions)
    {
        descriptions = new IOrganizations.Description[](1);
        descriptions[0] = IOrganizations.Description(code, content);
    }
}
