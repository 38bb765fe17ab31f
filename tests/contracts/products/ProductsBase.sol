// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Products} from "../../../contracts/Products.sol";
import {ICatalog} from "../../../contracts/interfaces/ICatalog.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IOrganizations} from "../../../contracts/interfaces/IOrganizations.sol";
import {IPlans} from "../../../contracts/interfaces/IPlans.sol";
import {IProducts} from "../../../contracts/interfaces/IProducts.sol";
import {IRootActs} from "../../../contracts/interfaces/IRootActs.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {GrantsBase} from "../grants/GrantsBase.sol";
import {vm} from "../Vm.sol";

/// @notice {GrantsBase} with a grant to the operator in force, products, and a rival who develops from them.
abstract contract ProductsBase is GrantsBase {
    bytes32 internal constant CALL = "call";
    bytes32 internal constant YEAR = "year";

    Products internal products;

    bytes18 internal grantor = sector;
    bytes18 internal rival = _code(41);

    address internal grantorClerk;
    address internal grantorSupervisor;
    address internal implementerClerk;
    address internal implementerSupervisor;
    address internal operatorApplicant;
    address internal operatorPublisher = _actor("PUBLISHER of the operator");
    address internal rivalApplicant;
    address internal rivalPublisher;

    /// @dev OPERATE, in force: all operations and purposes over two entries of the child's.
    uint32 internal grant;
    EntryId[] internal inputs;
    /// @dev Entries of kind product, of the operator's and of the rival's.
    EntryId internal own;
    EntryId internal rivals;

    function setUp() public virtual override {
        super.setUp();
        _deployProducts();
    }

    function _deployProducts() internal {
        products = new Products(journal, policy, catalog, grants);
        vm.label(address(products), "Products");
        _enact(address(journal), abi.encodeCall(IRootActs.admitModules, (_one(address(products)))));
        _setParameter("disclosure_month", 3);

        (grantorClerk, grantorSupervisor) = (grantorOf[sector], supervisorOf[sector]);
        (implementerClerk, implementerSupervisor) = (grantorOf[implementer], supervisorOf[implementer]);
        operatorApplicant = applicantOf[operator];
        _allow(operator, Roles.APPLICANT | Roles.PUBLISHER);
        _addAccount(operatorPublisher, operator, Roles.PUBLISHER);
        (rivalApplicant, rivalPublisher) = _addOperator(rival);
        everybody.push(rivalApplicant);

        inputs = new EntryId[](2);
        (inputs[0], inputs[1]) = (catalog.idOf(child, "a"), catalog.idOf(child, "b"));
        if (EntryId.unwrap(inputs[0]) > EntryId.unwrap(inputs[1])) (inputs[0], inputs[1]) = (inputs[1], inputs[0]);
        grant = _operated(EVERYTHING, 30);
        own = _productEntry(operatorPublisher, operator, "own");
        rivals = _productEntry(rivalPublisher, rival, "rival");
    }

    /// @notice An organization that can develop products, its APPLICANT and its PUBLISHER.
    function _addOperator(bytes18 code) internal returns (address clerk, address publisher) {
        return _addOperator(code, 0);
    }

    /// @notice The same, below a parent.
    function _addOperator(bytes18 code, bytes18 parent) internal returns (address clerk, address publisher) {
        clerk = _actor(string(abi.encodePacked("APPLICANT of ", code)));
        publisher = _actor(string(abi.encodePacked("PUBLISHER of ", code)));
        uint32 roles = Roles.PUBLISHER | Roles.APPLICANT;
        IOrganizations.NewOrganization[] memory added =
            _one(IOrganizations.NewOrganization(code, parent, 8, BEIJING, roles, 0, "{}"));
        _enact(address(organizations), abi.encodeCall(IRootActs.addOrganizations, (added)));
        _addAccount(clerk, code, Roles.APPLICANT);
        _addAccount(publisher, code, Roles.PUBLISHER);
    }

    /// @notice A grant to the operator for four years over {inputs}, in force.
    function _operated(uint8 operations, uint8 purposes) internal returns (uint32) {
        IPlans.NewGrant memory fresh = _operate();
        (fresh.end, fresh.purposes) = (fresh.start + 4 * 365 days, purposes);
        IGrants.EntryScope[] memory entries = new IGrants.EntryScope[](inputs.length);
        for (uint256 i; i < entries.length; ++i) {
            entries[i].entry = inputs[i];
            (entries[i].version, entries[i].operations, entries[i].items) = (1, operations, WHOLE);
        }
        return _granted(fresh, entries);
    }

    /// @notice An entry of kind product.
    function _productEntry(address publisher, bytes18 provider, bytes memory localCode) internal returns (EntryId) {
        ICatalog.Publication memory fresh = _publication(provider, localCode);
        fresh.kind = 2;
        return _publish(publisher, fresh);
    }

    // Making

    /// @notice A product that no guard refuses.
    function _product() internal view returns (IProducts.NewProduct memory made) {
        made.grant = grant;
        made.entry = own;
        made.form = IProducts.Form.INTERFACE;
        made.purpose = 8;
        made.redevelopable = true;
        made.inputs = inputs;
        made.content = '{"name":"a"}';
    }

    /// @notice A product developed from another, that no guard refuses when the rival adds it.
    function _derived(uint32 source) internal view returns (IProducts.NewProduct memory made) {
        made.source = source;
        made.entry = rivals;
        made.form = IProducts.Form.MODEL;
        made.purpose = 8;
        made.redevelopable = true;
        made.content = '{"name":"b"}';
    }

    function _one(IProducts.NewProduct memory item) internal pure returns (IProducts.NewProduct[] memory items) {
        items = new IProducts.NewProduct[](1);
        items[0] = item;
    }

    function _ceiling(uint32 product, uint64 ceiling, bytes32 unit)
        internal
        pure
        returns (IProducts.NewCeiling[] memory items)
    {
        items = new IProducts.NewCeiling[](1);
        items[0] = IProducts.NewCeiling(product, ceiling, unit, REASON);
    }

    function _price(uint32 product, uint64 price, bytes32 unit)
        internal
        pure
        returns (IProducts.NewPrice[] memory items)
    {
        items = new IProducts.NewPrice[](1);
        items[0] = IProducts.NewPrice(product, price, unit, false, 0);
    }

    function _productStep(uint32 product) internal pure returns (IProducts.Step[] memory steps) {
        steps = new IProducts.Step[](1);
        steps[0] = IProducts.Step(product, REASON);
    }

    // Acting

    function _add(address account, IProducts.NewProduct memory made) internal returns (uint32) {
        vm.prank(account);
        return products.add(_one(made));
    }

    /// @notice A product of the operator's, for industry, that can be developed further.
    function _listed() internal returns (uint32) {
        return _add(operatorApplicant, _product());
    }

    function _setCeiling(uint32 product, uint64 ceiling, bytes32 unit) internal {
        vm.prank(grantorClerk);
        products.setCeilings(_ceiling(product, ceiling, unit));
    }

    function _setPrice(uint32 product, uint64 price, bytes32 unit) internal {
        vm.prank(operatorApplicant);
        products.setPrices(_price(product, price, unit));
    }

    function _change(address account, function(IProducts.Step[] memory) external action, uint32 product) internal {
        vm.prank(account);
        action(_productStep(product));
    }

    /// @notice A product of the operator's with a status, suspended by the grantor.
    function _with(IProducts.Status status) internal returns (uint32 number) {
        number = _listed();
        if (status == IProducts.Status.SUSPENDED) _change(grantorSupervisor, products.suspend, number);
        else if (status == IProducts.Status.DELISTED) _change(operatorApplicant, products.delist, number);
    }

    // Checking

    function _assertProduct(uint32 number, IProducts.Product memory expected) internal view {
        vm.assertEq(abi.encode(products.product(number)), abi.encode(expected), "product");
    }

    function _assertPrice(uint32 number, IProducts.Price memory expected) internal view {
        vm.assertEq(abi.encode(products.price(number)), abi.encode(expected), "price");
    }

    function _productStatusInvalid(uint32 number, IProducts.Status status) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProducts.ProductStatusInvalid.selector, number, status);
    }
}
