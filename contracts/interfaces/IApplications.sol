// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EntryId} from "../types/EntryId.sol";
import {RegistrationNumber} from "../types/RegistrationNumber.sol";
import {IRegistry} from "./IRegistry.sol";

/// @notice Applications for registration (登记申请) and their steps, from filing to public notice. It keeps nothing: each
/// application is a version in {IRegistry}, which issues it.
///
///     file ─► [DISTRICT_REVIEW ─► RETURNED] ─► APPLIED ─► ACCEPTED ─► REVIEWED ─► NOTICE ─► ISSUED
///                                               │ ▲ └► REFUSED └► REVIEW_FAILED ◄┘   └► NOTICE_FAILED
///                                      (once)   ▼ │
///                                           SUPPLEMENT ─► LAPSED             any open stage ─► WITHDRAWN, LAPSED
///
/// District review takes place where policy gives it time and the subject's area lies in a district. Each step with a
/// clock has a deadline, computed at its start from the policy in force then, and stored. Lateness is recorded in the
/// act that ends the step and takes no right away; only a supplement that is late may be declared lapsed. The end of a
/// notice is fixed when it opens. An open application lapses when its registration is cancelled or revoked.
///
/// Parameters of policy, in working days: `district_review_workdays` (0 for no district review),
/// `acceptance_workdays`, `supplement_workdays`, `review_workdays`, `notice_workdays`; in days `renewal_window_days`; in
/// calendar years, for {IRegistry-issue}, `validity_years`.
///
/// Content and public fields travel in the event; a withheld field only as its leaf hash.
/// Warning: nothing removes anything from a chain. What must not be public must never enter call data.
interface IApplications {
    /// @param number zero for a first application, which is given one
    /// @param expectedVersion the last version drawn up; 0 for a first application
    /// @param subject code of the registered organization: the applicant's own or one below it
    /// @param registrar code of the organization (kind 6) that handles the application
    /// @param objection upheld objection against this registration that a correction cites; 0 for none
    /// @param evidence only for the correction of an interested party, filed by an ACCEPTOR of the registrar: digest of
    /// the subject's consent or of the proof; otherwise zero
    /// @param entries ids of 1–64 active entries, in ascending order
    /// @param content canonical JSON (RFC 8785) of what is public
    /// @param fields the certificate's fields in order: canonical JSON of `[name,value,salt]` where public, the 32-byte
    /// leaf hash SHA-256(0x00 ‖ that JSON) where withheld. What is not 32 bytes long must be longer
    struct Application {
        RegistrationNumber number;
        uint32 expectedVersion;
        IRegistry.Kind kind;
        bytes18 subject;
        bytes18 registrar;
        uint32 objection;
        bytes32 evidence;
        EntryId[] entries;
        bytes content;
        bytes[] fields;
    }

    /// @notice What is missing in an application, in full: content and fields as they now are.
    struct Supplement {
        RegistrationNumber number;
        uint32 version;
        bytes content;
        bytes[] fields;
    }

    // The acts. In each: `organization` is the acting account's, `account` acted, `time` is the block's, in Unix seconds.

    /// @param stage APPLIED, or DISTRICT_REVIEW where a district reviews first
    /// @param deadline of the step that begins
    /// @param evidence as in {Application}; not zero for an interested party
    struct Filing {
        uint32 version;
        IRegistry.Kind kind;
        IRegistry.Stage stage;
        bytes18 registrar;
        uint64 deadline;
        uint32 objection;
        bytes32 evidence;
        bytes18 organization;
        address account;
        uint64 time;
        EntryId[] entries;
        bytes content;
        bytes[] fields;
    }

    /// @param late whether the supplement came after its deadline
    /// @param deadline of the acceptance that begins anew
    struct Supplementing {
        uint32 version;
        bool late;
        uint64 deadline;
        bytes18 organization;
        address account;
        uint64 time;
        bytes content;
        bytes[] fields;
    }

    /// @param stage of the version from now on
    /// @param late whether the step that ends here had passed its deadline
    /// @param deadline of the step that begins, the end of the notice where it opens; 0 where it has no clock
    struct Progress {
        uint32 version;
        IRegistry.Stage stage;
        bool late;
        uint64 deadline;
        bytes18 organization;
        address account;
        uint64 time;
        bytes32 reason;
    }

