// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrganizationRecords} from "./OrganizationRecords.sol";
import {RootActs} from "./RootActs.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {Acts} from "./libraries/Acts.sol";
import {Roles} from "./types/Roles.sol";

/// @title The implementation of {IOrganizations}, which is its manual: founding, and the acts of one account.
/// @dev Root acts are in {RootActs}, state, guards and effects in {OrganizationRecords}.
contract Organizations is RootActs {
    /// @notice Founds the ledger: the data authority and its first accounts, at least two of them ADMINs.
    /// @param journal_ a journal that names this contract as its government
    /// @param authority the data authority; kind, parent and sector authority are set here
    /// @param admins its first accounts
    constructor(IJournal journal_, NewOrganization memory authority, NewAccount[] memory admins)
        OrganizationRecords(journal_, authority.code)
    {
        require(journal_.organizations() == address(this), RootActUnauthorized(address(journal_)));
        authority.kind = KIND_DATA_AUTHORITY;
        authority.parent = 0;
        authority.sectorAuthority = 0;
        uint64 first = journal_.size();
        bytes32[] memory leaves = new bytes32[](1 + admins.length);
        leaves[0] = _addOrganization(first, authority, 0, msg.sender);
        for (uint256 i; i < admins.length; ++i) {
            require(admins[i].organization == authority.code, OrganizationUnknown(admins[i].organization));
            leaves[i + 1] = _addAccount(first + 1 + uint64(i), admins[i], 0, msg.sender);
        }
        require(dataAuthorityAdmins >= 2, DataAuthorityAdminsTooFew(dataAuthorityAdmins));
        journal_.append(first, leaves);
    }

    /// @inheritdoc IOrganizations
    function addOrganizations(NewOrganization[] calldata additions) external {
        (uint64 first, bytes32[] memory leaves) = _start(additions.length);
        for (uint256 i; i < additions.length; ++i) {
            NewOrganization memory addition = additions[i];
            require(addition.parent != 0, RootActRequired(addition.code));
            bytes18 sectorAuthority = _existing(addition.parent).sectorAuthority;
            (bytes18 own, uint32 roles) = effectiveRoles(msg.sender);
            require(roles & Roles.ADMIN != 0, AccountRoleMissing(msg.sender, Roles.ADMIN));
            require(own == addition.parent, AccountNotEntitled(msg.sender, addition.code));
            require(addition.kind != KIND_DATA_AUTHORITY, OrganizationKindInvalid(addition.code, addition.kind));
            require(addition.allowedRoles == 0, OrganizationRolesInvalid(addition.code, addition.allowedRoles));
            require(
                addition.sectorAuthority == 0 || addition.sectorAuthority == sectorAuthority,
                OrganizationSectorAuthorityInvalid(addition.code, addition.sectorAuthority)
            );
            leaves[i] = _addOrganization(first + uint64(i), addition, 0, msg.sender);
        }
        journal.append(first, leaves);
    }

    /// @inheritdoc IOrganizations
    function describeOrganizations(Description[] calldata descriptions) external {
        (uint64 first, bytes32[] memory leaves) = _start(descriptions.length);
        for (uint256 i; i < descriptions.length; ++i) {
            bytes18 code = descriptions[i].code;
            _requireAdministers(msg.sender, code);
            OrganizationDescription memory act =
                OrganizationDescription(msg.sender, uint64(block.timestamp), descriptions[i].content);
            uint64 index = first + uint64(i);
            emit OrganizationDescribed(index, code, act);
            leaves[i] = Acts.leaf(OrganizationDescribed.selector, _topic(index), bytes32(code), abi.encode(act));
        }
        journal.append(first, leaves);
    }

    /// @inheritdoc IOrganizations
    function suspendOrganizations(bytes18[] calldata codes, bytes32 reason) external {
        _requireOfDataAuthority(msg.sender, Roles.SUPERVISOR);
        (uint64 first, bytes32[] memory leaves) = _start(codes.length);
        Suspension memory act = Suspension(reason, msg.sender, uint64(block.timestamp));
        for (uint256 i; i < codes.length; ++i) {
            bytes18 code = codes[i];
            Organization storage subject = _existing(code);
            require(code != dataAuthority, RootActRequired(code)); // it could never be resumed
            require(!subject.suspended, OrganizationIsSuspended(code));
            subject.suspended = true;
            uint64 index = first + uint64(i);
            emit OrganizationSuspended(index, code, act);
            leaves[i] = Acts.leaf(OrganizationSuspended.selector, _topic(index), bytes32(code), abi.encode(act));
        }
        journal.append(first, leaves);
    }

    /// @inheritdoc IOrganizations
    function resumeOrganizations(bytes18[] calldata codes, bytes32 reason) external {
        _requireOfDataAuthority(msg.sender, Roles.SUPERVISOR);
        (uint64 first, bytes32[] memory leaves) = _start(codes.length);
        Suspension memory act = Suspension(reason, msg.sender, uint64(block.timestamp));
        for (uint256 i; i < codes.length; ++i) {
            bytes18 code = codes[i];
            Organization storage subject = _existing(code);
            require(subject.suspended, OrganizationNotSuspended(code));
            subject.suspended = false;
            uint64 index = first + uint64(i);
            emit OrganizationResumed(index, code, act);
            leaves[i] = Acts.leaf(OrganizationResumed.selector, _topic(index), bytes32(code), abi.encode(act));
        }
        journal.append(first, leaves);
    }

    /// @inheritdoc IOrganizations
    function addAccounts(NewAccount[] calldata additions) external {
        (uint64 first, bytes32[] memory leaves) = _start(additions.length);
        for (uint256 i; i < additions.length; ++i) {
            _requireAdministers(msg.sender, additions[i].organization);
            require(additions[i].organization != dataAuthority, RootActRequired(dataAuthority));
            leaves[i] = _addAccount(first + uint64(i), additions[i], 0, msg.sender);
        }
        journal.append(first, leaves);
    }

    /// @inheritdoc IOrganizations
    function rotateAccount(address subject, address successor) external {
        bytes18 code = _known(subject).organization;
        _requireAdministers(msg.sender, code);
        require(code != dataAuthority, RootActRequired(code));
        _rotate(subject, successor, 0, msg.sender);
    }

    /// @inheritdoc IOrganizations
    function revokeAccount(address subject, uint64 compromisedSince) external {
        bytes18 code = _known(subject).organization;
        _requireAdministers(msg.sender, code);
        require(code != dataAuthority, RootActRequired(code));
        _revoke(subject, compromisedSince, 0, msg.sender);
    }
}
