// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "./interfaces/ICatalog.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import {Workdays} from "./libraries/Workdays.sol";
import {EntryId} from "./types/EntryId.sol";
import {RegistrationNumber, registrationNumber} from "./types/RegistrationNumber.sol";

/// @title What {IRegistry} keeps: its state, who may read it, and what other modules put into it.
abstract contract RegistryRecords is IRegistry {
    uint256 private constant ENTRIES_LIMIT = 64;

    /// @notice The registration that speaks for an entry from `time` on; one slot.
    struct Speaker {
        uint64 time;
        RegistrationNumber number;
    }

    mapping(RegistrationNumber number => Head) internal _heads;
    mapping(RegistrationNumber number => mapping(uint32 version => Version)) internal _versions;
    mapping(RegistrationNumber number => Record[]) internal _records;
    mapping(RegistrationNumber number => mapping(uint32 version => EntryId[])) internal _entries;
    mapping(RegistrationNumber number => mapping(uint32 objection => bool)) internal _upheld;
    mapping(RegistrationNumber number => bytes) internal _nationalCodes;
    mapping(bytes32 codeDigest => RegistrationNumber) internal _numbers;
    mapping(EntryId id => Speaker[]) private _speakers;
    /// @dev Date (YYYYMMDD) of the last number given, and how many that day has.
    uint32 private _date;
    uint32 private _sequence;

    IJournal public immutable journal;
    IOrganizations public immutable organizations;
    ICatalog public immutable catalog;

    constructor(IJournal journal_, ICatalog catalog_) {
        journal = journal_;
        organizations = IOrganizations(journal_.organizations());
        catalog = catalog_;
    }

    // What modules tell

    /// @inheritdoc IRegistry
    function draw(RegistrationNumber number, Version calldata drawn, EntryId[] calldata ids)
        external
        returns (RegistrationNumber given, uint32 version_)
    {
        _requireModule();
        given = RegistrationNumber.unwrap(number) == 0 ? _nextNumber() : number;
        Head storage known = _heads[given];
        Stage last = _versions[given][known.versions].stage;
        require(last == Stage.NONE || last >= Stage.ISSUED, RegistryStageInvalid(given, known.versions, last));
        version_ = ++known.versions;
        require(_isOpen(drawn.stage), RegistryStageInvalid(given, version_, drawn.stage));
        _versions[given][version_] = drawn;
        uint256 count = ids.length;
        require(count > 0 && count <= ENTRIES_LIMIT, RegistryEntriesInvalid(given, count, 0));
        for (uint256 i = 1; i < count; ++i) {
            require(EntryId.unwrap(ids[i - 1]) < EntryId.unwrap(ids[i]), RegistryEntriesInvalid(given, count, i));
        }
        _entries[given][version_] = ids;
        catalog.hold(ids);
    }

    /// @inheritdoc IRegistry
    function amend(RegistrationNumber number, uint32 version_, Version calldata drawn) external {
        _requireModule();
        Version storage present = _pending(number, version_);
        require(_isOpen(present.stage), RegistryStageInvalid(number, version_, present.stage));
        require(
            drawn.stage != Stage.NONE && drawn.stage != Stage.ISSUED,
            RegistryStageInvalid(number, version_, drawn.stage)
        );
        require(
            drawn.noticeEnd >= present.noticeEnd, RegistryNoticeShortened(number, drawn.noticeEnd, present.noticeEnd)
        );
        uint16 openObjections = present.openObjections;
        _versions[number][version_] = drawn;
        present.openObjections = openObjections;
    }

    /// @inheritdoc IRegistry
    function mark(RegistrationNumber number, uint32 version_) external {
        _requireModule();
        Version storage drawn = _versions[number][version_];
        Status status = statusAt(number, version_, uint64(block.timestamp));
        require(
            (drawn.stage == Stage.NOTICE && block.timestamp < drawn.noticeEnd) || status == Status.ACTIVE
                || status == Status.SUSPENDED,
            RegistryNotObjectionable(number, version_)
        );
        ++drawn.openObjections;
    }

    /// @inheritdoc IRegistry
    function unmark(RegistrationNumber number, uint32 version_) public {
        _requireModule();
        Version storage drawn = _versions[number][version_];
        require(drawn.openObjections > 0, RegistryNotObjectionable(number, version_));
        --drawn.openObjections;
    }

    /// @inheritdoc IRegistry
    function uphold(RegistrationNumber number, uint32 version_, uint32 objection) external {
        unmark(number, version_);
        _upheld[number][objection] = true;
        Version storage drawn = _versions[number][version_];
        if (drawn.stage == Stage.NOTICE) {
            drawn.stage = Stage.NOTICE_FAILED;
        } else if (statusAt(number, version_, uint64(block.timestamp)) == Status.ACTIVE) {
            _heads[number].suspendedFor = objection;
            _record(number, Status.SUSPENDED);
        }
    }

    // Reading

    /// @inheritdoc IRegistry
    function head(RegistrationNumber number) external view returns (Head memory) {
        return _heads[number];
    }

    /// @inheritdoc IRegistry
    function version(RegistrationNumber number, uint32 version_) external view returns (Version memory) {
        return _versions[number][version_];
    }

    /// @inheritdoc IRegistry
    function upheld(RegistrationNumber number, uint32 objection) external view returns (bool) {
        return _upheld[number][objection];
    }

    /// @inheritdoc IRegistry
    function entries(RegistrationNumber number, uint32 version_) external view returns (EntryId[] memory) {
        return _entries[number][version_];
    }

    /// @inheritdoc IRegistry
    function recordCount(RegistrationNumber number) external view returns (uint256) {
        return _records[number].length;
    }

    /// @inheritdoc IRegistry
    function record(RegistrationNumber number, uint256 position) external view returns (Record memory) {
        return _records[number][position];
    }

    /// @inheritdoc IRegistry
    function statusAt(RegistrationNumber number, uint32 version_, uint64 time) public view returns (Status) {
        Record memory last = _recordAt(number, time);
        if (last.version == 0 || version_ == 0) return Status.NONE;
        if (last.version < version_) return Status.NONE;
        if (last.version > version_) {
            return _versions[number][version_].stage == Stage.ISSUED ? Status.SUPERSEDED : Status.NONE;
        }
        return _effective(last.status, last.validUntil, time);
    }

    /// @inheritdoc IRegistry
    function registrationOf(EntryId id, uint64 time) public view returns (RegistrationNumber) {
        Speaker[] storage speakers = _speakers[id];
        uint256 after_ = speakers.length; // the first one later than `time`
        for (uint256 low; low < after_;) {
            uint256 middle = (low + after_) / 2;
            if (speakers[middle].time <= time) low = middle + 1;
            else after_ = middle;
        }
        return after_ == 0 ? RegistrationNumber.wrap(0) : speakers[after_ - 1].number;
    }

    /// @inheritdoc IRegistry
    function isRegistered(EntryId id, uint64 time) external view returns (bool) {
        RegistrationNumber number = registrationOf(id, time);
        Record memory last = _recordAt(number, time);
        if (_effective(last.status, last.validUntil, time) != Status.ACTIVE) return false;
        EntryId[] storage ids = _entries[number][last.version];
        uint256 from; // the first one that is not below `id`
        for (uint256 high = ids.length; from < high;) {
            uint256 middle = (from + high) / 2;
            if (EntryId.unwrap(ids[middle]) < EntryId.unwrap(id)) from = middle + 1;
            else high = middle;
        }
        return from < ids.length && ids[from] == id;
    }

    /// @inheritdoc IRegistry
    function nationalCode(RegistrationNumber number) external view returns (bytes memory) {
        return _nationalCodes[number];
    }

    /// @inheritdoc IRegistry
    function numberOf(bytes calldata code) external view returns (RegistrationNumber) {
        return _numbers[sha256(code)];
    }

    // Inside

    function _record(RegistrationNumber number, Status status) internal {
        Head storage known = _heads[number];
        known.status = status;
        _records[number].push(Record(uint64(block.timestamp), known.validUntil, known.issued, status));
    }

    /// @dev What held at a time; zeros before the first issue.
    function _recordAt(RegistrationNumber number, uint64 time) internal view returns (Record memory) {
        Record[] storage records = _records[number];
        uint256 after_ = records.length; // the first record later than `time`
        for (uint256 low; low < after_;) {
            uint256 middle = (low + after_) / 2;
            if (records[middle].time <= time) low = middle + 1;
            else after_ = middle;
        }
        return after_ == 0 ? Record(0, 0, 0, Status.NONE) : records[after_ - 1];
    }

    /// @dev From now on the registration speaks for those of its version's entries that its subject answers for.
    function _speak(RegistrationNumber number, uint32 version_) internal {
        EntryId[] storage ids = _entries[number][version_];
        bytes18 subject = _versions[number][version_].subject;
        bytes18 provider;
        bool answers;
        for (uint256 i; i < ids.length; ++i) {
            bytes18 holder = catalog.head(ids[i]).provider;
            // Entries of one provider in a row are asked about once.
            if (holder != provider) (provider, answers) = (holder, organizations.answersFor(subject, holder));
            if (!answers) continue;
            Speaker[] storage speakers = _speakers[ids[i]];
            uint256 count = speakers.length;
            if (count == 0 || !(speakers[count - 1].number == number)) {
                speakers.push(Speaker(uint64(block.timestamp), number));
            }
        }
    }

    function _effective(Status status, uint64 validUntil, uint256 time) internal pure returns (Status) {
        bool runs = status == Status.ACTIVE || status == Status.SUSPENDED;
        return runs && time >= validUntil ? Status.EXPIRED : status;
    }

    function _hasEnded(RegistrationNumber number, uint32 version_, Version storage drawn) internal view returns (bool) {
        if (drawn.stage != Stage.ISSUED) return drawn.stage > Stage.ISSUED;
        Status status = statusAt(number, version_, uint64(block.timestamp));
        return status != Status.ACTIVE && status != Status.SUSPENDED;
    }

    function _nextNumber() private returns (RegistrationNumber) {
        (uint256 year, uint256 month, uint256 day) = Workdays.dateOf(Workdays.dayOf(block.timestamp));
        uint256 date = (year * 100 + month) * 100 + day;
        (_date, _sequence) = (uint32(date), date == _date ? _sequence + 1 : 1);
        return registrationNumber(date, _sequence);
    }

    /// @dev The last version drawn up, which the caller must mean.
    function _pending(RegistrationNumber number, uint32 expected) internal view returns (Version storage) {
        uint32 last = _heads[number].versions;
        require(last > 0, RegistrationUnknown(number));
        require(last == expected, RegistryVersionConflict(number, expected, last));
        return _versions[number][last];
    }

    function _requireModule() private view {
        require(journal.admitted(msg.sender), RegistryUnauthorized(msg.sender));
    }

    function _isOpen(Stage stage) internal pure returns (bool) {
        return stage != Stage.NONE && stage < Stage.ISSUED;
    }
}
