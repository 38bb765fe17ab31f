"""A registration carried to its certificate on a real chain, and the verdicts on it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledger.certificate.dossier import Dossier, check_fields
from ledger.certificate.fields import salted
from ledger.certificate.issue import make_certificate
from ledger.certificate.redact import redact
from ledger.chain import abi
from ledger.chain.contracts import Contracts
from ledger.chain.deploy import Founding, admission, deploy
from ledger.chain.events import decode, topic_of
from ledger.chain.proposals import propose_action
from ledger.chain.rpc import Node
from ledger.chain.sender import Call, Sender
from ledger.chain.signer import KeySigner
from ledger.evidence import gather_today, trust_in
from ledger.merkle.fields import roots
from ledger.model import canonical
from ledger.model.application import require_agreement
from ledger.model.certificate import Certificate, Field
from ledger.model.ids import to_hex
from ledger.model.organization_code import sample_code
from ledger.model.registration_form import read_form
from ledger.model.roles import OrganizationKind, Role
from ledger.proof.certificate import Document, statement_of, verify_certificate
from ledger.proof.node import NodeEvidence
from ledger.proof.trust import Trust
from tests.unit.certificate.material import RAW

AUTHORITY, REGISTRAR = sample_code(0), sample_code(1)
AREA = 119900000000
ROLES = (
    Role.ADMIN,
    Role.ADMIN,
    Role.PUBLISHER | Role.APPLICANT | Role.SUPERVISOR,
    Role.ACCEPTOR,
    Role.REVIEWER,
    Role.ISSUER,
)
ADMIN, CONFIRMER, APPLICANT, ACCEPTOR, REVIEWER, ISSUER = range(6)


@dataclass
class Office:
    """A ledger with a registrar, one account for each of its steps."""

    node: Node
    contracts: Contracts
    senders: list[Sender]

    def send(self, sender: int, contract: str, function: str, *arguments: Any) -> None:
        call = Call(self.contracts.address(contract), abi.encode_call(contract, function, *arguments))
        self.senders[sender].send([call])

    def root_act(self, target: bytes, action: bytes) -> None:
        number, _ = propose_action(self.contracts, self.senders[ADMIN], target, action)
        self.send(CONFIRMER, "Organizations", "confirm", number, to_hex(target), action)

    def govern(self, contract: str, function: str, *arguments: Any) -> None:
        self.root_act(self.contracts.address(contract), abi.encode_call("IRootActs", function, *arguments))

    def step(self, sender: int, contract: str, function: str, number: bytes, reason: bytes = bytes(32)) -> None:
        self.send(sender, contract, function, [{"number": number, "version": 1, "reason": reason}])

    def pass_to(self, time: int) -> None:
        self.node.request("evm_setNextBlockTimestamp", hex(time))
        self.node.request("anvil_mine", hex(1))

    @property
    def trust(self) -> Trust:
        return trust_in(self.contracts.deployment)

    @property
    def head_time(self) -> datetime:
        return datetime.fromtimestamp(self.contracts.header().time, UTC)

    def evidence(self, of: Certificate) -> NodeEvidence:
        """What the node says, all of it at one block."""
        return gather_today(self.node, self.trust, statement_of(of))


@pytest.fixture(scope="module")
def office(anvil: str) -> Office:
    from eth_account import Account

    node = Node(anvil)
    signers = [KeySigner(Account.from_key(bytes([number + 1]) * 32)) for number in range(len(ROLES))]
    for signer in signers:
        node.request("anvil_setBalance", to_hex(signer.address), hex(10**24))
    own = tuple((signers[at].address, int(ROLES[at])) for at in (ADMIN, CONFIRMER, APPLICANT))
    allowed = int(Role.ADMIN | ROLES[APPLICANT])
    deployment = deploy(node, signers[0], Founding(AUTHORITY, "数据管理局", AREA, allowed, own))
    contracts = Contracts(node, deployment)
    office = Office(node, contracts, [Sender(contracts, signer) for signer in signers])
    office.root_act(*admission(deployment))
    registrar = {
        "code": REGISTRAR.encode(),
        "parent": bytes(18),
        "kind": int(OrganizationKind.REGISTRAR),
        "area": AREA,
        "allowedRoles": int(Role.ACCEPTOR | Role.REVIEWER | Role.ISSUER),
        "sectorAuthority": bytes(18),
        "content": canonical.encode({"format": "mulu-organization/1", "name": "登记中心"}),
    }
    office.govern("Organizations", "addOrganizations", [registrar])
    clerks = [
        {"account": to_hex(signers[at].address), "organization": REGISTRAR.encode(), "roles": int(ROLES[at])}
        for at in (ACCEPTOR, REVIEWER, ISSUER)
    ]
    office.send(ADMIN, "Organizations", "addAccounts", clerks)
    values = {
        "acceptance_workdays": 3,
        "supplement_workdays": 10,
        "review_workdays": 20,
        "notice_workdays": 10,
        "district_review_workdays": 0,
        "objection_forward_workdays": 2,
        "objection_verify_workdays": 5,
        "validity_years": 3,
        "renewal_window_days": 60,
    }
    parameters = [
        {"name": name.encode().ljust(32, b"\0"), "value": value, "effectiveFrom": 0, "source": b"\1" * 32}
        for name, value in values.items()
    ]
    office.govern("Policy", "setParameters", parameters)
    entry = {
        "provider": AUTHORITY.encode(),
        "expectedVersion": 0,
        "kind": 1,
        "share": 1,
        "open": 2,
        "level": 0,
        "reason": bytes(32),
        "localCode": b"E-1",
        "content": canonical.encode({"format": "mulu-entry/1", "source": "test", "title": "客流"}),
    }
    office.send(APPLICANT, "Catalog", "publish", [entry])
    return office


@pytest.fixture(scope="module")
def dossier(office: Office) -> Dossier:
    form = read_form({**RAW, "统一社会信用代码": AUTHORITY})
    return Dossier(office.contracts.deployment.origin, salted(form))


@pytest.fixture(scope="module")
def number(office: Office, dossier: Dossier) -> str:
    """The number of a registration that was applied for."""
    form = read_form({**RAW, "统一社会信用代码": AUTHORITY})
    application = {
        "number": bytes(16),
        "expectedVersion": 0,
        "kind": 1,
        "subject": AUTHORITY.encode(),
        "registrar": REGISTRAR.encode(),
        "objection": 0,
        "evidence": bytes(32),
        "entries": [office.contracts.call("Catalog", "idOf", AUTHORITY.encode(), b"E-1")],
        "content": form.content,
        "fields": list(dossier.application_fields),
    }
    office.send(APPLICANT, "Applications", "file", [application])
    (log,) = office.node.request(
        "eth_getLogs", {"fromBlock": "0x0", "topics": [to_hex(topic_of("Applications", "ApplicationFiled"))]}
    )
    topics = tuple(bytes.fromhex(topic[2:]) for topic in log["topics"])
    event = decode("Applications", topics, bytes.fromhex(log["data"][2:]))
    require_agreement(event.fields["content"], event.fields["fields"])
    check_fields(dossier, event.fields["fields"])
    said: bytes = event.fields["number"]
    return said.decode("ascii")


def certificate_of(office: Office, dossier: Dossier, number: str) -> Certificate:
    drawn = office.contracts.call("Registry", "version", number.encode(), 1)
    return make_certificate(
        dossier,
        registration=number,
        version=1,
        origin=office.contracts.deployment.origin,
        certificate_root=drawn["certificateRoot"],
        field_count=drawn["fieldCount"],
    )


def test_certificate_from_application_to_suspension(office: Office, dossier: Dossier, number: str) -> None:
    certificate = certificate_of(office, dossier, number)

    def headline(of: Certificate = certificate, at: datetime | None = None) -> str:
        document = Document(of, attached=False)
        return verify_certificate(document, office.trust, office.evidence(of), office.head_time, at).headline

    assert headline() == "NOT IN FORCE: ABSENT"
    for sender, function in ((ACCEPTOR, "accept"), (REVIEWER, "passReview"), (REVIEWER, "openNotice")):
        office.step(sender, "Applications", function, number.encode())
    end = office.contracts.call("Registry", "version", number.encode(), 1)["noticeEnd"]
    office.pass_to(end)
    office.step(ISSUER, "Registry", "issue", number.encode())
    assert headline() == "VALID"
    for name in certificate.shown:
        assert headline(redact(certificate, [name])) == "VALID"
    first = certificate.fields[0]
    assert isinstance(first, Field)
    forged = (replace(first, value=first.value + "局"), *certificate.fields[1:])
    assert headline(replace(certificate, fields=forged)) == "CONTRADICTED: content"
    assert headline(replace(certificate, fields=forged, roots=roots(forged))) == "CONTRADICTED: storage"
    assert headline(replace(certificate, version=2)) == "NOT IN FORCE: ABSENT"

    issued = office.head_time
    office.pass_to(int(issued.timestamp()) + 86_400)
    office.step(APPLICANT, "Registry", "suspend", number.encode(), b"\1" * 32)
    assert headline() == "NOT IN FORCE: SUSPENDED"
    assert headline(at=issued) == "VALID"
    assert headline(at=issued - timedelta(days=1)) == "NOT IN FORCE: ABSENT"
    for days in (0, 1, 2):
        moment = int(issued.timestamp()) + days * 86_400
        own = {"VALID": 1, "NOT IN FORCE: SUSPENDED": 2}
        if moment <= office.contracts.header().time:
            on_chain = office.contracts.call("Registry", "statusAt", number.encode(), 1, moment)
            assert own[headline(at=datetime.fromtimestamp(moment, UTC))] == on_chain
