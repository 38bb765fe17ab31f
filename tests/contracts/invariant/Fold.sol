// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "../../../contracts/interfaces/ICatalog.sol";
import {IJournal} from "../../../contracts/interfaces/IJournal.sol";
import {IOrganizations} from "../../../contracts/interfaces/IOrganizations.sol";
import {IPolicy} from "../../../contracts/interfaces/IPolicy.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {StubModule} from "../StubModule.sol";
import {Vm} from "../Vm.sol";

/// @notice The state of the ledger as a fold of its acts, from the raw logs and nothing else.
contract Fold {
    mapping(bytes18 code => IOrganizations.Organization) private _organizations;
    mapping(address subject => IOrganizations.Account) private _accounts;
    mapping(bytes32 id => ICatalog.Head) private _heads;
    mapping(uint64 proposal => address) public proposer;
    bytes18[] public codes;
    address[] public subjects;
    bytes32[] public ids;
    /// @notice Versions that did not follow their last one by exactly one.
    uint256 public versionJumps;

    function organization(bytes18 code) external view returns (IOrganizations.Organization memory) {
        return _organizations[code];
    }

    function account(address subject) external view returns (IOrganizations.Account memory) {
        return _accounts[subject];
    }

    function head(bytes32 id) external view returns (ICatalog.Head memory) {
        return _heads[id];
    }

    function codesCount() external view returns (uint256) {
        return codes.length;
    }

    function subjectsCount() external view returns (uint256) {
        return subjects.length;
    }

    function idsCount() external view returns (uint256) {
        return ids.length;
    }

    function apply_(Vm.Log calldata log) external {
        bytes32 signature = log.topics[0];
        if (signature == ICatalog.EntryPublished.selector || signature == ICatalog.EntryRetired.selector) {
            _applyEntry(signature, log.topics[2], bytes18(log.topics[3]), log.data);
        } else if (signature == StubModule.StubActed.selector) {
            _applyModule(bytes4(log.topics[2]), abi.decode(log.data, (StubModule.StubAct)));
        } else if (signature == IOrganizations.ProposalMade.selector) {
            proposer[uint64(uint256(log.topics[2]))] = abi.decode(log.data, (IOrganizations.ProposalMaking)).account;
        } else if (
            signature == IOrganizations.AccountAdded.selector || signature == IOrganizations.AccountRotated.selector
                || signature == IOrganizations.AccountRevoked.selector
        ) {
            _applyAccount(signature, log);
        } else if (log.topics.length > 2) {
            _applyOrganization(signature, bytes18(log.topics[2]), log);
        }
    }

    function _applyOrganization(bytes32 signature, bytes18 code, Vm.Log calldata log) private {
        IOrganizations.Organization storage subject = _organizations[code];
        if (signature == IOrganizations.OrganizationAdded.selector) {
            IOrganizations.OrganizationAddition memory act = abi.decode(log.data, (IOrganizations.OrganizationAddition));
            _organizations[code] = IOrganizations.Organization(
                bytes18(log.topics[3]), act.kind, act.area, act.allowedRoles, false, act.sectorAuthority
            );
            codes.push(code);
        } else if (signature == IOrganizations.OrganizationMoved.selector) {
            IOrganizations.OrganizationMove memory act = abi.decode(log.data, (IOrganizations.OrganizationMove));
            (subject.parent, subject.area, subject.sectorAuthority) =
            (bytes18(log.topics[3]), act.area, act.sectorAuthority);
        } else if (signature == IOrganizations.RolesAllowed.selector) {
            subject.allowedRoles = abi.decode(log.data, (IOrganizations.RolesAllowance)).roles;
        } else if (signature == IOrganizations.OrganizationSuspended.selector) {
            subject.suspended = true;
        } else if (signature == IOrganizations.OrganizationResumed.selector) {
            subject.suspended = false;
        } else {
            require(
                signature == IOrganizations.OrganizationDescribed.selector || signature == IPolicy.ParameterSet.selector
                    || signature == IJournal.ModuleAdmitted.selector,
                "an act that the fold does not know"
            );
        }
    }

    function _applyAccount(bytes32 signature, Vm.Log calldata log) private {
        address subject = address(uint160(uint256(log.topics[2])));
        if (signature == IOrganizations.AccountAdded.selector) {
            uint32 roles = abi.decode(log.data, (IOrganizations.AccountAddition)).roles;
            _accounts[subject] = IOrganizations.Account(bytes18(log.topics[3]), roles, true, 0);
            subjects.push(subject);
        } else if (signature == IOrganizations.AccountRotated.selector) {
            address successor = address(uint160(uint256(log.topics[3])));
            _accounts[successor] = _accounts[subject];
            _accounts[subject].active = false;
            subjects.push(successor);
        } else {
            _accounts[subject].active = false;
            _accounts[subject].compromisedSince =
            abi.decode(log.data, (IOrganizations.AccountRevocation)).compromisedSince;
        }
    }

    function _applyEntry(bytes32 signature, bytes32 id, bytes18 provider, bytes calldata data) private {
        ICatalog.Head storage entry = _heads[id];
        uint32 version;
        if (signature == ICatalog.EntryPublished.selector) {
            ICatalog.EntryPublication memory act = abi.decode(data, (ICatalog.EntryPublication));
            if (entry.version == 0) ids.push(id);
            (entry.contentDigest, entry.provider, entry.status) =
            (sha256(act.content), provider, ICatalog.Status.ACTIVE);
            (entry.kind, entry.share, entry.open, entry.level) = (act.kind, act.share, act.open, act.level);
            version = act.version;
        } else {
            entry.status = ICatalog.Status.RETIRED;
            version = abi.decode(data, (ICatalog.EntryRetirement)).version;
        }
        if (version != entry.version + 1) ++versionJumps;
        entry.version = version;
    }

    function _applyModule(bytes4 what, StubModule.StubAct memory act) private {
        for (uint256 i; i < act.ids.length; ++i) {
            ICatalog.Head storage entry = _heads[EntryId.unwrap(act.ids[i])];
            if (what == ICatalog.hold.selector) ++entry.holds;
            else if (what == ICatalog.release.selector) --entry.holds;
            else if (what == ICatalog.mark.selector) ++entry.marks;
            else --entry.marks;
        }
    }
}
