// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGoverned} from "./interfaces/IGoverned.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IRootActs} from "./interfaces/IRootActs.sol";
import {Acts} from "./libraries/Acts.sol";
import {MerkleLog} from "./libraries/MerkleLog.sol";

/// @title The implementation of {IJournal}, which is its manual.
/// @dev Root and size stand in slots 0 and 1, where storage proofs find them.
contract Journal is IJournal, IGoverned {
    using MerkleLog for bytes32[64];

    /// @inheritdoc IJournal
    bytes32 public root;
    /// @inheritdoc IJournal
    uint64 public size;
    /// @inheritdoc IJournal
    bool public closed;
    bytes32[64] private _edge;
    /// @inheritdoc IJournal
    mapping(address module => bool) public admitted;

    /// @inheritdoc IJournal
    bytes32 public immutable origin;
    /// @inheritdoc IJournal
    address public immutable organizations;

    /// @param organizations_ address at which `Organizations` is deployed next; admitted from the start
    /// @param predecessor the closed journal that this one continues, or zeros
    constructor(address organizations_, Predecessor memory predecessor) {
        origin = sha256(abi.encodePacked(block.chainid, address(this), blockhash(block.number - 1)));
        organizations = organizations_;
        admitted[organizations_] = true;
        Opening memory opening = Opening({
            origin: origin,
            predecessorOrigin: predecessor.origin,
            predecessorSize: predecessor.size,
            predecessorRoot: predecessor.root,
            organizations: organizations_,
            account: msg.sender,
            time: uint64(block.timestamp)
        });
        emit JournalOpened(0, opening);
        _appendOne(0, Acts.leaf(JournalOpened.selector, bytes32(0), abi.encode(opening)));
    }

    /// @inheritdoc IJournal
    function append(uint64 expectedFirst, bytes32[] calldata leaves) external {
        require(admitted[msg.sender], JournalUnauthorized(msg.sender));
        require(!closed, JournalIsClosed(size));
        require(expectedFirst == size, JournalOutOfOrder(expectedFirst, size));
        require(leaves.length > 0, JournalNothingToAppend());
        _append(leaves);
    }

    /// @inheritdoc IGoverned
    function enact(uint64 proposal, address account, bytes calldata action) external {
        require(msg.sender == organizations, RootActUnauthorized(msg.sender));
        require(!closed, JournalIsClosed(size));
        RootAct memory act = RootAct(proposal, account, uint64(block.timestamp));
        bytes4 selector = bytes4(action);
        if (selector == IRootActs.admitModules.selector) {
            _admit(abi.decode(action[4:], (address[])), act);
        } else if (selector == IRootActs.closeJournal.selector) {
            uint64 index = size;
            emit JournalClosed(index, act);
            _appendOne(index, Acts.leaf(JournalClosed.selector, _topic(index), abi.encode(act)));
            closed = true;
        } else {
            revert RootActUnknown(selector);
        }
    }

    function _admit(address[] memory modules, RootAct memory act) private {
        require(modules.length > 0, JournalNothingToAppend());
        uint64 first = size;
        bytes32[] memory leaves = new bytes32[](modules.length);
        for (uint256 i; i < modules.length; ++i) {
            address module = modules[i];
            require(!admitted[module] && module.code.length > 0, JournalModuleInvalid(module));
            admitted[module] = true;
            uint64 index = first + uint64(i); // no overflow: 2^64 acts are out of reach
            emit ModuleAdmitted(index, module, act);
            leaves[i] =
                Acts.leaf(ModuleAdmitted.selector, _topic(index), bytes32(uint256(uint160(module))), abi.encode(act));
        }
        _append(leaves);
    }

    function _appendOne(uint64 index, bytes32 leaf) private {
        assert(index == size);
        bytes32[] memory leaves = new bytes32[](1);
        leaves[0] = leaf;
        _append(leaves);
    }

    function _append(bytes32[] memory leaves) private {
        root = _edge.append(size, leaves);
        size += uint64(leaves.length);
    }

    function _topic(uint64 value) private pure returns (bytes32) {
        return bytes32(uint256(value));
    }
}
