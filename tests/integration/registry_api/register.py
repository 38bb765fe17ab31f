"""The sample city's registrations in the first half of 2026, one of every fate: real logs, folded into a real mirror.

Times are written as local ones. Deadlines are computed by the calendar of 2026 in `tests/vectors/workdays.json`.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.indexer.rows import BlockRow
from ledger.merkle.hashing import leaf_hash
from ledger.model.application import content_of
from ledger.model.certificate import Field
from ledger.model.ids import entry_id
from ledger.model.registration import Kind, ObjectionState, Stage, Status
from ledger.model.registration_number import registration_number
from ledger.model.roles import OrganizationKind, Role
from ledger.model.workdays import SHANGHAI, Calendars, bits_of, term_end
from ledger.store.engine import open_engine, upgrade_engine
from ledger.store.mirror import Mirror
from ledger.store.writer import Writer

from .sample import (
    AUTHORITY,
    HOSTILE,
    MEDICINE,
    REGISTRAR,
    TRANSPORT,
    WATER,
    City,
    SampleApplication,
    block_of,
    govern,
    organization,
    publish,
)

Event = tuple[str, str, dict[str, Any]]
VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "workdays.json").read_text("utf-8"))
_PLACE = VECTORS["calendar_year"].index(2026)
WORDS = [int(VECTORS[name][_PLACE], 16) for name in ("calendar_low", "calendar_high")]
CALENDARS = Calendars({2026: bits_of(*WORDS)})
APPLICANT, ACCEPTOR, REVIEWER, ISSUER, SUPERVISOR = (bytes([0x20 + at]) * 20 for at in range(5))
SECRET = "张某某 13912345678"
"""A withheld value: it must be nowhere."""
REASON = sha256(b"reason").digest()


def numbered(day: str, sequence: int = 1) -> str:
    return registration_number(date.fromisoformat(day), sequence)


RESERVOIRS = numbered("2026-03-02")
LICENCES = numbered("2026-03-03")
PHARMACIES = numbered("2026-06-17")
BUSES = numbered("2026-03-04")
SHORT = numbered("2026-03-04", 2)
ASKED = numbered("2026-06-24")
BROKEN = numbered("2026-06-24", 2)
STRANGE = numbered("2026-06-24", 3)
REFUSED = numbered("2026-03-05")
UNKNOWN = numbered("2026-01-01")
CODE = "1393264726771781632103"


def local(text: str) -> datetime:
    """A local time, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@dataclass
class Register(City):
    """A city whose blocks have the times of its registrations."""

    times: dict[int, datetime] = field(default_factory=dict)
    objections: dict[int, bytes] = field(default_factory=dict)

    def block(self, number: int) -> BlockRow:  # type: ignore[override]
        known = self.times.get(number)
        if known is None and number > self.number:
            known = self.times[self.number] + timedelta(seconds=60 * (number - self.number))
        return block_of(number, known) if known else City.block(number)

    def on(self, when: str, *events: Event, final: int | None = None) -> None:
        """A block at a local time."""
        self.times[self.number + 1] = local(when)
        self.mine(*events, final=final)

    def filed(
        self,
        when: str,
        number: str,
        title: str,
        *,
        subject: str = WATER,
        version: int = 1,
        content: bytes | None = None,
        entry: tuple[str, str] = (WATER, "306001/000001"),
        **more: Any,
    ) -> None:
        fields, published = form(title, subject)
        given = {
            "number": number,
            "subject": subject,
            "version": version,
            "kind": Kind.FIRST if version == 1 else Kind.CHANGE,
            "stage": Stage.APPLIED,
            "registrar": REGISTRAR,
            "deadline": after(when, 3),
            "organization": subject,
            "account": APPLICANT,
            "entries": [entry_id(*entry)],
            "content": published if content is None else content,
            "fields": fields,
        }
        self.on(when, ("Applications", "ApplicationFiled", given | more))

    def step(self, when: str, event: str, number: str, stage: Stage, **more: Any) -> None:
        given = {
            "number": number,
            "version": 1,
            "stage": stage,
            "organization": REGISTRAR,
            "account": REVIEWER if stage in (Stage.REVIEWED, Stage.NOTICE, Stage.REVIEW_FAILED) else ACCEPTOR,
        }
        self.on(when, ("Applications", event, given | more))

    def noticed(self, days: tuple[str, str, str], number: str, **more: Any) -> None:
        """Accepted, reviewed, under notice for ten working days."""
        accepted, reviewed, opened = days
        self.step(accepted, "ApplicationAccepted", number, Stage.ACCEPTED, deadline=after(accepted, 20), **more)
        self.step(reviewed, "ReviewPassed", number, Stage.REVIEWED, **more)
        self.step(opened, "NoticeOpened", number, Stage.NOTICE, deadline=after(opened, 10), **more)

    def issued(self, when: str, number: str, **more: Any) -> None:
        given = {
            "number": number,
            "version": 1,
            "validUntil": int(term_end(local(when), 3).timestamp()),
            "organization": REGISTRAR,
            "account": ISSUER,
        }
        self.on(when, ("Registry", "RegistrationIssued", given | more))

    def status(self, when: str, event: str, number: str, status: Status, **more: Any) -> None:
        given = {
            "number": number,
            "version": 1,
            "status": status,
            "organization": REGISTRAR,
            "account": ISSUER,
            "reason": REASON,
        }
        self.on(when, ("Registry", event, given | more))

    def objected(self, when: str, objection: int, number: str | None, **more: Any) -> None:
        """Against version 1 of a registration, or of the entry in `more`."""
        target = self.objections[objection] = number.encode().ljust(32, b"\0") if number else more["entry"]
        given = {
            "objection": objection,
            "target": target,
            "number": number,
            "version": 1,
            "objector": MEDICINE.encode().ljust(32, b"\0"),
            "responsible": REGISTRAR,
            "deadline": after(when, 3),
            "ground": sha256(b"ground").digest(),
            "organization": MEDICINE,
            "account": APPLICANT,
        }
        self.on(when, ("Objections", "ObjectionRaised", given | more))

    def decided(self, when: str, event: str, objection: int, state: ObjectionState, **more: Any) -> None:
        given = {
            "objection": objection,
            "target": self.objections[objection],
            "state": state,
            "organization": REGISTRAR,
            "account": REVIEWER,
            "reason": REASON,
        }
        self.on(when, ("Objections", event, given | more))


