"""The states of a registration's versions within one run of the fold: each act ends one and begins the next."""

from typing import Any

from ledger.errors import Inconsistent
from ledger.indexer.changes import HoldEnding, RegistrationEnding
from ledger.indexer.registration_rows import RegistrationRow, RegistrationStepRow
from ledger.indexer.rows import time_of
from ledger.indexer.versions import ReadAct, Run, code_of, digest_of

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


def registration(run: Run, act: ReadAct, number: str, version: int) -> RegistrationRow:
    """A version as it stands. Raises Inconsistent when there is none: the contract had one."""
    try:
        return versions(run, number)[version]
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
    begin_state(run, changed, stored=True)
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


def meant(run: Run, act: ReadAct) -> RegistrationRow:
    """The version that an act names."""
    fields = act.event.fields
    return registration(run, act, code_of(fields["number"]) or "", fields["version"])


def versions(run: Run, number: str) -> dict[int, RegistrationRow]:
    """The versions of a registration as they stand; empty when there is none."""
    known = run.registrations.get(number)
    if known is None:
        known = run.registrations[number] = {row.version: row for row in run.stored.registration(number)}
    return known


def begin_state(run: Run, row: RegistrationRow, *, stored: bool) -> None:
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


def release(run: Run, act: ReadAct, row: RegistrationRow) -> None:
    """The entries of a version are no longer held."""
    changes, block, time = run.changes, act.log.block_number, time_of(act.event.fields["time"])
    for text in row.entries:
        entry = bytes.fromhex(text[2:])
        place = run.fresh.get(("hold", entry, row.number, row.version))
        if place is not None:
            changes.holds[place] = changes.holds[place]._replace(to_block=block, to_time=time)
        else:
            changes.ended_holds.append(HoldEnding(block, time, entry, row.number, row.version))
