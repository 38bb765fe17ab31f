// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Catalog} from "../../../contracts/Catalog.sol";
import {Objections} from "../../../contracts/Objections.sol";
import {Registry} from "../../../contracts/Registry.sol";
import {IObjections} from "../../../contracts/interfaces/IObjections.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {RegistrationNumber} from "../../../contracts/types/RegistrationNumber.sol";
import {vm} from "../Vm.sol";
import {RegistrationHandler} from "./RegistrationHandler.sol";

/// @notice What holds of registrations after any sequence of acts by random clerks and applicants.
contract RegistrationInvariants {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    RegistrationHandler private handler;
    Registry private registry;
    Catalog private catalog;
    Objections private objections;

    function setUp() public {
        handler = new RegistrationHandler();
        (address registry_, address catalog_, address objections_) = handler.modules();
        (registry, catalog, objections) = (Registry(registry_), Catalog(catalog_), Objections(objections_));
    }

    /// @dev `forge` looks for this name.
    function targetContracts() public view returns (address[] memory contracts_) {
        contracts_ = new address[](1);
        contracts_[0] = address(handler);
    }

    /// @dev `forge` looks for this name.
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[16] memory selectors = [
            RegistrationHandler.file.selector,
            RegistrationHandler.file.selector,
            RegistrationHandler.step.selector,
            RegistrationHandler.step.selector,
            RegistrationHandler.step.selector,
            RegistrationHandler.supplement.selector,
            RegistrationHandler.issue.selector,
            RegistrationHandler.issue.selector,
            RegistrationHandler.change.selector,
            RegistrationHandler.settle.selector,
            RegistrationHandler.raise.selector,
            RegistrationHandler.decide.selector,
            RegistrationHandler.publishAgain.selector,
            RegistrationHandler.retire.selector,
            RegistrationHandler.wait_.selector,
            RegistrationHandler.setNoticeWorkdays.selector
        ];
        targets = new FuzzSelector[](1);
        targets[0].addr = address(handler);
        targets[0].selectors = new bytes4[](selectors.length);
        for (uint256 i; i < selectors.length; ++i) {
            targets[0].selectors[i] = selectors[i];
        }
    }

    /// @notice The handler is worth something: in a fixed run it brings about every act, and many refusals.
    function test_handler_bringsAboutEveryAct() public {
        for (uint256 i; i < 2_500; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            (uint256 a, uint256 b, uint256 c) = (seed >> 8, seed >> 80, seed >> 160);
            uint256 choice = seed % 20;
            if (choice < 2 && (handler.numbers().length < 12 || a % 8 != 0)) handler.file(a, b, c, seed >> 200);
            else if (choice < 8) handler.step(a, b, c);
            else if (choice == 8) handler.supplement(a, b);
            else if (choice < 11) handler.issue(a, b);
            else if (choice < 13) handler.change(a, b, c);
            else if (choice == 13) handler.settle(a, b, c);
            else if (choice == 14) handler.raise(a, b, c % 2 == 0);
            else if (choice < 17) handler.decide(a, b, c);
            else if (choice == 17) handler.publishAgain(a);
            else if (choice == 18) handler.wait_(a);
            else handler.setNoticeWorkdays(a);
        }
        handler.check();
        bytes32[21] memory events = handler.everyAct();
        for (uint256 i; i < events.length; ++i) {
            vm.assertGe(handler.actsOf(events[i]), 1, handler.nameOf(i));
        }
        vm.assertGe(handler.refused(), 100, "refused");
        invariant_noForbiddenIssue();
        invariant_noNoticeIsShortened();
        invariant_recordsOnlyGrow();
        invariant_versionsGrowByOne();
        invariant_everyEntryOfAnUnsettledVersionIsHeldOnceForIt();
        invariant_statusesFit();
        invariant_openObjectionsAreCounted();
    }

    /// @notice No issue comes before the notice's end, with an open objection, or from the reviewer.
    function invariant_noForbiddenIssue() public view {
        vm.assertEq(handler.forbiddenIssues(), 0, "forbidden issues");
    }

    /// @notice The end of a notice never moves earlier.
    function invariant_noNoticeIsShortened() public view {
        vm.assertEq(handler.shortenedNotices(), 0, "shortened notices");
    }

    /// @notice The status history only grows.
    function invariant_recordsOnlyGrow() public view {
        vm.assertEq(handler.rewrittenRecords(), 0, "rewritten records");
    }

    /// @notice Versions grow by one.
    function invariant_versionsGrowByOne() public view {
        vm.assertEq(handler.jumps(), 0, "jumps");
    }

    /// @notice Every entry of an unsettled version is held exactly once for it, and by nothing else.
    function invariant_everyEntryOfAnUnsettledVersionIsHeldOnceForIt() public view {
        EntryId[] memory ids = handler.allIds();
        RegistrationNumber[] memory numbers = handler.numbers();
        for (uint256 i; i < ids.length; ++i) {
            uint256 holds;
            for (uint256 k; k < numbers.length; ++k) {
                uint32 versions = registry.head(numbers[k]).versions;
                for (uint32 version = 1; version <= versions; ++version) {
                    if (registry.version(numbers[k], version).settled) continue;
                    EntryId[] memory listed = registry.entries(numbers[k], version);
                    for (uint256 at; at < listed.length; ++at) {
                        if (listed[at] == ids[i]) ++holds;
                    }
                }
            }
            vm.assertEq(catalog.head(ids[i]).holds, holds, "holds");
        }
    }

    /// @notice What is open or in force is not settled; at most one version is in force; nothing expired shows as such.
    function invariant_statusesFit() public view {
        RegistrationNumber[] memory numbers = handler.numbers();
        for (uint256 i; i < numbers.length; ++i) {
            IRegistry.Head memory head = registry.head(numbers[i]);
            uint256 inForce;
            for (uint32 version = 1; version <= head.versions; ++version) {
                IRegistry.Version memory drawn = registry.version(numbers[i], version);
                IRegistry.Status status = registry.statusAt(numbers[i], version, uint64(block.timestamp));
                bool runs = status == IRegistry.Status.ACTIVE || status == IRegistry.Status.SUSPENDED;
                if (runs) ++inForce;
                if (runs || drawn.stage < IRegistry.Stage.ISSUED) vm.assertFalse(drawn.settled, "settled too early");
                if (runs) vm.assertTrue(block.timestamp < head.validUntil, "expired and in force");
                if (version < head.versions) {
                    vm.assertTrue(drawn.stage >= IRegistry.Stage.ISSUED, "one application at a time");
                }
                vm.assertTrue((status == IRegistry.Status.NONE) == (drawn.issuedAt == 0), "issued or not");
            }
            vm.assertLe(inForce, 1, "one version in force");
        }
    }

    /// @notice The registry counts as many open objections as were raised and not decided; marks as many as hold.
    function invariant_openObjectionsAreCounted() public view {
        RegistrationNumber[] memory numbers = handler.numbers();
        for (uint256 i; i < numbers.length; ++i) {
            for (uint32 version = 1; version <= registry.head(numbers[i]).versions; ++version) {
                bytes32 key = keccak256(abi.encode(numbers[i], version));
                uint256 open = registry.version(numbers[i], version).openObjections;
                vm.assertEq(open, handler.openObjections(key), "open objections");
            }
        }
        EntryId[] memory ids = handler.allIds();
        uint256[] memory marks = new uint256[](ids.length);
        for (uint32 number = 1; number <= objections.objections(); ++number) {
            IObjections.Objection memory known = objections.objection(number);
            bool marked = known.state == IObjections.State.ACCEPTED || known.state == IObjections.State.UPHELD;
            for (uint256 i; i < ids.length; ++i) {
                if (marked && known.entry == ids[i]) ++marks[i];
            }
        }
        for (uint256 i; i < ids.length; ++i) {
            vm.assertEq(catalog.head(ids[i]).marks, marks[i], "marks");
        }
    }
}
