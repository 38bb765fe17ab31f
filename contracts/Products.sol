// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Disclosures} from "./Disclosures.sol";
import {Prices} from "./Prices.sol";
import {ProductRecords} from "./ProductRecords.sol";
import {ICatalog} from "./interfaces/ICatalog.sol";
import {IGrants} from "./interfaces/IGrants.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {IPolicy} from "./interfaces/IPolicy.sol";
import {IProducts} from "./interfaces/IProducts.sol";
import {Actors} from "./libraries/Actors.sol";
import {Acts} from "./libraries/Acts.sol";
import {EntryId} from "./types/EntryId.sol";
import {Roles} from "./types/Roles.sol";

/// @title The implementation of {IProducts}, which is its manual: the acts.
contract Products is Prices, Disclosures {
    uint256 private constant INPUTS_LIMIT = 64;
    uint8 private constant DEPTH_LIMIT = 8;
    /// @dev {ICatalog.Head.kind}.
    uint8 private constant KIND_PRODUCT = 2;
    uint8 private constant OPERATION_EXPORT = 8;

    constructor(IJournal journal_, IPolicy policy_, ICatalog catalog_, IGrants grants_)
        ProductRecords(journal_, policy_, catalog_, grants_)
    {}

    /// @inheritdoc IProducts
    function add(NewProduct[] calldata fresh) external returns (uint32 first) {
        (Actors.Actor memory actor, uint64 index, bytes32[] memory leaves) = _start(fresh.length);
        Actors.requireRole(actor, Roles.APPLICANT);
        first = products + 1;
        for (uint256 i; i < fresh.length; ++i) {
            leaves[i] = _add(i, index + uint64(i), fresh[i], actor.organization);
        }
        journal.append(index, leaves);
    }

    /// @inheritdoc IProducts
    function suspend(Step[] calldata steps) external {
        _change(steps, Status.SUSPENDED);
    }

    /// @inheritdoc IProducts
    function resume(Step[] calldata steps) external {
        _change(steps, Status.LISTED);
    }

    /// @inheritdoc IProducts
    function delist(Step[] calldata steps) external {
        _change(steps, Status.DELISTED);
    }

    // New products

    function _add(uint256 item, uint64 index, NewProduct calldata fresh, bytes18 operator) private returns (bytes32) {
        (uint32 grant, uint8 depth) =
            fresh.source == 0 ? (_checkGrant(item, fresh, operator), 0) : _checkSource(item, fresh, operator);
        _checkValues(item, fresh, grant);
        _checkEntry(item, fresh.entry, operator);
        _checkInputs(item, fresh, grant);
        uint32 number = ++products;
        _products[number] = Product({
            entry: fresh.entry,
            contentDigest: sha256(fresh.content),
            operator: operator,
            grant: grant,
            form: fresh.form,
            purpose: fresh.purpose,
            status: Status.LISTED,
            redevelopable: fresh.redevelopable,
            suspendedByAuthority: false,
            source: fresh.source,
            depth: depth
        });
        _listings[fresh.entry] = number;
        catalog.hold(_one(fresh.entry));

        ProductAddition memory act = ProductAddition({
            grant: grant,
            source: fresh.source,
            entry: fresh.entry,
            form: fresh.form,
            purpose: fresh.purpose,
            redevelopable: fresh.redevelopable,
            organization: operator,
            account: msg.sender,
            time: uint64(block.timestamp),
            inputs: fresh.inputs,
            content: fresh.content
        });
        emit ProductAdded(index, number, operator, act);
        return Acts.leaf(
            ProductAdded.selector, bytes32(uint256(index)), bytes32(uint256(number)), bytes32(operator), abi.encode(act)
        );
    }

    function _checkGrant(uint256 item, NewProduct calldata fresh, bytes18 operator) private view returns (uint32) {
        IGrants.Grant memory grant = grants.grant(fresh.grant);
        require(
            grant.kind == IGrants.Kind.OPERATE && grant.grantee == operator
                && grants.isEffective(fresh.grant, uint64(block.timestamp)),
            ProductGrantInvalid(item, fresh.grant)
        );
        return fresh.grant;
    }

    /// @return grant the grant of the first product of the line
    /// @return depth products between the new one and that
    function _checkSource(uint256 item, NewProduct calldata fresh, bytes18 operator)
        private
        view
        returns (uint32 grant, uint8 depth)
    {
        require(fresh.grant == 0, ProductGrantInvalid(item, fresh.grant));
        Product storage source = _products[fresh.source];
        (grant, depth) = (source.grant, source.depth + 1);
        require(
            source.redevelopable && depth <= DEPTH_LIMIT && isOffered(fresh.source)
                && (_operation(fresh.form) != OPERATION_EXPORT || _operation(source.form) == OPERATION_EXPORT),
            ProductSourceInvalid(item, fresh.source)
        );
        for (uint32 number = fresh.source; number != 0; number = _products[number].source) {
            bytes18 other = _products[number].operator;
            bool related = organizations.answersFor(operator, other) || organizations.answersFor(other, operator);
            require(!related, ProductSourceInvalid(item, fresh.source));
        }
    }

    function _checkValues(uint256 item, NewProduct calldata fresh, uint32 grant) private view {
        uint8 purposes = grants.version(grant, grants.head(grant).current).terms.purposes;
        uint8 purpose = fresh.purpose;
        bool single = purpose != 0 && purpose & (purpose - 1) == 0;
        require(
            fresh.form != Form.NONE && single && purposes & purpose != 0, ProductValueInvalid(item, fresh.form, purpose)
        );
        require(fresh.content.length > 0, ProductContentEmpty(item));
    }

    function _checkEntry(uint256 item, EntryId entry, bytes18 operator) private view {
        ICatalog.Head memory head = catalog.head(entry);
        require(
            head.status == ICatalog.Status.ACTIVE && head.kind == KIND_PRODUCT && head.provider == operator
                && _listings[entry] == 0,
            ProductEntryInvalid(item, entry)
        );
    }

    function _checkInputs(uint256 item, NewProduct calldata fresh, uint32 grant) private view {
        EntryId[] calldata inputs = fresh.inputs;
        uint256 count = inputs.length;
        require(
            fresh.source == 0 ? count > 0 && count <= INPUTS_LIMIT : count == 0, ProductInputsInvalid(item, count, 0)
        );
        uint8 operation = _operation(fresh.form);
        for (uint256 i; i < count; ++i) {
            require(
                i == 0 || EntryId.unwrap(inputs[i - 1]) < EntryId.unwrap(inputs[i]),
                ProductInputsInvalid(item, count, i)
            );
            require(
                grants.covers(grant, inputs[i], operation, uint64(block.timestamp)),
                ProductInputNotCovered(item, inputs[i], grant)
            );
        }
    }

    /// @dev What delivering a form does with its inputs, one bit of {IGrants.EntryScope.operations}.
    function _operation(Form form) private pure returns (uint8) {
        if (form == Form.INTERFACE) return 1;
        if (form == Form.VERIFICATION) return 2;
        if (form == Form.MODEL) return 4;
        return OPERATION_EXPORT;
    }

    // Statuses

    function _change(Step[] calldata steps, Status status) private {
        (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves) = _start(steps.length);
        for (uint256 i; i < steps.length; ++i) {
            uint32 number = steps[i].product;
            Product storage known = _existing(number);
            if (status == Status.DELISTED) _delist(number, known, actor);
            else _supervise(number, known, status, actor);
            require(steps[i].reason != 0, ProductReasonMissing(number));
            known.status = status;
            ProductChange memory act =
                ProductChange(status, actor.organization, msg.sender, uint64(block.timestamp), steps[i].reason);
            leaves[i] = _emitChange(first + uint64(i), number, act);
        }
        journal.append(first, leaves);
    }

    function _supervise(uint32 number, Product storage known, Status status, Actors.Actor memory actor) private {
        bool resumes = status == Status.LISTED;
        bool byAuthority = actor.organization == organizations.dataAuthority();
        IGrants.Grant memory grant = grants.grant(known.grant);
        Actors.requireRole(actor, Roles.SUPERVISOR);
        require(
            byAuthority
                || ((actor.organization == grant.grantor || actor.organization == grant.implementer)
                    && !(resumes && known.suspendedByAuthority)),
            IOrganizations.AccountNotEntitled(msg.sender, grant.grantor)
        );
        require(
            known.status == (resumes ? Status.SUSPENDED : Status.LISTED), ProductStatusInvalid(number, known.status)
        );
        known.suspendedByAuthority = byAuthority && !resumes;
    }

    function _delist(uint32 number, Product storage known, Actors.Actor memory actor) private {
        bool own = actor.roles & Roles.APPLICANT != 0 && actor.organization == known.operator;
        if (!own) Actors.requireOf(actor, Roles.GRANTOR, grants.grant(known.grant).grantor);
        // Else it would be listed anew, past the authority.
        bool evades = own && known.suspendedByAuthority;
        require(known.status != Status.DELISTED && !evades, ProductStatusInvalid(number, known.status));
        _listings[known.entry] = 0;
        catalog.release(_one(known.entry));
    }

    function _emitChange(uint64 index, uint32 number, ProductChange memory act) private returns (bytes32) {
        bytes32 selector = ProductDelisted.selector;
        if (act.status == Status.SUSPENDED) {
            emit ProductSuspended(index, number, act);
            selector = ProductSuspended.selector;
        } else if (act.status == Status.LISTED) {
            emit ProductResumed(index, number, act);
            selector = ProductResumed.selector;
        } else {
            emit ProductDelisted(index, number, act);
        }
        return _leaf(selector, index, number, abi.encode(act));
    }

    function _one(EntryId entry) private pure returns (EntryId[] memory entries) {
        entries = new EntryId[](1);
        entries[0] = entry;
    }
}
