// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IProducts} from "../../../contracts/interfaces/IProducts.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {vm} from "../Vm.sol";
import {ProductsBase} from "./ProductsBase.sol";

/// @notice {IProducts-setCeilings}.
contract SetCeilingsTest is ProductsBase {
    function test_setCeilings_aLowerOneWithdrawsThePrice() public {
        uint32 number = _listed();
        _setCeiling(number, 100, CALL);
        _setPrice(number, 80, CALL);
        vm.warp(block.timestamp + 1 days);
        _expectCeiling(number, 80, CALL, false);
        _setCeiling(number, 80, CALL);
        vm.assertEq(products.price(number).price, 80, "a price at the ceiling stays");
        _expectCeiling(number, 79, CALL, true);
        _setCeiling(number, 79, CALL);
        _assertPrice(number, IProducts.Price(uint64(block.timestamp), 79, 0, true, false, false, CALL));
        checkLedger();
    }

    function test_setCeilings_anotherUnitWithdrawsThePrice() public {
        uint32 number = _listed();
        _setCeiling(number, 100, CALL);
        vm.prank(operatorApplicant);
        IProducts.NewPrice[] memory prices = _price(number, 80, CALL);
        prices[0].trial = true;
        products.setPrices(prices);
        _expectCeiling(number, 100_000, YEAR, true);
        _setCeiling(number, 100_000, YEAR);
        _assertPrice(number, IProducts.Price(uint64(block.timestamp), 100_000, 0, true, false, false, YEAR));
        checkLedger();
    }

    /// @notice Even a price of 0 ends with another unit: a record has one unit.
    function test_setCeilings_anotherUnitWithdrawsAPriceOfZero() public {
        uint32 number = _listed();
        _setPrice(number, 0, CALL);
        _expectCeiling(number, 100, YEAR, true);
        _setCeiling(number, 100, YEAR);
        vm.assertFalse(products.price(number).hasPrice, "withdrawn");
        checkLedger();
    }

    function test_setCeilings_historyOnlyGrows() public {
        uint32 number = _listed();
        vm.assertEq(abi.encode(products.price(number)), new bytes(7 * 32), "never set");
        _setCeiling(number, 100, CALL);
        uint64 began = uint64(block.timestamp);
        vm.warp(began + 30 days);
        _setPrice(number, 80, CALL);
        vm.warp(began + 60 days);
        _setCeiling(number, 50, CALL);
        vm.assertEq(products.priceCount(number), 3, "each setting is one");
        IProducts.Price[3] memory expected = [
            IProducts.Price(began, 100, 0, true, false, false, CALL),
            IProducts.Price(began + 30 days, 100, 80, true, true, false, CALL),
            IProducts.Price(began + 60 days, 50, 0, true, false, false, CALL)
        ];
        for (uint256 i; i < 3; ++i) {
            vm.assertEq(abi.encode(products.priceAt(number, i)), abi.encode(expected[i]), "history");
        }
        checkLedger();
    }

    function test_setCeilings_many() public {
        uint32 number = _listed();
        IProducts.NewCeiling[] memory two = new IProducts.NewCeiling[](2);
        two[0] = IProducts.NewCeiling(number, 100, CALL, REASON);
        two[1] = IProducts.NewCeiling(number, 90, CALL, REASON);
        vm.prank(grantorClerk);
        products.setCeilings(two);
        vm.assertEq(products.price(number).ceiling, 90, "the last one");
        two[1].document = 0;
        _expectRevert(abi.encodeWithSelector(IProducts.ProductDocumentMissing.selector, number));
        vm.prank(grantorClerk);
        products.setCeilings(two);
        vm.assertEq(products.priceCount(number), 2, "all or nothing");
        checkLedger();
    }

    function test_setCeilings_revertsWhenNothingToDo() public {
        _expectRevert(IProducts.ProductsNothingToDo.selector);
        products.setCeilings(new IProducts.NewCeiling[](0));
    }

    function testFuzz_setCeilings(uint256 caller, uint256 seed, uint64 ceiling, uint256 damage) public {
        address account = caller % 3 == 0 ? everybody[caller / 3 % everybody.length] : grantorClerk;
        IProducts.NewProduct memory made = _product();
        if (seed % 4 == 1) made.purpose = 2;
        if (seed % 4 == 2) made.purpose = 4;
        uint32 number = _add(operatorApplicant, made);
        IProducts.NewCeiling[] memory items = _ceiling(number, seed / 4 % 4 == 0 ? 0 : ceiling, CALL);
        if (damage % 16 == 1) items[0].product = 9;
        if (damage % 16 == 2) items[0].document = 0;
        if (damage % 16 == 3) items[0].unit = 0;
        if (damage % 16 == 4) items[0].unit = "a b";
        if (damage % 16 == 5) items[0].unit = unicode"次";
        if (damage % 16 == 6) items[0].unit = "a\x00b";
        if (damage % 16 == 7) items[0].unit = "\x00a";
        if (damage % 16 == 8) items[0].unit = "abcdefghijklmnopqrstuvwxyz~!0123";
        if (damage % 16 == 9) _change(operatorApplicant, products.delist, number);
        if (damage % 16 == 10) _change(grantorSupervisor, products.suspend, number);

        bytes memory failure = _failure(account, items[0], made.purpose, damage % 16);
        if (failure.length > 0) {
            _expectRevert(failure);
        } else {
            (bytes18 organization,) = organizations.effectiveRoles(account);
            _expectCeiling(number, items[0].ceiling, items[0].unit, false, organization, account);
        }
        vm.prank(account);
        products.setCeilings(items);
        IProducts.Price memory expected;
        if (failure.length == 0) {
            expected = IProducts.Price(uint64(block.timestamp), items[0].ceiling, 0, true, false, false, items[0].unit);
        }
        _assertPrice(number, expected);
        vm.assertEq(products.priceCount(number), failure.length > 0 ? 0 : 1, "history");
        checkLedger();
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(address account, IProducts.NewCeiling memory item, uint8 purpose, uint256 damage)
        private
        view
        returns (bytes memory)
    {
        uint32 number = item.product;
        if (damage == 1) return abi.encodeWithSelector(IProducts.ProductUnknown.selector, number);
        (bytes18 organization, uint32 roles) = organizations.effectiveRoles(account);
        if (roles & Roles.GRANTOR == 0) return _roleMissing(account, Roles.GRANTOR);
        if (organization != grantor) return _notEntitled(account, grantor);
        if (damage == 9) return _productStatusInvalid(number, IProducts.Status.DELISTED);
        if (damage >= 3 && damage <= 7) {
            return abi.encodeWithSelector(IProducts.ProductUnitInvalid.selector, number, item.unit);
        }
        if (item.ceiling > 0 && purpose != 8) {
            return abi.encodeWithSelector(IProducts.ProductIsFree.selector, number, item.ceiling);
        }
        if (damage == 2) return abi.encodeWithSelector(IProducts.ProductDocumentMissing.selector, number);
        return "";
    }

    function _expectCeiling(uint32 number, uint64 ceiling, bytes32 unit, bool withdrawn) private {
        _expectCeiling(number, ceiling, unit, withdrawn, grantor, grantorClerk);
    }

    function _expectCeiling(
        uint32 number,
        uint64 ceiling,
        bytes32 unit,
        bool withdrawn,
        bytes18 organization,
        address account
    ) private {
        vm.expectEmit(address(products));
        emit IProducts.CeilingSet(
            journal.size(),
            number,
            IProducts.CeilingSetting(ceiling, unit, REASON, withdrawn, organization, account, uint64(block.timestamp))
        );
    }
}
