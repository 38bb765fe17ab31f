"""From rows of registrations and objections to the members of `registration_schemas.py`."""

from datetime import datetime
from typing import Any

from ledger.errors import Malformed
from ledger.indexer.registration_rows import (
    ObjectionRow,
    RegistrationContentRow,
    RegistrationRow,
    RegistrationStepRow,
)
from ledger.merkle.hashing import HASH_BYTES, leaf_hash
from ledger.model.application import parse_fields
from ledger.model.certificate import Field
from ledger.model.ids import to_hex
from ledger.model.registration import Stage, Status, status_of
from ledger.model.workdays import Calendars
from registry_api.reading import Reading, time_text
from registry_api.wire import contents


class Judged:
    """The clock and the calendar by which rows are told, and the names of the organizations in them."""

    def __init__(self, clock: datetime, calendars: Calendars, names: dict[str, str]) -> None:
        self.clock, self.calendars, self.names = clock, calendars, names

    def left(self, deadline: datetime | None, clock: datetime) -> int | None:
        """Working days left."""
        return None if deadline is None else self.calendars.workdays_left(clock, deadline)


def judged(
    reading: Reading,
    registrations: list[RegistrationRow],
    objections: list[ObjectionRow] | None = None,
    steps: list[RegistrationStepRow] | None = None,
) -> Judged:
    """What is needed to tell of some rows."""
    codes = {code for row in registrations for code in (row.subject, row.applicant, row.registrar)}
    for objection in objections or ():
        codes |= {objection.responsible, objection.objector or "", objection.organization or ""}
    codes |= {step.organization or "" for step in steps or ()}
    names = reading.view.organization_names(sorted(codes - {""}), reading.at)
    return Judged(reading.clock, reading.view.calendars(reading.at), names)


def overdue(row: RegistrationRow, clock: datetime) -> bool:
    """Whether the present step is past its deadline. The end of a notice is nobody's lateness."""
    open_step = Stage[row.stage].is_open and row.stage != Stage.NOTICE.name
    return open_step and row.deadline is not None and clock >= row.deadline


def status_began(row: RegistrationRow, status: str | None) -> datetime | None:
    """Since when a version has the status that it has by a clock."""
    return row.valid_until if status == Status.EXPIRED.name else row.status_since


def version(row: RegistrationRow, by: Judged, clock: datetime | None = None) -> dict[str, Any]:
    """`RegistrationVersion`. `clock`: another one than the answer's."""
    clock = clock or by.clock
    status = status_of(row.status, row.valid_until, clock)
    path, query = f"/v1/registrations/{row.number}", f"?version={row.version}"
    return {
        "number": row.number,
        "version": row.version,
        "kind": row.kind,
        "stage": row.stage,
        "status": status,
        "title": row.title,
        "malformed": row.malformed,
        "subject": row.subject,
        "subject_name": by.names.get(row.subject),
        "applicant": row.applicant,
        "applicant_name": by.names.get(row.applicant),
        "registrar": row.registrar,
        "registrar_name": by.names.get(row.registrar),
        "interested_party": row.interested_party,
        "evidence": _hex(row.evidence),
        "entries": row.entries,
        "national_code": row.national_code,
        "content_digest": to_hex(row.content_digest),
        "certificate_root": to_hex(row.certificate_root),
        "field_count": row.field_count,
        "objection": row.objection,
        "open_objections": row.open_objections,
        "supplemented": row.supplemented,
        "filed_time": time_text(row.filed_time),
        "filed_index": row.filed_index,
        "stage_since": time_text(row.stage_since),
        "deadline": _time(row.deadline),
        "workdays_left": by.left(row.deadline, clock) if Stage[row.stage].is_open else None,
        "overdue": overdue(row, clock),
        "late": row.late,
        "notice_end": _time(row.notice_end),
        "issued_time": _time(row.issued_time),
        "valid_until": _time(row.valid_until),
        "status_since": _time(status_began(row, status)),
        "supersedes": row.supersedes,
        "superseded_by": row.superseded_by,
        "suspended_for": row.suspended_for,
        "suspended_by_authority": row.suspended_by_authority,
        "settled": row.settled,
        "reason": _hex(row.reason),
        "filer": to_hex(row.filer),
        "reviewer": _hex(row.reviewer),
        "issuer": _hex(row.issuer),
        "account": to_hex(row.account),
        "act_index": row.from_index,
        "from_block": row.from_block,
        "from_time": time_text(row.from_time),
        "to_block": row.to_block,
        "to_time": _time(row.to_time),
        "links": {
            "self": path + query,
            "history": f"{path}/history",
            "steps": f"{path}/steps{query}",
            "certificate": f"/v1/certificates/{row.number}/status{query}" if row.issued_time else None,
            "proof": f"{path}/proof{query}",
            "act": f"/v1/acts/{row.from_index}",
        },
    }


