// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The append-only Merkle tree of all acts (RFC 6962 §2.1, SHA-256).
/// Every accepted change of the ledger is exactly one log and exactly one leaf.
interface IJournal {
    /// @param origin identity of this journal
    /// @param predecessorOrigin origin of the closed journal that this one continues; zero when there is none
    /// @param predecessorSize leaves in the predecessor
    /// @param predecessorRoot root of the predecessor
    /// @param organizations the contract that governs this journal
    /// @param account deployer
    /// @param time Unix seconds of the block
    struct Opening {
        bytes32 origin;
        bytes32 predecessorOrigin;
        uint64 predecessorSize;
        bytes32 predecessorRoot;
        address organizations;
        address account;
        uint64 time;
    }

    /// @param origin origin of the predecessor; zero when there is none
    /// @param size leaves in the predecessor
    /// @param root root of the predecessor
    struct Predecessor {
        bytes32 origin;
        uint64 size;
        bytes32 root;
    }

    /// @param proposal number of the proposal that was confirmed
    /// @param account the ADMIN who confirmed
    /// @param time Unix seconds of the block
    struct RootAct {
        uint64 proposal;
        address account;
        uint64 time;
    }

    /// @notice The first act of every journal.
    event JournalOpened(uint64 indexed index, Opening opening);
    /// @notice From now on `module` may append.
    event ModuleAdmitted(uint64 indexed index, address indexed module, RootAct act);
    /// @notice The last act of a journal; nothing is accepted after it.
    event JournalClosed(uint64 indexed index, RootAct act);

    /// @notice The caller is no admitted module.
    error JournalUnauthorized(address caller);
    /// @notice The caller numbered its acts from `expected`, the journal stands at `size`.
    error JournalOutOfOrder(uint64 expected, uint64 size);
    /// @notice The journal was closed at `size`.
    error JournalIsClosed(uint64 size);
    /// @notice An append of nothing.
    error JournalNothingToAppend();
    /// @notice The module is admitted already, or has no code.
    error JournalModuleInvalid(address module);

    /// @notice Appends the leaves of a module's acts, in order.
    /// @param expectedFirst the index under which the module emitted its first act
    /// @param leaves leaf hashes
    function append(uint64 expectedFirst, bytes32[] calldata leaves) external;

    /// @notice SHA-256(chain id, 32 bytes ‖ this contract's address, 20 bytes ‖ hash of the block before deployment).
    function origin() external view returns (bytes32);
    /// @notice Root of the tree of `size()` leaves.
    function root() external view returns (bytes32);
    /// @notice Leaves in the tree; the index of the next act.
    function size() external view returns (uint64);
    /// @notice Whether the journal accepts nothing more.
    function closed() external view returns (bool);
    /// @notice Whether `module` may append.
    function admitted(address module) external view returns (bool);
    /// @notice The contract that governs this journal.
    function organizations() external view returns (address);
}
