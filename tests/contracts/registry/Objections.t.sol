// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "../../../contracts/interfaces/ICatalog.sol";
import {IObjections} from "../../../contracts/interfaces/IObjections.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {RegistrationNumber} from "../../../contracts/types/RegistrationNumber.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {vm} from "../Vm.sol";
import {RegistryBase} from "./RegistryBase.sol";

/// @notice {IObjections}.
contract ObjectionsTest is RegistryBase {
    using {_wide} for bytes18;

    bytes32 private constant PERSON = keccak256("salt and identity");
    EntryId private entry;

    function setUp() public override {
        super.setUp();
        entry = catalog.idOf(child, "a");
    }

    function test_objection_blocksTheIssue() public {
        RegistrationNumber number = _at(IRegistry.Stage.NOTICE);
        uint32 objection = _raise(sectorApplicant, _objection(number, 1));
        vm.warp(registry.version(number, 1).noticeEnd);
        _expectRevert(abi.encodeWithSelector(IRegistry.RegistryObjectionsOpen.selector, number, 1, 1));
        _act(issuer, registry.issue, number, 1);
        // Nobody decided in time, so a SUPERVISOR may: nobody blocks an issue for ever.
        vm.prank(supervisor);
        objections.dismiss(_decision(objection));
        _act(issuer, registry.issue, number, 1);
        _assertStatus(number, 1, IRegistry.Status.ACTIVE);
        checkLedger();
    }

    function test_uphold_endsTheNotice() public {
        RegistrationNumber number = _at(IRegistry.Stage.NOTICE);
        uint32 first = _raise(sectorApplicant, _objection(number, 1));
        uint32 second = _raise(applicant, _objection(number, 1));
        vm.prank(reviewer);
        objections.accept(_decision(first));
        vm.prank(reviewer);
        objections.uphold(_decision(first));
        _assertStage(number, 1, IRegistry.Stage.NOTICE_FAILED);
        vm.assertTrue(registry.upheld(number, first), "can be cited");
        vm.prank(reviewer);
        objections.reject(_decision(second)); // the other one is still decided
        vm.assertEq(registry.version(number, 1).openObjections, 0, "none is open");
        _act(stranger, registry.settle, number, 1);
        _assertHolds(0);
        checkLedger();
    }

    function test_entry_isMarkedUntilItIsCorrected() public {
        uint32 first = _raise(sectorApplicant, _objection(entry, 1));
        uint32 second = _raise(applicant, _objection(entry, 1));
        vm.assertEq(catalog.head(entry).marks, 0, "not before it is accepted");
        vm.prank(providerReviewer);
        objections.accept(_decision(first));
        vm.prank(authorityReviewer);
        objections.accept(_decision(second));
        vm.assertEq(catalog.head(entry).marks, 2, "marked");
        vm.prank(authorityReviewer);
        objections.dismiss(_decision(second));
        vm.prank(providerReviewer);
        objections.uphold(_decision(first));
        vm.assertEq(catalog.head(entry).marks, 1, "the upheld one stays");
        _expectRevert(abi.encodeWithSelector(IObjections.ObjectionNotCorrected.selector, first, entry, 1));
        objections.settle(_decision(first));
        ICatalog.Publication memory corrected = _publication(child, "a");
        (corrected.expectedVersion, corrected.reason) = (1, REASON);
        _publish(childPublisher, corrected);
        vm.prank(stranger);
        objections.settle(_decision(first));
        vm.assertEq(catalog.head(entry).marks, 0, "corrected");
        checkLedger();
    }

    /// @notice A SUPERVISOR upholds what was never accepted: the entry is marked all the same.
    function test_uphold_overdue() public {
        uint32 objection = _raise(sectorApplicant, _objection(entry, 1));
        vm.warp(objections.objection(objection).deadline);
        vm.prank(supervisor);
        objections.uphold(_decision(objection));
        vm.assertEq(catalog.head(entry).marks, 1, "marked");
        checkLedger();
    }

    function test_raise_person() public {
        RegistrationNumber number = _at(IRegistry.Stage.NOTICE);
        IObjections.NewObjection[] memory items = _objection(number, 1);
        items[0].commitment = PERSON;
        _expectRevert(abi.encodeWithSelector(IObjections.ObjectionEvidenceMissing.selector, 0));
        _raise(acceptor, items);
        items[0].evidence = REASON;
        _expectRevert(_notEntitled(otherClerk, registrar));
        _raise(otherClerk, items);
        uint32 objection = _raise(acceptor, items);
        vm.assertEq(objections.openObjection(bytes32(RegistrationNumber.unwrap(number)), 1, PERSON), objection, "open");
        _expectRevert(abi.encodeWithSelector(IObjections.ObjectionRepeated.selector, 0, objection));
        _raise(acceptor, items);
        checkLedger();
    }

    function test_raise_many() public {
        RegistrationNumber number = _at(IRegistry.Stage.NOTICE);
        IObjections.NewObjection[] memory items = new IObjections.NewObjection[](3);
        items[0] = _objection(number, 1)[0];
        items[1] = _objection(entry, 1)[0];
        items[2] = _objection(ids[2], 1)[0];
        items[2].entry = catalog.idOf(child, "b");
        vm.assertEq(_raise(sectorApplicant, items), 1, "the first");
        vm.assertEq(objections.objections(), 3, "three");
        checkLedger();
    }

    function test_revertsWhenNothingToDo() public {
        IObjections.Decision[] memory none = new IObjections.Decision[](0);
        _expectRevert(IObjections.ObjectionsNothingToDo.selector);
        objections.raise(new IObjections.NewObjection[](0));
        _expectRevert(IObjections.ObjectionsNothingToDo.selector);
        objections.accept(none);
        _expectRevert(IObjections.ObjectionsNothingToDo.selector);
        objections.settle(none);
    }

    function test_raise_againstARetiredEntry() public {
        EntryId retired = _publish(childPublisher, _publication(child, "retired"));
        _retire(childPublisher, retired, 1);
        _expectRevert(abi.encodeWithSelector(ICatalog.CatalogEntryRetired.selector, retired));
        _raise(sectorApplicant, _objection(retired, 1));
    }

    function testFuzz_raise(uint256 caller, uint256 seed, uint256 damage) public {
        address account =
            caller % 3 == 0 ? people[caller / 3 % people.length] : caller % 3 == 1 ? sectorApplicant : acceptor;
        bool onEntry = seed % 2 == 0;
        RegistrationNumber number = onEntry
            ? NONE
            : seed % 4 == 1 ? _at(IRegistry.Stage(1 + seed / 4 % 13)) : _with(IRegistry.Status(1 + seed / 4 % 5));
        IObjections.NewObjection[] memory items = onEntry ? _objection(entry, 1) : _objection(number, 1);
        if (account != sectorApplicant && damage % 4 != 0) (items[0].commitment, items[0].evidence) = (PERSON, REASON);
        if (damage % 16 == 1) items[0].evidence = 0;
        if (damage % 16 == 2) items[0].ground = 0;
        if (damage % 16 == 3) (items[0].entry, items[0].number) = (entry, RegistrationNumber.wrap("R"));
        if (damage % 16 == 5) items[0].version = 2;
        if (damage % 16 == 6 && onEntry) items[0].entry = EntryId.wrap(REASON);
        if (damage % 16 == 6 && !onEntry) items[0].number = RegistrationNumber.wrap("R");
        if (damage % 16 == 7 && onEntry) _retire(childPublisher, entry, 1);
        if (damage % 16 == 9) _suspend(sector);

        bytes memory failure = _failureToRaise(account, items[0]);
        if (failure.length == 0 && damage % 8 == 2 + 2 * (seed % 2)) {
            uint32 first = _raise(account, items);
            failure = abi.encodeWithSelector(IObjections.ObjectionRepeated.selector, 0, first);
        }
        uint32 count = objections.objections();
        if (failure.length > 0) _expectRevert(failure);
        else _expectRaised(account, items[0]);
        _raise(account, items);
        vm.assertEq(objections.objections(), failure.length > 0 ? count : count + 1, "counted");
        if (!onEntry) {
            vm.assertEq(registry.version(number, 1).openObjections, objections.objections(), "open at the registry");
        }
        vm.assertEq(catalog.head(entry).marks, 0, "raising marks nothing");
        checkLedger();
    }

    function testFuzz_accept(uint256 caller, uint256 seed, uint32 wait) public {
        _fuzz(IObjections.State.ACCEPTED, objections.accept, caller, seed, wait);
    }

    function testFuzz_reject(uint256 caller, uint256 seed, uint32 wait) public {
        _fuzz(IObjections.State.REJECTED, objections.reject, caller, seed, wait);
    }

    function testFuzz_uphold(uint256 caller, uint256 seed, uint32 wait) public {
        _fuzz(IObjections.State.UPHELD, objections.uphold, caller, seed, wait);
    }

    function testFuzz_dismiss(uint256 caller, uint256 seed, uint32 wait) public {
        _fuzz(IObjections.State.DISMISSED, objections.dismiss, caller, seed, wait);
    }

    /// @dev One decision by somebody: the exact error of the first guard that refuses, or the state and its effects.
    function _fuzz(
        IObjections.State state,
        function(IObjections.Decision[] memory) external act,
        uint256 caller,
        uint256 seed,
        uint32 wait
    ) private {
        bool onEntry = seed % 2 == 0;
        address[5] memory able =
            [onEntry ? providerReviewer : reviewer, supervisor, reviewer, authorityReviewer, registrarSupervisor];
        address account = caller % 2 == 0 ? able[caller / 2 % 5] : people[caller / 2 % people.length];
        RegistrationNumber number = onEntry ? NONE : _with(IRegistry.Status.ACTIVE);
        uint32 objection = _raise(sectorApplicant, onEntry ? _objection(entry, 1) : _objection(number, 1));
        if (seed / 2 % 2 == 1) {
            vm.prank(able[0]);
            objections.accept(_decision(objection));
        }
        if (seed / 4 % 8 == 1) {
            vm.warp(block.timestamp + 30 days);
            vm.prank(supervisor);
            objections.dismiss(_decision(objection));
        }
        IObjections.Decision[] memory decisions = _decision(objection);
        if (seed / 4 % 8 == 2) decisions[0].objection = 9;
        if (seed / 4 % 8 == 3) decisions[0].reason = 0;
        vm.warp(block.timestamp + wait % 12 days);
        IObjections.Objection memory known = objections.objection(objection);

        bytes memory failure = _failure(state, account, decisions[0], known);
        if (failure.length > 0) _expectRevert(failure);
        vm.prank(account);
        act(decisions);
        if (failure.length == 0) {
            known.state = state;
            known.deadline = state == IObjections.State.ACCEPTED ? policy.workdayEnd(uint64(block.timestamp), 5) : 0;
        }
        vm.assertEq(abi.encode(objections.objection(objection)), abi.encode(known), "objection");
        _assertEffects(known, number, objection);
        checkLedger();
    }

    /// @dev What follows from the state alone.
    function _assertEffects(IObjections.Objection memory known, RegistrationNumber number, uint32 objection)
        private
        view
    {
        bool open = known.state == IObjections.State.RAISED || known.state == IObjections.State.ACCEPTED;
        bool marked = known.state == IObjections.State.ACCEPTED || known.state == IObjections.State.UPHELD;
        bool onEntry = number == NONE;
        bytes32 target = onEntry ? EntryId.unwrap(entry) : bytes32(RegistrationNumber.unwrap(number));
        vm.assertEq(objections.openObjection(target, 1, sector._wide()), open ? objection : 0, "open");
        vm.assertEq(catalog.head(entry).marks, onEntry && marked ? 1 : 0, "marks");
        if (onEntry) return;
        vm.assertEq(registry.version(number, 1).openObjections, open ? 1 : 0, "open at the registry");
        bool upheld = known.state == IObjections.State.UPHELD;
        _assertStatus(number, 1, upheld ? IRegistry.Status.SUSPENDED : IRegistry.Status.ACTIVE);
        vm.assertEq(registry.head(number).suspendedFor, upheld ? objection : 0, "suspended for it");
        vm.assertTrue(registry.upheld(number, objection) == upheld, "can be cited");
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(
        IObjections.State state,
        address account,
        IObjections.Decision memory decision,
        IObjections.Objection memory known
    ) private view returns (bytes memory) {
        uint32 number = decision.objection;
        if (number == 9) return abi.encodeWithSelector(IObjections.ObjectionUnknown.selector, 9);
        bool onEntry = known.number == NONE;
        bytes18 responsible = onEntry ? child : registrar;
        (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
        bool reviews = roles & Roles.REVIEWER != 0 && (own == responsible || (onEntry && own == authority));
        bool overrules;
        if (!reviews && roles & Roles.SUPERVISOR != 0) {
            if (own != authority && own != responsible) return _notEntitled(account, responsible);
            if (known.deadline == 0 || block.timestamp < known.deadline) {
                return abi.encodeWithSelector(IObjections.ObjectionNotOverdue.selector, number, known.deadline);
            }
            overrules = true;
        } else if (!reviews) {
            if (roles & Roles.REVIEWER == 0) return _roleMissing(account, Roles.REVIEWER);
            return _notEntitled(account, responsible);
        }
        if (decision.reason == 0 && state != IObjections.State.ACCEPTED) {
            return abi.encodeWithSelector(IObjections.ObjectionReasonMissing.selector, number);
        }
        bool first = state == IObjections.State.ACCEPTED || state == IObjections.State.REJECTED;
        bool allowed = known.state == IObjections.State.RAISED
            ? first || overrules
            : known.state == IObjections.State.ACCEPTED && !first;
        if (allowed) return "";
        return abi.encodeWithSelector(IObjections.ObjectionStateInvalid.selector, number, known.state);
    }

    function _failureToRaise(address account, IObjections.NewObjection memory item)
        private
        view
        returns (bytes memory)
    {
        bool onEntry = EntryId.unwrap(item.entry) != 0;
        if (item.ground == 0 || (onEntry && !(item.number == NONE))) {
            return abi.encodeWithSelector(IObjections.ObjectionTargetInvalid.selector, 0);
        }
        ICatalog.Head memory head = catalog.head(item.entry);
        IRegistry.Version memory drawn = registry.version(item.number, item.version);
        if (onEntry) {
            if (head.version == 0) return abi.encodeWithSelector(ICatalog.CatalogEntryUnknown.selector, item.entry);
            if (head.status != ICatalog.Status.ACTIVE) {
                return abi.encodeWithSelector(ICatalog.CatalogEntryRetired.selector, item.entry);
            }
            if (head.version != item.version) {
                return abi.encodeWithSelector(
                    IObjections.ObjectionVersionConflict.selector, item.entry, item.version, head.version
                );
            }
        } else if (drawn.stage == IRegistry.Stage.NONE) {
            return abi.encodeWithSelector(IRegistry.RegistrationUnknown.selector, item.number);
        }
        (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
        if (item.commitment == 0) {
            if (roles & Roles.APPLICANT == 0) return _roleMissing(account, Roles.APPLICANT);
        } else {
            if (item.evidence == 0) return abi.encodeWithSelector(IObjections.ObjectionEvidenceMissing.selector, 0);
            if (roles & Roles.ACCEPTOR == 0) return _roleMissing(account, Roles.ACCEPTOR);
            if (!onEntry && own != registrar) return _notEntitled(account, registrar);
        }
        if (onEntry) return "";
        IRegistry.Head memory known = registry.head(item.number);
        bool inForce = known.issued == item.version && block.timestamp < known.validUntil && uint8(known.status) < 3;
        bool notice = drawn.stage == IRegistry.Stage.NOTICE && block.timestamp < drawn.noticeEnd;
        if (inForce || notice) return "";
        return abi.encodeWithSelector(IRegistry.RegistryNotObjectionable.selector, item.number, item.version);
    }

    function _expectRaised(address account, IObjections.NewObjection memory item) private {
        (bytes18 own,) = organizations.effectiveRoles(account);
        bool onEntry = EntryId.unwrap(item.entry) != 0;
        IObjections.Raising memory act = IObjections.Raising({
            number: item.number,
            entry: item.entry,
            version: item.version,
            objector: item.commitment == 0 ? own._wide() : item.commitment,
            person: item.commitment != 0,
            responsible: onEntry ? child : registrar,
            deadline: policy.workdayEnd(uint64(block.timestamp), 2),
            evidence: item.evidence,
            ground: item.ground,
            organization: own,
            account: account,
            time: uint64(block.timestamp)
        });
        bytes32 target = onEntry ? EntryId.unwrap(item.entry) : bytes32(RegistrationNumber.unwrap(item.number));
        vm.expectEmit(address(objections));
        emit IObjections.ObjectionRaised(journal.size(), objections.objections() + 1, target, act);
    }
}

function _wide(bytes18 code) pure returns (bytes32) {
    return bytes32(code);
}
