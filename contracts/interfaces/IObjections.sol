// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EntryId} from "../types/EntryId.sol";
import {RegistrationNumber} from "../types/RegistrationNumber.sol";

/// @notice Objections (异议) against a registration, while under notice or in force, or against an entry's data.
///
///     raise ─► RAISED ─► ACCEPTED ─► UPHELD ─► (entry) CORRECTED
///                 └► REJECTED  └► DISMISSED
///
/// The responsible organization is the registrar of the registration's version, or the entry's provider. Its REVIEWERs
/// decide; on an entry's data the data authority's too. Each of the two open states has a deadline, computed from the
/// parameters `objection_forward_workdays` and `objection_verify_workdays` when it begins. From the deadline on, a
/// SUPERVISOR of the responsible organization or the data authority may decide it as well, and may uphold or dismiss one
/// that was not accepted yet, so that nobody blocks an issue for ever. One objection of an objector against a version
/// is open at a time.
///
/// Against a registration: no version is issued while an objection against it is open. Upheld, it ends a notice, suspends
/// a version in force, and can be cited by the correction that it leads to ({IApplications-file}).
/// Against an entry's data: an accepted one marks the entry until it is dismissed or, once upheld, until a later version
/// of the entry is published, which gives the decision's digest as its reason.
/// Warning: what must not be public must never enter call data; a person is a salted commitment here.
interface IObjections {
    enum State {
        NONE,
        RAISED,
        ACCEPTED,
        REJECTED,
        UPHELD,
        DISMISSED,
        CORRECTED
    }

    /// @dev Four slots.
    /// @param number the registration; zero when it is against an entry
    /// @param version of the registration or the entry
    /// @param state how far it came
    /// @param deadline Unix seconds at which the present step is late; 0 where it has no clock
    /// @param entry the entry; zero when it is against a registration
    /// @param objector organization code, padded with zeros on the right, or the commitment of a person
    /// @param responsible code of the organization that decides
    struct Objection {
        RegistrationNumber number;
        uint32 version;
        State state;
        uint64 deadline;
        EntryId entry;
        bytes32 objector;
        bytes18 responsible;
    }

    /// @notice Exactly one of `number` and `entry` is given.
    /// @param version of the registration, under notice or in force; of the entry, the last
    /// @param commitment of a person without an account, SHA-256 over a salt and the identity, kept off chain, filed by
    /// an ACCEPTOR; zero where the caller's organization objects
    /// @param evidence digest of the evidence; needed for a person
    /// @param ground digest of the ground as it was stated
    struct NewObjection {
        RegistrationNumber number;
        EntryId entry;
        uint32 version;
        bytes32 commitment;
        bytes32 evidence;
        bytes32 ground;
    }

    /// @param reason digest of the decision's document; zero is allowed where an objection is accepted or settled
    struct Decision {
        uint32 objection;
        bytes32 reason;
    }

    // The acts. In each: `organization` is the acting account's, `account` acted, `time` is the block's, in Unix seconds.

    /// @param objector organization code, padded with zeros on the right, or the commitment of a person
    /// @param person whether it is a commitment
    /// @param responsible code of the organization that decides
    /// @param deadline by which it is to be accepted or rejected
    struct Raising {
        RegistrationNumber number;
        EntryId entry;
        uint32 version;
        bytes32 objector;
        bool person;
        bytes18 responsible;
        uint64 deadline;
        bytes32 evidence;
        bytes32 ground;
        bytes18 organization;
        address account;
        uint64 time;
    }

    /// @param state of the objection from now on
    /// @param late whether the step that ends here had passed its deadline
    /// @param deadline by which it is to be decided, where it was accepted; otherwise 0
    struct Deciding {
        State state;
        bool late;
        uint64 deadline;
        bytes18 organization;
        address account;
        uint64 time;
        bytes32 reason;
    }

    /// @param target the registration's number, padded with zeros on the right, or the entry's id
    event ObjectionRaised(uint64 indexed index, uint32 indexed objection, bytes32 indexed target, Raising act);
    event ObjectionAccepted(uint64 indexed index, uint32 indexed objection, bytes32 indexed target, Deciding act);
    event ObjectionRejected(uint64 indexed index, uint32 indexed objection, bytes32 indexed target, Deciding act);
    event ObjectionUpheld(uint64 indexed index, uint32 indexed objection, bytes32 indexed target, Deciding act);
    event ObjectionDismissed(uint64 indexed index, uint32 indexed objection, bytes32 indexed target, Deciding act);
    /// @notice The entry was published anew; its mark is gone.
    event ObjectionSettled(uint64 indexed index, uint32 indexed objection, bytes32 indexed target, Deciding act);

    error ObjectionsNothingToDo();
    error ObjectionUnknown(uint32 objection);
    /// @notice Not exactly one of number and entry, or no ground.
    error ObjectionTargetInvalid(uint256 item);
    /// @notice The entry stands at `version`; the caller objected to `expected`.
    error ObjectionVersionConflict(EntryId entry, uint32 expected, uint32 version);
    /// @notice A person's objection needs its evidence.
    error ObjectionEvidenceMissing(uint256 item);
    /// @notice The objector has an open one against the version.
    error ObjectionRepeated(uint256 item, uint32 objection);
    error ObjectionStateInvalid(uint32 objection, State state);
    error ObjectionReasonMissing(uint32 objection);
    /// @notice A SUPERVISOR decides only what is overdue.
    error ObjectionNotOverdue(uint32 objection, uint64 deadline);
    /// @notice The entry has no later version yet.
    error ObjectionNotCorrected(uint32 objection, EntryId entry, uint32 version);

    /// @notice Raises objections. Caller: for each, an APPLICANT for its own organization; for a person, an ACCEPTOR of
    /// the registrar, or any ACCEPTOR where it is against an entry.
    /// @return first number of the first; they count from 1 over all objections
    function raise(NewObjection[] calldata objections) external returns (uint32 first);
    /// @notice Accepts objections for verification. Caller: a REVIEWER of the responsible organization or, for an entry,
    /// of the data authority; when overdue also a SUPERVISOR of either.
    function accept(Decision[] calldata decisions) external;
    /// @notice Rejects objections that cannot be examined, with a reason. Caller: as {accept}.
    function reject(Decision[] calldata decisions) external;
    /// @notice Finds objections right, with a reason. Caller: as {accept}.
    function uphold(Decision[] calldata decisions) external;
    /// @notice Finds objections wrong, with a reason. Caller: as {accept}.
    function dismiss(Decision[] calldata decisions) external;
    /// @notice Takes the mark of an upheld objection from an entry that has a later version. Caller: anyone.
    function settle(Decision[] calldata decisions) external;

    /// @notice One objection; `state` NONE when unknown.
    function objection(uint32 number) external view returns (Objection memory);
    /// @notice Objections raised so far; they count from 1.
    function objections() external view returns (uint32);
    /// @notice The open objection of an objector against a version of a target, as in the events; 0 when there is none.
    function openObjection(bytes32 target, uint32 version, bytes32 objector) external view returns (uint32);
}
