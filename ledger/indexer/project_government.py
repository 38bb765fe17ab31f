"""The fold of proposals, parameters, calendars and the journal's own acts."""

from ledger.indexer.rows import CalendarRow, ParameterRow, ProposalRow, time_of
from ledger.indexer.versions import Concern, ReadAct, Run, begins


def proposal_made(run: Run, act: ReadAct) -> Concern:
    """Begins a proposal."""
    fields = act.event.fields
    row = ProposalRow(
        from_index=act.event.index,
        number=fields["proposal"],
        target=fields["target"],
        action=fields["action"],
        account=fields["account"],
        made_index=act.event.index,
        made_time=time_of(fields["time"]),
        settled_by=None,
        settled_index=None,
        from_block=act.log.block_number,
        to_block=None,
        from_time=time_of(fields["time"]),
        to_time=None,
    )
    run.fresh["proposal", row.number] = len(run.changes.proposals)
    run.state.proposals[row.number] = row
    run.changes.proposals.append(row)
    return False, run.organization_of(fields["account"])


def settle(run: Run, number: int, act: ReadAct) -> None:
    """The proposal was confirmed, and this act came of it first."""
    changes, current = run.changes, run.state.proposals
    row = current[number]._replace(settled_by=act.event.fields["account"], settled_index=act.event.index, **begins(act))
    run.end(act, ("proposal", number), changes.proposals, changes.ended_proposals, stored=True)
    changes.proposals.append(row)
    del current[number]


def journal(run: Run, act: ReadAct) -> Concern:
    """Changes nothing but the journal."""
    return False, run.organization_of(act.event.fields["account"])


def parameter_set(run: Run, act: ReadAct) -> Concern:
    """Begins a version of a parameter."""
    fields = act.event.fields
    run.changes.parameters.append(
        ParameterRow(
            from_index=act.event.index,
            name=fields["name"].rstrip(b"\0").decode("ascii", "backslashreplace").replace("\0", "\\x00"),
            version=fields["version"],
            value=fields["value"],
            effective_from=fields["effectiveFrom"],
            source=fields["source"],
            proposal=fields["proposal"],
            account=fields["account"],
            from_block=act.log.block_number,
            from_time=time_of(fields["time"]),
        )
    )
    return False, run.organization_of(fields["account"])


def calendar_set(run: Run, act: ReadAct) -> Concern:
    """Begins a version of a year's calendar."""
    fields = act.event.fields
    low, high = fields["workdays"]
    run.changes.calendars.append(
        CalendarRow(
            from_index=act.event.index,
            year=fields["year"],
            version=fields["version"],
            workdays_low=low,
            workdays_high=high,
            source=fields["source"],
            proposal=fields["proposal"],
            account=fields["account"],
            from_block=act.log.block_number,
            from_time=time_of(fields["time"]),
        )
    )
    return False, run.organization_of(fields["account"])
