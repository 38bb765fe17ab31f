// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "../../contracts/interfaces/ICatalog.sol";
import {IJournal} from "../../contracts/interfaces/IJournal.sol";
import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {IPolicy} from "../../contracts/interfaces/IPolicy.sol";
import {IRootActs} from "../../contracts/interfaces/IRootActs.sol";
import {Acts} from "../../contracts/libraries/Acts.sol";
import {EntryId} from "../../contracts/types/EntryId.sol";
import {Base} from "./Base.t.sol";
import {Reference} from "./Reference.sol";
import {StubModule} from "./StubModule.sol";
import {Vm, vm} from "./Vm.sol";

/// @notice Emits logs of two, three and four topics with the leaves that {Acts} computes for them.
contract Emitter {
    event Two(uint64 indexed index, bytes data);
    event Three(uint64 indexed index, bytes32 indexed second, bytes data);
    event Four(uint64 indexed index, bytes32 indexed second, bytes32 indexed third, bytes data);

    function two(uint64 index, bytes calldata data) external returns (bytes32) {
        emit Two(index, data);
        return Acts.leaf(Two.selector, bytes32(uint256(index)), abi.encode(data));
    }

    function three(uint64 index, bytes32 second, bytes calldata data) external returns (bytes32) {
        emit Three(index, second, data);
        return Acts.leaf(Three.selector, bytes32(uint256(index)), second, abi.encode(data));
    }

    function four(uint64 index, bytes32 second, bytes32 third, bytes calldata data) external returns (bytes32) {
        emit Four(index, second, third, data);
        return Acts.leaf(Four.selector, bytes32(uint256(index)), second, third, abi.encode(data));
    }

    /// @dev Data as it stands, for sizes to the byte.
    function raw(bytes calldata data) external view returns (bytes32) {
        return Acts.leaf(0, 0, 0, 0, data);
    }
}

/// @notice {Acts}: the leaf of an act is the one that anyone computes from its raw log.
contract ActsTest is Base {
    Emitter private emitter = new Emitter();

    /// @notice Every act that the system knows, and each leaf of it from the raw log: {Base-checkLedger} rebuilds
    /// the journal's root from the logs alone.
    function test_leaf_ofEveryEvent() public {
        _everyAct();
        checkLedger();
        bytes32[17] memory events = [
            IJournal.JournalOpened.selector,
            IJournal.ModuleAdmitted.selector,
            IJournal.JournalClosed.selector,
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
        uint256 sum;
        for (uint256 i; i < events.length; ++i) {
            vm.assertGe(seen[events[i]], 1, "seen");
            sum += seen[events[i]];
        }
        vm.assertEq(sum, journal.size(), "there are no others");
    }

    function testFuzz_leaf(uint64 index, bytes32 second, bytes32 third, bytes memory data) public {
        vm.getRecordedLogs();
        bytes32[3] memory leaves =
            [emitter.two(index, data), emitter.three(index, second, data), emitter.four(index, second, third, data)];
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < 3; ++i) {
            vm.assertEq(logs[i].topics.length, i + 2, "topics");
            vm.assertEq(leaves[i], Reference.leafOf(logs[i]), "leaf");
        }
    }

    function test_leaf_upToTheLimit() public {
        uint256 most = 65_535 - 21 - 4 * 32;
        emitter.raw(_filled(most));
        vm.expectRevert(abi.encodeWithSelector(Acts.ActTooLarge.selector, 65_536, 65_535));
        emitter.raw(_filled(most + 1));
    }

    function _everyAct() private {
        _suspend(district);
        vm.prank(supervisor);
        organizations.resumeOrganizations(_one(district), REASON);
        _allow(district, 3);
        IOrganizations.Move[] memory moves = new IOrganizations.Move[](1);
        moves[0] = IOrganizations.Move(district, 0, sector, CHAOYANG);
        _enact(address(organizations), abi.encodeCall(IRootActs.moveOrganizations, (moves)));
        IOrganizations.Description[] memory descriptions = new IOrganizations.Description[](1);
        descriptions[0] = IOrganizations.Description(child, unicode'{"name":"目录"}');
        vm.prank(childAdmin);
        organizations.describeOrganizations(descriptions);
        vm.prank(ada);
        organizations.rotateAccount(districtPublisher, stranger);
        vm.prank(ada);
        organizations.revokeAccount(stranger, 5);
        IPolicy.NewParameter[] memory parameters = new IPolicy.NewParameter[](2);
        parameters[0] = IPolicy.NewParameter("notice_workdays", 10, 0, REASON);
        parameters[1] = IPolicy.NewParameter("term_days", 1095, 0, REASON);
        _enact(address(policy), abi.encodeCall(IRootActs.setParameters, (parameters)));
        EntryId id = _publish(childPublisher, _publication(child, "a"));
        module.hold(_one(id));
        module.release(_one(id));
        _retire(childPublisher, id, 1);
        _enact(address(journal), abi.encodeCall(IRootActs.closeJournal, ()));
    }
}
