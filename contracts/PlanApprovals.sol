// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PlanRules} from "./PlanRules.sol";
import {IGrants} from "./interfaces/IGrants.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {IPlans} from "./interfaces/IPlans.sol";
import {Actors} from "./libraries/Actors.sol";
import {Workdays} from "./libraries/Workdays.sol";
import {Roles} from "./types/Roles.sol";

/// @title The approvals of {IPlans}: who has taken which, who may take which when, and what it counts.
abstract contract PlanApprovals is PlanRules {
    mapping(uint32 grant => mapping(uint32 version => mapping(Approval => Taken))) internal _approvals;
    mapping(uint32 grant => mapping(uint32 version => mapping(bytes18 provider => Taken))) internal _consents;
    /// @dev Providers other than the grantor that the scope of a version lists, and how many.
    mapping(uint32 grant => mapping(uint32 version => mapping(bytes18 provider => bool))) internal _isAsked;
    mapping(uint32 grant => mapping(uint32 version => uint32)) internal _asked;
    /// @dev Bit set of what an account approved of a version.
    mapping(uint32 grant => mapping(uint32 version => mapping(address account => uint8))) internal _takenBy;

    // Reading

    /// @inheritdoc IPlans
    function procedure(uint32 number, uint32 version) external view returns (Plan memory) {
        return _plans[number][version];
    }

    /// @inheritdoc IPlans
    function approvalOf(uint32 number, uint32 version, Approval approval) external view returns (Taken memory) {
        return _approvals[number][version][approval];
    }

    /// @inheritdoc IPlans
    function consentOf(uint32 number, uint32 version, bytes18 provider) external view returns (Taken memory) {
        return _consents[number][version][provider];
    }

    // Guards

    function _requireApprover(
        uint32 number,
        IGrants.Grant memory granted,
        Approval approval,
        bytes18 provider,
        Actors.Actor memory actor
    ) internal view {
        require((approval == Approval.CONSENT) == (provider != 0), PlanConsentInvalid(number, provider));
        if (approval == Approval.CONSENT) {
            Actors.requireRole(actor, Roles.GRANTOR);
            // Who grants what others hold does not consent to it itself.
            require(
                actor.organization != granted.grantor && organizations.actsFor(actor.organization, provider),
                IOrganizations.AccountNotEntitled(msg.sender, provider)
            );
            return;
        }
        (uint32 role, bytes18 code) = (Roles.APPROVER, granted.grantor);
        if (approval == Approval.IMPLEMENTATION) code = granted.implementer;
        else if (approval == Approval.AUTHORITY) code = organizations.dataAuthority();
        else if (approval == Approval.SIGNATURE) role = Roles.GRANTOR;
        else if (approval == Approval.COUNTERSIGNATURE) (role, code) = (Roles.APPLICANT, granted.grantee);
        Actors.requireOf(actor, role, code);
    }

    function _checkApproval(Plan storage planned, NewApproval memory given) internal view {
        uint32 number = given.grant;
        Approval approval = given.approval;
        _requireStatus(number, true);
        IGrants.Version memory scoped = _versionOf(number, _versionOf(number, given.version).scopeOf);
        require(
            scoped.scopeCount > 0 && scoped.scopeCount == given.scopeCount && scoped.scopeDigest == given.scopeDigest,
            PlanScopeChanged(number, scoped.scopeCount, scoped.scopeDigest)
        );
        _requireMissing(number, given.version, planned, approval, given.provider);
        uint8 missing = planned.required & ~planned.taken;
        if (planned.consentsMissing == 0) missing &= ~_bit(Approval.CONSENT);
        require(
            approval == Approval.CONSENT || missing & (_bit(approval) - 1) == 0,
            PlanApprovalInvalid(number, approval, planned.required, planned.taken)
        );
        uint8 before = _takenBy[number][given.version][msg.sender];
        require(
            before == 0 || (before == _bit(Approval.CONSENT) && approval == Approval.CONSENT),
            PlanAccountRepeated(number, msg.sender)
        );
        require(
            given.document != 0 && (approval != Approval.COUNTERSIGNATURE || given.document == planned.agreement),
            PlanDocumentInvalid(number, given.document)
        );
        bool dated = given.date > 0 && given.date <= Workdays.dayOf(block.timestamp);
        require(approval == Approval.DECISION ? dated : given.date == 0, PlanDateInvalid(number, given.date));
    }

    /// @dev The approval must be needed and not taken; the consent must be asked for and not given.
    function _requireMissing(uint32 number, uint32 version, Plan storage planned, Approval approval, bytes18 provider)
        internal
        view
    {
        uint8 bit = _bit(approval);
        bool consents = approval == Approval.CONSENT;
        require(
            planned.required & bit != 0 && (consents || planned.taken & bit == 0),
            PlanApprovalInvalid(number, approval, planned.required, planned.taken)
        );
        if (!consents) return;
        uint32 scopeOf = _versionOf(number, version).scopeOf;
        require(
            _isAsked[number][scopeOf][provider] && _consents[number][version][provider].account == address(0),
            PlanConsentInvalid(number, provider)
        );
    }

    // Effects

    /// @dev A provider is asked for its consent unless it is the grantor; once, however much of it is listed.
    function _ask(uint32 number, uint32 version, bytes18 grantor, bytes18 provider) internal {
        if (provider == grantor || _isAsked[number][version][provider]) return;
        _isAsked[number][version][provider] = true;
        ++_asked[number][version];
        ++_plans[number][version].consentsMissing;
    }

    /// @dev Counts an approval.
    function _take(Plan storage planned, NewApproval memory given) internal {
        uint32 number = given.grant;
        Taken memory taken = Taken(msg.sender, uint64(block.timestamp));
        _takenBy[number][given.version][msg.sender] |= _bit(given.approval);
        planned.stage = Stage.REVIEW;
        if (given.approval == Approval.CONSENT) {
            _consents[number][given.version][given.provider] = taken;
            --planned.consentsMissing;
        } else {
            _approvals[number][given.version][given.approval] = taken;
            planned.taken |= _bit(given.approval);
            if (given.approval == Approval.SIGNATURE) planned.agreement = given.document;
        }
        if (planned.consentsMissing == 0) planned.taken |= planned.required & _bit(Approval.CONSENT);
    }
}
