// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Append-only Merkle tree of RFC 6962 §2.1 with SHA-256: ordered pairs, a lone node is promoted.
/// Only the right edge is kept: level k holds the root of the perfect subtree of 2^k leaves that bit k of the
/// size stands for. Levels whose bit is clear hold stale values that are never read.
library MerkleLog {
    /// @notice Interior node: SHA-256(0x01 ‖ left ‖ right).
    function nodeHash(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }

    /// @notice Root of the tree of the leaf hashes, at least one.
    /// @dev Works level by level in place: `leaves` holds no leaves afterwards.
    function rootOf(bytes32[] memory leaves) internal pure returns (bytes32) {
        for (uint256 size = leaves.length; size > 1; size = (size + 1) / 2) {
            for (uint256 i; i < size; i += 2) {
                leaves[i / 2] = i + 1 < size ? nodeHash(leaves[i], leaves[i + 1]) : leaves[i];
            }
        }
        return leaves[0];
    }

    /// @notice Appends leaf hashes and returns the root of the grown tree.
    /// @dev Leaves are merged in memory; each level of the edge that changed is written once.
    /// @param edge right edge of the tree of `size` leaves
    /// @param size leaves in the tree before
    /// @param leaves leaf hashes, at least one
    function append(bytes32[64] storage edge, uint64 size, bytes32[] memory leaves) internal returns (bytes32 root) {
        bytes32[64] memory fresh;
        uint256 isFresh;
        uint256 grown = size;
        for (uint256 i; i < leaves.length; ++i) {
            bytes32 node = leaves[i];
            uint256 level;
            for (uint256 rest = grown; rest & 1 == 1; rest >>= 1) {
                bytes32 left = (isFresh >> level) & 1 == 1 ? fresh[level] : edge[level];
                node = nodeHash(left, node);
                ++level;
            }
            fresh[level] = node;
            isFresh |= 1 << level;
            ++grown;
        }
        bool started;
        for (uint256 level; grown >> level != 0; ++level) {
            if ((grown >> level) & 1 == 0) continue;
            bytes32 peak;
            if ((isFresh >> level) & 1 == 1) {
                peak = fresh[level];
                edge[level] = peak;
            } else {
                peak = edge[level];
            }
            root = started ? nodeHash(peak, root) : peak;
            started = true;
        }
    }
}
