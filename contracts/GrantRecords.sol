// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "./interfaces/ICatalog.sol";
import {IGrants} from "./interfaces/IGrants.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {EntryId} from "./types/EntryId.sol";

/// @title What {IGrants} keeps: its state, who may read it, and what other modules put into it.
abstract contract GrantRecords is IGrants {
    mapping(uint32 number => Grant) internal _grants;
    mapping(uint32 number => Head) internal _heads;
    mapping(uint32 number => mapping(uint32 version => Version)) internal _versions;
    mapping(uint32 number => Record[]) internal _records;
    mapping(uint32 number => mapping(uint32 version => mapping(EntryId id => Slot))) internal _entryScopes;
    mapping(uint32 number => mapping(uint32 version => mapping(bytes18 provider => ProviderScope))) internal
        _providerScopes;
    /// @inheritdoc IGrants
    uint32 public grants;

    IJournal public immutable journal;
    IOrganizations public immutable organizations;
    ICatalog public immutable catalog;

    constructor(IJournal journal_, ICatalog catalog_) {
        journal = journal_;
        organizations = IOrganizations(journal_.organizations());
        catalog = catalog_;
    }

    // What modules tell

    /// @inheritdoc IGrants
    function draw(uint32 number, Grant calldata identity, Basis basis, bytes32 contentDigest, Terms calldata terms)
        external
        returns (uint32 given, uint32 version_)
    {
        _requireModule();
        given = number;
        if (number == 0) {
            given = ++grants;
            _grants[given] = identity;
            _grants[given].depth = identity.parent == 0 ? 0 : _grants[identity.parent].depth + 1;
        } else {
            _known(number);
        }
        Head storage known = _heads[given];
        require(!_versions[given][known.versions].open, GrantStillOpen(given, known.versions));
        version_ = ++known.versions;
        Version storage drawn = _versions[given][version_];
        drawn.contentDigest = contentDigest;
        drawn.basis = basis;
        drawn.scopeOf = basis == Basis.RENEWAL ? _versions[given][known.current].scopeOf : version_;
        drawn.open = true;
        drawn.terms = terms;
    }

    /// @inheritdoc IGrants
    function enter(uint32 number, uint32 version_) external returns (uint64 from) {
        _requireModule();
        Version storage drawn = _opened(number, version_);
        Head storage known = _heads[number];
        Status present = _effective(known.status, known.until, block.timestamp);
        require(
            present == Status.ACTIVE || (present == Status.NONE && version_ == 1), GrantStatusInvalid(number, present)
        );
        require(block.timestamp < drawn.terms.end, GrantStatusInvalid(number, Status.EXPIRED));
        _requireActing(number, _grants[number].grantor);
        _requireActing(number, _grants[number].grantee);
        from = known.current == 0 ? drawn.terms.start : known.from;
        if (from < block.timestamp) from = uint64(block.timestamp);
        drawn.open = false;
        (known.current, known.from, known.until) = (version_, from, drawn.terms.end);
        _record(number, Status.ACTIVE);
    }

    /// @inheritdoc IGrants
    function drop(uint32 number, uint32 version_) external {
        _requireModule();
        _opened(number, version_).open = false;
    }

    // Reading

    /// @inheritdoc IGrants
    function grant(uint32 number) external view returns (Grant memory) {
        return _grants[number];
    }

    /// @inheritdoc IGrants
    function head(uint32 number) external view returns (Head memory) {
        return _heads[number];
    }

    /// @inheritdoc IGrants
    function version(uint32 number, uint32 version_) external view returns (Version memory) {
        return _versions[number][version_];
    }

    /// @inheritdoc IGrants
    function recordCount(uint32 number) external view returns (uint256) {
        return _records[number].length;
    }

    /// @inheritdoc IGrants
    function record(uint32 number, uint256 position) external view returns (Record memory) {
        return _records[number][position];
    }

    /// @inheritdoc IGrants
    function statusAt(uint32 number, uint64 time) external view returns (Status status, uint32 version_) {
        Record memory last = _recordAt(number, time);
        return (_effective(last.status, last.until, time), last.version);
    }

    /// @inheritdoc IGrants
    function isEffective(uint32 number, uint64 time) external view returns (bool) {
        uint32 ancestor = number;
        do {
            if (!_isInForce(_recordAt(ancestor, time), time)) return false;
            ancestor = _grants[ancestor].parent;
        } while (ancestor != 0);
        return true;
    }

    // Inside

    function _record(uint32 number, Status status) internal {
        Head storage known = _heads[number];
        known.status = status;
        _records[number].push(Record(uint64(block.timestamp), known.from, known.until, known.current, status));
    }

    /// @dev What held at a time; zeros before the first version came into force.
    function _recordAt(uint32 number, uint64 time) internal view returns (Record memory) {
        Record[] storage records = _records[number];
        uint256 after_ = records.length; // the first record later than `time`
        for (uint256 low; low < after_;) {
            uint256 middle = (low + after_) / 2;
            if (records[middle].time <= time) low = middle + 1;
            else after_ = middle;
        }
        return after_ == 0 ? Record(0, 0, 0, 0, Status.NONE) : records[after_ - 1];
    }

    function _isInForce(Record memory held, uint64 time) internal pure returns (bool) {
        return held.status == Status.ACTIVE && held.from <= time && time < held.until;
    }

    function _effective(Status status, uint64 until, uint256 time) internal pure returns (Status) {
        bool runs = status == Status.ACTIVE || status == Status.SUSPENDED;
        return runs && time >= until ? Status.EXPIRED : status;
    }

    function _known(uint32 number) internal view returns (Head storage known) {
        known = _heads[number];
        require(known.versions > 0, GrantUnknown(number));
    }

    function _opened(uint32 number, uint32 version_) internal view returns (Version storage drawn) {
        drawn = _versions[number][version_];
        require(drawn.open, GrantNotOpen(number, version_));
    }

    /// @dev A party can have been suspended since the version was planned.
    function _requireActing(uint32 number, bytes18 party) private view {
        require(!organizations.organization(party).suspended, GrantPartySuspended(number, party));
    }

    function _requireModule() internal view {
        require(journal.admitted(msg.sender), GrantsUnauthorized(msg.sender));
    }
}
