// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Organizations, their accounts and roles.
///
/// An account's effective roles are its own ∩ its organization's allowed roles; a suspended organization's accounts
/// have none. Only the data authority sets allowed roles. Root acts take two different ADMINs of the data authority:
/// one proposes, another confirms.
interface IOrganizations {
    /// @param parent code of the organization above; zero for a top organization
    /// @param kind 1 data authority, 2 district authority, 3 sector authority, 4 government department,
    /// 5 public institution, 6 registrar, 7 implementer, 8 operator, 9 enterprise, 10 auditor; 0 unknown organization
    /// @param area area code of 12 digits as a number (GB/T 2260 and its extension, 2+2+2+3+3 digits)
    /// @param allowedRoles the roles that its accounts can have
    /// @param suspended whether it acts on nothing
    /// @param sectorAuthority code of the organization whose PUBLISHER may sign for its entries; zero for none
    struct Organization {
        bytes18 parent;
        uint8 kind;
        uint40 area;
        uint32 allowedRoles;
        bool suspended;
        bytes18 sectorAuthority;
    }

    /// @param organization code of the organization it acts for; zero for an unknown account
    /// @param roles its own roles
    /// @param active false once rotated or revoked
    /// @param compromisedSince Unix seconds from which its acts are doubtful; zero when never said
    struct Account {
        bytes18 organization;
        uint32 roles;
        bool active;
        uint64 compromisedSince;
    }

    /// @param digest SHA-256 of (target, 20 bytes ‖ action)
    /// @param account the ADMIN who proposed
    /// @param settled whether it was confirmed
    struct Proposal {
        bytes32 digest;
        address account;
        bool settled;
    }

    /// @param code unified social credit code
    /// @param content canonical JSON: name, aliases
    struct NewOrganization {
        bytes18 code;
        bytes18 parent;
        uint8 kind;
        uint40 area;
        uint32 allowedRoles;
        bytes18 sectorAuthority;
        bytes content;
    }

    struct AllowedRoles {
        bytes18 code;
        uint32 roles;
    }

    struct Move {
        bytes18 code;
        bytes18 parent;
        bytes18 sectorAuthority;
        uint40 area;
    }

    struct Description {
        bytes18 code;
        bytes content;
    }

    struct NewAccount {
        address account;
        bytes18 organization;
        uint32 roles;
    }

    // The acts. In each: `proposal` is 0 where no proposal led to it, `account` acted, `time` is the block's, in Unix
    // seconds.

    struct OrganizationAddition {
        uint8 kind;
        uint40 area;
        uint32 allowedRoles;
        bytes18 sectorAuthority;
        uint64 proposal;
        address account;
        uint64 time;
        bytes content;
    }

    struct OrganizationDescription {
        address account;
        uint64 time;
        bytes content;
    }

    struct OrganizationMove {
        bytes18 sectorAuthority;
        uint40 area;
        uint64 proposal;
        address account;
        uint64 time;
    }

    struct RolesAllowance {
        uint32 roles;
        uint64 proposal;
        address account;
        uint64 time;
    }

    /// @param reason digest of the decision, 32 bytes
    struct Suspension {
        bytes32 reason;
        address account;
        uint64 time;
    }

    struct AccountAddition {
        uint32 roles;
        uint64 proposal;
        address account;
        uint64 time;
    }

    struct AccountRotation {
        bytes18 organization;
        uint64 proposal;
        address account;
        uint64 time;
    }

    struct AccountRevocation {
        uint64 compromisedSince;
        uint64 proposal;
        address account;
        uint64 time;
    }

    struct ProposalMaking {
        address account;
        uint64 time;
        bytes action;
    }

    event OrganizationAdded(
        uint64 indexed index, bytes18 indexed code, bytes18 indexed parent, OrganizationAddition act
    );
    event OrganizationDescribed(uint64 indexed index, bytes18 indexed code, OrganizationDescription act);
    event OrganizationMoved(uint64 indexed index, bytes18 indexed code, bytes18 indexed parent, OrganizationMove act);
    event RolesAllowed(uint64 indexed index, bytes18 indexed code, RolesAllowance act);
    event OrganizationSuspended(uint64 indexed index, bytes18 indexed code, Suspension act);
    event OrganizationResumed(uint64 indexed index, bytes18 indexed code, Suspension act);
    /// @param subject the account that was added
    event AccountAdded(
        uint64 indexed index, address indexed subject, bytes18 indexed organization, AccountAddition act
    );
    /// @param subject the account that ended
    /// @param successor the account that takes over its roles
    event AccountRotated(uint64 indexed index, address indexed subject, address indexed successor, AccountRotation act);
    /// @param subject the account that ended
    event AccountRevoked(
        uint64 indexed index, address indexed subject, bytes18 indexed organization, AccountRevocation act
    );
    /// @param target the contract that will carry it out
    event ProposalMade(uint64 indexed index, uint64 indexed proposal, address indexed target, ProposalMaking act);

