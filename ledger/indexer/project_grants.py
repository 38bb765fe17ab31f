"""The fold of grants: plans and what they list, approvals, statuses, and which entries are held.

The events do not repeat what follows from them (`IGrants`, `IPlans`): whose consents are missing, what enters into
force with the last approval, that an open version is dropped with its grant, and the records of past statuses.
"""

from typing import Any

from ledger.errors import Inconsistent
from ledger.indexer.changes import GrantHoldEnding
from ledger.indexer.content import read_texts
from ledger.indexer.grant_rows import (
    GrantApprovalRow,
    GrantContentRow,
    GrantHoldRow,
    GrantRecordRow,
    GrantRow,
    GrantScopeRow,
    GrantVersionRow,
)
from ledger.indexer.grant_states import add_step, change, change_version, grant, set_grant, set_version, version
from ledger.indexer.rows import instant_of, time_of
from ledger.indexer.versions import Concern, ReadAct, Run, begins, code_of, digest_of
from ledger.model.grant import Approval, Basis, GrantContent, Kind, Mode, Stage, Status

_ENDS = {Status.TERMINATED, Status.REVOKED, Status.EXITED, Status.CLOSED}


def grant_planned(run: Run, act: ReadAct) -> Concern:
    """Begins a version; the first begins the grant."""
    fields = act.event.fields
    number, drawn, basis = fields["grant"], fields["version"], Basis(fields["basis"])
    content, malformed = read_texts(GrantContent, act.words)
    title = content.title if content else None
    if drawn == 1:
        set_grant(run, _new_grant(run, act, title), stored=False)
    else:
        change(run, act, grant(run, act, number), versions=drawn)
    known = grant(run, act, number)
    scope_of = drawn
    missing = 0
    if basis is Basis.RENEWAL:
        scope_of = version(run, act, number, known.current or 0).scope_of
        missing = len(run.grant_providers(number, scope_of) - {known.grantor})
    terms = fields["terms"]
    row = GrantVersionRow(
        version=drawn,
        grant=number,
        planned_index=act.event.index,
        basis=basis.name,
        stage=Stage.PLAN.name,
        open=True,
        required=fields["required"],
        taken=0,
        consents_missing=missing,
        agreement=None,
        scope_of=scope_of,
        scope_count=0,
        scope_digest=None,
        held_count=0,
        start=instant_of(terms["start"]),
        end=instant_of(terms["end"]),
        area=terms["area"],
        level=terms["level"],
        export_level=terms["exportLevel"],
        purposes=terms["purposes"],
        delegations=terms["delegations"],
        title=title,
        content_digest=act.content_digest,
        malformed=malformed,
        account=fields["account"],
        **begins(act),
    )
    set_version(run, row, stored=False)
    run.changes.grant_contents.append(
        GrantContentRow(act.event.index, number, drawn, act.words or b"", row.content_digest, malformed)
    )
    add_step(run, act, drawn, "PLANNED", basis.name)
    return malformed is not None, known.grantor


def _new_grant(run: Run, act: ReadAct, title: str | None) -> GrantRow:
    fields = act.event.fields
    parent = fields["parent"]
    run.grants[fields["grant"]] = None
    run.grant_versions[fields["grant"]] = {}
    return GrantRow(
        grant=fields["grant"],
        planned_index=act.event.index,
        grantor=code_of(fields["organization"]) or "",
        kind=Kind(fields["kind"]).name,
        mode=Mode(fields["mode"]).name if fields["mode"] else None,
        parent=parent or None,
        depth=grant(run, act, parent).depth + 1 if parent else 0,
        implementer=code_of(fields["implementer"]),
        grantee=code_of(fields["grantee"]) or "",
        versions=1,
        current=None,
        status=None,
        status_since=None,
        suspended_by_authority=False,
        valid_from=None,
        valid_until=None,
        title=title,
        reason=None,
        organization=code_of(fields["organization"]),
        account=fields["account"],
        **begins(act),
    )


def grant_scoped(run: Run, act: ReadAct) -> Concern:
    """Entries are listed in the scope of a version, and held for it."""
    fields, block, time = act.event.fields, act.log.block_number, time_of(act.event.fields["time"])
    number, drawn = fields["grant"], fields["version"]
    row = version(run, act, number, drawn)
    providers = []
    for place, listed in enumerate(fields["entries"], row.scope_count):
        entry = listed["entry"]
        provider = run.provider_of(entry)
        if provider is None:
            raise Inconsistent(f"act {act.event.index} lists unknown entry 0x{entry.hex()}")
        providers.append(provider)
        run.changes.grant_scopes.append(
            GrantScopeRow(
                act_index=act.event.index,
                position=place,
                grant=number,
                version=drawn,
                provider=provider,
                entry_id=entry,
                entry_version=listed["version"],
                operations=listed["operations"],
                items=listed["items"],
                level=None,
                time=time,
                block_number=block,
            )
        )
        run.fresh["grant_hold", entry, number, drawn] = len(run.changes.grant_holds)
        hold = GrantHoldRow(act.event.index, entry, number, drawn, block, None, time, None)
        run.changes.grant_holds.append(hold)
    return _listed(run, act, row, providers, row.held_count + len(providers))


def providers_scoped(run: Run, act: ReadAct) -> Concern:
    """Providers are listed in the scope of a version of an OVERALL grant; nothing is held."""
    fields = act.event.fields
    number, drawn = fields["grant"], fields["version"]
    row = version(run, act, number, drawn)
    providers = []
    for place, listed in enumerate(fields["providers"], row.scope_count):
        provider = code_of(listed["provider"]) or ""
        providers.append(provider)
        run.changes.grant_scopes.append(
            GrantScopeRow(
                act_index=act.event.index,
                position=place,
                grant=number,
                version=drawn,
                provider=provider,
                entry_id=None,
                entry_version=None,
                operations=listed["operations"],
                items=None,
                level=listed["level"],
                time=time_of(fields["time"]),
                block_number=act.log.block_number,
            )
        )
    return _listed(run, act, row, providers, row.held_count)


