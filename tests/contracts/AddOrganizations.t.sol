// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOrganizations} from "../../contracts/interfaces/IOrganizations.sol";
import {IRootActs} from "../../contracts/interfaces/IRootActs.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Base} from "./Base.t.sol";
import {Reference} from "./Reference.sol";
import {vm} from "./Vm.sol";

/// @notice {IOrganizations-addOrganizations}, by an ADMIN of the parent and by proposal.
contract AddOrganizationsTest is Base {
    bytes18 private fresh = _code(50);

    function test_addOrganizations_byAdminOfParent() public {
        IOrganizations.NewOrganization memory addition =
            IOrganizations.NewOrganization(fresh, department, 5, CHAOYANG, 0, sector, '{"name":"fresh"}');
        bytes32 others = _otherOrganizations(fresh);
        _expectAdded(addition, 0, departmentAdmin);
        vm.prank(departmentAdmin);
        organizations.addOrganizations(_one(addition));
        _assertOrganization(fresh, IOrganizations.Organization(department, 5, CHAOYANG, 0, false, sector));
        vm.assertEq(_otherOrganizations(fresh), others, "no other organization changed");
        checkLedger();
    }

    function test_addOrganizations_byProposal() public {
        IOrganizations.NewOrganization memory addition =
            IOrganizations.NewOrganization(fresh, 0, 8, SHANGHAI, Roles.ADMIN | Roles.APPLICANT, sector, "{}");
        bytes memory action = abi.encodeCall(IRootActs.addOrganizations, (_one(addition)));
        bytes32 others = _otherOrganizations(fresh);
        uint64 number = _propose(address(organizations), action);
        _expectAdded(addition, number, bo);
        _confirm(number, address(organizations), action);
        _assertOrganization(
            fresh, IOrganizations.Organization(0, 8, SHANGHAI, Roles.ADMIN | Roles.APPLICANT, false, sector)
        );
        vm.assertEq(_otherOrganizations(fresh), others, "no other organization changed");
        checkLedger();
    }

    function test_addOrganizations_parentAndChildInOneProposal() public {
        IOrganizations.NewOrganization[] memory additions = new IOrganizations.NewOrganization[](2);
        additions[0] = _addition(fresh, 0);
        additions[1] = _addition(_code(51), fresh);
        _enact(address(organizations), abi.encodeCall(IRootActs.addOrganizations, (additions)));
        vm.assertEq(organizations.organization(_code(51)).parent, fresh, "parent");
        checkLedger();
    }

    function test_addOrganizations_revertsWhenNotAdminOfParent() public {
        for (uint256 i; i < actors.length; ++i) {
            address actor = actors[i];
            if (actor == departmentAdmin) continue;
            (, uint32 roles) = organizations.effectiveRoles(actor);
            if (roles & Roles.ADMIN == 0) _expectRevert(_roleMissing(actor, Roles.ADMIN));
            else _expectRevert(_notEntitled(actor, fresh));
            vm.prank(actor);
            organizations.addOrganizations(_one(_addition(fresh, department)));
        }
        checkLedger();
    }

    function test_addOrganizations_revertsWhenParentSuspended() public {
        _suspend(department);
        _reverts(departmentAdmin, _addition(fresh, department), _roleMissing(departmentAdmin, Roles.ADMIN));
    }

    function test_addOrganizations_revertsWhenNothingToDo() public {
        _expectRevert(IOrganizations.NothingToDo.selector);
        vm.prank(departmentAdmin);
        organizations.addOrganizations(new IOrganizations.NewOrganization[](0));
        _enactReverts(
            address(organizations),
            abi.encodeCall(IRootActs.addOrganizations, (new IOrganizations.NewOrganization[](0))),
            abi.encodeWithSelector(IOrganizations.NothingToDo.selector)
        );
    }

    function test_addOrganizations_revertsWhenTopByOneSignature() public {
        _reverts(ada, _addition(fresh, 0), _rootActRequired(fresh));
    }

    function test_addOrganizations_revertsWhenParentUnknown() public {
        bytes memory failure = abi.encodeWithSelector(IOrganizations.OrganizationUnknown.selector, unknown);
        _reverts(ada, _addition(fresh, unknown), failure);
        _rootReverts(_addition(fresh, unknown), failure);
    }

    function test_addOrganizations_revertsWhenParentIsDataAuthority() public {
        bytes memory failure =
            abi.encodeWithSelector(IOrganizations.OrganizationParentInvalid.selector, fresh, authority);
        _reverts(ada, _addition(fresh, authority), failure);
        _rootReverts(_addition(fresh, authority), failure);
    }

    function test_addOrganizations_revertsWhenDataAuthorityKind() public {
        IOrganizations.NewOrganization memory addition = _addition(fresh, department);
        addition.kind = 1;
        bytes memory failure = abi.encodeWithSelector(IOrganizations.OrganizationKindInvalid.selector, fresh, 1);
        _reverts(departmentAdmin, addition, failure);
        _rootReverts(addition, failure);
    }

    function test_addOrganizations_revertsWhenRolesByOneSignature() public {
        IOrganizations.NewOrganization memory addition = _addition(fresh, department);
        addition.allowedRoles = Roles.PUBLISHER;
        _reverts(
            departmentAdmin,
            addition,
            abi.encodeWithSelector(IOrganizations.OrganizationRolesInvalid.selector, fresh, Roles.PUBLISHER)
        );
    }

    function test_addOrganizations_revertsWhenSectorAuthorityIsNotParents() public {
        IOrganizations.NewOrganization memory addition = _addition(fresh, department);
        addition.sectorAuthority = district;
        _reverts(
            departmentAdmin,
            addition,
            abi.encodeWithSelector(IOrganizations.OrganizationSectorAuthorityInvalid.selector, fresh, district)
        );
    }

    function test_addOrganizations_revertsWhenCodeInvalid() public {
        bytes18 wrong = bytes18(uint144(uint144(fresh) ^ 1));
        bytes memory failure = abi.encodeWithSelector(IOrganizations.OrganizationCodeInvalid.selector, wrong);
        _reverts(departmentAdmin, _addition(wrong, department), failure);
        _rootReverts(_addition(wrong, department), failure);
    }

    function test_addOrganizations_revertsWhenExists() public {
        bytes memory failure = abi.encodeWithSelector(IOrganizations.OrganizationExists.selector, child);
        _reverts(departmentAdmin, _addition(child, department), failure);
        _rootReverts(_addition(child, 0), failure);
        failure = abi.encodeWithSelector(IOrganizations.OrganizationExists.selector, authority);
        _rootReverts(_addition(authority, 0), failure);
    }

    function test_addOrganizations_revertsWhenKindInvalid() public {
        uint8[3] memory kinds = [0, 11, 255];
        for (uint256 i; i < kinds.length; ++i) {
            IOrganizations.NewOrganization memory addition = _addition(fresh, department);
            addition.kind = kinds[i];
            bytes memory failure =
                abi.encodeWithSelector(IOrganizations.OrganizationKindInvalid.selector, fresh, kinds[i]);
            _reverts(departmentAdmin, addition, failure);
            _rootReverts(addition, failure);
        }
    }

    function test_addOrganizations_revertsWhenRolesUnknown() public {
        uint32[2] memory roles = [Roles.ALL + 1, type(uint32).max];
        for (uint256 i; i < roles.length; ++i) {
            IOrganizations.NewOrganization memory addition = _addition(fresh, department);
            addition.allowedRoles = roles[i];
            _rootReverts(
                addition, abi.encodeWithSelector(IOrganizations.OrganizationRolesInvalid.selector, fresh, roles[i])
            );
        }
    }

    function test_addOrganizations_revertsWhenSectorAuthorityUnknownOrItself() public {
        bytes18[2] memory sectors = [unknown, fresh];
        for (uint256 i; i < sectors.length; ++i) {
            IOrganizations.NewOrganization memory addition = _addition(fresh, department);
            addition.sectorAuthority = sectors[i];
            _rootReverts(
                addition,
                abi.encodeWithSelector(IOrganizations.OrganizationSectorAuthorityInvalid.selector, fresh, sectors[i])
            );
        }
    }

    function test_addOrganizations_revertsWhenOutsideParentsArea() public {
        IOrganizations.NewOrganization memory addition = _addition(fresh, child);
        addition.area = BEIJING;
        bytes memory failure =
            abi.encodeWithSelector(IOrganizations.OrganizationAreaInvalid.selector, fresh, BEIJING, CHAOYANG);
        _reverts(childAdmin, addition, failure);
        _rootReverts(addition, failure);
    }

    function test_addOrganizations_revertsWhenTooDeep() public {
        bytes18 above = grandchild;
        for (uint256 number = 60; number < 65; ++number) {
            IOrganizations.NewOrganization memory next = _addition(_code(number), above);
            (next.area, next.allowedRoles) = (SUBDISTRICT, Roles.PUBLISHER);
            _enact(address(organizations), abi.encodeCall(IRootActs.addOrganizations, (_one(next))));
            above = _code(number);
        }
        // department, child, grandchild and five more make eight.
        IOrganizations.NewOrganization memory addition = _addition(fresh, above);
        addition.area = SUBDISTRICT;
        _rootReverts(addition, abi.encodeWithSelector(IOrganizations.OrganizationParentInvalid.selector, fresh, above));
        vm.assertEq(
            organizations.publisherFor(departmentPublisher, above), department, "the highest reaches the lowest"
        );
    }

    function testFuzz_addOrganizations_byProposal(
        IOrganizations.NewOrganization memory addition,
        uint256 code,
        uint256 parent,
        uint256 sectorAuthority,
        uint256 area
    ) public {
        bytes18[8] memory places = [bytes18(0), department, child, grandchild, sector, district, authority, unknown];
        addition.code =
            _bound(code, 0, 9) == 0 ? addition.code : _bound(code, 0, 9) == 1 ? child : _code(_bound(code, 100, 999));
        addition.parent = places[_bound(parent, 0, 7)];
        addition.sectorAuthority = places[_bound(sectorAuthority, 0, 7)];
        addition.kind = uint8(_bound(addition.kind, 0, 12));
        addition.area =
            [BEIJING, CHAOYANG, SUBDISTRICT, SHANGHAI, 1e12, 0, SUBDISTRICT + 7, addition.area][_bound(area, 0, 7)];
        addition.allowedRoles = uint32(_bound(addition.allowedRoles, 0, Roles.ALL + 1));
        bytes memory action = abi.encodeCall(IRootActs.addOrganizations, (_one(addition)));
        bytes memory failure = _failure(addition);
        if (failure.length > 0) {
            _enactReverts(address(organizations), action, failure);
        } else {
            uint64 number = _propose(address(organizations), action);
            _expectAdded(addition, number, bo);
            _confirm(number, address(organizations), action);
            _assertOrganization(
                addition.code,
                IOrganizations.Organization(
                    addition.parent,
                    addition.kind,
                    addition.area,
                    addition.allowedRoles,
                    false,
                    addition.sectorAuthority
                )
            );
        }
        checkLedger();
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(IOrganizations.NewOrganization memory addition) private view returns (bytes memory) {
        bytes18 code = addition.code;
        if (addition.kind == 1) {
            return abi.encodeWithSelector(IOrganizations.OrganizationKindInvalid.selector, code, 1);
        }
        if (!_isValid(code)) return abi.encodeWithSelector(IOrganizations.OrganizationCodeInvalid.selector, code);
        if (code == child) return abi.encodeWithSelector(IOrganizations.OrganizationExists.selector, code);
        if (addition.kind == 0 || addition.kind > 10) {
            return abi.encodeWithSelector(IOrganizations.OrganizationKindInvalid.selector, code, addition.kind);
        }
        if (addition.allowedRoles > Roles.ALL) {
            return abi.encodeWithSelector(IOrganizations.OrganizationRolesInvalid.selector, code, addition.allowedRoles);
        }
        if (addition.sectorAuthority == unknown) {
            return abi.encodeWithSelector(IOrganizations.OrganizationSectorAuthorityInvalid.selector, code, unknown);
        }
        if (addition.parent == unknown) {
            return abi.encodeWithSelector(IOrganizations.OrganizationUnknown.selector, unknown);
        }
        uint40 above = addition.parent == 0 ? addition.area : organizations.organization(addition.parent).area;
        if (!Reference.areaContains(above, addition.area)) {
            return abi.encodeWithSelector(IOrganizations.OrganizationAreaInvalid.selector, code, addition.area, above);
        }
        if (addition.parent == authority) {
            return abi.encodeWithSelector(IOrganizations.OrganizationParentInvalid.selector, code, authority);
        }
        return "";
    }

    function _isValid(bytes18 code) private pure returns (bool) {
        for (uint256 i; i < 18; ++i) {
            if (Reference.valueOf(code[i]) == 31) return false;
        }
        return Reference.withCheckCharacter(bytes17(code)) == code;
    }

    function _addition(bytes18 code, bytes18 parent) private pure returns (IOrganizations.NewOrganization memory) {
        return IOrganizations.NewOrganization(code, parent, 5, CHAOYANG, 0, 0, "{}");
    }

    function _reverts(address account, IOrganizations.NewOrganization memory addition, bytes memory failure) private {
        _expectRevert(failure);
        vm.prank(account);
        organizations.addOrganizations(_one(addition));
        checkLedger();
    }

    function _rootReverts(IOrganizations.NewOrganization memory addition, bytes memory failure) private {
        _enactReverts(address(organizations), abi.encodeCall(IRootActs.addOrganizations, (_one(addition))), failure);
        checkLedger();
    }

    function _expectAdded(IOrganizations.NewOrganization memory addition, uint64 number, address account) private {
        IOrganizations.OrganizationAddition memory act = IOrganizations.OrganizationAddition({
            kind: addition.kind,
            area: addition.area,
            allowedRoles: addition.allowedRoles,
            sectorAuthority: addition.sectorAuthority,
            proposal: number,
            account: account,
            time: uint64(block.timestamp),
            content: addition.content
        });
        vm.expectEmit(address(organizations));
        emit IOrganizations.OrganizationAdded(journal.size(), addition.code, addition.parent, act);
    }
}
