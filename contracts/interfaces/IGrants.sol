// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGrantScope} from "./IGrantScope.sol";

/// @notice Authorization grants (授权), version by version: what is in force, over what, and what that is worth.
/// {IPlans} is the procedure that leads to a version; all that is known is kept here.
///
/// A grant is known by its number, from 1. OPERATE (授权运营) lets an operator offer products; it is not delegable.
/// SHARE (共享使用权限) lets a government unit use data for its duties, and can be delegated downwards: a child names its
/// parent. A grant is planned as version 1; each amendment or renewal is the next version, which replaces its
/// predecessor when it comes into force.
///
///     (plan, {IPlans}) ─► ACTIVE ⇄ SUSPENDED      ACTIVE, SUSPENDED ─► TERMINATED, REVOKED, EXITED, (EXPIRED)
///                                                 TERMINATED, REVOKED, EXITED, EXPIRED ─► CLOSED
///
/// EXPIRED is never stored. Whether a grant covers an entry is evaluated on reading, at the grant and at every ancestor:
/// so suspending, revoking or narrowing an ancestor reaches all its descendants at once, at the same cost however many
/// there are.
interface IGrants is IGrantScope {
    /// @notice OPERATE 授权运营, SHARE 共享使用权限.
    enum Kind {
        NONE,
        OPERATE,
        SHARE
    }

    /// @notice How an OPERATE grant is cut (整体, 分领域, 依场景授权); NONE for SHARE.
    enum Mode {
        NONE,
        OVERALL,
        SECTOR,
        SCENARIO
    }

    /// @notice What led to a version: 首次, 变更, 续期.
    enum Basis {
        NONE,
        FIRST,
        AMENDMENT,
        RENEWAL
    }

    /// @notice What a grant is worth. EXPIRED is never stored.
    enum Status {
        NONE,
        ACTIVE,
        SUSPENDED,
        TERMINATED,
        REVOKED,
        EXITED,
        CLOSED,
        EXPIRED
    }

    /// @notice Who and what for; the same for all versions of a grant.
    /// @dev Three slots.
    /// @param grantor code of the authorizing body (授权主体)
    /// @param kind OPERATE or SHARE
    /// @param mode how an OPERATE grant is cut
    /// @param parent the grant that this one is delegated from; 0 for none
    /// @param depth delegations between this grant and the root; 0 for a root
    /// @param implementer code of the implementing body (实施机构); zero for SHARE
    /// @param grantee code of the operator (OPERATE) or of the government unit (SHARE)
    struct Grant {
        bytes18 grantor;
        Kind kind;
        Mode mode;
        uint32 parent;
        uint8 depth;
        bytes18 implementer;
        bytes18 grantee;
    }

    /// @notice What a version grants, apart from its scope; one slot.
    /// @param start Unix seconds from which it can be in force; for a renewal the end of the term that it renews
    /// @param end Unix seconds at which it expires
    /// @param area area code whose data it is about
    /// @param level highest level of data, 1–4
    /// @param exportLevel highest level of data that may be exported, by policy when it was planned
    /// @param purposes bit set: 1 duty 依法履职, 2 governance 公共治理, 4 public good 公益事业, 8 industry 产业发展, 16 sector 行业发展
    /// @param delegations how many times it can be delegated on, 0–3
    struct Terms {
        uint64 start;
        uint64 end;
        uint40 area;
        uint8 level;
        uint8 exportLevel;
        uint8 purposes;
        uint8 delegations;
    }

    /// @dev Four slots: `contentDigest` first, then `scopeDigest`, then the counts, then the terms.
    /// @param contentDigest SHA-256 of the plan's content
    /// @param scopeDigest of all that was listed, in order, each SHA-256(digest before, 32 bytes ‖ abi.encode(element));
    /// 0 where nothing is
    /// @param basis what led to the version
    /// @param scopeOf the version whose scope counts: itself, or for a renewal that of its predecessor
    /// @param scopeCount entries or providers listed
    /// @param heldCount entries that are held
    /// @param open whether it is drawn up, and neither in force nor dropped yet
    struct Version {
        bytes32 contentDigest;
        bytes32 scopeDigest;
        Basis basis;
        uint32 scopeOf;
        uint32 scopeCount;
        uint32 heldCount;
        bool open;
        Terms terms;
    }

    /// @dev One slot.
    /// @param versions the last version drawn up; 0 when the number is unknown
    /// @param current the version that came into force last; 0 when none did
    /// @param status stored status of `current`
    /// @param suspendedByAuthority whether the data authority suspended it, which then alone resumes it
    /// @param from Unix seconds from which `current` is in force
    /// @param until Unix seconds at which `current` expires
    struct Head {
        uint32 versions;
        uint32 current;
        Status status;
        bool suspendedByAuthority;
        uint64 from;
        uint64 until;
    }

    /// @notice What held from `time` on; one slot.
    /// @param time Unix seconds
    /// @param from Unix seconds from which `version` is in force
    /// @param until Unix seconds at which `version` expires
    struct Record {
        uint64 time;
        uint64 from;
        uint64 until;
        uint32 version;
        Status status;
    }

