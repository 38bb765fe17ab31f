// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IApplications} from "../../../contracts/interfaces/IApplications.sol";
import {ICatalog} from "../../../contracts/interfaces/ICatalog.sol";
import {IOrganizations} from "../../../contracts/interfaces/IOrganizations.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {EntryId} from "../../../contracts/types/EntryId.sol";
import {
    RegistrationNumber,
    RegistrationNumbersExhausted,
    registrationNumber,
    checkCharacter
} from "../../../contracts/types/RegistrationNumber.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {Reference} from "../Reference.sol";
import {vm} from "../Vm.sol";
import {RegistryBase} from "./RegistryBase.sol";

/// @notice {IApplications-file}.
contract FileTest is RegistryBase {
    function test_file_first() public {
        IApplications.Application memory made = _application();
        RegistrationNumber number = _expected(1);
        _expectFiled(made, number, 1, IRegistry.Stage.APPLIED);
        RegistrationNumber given = _file(applicant, made);
        vm.assertTrue(given == number, "number");

        IRegistry.Version memory drawn = registry.version(number, 1);
        bytes32[] memory leaves = new bytes32[](3);
        leaves[0] = sha256(bytes.concat(hex"00", made.fields[0]));
        leaves[1] = sha256("withheld");
        leaves[2] = sha256(bytes.concat(hex"00", made.fields[2]));
        IRegistry.Version memory expected;
        expected.contentDigest = sha256(made.content);
        expected.certificateRoot = Reference.treeHash(leaves);
        expected.subject = child;
        expected.kind = IRegistry.Kind.FIRST;
        expected.stage = IRegistry.Stage.APPLIED;
        expected.fieldCount = 3;
        expected.registrar = registrar;
        expected.deadline = policy.workdayEnd(uint64(START), 3);
        expected.applicant = department;
        vm.assertEq(abi.encode(drawn), abi.encode(expected), "version");
        vm.assertEq(abi.encode(registry.entries(number, 1)), abi.encode(ids), "entries");
        vm.assertEq(
            abi.encode(registry.head(number)),
            abi.encode(IRegistry.Head(1, 0, IRegistry.Status.NONE, 0, 0, false)),
            "head"
        );
        _assertHolds(1);
        checkLedger();
    }

    function test_file_many() public {
        IApplications.Application[] memory many = new IApplications.Application[](12);
        for (uint256 i; i < many.length; ++i) {
            many[i] = _application();
        }
        vm.prank(applicant);
        RegistrationNumber[] memory numbers = applications.file(many);
        for (uint256 i; i < many.length; ++i) {
            vm.assertTrue(numbers[i] == _expected(i + 1), "numbers count");
        }
        _assertHolds(12);
        vm.warp(START + 8 hours); // the next local day
        vm.assertTrue(_file(applicant, _application()) == registrationNumber(20_270_116, 1), "each day counts from one");
        checkLedger();
    }

    function test_file_goesToTheDistrictFirst() public {
        _setParameter("district_review_workdays", 5);
        RegistrationNumber number = _file(applicant, _application());
        _assertStage(number, 1, IRegistry.Stage.DISTRICT_REVIEW);
        vm.assertEq(registry.version(number, 1).deadline, policy.workdayEnd(uint64(START), 5), "its own clock");
        IApplications.Application memory made = _application();
        made.subject = department; // of the city, not of a district
        _assertStage(_file(applicant, made), 1, IRegistry.Stage.APPLIED);
        checkLedger();
    }

    function test_file_interestedParty() public {
        RegistrationNumber number = _with(IRegistry.Status.ACTIVE);
        IApplications.Application memory made = _application(number, IRegistry.Kind.CORRECTION);
        made.evidence = REASON;
        _file(acceptor, made);
        IRegistry.Version memory drawn = registry.version(number, 2);
        vm.assertTrue(drawn.interestedParty && drawn.applicant == registrar, "says so");
        _expectRevert(_roleMissing(applicant, Roles.ACCEPTOR));
        _act(applicant, applications.withdraw, number, 2);
        _act(acceptor, applications.withdraw, number, 2);
        checkLedger();
    }

    function test_file_aSubjectChangesOnlyWithinReach() public {
        RegistrationNumber number = _with(IRegistry.Status.ACTIVE);
        IApplications.Application memory made = _application(number, IRegistry.Kind.CHANGE);
        made.subject = sector;
        _expectRevert(abi.encodeWithSelector(IApplications.ApplicationSubjectInvalid.selector, child, sector));
        _file(sectorApplicant, made);
        made.subject = department;
        _expectRevert(abi.encodeWithSelector(IApplications.ApplicationSubjectInvalid.selector, department, child));
        _file(childApplicant, made);
        _file(applicant, made);
        checkLedger();
    }

    /// @notice A renewal is applied for in the window before the end, and not after it.
    function test_file_renewalWindow() public {
        RegistrationNumber number = _with(IRegistry.Status.ACTIVE);
        uint64 until = registry.head(number).validUntil;
        IApplications.Application memory made = _application(number, IRegistry.Kind.RENEWAL);
        vm.warp(until - 60 days - 1);
        _expectRevert(abi.encodeWithSelector(IApplications.RenewalUntimely.selector, number, until - 60 days, until));
        _file(applicant, made);
        vm.warp(until);
        _expectRevert(
            abi.encodeWithSelector(IRegistry.RegistryStatusInvalid.selector, number, IRegistry.Status.EXPIRED)
        );
        _file(applicant, made);
        vm.warp(until - 60 days);
        _file(applicant, made);
        checkLedger();
    }

    function test_file_aFirstOneFollowsNothing() public {
        IApplications.Application memory made = _application();
        made.expectedVersion = 1;
        _expectRevert(abi.encodeWithSelector(IApplications.ApplicationKindInvalid.selector, NONE, IRegistry.Kind.FIRST));
        _file(applicant, made);
        (made.expectedVersion, made.objection) = (0, 7);
        _expectRevert(abi.encodeWithSelector(IApplications.ApplicationObjectionInvalid.selector, NONE, 7));
        _file(applicant, made);
    }

    /// @notice Evidence of an interested party is for a correction, of what was issued.
    function test_file_evidenceOfSomethingElse() public {
        RegistrationNumber number = _with(IRegistry.Status.ACTIVE);
        IApplications.Application memory made = _application(number, IRegistry.Kind.CHANGE);
        made.evidence = REASON;
        _expectRevert(
            abi.encodeWithSelector(IApplications.ApplicationEvidenceInvalid.selector, number, IRegistry.Kind.CHANGE)
        );
        _file(acceptor, made);
        (made.kind, made.subject) = (IRegistry.Kind.CORRECTION, department);
        _expectRevert(
            abi.encodeWithSelector(IApplications.ApplicationEvidenceInvalid.selector, number, IRegistry.Kind.CORRECTION)
        );
        _file(acceptor, made);
    }

    function test_file_revertsWhenNothingToDo() public {
        _expectRevert(IRegistry.RegistryNothingToDo.selector);
        vm.prank(applicant);
        applications.file(new IApplications.Application[](0));
    }

    function testFuzz_file(uint256 caller, uint256 kind, uint256 damage, uint32 version) public {
        address account = people[_bound(caller, 0, people.length - 1)];
        if (caller % 3 == 0) account = applicant;
        RegistrationNumber number = damage % 5 == 0 ? _at(IRegistry.Stage(1 + damage / 5 % 13)) : _with(_status(damage));
        IApplications.Application memory made = _application(number, IRegistry.Kind(kind % 5));
        if (kind % 5 == 1) (made.number, made.expectedVersion) = (NONE, 0);
        if (version % 8 == 0) made.expectedVersion = version;
        if (version % 16 == 1) made.number = RegistrationNumber.wrap("R");
        if (damage % 16 == 1) made.subject = unknown;
        if (damage % 16 == 2) made.subject = department;
        if (damage % 16 == 3) made.subject = sector;
        if (damage % 16 == 4) made.registrar = otherRegistrar;
        if (damage % 16 == 5) made.registrar = department;
        if (damage % 16 == 6) made.objection = 1;
        if (damage % 16 == 7) made.evidence = REASON;
        if (damage % 16 == 8) made.content = "";
        if (damage % 16 == 9) made.fields[damage / 16 % 3] = "short";
        if (damage % 16 == 10) made.fields = new bytes[](0);
        if (damage % 16 == 11) _suspend(damage % 32 == 11 ? child : registrar);
        if (damage % 16 == 12) made.entries[1] = made.entries[0];
        if (damage % 16 == 13) made.entries = new EntryId[](damage % 32 == 13 ? 0 : 65);
        if (damage % 16 == 14) made.entries[2] = EntryId.wrap(bytes32(type(uint256).max));
        vm.warp(block.timestamp + 1 hours);

        bytes memory failure = _failure(account, made);
        uint256 holds = catalog.head(ids[0]).holds;
        if (failure.length > 0) {
            _expectRevert(failure);
            _file(account, made);
            vm.assertEq(catalog.head(ids[0]).holds, holds, "nothing is held");
        } else {
            number = _file(account, made);
            uint32 drawn = made.expectedVersion + 1;
            vm.assertEq(registry.head(number).versions, drawn, "the next version");
            _assertStage(number, drawn, IRegistry.Stage.APPLIED);
            vm.assertEq(catalog.head(ids[0]).holds, holds + 1, "held once more");
        }
        checkLedger();
    }

    /// @dev The guards in their order; empty when none refuses.
    function _failure(address account, IApplications.Application memory made) private view returns (bytes memory) {
        if (made.registrar == department || (made.registrar == registrar && _isSuspended(registrar))) {
            return abi.encodeWithSelector(IApplications.ApplicationRegistrarInvalid.selector, made.registrar);
        }
        (bytes18 own, uint32 roles) = organizations.effectiveRoles(account);
        if (made.evidence == 0) {
            if (roles & Roles.APPLICANT == 0) return _roleMissing(account, Roles.APPLICANT);
            if (!_above(own, made.subject)) return _subjectInvalid(made.subject, own);
        } else {
            if (made.kind != IRegistry.Kind.CORRECTION) {
                return abi.encodeWithSelector(IApplications.ApplicationEvidenceInvalid.selector, made.number, made.kind);
            }
            if (roles & Roles.ACCEPTOR == 0) return _roleMissing(account, Roles.ACCEPTOR);
            if (own != made.registrar) return _notEntitled(account, made.registrar);
        }
        if (made.kind == IRegistry.Kind.NONE) return _kindInvalid(made);
        if (made.kind == IRegistry.Kind.FIRST) {
            if (!(made.number == NONE) || made.expectedVersion != 0) return _kindInvalid(made);
            if (made.objection != 0) return _objectionInvalid(made);
        } else {
            bytes memory failure = _failureToFollow(own, made);
            if (failure.length > 0) return failure;
        }
        if (made.content.length == 0) {
            return abi.encodeWithSelector(IApplications.ApplicationContentEmpty.selector, 0);
        }
        for (uint256 i; i == 0 || i < made.fields.length; ++i) {
            if (made.fields.length == 0 || made.fields[i].length < 32) {
                return abi.encodeWithSelector(IApplications.ApplicationFieldsInvalid.selector, 0, made.fields.length, i);
            }
        }
        return _failureOfEntries(made);
    }

    function _failureToFollow(bytes18 own, IApplications.Application memory made) private view returns (bytes memory) {
        IRegistry.Head memory known = registry.head(made.number);
        if (known.versions == 0) {
            return abi.encodeWithSelector(IRegistry.RegistrationUnknown.selector, made.number);
        }
        if (known.versions != made.expectedVersion) {
            return abi.encodeWithSelector(
                IRegistry.RegistryVersionConflict.selector, made.number, made.expectedVersion, known.versions
            );
        }
        IRegistry.Stage stage = registry.version(made.number, known.versions).stage;
        if (stage < IRegistry.Stage.ISSUED) {
            return abi.encodeWithSelector(IApplications.ApplicationStillOpen.selector, made.number, 1, stage);
        }
        IRegistry.Status status = known.status;
        if (uint8(status) < 3 && known.issued > 0 && block.timestamp >= known.validUntil) {
            status = IRegistry.Status.EXPIRED;
        }
        bool corrects = made.kind == IRegistry.Kind.CORRECTION;
        if (status != IRegistry.Status.ACTIVE && !(status == IRegistry.Status.SUSPENDED && corrects)) {
            return abi.encodeWithSelector(IRegistry.RegistryStatusInvalid.selector, made.number, status);
        }
        if (made.evidence == 0 ? !_above(own, child) : made.subject != child || made.registrar != registrar) {
            return made.evidence == 0
                ? _subjectInvalid(child, own)
                : abi.encodeWithSelector(IApplications.ApplicationEvidenceInvalid.selector, made.number, made.kind);
        }
        if (made.kind == IRegistry.Kind.RENEWAL) {
            uint64 from = known.validUntil - 60 days;
            return abi.encodeWithSelector(IApplications.RenewalUntimely.selector, made.number, from, known.validUntil);
        }
        return made.objection == 0 ? bytes("") : _objectionInvalid(made);
    }

    function _failureOfEntries(IApplications.Application memory made) private view returns (bytes memory) {
        RegistrationNumber number = made.kind == IRegistry.Kind.FIRST ? _next() : made.number;
        uint256 count = made.entries.length;
        if (count == 0 || count > 64) {
            return abi.encodeWithSelector(IRegistry.RegistryEntriesInvalid.selector, number, count, 0);
        }
        if (made.entries[0] == made.entries[1]) {
            return abi.encodeWithSelector(IRegistry.RegistryEntriesInvalid.selector, number, count, 1);
        }
        if (EntryId.unwrap(made.entries[2]) == bytes32(type(uint256).max)) {
            return abi.encodeWithSelector(ICatalog.CatalogEntryUnknown.selector, made.entries[2]);
        }
        return "";
    }

    function _kindInvalid(IApplications.Application memory made) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IApplications.ApplicationKindInvalid.selector, made.number, made.kind);
    }

    function _objectionInvalid(IApplications.Application memory made) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IApplications.ApplicationObjectionInvalid.selector, made.number, made.objection);
    }

    function _subjectInvalid(bytes18 subject, bytes18 own) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IApplications.ApplicationSubjectInvalid.selector, subject, own);
    }

    function _isSuspended(bytes18 code) private view returns (bool) {
        return organizations.organization(code).suspended;
    }

    function _above(bytes18 own, bytes18 subject) private view returns (bool) {
        if (subject == unknown || _isSuspended(subject)) return false;
        return own == subject || (subject == child && own == department);
    }

    function _status(uint256 seed) private pure returns (IRegistry.Status) {
        return IRegistry.Status(1 + seed / 16 % 5);
    }

    /// @dev The number that comes next: the first of its day, or the second where the first stands.
    function _next() private view returns (RegistrationNumber) {
        uint256 date = _date();
        RegistrationNumber first = registrationNumber(date, 1);
        return registry.head(first).versions == 0 ? first : registrationNumber(date, 2);
    }

    /// @dev 2027 is as far as these tests go day by day; later ones are told by the year's rest.
    function _date() private view returns (uint256) {
        uint256 day = (block.timestamp + 8 hours) / 1 days - 20_819; // days of 2027, from 0
        uint8[12] memory sizes = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        uint256 year = 2027;
        while (true) {
            for (uint256 month; month < 12; ++month) {
                uint256 size = month == 1 && year % 4 == 0 ? 29 : sizes[month];
                if (day < size) return (year * 100 + month + 1) * 100 + day + 1;
                day -= size;
            }
            ++year;
        }
        return 0;
    }

    function _expected(uint256 sequence) private pure returns (RegistrationNumber) {
        return registrationNumber(20_270_115, sequence);
    }

    function _expectFiled(
        IApplications.Application memory made,
        RegistrationNumber number,
        uint32 version,
        IRegistry.Stage stage
    ) private {
        vm.expectEmit(address(applications));
        emit IApplications.ApplicationFiled(
            journal.size(),
            number,
            made.subject,
            IApplications.Filing({
                version: version,
                kind: made.kind,
                stage: stage,
                registrar: made.registrar,
                deadline: policy.workdayEnd(uint64(block.timestamp), 3),
                objection: made.objection,
                evidence: made.evidence,
                organization: department,
                account: applicant,
                time: uint64(block.timestamp),
                entries: made.entries,
                content: made.content,
                fields: made.fields
            })
        );
    }
}

