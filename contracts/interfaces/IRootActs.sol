// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOrganizations} from "./IOrganizations.sol";
import {IPolicy} from "./IPolicy.sol";

/// @notice The language of proposals: a proposal's action is the call data of one of these functions.
/// Nothing implements them as functions; {IGoverned-enact} of the named target decodes them, so that any
/// explorer shows a proposal in plain terms.
interface IRootActs {
    /// @notice Target `Organizations`: adds organizations anywhere in the hierarchy, top organizations included.
    function addOrganizations(IOrganizations.NewOrganization[] calldata organizations) external;
    /// @notice Target `Organizations`: sets the roles that accounts of each organization can have.
    function allowRoles(IOrganizations.AllowedRoles[] calldata allowed) external;
    /// @notice Target `Organizations`: sets parent, sector authority and area code.
    function moveOrganizations(IOrganizations.Move[] calldata moves) external;
    /// @notice Target `Organizations`: adds accounts of the data authority.
    function addAccounts(IOrganizations.NewAccount[] calldata accounts) external;
    /// @notice Target `Organizations`: replaces the key of an account of the data authority.
    function rotateAccount(address account, address successor) external;
    /// @notice Target `Organizations`: ends an account of the data authority.
    function revokeAccount(address account, uint64 compromisedSince) external;
    /// @notice Target `Policy`: sets a new version of each parameter.
    function setParameters(IPolicy.NewParameter[] calldata parameters) external;
    /// @notice Target `Policy`: sets the working days of years; a year that has a calendar gets its next version.
    function setCalendars(IPolicy.NewCalendar[] calldata calendars) external;
    /// @notice Target `Journal`: admits modules.
    function admitModules(address[] calldata modules) external;
    /// @notice Target `Journal`: closes the journal for good, in favour of a successor deployment.
    function closeJournal() external;
}
