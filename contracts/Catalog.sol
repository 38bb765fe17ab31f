// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "./interfaces/ICatalog.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {Acts} from "./libraries/Acts.sol";
import {EntryId, entryId} from "./types/EntryId.sol";

/// @title The implementation of {ICatalog}, which is its manual.
contract Catalog is ICatalog {
    uint256 private constant LOCAL_CODE_BYTES = 128;
    uint8 private constant KIND_LAST = 2;
    uint8 private constant ACCESS_LAST = 3;
    uint8 private constant LEVEL_LAST = 4;

    IJournal public immutable journal;
    IOrganizations public immutable organizations;

    mapping(EntryId id => Head) private _heads;
    mapping(EntryId id => Ended[]) private _ended;

    constructor(IJournal journal_) {
        journal = journal_;
        organizations = IOrganizations(journal_.organizations());
    }

    /// @inheritdoc ICatalog
    function publish(Publication[] calldata publications) external {
        require(publications.length > 0, CatalogNothingToDo());
        uint64 first = journal.size();
        bytes32[] memory leaves = new bytes32[](publications.length);
        bytes18 provider;
        bytes18 submitter;
        for (uint256 i; i < publications.length; ++i) {
            // Entries of one provider in a row are asked about once.
            if (i == 0 || publications[i].provider != provider) {
                provider = publications[i].provider;
                submitter = organizations.publisherFor(msg.sender, provider);
            }
            leaves[i] = _publish(first + uint64(i), i, publications[i], submitter);
        }
        journal.append(first, leaves);
    }

    /// @inheritdoc ICatalog
    function retire(Retirement[] calldata retirements) external {
        require(retirements.length > 0, CatalogNothingToDo());
        uint64 first = journal.size();
        bytes32[] memory leaves = new bytes32[](retirements.length);
        for (uint256 i; i < retirements.length; ++i) {
            leaves[i] = _retire(first + uint64(i), retirements[i]);
        }
        journal.append(first, leaves);
    }

    /// @inheritdoc ICatalog
    function hold(EntryId[] calldata ids) external {
        _requireModule();
        for (uint256 i; i < ids.length; ++i) {
            Head storage entry = _existing(ids[i]);
            require(entry.status == Status.ACTIVE, CatalogEntryRetired(ids[i]));
            require(entry.holds < type(uint16).max, CatalogHoldsExhausted(ids[i]));
            ++entry.holds;
        }
    }

    /// @inheritdoc ICatalog
    function release(EntryId[] calldata ids) external {
        _requireModule();
        for (uint256 i; i < ids.length; ++i) {
            Head storage entry = _existing(ids[i]);
            require(entry.holds > 0, CatalogEntryNotHeld(ids[i]));
            --entry.holds;
        }
    }

    /// @inheritdoc ICatalog
    function mark(EntryId id) external {
        _requireModule();
        ++_existing(id).marks;
    }

    /// @inheritdoc ICatalog
    function unmark(EntryId id) external {
        _requireModule();
        Head storage entry = _existing(id);
        require(entry.marks > 0, CatalogEntryNotMarked(id));
        --entry.marks;
    }

    /// @inheritdoc ICatalog
    function head(EntryId id) external view returns (Head memory) {
        return _heads[id];
    }

    /// @inheritdoc ICatalog
    function endedCount(EntryId id) external view returns (uint256) {
        return _ended[id].length;
    }

    /// @inheritdoc ICatalog
    function ended(EntryId id, uint256 position) external view returns (Ended memory) {
        return _ended[id][position];
    }

    /// @inheritdoc ICatalog
    function stateAt(EntryId id, uint64 time) external view returns (Ended memory) {
        Ended[] storage past = _ended[id];
        uint256 position = past.length; // of the first version that ended later than `time`
        for (uint256 low; low < position;) {
            uint256 middle = (low + position) / 2;
            if (past[middle].until <= time) low = middle + 1;
            else position = middle;
        }
        if (position < past.length) return past[position];
        Head storage entry = _heads[id];
        return Ended(0, entry.version, entry.status, entry.share, entry.open, entry.level);
    }

    /// @inheritdoc ICatalog
    function idOf(bytes18 provider, bytes calldata localCode) external pure returns (EntryId) {
        return entryId(provider, localCode);
    }

    function _publish(uint64 index, uint256 item, Publication calldata fresh, bytes18 submitter)
        private
        returns (bytes32)
    {
        uint256 size = fresh.localCode.length;
        require(size > 0 && size <= LOCAL_CODE_BYTES, CatalogLocalCodeInvalid(item, size));
        EntryId id = entryId(fresh.provider, fresh.localCode);
        require(fresh.content.length > 0, CatalogContentEmpty(id));
        require(
            fresh.kind > 0 && fresh.kind <= KIND_LAST && fresh.share <= ACCESS_LAST && fresh.open <= ACCESS_LAST
                && fresh.level <= LEVEL_LAST,
            CatalogValueInvalid(id, fresh.kind, fresh.share, fresh.open, fresh.level)
        );
        Head memory entry = _heads[id];
        require(
            entry.version == fresh.expectedVersion, CatalogVersionConflict(id, fresh.expectedVersion, entry.version)
        );
        if (entry.version > 0) {
            _checkChange(id, entry, fresh);
            _end(id, entry);
        }
        entry.contentDigest = sha256(fresh.content);
        entry.provider = fresh.provider;
        ++entry.version;
        entry.status = Status.ACTIVE;
        entry.kind = fresh.kind;
        entry.share = fresh.share;
        entry.open = fresh.open;
        entry.level = fresh.level;
        _heads[id] = entry;

        EntryPublication memory act = EntryPublication({
            version: entry.version,
            kind: fresh.kind,
            share: fresh.share,
            open: fresh.open,
            level: fresh.level,
            submitter: submitter,
            account: msg.sender,
            time: uint64(block.timestamp),
            reason: fresh.reason,
            localCode: fresh.localCode,
            content: fresh.content
        });
        emit EntryPublished(index, id, fresh.provider, act);
        return Acts.leaf(
            EntryPublished.selector,
            bytes32(uint256(index)),
            EntryId.unwrap(id),
            bytes32(fresh.provider),
            abi.encode(act)
        );
    }

    function _retire(uint64 index, Retirement calldata retirement) private returns (bytes32) {
        EntryId id = retirement.id;
        Head memory entry = _existing(id);
        bytes18 submitter = organizations.publisherFor(msg.sender, entry.provider);
        require(
            entry.version == retirement.expectedVersion,
            CatalogVersionConflict(id, retirement.expectedVersion, entry.version)
        );
        require(entry.status == Status.ACTIVE, CatalogEntryRetired(id));
        require(entry.holds == 0, CatalogEntryHeld(id, entry.holds));
        _end(id, entry);
        ++entry.version;
        entry.status = Status.RETIRED;
        _heads[id] = entry;

        EntryRetirement memory act = EntryRetirement({
            version: entry.version,
            submitter: submitter,
            account: msg.sender,
            time: uint64(block.timestamp),
            reason: retirement.reason
        });
        emit EntryRetired(index, id, entry.provider, act);
        return Acts.leaf(
            EntryRetired.selector, bytes32(uint256(index)), EntryId.unwrap(id), bytes32(entry.provider), abi.encode(act)
        );
    }

    function _end(EntryId id, Head memory entry) private {
        _ended[id].push(
            Ended(uint64(block.timestamp), entry.version, entry.status, entry.share, entry.open, entry.level)
        );
    }

    function _checkChange(EntryId id, Head memory entry, Publication calldata fresh) private pure {
        require(entry.kind == fresh.kind, CatalogKindChanged(id, entry.kind, fresh.kind));
        require(
            (entry.share == 0 || fresh.share > 0) && (entry.open == 0 || fresh.open > 0)
                && (entry.level == 0 || fresh.level > 0),
            CatalogStatementWithdrawn(id)
        );
        bool tightened = (entry.share > 0 && fresh.share > entry.share) || (entry.open > 0 && fresh.open > entry.open);
        require(!tightened || fresh.reason != 0, CatalogReasonMissing(id));
    }

    function _existing(EntryId id) private view returns (Head storage entry) {
        entry = _heads[id];
        require(entry.status != Status.NONE, CatalogEntryUnknown(id));
    }

    function _requireModule() private view {
        require(journal.admitted(msg.sender), CatalogUnauthorized(msg.sender));
    }
}
