// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Journal} from "../../contracts/Journal.sol";
import {IJournal} from "../../contracts/interfaces/IJournal.sol";
import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {IRootActs} from "../../contracts/interfaces/IRootActs.sol";
import {Base} from "./Base.t.sol";
import {Reference} from "./Reference.sol";
import {StubModule} from "./StubModule.sol";
import {Vm, vm} from "./Vm.sol";

/// @notice {IJournal}: opening, {IRootActs-admitModules}, {IJournal-append}, {IRootActs-closeJournal}.
contract JournalTest is Base {
    function test_constructor() public {
        bytes32 before = keccak256("the block before");
        vm.roll(200);
        vm.setBlockhash(199, before);
        IJournal.Predecessor memory predecessor = IJournal.Predecessor("origin", 7, "root");
        checkLedger();

        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        bytes32 origin = sha256(abi.encodePacked(block.chainid, next, before));
        vm.expectEmit(next);
        emit IJournal.JournalOpened(
            0, IJournal.Opening(origin, "origin", 7, "root", stranger, address(this), uint64(block.timestamp))
        );
        Journal opened = new Journal(stranger, predecessor);
        vm.assertEq(address(opened), next, "address");
        vm.assertEq(opened.origin(), origin, "origin");
        vm.assertEq(opened.organizations(), stranger, "organizations");
        vm.assertTrue(opened.admitted(stranger), "its government is admitted");
        vm.assertFalse(opened.closed(), "open");
        vm.assertEq(opened.size(), 1, "size");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(opened.root(), Reference.leafOf(logs[logs.length - 1]), "the root of one leaf is the leaf");
    }

    function test_storage_rootAndSizeInSlots0And1() public view {
        vm.assertEq(vm.load(address(journal), bytes32(0)), journal.root(), "root");
        vm.assertEq(vm.load(address(journal), bytes32(uint256(1))), bytes32(uint256(journal.size())), "size");
    }

    function test_admitModules() public {
        address fresh = address(new StubModule(journal, catalog));
        bytes memory action = abi.encodeCall(IRootActs.admitModules, (_one(fresh)));
        uint64 number = _propose(address(journal), action);
        vm.expectEmit(address(journal));
        emit IJournal.ModuleAdmitted(journal.size(), fresh, IJournal.RootAct(number, bo, uint64(block.timestamp)));
        _confirm(number, address(journal), action);
        vm.assertTrue(journal.admitted(fresh), "admitted");
        vm.assertFalse(journal.admitted(stranger), "nobody else");
        checkLedger();
    }

    function test_admitModules_revertsWhenNothingToDo() public {
        _enactReverts(
            address(journal),
            abi.encodeCall(IRootActs.admitModules, (new address[](0))),
            abi.encodeWithSelector(IJournal.JournalNothingToAppend.selector)
        );
    }

    function test_admitModules_revertsWhenAdmittedOrWithoutCode() public {
        address[4] memory modules = [address(catalog), address(organizations), stranger, address(0)];
        for (uint256 i; i < modules.length; ++i) {
            _enactReverts(
                address(journal),
                abi.encodeCall(IRootActs.admitModules, (_one(modules[i]))),
                abi.encodeWithSelector(IJournal.JournalModuleInvalid.selector, modules[i])
            );
        }
        address fresh = address(new StubModule(journal, catalog));
        address[] memory twice = new address[](2);
        (twice[0], twice[1]) = (fresh, fresh);
        _enactReverts(
            address(journal),
            abi.encodeCall(IRootActs.admitModules, (twice)),
            abi.encodeWithSelector(IJournal.JournalModuleInvalid.selector, fresh)
        );
        vm.assertFalse(journal.admitted(fresh), "all or nothing");
        checkLedger();
    }

    function test_closeJournal() public {
        bytes memory action = abi.encodeCall(IRootActs.closeJournal, ());
        uint64 late = _propose(address(journal), action);
        uint64 number = _propose(address(journal), action);
        vm.expectEmit(address(journal));
        emit IJournal.JournalClosed(journal.size(), IJournal.RootAct(number, bo, uint64(block.timestamp)));
        _confirm(number, address(journal), action);
        vm.assertTrue(journal.closed(), "closed");
        checkLedger();

        bytes memory failure = abi.encodeWithSelector(IJournal.JournalIsClosed.selector, journal.size());
        _expectRevert(failure);
        _confirm(late, address(journal), action);
        _expectRevert(failure);
        vm.prank(ada);
        organizations.propose(address(journal), action);
        _expectRevert(failure);
        vm.prank(supervisor);
        organizations.suspendOrganizations(_one(child), REASON);
        _expectRevert(failure);
        vm.prank(childPublisher);
        catalog.publish(_one(_publication(child, "a")));
        checkLedger();
    }

    /// @notice Nothing at all is accepted after the close, whoever acts.
    function test_closeJournal_stopsEveryAct() public {
        uint64 late = _propose(address(policy), "");
        _enact(address(journal), abi.encodeCall(IRootActs.closeJournal, ()));
        bytes memory failure = abi.encodeWithSelector(IJournal.JournalIsClosed.selector, journal.size());
        IOrganizations.Description[] memory descriptions = new IOrganizations.Description[](1);
        descriptions[0] = IOrganizations.Description(child, "{}");
        _expectRevert(failure);
        vm.prank(ada);
        organizations.describeOrganizations(descriptions);
        _expectRevert(failure);
        vm.prank(ada);
        organizations.addAccounts(_one(IOrganizations.NewAccount(stranger, child, 1)));
        _expectRevert(failure);
        vm.prank(ada);
        organizations.revokeAccount(childPublisher, 0);
        _expectRevert(failure);
        vm.prank(ada);
        organizations.rotateAccount(childPublisher, stranger);
        vm.expectRevert();
        _confirm(late, address(policy), "");
        vm.assertFalse(journal.admitted(stranger), "nothing admitted");
    }

    function testFuzz_append(uint256 caller, uint64 expectedFirst, bytes32[] memory leaves) public {
        address[6] memory callers =
            [address(catalog), address(organizations), address(policy), address(module), ada, address(this)];
        address account = callers[_bound(caller, 0, 5)];
        uint64 size = journal.size();
        bytes32 root = journal.root();
        if (expectedFirst % 3 != 0) expectedFirst = size;

        bytes memory failure;
        if (!journal.admitted(account)) {
            failure = abi.encodeWithSelector(IJournal.JournalUnauthorized.selector, account);
        } else if (expectedFirst != size) {
            failure = abi.encodeWithSelector(IJournal.JournalOutOfOrder.selector, expectedFirst, size);
        } else if (leaves.length == 0) {
            failure = abi.encodeWithSelector(IJournal.JournalNothingToAppend.selector);
        }
        checkLedger(); // collects the leaves so far
        if (failure.length > 0) _expectRevert(failure);
        vm.prank(account);
        journal.append(expectedFirst, leaves);
        if (failure.length > 0) {
            vm.assertEq(journal.size(), size, "size");
            vm.assertEq(journal.root(), root, "root");
        } else {
            vm.assertEq(journal.size(), size + leaves.length, "size");
            vm.assertEq(journal.root(), _referenceRoot(leaves), "root");
        }
    }
}
