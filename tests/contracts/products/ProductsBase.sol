// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Grants} from "../../../contracts/Grants.sol";
import {Plans} from "../../../contracts/Plans.sol";
import {Products} from "../../../contracts/Products.sol";
import {ICatalog} from "../../../contracts/interfaces/ICatalog.sol";
import {IGrantScope} from "../../../contracts/interfaces/IGrantScope.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IOrganizations} from "../../../contracts/interfaces/IOrganizations.sol";
import {IPlans} from "../../../contracts/interfaces/IPlans.sol";
import {IProducts} from "../../../contracts/interfaces/IProducts.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {IRootActs} from "../../../contracts/interfaces/IRootActs.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {RegistryBase} from "../registry/RegistryBase.sol";
import {vm} from "../Vm.sol";

/// @notice {RegistryBase} with a grant to an operator in force, products, and a rival who develops from them.
abstract contract ProductsBase is RegistryBase {
    bytes32 internal constant CALL = "call";
    bytes32 internal constant YEAR = "year";
    uint32 private constant OPERATOR_ROLES = Roles.PUBLISHER | Roles.APPLICANT;
    uint32 private constant GRANTOR_ROLES = Roles.GRANTOR | Roles.SUPERVISOR | Roles.PUBLISHER | Roles.APPLICANT;

    Grants internal grants;
    Plans internal plans;
    Products internal products;

    bytes18 internal grantor = sector;
    bytes18 internal implementer = _code(30);
    bytes18 internal operator = _code(40);
    bytes18 internal rival = _code(41);

    address internal grantorClerk = _actor("GRANTOR of the sector authority");
    address internal grantorSupervisor = sectorSupervisor;
    address internal implementerClerk = _actor("GRANTOR of the implementer");
    address internal implementerSupervisor = _actor("SUPERVISOR of the implementer");
    address internal operatorApplicant;
    address internal operatorPublisher;
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
        grants = new Grants(journal, catalog, registry);
        plans = new Plans(journal, policy, catalog, grants);
        products = new Products(journal, policy, catalog, grants);
        vm.label(address(grants), "Grants");
        vm.label(address(plans), "Plans");
        vm.label(address(products), "Products");
        address[] memory modules = new address[](3);
        (modules[0], modules[1], modules[2]) = (address(grants), address(plans), address(products));
        _enact(address(journal), abi.encodeCall(IRootActs.admitModules, (modules)));
        // The whole procedure has its own tests: here both signatures make a grant.
        _setParameter("operate_approvals", 48);
        _setParameter("share_approvals", 16);
        _setParameter("grant_term_years", 5);
        _setParameter("export_level", 2);
        _setParameter("disclosure_month", 3);

        _allow(sector, GRANTOR_ROLES);
        _addAccount(grantorClerk, sector, Roles.GRANTOR);
        _addOrganization(implementer, 7, GRANTOR_ROLES);
        _addAccount(implementerClerk, implementer, Roles.GRANTOR);
        _addAccount(implementerSupervisor, implementer, Roles.SUPERVISOR);
        (operatorApplicant, operatorPublisher) = _addOperator(operator);
        (rivalApplicant, rivalPublisher) = _addOperator(rival);
        people.push(grantorClerk);
        people.push(grantorSupervisor);
        people.push(implementerClerk);
        people.push(implementerSupervisor);
        people.push(operatorApplicant);
        people.push(rivalApplicant);

        _with(IRegistry.Status.ACTIVE);
        inputs = new EntryId[](2);
        (inputs[0], inputs[1]) = (catalog.idOf(child, "a"), catalog.idOf(child, "b"));
        if (EntryId.unwrap(inputs[0]) > EntryId.unwrap(inputs[1])) (inputs[0], inputs[1]) = (inputs[1], inputs[0]);
        grant = _operate(15, 30);
        own = _productEntry(operatorPublisher, operator, "own");
        rivals = _productEntry(rivalPublisher, rival, "rival");
    }

    function _addOrganization(bytes18 code, uint8 kind, uint32 roles) internal {
        IOrganizations.NewOrganization[] memory added =
            _one(IOrganizations.NewOrganization(code, 0, kind, BEIJING, roles, 0, "{}"));
        _enact(address(organizations), abi.encodeCall(IRootActs.addOrganizations, (added)));
    }

    function _addOperator(bytes18 code) internal returns (address clerk, address publisher) {
        clerk = _actor(string(abi.encodePacked("APPLICANT of ", code)));
        publisher = _actor(string(abi.encodePacked("PUBLISHER of ", code)));
        _addOrganization(code, 8, OPERATOR_ROLES);
        _addAccount(clerk, code, Roles.APPLICANT);
        _addAccount(publisher, code, Roles.PUBLISHER);
    }

    /// @notice A grant to the operator for four years over {inputs}, in force.
    function _operate(uint8 operations, uint8 purposes) internal returns (uint32 number) {
        IPlans.NewGrant[] memory fresh = new IPlans.NewGrant[](1);
        (fresh[0].kind, fresh[0].mode) = (IGrants.Kind.OPERATE, IGrants.Mode.SCENARIO);
        (fresh[0].implementer, fresh[0].grantee) = (implementer, operator);
        (fresh[0].start, fresh[0].end) = (uint64(block.timestamp), uint64(block.timestamp + 4 * 365 days));
        (fresh[0].area, fresh[0].level, fresh[0].purposes) = (BEIJING, 2, purposes);
        fresh[0].content = "{}";
        number = _plan(fresh, operations);
        _approve(grantorClerk, number, IPlans.Approval.SIGNATURE);
        _approve(operatorApplicant, number, IPlans.Approval.COUNTERSIGNATURE);
    }

    /// @notice A grant to the department to use {inputs} for its duties, in force.
    function _share() internal returns (uint32 number) {
        IPlans.NewGrant[] memory fresh = new IPlans.NewGrant[](1);
        (fresh[0].kind, fresh[0].grantee) = (IGrants.Kind.SHARE, department);
        (fresh[0].start, fresh[0].end) = (uint64(block.timestamp), uint64(block.timestamp + 365 days));
        (fresh[0].area, fresh[0].level, fresh[0].purposes, fresh[0].content) = (BEIJING, 2, 1, "{}");
        number = _plan(fresh, 15);
        _approve(grantorClerk, number, IPlans.Approval.SIGNATURE);
    }

    function _plan(IPlans.NewGrant[] memory fresh, uint8 operations) private returns (uint32 number) {
        IGrantScope.EntryScope[] memory scope = new IGrantScope.EntryScope[](inputs.length);
        for (uint256 i; i < scope.length; ++i) {
            scope[i] = IGrantScope.EntryScope(inputs[i], 1, operations, type(uint208).max);
        }
        vm.prank(grantorClerk);
        number = plans.plan(fresh);
        vm.prank(grantorClerk);
        plans.scope(number, 1, scope);
    }

    function _approve(address account, uint32 number, IPlans.Approval approval) private {
        IGrants.Version memory drawn = grants.version(number, 1);
        IPlans.NewApproval[] memory approvals = new IPlans.NewApproval[](1);
        approvals[0] = IPlans.NewApproval(number, 1, approval, drawn.scopeCount, drawn.scopeDigest, 0, REASON, 0);
        vm.prank(account);
        plans.approve(approvals);
    }

    function _suspendGrant() internal {
        IGrants.Step[] memory steps = new IGrants.Step[](1);
        steps[0] = IGrants.Step(grant, 1, REASON);
        vm.prank(grantorSupervisor);
        grants.suspend(steps);
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
        made.form = IProducts.Form.REPORT;
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
