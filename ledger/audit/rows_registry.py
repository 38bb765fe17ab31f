"""Rows of entries, registrations and objections."""

from collections.abc import Callable
from typing import Any

from ledger.audit.acts import Act, code_text
from ledger.audit.book import Book
from ledger.audit.row import Hashed, clock, digest_or_none, organization_of, span
from ledger.audit.things import Drawn, Step
from ledger.model.ids import to_hex


def _entry(book: Book, act: Act, id: bytes) -> dict[str, Any]:
    entry = book.entries[id]
    said = entry.reading
    return {
        "act_index": act.index,
        "entry_id": id,
        "version": entry.version,
        "provider": code_text(entry.provider),
        "submitter": code_text(entry.submitter) or "",
        "local_code": said.local_code,
        "kind": entry.kind,
        "status": "ACTIVE" if entry.active else "RETIRED",
        "share": entry.share,
        "open": entry.open,
        "level": entry.level,
        "content": Hashed(entry.content_digest),
        "content_digest": entry.content_digest,
        "title": said.title,
        "abstract": said.abstract,
        "theme": said.theme,
        "source": said.source,
        "update_cycle": said.update_cycle,
        "malformed": said.malformed,
        "reason": digest_or_none(act.reason),
        "account": act.account,
        **span(act),
    }


def _registration(book: Book, act: Act, key: tuple[bytes, int]) -> dict[str, Any]:
    known = book.registrations[key[0]]
    drawn = known.versions[key[1] - 1]
    in_force = known.issued == drawn.version
    return {
        "from_index": act.index,
        "version": drawn.version,
        "number": code_text(drawn.number),
        "filed_index": drawn.filed_index,
        "content_index": drawn.content_index,
        "kind": drawn.kind.name,
        "stage": drawn.stage.name,
        "status": drawn.status.name if drawn.status else None,
        "subject": code_text(drawn.subject),
        "applicant": code_text(drawn.applicant),
        "registrar": code_text(drawn.registrar),
        "interested_party": drawn.interested_party,
        "evidence": digest_or_none(drawn.evidence),
        "objection": drawn.objection or None,
        "entries": [to_hex(id) for id in drawn.entries],
        "title": drawn.title,
        "malformed": drawn.malformed,
        "content_digest": drawn.content_digest,
        "certificate_root": drawn.certificate_root,
        "field_count": drawn.field_count,
        "supplemented": drawn.supplemented,
        "open_objections": drawn.open_objections,
        "deadline": clock(drawn.deadline),
        "notice_end": clock(drawn.notice_end),
        "issued_time": drawn.issued_at or None,
        "valid_until": clock(drawn.valid_until),
        "supersedes": drawn.supersedes or None,
        "superseded_by": drawn.superseded_by or None,
        "status_since": drawn.status_since or None,
        "suspended_for": (known.suspended_for or None) if in_force else None,
        "suspended_by_authority": known.suspended_by_authority and in_force,
        "national_code": known.national_code.decode("ascii", "backslashreplace") or None,
        "settled": drawn.settled,
        "late": drawn.late,
        "filer": drawn.filer,
        "reviewer": drawn.reviewer if any(drawn.reviewer) else None,
        "issuer": drawn.issuer,
        "reason": digest_or_none(act.reason),
        "account": act.account,
        "filed_time": drawn.filed_time,
        "stage_since": drawn.stage_since,
        **span(act),
    }


def _content(book: Book, act: Act, index: int) -> dict[str, Any]:
    drawn = _drawn(book, act["number"], act["version"])
    return {
        "act_index": index,
        "number": code_text(act["number"]),
        "version": act["version"],
        "content": Hashed(drawn.content_digest),
        "content_digest": drawn.content_digest,
        "fields": Hashed.of(map(to_hex, act["fields"])),
        "malformed": drawn.malformed,
    }


def step_row(book: Book, act: Act, step: Step) -> dict[str, Any]:
    """What an act did to a version of a registration."""
    drawn = _drawn(book, step.number, step.version)
    stated = act.fields.get("organization")
    return {
        "act_index": act.index,
        "version": step.version,
        "number": code_text(step.number),
        "step": step.name,
        "stage": drawn.stage.name,
        "objection": step.objection or None,
        "organization": organization_of(book, act) if stated is None else code_text(stated),
        "account": act.account,
        "time": act.time,
        "reason": digest_or_none(act.reason),
        "late": step.late,
        "deadline": clock(drawn.deadline),
        "block_number": act.block,
    }


def _objection(book: Book, act: Act, number: int) -> dict[str, Any]:
    objection = book.objections[number]
    raised = objection.raised
    return {
        "from_index": act.index,
        "objection": number,
        "registration": code_text(objection.number),
        "entry_id": digest_or_none(objection.entry),
        "version": objection.version,
        "state": objection.state.name,
        "person": objection.person,
        "objector": None if objection.person else code_text(objection.objector[:18]),
        "commitment": objection.objector if objection.person else None,
        "responsible": code_text(objection.responsible),
        "deadline": clock(objection.deadline),
        "late": objection.late,
        "evidence": digest_or_none(raised["evidence"]),
        "ground": raised["ground"],
        "reason": digest_or_none(act.reason),
        "raised_index": raised.index,
        "raised_time": raised.time,
        "organization": code_text(act["organization"]),
        "account": act.account,
        **span(act),
    }


def _drawn(book: Book, number: bytes, version: int) -> Drawn:
    return book.registrations[number].versions[version - 1]


ROWS: dict[str, Callable[[Book, Act, Any], dict[str, Any]]] = {
    "entry": _entry,
    "registration": _registration,
    "registration_content": _content,
    "objection": _objection,
}
