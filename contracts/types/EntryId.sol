// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Identifies a catalog entry for ever: its provider and the provider's own code for it.
type EntryId is bytes32;

using {same as ==} for EntryId global;

function same(EntryId left, EntryId right) pure returns (bool) {
    return EntryId.unwrap(left) == EntryId.unwrap(right);
}

/// @notice SHA-256(SHA-256("mulu/entry/1") ‖ provider, 18 bytes ‖ local code).
/// @param provider unified social credit code, 18 ASCII characters
/// @param localCode 1–128 bytes of NFC UTF-8; length and encoding are the caller's to check
function entryId(bytes18 provider, bytes memory localCode) pure returns (EntryId) {
    return EntryId.wrap(sha256(abi.encodePacked(sha256("mulu/entry/1"), provider, localCode)));
}
