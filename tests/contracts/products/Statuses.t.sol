// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGrantScope} from "../../../contracts/interfaces/IGrantScope.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IPlans} from "../../../contracts/interfaces/IPlans.sol";
import {IProducts} from "../../../contracts/interfaces/IProducts.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {vm} from "../Vm.sol";
import {ProductsBase} from "./ProductsBase.sol";

/// @notice {IProducts-suspend}, {IProducts-resume} and {IProducts-delist}.
contract StatusesTest is ProductsBase {
    function test_suspend_endsTheOffer() public {
        uint32 number = _listed();
        _change(grantorSupervisor, products.suspend, number);
        vm.assertFalse(products.isOffered(number), "suspended");
        vm.assertEq(catalog.head(own).holds, 1, "still held");
        _change(implementerSupervisor, products.resume, number);
        vm.assertTrue(products.isOffered(number), "resumed");
        checkLedger();
    }

    /// @notice What the data authority suspended it alone resumes; what others suspended it resumes too.
    function test_resume_byTheDataAuthority() public {
        uint32 number = _listed();
        _change(supervisor, products.suspend, number);
        vm.assertTrue(products.product(number).suspendedByAuthority, "by the authority");
        _expectRevert(_notEntitled(implementerSupervisor, grantor));
        _change(implementerSupervisor, products.resume, number);
        _change(supervisor, products.resume, number);
        vm.assertFalse(products.product(number).suspendedByAuthority, "cleared");
        _change(implementerSupervisor, products.suspend, number);
        vm.assertFalse(products.product(number).suspendedByAuthority, "by the implementer");
        _change(supervisor, products.resume, number);
        vm.assertTrue(products.isOffered(number), "resumed");
        checkLedger();
    }

    /// @notice What the data authority suspended its operator cannot delist, to list it anew.
    function test_delist_notPastTheDataAuthority() public {
        uint32 number = _listed();
        _change(supervisor, products.suspend, number);
        _expectRevert(_productStatusInvalid(number, IProducts.Status.SUSPENDED));
        _change(operatorApplicant, products.delist, number);
        vm.assertEq(products.productOf(own), number, "still named");
        _change(supervisor, products.resume, number);
        _change(operatorApplicant, products.delist, number);
        vm.assertEq(products.productOf(own), 0, "delisted");
        uint32 again = _listed();
        _change(supervisor, products.suspend, again);
        _change(grantorClerk, products.delist, again);
        vm.assertEq(products.productOf(own), 0, "delisted by the grantor");
        checkLedger();
    }

    /// @notice A product whose purpose its grant no longer has is not on offer.
    function test_offer_endsWithThePurpose() public {
        uint32 number = _listed();
        IPlans.Amendment memory amendment = _amendment(grant);
        amendment.purposes = 4;
        _amend(amendment);
        IGrants.EntryScope[] memory entries =
            _one(IGrantScope.EntryScope(inputs[0], catalog.head(inputs[0]).version, EVERYTHING, WHOLE));
        _scope(grant, entries);
        vm.assertTrue(products.isOffered(number), "as long as it is a plan");
        _enter(grant);
        vm.assertTrue(grants.isEffective(grant, uint64(block.timestamp)), "the grant is effective");
        vm.assertFalse(products.isOffered(number), "not on offer");
        amendment = _amendment(grant);
        amendment.purposes = 4 | 8;
        _amend(amendment);
        _scope(grant, entries);
        _enter(grant);
        vm.assertTrue(products.isOffered(number), "again");
        checkLedger();
    }

    function test_change_many() public {
        _listed();
        IProducts.NewProduct memory made = _product();
        made.entry = _productEntry(operatorPublisher, operator, "second");
        _add(operatorApplicant, made);
        IProducts.Step[] memory steps = new IProducts.Step[](2);
        (steps[0], steps[1]) = (IProducts.Step(2, REASON), IProducts.Step(9, REASON));
        _expectRevert(abi.encodeWithSelector(IProducts.ProductUnknown.selector, 9));
        vm.prank(supervisor);
        products.suspend(steps);
        steps[1].product = 1;
        vm.prank(supervisor);
        products.suspend(steps);
        vm.prank(grantorClerk);
        products.delist(steps);
        vm.assertEq(catalog.head(own).holds + catalog.head(made.entry).holds, 0, "released");
        checkLedger();
    }

    function test_change_revertsWhenNothingToDo() public {
        IProducts.Step[] memory none = new IProducts.Step[](0);
        _expectRevert(IProducts.ProductsNothingToDo.selector);
        products.suspend(none);
        _expectRevert(IProducts.ProductsNothingToDo.selector);
        products.resume(none);
        _expectRevert(IProducts.ProductsNothingToDo.selector);
        products.delist(none);
    }

    function testFuzz_suspend(uint256 caller, uint256 seed) public {
        _fuzz(IProducts.Status.SUSPENDED, products.suspend, caller, seed);
    }

    function testFuzz_resume(uint256 caller, uint256 seed) public {
        _fuzz(IProducts.Status.LISTED, products.resume, caller, seed);
    }

    function testFuzz_delist(uint256 caller, uint256 seed) public {
        _fuzz(IProducts.Status.DELISTED, products.delist, caller, seed);
    }

    /// @dev One step by somebody: the exact error of the first guard that refuses, or the event and the state.
    function _fuzz(IProducts.Status to, function(IProducts.Step[] memory) external action, uint256 caller, uint256 seed)
        private
    {
        address[5] memory able = [supervisor, grantorSupervisor, implementerSupervisor, operatorApplicant, grantorClerk];
        address account = caller % 2 == 0 ? able[caller / 2 % 5] : everybody[caller / 2 % everybody.length];
        uint32 number = _with(IProducts.Status(1 + seed % 3));
        if (seed % 3 == 1 && seed / 3 % 2 == 0) {
            _change(grantorSupervisor, products.resume, number);
            _change(supervisor, products.suspend, number);
        }
        IProducts.Step[] memory steps = _productStep(number);
        if (seed / 6 % 8 == 1) steps[0].reason = 0;
        if (seed / 6 % 8 == 2) steps[0].product = 9;
        IProducts.Product memory known = products.product(number);
        bytes memory failure = _failure(to, account, steps[0], known);
        if (failure.length > 0) {
            _expectRevert(failure);
        } else {
            _expectChange(to, account, number);
            known.status = to;
            (bytes18 organization,) = organizations.effectiveRoles(account);
            if (to != IProducts.Status.DELISTED) {
                known.suspendedByAuthority = to == IProducts.Status.SUSPENDED && organization == authority;
            }
        }
        vm.prank(account);
        action(steps);
        _assertProduct(number, known);
        bool listed = known.status != IProducts.Status.DELISTED;
        vm.assertEq(products.productOf(own), listed ? number : 0, "named");
        vm.assertEq(catalog.head(own).holds, listed ? 1 : 0, "held");
        vm.assertTrue(products.isOffered(number) == (known.status == IProducts.Status.LISTED), "on offer");
        checkLedger();
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(IProducts.Status to, address account, IProducts.Step memory step, IProducts.Product memory known)
        private
        view
        returns (bytes memory)
    {
        uint32 number = step.product;
        if (number == 9) return abi.encodeWithSelector(IProducts.ProductUnknown.selector, 9);
        (bytes18 organization, uint32 roles) = organizations.effectiveRoles(account);
        bool open;
        if (to == IProducts.Status.DELISTED) {
            if (roles & Roles.APPLICANT == 0 || organization != operator) {
                if (roles & Roles.GRANTOR == 0) return _roleMissing(account, Roles.GRANTOR);
                if (organization != grantor) return _notEntitled(account, grantor);
            }
            bool own = roles & Roles.APPLICANT != 0 && organization == operator;
            open = known.status != IProducts.Status.DELISTED && !(own && known.suspendedByAuthority);
        } else {
            if (roles & Roles.SUPERVISOR == 0) return _roleMissing(account, Roles.SUPERVISOR);
            bool able = organization == grantor || organization == implementer;
            if (to == IProducts.Status.LISTED && known.suspendedByAuthority) able = false;
            if (!able && organization != authority) return _notEntitled(account, grantor);
            open = to == IProducts.Status.LISTED
                ? known.status == IProducts.Status.SUSPENDED
                : known.status == IProducts.Status.LISTED;
        }
        if (!open) return _productStatusInvalid(number, known.status);
        if (step.reason == 0) return abi.encodeWithSelector(IProducts.ProductReasonMissing.selector, number);
        return "";
    }

    function _expectChange(IProducts.Status to, address account, uint32 number) private {
        (bytes18 organization,) = organizations.effectiveRoles(account);
        IProducts.ProductChange memory act =
            IProducts.ProductChange(to, organization, account, uint64(block.timestamp), REASON);
        vm.expectEmit(address(products));
        if (to == IProducts.Status.SUSPENDED) {
            emit IProducts.ProductSuspended(journal.size(), number, act);
        } else if (to == IProducts.Status.LISTED) {
            emit IProducts.ProductResumed(journal.size(), number, act);
        } else {
            emit IProducts.ProductDelisted(journal.size(), number, act);
        }
    }
}
