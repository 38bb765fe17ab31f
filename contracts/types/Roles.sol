// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The bits of a role set. An account's effective roles are its own ∩ its organization's allowed roles.
library Roles {
    /// @notice Accounts of the own organization and its children; children themselves.
    uint32 internal constant ADMIN = 1 << 0;
    /// @notice Catalog entries.
    uint32 internal constant PUBLISHER = 1 << 1;
    /// @notice Applications: apply, supplement, withdraw, change, correct, renew; objections.
    uint32 internal constant APPLICANT = 1 << 2;
    /// @notice Accept or refuse applications; file objections of persons without an account.
    uint32 internal constant ACCEPTOR = 1 << 3;
    /// @notice Review applications, open notices, decide objections.
    uint32 internal constant REVIEWER = 1 << 4;
    /// @notice Issue, cancel, revoke registrations.
    uint32 internal constant ISSUER = 1 << 5;
    /// @notice Plan, sign, terminate, delegate grants.
    uint32 internal constant GRANTOR = 1 << 6;
    /// @notice Approve and decide grants; the organization's kind says which step.
    uint32 internal constant APPROVER = 1 << 7;
    /// @notice Suspend, resume, decide overdue objections.
    uint32 internal constant SUPERVISOR = 1 << 8;

    uint32 internal constant ALL = (1 << 9) - 1;
    /// @notice REVIEWER and ISSUER never sit on one account.
    uint32 internal constant REVIEWER_AND_ISSUER = REVIEWER | ISSUER;
}
