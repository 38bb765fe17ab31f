// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "../../../contracts/interfaces/ICatalog.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IProducts} from "../../../contracts/interfaces/IProducts.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {vm} from "../Vm.sol";
import {ProductsBase} from "./ProductsBase.sol";

/// @notice {IProducts-add} under a grant.
contract AddTest is ProductsBase {
    function test_add() public {
        IProducts.NewProduct memory made = _product();
        _expectAdded(1, made);
        vm.assertEq(_add(operatorApplicant, made), 1, "counted from 1");
        _assertProduct(
            1,
            IProducts.Product({
                entry: own,
                contentDigest: sha256(made.content),
                operator: operator,
                grant: grant,
                form: IProducts.Form.INTERFACE,
                purpose: 8,
                status: IProducts.Status.LISTED,
                redevelopable: true,
                suspendedByAuthority: false,
                source: 0,
                depth: 0
            })
        );
        vm.assertEq(catalog.head(own).holds, 1, "its entry is held");
        vm.assertEq(products.productOf(own), 1, "its entry names it");
        vm.assertTrue(products.isOffered(1), "on offer");
        checkLedger();
    }

    /// @notice What a form delivers decides what its inputs must be covered for.
    function test_add_everyFormNeedsItsOperation() public {
        uint8[7] memory operations = [0, 8, 1, 4, 2, 8, 8];
        for (uint8 given = 1; given <= 8; given *= 2) {
            uint32 narrow = _operated(given, 8);
            for (uint8 form = 1; form <= 6; ++form) {
                IProducts.NewProduct memory made = _product();
                (made.grant, made.form) = (narrow, IProducts.Form(form));
                made.entry = _productEntry(operatorPublisher, operator, abi.encodePacked("own", given, form));
                if (operations[form] != given) {
                    _expectRevert(
                        abi.encodeWithSelector(IProducts.ProductInputNotCovered.selector, 0, made.inputs[0], narrow)
                    );
                }
                _add(operatorApplicant, made);
            }
        }
        vm.assertEq(products.products(), 6, "each form under one grant");
        checkLedger();
    }

    function test_add_everyInputIsJudged() public {
        IProducts.NewProduct memory made = _product();
        made.inputs = new EntryId[](3);
        (made.inputs[0], made.inputs[1]) = (inputs[0], inputs[1]);
        made.inputs[2] = EntryId.wrap(bytes32(type(uint256).max));
        _expectRevert(abi.encodeWithSelector(IProducts.ProductInputNotCovered.selector, 0, made.inputs[2], grant));
        _add(operatorApplicant, made);
        (made.inputs[1], made.inputs[2]) = (made.inputs[2], made.inputs[1]);
        _expectRevert(abi.encodeWithSelector(IProducts.ProductInputNotCovered.selector, 0, made.inputs[1], grant));
        _add(operatorApplicant, made);
        made.inputs[1] = made.inputs[0];
        _expectRevert(abi.encodeWithSelector(IProducts.ProductInputsInvalid.selector, 0, 3, 1));
        _add(operatorApplicant, made);
        checkLedger();
    }

    function test_add_aListedEntryOnce() public {
        IProducts.NewProduct[] memory two = new IProducts.NewProduct[](2);
        (two[0], two[1]) = (_product(), _product());
        _expectRevert(abi.encodeWithSelector(IProducts.ProductEntryInvalid.selector, 1, own));
        vm.prank(operatorApplicant);
        products.add(two);
        two[1].entry = _productEntry(operatorPublisher, operator, "second");
        vm.prank(operatorApplicant);
        vm.assertEq(products.add(two), 1, "the first");
        vm.assertEq(products.products(), 2, "two");
        checkLedger();
    }

    /// @notice What was delisted leaves its entry to another product; the old one stays as it was.
    function test_add_aDelistedEntryAgain() public {
        uint32 number = _with(IProducts.Status.DELISTED);
        bytes32 before = keccak256(abi.encode(products.product(number)));
        vm.assertEq(products.productOf(own), 0, "free");
        vm.assertEq(_listed(), 2, "another one");
        vm.assertEq(products.productOf(own), 2, "taken again");
        vm.assertEq(catalog.head(own).holds, 1, "held once");
        vm.assertEq(keccak256(abi.encode(products.product(number))), before, "the old one");
        checkLedger();
    }

    /// @notice Who may use shared data may not offer it.
    function test_add_notUnderASharedGrant() public {
        IProducts.NewProduct memory made = _product();
        made.grant = _granted(_share());
        _expectRevert(abi.encodeWithSelector(IProducts.ProductGrantInvalid.selector, 0, made.grant));
        _add(applicantOf[district], made);
        checkLedger();
    }

    /// @notice A listed product's entry cannot leave the catalog.
    function test_add_holdsItsEntry() public {
        _listed();
        _expectRevert(abi.encodeWithSelector(ICatalog.CatalogEntryHeld.selector, own, 1));
        _retire(operatorPublisher, own, 1);
        _change(operatorApplicant, products.delist, 1);
        _retire(operatorPublisher, own, 1);
        checkLedger();
    }

    /// @notice The offer ends with the grant and needs no act.
    function test_isOffered_whileItsGrantIsEffective() public {
        uint32 number = _listed();
        vm.assertTrue(products.isOffered(number), "on offer");
        vm.warp(grants.head(grant).until - 1);
        vm.assertTrue(products.isOffered(number), "to the last second");
        vm.warp(grants.head(grant).until);
        vm.assertFalse(products.isOffered(number), "not after");
        vm.assertFalse(products.isOffered(number + 1), "unknown");
    }

    function test_add_revertsWhenNothingToDo() public {
        _expectRevert(IProducts.ProductsNothingToDo.selector);
        products.add(new IProducts.NewProduct[](0));
    }

    function testFuzz_add(uint256 caller, uint256 seed, uint256 damage) public {
        address account = caller % 3 == 0 ? everybody[caller / 3 % everybody.length] : operatorApplicant;
        IProducts.NewProduct memory made = _product();
        made.form = IProducts.Form(1 + seed % 6);
        made.purpose = uint8(2 << (seed / 8 % 4));
        made.redevelopable = seed / 32 % 2 == 0;
        _damage(made, damage % 24);
        uint16 holds = catalog.head(made.entry).holds;
        bytes memory failure = _failure(account, made, damage % 24);
        if (failure.length > 0) _expectRevert(failure);
        else _expectAdded(1, made);
        _add(account, made);
        bool added = failure.length == 0;
        vm.assertEq(products.products(), added ? 1 : 0, "counted");
        vm.assertEq(products.productOf(made.entry), added ? 1 : 0, "named");
        vm.assertEq(catalog.head(made.entry).holds, holds + (added ? 1 : 0), "held");
        vm.assertEq(uint8(products.product(1).status), added ? 1 : 0, "status");
        vm.assertEq(products.priceCount(1), 0, "no price");
        checkLedger();
    }

    /// @dev One thing made wrong, mostly.
    function _damage(IProducts.NewProduct memory made, uint256 damage) private {
        if (damage == 1) made.grant = 99;
        if (damage == 2) made.grant = 0;
        if (damage == 3) _change(grantorSupervisor, grants.suspend, grant);
        if (damage == 4) vm.warp(grants.head(grant).until);
        if (damage == 5) made.form = IProducts.Form.NONE;
        if (damage == 6) made.purpose = 0;
        if (damage == 7) made.purpose = 12;
        if (damage == 8) made.purpose = 1;
        if (damage == 9) made.content = "";
        if (damage == 10) made.entry = EntryId.wrap(REASON);
        if (damage == 11) _retire(operatorPublisher, own, 1);
        if (damage == 12) made.entry = inputs[0];
        if (damage == 13) made.entry = rivals;
        if (damage == 14) made.inputs = new EntryId[](0);
        if (damage == 15) made.inputs = new EntryId[](65);
        if (damage == 16) (made.inputs[0], made.inputs[1]) = (made.inputs[1], made.inputs[0]);
        if (damage == 17) _suspend(operator);
        if (damage == 18) _denyOpening();
    }

    /// @dev Data that is not open leaves in no form.
    function _denyOpening() private {
        ICatalog.Publication memory fresh = _publication(child, "a");
        (fresh.expectedVersion, fresh.open, fresh.reason) = (1, 3, REASON);
        _publish(childPublisher, fresh);
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(address account, IProducts.NewProduct memory made, uint256 damage)
        private
        view
        returns (bytes memory)
    {
        (bytes18 organization, uint32 roles) = organizations.effectiveRoles(account);
        if (roles & Roles.APPLICANT == 0) return _roleMissing(account, Roles.APPLICANT);
        if (organization != operator || (damage >= 1 && damage <= 4)) {
            return abi.encodeWithSelector(IProducts.ProductGrantInvalid.selector, 0, made.grant);
        }
        if (damage >= 5 && damage <= 8) {
            return abi.encodeWithSelector(IProducts.ProductValueInvalid.selector, 0, made.form, made.purpose);
        }
        if (damage == 9) return abi.encodeWithSelector(IProducts.ProductContentEmpty.selector, 0);
        if (damage >= 10 && damage <= 13) {
            return abi.encodeWithSelector(IProducts.ProductEntryInvalid.selector, 0, made.entry);
        }
        if (damage == 14 || damage == 15) {
            return abi.encodeWithSelector(IProducts.ProductInputsInvalid.selector, 0, made.inputs.length, 0);
        }
        if (damage == 16) return abi.encodeWithSelector(IProducts.ProductInputsInvalid.selector, 0, 2, 1);
        bool exports = uint8(made.form) == 1 || uint8(made.form) >= 5;
        if (damage == 18 && exports) {
            EntryId denied = catalog.idOf(child, "a");
            return abi.encodeWithSelector(IProducts.ProductInputNotCovered.selector, 0, denied, grant);
        }
        return "";
    }

    function _expectAdded(uint32 number, IProducts.NewProduct memory made) private {
        IProducts.ProductAddition memory act = IProducts.ProductAddition({
            grant: made.grant,
            source: 0,
            entry: made.entry,
            form: made.form,
            purpose: made.purpose,
            redevelopable: made.redevelopable,
            organization: operator,
            account: operatorApplicant,
            time: uint64(block.timestamp),
            inputs: made.inputs,
            content: made.content
        });
        vm.expectEmit(address(products));
        emit IProducts.ProductAdded(journal.size(), number, operator, act);
    }
}
