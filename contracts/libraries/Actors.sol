// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOrganizations} from "../interfaces/IOrganizations.sol";

/// @notice Who acts: the caller's organization and effective roles, read once for all elements of a transaction.
library Actors {
    /// @param organization code; zero for an account that may do nothing
    /// @param roles effective roles
    struct Actor {
        bytes18 organization;
        uint32 roles;
    }

    function caller(IOrganizations organizations) internal view returns (Actor memory actor) {
        (actor.organization, actor.roles) = organizations.effectiveRoles(msg.sender);
    }

    function requireRole(Actor memory actor, uint32 role) internal view {
        require(actor.roles & role != 0, IOrganizations.AccountRoleMissing(msg.sender, role));
    }

    /// @notice Requires the role at one organization.
    function requireOf(Actor memory actor, uint32 role, bytes18 organization) internal view {
        requireRole(actor, role);
        require(actor.organization == organization, IOrganizations.AccountNotEntitled(msg.sender, organization));
    }
}
