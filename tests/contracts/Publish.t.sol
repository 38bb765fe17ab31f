// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "../../contracts/interfaces/ICatalog.sol";
import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {IRootActs} from "../../contracts/interfaces/IRootActs.sol";
import {Acts} from "../../contracts/libraries/Acts.sol";
import {EntryId} from "../../contracts/types/EntryId.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

/// @notice {ICatalog-publish}.
contract PublishTest is Base {
    function test_publish_first() public {
        ICatalog.Publication memory fresh = _publication(child, unicode"目录-1");
        EntryId id = catalog.idOf(child, fresh.localCode);
        _expectPublished(fresh, 1, child, childPublisher);
        _publish(childPublisher, fresh);
        _assertHead(
            id,
            ICatalog.Head({
                contentDigest: sha256(fresh.content),
                provider: child,
                version: 1,
                status: ICatalog.Status.ACTIVE,
                kind: 1,
                share: 1,
                open: 2,
                level: 2,
                holds: 0,
                marks: 0
            })
        );
        vm.assertEq(catalog.endedCount(id), 0, "a first publication ends nothing");
        checkLedger();
    }

    function test_publish_next() public {
        EntryId id = _publish(childPublisher, _publication(child, "a"));
        EntryId other = _publish(childPublisher, _publication(child, "b"));
        bytes32 untouched = keccak256(abi.encode(catalog.head(other)));
        vm.warp(START + 5 days);
        ICatalog.Publication memory next = _publication(child, "a");
        (next.expectedVersion, next.share, next.open, next.level) = (1, 3, 1, 4);
        (next.reason, next.content) = (REASON, "{}");
        _expectPublished(next, 2, department, departmentPublisher);
        _publish(departmentPublisher, next);
        ICatalog.Head memory expected = ICatalog.Head(sha256("{}"), child, 2, ICatalog.Status.ACTIVE, 1, 3, 1, 4, 0, 0);
        _assertHead(id, expected);
        vm.assertEq(catalog.endedCount(id), 1, "one version ended");
        _assertEnded(id, 0, ICatalog.Ended(uint64(START + 5 days), 1, ICatalog.Status.ACTIVE, 1, 2, 2));
        vm.assertEq(keccak256(abi.encode(catalog.head(other))), untouched, "no other entry changed");
        checkLedger();
    }

    function test_publish_afterRetirement() public {
        EntryId id = _publish(childPublisher, _publication(child, "a"));
        _retire(childPublisher, id, 1);
        ICatalog.Publication memory next = _publication(child, "a");
        next.expectedVersion = 2;
        _expectPublished(next, 3, child, childPublisher);
        _publish(childPublisher, next);
        vm.assertTrue(catalog.head(id).status == ICatalog.Status.ACTIVE, "active again");
        _assertEnded(id, 0, ICatalog.Ended(uint64(START), 1, ICatalog.Status.ACTIVE, 1, 2, 2));
        _assertEnded(id, 1, ICatalog.Ended(uint64(START), 2, ICatalog.Status.RETIRED, 1, 2, 2));
        checkLedger();
    }

    function test_publish_keepsHoldsAndMarks() public {
        EntryId id = _publish(childPublisher, _publication(child, "a"));
        module.hold(_one(id));
        module.mark(_one(id));
        ICatalog.Publication memory next = _publication(child, "a");
        next.expectedVersion = 1;
        _publish(childPublisher, next);
        vm.assertEq(catalog.head(id).holds, 1, "holds");
        vm.assertEq(catalog.head(id).marks, 1, "marks");
        checkLedger();
    }

    function test_publish_severalProviders() public {
        ICatalog.Publication[] memory several = new ICatalog.Publication[](4);
        several[0] = _publication(child, "a");
        several[1] = _publication(grandchild, "a");
        several[2] = _publication(child, "b");
        several[3] = _publication(child, "a");
        several[3].expectedVersion = 1;
        vm.prank(childPublisher);
        catalog.publish(several);
        vm.assertEq(catalog.head(catalog.idOf(child, "a")).version, 2, "twice in one batch");
        vm.assertEq(catalog.head(catalog.idOf(grandchild, "a")).provider, grandchild, "provider");
        checkLedger();
    }

    function test_publish_byProviderAncestorAndSectorAuthority() public {
        address[4] memory accounts = [departmentPublisher, childPublisher, grandchildPublisher, sectorPublisher];
        bytes18[4] memory providers = [department, child, grandchild, department];
        bytes18[4] memory submitters = [department, child, grandchild, sector];
        for (uint256 i; i < accounts.length; ++i) {
            ICatalog.Publication memory fresh = _publication(providers[i], abi.encode(i));
            _expectPublished(fresh, 1, submitters[i], accounts[i]);
            _publish(accounts[i], fresh);
        }
        checkLedger();
    }

    function test_publish_byDataAuthorityWhenSuspended() public {
        _suspend(child);
        ICatalog.Publication memory fresh = _publication(child, "a");
        _expectPublished(fresh, 1, authority, authorityPublisher);
        _publish(authorityPublisher, fresh);
        checkLedger();
    }

    function test_publish_revertsWhenNotPublisher() public {
        for (uint256 i; i < actors.length; ++i) {
            (, uint32 roles) = organizations.effectiveRoles(actors[i]);
            if (roles & Roles.PUBLISHER != 0) continue;
            _reverts(actors[i], _publication(child, "a"), _roleMissing(actors[i], Roles.PUBLISHER));
        }
    }

    function test_publish_revertsWhenRevokedRotatedOrSuspended() public {
        vm.prank(childAdmin);
        organizations.rotateAccount(childPublisher, stranger);
        _reverts(childPublisher, _publication(child, "a"), _roleMissing(childPublisher, Roles.PUBLISHER));
        _publish(stranger, _publication(child, "a"));
        vm.prank(childAdmin);
        organizations.revokeAccount(stranger, 0);
        _reverts(stranger, _publication(child, "b"), _roleMissing(stranger, Roles.PUBLISHER));
        _suspend(district);
        _reverts(districtPublisher, _publication(district, "a"), _roleMissing(districtPublisher, Roles.PUBLISHER));
    }

    function test_publish_revertsWhenNotEntitled() public {
        _reverts(districtPublisher, _publication(child, "a"), _publisherNotEntitled(districtPublisher, district, child));
        _reverts(
            childPublisher, _publication(department, "a"), _publisherNotEntitled(childPublisher, child, department)
        );
        _reverts(
            authorityPublisher, _publication(child, "a"), _publisherNotEntitled(authorityPublisher, authority, child)
        );
    }

    function test_publish_revertsWhenNotEntitledToTheSecond() public {
        ICatalog.Publication[] memory several = new ICatalog.Publication[](2);
        several[0] = _publication(child, "a");
        several[1] = _publication(district, "a");
        _expectRevert(_publisherNotEntitled(childPublisher, child, district));
        vm.prank(childPublisher);
        catalog.publish(several);
        vm.assertEq(catalog.head(catalog.idOf(child, "a")).version, 0, "all or nothing");
        checkLedger();
    }

    /// @notice Moving an organization moves the right to its entries with it.
    function test_publish_afterMove() public {
        IOrganizations.Move[] memory moves = new IOrganizations.Move[](1);
        moves[0] = IOrganizations.Move(child, district, 0, CHAOYANG);
        _enact(address(organizations), abi.encodeCall(IRootActs.moveOrganizations, (moves)));
        _publish(districtPublisher, _publication(child, "a"));
        _reverts(
            departmentPublisher, _publication(child, "b"), _publisherNotEntitled(departmentPublisher, department, child)
        );
    }

    function test_publish_revertsWhenNothingToDo() public {
        _expectRevert(ICatalog.CatalogNothingToDo.selector);
        vm.prank(childPublisher);
        catalog.publish(new ICatalog.Publication[](0));
    }

    function test_publish_revertsWhenLocalCodeInvalid() public {
        _publish(childPublisher, _publication(child, _filled(1)));
        _publish(childPublisher, _publication(child, _filled(128)));
        ICatalog.Publication[] memory several = new ICatalog.Publication[](2);
        several[0] = _publication(child, "a");
        several[1] = _publication(child, _filled(129));
        _expectRevert(abi.encodeWithSelector(ICatalog.CatalogLocalCodeInvalid.selector, 1, 129));
        vm.prank(childPublisher);
        catalog.publish(several);
        _reverts(
            childPublisher,
            _publication(child, ""),
            abi.encodeWithSelector(ICatalog.CatalogLocalCodeInvalid.selector, 0, 0)
        );
    }

    function test_publish_revertsWhenActTooLarge() public {
        ICatalog.Publication memory fresh = _publication(child, "a");
        // 4 topics; the struct's offset, its 11 words, the local code's two and the content's length.
        uint256 most = 65_535 - 21 - 4 * 32 - 15 * 32;
        most -= most % 32;
        fresh.content = _filled(most + 1);
        _reverts(
            childPublisher, fresh, abi.encodeWithSelector(Acts.ActTooLarge.selector, 21 + 19 * 32 + most + 32, 65_535)
        );
        fresh.content = _filled(most);
        _publish(childPublisher, fresh);
        checkLedger();
    }

    function test_publish_revertsWhenContentEmpty() public {
        ICatalog.Publication memory fresh = _publication(child, "a");
        fresh.content = "";
        _reverts(childPublisher, fresh, _failureOf(ICatalog.CatalogContentEmpty.selector, "a"));
    }

    function test_publish_revertsWhenValueInvalid() public {
        uint8[4][6] memory values = [
            [uint8(0), 1, 1, 1],
            [uint8(3), 1, 1, 1],
            [uint8(1), 4, 1, 1],
            [uint8(1), 1, 4, 1],
            [uint8(1), 1, 1, 5],
            [uint8(255), 255, 255, 255]
        ];
        for (uint256 i; i < values.length; ++i) {
            ICatalog.Publication memory fresh = _with(values[i][0], values[i][1], values[i][2], values[i][3], 0);
            bytes memory failure = abi.encodeWithSelector(
                ICatalog.CatalogValueInvalid.selector,
                catalog.idOf(child, "a"),
                values[i][0],
                values[i][1],
                values[i][2],
                values[i][3]
            );
            _reverts(childPublisher, fresh, failure);
        }
        _publish(childPublisher, _with(2, 3, 3, 4, 0));
        checkLedger();
    }

    function test_publish_revertsWhenVersionStale() public {
        EntryId id = catalog.idOf(child, "a");
        ICatalog.Publication memory fresh = _publication(child, "a");
        fresh.expectedVersion = 1;
        _reverts(
            childPublisher,
            fresh,
            abi.encodeWithSelector(ICatalog.CatalogVersionConflict.selector, id, uint32(1), uint32(0))
        );
        fresh.expectedVersion = 0;
        _publish(childPublisher, fresh);
        _reverts(
            childPublisher,
            fresh,
            abi.encodeWithSelector(ICatalog.CatalogVersionConflict.selector, id, uint32(0), uint32(1))
        );
    }

    function test_publish_revertsWhenKindChanges() public {
        _publish(childPublisher, _with(1, 1, 1, 1, 0));
        _reverts(
            childPublisher,
            _with(2, 1, 1, 1, 1),
            abi.encodeWithSelector(ICatalog.CatalogKindChanged.selector, catalog.idOf(child, "a"), uint8(1), uint8(2))
        );
    }

    /// @notice What was stated stays stated, with or without a reason; what was not may be stated without one.
    function test_publish_revertsWhenStatementWithdrawn() public {
        _publish(childPublisher, _with(1, 0, 0, 0, 0));
        _publish(childPublisher, _with(1, 3, 3, 4, 1));
        uint8[3][3] memory values = [[uint8(0), 3, 4], [uint8(3), 0, 4], [uint8(3), 3, 0]];
        for (uint256 i; i < values.length; ++i) {
            ICatalog.Publication memory fresh = _with(1, values[i][0], values[i][1], values[i][2], 2);
            fresh.reason = REASON;
            _reverts(childPublisher, fresh, _failureOf(ICatalog.CatalogStatementWithdrawn.selector, "a"));
        }
    }

    /// @notice Stricter share or open need a reason; looser ones and any level do not.
    function test_publish_revertsWhenReasonMissing() public {
        _publish(childPublisher, _with(1, 2, 2, 2, 0));
        bytes memory failure = _failureOf(ICatalog.CatalogReasonMissing.selector, "a");
        _reverts(childPublisher, _with(1, 3, 2, 2, 1), failure);
        _reverts(childPublisher, _with(1, 2, 3, 2, 1), failure);
        _reverts(childPublisher, _with(1, 1, 3, 2, 1), failure);
        _publish(childPublisher, _with(1, 1, 1, 4, 1));
        _publish(childPublisher, _with(1, 1, 1, 1, 2));
        ICatalog.Publication memory stricter = _with(1, 3, 3, 1, 3);
        stricter.reason = REASON;
        _publish(childPublisher, stricter);
        checkLedger();
    }

    function testFuzz_publish(
        ICatalog.Publication memory fresh,
        uint256 caller,
        uint256 provider,
        uint256 history,
        uint256 damage
    ) public {
        address account = _shape(fresh, caller, provider, damage);
        EntryId id = catalog.idOf(fresh.provider, fresh.localCode);
        _make(fresh, history);
        if (damage % 7 == 2) _suspend(fresh.provider == unknown ? child : fresh.provider);
        ICatalog.Head memory entry = catalog.head(id);
        if (damage % 5 != 0) fresh.expectedVersion = entry.version;
        uint256 endedCount = catalog.endedCount(id);
        bytes memory failure = _failure(fresh, account, entry);
        vm.warp(START + 100);

        if (failure.length > 0) _expectRevert(failure);
        else _expectPublished(fresh, entry.version + 1, organizations.account(account).organization, account);
        vm.prank(account);
        catalog.publish(_one(fresh));

        if (failure.length == 0) {
            if (entry.version > 0) {
                ICatalog.Ended memory last = ICatalog.Ended(
                    uint64(START + 100), entry.version, entry.status, entry.share, entry.open, entry.level
                );
                _assertEnded(id, endedCount++, last);
            }
            entry = ICatalog.Head({
                contentDigest: sha256(fresh.content),
                provider: fresh.provider,
                version: entry.version + 1,
                status: ICatalog.Status.ACTIVE,
                kind: fresh.kind,
                share: fresh.share,
                open: fresh.open,
                level: fresh.level,
                holds: 0,
                marks: 0
            });
        }
        _assertHead(id, entry);
        vm.assertEq(catalog.endedCount(id), endedCount, "ended versions");
        checkLedger();
    }

    /// @dev Entry "a" of the child with these values, for the version after `expectedVersion`.
    function _with(uint8 kind, uint8 share, uint8 open, uint8 level, uint32 expectedVersion)
        private
        view
        returns (ICatalog.Publication memory fresh)
    {
        fresh = _publication(child, "a");
        (fresh.kind, fresh.share, fresh.open, fresh.level) = (kind, share, open, level);
        fresh.expectedVersion = expectedVersion;
    }

    function _failureOf(bytes4 selector, bytes memory localCode) private view returns (bytes memory) {
        return abi.encodeWithSelector(selector, catalog.idOf(child, localCode));
    }

    /// @dev Brings the fuzzer's publication near the rules, so that each guard is met alone as well.
    function _shape(ICatalog.Publication memory fresh, uint256 caller, uint256 provider, uint256 damage)
        private
        view
        returns (address account)
    {
        bytes18[6] memory providers = [child, department, grandchild, sector, district, unknown];
        fresh.provider = providers[_bound(provider, 0, 5)];
        account = _bound(caller, 0, 2) == 0 ? actors[_bound(caller, 0, actors.length - 1)] : departmentPublisher;
        fresh.kind = uint8(damage % 11 == 0 ? _bound(fresh.kind, 0, 3) : _bound(fresh.kind, 1, 2));
        fresh.share = uint8(_bound(fresh.share, 0, damage % 13 == 0 ? 4 : 3));
        fresh.open = uint8(_bound(fresh.open, 0, damage % 17 == 0 ? 4 : 3));
        fresh.level = uint8(_bound(fresh.level, 0, damage % 19 == 0 ? 5 : 4));
        if (damage % 2 == 0) fresh.reason = 0;
        if (damage % 23 == 0) fresh.localCode = damage % 2 == 0 ? bytes("") : _filled(129 + damage % 100);
        else if (fresh.localCode.length == 0 || fresh.localCode.length > 128) fresh.localCode = "local";
        if (damage % 29 == 0) fresh.content = "";
        else if (fresh.content.length == 0) fresh.content = "{}";
    }

    /// @dev History: 0 none, 1 published, 2 published and retired; what stood before comes from the same seed.
    function _make(ICatalog.Publication memory fresh, uint256 history) private {
        if (history % 3 == 0 || fresh.provider == unknown) return;
        if (fresh.localCode.length == 0 || fresh.localCode.length > 128) return;
        ICatalog.Publication memory before = _publication(fresh.provider, fresh.localCode);
        if (history % 16 != 0) before.kind = fresh.kind == 0 || fresh.kind > 2 ? 1 : fresh.kind;
        before.share = uint8(history / 3 % 4);
        before.open = uint8(history / 12 % 4);
        before.level = uint8(history / 48 % 5);
        address its = _publisherOf(fresh.provider);
        EntryId id = _publish(its, before);
        if (history % 3 == 2) _retire(its, id, 1);
    }

    function _publisherOf(bytes18 code) private view returns (address) {
        if (code == child) return childPublisher;
        if (code == department) return departmentPublisher;
        if (code == grandchild) return grandchildPublisher;
        return code == sector ? sectorPublisher : districtPublisher;
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(ICatalog.Publication memory fresh, address account, ICatalog.Head memory entry)
        private
        view
        returns (bytes memory)
    {
        bytes memory failure = _unentitled(fresh.provider, account);
        if (failure.length > 0) return failure;
        EntryId id = catalog.idOf(fresh.provider, fresh.localCode);
        uint256 size = fresh.localCode.length;
        if (size == 0 || size > 128) {
            return abi.encodeWithSelector(ICatalog.CatalogLocalCodeInvalid.selector, 0, size);
        }
        if (fresh.content.length == 0) return abi.encodeWithSelector(ICatalog.CatalogContentEmpty.selector, id);
        if (fresh.kind < 1 || fresh.kind > 2 || fresh.share > 3 || fresh.open > 3 || fresh.level > 4) {
            return abi.encodeWithSelector(
                ICatalog.CatalogValueInvalid.selector, id, fresh.kind, fresh.share, fresh.open, fresh.level
            );
        }
        if (fresh.expectedVersion != entry.version) {
            return
                abi.encodeWithSelector(
                    ICatalog.CatalogVersionConflict.selector, id, fresh.expectedVersion, entry.version
                );
        }
        if (entry.version == 0) return "";
        if (fresh.kind != entry.kind) {
            return abi.encodeWithSelector(ICatalog.CatalogKindChanged.selector, id, entry.kind, fresh.kind);
        }
        if (
            (fresh.share == 0 && entry.share != 0) || (fresh.open == 0 && entry.open != 0)
                || (fresh.level == 0 && entry.level != 0)
        ) return abi.encodeWithSelector(ICatalog.CatalogStatementWithdrawn.selector, id);
        bool stricter = (entry.share != 0 && fresh.share > entry.share) || (entry.open != 0 && fresh.open > entry.open);
        if (stricter && fresh.reason == 0) return abi.encodeWithSelector(ICatalog.CatalogReasonMissing.selector, id);
        return "";
    }

    function _unentitled(bytes18 provider, address account) private view returns (bytes memory) {
        (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
        if (roles & Roles.PUBLISHER == 0) return _roleMissing(account, Roles.PUBLISHER);
        if (provider == unknown) return abi.encodeWithSelector(IOrganizations.OrganizationUnknown.selector, provider);
        if (organizations.organization(provider).suspended) {
            return own == authority
                ? bytes("")
                : abi.encodeWithSelector(IOrganizations.OrganizationIsSuspended.selector, provider);
        }
        bool may = own == provider || (own == sector && provider == department)
            || (own == department && (provider == child || provider == grandchild))
            || (own == child && provider == grandchild);
        return may ? bytes("") : _publisherNotEntitled(account, own, provider);
    }

    function _publisherNotEntitled(address account, bytes18 own, bytes18 provider) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IOrganizations.PublisherNotEntitled.selector, account, own, provider);
    }

    function _reverts(address account, ICatalog.Publication memory fresh, bytes memory failure) private {
        bytes32 before = keccak256(abi.encode(catalog.head(catalog.idOf(fresh.provider, fresh.localCode))));
        _expectRevert(failure);
        vm.prank(account);
        catalog.publish(_one(fresh));
        bytes32 later = keccak256(abi.encode(catalog.head(catalog.idOf(fresh.provider, fresh.localCode))));
        vm.assertEq(before, later, "nothing changed");
        checkLedger();
    }

    function _assertEnded(EntryId id, uint256 position, ICatalog.Ended memory expected) private view {
        vm.assertEq(abi.encode(catalog.ended(id, position)), abi.encode(expected), "ended");
    }

    function _expectPublished(ICatalog.Publication memory fresh, uint32 version, bytes18 submitter, address account)
        private
    {
        EntryId id = catalog.idOf(fresh.provider, fresh.localCode);
        ICatalog.EntryPublication memory act = ICatalog.EntryPublication({
            version: version,
            kind: fresh.kind,
            share: fresh.share,
            open: fresh.open,
            level: fresh.level,
            submitter: submitter,
            account: account,
            time: uint64(block.timestamp),
            reason: fresh.reason,
            localCode: fresh.localCode,
            content: fresh.content
        });
        vm.expectEmit(address(catalog));
        emit ICatalog.EntryPublished(journal.size(), id, fresh.provider, act);
    }
}
