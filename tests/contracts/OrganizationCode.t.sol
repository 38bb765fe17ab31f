// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrganizationCode} from "../../contracts/types/OrganizationCode.sol";
import {Reference} from "./Reference.sol";
import {vm} from "./Vm.sol";

contract OrganizationCodeTest {
    /// @notice Codes of real companies, as they stand on their licences.
    function test_isValid_realCodes() public pure {
        bytes18[4] memory codes =
            [bytes18("91110108551385082Q"), "914403001922038216", "9144030071526726XG", "91330100799655058B"];
        for (uint256 i; i < codes.length; ++i) {
            vm.assertTrue(OrganizationCode.isValid(codes[i]), "valid");
        }
    }

    /// @notice Every character changed to every other byte: a single wrong character is always found.
    function test_isValid_findsEveryWrongCharacter() public pure {
        bytes18 code = "91110108551385082Q";
        for (uint256 place; place < 18; ++place) {
            for (uint256 byte_; byte_ < 256; ++byte_) {
                bytes memory changed = abi.encodePacked(code);
                changed[place] = bytes1(uint8(byte_));
                vm.assertTrue(OrganizationCode.isValid(bytes18(changed)) == (bytes18(changed) == code), "found");
            }
        }
    }

    function test_isValid_refusesLettersOfNoCode() public pure {
        bytes memory outside = "IOSVZ :@[`az-";
        for (uint256 i; i < outside.length; ++i) {
            bytes memory code = "91110108551385082Q";
            code[2] = outside[i];
            for (uint256 check; check < 31; ++check) {
                code[17] = Reference.ALPHABET[check];
                vm.assertFalse(OrganizationCode.isValid(bytes18(code)), "invalid");
            }
        }
        vm.assertFalse(OrganizationCode.isValid(0), "zero");
    }

    function testFuzz_isValid(uint256 seed, uint8 check) public pure {
        bytes memory body = new bytes(17);
        for (uint256 i; i < 17; ++i) {
            body[i] = Reference.ALPHABET[seed % 31];
            seed /= 31;
        }
        bytes18 expected = Reference.withCheckCharacter(bytes17(body));
        vm.assertTrue(OrganizationCode.isValid(expected), "valid");
        bytes18 other = bytes18(abi.encodePacked(body, check));
        vm.assertTrue(OrganizationCode.isValid(other) == (other == expected), "the one check character");
    }
}
