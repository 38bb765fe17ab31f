// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {IRootActs} from "../../contracts/interfaces/IRootActs.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

/// @notice {IOrganizations-revokeAccount}, by one ADMIN and, for the data authority, by proposal.
contract RevokeAccountTest is Base {
    function test_revokeAccount_ofDataAuthorityByProposal() public {
        bytes memory action = abi.encodeCall(IRootActs.revokeAccount, (cy, 5));
        bytes32 others = _otherAccounts(cy);
        uint64 number = _propose(address(organizations), action);
        _expectRevoked(cy, authority, 5, number, bo);
        _confirm(number, address(organizations), action);
        _assertAccount(cy, IOrganizations.Account(authority, Roles.ADMIN, false, 5));
        vm.assertEq(_otherAccounts(cy), others, "no other account changed");
        vm.assertEq(organizations.dataAuthorityAdmins(), 2, "one ADMIN less");
        checkLedger();
    }

    function test_revokeAccount_byProposal_revertsWhenAdminsTooFew() public {
        _enact(address(organizations), abi.encodeCall(IRootActs.revokeAccount, (cy, 0)));
        bytes memory failure = abi.encodeWithSelector(IOrganizations.DataAuthorityAdminsTooFew.selector, 1);
        _enactReverts(address(organizations), abi.encodeCall(IRootActs.revokeAccount, (ada, 0)), failure);
        _enactReverts(address(organizations), abi.encodeCall(IRootActs.revokeAccount, (bo, 0)), failure);
        _enact(address(organizations), abi.encodeCall(IRootActs.revokeAccount, (supervisor, 0)));
        vm.assertEq(organizations.dataAuthorityAdmins(), 2, "a SUPERVISOR does not count");
        checkLedger();
    }

    function test_revokeAccount_byProposal_revertsWhenOfAnother() public {
        _enactReverts(
            address(organizations),
            abi.encodeCall(IRootActs.revokeAccount, (childPublisher, 0)),
            _notEntitled(bo, authority)
        );
        _enactReverts(
            address(organizations),
            abi.encodeCall(IRootActs.revokeAccount, (stranger, 0)),
            abi.encodeWithSelector(IOrganizations.AccountUnknown.selector, stranger)
        );
        checkLedger();
    }

    function test_revokeAccount_revertsWhenEnded() public {
        vm.prank(childAdmin);
        organizations.revokeAccount(childPublisher, 0);
        _expectRevert(abi.encodeWithSelector(IOrganizations.AccountEnded.selector, childPublisher));
        vm.prank(childAdmin);
        organizations.revokeAccount(childPublisher, 0);
        checkLedger();
    }

    /// @notice A key that was rotated can turn out stolen later.
    function test_revokeAccount_againSaysSinceWhenCompromised() public {
        uint32 admins = organizations.dataAuthorityAdmins();
        vm.prank(childAdmin);
        organizations.rotateAccount(childPublisher, address(0xbeef));
        _expectRevoked(childPublisher, child, 7, 0, childAdmin);
        vm.prank(childAdmin);
        organizations.revokeAccount(childPublisher, 7);
        _assertAccount(childPublisher, IOrganizations.Account(child, Roles.PUBLISHER, false, 7));
        vm.assertTrue(organizations.account(address(0xbeef)).active, "the successor goes on");
        vm.assertEq(organizations.dataAuthorityAdmins(), admins, "no ADMIN was counted twice");
        checkLedger();
    }

    function test_revokeAccount_byProposal_againKeepsTheCountOfAdmins() public {
        _enact(address(organizations), abi.encodeCall(IRootActs.revokeAccount, (cy, 0)));
        _enact(address(organizations), abi.encodeCall(IRootActs.revokeAccount, (cy, 5)));
        vm.assertEq(organizations.dataAuthorityAdmins(), 2, "an ADMIN that ended counts once");
        checkLedger();
    }

    /// @notice The ADMIN of a suspended organization acts on nothing; the data authority still revokes its accounts.
    function test_revokeAccount_whenSuspended() public {
        _suspend(child);
        _expectRevert(_roleMissing(childAdmin, Roles.ADMIN));
        vm.prank(childAdmin);
        organizations.revokeAccount(childPublisher, 0);
        vm.prank(ada);
        organizations.revokeAccount(childPublisher, 0);
        checkLedger();
    }

    function testFuzz_revokeAccount(uint256 caller, uint256 subject, uint64 compromisedSince) public {
        address account = actors[_bound(caller, 0, actors.length - 1)];
        address ending = actors[_bound(subject, 0, actors.length - 1)];
        IOrganizations.Account memory expected = organizations.account(ending);
        bytes32 others = _otherAccounts(ending);
        if (compromisedSince % 4 != 0) compromisedSince = uint64(compromisedSince % (block.timestamp + 1));
        bytes memory failure = _failure(account, expected.organization, ending);
        if (failure.length == 0 && compromisedSince > block.timestamp) {
            failure =
                abi.encodeWithSelector(IOrganizations.AccountCompromisedInFuture.selector, ending, compromisedSince);
        }
        if (failure.length > 0) _expectRevert(failure);
        else _expectRevoked(ending, expected.organization, compromisedSince, 0, account);
        vm.prank(account);
        organizations.revokeAccount(ending, compromisedSince);
        if (failure.length == 0) (expected.active, expected.compromisedSince) = (false, compromisedSince);
        _assertAccount(ending, expected);
        vm.assertEq(_otherAccounts(ending), others, "no other account changed");
        checkLedger();
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(address account, bytes18 code, address subject) private view returns (bytes memory) {
        (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
        if (code == 0) return abi.encodeWithSelector(IOrganizations.AccountUnknown.selector, subject);
        if (roles & Roles.ADMIN == 0) return _roleMissing(account, Roles.ADMIN);
        if (own != code && own != organizations.organization(code).parent && own != authority) {
            return _notEntitled(account, code);
        }
        return code == authority ? _rootActRequired(authority) : bytes("");
    }

    function _expectRevoked(address subject, bytes18 code, uint64 compromisedSince, uint64 number, address account)
        private
    {
        vm.expectEmit(address(organizations));
        emit IOrganizations.AccountRevoked(
            journal.size(),
            subject,
            code,
            IOrganizations.AccountRevocation(compromisedSince, number, account, uint64(block.timestamp))
        );
    }
}
