// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrganizationRecords} from "./OrganizationRecords.sol";
import {IGoverned} from "./interfaces/IGoverned.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {IRootActs} from "./interfaces/IRootActs.sol";
import {Acts} from "./libraries/Acts.sol";
import {Roles} from "./types/Roles.sol";

/// @title Root acts: one ADMIN of the data authority proposes, another confirms, and they are carried out at once.
abstract contract RootActs is OrganizationRecords, IGoverned {
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

    function _proposalDigest(address target, bytes calldata action) private pure returns (bytes32) {
        return sha256(abi.encodePacked(target, action));
    }
}
