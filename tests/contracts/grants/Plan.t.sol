// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGrantScope} from "../../../contracts/interfaces/IGrantScope.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IPlans} from "../../../contracts/interfaces/IPlans.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {Reference} from "../Reference.sol";
import {vm} from "../Vm.sol";
import {GrantsBase} from "./GrantsBase.sol";

/// @notice {IPlans-plan}, {IPlans-amend} and {IPlans-renew}.
contract PlanTest is GrantsBase {
    function test_plan_operate() public {
        IPlans.NewGrant memory fresh = _operate();
        IGrants.Terms memory terms = IGrants.Terms(fresh.start, fresh.end, BEIJING, 3, 2, 12, 0);
        IPlans.Planning memory act;
        (act.version, act.basis, act.kind, act.mode) = (1, IGrants.Basis.FIRST, fresh.kind, fresh.mode);
        (act.implementer, act.terms, act.required) = (implementer, terms, 63);
        (act.organization, act.account, act.time) = (sector, grantorOf[sector], uint64(block.timestamp));
        act.content = fresh.content;
        vm.expectEmit(address(plans));
        emit IPlans.GrantPlanned(journal.size(), 1, operator, act);
        uint32 number = _plan(fresh);
        vm.assertEq(number, 1, "numbers count from 1");
        vm.assertEq(grants.grants(), 1, "grants");
        vm.assertEq(
            abi.encode(grants.grant(1)),
            abi.encode(IGrants.Grant(sector, fresh.kind, fresh.mode, 0, 0, implementer, operator)),
            "grant"
        );
        vm.assertEq(
            abi.encode(grants.version(1, 1)),
            abi.encode(IGrants.Version(sha256(fresh.content), 0, IGrants.Basis.FIRST, 1, 0, 0, true, terms)),
            "version"
        );
        vm.assertEq(
            abi.encode(grants.head(1)), abi.encode(IGrants.Head(1, 0, IGrants.Status.NONE, false, 0, 0)), "head"
        );
        vm.assertEq(
            abi.encode(plans.procedure(1, 1)), abi.encode(IPlans.Plan(IPlans.Stage.PLAN, 63, 0, 0, 0)), "procedure"
        );
        checkLedger();
    }

    function test_plan_many() public {
        IPlans.NewGrant[] memory fresh = new IPlans.NewGrant[](3);
        (fresh[0], fresh[1], fresh[2]) = (_operate(), _share(), _overall());
        vm.prank(grantorOf[sector]);
        vm.assertEq(plans.plan(fresh), 1, "first");
        vm.assertEq(grants.grants(), 3, "grants");
        vm.assertEq(grants.grant(2).grantee, district, "in order");
        vm.assertEq(plans.procedure(2, 1).required, 24, "share");
        checkLedger();
    }

    function test_plan_delegatesDownToTheCommunity() public {
        uint32 number = _granted(_share());
        for (uint8 depth = 1; depth < 4; ++depth) {
            number = _granted(_delegate(number));
            vm.assertEq(grants.grant(number).depth, depth, "depth");
            vm.assertTrue(grants.isEffective(number, uint64(block.timestamp)), "effective");
        }
        vm.assertEq(grants.version(number, 1).terms.delegations, 0, "delegations");
        IPlans.NewGrant memory further = _delegate(number);
        _planReverts(
            grantorOf[committee], further, abi.encodeWithSelector(IPlans.PlanParentInvalid.selector, 0, number)
        );
        checkLedger();
    }

    function test_plan_whoCan() public {
        for (uint256 i; i < everybody.length; ++i) {
            (bytes18 own, uint32 roles) = organizations.effectiveRoles(everybody[i]);
            uint8 kind = organizations.organization(own).kind;
            if (roles & Roles.GRANTOR == 0) {
                _expectRevert(_roleMissing(everybody[i], Roles.GRANTOR));
            } else if (kind > 3) {
                _expectRevert(abi.encodeWithSelector(IPlans.PlanPartyInvalid.selector, 0, own));
            }
            _plan(everybody[i], _operate());
            if (roles & Roles.GRANTOR != 0) _plan(everybody[i], _share());
        }
        vm.assertEq(grants.grants(), 3 + 10, "three authorities operate, all ten share");
        checkLedger();
    }

    function test_plan_nothing() public {
        _expectRevert(IPlans.PlansNothingToDo.selector);
        vm.prank(grantorOf[sector]);
        plans.plan(new IPlans.NewGrant[](0));
    }

    /// @notice Every way to be wrong, one at a time, by the error that names it; nothing is planned.
    function test_plan_operateRefuses() public {
        for (uint256 damage; damage < 27; ++damage) {
            IPlans.NewGrant memory fresh = _operate();
            bytes memory failure = _damageOperate(fresh, damage);
            _planReverts(grantorOf[sector], fresh, failure);
            vm.assertEq(grants.grants(), 0, "nothing planned");
        }
        checkLedger();
    }

    /// @notice The implementing body reviews what the operator does: no operator implements, itself or another.
    function test_plan_implementedByNoOperator() public {
        IPlans.NewGrant memory fresh = _operate();
        fresh.implementer = operator;
        _planReverts(grantorOf[sector], fresh, abi.encodeWithSelector(IPlans.PlanPartyInvalid.selector, 0, operator));
    }

    function test_plan_shareRefuses() public {
        for (uint256 damage; damage < 13; ++damage) {
            IPlans.NewGrant memory fresh = _share();
            bytes memory failure = _damageShare(fresh, damage);
            _planReverts(grantorOf[sector], fresh, failure);
            vm.assertEq(grants.grants(), 0, "nothing planned");
        }
        checkLedger();
    }

    function test_plan_childRefuses() public {
        IPlans.NewGrant memory root = _share();
        (root.area, root.level, root.purposes, root.delegations) = (CHAOYANG, 2, 3, 2);
        uint32 parent = _granted(root);
        for (uint256 damage; damage < 15; ++damage) {
            IPlans.NewGrant memory fresh = _delegate(parent);
            fresh.area = SUBDISTRICT;
            address account = damage == 0 ? grantorOf[sector] : grantorOf[district];
            bytes memory failure = _damageChild(fresh, damage);
            _planReverts(account, fresh, failure);
            vm.assertEq(grants.grants(), 1, "nothing planned");
        }
        IPlans.NewGrant memory right = _delegate(parent);
        right.area = SUBDISTRICT;
        _plan(right);
        checkLedger();
    }

    function test_plan_childOfWhatIsNotInForce() public {
        uint32 parent = _granted(_share());
        uint32 middle = _granted(_delegate(parent));
        IPlans.NewGrant memory fresh = _delegate(middle);
        bytes memory failure = abi.encodeWithSelector(IPlans.PlanParentInvalid.selector, 0, middle);
        uint256 clean = _remember();
        for (uint256 i; i < 4; ++i) {
            if (i == 0) _change(supervisor, grants.suspend, parent);
            if (i == 1) _change(grantorOf[sector], grants.revoke, parent);
            if (i == 2) _change(supervisor, grants.suspend, middle);
            if (i == 3) {
                IPlans.NewGrant memory operate = _operate();
                fresh.parent = _granted(operate);
                failure = abi.encodeWithSelector(IPlans.PlanParentInvalid.selector, 0, fresh.parent);
            }
            _planReverts(grantorOf[i == 3 ? operator : street], fresh, failure);
            _goBack(clean);
        }
    }

    /// @notice Policy says what is needed: no other bits, and never without the signature.
    function test_plan_approvalsByPolicy() public {
        uint8[6] memory values = [16, 63, 0, 47, 64 + 16, 17];
        for (uint256 i; i < values.length; ++i) {
            _setParameter("operate_approvals", values[i]);
            _setParameter("share_approvals", values[i]);
            bytes memory failure = abi.encodeWithSelector(IPlans.PlanApprovalsInvalid.selector, values[i]);
            bool isSet = values[i] < 64 && values[i] & 16 != 0;
            if (!isSet) _expectRevert(failure);
            uint32 number = _plan(grantorOf[sector], _operate());
            if (isSet) vm.assertEq(plans.procedure(number, 1).required, values[i], "required");
            // Nobody implements a SHARE grant, so nobody could approve it as implementing body.
            bool fits = isSet && values[i] & 1 == 0;
            if (!fits) _expectRevert(failure);
            number = _plan(grantorOf[sector], _share());
            if (fits) vm.assertEq(plans.procedure(number, 1).required, values[i], "required");
        }
    }

    function test_plan_exportLevelByPolicy() public {
        uint128[3] memory values = [uint128(0), 4, 300];
        for (uint256 i; i < values.length; ++i) {
            _setParameter("export_level", values[i]);
            uint32 number = _plan(_operate());
            vm.assertEq(grants.version(number, 1).terms.exportLevel, i == 2 ? 4 : values[i], "export level");
        }
    }

    /// @notice Term, level, purposes, delegations and area against the words of the manual.
    function testFuzz_plan_terms(uint64 start, uint64 end, uint256 seed) public {
        IPlans.NewGrant memory fresh = seed % 2 == 0 ? _operate() : _share();
        bool operates = seed % 2 == 0;
        start = uint64(_bound(start, block.timestamp - 400 days, block.timestamp + 400 days));
        end = uint64(_bound(end, block.timestamp - 400 days, block.timestamp + 2400 days));
        (fresh.start, fresh.end) = (start, end);
        fresh.level = uint8(seed / 2 % 6);
        fresh.purposes = uint8(seed / 16 % 40);
        fresh.delegations = uint8(seed / 1024 % 5);
        fresh.area = seed / 8192 % 5 == 0 ? 0 : seed / 8192 % 5 == 1 ? uint40(1e12) : CHAOYANG;
        bytes memory failure;
        bool levelRight = fresh.level >= 1 && fresh.level <= 4;
        uint8 allowed = operates ? 30 : 7;
        bool purposesRight = fresh.purposes != 0 && fresh.purposes | allowed == allowed;
        bool delegationsRight = operates ? fresh.delegations == 0 : fresh.delegations <= 3;
        uint64 latest = operates ? policy.termEnd(start, "grant_term_years") : type(uint64).max;
        if (!(levelRight && purposesRight && delegationsRight)) {
            failure = abi.encodeWithSelector(
                IPlans.PlanTermsInvalid.selector, 0, fresh.level, fresh.purposes, fresh.delegations
            );
        } else if (!Reference.areaContains(fresh.area, fresh.area)) {
            failure = abi.encodeWithSelector(IPlans.PlanAreaInvalid.selector, 0, fresh.area, 0);
        } else if (end <= start || end <= block.timestamp || end > latest) {
            failure = abi.encodeWithSelector(IPlans.PlanTermInvalid.selector, 0, start, end, latest);
        }
        if (failure.length > 0) _expectRevert(failure);
        _plan(grantorOf[sector], fresh);
        vm.assertEq(grants.grants(), failure.length > 0 ? 0 : 1, "planned");
        checkLedger();
    }

    // Following versions

    function test_amend() public {
        uint32 number = _granted(_operate());
        IGrants.Terms memory before = grants.version(number, 1).terms;
        IPlans.Amendment memory amendment = _amendment(number);
        (amendment.end, amendment.level, amendment.area, amendment.purposes) = (before.end - 1, 1, CHAOYANG, 2);
        _setParameter("export_level", 1);
        _setParameter("operate_approvals", 24);
        vm.warp(block.timestamp + 5);
        _amend(amendment);
        IGrants.Terms memory terms = IGrants.Terms(before.start, before.end - 1, CHAOYANG, 1, 1, 2, 0);
        vm.assertEq(
            abi.encode(grants.version(number, 2)),
            abi.encode(IGrants.Version(sha256(amendment.content), 0, IGrants.Basis.AMENDMENT, 2, 0, 0, true, terms)),
            "version"
        );
        vm.assertEq(plans.procedure(number, 2).required, 24, "by the policy of now");
        vm.assertEq(grants.head(number).current, 1, "the first is in force");
        IGrants.EntryScope[] memory entries = _entries();
        for (uint256 i; i < entries.length; ++i) {
            entries[i].operations = 1;
        }
        _scopeReverts(
            number,
            entries,
            abi.encodeWithSelector(
                IGrantScope.GrantScopeNotCovered.selector, number, entries[0].entry, IGrantScope.Coverage.NOT_PERMITTED
            )
        );
        checkLedger();
    }

    /// @notice A renewal runs from the end of the term before, keeps the scope, and asks for its consents again.
    function test_renew() public {
        uint32 number = _granted(_operate());
        uint64 until = grants.head(number).until;
        vm.warp(until - 30 days);
        IPlans.Renewal memory renewal = _renewal(number);
        _renew(renewal);
        IGrants.Version memory drawn = grants.version(number, 2);
        vm.assertEq(drawn.terms.start, until, "start");
        vm.assertEq(drawn.terms.end, until + 365 days, "end");
        vm.assertEq(drawn.scopeOf, 1, "scope");
        vm.assertEq(uint256(drawn.basis), uint256(IGrants.Basis.RENEWAL), "basis");
        vm.assertEq(plans.procedure(number, 2).consentsMissing, 2, "child and department");
        _enter(number);
        IGrants.Head memory known = grants.head(number);
        vm.assertEq(known.current, 2, "in force");
        vm.assertEq(known.from, block.timestamp, "from now");
        vm.assertEq(known.until, until + 365 days, "until");
        vm.assertTrue(grants.covers(number, ids[0], 1, until), "covers on");
        renewal = _renewal(number);
        vm.warp(until - 1);
        _renewReverts(renewal, _termInvalid(known.until, renewal.end, until));
        vm.warp(until); // when the renewed term begins
        _renew(renewal);
        vm.assertEq(grants.version(number, 3).scopeOf, 1, "scope of the first still");
        _enter(number);
        vm.assertEq(grants.version(number, 1).heldCount, 3, "held on");
        checkLedger();
    }

    /// @notice What is not in force yet is not brought forward by its next version.
    function test_amend_beforeItsStart() public {
        IPlans.NewGrant memory fresh = _operate();
        (fresh.start, fresh.end) = (fresh.start + 10 days, fresh.end + 10 days);
        uint32 number = _granted(fresh);
        vm.assertEq(grants.head(number).from, fresh.start, "from its start");
        vm.assertFalse(grants.isEffective(number, uint64(block.timestamp)), "not yet");
        _amend(_amendment(number));
        _scope(number, _entries());
        _enter(number);
        vm.assertEq(grants.head(number).from, fresh.start, "still");
        vm.assertFalse(grants.isEffective(number, fresh.start - 1), "not before");
        IPlans.Renewal memory renewal = _renewal(number);
        _renewReverts(renewal, _termInvalid(fresh.end, renewal.end, fresh.start));
        vm.warp(fresh.start);
        _renew(renewal);
        _enter(number);
        vm.assertEq(grants.head(number).from, fresh.start, "still");
        vm.assertFalse(grants.isEffective(number, fresh.start - 1), "not before");
        vm.assertTrue(grants.isEffective(number, fresh.start), "then");
        checkLedger();
    }

    function test_following_refuses() public {
        uint32 number = _granted(_operate());
        uint256 clean = _remember();
        for (uint256 damage; damage < 12; ++damage) {
            _followWrongly(number, damage);
            _goBack(clean);
        }
    }

    function _followWrongly(uint32 number, uint256 damage) private {
        IPlans.Amendment memory amendment = _amendment(number);
        IPlans.Renewal memory renewal = _renewal(number);
        address account = grantorOf[sector];
        bytes memory failure;
        if (damage == 0) {
            (amendment.grant, renewal.grant) = (9, 9);
            failure = abi.encodeWithSelector(IGrants.GrantUnknown.selector, 9);
        } else if (damage == 1) {
            (amendment.expectedVersion, renewal.expectedVersion) = (2, 2);
            failure = _conflict(number, 2, 1);
        } else if (damage == 2) {
            (account, failure) = (approverOf[sector], _roleMissing(approverOf[sector], Roles.GRANTOR));
        } else if (damage == 3) {
            (account, failure) = (grantorOf[authority], _notEntitled(grantorOf[authority], sector));
        } else if (damage == 4) {
            _amend(amendment);
            (amendment.expectedVersion, renewal.expectedVersion) = (2, 2);
            failure = abi.encodeWithSelector(IPlans.PlanStageInvalid.selector, number, 2, IPlans.Stage.PLAN);
        } else if (damage == 5) {
            _change(supervisor, grants.suspend, number);
            failure = abi.encodeWithSelector(IGrants.GrantStatusInvalid.selector, number, IGrants.Status.SUSPENDED);
        } else if (damage == 6) {
            vm.warp(grants.head(number).until);
            failure = abi.encodeWithSelector(IGrants.GrantStatusInvalid.selector, number, IGrants.Status.EXPIRED);
        } else if (damage == 7) {
            (amendment.content, renewal.content) = (bytes(""), bytes(""));
            failure = abi.encodeWithSelector(IPlans.PlanContentEmpty.selector, 0);
        } else if (damage == 8) {
            number = _plan(_operate());
            (amendment.grant, renewal.grant) = (number, number);
            failure = abi.encodeWithSelector(IPlans.PlanStageInvalid.selector, number, 1, IPlans.Stage.PLAN);
        } else if (damage == 9) {
            _suspend(operator);
            failure = abi.encodeWithSelector(IPlans.PlanPartyInvalid.selector, 0, operator);
        } else if (damage == 10) {
            (amendment.end, renewal.end) = (uint64(block.timestamp) + 3650 days, grants.head(number).until);
            _expectTermFailure(number, amendment, renewal);
            return;
        } else {
            _expectRevert(IPlans.PlansNothingToDo.selector);
            plans.amend(new IPlans.Amendment[](0));
            _expectRevert(IPlans.PlansNothingToDo.selector);
            plans.renew(new IPlans.Renewal[](0));
            return;
        }
        _expectRevert(failure);
        vm.prank(account);
        plans.amend(_one(amendment));
        _expectRevert(failure);
        vm.prank(account);
        plans.renew(_one(renewal));
    }

    function _expectTermFailure(uint32 number, IPlans.Amendment memory amendment, IPlans.Renewal memory renewal)
        private
    {
        IGrants.Terms memory terms = grants.version(number, 1).terms;
        uint64 latest = policy.termEnd(terms.start, "grant_term_years");
        _amendReverts(
            amendment, abi.encodeWithSelector(IPlans.PlanTermInvalid.selector, 0, terms.start, amendment.end, latest)
        );
        latest = policy.termEnd(terms.end, "grant_term_years");
        _renewReverts(
            renewal, abi.encodeWithSelector(IPlans.PlanTermInvalid.selector, 0, terms.end, renewal.end, latest)
        );
    }

    function _termInvalid(uint64 start, uint64 end, uint64 latest) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPlans.PlanTermInvalid.selector, 0, start, end, latest);
    }

    // Damages

    function _damageOperate(IPlans.NewGrant memory fresh, uint256 damage) private returns (bytes memory) {
        if (damage < 8) {
            if (damage == 0) fresh.kind = IGrants.Kind.NONE;
            if (damage == 1) fresh.mode = IGrants.Mode.NONE;
            if (damage == 2) fresh.parent = 1;
            if (damage == 3) fresh.implementer = 0;
            if (damage == 4) fresh.kind = IGrants.Kind.SHARE;
            if (damage == 5) (fresh.kind, fresh.mode) = (IGrants.Kind.SHARE, IGrants.Mode.NONE);
            if (damage == 6) (fresh.kind, fresh.implementer) = (IGrants.Kind.SHARE, 0);
            if (damage == 7) (fresh.kind, fresh.mode, fresh.parent) = (IGrants.Kind.NONE, IGrants.Mode.NONE, 1);
            return abi.encodeWithSelector(IPlans.PlanKindInvalid.selector, 0, fresh.kind, fresh.mode);
        }
        if (damage < 14) {
            bytes18 party = unknown;
            if (damage == 8) fresh.implementer = party;
            if (damage == 9) fresh.grantee = party;
            if (damage == 10) (party, fresh.grantee) = (implementer, implementer);
            if (damage == 11) (party, fresh.grantee) = (department, department);
            if (damage == 12) (party, fresh.grantee) = (_code(10), operator);
            if (damage == 13) party = implementer;
            if (damage > 11) {
                if (damage == 13) {
                    vm.prank(supervisor);
                    organizations.resumeOrganizations(_one(operator), REASON);
                }
                _suspend(party);
            }
            return abi.encodeWithSelector(IPlans.PlanPartyInvalid.selector, 0, party);
        }
        if (damage == 14) {
            vm.prank(supervisor);
            organizations.resumeOrganizations(_one(implementer), REASON);
            fresh.content = "";
            return abi.encodeWithSelector(IPlans.PlanContentEmpty.selector, 0);
        }
        return _damageTerms(fresh, damage - 15);
    }

    function _damageTerms(IPlans.NewGrant memory fresh, uint256 damage) private view returns (bytes memory) {
        uint64 latest =
            fresh.kind == IGrants.Kind.OPERATE ? policy.termEnd(fresh.start, "grant_term_years") : type(uint64).max;
        if (damage < 4) {
            if (damage == 0) fresh.end = fresh.start;
            if (damage == 1) (fresh.start, fresh.end) = (uint64(block.timestamp) - 9, uint64(block.timestamp));
            if (damage == 2) fresh.start = fresh.end + 1;
            if (damage == 3) fresh.end = latest == type(uint64).max ? fresh.start - 1 : latest + 1;
            if (latest != type(uint64).max) latest = policy.termEnd(fresh.start, "grant_term_years");
            return abi.encodeWithSelector(IPlans.PlanTermInvalid.selector, 0, fresh.start, fresh.end, latest);
        }
        if (damage < 6) {
            fresh.area = damage == 4 ? 0 : uint40(1e12);
            return abi.encodeWithSelector(IPlans.PlanAreaInvalid.selector, 0, fresh.area, 0);
        }
        if (damage == 6) fresh.level = 0;
        if (damage == 7) fresh.level = 5;
        if (damage == 8) fresh.purposes = 0;
        if (damage == 9) fresh.purposes = fresh.kind == IGrants.Kind.OPERATE ? 1 : 8;
        if (damage == 10) fresh.purposes = 32;
        if (damage == 11) fresh.delegations = fresh.kind == IGrants.Kind.OPERATE ? 1 : 4;
        return
            abi.encodeWithSelector(IPlans.PlanTermsInvalid.selector, 0, fresh.level, fresh.purposes, fresh.delegations);
    }

    function _damageShare(IPlans.NewGrant memory fresh, uint256 damage) private view returns (bytes memory) {
        if (damage < 12) return _damageTerms(fresh, damage);
        fresh.grantee = operator;
        return abi.encodeWithSelector(IPlans.PlanPartyInvalid.selector, 0, operator);
    }

    function _damageChild(IPlans.NewGrant memory fresh, uint256 damage) private pure returns (bytes memory) {
        if (damage < 2) {
            if (damage == 1) fresh.parent = 9;
            return abi.encodeWithSelector(IPlans.PlanParentInvalid.selector, 0, fresh.parent);
        }
        if (damage == 2) {
            fresh.end += 1;
            return abi.encodeWithSelector(IPlans.PlanTermInvalid.selector, 0, fresh.start, fresh.end, fresh.end - 1);
        }
        if (damage < 6) {
            if (damage == 3) fresh.level = 3;
            if (damage == 4) fresh.purposes = 4;
            if (damage == 5) fresh.delegations = 2;
            return
                abi.encodeWithSelector(
                    IPlans.PlanTermsInvalid.selector, 0, fresh.level, fresh.purposes, fresh.delegations
                );
        }
        uint40[4] memory areas = [CHAOYANG, BEIJING, SHANGHAI, 110_105_002_000]; // itself, around, beside, not the grantee's
        if (damage < 10) {
            fresh.area = areas[damage - 6];
            return abi.encodeWithSelector(IPlans.PlanAreaInvalid.selector, 0, fresh.area, CHAOYANG);
        }
        if (damage == 10) fresh.kind = IGrants.Kind.OPERATE;
        if (damage == 11) fresh.mode = IGrants.Mode.SECTOR;
        if (damage == 12) fresh.implementer = fresh.grantee;
        if (damage == 13) fresh.kind = IGrants.Kind.NONE;
        if (damage < 14) return abi.encodeWithSelector(IPlans.PlanKindInvalid.selector, 0, fresh.kind, fresh.mode);
        fresh.content = "";
        return abi.encodeWithSelector(IPlans.PlanContentEmpty.selector, 0);
    }
}
