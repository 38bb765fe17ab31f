"""The fold of registrations: applications, their steps, and what was issued.

The events do not repeat what follows from them (`IRegistry`, `IApplications`): which version is superseded and settled,
that an open application lapses with its registration, and which entries are held.
"""

from collections.abc import Iterable
from typing import Any

from ledger.errors import Inconsistent
from ledger.indexer.content import application_title
from ledger.indexer.project_speakers import speak
from ledger.indexer.registration_rows import EntryHoldRow, RegistrationContentRow, RegistrationRow
from ledger.indexer.registration_states import add_step, begin_state, change, meant, registration, release, versions
from ledger.indexer.rows import clock_of, time_of
from ledger.indexer.versions import Concern, ReadAct, Run, code_of, digest_of
from ledger.merkle.hashing import HASH_BYTES, leaf_hash, root_of
from ledger.model.ids import to_hex
from ledger.model.registration import Kind, Stage, Status


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
        content_digest=act.content_digest,
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
    begin_state(run, row, stored=False)
    add_step(run, act, row)
    for entry in fields["entries"]:
        hold = EntryHoldRow(act.event.index, entry, number, version, act.log.block_number, None, time, None)
        run.fresh["hold", entry, number, version] = len(run.changes.holds)
        run.changes.holds.append(hold)
    return malformed is not None, row.subject


def application_supplemented(run: Run, act: ReadAct) -> Concern:
    """Content and fields are replaced."""
    fields = act.event.fields
    row = meant(run, act)
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
        content_digest=act.content_digest,
        certificate_root=_certificate_root(fields["fields"]),
        field_count=len(fields["fields"]),
        late=row.late or fields["late"],
    )
    add_step(run, act, row, late=fields["late"])
    return malformed is not None, row.subject


def application_advanced(run: Run, act: ReadAct) -> Concern:
    """An application comes to another stage."""
    fields, event = act.event.fields, act.event.event
    row = meant(run, act)
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
    row = meant(run, act)
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
            release(run, act, before)
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
    speak(run, act, row)
    return False, row.subject


def status_changed(run: Run, act: ReadAct) -> Concern:
    """What was issued is suspended, resumed, cancelled or revoked; an open application lapses with its registration."""
    fields = act.event.fields
    status = Status(fields["status"])
    row = meant(run, act)
    values: dict[str, Any] = {"status": status.name, "status_since": time_of(fields["time"])}
    if status in (Status.ACTIVE, Status.SUSPENDED):
        by_authority = status is Status.SUSPENDED and run.is_authority(code_of(fields["organization"]))
        values |= {"suspended_for": None, "suspended_by_authority": by_authority}
    row = change(run, act, row, **values)
    add_step(run, act, row)
    if status in (Status.CANCELLED, Status.REVOKED):
        drawn = run.registrations[row.number]
        last = drawn[max(drawn)]
        if Stage[last.stage].is_open:
            add_step(run, act, change(run, act, last, stage=Stage.LAPSED.name), step="LAPSED")
    return False, row.subject


def registration_settled(run: Run, act: ReadAct) -> Concern:
    """The entries of a version are no longer held."""
    row = meant(run, act)
    release(run, act, row)
    add_step(run, act, change(run, act, row, settled=True))
    return False, row.subject


def national_code_assigned(run: Run, act: ReadAct) -> Concern:
    """Every version of the registration has the code from now on; the step is that of the one issued last."""
    number = code_of(act.event.fields["number"]) or ""
    code = act.event.fields["code"].decode("ascii", "backslashreplace")
    issued = [row for row in versions(run, number).values() if row.issued_time is not None]
    if not issued:
        raise Inconsistent(f"act {act.event.index} gives {number} a national code, but the mirror has none issued")
    last = max(issued, key=lambda row: row.version)
    for row in list(versions(run, number).values()):
        row = change(run, act, row, national_code=code or None)
        if row.version == last.version:
            add_step(run, act, row)
    return False, last.subject


def _add_content(run: Run, act: ReadAct, number: str) -> tuple[str | None, str | None]:
    fields = act.event.fields
    title, malformed = application_title(act.words, fields["fields"])
    run.changes.registration_contents.append(
        RegistrationContentRow(
            act_index=act.event.index,
            number=number,
            version=fields["version"],
            content=act.words or b"",
            content_digest=act.content_digest,
            fields=[] if act.suppressed else [to_hex(value) for value in fields["fields"]],
            malformed=malformed,
        )
    )
    return title, malformed


def _certificate_root(fields: Iterable[bytes]) -> bytes:
    """Root over the fields: what is 32 bytes long is a leaf hash already (`IApplications.Application`)."""
    return root_of(value if len(value) == HASH_BYTES else leaf_hash(value) for value in fields)
