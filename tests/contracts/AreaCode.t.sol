// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AreaCode} from "../../contracts/types/AreaCode.sol";
import {Reference} from "./Reference.sol";
import {vm} from "./Vm.sol";

contract AreaCodeTest {
    function test_contains_eachLevel() public pure {
        uint40[5] memory chain =
            [uint40(110_000_000_000), 110_100_000_000, 110_105_000_000, 110_105_001_000, 110_105_001_002];
        for (uint256 i; i < chain.length; ++i) {
            for (uint256 k; k < chain.length; ++k) {
                vm.assertTrue(AreaCode.contains(chain[i], chain[k]) == (i <= k), "the higher contains the lower");
            }
        }
    }

    function test_contains_notItsNeighbours() public pure {
        vm.assertFalse(AreaCode.contains(110_000_000_000, 310_000_000_000), "province");
        vm.assertFalse(AreaCode.contains(110_100_000_000, 110_200_000_000), "city");
        vm.assertFalse(AreaCode.contains(110_105_000_000, 110_106_000_000), "district");
        vm.assertFalse(AreaCode.contains(110_105_001_000, 110_105_002_000), "subdistrict");
        vm.assertFalse(AreaCode.contains(110_105_001_001, 110_105_001_002), "community");
    }

    function test_contains_onlyAreaCodes() public pure {
        vm.assertFalse(AreaCode.contains(0, 110_000_000_000), "zero contains nothing");
        vm.assertFalse(AreaCode.contains(110_000_000_000, 0), "zero is nowhere");
        vm.assertFalse(AreaCode.contains(1e12, 1e12), "13 digits");
        vm.assertFalse(AreaCode.contains(110_000_000_000, 1e12), "13 digits");
        vm.assertTrue(AreaCode.contains(1e12 - 1, 1e12 - 1), "12 digits");
    }

    function testFuzz_contains(uint40 outer, uint40 inner, uint256 zeros, uint256 common) public pure {
        uint40[6] memory units = [uint40(1), 1e3, 1e6, 1e8, 1e10, 1e12];
        if (zeros % 8 != 7) outer = outer % 1e12 / units[zeros % 5] * units[zeros % 5];
        if (common % 8 < 6) {
            inner = uint40(outer % 1e12 / units[common % 6] * units[common % 6] + inner % units[common % 6]);
        }
        vm.assertTrue(AreaCode.contains(outer, inner) == Reference.areaContains(outer, inner), "as the text says");
    }
}
