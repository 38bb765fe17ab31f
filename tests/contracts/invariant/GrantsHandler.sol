// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGrantScope} from "../../../contracts/interfaces/IGrantScope.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IPlans} from "../../../contracts/interfaces/IPlans.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {vm} from "../Vm.sol";
import {GrantsWatch} from "./GrantsWatch.sol";

/// @notice Grants, delegates, ends and settles as random authorities and grantees, while policy changes and time passes.
abstract contract GrantsHandler is GrantsWatch {
    uint32 private constant GRANTS_LIMIT = 12;
    uint32 private constant VERSIONS_LIMIT = 5;

    /// @dev Who can be granted shared use at each depth, and the area that it is then about.
    bytes18[4] internal line;
    uint40[4] internal areas = [BEIJING, CHAOYANG, SUBDISTRICT, COMMUNITY];

    function plan(uint256 caller, uint256 seed, uint256 terms) external {
        // Half of them are kept for children, which come once there is what can be delegated.
        uint32 count = grants.grants();
        if (count >= GRANTS_LIMIT || (count >= GRANTS_LIMIT / 2 && _parent(seed >> 16) == 0)) return;
        IPlans.NewGrant[] memory fresh = new IPlans.NewGrant[](1);
        fresh[0] = _fresh(seed, terms);
        address able = grantorClerk;
        if (fresh[0].parent != 0) able = grantorOf[grants.grant(fresh[0].parent).grantee];
        bytes32 name = fresh[0].parent != 0 ? bytes32("delegation_approvals") : bytes32("share_approvals");
        if (fresh[0].kind == IGrants.Kind.OPERATE) name = "operate_approvals";
        if (_call(_caller(caller, able), address(plans), abi.encodeCall(IPlans.plan, (fresh)))) {
            _sawPlan(grants.grants(), uint8(policy.inForce(name).value));
        }
    }

    function amend(uint256 caller, uint256 which, uint256 terms) external {
        (uint32 number, uint32 version) = _pick(which);
        if (number == 0 || version >= VERSIONS_LIMIT) return;
        IGrants.Terms memory present = grants.version(number, version).terms;
        IPlans.Amendment[] memory items = new IPlans.Amendment[](1);
        items[0].grant = number;
        items[0].expectedVersion = version;
        items[0].end = present.end + uint64(terms % 200 days) - 100 days;
        items[0].area = terms % 5 == 0 ? areas[(terms >> 8) % 4] : present.area;
        items[0].level = uint8(1 + (terms >> 16) % 4);
        items[0].purposes = terms % 3 == 0 ? uint8(terms >> 24) % 32 : present.purposes;
        items[0].delegations = uint8((terms >> 32) % 4);
        items[0].content = "{}";
        _follow(caller, number, abi.encodeCall(IPlans.amend, (items)));
    }

    function renew(uint256 caller, uint256 which, uint256 terms) external {
        (uint32 number, uint32 version) = _pick(which);
        if (number == 0 || version >= VERSIONS_LIMIT) return;
        IPlans.Renewal[] memory items = new IPlans.Renewal[](1);
        items[0] = IPlans.Renewal(number, version, grants.head(number).until + uint64(terms % (6 * 366 days)), "{}");
        _follow(caller, number, abi.encodeCall(IPlans.renew, (items)));
    }

    function scope(uint256 caller, uint256 which, uint256 seed) public {
        (uint32 number, uint32 version) = _pick(which);
        if (number == 0) return;
        address who = _caller(caller, grantorOf[grants.grant(number).grantor]);
        if (grants.grant(number).mode == IGrants.Mode.OVERALL) {
            IGrantScope.ProviderScope[] memory providers = new IGrantScope.ProviderScope[](1);
            bytes18[3] memory of_ = [child, sector, department];
            providers[0] = IGrantScope.ProviderScope(of_[seed % 3], uint8(seed >> 8) % 17, uint8((seed >> 16) % 4) + 1);
            if (_call(who, address(plans), abi.encodeCall(IPlans.scopeProviders, (number, version, providers)))) {
                _sawScope(number, version, providers);
            }
            return;
        }
        IGrantScope.EntryScope[] memory entries = new IGrantScope.EntryScope[](1 + seed % 2);
        for (uint256 i; i < entries.length; ++i) {
            entries[i].entry = ids[((seed >> 8) + i) % ids.length];
            entries[i].version = seed % 7 == 0 ? 1 : catalog.head(entries[i].entry).version;
            entries[i].operations = (seed >> 16) % 3 == 0 ? 15 : uint8(1 + (seed >> 24) % 15);
            entries[i].items = (seed >> 32) % 2 == 0 ? type(uint208).max : uint208(1 + (seed >> 40) % 7);
            // A child mostly lists what its parent has.
            uint32 parent = grants.grant(number).parent;
            if (parent == 0 || seed % 8 == 0) continue;
            uint32 scopeOf = grants.version(parent, grants.head(parent).current).scopeOf;
            EntryId[] memory outer = this.listed(parent, scopeOf);
            if (outer.length == 0) continue;
            entries[i].entry = outer[((seed >> 8) + i) % outer.length];
            IGrantScope.Slot memory slot = grants.entryScope(parent, scopeOf, entries[i].entry);
            (entries[i].version, entries[i].operations) = (slot.version, slot.operations);
            entries[i].items = slot.items & (seed % 3 == 0 ? type(uint208).max - 1 : type(uint208).max);
        }
        if (_call(who, address(plans), abi.encodeCall(IPlans.scope, (number, version, entries)))) {
            _sawScope(number, version, entries);
        }
    }

    function approve(uint256 caller, uint256 which, uint256 seed) public {
        (uint32 number, uint32 version) = _pick(which);
        if (number == 0) return;
        IPlans.Plan memory planned = plans.procedure(number, version);
        uint8 approval = uint8(seed % 6);
        // Mostly what is next, so that plans get on.
        for (uint8 next; next < 6 && seed % 4 != 0; ++next) {
            if (planned.required & ~planned.taken & (1 << next) == 0) continue;
            if (next == 3 && _wanted(number, version) == 0) continue;
            approval = next;
            break;
        }
        IGrants.Version memory scoped = grants.version(number, grants.version(number, version).scopeOf);
        IPlans.NewApproval[] memory items = new IPlans.NewApproval[](1);
        (items[0].grant, items[0].version, items[0].approval) = (number, version, IPlans.Approval(approval));
        (items[0].scopeCount, items[0].scopeDigest) = (scoped.scopeCount, scoped.scopeDigest);
        if (seed % 7 == 1) ++items[0].scopeCount;
        items[0].document = seed % 31 == 2 ? bytes32(0) : REASON;
        if (approval == 2) items[0].date = uint32(block.timestamp / 1 days);
        if (approval == 3) items[0].provider = _wanted(number, version);
        address who = _caller(caller, _approver(number, items[0].approval, items[0].provider));
        if (_call(who, address(plans), abi.encodeCall(IPlans.approve, (items)))) _sawApproval(items[0]);
    }

    /// @notice Carries a plan on, as far as it goes.
    function carry(uint256 which) external {
        (uint32 number, uint32 version) = _pick(which);
        if (number == 0) return;
        uint32 scopeOf = grants.version(number, version).scopeOf;
        if (grants.version(number, scopeOf).scopeCount == 0) scope(1, which, which >> 8);
        for (uint256 i; i < 9 && grants.version(number, version).open; ++i) {
            approve(1, which, uint256(keccak256(abi.encode(which, i))));
        }
    }

    function refuse(uint256 caller, uint256 which, uint256 seed) external {
        (uint32 number, uint32 version) = _pick(which);
        if (number == 0 || seed % 4 != 0) return;
        IPlans.Refusal[] memory items = new IPlans.Refusal[](1);
        items[0] = IPlans.Refusal(number, version, IPlans.Approval((seed >> 8) % 6), 0, REASON);
        if (items[0].approval == IPlans.Approval.CONSENT) items[0].provider = _wanted(number, version);
        address able = _approver(number, items[0].approval, items[0].provider);
        _call(_caller(caller, able), address(plans), abi.encodeCall(IPlans.refuse, (items)));
    }

    function change(uint256 caller, uint256 which, uint256 action) external {
        (uint32 number, uint32 version) = _pick(which);
        if (number == 0) return;
        IGrants.Grant memory granted = grants.grant(number);
        IGrants.Step[] memory steps = new IGrants.Step[](1);
        steps[0] = IGrants.Step(number, grants.head(number).current, REASON);
        address able = grantorOf[granted.grantor];
        address target = address(grants);
        bytes memory call = abi.encodeCall(IGrants.close, (steps));
        bool suspended = grants.head(number).status == IGrants.Status.SUSPENDED;
        action %= 12;
        if (suspended && action < 4) {
            (able, call) = (supervisor, abi.encodeCall(IGrants.resume, (steps)));
        } else if (action < 3) {
            (able, call) = (supervisor, abi.encodeCall(IGrants.suspend, (steps)));
        } else if (action == 3) {
            (able, call) = (supervisorOf[sector], abi.encodeCall(IGrants.suspend, (steps)));
        } else if (action == 4) {
            call = abi.encodeCall(IGrants.terminate, (steps));
        } else if (action == 5) {
            call = abi.encodeCall(IGrants.revoke, (steps));
        } else if (action == 6) {
            (able, call) = (applicantOf[granted.grantee], abi.encodeCall(IGrants.exit, (steps)));
        } else if (action == 7) {
            steps[0].version = version;
            (target, call) = (address(plans), abi.encodeCall(IPlans.withdraw, (steps)));
        }
        _call(_caller(caller, able), target, call);
    }

    function settle(uint256 caller, uint256 which, uint256 seed) external {
        (uint32 number, uint32 last) = _pick(which);
        if (number == 0) return;
        uint32 version = uint32(1 + seed % last);
        EntryId[] memory entries = this.listed(number, version);
        if (entries.length == 0) return;
        _call(
            everybody[caller % everybody.length],
            address(grants),
            abi.encodeCall(IGrantScope.settle, (number, version, _one(entries[(seed >> 8) % entries.length])))
        );
    }

    // Policy and time

    function setPolicy(uint256 seed) external {
        uint8[5] memory sets = [63, 56, 48, 16, 31];
        bytes32[3] memory names = [bytes32("operate_approvals"), "share_approvals", "delegation_approvals"];
        uint256 which = seed % 5;
        if (which < 3) _setParameter(names[which], which == 0 ? sets[(seed >> 8) % 5] : sets[(seed >> 8) % 5] & 62);
        if (which == 3) _setParameter("grant_term_years", uint128(1 + (seed >> 8) % 5));
        if (which == 4) _setParameter("export_level", uint128((seed >> 8) % 5));
        _collect(vm.getRecordedLogs());
    }

    /// @notice Lets time pass: hours, days, or years; what was true of the second that ends is remembered.
    function wait_(uint256 time) external {
        _sample();
        uint256 size = time % 8 == 0 ? 500 days : time % 2 == 0 ? 20 days : 2 days;
        vm.warp(block.timestamp + 1 + time / 16 % size);
        _compare(time >> 128);
    }

    // Making

    function _fresh(uint256 seed, uint256 terms) private view returns (IPlans.NewGrant memory made) {
        made.content = "{}";
        made.start = uint64(block.timestamp + (terms % 8 == 0 ? (terms >> 8) % 90 days : 0));
        made.end = made.start + uint64(1 + (terms >> 40) % (terms % 8 == 1 ? 9 * 365 days : 4 * 365 days));
        made.area = BEIJING;
        made.level = terms % 16 == 2 ? uint8((terms >> 72) % 6) : uint8(2 + (terms >> 72) % 3);
        if (seed % 2 == 0 && grants.grants() < GRANTS_LIMIT / 2) {
            (made.kind, made.mode) = (IGrants.Kind.OPERATE, IGrants.Mode(1 + (seed >> 8) % 3));
            (made.implementer, made.grantee) = (implementer, seed % 32 == 0 ? community : operator);
            made.purposes = terms % 5 == 0 ? uint8(terms >> 80) % 32 : 30;
            return made;
        }
        (made.kind, made.grantee, made.purposes) = (IGrants.Kind.SHARE, line[0], 1);
        made.delegations = uint8(1 + (terms >> 88) % 3);
        uint32 parent = _parent(seed >> 16);
        if (parent == 0 || (seed >> 48) % 8 == 0) return made;
        IGrants.Grant memory above = grants.grant(parent);
        IGrants.Terms memory outer = grants.version(parent, 1).terms;
        uint256 depth = above.depth + 1;
        made.parent = parent;
        if (terms % 8 != 3) made.end = outer.end;
        if (terms % 8 != 4) made.delegations = outer.delegations == 0 ? 0 : outer.delegations - 1;
        if (terms % 8 != 5) made.level = outer.level;
        if (terms % 8 != 6) made.area = areas[depth % 4];
        made.grantee = line[depth % 4];
    }

    /// @dev A grant that can be delegated, mostly; zero for none.
    function _parent(uint256 seed) private view returns (uint32 number) {
        uint32 count = grants.grants();
        for (uint32 tried; tried < count; ++tried) {
            number = uint32(1 + (seed + tried) % count);
            bool shares =
                grants.grant(number).kind == IGrants.Kind.SHARE && grants.isEffective(number, uint64(block.timestamp));
            if (seed % 16 == 0 || (shares && grants.version(number, 1).terms.delegations > 0)) return number;
        }
        return 0;
    }

    /// @dev Sends a plan of a following version.
    function _follow(uint256 caller, uint32 number, bytes memory call) private {
        IGrants.Grant memory granted = grants.grant(number);
        bytes32 name = granted.parent != 0 ? bytes32("delegation_approvals") : bytes32("share_approvals");
        if (granted.kind == IGrants.Kind.OPERATE) name = "operate_approvals";
        if (_call(_caller(caller, grantorOf[granted.grantor]), address(plans), call)) {
            _sawPlan(number, uint8(policy.inForce(name).value));
        }
    }

    /// @dev A grant and its last version; zeros while there is none.
    function _pick(uint256 which) internal view returns (uint32 number, uint32 version) {
        uint32 count = grants.grants();
        if (count == 0) return (0, 0);
        number = uint32(1 + which % count);
        version = grants.head(number).versions;
    }

    /// @dev Seven times in eight somebody who may, otherwise anybody.
    function _caller(uint256 seed, address able) internal view returns (address) {
        return seed % 8 == 0 ? everybody[seed / 8 % everybody.length] : able;
    }
}
