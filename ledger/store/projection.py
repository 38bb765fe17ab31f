"""Writing what acts amount to, into whatever transaction is open: for a batch, and for rebuilding everything."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, delete, select, update

from ledger.indexer.changes import Changes
from ledger.indexer.content import entry_content
from ledger.indexer.rows import AccountRow, OrganizationRow, ProposalRow
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
REGISTRATION_SPEAKER = metadata.tables["registration_speaker"]
GRANT = metadata.tables["grant"]
GRANT_VERSION = metadata.tables["grant_version"]
GRANT_CONTENT = metadata.tables["grant_content"]
GRANT_RECORD = metadata.tables["grant_record"]
GRANT_SCOPE = metadata.tables["grant_scope"]
GRANT_APPROVAL = metadata.tables["grant_approval"]
GRANT_STEP = metadata.tables["grant_step"]
GRANT_HOLD = metadata.tables["grant_hold"]
PRODUCT = metadata.tables["product"]
PRODUCT_PRICE = metadata.tables["product_price"]
DISCLOSURE = metadata.tables["disclosure"]
PROJECTIONS = (
    DISCLOSURE,
    PRODUCT_PRICE,
    PRODUCT,
    GRANT_HOLD,
    GRANT_STEP,
    GRANT_APPROVAL,
    GRANT_SCOPE,
    GRANT_RECORD,
    GRANT_CONTENT,
    GRANT_VERSION,
    GRANT,
    REGISTRATION_SPEAKER,
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
    bulk.end(connection, GRANT, ("grant",), changes.ended_grants)
    bulk.end(connection, GRANT_VERSION, ("grant", "version"), changes.ended_grant_versions)
    bulk.end(connection, GRANT_HOLD, ("entry_id", "grant", "version"), changes.ended_grant_holds)
    bulk.end(connection, PRODUCT, ("product",), changes.ended_products)
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
    bulk.insert(connection, REGISTRATION_SPEAKER, changes.speakers)
    bulk.insert(connection, GRANT, changes.grants)
    bulk.insert(connection, GRANT_VERSION, changes.grant_versions)
    bulk.insert(connection, GRANT_CONTENT, changes.grant_contents)
    bulk.insert(connection, GRANT_RECORD, changes.grant_records)
    bulk.insert(connection, GRANT_SCOPE, changes.grant_scopes)
    bulk.insert(connection, GRANT_APPROVAL, changes.grant_approvals)
    bulk.insert(connection, GRANT_STEP, changes.grant_steps)
    bulk.insert(connection, GRANT_HOLD, changes.grant_holds)
    bulk.insert(connection, PRODUCT, changes.products)
    bulk.insert(connection, PRODUCT_PRICE, changes.product_prices)
    bulk.insert(connection, DISCLOSURE, changes.disclosures)
    search.insert(connection, _searched(changes.search_texts))


def roll_back(connection: Connection, size: int, block: int) -> None:
    """Takes away the versions that acts from `size` on began, and opens again what ended above `block`."""
    gone = connection.execute(select(ENTRY.c.act_index, ENTRY.c.content).where(ENTRY.c.act_index >= size))
    texts = [(index, entry_content(content).search_text) for index, content in gone]
    search.delete(connection, _searched([(index, text) for index, text in texts if text]))
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
    organizations = bulk.read(connection, OrganizationRow, open_rows(ORGANIZATION))
    accounts = bulk.read(connection, AccountRow, open_rows(ACCOUNT))
    pending = open_rows(PROPOSAL).where(PROPOSAL.c.settled_index.is_(None))
    proposals = bulk.read(connection, ProposalRow, pending)
    return State(
        {row.code: row for row in organizations},
        {row.address: row for row in accounts},
        {row.number: row for row in proposals},
    )


def open_rows(table: Table) -> Select[Any]:
    """Select of the rows that stand."""
    return bulk.all_of(table, table.c.to_block.is_(None))


def _searched(texts: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    return list(zip([index for index, _ in texts], tokens(text for _, text in texts), strict=True))


def _began(table: Table) -> Column[Any]:
    return table.c.act_index if "act_index" in table.columns else table.c.from_index
