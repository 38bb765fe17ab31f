// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IProducts} from "../../../contracts/interfaces/IProducts.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {vm} from "../Vm.sol";
import {ProductsBase} from "./ProductsBase.sol";

/// @notice {IProducts-setPrices}.
contract SetPricesTest is ProductsBase {
    function test_setPrices_withoutACeilingNothingIsCharged() public {
        uint32 number = _listed();
        _expectRevert(abi.encodeWithSelector(IProducts.ProductPriceTooHigh.selector, number, 1, 0));
        _setPrice(number, 1, CALL);
        _setPrice(number, 0, CALL);
        _assertPrice(number, IProducts.Price(uint64(block.timestamp), 0, 0, false, true, false, CALL));
        _setPrice(number, 0, YEAR); // no ceiling says for what
        vm.assertEq(products.price(number).unit, YEAR, "unit");
        checkLedger();
    }

    function test_setPrices_upToTheCeiling() public {
        uint32 number = _listed();
        _setCeiling(number, 100, CALL);
        _expectRevert(abi.encodeWithSelector(IProducts.ProductPriceTooHigh.selector, number, 101, 100));
        _setPrice(number, 101, CALL);
        _setPrice(number, 100, CALL);
        vm.assertEq(products.price(number).price, 100, "at the ceiling");
        checkLedger();
    }

    function test_setPrices_onlyForTheCeilingsUnit() public {
        uint32 number = _listed();
        _setCeiling(number, 100, CALL);
        _expectRevert(abi.encodeWithSelector(IProducts.ProductPriceTooHigh.selector, number, 1, 0));
        _setPrice(number, 1, YEAR);
        _expectRevert(abi.encodeWithSelector(IProducts.ProductPriceTooHigh.selector, number, 0, 0));
        _setPrice(number, 0, YEAR);
        checkLedger();
    }

    function test_setPrices_trialThenFinal() public {
        uint32 number = _listed();
        _setCeiling(number, 100, CALL);
        IProducts.NewPrice[] memory items = _price(number, 80, CALL);
        items[0].trial = true;
        vm.prank(operatorApplicant);
        products.setPrices(items);
        vm.assertTrue(products.price(number).trial, "trial");
        _setPrice(number, 80, CALL);
        vm.assertFalse(products.price(number).trial, "final");
        vm.assertEq(products.priceCount(number), 3, "history");
        checkLedger();
    }

    /// @notice Neither a suspended product nor an ended grant keeps prices from being set right.
    function test_setPrices_whileSuspended() public {
        uint32 number = _with(IProducts.Status.SUSPENDED);
        _setPrice(number, 0, CALL);
        vm.assertTrue(products.price(number).hasPrice, "set");
        checkLedger();
    }

    function test_setPrices_revertsWhenNothingToDo() public {
        _expectRevert(IProducts.ProductsNothingToDo.selector);
        products.setPrices(new IProducts.NewPrice[](0));
    }

    function testFuzz_setPrices(uint256 caller, uint256 seed, uint64 amount, uint256 damage) public {
        address account = caller % 3 == 0 ? everybody[caller / 3 % everybody.length] : operatorApplicant;
        IProducts.NewProduct memory made = _product();
        if (seed % 4 == 1) made.purpose = 2;
        if (seed % 4 == 2) made.purpose = 4;
        uint32 number = _add(operatorApplicant, made);
        uint64 ceiling = made.purpose == 8 ? uint64(seed >> 8) : 0;
        bool hasCeiling = seed / 4 % 4 != 0;
        if (hasCeiling) _setCeiling(number, ceiling, CALL);
        IProducts.NewPrice[] memory items = _price(number, seed / 16 % 4 == 0 ? 0 : amount, CALL);
        items[0].document = seed / 64 % 2 == 0 ? bytes32(0) : REASON;
        items[0].trial = seed / 128 % 2 == 0;
        if (damage % 16 == 1) items[0].product = 9;
        if (damage % 16 == 2) items[0].unit = YEAR;
        if (damage % 16 == 3) items[0].unit = 0;
        if (damage % 16 == 4) items[0].unit = "call\x7f";
        if (damage % 16 == 5) _change(operatorApplicant, products.delist, number);
        if (damage % 16 == 6) _change(grantorSupervisor, products.suspend, number);

        IProducts.Price memory before = products.price(number);
        bytes memory failure = _failure(account, items[0], made.purpose, damage % 16);
        if (failure.length > 0) _expectRevert(failure);
        else _expectPrice(account, items[0]);
        vm.prank(account);
        products.setPrices(items);
        if (failure.length == 0) {
            before.time = uint64(block.timestamp);
            (before.price, before.hasPrice, before.trial) = (items[0].price, true, items[0].trial);
            before.unit = items[0].unit;
        }
        _assertPrice(number, before);
        uint256 count = (hasCeiling ? 1 : 0) + (failure.length == 0 ? 1 : 0);
        vm.assertEq(products.priceCount(number), count, "history");
        checkLedger();
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(address account, IProducts.NewPrice memory item, uint8 purpose, uint256 damage)
        private
        view
        returns (bytes memory)
    {
        uint32 number = item.product;
        if (damage == 1) return abi.encodeWithSelector(IProducts.ProductUnknown.selector, number);
        (bytes18 organization, uint32 roles) = organizations.effectiveRoles(account);
        if (roles & Roles.APPLICANT == 0) return _roleMissing(account, Roles.APPLICANT);
        if (organization != operator) return _notEntitled(account, operator);
        if (damage == 5) return _productStatusInvalid(number, IProducts.Status.DELISTED);
        if (damage == 3 || damage == 4) {
            return abi.encodeWithSelector(IProducts.ProductUnitInvalid.selector, number, item.unit);
        }
        if (item.price > 0 && purpose != 8) {
            return abi.encodeWithSelector(IProducts.ProductIsFree.selector, number, item.price);
        }
        IProducts.Price memory present = products.price(number);
        bool otherUnit = present.hasCeiling && item.unit != CALL;
        uint64 ceiling = otherUnit || !present.hasCeiling ? 0 : present.ceiling;
        if (otherUnit || item.price > ceiling) {
            return abi.encodeWithSelector(IProducts.ProductPriceTooHigh.selector, number, item.price, ceiling);
        }
        return "";
    }

    function _expectPrice(address account, IProducts.NewPrice memory item) private {
        IProducts.PriceSetting memory act = IProducts.PriceSetting({
            price: item.price,
            unit: item.unit,
            trial: item.trial,
            document: item.document,
            organization: operator,
            account: account,
            time: uint64(block.timestamp)
        });
        vm.expectEmit(address(products));
        emit IProducts.PriceSet(journal.size(), item.product, act);
    }
}