def after(when: str, workdays: int) -> int:
    """The deadline of a step that begins at a local time, Unix seconds."""
    return int(CALENDARS.deadline(local(when), workdays).timestamp())


def form(title: str, subject: str) -> tuple[list[bytes], bytes]:
    """The fields of an application, two of them withheld, and its content."""
    values = {
        "subject_name": "市水务局(虚构)" if subject == WATER else "某单位(虚构)",
        "subject_code": subject,
        "title": title,
        "object_type": "公共数据资源",
        "abstract": "每日八时的库水位、蓄水量、入库与出库流量。\n经市水务局汇总审核。",
        "industry": "水利管理业",
        "update_cycle": "每日",
        "keywords": "水位\n水库",
        "level": "1级",
        "fee_unknown_to_the_form": "免费",
    }
    fields = [Field(name, value, salt(name)).leaf for name, value in values.items()]
    fields[2:2] = [leaf_hash(Field(name, SECRET, salt(name)).leaf) for name in ("contact_name", "contact_phone")]
    return fields, content_of(values)


def salt(name: str) -> bytes:
    return sha256(name.encode()).digest()[:16]


def build_register(database_url: str) -> SampleApplication:
    """Makes the mirror of the sample city's registrations in a new database."""
    engine = open_engine(database_url)
    upgrade_engine(engine)
    register = Register(Writer(engine))
    register.start()
    govern(register)
    publish(register)
    _open(register)
    _first_half(register)
    _june(register)
    engine.dispose()
    return SampleApplication(Mirror(database_url), register)


def _open(register: Register) -> None:
    roles = (
        (APPLICANT, WATER, Role.APPLICANT),
        (ACCEPTOR, REGISTRAR, Role.ACCEPTOR),
        (REVIEWER, REGISTRAR, Role.REVIEWER),
        (ISSUER, REGISTRAR, Role.ISSUER),
        (SUPERVISOR, AUTHORITY, Role.SUPERVISOR),
    )
    added = [
        ("Organizations", "AccountAdded", {"subject": account, "organization": code, "roles": int(role)})
        for account, code, role in roles
    ]
    calendar = {"year": 2026, "version": 1, "workdays": WORDS, "source": sha256(b"calendar").digest()}
    register.on(
        "2026-03-01T10:00",
        organization(REGISTRAR, OrganizationKind.REGISTRAR),
        *added,
        ("Policy", "CalendarSet", calendar),
    )


