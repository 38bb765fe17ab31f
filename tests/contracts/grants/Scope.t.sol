// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "../../../contracts/interfaces/ICatalog.sol";
import {IGrantScope} from "../../../contracts/interfaces/IGrantScope.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IPlans} from "../../../contracts/interfaces/IPlans.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {vm} from "../Vm.sol";
import {GrantsBase} from "./GrantsBase.sol";

/// @notice {IPlans-scope}, {IPlans-scopeProviders} and {IGrantScope-settle}.
contract ScopeTest is GrantsBase {
    /// @notice An entry is listed as it is now: items can have moved as long as nothing held it.
    function test_scope_onlyThePresentVersion() public {
        EntryId id = catalog.idOf(child, "a");
        _restate(id, 1, 1, 2);
        uint32 number = _plan(_share());
        for (uint32 version = 1; version <= 3; version += 2) {
            _scopeReverts(
                number,
                _one(IGrantScope.EntryScope(id, version, 1, 1)),
                abi.encodeWithSelector(
                    IGrantScope.GrantScopeNotCovered.selector, number, id, IGrantScope.Coverage.NOT_PUBLISHED
                )
            );
        }
        _scope(number, _one(IGrantScope.EntryScope(id, 2, 1, 1)));
        checkLedger();
    }

    function test_scope_inChunks() public {
        uint32 number = _plan(_operate());
        IGrants.EntryScope[] memory entries = _entries();
        (entries[1].operations, entries[1].items) = (5, 9);
        bytes32 digest;
        for (uint256 i; i < entries.length; ++i) {
            digest = sha256(abi.encodePacked(digest, abi.encode(entries[i])));
            IGrants.EntryScope[] memory chunk = _one(entries[i]);
            vm.expectEmit(address(plans));
            emit IPlans.GrantScoped(
                journal.size(),
                number,
                IPlans.EntryListing(1, uint32(i + 1), digest, sector, grantorOf[sector], uint64(block.timestamp), chunk)
            );
            _scope(number, chunk);
        }
        IGrants.Version memory drawn = grants.version(number, 1);
        vm.assertEq(drawn.scopeDigest, digest, "digest");
        vm.assertEq(drawn.scopeCount, 3, "listed");
        vm.assertEq(drawn.heldCount, 3, "held");
        vm.assertEq(
            abi.encode(grants.entryScope(number, 1, ids[1])), abi.encode(IGrantScope.Slot(1, 5, true, 9)), "slot"
        );
        vm.assertEq(plans.procedure(number, 1).consentsMissing, 2, "child once, department once");
        _assertHolds(2); // the registration, and the grant
        checkLedger();
    }

    function test_scope_atOnceGivesTheSameDigest() public {
        uint32 number = _plan(_operate());
        _scope(number, _entries());
        uint32 other = _plan(_operate());
        for (uint256 i; i < ids.length; ++i) {
            _scope(other, _one(_entries()[i]));
        }
        vm.assertEq(grants.version(number, 1).scopeDigest, grants.version(other, 1).scopeDigest, "digest");
    }

    function test_scope_whoCan() public {
        uint32 number = _plan(_operate());
        IGrants.EntryScope[] memory entries = _entries();
        for (uint256 i; i < everybody.length; ++i) {
            if (everybody[i] == grantorOf[sector]) continue;
            (, uint32 roles) = organizations.effectiveRoles(everybody[i]);
            _expectRevert(
                roles & Roles.GRANTOR == 0
                    ? _roleMissing(everybody[i], Roles.GRANTOR)
                    : _notEntitled(everybody[i], sector)
            );
            vm.prank(everybody[i]);
            plans.scope(number, 1, entries);
        }
        _scope(number, entries);
        checkLedger();
    }

    /// @notice Every way for an element to be wrong, by the error that names it; nothing is listed or held.
    function test_scope_operateRefuses() public {
        for (uint256 damage; damage < 14; ++damage) {
            uint256 clean = _remember();
            IGrants.EntryScope[] memory entries = _entries();
            uint32 number = _plan(_operate());
            bytes memory failure = _damage(number, entries, damage);
            _scopeReverts(number, entries, failure);
            vm.assertEq(grants.version(number, 1).scopeCount, 0, "nothing listed");
            _goBack(clean);
        }
    }

    /// @notice What may be exported is narrower than what may be operated on.
    function testFuzz_scope_permits(uint256 seed) public {
        uint8 share = uint8(1 + seed % 3);
        uint8 open = uint8(1 + seed / 3 % 3);
        uint8 level = uint8(1 + seed / 9 % 4);
        uint8 operations = uint8(1 + seed / 36 % 15);
        bool operates = seed / 540 % 2 == 0;
        uint8 exportLevel = uint8(seed / 1080 % 5);
        uint8 highest = uint8(1 + seed / 5400 % 4);
        _setParameter("export_level", exportLevel);
        EntryId id = catalog.idOf(child, "a");
        _restate(id, share, open, level);
        IPlans.NewGrant memory fresh = operates ? _operate() : _share();
        fresh.level = highest;
        uint32 number = _plan(fresh);
        bool permitted = level <= highest;
        if (operates && operations >= 8) permitted = permitted && open != 3 && level <= exportLevel;
        if (!operates) permitted = permitted && share != 3;
        IGrants.EntryScope[] memory entries = _one(IGrantScope.EntryScope(id, 2, operations, 1));
        if (permitted) {
            _scope(number, entries);
        } else {
            bytes memory failure = abi.encodeWithSelector(
                IGrantScope.GrantScopeNotCovered.selector, number, id, IGrantScope.Coverage.NOT_PERMITTED
            );
            _scopeReverts(number, entries, failure);
        }
        vm.assertEq(grants.entryScope(number, 1, id).operations, permitted ? operations : 0, "listed");
    }

    /// @notice A child lists no more than its parent does: a plain comparison of bits; and the present version, which
    /// can be later than the one that the parent lists.
    function testFuzz_scope_withinTheParent(uint256 seed) public {
        EntryId id = catalog.idOf(child, "a");
        _restate(id, 1, 1, 1);
        uint8 operations = uint8(1 + seed % 15);
        uint208 items = uint208(1 + seed / 16 % 15);
        uint32 parent = _granted(_share(), _one(IGrantScope.EntryScope(id, 2, operations, items)));
        if (seed / 256 % 2 == 0) _restate(id, 1, 1, 1);
        uint32 present = catalog.head(id).version;
        IGrants.EntryScope memory listed = IGrantScope.EntryScope({
            entry: seed / 512 % 8 == 0 ? catalog.idOf(department, "c") : id,
            version: present - uint32(seed / 4096 % 2),
            operations: uint8(1 + seed / 8192 % 15),
            items: uint208(1 + seed / 131_072 % 15)
        });
        if (seed / 512 % 8 == 0) listed.version = 1;
        uint32 number = _plan(_delegate(parent));
        bool within = listed.entry == id;
        for (uint256 bit; bit < 4; ++bit) {
            if (listed.operations >> bit & 1 > operations >> bit & 1) within = false;
            if (listed.items >> bit & 1 > items >> bit & 1) within = false;
        }
        bytes memory failure =
            abi.encodeWithSelector(IGrantScope.GrantScopeOutsideParent.selector, number, listed.entry, parent);
        if (listed.entry == id && listed.version != present) {
            within = false;
            failure = abi.encodeWithSelector(
                IGrantScope.GrantScopeNotCovered.selector, number, id, IGrantScope.Coverage.NOT_PUBLISHED
            );
        }
        if (within) _scope(number, _one(listed));
        else _scopeReverts(number, _one(listed), failure);
        vm.assertEq(grants.version(number, 1).scopeCount, within ? 1 : 0, "listed");
    }

    function test_scope_afterAnApproval() public {
        uint32 number = _plan(_operate());
        _scope(number, _one(_entries()[0]));
        _take(number, IPlans.Approval.IMPLEMENTATION);
        bytes memory failure = abi.encodeWithSelector(IPlans.PlanStageInvalid.selector, number, 1, IPlans.Stage.REVIEW);
        IGrants.EntryScope[] memory rest = _one(_entries()[1]);
        _scopeReverts(number, rest, failure);
        checkLedger();
    }

    function test_scopeProviders() public {
        uint32 number = _plan(_overall());
        IGrants.ProviderScope[] memory providers = _providers();
        bytes32 digest = sha256(abi.encodePacked(bytes32(0), abi.encode(providers[0])));
        digest = sha256(abi.encodePacked(digest, abi.encode(providers[1])));
        vm.expectEmit(address(plans));
        emit IPlans.GrantProvidersScoped(
            journal.size(),
            number,
            IPlans.ProviderListing(1, 2, digest, sector, grantorOf[sector], uint64(block.timestamp), providers)
        );
        _scopeProviders(number, providers);
        vm.assertEq(abi.encode(grants.providerScope(number, 1, child)), abi.encode(providers[0]), "listed");
        vm.assertEq(grants.version(number, 1).scopeDigest, digest, "digest");
        vm.assertEq(grants.version(number, 1).heldCount, 0, "holds nothing");
        vm.assertEq(plans.procedure(number, 1).consentsMissing, 1, "the grantor is not asked");
        _enter(number);
        vm.assertTrue(grants.covers(number, catalog.idOf(child, "a"), 8, uint64(block.timestamp)), "covers");
        vm.assertFalse(grants.covers(number, catalog.idOf(department, "c"), 1, uint64(block.timestamp)), "not listed");
        checkLedger();
    }

    function test_scopeProviders_refuses() public {
        uint32 number = _plan(_overall());
        for (uint256 damage; damage < 7; ++damage) {
            IGrants.ProviderScope[] memory providers = _providers();
            if (damage == 0) providers[1].operations = 0;
            if (damage == 1) providers[1].operations = 16;
            if (damage == 2) providers[1].level = 0;
            if (damage == 3) providers[1].level = 4;
            if (damage == 4) providers[1].provider = unknown;
            if (damage == 5) providers[1].provider = child;
            if (damage == 6) providers = new IGrants.ProviderScope[](0);
            bytes memory failure = abi.encodeWithSelector(
                IPlans.PlanScopeInvalid.selector, number, bytes32(damage == 6 ? bytes18(0) : providers[1].provider)
            );
            if (damage == 5) {
                failure = abi.encodeWithSelector(IGrantScope.GrantScopeRepeated.selector, number, 1, bytes32(child));
            }
            if (damage == 6) failure = abi.encodeWithSelector(IPlans.PlansNothingToDo.selector);
            _scopeProvidersReverts(number, providers, failure);
        }
        _scopeProviders(number, _providers());
        _scopeProvidersReverts(
            number,
            _providers(),
            abi.encodeWithSelector(IGrantScope.GrantScopeRepeated.selector, number, 1, bytes32(child))
        );
        checkLedger();
    }

    function test_scope_ofTheOtherKind() public {
        uint32 overall = _plan(_overall());
        _scopeReverts(overall, _entries(), abi.encodeWithSelector(IPlans.PlanScopeKindInvalid.selector, overall, 1));
        uint32 number = _granted(_operate());
        _renew(_renewal(number));
        _scopeReverts(number, _entries(), abi.encodeWithSelector(IPlans.PlanScopeKindInvalid.selector, number, 2));
        _scopeProvidersReverts(
            number, _providers(), abi.encodeWithSelector(IPlans.PlanScopeKindInvalid.selector, number, 2)
        );
        checkLedger();
    }

    // Settling

    function test_settle_whatWasReplaced() public {
        uint32 number = _granted(_operate());
        _amend(_amendment(number));
        _scope(number, _entries());
        _assertHolds(3);
        _settleRefused(number, 1);
        _settleRefused(number, 2);
        _enter(number);
        _settleRefused(number, 2);
        EntryId[] memory two = new EntryId[](2);
        (two[0], two[1]) = (ids[2], ids[0]);
        vm.expectEmit(address(grants));
        emit IGrantScope.GrantSettled(
            journal.size(), number, IGrantScope.Settlement(1, stranger, uint64(block.timestamp), two)
        );
        vm.prank(stranger);
        grants.settle(number, 1, two);
        vm.assertEq(grants.version(number, 1).heldCount, 1, "held");
        vm.assertFalse(grants.entryScope(number, 1, ids[0]).held, "released");
        _expectRevert(abi.encodeWithSelector(IGrantScope.GrantEntryNotHeld.selector, number, 1, ids[0]));
        vm.prank(stranger);
        grants.settle(number, 1, ids);
        _settle(number, 1, _one(ids[1]));
        _assertHolds(2);
        checkLedger();
    }

    function test_settle_whatWasDropped() public {
        uint32 number = _plan(_operate());
        _scope(number, _entries());
        _settleRefused(number, 1);
        IGrants.Step[] memory steps = _steps(number, 1);
        vm.prank(grantorOf[sector]);
        plans.withdraw(steps);
        _settle(number, 1, ids);
        _assertHolds(1);
        checkLedger();
    }

    function test_settle_whatNeverEnteredInTime() public {
        uint32 number = _plan(_operate());
        _scope(number, _entries());
        _takeUpTo(number, IPlans.Approval.SIGNATURE);
        vm.warp(grants.version(number, 1).terms.end);
        IPlans.NewApproval memory last = _approval(number, IPlans.Approval.COUNTERSIGNATURE);
        _expectRevert(abi.encodeWithSelector(IGrants.GrantStatusInvalid.selector, number, IGrants.Status.EXPIRED));
        _approve(applicantOf[operator], last);
        _settle(number, 1, ids);
        checkLedger();
    }

    function test_settle_whatHasEnded() public {
        for (uint256 status = 3; status < 8; ++status) {
            uint256 clean = _remember();
            uint32 number = _grantWith(IGrants.Status(status));
            _settle(number, 1, ids);
            _assertHolds(1);
            vm.assertEq(grants.version(number, 1).heldCount, 0, "nothing held");
            _goBack(clean);
        }
        _settleRefused(_grantWith(IGrants.Status.ACTIVE), 1);
        _settleRefused(_grantWith(IGrants.Status.SUSPENDED), 1);
        _expectRevert(abi.encodeWithSelector(IGrants.GrantUnknown.selector, 9));
        grants.settle(9, 1, ids);
        _expectRevert(IGrants.GrantNothingToDo.selector);
        grants.settle(1, 1, new EntryId[](0));
    }

    /// @notice What was delegated from an ended grant never counts again, though it has not ended itself.
    function test_settle_underAnEndedAncestor() public {
        uint32 root = _granted(_share());
        uint32 below = _granted(_delegate(root));
        uint32 last = _granted(_delegate(below));
        _change(supervisorOf[sector], grants.suspend, root);
        _settleRefused(last, 1);
        _change(grantorOf[sector], grants.revoke, root);
        _assertHolds(4);
        _settle(last, 1, ids);
        _settle(below, 1, ids);
        _assertStatus(last, IGrants.Status.ACTIVE);
        _assertHolds(2);
        checkLedger();
    }

    /// @notice A renewal lists nothing itself: the scope of its predecessor counts on, and is held on.
    function test_settle_ofARenewal() public {
        uint32 number = _granted(_operate());
        _renew(_renewal(number));
        _settleRefused(number, 1);
        _enter(number);
        _settleRefused(number, 1);
        vm.warp(grants.head(number).until);
        _settle(number, 1, ids);
        _assertHolds(1);
        checkLedger();
    }

    function _settle(uint32 number, uint32 version, EntryId[] memory entries) private {
        vm.prank(stranger);
        grants.settle(number, version, entries);
    }

    function _settleRefused(uint32 number, uint32 version) private {
        _expectRevert(abi.encodeWithSelector(IGrantScope.GrantNotToSettle.selector, number, version));
        grants.settle(number, version, ids);
    }

    function _damage(uint32 number, IGrants.EntryScope[] memory entries, uint256 damage)
        private
        returns (bytes memory)
    {
        EntryId id = entries[2].entry;
        if (damage < 4) {
            if (damage == 0) entries[2].operations = 0;
            if (damage == 1) entries[2].operations = 16;
            if (damage == 2) entries[2].items = 0;
            if (damage == 3) entries[2].version = 0;
            return abi.encodeWithSelector(IPlans.PlanScopeInvalid.selector, number, EntryId.unwrap(id));
        }
        if (damage == 4) {
            entries[2].entry = entries[0].entry;
            return abi.encodeWithSelector(
                IGrantScope.GrantScopeRepeated.selector, number, 1, EntryId.unwrap(entries[0].entry)
            );
        }
        IGrantScope.Coverage reason = IGrantScope.Coverage.NOT_PERMITTED;
        if (damage == 5) (entries[2].version, reason) = (2, IGrantScope.Coverage.NOT_PUBLISHED);
        if (damage == 6) _restate(id, 1, 3, 2);
        if (damage == 7) _restate(id, 1, 1, 4);
        if (damage == 8) _restate(id, 1, 1, 3);
        if (damage >= 6 && damage <= 8) entries[2].version = 2;
        if (damage == 9) {
            ICatalog.Publication memory vague = _publication(child, "vague");
            vague.open = 0;
            id = _publish(childPublisher, vague);
        }
        if (damage == 10) {
            ICatalog.Publication memory vague = _publication(child, "vague");
            vague.level = 0;
            id = _publish(childPublisher, vague);
        }
        if (damage == 11) {
            (id, reason) = (_publish(childPublisher, _publication(child, "new")), IGrantScope.Coverage.NOT_REGISTERED);
        }
        if (damage == 12) {
            (id, reason) = (EntryId.wrap(keccak256("no entry")), IGrantScope.Coverage.NOT_PUBLISHED);
        }
        if (damage == 13) {
            id = _publish(childPublisher, _publication(child, "gone"));
            _retire(childPublisher, id, 1);
            reason = IGrantScope.Coverage.NOT_PUBLISHED;
        }
        entries[2].entry = id;
        return abi.encodeWithSelector(IGrantScope.GrantScopeNotCovered.selector, number, id, reason);
    }
}
