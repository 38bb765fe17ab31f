// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IApplications} from "../../../contracts/interfaces/IApplications.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {RegistrationNumber} from "../../../contracts/types/RegistrationNumber.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {vm} from "../Vm.sol";
import {RegistryBase} from "./RegistryBase.sol";

/// @notice The steps of {IApplications} between filing and issue.
contract StepsTest is RegistryBase {
    /// @dev What the interface says of one step, written down again.
    struct Rule {
        function(IRegistry.Step[] memory) external act;
        bytes32 signature;
        address who;
        uint32 role;
        bytes18 organization;
        bool reasoned;
        bytes32 clock;
        IRegistry.Stage[] from;
        IRegistry.Stage[] to;
    }

    function test_steps_carryAnApplicationToItsNotice() public {
        RegistrationNumber number = _at(IRegistry.Stage.DISTRICT_REVIEW);
        _act(districtReviewer, applications.forward, number);
        _assertStage(number, 1, IRegistry.Stage.APPLIED);
        vm.warp(block.timestamp + 3 days);
        _act(acceptor, applications.requestSupplement, number);
        vm.prank(applicant);
        applications.supplement(_supplement(number, 1));
        IRegistry.Version memory drawn = registry.version(number, 1);
        vm.assertEq(drawn.contentDigest, sha256('{"title":"b"}'), "the content is replaced");
        vm.assertEq(drawn.fieldCount, 1, "and the fields");
        vm.assertEq(
            drawn.certificateRoot,
            sha256(bytes.concat(hex"00", '["title","b","000102030405060708090a0b0c0d0e0f"]')),
            "a tree of one leaf"
        );
        _expectRevert(abi.encodeWithSelector(IApplications.ApplicationSupplementRepeated.selector, number, 1));
        _act(acceptor, applications.requestSupplement, number, 1);
        _carry(number, IRegistry.Stage.NOTICE);
        drawn = registry.version(number, 1);
        vm.assertEq(drawn.noticeEnd, policy.workdayEnd(uint64(block.timestamp), 10), "the notice's end");
        vm.assertEq(drawn.reviewer, reviewer, "reviewer");
        checkLedger();
    }

    /// @notice A late supplement is taken, and says that it is late; until it is declared lapsed.
    function test_supplement_late() public {
        RegistrationNumber number = _at(IRegistry.Stage.SUPPLEMENT);
        uint64 deadline = registry.version(number, 1).deadline;
        vm.warp(deadline - 1);
        _expectRevert(abi.encodeWithSelector(IApplications.ApplicationNotLate.selector, number, deadline));
        _act(acceptor, applications.lapse, number, 1);
        vm.warp(deadline);
        IApplications.Supplement[] memory late = _supplement(number, 1);
        uint64 again = policy.workdayEnd(deadline, 3);
        vm.expectEmit(address(applications));
        emit IApplications.ApplicationSupplemented(
            journal.size(),
            number,
            IApplications.Supplementing(
                1, true, again, department, applicant, deadline, late[0].content, late[0].fields
            )
        );
        vm.prank(applicant);
        applications.supplement(late);
        vm.assertEq(registry.version(number, 1).deadline, again, "acceptance begins anew");
        checkLedger();
    }

    /// @notice A parameter or calendar that is set anew moves no deadline that was computed.
    function test_deadlines_stand() public {
        RegistrationNumber number = _at(IRegistry.Stage.NOTICE);
        uint64 noticeEnd = registry.version(number, 1).noticeEnd;
        _setParameter("notice_workdays", 1);
        vm.assertEq(registry.version(number, 1).noticeEnd, noticeEnd, "the end stands");
        RegistrationNumber next = _at(IRegistry.Stage.NOTICE);
        vm.assertEq(registry.version(next, 1).noticeEnd, policy.workdayEnd(uint64(block.timestamp), 1), "the next");
        checkLedger();
    }

    function test_steps_many() public {
        IRegistry.Step[] memory steps = new IRegistry.Step[](5);
        for (uint256 i; i < steps.length; ++i) {
            steps[i] = IRegistry.Step(_at(IRegistry.Stage.APPLIED), 1, 0);
        }
        vm.prank(acceptor);
        applications.accept(steps);
        vm.prank(reviewer);
        applications.passReview(steps);
        steps[4].version = 2;
        _expectRevert(abi.encodeWithSelector(IRegistry.RegistryVersionConflict.selector, steps[4].number, 2, 1));
        vm.prank(reviewer);
        applications.openNotice(steps);
        _assertStage(steps[0].number, 1, IRegistry.Stage.REVIEWED); // all or nothing
        checkLedger();
    }

    function test_steps_revertWhenNothingToDo() public {
        for (uint256 action; action < 10; ++action) {
            Rule memory rule = _rule(action);
            _expectRevert(IRegistry.RegistryNothingToDo.selector);
            rule.act(new IRegistry.Step[](0));
        }
        _expectRevert(IRegistry.RegistryNothingToDo.selector);
        applications.supplement(new IApplications.Supplement[](0));
        checkLedger();
    }

    function testFuzz_forward(uint256 caller, uint256 stage, uint256 damage, uint32 wait) public {
        _fuzz(0, caller, stage, damage, wait);
    }

    function testFuzz_returnToApplicant(uint256 caller, uint256 stage, uint256 damage, uint32 wait) public {
        _fuzz(1, caller, stage, damage, wait);
    }

    function testFuzz_requestSupplement(uint256 caller, uint256 stage, uint256 damage, uint32 wait) public {
        _fuzz(2, caller, stage, damage, wait);
    }

    function testFuzz_lapse(uint256 caller, uint256 stage, uint256 damage, uint32 wait) public {
        _fuzz(3, caller, stage, damage, wait);
    }

    function testFuzz_accept(uint256 caller, uint256 stage, uint256 damage, uint32 wait) public {
        _fuzz(4, caller, stage, damage, wait);
    }

    function testFuzz_refuse(uint256 caller, uint256 stage, uint256 damage, uint32 wait) public {
        _fuzz(5, caller, stage, damage, wait);
    }

    function testFuzz_passReview(uint256 caller, uint256 stage, uint256 damage, uint32 wait) public {
        _fuzz(6, caller, stage, damage, wait);
    }

    function testFuzz_failReview(uint256 caller, uint256 stage, uint256 damage, uint32 wait) public {
        _fuzz(7, caller, stage, damage, wait);
    }

    function testFuzz_openNotice(uint256 caller, uint256 stage, uint256 damage, uint32 wait) public {
        _fuzz(8, caller, stage, damage, wait);
    }

    function testFuzz_withdraw(uint256 caller, uint256 stage, uint256 damage, uint32 wait) public {
        _fuzz(9, caller, stage, damage, wait);
    }

    function testFuzz_supplement(uint256 caller, uint256 seed, uint256 damage, uint32 wait) public {
        address account = caller % 2 == 0 ? applicant : people[caller / 2 % people.length];
        RegistrationNumber number =
            seed % 2 == 0 ? _at(IRegistry.Stage.SUPPLEMENT) : _at(IRegistry.Stage(1 + seed / 2 % 13));
        IApplications.Supplement[] memory items = _supplement(number, damage % 8 == 1 ? uint32(damage) : 1);
        if (damage % 8 == 2) items[0].number = RegistrationNumber.wrap("R");
        if (damage % 8 == 3) items[0].content = "";
        if (damage % 8 == 4) items[0].fields = new bytes[](damage / 8 % 3);
        vm.warp(block.timestamp + wait % 40 days);
        IRegistry.Version memory drawn = registry.version(number, 1);

        bytes memory failure = _failureToReach(items[0].number, items[0].version);
        if (failure.length == 0) failure = _failureOf(account, Roles.APPLICANT, department);
        if (failure.length == 0 && drawn.stage != IRegistry.Stage.SUPPLEMENT) {
            failure = abi.encodeWithSelector(IRegistry.RegistryStageInvalid.selector, number, 1, drawn.stage);
        }
        if (failure.length == 0 && damage % 8 == 3) {
            failure = abi.encodeWithSelector(IApplications.ApplicationContentEmpty.selector, 0);
        }
        if (failure.length == 0 && damage % 8 == 4) {
            failure =
                abi.encodeWithSelector(IApplications.ApplicationFieldsInvalid.selector, 0, items[0].fields.length, 0);
        }
        if (failure.length > 0) {
            _expectRevert(failure);
        } else {
            bool late = block.timestamp >= drawn.deadline;
            (drawn.stage, drawn.deadline) = (IRegistry.Stage.APPLIED, policy.workdayEnd(uint64(block.timestamp), 3));
            drawn.contentDigest = sha256(items[0].content);
            drawn.certificateRoot = sha256(bytes.concat(hex"00", items[0].fields[0]));
            drawn.fieldCount = 1;
            vm.expectEmit(address(applications));
            emit IApplications.ApplicationSupplemented(
                journal.size(),
                number,
                IApplications.Supplementing(
                    1,
                    late,
                    drawn.deadline,
                    department,
                    account,
                    uint64(block.timestamp),
                    items[0].content,
                    items[0].fields
                )
            );
        }
        vm.prank(account);
        applications.supplement(items);
        vm.assertEq(abi.encode(registry.version(number, 1)), abi.encode(drawn), "version");
        checkLedger();
    }

    /// @dev One step by somebody on an application at some stage: the exact error of the first guard that refuses, or
    /// the exact event and version.
    function _fuzz(uint256 action, uint256 caller, uint256 seed, uint256 damage, uint32 wait) private {
        Rule memory rule = _rule(action);
        address account = caller % 2 == 0 ? rule.who : people[caller / 2 % people.length];
        RegistrationNumber number =
            seed % 2 == 0 ? _at(rule.from[seed / 2 % rule.from.length]) : _at(IRegistry.Stage(1 + seed / 2 % 13));
        IRegistry.Step[] memory steps = _step(number, damage % 8 == 1 ? uint32(damage) : 1);
        if (damage % 8 == 2) steps[0].number = RegistrationNumber.wrap("R");
        if (damage % 8 == 3) steps[0].reason = 0;
        if (damage % 8 == 4) _suspend(registrar);
        vm.warp(block.timestamp + wait % 40 days);
        IRegistry.Version memory drawn = registry.version(number, 1);

        IApplications.Progress memory act;
        bytes memory failure = _failure(rule, account, steps[0], drawn, act);
        if (failure.length > 0) {
            _expectRevert(failure);
        } else {
            act.version = 1;
            act.account = account;
            act.time = uint64(block.timestamp);
            act.reason = steps[0].reason;
            if (rule.clock != 0) {
                act.deadline = policy.workdayEnd(uint64(block.timestamp), policy.inForce(rule.clock).value);
            }
            (drawn.stage, drawn.deadline) = (act.stage, act.deadline);
            if (action == 2) drawn.supplemented = true;
            if (action == 6) drawn.reviewer = account;
            if (action == 8) drawn.noticeEnd = act.deadline;
            _expectAct(rule.signature, number, act);
        }
        vm.prank(account);
        rule.act(steps);
        vm.assertEq(abi.encode(registry.version(number, 1)), abi.encode(drawn), "version");
        vm.assertEq(catalog.head(ids[0]).holds, 1, "still held");
        checkLedger();
    }

    /// @dev The guards in their order; fills in stage, late and organization.
    function _failure(
        Rule memory rule,
        address account,
        IRegistry.Step memory step,
        IRegistry.Version memory drawn,
        IApplications.Progress memory act
    ) private view returns (bytes memory failure) {
        failure = _failureToReach(step.number, step.version);
        if (failure.length > 0) return failure;
        if (rule.organization == district) {
            (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
            if (roles & rule.role == 0) return _roleMissing(account, rule.role);
            if (own != district) return _notEntitled(account, child);
        } else {
            failure = _failureOf(account, rule.role, rule.organization);
            if (failure.length > 0) return failure;
        }
        (act.organization,) = organizations.effectiveRoles(account);
        for (uint256 i; i < rule.from.length; ++i) {
            if (rule.from[i] == drawn.stage) act.stage = rule.to[i];
        }
        if (act.stage == IRegistry.Stage.NONE) {
            return abi.encodeWithSelector(IRegistry.RegistryStageInvalid.selector, step.number, 1, drawn.stage);
        }
        if (rule.reasoned && step.reason == 0) {
            return abi.encodeWithSelector(IRegistry.RegistryReasonMissing.selector, step.number);
        }
        bool clocked = drawn.stage != IRegistry.Stage.REVIEWED && drawn.stage != IRegistry.Stage.NOTICE;
        act.late = clocked && block.timestamp >= drawn.deadline;
        if (act.stage == IRegistry.Stage.LAPSED && !act.late) {
            return abi.encodeWithSelector(IApplications.ApplicationNotLate.selector, step.number, drawn.deadline);
        }
    }

    function _failureToReach(RegistrationNumber number, uint32 version) private view returns (bytes memory) {
        uint32 last = registry.head(number).versions;
        if (last == 0) return abi.encodeWithSelector(IRegistry.RegistrationUnknown.selector, number);
        if (version == last) return "";
        return abi.encodeWithSelector(IRegistry.RegistryVersionConflict.selector, number, version, last);
    }

    function _failureOf(address account, uint32 role, bytes18 organization) private view returns (bytes memory) {
        (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
        if (roles & role == 0) return _roleMissing(account, role);
        return own == organization ? bytes("") : _notEntitled(account, organization);
    }

    function _rule(uint256 action) private view returns (Rule memory rule) {
        rule.from = new IRegistry.Stage[](1);
        rule.to = new IRegistry.Stage[](1);
        (rule.who, rule.role, rule.organization) = (acceptor, Roles.ACCEPTOR, registrar);
        rule.from[0] = IRegistry.Stage.APPLIED;
        if (action < 2) {
            (rule.who, rule.role, rule.organization) = (districtReviewer, Roles.REVIEWER, district);
            rule.from[0] = IRegistry.Stage.DISTRICT_REVIEW;
        } else if (action >= 6 && action < 9) {
            (rule.who, rule.role) = (reviewer, Roles.REVIEWER);
        }
        if (action == 0) {
            (rule.act, rule.signature) = (applications.forward, IApplications.ApplicationForwarded.selector);
            (rule.clock, rule.to[0]) = ("acceptance_workdays", IRegistry.Stage.APPLIED);
        } else if (action == 1) {
            (rule.act, rule.signature) = (applications.returnToApplicant, IApplications.ApplicationReturned.selector);
            (rule.reasoned, rule.to[0]) = (true, IRegistry.Stage.RETURNED);
        } else if (action == 2) {
            (rule.act, rule.signature) = (applications.requestSupplement, IApplications.SupplementRequested.selector);
            (rule.reasoned, rule.to[0]) = (true, IRegistry.Stage.SUPPLEMENT);
            rule.clock = "supplement_workdays";
        } else if (action == 3) {
            (rule.act, rule.signature) = (applications.lapse, IApplications.ApplicationLapsed.selector);
            (rule.from[0], rule.to[0]) = (IRegistry.Stage.SUPPLEMENT, IRegistry.Stage.LAPSED);
        } else if (action == 4) {
            (rule.act, rule.signature) = (applications.accept, IApplications.ApplicationAccepted.selector);
            (rule.clock, rule.to[0]) = ("review_workdays", IRegistry.Stage.ACCEPTED);
        } else if (action == 5) {
            (rule.act, rule.signature) = (applications.refuse, IApplications.ApplicationRefused.selector);
            (rule.reasoned, rule.to[0]) = (true, IRegistry.Stage.REFUSED);
        } else if (action == 6) {
            (rule.act, rule.signature) = (applications.passReview, IApplications.ReviewPassed.selector);
            (rule.from[0], rule.to[0]) = (IRegistry.Stage.ACCEPTED, IRegistry.Stage.REVIEWED);
        } else if (action == 7) {
            (rule.act, rule.signature) = (applications.failReview, IApplications.ReviewFailed.selector);
            rule.reasoned = true;
            (rule.from, rule.to) = (new IRegistry.Stage[](3), new IRegistry.Stage[](3));
            (rule.from[0], rule.to[0]) = (IRegistry.Stage.ACCEPTED, IRegistry.Stage.REVIEW_FAILED);
            (rule.from[1], rule.to[1]) = (IRegistry.Stage.REVIEWED, IRegistry.Stage.REVIEW_FAILED);
            (rule.from[2], rule.to[2]) = (IRegistry.Stage.NOTICE, IRegistry.Stage.NOTICE_FAILED);
        } else if (action == 8) {
            (rule.act, rule.signature) = (applications.openNotice, IApplications.NoticeOpened.selector);
            (rule.from[0], rule.to[0]) = (IRegistry.Stage.REVIEWED, IRegistry.Stage.NOTICE);
            rule.clock = "notice_workdays";
        } else {
            (rule.act, rule.signature) = (applications.withdraw, IApplications.ApplicationWithdrawn.selector);
            (rule.who, rule.role, rule.organization) = (applicant, Roles.APPLICANT, department);
            (rule.from, rule.to) = (new IRegistry.Stage[](6), new IRegistry.Stage[](6));
            for (uint256 i; i < 6; ++i) {
                (rule.from[i], rule.to[i]) = (IRegistry.Stage(i + 1), IRegistry.Stage.WITHDRAWN);
            }
        }
    }

    function _expectAct(bytes32 signature, RegistrationNumber number, IApplications.Progress memory act) private {
        uint64 index = journal.size();
        vm.expectEmit(address(applications));
        if (signature == IApplications.ApplicationForwarded.selector) {
            emit IApplications.ApplicationForwarded(index, number, act);
        } else if (signature == IApplications.ApplicationReturned.selector) {
            emit IApplications.ApplicationReturned(index, number, act);
        } else if (signature == IApplications.SupplementRequested.selector) {
            emit IApplications.SupplementRequested(index, number, act);
        } else if (signature == IApplications.ApplicationLapsed.selector) {
            emit IApplications.ApplicationLapsed(index, number, act);
        } else if (signature == IApplications.ApplicationAccepted.selector) {
            emit IApplications.ApplicationAccepted(index, number, act);
        } else if (signature == IApplications.ApplicationRefused.selector) {
            emit IApplications.ApplicationRefused(index, number, act);
        } else if (signature == IApplications.ReviewPassed.selector) {
            emit IApplications.ReviewPassed(index, number, act);
        } else if (signature == IApplications.ReviewFailed.selector) {
            emit IApplications.ReviewFailed(index, number, act);
        } else if (signature == IApplications.NoticeOpened.selector) {
            emit IApplications.NoticeOpened(index, number, act);
        } else {
            emit IApplications.ApplicationWithdrawn(index, number, act);
        }
    }
}
