// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IProducts} from "../../../contracts/interfaces/IProducts.sol";
import {vm} from "../Vm.sol";
import {ProductsBase} from "./ProductsBase.sol";

/// @notice Gas of whole transactions, their 21,000 and call data included, into snapshots/ProductsGas.json: two inputs,
/// 600 bytes of content. The code size into snapshots/ProductsCodeSize.json.
contract ProductsGasTest is ProductsBase {
    /// @dev EIP-170.
    uint256 private constant LIMIT_BYTES = 24_576;

    /// forge-config: default.isolate = true
    function test_gas_products() public {
        IProducts.NewProduct memory made = _product();
        made.content = _filled(600);
        uint32 number = _add(operatorApplicant, made);
        vm.snapshotGasLastCall("ProductsGas", "add");
        _setCeiling(number, 100, CALL);
        vm.snapshotGasLastCall("ProductsGas", "setCeilings");
        _setPrice(number, 80, CALL);
        vm.snapshotGasLastCall("ProductsGas", "setPrices");
        _change(supervisor, products.suspend, number);
        vm.snapshotGasLastCall("ProductsGas", "suspend");
        _change(grantorClerk, products.delist, number);
        vm.snapshotGasLastCall("ProductsGas", "delist");
        vm.warp(block.timestamp + 365 days);
        IProducts.NewDisclosure[] memory items = new IProducts.NewDisclosure[](1);
        items[0] = IProducts.NewDisclosure(grant, 2027, IProducts.Disclosure.OPERATION, 0, _filled(600));
        vm.prank(operatorApplicant);
        products.disclose(items);
        vm.snapshotGasLastCall("ProductsGas", "disclose");
    }

    function test_codeSize_products() public {
        vm.assertLe(address(products).code.length, LIMIT_BYTES, "Products");
        vm.snapshotValue("ProductsCodeSize", "Products", address(products).code.length);
    }
}
