// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EntryId} from "../types/EntryId.sol";
import {RegistrationNumber} from "../types/RegistrationNumber.sol";

/// @notice Registrations of resources and products (登记), version by version: what was drawn up, what was issued, and
/// what that is worth. {IApplications} is the procedure that leads to a notice; all that is known is kept here.
///
/// A registration is known by its number. Each application draws up its next version: the first application version
/// 1, each change, correction or renewal the next. A version that is not issued keeps its place in the count, so that
/// (number, version) names one application and one set of certificate fields for ever. One application at a time is
/// open for a registration.
///
/// What is issued has a status: ACTIVE, SUSPENDED, CANCELLED or REVOKED is stored, EXPIRED and SUPERSEDED are found on
/// reading. It is in force from its issue until `validUntil`, half-open.
///
///     (issue) ─► ACTIVE ⇄ SUSPENDED          ACTIVE, SUSPENDED ─► CANCELLED, REVOKED, (EXPIRED), (SUPERSEDED)
///                                            EXPIRED ─► REVOKED
///
/// A version's entries are held from its application until it is settled: a superseded one by the issue of its
/// successor, any other that has ended by {settle}.
interface IRegistry {
    /// @notice What an application asks for: 首次, 变更, 更正, 续展.
    enum Kind {
        NONE,
        FIRST,
        CHANGE,
        CORRECTION,
        RENEWAL
    }

    /// @notice How far the application of a version came. Those up to NOTICE are open, all later ones are final.
    enum Stage {
        NONE,
        DISTRICT_REVIEW,
        APPLIED,
        SUPPLEMENT,
        ACCEPTED,
        REVIEWED,
        NOTICE,
        ISSUED,
        RETURNED,
        REFUSED,
        LAPSED,
        REVIEW_FAILED,
        NOTICE_FAILED,
        WITHDRAWN
    }

    /// @notice What an issued version is worth. EXPIRED and SUPERSEDED are never stored.
    enum Status {
        NONE,
        ACTIVE,
        SUSPENDED,
        CANCELLED,
        REVOKED,
        EXPIRED,
        SUPERSEDED
    }

    /// @dev One slot.
    /// @param versions the last version drawn up; 0 when the number is unknown
    /// @param issued the last version issued; 0 when none was
    /// @param status stored status of `issued`; NONE when none was
    /// @param validUntil Unix seconds at which `issued` expires
    /// @param suspendedFor the upheld objection for which it is suspended; 0 when it is not, or by supervision
    /// @param suspendedByAuthority whether the data authority suspended it, which then alone resumes it
    struct Head {
        uint32 versions;
        uint32 issued;
        Status status;
        uint64 validUntil;
        uint32 suspendedFor;
        bool suspendedByAuthority;
    }

    /// @dev Six slots; `contentDigest` is the first, `certificateRoot` the second, `stage` and `fieldCount` are in the
    /// third.
    /// @param contentDigest SHA-256 of the public content
    /// @param certificateRoot root of the RFC 6962 tree of the certificate's fields, SHA-256
    /// @param subject code of the organization that is registered as the subject
    /// @param kind what the application asks for
    /// @param stage how far it came
    /// @param fieldCount fields of the certificate
    /// @param openObjections objections that keep it from being issued
    /// @param supplemented whether a supplement was asked for
    /// @param settled whether its entries are no longer held
    /// @param interestedParty whether an ACCEPTOR of the registrar filed it for an interested party
    /// @param registrar code of the organization that handles the application
    /// @param deadline Unix seconds at which the current step is late; 0 where the step has no clock
    /// @param applicant code of the organization that filed it: the registrar for an interested party
    /// @param noticeEnd Unix seconds from which it can be issued; 0 before the notice
    /// @param objection the upheld objection that a correction cites; 0 for none
    /// @param reviewer the account that passed the review
    /// @param issuedAt Unix seconds of its issue; 0 before
    struct Version {
        bytes32 contentDigest;
        bytes32 certificateRoot;
        bytes18 subject;
        Kind kind;
        Stage stage;
        uint16 fieldCount;
        uint16 openObjections;
        bool supplemented;
        bool settled;
        bool interestedParty;
        bytes18 registrar;
        uint64 deadline;
        bytes18 applicant;
        uint64 noticeEnd;
        uint32 objection;
        address reviewer;
        uint64 issuedAt;
    }