    event ApplicationFiled(
        uint64 indexed index, RegistrationNumber indexed number, bytes18 indexed subject, Filing act
    );
    event ApplicationForwarded(uint64 indexed index, RegistrationNumber indexed number, Progress act);
    event ApplicationReturned(uint64 indexed index, RegistrationNumber indexed number, Progress act);
    event SupplementRequested(uint64 indexed index, RegistrationNumber indexed number, Progress act);
    event ApplicationSupplemented(uint64 indexed index, RegistrationNumber indexed number, Supplementing act);
    event ApplicationLapsed(uint64 indexed index, RegistrationNumber indexed number, Progress act);
    event ApplicationAccepted(uint64 indexed index, RegistrationNumber indexed number, Progress act);
    event ApplicationRefused(uint64 indexed index, RegistrationNumber indexed number, Progress act);
    event ReviewPassed(uint64 indexed index, RegistrationNumber indexed number, Progress act);
    event ReviewFailed(uint64 indexed index, RegistrationNumber indexed number, Progress act);
    event NoticeOpened(uint64 indexed index, RegistrationNumber indexed number, Progress act);
    event ApplicationWithdrawn(uint64 indexed index, RegistrationNumber indexed number, Progress act);

    /// @notice A first application has no number and no expected version; any other kind has both; NONE is no kind.
    error ApplicationKindInvalid(RegistrationNumber number, IRegistry.Kind kind);
    /// @notice Only a correction cites an objection, and only one that was upheld against this registration.
    error ApplicationObjectionInvalid(RegistrationNumber number, uint32 objection);
    /// @notice Only a correction, of the present subject at the present registrar, is filed for an interested party.
    error ApplicationEvidenceInvalid(RegistrationNumber number, IRegistry.Kind kind);
    /// @notice The organization is no registrar, or suspended.
    error ApplicationRegistrarInvalid(bytes18 registrar);
    /// @notice The subject is unknown or suspended, or neither the applicant's organization nor below it.
    error ApplicationSubjectInvalid(bytes18 subject, bytes18 applicant);
    error ApplicationContentEmpty(uint256 item);
    /// @notice No fields, more than 65,535, or field `position` is shorter than a leaf hash.
    error ApplicationFieldsInvalid(uint256 item, uint256 count, uint256 position);
    /// @notice A version of the registration is still being applied for.
    error ApplicationStillOpen(RegistrationNumber number, uint32 version, IRegistry.Stage stage);
    /// @notice A supplement is asked for once.
    error ApplicationSupplementRepeated(RegistrationNumber number, uint32 version);
    /// @notice The supplement is not late yet.
    error ApplicationNotLate(RegistrationNumber number, uint64 deadline);
    /// @notice A renewal is applied for in [`from`, `until`).
    error RenewalUntimely(RegistrationNumber number, uint64 from, uint64 until);

    /// @notice Files applications. Caller: for each, an APPLICANT of the subject's organization or one above it, who for
    /// a registration that exists must stand so to its present subject too; or, with evidence, an ACCEPTOR of the
    /// registrar for an interested party's correction.
    /// A change, correction or renewal needs a registration in force; a suspended one can only be corrected.
    /// @return numbers of the registrations, in the order of the applications
    function file(Application[] calldata applications) external returns (RegistrationNumber[] memory numbers);
    /// @notice District review passed: the applications go on to their registrars. Caller: a REVIEWER of a district
    /// authority (kind 2) whose area contains the subject's.
    function forward(IRegistry.Step[] calldata steps) external;
    /// @notice District review failed, with a reason. Caller: as {forward}.
    function returnToApplicant(IRegistry.Step[] calldata steps) external;
    /// @notice Asks, once, for all that is missing, with a reason. Caller: an ACCEPTOR of the registrar.
    function requestSupplement(IRegistry.Step[] calldata steps) external;
    /// @notice Supplies what was asked for, also when late. Caller: an APPLICANT of the applicant's organization; for an
    /// interested party, an ACCEPTOR of the registrar.
    function supplement(Supplement[] calldata supplements) external;
    /// @notice Ends applications whose supplement is late. Caller: an ACCEPTOR of the registrar.
    function lapse(IRegistry.Step[] calldata steps) external;
    /// @notice Accepts applications. Caller: an ACCEPTOR of the registrar.
    function accept(IRegistry.Step[] calldata steps) external;
    /// @notice Refuses applications, with a reason. Caller: an ACCEPTOR of the registrar.
    function refuse(IRegistry.Step[] calldata steps) external;
    /// @notice Passes the review. Caller: a REVIEWER of the registrar.
    function passReview(IRegistry.Step[] calldata steps) external;
    /// @notice Fails the review, or ends the notice for nothing, with a reason. Caller: a REVIEWER of the registrar.
    function failReview(IRegistry.Step[] calldata steps) external;
    /// @notice Opens the public notice and fixes its end. Caller: a REVIEWER of the registrar.
    function openNotice(IRegistry.Step[] calldata steps) external;
    /// @notice Withdraws applications. Caller: as {supplement}.
    function withdraw(IRegistry.Step[] calldata steps) external;
}
