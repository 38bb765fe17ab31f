// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGrantScope} from "../../../contracts/interfaces/IGrantScope.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IPlans} from "../../../contracts/interfaces/IPlans.sol";
import {vm} from "../Vm.sol";
import {GrantsBase} from "./GrantsBase.sol";

/// @notice Gas of whole transactions, their 21,000 and call data included, into snapshots/GrantGas.json. Code sizes into
/// snapshots/GrantCodeSize.json.
contract GrantGasTest is GrantsBase {
    string private constant GROUP = "GrantGas";
    /// @dev EIP-170.
    uint256 private constant LIMIT_BYTES = 24_576;

    /// @notice What follows an ancestor costs nothing when it is suspended, however much it is.
    /// forge-config: default.isolate = true
    function test_gas_suspendAnAncestor() public {
        _setParameter("delegation_approvals", 16);
        uint32 many = _granted(_share());
        uint32 few = _granted(_share());
        uint32 only = _delegateMany(few, 1);
        uint32 first = _delegateMany(many, 50);
        for (uint256 i; i < 9; ++i) {
            _delegateMany(many, 50);
        }
        for (uint256 i; i < 10; ++i) {
            _delegateMany(first, 50);
        }
        uint32 last = grants.grants();
        vm.assertEq(last, 2 + 1 + 1000, "grants");
        uint256 clean = vm.snapshotState();
        uint256[2] memory gas;
        for (uint256 i; i < 2; ++i) {
            IGrants.Step[] memory steps = _steps(i == 0 ? few : many, 1);
            vm.prank(supervisor);
            grants.suspend(steps);
            gas[i] = vm.snapshotGasLastCall(GROUP, i == 0 ? "suspend, 1 descendant" : "suspend, 1,000 descendants");
            uint64 time = uint64(block.timestamp);
            vm.assertTrue(grants.isEffective(last, time) == (i == 0), "the last grandchild");
            vm.assertTrue(grants.isEffective(only, time) == (i == 1), "the only child of the other");
            vm.revertToState(clean);
        }
        vm.assertEq(gas[0], gas[1], "the same");
    }

    /// forge-config: default.isolate = true
    function test_gas_coverage() public {
        uint32[4] memory chain;
        for (uint256 i; i < 4; ++i) {
            chain[i] = _granted(i == 0 ? _share() : _delegate(chain[i - 1]));
        }
        uint32 operate = _granted(_operate());
        _ask(operate, "coverage, OPERATE");
        _ask(chain[0], "coverage, SHARE");
        _ask(chain[3], "coverage, SHARE, depth 3");
        for (uint256 i; i < 50; ++i) {
            vm.warp(block.timestamp + 1);
            _change(supervisor, grants.suspend, chain[0]);
            vm.warp(block.timestamp + 1);
            _change(supervisor, grants.resume, chain[0]);
        }
        _ask(chain[3], "coverage, SHARE, depth 3, 100 changes of status");
    }

    /// forge-config: default.isolate = true
    function test_gas_procedure() public {
        bytes memory content = _filled(600);
        IPlans.NewGrant memory fresh = _operate();
        fresh.content = content;
        _plan(_operate()); // the first one of all is none that counts
        uint32 number = _plan(fresh);
        vm.snapshotGasLastCall(GROUP, "plan 1");
        address account = grantorOf[sector];
        IGrants.EntryScope[] memory entries = _entries();
        vm.prank(account);
        plans.scope(number, 1, entries);
        vm.snapshotGasLastCall(GROUP, "scope 3, OPERATE");
        IPlans.Approval[7] memory order = [
            IPlans.Approval.IMPLEMENTATION,
            IPlans.Approval.AUTHORITY,
            IPlans.Approval.DECISION,
            IPlans.Approval.CONSENT,
            IPlans.Approval.CONSENT,
            IPlans.Approval.SIGNATURE,
            IPlans.Approval.COUNTERSIGNATURE
        ];
        for (uint256 i; i < order.length; ++i) {
            IPlans.NewApproval memory given = _approval(number, order[i]);
            if (i == 4) given.provider = department;
            _approve(_approver(number, order[i], given.provider), given);
            if (i == 1) vm.snapshotGasLastCall(GROUP, "approve 1");
            if (i == 4) vm.snapshotGasLastCall(GROUP, "consent 1");
        }
        vm.snapshotGasLastCall(GROUP, "approve 1, entering");
        IGrants.Step[] memory steps = _steps(number, 1);
        vm.prank(account);
        grants.terminate(steps);
        vm.snapshotGasLastCall(GROUP, "terminate 1");
        vm.prank(stranger);
        grants.settle(number, 1, ids);
        vm.snapshotGasLastCall(GROUP, "settle 3");
    }

    function test_codeSize_grants() public {
        _check("Grants", address(grants));
        _check("Plans", address(plans));
    }

    function _ask(uint32 number, string memory name) private {
        // A call and no static one, so that it is measured as a transaction.
        (bool done, bytes memory answer) =
            address(grants).call(abi.encodeCall(grants.coverage, (number, ids[0], 1, uint64(block.timestamp))));
        vm.snapshotGasLastCall(GROUP, name);
        (IGrants.Coverage reason,,) = abi.decode(answer, (IGrantScope.Coverage, uint32, uint208));
        vm.assertTrue(done && reason == IGrantScope.Coverage.COVERED, "covered");
    }

    /// @dev Children in force, over one entry each.
    function _delegateMany(uint32 parent, uint256 count) private returns (uint32 first) {
        address account = grantorOf[grants.grant(parent).grantee];
        IPlans.NewGrant[] memory fresh = new IPlans.NewGrant[](count);
        for (uint256 i; i < count; ++i) {
            fresh[i] = _delegate(parent);
        }
        vm.prank(account);
        first = plans.plan(fresh);
        IPlans.NewApproval[] memory approvals = new IPlans.NewApproval[](count);
        IGrants.EntryScope[] memory listed = _one(_entries()[0]);
        for (uint256 i; i < count; ++i) {
            vm.prank(account);
            plans.scope(first + uint32(i), 1, listed);
            approvals[i] = _approval(first + uint32(i), IPlans.Approval.SIGNATURE);
        }
        vm.prank(account);
        plans.approve(approvals);
    }

    function _check(string memory name, address deployed) private {
        vm.assertLe(deployed.code.length, LIMIT_BYTES, name);
        vm.snapshotValue("GrantCodeSize", name, deployed.code.length);
    }
}
