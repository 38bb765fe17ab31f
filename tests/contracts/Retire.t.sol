// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "../../contracts/interfaces/ICatalog.sol";
import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {EntryId} from "../../contracts/types/EntryId.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

/// @notice {ICatalog-retire}.
contract RetireTest is Base {
    EntryId private id;
    EntryId private other;

    function setUp() public override {
        super.setUp();
        id = _publish(childPublisher, _publication(child, "a"));
        other = _publish(childPublisher, _publication(child, "b"));
    }

    function test_retire_keepsAllButVersionAndStatus() public {
        ICatalog.Head memory expected = catalog.head(id);
        bytes32 untouched = keccak256(abi.encode(catalog.head(other)));
        _expectRetired(1, child, childPublisher, REASON);
        _retire(childPublisher, id, 1);
        (expected.version, expected.status) = (2, ICatalog.Status.RETIRED);
        _assertHead(id, expected);
        vm.assertEq(keccak256(abi.encode(catalog.head(other))), untouched, "no other entry changed");
        checkLedger();
    }

    function test_retire_several() public {
        ICatalog.Retirement[] memory both = new ICatalog.Retirement[](2);
        both[0] = ICatalog.Retirement(id, 1, 0);
        both[1] = ICatalog.Retirement(other, 1, 0);
        vm.prank(departmentPublisher);
        catalog.retire(both);
        vm.assertTrue(catalog.head(other).status == ICatalog.Status.RETIRED, "retired");
        checkLedger();
    }

    function test_retire_revertsWhenNothingToDo() public {
        _expectRevert(ICatalog.CatalogNothingToDo.selector);
        vm.prank(childPublisher);
        catalog.retire(new ICatalog.Retirement[](0));
    }

    function test_retire_revertsWhenRepeated() public {
        ICatalog.Retirement[] memory twice = new ICatalog.Retirement[](2);
        twice[0] = ICatalog.Retirement(id, 1, 0);
        twice[1] = ICatalog.Retirement(id, 2, 0);
        _expectRevert(abi.encodeWithSelector(ICatalog.CatalogEntryRetired.selector, id));
        vm.prank(childPublisher);
        catalog.retire(twice);
        vm.assertEq(catalog.head(id).version, 1, "all or nothing");
        checkLedger();
    }

    function test_retire_revertsWhenHeld() public {
        module.hold(_one(id));
        module.hold(_one(id));
        _expectRevert(abi.encodeWithSelector(ICatalog.CatalogEntryHeld.selector, id, 2));
        _retire(childPublisher, id, 1);
        module.release(_one(id));
        _expectRevert(abi.encodeWithSelector(ICatalog.CatalogEntryHeld.selector, id, 1));
        _retire(childPublisher, id, 1);
        module.release(_one(id));
        module.mark(_one(id)); // an objection does not hold
        _retire(childPublisher, id, 1);
        checkLedger();
    }

    function test_retire_revertsWhenUnknown() public {
        EntryId nothing = EntryId.wrap(keccak256("nothing"));
        _expectRevert(abi.encodeWithSelector(ICatalog.CatalogEntryUnknown.selector, nothing));
        _retire(childPublisher, nothing, 0);
    }

    function test_retire_revertsWhenNotPublisherOrNotEntitled() public {
        for (uint256 i; i < actors.length; ++i) {
            address account = actors[i];
            (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
            if (own == child && roles == Roles.PUBLISHER) continue;
            if (own == department && roles == Roles.PUBLISHER) continue;
            if (roles & Roles.PUBLISHER == 0) {
                _expectRevert(_roleMissing(account, Roles.PUBLISHER));
            } else {
                _expectRevert(abi.encodeWithSelector(IOrganizations.PublisherNotEntitled.selector, account, own, child));
            }
            _retire(account, id, 1);
        }
        checkLedger();
    }

    function test_retire_revertsWhenVersionStale() public {
        _expectRevert(abi.encodeWithSelector(ICatalog.CatalogVersionConflict.selector, id, uint32(2), uint32(1)));
        _retire(childPublisher, id, 2);
        checkLedger();
    }

    function testFuzz_retire(uint256 caller, uint256 state, uint32 version, bytes32 reason) public {
        address account = _bound(caller, 0, 1) == 0 ? actors[_bound(caller, 0, actors.length - 1)] : childPublisher;
        if (state % 5 == 1) _retire(childPublisher, id, 1);
        if (state % 5 == 2) module.hold(_one(id));
        if (state % 5 == 3) _suspend(child);
        if (state % 5 == 4) id = EntryId.wrap(keccak256("nothing"));
        ICatalog.Head memory entry = catalog.head(id);
        if (version % 4 != 0) version = entry.version;
        uint256 endedCount = catalog.endedCount(id);
        vm.warp(START + 100);

        bytes memory failure = _failure(account, version, entry);
        if (failure.length > 0) _expectRevert(failure);
        else _expectRetired(entry.version, organizations.account(account).organization, account, reason);
        vm.prank(account);
        catalog.retire(_one(ICatalog.Retirement(id, version, reason)));

        if (failure.length == 0) {
            ICatalog.Ended memory last =
                ICatalog.Ended(uint64(START + 100), 1, ICatalog.Status.ACTIVE, entry.share, entry.open, entry.level);
            vm.assertEq(abi.encode(catalog.ended(id, endedCount++)), abi.encode(last), "ended");
            (entry.version, entry.status) = (entry.version + 1, ICatalog.Status.RETIRED);
        }
        _assertHead(id, entry);
        vm.assertEq(catalog.endedCount(id), endedCount, "ended versions");
        checkLedger();
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(address account, uint32 version, ICatalog.Head memory entry) private view returns (bytes memory) {
        if (entry.version == 0) return abi.encodeWithSelector(ICatalog.CatalogEntryUnknown.selector, id);
        (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
        if (roles & Roles.PUBLISHER == 0) return _roleMissing(account, Roles.PUBLISHER);
        if (organizations.organization(child).suspended) {
            if (own != authority) {
                return abi.encodeWithSelector(IOrganizations.OrganizationIsSuspended.selector, child);
            }
        } else if (own != child && own != department) {
            return abi.encodeWithSelector(IOrganizations.PublisherNotEntitled.selector, account, own, child);
        }
        if (version != entry.version) {
            return abi.encodeWithSelector(ICatalog.CatalogVersionConflict.selector, id, version, entry.version);
        }
        if (entry.status == ICatalog.Status.RETIRED) {
            return abi.encodeWithSelector(ICatalog.CatalogEntryRetired.selector, id);
        }
        if (entry.holds > 0) return abi.encodeWithSelector(ICatalog.CatalogEntryHeld.selector, id, entry.holds);
        return "";
    }

    function _expectRetired(uint32 version, bytes18 submitter, address account, bytes32 reason) private {
        vm.expectEmit(address(catalog));
        emit ICatalog.EntryRetired(
            journal.size(),
            id,
            child,
            ICatalog.EntryRetirement(version + 1, submitter, account, uint64(block.timestamp), reason)
        );
    }
}
