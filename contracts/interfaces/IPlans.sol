// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGrants} from "./IGrants.sol";

/// @notice The procedure that leads to a version of a grant: plan (实施方案) → scope → approvals → in force.
///
///     PLAN ─► REVIEW ─► ENTERED                     PLAN, REVIEW ─► REFUSED, WITHDRAWN
///
/// Scope is listed while a version is a PLAN. Every approval names the count and the digest of the scope, so that the
/// first one freezes it and none can mean another. Which approvals a version needs is a parameter by kind
/// (`operate_approvals`, `share_approvals`, `delegation_approvals`, bit sets of {Approval}), read when it is planned.
/// They are taken in the order of {Approval}; consents at any time before the signature. An account takes one approval of
/// a version. With the last one the version enters into force.
interface IPlans {
    /// @notice IMPLEMENTATION 实施机构审核, AUTHORITY 数据主管部门审核, DECISION 集体决策 (三重一大), CONSENT 提供单位同意,
    /// SIGNATURE 授权主体签署, COUNTERSIGNATURE 被授权方签署. Approval n is bit n of a set.
    enum Approval {
        IMPLEMENTATION,
        AUTHORITY,
        DECISION,
        CONSENT,
        SIGNATURE,
        COUNTERSIGNATURE
    }

    /// @notice How far the procedure of a version came.
    enum Stage {
        NONE,
        PLAN,
        REVIEW,
        ENTERED,
        REFUSED,
        WITHDRAWN
    }

    /// @dev Two slots.
    /// @param stage how far it came
    /// @param required bit set of approvals that it needs
    /// @param taken bit set of approvals that it has; CONSENT once every other provider has consented
    /// @param consentsMissing providers other than the grantor that are listed and have not consented
    /// @param agreement digest of the agreement that was signed; zero before
    struct Plan {
        Stage stage;
        uint8 required;
        uint8 taken;
        uint32 consentsMissing;
        bytes32 agreement;
    }

    /// @notice Who took an approval; one slot.
    struct Taken {
        address account;
        uint64 time;
    }

    /// @param parent the grant that is delegated; 0 for a root
    /// @param implementer implementing body of an OPERATE grant, no operator, enterprise or auditor; zero for SHARE
    /// @param start Unix seconds
    /// @param end Unix seconds; for OPERATE at most `grant_term_years` calendar years after `start`
    /// @param content canonical JSON: title, zone, scene, conditions
    struct NewGrant {
        IGrants.Kind kind;
        IGrants.Mode mode;
        uint32 parent;
        bytes18 implementer;
        bytes18 grantee;
        uint64 start;
        uint64 end;
        uint40 area;
        uint8 level;
        uint8 purposes;
        uint8 delegations;
        bytes content;
    }

    /// @notice A new version with other terms and a scope of its own; it keeps the start of the version in force.
    /// @param expectedVersion the last version drawn up
    struct Amendment {
        uint32 grant;
        uint32 expectedVersion;
        uint64 end;
        uint40 area;
        uint8 level;
        uint8 purposes;
        uint8 delegations;
        bytes content;
    }

    /// @notice A new version with another end, from the end of the version in force; scope and other terms stay.
    /// @param expectedVersion the last version drawn up
    struct Renewal {
        uint32 grant;
        uint32 expectedVersion;
        uint64 end;
        bytes content;
    }

    /// @param version the last version drawn up
    /// @param scopeCount of the version whose scope counts, as the signer saw it
    /// @param scopeDigest of the version whose scope counts, as the signer saw it
    /// @param provider whose consent it is; zero for other approvals
    /// @param document digest of the decision's minutes (DECISION), of the agreement (both signatures), of the opinion or
    /// the letter of consent (otherwise)
    /// @param date local day of the collective decision, days since 1 January 1970; 0 for other approvals
    struct NewApproval {
        uint32 grant;
        uint32 version;
        Approval approval;
        uint32 scopeCount;
        bytes32 scopeDigest;
        bytes18 provider;
        bytes32 document;
        uint32 date;
    }

