// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ProductRecords} from "./ProductRecords.sol";
import {IProducts} from "./interfaces/IProducts.sol";
import {Actors} from "./libraries/Actors.sol";
import {Roles} from "./types/Roles.sol";

/// @title The prices and ceilings of {IProducts}.
abstract contract Prices is ProductRecords {
    /// @dev Governance and the public good, in {IGrants.Terms.purposes}.
    uint8 private constant FREE_PURPOSES = 2 | 4;

    /// @inheritdoc IProducts
    function setCeilings(NewCeiling[] calldata ceilings) external {
        (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves) = _start(ceilings.length);
        for (uint256 i; i < ceilings.length; ++i) {
            leaves[i] = _setCeiling(first + uint64(i), ceilings[i], actor);
        }
        journal.append(first, leaves);
    }

    /// @inheritdoc IProducts
    function setPrices(NewPrice[] calldata prices) external {
        (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves) = _start(prices.length);
        for (uint256 i; i < prices.length; ++i) {
            leaves[i] = _setPrice(first + uint64(i), prices[i], actor);
        }
        journal.append(first, leaves);
    }

    function _setCeiling(uint64 index, NewCeiling calldata fresh, Actors.Actor memory actor) private returns (bytes32) {
        uint32 number = fresh.product;
        Product storage known = _existing(number);
        Actors.requireOf(actor, Roles.GRANTOR, grants.grant(known.grant).grantor);
        _checkPricing(number, known, fresh.ceiling, fresh.unit);
        require(fresh.document != 0, ProductDocumentMissing(number));
        Price memory next = _price(number);
        bool withdrawn = next.hasPrice && (next.price > fresh.ceiling || next.unit != fresh.unit);
        if (withdrawn) (next.price, next.hasPrice, next.trial) = (0, false, false);
        (next.ceiling, next.hasCeiling, next.unit) = (fresh.ceiling, true, fresh.unit);
        next.time = uint64(block.timestamp);
        _prices[number].push(next);

        CeilingSetting memory act = CeilingSetting({
            ceiling: fresh.ceiling,
            unit: fresh.unit,
            document: fresh.document,
            withdrawn: withdrawn,
            organization: actor.organization,
            account: msg.sender,
            time: uint64(block.timestamp)
        });
        emit CeilingSet(index, number, act);
        return _leaf(CeilingSet.selector, index, number, abi.encode(act));
    }

    function _setPrice(uint64 index, NewPrice calldata fresh, Actors.Actor memory actor) private returns (bytes32) {
        uint32 number = fresh.product;
        Product storage known = _existing(number);
        Actors.requireOf(actor, Roles.APPLICANT, known.operator);
        _checkPricing(number, known, fresh.price, fresh.unit);
        Price memory next = _price(number);
        bool sameUnit = next.unit == fresh.unit;
        require(
            fresh.price <= (sameUnit ? next.ceiling : 0) && (sameUnit || !next.hasCeiling),
            ProductPriceTooHigh(number, fresh.price, sameUnit ? next.ceiling : 0)
        );
        (next.price, next.hasPrice, next.trial) = (fresh.price, true, fresh.trial);
        (next.unit, next.time) = (fresh.unit, uint64(block.timestamp));
        _prices[number].push(next);

        PriceSetting memory act = PriceSetting({
            price: fresh.price,
            unit: fresh.unit,
            trial: fresh.trial,
            document: fresh.document,
            organization: actor.organization,
            account: msg.sender,
            time: uint64(block.timestamp)
        });
        emit PriceSet(index, number, act);
        return _leaf(PriceSet.selector, index, number, abi.encode(act));
    }

    function _checkPricing(uint32 number, Product storage known, uint64 amount, bytes32 unit) private view {
        require(known.status != Status.DELISTED, ProductStatusInvalid(number, known.status));
        bool ended;
        for (uint256 i; i < 32; ++i) {
            bool visible = unit[i] > 0x20 && unit[i] < 0x7f;
            require(visible ? !ended : unit[i] == 0 && i > 0, ProductUnitInvalid(number, unit));
            ended = !visible;
        }
        require(amount == 0 || known.purpose & FREE_PURPOSES == 0, ProductIsFree(number, amount));
    }
}
