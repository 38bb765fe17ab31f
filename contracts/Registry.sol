// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RegistryRecords} from "./RegistryRecords.sol";
import {ICatalog} from "./interfaces/ICatalog.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {IPolicy} from "./interfaces/IPolicy.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import {Actors} from "./libraries/Actors.sol";
import {Acts} from "./libraries/Acts.sol";
import {Workdays} from "./libraries/Workdays.sol";
import {RegistrationNumber} from "./types/RegistrationNumber.sol";
import {Roles} from "./types/Roles.sol";

/// @title The implementation of {IRegistry}, which is its manual: the acts.
contract Registry is RegistryRecords {
    uint256 private constant CODE_BYTES = 64;

    IPolicy public immutable policy;

    constructor(IJournal journal_, IPolicy policy_, ICatalog catalog_) RegistryRecords(journal_, catalog_) {
        policy = policy_;
    }

    /// @inheritdoc IRegistry
    function issue(Step[] calldata steps) external {
        (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves) = _start(steps.length);
        uint256 validityYears = policy.inForce("validity_years").value;
        for (uint256 i; i < steps.length; ++i) {
            leaves[i] = _issue(first + uint64(i), steps[i], actor, validityYears);
        }
        journal.append(first, leaves);
    }

    /// @inheritdoc IRegistry
    function suspend(Step[] calldata steps) external {
        _change(steps, Status.SUSPENDED);
    }

    /// @inheritdoc IRegistry
    function resume(Step[] calldata steps) external {
        _change(steps, Status.ACTIVE);
    }

    /// @inheritdoc IRegistry
    function cancel(Step[] calldata steps) external {
        _change(steps, Status.CANCELLED);
    }

    /// @inheritdoc IRegistry
    function revoke(Step[] calldata steps) external {
        _change(steps, Status.REVOKED);
    }

    /// @inheritdoc IRegistry
    function settle(Step[] calldata steps) external {
        (, uint64 first, bytes32[] memory leaves) = _start(steps.length);
        for (uint256 i; i < steps.length; ++i) {
            (RegistrationNumber number, uint32 version_) = (steps[i].number, steps[i].version);
            Version storage drawn = _versions[number][version_];
            require(!drawn.settled && _hasEnded(number, version_, drawn), RegistryNotToSettle(number, version_));
            drawn.settled = true;
            catalog.release(_entries[number][version_]);
            Settlement memory act = Settlement(version_, msg.sender, uint64(block.timestamp));
            uint64 index = first + uint64(i);
            emit RegistrationSettled(index, number, act);
            leaves[i] = _leaf(RegistrationSettled.selector, index, number, abi.encode(act));
        }
        journal.append(first, leaves);
    }

    /// @inheritdoc IRegistry
    function assignNationalCodes(CodeAssignment[] calldata assignments) external {
        (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves) = _start(assignments.length);
        for (uint256 i; i < assignments.length; ++i) {
            leaves[i] = _assign(first + uint64(i), assignments[i], actor);
        }
        journal.append(first, leaves);
    }

    // Effects: one act each

    function _issue(uint64 index, Step calldata step, Actors.Actor memory actor, uint256 validityYears)
        private
        returns (bytes32)
    {
        RegistrationNumber number = step.number;
        Version storage drawn = _pending(number, step.version);
        Actors.requireOf(actor, Roles.ISSUER, drawn.registrar);
        require(drawn.stage == Stage.NOTICE, RegistryStageInvalid(number, step.version, drawn.stage));
        require(drawn.reviewer != msg.sender, RegistryReviewerIssues(number, msg.sender));
        require(block.timestamp >= drawn.noticeEnd, RegistryNoticeNotEnded(number, drawn.noticeEnd));
        require(drawn.openObjections == 0, RegistryObjectionsOpen(number, step.version, drawn.openObjections));
        Head storage known = _heads[number];
        require(
            known.status != Status.SUSPENDED || (drawn.objection != 0 && drawn.objection == known.suspendedFor),
            RegistryStatusInvalid(number, known.status)
        );
        uint32 supersedes = known.issued;
        bool continues = drawn.kind == Kind.RENEWAL && known.validUntil > block.timestamp;
        known.issued = step.version;
        known.validUntil = Workdays.termEnd(continues ? known.validUntil : block.timestamp, validityYears);
        known.suspendedFor = 0;
        _record(number, Status.ACTIVE);
        (drawn.stage, drawn.deadline, drawn.issuedAt) = (Stage.ISSUED, 0, uint64(block.timestamp));
        if (supersedes != 0 && !_versions[number][supersedes].settled) {
            _versions[number][supersedes].settled = true;
            catalog.release(_entries[number][supersedes]);
        }
        _speak(number, step.version);

        Issuance memory act = Issuance({
            version: step.version,
            supersedes: supersedes,
            validUntil: known.validUntil,
            organization: actor.organization,
            account: msg.sender,
            time: uint64(block.timestamp),
            reason: step.reason
        });
        emit RegistrationIssued(index, number, act);
        return _leaf(RegistrationIssued.selector, index, number, abi.encode(act));
    }

    // Statuses

    function _change(Step[] calldata steps, Status status) private {
        (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves) = _start(steps.length);
        for (uint256 i; i < steps.length; ++i) {
            RegistrationNumber number = steps[i].number;
            require(steps[i].reason != 0, RegistryReasonMissing(number));
            _change(number, steps[i].version, status, actor);
            StatusChange memory act = StatusChange({
                version: steps[i].version,
                status: status,
                organization: actor.organization,
                account: msg.sender,
                time: uint64(block.timestamp),
                reason: steps[i].reason
            });
            uint64 index = first + uint64(i);
            bytes32 selector;
            if (status == Status.SUSPENDED) {
                emit RegistrationSuspended(index, number, act);
                selector = RegistrationSuspended.selector;
            } else if (status == Status.ACTIVE) {
                emit RegistrationResumed(index, number, act);
                selector = RegistrationResumed.selector;
            } else if (status == Status.CANCELLED) {
                emit RegistrationCancelled(index, number, act);
                selector = RegistrationCancelled.selector;
            } else {
                emit RegistrationRevoked(index, number, act);
                selector = RegistrationRevoked.selector;
            }
            leaves[i] = _leaf(selector, index, number, abi.encode(act));
        }
        journal.append(first, leaves);
    }

    /// @dev Guards and effects of one change of status.
    function _change(RegistrationNumber number, uint32 version_, Status status, Actors.Actor memory actor) private {
        Head storage known = _heads[number];
        require(known.issued > 0, RegistrationUnknown(number));
        require(known.issued == version_, RegistryVersionConflict(number, version_, known.issued));
        bytes18 registrar = _versions[number][version_].registrar;
        Status present = _effective(known.status, known.validUntil, block.timestamp);
        if (status == Status.SUSPENDED || status == Status.ACTIVE) {
            bool resumes = status == Status.ACTIVE;
            bool byAuthority = actor.organization == organizations.dataAuthority();
            Actors.requireRole(actor, Roles.SUPERVISOR);
            require(
                byAuthority || (actor.organization == registrar && !(resumes && known.suspendedByAuthority)),
                IOrganizations.AccountNotEntitled(msg.sender, registrar)
            );
            require(present == (resumes ? Status.SUSPENDED : Status.ACTIVE), RegistryStatusInvalid(number, present));
            known.suspendedFor = 0;
            known.suspendedByAuthority = byAuthority && !resumes;
        } else {
            Actors.requireOf(actor, Roles.ISSUER, registrar);
            require(
                present == Status.ACTIVE || present == Status.SUSPENDED
                    || (present == Status.EXPIRED && status == Status.REVOKED),
                RegistryStatusInvalid(number, present)
            );
            Version storage last = _versions[number][known.versions];
            if (_isOpen(last.stage)) last.stage = Stage.LAPSED;
        }
        _record(number, status);
    }

    function _assign(uint64 index, CodeAssignment calldata assignment, Actors.Actor memory actor)
        private
        returns (bytes32)
    {
        RegistrationNumber number = assignment.number;
        bytes calldata code = assignment.code;
        uint32 issued = _heads[number].issued;
        require(issued > 0, RegistrationUnknown(number));
        bool issuer = actor.roles & Roles.ISSUER != 0;
        Actors.requireOf(actor, issuer ? Roles.ISSUER : Roles.ACCEPTOR, _versions[number][issued].registrar);
        require(code.length > 0 && code.length <= CODE_BYTES, NationalCodeInvalid(number));
        for (uint256 i; i < code.length; ++i) {
            require(code[i] > 0x20 && code[i] < 0x7f, NationalCodeInvalid(number));
        }
        bytes32 digest = sha256(code);
        RegistrationNumber holder = _numbers[digest];
        require(RegistrationNumber.unwrap(holder) == 0, NationalCodeTaken(number, holder));
        bytes memory replaced = _nationalCodes[number];
        if (replaced.length > 0) _numbers[sha256(replaced)] = RegistrationNumber.wrap(0);
        _nationalCodes[number] = code;
        _numbers[digest] = number;

        Coding memory act = Coding(actor.organization, msg.sender, uint64(block.timestamp), code);
        emit NationalCodeAssigned(index, number, act);
        return _leaf(NationalCodeAssigned.selector, index, number, abi.encode(act));
    }

    // Journal

    function _start(uint256 count)
        private
        view
        returns (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves)
    {
        require(count > 0, RegistryNothingToDo());
        return (Actors.caller(organizations), journal.size(), new bytes32[](count));
    }

    function _leaf(bytes32 selector, uint64 index, RegistrationNumber number, bytes memory data)
        private
        view
        returns (bytes32)
    {
        return Acts.leaf(selector, bytes32(uint256(index)), RegistrationNumber.unwrap(number), data);
    }
}
