// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ProductRecords} from "./ProductRecords.sol";
import {IGrants} from "./interfaces/IGrants.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {IProducts} from "./interfaces/IProducts.sol";
import {Actors} from "./libraries/Actors.sol";
import {Workdays} from "./libraries/Workdays.sol";
import {Roles} from "./types/Roles.sol";

/// @title The yearly disclosures of {IProducts}.
abstract contract Disclosures is ProductRecords {
    /// @inheritdoc IProducts
    function disclose(NewDisclosure[] calldata disclosures) external {
        (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves) = _start(disclosures.length);
        uint256 month = policy.inForce("disclosure_month").value;
        for (uint256 i; i < disclosures.length; ++i) {
            leaves[i] = _disclose(first + uint64(i), disclosures[i], month, actor);
        }
        journal.append(first, leaves);
    }

    function _disclose(uint64 index, NewDisclosure calldata fresh, uint256 month, Actors.Actor memory actor)
        private
        returns (bytes32)
    {
        _checkDisclosure(fresh, actor);
        Disclosed storage last = _disclosures[fresh.grant][fresh.year][fresh.kind];
        require(
            last.version == fresh.expectedVersion,
            DisclosureVersionConflict(fresh.grant, fresh.year, fresh.expectedVersion, last.version)
        );
        (last.digest, last.time) = (sha256(fresh.content), uint64(block.timestamp));
        uint64 deadline = _monthEnd(uint256(fresh.year) + 1, month);
        Publishing memory act = Publishing({
            year: fresh.year,
            kind: fresh.kind,
            version: ++last.version,
            deadline: deadline,
            late: block.timestamp >= deadline,
            organization: actor.organization,
            account: msg.sender,
            time: uint64(block.timestamp),
            content: fresh.content
        });
        emit DisclosurePublished(index, fresh.grant, act);
        return _leaf(DisclosurePublished.selector, index, fresh.grant, abi.encode(act));
    }

    function _checkDisclosure(NewDisclosure calldata fresh, Actors.Actor memory actor) private view {
        uint32 number = fresh.grant;
        IGrants.Grant memory grant = grants.grant(number);
        require(grant.kind != IGrants.Kind.NONE, IGrants.GrantUnknown(number));
        require(
            fresh.kind != Disclosure.NONE && grant.kind == IGrants.Kind.OPERATE,
            DisclosureKindInvalid(number, fresh.kind)
        );
        if (fresh.kind == Disclosure.OPERATION) {
            Actors.requireOf(actor, Roles.APPLICANT, grant.grantee);
        } else {
            Actors.requireRole(actor, Roles.GRANTOR);
            require(
                actor.organization == grant.grantor || actor.organization == grant.implementer,
                IOrganizations.AccountNotEntitled(msg.sender, grant.grantor)
            );
        }
        require(
            grants.recordCount(number) > 0 && fresh.year >= _yearOf(grants.record(number, 0).time)
                && fresh.year < _yearOf(block.timestamp),
            DisclosureYearInvalid(number, fresh.year)
        );
        require(fresh.content.length > 0, DisclosureContentEmpty(number));
    }

    function _yearOf(uint256 time) private pure returns (uint256 year) {
        (year,,) = Workdays.dateOf(Workdays.dayOf(time));
    }

    /// @dev End of a month, from 1; those beyond 12 are the next year's.
    function _monthEnd(uint256 year, uint256 month) private pure returns (uint64) {
        return Workdays.startOf(Workdays.dayAt(year + month / 12, month % 12 + 1, 1));
    }
}
