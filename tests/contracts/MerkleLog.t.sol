// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleLog} from "../../contracts/libraries/MerkleLog.sol";
import {Reference} from "./Reference.sol";
import {vm} from "./Vm.sol";

contract Tree {
    using MerkleLog for bytes32[64];

    bytes32[64] private _edge;
    uint64 public size;
    bytes32 public root;

    function append(bytes32[] calldata leaves) external {
        root = _edge.append(size, leaves);
        size += uint64(leaves.length);
    }
}

/// @notice {MerkleLog} against the recursive tree of RFC 6962 §2.1.
contract MerkleLogTest {
    function test_append_oneByOne_everySize() public {
        Tree tree = new Tree();
        for (uint256 size = 1; size <= 130; ++size) {
            tree.append(_leaves(size - 1, size));
            vm.assertEq(tree.root(), Reference.treeHash(_leaves(0, size)), "root");
        }
    }

    function test_append_atOnce_everySize() public {
        for (uint256 size = 1; size <= 130; ++size) {
            Tree tree = new Tree();
            tree.append(_leaves(0, size));
            vm.assertEq(tree.root(), Reference.treeHash(_leaves(0, size)), "root");
        }
    }

    function test_append_inTwo_everySplit() public {
        for (uint256 size = 2; size <= 33; ++size) {
            bytes32 root = Reference.treeHash(_leaves(0, size));
            for (uint256 split = 1; split < size; ++split) {
                Tree tree = new Tree();
                tree.append(_leaves(0, split));
                tree.append(_leaves(split, size));
                vm.assertEq(tree.root(), root, "root");
            }
        }
    }

    /// @notice The certificate-transparency test tree: leaf data of no byte, and of one zero byte.
    function test_append_knownRoots() public {
        bytes32[] memory leaves = new bytes32[](2);
        leaves[0] = sha256(hex"00");
        leaves[1] = sha256(hex"0000");
        vm.assertEq(leaves[0], 0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d, "leaf");
        Tree tree = new Tree();
        tree.append(leaves);
        vm.assertEq(tree.root(), 0xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125, "root");
    }

    function testFuzz_append_inBatches(uint256 seed, uint256 batches) public {
        Tree tree = new Tree();
        uint256 size;
        batches = 1 + batches % 8;
        for (uint256 i; i < batches; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 grown = size + 1 + seed % 40;
            tree.append(_leaves(size, grown));
            size = grown;
            vm.assertEq(tree.size(), size, "size");
            vm.assertEq(tree.root(), Reference.treeHash(_leaves(0, size)), "root");
        }
    }

    function testFuzz_nodeHash(bytes32 left, bytes32 right) public pure {
        vm.assertEq(MerkleLog.nodeHash(left, right), sha256(bytes.concat(hex"01", left, right)), "node");
    }

    function _leaves(uint256 start, uint256 end) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](end - start);
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i] = keccak256(abi.encode(start + i));
        }
    }
}
