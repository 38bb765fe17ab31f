// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGrantScope} from "../../../contracts/interfaces/IGrantScope.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IPlans} from "../../../contracts/interfaces/IPlans.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {Reference} from "../Reference.sol";
import {vm} from "../Vm.sol";
import {GrantsBase} from "./GrantsBase.sol";

/// @notice {IGrantScope-coverage}: each reason, and random histories against a plain reference that keeps its own notes.
contract CoverageTest is GrantsBase {
    /// @dev What the reference notes: what a grant was from a time on, and what it listed.
    struct Note {
        uint64 time;
        IGrants.Status status;
        uint64 from;
        uint64 until;
        uint8 level;
        uint8 purposes;
        uint40 area;
        uint32 listing;
    }

    struct EntryNote {
        uint64 time;
        uint32 version;
        bool active;
        uint8 share;
        uint8 open;
        uint8 level;
    }

    struct Listing {
        uint32 version;
        uint8 operations;
        uint208 items;
    }

    mapping(uint32 number => Note[]) private _notes;
    mapping(uint32 number => mapping(uint32 listing => mapping(EntryId id => Listing))) private _listings;
    mapping(EntryId id => EntryNote[]) private _states;
    /// @dev Times from which the registration was in force, or not any more.
    uint64[] private _switches;

    // Each reason

    function test_coverage_ofAnOperateGrant() public {
        uint32 number = _plan(_operate());
        EntryId id = catalog.idOf(child, "a");
        _assertCoverage(number, id, 1, IGrantScope.Coverage.NOT_EFFECTIVE, number);
        _scope(number, _one(IGrantScope.EntryScope(id, 1, 9, 6)));
        _enter(number);
        _assertCoverage(number, id, 1, IGrantScope.Coverage.COVERED, number);
        (,, uint208 items) = grants.coverage(number, id, 1, uint64(block.timestamp));
        vm.assertEq(items, 6, "items");
        _assertCoverage(number, id, 9, IGrantScope.Coverage.COVERED, number);
        _assertCoverage(number, id, 2, IGrantScope.Coverage.NOT_OPERATED, number);
        _assertCoverage(number, id, 3, IGrantScope.Coverage.NOT_OPERATED, number);
        _assertCoverage(number, id, 0, IGrantScope.Coverage.NOT_OPERATED, number);
        _assertCoverage(number, catalog.idOf(child, "b"), 1, IGrantScope.Coverage.NOT_LISTED, number);
        _assertCoverage(9, id, 1, IGrantScope.Coverage.NOT_EFFECTIVE, 9);

        vm.warp(block.timestamp + 10);
        _restate(id, 1, 2, 3); // above the level of export
        _assertCoverage(number, id, 1, IGrantScope.Coverage.COVERED, number);
        _assertCoverage(number, id, 8, IGrantScope.Coverage.NOT_PERMITTED, number);
        _restate(id, 3, 3, 2); // neither open nor shared: models, verification and interfaces stay
        _assertCoverage(number, id, 1, IGrantScope.Coverage.COVERED, number);
        _assertCoverage(number, id, 8, IGrantScope.Coverage.NOT_PERMITTED, number);
        _restate(id, 1, 1, 4); // above the grant's level
        _assertCoverage(number, id, 1, IGrantScope.Coverage.NOT_PERMITTED, number);
        _restate(id, 1, 1, 2);
        _act(issuer, registry.cancel, registration);
        _assertCoverage(number, id, 1, IGrantScope.Coverage.NOT_REGISTERED, number);
        vm.assertTrue(grants.covers(number, id, 8, uint64(block.timestamp) - 10), "then it was");
    }

    function test_coverage_ofAnOverallGrant() public {
        uint32 number = _plan(_overall());
        _scopeProviders(number, _one(IGrantScope.ProviderScope(child, 3, 2)));
        _enter(number);
        EntryId id = catalog.idOf(child, "a");
        _assertCoverage(number, id, 2, IGrantScope.Coverage.COVERED, number);
        (,, uint208 items) = grants.coverage(number, id, 2, uint64(block.timestamp));
        vm.assertEq(items, WHOLE, "whole entries");
        _assertCoverage(number, id, 4, IGrantScope.Coverage.NOT_OPERATED, number);
        _assertCoverage(number, catalog.idOf(department, "c"), 1, IGrantScope.Coverage.NOT_LISTED, number);
        _restate(id, 1, 1, 3); // within the grant's level, above the provider's
        _assertCoverage(number, id, 1, IGrantScope.Coverage.NOT_PERMITTED, number);
        EntryId fresh = _publish(childPublisher, _publication(child, "later"));
        _assertCoverage(number, fresh, 1, IGrantScope.Coverage.NOT_REGISTERED, number);
        _retire(childPublisher, fresh, 1);
        _assertCoverage(number, fresh, 1, IGrantScope.Coverage.NOT_PUBLISHED, number);
        _assertCoverage(number, EntryId.wrap(REASON), 1, IGrantScope.Coverage.NOT_LISTED, number);
    }

    function test_coverage_ofADelegation() public {
        uint32 root = _granted(_share());
        EntryId id = catalog.idOf(child, "a");
        uint32 middle = _granted(_delegate(root));
        uint32 leaf = _granted(_delegate(middle));
        _assertCoverage(leaf, id, 8, IGrantScope.Coverage.COVERED, leaf);
        uint256 clean = _remember();
        _change(supervisor, grants.suspend, root);
        _assertCoverage(leaf, id, 8, IGrantScope.Coverage.NOT_EFFECTIVE, root);
        _assertCoverage(middle, id, 8, IGrantScope.Coverage.NOT_EFFECTIVE, root);
        _goBack(clean);
        _restate(id, 3, 1, 2);
        _assertCoverage(leaf, id, 1, IGrantScope.Coverage.NOT_PERMITTED, leaf);
        _goBack(clean);

        // An amended parent narrows its children without touching them.
        IPlans.Amendment memory amendment = _amendment(root);
        amendment.purposes = 4;
        _amend(amendment);
        IGrants.EntryScope[] memory entries = _entries();
        for (uint256 i; i < entries.length; ++i) {
            (entries[i].operations, entries[i].items) = (3, 2);
        }
        _scope(root, _one(entries[0]));
        _scope(root, _one(entries[1]));
        vm.warp(block.timestamp + 10);
        _enter(root);
        _assertCoverage(leaf, entries[0].entry, 8, IGrantScope.Coverage.NOT_OPERATED, root);
        _assertCoverage(leaf, entries[2].entry, 1, IGrantScope.Coverage.NOT_LISTED, root);
        (,, uint208 items) = grants.coverage(leaf, entries[1].entry, 1, uint64(block.timestamp));
        vm.assertEq(items, 2, "the items that are left");
        vm.assertTrue(grants.covers(leaf, entries[2].entry, 8, uint64(block.timestamp) - 1), "the past stays");
    }

    function test_coverage_notWithin() public {
        EntryId id = catalog.idOf(child, "a");
        uint32 root = _granted(_share(), _one(IGrantScope.EntryScope(id, 1, 15, 3)));
        uint32 middle = _plan(_delegate(root));
        _scope(middle, _one(IGrantScope.EntryScope(id, 1, 15, 1)));
        _enter(middle);
        uint256 clean = _remember();
        for (uint256 damage; damage < 3; ++damage) {
            IPlans.Amendment memory amendment = _amendment(root);
            uint208 items = damage == 0 ? 2 : 3;
            if (damage == 1) amendment.area = SHANGHAI;
            _amend(amendment);
            _scope(root, _one(IGrantScope.EntryScope(id, 1, 15, items)));
            _enter(root);
            IGrantScope.Coverage expected = damage < 2 ? IGrantScope.Coverage.NOT_WITHIN : IGrantScope.Coverage.COVERED;
            _assertCoverage(middle, id, 1, expected, damage < 2 ? root : middle);
            _goBack(clean);
        }
        // Purposes that no longer meet
        IPlans.NewGrant memory fresh = _delegate(root);
        fresh.purposes = 1;
        uint32 narrow = _plan(fresh);
        _scope(narrow, _one(IGrantScope.EntryScope(id, 1, 15, 1)));
        _enter(narrow);
        IPlans.Amendment memory other = _amendment(root);
        other.purposes = 6;
        _amend(other);
        _scope(root, _one(IGrantScope.EntryScope(id, 1, 15, 3)));
        _enter(root);
        _assertCoverage(narrow, id, 1, IGrantScope.Coverage.NOT_WITHIN, root);
        _assertCoverage(middle, id, 1, IGrantScope.Coverage.COVERED, middle);
    }

    /// @notice A narrower version in the same second, an older version of an entry, a registration that begins later.
    function test_coverage_versions() public {
        EntryId id = catalog.idOf(child, "a");
        uint64 before = uint64(block.timestamp);
        vm.warp(block.timestamp + 10);
        _restate(id, 1, 1, 2);
        uint32 number = _granted(_share(), _one(IGrantScope.EntryScope(id, 2, 1, 1)));
        _assertCoverage(number, id, 1, IGrantScope.Coverage.COVERED, number);
        (IGrants.Coverage reason,,) = grants.coverage(number, id, 1, before);
        vm.assertEq(uint256(reason), uint256(IGrantScope.Coverage.NOT_EFFECTIVE), "not then");
        vm.assertEq(catalog.stateAt(id, before).version, 1, "the entry's first version");
        vm.assertEq(catalog.stateAt(id, uint64(block.timestamp)).version, 2, "and its second");
    }

    // Random histories

    /// @notice A tree of up to four, sixteen random acts, and what it then covers at random times.
    function testFuzz_coverage(uint256 seed) public {
        _history(seed);
    }

    /// @notice Such histories meet every reason, or they would prove little; but for NOT_PUBLISHED, which what is held
    /// cannot come to.
    function test_coverage_everyReasonIsMet() public {
        uint256 clean = _remember();
        uint256 every = ((1 << 8) - 1) ^ (1 << uint256(IGrantScope.Coverage.NOT_PUBLISHED)); // one bit for each
        uint256 met;
        for (uint256 seed; seed < 30 && met != every; ++seed) {
            met |= _history(uint256(keccak256(abi.encode(seed))));
            _goBack(clean);
        }
        vm.assertEq(met, every, "met");
    }

    /// @return met bit set of the answers that were right
    function _history(uint256 seed) private returns (uint256 met) {
        bool operates = seed % 4 == 0;
        _switches.push(registry.version(registration, 1).issuedAt);
        for (uint256 i; i < ids.length; ++i) {
            _states[ids[i]].push(EntryNote(0, 1, true, 1, 2, 2));
        }
        uint64 start = uint64(block.timestamp);
        uint32[4] memory chain;
        uint256 depth = operates ? 1 : 2 + seed / 4 % 3;
        for (uint256 i; i < depth; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            IPlans.NewGrant memory fresh = operates ? _operate() : i == 0 ? _share() : _delegate(chain[i - 1]);
            if (!operates && i < 3 && fresh.purposes & uint8(seed) & 7 != 0) fresh.purposes &= uint8(seed) & 7;
            chain[i] = _plan(fresh);
            _list(chain[i], i == 0 ? 0 : chain[i - 1], seed);
            _enterNoted(chain[i]);
            vm.warp(block.timestamp + 5);
        }
        for (uint256 i; i < 16; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _happen(chain[seed % depth], seed);
            vm.warp(block.timestamp + seed / 1024 % 3 * 7); // sometimes in the same second
        }
        for (uint256 i; i < 40; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint64 time = uint64(_bound(seed >> 64, start - 3, block.timestamp + 20));
            met |= 1 << _compare(chain[seed % depth], ids[seed / 8 % 3], uint8(1 << (seed / 32 % 4)), time);
        }
        checkLedger();
    }

    function _happen(uint32 number, uint256 seed) private {
        uint256 what = seed / 8 % 8;
        (IGrants.Status status,) = grants.statusAt(number, uint64(block.timestamp));
        if ((what < 3 || what > 5) && status == IGrants.Status.ACTIVE) {
            if (what == 0) _change(supervisor, grants.suspend, number);
            else if (what == 1) _renewNoted(number);
            else _amendNoted(number, seed);
        } else if (what < 4 && status == IGrants.Status.SUSPENDED) {
            _change(supervisor, grants.resume, number);
        } else if (what == 4 && status == IGrants.Status.ACTIVE && seed / 64 % 4 == 0) {
            _change(grantorOf[grants.grant(number).grantor], grants.revoke, number);
        } else if (what == 5) {
            IRegistry.Status present = registry.statusAt(registration, 1, uint64(block.timestamp));
            if (present == IRegistry.Status.ACTIVE) _act(supervisor, registry.suspend, registration, 1);
            else _act(supervisor, registry.resume, registration, 1);
            _switches.push(uint64(block.timestamp));
            return;
        } else {
            EntryId id = ids[seed / 64 % 3];
            EntryNote memory note = EntryNote({
                time: uint64(block.timestamp),
                version: catalog.head(id).version + 1,
                active: true,
                share: uint8(1 + seed / 256 % 3),
                open: uint8(1 + seed / 1024 % 3),
                level: uint8(1 + seed / 4096 % 4)
            });
            _restate(id, note.share, note.open, note.level);
            _states[id].push(note);
            return;
        }
        _note(number);
    }

    function _amendNoted(uint32 number, uint256 seed) private {
        uint32 parent = grants.grant(number).parent;
        if (parent != 0 && !grants.isEffective(parent, uint64(block.timestamp))) return;
        IPlans.Amendment memory amendment = _amendment(number);
        if (amendment.purposes & uint8(seed >> 100) != 0) amendment.purposes &= uint8(seed >> 100);
        if (parent == 0) amendment.level = uint8(1 + (seed >> 120) % 4);
        if (parent == 0 && (seed >> 130) % 4 == 0) amendment.area = SHANGHAI;
        uint32 version = grants.head(number).versions + 1;
        vm.prank(grantorOf[grants.grant(number).grantor]);
        try plans.amend(_one(amendment)) {}
        catch {
            return; // its parent no longer allows the terms that it has
        }

        _list(number, parent, seed);
        if (grants.version(number, version).scopeCount == 0) return _dropped(number, version);
        _enterNoted(number);
    }

    function _renewNoted(uint32 number) private {
        if (grants.grant(number).parent != 0) return; // it ends with its parent already
        if (grants.version(number, grants.head(number).current).terms.start > block.timestamp) return; // renewed before
        _renew(_renewal(number));
        _enterNoted(number);
    }

    function _dropped(uint32 number, uint32 version) private {
        IGrants.Step[] memory steps = _steps(number, version);
        vm.prank(grantorOf[grants.grant(number).grantor]);
        plans.withdraw(steps);
    }

    /// @dev Lists random parts of the entries in the scope of the last version, as far as that is allowed.
    function _list(uint32 number, uint32 parent, uint256 seed) private {
        bool operates = grants.grant(number).kind == IGrants.Kind.OPERATE;
        uint32 version = grants.head(number).versions;
        for (uint256 i; i < ids.length; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            Listing memory listed = Listing(catalog.head(ids[i]).version, uint8(seed % 16), uint208(seed / 16 % 8));
            if (i == 0 && grants.head(number).current == 0) {
                (listed.operations, listed.items) = (listed.operations | 1, listed.items | 1); // a first version lists something
            }
            if (parent != 0) {
                Listing memory outer = _listings[parent][_notes[parent][_notes[parent].length - 1].listing][ids[i]];
                (listed.operations, listed.items) = (listed.operations & outer.operations, listed.items & outer.items);
            }
            if (listed.operations == 0 || listed.items == 0) continue;
            IGrants.EntryScope memory element =
                IGrantScope.EntryScope(ids[i], listed.version, listed.operations, listed.items);
            EntryNote memory state = _states[ids[i]][_states[ids[i]].length - 1];
            IGrants.Terms memory terms = grants.version(number, version).terms;
            bool registered = !operates || _switches.length % 2 == 1;
            if (!registered || !_permits(operates, terms.level, listed.operations, state)) continue;
            _scope(number, _one(element));
            _listings[number][version][ids[i]] = listed;
        }
    }

    function _enterNoted(uint32 number) private {
        uint32 version = grants.head(number).versions;
        IGrants.Version memory drawn = grants.version(number, version);
        if (grants.version(number, drawn.scopeOf).scopeCount == 0) return;
        _enter(number);
        _note(number);
    }

    /// @dev What the acts so far must have led to, by the manual: only the term is read back.
    function _note(uint32 number) private {
        IGrants.Head memory known = grants.head(number);
        IGrants.Version memory drawn = grants.version(number, known.current);
        _notes[number].push(
            Note({
                time: uint64(block.timestamp),
                status: known.status,
                from: known.from,
                until: known.until,
                level: drawn.terms.level,
                purposes: drawn.terms.purposes,
                area: drawn.terms.area,
                listing: drawn.scopeOf
            })
        );
    }

    // The reference

    function _compare(uint32 number, EntryId id, uint8 operation, uint64 time) private view returns (uint256) {
        (IGrants.Coverage reason, uint32 by, uint208 items) = grants.coverage(number, id, operation, time);
        (IGrants.Coverage expected, uint32 where, uint208 left) = _reference(number, id, operation, time);
        vm.assertEq(uint256(reason), uint256(expected), "coverage");
        vm.assertEq(by, where, "found at");
        vm.assertEq(items, left, "items");
        vm.assertTrue(
            grants.covers(number, id, operation, time) == (expected == IGrantScope.Coverage.COVERED), "covers"
        );
        return uint256(reason);
    }

    /// @dev From the grant upwards, by the notes; nothing is searched but from the first note to the last.
    function _reference(uint32 number, EntryId id, uint8 operation, uint64 time)
        private
        view
        returns (IGrants.Coverage reason, uint32 where, uint208 items)
    {
        Note memory below;
        (items, below.purposes) = (WHOLE, 31);
        for (where = number;;) {
            Note memory note = _noteAt(where, time);
            if (note.status != IGrants.Status.ACTIVE || time < note.from || time >= note.until) {
                return (IGrantScope.Coverage.NOT_EFFECTIVE, where, 0);
            }
            reason = _judged(where, note.level, _listings[where][note.listing][id], _entryAt(id, time), operation);
            if (reason == IGrantScope.Coverage.COVERED && !_isRegistered(where, time)) {
                reason = IGrantScope.Coverage.NOT_REGISTERED;
            }
            if (reason != IGrantScope.Coverage.COVERED) return (reason, where, 0);
            items &= _listings[where][note.listing][id].items;
            note.purposes &= below.purposes;
            bool within = below.area == 0 || Reference.areaContains(note.area, below.area);
            if (!within || items == 0 || note.purposes == 0) return (IGrantScope.Coverage.NOT_WITHIN, where, 0);
            below = note;
            uint32 parent = grants.grant(where).parent;
            if (parent == 0) return (IGrantScope.Coverage.COVERED, number, items);
            where = parent;
        }
    }

    function _noteAt(uint32 number, uint64 time) private view returns (Note memory note) {
        for (uint256 i; i < _notes[number].length; ++i) {
            if (_notes[number][i].time <= time) note = _notes[number][i];
        }
    }

    function _entryAt(EntryId id, uint64 time) private view returns (EntryNote memory note) {
        for (uint256 i; i < _states[id].length; ++i) {
            if (_states[id][i].time <= time) note = _states[id][i];
        }
    }

    function _isRegistered(uint32 number, uint64 time) private view returns (bool) {
        if (grants.grant(number).kind == IGrants.Kind.SHARE) return true;
        uint256 switched;
        for (uint256 i; i < _switches.length; ++i) {
            if (_switches[i] <= time) ++switched;
        }
        return switched % 2 == 1;
    }

    function _judged(uint32 number, uint8 level, Listing memory listed, EntryNote memory state, uint8 operation)
        private
        view
        returns (IGrants.Coverage)
    {
        if (listed.operations == 0) return IGrantScope.Coverage.NOT_LISTED;
        if (listed.operations & operation == 0) return IGrantScope.Coverage.NOT_OPERATED;
        if (state.version < listed.version) return IGrantScope.Coverage.NOT_PUBLISHED;
        bool operates = grants.grant(number).kind == IGrants.Kind.OPERATE;
        return
            _permits(operates, level, operation, state)
                ? IGrantScope.Coverage.COVERED
                : IGrantScope.Coverage.NOT_PERMITTED;
    }

    function _permits(bool operates, uint8 level, uint8 operations, EntryNote memory state)
        private
        pure
        returns (bool)
    {
        if (state.level > level) return false;
        if (!operates) return state.share != 3;
        return operations < 8 || (state.open != 3 && state.level <= 2);
    }
}
