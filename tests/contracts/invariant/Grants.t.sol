// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Catalog} from "../../../contracts/Catalog.sol";
import {Grants} from "../../../contracts/Grants.sol";
import {Journal} from "../../../contracts/Journal.sol";
import {Plans} from "../../../contracts/Plans.sol";
import {Products} from "../../../contracts/Products.sol";
import {IGrantScope} from "../../../contracts/interfaces/IGrantScope.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IPlans} from "../../../contracts/interfaces/IPlans.sol";
import {IProducts} from "../../../contracts/interfaces/IProducts.sol";
import {Workdays} from "../../../contracts/libraries/Workdays.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {vm} from "../Vm.sol";
import {GrantsAndProductsHandler} from "./GrantsAndProductsHandler.sol";

/// @notice What holds of grants and products after any sequence of acts by random authorities, units and operators.
/// forge-config: default.invariant.runs = 4
/// forge-config: ci.invariant.runs = 12
contract GrantsInvariants {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    GrantsAndProductsHandler private handler;
    Journal private journal;
    Catalog private catalog;
    Grants private grants;
    Plans private plans;
    Products private products;

    function setUp() public {
        handler = new GrantsAndProductsHandler();
        (address journal_, address catalog_, address grants_, address plans_, address products_) = handler.ledger();
        (journal, catalog, grants) = (Journal(journal_), Catalog(catalog_), Grants(grants_));
        (plans, products) = (Plans(plans_), Products(products_));
    }

    /// @dev `forge` looks for this name.
    function targetContracts() public view returns (address[] memory contracts_) {
        contracts_ = new address[](1);
        contracts_[0] = address(handler);
    }

    /// @dev `forge` looks for this name.
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[24] memory selectors = [
            handler.plan.selector,
            handler.plan.selector,
            handler.scope.selector,
            handler.scope.selector,
            handler.approve.selector,
            handler.carry.selector,
            handler.carry.selector,
            handler.carry.selector,
            handler.amend.selector,
            handler.renew.selector,
            handler.refuse.selector,
            handler.change.selector,
            handler.change.selector,
            handler.settle.selector,
            handler.publishAgain.selector,
            handler.retire.selector,
            handler.changeRegistration.selector,
            handler.setPolicy.selector,
            handler.wait_.selector,
            handler.add.selector,
            handler.setCeiling.selector,
            handler.setPrice.selector,
            handler.changeProduct.selector,
            handler.disclose.selector
        ];
        targets = new FuzzSelector[](1);
        targets[0].addr = address(handler);
        targets[0].selectors = new bytes4[](selectors.length);
        for (uint256 i; i < selectors.length; ++i) {
            targets[0].selectors[i] = selectors[i];
        }
    }

    /// @notice The handler is worth something: in fixed runs it brings about every act, and many refusals.
    function test_handler_bringsAboutEveryAct() public {
        bytes32[20] memory events = handler.everyAct();
        bytes4[] memory selectors = targetSelectors()[0].selectors;
        uint256[20] memory brought;
        uint256 refused;
        uint256 children;
        uint256 renewals;
        for (uint256 run; run < 6; ++run) {
            uint256 state = vm.snapshotState();
            for (uint256 i; i < 250; ++i) {
                uint256[3] memory seeds;
                for (uint256 k; k < 3; ++k) {
                    seeds[k] = uint256(keccak256(abi.encode(run, i, k)));
                }
                bytes4 selector = selectors[uint256(keccak256(abi.encode(run, i))) % selectors.length];
                if (selector == handler.setCeiling.selector || selector == handler.setPrice.selector) {
                    seeds[2] = uint64(seeds[2]);
                }
                (bool ok,) = address(handler).call(abi.encodePacked(selector, abi.encode(seeds)));
                vm.assertTrue(ok, "the handler itself never reverts");
                if (i % 50 == 49) _checkAll();
            }
            for (uint256 i; i < 20; ++i) {
                brought[i] += handler.actsOf(events[i]);
            }
            refused += handler.refused();
            for (uint32 number = 1; number <= grants.grants(); ++number) {
                if (grants.grant(number).parent != 0 && grants.head(number).current != 0) ++children;
                for (uint32 version = 2; version <= grants.head(number).current; ++version) {
                    if (grants.version(number, version).basis == IGrants.Basis.RENEWAL) ++renewals;
                }
            }
            vm.revertToState(state);
        }
        for (uint256 i; i < 20; ++i) {
            vm.assertGe(brought[i], 1, handler.nameOf(i));
        }
        vm.assertGe(refused, 100, "refusals");
        vm.assertGe(children, 1, "delegated grants in force");
        vm.assertGe(renewals, 1, "renewals in force");
    }

    function _checkAll() private view {
        invariant_noActiveGrantLacksAnApproval();
        invariant_noVersionEntersWithAnotherScope();
        invariant_noTermExceedsPolicy();
        invariant_noEffectiveGrantHasAnIneffectiveAncestor();
        invariant_noChildCoversWhatItsParentDoesNot();
        invariant_noPriceExceedsItsCeiling();
        invariant_historyOnlyGrows();
        invariant_thePastStaysAsItWas();
        invariant_everyHoldIsAccountedFor();
        invariant_journalIsOfAllActs();
    }

    /// @notice No version came into force without every approval that policy asked for, from an account each.
    function invariant_noActiveGrantLacksAnApproval() public view {
        for (uint32 number = 1; number <= grants.grants(); ++number) {
            uint32 current = grants.head(number).current;
            if (current == 0) continue;
            vm.assertEq(handler.missing(number, current), 0, "missing approvals");
            IPlans.Plan memory planned = plans.procedure(number, current);
            vm.assertEq(planned.required, handler.asked(_key(number, current)), "asked for by policy");
            vm.assertEq(planned.taken, planned.required, "taken");
            vm.assertEq(uint8(planned.stage), uint8(IPlans.Stage.ENTERED), "stage");
            address[6] memory accounts;
            for (uint8 approval; approval < 6; ++approval) {
                if (approval == uint8(IPlans.Approval.CONSENT) || planned.required & (1 << approval) == 0) continue;
                accounts[approval] = plans.approvalOf(number, current, IPlans.Approval(approval)).account;
                vm.assertTrue(accounts[approval] != address(0), "somebody");
                for (uint8 other; other < approval; ++other) {
                    vm.assertTrue(accounts[other] != accounts[approval], "another one");
                }
            }
        }
    }

    /// @notice No version entered with another scope than the one that was approved, and none that was approved grew.
    function invariant_noVersionEntersWithAnotherScope() public view {
        vm.assertEq(handler.otherScopes(), 0, "other scopes");
    }

    /// @notice The term of an OPERATE version in force ends before the anniversary that policy allowed.
    function invariant_noTermExceedsPolicy() public view {
        for (uint32 number = 1; number <= grants.grants(); ++number) {
            uint32 current = grants.head(number).current;
            if (current == 0 || grants.grant(number).kind != IGrants.Kind.OPERATE) continue;
            IGrants.Terms memory terms = grants.version(number, current).terms;
            uint256 last = _dateOf(terms.end - 1);
            uint256 anniversary = _dateOf(terms.start) + handler.years_(_key(number, current)) * 10_000;
            vm.assertTrue(last < anniversary, "ends in time");
        }
    }

    /// @notice No effective grant has an ineffective ancestor.
    function invariant_noEffectiveGrantHasAnIneffectiveAncestor() public view {
        uint64 time = uint64(block.timestamp);
        for (uint32 number = 1; number <= grants.grants(); ++number) {
            if (!grants.isEffective(number, time)) continue;
            for (uint32 above = number; above != 0; above = grants.grant(above).parent) {
                IGrants.Head memory head = grants.head(above);
                bool inForce = head.status == IGrants.Status.ACTIVE && head.from <= time && time < head.until;
                vm.assertTrue(inForce, "an ancestor in force");
            }
        }
    }

    /// @notice No child covers an operation, or an item, that its parent does not.
    function invariant_noChildCoversWhatItsParentDoesNot() public view {
        uint64 time = uint64(block.timestamp);
        EntryId[] memory ids = handler.allIds();
        for (uint32 number = 1; number <= grants.grants(); ++number) {
            uint32 parent = grants.grant(number).parent;
            for (uint256 i; i < ids.length && parent != 0; ++i) {
                for (uint8 operation = 1; operation <= 8; operation *= 2) {
                    (IGrantScope.Coverage reason,, uint208 items) = grants.coverage(number, ids[i], operation, time);
                    if (reason != IGrantScope.Coverage.COVERED) continue;
                    (IGrantScope.Coverage outer,, uint208 outerItems) = grants.coverage(parent, ids[i], operation, time);
                    vm.assertTrue(outer == IGrantScope.Coverage.COVERED, "covered by the parent");
                    vm.assertTrue(items & ~outerItems == 0, "items of the parent's");
                }
            }
        }
    }

    /// @notice No price exceeds its ceiling or is asked for governance and the public good, now or in the past.
    function invariant_noPriceExceedsItsCeiling() public view {
        for (uint32 number = 1; number <= products.products(); ++number) {
            uint8 purpose = products.product(number).purpose;
            for (uint256 i; i < products.priceCount(number); ++i) {
                IProducts.Price memory price = products.priceAt(number, i);
                uint64 highest = price.hasCeiling && purpose > 4 ? price.ceiling : 0;
                vm.assertLe(price.price, highest, "price");
                vm.assertTrue(price.hasPrice || (price.price == 0 && !price.trial), "a price or none");
            }
        }
    }

    /// @notice Records, prices, ended versions and approvals are added, and never change.
    function invariant_historyOnlyGrows() public view {
        vm.assertEq(handler.rewritten(), 0, "rewritten");
    }

    /// @notice Whatever happens later, what a grant was worth and covered at a past time stays as it was.
    function invariant_thePastStaysAsItWas() public view {
        vm.assertEq(handler.changedPasts(), 0, "changed");
    }

    /// @notice Every hold is a scope's, a registration's or a product's, and what is in force is held, unless it was
    /// delegated from what has ended.
    function invariant_everyHoldIsAccountedFor() public view {
        EntryId[] memory ids = handler.allIds();
        uint256[] memory holds = new uint256[](ids.length);
        for (uint32 number = 1; number <= grants.grants(); ++number) {
            for (uint32 version = 1; version <= grants.head(number).versions; ++version) {
                uint256 held;
                for (uint256 i; i < ids.length; ++i) {
                    if (!grants.entryScope(number, version, ids[i]).held) continue;
                    ++holds[i];
                    ++held;
                }
                IGrants.Version memory drawn = grants.version(number, version);
                vm.assertEq(drawn.heldCount, held, "held for the version");
                IGrants.Head memory head = grants.head(number);
                bool runs = head.status == IGrants.Status.ACTIVE && block.timestamp < head.until
                    && grants.version(number, head.current).scopeOf == version;
                if (runs && !_hasEndedAncestor(number)) {
                    vm.assertEq(handler.listed(number, version).length, held, "held while it counts");
                }
            }
        }
        for (uint256 i; i < ids.length; ++i) {
            uint32 product = products.productOf(ids[i]);
            if (product != 0) {
                ++holds[i];
                vm.assertTrue(products.product(product).entry == ids[i], "its own entry");
                vm.assertTrue(products.product(product).status < IProducts.Status.DELISTED, "not delisted");
            }
            vm.assertEq(catalog.head(ids[i]).holds, holds[i] + handler.registrationHolds(ids[i]), "holds");
        }
    }

    /// @notice The journal's size and root are those of the acts in the raw logs.
    function invariant_journalIsOfAllActs() public view {
        vm.assertEq(journal.size(), handler.actsSeen(), "size");
        vm.assertEq(journal.root(), handler.referenceRoot(), "root");
    }

    /// @dev YYYYMMDD.
    function _dateOf(uint256 time) private pure returns (uint256) {
        (uint256 year, uint256 month, uint256 day) = Workdays.dateOf(Workdays.dayOf(time));
        return (year * 100 + month) * 100 + day;
    }

    function _key(uint32 number, uint32 version) private pure returns (bytes32) {
        return keccak256(abi.encode(number, version));
    }

    function _hasEndedAncestor(uint32 number) private view returns (bool) {
        for (uint32 above = grants.grant(number).parent; above != 0; above = grants.grant(above).parent) {
            (IGrants.Status status,) = grants.statusAt(above, uint64(block.timestamp));
            if (status > IGrants.Status.SUSPENDED) return true;
        }
        return false;
    }
}
