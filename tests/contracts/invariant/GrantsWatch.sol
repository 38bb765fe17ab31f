// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGrantScope} from "../../../contracts/interfaces/IGrantScope.sol";
import {IGrants} from "../../../contracts/interfaces/IGrants.sol";
import {IPlans} from "../../../contracts/interfaces/IPlans.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {vm} from "../Vm.sol";
import {ProductsBase} from "../products/ProductsBase.sol";

/// @notice What was seen to happen to grants and products, kept apart from what the contracts keep.
abstract contract GrantsWatch is ProductsBase {
    /// @notice What was worth what at a time that is past.
    struct Sample {
        uint64 time;
        bytes32 answers;
    }

    uint8 private constant CONSENT = 8;
    uint8 private constant CONSENT_SEEN = 64;

    /// @notice Calls that the contracts refused, and took.
    uint256 public refused;
    uint256 public done;
    /// @notice Records, prices, ended versions and approvals that changed or went away.
    uint256 public rewritten;
    /// @notice Approvals that were taken of another scope than was listed, and scopes that grew after one.
    uint256 public otherScopes;
    /// @notice Answers about a past time that changed.
    uint256 public changedPasts;

    /// @notice Bit set of approvals that policy asked for when the version was planned.
    mapping(bytes32 key => uint8) public asked;
    /// @notice Bit set of approvals seen; a consent sets {CONSENT_SEEN}, as one provider's is not all of them.
    mapping(bytes32 key => uint8) public approved;
    /// @notice Years that policy allowed when the version was planned.
    mapping(bytes32 key => uint256) public years_;
    /// @notice Count and digest of what was seen listed.
    mapping(bytes32 key => uint32) internal listedCount;
    mapping(bytes32 key => bytes32) internal listedDigest;
    mapping(bytes32 key => EntryId[]) private _scoped;
    mapping(bytes32 key => mapping(bytes18 provider => bool)) private _awaited;
    mapping(bytes32 key => uint256) private _consentsMissing;
    mapping(bytes32 key => bytes18[]) private _consenting;
    mapping(bytes32 what => bytes32[]) private _history;
    Sample[] private _samples;

    function listed(uint32 number, uint32 version) external view returns (EntryId[] memory) {
        return _scoped[_key(number, version)];
    }

    function _call(address who, address target, bytes memory call) internal returns (bool taken) {
        vm.prank(who);
        (taken,) = target.call(call);
        _collect(vm.getRecordedLogs());
        if (!taken) {
            ++refused;
            return false;
        }
        ++done;
        _watch();
    }

    // What happened

    function _sawPlan(uint32 number, uint8 approvals) internal {
        bytes32 key = _key(number, grants.head(number).versions);
        asked[key] = approvals;
        years_[key] = policy.inForce("grant_term_years").value;
        IGrants.Version memory drawn = grants.version(number, grants.head(number).versions);
        if (drawn.basis == IGrants.Basis.RENEWAL) _expectConsents(key, _key(number, drawn.scopeOf));
    }

    function _sawScope(uint32 number, uint32 version, IGrantScope.EntryScope[] memory entries) internal {
        bytes32 key = _key(number, version);
        if (approved[key] != 0) ++otherScopes;
        for (uint256 i; i < entries.length; ++i) {
            _scoped[key].push(entries[i].entry);
            listedDigest[key] = sha256(abi.encodePacked(listedDigest[key], abi.encode(entries[i])));
            ++listedCount[key];
            _sawProvider(key, number, catalog.head(entries[i].entry).provider);
        }
    }

    function _sawScope(uint32 number, uint32 version, IGrantScope.ProviderScope[] memory providers) internal {
        bytes32 key = _key(number, version);
        if (approved[key] != 0) ++otherScopes;
        for (uint256 i; i < providers.length; ++i) {
            listedDigest[key] = sha256(abi.encodePacked(listedDigest[key], abi.encode(providers[i])));
            ++listedCount[key];
            _sawProvider(key, number, providers[i].provider);
        }
    }

    function _sawProvider(bytes32 key, uint32 number, bytes18 provider) private {
        if (provider == grants.grant(number).grantor || _awaited[key][provider]) return;
        _awaited[key][provider] = true;
        ++_consentsMissing[key];
        _consenting[key].push(provider);
    }

    function _expectConsents(bytes32 key, bytes32 scopeKey) private {
        for (uint256 i; i < _consenting[scopeKey].length; ++i) {
            _awaited[key][_consenting[scopeKey][i]] = true;
            ++_consentsMissing[key];
        }
    }

    function _sawApproval(IPlans.NewApproval memory given) internal {
        bytes32 key = _key(given.grant, given.version);
        bytes32 scopeKey = _key(given.grant, grants.version(given.grant, given.version).scopeOf);
        bool same = given.scopeCount == listedCount[scopeKey] && given.scopeDigest == listedDigest[scopeKey];
        if (!same || given.scopeCount == 0) ++otherScopes;
        if (given.approval != IPlans.Approval.CONSENT) {
            approved[key] |= uint8(1 << uint8(given.approval));
        } else if (_awaited[key][given.provider]) {
            _awaited[key][given.provider] = false;
            --_consentsMissing[key];
            approved[key] |= CONSENT_SEEN;
        }
    }

    /// @notice Approvals that were asked for and not seen.
    function missing(uint32 number, uint32 version) external view returns (uint8) {
        bytes32 key = _key(number, version);
        return asked[key] & ~approved[key] & ~(_consentsMissing[key] == 0 ? CONSENT : 0);
    }

    /// @dev A provider whose consent a version still wants; zero for none.
    function _wanted(uint32 number, uint32 version) internal view returns (bytes18) {
        bytes32 key = _key(number, version);
        bytes18[] storage providers = _consenting[_key(number, grants.version(number, version).scopeOf)];
        for (uint256 i; i < providers.length; ++i) {
            if (_awaited[key][providers[i]]) return providers[i];
        }
        return 0;
    }

    // What must stay

    function _watch() private {
        for (uint32 number = 1; number <= grants.grants(); ++number) {
            uint256 count = grants.recordCount(number);
            bytes32 what = keccak256(abi.encode("record", number));
            for (uint256 i; i < count; ++i) {
                _keep(what, i, keccak256(abi.encode(grants.record(number, i))));
            }
            if (count < _history[what].length) ++rewritten;
            for (uint32 version = 1; version <= grants.head(number).versions; ++version) {
                _watchApprovals(number, version);
            }
        }
        for (uint32 number = 1; number <= products.products(); ++number) {
            bytes32 what = keccak256(abi.encode("price", number));
            uint256 count = products.priceCount(number);
            for (uint256 i; i < count; ++i) {
                _keep(what, i, keccak256(abi.encode(products.priceAt(number, i))));
            }
            if (count < _history[what].length) ++rewritten;
        }
        for (uint256 i; i < ids.length; ++i) {
            bytes32 what = keccak256(abi.encode("ended", ids[i]));
            uint256 count = catalog.endedCount(ids[i]);
            for (uint256 k; k < count; ++k) {
                _keep(what, k, keccak256(abi.encode(catalog.ended(ids[i], k))));
            }
            if (count < _history[what].length) ++rewritten;
        }
    }

    function _watchApprovals(uint32 number, uint32 version) private {
        bytes32 key = _key(number, version);
        for (uint8 approval; approval < 6; ++approval) {
            IPlans.Taken memory taken = plans.approvalOf(number, version, IPlans.Approval(approval));
            if (taken.account == address(0)) {
                if (approved[key] & (1 << approval) != 0) ++rewritten;
                continue;
            }
            _keep(keccak256(abi.encode(key, approval)), 0, keccak256(abi.encode(taken)));
        }
    }

    /// @dev Remembers the first answer, and counts another one.
    function _keep(bytes32 what, uint256 position, bytes32 digest) private {
        bytes32[] storage history = _history[what];
        if (position == history.length) history.push(digest);
        else if (history[position] != digest) ++rewritten;
    }

    /// @dev Remembers what all is worth now, when the present second is over.
    function _sample() internal {
        uint64 time = uint64(block.timestamp);
        _samples.push(Sample(time, _answersAt(time)));
    }

    /// @dev Asks once more about a time that was remembered.
    function _compare(uint256 which) internal {
        if (_samples.length == 0) return;
        Sample memory sample = _samples[which % _samples.length];
        if (_answersAt(sample.time) != sample.answers) ++changedPasts;
    }

    /// @dev Grants drawn up later had no status then: they leave the digest as it is.
    function _answersAt(uint64 time) private view returns (bytes32 digest) {
        for (uint32 number = 1; number <= grants.grants(); ++number) {
            (IGrants.Status status, uint32 version) = grants.statusAt(number, time);
            if (status == IGrants.Status.NONE) continue;
            digest = keccak256(abi.encode(digest, number, status, version, grants.isEffective(number, time)));
            for (uint256 i; i < ids.length; ++i) {
                for (uint8 operation = 1; operation <= 8; operation *= 2) {
                    (IGrantScope.Coverage reason, uint32 by, uint208 items) =
                        grants.coverage(number, ids[i], operation, time);
                    digest = keccak256(abi.encode(digest, reason, by, items));
                }
            }
        }
    }

    function _key(uint32 number, uint32 version) internal pure returns (bytes32) {
        return keccak256(abi.encode(number, version));
    }
}
