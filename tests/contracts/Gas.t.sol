// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "../../contracts/interfaces/ICatalog.sol";
import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {IRootActs} from "../../contracts/interfaces/IRootActs.sol";
import {EntryId} from "../../contracts/types/EntryId.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

/// @notice Gas of whole transactions, their 21,000 and call data included, into snapshots/Gas.json. Each call is a
/// transaction of its own (isolated), so every slot is cold.
contract GasTest is Base {
    string private constant GROUP = "Gas";
    uint256 private constant CONTENT_BYTES = 600;

    /// forge-config: default.isolate = true
    function test_gas_publish_1() public {
        _measure(1, "1 entry");
    }

    /// forge-config: default.isolate = true
    function test_gas_publish_10() public {
        _measure(10, "10 entries");
    }

    /// forge-config: default.isolate = true
    function test_gas_publish_100() public {
        _measure(100, "100 entries");
    }

    /// forge-config: default.isolate = true
    function test_gas_hold_1() public {
        EntryId id = _publish(childPublisher, _publication(child, "a"));
        module.hold(_one(id));
        vm.snapshotGasLastCall(GROUP, "hold 1 entry, first, with the act of a module");
        module.hold(_one(id));
        vm.snapshotGasLastCall(GROUP, "hold 1 entry, again, with the act of a module");
    }

    /// forge-config: default.isolate = true
    function test_gas_addOrganizations_74() public {
        IOrganizations.NewOrganization[] memory departments = new IOrganizations.NewOrganization[](74);
        for (uint256 i; i < 74; ++i) {
            departments[i] = IOrganizations.NewOrganization(
                _code(1000 + i), 0, 4, BEIJING, 7, sector, unicode'{"name":"市某某管理委员会办公室"}'
            );
        }
        bytes memory action = abi.encodeCall(IRootActs.addOrganizations, (departments));
        vm.prank(ada);
        uint64 number = organizations.propose(address(organizations), action);
        vm.snapshotGasLastCall(GROUP, "propose 74 organizations");
        vm.prank(bo);
        organizations.confirm(number, address(organizations), action);
        vm.snapshotGasLastCall(GROUP, "confirm 74 organizations");
    }

    function _measure(uint256 count, string memory name) private {
        ICatalog.Publication[] memory entries = new ICatalog.Publication[](count);
        ICatalog.Retirement[] memory retirements = new ICatalog.Retirement[](count);
        for (uint256 i; i < count; ++i) {
            entries[i] = _publication(
                child, abi.encodePacked("entry-", bytes1(uint8(0x30 + i / 10)), bytes1(uint8(0x30 + i % 10)))
            );
            entries[i].content = _content();
            retirements[i] = ICatalog.Retirement(catalog.idOf(child, entries[i].localCode), 3, 0);
        }
        vm.prank(childPublisher);
        catalog.publish(entries);
        vm.snapshotGasLastCall(GROUP, string.concat("publish ", name, ", first"));

        vm.warp(START + 1 days);
        for (uint256 version = 1; version <= 2; ++version) {
            for (uint256 i; i < count; ++i) {
                entries[i].expectedVersion = uint32(version);
            }
            vm.prank(childPublisher);
            catalog.publish(entries);
            vm.snapshotGasLastCall(
                GROUP, string.concat("publish ", name, version == 1 ? ", second version" : ", third version")
            );
        }
        vm.prank(childPublisher);
        catalog.retire(retirements);
        vm.snapshotGasLastCall(GROUP, string.concat("retire ", name));
    }

    /// @dev Text that costs like a real entry: few zero bytes.
    function _content() private pure returns (bytes memory content) {
        content = _filled(CONTENT_BYTES);
    }
}