    /// @param version the version in force, or for {settle} the version that is meant
    /// @param reason digest of the document that gives the reasons, or that proves return or destruction
    struct Step {
        uint32 grant;
        uint32 version;
        bytes32 reason;
    }

    // The acts. In each: `organization` is the acting account's, `account` acted, `time` is the block's, in Unix seconds.

    /// @param version the version in force
    struct StatusChange {
        uint32 version;
        Status status;
        bytes18 organization;
        address account;
        uint64 time;
        bytes32 reason;
    }

    event GrantSuspended(uint64 indexed index, uint32 indexed grant, StatusChange act);
    event GrantResumed(uint64 indexed index, uint32 indexed grant, StatusChange act);
    /// @notice Ended by agreement (协议终止). An open version is dropped with it; so too below.
    event GrantTerminated(uint64 indexed index, uint32 indexed grant, StatusChange act);
    /// @notice Ended for breach (违约收回).
    event GrantRevoked(uint64 indexed index, uint32 indexed grant, StatusChange act);
    /// @notice Given up by the grantee (主动退出).
    event GrantExited(uint64 indexed index, uint32 indexed grant, StatusChange act);
    /// @notice Data returned or destroyed (清退完成).
    event GrantClosed(uint64 indexed index, uint32 indexed grant, StatusChange act);

    error GrantNothingToDo();
    error GrantUnknown(uint32 grant);
    /// @notice The version in force (or the last one, where that is meant) is `version`; the caller expected `expected`.
    error GrantVersionConflict(uint32 grant, uint32 expected, uint32 version);
    /// @notice The grant's status does not allow this.
    error GrantStatusInvalid(uint32 grant, Status status);
    error GrantReasonMissing(uint32 grant);
    /// @notice The organization, grantor or grantee, was suspended before the version could come into force.
    error GrantPartySuspended(uint32 grant, bytes18 organization);
    /// @notice The version is open: one is drawn up at a time.
    error GrantStillOpen(uint32 grant, uint32 version);
    /// @notice The version is not open.
    error GrantNotOpen(uint32 grant, uint32 version);
    /// @notice Only admitted modules draw up, list, put into force and drop.
    error GrantsUnauthorized(address caller);

    // Acts

    /// @notice Suspends grants in force, with a reason. Caller: a SUPERVISOR of the grantor, the implementing body or
    /// the data authority.
    function suspend(Step[] calldata steps) external;
    /// @notice Lifts suspensions, with a reason. Caller: a SUPERVISOR of the data authority; of the grantor or the
    /// implementing body where the data authority did not suspend.
    function resume(Step[] calldata steps) external;
    /// @notice Ends grants in force or suspended by agreement; the reason is the agreement's digest. Caller: a GRANTOR
    /// of the grantor.
    function terminate(Step[] calldata steps) external;
    /// @notice Ends grants in force or suspended for breach. Caller: a GRANTOR of the grantor.
    function revoke(Step[] calldata steps) external;
    /// @notice Gives up grants in force or suspended. Caller: an APPLICANT of the grantee.
    function exit(Step[] calldata steps) external;
    /// @notice Closes out grants that have ended, expired ones too; the reason is the digest of the proof that data was
    /// returned or destroyed. Caller: a GRANTOR of the grantor.
    function close(Step[] calldata steps) external;

    // What modules tell. Caller: an admitted module, whose own event tells of it

    /// @notice Draws up the next version of a grant, version 1 of a new one for number 0.
    /// @param identity what a new grant is; ignored otherwise
    /// @dev `scopeOf` of a renewal is that of the version in force.
    function draw(uint32 number, Grant calldata identity, Basis basis, bytes32 contentDigest, Terms calldata terms_)
        external
        returns (uint32 given, uint32 version);
    /// @notice Puts an open version into force: a first one from the later of now and its start, others from the later
    /// of now and the start of the version in force.
    /// @dev Refused unless the grant is without status (version 1) or ACTIVE and not expired, and the term has not ended.
    function enter(uint32 grant, uint32 version) external returns (uint64 from);
    /// @notice Drops an open version: it never comes into force.
    function drop(uint32 grant, uint32 version) external;

    // Reading

    /// @notice Grants known so far; they count from 1.
    function grants() external view returns (uint32);
    /// @notice Who and what for; `kind` NONE when unknown.
    function grant(uint32 number) external view returns (Grant memory);
    /// @notice The head of a grant; `versions` 0 when unknown.
    function head(uint32 number) external view returns (Head memory);
    /// @notice One version, counting from 1; `basis` NONE when unknown.
    function version(uint32 number, uint32 version_) external view returns (Version memory);
    /// @notice Statuses that the grant has had.
    function recordCount(uint32 number) external view returns (uint256);
    /// @notice One of them, `position` from 0.
    function record(uint32 number, uint256 position) external view returns (Record memory);
    /// @notice What a grant alone was worth at a time, and the version that was; ancestors and its start left out.
    function statusAt(uint32 number, uint64 time) external view returns (Status status, uint32 version_);
    /// @notice Whether a grant and all its ancestors were in force at a time.
    function isEffective(uint32 number, uint64 time) external view returns (bool);
}