    /// @notice What held from `time` on; one slot.
    /// @param time Unix seconds
    /// @param validUntil Unix seconds at which `version` expires
    struct Record {
        uint64 time;
        uint64 validUntil;
        uint32 version;
        Status status;
    }

    /// @param version the version that is meant; the act is refused when another one stands there
    /// @param reason digest of the document that gives the reasons; where an act needs none, zero is allowed
    struct Step {
        RegistrationNumber number;
        uint32 version;
        bytes32 reason;
    }

    struct CodeAssignment {
        RegistrationNumber number;
        bytes code;
    }

    // The acts. In each: `organization` is the acting account's, `account` acted, `time` is the block's, in Unix seconds.

    /// @param supersedes the version that ends here and is settled; 0 for none
    /// @param validUntil Unix seconds at which the version expires
    struct Issuance {
        uint32 version;
        uint32 supersedes;
        uint64 validUntil;
        bytes18 organization;
        address account;
        uint64 time;
        bytes32 reason;
    }

    /// @param version the issued version
    struct StatusChange {
        uint32 version;
        Status status;
        bytes18 organization;
        address account;
        uint64 time;
        bytes32 reason;
    }

    struct Settlement {
        uint32 version;
        address account;
        uint64 time;
    }

    struct Coding {
        bytes18 organization;
        address account;
        uint64 time;
        bytes code;
    }

    event RegistrationIssued(uint64 indexed index, RegistrationNumber indexed number, Issuance act);
    event RegistrationSuspended(uint64 indexed index, RegistrationNumber indexed number, StatusChange act);
    event RegistrationResumed(uint64 indexed index, RegistrationNumber indexed number, StatusChange act);
    /// @notice The registration ends; an open application for it lapses with it. So too when it is revoked.
    event RegistrationCancelled(uint64 indexed index, RegistrationNumber indexed number, StatusChange act);
    event RegistrationRevoked(uint64 indexed index, RegistrationNumber indexed number, StatusChange act);
    /// @notice The version's entries are no longer held.
    event RegistrationSettled(uint64 indexed index, RegistrationNumber indexed number, Settlement act);
    event NationalCodeAssigned(uint64 indexed index, RegistrationNumber indexed number, Coding act);

    error RegistryNothingToDo();
    error RegistrationUnknown(RegistrationNumber number);
    /// @notice The last version (or the issued one, where that is meant) is `version`; the caller expected `expected`.
    error RegistryVersionConflict(RegistrationNumber number, uint32 expected, uint32 version);
    /// @notice The step is not open to an application at this stage.
    error RegistryStageInvalid(RegistrationNumber number, uint32 version, Stage stage);
    error RegistryReasonMissing(RegistrationNumber number);
    error RegistryNoticeNotEnded(RegistrationNumber number, uint64 noticeEnd);
    error RegistryObjectionsOpen(RegistrationNumber number, uint32 version, uint16 objections);
    /// @notice The account that passed the review cannot issue.
    error RegistryReviewerIssues(RegistrationNumber number, address account);
    /// @notice The registration's status does not allow this.
    error RegistryStatusInvalid(RegistrationNumber number, Status status);
    /// @notice The version has not ended, or is settled.
    error RegistryNotToSettle(RegistrationNumber number, uint32 version);
    /// @notice The version is neither under notice nor the one in force, or has no open objection.
    error RegistryNotObjectionable(RegistrationNumber number, uint32 version);
    /// @notice Not 1–64 entries, or not in ascending order at `position`.
    error RegistryEntriesInvalid(RegistrationNumber number, uint256 count, uint256 position);
    /// @notice The end of a notice never moves earlier.
    error RegistryNoticeShortened(RegistrationNumber number, uint64 noticeEnd, uint64 stored);
    /// @notice A national code has 1–64 visible ASCII characters.
    error NationalCodeInvalid(RegistrationNumber number);
    /// @notice The national code belongs to another registration.
    error NationalCodeTaken(RegistrationNumber number, RegistrationNumber holder);
    /// @notice Only admitted modules draw up and amend versions and tell of objections.
    error RegistryUnauthorized(address caller);

    // Acts

