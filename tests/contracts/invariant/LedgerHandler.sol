// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Catalog} from "../../../contracts/Catalog.sol";
import {Journal} from "../../../contracts/Journal.sol";
import {Organizations} from "../../../contracts/Organizations.sol";
import {ICatalog} from "../../../contracts/interfaces/ICatalog.sol";
import {IJournal} from "../../../contracts/interfaces/IJournal.sol";
import {IOrganizations} from "../../../contracts/interfaces/IOrganizations.sol";
import {IPolicy} from "../../../contracts/interfaces/IPolicy.sol";
import {IRootActs} from "../../../contracts/interfaces/IRootActs.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {Base} from "../Base.t.sol";
import {StubModule} from "../StubModule.sol";
import {Vm, vm} from "../Vm.sol";
import {Fold} from "./Fold.sol";

/// @notice Acts on a ledger as anybody, and keeps count of what the rules forbid and happened all the same.
///
/// Most calls are made by an account that may, some by any account; the contracts decide. What may happen is judged
/// here by rules of its own, on the folded acts, never by asking the contracts.
contract LedgerHandler is Base {
    Fold public fold;
    /// @notice Acts on entries by somebody who may not act for their provider.
    uint256 public unentitled;
    /// @notice Root acts without two different ADMINs of the data authority.
    uint256 public lone;
    /// @notice Acts of an account that is not active, or of a suspended organization.
    uint256 public silenced;
    /// @notice Calls that the contracts refused.
    uint256 public refused;

    uint160 private _nextAccount = 0xACC0;
    uint256 private _nextOrganization = 200;
    /// @dev Who may act is judged by the state before the call.
    bool private _callerActs;

    constructor() {
        fold = new Fold();
        _deploy();
        _populate();
        _record(vm.getRecordedLogs(), address(0), false);
        unentitled = lone = silenced = 0; // the founding has one signature
    }

    function ledger() external view returns (Journal, Organizations, Catalog) {
        return (journal, organizations, catalog);
    }

    /// @notice Acts of one kind since the founding, that included.
    function actsOf(bytes32 signature) external view returns (uint256) {
        return seen[signature];
    }

    function actsSeen() external view returns (uint256) {
        return _actsSeen();
    }

    function referenceRoot() external view returns (bytes32) {
        return _referenceRoot();
    }

    // Entries

    function publish(uint256 caller, uint256 entry, uint256 values, uint256 count) external {
        ICatalog.Publication[] memory fresh = new ICatalog.Publication[](1 + count % 3);
        for (uint256 i; i < fresh.length; ++i) {
            fresh[i] = _publication(_anyCode(entry), abi.encodePacked("entry-", bytes1(uint8(0x30 + (entry >> 8) % 3))));
            ICatalog.Head memory head = fold.head(EntryId.unwrap(catalog.idOf(fresh[i].provider, fresh[i].localCode)));
            // Twice the same entry in one batch is stale the second time, unless it says so.
            fresh[i].expectedVersion = head.version + (values % 8 == 0 ? 1 : uint32(values % 16 == 1 ? i : 0));
            fresh[i].share = uint8((values >> 4) % 4);
            fresh[i].open = uint8((values >> 8) % 4);
            fresh[i].level = uint8((values >> 12) % 5);
            if (values % 2 == 0) fresh[i].reason = REASON;
            fresh[i].content = abi.encode(values);
            if (values % 3 != 0) entry = uint256(keccak256(abi.encode(entry)));
        }
        address account = _publisherFor(caller, fresh[0].provider);
        _try(account, address(catalog), abi.encodeCall(ICatalog.publish, (fresh)));
    }

    function retire(uint256 caller, uint256 entry, uint256 version) external {
        if (fold.idsCount() == 0) return;
        bytes32 id = fold.ids(entry % fold.idsCount());
        ICatalog.Head memory head = fold.head(id);
        ICatalog.Retirement memory retirement =
            ICatalog.Retirement(EntryId.wrap(id), version % 4 == 0 ? uint32(version % 8) : head.version, REASON);
        address account = _publisherFor(caller, head.provider);
        _try(account, address(catalog), abi.encodeCall(ICatalog.retire, (_one(retirement))));
    }

    function hold(uint256 entry, uint256 what) external {
        if (fold.idsCount() == 0) return;
        EntryId[] memory ids = _one(EntryId.wrap(fold.ids(entry % fold.idsCount())));
        bytes4[4] memory selectors =
            [ICatalog.hold.selector, ICatalog.release.selector, StubModule.mark.selector, StubModule.unmark.selector];
        _try(stranger, address(module), abi.encodeWithSelector(selectors[what % 4], ids));
    }

    // Organizations and accounts, by one signature

    function addOrganization(uint256 caller, uint256 parent, uint256 values) external {
        IOrganizations.NewOrganization memory addition = _newOrganization(_anyCode(parent), values);
        if (values % 4 != 0) (addition.allowedRoles, addition.sectorAuthority) = (0, 0);
        _try(
            _admin(caller, addition.parent),
            address(organizations),
            abi.encodeCall(IOrganizations.addOrganizations, (_one(addition)))
        );
    }

    function describe(uint256 caller, uint256 subject) external {
        IOrganizations.Description[] memory descriptions = new IOrganizations.Description[](1);
        descriptions[0] = IOrganizations.Description(_anyCode(subject), "{}");
        _try(
            _admin(caller, descriptions[0].code),
            address(organizations),
            abi.encodeCall(IOrganizations.describeOrganizations, (descriptions))
        );
    }

    function suspend(uint256 caller, uint256 subject) external {
        bytes memory action = abi.encodeCall(IOrganizations.suspendOrganizations, (_one(_anyCode(subject)), REASON));
        _try(_withRole(caller, authority, Roles.SUPERVISOR), address(organizations), action);
    }

    function resume(uint256 caller, uint256 subject) external {
        bytes memory action = abi.encodeCall(IOrganizations.resumeOrganizations, (_one(_anyCode(subject)), REASON));
        _try(_withRole(caller, authority, Roles.SUPERVISOR), address(organizations), action);
    }

    function addAccount(uint256 caller, uint256 subject, uint32 roles) external {
        bytes18 code = _anyCode(subject);
        if (subject % 3 != 0) roles &= fold.organization(code).allowedRoles;
        IOrganizations.NewAccount memory addition = IOrganizations.NewAccount(_fresh(caller), code, roles);
        _try(_admin(caller, code), address(organizations), abi.encodeCall(IOrganizations.addAccounts, (_one(addition))));
    }

    function rotate(uint256 caller, uint256 subject) external {
        address account = _anyAccount(subject);
        _try(
            _admin(caller, fold.account(account).organization),
            address(organizations),
            abi.encodeCall(IOrganizations.rotateAccount, (account, _fresh(subject)))
        );
    }

    function revoke(uint256 caller, uint256 subject, uint64 compromisedSince) external {
        if (caller % 3 != 0) return; // or nobody would be left
        address account = _anyAccount(subject);
        _try(
            _admin(caller, fold.account(account).organization),
            address(organizations),
            abi.encodeCall(IOrganizations.revokeAccount, (account, _since(compromisedSince)))
        );
    }

    // Root acts

    function enact(uint256 proposer, uint256 confirmer, uint256 what, uint256 first, uint256 second) external {
        (address target, bytes memory action) = _rootAct(what, first, second);
        address account = _withRole(proposer, authority, Roles.ADMIN);
        bytes memory data = abi.encodeCall(IOrganizations.propose, (target, action));
        if (!_try(account, address(organizations), data)) return;
        data = abi.encodeCall(IOrganizations.confirm, (organizations.proposals(), target, action));
        if (confirmer % 4 == 0) {
            _try(account, address(organizations), data); // the same again
        }
        _try(_withRole(confirmer, authority, Roles.ADMIN), address(organizations), data);
    }

    function wait_(uint256 time) external {
        vm.warp(block.timestamp + time % 30 days);
    }

    function _rootAct(uint256 what, uint256 first, uint256 second) private returns (address, bytes memory) {
        address target = address(organizations);
        bytes18 code = _anyCode(first);
        if (what % 9 == 0) {
            IOrganizations.AllowedRoles[] memory allowed = new IOrganizations.AllowedRoles[](1);
            allowed[0] = IOrganizations.AllowedRoles(code, second % 2 == 0 ? Roles.ALL : uint32(second % 1024));
            return (target, abi.encodeCall(IRootActs.allowRoles, (allowed)));
        }
        if (what % 9 < 3) {
            IOrganizations.Move[] memory moves = new IOrganizations.Move[](1);
            bytes18 parent = second % 3 == 0 ? bytes18(0) : _anyCode(second);
            uint40 area = fold.organization(second % 5 == 0 || parent == 0 ? code : parent).area;
            moves[0] = IOrganizations.Move(code, parent, second % 2 == 0 ? bytes18(0) : _anyCode(second >> 8), area);
            return (target, abi.encodeCall(IRootActs.moveOrganizations, (moves)));
        }
        if (what % 9 == 3) {
            bytes18 parent = second % 3 == 0 ? code : bytes18(0);
            return (target, abi.encodeCall(IRootActs.addOrganizations, (_one(_newOrganization(parent, second)))));
        }
        if (what % 9 == 4) {
            IOrganizations.NewAccount memory addition =
                IOrganizations.NewAccount(_fresh(first), second % 5 == 0 ? code : authority, uint32(second % 1024));
            return (target, abi.encodeCall(IRootActs.addAccounts, (_one(addition))));
        }
        if (what % 9 == 5) {
            return (target, abi.encodeCall(IRootActs.rotateAccount, (_anyAccount(first), _fresh(second))));
        }
        if (what % 9 == 6) {
            return (target, abi.encodeCall(IRootActs.revokeAccount, (_anyAccount(first), _since(second))));
        }
        if (what % 9 == 7) {
            IPolicy.NewParameter[] memory parameters = new IPolicy.NewParameter[](1);
            parameters[0] = IPolicy.NewParameter(bytes32(1 + first % 3), uint128(second), 0, REASON);
            return (address(policy), abi.encodeCall(IRootActs.setParameters, (parameters)));
        }
        address fresh = second % 4 == 0 ? address(catalog) : address(new StubModule(journal, catalog));
        return (address(journal), abi.encodeCall(IRootActs.admitModules, (_one(fresh))));
    }

    // Calling and judging

    function _try(address account, address target, bytes memory data) private returns (bool ok) {
        _callerActs = _rolesOf(account) != 0;
        vm.recordLogs();
        vm.prank(account);
        (ok,) = target.call(data);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (!ok) {
            ++refused;
            return false;
        }
        _record(logs, account, bytes4(data) == IOrganizations.confirm.selector);
    }

    /// @dev Judged act by act on the fold so far: what an act changes counts for the next one only.
    function _record(Vm.Log[] memory logs, address account, bool confirmed) private {
        bool ofModule;
        uint256 admins;
        if (confirmed) admins = _rolesIn(account, authority) & Roles.ADMIN;
        for (uint256 i; i < logs.length; ++i) {
            bytes32 signature = logs[i].topics[0];
            ofModule = signature == StubModule.StubActed.selector;
            if (!_callerActs && !ofModule) ++silenced;
            if (signature == ICatalog.EntryPublished.selector || signature == ICatalog.EntryRetired.selector) {
                if (!_mayPublish(account, bytes18(logs[i].topics[3]))) ++unentitled;
                bytes18 stored = fold.head(logs[i].topics[2]).provider;
                if (stored != 0 && !_mayPublish(account, stored)) ++unentitled;
            }
            if (_isRootAct(logs[i])) {
                address proposer = fold.proposer(_proposalOf(logs[i]));
                bool both = _rolesIn(proposer, authority) & Roles.ADMIN != 0 && admins != 0;
                if (!both || proposer == account) ++lone;
            }
            fold.apply_(logs[i]);
        }
        _collect(logs);
    }

    function _isRootAct(Vm.Log memory log) private view returns (bool) {
        bytes32 signature = log.topics[0];
        if (signature == IOrganizations.OrganizationAdded.selector) return log.topics[3] == 0;
        if (signature == IOrganizations.AccountAdded.selector || signature == IOrganizations.AccountRevoked.selector) {
            return bytes18(log.topics[3]) == authority;
        }
        if (signature == IOrganizations.AccountRotated.selector) {
            return abi.decode(log.data, (IOrganizations.AccountRotation)).organization == authority;
        }
        return signature == IOrganizations.OrganizationMoved.selector
            || signature == IOrganizations.RolesAllowed.selector || signature == IJournal.ModuleAdmitted.selector
            || signature == IPolicy.ParameterSet.selector;
    }

    /// @dev 0 where an act names no proposal.
    function _proposalOf(Vm.Log memory log) private pure returns (uint64) {
        bytes32 signature = log.topics[0];
        if (signature == IOrganizations.OrganizationAdded.selector) {
            return abi.decode(log.data, (IOrganizations.OrganizationAddition)).proposal;
        }
        if (signature == IOrganizations.AccountAdded.selector) {
            return abi.decode(log.data, (IOrganizations.AccountAddition)).proposal;
        }
        if (signature == IOrganizations.AccountRevoked.selector) {
            return abi.decode(log.data, (IOrganizations.AccountRevocation)).proposal;
        }
        if (signature == IOrganizations.AccountRotated.selector) {
            return abi.decode(log.data, (IOrganizations.AccountRotation)).proposal;
        }
        if (signature == IOrganizations.OrganizationMoved.selector) {
            return abi.decode(log.data, (IOrganizations.OrganizationMove)).proposal;
        }
        if (signature == IOrganizations.RolesAllowed.selector) {
            return abi.decode(log.data, (IOrganizations.RolesAllowance)).proposal;
        }
        if (signature == IJournal.ModuleAdmitted.selector) return abi.decode(log.data, (IJournal.RootAct)).proposal;
        return abi.decode(log.data, (IPolicy.ParameterSetting)).proposal;
    }

    // The rules, on the fold

    function _rolesOf(address account) private view returns (uint32) {
        IOrganizations.Account memory known = fold.account(account);
        IOrganizations.Organization memory own = fold.organization(known.organization);
        return known.active && !own.suspended ? known.roles & own.allowedRoles : 0;
    }

    function _rolesIn(address account, bytes18 code) private view returns (uint32) {
        return fold.account(account).organization == code ? _rolesOf(account) : 0;
    }

    function _mayPublish(address account, bytes18 provider) private view returns (bool) {
        if (_rolesOf(account) & Roles.PUBLISHER == 0) return false;
        bytes18 own = fold.account(account).organization;
        IOrganizations.Organization memory holder = fold.organization(provider);
        if (holder.kind == 0) return false;
        if (holder.suspended) return own == authority;
        if (own == holder.sectorAuthority) return true;
        for (bytes18 above = provider; above != 0; above = fold.organization(above).parent) {
            if (own == above) return true;
        }
        return false;
    }

    // Choosing

    function _anyCode(uint256 seed) private view returns (bytes18) {
        uint256 count = fold.codesCount();
        return seed % 16 == 15 ? unknown : fold.codes((seed >> 4) % count);
    }

    function _anyAccount(uint256 seed) private view returns (address) {
        return seed % 16 == 15 ? stranger : fold.subjects((seed >> 4) % fold.subjectsCount());
    }

    function _withRole(uint256 seed, bytes18 code, uint32 role) private view returns (address) {
        uint256 count = fold.subjectsCount();
        for (uint256 i; i < count && seed % 4 != 0; ++i) {
            address account = fold.subjects(((seed >> 4) % count + i) % count);
            if (_rolesIn(account, code) & role != 0) return account;
        }
        return _anyAccount(seed);
    }

    function _admin(uint256 seed, bytes18 code) private view returns (address) {
        return _withRole(seed, seed % 3 == 0 ? authority : code, Roles.ADMIN);
    }

    function _publisherFor(uint256 seed, bytes18 provider) private view returns (address) {
        uint256 count = fold.subjectsCount();
        for (uint256 i; i < count && seed % 4 != 0; ++i) {
            address account = fold.subjects(((seed >> 4) % count + i) % count);
            if (_mayPublish(account, provider)) return account;
        }
        return _anyAccount(seed);
    }

    /// @dev A time that is not in the future, except now and then.
    function _since(uint256 seed) private view returns (uint64) {
        return uint64(seed % (block.timestamp + 2));
    }

    function _fresh(uint256 seed) private returns (address) {
        return seed % 8 == 0 ? _anyAccount(seed) : address(++_nextAccount);
    }

    function _newOrganization(bytes18 parent, uint256 values) private returns (IOrganizations.NewOrganization memory) {
        return IOrganizations.NewOrganization({
            code: values % 8 == 0 ? _anyCode(values) : _code(++_nextOrganization),
            parent: parent,
            kind: uint8((values >> 8) % 12),
            area: parent == 0 ? BEIJING : fold.organization(parent).area,
            allowedRoles: uint32((values >> 16) % (Roles.ALL + 1)),
            sectorAuthority: values % 3 == 0 ? sector : bytes18(0),
            content: "{}"
        });
    }
}