def _first_half(register: Register) -> None:
    register.filed("2026-03-02T09:30", RESERVOIRS, "大中型水库水情日报")
    register.filed("2026-03-03T10:00", LICENCES, "取水许可证照信息", entry=(WATER, "306001/000002"))
    register.step(
        "2026-03-03T15:00", "SupplementRequested", RESERVOIRS, Stage.SUPPLEMENT,
        deadline=after("2026-03-03T15:00", 5), reason=REASON,
    )  # fmt: skip
    register.filed("2026-03-04T11:00", BUSES, "公交线路站点信息", subject=TRANSPORT, entry=(TRANSPORT, "308001/000001"))
    register.filed("2026-03-04T11:30", SHORT, "桥梁限高信息", subject=TRANSPORT, entry=(TRANSPORT, "308001/000002"))
    register.filed("2026-03-05T09:00", REFUSED, "不属于公共数据的资料")
    register.step("2026-03-05T16:00", "ApplicationRefused", REFUSED, Stage.REFUSED, reason=REASON)
    fields, content = form("大中型水库水情日报", WATER)
    supplement = {
        "number": RESERVOIRS, "version": 1, "late": True, "deadline": after("2026-03-12T09:00", 3),
        "organization": WATER, "account": APPLICANT, "content": content, "fields": fields,
    }  # fmt: skip
    register.on("2026-03-12T09:00", ("Applications", "ApplicationSupplemented", supplement))
    register.noticed(("2026-03-13T09:00", "2026-03-18T10:00", "2026-03-20T10:00"), RESERVOIRS)
    register.noticed(("2026-03-20T11:00", "2026-03-20T12:00", "2026-03-20T14:00"), LICENCES)
    register.noticed(("2026-03-20T15:00", "2026-03-20T16:00", "2026-03-20T17:00"), BUSES)
    register.noticed(("2026-03-20T17:10", "2026-03-20T17:20", "2026-03-20T17:30"), SHORT)
    register.objected("2026-03-24T10:00", 1, RESERVOIRS)
    register.decided(
        "2026-03-25T10:00", "ObjectionAccepted", 1, ObjectionState.ACCEPTED, deadline=after("2026-03-25T10:00", 10)
    )
    register.decided("2026-03-30T10:00", "ObjectionDismissed", 1, ObjectionState.DISMISSED)
    register.issued("2026-04-08T09:00", RESERVOIRS)
    register.issued("2026-04-08T09:10", LICENCES)
    register.issued("2026-04-08T09:20", BUSES)
    # As if policy had given a term of two months.
    register.issued("2026-04-08T09:30", SHORT, validUntil=int(local("2026-06-08T00:00").timestamp()))
    coding = {"number": RESERVOIRS, "organization": REGISTRAR, "account": ISSUER, "code": CODE.encode()}
    register.on("2026-04-20T09:00", ("Registry", "NationalCodeAssigned", coding))


def _june(register: Register) -> None:
    register.filed("2026-05-06T09:00", RESERVOIRS, "大中型水库水情日报(含小型)", version=2)
    register.noticed(("2026-05-07T09:00", "2026-05-08T09:00", "2026-05-11T09:00"), RESERVOIRS, version=2)
    register.issued("2026-05-27T09:00", RESERVOIRS, version=2, supersedes=1)
    person = {"objector": sha256(b"somebody").digest(), "person": True, "evidence": REASON}
    register.objected("2026-06-01T09:00", 2, LICENCES, **person)
    register.decided("2026-06-15T09:00", "ObjectionUpheld", 2, ObjectionState.UPHELD, late=True, account=SUPERVISOR)
    register.status("2026-06-16T09:00", "RegistrationCancelled", BUSES, Status.CANCELLED)
    register.filed(
        "2026-06-17T09:00", PHARMACIES, "定点医药机构名录", subject=MEDICINE, entry=(MEDICINE, "307001/000001")
    )
    register.noticed(("2026-06-18T09:00", "2026-06-22T09:00", "2026-06-23T09:00"), PHARMACIES)
    register.filed("2026-06-24T09:00", ASKED, "地下水监测井信息")
    register.step(
        "2026-06-24T10:00", "SupplementRequested", ASKED, Stage.SUPPLEMENT,
        deadline=after("2026-06-24T10:00", 5), reason=REASON,
    )  # fmt: skip
    register.filed("2026-06-24T11:00", BROKEN, "", content=b"\xff")
    register.filed("2026-06-24T12:00", STRANGE, HOSTILE)
    register.objected("2026-06-29T09:00", 3, PHARMACIES)
    entry = entry_id(WATER, "306001/000002")
    register.objected("2026-06-30T09:00", 4, None, entry=entry, responsible=WATER)
    register.decided("2026-06-30T10:00", "ObjectionAccepted", 4, ObjectionState.ACCEPTED)
    register.on("2026-07-01T12:00", final=register.number - 10)
