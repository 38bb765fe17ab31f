// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJournal} from "./interfaces/IJournal.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {Acts} from "./libraries/Acts.sol";
import {AreaCode} from "./types/AreaCode.sol";
import {OrganizationCode} from "./types/OrganizationCode.sol";
import {Roles} from "./types/Roles.sol";

/// @title What {IOrganizations} keeps: its state, who may read and change it, and each change with its act.
abstract contract OrganizationRecords is IOrganizations {
    uint8 internal constant KIND_DATA_AUTHORITY = 1;
    uint8 internal constant KIND_LAST = 10;
    /// @dev Bounds every walk up the hierarchy; 市→区→街道→社区 and room for sub-bodies.
    uint256 internal constant DEPTH_LIMIT = 8;

    IJournal public immutable journal;
    /// @inheritdoc IOrganizations
    bytes18 public immutable dataAuthority;

    mapping(bytes18 code => Organization) internal _organizations;
    mapping(address account => Account) internal _accounts;
    mapping(uint64 proposal => Proposal) internal _proposals;
    /// @inheritdoc IOrganizations
    uint64 public proposals;
    /// @inheritdoc IOrganizations
    uint32 public dataAuthorityAdmins;

    constructor(IJournal journal_, bytes18 dataAuthority_) {
        journal = journal_;
        dataAuthority = dataAuthority_;
    }

    // Reading

    /// @inheritdoc IOrganizations
    function organization(bytes18 code) external view returns (Organization memory) {
        return _organizations[code];
    }

    /// @inheritdoc IOrganizations
    function account(address subject) external view returns (Account memory) {
        return _accounts[subject];
    }

    /// @inheritdoc IOrganizations
    function proposal(uint64 number) external view returns (Proposal memory) {
        return _proposals[number];
    }

    /// @inheritdoc IOrganizations
    function effectiveRoles(address subject) public view returns (bytes18 code, uint32 roles) {
        Account storage known = _accounts[subject];
        if (!known.active) return (0, 0);
        Organization storage own = _organizations[known.organization];
        if (own.suspended) return (0, 0);
        return (known.organization, known.roles & own.allowedRoles);
    }

    /// @inheritdoc IOrganizations
    function answersFor(bytes18 code, bytes18 provider) public view returns (bool) {
        Organization storage holder = _organizations[provider];
        if (code == 0 || holder.kind == 0) return false;
        if (code == provider || code == holder.sectorAuthority) return true;
        bytes18 above = holder.parent;
        for (uint256 depth; depth < DEPTH_LIMIT && above != 0; ++depth) {
            if (above == code) return true;
            above = _organizations[above].parent;
        }
        return false;
    }

    /// @inheritdoc IOrganizations
    function actsFor(bytes18 code, bytes18 provider) public view returns (bool) {
        return _organizations[provider].suspended ? code == dataAuthority : answersFor(code, provider);
    }

    /// @inheritdoc IOrganizations
    function publisherFor(address subject, bytes18 provider) external view returns (bytes18 submitter) {
        uint32 roles;
        (submitter, roles) = effectiveRoles(subject);
        require(roles & Roles.PUBLISHER != 0, AccountRoleMissing(subject, Roles.PUBLISHER));
        bool suspended = _existing(provider).suspended;
        if (actsFor(submitter, provider)) return submitter;
        require(!suspended, OrganizationIsSuspended(provider));
        revert PublisherNotEntitled(subject, submitter, provider);
    }

    // Guards

    function _requireOfDataAuthority(address subject, uint32 role) internal view {
        (bytes18 own, uint32 roles) = effectiveRoles(subject);
        require(own == dataAuthority && roles & role != 0, AccountRoleMissing(subject, role));
    }

    /// @dev An ADMIN administers its own organization, its children, and, at the data authority, every one.
    function _requireAdministers(address subject, bytes18 code) internal view {
        (bytes18 own, uint32 roles) = effectiveRoles(subject);
        require(roles & Roles.ADMIN != 0, AccountRoleMissing(subject, Roles.ADMIN));
        bytes18 parent = _existing(code).parent;
        require(own == code || own == parent || own == dataAuthority, AccountNotEntitled(subject, code));
    }

    function _existing(bytes18 code) internal view returns (Organization storage found) {
        found = _organizations[code];
        require(found.kind != 0, OrganizationUnknown(code));
    }

    function _known(address subject) internal view returns (Account storage found) {
        found = _accounts[subject];
        require(found.organization != 0, AccountUnknown(subject));
    }

    /// @dev Walks up from the new parent: it must end at a top organization without meeting `code`.
    function _checkPlace(bytes18 code, bytes18 parent, uint40 area, bytes18 sectorAuthority) internal view {
        require(
            sectorAuthority == 0 || (sectorAuthority != code && _organizations[sectorAuthority].kind != 0),
            OrganizationSectorAuthorityInvalid(code, sectorAuthority)
        );
        uint40 parentArea = parent == 0 ? area : _existing(parent).area;
        require(AreaCode.contains(parentArea, area), OrganizationAreaInvalid(code, area, parentArea));
        require(parent == 0 || parent != dataAuthority, OrganizationParentInvalid(code, parent));
        bytes18 above = parent;
        for (uint256 depth = 1; above != 0; ++depth) {
            require(above != code && depth < DEPTH_LIMIT, OrganizationParentInvalid(code, parent));
            above = _organizations[above].parent;
        }
    }

    // Effects: one act each

    function _addOrganization(uint64 index, NewOrganization memory addition, uint64 number, address actor)
        internal
        returns (bytes32)
    {
        bytes18 code = addition.code;
        require(OrganizationCode.isValid(code), OrganizationCodeInvalid(code));
        require(_organizations[code].kind == 0, OrganizationExists(code));
        require(addition.kind != 0 && addition.kind <= KIND_LAST, OrganizationKindInvalid(code, addition.kind));
        require(addition.allowedRoles & ~Roles.ALL == 0, OrganizationRolesInvalid(code, addition.allowedRoles));
        _checkPlace(code, addition.parent, addition.area, addition.sectorAuthority);
        _organizations[code] = Organization({
            parent: addition.parent,
            kind: addition.kind,
            area: addition.area,
            allowedRoles: addition.allowedRoles,
            suspended: false,
            sectorAuthority: addition.sectorAuthority
        });
        OrganizationAddition memory act = OrganizationAddition({
            kind: addition.kind,
            area: addition.area,
            allowedRoles: addition.allowedRoles,
            sectorAuthority: addition.sectorAuthority,
            proposal: number,
            account: actor,
            time: uint64(block.timestamp),
            content: addition.content
        });
        emit OrganizationAdded(index, code, addition.parent, act);
        return
            Acts.leaf(
                OrganizationAdded.selector, _topic(index), bytes32(code), bytes32(addition.parent), abi.encode(act)
            );
    }

    function _addAccount(uint64 index, NewAccount memory addition, uint64 number, address actor)
        internal
        returns (bytes32)
    {
        address subject = addition.account;
        bytes18 code = addition.organization;
        uint32 allowed = _existing(code).allowedRoles;
        require(subject != address(0) && _accounts[subject].organization == 0, AccountExists(subject));
        require(
            addition.roles != 0 && addition.roles & ~allowed == 0
                && addition.roles & Roles.REVIEWER_AND_ISSUER != Roles.REVIEWER_AND_ISSUER,
            AccountRolesInvalid(subject, addition.roles, allowed)
        );
        _accounts[subject] = Account(code, addition.roles, true, 0);
        if (code == dataAuthority && addition.roles & Roles.ADMIN != 0) ++dataAuthorityAdmins;
        AccountAddition memory act = AccountAddition(addition.roles, number, actor, uint64(block.timestamp));
        emit AccountAdded(index, subject, code, act);
        return Acts.leaf(
            AccountAdded.selector, _topic(index), bytes32(uint256(uint160(subject))), bytes32(code), abi.encode(act)
        );
    }

    function _rotate(address subject, address successor, uint64 number, address actor) internal {
        Account storage ended = _accounts[subject];
        require(ended.active, AccountEnded(subject));
        require(successor != address(0) && _accounts[successor].organization == 0, AccountExists(successor));
        ended.active = false;
        _accounts[successor] = Account(ended.organization, ended.roles, true, 0);
        AccountRotation memory act = AccountRotation(ended.organization, number, actor, uint64(block.timestamp));
        uint64 index = journal.size();
        emit AccountRotated(index, subject, successor, act);
        _append(
            index,
            Acts.leaf(
                AccountRotated.selector,
                _topic(index),
                bytes32(uint256(uint160(subject))),
                bytes32(uint256(uint160(successor))),
                abi.encode(act)
            )
        );
    }

    function _revoke(address subject, uint64 compromisedSince, uint64 number, address actor) internal {
        Account storage ended = _accounts[subject];
        // A key that was rotated or revoked can turn out stolen later: then it is revoked again, to say since when.
        require(ended.active || compromisedSince != 0, AccountEnded(subject));
        require(compromisedSince <= block.timestamp, AccountCompromisedInFuture(subject, compromisedSince));
        bool wasAdmin = ended.active && ended.organization == dataAuthority && ended.roles & Roles.ADMIN != 0;
        ended.active = false;
        ended.compromisedSince = compromisedSince;
        if (wasAdmin) {
            --dataAuthorityAdmins;
            require(dataAuthorityAdmins >= 2, DataAuthorityAdminsTooFew(dataAuthorityAdmins));
        }
        AccountRevocation memory act = AccountRevocation(compromisedSince, number, actor, uint64(block.timestamp));
        uint64 index = journal.size();
        emit AccountRevoked(index, subject, ended.organization, act);
        _append(
            index,
            Acts.leaf(
                AccountRevoked.selector,
                _topic(index),
                bytes32(uint256(uint160(subject))),
                bytes32(ended.organization),
                abi.encode(act)
            )
        );
    }

    // Journal

    function _start(uint256 count) internal view returns (uint64 first, bytes32[] memory leaves) {
        require(count > 0, NothingToDo());
        return (journal.size(), new bytes32[](count));
    }

    function _append(uint64 first, bytes32 leaf) internal {
        bytes32[] memory leaves = new bytes32[](1);
        leaves[0] = leaf;
        journal.append(first, leaves);
    }

    function _topic(uint64 value) internal pure returns (bytes32) {
        return bytes32(uint256(value));
    }
}
