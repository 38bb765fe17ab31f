// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ApplicationRules} from "./ApplicationRules.sol";
import {IApplications} from "./interfaces/IApplications.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IPolicy} from "./interfaces/IPolicy.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import {Actors} from "./libraries/Actors.sol";
import {Acts} from "./libraries/Acts.sol";
import {RegistrationNumber} from "./types/RegistrationNumber.sol";

/// @title The implementation of {IApplications}, which is its manual: the acts.
contract Applications is ApplicationRules {
    constructor(IJournal journal_, IPolicy policy_, IRegistry registry_)
        ApplicationRules(journal_, policy_, registry_)
    {}

    /// @inheritdoc IApplications
    function file(Application[] calldata applications) external returns (RegistrationNumber[] memory numbers) {
        (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves) = _start(applications.length);
        numbers = new RegistrationNumber[](applications.length);
        uint64[2] memory deadlines = [policy.deadline("acceptance_workdays"), 0];
        if (policy.inForce("district_review_workdays").value > 0) {
            deadlines[1] = policy.deadline("district_review_workdays");
        }
        for (uint256 i; i < applications.length; ++i) {
            IRegistry.Version memory drawn = _drawUp(i, applications[i], actor, deadlines);
            (numbers[i], leaves[i]) = _file(first + uint64(i), applications[i], drawn);
        }
        journal.append(first, leaves);
    }

    /// @inheritdoc IApplications
    function supplement(Supplement[] calldata supplements) external {
        (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves) = _start(supplements.length);
        uint64 deadline = policy.deadline("acceptance_workdays");
        for (uint256 i; i < supplements.length; ++i) {
            leaves[i] = _supplement(first, i, supplements[i], actor, deadline);
        }
        journal.append(first, leaves);
    }

    /// @inheritdoc IApplications
    function forward(IRegistry.Step[] calldata steps) external {
        _advance(steps, Action.FORWARD, policy.deadline("acceptance_workdays"));
    }

    /// @inheritdoc IApplications
    function returnToApplicant(IRegistry.Step[] calldata steps) external {
        _advance(steps, Action.RETURN, 0);
    }

    /// @inheritdoc IApplications
    function requestSupplement(IRegistry.Step[] calldata steps) external {
        _advance(steps, Action.REQUEST_SUPPLEMENT, policy.deadline("supplement_workdays"));
    }

    /// @inheritdoc IApplications
    function lapse(IRegistry.Step[] calldata steps) external {
        _advance(steps, Action.LAPSE, 0);
    }

    /// @inheritdoc IApplications
    function accept(IRegistry.Step[] calldata steps) external {
        _advance(steps, Action.ACCEPT, policy.deadline("review_workdays"));
    }

    /// @inheritdoc IApplications
    function refuse(IRegistry.Step[] calldata steps) external {
        _advance(steps, Action.REFUSE, 0);
    }

    /// @inheritdoc IApplications
    function passReview(IRegistry.Step[] calldata steps) external {
        _advance(steps, Action.PASS, 0);
    }

    /// @inheritdoc IApplications
    function failReview(IRegistry.Step[] calldata steps) external {
        _advance(steps, Action.FAIL, 0);
    }

    /// @inheritdoc IApplications
    function openNotice(IRegistry.Step[] calldata steps) external {
        _advance(steps, Action.OPEN_NOTICE, policy.deadline("notice_workdays"));
    }

    /// @inheritdoc IApplications
    function withdraw(IRegistry.Step[] calldata steps) external {
        _advance(steps, Action.WITHDRAW, 0);
    }

    // Effects: one act each

    function _file(uint64 index, Application calldata application, IRegistry.Version memory drawn)
        private
        returns (RegistrationNumber number, bytes32 leaf)
    {
        Filing memory act;
        (number, act.version) = registry.draw(application.number, drawn, application.entries);
        act.kind = drawn.kind;
        act.stage = drawn.stage;
        act.registrar = drawn.registrar;
        act.deadline = drawn.deadline;
        act.objection = drawn.objection;
        act.evidence = application.evidence;
        act.organization = drawn.applicant;
        act.account = msg.sender;
        act.time = uint64(block.timestamp);
        act.entries = application.entries;
        act.content = application.content;
        act.fields = application.fields;
        emit ApplicationFiled(index, number, drawn.subject, act);
        leaf = Acts.leaf(
            ApplicationFiled.selector,
            bytes32(uint256(index)),
            RegistrationNumber.unwrap(number),
            drawn.subject,
            abi.encode(act)
        );
    }

    function _supplement(
        uint64 first,
        uint256 item,
        Supplement calldata supplied,
        Actors.Actor memory actor,
        uint64 deadline
    ) private returns (bytes32) {
        RegistrationNumber number = supplied.number;
        IRegistry.Version memory drawn = _pending(number, supplied.version);
        _requireApplicant(actor, drawn);
        require(
            drawn.stage == IRegistry.Stage.SUPPLEMENT,
            IRegistry.RegistryStageInvalid(number, supplied.version, drawn.stage)
        );
        Supplementing memory act = Supplementing({
            version: supplied.version,
            late: block.timestamp >= drawn.deadline,
            deadline: deadline,
            organization: actor.organization,
            account: msg.sender,
            time: uint64(block.timestamp),
            content: supplied.content,
            fields: supplied.fields
        });
        (drawn.stage, drawn.deadline) = (IRegistry.Stage.APPLIED, deadline);
        _describe(item, drawn, supplied.content, supplied.fields);
        registry.amend(number, supplied.version, drawn);
        uint64 index = first + uint64(item);
        emit ApplicationSupplemented(index, number, act);
        return _leaf(ApplicationSupplemented.selector, index, number, abi.encode(act));
    }

    function _advance(IRegistry.Step[] calldata steps, Action action, uint64 deadline) private {
        (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves) = _start(steps.length);
        for (uint256 i; i < steps.length; ++i) {
            Progress memory act = Progress({
                version: steps[i].version,
                stage: IRegistry.Stage.NONE,
                late: false,
                deadline: deadline,
                organization: actor.organization,
                account: msg.sender,
                time: uint64(block.timestamp),
                reason: steps[i].reason
            });
            RegistrationNumber number = steps[i].number;
            _advance(number, action, actor, act);
            uint64 index = first + uint64(i);
            leaves[i] = _leaf(_emit(action, index, number, act), index, number, abi.encode(act));
        }
        journal.append(first, leaves);
    }

    /// @dev Guards and effects of one step; completes `act`.
    function _advance(RegistrationNumber number, Action action, Actors.Actor memory actor, Progress memory act)
        private
    {
        IRegistry.Version memory drawn = _pending(number, act.version);
        _requireMay(action, actor, drawn);
        IRegistry.Stage stage = drawn.stage;
        act.stage = _next(action, stage);
        require(act.stage != IRegistry.Stage.NONE, IRegistry.RegistryStageInvalid(number, act.version, stage));
        require(act.reason != 0 || !_needsReason(action), IRegistry.RegistryReasonMissing(number));
        act.late = drawn.deadline != 0 && block.timestamp >= drawn.deadline && stage != IRegistry.Stage.NOTICE;
        if (action == Action.REQUEST_SUPPLEMENT) {
            require(!drawn.supplemented, ApplicationSupplementRepeated(number, act.version));
            drawn.supplemented = true;
        } else if (action == Action.LAPSE) {
            require(act.late, ApplicationNotLate(number, drawn.deadline));
        } else if (action == Action.PASS) {
            drawn.reviewer = msg.sender;
        } else if (action == Action.OPEN_NOTICE) {
            drawn.noticeEnd = act.deadline;
        }
        drawn.stage = act.stage;
        drawn.deadline = act.deadline;
        registry.amend(number, act.version, drawn);
    }

    function _emit(Action action, uint64 index, RegistrationNumber number, Progress memory act)
        private
        returns (bytes32)
    {
        if (action == Action.FORWARD) {
            emit ApplicationForwarded(index, number, act);
            return ApplicationForwarded.selector;
        }
        if (action == Action.RETURN) {
            emit ApplicationReturned(index, number, act);
            return ApplicationReturned.selector;
        }
        if (action == Action.REQUEST_SUPPLEMENT) {
            emit SupplementRequested(index, number, act);
            return SupplementRequested.selector;
        }
        if (action == Action.LAPSE) {
            emit ApplicationLapsed(index, number, act);
            return ApplicationLapsed.selector;
        }
        if (action == Action.ACCEPT) {
            emit ApplicationAccepted(index, number, act);
            return ApplicationAccepted.selector;
        }
        if (action == Action.REFUSE) {
            emit ApplicationRefused(index, number, act);
            return ApplicationRefused.selector;
        }
        if (action == Action.PASS) {
            emit ReviewPassed(index, number, act);
            return ReviewPassed.selector;
        }
        if (action == Action.FAIL) {
            emit ReviewFailed(index, number, act);
            return ReviewFailed.selector;
        }
        if (action == Action.OPEN_NOTICE) {
            emit NoticeOpened(index, number, act);
            return NoticeOpened.selector;
        }
        emit ApplicationWithdrawn(index, number, act);
        return ApplicationWithdrawn.selector;
    }

    // Journal

    function _start(uint256 count)
        private
        view
        returns (Actors.Actor memory actor, uint64 first, bytes32[] memory leaves)
    {
        require(count > 0, IRegistry.RegistryNothingToDo());
        return (Actors.caller(organizations), journal.size(), new bytes32[](count));
    }

    function _leaf(bytes32 selector, uint64 index, RegistrationNumber number, bytes memory data)
        private
        view
        returns (bytes32)
    {
        return Acts.leaf(selector, bytes32(uint256(index)), RegistrationNumber.unwrap(number), data);
    }
}
