"""The fold of registrations: applications, their steps, and what was issued.

The events do not repeat what follows from them (`IRegistry`, `IApplications`): which version is superseded and settled,
that an open application lapses with its registration, and which entries are held.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from ledger.errors import Inconsistent
from ledger.indexer.changes import HoldEnding, RegistrationEnding
from ledger.indexer.content import application_title
from ledger.indexer.registration_rows import (
    EntryHoldRow,
    RegistrationContentRow,
    RegistrationRow,
    RegistrationStepRow,
)
from ledger.indexer.rows import clock_of, time_of
from ledger.indexer.versions import Concern, ReadAct, Run, code_of, digest_of
from ledger.merkle.hashing import HASH_BYTES, leaf_hash, root_of
from ledger.model.ids import to_hex
from ledger.model.registration import Kind, Stage, Status
from ledger.model.roles import OrganizationKind

_STEPS = {
    "ApplicationFiled": "FILED",
    "ApplicationForwarded": "FORWARDED",
    "ApplicationReturned": "RETURNED",
    "SupplementRequested": "SUPPLEMENT_REQUESTED",
    "ApplicationSupplemented": "SUPPLEMENTED",
    "ApplicationLapsed": "LAPSED",
    "ApplicationAccepted": "ACCEPTED",
    "ApplicationRefused": "REFUSED",
    "ReviewPassed": "REVIEW_PASSED",
    "ReviewFailed": "REVIEW_FAILED",
    "NoticeOpened": "NOTICE_OPENED",
    "ApplicationWithdrawn": "WITHDRAWN",
    "RegistrationIssued": "ISSUED",
    "RegistrationSuspended": "SUSPENDED",
    "RegistrationResumed": "RESUMED",
    "RegistrationCancelled": "CANCELLED",
    "RegistrationRevoked": "REVOKED",
    "RegistrationSettled": "SETTLED",
    "NationalCodeAssigned": "CODE_ASSIGNED",
    "ObjectionRaised": "OBJECTION_RAISED",
    "ObjectionAccepted": "OBJECTION_ACCEPTED",
    "ObjectionRejected": "OBJECTION_REJECTED",
    "ObjectionUpheld": "OBJECTION_UPHELD",
    "ObjectionDismissed": "OBJECTION_DISMISSED",
}


def application_filed(run: Run, act: ReadAct) -> Concern:
    """Begins a version, and holds its entries."""
    fields, time = act.event.fields, time_of(act.event.fields["time"])
    number, version, account = code_of(fields["number"]) or "", fields["version"], fields["account"]
    before: RegistrationRow | None = None
    if version == 1:
        run.registrations[number] = {}
    else:
        before = registration(run, act, number, version - 1)
    title, malformed = _add_content(run, act, number)
    row = RegistrationRow(
        from_index=act.event.index,
        version=version,
        number=number,
        filed_index=act.event.index,
        content_index=act.event.index,
        kind=Kind(fields["kind"]).name,
        stage=Stage(fields["stage"]).name,
        status=None,
        subject=code_of(fields["subject"]) or "",
        applicant=code_of(fields["organization"]) or "",
        registrar=code_of(fields["registrar"]) or "",
        interested_party=digest_of(fields["evidence"]) is not None,
        evidence=digest_of(fields["evidence"]),
        objection=fields["objection"] or None,
        entries=[to_hex(entry) for entry in fields["entries"]],
        title=title,
        malformed=malformed,
        content_digest=hashlib.sha256(fields["content"]).digest(),
        certificate_root=_certificate_root(fields["fields"]),
        field_count=len(fields["fields"]),
        supplemented=False,
        open_objections=0,
        deadline=clock_of(fields["deadline"]),
        notice_end=None,
        issued_time=None,
        valid_until=None,
        supersedes=None,
        superseded_by=None,
        status_since=None,
        suspended_for=None,
        suspended_by_authority=False,
        national_code=before.national_code if before else None,
        settled=False,
        late=False,
        filer=account,
        reviewer=None,
        issuer=None,
        reason=None,
        account=account,
        filed_time=time,
        stage_since=time,
        from_block=act.log.block_number,
        to_block=None,
        from_time=time,
        to_time=None,
    )
    _begin(run, act, row, stored=False)
    add_step(run, act, row)
    for entry in fields["entries"]:
        hold = EntryHoldRow(act.event.index, entry, number, version, act.log.block_number, None, time, None)
        run.fresh["hold", entry, number, version] = len(run.changes.holds)
        run.changes.holds.append(hold)
    return malformed is not None, row.subject


def application_supplemented(run: Run, act: ReadAct) -> Concern:
    """Content and fields are replaced."""
    fields = act.event.fields
    row = _meant(run, act)
    title, malformed = _add_content(run, act, row.number)
    row = change(
        run,
        act,
        row,
        stage=Stage.APPLIED.name,
        deadline=clock_of(fields["deadline"]),
        content_index=act.event.index,
        title=title,
        malformed=malformed,
        content_digest=hashlib.sha256(fields["content"]).digest(),
        certificate_root=_certificate_root(fields["fields"]),
        field_count=len(fields["fields"]),
        late=row.late or fields["late"],
    )
    add_step(run, act, row, late=fields["late"])
    return malformed is not None, row.subject


def application_advanced(run: Run, act: ReadAct) -> Concern:
    """An application comes to another stage."""
    fields, event = act.event.fields, act.event.event
    row = _meant(run, act)
    deadline = clock_of(fields["deadline"])
    values: dict[str, Any] = {}
    if event == "SupplementRequested":
        values["supplemented"] = True
    elif event == "ReviewPassed":
        values["reviewer"] = fields["account"]
    elif event == "NoticeOpened":
        values["notice_end"] = deadline
    late = row.late or fields["late"]
    row = change(run, act, row, stage=Stage(fields["stage"]).name, deadline=deadline, late=late, **values)
    add_step(run, act, row, late=fields["late"])
    return False, row.subject


def registration_issued(run: Run, act: ReadAct) -> Concern:
    """A version is in force from now on; the one before it ends and is settled."""
    fields, time = act.event.fields, time_of(act.event.fields["time"])
    row = _meant(run, act)
    supersedes = fields["supersedes"]
    row = change(
        run,
        act,
        row,
        stage=Stage.ISSUED.name,
        status=Status.ACTIVE.name,
        status_since=time,
        deadline=None,
        issued_time=time,
        valid_until=clock_of(fields["validUntil"]),
        supersedes=supersedes or None,
        issuer=fields["account"],
    )
    add_step(run, act, row)
    if supersedes:
        before = registration(run, act, row.number, supersedes)
        if not before.settled:
            _release(run, act, before)
        before = change(
            run,
            act,
            before,
            status=Status.SUPERSEDED.name,
            status_since=time,
            superseded_by=row.version,
            suspended_for=None,
            settled=True,
        )
        add_step(run, act, before, step="SUPERSEDED")
    return False, row.subject


def status_changed(run: Run, act: ReadAct) -> Concern:
    """What was issued is suspended, resumed, cancelled or revoked; an open application lapses with its registration."""
    fields = act.event.fields
    status = Status(fields["status"])
    row = _meant(run, act)
    values: dict[str, Any] = {"status": status.name, "status_since": time_of(fields["time"])}
    if status in (Status.ACTIVE, Status.SUSPENDED):
        by_authority = status is Status.SUSPENDED and _is_authority(run, code_of(fields["organization"]))
        values |= {"suspended_for": None, "suspended_by_authority": by_authority}
    row = change(run, act, row, **values)
    add_step(run, act, row)
    if status in (Status.CANCELLED, Status.REVOKED):
        versions = run.registrations[row.number]
        last = versions[max(versions)]
        if Stage[last.stage].is_open:
            add_step(run, act, change(run, act, last, stage=Stage.LAPSED.name), step="LAPSED")
    return False, row.subject


def registration_settled(run: Run, act: ReadAct) -> Concern:
    """The entries of a version are no longer held."""
    row = _meant(run, act)
    _release(run, act, row)
    add_step(run, act, change(run, act, row, settled=True))
    return False, row.subject


def national_code_assigned(run: Run, act: ReadAct) -> Concern:
    """Every version of the registration has the code from now on; the step is that of the one issued last."""
    number = code_of(act.event.fields["number"]) or ""
    code = act.event.fields["code"].decode("ascii", "backslashreplace")
    issued = [row for row in _versions(run, number).values() if row.issued_time is not None]
    if not issued:
        raise Inconsistent(f"act {act.event.index} gives {number} a national code, but the mirror has none issued")
    last = max(issued, key=lambda row: row.version)
    for row in list(_versions(run, number).values()):
        row = change(run, act, row, national_code=code)
        if row.version == last.version:
            add_step(run, act, row)
    return False, last.subject


# For objections too


def registration(run: Run, act: ReadAct, number: str, version: int) -> RegistrationRow:
    """A version as it stands. Raises Inconsistent when there is none: the contract had one."""
    try:
        return _versions(run, number)[version]
    except KeyError:
        raise Inconsistent(
            f"act {act.event.index} ({act.event.event}) is about version {version} of registration {number}, "
            "which the mirror does not have"
        ) from None


def change(run: Run, act: ReadAct, row: RegistrationRow, **values: Any) -> RegistrationRow:
    """Ends the state that a version is in and begins one with these values."""
    fields, time = act.event.fields, time_of(act.event.fields["time"])
    stage = values.get("stage", row.stage)
    changed = row._replace(
        **values,
        from_index=act.event.index,
        reason=digest_of(fields.get("reason", bytes(32))),
        account=fields["account"],
        stage_since=row.stage_since if stage == row.stage else time,
        from_block=act.log.block_number,
        to_block=None,
        from_time=time,
        to_time=None,
    )
    _begin(run, act, changed, stored=True)
    return changed


def add_step(
    run: Run, act: ReadAct, row: RegistrationRow, *, step: str = "", late: bool = False, objection: int | None = None
) -> None:
    """Keeps what an act did to a version, whose state after it is `row`; the step's name is the event's."""
    fields = act.event.fields
    organization = fields.get("organization")
    run.changes.registration_steps.append(
        RegistrationStepRow(
            act_index=act.event.index,
            version=row.version,
            number=row.number,
            step=step or _STEPS[act.event.event],
            stage=row.stage,
            objection=objection,
            organization=run.organization_of(fields["account"]) if organization is None else code_of(organization),
            account=fields["account"],
            time=time_of(fields["time"]),
            reason=digest_of(fields.get("reason", bytes(32))),
            late=late,
            deadline=row.deadline,
            block_number=act.log.block_number,
        )
    )


def _meant(run: Run, act: ReadAct) -> RegistrationRow:
    fields = act.event.fields
    return registration(run, act, code_of(fields["number"]) or "", fields["version"])


def _versions(run: Run, number: str) -> dict[int, RegistrationRow]:
    known = run.registrations.get(number)
    if known is None:
        known = run.registrations[number] = {row.version: row for row in run.stored.registration(number)}
    return known


def _begin(run: Run, act: ReadAct, row: RegistrationRow, *, stored: bool) -> None:
    """Ends the state before, if there is one, and adds the row.

    Args:
        stored: whether the version is one that this act did not draw up.
    """
    changes, key = run.changes, ("registration", row.number, row.version)
    place = run.fresh.get(key)
    if place is not None:
        before = changes.registrations[place]
        changes.registrations[place] = before._replace(to_block=row.from_block, to_time=row.from_time)
    elif stored:
        ending = RegistrationEnding(row.from_block, row.from_time, row.number, row.version)
        changes.ended_registrations.append(ending)
    run.fresh[key] = len(changes.registrations)
    run.registrations[row.number][row.version] = row
    changes.registrations.append(row)


def _release(run: Run, act: ReadAct, row: RegistrationRow) -> None:
    changes, block, time = run.changes, act.log.block_number, time_of(act.event.fields["time"])
    for text in row.entries:
        entry = bytes.fromhex(text[2:])
        place = run.fresh.get(("hold", entry, row.number, row.version))
        if place is not None:
            changes.holds[place] = changes.holds[place]._replace(to_block=block, to_time=time)
        else:
            changes.ended_holds.append(HoldEnding(block, time, entry, row.number, row.version))


def _add_content(run: Run, act: ReadAct, number: str) -> tuple[str | None, str | None]:
    fields = act.event.fields
    title, malformed = application_title(fields["content"], fields["fields"])
    run.changes.registration_contents.append(
        RegistrationContentRow(
            act_index=act.event.index,
            number=number,
            version=fields["version"],
            content=fields["content"],
            content_digest=hashlib.sha256(fields["content"]).digest(),
            fields=[to_hex(value) for value in fields["fields"]],
            malformed=malformed,
        )
    )
    return title, malformed


def _certificate_root(fields: Iterable[bytes]) -> bytes:
    """Root over the fields: what is 32 bytes long is a leaf hash already (`IApplications.Application`)."""
    return root_of(value if len(value) == HASH_BYTES else leaf_hash(value) for value in fields)


def _is_authority(run: Run, code: str | None) -> bool:
    """Whether this is the data authority: the only organization of its kind."""
    known = run.state.organizations.get(code or "")
    return known is not None and known.kind == OrganizationKind.DATA_AUTHORITY