    /// @param version the last version drawn up
    /// @param provider whose consent is refused; zero for other approvals
    /// @param reason digest of the document that gives the reasons
    struct Refusal {
        uint32 grant;
        uint32 version;
        Approval approval;
        bytes18 provider;
        bytes32 reason;
    }

    // The acts. In each: `organization` is the acting account's, `account` acted, `time` is the block's, in Unix seconds.

    /// @param required bit set of approvals that the version needs
    struct Planning {
        uint32 version;
        IGrants.Basis basis;
        IGrants.Kind kind;
        IGrants.Mode mode;
        uint32 parent;
        bytes18 implementer;
        IGrants.Terms terms;
        uint8 required;
        bytes18 organization;
        address account;
        uint64 time;
        bytes content;
    }

    /// @param scopeCount entries listed, these included
    /// @param scopeDigest digest of the scope, these included
    struct EntryListing {
        uint32 version;
        uint32 scopeCount;
        bytes32 scopeDigest;
        bytes18 organization;
        address account;
        uint64 time;
        IGrants.EntryScope[] entries;
    }

    /// @param scopeCount providers listed, these included
    /// @param scopeDigest digest of the scope, these included
    struct ProviderListing {
        uint32 version;
        uint32 scopeCount;
        bytes32 scopeDigest;
        bytes18 organization;
        address account;
        uint64 time;
        IGrants.ProviderScope[] providers;
    }

    /// @param entered whether the version came into force with this approval
    /// @param from Unix seconds from which it is in force; 0 where it is not
    struct ApprovalTaking {
        uint32 version;
        Approval approval;
        uint32 scopeCount;
        bytes32 scopeDigest;
        bytes18 provider;
        bytes32 document;
        uint32 date;
        bool entered;
        uint64 from;
        bytes18 organization;
        address account;
        uint64 time;
    }

    /// @param approval what was refused
    /// @param provider whose consent was refused; zero for other approvals
    struct PlanRefusal {
        uint32 version;
        Approval approval;
        bytes18 provider;
        bytes18 organization;
        address account;
        uint64 time;
        bytes32 reason;
    }

    struct PlanWithdrawal {
        uint32 version;
        bytes18 organization;
        address account;
        uint64 time;
        bytes32 reason;
    }

    event GrantPlanned(uint64 indexed index, uint32 indexed grant, bytes18 indexed grantee, Planning act);
    event GrantScoped(uint64 indexed index, uint32 indexed grant, EntryListing act);
    event GrantProvidersScoped(uint64 indexed index, uint32 indexed grant, ProviderListing act);
    event GrantApproved(uint64 indexed index, uint32 indexed grant, ApprovalTaking act);
    event GrantRefused(uint64 indexed index, uint32 indexed grant, PlanRefusal act);
    event GrantWithdrawn(uint64 indexed index, uint32 indexed grant, PlanWithdrawal act);

