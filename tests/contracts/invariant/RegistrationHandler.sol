// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IApplications} from "../../../contracts/interfaces/IApplications.sol";
import {ICatalog} from "../../../contracts/interfaces/ICatalog.sol";
import {IObjections} from "../../../contracts/interfaces/IObjections.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {RegistrationNumber} from "../../../contracts/types/RegistrationNumber.sol";
import {vm} from "../Vm.sol";
import {RegistryBase} from "../registry/RegistryBase.sol";

/// @notice Registers as random clerks and applicants, and keeps count of what the rules forbid and happened all the
/// same. The contracts decide; what was forbidden is judged by what this handler itself saw happen.
contract RegistrationHandler is RegistryBase {
    /// @notice Issues before the notice's end, with an open objection, or by the reviewer.
    uint256 public forbiddenIssues;
    /// @notice Notices whose end moved earlier.
    uint256 public shortenedNotices;
    /// @notice Records that changed or went away.
    uint256 public rewrittenRecords;
    /// @notice Versions that did not grow by one.
    uint256 public jumps;
    /// @notice Calls that the contracts refused, and took.
    uint256 public refused;
    uint256 public done;

    RegistrationNumber[] private _numbers;
    mapping(RegistrationNumber number => uint32) private _versions;
    mapping(bytes32 which => uint64) private _noticeEnds;
    mapping(bytes32 which => address) private _reviewers;
    /// @notice Objections seen raised and not decided.
    mapping(bytes32 which => uint256) public openObjections;
    mapping(RegistrationNumber number => bytes32[]) private _records;
    uint32[] private _raised;

    constructor() {
        super.setUp();
        // Short runs begin with cases that are well on their way.
        IRegistry.Stage[4] memory stages =
            [IRegistry.Stage.ISSUED, IRegistry.Stage.NOTICE, IRegistry.Stage.REVIEWED, IRegistry.Stage.SUPPLEMENT];
        for (uint256 i; i < stages.length; ++i) {
            RegistrationNumber number = _at(stages[i]);
            _numbers.push(number);
            _versions[number] = 1;
            if (stages[i] >= IRegistry.Stage.REVIEWED) _reviewers[_key(number, 1)] = reviewer;
            _watch(number);
        }
    }

    function setUp() public pure override {}

    function numbers() external view returns (RegistrationNumber[] memory) {
        return _numbers;
    }

    function allIds() external view returns (EntryId[] memory) {
        return ids;
    }

    function modules() external view returns (address, address, address) {
        return (address(registry), address(catalog), address(objections));
    }

    /// @notice Acts of one kind.
    function actsOf(bytes32 signature) external view returns (uint256) {
        return seen[signature];
    }

    /// @notice The acts that a run should bring about.
    function everyAct() external pure returns (bytes32[21] memory) {
        return [
            IApplications.ApplicationFiled.selector,
            IApplications.ApplicationSupplemented.selector,
            IApplications.ApplicationLapsed.selector,
            IApplications.SupplementRequested.selector,
            IApplications.ApplicationAccepted.selector,
            IApplications.ApplicationRefused.selector,
            IApplications.ReviewPassed.selector,
            IApplications.ReviewFailed.selector,
            IApplications.NoticeOpened.selector,
            IApplications.ApplicationWithdrawn.selector,
            IRegistry.RegistrationIssued.selector,
            IRegistry.RegistrationSuspended.selector,
            IRegistry.RegistrationResumed.selector,
            IRegistry.RegistrationCancelled.selector,
            IRegistry.RegistrationRevoked.selector,
            IRegistry.RegistrationSettled.selector,
            IObjections.ObjectionRaised.selector,
            IObjections.ObjectionAccepted.selector,
            IObjections.ObjectionRejected.selector,
            IObjections.ObjectionUpheld.selector,
            IObjections.ObjectionDismissed.selector
        ];
    }

    function nameOf(uint256 position) external pure returns (string memory) {
        return [
            "ApplicationFiled",
            "ApplicationSupplemented",
            "ApplicationLapsed",
            "SupplementRequested",
            "ApplicationAccepted",
            "ApplicationRefused",
            "ReviewPassed",
            "ReviewFailed",
            "NoticeOpened",
            "ApplicationWithdrawn",
            "RegistrationIssued",
            "RegistrationSuspended",
            "RegistrationResumed",
            "RegistrationCancelled",
            "RegistrationRevoked",
            "RegistrationSettled",
            "ObjectionRaised",
            "ObjectionAccepted",
            "ObjectionRejected",
            "ObjectionUpheld",
            "ObjectionDismissed"
        ][position];
    }

    /// @notice Each act one leaf, over all that happened.
    function check() external {
        checkLedger();
    }

    // What anybody may try

    function file(uint256 caller, uint256 which, uint256 kind, uint256 entries) external {
        IApplications.Application memory made = _application();
        if (kind % 3 != 0 && _numbers.length > 0) {
            made = _application(_pick(which), IRegistry.Kind(2 + kind / 3 % 3));
            made.objection = kind % 7 == 0 ? uint32(which % 3) : 0;
        }
        EntryId[] memory some = new EntryId[](1 + entries % ids.length);
        for (uint256 i; i < some.length; ++i) {
            some[i] = ids[i];
        }
        made.entries = some;
        _call(_caller(caller, applicant), address(applications), abi.encodeCall(IApplications.file, (_one(made))));
    }

    function step(uint256 caller, uint256 which, uint256 action) external {
        if (_numbers.length == 0) return;
        RegistrationNumber number = _pick(which);
        uint32 version = registry.head(number).versions;
        IRegistry.Step[] memory steps = _step(number, version);
        IRegistry.Stage stage = registry.version(number, version).stage;
        // Mostly what is next, so that cases get on.
        if (action % 3 != 0) {
            action = stage == IRegistry.Stage.APPLIED
                ? (action / 3 % 4 == 0 ? 2 : 4)
                : stage == IRegistry.Stage.ACCEPTED ? 6 : stage == IRegistry.Stage.REVIEWED ? 8 : action / 3 % 10;
        } else {
            action = action / 3 % 10;
        }
        bytes memory call = abi.encodeCall(IApplications.withdraw, (steps));
        address who = acceptor;
        if (action == 0) (who, call) = (districtReviewer, abi.encodeCall(IApplications.forward, (steps)));
        else if (action == 1) (who, call) = (districtReviewer, abi.encodeCall(IApplications.returnToApplicant, (steps)));
        else if (action == 2) call = abi.encodeCall(IApplications.requestSupplement, (steps));
        else if (action == 3) call = abi.encodeCall(IApplications.lapse, (steps));
        else if (action == 4) call = abi.encodeCall(IApplications.accept, (steps));
        else if (action == 5) call = abi.encodeCall(IApplications.refuse, (steps));
        else if (action == 6) (who, call) = (reviewer, abi.encodeCall(IApplications.passReview, (steps)));
        else if (action == 7) (who, call) = (reviewer, abi.encodeCall(IApplications.failReview, (steps)));
        else if (action == 8) (who, call) = (reviewer, abi.encodeCall(IApplications.openNotice, (steps)));
        else who = applicant;
        who = _caller(caller, who);
        if (_call(who, address(applications), call) && action == 6) _reviewers[_key(number, version)] = who;
    }

    function supplement(uint256 caller, uint256 which) external {
        if (_numbers.length == 0) return;
        RegistrationNumber number = _pick(which);
        _call(
            _caller(caller, applicant),
            address(applications),
            abi.encodeCall(IApplications.supplement, (_supplement(number, registry.head(number).versions)))
        );
    }

    function issue(uint256 caller, uint256 which) external {
        if (_numbers.length == 0) return;
        RegistrationNumber number = _pick(which);
        uint32 version = registry.head(number).versions;
        bytes32 key = _key(number, version);
        address who = _caller(caller, issuer);
        if (!_call(who, address(registry), abi.encodeCall(IRegistry.issue, (_step(number, version))))) return;
        if (block.timestamp < _noticeEnds[key] || openObjections[key] > 0 || _reviewers[key] == who) {
            ++forbiddenIssues;
        }
    }

    function change(uint256 caller, uint256 which, uint256 action) external {
        if (_numbers.length == 0) return;
        RegistrationNumber number = _pick(which);
        IRegistry.Step[] memory steps = _step(number, registry.head(number).issued);
        address who = supervisor;
        bytes memory call = abi.encodeCall(IRegistry.resume, (steps));
        bool suspended = registry.head(number).status == IRegistry.Status.SUSPENDED;
        if (!suspended && action % 2 == 0) call = abi.encodeCall(IRegistry.suspend, (steps));
        if (action % 9 == 1) (who, call) = (issuer, abi.encodeCall(IRegistry.cancel, (steps)));
        if (action % 9 == 2) (who, call) = (issuer, abi.encodeCall(IRegistry.revoke, (steps)));
        _call(_caller(caller, who), address(registry), call);
    }

    function settle(uint256 caller, uint256 which, uint256 version) external {
        if (_numbers.length == 0) return;
        RegistrationNumber number = _pick(which);
        uint32 meant = uint32(1 + version % registry.head(number).versions);
        _call(
            people[caller % people.length], address(registry), abi.encodeCall(IRegistry.settle, (_step(number, meant)))
        );
    }

    function raise(uint256 caller, uint256 which, bool onEntry) external {
        if (_numbers.length == 0) return;
        RegistrationNumber number = _pick(which);
        uint32 version = registry.head(number).versions;
        EntryId entry = ids[which % ids.length];
        IObjections.NewObjection[] memory items =
            onEntry ? _objection(entry, catalog.head(entry).version) : _objection(number, version);
        if (!_call(
                _caller(caller, caller % 2 == 0 ? sectorApplicant : childApplicant),
                address(objections),
                abi.encodeCall(IObjections.raise, (items))
            )) return;
        _raised.push(objections.objections());
        if (!onEntry) ++openObjections[_key(number, version)];
    }

    function decide(uint256 caller, uint256 which, uint256 action) external {
        if (_raised.length == 0) return;
        uint32 number = _raised[which % _raised.length];
        IObjections.Objection memory known = objections.objection(number);
        IObjections.Decision[] memory decisions = _decision(number);
        bytes memory call = abi.encodeCall(IObjections.accept, (decisions));
        if (action % 5 == 1) call = abi.encodeCall(IObjections.reject, (decisions));
        if (action % 5 == 2) call = abi.encodeCall(IObjections.dismiss, (decisions));
        if (action % 5 == 3) call = abi.encodeCall(IObjections.uphold, (decisions));
        if (action % 5 == 4) call = abi.encodeCall(IObjections.settle, (decisions));
        address able = known.number == NONE ? authorityReviewer : reviewer;
        bool taken = _call(_caller(caller, action % 2 == 0 ? able : supervisor), address(objections), call);
        uint256 kind = action % 5;
        if (taken && !(known.number == NONE) && kind > 0 && kind < 4) {
            --openObjections[_key(known.number, known.version)];
        }
    }

    function publishAgain(uint256 which) external {
        ICatalog.Publication memory fresh = _publication(child, which % 2 == 0 ? bytes("a") : bytes("b"));
        fresh.expectedVersion = catalog.head(catalog.idOf(child, fresh.localCode)).version;
        ICatalog.Publication[] memory one = new ICatalog.Publication[](1);
        one[0] = fresh;
        _call(childPublisher, address(catalog), abi.encodeCall(ICatalog.publish, (one)));
    }

    function retire(uint256 which) external {
        ICatalog.Retirement[] memory one = new ICatalog.Retirement[](1);
        EntryId entry = ids[which % ids.length];
        one[0] = ICatalog.Retirement(entry, catalog.head(entry).version, REASON);
        _call(departmentPublisher, address(catalog), abi.encodeCall(ICatalog.retire, (one)));
    }

    /// @notice Lets time pass: hours, days, or years.
    function wait_(uint256 time) external {
        uint256 size = time % 16 == 0 ? 400 days : time % 2 == 0 ? 20 days : 2 days;
        vm.warp(block.timestamp + 1 + time / 16 % size);
    }

    function setNoticeWorkdays(uint256 value) external {
        _setParameter("notice_workdays", uint128(1 + value % 15));
    }

    // Watching

    function _call(address who, address target, bytes memory call) private returns (bool taken) {
        bytes memory answer;
        vm.prank(who);
        (taken, answer) = target.call(call);
        if (!taken) {
            ++refused;
            return false;
        }
        ++done;
        if (bytes4(call) == IApplications.file.selector) {
            RegistrationNumber number = abi.decode(answer, (RegistrationNumber[]))[0];
            if (_versions[number] == 0) _numbers.push(number);
            if (registry.head(number).versions != ++_versions[number]) ++jumps;
        }
        for (uint256 i; i < _numbers.length; ++i) {
            _watch(_numbers[i]);
        }
    }

    function _watch(RegistrationNumber number) private {
        if (registry.head(number).versions != _versions[number]) ++jumps;
        for (uint32 version = 1; version <= _versions[number]; ++version) {
            bytes32 key = _key(number, version);
            uint64 noticeEnd = registry.version(number, version).noticeEnd;
            if (noticeEnd < _noticeEnds[key]) ++shortenedNotices;
            _noticeEnds[key] = noticeEnd;
        }
        uint256 count = registry.recordCount(number);
        bytes32[] storage seenRecords = _records[number];
        if (count < seenRecords.length) ++rewrittenRecords;
        for (uint256 i; i < count; ++i) {
            bytes32 digest = keccak256(abi.encode(registry.record(number, i)));
            if (i < seenRecords.length) {
                if (seenRecords[i] != digest) ++rewrittenRecords;
            } else {
                seenRecords.push(digest);
            }
        }
    }

    /// @dev Four times in five somebody who may, otherwise anybody.
    function _caller(uint256 seed, address able) private view returns (address) {
        return seed % 5 == 0 ? people[seed / 5 % people.length] : able;
    }

    function _pick(uint256 which) private view returns (RegistrationNumber) {
        return _numbers[which % _numbers.length];
    }

    function _key(RegistrationNumber number, uint32 version) private pure returns (bytes32) {
        return keccak256(abi.encode(number, version));
    }
}
