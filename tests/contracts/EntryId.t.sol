// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EntryId, entryId, same} from "../../contracts/types/EntryId.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

contract EntryIdTest is Base {
    /// @notice Computed by `sha256sum` outside Solidity.
    function test_entryId_known() public view {
        bytes32 expected = 0x8676aee6fdc5b0d778333466292d030f6f9ffd8f9d5ee909514f82e4183ce102;
        vm.assertEq(EntryId.unwrap(entryId("91110108551385082Q", unicode"目录-1")), expected, "id");
        vm.assertEq(EntryId.unwrap(catalog.idOf("91110108551385082Q", unicode"目录-1")), expected, "of the catalog");
    }

    function testFuzz_entryId(bytes18 provider, bytes memory localCode) public view {
        bytes32 expected = sha256(bytes.concat(sha256("mulu/entry/1"), provider, localCode));
        vm.assertEq(EntryId.unwrap(catalog.idOf(provider, localCode)), expected, "id");
    }

    function testFuzz_entryId_differs(bytes18 one, bytes18 other, bytes memory left, bytes memory right) public pure {
        bool equal = one == other && keccak256(left) == keccak256(right);
        vm.assertTrue((entryId(one, left) == entryId(other, right)) == equal, "one id for each entry");
        vm.assertTrue(same(entryId(one, left), entryId(one, left)), "and always the same");
    }
}
