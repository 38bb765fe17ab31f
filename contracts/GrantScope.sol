// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GrantRecords} from "./GrantRecords.sol";
import {ICatalog} from "./interfaces/ICatalog.sol";
import {IGrantScope} from "./interfaces/IGrantScope.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import {AreaCode} from "./types/AreaCode.sol";
import {EntryId} from "./types/EntryId.sol";

/// @title The implementation of {IGrantScope}, which is its manual, but for the act of settling.
abstract contract GrantScope is GrantRecords {
    uint8 private constant OPERATION_EXPORT = 8;
    uint8 private constant ACCESS_DENIED = 3;

    IRegistry public immutable registry;

    constructor(IJournal journal_, ICatalog catalog_, IRegistry registry_) GrantRecords(journal_, catalog_) {
        registry = registry_;
    }

    /// @inheritdoc IGrantScope
    function list(uint32 number, uint32 version_, EntryScope[] calldata entries) external {
        _requireModule();
        Version storage drawn = _opened(number, version_);
        EntryId[] memory ids = new EntryId[](entries.length);
        bytes32 digest = drawn.scopeDigest;
        for (uint256 i; i < entries.length; ++i) {
            EntryScope calldata listed = entries[i];
            EntryId id = listed.entry;
            Slot storage slot = _entryScopes[number][version_][id];
            require(slot.operations == 0, GrantScopeRepeated(number, version_, EntryId.unwrap(id)));
            _checkListing(number, drawn.terms, listed);
            (slot.version, slot.operations, slot.held) = (listed.version, listed.operations, true);
            slot.items = listed.items;
            digest = sha256(abi.encodePacked(digest, abi.encode(listed)));
            ids[i] = id;
        }
        drawn.scopeDigest = digest;
        drawn.scopeCount += uint32(ids.length); // no overflow: 2^32 slots are out of reach
        drawn.heldCount += uint32(ids.length);
        catalog.hold(ids);
    }

    /// @inheritdoc IGrantScope
    function listProviders(uint32 number, uint32 version_, ProviderScope[] calldata providers) external {
        _requireModule();
        Version storage drawn = _opened(number, version_);
        bytes32 digest = drawn.scopeDigest;
        for (uint256 i; i < providers.length; ++i) {
            bytes18 provider = providers[i].provider;
            ProviderScope storage known = _providerScopes[number][version_][provider];
            require(known.operations == 0, GrantScopeRepeated(number, version_, bytes32(provider)));
            _providerScopes[number][version_][provider] = providers[i];
            digest = sha256(abi.encodePacked(digest, abi.encode(providers[i])));
        }
        drawn.scopeDigest = digest;
        drawn.scopeCount += uint32(providers.length);
    }

    /// @inheritdoc IGrantScope
    function entryScope(uint32 number, uint32 version_, EntryId entry) external view returns (Slot memory) {
        return _entryScopes[number][version_][entry];
    }

    /// @inheritdoc IGrantScope
    function providerScope(uint32 number, uint32 version_, bytes18 provider)
        external
        view
        returns (ProviderScope memory)
    {
        return _providerScopes[number][version_][provider];
    }

    /// @inheritdoc IGrantScope
    function coverage(uint32 number, EntryId entry, uint8 operation, uint64 time)
        public
        view
        returns (Coverage reason, uint32 by, uint208 items)
    {
        ICatalog.Ended memory state = catalog.stateAt(entry, time);
        uint40 area;
        uint8 purposes = type(uint8).max;
        items = type(uint208).max;
        for (by = number;; by = _grants[by].parent) {
            Record memory held = _recordAt(by, time);
            if (!_isInForce(held, time)) return (Coverage.NOT_EFFECTIVE, by, 0);
            Terms memory terms = _versions[by][held.version].terms;
            Slot memory slot;
            (slot, terms.level) = _listed(by, held.version, entry, terms.level);
            reason = _judge(_grants[by].kind, terms, slot, state, operation);
            if (reason != Coverage.COVERED) return (reason, by, 0);
            if (_grants[by].kind == Kind.OPERATE && !registry.isRegistered(entry, time)) {
                return (Coverage.NOT_REGISTERED, by, 0);
            }
            items &= slot.items;
            purposes &= terms.purposes;
            if (items == 0 || purposes == 0 || (by != number && !AreaCode.contains(terms.area, area))) {
                return (Coverage.NOT_WITHIN, by, 0);
            }
            area = terms.area;
            if (_grants[by].parent == 0) return (Coverage.COVERED, number, items);
        }
    }

    /// @inheritdoc IGrantScope
    function covers(uint32 number, EntryId entry, uint8 operation, uint64 time) external view returns (bool) {
        (Coverage reason,,) = coverage(number, entry, operation, time);
        return reason == Coverage.COVERED;
    }

    /// @dev What is listed is covered now, and a child's is listed by its parent.
    function _checkListing(uint32 number, Terms memory terms, EntryScope calldata listed) private view {
        uint64 time = uint64(block.timestamp);
        Kind kind = _grants[number].kind;
        Slot memory slot = Slot(listed.version, listed.operations, true, listed.items);
        ICatalog.Ended memory state = catalog.stateAt(listed.entry, time);
        Coverage reason = _judge(kind, terms, slot, state, listed.operations);
        // Items keep their places from now on, not from an earlier version.
        if (listed.version != state.version) reason = Coverage.NOT_PUBLISHED;
        if (reason == Coverage.COVERED && kind == Kind.OPERATE && !registry.isRegistered(listed.entry, time)) {
            reason = Coverage.NOT_REGISTERED;
        }
        require(reason == Coverage.COVERED, GrantScopeNotCovered(number, listed.entry, reason));
        uint32 parent = _grants[number].parent;
        if (parent == 0) return;
        uint32 scopeOf = _versions[parent][_heads[parent].current].scopeOf;
        Slot memory outer = _entryScopes[parent][scopeOf][listed.entry];
        require(
            listed.operations & ~outer.operations == 0 && listed.items & ~outer.items == 0
                && listed.version >= outer.version,
            GrantScopeOutsideParent(number, listed.entry, parent)
        );
    }

    /// @return slot what a version lists of an entry, by itself or by its provider
    /// @return highest level of data that it covers there
    function _listed(uint32 number, uint32 version_, EntryId entry, uint8 level)
        private
        view
        returns (Slot memory slot, uint8 highest)
    {
        uint32 scopeOf = _versions[number][version_].scopeOf;
        if (_grants[number].mode != Mode.OVERALL) return (_entryScopes[number][scopeOf][entry], level);
        ProviderScope memory listed = _providerScopes[number][scopeOf][catalog.head(entry).provider];
        // Version 0: whatever the provider publishes, from its first version on.
        slot = Slot(0, listed.operations, false, type(uint208).max);
        highest = listed.level < level ? listed.level : level;
    }

    /// @dev What one grant of the chain says, by what the entry was.
    function _judge(Kind kind, Terms memory terms, Slot memory slot, ICatalog.Ended memory state, uint8 operation)
        private
        pure
        returns (Coverage)
    {
        if (slot.operations == 0) return Coverage.NOT_LISTED;
        if (operation == 0 || slot.operations & operation != operation) return Coverage.NOT_OPERATED;
        if (state.status != ICatalog.Status.ACTIVE || state.version < slot.version) return Coverage.NOT_PUBLISHED;
        if (state.level == 0 || state.level > terms.level) return Coverage.NOT_PERMITTED;
        uint8 access = kind == Kind.OPERATE ? state.open : state.share;
        if (access == 0) return Coverage.NOT_PERMITTED;
        if (kind == Kind.SHARE) return access == ACCESS_DENIED ? Coverage.NOT_PERMITTED : Coverage.COVERED;
        bool exports = operation & OPERATION_EXPORT != 0;
        bool exportable = access != ACCESS_DENIED && state.level <= terms.exportLevel;
        return exports && !exportable ? Coverage.NOT_PERMITTED : Coverage.COVERED;
    }
}
