// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IApplications} from "../../../contracts/interfaces/IApplications.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {RegistrationNumber} from "../../../contracts/types/RegistrationNumber.sol";
import {vm} from "../Vm.sol";
import {RegistryBase} from "./RegistryBase.sol";

/// @notice Gas of whole transactions, their 21,000 and call data included, into snapshots/RegistrationGas.json: one
/// entry, 24 fields of which 6 are withheld, 600 bytes of content. Code sizes into snapshots/RegistrationCodeSize.json.
contract RegistrationGasTest is RegistryBase {
    string private constant GROUP = "RegistrationGas";
    /// @dev EIP-170.
    uint256 private constant LIMIT_BYTES = 24_576;

    /// forge-config: default.isolate = true
    function test_gas_registration_1() public {
        _measure(1, "1");
    }

    /// forge-config: default.isolate = true
    function test_gas_registration_10() public {
        _measure(10, "10");
    }

    function test_codeSize_registration() public {
        _check("Registry", address(registry));
        _check("Applications", address(applications));
        _check("Objections", address(objections));
    }

    function _measure(uint256 count, string memory name) private {
        _file(applicant, _application()); // numbers of the day have begun
        IApplications.Application[] memory many = new IApplications.Application[](count);
        for (uint256 i; i < count; ++i) {
            many[i] = _application();
            many[i].entries = new EntryId[](1);
            many[i].entries[0] = ids[0];
            many[i].content = _filled(600);
            many[i].fields = new bytes[](24);
            for (uint256 k; k < 24; ++k) {
                many[i].fields[k] = k < 6 ? abi.encodePacked(keccak256(abi.encode(i, k))) : _filled(100);
            }
        }
        vm.prank(applicant);
        RegistrationNumber[] memory numbers = applications.file(many);
        _snapshot("file ", name);
        IRegistry.Step[] memory steps = new IRegistry.Step[](count);
        for (uint256 i; i < count; ++i) {
            steps[i] = IRegistry.Step(numbers[i], 1, REASON);
        }
        vm.prank(acceptor);
        applications.accept(steps);
        _snapshot("accept ", name);
        vm.prank(reviewer);
        applications.passReview(steps);
        _snapshot("passReview ", name);
        vm.prank(reviewer);
        applications.openNotice(steps);
        _snapshot("openNotice ", name);
        uint64 noticeEnd = registry.version(numbers[0], 1).noticeEnd;
        vm.warp(noticeEnd);
        vm.prank(issuer);
        registry.issue(steps);
        _snapshot("issue ", name);
        vm.prank(issuer);
        registry.cancel(steps);
        _snapshot("cancel ", name);
        vm.prank(stranger);
        registry.settle(steps);
        _snapshot("settle ", name);
    }

    function _snapshot(string memory step, string memory name) private {
        vm.snapshotGasLastCall(GROUP, string.concat(step, name));
    }

    function _check(string memory name, address deployed) private {
        vm.assertLe(deployed.code.length, LIMIT_BYTES, name);
        vm.snapshotValue("RegistrationCodeSize", name, deployed.code.length);
    }
}
