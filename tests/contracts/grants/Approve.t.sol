// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGrantScope} from "../../../contracts/interfaces/IGrantScope.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IOrganizations} from "../../../contracts/interfaces/IOrganizations.sol";
import {IPlans} from "../../../contracts/interfaces/IPlans.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {vm} from "../Vm.sol";
import {GrantsBase} from "./GrantsBase.sol";

/// @notice {IPlans-approve}, {IPlans-refuse} and {IPlans-withdraw}.
contract ApproveTest is GrantsBase {
    /// @notice Every step of an OPERATE grant; only the last brings it into force.
    function test_approve_toTheEnd() public {
        uint32 number = _plan(_operate());
        _scope(number, _entries());
        IPlans.Approval[7] memory order = [
            IPlans.Approval.IMPLEMENTATION,
            IPlans.Approval.AUTHORITY,
            IPlans.Approval.DECISION,
            IPlans.Approval.CONSENT,
            IPlans.Approval.CONSENT,
            IPlans.Approval.SIGNATURE,
            IPlans.Approval.COUNTERSIGNATURE
        ];
        uint8[7] memory taken = [1, 3, 7, 7, 15, 31, 63];
        for (uint256 i; i < order.length; ++i) {
            vm.warp(block.timestamp + 1 hours);
            IPlans.NewApproval memory given = _approval(number, order[i]);
            if (i == 4) given.provider = department;
            address account = _approver(number, order[i], given.provider);
            _expectApproved(number, given, account, i == 6);
            _approve(account, given);
            IPlans.Plan memory planned = plans.procedure(number, 1);
            vm.assertEq(planned.taken, taken[i], "taken");
            vm.assertEq(planned.consentsMissing, i < 3 ? 2 : i == 3 ? 1 : 0, "missing");
            vm.assertEq(planned.agreement, i < 5 ? bytes32(0) : AGREEMENT, "agreement");
            _assertStage(number, 1, i == 6 ? IPlans.Stage.ENTERED : IPlans.Stage.REVIEW);
            _assertTaken(number, given, account);
            vm.assertTrue(grants.isEffective(number, uint64(block.timestamp)) == (i == 6), "not before the last");
        }
        vm.assertFalse(grants.version(number, 1).open, "entered");
        uint64 now_ = uint64(block.timestamp);
        uint64 end = grants.version(number, 1).terms.end;
        vm.assertEq(
            abi.encode(grants.head(number)),
            abi.encode(IGrants.Head(1, 1, IGrants.Status.ACTIVE, false, now_, end)),
            "head"
        );
        vm.assertEq(
            abi.encode(grants.record(number, 0)),
            abi.encode(IGrants.Record(now_, now_, end, 1, IGrants.Status.ACTIVE)),
            "record"
        );
        checkLedger();
    }

    /// @notice Where all data is the grantor's own nobody has to consent.
    function test_approve_ofOwnData() public {
        IGrants.EntryScope[] memory own = _entries();
        IPlans.NewGrant memory fresh = _share();
        uint32 number = _plan(grantorOf[department], fresh);
        for (uint256 i; i < own.length; ++i) {
            if (catalog.head(own[i].entry).provider == department) _scope(number, _one(own[i]));
        }
        vm.assertEq(plans.procedure(number, 1).consentsMissing, 0, "nobody");
        _approve(grantorOf[department], _approval(number, IPlans.Approval.SIGNATURE));
        vm.assertEq(plans.procedure(number, 1).taken, 24, "consent counts as taken");
        _assertStatus(number, IGrants.Status.ACTIVE);
        checkLedger();
    }

    /// @notice One account consents for all providers that its organization answers for.
    function test_approve_consentsByOneAccount() public {
        uint32 number = _plan(_share());
        _scope(number, _entries());
        _approve(grantorOf[department], _consent(number, child));
        _approve(grantorOf[department], _consent(number, department));
        vm.assertEq(plans.procedure(number, 1).taken, 8, "taken");
        checkLedger();
    }

    /// @notice Random attempts by random people on random grants: each refused or taken as the manual says.
    function testFuzz_approve(uint256 seed) public {
        uint32 number = _plan(seed % 3 == 0 ? _share() : _operate());
        if (seed % 5 != 0) _scope(number, _entries());
        for (uint256 i; i < 24; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _attempt(number, seed);
        }
        checkLedger();
    }

    function test_approve_nothing() public {
        _expectRevert(IPlans.PlansNothingToDo.selector);
        plans.approve(new IPlans.NewApproval[](0));
        _expectRevert(IPlans.PlansNothingToDo.selector);
        plans.refuse(new IPlans.Refusal[](0));
        _expectRevert(IPlans.PlansNothingToDo.selector);
        plans.withdraw(new IGrants.Step[](0));
    }

    /// @notice While a grant is suspended or expired nothing is approved for it.
    function test_approve_onlyWhatCanEnter() public {
        uint32 number = _granted(_operate());
        _amend(_amendment(number));
        _scope(number, _entries());
        _change(supervisor, grants.suspend, number);
        IPlans.NewApproval memory given = _approval(number, IPlans.Approval.IMPLEMENTATION);
        _expectRevert(abi.encodeWithSelector(IGrants.GrantStatusInvalid.selector, number, IGrants.Status.SUSPENDED));
        _approve(approverOf[implementer], given);
        _change(supervisor, grants.resume, number);
        _approve(approverOf[implementer], given);
        vm.warp(grants.head(number).until);
        given = _approval(number, IPlans.Approval.AUTHORITY);
        _expectRevert(abi.encodeWithSelector(IGrants.GrantStatusInvalid.selector, number, IGrants.Status.EXPIRED));
        _approve(approverOf[authority], given);
        checkLedger();
    }

    /// @notice A child enters only within what its parent still allows.
    function test_approve_childWithinWhatIsLeft() public {
        uint32 parent = _granted(_share());
        uint256 clean = _remember();
        for (uint256 damage; damage < 8; ++damage) {
            IPlans.NewGrant memory fresh = _delegate(parent);
            uint32 number = _plan(fresh);
            _scope(number, _entries());
            _takeUpTo(number, IPlans.Approval.CONSENT);
            bytes memory failure = _narrow(parent, fresh, damage);
            IPlans.NewApproval memory given = _approval(number, IPlans.Approval.SIGNATURE);
            if (failure.length > 0) _expectRevert(failure);
            _approve(grantorOf[district], given);
            _assertStage(number, 1, failure.length > 0 ? IPlans.Stage.REVIEW : IPlans.Stage.ENTERED);
            _goBack(clean);
        }
    }

    function test_refuse_whoeverCouldApprove() public {
        uint256 clean = _remember();
        for (uint8 approval; approval < 6; ++approval) {
            uint32 number = _plan(_operate());
            _scope(number, _entries());
            IPlans.Refusal memory refusal = _refusal(number, IPlans.Approval(approval));
            for (uint256 i; i < everybody.length; ++i) {
                bytes memory failure = _notTheApprover(number, everybody[i], refusal.approval, refusal.provider);
                if (failure.length == 0) continue;
                _expectRevert(failure);
                vm.prank(everybody[i]);
                plans.refuse(_one(refusal));
            }
            address account = _approver(number, refusal.approval, refusal.provider);
            (bytes18 own,) = organizations.effectiveRoles(account);
            vm.expectEmit(address(plans));
            emit IPlans.GrantRefused(
                journal.size(),
                number,
                IPlans.PlanRefusal(1, refusal.approval, refusal.provider, own, account, uint64(block.timestamp), REASON)
            );
            vm.prank(account);
            plans.refuse(_one(refusal));
            _assertStage(number, 1, IPlans.Stage.REFUSED);
            vm.assertFalse(grants.version(number, 1).open, "dropped");
            checkLedger();
            _goBack(clean);
        }
    }

    function test_refuse_refuses() public {
        uint32 number = _plan(_operate());
        _scope(number, _entries());
        _takeUpTo(number, IPlans.Approval.AUTHORITY);
        IPlans.Refusal memory refusal = _refusal(number, IPlans.Approval.AUTHORITY);
        _refuseReverts(refusal, abi.encodeWithSelector(IPlans.PlanApprovalInvalid.selector, number, 1, 63, 3));
        refusal = _refusal(number, IPlans.Approval.CONSENT);
        refusal.provider = district;
        _refuseReverts(refusal, abi.encodeWithSelector(IPlans.PlanConsentInvalid.selector, number, district));
        refusal.provider = sector;
        _refuseReverts(refusal, _notEntitled(grantorOf[sector], sector));
        _approve(grantorOf[child], _consent(number, child));
        refusal.provider = child;
        _refuseReverts(refusal, abi.encodeWithSelector(IPlans.PlanConsentInvalid.selector, number, child));
        refusal = _refusal(number, IPlans.Approval.DECISION);
        refusal.provider = child;
        _refuseReverts(refusal, abi.encodeWithSelector(IPlans.PlanConsentInvalid.selector, number, child));
        refusal.provider = 0;
        refusal.reason = 0;
        _refuseReverts(refusal, abi.encodeWithSelector(IGrants.GrantReasonMissing.selector, number));
        refusal.reason = REASON;
        refusal.version = 2;
        _refuseReverts(refusal, _conflict(number, 2, 1));
        refusal.grant = 9;
        _expectRevert(abi.encodeWithSelector(IGrants.GrantUnknown.selector, 9));
        vm.prank(approverOf[sector]);
        plans.refuse(_one(refusal));
        uint32 share = _plan(_share());
        refusal = _refusal(share, IPlans.Approval.DECISION);
        _refuseReverts(refusal, abi.encodeWithSelector(IPlans.PlanApprovalInvalid.selector, share, 2, 24, 0));
        checkLedger();
    }

    function test_withdraw() public {
        uint32 number = _plan(_operate());
        IGrants.Step[] memory steps = _steps(number, 1);
        steps[0].reason = 0;
        for (uint256 i; i < everybody.length; ++i) {
            if (everybody[i] == grantorOf[sector]) continue;
            (bytes18 organization, uint32 roles) = organizations.effectiveRoles(everybody[i]);
            if (roles & Roles.SUPERVISOR != 0 && organization == authority) continue;
            _expectRevert(
                roles & Roles.GRANTOR == 0
                    ? _roleMissing(everybody[i], Roles.GRANTOR)
                    : _notEntitled(everybody[i], sector)
            );
            vm.prank(everybody[i]);
            plans.withdraw(steps);
        }
        vm.expectEmit(address(plans));
        emit IPlans.GrantWithdrawn(
            journal.size(), number, IPlans.PlanWithdrawal(1, sector, grantorOf[sector], uint64(block.timestamp), 0)
        );
        vm.prank(grantorOf[sector]);
        plans.withdraw(steps);
        _assertStage(number, 1, IPlans.Stage.WITHDRAWN);
        vm.assertFalse(grants.version(number, 1).open, "dropped");
        checkLedger();
    }

    /// @notice The data authority's supervision withdraws what its grantor leaves lying, and so frees what is held.
    function test_withdraw_byTheDataAuthority() public {
        uint32 number = _plan(_share());
        _scope(number, _entries());
        vm.expectEmit(address(plans));
        emit IPlans.GrantWithdrawn(
            journal.size(), number, IPlans.PlanWithdrawal(1, authority, supervisor, uint64(block.timestamp), REASON)
        );
        vm.prank(supervisor);
        plans.withdraw(_steps(number, 1));
        _assertStage(number, 1, IPlans.Stage.WITHDRAWN);
        grants.settle(number, 1, ids);
        vm.assertEq(grants.version(number, 1).heldCount, 0, "held no longer");
        checkLedger();
    }

    /// @notice Who answers for a provider does not consent for it to its own grant.
    function test_approve_noConsentToOnesOwnGrant() public {
        uint32 number = _plan(grantorOf[department], _share());
        EntryId id = catalog.idOf(child, "a");
        _scope(number, _one(IGrantScope.EntryScope(id, 1, 1, 1)));
        address second = _actor("second GRANTOR of the department");
        _addAccount(second, department, Roles.GRANTOR);
        IPlans.NewApproval memory given = _consent(number, child);
        _expectRevert(_notEntitled(second, child));
        _approve(second, given);
        _approve(grantorOf[child], given);
        checkLedger();
    }

    /// @notice For a suspended provider the data authority consents.
    function test_approve_consentForASuspendedProvider() public {
        uint32 number = _plan(_share());
        _scope(number, _entries());
        _suspend(child);
        IPlans.NewApproval memory given = _consent(number, child);
        _expectRevert(_notEntitled(grantorOf[department], child));
        _approve(grantorOf[department], given);
        _approve(grantorOf[authority], given);
        _assertTaken(number, given, grantorOf[authority]);
        checkLedger();
    }

    /// @notice No version enters between parties of which one is suspended.
    function test_approve_entersOnlyBetweenActiveParties() public {
        uint32 number = _plan(_operate());
        _scope(number, _entries());
        _takeUpTo(number, IPlans.Approval.SIGNATURE);
        _suspend(sector);
        IPlans.NewApproval memory given = _approval(number, IPlans.Approval.COUNTERSIGNATURE);
        _expectRevert(abi.encodeWithSelector(IGrants.GrantPartySuspended.selector, number, sector));
        _approve(applicantOf[operator], given);
        vm.prank(supervisor);
        organizations.resumeOrganizations(_one(sector), REASON);
        _approve(applicantOf[operator], given);
        uint32 shared = _plan(_share());
        _scope(shared, _entries());
        _takeUpTo(shared, IPlans.Approval.CONSENT);
        _suspend(district);
        given = _approval(shared, IPlans.Approval.SIGNATURE);
        _expectRevert(abi.encodeWithSelector(IGrants.GrantPartySuspended.selector, shared, district));
        _approve(grantorOf[sector], given);
        checkLedger();
    }

    // One attempt, and what the manual says of it

    function _attempt(uint32 number, uint256 seed) private {
        IPlans.Plan memory planned = plans.procedure(number, 1);
        IPlans.Approval approval = IPlans.Approval(seed % 6);
        if (seed >> 8 & 3 > 0) {
            // Mostly the next one, so that some get to the end.
            uint8 next;
            while (next < 5 && (planned.required & ~planned.taken) >> next & 1 == 0) ++next;
            approval = IPlans.Approval(next);
        }
        IPlans.NewApproval memory given = _approval(number, approval);
        if (approval == IPlans.Approval.CONSENT && seed >> 10 & 1 == 1) given.provider = department;
        address account = _approver(number, approval, given.provider);
        uint256 damage = seed >> 16 & 31;
        if (damage == 0) account = everybody[_bound(seed >> 32, 0, everybody.length - 1)];
        if (damage == 1) given.scopeCount += 1;
        if (damage == 2) given.scopeDigest = REASON;
        if (damage == 3) given.provider = given.provider == 0 ? child : sector;
        if (damage == 4) given.document = 0;
        if (damage == 5) given.document = keccak256("another");
        if (damage == 6) given.date = given.date == 0 ? 1 : 0;
        if (damage == 7) given.date += uint32(block.timestamp / 1 days);
        if (damage == 8) given.version = 2;
        if (damage == 9) account = grantorOf[department];
        if (damage == 10 && approval == IPlans.Approval.CONSENT) account = grantorOf[sector];
        bytes memory failure = _failure(given, account, planned);
        if (failure.length > 0) _expectRevert(failure);
        _approve(account, given);
        IPlans.Plan memory after_ = plans.procedure(number, 1);
        if (failure.length > 0) {
            vm.assertEq(abi.encode(after_), abi.encode(planned), "nothing changed");
            return;
        }
        if (given.approval != IPlans.Approval.CONSENT) planned.taken |= uint8(1 << uint8(given.approval));
        else planned.consentsMissing -= 1;
        if (planned.consentsMissing == 0) planned.taken |= 8;
        if (given.approval == IPlans.Approval.SIGNATURE) planned.agreement = given.document;
        planned.stage = planned.taken == planned.required ? IPlans.Stage.ENTERED : IPlans.Stage.REVIEW;
        vm.assertEq(abi.encode(after_), abi.encode(planned), "procedure");
        vm.assertEq(grants.head(number).current, planned.stage == IPlans.Stage.ENTERED ? 1 : 0, "in force");
        _assertTaken(number, given, account);
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(IPlans.NewApproval memory given, address account, IPlans.Plan memory planned)
        private
        view
        returns (bytes memory failure)
    {
        uint32 number = given.grant;
        if (given.version != 1) return _conflict(number, given.version, 1);
        if (planned.stage == IPlans.Stage.ENTERED) {
            return abi.encodeWithSelector(IPlans.PlanStageInvalid.selector, number, 1, planned.stage);
        }
        failure = _notTheApprover(number, account, given.approval, given.provider);
        if (failure.length > 0) return failure;
        IGrants.Version memory drawn = grants.version(number, 1);
        if (drawn.scopeCount == 0 || drawn.scopeCount != given.scopeCount || drawn.scopeDigest != given.scopeDigest) {
            return abi.encodeWithSelector(IPlans.PlanScopeChanged.selector, number, drawn.scopeCount, drawn.scopeDigest);
        }
        failure = _outOfOrder(given, planned);
        if (failure.length > 0) return failure;
        if (_tookAnother(given, account)) {
            return abi.encodeWithSelector(IPlans.PlanAccountRepeated.selector, number, account);
        }
        bool countersigns = given.approval == IPlans.Approval.COUNTERSIGNATURE;
        if (given.document == 0 || (countersigns && given.document != planned.agreement)) {
            return abi.encodeWithSelector(IPlans.PlanDocumentInvalid.selector, number, given.document);
        }
        uint256 today = (block.timestamp + 8 hours) / 1 days;
        bool decides = given.approval == IPlans.Approval.DECISION;
        if (decides ? given.date == 0 || given.date > today : given.date != 0) {
            return abi.encodeWithSelector(IPlans.PlanDateInvalid.selector, number, given.date);
        }
    }

    function _outOfOrder(IPlans.NewApproval memory given, IPlans.Plan memory planned)
        private
        view
        returns (bytes memory)
    {
        uint32 number = given.grant;
        uint8 place = uint8(given.approval);
        bool consents = given.approval == IPlans.Approval.CONSENT;
        bool open = planned.required >> place & 1 == 1 && (consents || planned.taken >> place & 1 == 0);
        for (uint8 before; before < place && !consents; ++before) {
            bool has = planned.taken >> before & 1 == 1 || (before == 3 && planned.consentsMissing == 0);
            if (planned.required >> before & 1 == 1 && !has) open = false;
        }
        if (!open) {
            return abi.encodeWithSelector(
                IPlans.PlanApprovalInvalid.selector, number, given.approval, planned.required, planned.taken
            );
        }
        if (consents && !_isAsked(number, given.provider)) {
            return abi.encodeWithSelector(IPlans.PlanConsentInvalid.selector, number, given.provider);
        }
        return "";
    }

    function _notTheApprover(uint32 number, address account, IPlans.Approval approval, bytes18 provider)
        private
        view
        returns (bytes memory)
    {
        if ((approval == IPlans.Approval.CONSENT) != (provider != 0)) {
            return abi.encodeWithSelector(IPlans.PlanConsentInvalid.selector, number, provider);
        }
        IGrants.Grant memory granted = grants.grant(number);
        (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
        uint32 role = Roles.APPROVER;
        if (approval == IPlans.Approval.CONSENT || approval == IPlans.Approval.SIGNATURE) role = Roles.GRANTOR;
        if (approval == IPlans.Approval.COUNTERSIGNATURE) role = Roles.APPLICANT;
        if (roles & role == 0) return _roleMissing(account, role);
        bytes18 party = granted.grantor;
        if (approval == IPlans.Approval.IMPLEMENTATION) party = granted.implementer;
        if (approval == IPlans.Approval.AUTHORITY) party = authority;
        if (approval == IPlans.Approval.COUNTERSIGNATURE) party = granted.grantee;
        if (approval == IPlans.Approval.CONSENT) {
            party = provider;
            if (own == granted.grantor) return _notEntitled(account, party);
            IOrganizations.Organization memory holder = organizations.organization(provider);
            // Of the people here only the department stands above a provider, and the sector authority beside one.
            if (own == holder.sectorAuthority || own == holder.parent) return "";
        }
        return own == party ? bytes("") : _notEntitled(account, party);
    }

    function _tookAnother(IPlans.NewApproval memory given, address account) private view returns (bool) {
        for (uint8 approval; approval < 6; ++approval) {
            if (plans.approvalOf(given.grant, 1, IPlans.Approval(approval)).account == account) return true;
        }
        if (given.approval == IPlans.Approval.CONSENT) return false;
        return plans.consentOf(given.grant, 1, child).account == account
            || plans.consentOf(given.grant, 1, department).account == account;
    }

    /// @dev Takes something from the parent of a planned child, and says how that refuses it; empty for nothing.
    function _narrow(uint32 parent, IPlans.NewGrant memory fresh, uint256 damage) private returns (bytes memory) {
        if (damage == 0) {
            _change(supervisor, grants.suspend, parent);
            return abi.encodeWithSelector(IPlans.PlanParentInvalid.selector, 0, parent);
        }
        if (damage == 1) {
            _change(grantorOf[sector], grants.revoke, parent);
            return abi.encodeWithSelector(IPlans.PlanParentInvalid.selector, 0, parent);
        }
        IPlans.Amendment memory amendment = _amendment(parent);
        bytes memory failure =
            abi.encodeWithSelector(IPlans.PlanTermsInvalid.selector, 0, fresh.level, fresh.purposes, fresh.delegations);
        if (damage == 2) amendment.level = 3;
        if (damage == 3) amendment.purposes = 3;
        if (damage == 4) amendment.delegations = 2;
        if (damage == 5) {
            amendment.end -= 1;
            failure = abi.encodeWithSelector(IPlans.PlanTermInvalid.selector, 0, fresh.start, fresh.end, amendment.end);
        }
        if (damage == 6) {
            amendment.area = SHANGHAI;
            failure = abi.encodeWithSelector(IPlans.PlanAreaInvalid.selector, 0, fresh.area, SHANGHAI);
        }
        if (damage == 7) failure = "";
        _amend(amendment);
        _scope(parent, _entries());
        _enter(parent);
        return failure;
    }

    function _refusal(uint32 number, IPlans.Approval approval) private view returns (IPlans.Refusal memory) {
        return IPlans.Refusal(
            number,
            grants.head(number).versions,
            approval,
            approval == IPlans.Approval.CONSENT ? child : bytes18(0),
            REASON
        );
    }

    function _refuseReverts(IPlans.Refusal memory refusal, bytes memory failure) private {
        bytes18 provider = refusal.approval == IPlans.Approval.CONSENT ? refusal.provider : bytes18(0);
        address account = _approver(refusal.grant, refusal.approval, provider);
        _expectRevert(failure);
        vm.prank(account);
        plans.refuse(_one(refusal));
    }

    function _expectApproved(uint32 number, IPlans.NewApproval memory given, address account, bool entered) private {
        IPlans.ApprovalTaking memory act;
        (act.version, act.approval, act.provider) = (given.version, given.approval, given.provider);
        (act.scopeCount, act.scopeDigest) = (given.scopeCount, given.scopeDigest);
        (act.document, act.date, act.entered) = (given.document, given.date, entered);
        if (entered) act.from = uint64(block.timestamp);
        (act.organization,) = organizations.effectiveRoles(account);
        (act.account, act.time) = (account, uint64(block.timestamp));
        uint64 index = journal.size();
        vm.expectEmit(address(plans));
        emit IPlans.GrantApproved(index, number, act);
    }

    function _assertTaken(uint32 number, IPlans.NewApproval memory given, address account) private view {
        IPlans.Taken memory taken = given.approval == IPlans.Approval.CONSENT
            ? plans.consentOf(number, given.version, given.provider)
            : plans.approvalOf(number, given.version, given.approval);
        vm.assertEq(abi.encode(taken), abi.encode(IPlans.Taken(account, uint64(block.timestamp))), "taken by");
    }
}
