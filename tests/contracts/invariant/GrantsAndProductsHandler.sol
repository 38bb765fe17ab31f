// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IApplications} from "../../../contracts/interfaces/IApplications.sol";
import {ICatalog} from "../../../contracts/interfaces/ICatalog.sol";
import {IGrantScope} from "../../../contracts/interfaces/IGrantScope.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IPlans} from "../../../contracts/interfaces/IPlans.sol";
import {IProducts} from "../../../contracts/interfaces/IProducts.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {RegistrationNumber} from "../../../contracts/types/RegistrationNumber.sol";
import {GrantsHandler} from "./GrantsHandler.sol";

/// @notice {GrantsHandler}, and operators who offer, price and disclose, while entries and registrations change under
/// all of them.
contract GrantsAndProductsHandler is GrantsHandler {
    uint32 private constant PRODUCTS_LIMIT = 6;

    RegistrationNumber[] private _registrations;

    constructor() {
        super.setUp();
        // The grant that {ProductsBase} begins with, and shared use that was delegated twice.
        IGrantScope.EntryScope[] memory scoped = new IGrantScope.EntryScope[](2);
        for (uint256 i; i < 2; ++i) {
            scoped[i] = IGrantScope.EntryScope(inputs[i], 1, EVERYTHING, WHOLE);
        }
        _sawGranted(grant, 63, scoped);
        uint32 parent = _granted(_share(), scoped);
        _sawGranted(parent, 24, scoped);
        for (uint256 i; i < 2; ++i) {
            parent = _granted(_delegate(parent), scoped);
            _sawGranted(parent, 24, scoped);
        }
        _prepare();
        ids.push(own);
        ids.push(rivals);
        _listed();
        checkLedger();
    }

    function setUp() public pure override {}

    /// @dev Catches up with a grant whose scope lists the child's entries.
    function _sawGranted(uint32 number, uint8 approvals, IGrantScope.EntryScope[] memory scoped) private {
        _sawPlan(number, approvals);
        _sawScope(number, 1, scoped);
        IPlans.NewApproval memory given;
        (given.grant, given.version, given.provider) = (number, 1, child);
        (given.scopeCount, given.scopeDigest) = (2, grants.version(number, 1).scopeDigest);
        for (uint8 approval; approval < 6; ++approval) {
            if (approvals & (1 << approval) == 0) continue;
            given.approval = IPlans.Approval(approval);
            _sawApproval(given);
        }
    }

    /// @dev An entry of the grantor's own, which no consent is needed for, and its registration.
    function _prepare() private {
        line = [district, street, community, committee];
        EntryId entry = _publish(sectorPublisher, _publication(sector, "d"));
        ids.push(entry);
        IApplications.Application memory made = _application();
        (made.subject, made.entries) = (sector, _one(entry));
        RegistrationNumber number = _file(sectorApplicant, made);
        _carry(number, IRegistry.Stage.ISSUED);
        _registrations = [registration, number];
    }

    function add(uint256 caller, uint256 seed) external {
        if (products.products() >= PRODUCTS_LIMIT) return;
        bool derives = seed % 3 == 0;
        IProducts.NewProduct memory made =
            derives ? _derived(uint32(1 + (seed >> 8) % (products.products() + 1))) : _product();
        if (!derives) made.grant = uint32(1 + (seed >> 8) % grants.grants());
        made.form = IProducts.Form((seed >> 16) % 7);
        made.purpose = uint8(2 << ((seed >> 24) % 4));
        _call(
            _caller(caller, derives ? rivalApplicant : operatorApplicant),
            address(products),
            abi.encodeCall(IProducts.add, (_one(made)))
        );
    }

    function setCeiling(uint256 caller, uint256 which, uint64 ceiling) external {
        IProducts.NewCeiling[] memory items =
            _ceiling(_pickProduct(which), ceiling % 200, ceiling % 5 == 0 ? YEAR : CALL);
        _call(_caller(caller, grantorClerk), address(products), abi.encodeCall(IProducts.setCeilings, (items)));
    }

    function setPrice(uint256 caller, uint256 which, uint64 price) external {
        uint32 number = _pickProduct(which);
        IProducts.NewPrice[] memory items = _price(number, price % 200, price % 5 == 0 ? YEAR : CALL);
        if (price % 4 == 0) items[0].price = 0;
        address able = products.product(number).operator == rival ? rivalApplicant : operatorApplicant;
        _call(_caller(caller, able), address(products), abi.encodeCall(IProducts.setPrices, (items)));
    }

    function changeProduct(uint256 caller, uint256 which, uint256 action) external {
        uint32 number = _pickProduct(which);
        IProducts.Step[] memory steps = _productStep(number);
        bool suspended = products.product(number).status == IProducts.Status.SUSPENDED;
        bytes memory call =
            suspended ? abi.encodeCall(IProducts.resume, (steps)) : abi.encodeCall(IProducts.suspend, (steps));
        address able = action % 2 == 0 ? supervisor : implementerSupervisor;
        if (action % 4 == 3) (able, call) = (grantorClerk, abi.encodeCall(IProducts.delist, (steps)));
        _call(_caller(caller, able), address(products), call);
    }

    function disclose(uint256 caller, uint256 which, uint256 seed) external {
        IProducts.NewDisclosure[] memory items = new IProducts.NewDisclosure[](1);
        items[0].grant = uint32(1 + which % grants.grants());
        items[0].year = uint16(1969 + block.timestamp / 31_556_952 - (seed % 8 == 0 ? 1 : 0));
        items[0].kind = IProducts.Disclosure(1 + (seed >> 8) % 2);
        items[0].expectedVersion = products.disclosureVersion(items[0].grant, items[0].year, items[0].kind);
        items[0].content = "{}";
        bool operates = items[0].kind == IProducts.Disclosure.OPERATION;
        _call(
            _caller(caller, operates ? operatorApplicant : implementerClerk),
            address(products),
            abi.encodeCall(IProducts.disclose, (items))
        );
    }

    // What changes under them

    function publishAgain(uint256 which, uint256 seed) external {
        bytes[4] memory codes_ = [bytes("a"), "b", "c", "d"];
        bytes18[4] memory providers = [child, child, department, sector];
        address[4] memory publishers = [childPublisher, childPublisher, departmentPublisher, sectorPublisher];
        which %= 4;
        ICatalog.Publication[] memory one = _one(_publication(providers[which], codes_[which]));
        one[0].expectedVersion = catalog.head(catalog.idOf(providers[which], codes_[which])).version;
        if (seed % 3 == 0) (one[0].open, one[0].share) = (uint8(1 + (seed >> 8) % 3), uint8(1 + (seed >> 16) % 3));
        if (seed % 3 == 0) (one[0].level, one[0].reason) = (uint8(1 + (seed >> 24) % 4), REASON);
        _call(publishers[which], address(catalog), abi.encodeCall(ICatalog.publish, (one)));
    }

    function retire(uint256 which) external {
        EntryId entry = ids[which % ids.length];
        ICatalog.Retirement[] memory one = _one(ICatalog.Retirement(entry, catalog.head(entry).version, REASON));
        _call(departmentPublisher, address(catalog), abi.encodeCall(ICatalog.retire, (one)));
    }

    function changeRegistration(uint256 which) external {
        RegistrationNumber number = _registrations[which % _registrations.length];
        IRegistry.Step[] memory steps = _step(number, 1);
        bool suspended = registry.head(number).status == IRegistry.Status.SUSPENDED;
        bytes memory call =
            suspended ? abi.encodeCall(IRegistry.resume, (steps)) : abi.encodeCall(IRegistry.suspend, (steps));
        _call(supervisor, address(registry), call);
    }

    function _pickProduct(uint256 which) private view returns (uint32) {
        return uint32(1 + which % products.products());
    }

    // What the invariants ask

    function ledger() external view returns (address, address, address, address, address) {
        return (address(journal), address(catalog), address(grants), address(plans), address(products));
    }

    function allIds() external view returns (EntryId[] memory) {
        return ids;
    }

    function actsSeen() external view returns (uint256) {
        return _actsSeen();
    }

    function referenceRoot() external view returns (bytes32) {
        return _referenceRoot();
    }

    /// @notice The acts that a run should bring about.
    function everyAct() external pure returns (bytes32[20] memory) {
        return [
            IPlans.GrantPlanned.selector,
            IPlans.GrantScoped.selector,
            IPlans.GrantProvidersScoped.selector,
            IPlans.GrantApproved.selector,
            IPlans.GrantRefused.selector,
            IPlans.GrantWithdrawn.selector,
            IGrants.GrantSuspended.selector,
            IGrants.GrantResumed.selector,
            IGrants.GrantTerminated.selector,
            IGrants.GrantRevoked.selector,
            IGrants.GrantExited.selector,
            IGrants.GrantClosed.selector,
            IGrantScope.GrantSettled.selector,
            IProducts.ProductAdded.selector,
            IProducts.CeilingSet.selector,
            IProducts.PriceSet.selector,
            IProducts.ProductSuspended.selector,
            IProducts.ProductResumed.selector,
            IProducts.ProductDelisted.selector,
            IProducts.DisclosurePublished.selector
        ];
    }

    function nameOf(uint256 position) external pure returns (string memory) {
        return [
            "GrantPlanned",
            "GrantScoped",
            "GrantProvidersScoped",
            "GrantApproved",
            "GrantRefused",
            "GrantWithdrawn",
            "GrantSuspended",
            "GrantResumed",
            "GrantTerminated",
            "GrantRevoked",
            "GrantExited",
            "GrantClosed",
            "GrantSettled",
            "ProductAdded",
            "CeilingSet",
            "PriceSet",
            "ProductSuspended",
            "ProductResumed",
            "ProductDelisted",
            "DisclosurePublished"
        ][position];
    }

    /// @notice Acts of one kind.
    function actsOf(bytes32 signature) external view returns (uint256) {
        return seen[signature];
    }

    /// @notice Holds that _registrations have on an entry.
    function registrationHolds(EntryId entry) external view returns (uint256 holds) {
        for (uint256 i; i < _registrations.length; ++i) {
            RegistrationNumber number = _registrations[i];
            for (uint32 version = 1; version <= registry.head(number).versions; ++version) {
                IRegistry.Version memory drawn = registry.version(number, version);
                EntryId[] memory entries = registry.entries(number, version);
                for (uint256 k; k < entries.length && !drawn.settled; ++k) {
                    if (entries[k] == entry) ++holds;
                }
            }
        }
    }
}
