// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IProducts} from "../../../contracts/interfaces/IProducts.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {vm} from "../Vm.sol";
import {ProductsBase} from "./ProductsBase.sol";

/// @notice {IProducts-add} of products that are developed from others.
contract DevelopTest is ProductsBase {
    function test_develop() public {
        uint32 source = _listed();
        IProducts.NewProduct memory made = _derived(source);
        _expectAdded(2, made);
        _add(rivalApplicant, made);
        _assertProduct(
            2,
            IProducts.Product({
                entry: rivals,
                contentDigest: sha256(made.content),
                operator: rival,
                grant: grant,
                form: IProducts.Form.MODEL,
                purpose: 8,
                status: IProducts.Status.LISTED,
                redevelopable: true,
                suspendedByAuthority: false,
                source: source,
                depth: 1
            })
        );
        checkLedger();
    }

    /// @notice An operator has no part in developing its own products further, directly or through others.
    function test_develop_notFromOnesOwn() public {
        uint32 source = _listed();
        IProducts.NewProduct memory made = _derived(source);
        made.entry = _productEntry(operatorPublisher, operator, "own, derived");
        _expectRevert(_sourceInvalid(source));
        _add(operatorApplicant, made);
        uint32 derived = _add(rivalApplicant, _derived(source));
        made.source = derived;
        _expectRevert(_sourceInvalid(derived));
        _add(operatorApplicant, made);
        _change(operatorApplicant, products.delist, source);
        _expectRevert(_sourceInvalid(derived)); // it was its own all the same
        _add(operatorApplicant, made);
        made = _derived(derived);
        made.entry = _productEntry(rivalPublisher, rival, "rival, derived");
        _expectRevert(_sourceInvalid(derived));
        _add(rivalApplicant, made);
        checkLedger();
    }

    /// @notice Nor has an organization a part in developing those of one above or below it.
    function test_develop_notFromARelatives() public {
        uint32 source = _listed();
        bytes18 below = _code(51);
        (address belowApplicant, address belowPublisher) = _addOperator(below, rival);
        IProducts.NewProduct memory made = _derived(_add(rivalApplicant, _derived(source)));
        made.entry = _productEntry(belowPublisher, below, "below");
        _expectRevert(_sourceInvalid(made.source));
        _add(belowApplicant, made);
        made.source = source;
        uint32 belows = _add(belowApplicant, made);
        made = _derived(belows);
        made.entry = _productEntry(rivalPublisher, rival, "rival, derived");
        _expectRevert(_sourceInvalid(belows));
        _add(rivalApplicant, made);
        checkLedger();
    }

    /// @notice What does not leave as an interface does not leave as a report developed from it.
    function test_develop_exportsOnlyFromAnExport() public {
        uint32 source = _listed();
        IProducts.NewProduct memory made = _derived(source);
        IProducts.Form[3] memory forms = [IProducts.Form.DATASET, IProducts.Form.INDEX, IProducts.Form.REPORT];
        for (uint256 i; i < forms.length; ++i) {
            made.form = forms[i];
            _expectRevert(_sourceInvalid(source));
            _add(rivalApplicant, made);
        }
        IProducts.NewProduct memory first = _product();
        first.entry = _productEntry(operatorPublisher, operator, "index");
        first.form = IProducts.Form.INDEX;
        made.source = _add(operatorApplicant, first);
        _add(rivalApplicant, made);
        checkLedger();
    }

    /// @notice Another branch from the same source is no part of the line.
    function test_develop_fromASiblingOfOnesOwn() public {
        uint32 source = _listed();
        _add(rivalApplicant, _derived(source));
        bytes18 third = _code(50);
        (address thirdApplicant, address thirdPublisher) = _addOperator(third);
        IProducts.NewProduct memory made = _derived(source);
        made.entry = _productEntry(thirdPublisher, third, "third");
        uint32 sibling = _add(thirdApplicant, made);
        made = _derived(sibling);
        made.entry = _productEntry(rivalPublisher, rival, "rival, from the sibling");
        _add(rivalApplicant, made);
        vm.assertEq(products.product(4).depth, 2, "depth");
        checkLedger();
    }

    function test_develop_eightSteps() public {
        uint32 source = _listed();
        for (uint256 step = 1; step <= 9; ++step) {
            bytes18 code = _code(50 + step);
            (address clerk, address publisher) = _addOperator(code);
            IProducts.NewProduct memory made = _derived(source);
            made.entry = _productEntry(publisher, code, "derived");
            if (step == 9) _expectRevert(_sourceInvalid(source));
            uint32 number = _add(clerk, made);
            if (step < 9) {
                vm.assertEq(products.product(number).depth, step, "depth");
                vm.assertEq(products.product(number).grant, grant, "the first one's grant");
                source = number;
            }
        }
        checkLedger();
    }

    /// @notice A derived product stands on the grant of the first of its line, and is priced by its grantor.
    function test_develop_standsOnTheFirstGrant() public {
        uint32 derived = _add(rivalApplicant, _derived(_listed()));
        _setCeiling(derived, 10, CALL);
        _expectRevert(_notEntitled(operatorApplicant, rival));
        _setPrice(derived, 10, CALL);
        vm.prank(rivalApplicant);
        products.setPrices(_price(derived, 10, CALL));
        vm.assertTrue(products.isOffered(derived), "on offer");
        _change(grantorSupervisor, grants.suspend, grant);
        vm.assertFalse(products.isOffered(derived), "no longer");
        checkLedger();
    }

    function testFuzz_develop(uint256 caller, uint256 seed, uint256 damage) public {
        address account = caller % 3 == 0 ? everybody[caller / 3 % everybody.length] : rivalApplicant;
        damage %= 20;
        IProducts.NewProduct memory first = _product();
        if (damage == 1) first.redevelopable = false;
        if (seed / 64 % 2 == 0) first.form = IProducts.Form.DATASET;
        uint32 source = _add(operatorApplicant, first);
        IProducts.NewProduct memory made = _derived(source);
        made.form = IProducts.Form(1 + seed % 6);
        made.purpose = uint8(2 << (seed / 8 % 4));
        made.redevelopable = seed / 32 % 2 == 0;
        if (damage == 2) made.source = 9;
        if (damage == 3) _change(supervisor, products.suspend, source);
        if (damage == 4) _change(operatorApplicant, products.delist, source);
        if (damage == 5) _change(grantorSupervisor, grants.suspend, grant);
        if (damage == 6) vm.warp(grants.head(grant).until);
        if (damage == 7) made.grant = grant;
        if (damage == 8) made.purpose = 1;
        if (damage == 9) made.form = IProducts.Form.NONE;
        if (damage == 10) made.content = "";
        if (damage == 11) made.entry = own;
        if (damage == 12) made.inputs = inputs;
        if (damage == 13) _suspend(rival);
        bytes memory failure = _failure(account, made, damage);
        if (failure.length > 0) _expectRevert(failure);
        else _expectAdded(2, made);
        _add(account, made);
        bool added = failure.length == 0;
        vm.assertEq(products.products(), added ? 2 : 1, "counted");
        vm.assertEq(products.productOf(rivals), added ? 2 : 0, "named");
        vm.assertEq(catalog.head(rivals).holds, added ? 1 : 0, "held");
        checkLedger();
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(address account, IProducts.NewProduct memory made, uint256 damage)
        private
        view
        returns (bytes memory)
    {
        (bytes18 organization, uint32 roles) = organizations.effectiveRoles(account);
        if (roles & Roles.APPLICANT == 0) return _roleMissing(account, Roles.APPLICANT);
        if (damage == 7) return abi.encodeWithSelector(IProducts.ProductGrantInvalid.selector, 0, grant);
        bool more = _exports(made.form) && !_exports(products.product(made.source).form);
        if ((damage >= 1 && damage <= 6) || more || organization == operator) return _sourceInvalid(made.source);
        if (damage == 8 || damage == 9) {
            return abi.encodeWithSelector(IProducts.ProductValueInvalid.selector, 0, made.form, made.purpose);
        }
        if (damage == 10) return abi.encodeWithSelector(IProducts.ProductContentEmpty.selector, 0);
        if (damage == 11 || organization != rival) {
            return abi.encodeWithSelector(IProducts.ProductEntryInvalid.selector, 0, made.entry);
        }
        if (damage == 12) {
            return abi.encodeWithSelector(IProducts.ProductInputsInvalid.selector, 0, inputs.length, 0);
        }
        return "";
    }

    function _exports(IProducts.Form form) private pure returns (bool) {
        return form != IProducts.Form.INTERFACE && form != IProducts.Form.MODEL && form != IProducts.Form.VERIFICATION;
    }

    function _sourceInvalid(uint32 source) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IProducts.ProductSourceInvalid.selector, 0, source);
    }

    function _expectAdded(uint32 number, IProducts.NewProduct memory made) private {
        IProducts.ProductAddition memory act = IProducts.ProductAddition({
            grant: grant,
            source: made.source,
            entry: made.entry,
            form: made.form,
            purpose: made.purpose,
            redevelopable: made.redevelopable,
            organization: rival,
            account: rivalApplicant,
            time: uint64(block.timestamp),
            inputs: new EntryId[](0),
            content: made.content
        });
        vm.expectEmit(address(products));
        emit IProducts.ProductAdded(journal.size(), number, rival, act);
    }
}
