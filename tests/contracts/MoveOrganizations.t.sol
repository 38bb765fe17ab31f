// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {IRootActs} from "../../contracts/interfaces/IRootActs.sol";
import {Base} from "./Base.t.sol";
import {vm} from "./Vm.sol";

/// @notice {IRootActs-moveOrganizations}; only by proposal, so who can is {ProposeTest}'s.
contract MoveOrganizationsTest is Base {
    function test_moveOrganizations() public {
        bytes memory action = _action(child, district, sector, SUBDISTRICT);
        IOrganizations.Organization memory expected = organizations.organization(child);
        bytes32 others = _otherOrganizations(child);
        uint64 number = _propose(address(organizations), action);
        vm.expectEmit(address(organizations));
        emit IOrganizations.OrganizationMoved(
            journal.size(),
            child,
            district,
            IOrganizations.OrganizationMove(sector, SUBDISTRICT, number, bo, uint64(block.timestamp))
        );
        _confirm(number, address(organizations), action);
        (expected.parent, expected.sectorAuthority, expected.area) = (district, sector, SUBDISTRICT);
        _assertOrganization(child, expected);
        vm.assertEq(_otherOrganizations(child), others, "no other organization changed");
        checkLedger();
    }

    function test_moveOrganizations_toTheTop() public {
        _enact(address(organizations), _action(child, 0, 0, SHANGHAI));
        vm.assertEq(organizations.organization(child).parent, bytes18(0), "parent");
        checkLedger();
    }

    function test_moveOrganizations_staysSuspended() public {
        _suspend(child);
        _enact(address(organizations), _action(child, district, 0, CHAOYANG));
        vm.assertTrue(organizations.organization(child).suspended, "suspended");
        checkLedger();
    }

    function test_moveOrganizations_revertsWhenNothingToDo() public {
        _enactReverts(
            address(organizations),
            abi.encodeCall(IRootActs.moveOrganizations, (new IOrganizations.Move[](0))),
            abi.encodeWithSelector(IOrganizations.NothingToDo.selector)
        );
    }

    function test_moveOrganizations_revertsWhenUnknown() public {
        bytes memory failure = abi.encodeWithSelector(IOrganizations.OrganizationUnknown.selector, unknown);
        _enactReverts(address(organizations), _action(unknown, 0, 0, BEIJING), failure);
        _enactReverts(address(organizations), _action(child, unknown, 0, CHAOYANG), failure);
        checkLedger();
    }

    function test_moveOrganizations_revertsWhenDataAuthority() public {
        _enactReverts(
            address(organizations),
            _action(authority, department, 0, BEIJING),
            abi.encodeWithSelector(IOrganizations.OrganizationParentInvalid.selector, authority, department)
        );
        _enactReverts(
            address(organizations),
            _action(child, authority, 0, CHAOYANG),
            abi.encodeWithSelector(IOrganizations.OrganizationParentInvalid.selector, child, authority)
        );
        checkLedger();
    }

    function test_moveOrganizations_revertsWhenBelowItself() public {
        bytes18[3] memory parents = [department, child, grandchild];
        for (uint256 i; i < parents.length; ++i) {
            uint40 area = organizations.organization(parents[i]).area;
            _enactReverts(
                address(organizations),
                _action(department, parents[i], 0, area),
                abi.encodeWithSelector(IOrganizations.OrganizationParentInvalid.selector, department, parents[i])
            );
        }
        checkLedger();
    }

    function test_moveOrganizations_revertsWhenOutsideParentsArea() public {
        uint40[4] memory areas = [SHANGHAI, BEIJING, 0, uint40(1e12)];
        for (uint256 i; i < areas.length; ++i) {
            _enactReverts(
                address(organizations),
                _action(child, district, 0, areas[i]),
                abi.encodeWithSelector(IOrganizations.OrganizationAreaInvalid.selector, child, areas[i], CHAOYANG)
            );
        }
        _enactReverts(
            address(organizations),
            _action(child, 0, 0, 1e12),
            abi.encodeWithSelector(IOrganizations.OrganizationAreaInvalid.selector, child, uint40(1e12), uint40(1e12))
        );
        checkLedger();
    }

    function test_moveOrganizations_revertsWhenSectorAuthorityInvalid() public {
        bytes18[2] memory sectors = [child, unknown];
        for (uint256 i; i < sectors.length; ++i) {
            _enactReverts(
                address(organizations),
                _action(child, district, sectors[i], CHAOYANG),
                abi.encodeWithSelector(IOrganizations.OrganizationSectorAuthorityInvalid.selector, child, sectors[i])
            );
        }
        checkLedger();
    }

    /// @notice Only the organization that moves is looked at: those below it come along as they are.
    function test_moveOrganizations_takesChildrenAlong() public {
        IOrganizations.Organization memory expected = organizations.organization(child);
        _enact(address(organizations), _action(department, 0, 0, SHANGHAI));
        _assertOrganization(child, expected); // in Beijing still
        vm.assertEq(organizations.publisherFor(departmentPublisher, child), department, "still the ancestor");
        checkLedger();
    }

    function test_moveOrganizations_allOrNothing() public {
        IOrganizations.Move[] memory moves = new IOrganizations.Move[](2);
        moves[0] = IOrganizations.Move(child, district, 0, CHAOYANG);
        moves[1] = IOrganizations.Move(unknown, 0, 0, BEIJING);
        bytes32 all = _otherOrganizations(0);
        _enactReverts(
            address(organizations),
            abi.encodeCall(IRootActs.moveOrganizations, (moves)),
            abi.encodeWithSelector(IOrganizations.OrganizationUnknown.selector, unknown)
        );
        vm.assertEq(_otherOrganizations(0), all, "nothing changed");
        checkLedger();
    }

    function _action(bytes18 code, bytes18 parent, bytes18 sectorAuthority, uint40 area)
        private
        pure
        returns (bytes memory)
    {
        IOrganizations.Move[] memory moves = new IOrganizations.Move[](1);
        moves[0] = IOrganizations.Move(code, parent, sectorAuthority, area);
        return abi.encodeCall(IRootActs.moveOrganizations, (moves));
    }
}
