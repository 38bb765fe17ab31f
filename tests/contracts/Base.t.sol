// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Catalog} from "../../contracts/Catalog.sol";
import {Journal} from "../../contracts/Journal.sol";
import {Organizations} from "../../contracts/Organizations.sol";
import {Policy} from "../../contracts/Policy.sol";
import {ICatalog} from "../../contracts/interfaces/ICatalog.sol";
import {IJournal} from "../../contracts/interfaces/IJournal.sol";
import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {IRootActs} from "../../contracts/interfaces/IRootActs.sol";
import {EntryId} from "../../contracts/types/EntryId.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Reference} from "./Reference.sol";
import {StubModule} from "./StubModule.sol";
import {Vm, vm} from "./Vm.sol";

/// @notice A ledger with a data authority and a few organizations:
///
///     authority (Beijing)
///     department (Beijing, sector authority: sector) ─ child (Chaoyang) ─ grandchild (a subdistrict of it)
///     sector (Beijing)
///     district (Chaoyang)
///
/// Every log since deployment is recorded, so that {checkLedger} can hold the journal against the raw logs.
abstract contract Base {
    uint256 internal constant START = 1_800_000_000;
    uint40 internal constant BEIJING = 110_000_000_000;
    uint40 internal constant CHAOYANG = 110_105_000_000;
    uint40 internal constant SUBDISTRICT = 110_105_001_000;
    uint40 internal constant SHANGHAI = 310_000_000_000;
    bytes32 internal constant REASON = keccak256("a decision");

    Journal internal journal;
    Organizations internal organizations;
    Policy internal policy;
    Catalog internal catalog;
    StubModule internal module;

    bytes18 internal authority = _code(1);
    bytes18 internal department = _code(2);
    bytes18 internal child = _code(3);
    bytes18 internal grandchild = _code(4);
    bytes18 internal sector = _code(5);
    bytes18 internal district = _code(6);
    bytes18 internal unknown = _code(99);

    address internal ada = _actor("ada, ADMIN of the authority");
    address internal bo = _actor("bo, ADMIN of the authority");
    address internal cy = _actor("cy, ADMIN of the authority");
    address internal supervisor = _actor("SUPERVISOR of the authority");
    address internal authorityPublisher = _actor("PUBLISHER of the authority");
    address internal departmentAdmin = _actor("ADMIN of the department");
    address internal departmentPublisher = _actor("PUBLISHER of the department");
    address internal childAdmin = _actor("ADMIN of the child");
    address internal childPublisher = _actor("PUBLISHER of the child");
    address internal grandchildPublisher = _actor("PUBLISHER of the grandchild");
    address internal sectorPublisher = _actor("PUBLISHER of the sector authority");
    address internal sectorSupervisor = _actor("SUPERVISOR of the sector authority");
    address internal districtAdmin = _actor("ADMIN of the district");
    address internal districtPublisher = _actor("PUBLISHER of the district");
    address internal stranger = _actor("stranger");

    bytes18[] internal codes;
    address[] internal actors;
    /// @dev Leaf hashes of the acts seen so far, from the raw logs.
    bytes32[] private _leaves;
    /// @dev Whether a call was expected to revert: `forge` records the logs of reverted calls too.
    bool private _reverted;
    mapping(bytes32 signature => uint256) internal seen;

    function setUp() public virtual {
        _deploy();
        _populate();
    }

    // Deployment

    function _deploy() internal {
        vm.roll(100);
        vm.warp(START);
        vm.recordLogs();
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        journal = new Journal(next, IJournal.Predecessor(0, 0, 0));
        organizations = new Organizations(journal, _founding(), _founders());
        policy = new Policy(journal);
        catalog = new Catalog(journal);
        module = new StubModule(journal, catalog);
        vm.label(address(journal), "Journal");
        vm.label(address(organizations), "Organizations");
        vm.label(address(policy), "Policy");
        vm.label(address(catalog), "Catalog");
        vm.label(address(module), "StubModule");
        address[] memory modules = new address[](3);
        (modules[0], modules[1], modules[2]) = (address(policy), address(catalog), address(module));
        _enact(address(journal), abi.encodeCall(IRootActs.admitModules, (modules)));
    }

    function _founding() internal view returns (IOrganizations.NewOrganization memory) {
        return IOrganizations.NewOrganization(authority, 0, 1, BEIJING, Roles.ALL, 0, '{"name":"authority"}');
    }

    function _founders() internal view returns (IOrganizations.NewAccount[] memory founders) {
        founders = new IOrganizations.NewAccount[](5);
        founders[0] = IOrganizations.NewAccount(ada, authority, Roles.ADMIN);
        founders[1] = IOrganizations.NewAccount(bo, authority, Roles.ADMIN);
        founders[2] = IOrganizations.NewAccount(cy, authority, Roles.ADMIN);
        founders[3] = IOrganizations.NewAccount(supervisor, authority, Roles.SUPERVISOR);
        founders[4] = IOrganizations.NewAccount(authorityPublisher, authority, Roles.PUBLISHER);
    }

    function _populate() internal {
        uint32 basic = Roles.ADMIN | Roles.PUBLISHER;
        IOrganizations.NewOrganization[] memory added = new IOrganizations.NewOrganization[](5);
        added[0] = IOrganizations.NewOrganization(sector, 0, 3, BEIJING, basic | Roles.SUPERVISOR, 0, "{}");
        added[1] = IOrganizations.NewOrganization(department, 0, 4, BEIJING, basic, sector, "{}");
        added[2] = IOrganizations.NewOrganization(child, department, 5, CHAOYANG, basic, 0, "{}");
        added[3] = IOrganizations.NewOrganization(grandchild, child, 5, SUBDISTRICT, basic, 0, "{}");
        added[4] = IOrganizations.NewOrganization(district, 0, 2, CHAOYANG, basic, 0, "{}");
        _enact(address(organizations), abi.encodeCall(IRootActs.addOrganizations, (added)));

        IOrganizations.NewAccount[] memory accounts = new IOrganizations.NewAccount[](9);
        accounts[0] = IOrganizations.NewAccount(departmentAdmin, department, Roles.ADMIN);
        accounts[1] = IOrganizations.NewAccount(departmentPublisher, department, Roles.PUBLISHER);
        accounts[2] = IOrganizations.NewAccount(childAdmin, child, Roles.ADMIN);
        accounts[3] = IOrganizations.NewAccount(childPublisher, child, Roles.PUBLISHER);
        accounts[4] = IOrganizations.NewAccount(grandchildPublisher, grandchild, Roles.PUBLISHER);
        accounts[5] = IOrganizations.NewAccount(sectorPublisher, sector, Roles.PUBLISHER);
        accounts[6] = IOrganizations.NewAccount(sectorSupervisor, sector, Roles.SUPERVISOR);
        accounts[7] = IOrganizations.NewAccount(districtAdmin, district, Roles.ADMIN);
        accounts[8] = IOrganizations.NewAccount(districtPublisher, district, Roles.PUBLISHER);
        vm.prank(ada);
        organizations.addAccounts(accounts);

        codes = [authority, department, child, grandchild, sector, district];
        actors = [ada, bo, cy, supervisor, authorityPublisher, departmentAdmin, departmentPublisher, childAdmin];
        actors.push(childPublisher);
        actors.push(grandchildPublisher);
        actors.push(sectorPublisher);
        actors.push(sectorSupervisor);
        actors.push(districtAdmin);
        actors.push(districtPublisher);
        actors.push(stranger);
    }

    // Acting

    /// @notice Carries out a root act: ada proposes, bo confirms.
    function _enact(address target, bytes memory action) internal returns (uint64 number) {
        number = _propose(target, action);
        _confirm(number, target, action);
    }

    function _propose(address target, bytes memory action) internal returns (uint64) {
        vm.prank(ada);
        return organizations.propose(target, action);
    }

    function _confirm(uint64 number, address target, bytes memory action) internal {
        vm.prank(bo);
        organizations.confirm(number, target, action);
    }

    /// @notice Proposes, and expects that confirming reverts with `failure`.
    function _enactReverts(address target, bytes memory action, bytes memory failure) internal {
        uint64 number = _propose(target, action);
        _expectRevert(failure);
        _confirm(number, target, action);
        vm.assertFalse(organizations.proposal(number).settled, "a reverted proposal stays open");
    }

    function _suspend(bytes18 code) internal {
        vm.prank(supervisor);
        organizations.suspendOrganizations(_one(code), REASON);
    }

    function _allow(bytes18 code, uint32 roles) internal returns (uint64) {
        IOrganizations.AllowedRoles[] memory allowed = new IOrganizations.AllowedRoles[](1);
        allowed[0] = IOrganizations.AllowedRoles(code, roles);
        return _enact(address(organizations), abi.encodeCall(IRootActs.allowRoles, (allowed)));
    }

    function _addAccount(address account, bytes18 code, uint32 roles) internal {
        vm.prank(ada);
        organizations.addAccounts(_one(IOrganizations.NewAccount(account, code, roles)));
    }

    /// @notice A first publication that no guard refuses.
    function _publication(bytes18 provider, bytes memory localCode)
        internal
        pure
        returns (ICatalog.Publication memory)
    {
        return ICatalog.Publication({
            provider: provider,
            expectedVersion: 0,
            kind: 1,
            share: 1,
            open: 2,
            level: 2,
            reason: 0,
            localCode: localCode,
            content: bytes.concat('{"title":"', localCode, '"}')
        });
    }

    function _publish(address account, ICatalog.Publication memory fresh) internal returns (EntryId) {
        vm.prank(account);
        catalog.publish(_one(fresh));
        return catalog.idOf(fresh.provider, fresh.localCode);
    }

    function _retire(address account, EntryId id, uint32 version) internal {
        vm.prank(account);
        catalog.retire(_one(ICatalog.Retirement(id, version, REASON)));
    }

    // Checking

    /// @notice Holds the journal against the raw logs since deployment: one leaf for each act, in order, and the
    /// root of the reference tree.
    function checkLedger() internal {
        _collect(vm.getRecordedLogs());
        // Logs of a reverted call are overwritten by the acts that came after it, or stand at the end.
        for (; _reverted && _leaves.length > journal.size();) {
            _leaves.pop();
        }
        _reverted = false;
        vm.assertEq(journal.size(), _leaves.length, "the journal's size is the number of acts");
        vm.assertEq(journal.root(), Reference.treeHash(_leaves), "the journal's root is the reference tree's");
    }

    function _expectRevert(bytes memory failure) internal {
        if (!_reverted) _collect(vm.getRecordedLogs());
        _reverted = true;
        vm.expectRevert(failure);
    }

    function _expectRevert(bytes4 selector) internal {
        _expectRevert(abi.encodeWithSelector(selector));
    }

    function _collect(Vm.Log[] memory logs) internal {
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter == address(this)) continue; // an expectation, not an act
            uint256 index = uint256(logs[i].topics[1]);
            for (; _reverted && _leaves.length > index;) {
                _leaves.pop();
            }
            vm.assertEq(index, _leaves.length, "acts count from 0 without a gap");
            _leaves.push(Reference.leafOf(logs[i]));
            ++seen[logs[i].topics[0]];
        }
    }

    function _actsSeen() internal view returns (uint256) {
        return _leaves.length;
    }

    function _referenceRoot() internal view returns (bytes32) {
        return Reference.treeHash(_leaves);
    }

    /// @notice The reference root with more leaves.
    function _referenceRoot(bytes32[] memory more) internal view returns (bytes32) {
        bytes32[] memory leaves = new bytes32[](_leaves.length + more.length);
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i] = i < _leaves.length ? _leaves[i] : more[i - _leaves.length];
        }
        return Reference.treeHash(leaves);
    }

    /// @notice Digest of every organization but `changed`.
    function _otherOrganizations(bytes18 changed) internal view returns (bytes32 digest) {
        for (uint256 i; i < codes.length; ++i) {
            if (codes[i] == changed) continue;
            digest = keccak256(abi.encode(digest, codes[i], organizations.organization(codes[i])));
        }
    }

    /// @notice Digest of every account but `changed`.
    function _otherAccounts(address changed) internal view returns (bytes32 digest) {
        for (uint256 i; i < actors.length; ++i) {
            if (actors[i] == changed) continue;
            digest = keccak256(abi.encode(digest, actors[i], organizations.account(actors[i])));
        }
    }

    function _assertOrganization(bytes18 code, IOrganizations.Organization memory expected) internal view {
        vm.assertEq(abi.encode(organizations.organization(code)), abi.encode(expected), "organization");
    }

    function _assertAccount(address subject, IOrganizations.Account memory expected) internal view {
        vm.assertEq(abi.encode(organizations.account(subject)), abi.encode(expected), "account");
    }

    function _assertHead(EntryId id, ICatalog.Head memory expected) internal view {
        vm.assertEq(abi.encode(catalog.head(id)), abi.encode(expected), "head");
    }

    function _roleMissing(address subject, uint32 role) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IOrganizations.AccountRoleMissing.selector, subject, role);
    }

    function _notEntitled(address subject, bytes18 code) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IOrganizations.AccountNotEntitled.selector, subject, code);
    }

    function _rootActRequired(bytes18 code) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IOrganizations.RootActRequired.selector, code);
    }

    // Making

    function _actor(string memory name) internal returns (address actor) {
        actor = address(uint160(uint256(keccak256(bytes(name)))));
        vm.label(actor, name);
    }

    /// @notice A valid organization code of its own for each number below 10^9.
    function _code(uint256 number) internal pure returns (bytes18) {
        bytes memory body = "11110000000000000";
        for (uint256 place = 16; place > 7; --place) {
            body[place] = bytes1(uint8(0x30 + number % 10));
            number /= 10;
        }
        return Reference.withCheckCharacter(bytes17(body));
    }

    /// @notice `value` wrapped into [low, high].
    function _bound(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + value % (high - low + 1);
    }

    function _filled(uint256 length) internal pure returns (bytes memory text) {
        text = new bytes(length);
        for (uint256 i; i < length; ++i) {
            text[i] = "x";
        }
    }

    function _one(bytes18 item) internal pure returns (bytes18[] memory items) {
        items = new bytes18[](1);
        items[0] = item;
    }

    function _one(address item) internal pure returns (address[] memory items) {
        items = new address[](1);
        items[0] = item;
    }

    function _one(EntryId item) internal pure returns (EntryId[] memory items) {
        items = new EntryId[](1);
        items[0] = item;
    }

    function _one(IOrganizations.NewAccount memory item)
        internal
        pure
        returns (IOrganizations.NewAccount[] memory items)
    {
        items = new IOrganizations.NewAccount[](1);
        items[0] = item;
    }

    function _one(IOrganizations.NewOrganization memory item)
        internal
        pure
        returns (IOrganizations.NewOrganization[] memory items)
    {
        items = new IOrganizations.NewOrganization[](1);
        items[0] = item;
    }

    function _one(ICatalog.Publication memory item) internal pure returns (ICatalog.Publication[] memory items) {
        items = new ICatalog.Publication[](1);
        items[0] = item;
    }

    function _one(ICatalog.Retirement memory item) internal pure returns (ICatalog.Retirement[] memory items) {
        items = new ICatalog.Retirement[](1);
        items[0] = item;
    }
}