    error OrganizationUnknown(bytes18 code);
    error OrganizationExists(bytes18 code);
    /// @notice Alphabet or check character of the code are wrong (GB 32100).
    error OrganizationCodeInvalid(bytes18 code);
    error OrganizationKindInvalid(bytes18 code, uint8 kind);
    /// @notice The area code has more than 12 digits or lies outside the parent's area.
    error OrganizationAreaInvalid(bytes18 code, uint40 area, uint40 parentArea);
    error OrganizationSectorAuthorityInvalid(bytes18 code, bytes18 sectorAuthority);
    /// @notice The parent is the data authority, the organization itself or one below it, or lies too deep.
    error OrganizationParentInvalid(bytes18 code, bytes18 parent);
    error OrganizationIsSuspended(bytes18 code);
    error OrganizationNotSuspended(bytes18 code);
    error OrganizationRolesInvalid(bytes18 code, uint32 roles);
    error AccountUnknown(address account);
    error AccountExists(address account);
    /// @notice The account was rotated or revoked.
    error AccountEnded(address account);
    error AccountCompromisedInFuture(address account, uint64 compromisedSince);
    /// @notice The account is no active account of an acting organization with the role.
    error AccountRoleMissing(address account, uint32 role);
    /// @notice The account's organization does not administer `code`, or is not the one that may act for it.
    error AccountNotEntitled(address account, bytes18 code);
    error AccountRolesInvalid(address account, uint32 roles, uint32 allowed);
    /// @notice The account's organization is neither the provider, its sector authority nor an ancestor.
    error PublisherNotEntitled(address account, bytes18 organization, bytes18 provider);
    error DataAuthorityAdminsTooFew(uint256 admins);
    /// @notice Only a confirmed proposal of two ADMINs of the data authority may do this.
    error RootActRequired(bytes18 code);
    error ProposalUnknown(uint64 proposal);
    error ProposalIsSettled(uint64 proposal);
    error ProposalNeedsAnotherAdmin(uint64 proposal, address account);
    error ProposalMismatch(uint64 proposal, bytes32 digest, bytes32 expected);
    /// @notice The target is neither this contract, the journal nor an admitted module.
    error ProposalTargetInvalid(address target);
    error NothingToDo();

    /// @notice Proposes a root act. Caller: an ADMIN of the data authority.
    /// @param target the contract that will carry it out: this one, the journal, or an admitted module
    /// @param action call data of a function of {IRootActs}
    function propose(address target, bytes calldata action) external returns (uint64 proposal);
    /// @notice Confirms a proposal and carries it out. Caller: another ADMIN of the data authority than the one
    /// who proposed, who must still be one.
    function confirm(uint64 proposal, address target, bytes calldata action) external;
    /// @notice Adds organizations below a parent. Caller: an ADMIN of each parent. They start without roles, and with
    /// no sector authority but the parent's.
    function addOrganizations(NewOrganization[] calldata additions) external;
    /// @notice Replaces the description of organizations. Caller: an ADMIN of the organization, its parent or the
    /// data authority.
    function describeOrganizations(Description[] calldata descriptions) external;
    /// @notice Suspends organizations. Caller: a SUPERVISOR of the data authority.
    function suspendOrganizations(bytes18[] calldata codes, bytes32 reason) external;
    /// @notice Resumes organizations. Caller: a SUPERVISOR of the data authority.
    function resumeOrganizations(bytes18[] calldata codes, bytes32 reason) external;
    /// @notice Adds accounts. Caller: an ADMIN of the organization, its parent or the data authority. An address is
    /// an account once and for one organization only.
    function addAccounts(NewAccount[] calldata additions) external;
    /// @notice Ends an account and gives its roles to a new one. Caller: as {addAccounts}.
    function rotateAccount(address account, address successor) external;
    /// @notice Ends an account. Its acts stay. Caller: as {addAccounts}. An account that ended can be revoked again to
    /// say since when it was compromised.
    /// @param compromisedSince Unix seconds from which its acts are doubtful, not in the future; zero when they are not
    function revokeAccount(address account, uint64 compromisedSince) external;

    /// @notice The organization; `kind` 0 when unknown.
    function organization(bytes18 code) external view returns (Organization memory);
    /// @notice The account; `organization` zero when unknown.
    function account(address subject) external view returns (Account memory);
    /// @notice The proposal; `account` zero when unknown.
    function proposal(uint64 number) external view returns (Proposal memory);
    /// @notice Proposals made so far; they count from 1.
    function proposals() external view returns (uint64);
    /// @notice Code of the data authority.
    function dataAuthority() external view returns (bytes18);
    /// @notice ADMINs of the data authority; never fewer than two.
    function dataAuthorityAdmins() external view returns (uint32);
    /// @notice The organization of an account and what it may do now; zeros for an ended account and at a suspended
    /// organization.
    function effectiveRoles(address subject) external view returns (bytes18 code, uint32 roles);
    /// @notice Whether an organization is the provider, its sector authority or an ancestor.
    function answersFor(bytes18 organization, bytes18 provider) external view returns (bool);
    /// @notice Whether an organization may act for a provider now: as {answersFor}, but for a suspended provider the data
    /// authority alone.
    function actsFor(bytes18 organization, bytes18 provider) external view returns (bool);
    /// @notice The organization for which `subject` may publish entries of `provider`; reverts when it may not.
    function publisherFor(address subject, bytes18 provider) external view returns (bytes18 submitter);
}
