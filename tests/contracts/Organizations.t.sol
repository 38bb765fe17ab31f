// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Journal} from "../../contracts/Journal.sol";
import {Organizations} from "../../contracts/Organizations.sol";
import {IGoverned} from "../../contracts/interfaces/IGoverned.sol";
import {IJournal} from "../../contracts/interfaces/IJournal.sol";
import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

/// @notice The founding of {IOrganizations}, and who may publish for whom.
contract OrganizationsTest is Base {
    function test_constructor() public view {
        vm.assertEq(organizations.dataAuthority(), authority, "data authority");
        vm.assertEq(address(organizations.journal()), address(journal), "journal");
        vm.assertEq(organizations.dataAuthorityAdmins(), 3, "ADMINs");
        _assertOrganization(authority, IOrganizations.Organization(0, 1, BEIJING, Roles.ALL, false, 0));
        _assertAccount(ada, IOrganizations.Account(authority, Roles.ADMIN, true, 0));
        _assertAccount(supervisor, IOrganizations.Account(authority, Roles.SUPERVISOR, true, 0));
    }

    function test_constructor_setsKindParentAndSectorAuthority() public {
        IOrganizations.NewOrganization memory founding = _founding();
        (founding.kind, founding.parent, founding.sectorAuthority) = (9, department, sector);
        Organizations founded = new Organizations(_journal(), founding, _founders());
        vm.assertEq(
            abi.encode(founded.organization(authority)),
            abi.encode(IOrganizations.Organization(0, 1, BEIJING, Roles.ALL, false, 0)),
            "organization"
        );
    }

    function test_constructor_revertsWhenJournalNamesAnother() public {
        vm.expectRevert(abi.encodeWithSelector(IGoverned.RootActUnauthorized.selector, address(journal)));
        new Organizations(journal, _founding(), _founders());
    }

    function test_constructor_revertsWhenAdminsTooFew() public {
        IOrganizations.NewAccount[] memory founders = _founders();
        founders[1].roles = Roles.PUBLISHER;
        founders[2].roles = Roles.PUBLISHER;
        IJournal its = _journal();
        vm.expectRevert(abi.encodeWithSelector(IOrganizations.DataAuthorityAdminsTooFew.selector, 1));
        new Organizations(its, _founding(), founders);
    }

    function test_constructor_revertsWhenAccountOfAnother() public {
        IOrganizations.NewAccount[] memory founders = _founders();
        founders[4].organization = child;
        IJournal its = _journal();
        vm.expectRevert(abi.encodeWithSelector(IOrganizations.OrganizationUnknown.selector, child));
        new Organizations(its, _founding(), founders);
    }

    /// @notice Every account against every provider, as a table.
    function test_publisherFor() public {
        _publishes(authorityPublisher, [false, false, false, false, false]);
        _publishes(departmentPublisher, [true, true, true, false, false]);
        _publishes(childPublisher, [false, true, true, false, false]);
        _publishes(grandchildPublisher, [false, false, true, false, false]);
        // The sector authority of the department is not the one of its children.
        _publishes(sectorPublisher, [true, false, false, true, false]);
        _publishes(districtPublisher, [false, false, false, false, true]);
        vm.assertEq(organizations.publisherFor(authorityPublisher, authority), authority, "its own");
    }

    function test_publisherFor_revertsWhenNotPublisher() public {
        address[9] memory others =
            [ada, bo, cy, supervisor, departmentAdmin, childAdmin, sectorSupervisor, districtAdmin, stranger];
        for (uint256 i; i < others.length; ++i) {
            for (uint256 k; k < codes.length; ++k) {
                vm.expectRevert(_roleMissing(others[i], Roles.PUBLISHER));
                organizations.publisherFor(others[i], codes[k]);
            }
        }
    }

    function test_publisherFor_revertsWhenProviderUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IOrganizations.OrganizationUnknown.selector, unknown));
        organizations.publisherFor(childPublisher, unknown);
    }

    function test_unknown_isZeros() public view {
        _assertOrganization(unknown, IOrganizations.Organization(0, 0, 0, 0, false, 0));
        _assertAccount(stranger, IOrganizations.Account(0, 0, false, 0));
        (bytes18 code, uint32 roles) = organizations.effectiveRoles(stranger);
        vm.assertEq(code, bytes18(0), "organization");
        vm.assertEq(roles, 0, "roles");
        vm.assertEq(organizations.proposal(1000).account, address(0), "proposal");
    }

    function _publishes(address account, bool[5] memory may) private {
        bytes18[5] memory providers = [department, child, grandchild, sector, district];
        bytes18 own = organizations.account(account).organization;
        for (uint256 i; i < providers.length; ++i) {
            if (!may[i]) {
                vm.expectRevert(
                    abi.encodeWithSelector(IOrganizations.PublisherNotEntitled.selector, account, own, providers[i])
                );
                organizations.publisherFor(account, providers[i]);
            } else {
                vm.assertEq(organizations.publisherFor(account, providers[i]), own, "submitter");
            }
        }
    }

    /// @dev A journal that names the next contract deployed here.
    function _journal() private returns (IJournal) {
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        return new Journal(next, IJournal.Predecessor(0, 0, 0));
    }
}
