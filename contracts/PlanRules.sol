// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "./interfaces/ICatalog.sol";
import {IGrants} from "./interfaces/IGrants.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {IPlans} from "./interfaces/IPlans.sol";
import {IPolicy} from "./interfaces/IPolicy.sol";
import {Actors} from "./libraries/Actors.sol";
import {AreaCode} from "./types/AreaCode.sol";
import {EntryId} from "./types/EntryId.sol";
import {Roles} from "./types/Roles.sol";

/// @title The rules of {IPlans}: what can be planned and listed.
abstract contract PlanRules is IPlans {
    uint8 private constant KIND_AUTHORITY_LAST = 3;
    uint8 private constant KIND_GOVERNMENT_LAST = 5;
    uint8 private constant KIND_IMPLEMENTER_LAST = 7;
    uint8 private constant KIND_OPERATOR = 8;
    uint8 private constant LEVEL_LAST = 4;
    uint8 private constant DELEGATIONS_LAST = 3;
    uint8 private constant OPERATIONS_ALL = 15;
    uint8 private constant OPERATE_PURPOSES = 2 | 4 | 8 | 16;
    uint8 private constant SHARE_PURPOSES = 1 | 2 | 4;
    uint128 private constant APPROVALS_ALL = (1 << 6) - 1;

    IJournal public immutable journal;
    IOrganizations public immutable organizations;
    IPolicy public immutable policy;
    ICatalog public immutable catalog;
    IGrants public immutable grants;

    mapping(uint32 grant => mapping(uint32 version => Plan)) internal _plans;

    constructor(IJournal journal_, IPolicy policy_, ICatalog catalog_, IGrants grants_) {
        journal = journal_;
        organizations = IOrganizations(journal_.organizations());
        policy = policy_;
        catalog = catalog_;
        grants = grants_;
    }

    // Planning

    /// @dev Who grants to whom: the guards of a grant's identity.
    function _checkIdentity(uint256 item, IGrants.Grant memory granted) internal view {
        bool operates = granted.kind == IGrants.Kind.OPERATE;
        require(
            granted.kind != IGrants.Kind.NONE && operates == (granted.mode != IGrants.Mode.NONE)
                && operates == (granted.implementer != 0) && !(operates && granted.parent != 0),
            PlanKindInvalid(item, granted.kind, granted.mode)
        );
        if (operates) {
            _requireParty(item, granted.grantor, KIND_AUTHORITY_LAST);
            _requireParty(item, granted.implementer, KIND_IMPLEMENTER_LAST);
        }
        uint8 kind = _requireParty(item, granted.grantee, operates ? KIND_OPERATOR : KIND_GOVERNMENT_LAST);
        require(!operates || kind == KIND_OPERATOR, PlanPartyInvalid(item, granted.grantee));
    }

    /// @dev What is granted and how long: the guards of a version's terms.
    function _checkTerms(uint256 item, IGrants.Grant memory granted, IGrants.Terms memory terms) internal view {
        bool operates = granted.kind == IGrants.Kind.OPERATE;
        uint8 purposes = operates ? OPERATE_PURPOSES : SHARE_PURPOSES;
        _requireTerms(
            terms.level > 0 && terms.level <= LEVEL_LAST && terms.purposes != 0 && terms.purposes & ~purposes == 0
                && terms.delegations <= (operates ? 0 : DELEGATIONS_LAST),
            item,
            terms
        );
        require(AreaCode.contains(terms.area, terms.area), PlanAreaInvalid(item, terms.area, 0));
        uint64 latest = type(uint64).max;
        if (operates) latest = policy.termEnd(terms.start, "grant_term_years");
        if (granted.parent != 0) latest = _checkWithin(item, granted, terms);
        require(
            terms.start < terms.end && block.timestamp < terms.end && terms.end <= latest,
            PlanTermInvalid(item, terms.start, terms.end, latest)
        );
    }

    /// @dev What a child may have of its parent. Delegations fall from at most 3 with every step, which bounds the depth.
    /// @return latest time at which it may end
    function _checkWithin(uint256 item, IGrants.Grant memory granted, IGrants.Terms memory terms)
        private
        view
        returns (uint64 latest)
    {
        uint32 parent = granted.parent;
        IGrants.Grant memory above = _grantOf(parent);
        IGrants.Head memory known = _headOf(parent);
        IGrants.Terms memory outer = _versionOf(parent, known.current).terms;
        require(
            above.kind == IGrants.Kind.SHARE && above.grantee == granted.grantor && outer.delegations > 0
                && grants.isEffective(parent, uint64(block.timestamp)),
            PlanParentInvalid(item, parent)
        );
        _requireTerms(
            terms.level <= outer.level && terms.purposes & ~outer.purposes == 0
                && terms.delegations < outer.delegations,
            item,
            terms
        );
        require(
            AreaCode.contains(outer.area, terms.area) && !AreaCode.contains(terms.area, outer.area)
                && AreaCode.contains(terms.area, _organizationOf(granted.grantee).area),
            PlanAreaInvalid(item, terms.area, outer.area)
        );
        return known.until;
    }

    /// @dev A version that follows the one in force: the grant, and the terms in force.
    function _following(uint32 number, uint32 expected, Actors.Actor memory actor)
        internal
        view
        returns (IGrants.Grant memory granted, IGrants.Terms memory terms)
    {
        IGrants.Head memory known = _headOf(number);
        require(known.versions > 0, IGrants.GrantUnknown(number));
        require(known.versions == expected, IGrants.GrantVersionConflict(number, expected, known.versions));
        granted = _grantOf(number);
        Actors.requireOf(actor, Roles.GRANTOR, granted.grantor);
        require(!_versionOf(number, expected).open, PlanStageInvalid(number, expected, _plans[number][expected].stage));
        _requireStatus(number, false);
        terms = _versionOf(number, known.current).terms;
    }

    /// @dev The approvals that policy asks for.
    function _required(IGrants.Grant memory granted) internal view returns (uint8) {
        bool operates = granted.kind == IGrants.Kind.OPERATE;
        uint128 value =
            policy.inForce(
            operates
                ? bytes32("operate_approvals")
                : granted.parent == 0 ? bytes32("share_approvals") : bytes32("delegation_approvals")
        )
        .value;
        require(
            value <= APPROVALS_ALL && value & _bit(Approval.SIGNATURE) != 0
                && (operates || value & _bit(Approval.IMPLEMENTATION) == 0),
            PlanApprovalsInvalid(value)
        );
        return uint8(value);
    }

    function _exportLevel() internal view returns (uint8) {
        uint128 value = policy.inForce("export_level").value;
        return value > LEVEL_LAST ? LEVEL_LAST : uint8(value);
    }

    // Scope

    function _startScope(uint32 number, uint32 version, bool providers, uint256 count)
        internal
        view
        returns (Actors.Actor memory actor)
    {
        require(count > 0, PlansNothingToDo());
        actor = Actors.caller(organizations);
        Plan storage planned = _pending(number, version);
        IGrants.Grant memory granted = _grantOf(number);
        Actors.requireOf(actor, Roles.GRANTOR, granted.grantor);
        require(planned.stage == Stage.PLAN, PlanStageInvalid(number, version, planned.stage));
        require(
            providers == (granted.mode == IGrants.Mode.OVERALL)
                && _versionOf(number, version).basis != IGrants.Basis.RENEWAL,
            PlanScopeKindInvalid(number, version)
        );
    }

    /// @dev The guards of entries in a scope that {IGrants} does not have.
    function _checkEntry(uint32 number, IGrants.EntryScope memory listed) internal pure {
        require(
            _isOperations(listed.operations) && listed.items != 0 && listed.version > 0,
            PlanScopeInvalid(number, EntryId.unwrap(listed.entry))
        );
    }

    /// @dev The guards of providers in the scope of an OVERALL grant.
    function _checkProviders(uint32 number, uint32 version, IGrants.ProviderScope[] calldata providers) internal view {
        uint8 level = _versionOf(number, version).terms.level;
        for (uint256 i; i < providers.length; ++i) {
            IGrants.ProviderScope memory listed = providers[i];
            require(
                _isOperations(listed.operations) && listed.level > 0 && listed.level <= level
                    && _organizationOf(listed.provider).kind != 0,
                PlanScopeInvalid(number, bytes32(listed.provider))
            );
        }
    }

    // Inside

    /// @dev The last version drawn up, which the caller must mean, while its procedure runs.
    function _pending(uint32 number, uint32 expected) internal view returns (Plan storage planned) {
        uint32 last = _headOf(number).versions;
        require(last > 0, IGrants.GrantUnknown(number));
        require(last == expected, IGrants.GrantVersionConflict(number, expected, last));
        planned = _plans[number][last];
        require(
            planned.stage == Stage.PLAN || planned.stage == Stage.REVIEW, PlanStageInvalid(number, last, planned.stage)
        );
        require(_versionOf(number, last).open, IGrants.GrantNotOpen(number, last));
    }

    /// @dev The grant must be in force, or, where that will do, without a status yet.
    function _requireStatus(uint32 number, bool orNone) internal view {
        (IGrants.Status status,) = grants.statusAt(number, uint64(block.timestamp));
        require(
            status == IGrants.Status.ACTIVE || (orNone && status == IGrants.Status.NONE),
            IGrants.GrantStatusInvalid(number, status)
        );
    }

    function _bit(Approval approval) internal pure returns (uint8) {
        return uint8(1 << uint8(approval));
    }

    function _isOperations(uint8 operations) private pure returns (bool) {
        return operations > 0 && operations <= OPERATIONS_ALL;
    }

    /// @return kind of an organization, which must be known, not suspended and of a kind up to `last`
    function _requireParty(uint256 item, bytes18 code, uint8 last) private view returns (uint8 kind) {
        IOrganizations.Organization memory party = _organizationOf(code);
        kind = party.kind;
        require(kind != 0 && kind <= last && !party.suspended, PlanPartyInvalid(item, code));
    }

    function _requireTerms(bool right, uint256 item, IGrants.Terms memory terms) private pure {
        require(right, PlanTermsInvalid(item, terms.level, terms.purposes, terms.delegations));
    }

    // Asking other contracts: one place for each, as the code of a call and of what it returns is long

    function _grantOf(uint32 number) internal view returns (IGrants.Grant memory) {
        return grants.grant(number);
    }

    function _headOf(uint32 number) internal view returns (IGrants.Head memory) {
        return grants.head(number);
    }

    function _versionOf(uint32 number, uint32 version) internal view returns (IGrants.Version memory) {
        return grants.version(number, version);
    }

    function _organizationOf(bytes18 code) internal view returns (IOrganizations.Organization memory) {
        return organizations.organization(code);
    }
}