def _listed(run: Run, act: ReadAct, row: GrantVersionRow, providers: list[str], held: int) -> Concern:
    fields = act.event.fields
    known = grant(run, act, row.grant)
    listed = run.grant_providers(row.grant, row.version)
    asked = set(providers) - listed - {known.grantor}
    listed |= set(providers)
    change_version(
        run,
        act,
        row,
        scope_count=fields["scopeCount"],
        scope_digest=digest_of(fields["scopeDigest"]),
        held_count=held,
        consents_missing=row.consents_missing + len(asked),
    )
    add_step(run, act, row.version, "SCOPED", str(len(providers)))
    return False, known.grantor


def grant_approved(run: Run, act: ReadAct) -> Concern:
    """An approval is taken; with the last one the version is in force."""
    fields, time = act.event.fields, time_of(act.event.fields["time"])
    number, approval = fields["grant"], Approval(fields["approval"])
    row = version(run, act, number, fields["version"])
    missing, taken = row.consents_missing, row.taken
    values: dict[str, Any] = {}
    if approval is Approval.CONSENT:
        missing -= 1
    else:
        taken |= approval.bit
    if missing == 0:
        # `Plans._take`: consents count as taken with the first approval after the last of them.
        taken |= row.required & Approval.CONSENT.bit
    if approval is Approval.SIGNATURE:
        values["agreement"] = digest_of(fields["document"])
    stage = Stage.ENTERED if fields["entered"] else Stage.REVIEW
    row = change_version(
        run,
        act,
        row,
        stage=stage.name,
        taken=taken,
        consents_missing=missing,
        open=not fields["entered"],
        **values,
    )
    run.changes.grant_approvals.append(
        GrantApprovalRow(
            act_index=act.event.index,
            grant=number,
            version=row.version,
            approval=approval.name,
            provider=code_of(fields["provider"]),
            document=digest_of(fields["document"]),
            date=fields["date"] or None,
            scope_count=fields["scopeCount"],
            scope_digest=digest_of(fields["scopeDigest"]),
            entered=fields["entered"],
            valid_from=instant_of(fields["from"]) if fields["entered"] else None,
            organization=code_of(fields["organization"]),
            account=fields["account"],
            time=time,
            block_number=act.log.block_number,
        )
    )
    add_step(run, act, row.version, "APPROVED", approval.name)
    known = grant(run, act, number)
    if fields["entered"]:
        known = change(
            run,
            act,
            known,
            current=row.version,
            status=Status.ACTIVE.name,
            status_since=time,
            valid_from=instant_of(fields["from"]),
            valid_until=row.end,
            title=row.title,
        )
        _add_record(run, act, known)
    return False, known.grantor


def plan_ended(run: Run, act: ReadAct) -> Concern:
    """A version is refused or withdrawn: it never comes into force."""
    fields = act.event.fields
    refused = act.event.event == "GrantRefused"
    row = version(run, act, fields["grant"], fields["version"])
    stage = Stage.REFUSED if refused else Stage.WITHDRAWN
    change_version(run, act, row, stage=stage.name, open=False)
    add_step(run, act, row.version, stage.name, Approval(fields["approval"]).name if refused else None)
    return False, grant(run, act, row.grant).grantor


def status_changed(run: Run, act: ReadAct) -> Concern:
    """What is in force is suspended, resumed, or ends; an open version is dropped with its grant."""
    fields, time = act.event.fields, time_of(act.event.fields["time"])
    status = Status(fields["status"])
    known = grant(run, act, fields["grant"])
    values: dict[str, Any] = {}
    if status not in _ENDS:
        by_authority = run.is_authority(code_of(fields["organization"]))
        values["suspended_by_authority"] = status is Status.SUSPENDED and by_authority
    known = change(run, act, known, status=status.name, status_since=time, **values)
    _add_record(run, act, known)
    add_step(run, act, fields["version"], "RESUMED" if status is Status.ACTIVE else status.name)
    if status in _ENDS:
        last = version(run, act, known.grant, known.versions)
        if last.open:
            change_version(run, act, last, open=False)
    return False, known.grantor


def grant_settled(run: Run, act: ReadAct) -> Concern:
    """Entries are no longer held for a version."""
    fields, block, time = act.event.fields, act.log.block_number, time_of(act.event.fields["time"])
    number, drawn = fields["grant"], fields["version"]
    row = version(run, act, number, drawn)
    holds = run.changes.grant_holds
    for entry in fields["entries"]:
        place = run.fresh.get(("grant_hold", entry, number, drawn))
        if place is not None:
            holds[place] = holds[place]._replace(to_block=block, to_time=time)
        else:
            run.changes.ended_grant_holds.append(GrantHoldEnding(block, time, entry, number, drawn))
    change_version(run, act, row, held_count=row.held_count - len(fields["entries"]))
    add_step(run, act, drawn, "SETTLED", str(len(fields["entries"])))
    return False, grant(run, act, number).grantor


def _add_record(run: Run, act: ReadAct, row: GrantRow) -> None:
    """`GrantRecords._record`."""
    # A grant that changes its status has been in force.
    assert row.current is not None
    assert row.status is not None
    assert row.valid_from is not None
    assert row.valid_until is not None
    run.changes.grant_records.append(
        GrantRecordRow(
            act_index=act.event.index,
            grant=row.grant,
            version=row.current,
            status=row.status,
            time=time_of(act.event.fields["time"]),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            block_number=act.log.block_number,
        )
    )
