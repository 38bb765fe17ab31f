// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Applications} from "../../../contracts/Applications.sol";
import {Objections} from "../../../contracts/Objections.sol";
import {Registry} from "../../../contracts/Registry.sol";
import {IApplications} from "../../../contracts/interfaces/IApplications.sol";
import {IObjections} from "../../../contracts/interfaces/IObjections.sol";
import {IOrganizations} from "../../../contracts/interfaces/IOrganizations.sol";
import {IPolicy} from "../../../contracts/interfaces/IPolicy.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {IRootActs} from "../../../contracts/interfaces/IRootActs.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {RegistrationNumber} from "../../../contracts/types/RegistrationNumber.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {Base} from "../Base.t.sol";
import {vm} from "../Vm.sol";

/// @notice {Base} with registrations: a registrar, another one, and who applies, reviews, supervises.
abstract contract RegistryBase is Base {
    RegistrationNumber internal constant NONE = RegistrationNumber.wrap(0);
    uint32 private constant REGISTRAR_ROLES = Roles.ACCEPTOR | Roles.REVIEWER | Roles.ISSUER | Roles.SUPERVISOR;

    Registry internal registry;
    Applications internal applications;
    Objections internal objections;

    bytes18 internal registrar = _code(7);
    bytes18 internal otherRegistrar = _code(8);

    address internal applicant = _actor("APPLICANT of the department");
    address internal childApplicant = _actor("APPLICANT of the child");
    address internal sectorApplicant = _actor("APPLICANT of the sector authority");
    address internal acceptor = _actor("ACCEPTOR of the registrar");
    address internal reviewer = _actor("REVIEWER of the registrar");
    address internal issuer = _actor("ISSUER of the registrar");
    address internal registrarSupervisor = _actor("SUPERVISOR of the registrar");
    address internal otherClerk = _actor("ACCEPTOR and REVIEWER of the other registrar");
    address internal otherIssuer = _actor("ISSUER and SUPERVISOR of the other registrar");
    address internal districtReviewer = _actor("REVIEWER of the district");
    address internal providerReviewer = _actor("REVIEWER of the child");
    address internal authorityReviewer = _actor("REVIEWER of the authority");
    address[] internal people;

    EntryId[] internal ids;

    function setUp() public virtual override {
        super.setUp();
        _deployRegistry();
    }

    function _deployRegistry() internal {
        registry = new Registry(journal, policy, catalog);
        applications = new Applications(journal, policy, registry);
        objections = new Objections(journal, policy, catalog, registry);
        vm.label(address(registry), "Registry");
        vm.label(address(applications), "Applications");
        vm.label(address(objections), "Objections");
        address[] memory modules = new address[](3);
        (modules[0], modules[1], modules[2]) = (address(registry), address(applications), address(objections));
        _enact(address(journal), abi.encodeCall(IRootActs.admitModules, (modules)));
        _setParameter("district_review_workdays", 0);
        _setParameter("acceptance_workdays", 3);
        _setParameter("supplement_workdays", 10);
        _setParameter("review_workdays", 20);
        _setParameter("notice_workdays", 10);
        _setParameter("validity_years", 3);
        _setParameter("renewal_window_days", 60);
        _setParameter("objection_forward_workdays", 2);
        _setParameter("objection_verify_workdays", 5);

        IOrganizations.NewOrganization[] memory added = new IOrganizations.NewOrganization[](2);
        added[0] = IOrganizations.NewOrganization(registrar, 0, 6, BEIJING, REGISTRAR_ROLES, 0, "{}");
        added[1] = IOrganizations.NewOrganization(otherRegistrar, 0, 6, BEIJING, REGISTRAR_ROLES, 0, "{}");
        _enact(address(organizations), abi.encodeCall(IRootActs.addOrganizations, (added)));
        uint32 basic = Roles.ADMIN | Roles.PUBLISHER | Roles.APPLICANT | Roles.REVIEWER;
        _allow(department, basic);
        _allow(child, basic);
        _allow(district, basic);
        _allow(sector, basic | Roles.SUPERVISOR);
        _addAccount(applicant, department, Roles.APPLICANT);
        _addAccount(childApplicant, child, Roles.APPLICANT);
        _addAccount(sectorApplicant, sector, Roles.APPLICANT);
        _addAccount(acceptor, registrar, Roles.ACCEPTOR);
        _addAccount(reviewer, registrar, Roles.REVIEWER);
        _addAccount(issuer, registrar, Roles.ISSUER);
        _addAccount(registrarSupervisor, registrar, Roles.SUPERVISOR);
        _addAccount(otherClerk, otherRegistrar, Roles.ACCEPTOR | Roles.REVIEWER);
        _addAccount(otherIssuer, otherRegistrar, Roles.ISSUER | Roles.SUPERVISOR);
        _addAccount(districtReviewer, district, Roles.REVIEWER);
        _addAccount(providerReviewer, child, Roles.REVIEWER);
        IOrganizations.NewAccount[] memory own = new IOrganizations.NewAccount[](1);
        own[0] = IOrganizations.NewAccount(authorityReviewer, authority, Roles.REVIEWER);
        _enact(address(organizations), abi.encodeCall(IRootActs.addAccounts, (own)));
        people = [applicant, childApplicant, sectorApplicant, acceptor, reviewer, issuer, registrarSupervisor];
        people.push(otherClerk);
        people.push(otherIssuer);
        people.push(districtReviewer);
        people.push(providerReviewer);
        people.push(authorityReviewer);
        people.push(supervisor);
        people.push(stranger);

        ids.push(_publish(childPublisher, _publication(child, "a")));
        ids.push(_publish(childPublisher, _publication(child, "b")));
        ids.push(_publish(departmentPublisher, _publication(department, "c")));
        for (uint256 i = 1; i < ids.length; ++i) {
            for (uint256 k = i; k > 0 && EntryId.unwrap(ids[k - 1]) > EntryId.unwrap(ids[k]); --k) {
                (ids[k - 1], ids[k]) = (ids[k], ids[k - 1]);
            }
        }
    }

    function _setParameter(bytes32 name, uint128 value) internal {
        IPolicy.NewParameter[] memory parameters = new IPolicy.NewParameter[](1);
        parameters[0] = IPolicy.NewParameter(name, value, 0, REASON);
        _enact(address(policy), abi.encodeCall(IRootActs.setParameters, (parameters)));
    }

    // Making

    /// @notice A first application that no guard refuses, by an APPLICANT of the department or the child.
    function _application() internal view returns (IApplications.Application memory made) {
        made.kind = IRegistry.Kind.FIRST;
        made.subject = child;
        made.registrar = registrar;
        made.entries = ids;
        made.content = '{"title":"a"}';
        made.fields = new bytes[](3);
        made.fields[0] = '["title","a","000102030405060708090a0b0c0d0e0f"]';
        made.fields[1] = abi.encodePacked(sha256("withheld"));
        made.fields[2] = '["subject","b","0f0e0d0c0b0a09080706050403020100"]';
    }

    /// @notice The next application for a registration.
    function _application(RegistrationNumber number, IRegistry.Kind kind)
        internal
        view
        returns (IApplications.Application memory made)
    {
        made = _application();
        made.number = number;
        made.kind = kind;
        made.expectedVersion = registry.head(number).versions;
    }

    function _step(RegistrationNumber number, uint32 version) internal pure returns (IRegistry.Step[] memory steps) {
        steps = new IRegistry.Step[](1);
        steps[0] = IRegistry.Step(number, version, REASON);
    }

    function _one(IApplications.Application memory item)
        internal
        pure
        returns (IApplications.Application[] memory items)
    {
        items = new IApplications.Application[](1);
        items[0] = item;
    }

    function _supplement(RegistrationNumber number, uint32 version)
        internal
        pure
        returns (IApplications.Supplement[] memory items)
    {
        items = new IApplications.Supplement[](1);
        items[0].number = number;
        items[0].version = version;
        items[0].content = '{"title":"b"}';
        items[0].fields = new bytes[](1);
        items[0].fields[0] = '["title","b","000102030405060708090a0b0c0d0e0f"]';
    }

    function _objection(RegistrationNumber number, uint32 version)
        internal
        pure
        returns (IObjections.NewObjection[] memory items)
    {
        items = new IObjections.NewObjection[](1);
        items[0].number = number;
        items[0].version = version;
        items[0].ground = REASON;
    }

    function _objection(EntryId entry, uint32 version) internal pure returns (IObjections.NewObjection[] memory items) {
        items = new IObjections.NewObjection[](1);
        items[0].entry = entry;
        items[0].version = version;
        items[0].ground = REASON;
    }

    function _decision(uint32 objection) internal pure returns (IObjections.Decision[] memory items) {
        items = new IObjections.Decision[](1);
        items[0] = IObjections.Decision(objection, REASON);
    }

    // Acting

    function _file(address account, IApplications.Application memory made) internal returns (RegistrationNumber) {
        vm.prank(account);
        RegistrationNumber[] memory numbers = applications.file(_one(made));
        return numbers.length == 0 ? NONE : numbers[0]; // none where a revert was expected
    }

    /// @notice One step on the last version of a registration.
    function _act(address account, function(IRegistry.Step[] memory) external action, RegistrationNumber number)
        internal
    {
        _act(account, action, number, registry.head(number).versions);
    }

    function _act(
        address account,
        function(IRegistry.Step[] memory) external action,
        RegistrationNumber number,
        uint32 version
    ) internal {
        vm.prank(account);
        action(_step(number, version));
    }

    function _raise(address account, IObjections.NewObjection[] memory items) internal returns (uint32) {
        vm.prank(account);
        return objections.raise(items);
    }

    /// @notice Carries the last application of a registration from APPLIED or later to an open stage or ISSUED.
    function _carry(RegistrationNumber number, IRegistry.Stage to) internal {
        uint32 version = registry.head(number).versions;
        IRegistry.Stage stage = registry.version(number, version).stage;
        if (to == IRegistry.Stage.SUPPLEMENT) {
            _act(acceptor, applications.requestSupplement, number);
            return;
        }
        if (stage < IRegistry.Stage.ACCEPTED && to >= IRegistry.Stage.ACCEPTED) {
            _act(acceptor, applications.accept, number);
        }
        if (stage < IRegistry.Stage.REVIEWED && to >= IRegistry.Stage.REVIEWED) {
            _act(reviewer, applications.passReview, number);
        }
        if (stage < IRegistry.Stage.NOTICE && to >= IRegistry.Stage.NOTICE) {
            _act(reviewer, applications.openNotice, number);
        }
        if (to >= IRegistry.Stage.ISSUED) {
            vm.warp(registry.version(number, version).noticeEnd);
            _act(issuer, registry.issue, number);
        }
    }

    /// @notice A registration whose first application stands at a stage.
    function _at(IRegistry.Stage stage) internal returns (RegistrationNumber number) {
        if (stage == IRegistry.Stage.DISTRICT_REVIEW || stage == IRegistry.Stage.RETURNED) {
            _setParameter("district_review_workdays", 5);
            number = _file(applicant, _application());
            _setParameter("district_review_workdays", 0);
            if (stage == IRegistry.Stage.RETURNED) {
                _act(districtReviewer, applications.returnToApplicant, number);
            }
            return number;
        }
        number = _file(applicant, _application());
        if (stage == IRegistry.Stage.REFUSED) {
            _act(acceptor, applications.refuse, number);
        } else if (stage == IRegistry.Stage.LAPSED) {
            _carry(number, IRegistry.Stage.SUPPLEMENT);
            vm.warp(registry.version(number, 1).deadline);
            _act(acceptor, applications.lapse, number);
        } else if (stage == IRegistry.Stage.REVIEW_FAILED) {
            _carry(number, IRegistry.Stage.ACCEPTED);
            _act(reviewer, applications.failReview, number);
        } else if (stage == IRegistry.Stage.NOTICE_FAILED) {
            _carry(number, IRegistry.Stage.NOTICE);
            _act(reviewer, applications.failReview, number);
        } else if (stage == IRegistry.Stage.WITHDRAWN) {
            _act(applicant, applications.withdraw, number);
        } else {
            _carry(number, stage);
        }
    }

    /// @notice A registration with a status; the time moves to its issue, or to its expiry.
    function _with(IRegistry.Status status) internal returns (RegistrationNumber number) {
        number = _at(IRegistry.Stage.ISSUED);
        if (status == IRegistry.Status.SUSPENDED) {
            _act(supervisor, registry.suspend, number);
        } else if (status == IRegistry.Status.CANCELLED) {
            _act(issuer, registry.cancel, number);
        } else if (status == IRegistry.Status.REVOKED) {
            _act(issuer, registry.revoke, number);
        } else if (status == IRegistry.Status.EXPIRED) {
            vm.warp(registry.head(number).validUntil);
        }
    }

    // Checking

    function _assertStage(RegistrationNumber number, uint32 version, IRegistry.Stage stage) internal view {
        vm.assertEq(uint256(registry.version(number, version).stage), uint256(stage), "stage");
    }

    function _assertStatus(RegistrationNumber number, uint32 version, IRegistry.Status status) internal view {
        vm.assertEq(uint256(registry.statusAt(number, version, uint64(block.timestamp))), uint256(status), "status");
    }

    function _assertHolds(uint256 expected) internal view {
        for (uint256 i; i < ids.length; ++i) {
            vm.assertEq(catalog.head(ids[i]).holds, expected, "holds");
        }
    }
}
