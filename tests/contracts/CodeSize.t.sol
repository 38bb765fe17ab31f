// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

/// @notice Runtime code sizes in bytes, into snapshots/CodeSize.json.
contract CodeSizeTest is Base {
    /// @dev EIP-170.
    uint256 private constant LIMIT_BYTES = 24_576;

    function test_codeSize() public {
        _check("Journal", address(journal));
        _check("Organizations", address(organizations));
        _check("Policy", address(policy));
        _check("Catalog", address(catalog));
    }

    function _check(string memory name, address deployed) private {
        vm.assertLe(deployed.code.length, LIMIT_BYTES, name);
        vm.snapshotValue("CodeSize", name, deployed.code.length);
    }
}
