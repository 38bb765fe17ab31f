"""The fold of objections, and what they do to the registration that they are against.

Which entries are marked follows from the states alone: an accepted or upheld objection marks the entry that it is
against.
"""

from typing import Any

from ledger.errors import Inconsistent
from ledger.indexer.registration_rows import ObjectionRow
from ledger.indexer.registration_states import add_step, change, registration
from ledger.indexer.rows import clock_of, time_of
from ledger.indexer.versions import Concern, ReadAct, Run, begins, code_of, digest_of
from ledger.model.registration import ObjectionState, Stage, Status

_CODE_BYTES = 18


def objection_raised(run: Run, act: ReadAct) -> Concern:
    """Begins an objection; one more is open against the registration."""
    fields, time = act.event.fields, time_of(act.event.fields["time"])
    person = fields["person"]
    row = ObjectionRow(
        from_index=act.event.index,
        objection=fields["objection"],
        registration=code_of(fields["number"]),
        entry_id=digest_of(fields["entry"]),
        version=fields["version"],
        state=ObjectionState.RAISED.name,
        person=person,
        objector=None if person else code_of(fields["objector"][:_CODE_BYTES]),
        commitment=fields["objector"] if person else None,
        responsible=code_of(fields["responsible"]) or "",
        deadline=clock_of(fields["deadline"]),
        late=False,
        evidence=digest_of(fields["evidence"]),
        ground=fields["ground"],
        reason=None,
        raised_index=act.event.index,
        raised_time=time,
        organization=code_of(fields["organization"]),
        account=fields["account"],
        from_block=act.log.block_number,
        to_block=None,
        from_time=time,
        to_time=None,
    )
    _begin(run, act, row, stored=False)
    if row.registration is not None:
        against = registration(run, act, row.registration, row.version)
        against = change(run, act, against, open_objections=against.open_objections + 1)
        add_step(run, act, against, objection=row.objection)
    return False, row.responsible


def objection_decided(run: Run, act: ReadAct) -> Concern:
    """An objection comes to another state; upheld, it ends a notice or suspends what is in force."""
    fields = act.event.fields
    before = _objection(run, act, fields["objection"])
    row = before._replace(
        state=ObjectionState(fields["state"]).name,
        deadline=clock_of(fields["deadline"]),
        late=before.late or fields["late"],
        reason=digest_of(fields["reason"]),
        organization=code_of(fields["organization"]),
        account=fields["account"],
        **begins(act),
    )
    _begin(run, act, row, stored=True)
    if row.registration is not None:
        _tell_registration(run, act, row)
    return False, row.responsible


def _tell_registration(run: Run, act: ReadAct, row: ObjectionRow) -> None:
    against = registration(run, act, row.registration or "", row.version)
    if row.state != ObjectionState.ACCEPTED.name:
        values: dict[str, Any] = {"open_objections": against.open_objections - 1}
        if row.state == ObjectionState.UPHELD.name:
            # `RegistryRecords.uphold`.
            in_force = against.status == Status.ACTIVE.name and (
                against.valid_until is None or row.from_time < against.valid_until
            )
            if against.stage == Stage.NOTICE.name:
                values["stage"] = Stage.NOTICE_FAILED.name
            elif in_force:
                values |= {
                    "status": Status.SUSPENDED.name,
                    "status_since": row.from_time,
                    "suspended_for": row.objection,
                }
        against = change(run, act, against, **values)
    add_step(run, act, against, late=act.event.fields["late"], objection=row.objection)


def _objection(run: Run, act: ReadAct, number: int) -> ObjectionRow:
    found = run.objections.get(number) or run.stored.objection(number)
    if found is None:
        raise Inconsistent(f"act {act.event.index} ({act.event.event}) is about unknown objection {number}")
    return found


def _begin(run: Run, act: ReadAct, row: ObjectionRow, *, stored: bool) -> None:
    run.end(act, ("objection", row.objection), run.changes.objections, run.changes.ended_objections, stored=stored)
    run.objections[row.objection] = row
    run.changes.objections.append(row)
