"""A registration center on the ledger of the tests: its clerks, an applicant, the policy; and the chain as oracle."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ledger.chain.sender import Sender
from ledger.chain.signer import KeySigner
from ledger.indexer.registration_rows import RegistrationRow
from ledger.model import canonical
from ledger.model.application import content_of
from ledger.model.ids import to_hex
from ledger.model.organization_code import sample_code
from ledger.model.registration import Kind, ObjectionState, Stage, Status, status_of
from ledger.model.roles import OrganizationKind, Role
from ledger.store.mirror import Mirror
from tests.integration.indexer.conftest import AREA, AUTHORITY, Ledger

CENTER, SUBJECT = sample_code(1), sample_code(2)
CLERKS = {
    "applicant": (SUBJECT, Role.APPLICANT),
    "acceptor": (CENTER, Role.ACCEPTOR),
    "reviewer": (CENTER, Role.REVIEWER),
    "issuer": (CENTER, Role.ISSUER),
    "supervisor": (CENTER, Role.SUPERVISOR),
}
PARAMETERS = {
    "district_review_workdays": 0,
    "acceptance_workdays": 3,
    "supplement_workdays": 5,
    "review_workdays": 10,
    "notice_workdays": 5,
    "objection_forward_workdays": 2,
    "objection_verify_workdays": 5,
    "validity_years": 3,
    "renewal_window_days": 60,
}
REASON = b"\x05" * 32
TITLE = "取水许可证照登记"


@dataclass
class Center:
    """Acts of the clerks by name."""

    ledger: Ledger
    senders: dict[str, int] = field(default_factory=dict)

    def found(self) -> None:
        """Adds the organizations, their accounts and the policy."""
        from eth_account import Account

        ledger = self.ledger
        roles = int(sum(role for _, role in CLERKS.values()))
        organizations = [
            {
                "code": code.encode(), "parent": bytes(18), "kind": int(kind), "area": AREA, "allowedRoles": roles,
                "sectorAuthority": bytes(18),
                "content": canonical.encode({"format": "mulu-organization/1", "name": name}),
            }
            for code, kind, name in (
                (CENTER, OrganizationKind.REGISTRAR, "登记中心"),
                (SUBJECT, OrganizationKind.GOVERNMENT_DEPARTMENT, "水务局"),
            )
        ]  # fmt: skip
        ledger.root_act("Organizations", "addOrganizations", organizations)
        accounts = []
        for number, (name, (code, role)) in enumerate(CLERKS.items(), 11):
            signer = KeySigner(Account.from_key(bytes([number]) * 32))
            ledger.node.request("anvil_setBalance", to_hex(signer.address), hex(10**24))
            self.senders[name] = len(ledger.senders)
            ledger.senders.append(Sender(ledger.contracts, signer))
            accounts.append({"account": to_hex(signer.address), "organization": code.encode(), "roles": int(role)})
        ledger.send("Organizations", "addAccounts", accounts)
        ledger.root_act(
            "Policy",
            "setParameters",
            [
                {
                    "name": name.encode().ljust(32, b"\0"), "value": value, "source": REASON,
                    "effectiveFrom": int(self.now.timestamp()) + 3600,
                }
                for name, value in PARAMETERS.items()
            ],
        )  # fmt: skip
        self.wait(timedelta(hours=1))

    @property
    def now(self) -> datetime:
        return self.ledger.chain.head().time

    def wait(self, time: timedelta) -> None:
        self.ledger.node.request("evm_increaseTime", int(time.total_seconds()))
        self.ledger.node.request("evm_mine")

    def wait_until(self, moment: datetime) -> None:
        if moment > self.now:
            self.wait(moment - self.now)

    def send(self, clerk: str, contract: str, function: str, *arguments: Any) -> None:
        self.ledger.send(contract, function, *arguments, sender=self.senders[clerk])

    def file(self, *entries: int, number: str = "", kind: Kind = Kind.FIRST, objection: int = 0) -> None:
        """An application for entries by their numbers, with a public and a withheld field."""
        version = self.ledger.contracts.call("Registry", "head", _word(number))["versions"] if number else 0
        application = {
            "number": _word(number), "expectedVersion": version, "kind": int(kind), "subject": SUBJECT.encode(),
            "registrar": CENTER.encode(), "objection": objection, "evidence": bytes(32),
            "entries": sorted(self.entry_id(entry) for entry in entries), **said(TITLE),
        }  # fmt: skip
        self.send("applicant", "Applications", "file", [application])

    def entry_id(self, number: int) -> bytes:
        id: bytes = self.ledger.contracts.call("Catalog", "idOf", AUTHORITY.encode(), f"E-{number}".encode())
        return id

    def step(self, clerk: str, function: str, number: str, version: int = 1, contract: str = "Applications") -> None:
        self.send(clerk, contract, function, [{"number": _word(number), "version": version, "reason": REASON}])

    def open_notice(self, number: str, version: int = 1) -> None:
        self.step("acceptor", "accept", number, version)
        self.step("reviewer", "passReview", number, version)
        self.step("reviewer", "openNotice", number, version)

    def issue(self, number: str, version: int = 1) -> None:
        """Waits for the end of the notice, and issues."""
        end = self.ledger.contracts.call("Registry", "version", _word(number), version)["noticeEnd"]
        self.wait_until(datetime.fromtimestamp(end, UTC))
        self.step("issuer", "issue", number, version, "Registry")

    def object(self, number: str = "", *, entry: int = 0, version: int = 1) -> None:
        objection = {
            "number": _word(number), "entry": self.entry_id(entry) if entry else bytes(32), "version": version,
            "commitment": bytes(32), "evidence": bytes(32), "ground": REASON,
        }  # fmt: skip
        self.send("applicant", "Objections", "raise", [objection])

    def decide(self, clerk: str, function: str, objection: int) -> None:
        self.send(clerk, "Objections", function, [{"objection": objection, "reason": REASON}])


def said(title: str) -> dict[str, Any]:
    """Content and fields of an application."""
    public = canonical.encode(["title", title, "0x" + "5a" * 16])
    return {"content": content_of({"title": title}), "fields": [public, b"\x0f" * 32]}


def check_against_chain(center: Center, mirror: Mirror) -> None:
    """Every version, head, objection, hold and mark stands in the mirror as the contracts say."""
    queries, call, now = mirror.queries, center.ledger.contracts.call, center.now
    rows = queries.registrations(limit=1000)
    for row in rows:
        _check_version(call("Registry", "version", _word(row.number), row.version), row)
        entries = call("Registry", "entries", _word(row.number), row.version)
        assert [to_hex(id) for id in entries] == row.entries
        # As of now, and long after: the contract computes what time makes of it too.
        for moment in (now, now + timedelta(days=4 * 366)):
            status = call("Registry", "statusAt", _word(row.number), row.version, int(moment.timestamp()))
            assert (status_of(row.status, row.valid_until, moment) or "NONE") == Status(status).name
    for number in {row.number for row in rows}:
        head = call("Registry", "head", _word(number))
        last, issued = queries.registration(number), queries.registration_issued(number)
        assert last is not None
        assert (last.version, issued.version if issued else 0) == (head["versions"], head["issued"])
        assert (last.national_code or "").encode() == call("Registry", "nationalCode", _word(number))
        if issued is not None:
            assert (issued.status, _seconds(issued.valid_until)) == (Status(head["status"]).name, head["validUntil"])
            assert (issued.suspended_for or 0, issued.suspended_by_authority) == (
                head["suspendedFor"],
                head["suspendedByAuthority"],
            )
    count = call("Objections", "objections")
    objections = queries.objections(limit=1000)
    assert [row.objection for row in objections] == list(range(1, count + 1))
    for objection in objections:
        known = call("Objections", "objection", objection.objection)
        assert ObjectionState(known["state"]).name == objection.state
        assert known["deadline"] == _seconds(objection.deadline)
        assert known["version"] == objection.version
    for entry in queries.entries(limit=1000):
        head = call("Catalog", "head", entry.entry_id)
        assert head["holds"] == len(queries.entry_holds(entry.entry_id)), entry.local_code
        assert head["marks"] == len(queries.entry_marks(entry.entry_id)), entry.local_code


def _check_version(drawn: dict[str, Any], row: RegistrationRow) -> None:
    expected = {
        "contentDigest": row.content_digest,
        "certificateRoot": row.certificate_root,
        "subject": row.subject.encode(),
        "kind": Kind[row.kind],
        "stage": Stage[row.stage],
        "fieldCount": row.field_count,
        "openObjections": row.open_objections,
        "supplemented": row.supplemented,
        "settled": row.settled,
        "interestedParty": row.interested_party,
        "registrar": row.registrar.encode(),
        "deadline": _seconds(row.deadline),
        "applicant": row.applicant.encode(),
        "noticeEnd": _seconds(row.notice_end),
        "objection": row.objection or 0,
        "reviewer": row.reviewer or bytes(20),
        "issuedAt": _seconds(row.issued_time),
    }
    differing = {name: (value, expected.get(name)) for name, value in drawn.items() if value != expected.get(name)}
    assert differing == {}, f"{row.number} version {row.version}: chain and mirror differ in {differing}"
    assert drawn.keys() == expected.keys()


def _seconds(moment: datetime | None) -> int:
    return 0 if moment is None else int(moment.timestamp())


def _word(number: str) -> bytes:
    return number.encode().ljust(16, b"\0")
