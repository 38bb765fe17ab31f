// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EntryId, entryId} from "../../contracts/types/EntryId.sol";
import {OrganizationCode} from "../../contracts/types/OrganizationCode.sol";
import {Tree} from "./MerkleLog.t.sol";
import {vm} from "./Vm.sol";

/// @notice The golden values in tests/vectors, which Python keeps to as well.
contract VectorsTest {
    function test_vectors_merkle() public {
        string memory json = _read("tests/vectors/merkle.json");
        bytes[] memory data = vm.parseJsonBytesArray(json, ".leaves");
        bytes32[] memory roots = vm.parseJsonBytes32Array(json, ".roots");
        vm.assertEq(roots.length, data.length + 1, "a root for each size");
        vm.assertEq(roots[0], sha256(""), "empty tree");
        Tree tree = new Tree();
        for (uint256 i; i < data.length; ++i) {
            bytes32[] memory leaves = new bytes32[](1);
            leaves[0] = sha256(bytes.concat(hex"00", data[i]));
            tree.append(leaves);
            vm.assertEq(tree.root(), roots[i + 1], "root");
        }
    }

    function test_vectors_entryId() public {
        string memory json = _read("tests/vectors/entry_id.json");
        string[] memory providers = vm.parseJsonStringArray(json, ".provider");
        string[] memory localCodes = vm.parseJsonStringArray(json, ".local_code");
        bytes32[] memory ids = vm.parseJsonBytes32Array(json, ".id");
        vm.assertGe(ids.length, 1, "some");
        for (uint256 i; i < ids.length; ++i) {
            EntryId id = entryId(bytes18(bytes(providers[i])), bytes(localCodes[i]));
            vm.assertEq(EntryId.unwrap(id), ids[i], localCodes[i]);
        }
    }

    function test_vectors_organizationCode() public {
        string memory json = _read("tests/vectors/organization_code.json");
        string[] memory codes = vm.parseJsonStringArray(json, ".code");
        bool[] memory valid = vm.parseJsonBoolArray(json, ".valid");
        vm.assertEq(codes.length, valid.length, "pairs");
        for (uint256 i; i < codes.length; ++i) {
            bool fits = bytes(codes[i]).length == 18;
            vm.assertTrue((fits && OrganizationCode.isValid(bytes18(bytes(codes[i])))) == valid[i], codes[i]);
        }
    }

    function _read(string memory path) private returns (string memory json) {
        try vm.readFile(path) returns (string memory text) {
            json = text;
        } catch {
            vm.skip(true, string.concat(path, " is absent, or fs_permissions do not let forge read it"));
        }
    }
}
