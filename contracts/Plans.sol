// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PlanApprovals} from "./PlanApprovals.sol";
import {PlanRules} from "./PlanRules.sol";
import {ICatalog} from "./interfaces/ICatalog.sol";
import {IGrants} from "./interfaces/IGrants.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IPlans} from "./interfaces/IPlans.sol";
import {IPolicy} from "./interfaces/IPolicy.sol";
import {Actors} from "./libraries/Actors.sol";
import {Acts} from "./libraries/Acts.sol";
import {Roles} from "./types/Roles.sol";

/// @title The implementation of {IPlans}, which is its manual: the acts.
contract Plans is PlanApprovals {
    constructor(IJournal journal_, IPolicy policy_, ICatalog catalog_, IGrants grants_)
        PlanRules(journal_, policy_, catalog_, grants_)
    {}

    /// @inheritdoc IPlans
    function plan(NewGrant[] calldata fresh) external returns (uint32 first) {
        (Actors.Actor memory actor, uint64 index, bytes32[] memory leaves) = _start(fresh.length);
        Actors.requireRole(actor, Roles.GRANTOR);
        first = grants.grants() + 1;
        for (uint256 i; i < fresh.length; ++i) {
            NewGrant calldata asked = fresh[i];
            IGrants.Grant memory granted;
            granted.grantor = actor.organization;
            (granted.kind, granted.mode, granted.parent) = (asked.kind, asked.mode, asked.parent);
            (granted.implementer, granted.grantee) = (asked.implementer, asked.grantee);
            IGrants.Terms memory terms;
            (terms.start, terms.end, terms.area) = (asked.start, asked.end, asked.area);
            (terms.level, terms.purposes, terms.delegations) = (asked.level, asked.purposes, asked.delegations);
            leaves[i] = _plan(index, i, 0, IGrants.Basis.FIRST, granted, terms, asked.content);
        }
        journal.append(index, leaves);
    }

    /// @inheritdoc IPlans
    function amend(Amendment[] calldata amendments) external {
        (Actors.Actor memory actor, uint64 index, bytes32[] memory leaves) = _start(amendments.length);
        for (uint256 i; i < amendments.length; ++i) {
            Amendment calldata amended = amendments[i];
            (IGrants.Grant memory granted, IGrants.Terms memory terms) =
                _following(amended.grant, amended.expectedVersion, actor);
            (terms.end, terms.area, terms.level) = (amended.end, amended.area, amended.level);
            (terms.purposes, terms.delegations) = (amended.purposes, amended.delegations);
            leaves[i] = _plan(index, i, amended.grant, IGrants.Basis.AMENDMENT, granted, terms, amended.content);
        }
        journal.append(index, leaves);
    }

    /// @inheritdoc IPlans
    function renew(Renewal[] calldata renewals) external {
        (Actors.Actor memory actor, uint64 index, bytes32[] memory leaves) = _start(renewals.length);
        for (uint256 i; i < renewals.length; ++i) {
            Renewal calldata renewed = renewals[i];
            (IGrants.Grant memory granted, IGrants.Terms memory terms) =
                _following(renewed.grant, renewed.expectedVersion, actor);
            // A renewal begins where the term ends that it renews: one at a time, or no term would be too long.
            require(terms.start <= block.timestamp, PlanTermInvalid(i, terms.end, renewed.end, terms.start));
            (terms.start, terms.end) = (terms.end, renewed.end);
            leaves[i] = _plan(index, i, renewed.grant, IGrants.Basis.RENEWAL, granted, terms, renewed.content);
        }
        journal.append(index, leaves);
    }

    /// @inheritdoc IPlans
    function scope(uint32 number, uint32 version, IGrants.EntryScope[] calldata entries) external {
        Actors.Actor memory actor = _startScope(number, version, false, entries.length);
        bytes18 grantor = actor.organization;
        for (uint256 i; i < entries.length; ++i) {
            _checkEntry(number, entries[i]);
            _ask(number, version, grantor, catalog.head(entries[i].entry).provider);
        }
        grants.list(number, version, entries);

        IGrants.Version memory drawn = _versionOf(number, version);
        EntryListing memory act = EntryListing({
            version: version,
            scopeCount: drawn.scopeCount,
            scopeDigest: drawn.scopeDigest,
            organization: grantor,
            account: msg.sender,
            time: uint64(block.timestamp),
            entries: entries
        });
        uint64 index = journal.size();
        emit GrantScoped(index, number, act);
        _append(index, _leaf(GrantScoped.selector, index, number, abi.encode(act)));
    }

    /// @inheritdoc IPlans
    function scopeProviders(uint32 number, uint32 version, IGrants.ProviderScope[] calldata providers) external {
        Actors.Actor memory actor = _startScope(number, version, true, providers.length);
        _checkProviders(number, version, providers);
        for (uint256 i; i < providers.length; ++i) {
            _ask(number, version, actor.organization, providers[i].provider);
        }
        grants.listProviders(number, version, providers);

        IGrants.Version memory drawn = _versionOf(number, version);
        ProviderListing memory act = ProviderListing({
            version: version,
            scopeCount: drawn.scopeCount,
            scopeDigest: drawn.scopeDigest,
            organization: actor.organization,
            account: msg.sender,
            time: uint64(block.timestamp),
            providers: providers
        });
        uint64 index = journal.size();
        emit GrantProvidersScoped(index, number, act);
        _append(index, _leaf(GrantProvidersScoped.selector, index, number, abi.encode(act)));
    }

    /// @inheritdoc IPlans
    function approve(NewApproval[] calldata approvals) external {
        (Actors.Actor memory actor, uint64 index, bytes32[] memory leaves) = _start(approvals.length);
        for (uint256 i; i < approvals.length; ++i) {
            leaves[i] = _approve(index, i, approvals[i], actor);
        }
        journal.append(index, leaves);
    }

    /// @inheritdoc IPlans
    function refuse(Refusal[] calldata refusals) external {
        (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves) = _start(refusals.length);
        for (uint256 i; i < refusals.length; ++i) {
            Refusal memory refused = refusals[i];
            uint32 number = refused.grant;
            Plan storage planned = _pending(number, refused.version);
            _requireApprover(number, _grantOf(number), refused.approval, refused.provider, actor);
            _requireMissing(number, refused.version, planned, refused.approval, refused.provider);
            require(refused.reason != 0, IGrants.GrantReasonMissing(number));
            planned.stage = Stage.REFUSED;
            grants.drop(number, refused.version);
            PlanRefusal memory act = PlanRefusal({
                version: refused.version,
                approval: refused.approval,
                provider: refused.provider,
                organization: actor.organization,
                account: msg.sender,
                time: uint64(block.timestamp),
                reason: refused.reason
            });
            uint64 index = first + uint64(i);
            emit GrantRefused(index, number, act);
            leaves[i] = _leaf(GrantRefused.selector, index, number, abi.encode(act));
        }
        journal.append(first, leaves);
    }

    /// @inheritdoc IPlans
    function withdraw(IGrants.Step[] calldata steps) external {
        (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves) = _start(steps.length);
        for (uint256 i; i < steps.length; ++i) {
            IGrants.Step memory step = steps[i];
            uint32 number = step.grant;
            Plan storage planned = _pending(number, step.version);
            bool supervises = actor.roles & Roles.SUPERVISOR != 0 && actor.organization == organizations.dataAuthority();
            if (!supervises) Actors.requireOf(actor, Roles.GRANTOR, _grantOf(number).grantor);
            planned.stage = Stage.WITHDRAWN;
            grants.drop(number, step.version);
            PlanWithdrawal memory act = PlanWithdrawal({
                version: step.version,
                organization: actor.organization,
                account: msg.sender,
                time: uint64(block.timestamp),
                reason: step.reason
            });
            uint64 index = first + uint64(i);
            emit GrantWithdrawn(index, number, act);
            leaves[i] = _leaf(GrantWithdrawn.selector, index, number, abi.encode(act));
        }
        journal.append(first, leaves);
    }

    // Effects: one act each

    /// @dev Guards common to all versions, and the effects of planning one.
    function _plan(
        uint64 first,
        uint256 item,
        uint32 number,
        IGrants.Basis basis,
        IGrants.Grant memory granted,
        IGrants.Terms memory terms,
        bytes calldata content
    ) private returns (bytes32) {
        require(content.length > 0, PlanContentEmpty(item));
        _checkIdentity(item, granted);
        terms.exportLevel = _exportLevel();
        _checkTerms(item, granted, terms);
        Planning memory act;
        (act.basis, act.kind, act.mode) = (basis, granted.kind, granted.mode);
        (act.parent, act.implementer, act.terms) = (granted.parent, granted.implementer, terms);
        (act.organization, act.account) = (granted.grantor, msg.sender);
        (act.time, act.content) = (uint64(block.timestamp), content);
        act.required = _required(granted);
        (number, act.version) = grants.draw(number, granted, basis, sha256(content), terms);
        Plan storage planned = _plans[number][act.version];
        (planned.stage, planned.required) = (Stage.PLAN, act.required);
        if (basis == IGrants.Basis.RENEWAL) {
            planned.consentsMissing = _asked[number][_versionOf(number, act.version).scopeOf];
        }
        uint64 index = first + uint64(item);
        emit GrantPlanned(index, number, granted.grantee, act);
        return Acts.leaf(
            GrantPlanned.selector,
            bytes32(uint256(index)),
            bytes32(uint256(number)),
            bytes32(granted.grantee),
            abi.encode(act)
        );
    }

    function _approve(uint64 first, uint256 item, NewApproval memory given, Actors.Actor memory actor)
        private
        returns (bytes32)
    {
        uint32 number = given.grant;
        Plan storage planned = _pending(number, given.version);
        IGrants.Grant memory granted = _grantOf(number);
        _requireApprover(number, granted, given.approval, given.provider, actor);
        _checkApproval(planned, given);
        _take(planned, given);

        ApprovalTaking memory act;
        if (planned.taken == planned.required) {
            planned.stage = Stage.ENTERED;
            // What the parent allows may have shrunk since it was planned.
            if (granted.parent != 0) _checkTerms(item, granted, _versionOf(number, given.version).terms);
            (act.entered, act.from) = (true, grants.enter(number, given.version));
        }
        (act.version, act.approval, act.scopeCount) = (given.version, given.approval, given.scopeCount);
        (act.scopeDigest, act.provider) = (given.scopeDigest, given.provider);
        (act.document, act.date) = (given.document, given.date);
        (act.organization, act.account) = (actor.organization, msg.sender);
        act.time = uint64(block.timestamp);
        uint64 index = first + uint64(item);
        emit GrantApproved(index, number, act);
        return _leaf(GrantApproved.selector, index, number, abi.encode(act));
    }

    // Journal

    function _start(uint256 count)
        private
        view
        returns (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves)
    {
        require(count > 0, PlansNothingToDo());
        return (Actors.caller(organizations), journal.size(), new bytes32[](count));
    }

    function _append(uint64 index, bytes32 leaf) private {
        bytes32[] memory leaves = new bytes32[](1);
        leaves[0] = leaf;
        journal.append(index, leaves);
    }

    function _leaf(bytes32 selector, uint64 index, uint32 number, bytes memory data) private view returns (bytes32) {
        return Acts.leaf(selector, bytes32(uint256(index)), bytes32(uint256(number)), data);
    }
}
