// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Vm} from "./Vm.sol";

/// @notice Plain twins of what the contracts compute, written from the documents and not from the contracts.
library Reference {
    /// @dev GB 32100-2015, table 3: the letters by value.
    bytes internal constant ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    /// @notice MTH of RFC 6962 §2.1 over leaf hashes.
    function treeHash(bytes32[] memory leaves) internal pure returns (bytes32) {
        return leaves.length == 0 ? sha256("") : _treeHash(leaves, 0, leaves.length);
    }

    /// @notice The leaf hash of an act, from its raw log.
    function leafOf(Vm.Log memory log) internal pure returns (bytes32) {
        bytes memory preimage = abi.encodePacked(uint8(0), log.emitter, uint8(log.topics.length));
        for (uint256 i; i < log.topics.length; ++i) {
            preimage = bytes.concat(preimage, log.topics[i]);
        }
        return sha256(bytes.concat(preimage, log.data));
    }

    /// @notice The 17 characters with their check character (GB 32100-2015 §5.2.5).
    function withCheckCharacter(bytes17 body) internal pure returns (bytes18) {
        // 3^(i−1) mod 31 for i = 1 … 17, as the standard lists them.
        uint8[17] memory weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
        uint256 sum;
        for (uint256 i; i < 17; ++i) {
            sum += valueOf(body[i]) * weights[i];
        }
        uint256 check = 31 - (sum % 31);
        return bytes18(abi.encodePacked(body, ALPHABET[check == 31 ? 0 : check]));
    }

    /// @notice The value of a letter; 31 when the alphabet has it not.
    function valueOf(bytes1 letter) internal pure returns (uint256 value) {
        while (value < 31 && ALPHABET[value] != letter) ++value;
    }

    /// @notice Area codes as text: `inner` begins with `outer` up to the latter's last group that is not zeros.
    function areaContains(uint40 outer, uint40 inner) internal pure returns (bool) {
        if (outer == 0 || inner == 0 || outer > 999_999_999_999 || inner > 999_999_999_999) return false;
        bytes memory prefix = _digits(outer);
        bytes memory subject = _digits(inner);
        uint8[4] memory ends = [9, 6, 4, 2];
        uint256 length = 12;
        for (uint256 i; i < 4; ++i) {
            bool zeros = true;
            for (uint256 place = ends[i]; place < length; ++place) {
                if (prefix[place] != "0") zeros = false;
            }
            if (!zeros) break;
            length = ends[i];
        }
        for (uint256 place; place < length; ++place) {
            if (prefix[place] != subject[place]) return false;
        }
        return true;
    }

    function _treeHash(bytes32[] memory leaves, uint256 start, uint256 end) private pure returns (bytes32) {
        if (end - start == 1) return leaves[start];
        uint256 split = 1;
        while (split * 2 < end - start) split *= 2;
        bytes32 left = _treeHash(leaves, start, start + split);
        bytes32 right = _treeHash(leaves, start + split, end);
        return sha256(abi.encodePacked(uint8(1), left, right));
    }

    function _digits(uint40 area) private pure returns (bytes memory text) {
        text = new bytes(12);
        for (uint256 place = 12; place > 0; --place) {
            text[place - 1] = bytes1(uint8(0x30 + area % 10));
            area /= 10;
        }
    }
}
