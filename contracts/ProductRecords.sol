// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "./interfaces/ICatalog.sol";
import {IGrants} from "./interfaces/IGrants.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {IPolicy} from "./interfaces/IPolicy.sol";
import {IProducts} from "./interfaces/IProducts.sol";
import {Actors} from "./libraries/Actors.sol";
import {Acts} from "./libraries/Acts.sol";
import {EntryId} from "./types/EntryId.sol";

/// @title What {IProducts} keeps: its state, and who may read it.
abstract contract ProductRecords is IProducts {
    /// @param digest SHA-256 of the content of the last version
    /// @param time Unix seconds at which it was published
    struct Disclosed {
        bytes32 digest;
        uint64 time;
        uint32 version;
    }

    mapping(uint32 number => Product) internal _products;
    mapping(uint32 number => Price[]) internal _prices;
    mapping(uint32 grant => mapping(uint16 year => mapping(Disclosure kind => Disclosed))) internal _disclosures;
    mapping(EntryId entry => uint32) internal _listings;
    /// @inheritdoc IProducts
    uint32 public products;

    IJournal public immutable journal;
    IOrganizations public immutable organizations;
    IPolicy public immutable policy;
    ICatalog public immutable catalog;
    IGrants public immutable grants;

    constructor(IJournal journal_, IPolicy policy_, ICatalog catalog_, IGrants grants_) {
        journal = journal_;
        organizations = IOrganizations(journal_.organizations());
        policy = policy_;
        catalog = catalog_;
        grants = grants_;
    }

    /// @inheritdoc IProducts
    function product(uint32 number) external view returns (Product memory) {
        return _products[number];
    }

    /// @inheritdoc IProducts
    function productOf(EntryId entry) external view returns (uint32) {
        return _listings[entry];
    }

    /// @inheritdoc IProducts
    function isOffered(uint32 number) public view returns (bool) {
        Product storage known = _products[number];
        if (known.status != Status.LISTED || !grants.isEffective(known.grant, uint64(block.timestamp))) return false;
        return grants.version(known.grant, grants.head(known.grant).current).terms.purposes & known.purpose != 0;
    }

    /// @inheritdoc IProducts
    function price(uint32 number) external view returns (Price memory) {
        return _price(number);
    }

    /// @inheritdoc IProducts
    function priceCount(uint32 number) external view returns (uint256) {
        return _prices[number].length;
    }

    /// @inheritdoc IProducts
    function priceAt(uint32 number, uint256 position) external view returns (Price memory) {
        return _prices[number][position];
    }

    /// @inheritdoc IProducts
    function disclosureVersion(uint32 grant, uint16 year, Disclosure kind) external view returns (uint32) {
        return _disclosures[grant][year][kind].version;
    }

    /// @inheritdoc IProducts
    function disclosure(uint32 grant, uint16 year, Disclosure kind) external view returns (bytes32, uint64) {
        Disclosed storage last = _disclosures[grant][year][kind];
        return (last.digest, last.time);
    }

    // Inside

    function _price(uint32 number) internal view returns (Price memory last) {
        Price[] storage history = _prices[number];
        if (history.length > 0) last = history[history.length - 1];
    }

    function _existing(uint32 number) internal view returns (Product storage known) {
        known = _products[number];
        require(known.status != Status.NONE, ProductUnknown(number));
    }

    function _start(uint256 count)
        internal
        view
        returns (Actors.Actor memory actor, uint64 index, bytes32[] memory leaves)
    {
        require(count > 0, ProductsNothingToDo());
        return (Actors.caller(organizations), journal.size(), new bytes32[](count));
    }

    function _leaf(bytes32 selector, uint64 index, uint32 number, bytes memory data) internal view returns (bytes32) {
        return Acts.leaf(selector, bytes32(uint256(index)), bytes32(uint256(number)), data);
    }
}
