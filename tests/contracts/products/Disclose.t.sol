// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IProducts} from "../../../contracts/interfaces/IProducts.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {vm} from "../Vm.sol";
import {ProductsBase} from "./ProductsBase.sol";

/// @notice {IProducts-disclose}. The grant came into force in 2027.
contract DiscloseTest is ProductsBase {
    /// @dev 1 January 2028 and 1 April 2028, 00:00 in Shanghai.
    uint64 private constant YEAR_OVER = 1_830_268_800;
    uint64 private constant DEADLINE = 1_838_131_200;

    function test_disclose_versions() public {
        vm.warp(YEAR_OVER);
        IProducts.NewDisclosure[] memory items = _disclosure(2027, IProducts.Disclosure.OPERATION);
        _expectPublished(operatorApplicant, items[0], 1, DEADLINE, false);
        _disclose(operatorApplicant, items);
        _expectRevert(abi.encodeWithSelector(IProducts.DisclosureVersionConflict.selector, grant, 2027, 0, 1));
        _disclose(operatorApplicant, items);
        (items[0].expectedVersion, items[0].content) = (1, '{"b":2}');
        vm.warp(DEADLINE);
        _expectPublished(operatorApplicant, items[0], 2, DEADLINE, true);
        _disclose(operatorApplicant, items);
        _assertDisclosed(IProducts.Disclosure.OPERATION, 2, sha256('{"b":2}'), DEADLINE);
        _assertDisclosed(IProducts.Disclosure.AUTHORIZATION, 0, 0, 0);
        checkLedger();
    }

    function test_disclose_inTimeToTheLastSecond() public {
        vm.warp(DEADLINE - 1);
        IProducts.NewDisclosure[] memory items = _disclosure(2027, IProducts.Disclosure.AUTHORIZATION);
        _expectPublished(implementerClerk, items[0], 1, DEADLINE, false);
        _disclose(implementerClerk, items);
        items[0].expectedVersion = 1;
        vm.warp(DEADLINE);
        _expectPublished(grantorClerk, items[0], 2, DEADLINE, true);
        _disclose(grantorClerk, items);
        checkLedger();
    }

    function test_disclose_notBeforeTheYearIsOver() public {
        vm.warp(YEAR_OVER - 1);
        IProducts.NewDisclosure[] memory items = _disclosure(2027, IProducts.Disclosure.OPERATION);
        _expectRevert(abi.encodeWithSelector(IProducts.DisclosureYearInvalid.selector, grant, 2027));
        _disclose(operatorApplicant, items);
        checkLedger();
    }

    /// @notice Several years later, and when the grant has long ended, what is missing can still be told.
    function test_disclose_afterTheGrantsEnd() public {
        vm.warp(YEAR_OVER + 10 * 365 days);
        vm.assertFalse(grants.isEffective(grant, uint64(block.timestamp)), "ended");
        IProducts.NewDisclosure[] memory items = new IProducts.NewDisclosure[](2);
        items[0] = _disclosure(2027, IProducts.Disclosure.OPERATION)[0];
        items[1] = _disclosure(2030, IProducts.Disclosure.OPERATION)[0];
        _disclose(operatorApplicant, items);
        vm.assertEq(products.disclosureVersion(grant, 2027, IProducts.Disclosure.OPERATION), 1, "2027");
        vm.assertEq(products.disclosureVersion(grant, 2030, IProducts.Disclosure.OPERATION), 1, "2030");
        checkLedger();
    }

    /// @notice The deadline is the end of a month: of each, December too.
    function test_disclose_everyMonth() public {
        uint16[13] memory days_ = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366]; // 2028 leaps
        vm.warp(YEAR_OVER);
        IProducts.NewDisclosure[] memory items = _disclosure(2027, IProducts.Disclosure.OPERATION);
        for (uint32 month = 1; month <= 12; ++month) {
            _setParameter("disclosure_month", month);
            items[0].expectedVersion = month - 1;
            uint64 deadline = YEAR_OVER + uint64(days_[month]) * 1 days;
            _expectPublished(operatorApplicant, items[0], month, deadline, false);
            _disclose(operatorApplicant, items);
        }
        checkLedger();
    }

    /// @notice A plan that never came into force has nothing to disclose.
    function test_disclose_notOfAPlan() public {
        uint32 planned = _plan(_operate());
        vm.warp(YEAR_OVER);
        IProducts.NewDisclosure[] memory items = _disclosure(2027, IProducts.Disclosure.OPERATION);
        items[0].grant = planned;
        _expectRevert(abi.encodeWithSelector(IProducts.DisclosureYearInvalid.selector, planned, 2027));
        _disclose(operatorApplicant, items);
        checkLedger();
    }

    function test_disclose_notOfASharedGrant() public {
        uint32 shared = _granted(_share());
        vm.warp(YEAR_OVER);
        IProducts.NewDisclosure[] memory items = _disclosure(2027, IProducts.Disclosure.AUTHORIZATION);
        items[0].grant = shared;
        _expectRevert(
            abi.encodeWithSelector(IProducts.DisclosureKindInvalid.selector, shared, IProducts.Disclosure.AUTHORIZATION)
        );
        _disclose(grantorClerk, items);
        checkLedger();
    }

    function test_disclose_revertsWhenNothingToDo() public {
        _expectRevert(IProducts.ProductsNothingToDo.selector);
        products.disclose(new IProducts.NewDisclosure[](0));
    }

    function testFuzz_disclose(uint256 caller, uint256 seed, uint32 wait, uint256 damage) public {
        IProducts.Disclosure kind = IProducts.Disclosure(1 + seed % 2);
        address able = kind == IProducts.Disclosure.OPERATION
            ? operatorApplicant
            : seed / 2 % 2 == 0 ? implementerClerk : grantorClerk;
        address account = caller % 2 == 0 ? everybody[caller / 2 % everybody.length] : able;
        vm.warp(YEAR_OVER + wait % (3 * 365 days));
        IProducts.NewDisclosure[] memory items = _disclosure(uint16(2026 + seed / 4 % 6), kind);
        if (damage % 12 == 1) items[0].grant = 99;
        if (damage % 12 == 2) items[0].kind = IProducts.Disclosure.NONE;
        if (damage % 12 == 3) items[0].content = "";
        if (damage % 12 == 4) items[0].expectedVersion = 1;
        bytes memory failure = _failure(account, items[0]);
        if (failure.length > 0) {
            _expectRevert(failure);
        } else {
            uint64 deadline = DEADLINE;
            if (items[0].year == 2028) deadline += 365 days;
            if (items[0].year == 2029) deadline += 2 * 365 days;
            _expectPublished(account, items[0], 1, deadline, block.timestamp >= deadline);
        }
        _disclose(account, items);
        bool published = failure.length == 0;
        uint32 version = products.disclosureVersion(items[0].grant, items[0].year, items[0].kind);
        vm.assertEq(version, published ? 1 : 0, "version");
        (bytes32 digest, uint64 time) = products.disclosure(items[0].grant, items[0].year, items[0].kind);
        vm.assertEq(digest, published ? sha256(items[0].content) : bytes32(0), "digest");
        vm.assertEq(time, published ? block.timestamp : 0, "time");
        checkLedger();
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(address account, IProducts.NewDisclosure memory item) private view returns (bytes memory) {
        if (item.grant == 99) return abi.encodeWithSelector(IGrants.GrantUnknown.selector, 99);
        if (item.kind == IProducts.Disclosure.NONE) {
            return abi.encodeWithSelector(IProducts.DisclosureKindInvalid.selector, item.grant, item.kind);
        }
        (bytes18 organization, uint32 roles) = organizations.effectiveRoles(account);
        if (item.kind == IProducts.Disclosure.OPERATION) {
            if (roles & Roles.APPLICANT == 0) return _roleMissing(account, Roles.APPLICANT);
            if (organization != operator) return _notEntitled(account, operator);
        } else {
            if (roles & Roles.GRANTOR == 0) return _roleMissing(account, Roles.GRANTOR);
            if (organization != grantor && organization != implementer) return _notEntitled(account, grantor);
        }
        // 2029 and 2030 begin with the days after 366 and another 365.
        uint256 present =
            block.timestamp < YEAR_OVER + 366 days ? 2028 : block.timestamp < YEAR_OVER + 731 days ? 2029 : 2030;
        if (item.year < 2027 || item.year >= present) {
            return abi.encodeWithSelector(IProducts.DisclosureYearInvalid.selector, item.grant, item.year);
        }
        if (item.content.length == 0) {
            return abi.encodeWithSelector(IProducts.DisclosureContentEmpty.selector, item.grant);
        }
        if (item.expectedVersion == 0) return "";
        return abi.encodeWithSelector(
            IProducts.DisclosureVersionConflict.selector, item.grant, item.year, item.expectedVersion, 0
        );
    }

    function _disclosure(uint16 year, IProducts.Disclosure kind)
        private
        view
        returns (IProducts.NewDisclosure[] memory items)
    {
        items = new IProducts.NewDisclosure[](1);
        items[0] = IProducts.NewDisclosure(grant, year, kind, 0, '{"a":1}');
    }

    function _disclose(address account, IProducts.NewDisclosure[] memory items) private {
        vm.prank(account);
        products.disclose(items);
    }

    function _assertDisclosed(IProducts.Disclosure kind, uint32 version, bytes32 digest, uint64 time) private view {
        (bytes32 lastDigest, uint64 lastTime) = products.disclosure(grant, 2027, kind);
        vm.assertEq(products.disclosureVersion(grant, 2027, kind), version, "version");
        vm.assertEq(lastDigest, digest, "digest");
        vm.assertEq(lastTime, time, "time");
    }

    function _expectPublished(
        address account,
        IProducts.NewDisclosure memory item,
        uint32 version,
        uint64 deadline,
        bool late
    ) private {
        (bytes18 organization,) = organizations.effectiveRoles(account);
        IProducts.Publishing memory act = IProducts.Publishing({
            year: item.year,
            kind: item.kind,
            version: version,
            deadline: deadline,
            late: late,
            organization: organization,
            account: account,
            time: uint64(block.timestamp),
            content: item.content
        });
        vm.expectEmit(address(products));
        emit IProducts.DisclosurePublished(journal.size(), item.grant, act);
    }
}
