// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EntryId} from "../types/EntryId.sol";

/// @notice The head of every catalog entry (目录条目).
///
/// Content travels in the event as canonical JSON; the head keeps its SHA-256. Share and open: 0 not stated,
/// 1 unconditional, 2 conditional, 3 denied. Level: 0 not stated, 1–4. Kind: 1 resource, 2 product.
/// Warning: nothing removes anything from a chain. What must not be public must never enter call data.
interface ICatalog {
    enum Status {
        NONE,
        ACTIVE,
        RETIRED
    }

    /// @dev Two slots; `contentDigest` is the first.
    /// @param contentDigest SHA-256 of the content of the last publication
    /// @param provider code of the organization that holds the data
    /// @param version counts from 1; retiring is a version too
    /// @param holds registrations and grants that stand on the entry; a held entry cannot be retired
    /// @param marks open objections against the entry's data
    struct Head {
        bytes32 contentDigest;
        bytes18 provider;
        uint32 version;
        Status status;
        uint8 kind;
        uint8 share;
        uint8 open;
        uint8 level;
        uint16 holds;
        uint16 marks;
    }

    /// @notice What held until a later version came; one slot.
    /// @param until Unix seconds at which `version` ended
    struct Ended {
        uint64 until;
        uint32 version;
        Status status;
        uint8 share;
        uint8 open;
        uint8 level;
    }

    /// @param expectedVersion version of the head that this one follows; 0 for a first publication
    /// @param reason digest of the reason; needed where share or open are tightened, zero otherwise allowed
    /// @param localCode the provider's own code, 1–128 bytes of NFC UTF-8
    /// @param content canonical JSON (RFC 8785)
    struct Publication {
        bytes18 provider;
        uint32 expectedVersion;
        uint8 kind;
        uint8 share;
        uint8 open;
        uint8 level;
        bytes32 reason;
        bytes localCode;
        bytes content;
    }

    /// @param reason digest of the reason; zero allowed
    struct Retirement {
        EntryId id;
        uint32 expectedVersion;
        bytes32 reason;
    }

    /// @param submitter code of the signing account's organization
    /// @param time Unix seconds of the block
    struct EntryPublication {
        uint32 version;
        uint8 kind;
        uint8 share;
        uint8 open;
        uint8 level;
        bytes18 submitter;
        address account;
        uint64 time;
        bytes32 reason;
        bytes localCode;
        bytes content;
    }

    /// @param submitter code of the signing account's organization
    /// @param time Unix seconds of the block
    struct EntryRetirement {
        uint32 version;
        bytes18 submitter;
        address account;
        uint64 time;
        bytes32 reason;
    }

    event EntryPublished(uint64 indexed index, EntryId indexed id, bytes18 indexed provider, EntryPublication act);
    event EntryRetired(uint64 indexed index, EntryId indexed id, bytes18 indexed provider, EntryRetirement act);

    error CatalogNothingToDo();
    error CatalogLocalCodeInvalid(uint256 item, uint256 size);
    error CatalogContentEmpty(EntryId id);
    error CatalogValueInvalid(EntryId id, uint8 kind, uint8 share, uint8 open, uint8 level);
    /// @notice The entry stands at `version`; the caller expected `expected`.
    error CatalogVersionConflict(EntryId id, uint32 expected, uint32 version);
    error CatalogKindChanged(EntryId id, uint8 from, uint8 to);
    /// @notice Share, open or level were stated and cannot become not stated.
    error CatalogStatementWithdrawn(EntryId id);
    /// @notice Share or open become stricter without a reason.
    error CatalogReasonMissing(EntryId id);
    error CatalogEntryUnknown(EntryId id);
    error CatalogEntryRetired(EntryId id);
    error CatalogEntryHeld(EntryId id, uint16 holds);
    /// @notice The entry has as many holds as can be counted, 65,535.
    error CatalogHoldsExhausted(EntryId id);
    error CatalogEntryNotHeld(EntryId id);
    error CatalogEntryNotMarked(EntryId id);
    /// @notice Only admitted modules hold, release, mark and unmark.
    error CatalogUnauthorized(address caller);

    /// @notice Publishes entries: each is added, or follows its own last version. A retired entry may be published
    /// again. Caller: for each, a PUBLISHER of its provider, the provider's sector authority or an ancestor.
    /// @dev All or nothing: one bad or stale element reverts the batch and the error names it.
    function publish(Publication[] calldata publications) external;
    /// @notice Retires entries. Caller: as {publish}, judged by the stored provider.
    function retire(Retirement[] calldata retirements) external;

    /// @notice Counts one more hold on each entry. Caller: an admitted module, whose own event names the entries.
    function hold(EntryId[] calldata ids) external;
    /// @notice Takes one hold from each entry. Caller: an admitted module.
    function release(EntryId[] calldata ids) external;
    /// @notice Counts one more mark on an entry. Caller: an admitted module.
    function mark(EntryId id) external;
    /// @notice Takes one mark from an entry. Caller: an admitted module.
    function unmark(EntryId id) external;

    /// @notice The head of an entry; `status` NONE when unknown.
    function head(EntryId id) external view returns (Head memory);
    /// @notice Versions that ended, oldest first.
    function endedCount(EntryId id) external view returns (uint256);
    /// @notice One version that ended, `position` from 0.
    function ended(EntryId id, uint256 position) external view returns (Ended memory);
    /// @notice What held of an entry at a time; `until` is zero where it still does. `status` NONE when unknown.
    /// @dev The first version is taken to have held always: its start is not kept.
    function stateAt(EntryId id, uint64 time) external view returns (Ended memory);
    /// @notice The id of the entry that a provider knows as `localCode`.
    function idOf(bytes18 provider, bytes calldata localCode) external pure returns (EntryId);
}
