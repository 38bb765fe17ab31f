// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Grants} from "../../../contracts/Grants.sol";
import {Plans} from "../../../contracts/Plans.sol";
import {IApplications} from "../../../contracts/interfaces/IApplications.sol";
import {ICatalog} from "../../../contracts/interfaces/ICatalog.sol";
import {IGrantScope} from "../../../contracts/interfaces/IGrantScope.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IOrganizations} from "../../../contracts/interfaces/IOrganizations.sol";
import {IPlans} from "../../../contracts/interfaces/IPlans.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {IRootActs} from "../../../contracts/interfaces/IRootActs.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {RegistrationNumber} from "../../../contracts/types/RegistrationNumber.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {RegistryBase} from "../registry/RegistryBase.sol";
import {vm} from "../Vm.sol";

/// @notice {RegistryBase} with grants. The sector authority grants: to an operator by way of an implementing body, or to
/// the district, which delegates:
///
///     sector ─► operator (OPERATE, over the entries of child and department, which are registered)
///     sector ─► district (SHARE, Beijing) ─► street (Chaoyang) ─► community (subdistrict) ─► committee (community)
///
/// Each organization has one account for each role that a grant can need of it: {grantorOf}, {approverOf}, …
abstract contract GrantsBase is RegistryBase {
    uint40 internal constant COMMUNITY = 110_105_001_001;
    uint208 internal constant WHOLE = type(uint208).max;
    uint8 internal constant EVERYTHING = 15;
    bytes32 internal constant AGREEMENT = keccak256("the agreement");

    Grants internal grants;
    Plans internal plans;
    RegistrationNumber internal registration;

    bytes18 internal operator = _code(10);
    bytes18 internal implementer = _code(11);
    bytes18 internal street = _code(12);
    bytes18 internal community = _code(13);
    bytes18 internal committee = _code(14);

    mapping(bytes18 code => address) internal grantorOf;
    mapping(bytes18 code => address) internal approverOf;
    mapping(bytes18 code => address) internal applicantOf;
    mapping(bytes18 code => address) internal supervisorOf;
    /// @dev All of them, and a stranger.
    address[] internal everybody;

    function setUp() public virtual override {
        super.setUp();
        _deployGrants();
    }

    function _deployGrants() internal {
        grants = new Grants(journal, catalog, registry);
        plans = new Plans(journal, policy, catalog, grants);
        vm.label(address(grants), "Grants");
        vm.label(address(plans), "Plans");
        address[] memory modules = new address[](2);
        (modules[0], modules[1]) = (address(grants), address(plans));
        _enact(address(journal), abi.encodeCall(IRootActs.admitModules, (modules)));
        _setParameter("grant_term_years", 5);
        _setParameter("operate_approvals", 63);
        _setParameter("share_approvals", 24);
        _setParameter("delegation_approvals", 24);
        _setParameter("export_level", 2);

        IOrganizations.NewOrganization[] memory added = new IOrganizations.NewOrganization[](5);
        uint32 roles = Roles.APPLICANT | Roles.GRANTOR | Roles.APPROVER | Roles.SUPERVISOR;
        added[0] = IOrganizations.NewOrganization(operator, 0, 8, BEIJING, roles, 0, "{}");
        added[1] = IOrganizations.NewOrganization(implementer, 0, 7, BEIJING, roles, 0, "{}");
        added[2] = IOrganizations.NewOrganization(street, 0, 4, SUBDISTRICT, roles, 0, "{}");
        added[3] = IOrganizations.NewOrganization(community, 0, 5, COMMUNITY, roles, 0, "{}");
        added[4] = IOrganizations.NewOrganization(committee, 0, 5, COMMUNITY, roles, 0, "{}");
        _enact(address(organizations), abi.encodeCall(IRootActs.addOrganizations, (added)));
        bytes18[10] memory parties =
            [authority, sector, department, child, district, operator, implementer, street, community, committee];
        for (uint256 i; i < parties.length; ++i) {
            if (i > 0 && i < 5) _allow(parties[i], Roles.ALL);
            _staff(parties[i]);
        }
        everybody.push(stranger);
        registration = _register();
    }

    function _staff(bytes18 code) private {
        IOrganizations.NewAccount[] memory staff = new IOrganizations.NewAccount[](4);
        grantorOf[code] = _actor(string.concat("GRANTOR of ", string(abi.encodePacked(code))));
        approverOf[code] = _actor(string.concat("APPROVER of ", string(abi.encodePacked(code))));
        applicantOf[code] = _actor(string.concat("APPLICANT of ", string(abi.encodePacked(code))));
        supervisorOf[code] = _actor(string.concat("SUPERVISOR of ", string(abi.encodePacked(code))));
        staff[0] = IOrganizations.NewAccount(grantorOf[code], code, Roles.GRANTOR);
        staff[1] = IOrganizations.NewAccount(approverOf[code], code, Roles.APPROVER);
        staff[2] = IOrganizations.NewAccount(applicantOf[code], code, Roles.APPLICANT);
        staff[3] = IOrganizations.NewAccount(supervisorOf[code], code, Roles.SUPERVISOR);
        for (uint256 i; i < staff.length; ++i) {
            everybody.push(staff[i].account);
        }
        if (code == authority) {
            _enact(address(organizations), abi.encodeCall(IRootActs.addAccounts, (staff)));
        } else {
            vm.prank(ada);
            organizations.addAccounts(staff);
        }
    }

    /// @notice Registers all entries; the time moves to the issue.
    function _register() internal returns (RegistrationNumber number) {
        IApplications.Application memory made = _application();
        made.subject = department; // which answers for its child's entries too
        number = _file(applicant, made);
        _carry(number, IRegistry.Stage.ISSUED);
    }

    // Making

    /// @notice An OPERATE grant that no guard refuses.
    function _operate() internal view returns (IPlans.NewGrant memory) {
        return IPlans.NewGrant({
            kind: IGrants.Kind.OPERATE,
            mode: IGrants.Mode.SCENARIO,
            parent: 0,
            implementer: implementer,
            grantee: operator,
            start: uint64(block.timestamp),
            end: uint64(block.timestamp) + 365 days,
            area: BEIJING,
            level: 3,
            purposes: 4 | 8,
            delegations: 0,
            content: '{"title":"operate"}'
        });
    }

    /// @notice An OVERALL grant that no guard refuses.
    function _overall() internal view returns (IPlans.NewGrant memory fresh) {
        fresh = _operate();
        fresh.mode = IGrants.Mode.OVERALL;
    }

    /// @notice A SHARE grant that no guard refuses, to the district.
    function _share() internal view returns (IPlans.NewGrant memory) {
        return IPlans.NewGrant({
            kind: IGrants.Kind.SHARE,
            mode: IGrants.Mode.NONE,
            parent: 0,
            implementer: 0,
            grantee: district,
            start: uint64(block.timestamp),
            end: uint64(block.timestamp) + 3650 days,
            area: BEIJING,
            level: 4,
            purposes: 7,
            delegations: 3,
            content: '{"title":"share"}'
        });
    }

    /// @notice A delegation that no guard refuses: the next step down from `parent`.
    function _delegate(uint32 parent) internal view returns (IPlans.NewGrant memory fresh) {
        IGrants.Head memory above = grants.head(parent);
        IGrants.Terms memory terms = grants.version(parent, above.current).terms;
        uint8 depth = grants.grant(parent).depth;
        fresh = _share();
        fresh.parent = parent;
        fresh.grantee = depth == 0 ? street : depth == 1 ? community : committee;
        fresh.area = depth == 0 ? CHAOYANG : depth == 1 ? SUBDISTRICT : COMMUNITY;
        fresh.end = above.until;
        (fresh.level, fresh.purposes) = (terms.level, terms.purposes);
        fresh.delegations = terms.delegations == 0 ? 0 : terms.delegations - 1;
    }

    function _amendment(uint32 number) internal view returns (IPlans.Amendment memory) {
        IGrants.Head memory known = grants.head(number);
        IGrants.Terms memory terms = grants.version(number, known.current).terms;
        return IPlans.Amendment({
            grant: number,
            expectedVersion: known.versions,
            end: terms.end,
            area: terms.area,
            level: terms.level,
            purposes: terms.purposes,
            delegations: terms.delegations,
            content: '{"title":"amended"}'
        });
    }

    function _renewal(uint32 number) internal view returns (IPlans.Renewal memory) {
        IGrants.Head memory known = grants.head(number);
        return IPlans.Renewal(number, known.versions, known.until + 365 days, '{"title":"renewed"}');
    }

    /// @notice All entries, wholly, in the version that they have.
    function _entries() internal view returns (IGrants.EntryScope[] memory entries) {
        entries = new IGrants.EntryScope[](ids.length);
        for (uint256 i; i < ids.length; ++i) {
            entries[i] = IGrantScope.EntryScope(ids[i], catalog.head(ids[i]).version, EVERYTHING, WHOLE);
        }
    }

    function _providers() internal view returns (IGrants.ProviderScope[] memory providers) {
        providers = new IGrants.ProviderScope[](2);
        providers[0] = IGrantScope.ProviderScope(child, EVERYTHING, 3);
        providers[1] = IGrantScope.ProviderScope(sector, 1, 2);
    }

    /// @notice An approval of the last version that its document and scope do not hinder.
    function _approval(uint32 number, IPlans.Approval approval)
        internal
        view
        returns (IPlans.NewApproval memory given)
    {
        given.grant = number;
        given.version = grants.head(number).versions;
        given.approval = approval;
        IGrants.Version memory scoped = grants.version(number, grants.version(number, given.version).scopeOf);
        (given.scopeCount, given.scopeDigest) = (scoped.scopeCount, scoped.scopeDigest);
        given.document = approval >= IPlans.Approval.SIGNATURE ? AGREEMENT : REASON;
        if (approval == IPlans.Approval.CONSENT) given.provider = child;
        if (approval == IPlans.Approval.DECISION) given.date = uint32(block.timestamp / 1 days);
    }

    function _consent(uint32 number, bytes18 provider) internal view returns (IPlans.NewApproval memory given) {
        given = _approval(number, IPlans.Approval.CONSENT);
        given.provider = provider;
    }

    function _steps(uint32 number, uint32 version) internal pure returns (IGrants.Step[] memory steps) {
        steps = new IGrants.Step[](1);
        steps[0] = IGrants.Step(number, version, REASON);
    }

    function _one(IPlans.NewGrant memory item) internal pure returns (IPlans.NewGrant[] memory items) {
        items = new IPlans.NewGrant[](1);
        items[0] = item;
    }

    function _one(IPlans.Amendment memory item) internal pure returns (IPlans.Amendment[] memory items) {
        items = new IPlans.Amendment[](1);
        items[0] = item;
    }

    function _one(IPlans.Renewal memory item) internal pure returns (IPlans.Renewal[] memory items) {
        items = new IPlans.Renewal[](1);
        items[0] = item;
    }

    function _one(IPlans.NewApproval memory item) internal pure returns (IPlans.NewApproval[] memory items) {
        items = new IPlans.NewApproval[](1);
        items[0] = item;
    }

    function _one(IPlans.Refusal memory item) internal pure returns (IPlans.Refusal[] memory items) {
        items = new IPlans.Refusal[](1);
        items[0] = item;
    }

    function _one(IGrants.EntryScope memory item) internal pure returns (IGrants.EntryScope[] memory items) {
        items = new IGrants.EntryScope[](1);
        items[0] = item;
    }

    function _one(IGrants.ProviderScope memory item) internal pure returns (IGrants.ProviderScope[] memory items) {
        items = new IGrants.ProviderScope[](1);
        items[0] = item;
    }

    // Acting

    /// @notice Plans a grant: by the sector authority, or by the grantee of its parent.
    function _plan(IPlans.NewGrant memory fresh) internal returns (uint32) {
        return _plan(grantorOf[fresh.parent == 0 ? sector : grants.grant(fresh.parent).grantee], fresh);
    }

    function _plan(address account, IPlans.NewGrant memory fresh) internal returns (uint32) {
        vm.prank(account);
        return plans.plan(_one(fresh));
    }

    function _amend(IPlans.Amendment memory amendment) internal {
        vm.prank(grantorOf[grants.grant(amendment.grant).grantor]);
        plans.amend(_one(amendment));
    }

    function _renew(IPlans.Renewal memory renewal) internal {
        vm.prank(grantorOf[grants.grant(renewal.grant).grantor]);
        plans.renew(_one(renewal));
    }

    /// @notice Lists entries in the scope of the last version.
    function _scope(uint32 number, IGrants.EntryScope[] memory entries) internal {
        address account = grantorOf[grants.grant(number).grantor];
        uint32 version = grants.head(number).versions;
        vm.prank(account);
        plans.scope(number, version, entries);
    }

    function _scopeProviders(uint32 number, IGrants.ProviderScope[] memory providers) internal {
        address account = grantorOf[grants.grant(number).grantor];
        uint32 version = grants.head(number).versions;
        vm.prank(account);
        plans.scopeProviders(number, version, providers);
    }

    // The same, refused

    function _planReverts(address account, IPlans.NewGrant memory fresh, bytes memory failure) internal {
        _expectRevert(failure);
        _plan(account, fresh);
    }

    function _amendReverts(IPlans.Amendment memory amendment, bytes memory failure) internal {
        address account = grantorOf[grants.grant(amendment.grant).grantor];
        _expectRevert(failure);
        vm.prank(account);
        plans.amend(_one(amendment));
    }

    function _renewReverts(IPlans.Renewal memory renewal, bytes memory failure) internal {
        address account = grantorOf[grants.grant(renewal.grant).grantor];
        _expectRevert(failure);
        vm.prank(account);
        plans.renew(_one(renewal));
    }

    function _scopeReverts(uint32 number, IGrants.EntryScope[] memory entries, bytes memory failure) internal {
        address account = grantorOf[grants.grant(number).grantor];
        uint32 version = grants.head(number).versions;
        _expectRevert(failure);
        vm.prank(account);
        plans.scope(number, version, entries);
    }

    function _scopeProvidersReverts(uint32 number, IGrants.ProviderScope[] memory providers, bytes memory failure)
        internal
    {
        address account = grantorOf[grants.grant(number).grantor];
        uint32 version = grants.head(number).versions;
        _expectRevert(failure);
        vm.prank(account);
        plans.scopeProviders(number, version, providers);
    }

    // Approving

    function _approve(address account, IPlans.NewApproval memory given) internal {
        vm.prank(account);
        plans.approve(_one(given));
    }

    /// @notice Who takes an approval of a grant.
    function _approver(uint32 number, IPlans.Approval approval, bytes18 provider) internal view returns (address) {
        IGrants.Grant memory granted = grants.grant(number);
        if (approval == IPlans.Approval.IMPLEMENTATION) return approverOf[granted.implementer];
        if (approval == IPlans.Approval.AUTHORITY) return approverOf[authority];
        if (approval == IPlans.Approval.DECISION) return approverOf[granted.grantor];
        if (approval == IPlans.Approval.CONSENT) return grantorOf[provider];
        if (approval == IPlans.Approval.SIGNATURE) return grantorOf[granted.grantor];
        return applicantOf[granted.grantee];
    }

    /// @notice Takes an approval of the last version; for CONSENT all that are missing.
    function _take(uint32 number, IPlans.Approval approval) internal {
        if (approval != IPlans.Approval.CONSENT) {
            _approve(_approver(number, approval, 0), _approval(number, approval));
            return;
        }
        bytes18[4] memory providers = [child, department, sector, district];
        for (uint256 i; i < providers.length; ++i) {
            if (_isAsked(number, providers[i])) _approve(grantorOf[providers[i]], _consent(number, providers[i]));
        }
    }

    /// @notice Takes the approvals of the last version that are missing, up to one.
    function _takeUpTo(uint32 number, IPlans.Approval last) internal {
        for (uint8 approval; approval <= uint8(last); ++approval) {
            IPlans.Plan memory planned = plans.procedure(number, grants.head(number).versions);
            if (planned.required & ~planned.taken & (1 << approval) != 0) _take(number, IPlans.Approval(approval));
        }
    }

    /// @notice Brings the last version into force.
    function _enter(uint32 number) internal {
        _takeUpTo(number, IPlans.Approval.COUNTERSIGNATURE);
    }

    /// @notice A grant in force over all entries, or those listed.
    function _granted(IPlans.NewGrant memory fresh) internal returns (uint32) {
        return _granted(fresh, _entries());
    }

    function _granted(IPlans.NewGrant memory fresh, IGrants.EntryScope[] memory entries)
        internal
        returns (uint32 number)
    {
        number = _plan(fresh);
        _scope(number, entries);
        _enter(number);
    }

    /// @notice An OPERATE grant with a status; the time moves to its end for EXPIRED.
    function _grantWith(IGrants.Status status) internal returns (uint32 number) {
        number = _granted(_operate());
        if (status == IGrants.Status.SUSPENDED) _change(supervisorOf[authority], grants.suspend, number);
        if (status == IGrants.Status.TERMINATED) _change(grantorOf[sector], grants.terminate, number);
        if (status == IGrants.Status.REVOKED) _change(grantorOf[sector], grants.revoke, number);
        if (status == IGrants.Status.EXITED) _change(applicantOf[operator], grants.exit, number);
        if (status == IGrants.Status.CLOSED) {
            _change(grantorOf[sector], grants.terminate, number);
            _change(grantorOf[sector], grants.close, number);
        }
        if (status == IGrants.Status.EXPIRED) vm.warp(grants.head(number).until);
    }

    /// @notice One step on the version of a grant that is in force.
    function _change(address account, function(IGrants.Step[] memory) external act, uint32 number) internal {
        IGrants.Step[] memory steps = _steps(number, grants.head(number).current);
        vm.prank(account);
        act(steps);
    }

    /// @notice The next version of an entry, with another share, open and level.
    function _restate(EntryId id, uint8 share, uint8 open, uint8 level) internal {
        ICatalog.Head memory entry = catalog.head(id);
        bytes18 provider = entry.provider;
        bytes memory localCode =
            id == catalog.idOf(child, "a") ? bytes("a") : id == catalog.idOf(child, "b") ? bytes("b") : bytes("c");
        ICatalog.Publication memory fresh = _publication(provider, localCode);
        (fresh.expectedVersion, fresh.reason) = (entry.version, REASON);
        (fresh.share, fresh.open, fresh.level) = (share, open, level);
        _publish(provider == child ? childPublisher : departmentPublisher, fresh);
    }

    // Going back

    /// @notice Remembers the state, and holds the journal against the logs so far.
    function _remember() internal returns (uint256 id) {
        checkLedger();
        id = vm.snapshotState();
    }

    /// @notice Goes back to a state; the logs since then never were.
    function _goBack(uint256 id) internal {
        vm.revertToState(id);
        vm.getRecordedLogs();
    }

    // Checking

    /// @notice Whether the last version still needs a provider's consent, by what its scope lists.
    function _isAsked(uint32 number, bytes18 provider) internal view returns (bool) {
        uint32 version = grants.head(number).versions;
        uint32 scopeOf = grants.version(number, version).scopeOf;
        if (provider == grants.grant(number).grantor) return false;
        if (plans.consentOf(number, version, provider).account != address(0)) return false;
        bool listed = grants.providerScope(number, scopeOf, provider).operations != 0;
        for (uint256 i; i < ids.length; ++i) {
            if (catalog.head(ids[i]).provider != provider) continue;
            listed = listed || grants.entryScope(number, scopeOf, ids[i]).operations != 0;
        }
        return listed;
    }

    function _assertStage(uint32 number, uint32 version, IPlans.Stage stage) internal view {
        vm.assertEq(uint256(plans.procedure(number, version).stage), uint256(stage), "stage");
    }

    function _assertStatus(uint32 number, IGrants.Status expected) internal view {
        (IGrants.Status status,) = grants.statusAt(number, uint64(block.timestamp));
        vm.assertEq(uint256(status), uint256(expected), "status");
    }

    function _assertCoverage(uint32 number, EntryId id, uint8 operation, IGrants.Coverage expected, uint32 by)
        internal
        view
    {
        (IGrants.Coverage reason, uint32 found,) = grants.coverage(number, id, operation, uint64(block.timestamp));
        vm.assertEq(uint256(reason), uint256(expected), "coverage");
        vm.assertEq(found, by, "found at");
    }

    function _conflict(uint32 number, uint32 expected, uint32 version) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IGrants.GrantVersionConflict.selector, number, expected, version);
    }
}