/// @notice {RegistrationNumber}.
contract RegistrationNumberTest {
    function test_registrationNumber() public pure {
        vm.assertEq(RegistrationNumber.unwrap(registrationNumber(20_260_105, 1)), bytes16("R20260105000001X"), "one");
    }

    /// @notice The example of ISO/IEC 7064 in use: the check character makes the sum of the whole 1 modulo 36.
    function testFuzz_checkCharacter(uint256 date, uint256 sequence) public pure {
        date = 10_000_101 + date % 89_000_000;
        sequence = 1 + sequence % 999_999;
        bytes16 number = RegistrationNumber.unwrap(registrationNumber(date, sequence));
        uint256 product = 36;
        uint256 sum;
        for (uint256 i; i < 16; ++i) {
            uint256 ascii = uint8(number[i]);
            sum = (product + (ascii < 58 ? ascii - 48 : ascii - 55)) % 36;
            if (i < 15) product = (sum == 0 ? 36 : sum) * 2 % 37;
        }
        vm.assertEq(sum, 1, "the check of the whole");
        vm.assertEq(checkCharacter(number), number[15], "the last character");
    }

    function next(uint256 sequence) external pure returns (RegistrationNumber) {
        return registrationNumber(20_260_105, sequence);
    }

    function test_registrationNumber_exhausts() public {
        this.next(999_999);
        vm.expectRevert(abi.encodeWithSelector(RegistrationNumbersExhausted.selector, 20_260_105));
        this.next(1_000_000);
    }
}
