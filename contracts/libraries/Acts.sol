// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The leaf of an act, computable from its raw log alone:
/// SHA-256(0x00 ‖ emitter, 20 bytes ‖ number of topics, 1 byte ‖ topics, 32 bytes each ‖ data).
library Acts {
    /// @notice What follows 0x00 in a leaf's preimage is at most this long (C2SP tlog-tiles, entry bundles).
    uint256 internal constant ENTRY_BYTES = 65_535;

    /// @notice The act's log is too large to be a journal entry.
    error ActTooLarge(uint256 size, uint256 limit);

    function leaf(bytes32 signature, bytes32 first, bytes memory data) internal view returns (bytes32) {
        return _leaf(2, abi.encodePacked(signature, first), data);
    }

    function leaf(bytes32 signature, bytes32 first, bytes32 second, bytes memory data) internal view returns (bytes32) {
        return _leaf(3, abi.encodePacked(signature, first, second), data);
    }

    function leaf(bytes32 signature, bytes32 first, bytes32 second, bytes32 third, bytes memory data)
        internal
        view
        returns (bytes32)
    {
        return _leaf(4, abi.encodePacked(signature, first, second, third), data);
    }

    function _leaf(uint8 count, bytes memory topics, bytes memory data) private view returns (bytes32) {
        uint256 size = 21 + topics.length + data.length;
        require(size <= ENTRY_BYTES, ActTooLarge(size, ENTRY_BYTES));
        return sha256(abi.encodePacked(bytes1(0x00), address(this), count, topics, data));
    }
}