    /// @notice Issues versions whose notice has ended without an open objection. Each is valid for the years that policy
    /// says, a renewal from the end of the term that it renews where that is still running; its predecessor is
    /// superseded and settled. A suspended registration is only followed by the correction that cites the objection
    /// for which it is suspended, which lifts the suspension. Caller: an ISSUER of the registrar, not the account that
    /// passed the review.
    function issue(Step[] calldata steps) external;
    /// @notice Suspends registrations in force, with a reason. Caller: a SUPERVISOR of the registrar or of the data
    /// authority. An upheld objection suspends too.
    function suspend(Step[] calldata steps) external;
    /// @notice Lifts suspensions, with a reason. Caller: a SUPERVISOR of the data authority; of the registrar where the
    /// data authority did not suspend.
    function resume(Step[] calldata steps) external;
    /// @notice Cancels registrations in force or suspended (注销), with a reason: the subject's request, or what is lost.
    /// Caller: an ISSUER of the registrar.
    function cancel(Step[] calldata steps) external;
    /// @notice Revokes registrations (撤销), expired ones too, with a reason. Caller: an ISSUER of the registrar.
    function revoke(Step[] calldata steps) external;
    /// @notice Releases the entries of versions that have ended: not issued and closed, expired, cancelled or revoked.
    /// Caller: anyone.
    function settle(Step[] calldata steps) external;
    /// @notice Assigns the national code, or replaces a wrong one, of registrations that were issued. Caller: an ISSUER
    /// or ACCEPTOR of the registrar.
    function assignNationalCodes(CodeAssignment[] calldata assignments) external;

    // What modules tell. Caller: an admitted module, whose own event tells of it

    /// @notice Draws up the next version of a registration, of a new one for number zero, and holds its entries.
    /// Caller: an admitted module, which has checked what {IApplications} says.
    /// @param drawn the version; `settled` is false, `stage` one of the open ones
    /// @param ids its entries, 1–64 active ones in ascending order
    function draw(RegistrationNumber number, Version calldata drawn, EntryId[] calldata ids)
        external
        returns (RegistrationNumber given, uint32 version);
    /// @notice Replaces the last version drawn up, while it is open and short of being issued. The end of its notice
    /// never moves earlier, its objections stay counted.
    function amend(RegistrationNumber number, uint32 version_, Version calldata drawn) external;
    /// @notice Counts one more open objection against a version under notice or in force.
    function mark(RegistrationNumber number, uint32 version) external;
    /// @notice Takes one open objection from a version.
    function unmark(RegistrationNumber number, uint32 version) external;
    /// @notice Takes one open objection from a version and lets it have its effect: a version under notice fails, one in
    /// force is suspended, one that has ended stays as it is. The objection can be cited from now on.
    function uphold(RegistrationNumber number, uint32 version, uint32 objection) external;

    // Reading

    /// @notice The head of a registration; `versions` 0 when unknown.
    function head(RegistrationNumber number) external view returns (Head memory);
    /// @notice One version, counting from 1; `stage` NONE when unknown.
    function version(RegistrationNumber number, uint32 version_) external view returns (Version memory);
    /// @notice Whether an objection against the registration was upheld, so that a correction can cite it.
    function upheld(RegistrationNumber number, uint32 objection) external view returns (bool);
    /// @notice The entries of a version.
    function entries(RegistrationNumber number, uint32 version_) external view returns (EntryId[] memory);
    /// @notice Statuses that the registration has had.
    function recordCount(RegistrationNumber number) external view returns (uint256);
    /// @notice One of them, `position` from 0.
    function record(RegistrationNumber number, uint256 position) external view returns (Record memory);
    /// @notice What a version was worth at a time, expiry and supersession taken into account; NONE before its issue.
    function statusAt(RegistrationNumber number, uint32 version_, uint64 time) external view returns (Status);
    /// @notice The registration that speaks for an entry at a time: the one issued last whose subject answers for the
    /// entry's provider ({IOrganizations.answersFor}); zero for none.
    function registrationOf(EntryId id, uint64 time) external view returns (RegistrationNumber);
    /// @notice Whether that registration was in force at the time with the entry in it.
    function isRegistered(EntryId id, uint64 time) external view returns (bool);
    /// @notice The national code of a registration; empty when none was assigned.
    function nationalCode(RegistrationNumber number) external view returns (bytes memory);
    /// @notice The registration that has a national code; zero when none has.
    function numberOf(bytes calldata code) external view returns (RegistrationNumber);
}
