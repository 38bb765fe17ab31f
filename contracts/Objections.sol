// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "./interfaces/ICatalog.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IObjections} from "./interfaces/IObjections.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {IPolicy} from "./interfaces/IPolicy.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import {Actors} from "./libraries/Actors.sol";
import {Acts} from "./libraries/Acts.sol";
import {EntryId} from "./types/EntryId.sol";
import {RegistrationNumber} from "./types/RegistrationNumber.sol";
import {Roles} from "./types/Roles.sol";

/// @title The implementation of {IObjections}, which is its manual.
contract Objections is IObjections {
    mapping(uint32 number => Objection) private _objections;
    mapping(bytes32 target => mapping(uint32 version => mapping(bytes32 objector => uint32))) private _open;
    /// @inheritdoc IObjections
    uint32 public objections;

    IJournal public immutable journal;
    IOrganizations public immutable organizations;
    IPolicy public immutable policy;
    ICatalog public immutable catalog;
    IRegistry public immutable registry;

    constructor(IJournal journal_, IPolicy policy_, ICatalog catalog_, IRegistry registry_) {
        journal = journal_;
        organizations = IOrganizations(journal_.organizations());
        policy = policy_;
        catalog = catalog_;
        registry = registry_;
    }

    /// @inheritdoc IObjections
    function raise(NewObjection[] calldata fresh) external returns (uint32 first) {
        (Actors.Actor memory actor, uint64 index, bytes32[] memory leaves) = _start(fresh.length);
        uint64 deadline = policy.deadline("objection_forward_workdays");
        first = objections + 1;
        for (uint256 i; i < fresh.length; ++i) {
            Raising memory act = _raising(i, fresh[i], actor);
            act.deadline = deadline;
            leaves[i] = _raise(i, index + uint64(i), act);
        }
        journal.append(index, leaves);
    }

    /// @inheritdoc IObjections
    function accept(Decision[] calldata decisions) external {
        _decide(decisions, State.ACCEPTED, policy.deadline("objection_verify_workdays"));
    }

    /// @inheritdoc IObjections
    function reject(Decision[] calldata decisions) external {
        _decide(decisions, State.REJECTED, 0);
    }

    /// @inheritdoc IObjections
    function uphold(Decision[] calldata decisions) external {
        _decide(decisions, State.UPHELD, 0);
    }

    /// @inheritdoc IObjections
    function dismiss(Decision[] calldata decisions) external {
        _decide(decisions, State.DISMISSED, 0);
    }

    /// @inheritdoc IObjections
    function settle(Decision[] calldata decisions) external {
        _decide(decisions, State.CORRECTED, 0);
    }

    /// @inheritdoc IObjections
    function objection(uint32 number) external view returns (Objection memory) {
        return _objections[number];
    }

    /// @inheritdoc IObjections
    function openObjection(bytes32 target, uint32 version, bytes32 objector) external view returns (uint32) {
        return _open[target][version][objector];
    }

    /// @dev Guards of a new objection, and its act but for the deadline.
    function _raising(uint256 item, NewObjection calldata fresh, Actors.Actor memory actor)
        private
        view
        returns (Raising memory act)
    {
        bool againstEntry = EntryId.unwrap(fresh.entry) != 0;
        require(
            againstEntry == (RegistrationNumber.unwrap(fresh.number) == 0) && fresh.ground != 0,
            ObjectionTargetInvalid(item)
        );
        if (againstEntry) {
            ICatalog.Head memory entry = catalog.head(fresh.entry);
            require(entry.version > 0, ICatalog.CatalogEntryUnknown(fresh.entry));
            require(entry.status == ICatalog.Status.ACTIVE, ICatalog.CatalogEntryRetired(fresh.entry));
            require(entry.version == fresh.version, ObjectionVersionConflict(fresh.entry, fresh.version, entry.version));
            act.responsible = entry.provider;
        } else {
            act.responsible = registry.version(fresh.number, fresh.version).registrar;
            require(act.responsible != 0, IRegistry.RegistrationUnknown(fresh.number));
        }
        act.person = fresh.commitment != 0;
        if (!act.person) {
            Actors.requireRole(actor, Roles.APPLICANT);
            act.objector = actor.organization;
        } else {
            require(fresh.evidence != 0, ObjectionEvidenceMissing(item));
            if (againstEntry) Actors.requireRole(actor, Roles.ACCEPTOR);
            else Actors.requireOf(actor, Roles.ACCEPTOR, act.responsible);
            act.objector = fresh.commitment;
        }
        act.number = fresh.number;
        act.entry = fresh.entry;
        act.version = fresh.version;
        act.evidence = fresh.evidence;
        act.ground = fresh.ground;
        act.organization = actor.organization;
        act.account = msg.sender;
        act.time = uint64(block.timestamp);
    }

    function _raise(uint256 item, uint64 index, Raising memory act) private returns (bytes32) {
        bytes32 target = _target(act.number, act.entry);
        uint32 open = _open[target][act.version][act.objector];
        require(open == 0, ObjectionRepeated(item, open));
        uint32 number = ++objections;
        _open[target][act.version][act.objector] = number;
        _objections[number] = Objection({
            number: act.number,
            version: act.version,
            state: State.RAISED,
            deadline: act.deadline,
            entry: act.entry,
            objector: act.objector,
            responsible: act.responsible
        });
        if (RegistrationNumber.unwrap(act.number) != 0) registry.mark(act.number, act.version);
        emit ObjectionRaised(index, number, target, act);
        return
            Acts.leaf(
                ObjectionRaised.selector, bytes32(uint256(index)), bytes32(uint256(number)), target, abi.encode(act)
            );
    }

    function _decide(Decision[] calldata decisions, State state, uint64 deadline) private {
        (Actors.Actor memory actor, uint64 index, bytes32[] memory leaves) = _start(decisions.length);
        for (uint256 i; i < decisions.length; ++i) {
            Deciding memory act = Deciding({
                state: state,
                late: false,
                deadline: deadline,
                organization: actor.organization,
                account: msg.sender,
                time: uint64(block.timestamp),
                reason: decisions[i].reason
            });
            uint32 number = decisions[i].objection;
            Objection storage known = _objections[number];
            require(known.state != State.NONE, ObjectionUnknown(number));
            act.late = known.deadline != 0 && block.timestamp >= known.deadline;
            _checkDecision(number, known, actor, act);
            _carryOut(number, known, act);
            leaves[i] = _emit(index + uint64(i), number, _target(known.number, known.entry), act);
        }
        journal.append(index, leaves);
    }

    function _checkDecision(uint32 number, Objection storage known, Actors.Actor memory actor, Deciding memory act)
        private
        view
    {
        State from = known.state;
        bool overruled; // a SUPERVISOR acts where the REVIEWERs did not
        if (act.state != State.CORRECTED) {
            overruled = _requireDecides(number, known, actor, act.late);
            require(act.reason != 0 || act.state == State.ACCEPTED, ObjectionReasonMissing(number));
        }
        bool open = act.state == State.ACCEPTED || act.state == State.REJECTED
            ? from == State.RAISED
            : act.state == State.CORRECTED
                ? from == State.UPHELD && EntryId.unwrap(known.entry) != 0
                : from == State.ACCEPTED || (overruled && from == State.RAISED);
        require(open, ObjectionStateInvalid(number, from));
        if (act.state == State.CORRECTED) {
            ICatalog.Head memory entry = catalog.head(known.entry);
            require(entry.version > known.version, ObjectionNotCorrected(number, known.entry, entry.version));
        }
    }

    /// @return overruled whether the caller decides as a SUPERVISOR of what is overdue
    function _requireDecides(uint32 number, Objection storage known, Actors.Actor memory actor, bool late)
        private
        view
        returns (bool overruled)
    {
        bool byAuthority = actor.organization == organizations.dataAuthority();
        bool reviews = byAuthority && EntryId.unwrap(known.entry) != 0;
        if (actor.roles & Roles.REVIEWER != 0 && (reviews || actor.organization == known.responsible)) return false;
        if (actor.roles & Roles.SUPERVISOR != 0) {
            require(
                byAuthority || actor.organization == known.responsible,
                IOrganizations.AccountNotEntitled(msg.sender, known.responsible)
            );
            require(late, ObjectionNotOverdue(number, known.deadline));
            return true;
        }
        Actors.requireOf(actor, Roles.REVIEWER, known.responsible);
    }

    function _carryOut(uint32 number, Objection storage known, Deciding memory act) private {
        bool wasAccepted = known.state == State.ACCEPTED;
        (known.state, known.deadline) = (act.state, act.deadline);
        bytes32 target = _target(known.number, known.entry);
        if (act.state != State.ACCEPTED) _open[target][known.version][known.objector] = 0;
        if (EntryId.unwrap(known.entry) == 0) {
            if (act.state == State.UPHELD) registry.uphold(known.number, known.version, number);
            else if (act.state != State.ACCEPTED) registry.unmark(known.number, known.version);
        } else if (act.state == State.ACCEPTED || (act.state == State.UPHELD && !wasAccepted)) {
            catalog.mark(known.entry);
        } else if (act.state == State.CORRECTED || (act.state == State.DISMISSED && wasAccepted)) {
            catalog.unmark(known.entry);
        }
    }

    function _emit(uint64 index, uint32 number, bytes32 target, Deciding memory act) private returns (bytes32) {
        bytes32 selector;
        if (act.state == State.ACCEPTED) {
            emit ObjectionAccepted(index, number, target, act);
            selector = ObjectionAccepted.selector;
        } else if (act.state == State.REJECTED) {
            emit ObjectionRejected(index, number, target, act);
            selector = ObjectionRejected.selector;
        } else if (act.state == State.UPHELD) {
            emit ObjectionUpheld(index, number, target, act);
            selector = ObjectionUpheld.selector;
        } else if (act.state == State.DISMISSED) {
            emit ObjectionDismissed(index, number, target, act);
            selector = ObjectionDismissed.selector;
        } else {
            emit ObjectionSettled(index, number, target, act);
            selector = ObjectionSettled.selector;
        }
        return Acts.leaf(selector, bytes32(uint256(index)), bytes32(uint256(number)), target, abi.encode(act));
    }

    function _start(uint256 count)
        private
        view
        returns (Actors.Actor memory actor, uint64 index, bytes32[] memory leaves)
    {
        require(count > 0, ObjectionsNothingToDo());
        return (Actors.caller(organizations), journal.size(), new bytes32[](count));
    }

    function _target(RegistrationNumber number, EntryId entry) private pure returns (bytes32) {
        return EntryId.unwrap(entry) == 0 ? bytes32(RegistrationNumber.unwrap(number)) : EntryId.unwrap(entry);
    }
}