    error PlansNothingToDo();
    /// @notice Kind, mode, parent and implementing body do not fit together, or the grantee is of the wrong kind.
    error PlanKindInvalid(uint256 item, IGrants.Kind kind, IGrants.Mode mode);
    /// @notice The organization is unknown or suspended, or of a kind that cannot take this part.
    error PlanPartyInvalid(uint256 item, bytes18 organization);
    error PlanContentEmpty(uint256 item);
    /// @notice The term is empty, over, or longer than policy or the parent allow: it must end by `latest`.
    error PlanTermInvalid(uint256 item, uint64 start, uint64 end, uint64 latest);
    /// @notice Level, purposes or delegations are no values of this kind, or more than the parent has.
    error PlanTermsInvalid(uint256 item, uint8 level, uint8 purposes, uint8 delegations);
    /// @notice The area is none, or not inside the parent's and around the grantee's.
    error PlanAreaInvalid(uint256 item, uint40 area, uint40 parentArea);
    /// @notice The parent is no SHARE grant in force to the caller's organization, or cannot be delegated further.
    error PlanParentInvalid(uint256 item, uint32 parent);
    /// @notice The policy's approvals for this kind are no bit set of {Approval}, or lack the signature.
    error PlanApprovalsInvalid(uint128 value);
    /// @notice The version is not at a stage that allows this.
    error PlanStageInvalid(uint32 grant, uint32 version, Stage stage);
    /// @notice An OVERALL grant lists providers, any other lists entries; nothing empty, nothing of this renewal.
    error PlanScopeKindInvalid(uint32 grant, uint32 version);
    /// @notice Operations, items, version or level of the element are no values, or the provider is unknown.
    error PlanScopeInvalid(uint32 grant, bytes32 key);
    /// @notice The signer saw another scope, or there is none.
    error PlanScopeChanged(uint32 grant, uint32 scopeCount, bytes32 scopeDigest);
    /// @notice The approval is not needed, was taken, or an earlier one is missing.
    error PlanApprovalInvalid(uint32 grant, Approval approval, uint8 required, uint8 taken);
    /// @notice The account took another approval of this version.
    error PlanAccountRepeated(uint32 grant, address account);
    /// @notice The provider has consented, is the grantor, or has nothing in the scope.
    error PlanConsentInvalid(uint32 grant, bytes18 provider);
    /// @notice A document is missing, or the countersigned agreement is another than the signed one.
    error PlanDocumentInvalid(uint32 grant, bytes32 document);
    /// @notice The day of the decision is missing or lies ahead.
    error PlanDateInvalid(uint32 grant, uint32 date);

    /// @notice Plans grants; with a parent, delegates them. Caller: a GRANTOR, whose organization becomes the grantor:
    /// for OPERATE a data, district or sector authority; for a child the grantee of its parent.
    function plan(NewGrant[] calldata fresh) external returns (uint32 first);
    /// @notice Plans amended versions of grants in force. Caller: a GRANTOR of the grantor.
    function amend(Amendment[] calldata amendments) external;
    /// @notice Plans renewed versions of grants in force, whose own term has begun. Caller: a GRANTOR of the grantor.
    function renew(Renewal[] calldata renewals) external;
    /// @notice Lists entries in the scope of a plan: one act. Caller: a GRANTOR of the grantor.
    function scope(uint32 grant, uint32 version, IGrants.EntryScope[] calldata entries) external;
    /// @notice Lists providers in the scope of an OVERALL plan: one act. Caller: a GRANTOR of the grantor.
    function scopeProviders(uint32 grant, uint32 version, IGrants.ProviderScope[] calldata providers) external;
    /// @notice Takes approvals. Caller: IMPLEMENTATION an APPROVER of the implementing body; AUTHORITY an APPROVER of the
    /// data authority; DECISION an APPROVER of the grantor; CONSENT a GRANTOR of another organization than the
    /// grantor that may act for the provider ({IOrganizations.actsFor}); SIGNATURE a GRANTOR of the grantor;
    /// COUNTERSIGNATURE an APPLICANT of the grantee.
    function approve(NewApproval[] calldata approvals) external;
    /// @notice Refuses versions, with a reason. Caller: who could take an approval that is still missing.
    function refuse(Refusal[] calldata refusals) external;
    /// @notice Withdraws versions that have not entered into force; the reason may be zero. Caller: a GRANTOR of the
    /// grantor, or a SUPERVISOR of the data authority.
    function withdraw(IGrants.Step[] calldata steps) external;

    /// @notice How far the procedure of a version came; `stage` NONE when unknown.
    function procedure(uint32 grant, uint32 version) external view returns (Plan memory);
    /// @notice Who took an approval of a version; `account` zero when nobody did. Not for consents.
    function approvalOf(uint32 grant, uint32 version, Approval approval) external view returns (Taken memory);
    /// @notice Who consented for a provider; `account` zero when nobody did.
    function consentOf(uint32 grant, uint32 version, bytes18 provider) external view returns (Taken memory);
}
