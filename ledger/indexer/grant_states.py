"""The states of grants and their versions within one run of the fold: each act ends one and begins the next."""

from typing import Any

from ledger.errors import Inconsistent
from ledger.indexer.changes import Ending, GrantVersionEnding
from ledger.indexer.grant_rows import GrantRow, GrantStepRow, GrantVersionRow
from ledger.indexer.rows import time_of
from ledger.indexer.versions import ReadAct, Run, begins, code_of, digest_of


def grant(run: Run, act: ReadAct, number: int) -> GrantRow:
    """A grant as it stands. Raises Inconsistent when there is none: the contract had one."""
    if number not in run.grants:
        run.grants[number] = run.stored.grant(number)
    known = run.grants[number]
    if known is None:
        raise Inconsistent(f"act {act.event.index} ({act.event.event}) is about unknown grant {number}")
    return known


def version(run: Run, act: ReadAct, number: int, wanted: int) -> GrantVersionRow:
    """A version of a grant as it stands. Raises Inconsistent when there is none."""
    try:
        return _versions(run, number)[wanted]
    except KeyError:
        raise Inconsistent(
            f"act {act.event.index} ({act.event.event}) is about version {wanted} of grant {number}, "
            "which the mirror does not have"
        ) from None


def change(run: Run, act: ReadAct, row: GrantRow, **values: Any) -> GrantRow:
    """Ends the state that a grant is in and begins one with these values."""
    fields = act.event.fields
    changed = row._replace(
        **values,
        reason=digest_of(fields.get("reason", bytes(32))),
        organization=code_of(fields["organization"]),
        account=fields["account"],
        **begins(act),
    )
    set_grant(run, changed, stored=True)
    return changed


def change_version(run: Run, act: ReadAct, row: GrantVersionRow, **values: Any) -> GrantVersionRow:
    """Ends the state that a version is in and begins one with these values."""
    changed = row._replace(**values, account=act.event.fields["account"], **begins(act))
    set_version(run, changed, stored=True)
    return changed


def set_grant(run: Run, row: GrantRow, *, stored: bool) -> None:
    """Ends the state before, if there is one, and adds the row.

    Args:
        stored: whether the grant is one that this act did not begin.
    """
    rows, key = run.changes.grants, ("grant", row.grant)
    place = run.fresh.get(key)
    if place is not None:
        rows[place] = rows[place]._replace(to_block=row.from_block, to_time=row.from_time)
    elif stored:
        run.changes.ended_grants.append(Ending(row.from_block, row.from_time, row.grant))
    run.fresh[key] = len(rows)
    run.grants[row.grant] = row
    rows.append(row)


def set_version(run: Run, row: GrantVersionRow, *, stored: bool) -> None:
    """As `set_grant`, for a version."""
    rows, key = run.changes.grant_versions, ("grant_version", row.grant, row.version)
    place = run.fresh.get(key)
    if place is not None:
        rows[place] = rows[place]._replace(to_block=row.from_block, to_time=row.from_time)
    elif stored:
        ending = GrantVersionEnding(row.from_block, row.from_time, row.grant, row.version)
        run.changes.ended_grant_versions.append(ending)
    run.fresh[key] = len(rows)
    _versions(run, row.grant)[row.version] = row
    rows.append(row)


def _versions(run: Run, number: int) -> dict[int, GrantVersionRow]:
    """The versions of a grant as they stand, those of earlier runs included."""
    if number not in run.grant_versions:
        run.grant_versions[number] = {row.version: row for row in run.stored.grant_versions(number)}
    return run.grant_versions[number]


def add_step(run: Run, act: ReadAct, drawn: int, step: str, detail: str | None = None) -> None:
    """Keeps what an act did to a version of a grant."""
    fields = act.event.fields
    organization = fields.get("organization")
    run.changes.grant_steps.append(
        GrantStepRow(
            act_index=act.event.index,
            grant=fields["grant"],
            version=drawn,
            step=step,
            detail=detail,
            # Anyone settles: the act names no organization then.
            organization=run.organization_of(fields["account"]) if organization is None else code_of(organization),
            account=fields["account"],
            time=time_of(fields["time"]),
            reason=digest_of(fields.get("reason", bytes(32))),
            block_number=act.log.block_number,
        )
    )
