// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EntryId} from "../types/EntryId.sol";

/// @notice What a version of a grant is over (授权范围), and whether that covers an entry. A part of {IGrants}.
///
/// A scope lists entries, one slot each, and holds them until it is settled; an OVERALL grant lists providers and holds
/// nothing. Coverage is evaluated on reading, at the grant and at every ancestor.
interface IGrantScope {
    /// @notice Whether a grant covers an entry, and if not, why: the first reason found from the grant upwards.
    /// NOT_EFFECTIVE: not in force at that time. NOT_LISTED: its scope does not have the entry or its provider.
    /// NOT_OPERATED: listed, but not for this operation. NOT_PUBLISHED: retired, or older than the granted version.
    /// NOT_PERMITTED: share, open or level of the entry do not permit it, or its level is above the grant's.
    /// NOT_REGISTERED: no registration of the entry is in force. NOT_WITHIN: its items, area or purposes lie outside
    /// what an ancestor still grants.
    enum Coverage {
        COVERED,
        NOT_EFFECTIVE,
        NOT_LISTED,
        NOT_OPERATED,
        NOT_PUBLISHED,
        NOT_PERMITTED,
        NOT_REGISTERED,
        NOT_WITHIN
    }

    /// @notice What is granted of one entry.
    /// @param version the entry's version that is granted, which is its present one when it is listed; later ones are
    /// covered as well, as a held entry keeps the places of its items
    /// @param operations bit set: 1 query 查询, 2 verify 核验, 4 compute 计算, 8 export 导出 (data or results leave)
    /// @param items bit i is item i of the granted version, from 0; all ones for the whole entry
    struct EntryScope {
        EntryId entry;
        uint32 version;
        uint8 operations;
        uint208 items;
    }

    /// @notice What is granted of all that one provider publishes, by an OVERALL grant.
    /// @param level highest level of data, 1–4
    struct ProviderScope {
        bytes18 provider;
        uint8 operations;
        uint8 level;
    }

    /// @notice One slot of scope; `operations` 0 where nothing is listed.
    /// @param held whether the entry is held for it
    struct Slot {
        uint32 version;
        uint8 operations;
        bool held;
        uint208 items;
    }

    /// @param version the version whose scope lists the entries
    /// @param entries no longer held for this version
    struct Settlement {
        uint32 version;
        address account;
        uint64 time;
        EntryId[] entries;
    }

    event GrantSettled(uint64 indexed index, uint32 indexed grant, Settlement act);

    /// @notice The version's scope still counts.
    error GrantNotToSettle(uint32 grant, uint32 version);
    /// @notice The entry is not held for this version.
    error GrantEntryNotHeld(uint32 grant, uint32 version, EntryId entry);
    /// @notice The entry or provider is listed already; `key` is its id or code.
    error GrantScopeRepeated(uint32 grant, uint32 version, bytes32 key);
    /// @notice The entry is not covered by what is listed of it, for the reason that {coverage} has for that.
    error GrantScopeNotCovered(uint32 grant, EntryId entry, Coverage reason);
    /// @notice The parent does not list the entry, or lists less of it.
    error GrantScopeOutsideParent(uint32 grant, EntryId entry, uint32 parent);

    // Acts

    /// @notice Releases entries of a scope that no longer counts: that of a version which was dropped or replaced,
    /// whose term is over, or of any version of a grant that has ended or whose ancestor has. Caller: anyone.
    /// @param version the version whose scope lists them
    function settle(uint32 grant, uint32 version, EntryId[] calldata entries) external;

    // What modules tell. Caller: an admitted module, whose own event tells of it

    /// @notice Lists entries in the scope of an open version and holds them. What is listed must be covered by it now, but
    /// for the grant being in force: the entry has that version, its share, open and level permit all operations, and for
    /// OPERATE it is registered. What a child lists must be listed in the scope in force of its parent, with no fewer
    /// operations or items and in no later version.
    function list(uint32 grant, uint32 version, EntryScope[] calldata entries) external;
    /// @notice Lists providers in the scope of an open version of an OVERALL grant.
    function listProviders(uint32 grant, uint32 version, ProviderScope[] calldata providers) external;

    // Reading

    /// @notice What the scope of a version lists of an entry.
    function entryScope(uint32 number, uint32 version_, EntryId entry) external view returns (Slot memory);
    /// @notice What the scope of a version lists of a provider; `operations` 0 for nothing.
    function providerScope(uint32 number, uint32 version_, bytes18 provider)
        external
        view
        returns (ProviderScope memory);
    /// @notice Whether a grant covers an operation on an entry at a time.
    /// @param operation one bit of {EntryScope.operations}; several ask for all of them
    /// @return coverage COVERED, or the first reason why not
    /// @return by the grant, this one or an ancestor, where that reason was found; the grant itself when covered
    /// @return items bit i is item i: what this grant and all its ancestors list; all ones for the whole entry; 0 where
    /// it is not covered
    function coverage(uint32 number, EntryId entry, uint8 operation, uint64 time)
        external
        view
        returns (Coverage coverage, uint32 by, uint208 items);
    /// @notice Whether {coverage} is COVERED.
    function covers(uint32 number, EntryId entry, uint8 operation, uint64 time) external view returns (bool);
}
