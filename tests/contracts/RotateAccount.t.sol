// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {IRootActs} from "../../contracts/interfaces/IRootActs.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

/// @notice {IOrganizations-rotateAccount}, by one ADMIN and, for the data authority, by proposal.
contract RotateAccountTest is Base {
    address private fresh = _actor("a new key");

    function test_rotateAccount_byOwnParentAndDataAuthority() public {
        address subject = childPublisher;
        address[3] memory admins = [childAdmin, departmentAdmin, ada];
        for (uint256 i; i < admins.length; ++i) {
            address successor = address(uint160(0xACC0 + i));
            _expectRotated(subject, successor, child, 0, admins[i]);
            vm.prank(admins[i]);
            organizations.rotateAccount(subject, successor);
            _assertAccount(subject, IOrganizations.Account(child, Roles.PUBLISHER, false, 0));
            _assertAccount(successor, IOrganizations.Account(child, Roles.PUBLISHER, true, 0));
            subject = successor;
        }
        checkLedger();
    }

    function test_rotateAccount_ofItself() public {
        vm.prank(childAdmin);
        organizations.rotateAccount(childAdmin, fresh);
        (, uint32 roles) = organizations.effectiveRoles(childAdmin);
        vm.assertEq(roles, 0, "the old key acts on nothing");
        (, roles) = organizations.effectiveRoles(fresh);
        vm.assertEq(roles, Roles.ADMIN, "the new key acts");
        checkLedger();
    }

    function test_rotateAccount_ofDataAuthorityByProposal() public {
        bytes memory action = abi.encodeCall(IRootActs.rotateAccount, (cy, fresh));
        uint32 admins = organizations.dataAuthorityAdmins();
        uint64 number = _propose(address(organizations), action);
        _expectRotated(cy, fresh, authority, number, bo);
        _confirm(number, address(organizations), action);
        _assertAccount(cy, IOrganizations.Account(authority, Roles.ADMIN, false, 0));
        _assertAccount(fresh, IOrganizations.Account(authority, Roles.ADMIN, true, 0));
        vm.assertEq(organizations.dataAuthorityAdmins(), admins, "as many ADMINs");
        checkLedger();
    }

    function test_rotateAccount_byProposal_revertsWhenOfAnother() public {
        _enactReverts(
            address(organizations),
            abi.encodeCall(IRootActs.rotateAccount, (childPublisher, fresh)),
            _notEntitled(bo, authority)
        );
        _enactReverts(
            address(organizations),
            abi.encodeCall(IRootActs.rotateAccount, (stranger, fresh)),
            abi.encodeWithSelector(IOrganizations.AccountUnknown.selector, stranger)
        );
        checkLedger();
    }

    function test_rotateAccount_revertsWhenEnded() public {
        vm.prank(childAdmin);
        organizations.rotateAccount(childPublisher, fresh);
        _expectRevert(abi.encodeWithSelector(IOrganizations.AccountEnded.selector, childPublisher));
        vm.prank(childAdmin);
        organizations.rotateAccount(childPublisher, stranger);
        checkLedger();
    }

    function testFuzz_rotateAccount(uint256 caller, uint256 subject, uint256 successor) public {
        address account = actors[_bound(caller, 0, actors.length - 1)];
        address ending = actors[_bound(subject, 0, actors.length - 1)];
        address next = [fresh, fresh, address(0), childPublisher, ending, fresh][_bound(successor, 0, 5)];
        IOrganizations.Account memory before = organizations.account(ending);
        IOrganizations.Account memory expected = organizations.account(next);
        bytes memory failure = _failure(account, ending, next);
        if (failure.length > 0) _expectRevert(failure);
        else _expectRotated(ending, next, before.organization, 0, account);
        vm.prank(account);
        organizations.rotateAccount(ending, next);
        if (failure.length == 0) {
            expected = IOrganizations.Account(before.organization, before.roles, true, 0);
            before.active = false;
        }
        _assertAccount(ending, before);
        _assertAccount(next, expected);
        checkLedger();
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(address account, address subject, address successor) private view returns (bytes memory) {
        (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
        bytes18 code = organizations.account(subject).organization;
        if (code == 0) return abi.encodeWithSelector(IOrganizations.AccountUnknown.selector, subject);
        if (roles & Roles.ADMIN == 0) return _roleMissing(account, Roles.ADMIN);
        if (own != code && own != organizations.organization(code).parent && own != authority) {
            return _notEntitled(account, code);
        }
        if (code == authority) return _rootActRequired(authority);
        if (successor != fresh) return abi.encodeWithSelector(IOrganizations.AccountExists.selector, successor);
        return "";
    }

    function _expectRotated(address subject, address successor, bytes18 code, uint64 number, address account) private {
        vm.expectEmit(address(organizations));
        emit IOrganizations.AccountRotated(
            journal.size(),
            subject,
            successor,
            IOrganizations.AccountRotation(code, number, account, uint64(block.timestamp))
        );
    }
}
