"""A small ledger as a row of acts, each right unless a test makes it wrong."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ledger.audit.acts import NO_CODE, NO_DIGEST, Act
from ledger.audit.book import Book
from ledger.audit.findings import Finding
from ledger.audit.rules import judge
from ledger.chain.abi import encode_call
from ledger.model import canonical
from ledger.model.application import content_of
from ledger.model.ids import entry_id, to_hex
from ledger.model.organization_code import sample_code
from ledger.model.registration import Kind, Stage, Status
from ledger.model.registration import ObjectionState as State
from ledger.model.registration_number import registration_number
from ledger.model.roles import OrganizationKind, Role
from ledger.model.workdays import Calendars, local_date, term_end

AREA, DISTRICT_AREA = 119900000000, 119905000000
AUTHORITY, CENTER, SUBJECT, OTHER, DISTRICT, LOCAL, ABOVE = (sample_code(n).encode() for n in range(7))
REASON = b"\x05" * 32
ORIGIN = b"\x0e" * 32
JOURNAL, ORGANIZATIONS, POLICY, CATALOG, REGISTRY, APPLICATIONS, OBJECTIONS = (bytes([n]) * 20 for n in range(1, 8))
EMITTERS = {
    "Journal": JOURNAL,
    "Organizations": ORGANIZATIONS,
    "Policy": POLICY,
    "Catalog": CATALOG,
    "Registry": REGISTRY,
    "Applications": APPLICATIONS,
    "Objections": OBJECTIONS,
}
ALL = int(sum(Role))
ACCOUNTS = {
    "admin-1": (AUTHORITY, Role.ADMIN | Role.PUBLISHER),
    "admin-2": (AUTHORITY, Role.ADMIN),
    "admin-3": (AUTHORITY, Role.ADMIN),
    "authority-supervisor": (AUTHORITY, Role.SUPERVISOR),
    "authority-reviewer": (AUTHORITY, Role.REVIEWER),
    "acceptor": (CENTER, Role.ACCEPTOR),
    "reviewer": (CENTER, Role.REVIEWER),
    "issuer": (CENTER, Role.ISSUER),
    "supervisor": (CENTER, Role.SUPERVISOR),
    "boss": (SUBJECT, Role.ADMIN),
    "publisher": (SUBJECT, Role.PUBLISHER),
    "applicant": (SUBJECT, Role.APPLICANT),
    "other": (OTHER, Role.PUBLISHER | Role.APPLICANT | Role.ACCEPTOR | Role.SUPERVISOR),
    "district": (DISTRICT, Role.REVIEWER),
    "local": (LOCAL, Role.APPLICANT | Role.PUBLISHER),
}
PARAMETERS = {
    "acceptance_workdays": 3,
    "supplement_workdays": 5,
    "review_workdays": 10,
    "notice_workdays": 5,
    "objection_forward_workdays": 2,
    "objection_verify_workdays": 5,
    "validity_years": 3,
    "renewal_window_days": 60,
    "district_review_workdays": 4,
}
START = int(datetime(2026, 3, 2, 1, tzinfo=UTC).timestamp())
DAY = 86_400


def address(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:20]


@dataclass
class Scene:
    """The acts of a ledger, and what was found of the last one."""

    book: Book = field(default_factory=lambda: Book(chain_id=1, journal=JOURNAL, origin=ORIGIN))
    time: int = START
    count: int = 0
    transactions: int = 0
    found: list[Finding] = field(default_factory=list)
    all: list[Finding] = field(default_factory=list)

    def act(self, contract: str, event: str, account: str, wrong: dict[str, Any] | None = None, **fields: Any) -> Act:
        """One act in a transaction of its own; `wrong` says what it says wrongly."""
        self.transactions += 1
        return self.same(contract, event, account, wrong, **fields)

    def same(self, contract: str, event: str, account: str, wrong: dict[str, Any] | None = None, **fields: Any) -> Act:
        """One act in the transaction of the one before it."""
        wrong = dict(wrong or {})
        block_time, emitter = wrong.pop("block_time", self.time), wrong.pop("emitter", EMITTERS[contract])
        said = {"account": address(account), "time": self.time, **fields, **wrong}
        transaction = self.transactions.to_bytes(32)
        act = Act(self.count, contract, event, said, emitter, 10 + self.count, block_time, transaction)
        self.found = judge(self.book, act)
        self.all += self.found
        self.count += 1
        return act

    @property
    def codes(self) -> set[str]:
        """The rules that the last act broke; what else was found of it where it broke none."""
        breaches = {finding.code for finding in self.found if not finding.is_flag}
        return breaches or {finding.code for finding in self.found}

    def wait(self, seconds: int) -> None:
        self.time += seconds

    def organization(self, name: str) -> bytes:
        return self.book.acting(address(name))[0]

    def deadline(self, name: str) -> int:
        end = Calendars(self.book.calendars).deadline(datetime.fromtimestamp(self.time, UTC), PARAMETERS[name])
        return int(end.timestamp())

    # Government

    def open(self, **wrong: Any) -> None:
        self.act(
            "Journal", "JournalOpened", "deployer", wrong, origin=ORIGIN, predecessorOrigin=NO_DIGEST,
            predecessorSize=0, predecessorRoot=NO_DIGEST, organizations=ORGANIZATIONS,
        )  # fmt: skip

    def found_authority(self, names: Iterable[str] = ("admin-1", "admin-2", "admin-3"), **wrong: Any) -> None:
        self.act(
            "Organizations", "OrganizationAdded", "deployer", wrong, code=AUTHORITY, parent=NO_CODE,
            kind=int(OrganizationKind.DATA_AUTHORITY), area=AREA, allowedRoles=ALL, sectorAuthority=NO_CODE, proposal=0,
            content=_named("数据局"),
        )  # fmt: skip
        first = self.found
        for name in names:
            self.add_account(name, again=True, by="deployer")
            first = first + self.found
        self.found = first

    def add_account(
        self, name: str, *, by: str = "admin-1", proposal: int = 0, again: bool = False, **wrong: Any
    ) -> None:
        code, roles = ACCOUNTS.get(name, (SUBJECT, Role.PUBLISHER))
        make = self.same if again else self.act
        make(
            "Organizations", "AccountAdded", by, wrong, subject=address(name), organization=code, roles=int(roles),
            proposal=proposal,
        )  # fmt: skip

    def add_organization(
        self, code: bytes, kind: OrganizationKind, /, *, by: str = "admin-2", proposal: int = 0, again: bool = False,
        area: int = AREA, parent: bytes = NO_CODE, allowed: int = 0, **wrong: Any,
    ) -> None:  # fmt: skip
        make = self.same if again else self.act
        make(
            "Organizations", "OrganizationAdded", by, wrong, code=code, parent=parent, kind=int(kind), area=area,
            allowedRoles=allowed, sectorAuthority=NO_CODE, proposal=proposal, content=_named("机构"),
        )  # fmt: skip

    def propose(self, target: bytes, function: str, *arguments: Any, by: str = "admin-1", **wrong: Any) -> int:
        number = len(self.book.proposals) + 1
        action = encode_call("IRootActs", function, *arguments)
        self.act("Organizations", "ProposalMade", by, wrong, proposal=number, target=target, action=action)
        return number

    def admit(self) -> None:
        modules = [POLICY, CATALOG, REGISTRY, APPLICATIONS, OBJECTIONS]
        number = self.propose(JOURNAL, "admitModules", [to_hex(module) for module in modules])
        self.transactions += 1
        for module in modules:
            self.same("Journal", "ModuleAdmitted", "admin-2", module=module, proposal=number)

    def add_organizations(self) -> None:
        added = [
            (CENTER, OrganizationKind.REGISTRAR, AREA),
            (SUBJECT, OrganizationKind.GOVERNMENT_DEPARTMENT, AREA),
            (OTHER, OrganizationKind.ENTERPRISE, AREA),
            (DISTRICT, OrganizationKind.DISTRICT_AUTHORITY, DISTRICT_AREA),
            (LOCAL, OrganizationKind.PUBLIC_INSTITUTION, DISTRICT_AREA),
        ]
        said = [
            {
                "code": code, "parent": NO_CODE, "kind": int(kind), "area": area, "allowedRoles": ALL,
                "sectorAuthority": NO_CODE, "content": _named("机构"),
            }
            for code, kind, area in added
        ]  # fmt: skip
        number = self.propose(ORGANIZATIONS, "addOrganizations", said)
        self.transactions += 1
        for code, kind, area in added:
            self.add_organization(code, kind, proposal=number, again=True, area=area, allowed=ALL)
        for name, (code, _) in ACCOUNTS.items():
            if code != AUTHORITY:
                self.add_account(name)
            elif not name.startswith("admin"):
                roles = int(ACCOUNTS[name][1])
                account = {"account": to_hex(address(name)), "organization": code, "roles": roles}
                number = self.propose(ORGANIZATIONS, "addAccounts", [account])
                self.add_account(name, by="admin-2", proposal=number)

    def set_parameter(self, name: str, value: int, /, **wrong: Any) -> None:
        key = name.encode().ljust(32, b"\0")
        parameter = {"name": key, "value": value, "effectiveFrom": 0, "source": REASON}
        number = self.propose(POLICY, "setParameters", [parameter])
        version = len(self.book.parameters.get(key, ())) + 1
        self.act(
            "Policy", "ParameterSet", "admin-2", wrong, name=key, version=version, effectiveFrom=self.time, value=value,
            source=REASON, proposal=number,
        )  # fmt: skip

    def set_calendar(self, year: int = 2027, **wrong: Any) -> None:
        words = [2**256 - 1, 2**109 - 1]
        number = self.propose(POLICY, "setCalendars", [{"year": year, "workdays": words, "source": REASON}])
        version = self.book.calendar_versions.get(year, 0) + 1
        self.act(
            "Policy", "CalendarSet", "admin-2", wrong, year=year, version=version, workdays=words, source=REASON,
            proposal=number,
        )  # fmt: skip

    # Catalog

    def publish(self, code: str = "E-1", *, by: str = "publisher", provider: bytes = SUBJECT, **wrong: Any) -> None:
        id = entry_id(provider.decode(), code)
        known = self.book.entries.get(id)
        content = canonical.encode({"format": "mulu-entry/1", "source": "s", "title": "目录"})
        self.act(
            "Catalog", "EntryPublished", by, wrong, id=id, provider=provider, version=known.version + 1 if known else 1,
            kind=1, share=1, open=2, level=2, submitter=self.organization(by), reason=NO_DIGEST,
            localCode=code.encode(), content=content,
        )  # fmt: skip

    def retire(self, code: str = "E-1", *, by: str = "publisher", **wrong: Any) -> None:
        id = entry_id(SUBJECT.decode(), code)
        known = self.book.entries.get(id)
        self.act(
            "Catalog", "EntryRetired", by, wrong, id=id, provider=SUBJECT, version=known.version + 1 if known else 1,
            submitter=self.organization(by), reason=NO_DIGEST,
        )  # fmt: skip

    # Registrations

    def file(
        self, number: bytes = b"", /, *, by: str = "applicant", kind: Kind = Kind.FIRST, subject: bytes = SUBJECT,
        of: tuple[str, ...] = ("E-1", "E-2"), **wrong: Any,
    ) -> bytes:  # fmt: skip
        day = local_date(datetime.fromtimestamp(self.time, UTC))
        date, count = self.book.numbers_given
        sequence = count + 1 if date == int(f"{day:%Y%m%d}") else 1
        known = self.book.registrations.get(number)
        number = number or registration_number(day, sequence).encode()
        in_district = subject == LOCAL
        clock = "district_review_workdays" if in_district else "acceptance_workdays"
        public = canonical.encode(["title", "登记", "0x" + "5a" * 16])
        self.act(
            "Applications", "ApplicationFiled", by, wrong, number=number, subject=subject,
            version=len(known.versions) + 1 if known else 1, kind=int(kind), registrar=CENTER,
            stage=int(Stage.DISTRICT_REVIEW if in_district else Stage.APPLIED),
            deadline=self.deadline(clock), objection=0, evidence=NO_DIGEST, organization=self.organization(by),
            entries=sorted(entry_id(SUBJECT.decode(), code) for code in of), content=content_of({"title": "登记"}),
            fields=[public, b"\x0f" * 32],
        )  # fmt: skip
        return number

    def supplement(self, number: bytes, *, by: str = "applicant", late: bool = False, **wrong: Any) -> None:
        public = canonical.encode(["title", "补正", "0x" + "5a" * 16])
        self.act(
            "Applications", "ApplicationSupplemented", by, wrong, number=number, version=1, late=late,
            deadline=self.deadline("acceptance_workdays"), organization=self.organization(by),
            content=content_of({"title": "补正"}), fields=[public],
        )  # fmt: skip

    def step(
        self, event: str, number: bytes, by: str, stage: Stage, clock: str = "", /, *, late: bool = False, **wrong: Any
    ) -> None:
        known = self.book.registrations.get(number)
        self.act(
            "Applications", event, by, wrong, number=number, version=len(known.versions) if known else 1,
            stage=int(stage), late=late, deadline=self.deadline(clock) if clock else 0,
            organization=self.organization(by), reason=REASON,
        )  # fmt: skip

    def accept(self, number: bytes, **wrong: Any) -> None:
        self.step("ApplicationAccepted", number, "acceptor", Stage.ACCEPTED, "review_workdays", **wrong)

    def request_supplement(self, number: bytes, **wrong: Any) -> None:
        self.step("SupplementRequested", number, "acceptor", Stage.SUPPLEMENT, "supplement_workdays", **wrong)

    def pass_review(self, number: bytes, **wrong: Any) -> None:
        self.step("ReviewPassed", number, "reviewer", Stage.REVIEWED, **wrong)

    def open_notice(self, number: bytes, **wrong: Any) -> None:
        self.step("NoticeOpened", number, "reviewer", Stage.NOTICE, "notice_workdays", **wrong)

    def noticed(self, **how: Any) -> bytes:
        """A registration under notice."""
        number = self.file(**how)
        self.accept(number)
        self.pass_review(number)
        self.open_notice(number)
        return number

    def issue(self, number: bytes, *, by: str = "issuer", **wrong: Any) -> None:
        known = self.book.registrations.get(number)
        start = self.time
        if known and known.versions[-1].kind is Kind.RENEWAL and known.valid_until > start:
            start = known.valid_until
        end = int(term_end(datetime.fromtimestamp(start, UTC), PARAMETERS["validity_years"]).timestamp())
        self.act(
            "Registry", "RegistrationIssued", by, wrong, number=number, version=len(known.versions) if known else 1,
            supersedes=known.issued if known else 0, validUntil=end, organization=self.organization(by),
            reason=NO_DIGEST,
        )  # fmt: skip

    def issued(self, **how: Any) -> bytes:
        """A registration in force."""
        number = self.noticed(**how)
        self.wait(20 * DAY)
        self.issue(number)
        return number

    def change(self, event: str, number: bytes, by: str, status: Status, /, **wrong: Any) -> None:
        known = self.book.registrations.get(number)
        self.act(
            "Registry", event, by, wrong, number=number, version=known.issued if known else 1, status=int(status),
            organization=self.organization(by), reason=REASON,
        )  # fmt: skip

    def suspend(self, number: bytes, by: str = "supervisor", **wrong: Any) -> None:
        self.change("RegistrationSuspended", number, by, Status.SUSPENDED, **wrong)

    def resume(self, number: bytes, by: str = "supervisor", **wrong: Any) -> None:
        self.change("RegistrationResumed", number, by, Status.ACTIVE, **wrong)

    def settle(self, number: bytes, version: int = 1) -> None:
        self.act("Registry", "RegistrationSettled", "nobody", number=number, version=version)

    def assign(self, number: bytes, code: bytes = b"N-1", by: str = "issuer", **wrong: Any) -> None:
        self.act(
            "Registry", "NationalCodeAssigned", by, wrong, number=number, code=code, organization=self.organization(by)
        )

    # Objections

    def object(self, number: bytes = b"", /, entry: str = "", *, by: str = "applicant", **wrong: Any) -> int:
        objection = len(self.book.objections) + 1
        id = entry_id(SUBJECT.decode(), entry) if entry else NO_DIGEST
        version = self.book.entries[id].version if entry else len(self.book.registrations[number].versions)
        own = self.organization(by)
        self.act(
            "Objections", "ObjectionRaised", by, wrong, objection=objection,
            target=id if entry else number.ljust(32, b"\0"), number=number or bytes(16), entry=id, version=version,
            objector=own.ljust(32, b"\0"), person=False, responsible=SUBJECT if entry else CENTER,
            deadline=self.deadline("objection_forward_workdays"), evidence=NO_DIGEST, ground=REASON, organization=own,
        )  # fmt: skip
        return objection

    def decide(self, event: str, objection: int, by: str, state: State, /, *, late: bool = False, **wrong: Any) -> None:
        known = self.book.objections.get(objection)
        target = known.target[0] if known else NO_DIGEST
        deadline = self.deadline("objection_verify_workdays") if state is State.ACCEPTED else 0
        self.act(
            "Objections", event, by, wrong, objection=objection, target=target, state=int(state), late=late,
            deadline=deadline, organization=self.organization(by), reason=REASON,
        )  # fmt: skip

    def accept_objection(self, objection: int, by: str = "reviewer", **wrong: Any) -> None:
        self.decide("ObjectionAccepted", objection, by, State.ACCEPTED, **wrong)

    def uphold(self, objection: int, by: str = "reviewer", **wrong: Any) -> None:
        self.decide("ObjectionUpheld", objection, by, State.UPHELD, **wrong)


def _named(name: str) -> bytes:
    return canonical.encode({"format": "mulu-organization/1", "name": name})


def founded() -> Scene:
    """A ledger with its modules, organizations, accounts, policy and two entries; nothing is found of it."""
    scene = Scene()
    scene.open()
    scene.found_authority()
    scene.admit()
    scene.add_organizations()
    for name, value in PARAMETERS.items():
        scene.set_parameter(name, value)
    for code in ("E-1", "E-2", "E-3"):
        scene.publish(code)
    assert scene.all == []
    return scene
