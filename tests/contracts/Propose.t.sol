// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGoverned} from "../../contracts/interfaces/IGoverned.sol";
import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {IRootActs} from "../../contracts/interfaces/IRootActs.sol";
import {Acts} from "../../contracts/libraries/Acts.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

/// @notice {IOrganizations-propose} and {IOrganizations-confirm}.
contract ProposeTest is Base {
    function test_propose() public {
        bytes memory action = _action();
        uint64 number = organizations.proposals() + 1;
        vm.expectEmit(address(organizations));
        emit IOrganizations.ProposalMade(
            journal.size(),
            number,
            address(organizations),
            IOrganizations.ProposalMaking(cy, uint64(block.timestamp), action)
        );
        vm.prank(cy);
        vm.assertEq(organizations.propose(address(organizations), action), number, "number");
        vm.assertEq(organizations.proposals(), number, "proposals count from 1");
        bytes32 digest = sha256(abi.encodePacked(address(organizations), action));
        _assertProposal(number, IOrganizations.Proposal(digest, cy, false));
        checkLedger();
    }

    function test_propose_reaches_eachTarget() public {
        _propose(address(organizations), "");
        _propose(address(journal), "");
        _propose(address(policy), "");
        checkLedger();
    }

    function test_propose_revertsWhenNotAdminOfDataAuthority() public {
        for (uint256 i; i < actors.length; ++i) {
            if (actors[i] == ada || actors[i] == bo || actors[i] == cy) continue;
            _expectRevert(_roleMissing(actors[i], Roles.ADMIN));
            vm.prank(actors[i]);
            organizations.propose(address(organizations), _action());
        }
        checkLedger();
    }

    function test_propose_revertsWhenTargetInvalid() public {
        _expectRevert(abi.encodeWithSelector(IOrganizations.ProposalTargetInvalid.selector, stranger));
        vm.prank(ada);
        organizations.propose(stranger, _action());
        checkLedger();
    }

    function test_propose_revertsWhenActTooLarge() public {
        // 4 topics and the struct's offset, account, time, the action's offset and its length.
        uint256 most = 65_535 - 21 - 4 * 32 - 5 * 32;
        bytes memory action = _filled(most - most % 32);
        _propose(address(organizations), action);
        action = _filled(action.length + 1);
        _expectRevert(
            abi.encodeWithSelector(Acts.ActTooLarge.selector, 21 + 9 * 32 + (action.length + 31) / 32 * 32, 65_535)
        );
        vm.prank(ada);
        organizations.propose(address(organizations), action);
        checkLedger();
    }

    function test_confirm_byAnyOtherAdmin() public {
        uint64 number = _propose(address(organizations), _action());
        vm.prank(cy);
        organizations.confirm(number, address(organizations), _action());
        bytes32 digest = sha256(abi.encodePacked(address(organizations), _action()));
        _assertProposal(number, IOrganizations.Proposal(digest, ada, true));
        vm.assertEq(organizations.organization(child).allowedRoles, Roles.APPLICANT, "carried out");
        checkLedger();
    }

    function test_confirm_reachesModule() public {
        bytes memory action = abi.encodeWithSelector(0x12345678, "anything");
        uint64 number = _enact(address(module), action);
        vm.assertEq(module.proposal(), number, "proposal");
        vm.assertEq(module.confirmer(), bo, "account");
        vm.assertEq(module.action(), action, "action");
    }

    function test_confirm_revertsWhenNotAdminOfDataAuthority() public {
        uint64 number = _propose(address(organizations), _action());
        for (uint256 i; i < actors.length; ++i) {
            if (actors[i] == ada || actors[i] == bo || actors[i] == cy) continue;
            _expectRevert(_roleMissing(actors[i], Roles.ADMIN));
            vm.prank(actors[i]);
            organizations.confirm(number, address(organizations), _action());
        }
        checkLedger();
    }

    function test_confirm_revertsWhenUnknown() public {
        uint64 number = organizations.proposals() + 1;
        _expectRevert(abi.encodeWithSelector(IOrganizations.ProposalUnknown.selector, number));
        _confirm(number, address(organizations), _action());
    }

    function test_confirm_revertsWhenSettled() public {
        uint64 number = _enact(address(organizations), _action());
        _expectRevert(abi.encodeWithSelector(IOrganizations.ProposalIsSettled.selector, number));
        _confirm(number, address(organizations), _action());
        checkLedger();
    }

    function test_confirm_revertsWhenSameAdmin() public {
        uint64 number = _propose(address(organizations), _action());
        _expectRevert(abi.encodeWithSelector(IOrganizations.ProposalNeedsAnotherAdmin.selector, number, ada));
        vm.prank(ada);
        organizations.confirm(number, address(organizations), _action());
        checkLedger();
    }

    function test_confirm_revertsWhenProposerEnded() public {
        vm.prank(cy);
        uint64 number = organizations.propose(address(organizations), _action());
        _enact(address(organizations), abi.encodeCall(IRootActs.revokeAccount, (cy, 0)));
        _expectRevert(_roleMissing(cy, Roles.ADMIN));
        _confirm(number, address(organizations), _action());
        checkLedger();
    }

    function test_confirm_revertsWhenActionDiffers() public {
        uint64 number = _propose(address(organizations), _action());
        bytes memory other = abi.encodePacked(_action(), uint8(0));
        bytes32 expected = sha256(abi.encodePacked(address(organizations), _action()));
        _expectRevert(
            abi.encodeWithSelector(
                IOrganizations.ProposalMismatch.selector,
                number,
                sha256(abi.encodePacked(address(organizations), other)),
                expected
            )
        );
        _confirm(number, address(organizations), other);
        _expectRevert(
            abi.encodeWithSelector(
                IOrganizations.ProposalMismatch.selector,
                number,
                sha256(abi.encodePacked(address(journal), _action())),
                expected
            )
        );
        _confirm(number, address(journal), _action());
        checkLedger();
    }

    function test_confirm_revertsWhenActionUnknown() public {
        bytes memory failure = abi.encodeWithSelector(IGoverned.RootActUnknown.selector, bytes4(0x12345678));
        _enactReverts(address(organizations), hex"12345678", failure);
        _enactReverts(address(journal), hex"12345678", failure);
        _enactReverts(address(policy), hex"12345678", failure);
        failure = abi.encodeWithSelector(IGoverned.RootActUnknown.selector, bytes4(0x12000000));
        _enactReverts(address(organizations), hex"12", failure);
        checkLedger();
    }

    function test_confirm_revertsWhenActionMalformed() public {
        _enactReverts(address(organizations), abi.encodePacked(IRootActs.allowRoles.selector, uint8(1)), "");
        checkLedger();
    }

    function test_confirm_revertsWhenTargetIsNotGoverned() public {
        _enactReverts(address(catalog), _action(), "");
        checkLedger();
    }

    function test_enact_revertsWhenNotOrganizations() public {
        IGoverned[4] memory targets =
            [IGoverned(organizations), IGoverned(journal), IGoverned(policy), IGoverned(module)];
        for (uint256 i; i < targets.length; ++i) {
            _expectRevert(abi.encodeWithSelector(IGoverned.RootActUnauthorized.selector, ada));
            vm.prank(ada);
            targets[i].enact(1, ada, _action());
        }
        checkLedger();
    }

    function testFuzz_confirm(uint256 proposer, uint256 confirmer, uint64 number, bytes memory action) public {
        proposer = _bound(proposer, 0, 2);
        confirmer = _bound(confirmer, 0, actors.length - 1);
        number = uint64(_bound(number, 0, organizations.proposals() + 3));
        vm.prank(actors[proposer]);
        uint64 made = organizations.propose(address(module), action);

        bytes memory failure;
        if (confirmer > 2) {
            failure = _roleMissing(actors[confirmer], Roles.ADMIN);
        } else if (number == 0 || number > made) {
            failure = abi.encodeWithSelector(IOrganizations.ProposalUnknown.selector, number);
        } else if (number < made) {
            failure = abi.encodeWithSelector(IOrganizations.ProposalIsSettled.selector, number);
        } else if (confirmer == proposer) {
            failure = abi.encodeWithSelector(IOrganizations.ProposalNeedsAnotherAdmin.selector, made, actors[confirmer]);
        }
        if (failure.length > 0) _expectRevert(failure);
        vm.prank(actors[confirmer]);
        organizations.confirm(number, address(module), action);

        bytes32 digest = sha256(abi.encodePacked(address(module), action));
        _assertProposal(made, IOrganizations.Proposal(digest, actors[proposer], failure.length == 0));
        if (failure.length == 0) vm.assertEq(module.action(), action, "action");
        checkLedger();
    }

    function _action() private view returns (bytes memory) {
        IOrganizations.AllowedRoles[] memory allowed = new IOrganizations.AllowedRoles[](1);
        allowed[0] = IOrganizations.AllowedRoles(child, Roles.APPLICANT);
        return abi.encodeCall(IRootActs.allowRoles, (allowed));
    }

    function _assertProposal(uint64 number, IOrganizations.Proposal memory expected) private view {
        vm.assertEq(abi.encode(organizations.proposal(number)), abi.encode(expected), "proposal");
    }
}
