// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IApplications} from "../../../contracts/interfaces/IApplications.sol";
import {ICatalog} from "../../../contracts/interfaces/ICatalog.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {RegistrationNumber} from "../../../contracts/types/RegistrationNumber.sol";
import {vm} from "../Vm.sol";
import {RegistryBase} from "./RegistryBase.sol";

/// @notice What other contracts ask: {IRegistry-registrationOf}, {IRegistry-isRegistered}, {ICatalog-stateAt},
/// {IOrganizations-answersFor}.
contract RegistrationOfTest is RegistryBase {
    function test_registrationOf_theOneIssuedLast() public {
        EntryId id = ids[0];
        RegistrationNumber first = _issued(department, ids);
        uint64 time = uint64(block.timestamp);
        RegistrationNumber second = _issued(department, _one(id));
        uint64 later = uint64(block.timestamp);
        vm.assertTrue(registry.registrationOf(id, time - 1) == NONE, "before");
        vm.assertTrue(registry.registrationOf(id, time) == first, "first");
        vm.assertTrue(registry.registrationOf(id, later - 1) == first, "until the second");
        vm.assertTrue(registry.registrationOf(id, later) == second, "second");
        vm.assertTrue(registry.registrationOf(ids[1], later) == first, "not of the second");
        // It speaks alone: when it ends, the first does not come back by itself.
        _act(issuer, registry.cancel, second);
        vm.assertFalse(registry.isRegistered(id, later), "ended");
        vm.assertTrue(registry.isRegistered(id, later - 1), "by the first then");
        vm.assertTrue(registry.isRegistered(ids[1], later), "by the first still");
        // With its next version it speaks again.
        _file(applicant, _next(first, department, ids));
        _carry(first, IRegistry.Stage.ISSUED);
        vm.assertTrue(registry.registrationOf(id, uint64(block.timestamp)) == first, "again");
        vm.assertTrue(registry.isRegistered(id, uint64(block.timestamp)), "again");
        checkLedger();
    }

    /// @notice Who does not answer for the provider registers for nobody but itself.
    function test_registrationOf_whoAnswersForTheProvider() public {
        RegistrationNumber byChild = _issued(child, ids);
        uint64 time = uint64(block.timestamp);
        for (uint256 i; i < ids.length; ++i) {
            bool own = catalog.head(ids[i]).provider == child;
            vm.assertTrue(registry.registrationOf(ids[i], time) == (own ? byChild : NONE), "the child's own");
            vm.assertTrue(registry.isRegistered(ids[i], time) == own, "the child's own");
        }
        checkLedger();
    }

    function test_isRegistered_byStatusAndVersion() public {
        RegistrationNumber number = _issued(department, ids);
        uint64 issued = uint64(block.timestamp);
        vm.warp(issued + 10);
        _act(supervisor, registry.suspend, number);
        vm.warp(issued + 20);
        _act(supervisor, registry.resume, number);
        EntryId[] memory fewer = new EntryId[](2);
        (fewer[0], fewer[1]) = (ids[0], ids[2]);
        _file(applicant, _next(number, department, fewer));
        _carry(number, IRegistry.Stage.ISSUED);
        uint64 changed = uint64(block.timestamp);
        uint64 until = registry.head(number).validUntil;
        uint64[8] memory times = [issued - 1, issued, issued + 10, issued + 20, changed - 1, changed, until - 1, until];
        bool[8] memory kept = [false, true, false, true, true, true, true, false];
        for (uint256 i; i < times.length; ++i) {
            vm.assertTrue(registry.isRegistered(ids[0], times[i]) == kept[i], "kept");
            vm.assertTrue(registry.isRegistered(ids[2], times[i]) == kept[i], "kept");
            vm.assertTrue(registry.isRegistered(ids[1], times[i]) == (kept[i] && times[i] < changed), "left out");
        }
        vm.assertFalse(registry.isRegistered(EntryId.wrap(REASON), changed), "no entry");
        checkLedger();
    }

    /// @notice Random versions at random times, sometimes several in a second, against a walk from the first.
    function testFuzz_stateAt(uint256 seed) public {
        EntryId id = _publish(childPublisher, _publication(child, "x"));
        uint64[] memory times = new uint64[](13);
        uint8[] memory shares = new uint8[](13);
        (times[0], shares[0]) = (0, 1);
        for (uint256 i = 1; i < times.length; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            vm.warp(block.timestamp + seed % 3);
            bool retires = seed / 4 % 5 == 0 && shares[i - 1] != 9;
            (times[i], shares[i]) = (uint64(block.timestamp), retires ? 9 : uint8(1 + seed / 32 % 3));
            if (retires) {
                _retire(childPublisher, id, uint32(i));
                continue;
            }
            ICatalog.Publication memory fresh = _publication(child, "x");
            (fresh.expectedVersion, fresh.reason, fresh.share) = (uint32(i), REASON, shares[i]);
            _publish(childPublisher, fresh);
        }
        for (uint256 time = START - 1; time < block.timestamp + 3; ++time) {
            uint256 last;
            for (uint256 i; i < times.length; ++i) {
                if (times[i] <= time) last = i;
            }
            ICatalog.Ended memory state = catalog.stateAt(id, uint64(time));
            vm.assertEq(state.version, last + 1, "version");
            vm.assertTrue((state.status == ICatalog.Status.RETIRED) == (shares[last] == 9), "status");
            if (shares[last] != 9) vm.assertEq(state.share, shares[last], "share");
            vm.assertEq(state.until, last == 12 ? 0 : times[last + 1], "until");
        }
        vm.assertEq(uint256(catalog.stateAt(EntryId.wrap(REASON), 0).status), 0, "unknown");
    }

    function test_answersFor() public view {
        bytes18[8] memory all = [authority, department, child, grandchild, sector, district, unknown, bytes18(0)];
        for (uint256 i; i < all.length; ++i) {
            for (uint256 k; k < all.length; ++k) {
                bool expected = all[i] == all[k] && i < 6;
                if (all[k] == child) expected = expected || all[i] == department;
                if (all[k] == grandchild) expected = expected || all[i] == child || all[i] == department;
                if (all[k] == department) expected = expected || all[i] == sector;
                vm.assertTrue(organizations.answersFor(all[i], all[k]) == expected, "answers");
            }
        }
    }

    function _issued(bytes18 subject, EntryId[] memory entries) private returns (RegistrationNumber number) {
        IApplications.Application memory made = _application();
        (made.subject, made.entries) = (subject, entries);
        number = _file(applicant, made);
        _carry(number, IRegistry.Stage.ISSUED);
    }

    function _next(RegistrationNumber number, bytes18 subject, EntryId[] memory entries)
        private
        view
        returns (IApplications.Application memory made)
    {
        made = _application(number, IRegistry.Kind.CHANGE);
        (made.subject, made.entries) = (subject, entries);
    }
}
