// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "../../contracts/interfaces/ICatalog.sol";
import {IGoverned} from "../../contracts/interfaces/IGoverned.sol";
import {IJournal} from "../../contracts/interfaces/IJournal.sol";
import {Acts} from "../../contracts/libraries/Acts.sol";
import {EntryId} from "../../contracts/types/EntryId.sol";

/// @notice A module as later ones will be: its own act names the entries that it holds, releases, marks or unmarks.
contract StubModule is IGoverned {
    struct StubAct {
        EntryId[] ids;
        address account;
        uint64 time;
    }

    event StubActed(uint64 indexed index, bytes4 indexed what, StubAct act);

    IJournal public immutable journal;
    ICatalog public immutable catalog;

    /// @notice The last root act that reached this module.
    uint64 public proposal;
    address public confirmer;
    bytes public action;

    constructor(IJournal journal_, ICatalog catalog_) {
        journal = journal_;
        catalog = catalog_;
    }

    function hold(EntryId[] calldata ids) external {
        catalog.hold(ids);
        _act(ICatalog.hold.selector, ids);
    }

    function release(EntryId[] calldata ids) external {
        catalog.release(ids);
        _act(ICatalog.release.selector, ids);
    }

    function mark(EntryId[] calldata ids) external {
        for (uint256 i; i < ids.length; ++i) {
            catalog.mark(ids[i]);
        }
        _act(ICatalog.mark.selector, ids);
    }

    function unmark(EntryId[] calldata ids) external {
        for (uint256 i; i < ids.length; ++i) {
            catalog.unmark(ids[i]);
        }
        _act(ICatalog.unmark.selector, ids);
    }

    /// @inheritdoc IGoverned
    function enact(uint64 proposal_, address account, bytes calldata action_) external {
        require(msg.sender == journal.organizations(), RootActUnauthorized(msg.sender));
        (proposal, confirmer, action) = (proposal_, account, action_);
    }

    function _act(bytes4 what, EntryId[] calldata ids) private {
        uint64 index = journal.size();
        StubAct memory act = StubAct(ids, msg.sender, uint64(block.timestamp));
        emit StubActed(index, what, act);
        bytes32[] memory leaves = new bytes32[](1);
        leaves[0] = Acts.leaf(StubActed.selector, bytes32(uint256(index)), what, abi.encode(act));
        journal.append(index, leaves);
    }
}
