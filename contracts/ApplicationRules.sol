// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IApplications} from "./interfaces/IApplications.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IOrganizations} from "./interfaces/IOrganizations.sol";
import {IPolicy} from "./interfaces/IPolicy.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import {Actors} from "./libraries/Actors.sol";
import {MerkleLog} from "./libraries/MerkleLog.sol";
import {AreaCode} from "./types/AreaCode.sol";
import {RegistrationNumber} from "./types/RegistrationNumber.sol";
import {Roles} from "./types/Roles.sol";

/// @title The rules of {IApplications}: who may file what, who may take which step, and where it leads.
abstract contract ApplicationRules is IApplications {
    uint8 private constant KIND_DISTRICT_AUTHORITY = 2;
    uint8 private constant KIND_REGISTRAR = 6;
    /// @dev As deep as `Organizations` lets a hierarchy be.
    uint256 private constant DEPTH_LIMIT = 8;

    /// @dev The steps that differ only by who may take them, from where, and to where; in the order of the roles.
    enum Action {
        FORWARD,
        RETURN,
        REQUEST_SUPPLEMENT,
        LAPSE,
        ACCEPT,
        REFUSE,
        PASS,
        FAIL,
        OPEN_NOTICE,
        WITHDRAW
    }

    IJournal public immutable journal;
    IOrganizations public immutable organizations;
    IPolicy public immutable policy;
    IRegistry public immutable registry;

    constructor(IJournal journal_, IPolicy policy_, IRegistry registry_) {
        journal = journal_;
        organizations = IOrganizations(journal_.organizations());
        policy = policy_;
        registry = registry_;
    }

    // Filing

    /// @dev The guards of an application, and the version that it asks for.
    function _drawUp(
        uint256 item,
        Application calldata application,
        Actors.Actor memory actor,
        uint64[2] memory deadlines
    ) internal view returns (IRegistry.Version memory drawn) {
        _checkParties(application, actor);
        if (application.kind == IRegistry.Kind.FIRST) {
            require(
                RegistrationNumber.unwrap(application.number) == 0 && application.expectedVersion == 0,
                ApplicationKindInvalid(application.number, application.kind)
            );
            require(application.objection == 0, ApplicationObjectionInvalid(application.number, application.objection));
        } else {
            _checkFollows(application, actor);
        }
        drawn.kind = application.kind;
        drawn.subject = application.subject;
        drawn.registrar = application.registrar;
        drawn.applicant = actor.organization;
        drawn.objection = application.objection;
        drawn.interestedParty = application.evidence != 0;
        (drawn.stage, drawn.deadline) = (IRegistry.Stage.APPLIED, deadlines[0]);
        if (deadlines[1] != 0 && AreaCode.isOfDistrict(organizations.organization(application.subject).area)) {
            (drawn.stage, drawn.deadline) = (IRegistry.Stage.DISTRICT_REVIEW, deadlines[1]);
        }
        _describe(item, drawn, application.content, application.fields);
    }

    /// @dev Who files, for whom, at which registrar.
    function _checkParties(Application calldata application, Actors.Actor memory actor) internal view {
        IOrganizations.Organization memory registrar = organizations.organization(application.registrar);
        require(
            registrar.kind == KIND_REGISTRAR && !registrar.suspended, ApplicationRegistrarInvalid(application.registrar)
        );
        if (application.evidence == 0) {
            Actors.requireRole(actor, Roles.APPLICANT);
            _requireAbove(actor.organization, application.subject);
        } else {
            require(
                application.kind == IRegistry.Kind.CORRECTION,
                ApplicationEvidenceInvalid(application.number, application.kind)
            );
            Actors.requireOf(actor, Roles.ACCEPTOR, application.registrar);
        }
    }

    /// @dev What an application that is not the first follows.
    function _checkFollows(Application calldata application, Actors.Actor memory actor) internal view {
        RegistrationNumber number = application.number;
        IRegistry.Kind kind = application.kind;
        require(kind != IRegistry.Kind.NONE, ApplicationKindInvalid(number, kind));
        IRegistry.Head memory known = registry.head(number);
        require(known.versions > 0, IRegistry.RegistrationUnknown(number));
        require(
            known.versions == application.expectedVersion,
            IRegistry.RegistryVersionConflict(number, application.expectedVersion, known.versions)
        );
        IRegistry.Stage stage = registry.version(number, known.versions).stage;
        require(stage >= IRegistry.Stage.ISSUED, ApplicationStillOpen(number, known.versions, stage));
        IRegistry.Status status = registry.statusAt(number, known.issued, uint64(block.timestamp));
        require(
            status == IRegistry.Status.ACTIVE
                || (status == IRegistry.Status.SUSPENDED && kind == IRegistry.Kind.CORRECTION),
            IRegistry.RegistryStatusInvalid(number, status)
        );
        IRegistry.Version memory issued = registry.version(number, known.issued);
        if (application.evidence == 0) {
            _requireAbove(actor.organization, issued.subject);
        } else {
            require(
                application.subject == issued.subject && application.registrar == issued.registrar,
                ApplicationEvidenceInvalid(number, kind)
            );
        }
        if (kind == IRegistry.Kind.RENEWAL) {
            uint256 window = policy.inForce("renewal_window_days").value * 1 days;
            uint64 from = window < known.validUntil ? known.validUntil - uint64(window) : 0;
            require(block.timestamp >= from, RenewalUntimely(number, from, known.validUntil));
        }
        require(
            application.objection == 0
                || (kind == IRegistry.Kind.CORRECTION && registry.upheld(number, application.objection)),
            ApplicationObjectionInvalid(number, application.objection)
        );
    }

    function _describe(uint256 item, IRegistry.Version memory drawn, bytes calldata content, bytes[] calldata fields)
        internal
        pure
    {
        require(content.length > 0, ApplicationContentEmpty(item));
        uint256 count = fields.length;
        require(count > 0 && count <= type(uint16).max, ApplicationFieldsInvalid(item, count, 0));
        bytes32[] memory leaves = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            bytes calldata field = fields[i];
            require(field.length >= 32, ApplicationFieldsInvalid(item, count, i));
            leaves[i] = field.length == 32 ? bytes32(field) : sha256(abi.encodePacked(bytes1(0x00), field));
        }
        drawn.contentDigest = sha256(content);
        drawn.fieldCount = uint16(count);
        drawn.certificateRoot = MerkleLog.rootOf(leaves);
    }

    // Steps

    /// @dev The stage that a step leads to; NONE where it is not open.
    function _next(Action action, IRegistry.Stage stage) internal pure returns (IRegistry.Stage) {
        if (action == Action.WITHDRAW) {
            return stage < IRegistry.Stage.ISSUED ? IRegistry.Stage.WITHDRAWN : IRegistry.Stage.NONE;
        }
        if (stage == IRegistry.Stage.DISTRICT_REVIEW) {
            if (action == Action.FORWARD) return IRegistry.Stage.APPLIED;
            if (action == Action.RETURN) return IRegistry.Stage.RETURNED;
        } else if (stage == IRegistry.Stage.APPLIED) {
            if (action == Action.REQUEST_SUPPLEMENT) return IRegistry.Stage.SUPPLEMENT;
            if (action == Action.ACCEPT) return IRegistry.Stage.ACCEPTED;
            if (action == Action.REFUSE) return IRegistry.Stage.REFUSED;
        } else if (stage == IRegistry.Stage.SUPPLEMENT) {
            if (action == Action.LAPSE) return IRegistry.Stage.LAPSED;
        } else if (stage == IRegistry.Stage.ACCEPTED) {
            if (action == Action.PASS) return IRegistry.Stage.REVIEWED;
            if (action == Action.FAIL) return IRegistry.Stage.REVIEW_FAILED;
        } else if (stage == IRegistry.Stage.REVIEWED) {
            if (action == Action.OPEN_NOTICE) return IRegistry.Stage.NOTICE;
            if (action == Action.FAIL) return IRegistry.Stage.REVIEW_FAILED;
        } else if (stage == IRegistry.Stage.NOTICE) {
            if (action == Action.FAIL) return IRegistry.Stage.NOTICE_FAILED;
        }
        return IRegistry.Stage.NONE;
    }

    function _needsReason(Action action) internal pure returns (bool) {
        return action == Action.RETURN || action == Action.REQUEST_SUPPLEMENT || action == Action.REFUSE
            || action == Action.FAIL;
    }

    function _requireMay(Action action, Actors.Actor memory actor, IRegistry.Version memory drawn) internal view {
        if (action == Action.WITHDRAW) {
            _requireApplicant(actor, drawn);
        } else if (action <= Action.RETURN) {
            Actors.requireRole(actor, Roles.REVIEWER);
            IOrganizations.Organization memory own = organizations.organization(actor.organization);
            require(
                own.kind == KIND_DISTRICT_AUTHORITY
                    && AreaCode.contains(own.area, organizations.organization(drawn.subject).area),
                IOrganizations.AccountNotEntitled(msg.sender, drawn.subject)
            );
        } else {
            Actors.requireOf(actor, action <= Action.REFUSE ? Roles.ACCEPTOR : Roles.REVIEWER, drawn.registrar);
        }
    }

    /// @dev The last version drawn up, which the caller must mean.
    function _pending(RegistrationNumber number, uint32 expected) internal view returns (IRegistry.Version memory) {
        uint32 last = registry.head(number).versions;
        require(last > 0, IRegistry.RegistrationUnknown(number));
        require(last == expected, IRegistry.RegistryVersionConflict(number, expected, last));
        return registry.version(number, last);
    }

    function _requireApplicant(Actors.Actor memory actor, IRegistry.Version memory drawn) internal view {
        Actors.requireOf(actor, drawn.interestedParty ? Roles.ACCEPTOR : Roles.APPLICANT, drawn.applicant);
    }

    /// @dev Walks up from the subject.
    function _requireAbove(bytes18 organization, bytes18 subject) internal view {
        IOrganizations.Organization memory above = organizations.organization(subject);
        bytes18 code = subject;
        require(above.kind != 0 && !above.suspended, ApplicationSubjectInvalid(subject, organization));
        for (uint256 depth; code != organization; ++depth) {
            code = above.parent;
            require(code != 0 && depth < DEPTH_LIMIT, ApplicationSubjectInvalid(subject, organization));
            above = organizations.organization(code);
        }
    }
}
