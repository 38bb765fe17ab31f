// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGoverned} from "./interfaces/IGoverned.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {IRootActs} from "./interfaces/IRootActs.sol";
import {Acts} from "./libraries/Acts.sol";
import {AreaCode} from "./types/AreaCode.sol";
import {OrganizationCode} from "./types/OrganizationCode.sol";
import {Roles} from "./types/Roles.sol";

/// @title The implementation of {IOrganizations}, which is its manual.
contract Organizations is IOrganizations, IGoverned {
    uint8 private constant KIND_DATA_AUTHORITY = 1;
    uint8 private constant KIND_LAST = 10;
    /// @dev Bounds every walk up the hierarchy; 市→区→街道→社区 and room for sub-bodies.
    uint256 private constant DEPTH_LIMIT = 8;

    IJournal public immutable journal;
    /// @inheritdoc IOrganizations
    bytes18 public immutable dataAuthority;

    mapping(bytes18 code => Organization) private _organizations;
    mapping(address account => Account) private _accounts;
    mapping(uint64 proposal => Proposal) private _proposals;
    /// @inheritdoc IOrganizations
    uint64 public proposals;
    /// @inheritdoc IOrganizations
    uint32 public dataAuthorityAdmins;

    /// @notice Founds the ledger: the data authority and its first accounts, at least two of them ADMINs.
    /// @param journal_ a journal that names this contract as its government
    /// @param authority the data authority; kind, parent and sector authority are set here
    /// @param admins its first accounts
    constructor(IJournal journal_, NewOrganization memory authority, NewAccount[] memory admins) {
        require(journal_.organizations() == address(this), RootActUnauthorized(address(journal_)));
        journal = journal_;
        dataAuthority = authority.code;
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

    // Root acts

    /// @inheritdoc IOrganizations
    function propose(address target, bytes calldata action) external returns (uint64 number) {
        _requireOfDataAuthority(msg.sender, Roles.ADMIN);
        require(
            target == address(this) || target == address(journal) || journal.admitted(target),
            ProposalTargetInvalid(target)
        );
        number = ++proposals;
        _proposals[number] = Proposal(_proposalDigest(target, action), msg.sender, false);
        ProposalMaking memory act = ProposalMaking(msg.sender, uint64(block.timestamp), action);
        uint64 index = journal.size();
        emit ProposalMade(index, number, target, act);
        _append(
            index,
            Acts.leaf(
                ProposalMade.selector, _topic(index), _topic(number), bytes32(uint256(uint160(target))), abi.encode(act)
            )
        );
    }

    /// @inheritdoc IOrganizations
    function confirm(uint64 number, address target, bytes calldata action) external {
        _requireOfDataAuthority(msg.sender, Roles.ADMIN);
        Proposal storage made = _proposals[number];
        require(made.account != address(0), ProposalUnknown(number));
        require(!made.settled, ProposalIsSettled(number));
        require(made.account != msg.sender, ProposalNeedsAnotherAdmin(number, msg.sender));
        _requireOfDataAuthority(made.account, Roles.ADMIN);
        bytes32 digest = _proposalDigest(target, action);
        require(digest == made.digest, ProposalMismatch(number, digest, made.digest));
        made.settled = true;
        if (target == address(this)) _enact(number, msg.sender, action);
        else IGoverned(target).enact(number, msg.sender, action);
    }

    /// @inheritdoc IGoverned
    /// @dev Always reverts: this contract's own root acts are carried out by {confirm} itself.
    function enact(uint64, address, bytes calldata) external view {
        revert RootActUnauthorized(msg.sender);
    }

    function _enact(uint64 number, address confirmer, bytes calldata action) private {
        bytes4 selector = bytes4(action);
        if (selector == IRootActs.addOrganizations.selector) {
            NewOrganization[] memory additions = abi.decode(action[4:], (NewOrganization[]));
            (uint64 first, bytes32[] memory leaves) = _start(additions.length);
            for (uint256 i; i < additions.length; ++i) {
                require(additions[i].kind != KIND_DATA_AUTHORITY, OrganizationKindInvalid(additions[i].code, 1));
                leaves[i] = _addOrganization(first + uint64(i), additions[i], number, confirmer);
            }
            journal.append(first, leaves);
        } else if (selector == IRootActs.allowRoles.selector) {
            _allowRoles(abi.decode(action[4:], (AllowedRoles[])), number, confirmer);
        } else if (selector == IRootActs.moveOrganizations.selector) {
            _move(abi.decode(action[4:], (Move[])), number, confirmer);
        } else if (selector == IRootActs.addAccounts.selector) {
            NewAccount[] memory additions = abi.decode(action[4:], (NewAccount[]));
            (uint64 first, bytes32[] memory leaves) = _start(additions.length);
            for (uint256 i; i < additions.length; ++i) {
                require(additions[i].organization == dataAuthority, OrganizationUnknown(additions[i].organization));
                leaves[i] = _addAccount(first + uint64(i), additions[i], number, confirmer);
            }
            journal.append(first, leaves);
        } else if (selector == IRootActs.rotateAccount.selector) {
            (address subject, address successor) = abi.decode(action[4:], (address, address));
            require(_known(subject).organization == dataAuthority, AccountNotEntitled(confirmer, dataAuthority));
            _rotate(subject, successor, number, confirmer);
        } else if (selector == IRootActs.revokeAccount.selector) {
            (address subject, uint64 compromisedSince) = abi.decode(action[4:], (address, uint64));
            require(_known(subject).organization == dataAuthority, AccountNotEntitled(confirmer, dataAuthority));
            _revoke(subject, compromisedSince, number, confirmer);
        } else {
            revert RootActUnknown(selector);
        }
    }

    function _allowRoles(AllowedRoles[] memory allowed, uint64 number, address confirmer) private {
        (uint64 first, bytes32[] memory leaves) = _start(allowed.length);
        for (uint256 i; i < allowed.length; ++i) {
            bytes18 code = allowed[i].code;
            uint32 roles = allowed[i].roles;
            Organization storage subject = _existing(code);
            // The data authority without ADMIN could never act again.
            require(
                roles & ~Roles.ALL == 0 && (code != dataAuthority || roles & Roles.ADMIN != 0),
                OrganizationRolesInvalid(code, roles)
            );
            subject.allowedRoles = roles;
            RolesAllowance memory act = RolesAllowance(roles, number, confirmer, uint64(block.timestamp));
            uint64 index = first + uint64(i);
            emit RolesAllowed(index, code, act);
            leaves[i] = Acts.leaf(RolesAllowed.selector, _topic(index), bytes32(code), abi.encode(act));
        }
        journal.append(first, leaves);
    }

    function _move(Move[] memory moves, uint64 number, address confirmer) private {
        (uint64 first, bytes32[] memory leaves) = _start(moves.length);
        for (uint256 i; i < moves.length; ++i) {
            Move memory move = moves[i];
            Organization storage subject = _existing(move.code);
            require(move.code != dataAuthority, OrganizationParentInvalid(move.code, move.parent));
            _checkPlace(move.code, move.parent, move.area, move.sectorAuthority);
            subject.parent = move.parent;
            subject.area = move.area;
            subject.sectorAuthority = move.sectorAuthority;
            OrganizationMove memory act =
                OrganizationMove(move.sectorAuthority, move.area, number, confirmer, uint64(block.timestamp));
            uint64 index = first + uint64(i);
            emit OrganizationMoved(index, move.code, move.parent, act);
            leaves[i] = Acts.leaf(
                OrganizationMoved.selector, _topic(index), bytes32(move.code), bytes32(move.parent), abi.encode(act)
            );
        }
        journal.append(first, leaves);
    }

    // Acts of one account

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
    function publisherFor(address subject, bytes18 provider) external view returns (bytes18 submitter) {
        uint32 roles;
        (submitter, roles) = effectiveRoles(subject);
        require(roles & Roles.PUBLISHER != 0, AccountRoleMissing(subject, Roles.PUBLISHER));
        Organization storage holder = _existing(provider);
        if (holder.suspended) {
            require(submitter == dataAuthority, OrganizationIsSuspended(provider));
            return submitter;
        }
        if (submitter == provider || submitter == holder.sectorAuthority) return submitter;
        bytes18 above = holder.parent;
        for (uint256 depth; depth < DEPTH_LIMIT && above != 0; ++depth) {
            if (above == submitter) return submitter;
            above = _organizations[above].parent;
        }
        revert PublisherNotEntitled(subject, submitter, provider);
    }

    // Guards

    function _requireOfDataAuthority(address subject, uint32 role) private view {
        (bytes18 own, uint32 roles) = effectiveRoles(subject);
        require(own == dataAuthority && roles & role != 0, AccountRoleMissing(subject, role));
    }

    /// @dev An ADMIN administers its own organization, its children, and, at the data authority, every one.
    function _requireAdministers(address subject, bytes18 code) private view {
        (bytes18 own, uint32 roles) = effectiveRoles(subject);
        require(roles & Roles.ADMIN != 0, AccountRoleMissing(subject, Roles.ADMIN));
        bytes18 parent = _existing(code).parent;
        require(own == code || own == parent || own == dataAuthority, AccountNotEntitled(subject, code));
    }

    function _existing(bytes18 code) private view returns (Organization storage found) {
        found = _organizations[code];
        require(found.kind != 0, OrganizationUnknown(code));
    }

    function _known(address subject) private view returns (Account storage found) {
        found = _accounts[subject];
        require(found.active, AccountUnknown(subject));
    }

    /// @dev Walks up from the new parent: it must end at a top organization without meeting `code`.
    function _checkPlace(bytes18 code, bytes18 parent, uint40 area, bytes18 sectorAuthority) private view {
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
        private
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
        private
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

    function _rotate(address subject, address successor, uint64 number, address actor) private {
        Account storage ended = _accounts[subject];
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

    function _revoke(address subject, uint64 compromisedSince, uint64 number, address actor) private {
        Account storage ended = _accounts[subject];
        ended.active = false;
        ended.compromisedSince = compromisedSince;
        if (ended.organization == dataAuthority && ended.roles & Roles.ADMIN != 0) {
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

    function _start(uint256 count) private view returns (uint64 first, bytes32[] memory leaves) {
        require(count > 0, NothingToDo());
        return (journal.size(), new bytes32[](count));
    }

    function _append(uint64 first, bytes32 leaf) private {
        bytes32[] memory leaves = new bytes32[](1);
        leaves[0] = leaf;
        journal.append(first, leaves);
    }

    function _proposalDigest(address target, bytes calldata action) private pure returns (bytes32) {
        return sha256(abi.encodePacked(target, action));
    }

    function _topic(uint64 value) private pure returns (bytes32) {
        return bytes32(uint256(value));
    }
}
