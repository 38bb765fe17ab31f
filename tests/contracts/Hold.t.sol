// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "../../contracts/interfaces/ICatalog.sol";
import {EntryId} from "../../contracts/types/EntryId.sol";
import {Base} from "./Base.t.sol";
import {StubModule} from "./StubModule.sol";
import {Vm, vm} from "./Vm.sol";

/// @notice {ICatalog-hold}, {ICatalog-release}, {ICatalog-mark} and {ICatalog-unmark}, through a module.
contract HoldTest is Base {
    EntryId private id;
    EntryId private other;
    EntryId private nothing = EntryId.wrap(keccak256("nothing"));

    function setUp() public override {
        super.setUp();
        id = _publish(childPublisher, _publication(child, "a"));
        other = _publish(childPublisher, _publication(child, "b"));
        checkLedger();
    }

    function test_hold_countsAndChangesNothingElse() public {
        ICatalog.Head memory expected = catalog.head(id);
        bytes32 untouched = keccak256(abi.encode(catalog.head(other)));
        for (uint16 holds = 1; holds <= 3; ++holds) {
            module.hold(_one(id));
            expected.holds = holds;
            _assertHead(id, expected);
        }
        module.mark(_one(id));
        expected.marks = 1;
        _assertHead(id, expected);
        module.release(_one(id));
        expected.holds = 2;
        _assertHead(id, expected);
        module.unmark(_one(id));
        expected.marks = 0;
        _assertHead(id, expected);
        vm.assertEq(catalog.endedCount(id), 0, "no version ended");
        vm.assertEq(keccak256(abi.encode(catalog.head(other))), untouched, "no other entry changed");
        checkLedger();
    }

    function test_hold_severalAtOnce() public {
        EntryId[] memory both = new EntryId[](3);
        (both[0], both[1], both[2]) = (id, other, id);
        module.hold(both);
        vm.assertEq(catalog.head(id).holds, 2, "named twice");
        vm.assertEq(catalog.head(other).holds, 1, "named once");
        module.release(both);
        vm.assertEq(catalog.head(id).holds, 0, "released");
        checkLedger();
    }

    /// @notice One act is one event, the module's: the catalog says nothing.
    function test_hold_emitsNothing() public {
        module.hold(_one(id));
        module.mark(_one(id));
        module.unmark(_one(id));
        module.release(_one(id));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 4, "one log each");
        for (uint256 i; i < logs.length; ++i) {
            vm.assertEq(logs[i].emitter, address(module), "the module's");
        }
    }

    function test_mark_ofRetired() public {
        _retire(childPublisher, id, 1);
        module.mark(_one(id));
        vm.assertEq(catalog.head(id).marks, 1, "an objection can concern a retired entry");
        module.unmark(_one(id));
        checkLedger();
    }

    function test_hold_revertsWhenNotModule() public {
        StubModule foreign = new StubModule(journal, catalog);
        address[4] memory callers = [ada, childPublisher, address(foreign), address(this)];
        for (uint256 i; i < callers.length; ++i) {
            bytes memory failure = abi.encodeWithSelector(ICatalog.CatalogUnauthorized.selector, callers[i]);
            _expectRevert(failure);
            vm.prank(callers[i]);
            catalog.hold(_one(id));
            _expectRevert(failure);
            vm.prank(callers[i]);
            catalog.release(_one(id));
            _expectRevert(failure);
            vm.prank(callers[i]);
            catalog.mark(id);
            _expectRevert(failure);
            vm.prank(callers[i]);
            catalog.unmark(id);
        }
        checkLedger();
    }

    function test_hold_revertsBeyondTheCount() public {
        EntryId[] memory many = new EntryId[](type(uint16).max);
        for (uint256 i; i < many.length; ++i) {
            many[i] = id;
        }
        vm.prank(address(module)); // without an act, which would be too large
        catalog.hold(many);
        vm.assertEq(catalog.head(id).holds, type(uint16).max, "as many as can be counted");
        _expectRevert(abi.encodeWithSelector(ICatalog.CatalogHoldsExhausted.selector, id));
        module.hold(_one(id));
    }

    function test_hold_revertsWhenUnknown() public {
        bytes memory failure = abi.encodeWithSelector(ICatalog.CatalogEntryUnknown.selector, nothing);
        _expectRevert(failure);
        module.hold(_one(nothing));
        _expectRevert(failure);
        module.release(_one(nothing));
        _expectRevert(failure);
        module.mark(_one(nothing));
        _expectRevert(failure);
        module.unmark(_one(nothing));
        checkLedger();
    }

    function test_hold_revertsWhenRetired() public {
        _retire(childPublisher, other, 1);
        EntryId[] memory both = new EntryId[](2);
        (both[0], both[1]) = (id, other);
        _expectRevert(abi.encodeWithSelector(ICatalog.CatalogEntryRetired.selector, other));
        module.hold(both);
        vm.assertEq(catalog.head(id).holds, 0, "all or nothing");
        checkLedger();
    }

    function test_release_revertsWhenNotHeld() public {
        module.hold(_one(other));
        _expectRevert(abi.encodeWithSelector(ICatalog.CatalogEntryNotHeld.selector, id));
        module.release(_one(id));
        checkLedger();
    }

    function test_unmark_revertsWhenNotMarked() public {
        module.mark(_one(other));
        _expectRevert(abi.encodeWithSelector(ICatalog.CatalogEntryNotMarked.selector, id));
        module.unmark(_one(id));
        checkLedger();
    }

    /// @notice The counts match a sequence of holds, releases, marks and unmarks; those below zero are refused.
    function testFuzz_hold(uint8[] memory steps) public {
        uint16 holds;
        uint16 marks;
        for (uint256 i; i < steps.length && i < 40; ++i) {
            uint256 step = steps[i] % 4;
            if (step == 1 && holds == 0) {
                _expectRevert(abi.encodeWithSelector(ICatalog.CatalogEntryNotHeld.selector, id));
            }
            if (step == 3 && marks == 0) {
                _expectRevert(abi.encodeWithSelector(ICatalog.CatalogEntryNotMarked.selector, id));
            }
            if (step == 0) {
                module.hold(_one(id));
                ++holds;
            } else if (step == 1) {
                module.release(_one(id));
                if (holds > 0) --holds;
            } else if (step == 2) {
                module.mark(_one(id));
                ++marks;
            } else {
                module.unmark(_one(id));
                if (marks > 0) --marks;
            }
            vm.assertEq(catalog.head(id).holds, holds, "holds");
            vm.assertEq(catalog.head(id).marks, marks, "marks");
        }
        checkLedger();
    }
}
