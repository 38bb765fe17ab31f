// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GrantScope} from "./GrantScope.sol";
import {ICatalog} from "./interfaces/ICatalog.sol";
import {IGrantScope} from "./interfaces/IGrantScope.sol";
import {IGrants} from "./interfaces/IGrants.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import {Actors} from "./libraries/Actors.sol";
import {Acts} from "./libraries/Acts.sol";
import {EntryId} from "./types/EntryId.sol";
import {Roles} from "./types/Roles.sol";

/// @title The implementation of {IGrants}, which is its manual: the acts.
contract Grants is GrantScope {
    constructor(IJournal journal_, ICatalog catalog_, IRegistry registry_) GrantScope(journal_, catalog_, registry_) {}

    /// @inheritdoc IGrants
    function suspend(Step[] calldata steps) external {
        _change(steps, Status.SUSPENDED);
    }

    /// @inheritdoc IGrants
    function resume(Step[] calldata steps) external {
        _change(steps, Status.ACTIVE);
    }

    /// @inheritdoc IGrants
    function terminate(Step[] calldata steps) external {
        _change(steps, Status.TERMINATED);
    }

    /// @inheritdoc IGrants
    function revoke(Step[] calldata steps) external {
        _change(steps, Status.REVOKED);
    }

    /// @inheritdoc IGrants
    function exit(Step[] calldata steps) external {
        _change(steps, Status.EXITED);
    }

    /// @inheritdoc IGrants
    function close(Step[] calldata steps) external {
        _change(steps, Status.CLOSED);
    }

    /// @inheritdoc IGrantScope
    function settle(uint32 number, uint32 version_, EntryId[] calldata entries) external {
        require(entries.length > 0, GrantNothingToDo());
        require(_isOver(number, version_), GrantNotToSettle(number, version_));
        for (uint256 i; i < entries.length; ++i) {
            Slot storage slot = _entryScopes[number][version_][entries[i]];
            require(slot.held, GrantEntryNotHeld(number, version_, entries[i]));
            slot.held = false;
        }
        _versions[number][version_].heldCount -= uint32(entries.length); // each of them was counted
        catalog.release(entries);

        Settlement memory act = Settlement(version_, msg.sender, uint64(block.timestamp), entries);
        uint64 index = journal.size();
        emit GrantSettled(index, number, act);
        bytes32[] memory leaves = new bytes32[](1);
        leaves[0] = _leaf(GrantSettled.selector, index, number, abi.encode(act));
        journal.append(index, leaves);
    }

    // Statuses

    function _change(Step[] calldata steps, Status status) private {
        require(steps.length > 0, GrantNothingToDo());
        Actors.Actor memory actor = Actors.caller(organizations);
        uint64 first = journal.size();
        bytes32[] memory leaves = new bytes32[](steps.length);
        for (uint256 i; i < steps.length; ++i) {
            uint32 number = steps[i].grant;
            require(steps[i].reason != 0, GrantReasonMissing(number));
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
            leaves[i] = _leaf(_emit(status, index, number, act), index, number, abi.encode(act));
        }
        journal.append(first, leaves);
    }

    /// @dev Guards and effects of one change of status.
    function _change(uint32 number, uint32 version_, Status status, Actors.Actor memory actor) private {
        Head storage known = _known(number);
        require(known.current == version_, GrantVersionConflict(number, version_, known.current));
        Status present = _effective(known.status, known.until, block.timestamp);
        bool allowed;
        if (status == Status.SUSPENDED || status == Status.ACTIVE) {
            bool resumes = status == Status.ACTIVE;
            bool byAuthority = actor.organization == organizations.dataAuthority();
            Actors.requireRole(actor, Roles.SUPERVISOR);
            require(
                byAuthority || (_isGranting(number, actor.organization) && !(resumes && known.suspendedByAuthority)),
                IOrganizations.AccountNotEntitled(msg.sender, _grants[number].grantor)
            );
            allowed = present == (resumes ? Status.SUSPENDED : Status.ACTIVE);
            known.suspendedByAuthority = byAuthority && !resumes;
        } else {
            if (status == Status.EXITED) Actors.requireOf(actor, Roles.APPLICANT, _grants[number].grantee);
            else Actors.requireOf(actor, Roles.GRANTOR, _grants[number].grantor);
            bool runs = present == Status.ACTIVE || present == Status.SUSPENDED;
            allowed = status == Status.CLOSED ? _hasEnded(present) && present != Status.CLOSED : runs;
            _versions[number][known.versions].open = false;
        }
        require(allowed, GrantStatusInvalid(number, present));
        _record(number, status);
    }

    /// @dev Whether an organization authorizes or implements the grant.
    function _isGranting(uint32 number, bytes18 organization) private view returns (bool) {
        return organization == _grants[number].grantor || organization == _grants[number].implementer;
    }

    /// @dev Whether the scope that a version lists no longer counts, and never will again.
    function _isOver(uint32 number, uint32 version_) private view returns (bool) {
        Head storage known = _known(number);
        Version storage drawn = _versions[number][version_];
        for (uint32 ancestor = number; ancestor != 0; ancestor = _grants[ancestor].parent) {
            Head storage above = _heads[ancestor];
            if (_hasEnded(_effective(above.status, above.until, block.timestamp))) return true;
        }
        if (drawn.open) return block.timestamp >= drawn.terms.end;
        return _versions[number][known.current].scopeOf != version_;
    }

    function _hasEnded(Status status) private pure returns (bool) {
        return status > Status.SUSPENDED;
    }

    function _emit(Status status, uint64 index, uint32 number, StatusChange memory act) private returns (bytes32) {
        if (status == Status.SUSPENDED) {
            emit GrantSuspended(index, number, act);
            return GrantSuspended.selector;
        }
        if (status == Status.ACTIVE) {
            emit GrantResumed(index, number, act);
            return GrantResumed.selector;
        }
        if (status == Status.TERMINATED) {
            emit GrantTerminated(index, number, act);
            return GrantTerminated.selector;
        }
        if (status == Status.REVOKED) {
            emit GrantRevoked(index, number, act);
            return GrantRevoked.selector;
        }
        if (status == Status.EXITED) {
            emit GrantExited(index, number, act);
            return GrantExited.selector;
        }
        emit GrantClosed(index, number, act);
        return GrantClosed.selector;
    }

    function _leaf(bytes32 selector, uint64 index, uint32 number, bytes memory data) private view returns (bytes32) {
        return Acts.leaf(selector, bytes32(uint256(index)), bytes32(uint256(number)), data);
    }
}
