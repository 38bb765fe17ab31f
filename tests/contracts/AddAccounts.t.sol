// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {IRootActs} from "../../contracts/interfaces/IRootActs.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

/// @notice {IOrganizations-addAccounts}, by one ADMIN and, for the data authority, by proposal.
contract AddAccountsTest is Base {
    address private fresh = _actor("a new account");

    function test_addAccounts_byOwnParentAndDataAuthority() public {
        address[3] memory admins = [childAdmin, departmentAdmin, cy];
        for (uint256 i; i < admins.length; ++i) {
            address subject = address(uint160(0xACC0 + i));
            bytes32 others = _otherAccounts(subject);
            _expectAdded(subject, child, Roles.PUBLISHER, 0, admins[i]);
            vm.prank(admins[i]);
            organizations.addAccounts(_one(IOrganizations.NewAccount(subject, child, Roles.PUBLISHER)));
            _assertAccount(subject, IOrganizations.Account(child, Roles.PUBLISHER, true, 0));
            vm.assertEq(_otherAccounts(subject), others, "no other account changed");
        }
        checkLedger();
    }

    function test_addAccounts_ofDataAuthorityByProposal() public {
        bytes memory action =
            abi.encodeCall(IRootActs.addAccounts, (_one(IOrganizations.NewAccount(fresh, authority, Roles.ADMIN))));
        uint32 admins = organizations.dataAuthorityAdmins();
        uint64 number = _propose(address(organizations), action);
        _expectAdded(fresh, authority, Roles.ADMIN, number, bo);
        _confirm(number, address(organizations), action);
        _assertAccount(fresh, IOrganizations.Account(authority, Roles.ADMIN, true, 0));
        vm.assertEq(organizations.dataAuthorityAdmins(), admins + 1, "one ADMIN more");

        _enact(
            address(organizations),
            abi.encodeCall(
                IRootActs.addAccounts, (_one(IOrganizations.NewAccount(stranger, authority, Roles.REVIEWER)))
            )
        );
        vm.assertEq(organizations.dataAuthorityAdmins(), admins + 1, "others do not count");
        checkLedger();
    }

    function test_addAccounts_byProposal_revertsWhenOfAnother() public {
        _enactReverts(
            address(organizations),
            abi.encodeCall(IRootActs.addAccounts, (_one(IOrganizations.NewAccount(fresh, child, Roles.PUBLISHER)))),
            abi.encodeWithSelector(IOrganizations.OrganizationUnknown.selector, child)
        );
        checkLedger();
    }

    function test_addAccounts_revertsWhenNothingToDo() public {
        IOrganizations.NewAccount[] memory none = new IOrganizations.NewAccount[](0);
        _expectRevert(IOrganizations.NothingToDo.selector);
        vm.prank(ada);
        organizations.addAccounts(none);
        _enactReverts(
            address(organizations),
            abi.encodeCall(IRootActs.addAccounts, (none)),
            abi.encodeWithSelector(IOrganizations.NothingToDo.selector)
        );
    }

    function test_addAccounts_revertsWhenOfDataAuthorityByOneSignature() public {
        _reverts(ada, fresh, authority, Roles.PUBLISHER, _rootActRequired(authority));
    }

    function test_addAccounts_revertsWhenNoRolesOrNotAllowed() public {
        uint32 allowed = organizations.organization(child).allowedRoles;
        uint32[4] memory roles = [0, Roles.REVIEWER, allowed | Roles.ISSUER, Roles.ALL + 1];
        for (uint256 i; i < roles.length; ++i) {
            _reverts(
                childAdmin,
                fresh,
                child,
                roles[i],
                abi.encodeWithSelector(IOrganizations.AccountRolesInvalid.selector, fresh, roles[i], allowed)
            );
        }
        _addAccount(fresh, child, allowed);
        checkLedger();
    }

    function test_addAccounts_revertsWhenReviewerAndIssuer() public {
        _allow(child, Roles.ALL);
        uint32[2] memory both = [Roles.REVIEWER | Roles.ISSUER, Roles.ALL];
        for (uint256 i; i < both.length; ++i) {
            bytes memory failure =
                abi.encodeWithSelector(IOrganizations.AccountRolesInvalid.selector, fresh, both[i], Roles.ALL);
            _reverts(ada, fresh, child, both[i], failure);
            _enactReverts(
                address(organizations),
                abi.encodeCall(IRootActs.addAccounts, (_one(IOrganizations.NewAccount(fresh, authority, both[i])))),
                failure
            );
        }
        _addAccount(fresh, child, Roles.ALL & ~Roles.ISSUER);
        checkLedger();
    }

    function test_addAccounts_revertsWhenAccountEverExisted() public {
        bytes memory failure = abi.encodeWithSelector(IOrganizations.AccountExists.selector, childPublisher);
        _reverts(ada, childPublisher, district, Roles.PUBLISHER, failure);
        vm.prank(ada);
        organizations.revokeAccount(childPublisher, 0);
        _reverts(ada, childPublisher, child, Roles.PUBLISHER, failure);
    }

    function test_addAccounts_revertsWhenRepeatedInOneCall() public {
        IOrganizations.NewAccount[] memory twice = new IOrganizations.NewAccount[](2);
        twice[0] = IOrganizations.NewAccount(fresh, child, Roles.PUBLISHER);
        twice[1] = IOrganizations.NewAccount(fresh, district, Roles.PUBLISHER);
        _expectRevert(abi.encodeWithSelector(IOrganizations.AccountExists.selector, fresh));
        vm.prank(ada);
        organizations.addAccounts(twice);
        _assertAccount(fresh, IOrganizations.Account(0, 0, false, 0));
        checkLedger();
    }

    function testFuzz_addAccounts(uint256 caller, uint256 subject, uint256 code, uint32 roles) public {
        address account = actors[_bound(caller, 0, actors.length - 1)];
        IOrganizations.NewAccount memory addition = IOrganizations.NewAccount({
            account: [
                fresh, fresh, fresh, address(0), childPublisher, address(uint160(subject))
            ][_bound(subject, 0, 5)],
            organization: _bound(code, 0, codes.length) == codes.length
                ? unknown
                : codes[_bound(code, 0, codes.length)],
            roles: roles % 2 == 0 ? roles % (Roles.ALL + 1) : (roles >> 1) & (Roles.ADMIN | Roles.PUBLISHER)
        });
        bytes memory failure = _failure(account, addition);
        bytes32 others = _otherAccounts(addition.account);
        if (failure.length > 0) _expectRevert(failure);
        else _expectAdded(addition.account, addition.organization, addition.roles, 0, account);
        vm.prank(account);
        organizations.addAccounts(_one(addition));
        if (failure.length == 0) {
            _assertAccount(addition.account, IOrganizations.Account(addition.organization, addition.roles, true, 0));
        }
        vm.assertEq(_otherAccounts(addition.account), others, "no other account changed");
        checkLedger();
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(address account, IOrganizations.NewAccount memory addition) private view returns (bytes memory) {
        bytes18 code = addition.organization;
        (bytes18 own, uint32 held) = organizations.effectiveRoles(account);
        IOrganizations.Organization memory to = organizations.organization(code);
        if (held & Roles.ADMIN == 0) return _roleMissing(account, Roles.ADMIN);
        if (code == unknown) return abi.encodeWithSelector(IOrganizations.OrganizationUnknown.selector, code);
        if (own != code && own != to.parent && own != authority) return _notEntitled(account, code);
        if (code == authority) return _rootActRequired(authority);
        if (addition.account == address(0) || organizations.account(addition.account).organization != 0) {
            return abi.encodeWithSelector(IOrganizations.AccountExists.selector, addition.account);
        }
        bool both = addition.roles & Roles.REVIEWER != 0 && addition.roles & Roles.ISSUER != 0;
        if (addition.roles == 0 || addition.roles | to.allowedRoles != to.allowedRoles || both) {
            return abi.encodeWithSelector(
                IOrganizations.AccountRolesInvalid.selector, addition.account, addition.roles, to.allowedRoles
            );
        }
        return "";
    }

    function _reverts(address account, address subject, bytes18 code, uint32 roles, bytes memory failure) private {
        _expectRevert(failure);
        vm.prank(account);
        organizations.addAccounts(_one(IOrganizations.NewAccount(subject, code, roles)));
        checkLedger();
    }

    function _expectAdded(address subject, bytes18 code, uint32 roles, uint64 number, address account) private {
        vm.expectEmit(address(organizations));
        emit IOrganizations.AccountAdded(
            journal.size(),
            subject,
            code,
            IOrganizations.AccountAddition(roles, number, account, uint64(block.timestamp))
        );
    }
}
