// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Catalog} from "../../../contracts/Catalog.sol";
import {Journal} from "../../../contracts/Journal.sol";
import {Organizations} from "../../../contracts/Organizations.sol";
import {ICatalog} from "../../../contracts/interfaces/ICatalog.sol";
import {IJournal} from "../../../contracts/interfaces/IJournal.sol";
import {IOrganizations} from "../../../contracts/interfaces/IOrganizations.sol";
import {IPolicy} from "../../../contracts/interfaces/IPolicy.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {StubModule} from "../StubModule.sol";
import {vm} from "../Vm.sol";
import {Fold} from "./Fold.sol";
import {LedgerHandler} from "./LedgerHandler.sol";

/// @notice What holds after any sequence of calls by anybody.
contract LedgerInvariants {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    LedgerHandler private handler;
    Fold private fold;
    Journal private journal;
    Organizations private organizations;
    Catalog private catalog;

    function setUp() public {
        handler = new LedgerHandler();
        fold = handler.fold();
        (journal, organizations, catalog) = handler.ledger();
    }

    /// @dev `forge` looks for this name.
    function targetContracts() public view returns (address[] memory contracts_) {
        contracts_ = new address[](1);
        contracts_[0] = address(handler);
    }

    /// @dev `forge` looks for this name.
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[16] memory selectors = [
            LedgerHandler.publish.selector,
            LedgerHandler.publish.selector,
            LedgerHandler.publish.selector,
            LedgerHandler.retire.selector,
            LedgerHandler.hold.selector,
            LedgerHandler.addOrganization.selector,
            LedgerHandler.describe.selector,
            LedgerHandler.suspend.selector,
            LedgerHandler.resume.selector,
            LedgerHandler.addAccount.selector,
            LedgerHandler.rotate.selector,
            LedgerHandler.revoke.selector,
            LedgerHandler.enact.selector,
            LedgerHandler.enact.selector,
            LedgerHandler.enact.selector,
            LedgerHandler.wait_.selector
        ];
        targets = new FuzzSelector[](1);
        targets[0].addr = address(handler);
        targets[0].selectors = new bytes4[](selectors.length);
        for (uint256 i; i < selectors.length; ++i) {
            targets[0].selectors[i] = selectors[i];
        }
    }

    /// @notice The handler is worth something: in a fixed run it brings about every act, and many refusals.
    function test_handler_bringsAboutEveryAct() public {
        bytes32[15] memory events = [
            IJournal.ModuleAdmitted.selector,
            IOrganizations.OrganizationAdded.selector,
            IOrganizations.OrganizationDescribed.selector,
            IOrganizations.OrganizationMoved.selector,
            IOrganizations.RolesAllowed.selector,
            IOrganizations.OrganizationSuspended.selector,
            IOrganizations.OrganizationResumed.selector,
            IOrganizations.AccountAdded.selector,
            IOrganizations.AccountRotated.selector,
            IOrganizations.AccountRevoked.selector,
            IOrganizations.ProposalMade.selector,
            IPolicy.ParameterSet.selector,
            ICatalog.EntryPublished.selector,
            ICatalog.EntryRetired.selector,
            StubModule.StubActed.selector
        ];
        uint256[15] memory founding;
        for (uint256 i; i < events.length; ++i) {
            founding[i] = handler.actsOf(events[i]);
        }
        bytes4[] memory selectors = targetSelectors()[0].selectors;
        for (uint256 i; i < 400; ++i) {
            uint256[5] memory seeds;
            for (uint256 k; k < 5; ++k) {
                seeds[k] = uint256(keccak256(abi.encode(i, k)));
            }
            // A uint64 or uint32 argument is cut from the seed.
            bytes4 selector = selectors[i % selectors.length];
            if (selector == LedgerHandler.revoke.selector) seeds[2] = uint64(seeds[2]);
            if (selector == LedgerHandler.addAccount.selector) seeds[2] = uint32(seeds[2]);
            (bool ok,) = address(handler).call(abi.encodePacked(selector, abi.encode(seeds)));
            vm.assertTrue(ok, "the handler itself never reverts");
        }
        for (uint256 i; i < events.length; ++i) {
            vm.assertGe(handler.actsOf(events[i]), founding[i] + 1, "an act that never came about");
        }
        vm.assertGe(handler.refused(), 50, "refusals");
    }

    /// @notice The journal's size equals the act events emitted.
    function invariant_sizeEqualsEvents() public view {
        vm.assertEq(journal.size(), handler.actsSeen(), "size");
    }

    /// @notice The stored root equals the reference tree's over the leaves of the raw logs.
    function invariant_rootEqualsReference() public view {
        vm.assertEq(journal.root(), handler.referenceRoot(), "root");
    }

    /// @notice The state is a fold of the events: organizations, accounts and entries come out of the raw logs alone.
    function invariant_stateIsFoldOfEvents() public view {
        for (uint256 i; i < fold.codesCount(); ++i) {
            bytes18 code = fold.codes(i);
            vm.assertEq(
                abi.encode(organizations.organization(code)), abi.encode(fold.organization(code)), "organization"
            );
        }
        for (uint256 i; i < fold.subjectsCount(); ++i) {
            address subject = fold.subjects(i);
            vm.assertEq(abi.encode(organizations.account(subject)), abi.encode(fold.account(subject)), "account");
        }
        for (uint256 i; i < fold.idsCount(); ++i) {
            bytes32 id = fold.ids(i);
            vm.assertEq(abi.encode(catalog.head(EntryId.wrap(id))), abi.encode(fold.head(id)), "head");
        }
    }

    /// @notice A version grows by exactly one.
    function invariant_versionGrowsByOne() public view {
        vm.assertEq(fold.versionJumps(), 0, "jumps");
    }

    /// @notice An entry's version changes only by a PUBLISHER of its stored provider, of that provider's sector
    /// authority or of an ancestor, or, where the provider is suspended, of the data authority.
    function invariant_entriesChangeByEntitledOnly() public view {
        vm.assertEq(handler.unentitled(), 0, "unentitled");
    }

    /// @notice No account's effective role exceeds its organization's allowed roles, or its own.
    function invariant_rolesWithinAllowed() public view {
        for (uint256 i; i < fold.subjectsCount(); ++i) {
            address subject = fold.subjects(i);
            (, uint32 roles) = organizations.effectiveRoles(subject);
            IOrganizations.Account memory account = organizations.account(subject);
            uint32 allowed = organizations.organization(account.organization).allowedRoles;
            vm.assertTrue(roles | allowed == allowed && roles | account.roles == account.roles, "within");
        }
    }

    /// @notice No root act happens on one signature.
    function invariant_rootActsTakeTwo() public view {
        vm.assertEq(handler.lone(), 0, "lone");
    }

    /// @notice A suspended organization acts on nothing, and neither does an account that ended.
    function invariant_suspendedActOnNothing() public view {
        vm.assertEq(handler.silenced(), 0, "silenced");
        for (uint256 i; i < fold.subjectsCount(); ++i) {
            IOrganizations.Account memory account = organizations.account(fold.subjects(i));
            if (account.active && !organizations.organization(account.organization).suspended) continue;
            (bytes18 code, uint32 roles) = organizations.effectiveRoles(fold.subjects(i));
            vm.assertTrue(code == 0 && roles == 0, "nothing");
        }
    }

    /// @notice The data authority never falls below two ADMINs who can act, and their number is the one it states.
    function invariant_dataAuthorityHasTwoAdmins() public view {
        uint256 admins;
        for (uint256 i; i < fold.subjectsCount(); ++i) {
            (bytes18 code, uint32 roles) = organizations.effectiveRoles(fold.subjects(i));
            if (code == organizations.dataAuthority() && roles & Roles.ADMIN != 0) ++admins;
        }
        vm.assertGe(admins, 2, "two");
        vm.assertEq(admins, organizations.dataAuthorityAdmins(), "as stated");
    }

    /// @notice REVIEWER and ISSUER are never on one account.
    function invariant_reviewerIsNotIssuer() public view {
        for (uint256 i; i < fold.subjectsCount(); ++i) {
            uint32 roles = organizations.account(fold.subjects(i)).roles;
            vm.assertTrue(roles & Roles.REVIEWER == 0 || roles & Roles.ISSUER == 0, "both");
        }
    }

    /// @notice The array of ended versions grows by one with each version after the first, in order of version and
    /// time.
    function invariant_endedGrowsWithVersions() public view {
        for (uint256 i; i < fold.idsCount(); ++i) {
            EntryId id = EntryId.wrap(fold.ids(i));
            uint256 count = catalog.endedCount(id);
            vm.assertEq(count + 1, catalog.head(id).version, "count");
            uint64 until;
            for (uint256 k; k < count; ++k) {
                ICatalog.Ended memory ended = catalog.ended(id, k);
                vm.assertEq(ended.version, k + 1, "version");
                vm.assertGe(ended.until, until, "in order of time");
                vm.assertLe(ended.until, block.timestamp, "in the past");
                vm.assertTrue(ended.status != ICatalog.Status.NONE, "status");
                until = ended.until;
            }
        }
    }

    /// @notice A held entry is never retired.
    function invariant_heldIsNotRetired() public view {
        for (uint256 i; i < fold.idsCount(); ++i) {
            ICatalog.Head memory head = catalog.head(EntryId.wrap(fold.ids(i)));
            vm.assertTrue(head.holds == 0 || head.status == ICatalog.Status.ACTIVE, "held");
        }
    }

    /// @notice Nobody is above itself, and the data authority is nobody's parent and has none.
    function invariant_organizationsAreForest() public view {
        bytes18 authority = organizations.dataAuthority();
        vm.assertEq(organizations.organization(authority).parent, bytes18(0), "top");
        uint256 count = fold.codesCount();
        for (uint256 i; i < count; ++i) {
            bytes18 above = organizations.organization(fold.codes(i)).parent;
            for (uint256 steps; above != 0; ++steps) {
                vm.assertTrue(above != authority && steps < count, "a circle, or below the data authority");
                above = organizations.organization(above).parent;
            }
        }
    }
}