def detail(row: RegistrationRow, content: RegistrationContentRow, by: Judged) -> dict[str, Any]:
    """`RegistrationDetail`."""
    return version(row, by) | {
        **contents(content.malformed, content.content),
        "fields": [field(bytes.fromhex(text[2:])) for text in content.fields],
    }


def field(data: bytes) -> dict[str, Any]:
    """`CertificateField`."""
    withheld = len(data) == HASH_BYTES
    told: dict[str, Any] = {"name": None, "value": None, "salt": None, "raw": None}
    if not withheld:
        try:
            (read,) = parse_fields([data])
        except Malformed:
            told["raw"] = to_hex(data)
        else:
            assert isinstance(read, Field)
            told |= read.to_json()
    return {"leaf": to_hex(data if withheld else leaf_hash(data)), "withheld": withheld} | told


def step(row: RegistrationStepRow, names: dict[str, str]) -> dict[str, Any]:
    """`RegistrationStep`."""
    return {
        "version": row.version,
        "step": row.step,
        "stage": row.stage,
        "objection": row.objection,
        "organization": row.organization,
        "organization_name": names.get(row.organization or ""),
        "account": to_hex(row.account),
        "time": time_text(row.time),
        "reason": _hex(row.reason),
        "late": row.late,
        "deadline": _time(row.deadline),
        "act_index": row.act_index,
        "block": row.block_number,
        "proof": f"/v1/acts/{row.act_index}/proof",
    }


def certificate(row: RegistrationRow, act_index: int, by: Judged) -> dict[str, Any]:
    """`Certificate`, of a version that was issued. `act_index`: the act that gave it its status."""
    status = status_of(row.status, row.valid_until, by.clock)
    path, query = f"/v1/certificates/{row.number}/status", f"?version={row.version}"
    return {
        "number": row.number,
        "version": row.version,
        "status": status,
        "since": _time(status_began(row, status)),
        "valid_until": _time(row.valid_until),
        "issued_time": _time(row.issued_time),
        "superseded_by": row.superseded_by,
        "suspended_for": row.suspended_for,
        "national_code": row.national_code,
        "title": row.title,
        "subject": row.subject,
        "subject_name": by.names.get(row.subject),
        "registrar": row.registrar,
        "registrar_name": by.names.get(row.registrar),
        "certificate_root": to_hex(row.certificate_root),
        "field_count": row.field_count,
        "act_index": act_index,
        "links": {
            "self": path + query,
            "registration": f"/v1/registrations/{row.number}{query}",
            "proof": f"/v1/acts/{act_index}/proof",
            "page": f"/certificates/{row.number}{query}",
        },
    }


def objection(row: ObjectionRow, by: Judged, clock: datetime | None = None) -> dict[str, Any]:
    """`Objection`. `clock`: another one than the answer's."""
    clock = clock or by.clock
    path = f"/v1/objections/{row.objection}"
    target = (
        f"/v1/registrations/{row.registration}?version={row.version}"
        if row.registration is not None
        else f"/v1/entries/{_hex(row.entry_id)}?version={row.version}"
    )
    return {
        "objection": row.objection,
        "registration": row.registration,
        "entry": _hex(row.entry_id),
        "version": row.version,
        "state": row.state,
        "person": row.person,
        "objector": row.objector,
        "objector_name": by.names.get(row.objector or ""),
        "commitment": _hex(row.commitment),
        "responsible": row.responsible,
        "responsible_name": by.names.get(row.responsible),
        "deadline": _time(row.deadline),
        "workdays_left": by.left(row.deadline, clock),
        "overdue": row.deadline is not None and clock >= row.deadline,
        "late": row.late,
        "evidence": _hex(row.evidence),
        "ground": to_hex(row.ground),
        "reason": _hex(row.reason),
        "raised_time": time_text(row.raised_time),
        "raised_index": row.raised_index,
        "organization": row.organization,
        "account": to_hex(row.account),
        "act_index": row.from_index,
        "from_block": row.from_block,
        "from_time": time_text(row.from_time),
        "to_block": row.to_block,
        "to_time": _time(row.to_time),
        "links": {
            "self": path,
            "target": target,
            "proof": f"{path}/proof",
            "act": f"/v1/acts/{row.from_index}",
        },
    }


def _hex(value: bytes | None) -> str | None:
    return None if value is None else to_hex(value)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else time_text(moment)
