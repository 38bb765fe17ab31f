"""Writing what acts amount to, into whatever transaction is open: for a batch, and for rebuilding everything."""

from typing import Any

from sqlalchemy import Column, Connection, Select, Table, delete, select, update

from ledger.indexer.changes import Changes
from ledger.indexer.content import entry_content
from ledger.indexer.registration_rows import ObjectionRow, RegistrationRow
from ledger.indexer.rows import AccountRow, EntryRow, OrganizationRow, ProposalRow
from ledger.indexer.versions import State
from ledger.store import bulk, search
from ledger.store.bigrams import tokens
from ledger.store.tables import metadata

ACT = metadata.tables["act"]
ORGANIZATION = metadata.tables["organization"]
ACCOUNT = metadata.tables["account"]
PROPOSAL = metadata.tables["proposal"]
PARAMETER = metadata.tables["parameter"]
CALENDAR = metadata.tables["calendar"]
ENTRY = metadata.tables["entry"]
REGISTRATION = metadata.tables["registration"]
REGISTRATION_CONTENT = metadata.tables["registration_content"]
REGISTRATION_STEP = metadata.tables["registration_step"]
OBJECTION = metadata.tables["objection"]
ENTRY_HOLD = metadata.tables["entry_hold"]
PROJECTIONS = (
    ENTRY_HOLD,
    OBJECTION,
    REGISTRATION_STEP,
    REGISTRATION_CONTENT,
    REGISTRATION,
    ENTRY,
    CALENDAR,
    PARAMETER,
    PROPOSAL,
    ACCOUNT,
    ORGANIZATION,
)


def apply(connection: Connection, changes: Changes) -> None:
    """Writes the versions that end and those that begin; the acts themselves are there already."""
    bulk.end(connection, ORGANIZATION, ("code",), changes.ended_organizations)
    bulk.end(connection, ACCOUNT, ("address",), changes.ended_accounts)
    bulk.end(connection, PROPOSAL, ("number",), changes.ended_proposals)
    bulk.end(connection, ENTRY, ("entry_id", "version"), changes.ended_entries)
    bulk.end(connection, REGISTRATION, ("number", "version"), changes.ended_registrations)
    bulk.end(connection, OBJECTION, ("objection",), changes.ended_objections)
    bulk.end(connection, ENTRY_HOLD, ("entry_id", "number", "version"), changes.ended_holds)
    bulk.insert(connection, ORGANIZATION, changes.organizations)
    bulk.insert(connection, ACCOUNT, changes.accounts)
    bulk.insert(connection, PROPOSAL, changes.proposals)
    bulk.insert(connection, PARAMETER, changes.parameters)
    bulk.insert(connection, CALENDAR, changes.calendars)
    bulk.insert(connection, ENTRY, changes.entries)
    bulk.insert(connection, REGISTRATION, changes.registrations)
    bulk.insert(connection, REGISTRATION_CONTENT, changes.registration_contents)
    bulk.insert(connection, REGISTRATION_STEP, changes.registration_steps)
    bulk.insert(connection, OBJECTION, changes.objections)
    bulk.insert(connection, ENTRY_HOLD, changes.holds)
    search.insert(connection, [(index, tokens(text)) for index, text in changes.search_texts])


def roll_back(connection: Connection, size: int, block: int) -> None:
    """Takes away the versions that acts from `size` on began, and opens again what ended above `block`."""
    gone = connection.execute(select(ENTRY.c.act_index, ENTRY.c.content).where(ENTRY.c.act_index >= size))
    texts = ((index, entry_content(content).search_text) for index, content in gone)
    search.delete(connection, [(index, tokens(text)) for index, text in texts if text])
    for table in PROJECTIONS:
        connection.execute(delete(table).where(_began(table) >= size))
        if "to_block" in table.columns:
            reopened = update(table).where(table.c.to_block > block)
            connection.execute(reopened.values(to_block=None, to_time=None))


def clear(connection: Connection) -> None:
    """Takes everything away."""
    search.clear(connection)
    for table in PROJECTIONS:
        connection.execute(delete(table))


def state(connection: Connection) -> State:
    """The current versions that the fold looks at."""
    organizations = bulk.read(connection, OrganizationRow, _open(ORGANIZATION))
    accounts = bulk.read(connection, AccountRow, _open(ACCOUNT))
    pending = _open(PROPOSAL).where(PROPOSAL.c.settled_index.is_(None))
    proposals = bulk.read(connection, ProposalRow, pending)
    return State(
        {row.code: row for row in organizations},
        {row.address: row for row in accounts},
        {row.number: row for row in proposals},
    )


class Current:
    """What stands in the mirror within one transaction (`ledger.indexer.versions.Stored`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def entry(self, entry_id: bytes) -> EntryRow | None:
        """The current version of an entry."""
        statement = bulk.all_of(ENTRY, ENTRY.c.entry_id == entry_id).order_by(ENTRY.c.version.desc()).limit(1)
        return next(iter(bulk.read(self._connection, EntryRow, statement)), None)

    def registration(self, number: str) -> list[RegistrationRow]:
        """The versions of a registration as they stand."""
        statement = _open(REGISTRATION).where(REGISTRATION.c.number == number)
        return bulk.read(self._connection, RegistrationRow, statement)

    def objection(self, number: int) -> ObjectionRow | None:
        """An objection as it stands."""
        statement = _open(OBJECTION).where(OBJECTION.c.objection == number)
        return next(iter(bulk.read(self._connection, ObjectionRow, statement)), None)


def _open(table: Table) -> Select[Any]:
    return bulk.all_of(table, table.c.to_block.is_(None))


def _began(table: Table) -> Column[Any]:
    return table.c.act_index if "act_index" in table.columns else table.c.from_index
