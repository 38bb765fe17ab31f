"""Reading the mirror. Every question can be asked as of a block: `at`, None for the head.

A version row is in force at a block when from_block <= block < to_block.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.sql import ColumnElement

from ledger.chain.journal_entry import entry_bytes, split_topics
from ledger.errors import NotFound
from ledger.indexer.health import HealthRow
from ledger.indexer.rows import (
    AccountRow,
    ActRow,
    CalendarRow,
    CursorRow,
    EntryRow,
    OrganizationRow,
    ParameterRow,
    ProposalRow,
)
from ledger.merkle.tiles import ReadTile, Tile, nodes, read_whole
from ledger.merkle.tree import Nodes
from ledger.model.suppression import Suppression
from ledger.model.workdays import Calendars, bits_of
from ledger.store import bulk, entry_queries, moments
from ledger.store.entry_queries import EntryFilter, Facets, Filter
from ledger.store.grant_queries import GrantQueries
from ledger.store.health import count_evidence, read_health
from ledger.store.inbox_queries import InboxQueries
from ledger.store.moments import Point
from ledger.store.objection_queries import ObjectionQueries
from ledger.store.product_queries import ProductQueries
from ledger.store.projection import ACCOUNT, ACT, CALENDAR, ORGANIZATION, PARAMETER, PROPOSAL
from ledger.store.questions import begun, in_force
from ledger.store.registration_queries import RegistrationQueries
from ledger.store.suppression import leaf_of
from ledger.store.writer import PublishedCheckpoint, read_checkpoint, read_cursor, read_suppressions, read_tile


class Queries(RegistrationQueries, ObjectionQueries, InboxQueries, GrantQueries, ProductQueries):
    """Questions to the mirror."""

    # The journal

    def position(self) -> CursorRow:
        """How far the mirror has come. Raises NotFound when nothing was indexed yet."""
        with self._connect() as connection:
            cursor = read_cursor(connection)
        if cursor is None:
            raise NotFound("the mirror is empty: run `mulu index`")
        return cursor

    def point_at_block(self, number: int) -> Point | None:
        """The last block known at or before a number; None before the first act."""
        with self._connect() as connection:
            return moments.at_block(connection, number)

    def point_at_time(self, moment: datetime) -> Point | None:
        """The last block known at or before a time; None before the first act."""
        with self._connect() as connection:
            return moments.at_time(connection, moment)

    def read_tile(self, level: int, number: int) -> bytes:
        """A tile of the journal; empty when there is none."""
        with self._connect() as connection:
            return read_tile(connection, level, number)

    def tile(self, tile: Tile) -> bytes:
        """A tile's hashes, of its width. Raises Inconsistent when the mirror has fewer."""
        return read_whole(self.read_tile, tile)

    def nodes(self, size: int) -> Nodes:
        """The journal's nodes for roots and paths of the first `size` acts; lives as long as no reorganization."""
        read: ReadTile = self.read_tile
        return nodes(size, read)

    def checkpoint(self) -> PublishedCheckpoint | None:
        """The checkpoint that is published; None before the first."""
        with self._connect() as connection:
            return read_checkpoint(connection)

    def health(self) -> HealthRow | None:
        """How indexer and sentinel fare; None before the first word."""
        with self._connect() as connection:
            return read_health(connection)

    def count_evidence(self) -> int:
        """How often the indexer was stopped by what it found."""
        with self._connect() as connection:
            return count_evidence(connection)

    # Acts

    def suppressions(self) -> dict[int, Suppression]:
        """The acts whose words are withheld, by index."""
        with self._connect() as connection:
            return read_suppressions(connection)

    def leaf(self, index: int) -> bytes:
        """The leaf of an act, 32 bytes."""
        with self._connect() as connection:
            return leaf_of(connection, index)

    def act(self, index: int) -> ActRow | None:
        """One act."""
        with self._connect() as connection:
            return next(iter(bulk.read(connection, ActRow, bulk.all_of(ACT, ACT.c.index == index))), None)

    def journal_entries(self, start: int, end: int) -> list[bytes]:
        """What the leaves [start, end) are hashes of, after 0x00."""
        columns = (ACT.c.emitter, ACT.c.topics, ACT.c.data)
        statement = select(*columns).where(ACT.c.index >= start, ACT.c.index < end).order_by(ACT.c.index)
        with self._connect() as connection:
            found = connection.execute(statement).all()
        return [entry_bytes(row.emitter, split_topics(row.topics), row.data) for row in found]

    def acts(
        self,
        after: int | None = None,
        limit: int = 100,
        at: int | None = None,
        contract: str | None = None,
        event: str | None = None,
        organization: str | None = None,
        account: bytes | None = None,
        newest_first: bool = True,
    ) -> list[ActRow]:
        """A page of acts beyond index `after`, downwards when the newest come first."""
        conditions: list[ColumnElement[bool]] = []
        given = {"contract": contract, "event": event, "organization": organization, "account": account}
        conditions += [ACT.c[name] == value for name, value in given.items() if value is not None]
        if at is not None:
            conditions.append(ACT.c.block_number <= at)
        if after is not None:
            conditions.append(ACT.c.index < after if newest_first else ACT.c.index > after)
        order = ACT.c.index.desc() if newest_first else ACT.c.index
        with self._connect() as connection:
            return bulk.read(connection, ActRow, bulk.all_of(ACT, *conditions).order_by(order).limit(limit))

    # Entries

    def entries(
        self,
        filter: EntryFilter | None = None,
        at: int | None = None,
        after: int | None = None,
        limit: int = 100,
        newest_first: bool = False,
    ) -> list[EntryRow]:
        """A page of entries in force beyond act index `after`, downwards when the newest come first."""
        with self._connect() as connection:
            return entry_queries.entries(connection, filter or Filter(), at, after, limit, newest_first)

    def count_entries(self, filter: EntryFilter, at: int | None, most: int) -> int:
        """How many entries in force a filter admits, counted up to `most`."""
        with self._connect() as connection:
            return entry_queries.count(connection, filter, at, most)

    def entry(self, id: bytes, at: int | None = None) -> EntryRow | None:
        """The version in force."""
        with self._connect() as connection:
            return entry_queries.entry(connection, id, at)

    def entry_titles(self, ids: Sequence[bytes], at: int | None = None) -> dict[bytes, str | None]:
        """Titles of the entries among `ids` that exist."""
        with self._connect() as connection:
            return entry_queries.titles(connection, list(ids), at)

    def entry_version(self, id: bytes, version: int) -> EntryRow | None:
        """One version, in force or not."""
        with self._connect() as connection:
            return entry_queries.version(connection, id, version)

    def entry_history(
        self,
        id: bytes,
        at: int | None = None,
        after_version: int | None = None,
        limit: int = 100,
        newest_first: bool = False,
    ) -> list[EntryRow]:
        """The versions begun so far, those beyond `after_version`, downwards when the newest come first."""
        with self._connect() as connection:
            return entry_queries.history(connection, id, at, after_version, limit, newest_first)

    def facets(self, at: int | None = None, most: int = 200) -> Facets:
        """Themes, providers and sources of the active entries in force with how many, the `most` frequent of each."""
        with self._connect() as connection:
            return entry_queries.facets(connection, at, most)

    # Organizations and accounts

    def organizations(
        self,
        q: str | None = None,
        kind: int | None = None,
        parent: str | None = None,
        suspended: bool | None = None,
        at: int | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[OrganizationRow]:
        """A page of organizations, by code. `q` is part of a name, an alias or a code, whatever its case."""
        conditions = [in_force(ORGANIZATION, at)]
        given = {"kind": kind, "parent": parent, "suspended": suspended}
        conditions += [ORGANIZATION.c[name] == value for name, value in given.items() if value is not None]
        if after is not None:
            conditions.append(ORGANIZATION.c.code > after)
        statement = bulk.all_of(ORGANIZATION, *conditions).order_by(ORGANIZATION.c.code)
        if q is None and limit is not None:
            statement = statement.limit(limit)
        with self._connect() as connection:
            rows = bulk.read(connection, OrganizationRow, statement)
        if q is not None:
            # A city has a few thousand at most; their aliases are a list that SQL would have to take apart.
            wanted = q.casefold()
            rows = [
                row for row in rows if any(wanted in text.casefold() for text in (row.name, row.code, *row.aliases))
            ]
        return rows[:limit]

    def organization(self, code: str, at: int | None = None) -> OrganizationRow | None:
        """The version in force."""
        statement = bulk.all_of(ORGANIZATION, ORGANIZATION.c.code == code, in_force(ORGANIZATION, at))
        with self._connect() as connection:
            return next(iter(bulk.read(connection, OrganizationRow, statement)), None)

    def organization_history(
        self, code: str, at: int | None = None, limit: int = 500, newest_first: bool = False
    ) -> list[OrganizationRow]:
        """The versions begun so far, the first `limit` of them in the order asked for."""
        statement = bulk.all_of(ORGANIZATION, ORGANIZATION.c.code == code, *begun(ORGANIZATION, at))
        order = ORGANIZATION.c.from_index.desc() if newest_first else ORGANIZATION.c.from_index
        return self._all(OrganizationRow, statement.order_by(order).limit(limit))

    def organization_names(self, codes: Sequence[str], at: int | None = None) -> dict[str, str]:
        """Names by code, of those that exist."""
        columns = ORGANIZATION.c
        statement = select(columns.code, columns.name).where(columns.code.in_(codes), in_force(ORGANIZATION, at))
        with self._connect() as connection:
            return {row.code: row.name for row in connection.execute(statement)}

    def accounts(
        self,
        organization: str | None = None,
        at: int | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> list[AccountRow]:
        """Accounts, ended ones included, by the act that made them what they are; all when there is no `limit`."""
        conditions = [in_force(ACCOUNT, at)]
        if organization is not None:
            conditions.append(ACCOUNT.c.organization == organization)
        order = ACCOUNT.c.from_index.desc() if newest_first else ACCOUNT.c.from_index
        statement = bulk.all_of(ACCOUNT, *conditions).order_by(order, ACCOUNT.c.address).limit(limit)
        return self._all(AccountRow, statement)

    def account(self, address: bytes, at: int | None = None) -> AccountRow | None:
        """The version in force."""
        statement = bulk.all_of(ACCOUNT, ACCOUNT.c.address == address, in_force(ACCOUNT, at))
        with self._connect() as connection:
            return next(iter(bulk.read(connection, AccountRow, statement)), None)

    # Government

    def proposals(self, pending: bool | None = None, at: int | None = None) -> list[ProposalRow]:
        """Proposals by number; only those that are pending, or settled, when that is asked."""
        conditions = [in_force(PROPOSAL, at)]
        if pending is not None:
            settled = PROPOSAL.c.settled_index
            conditions.append(settled.is_(None) if pending else settled.is_not(None))
        statement = bulk.all_of(PROPOSAL, *conditions).order_by(PROPOSAL.c.number)
        with self._connect() as connection:
            return bulk.read(connection, ProposalRow, statement)

    def proposal(self, number: int, at: int | None = None) -> ProposalRow | None:
        """The version in force."""
        statement = bulk.all_of(PROPOSAL, PROPOSAL.c.number == number, in_force(PROPOSAL, at))
        with self._connect() as connection:
            return next(iter(bulk.read(connection, ProposalRow, statement)), None)

    def parameters(self, name: str | None = None, at: int | None = None) -> list[ParameterRow]:
        """All versions of parameters, by name and version, those in waiting included."""
        conditions = begun(PARAMETER, at)
        if name is not None:
            conditions.append(PARAMETER.c.name == name)
        statement = bulk.all_of(PARAMETER, *conditions).order_by(PARAMETER.c.name, PARAMETER.c.version)
        with self._connect() as connection:
            return bulk.read(connection, ParameterRow, statement)

    def parameters_in_force(self, moment: datetime, at: int | None = None) -> list[ParameterRow]:
        """Of each parameter the version in force at a moment, as far as block `at` knew."""
        seconds = int(moment.timestamp())
        found = {row.name: row for row in self.parameters(at=at) if row.effective_from <= seconds}
        return list(found.values())

    def calendar_versions(self, year: int | None = None, at: int | None = None) -> list[CalendarRow]:
        """All versions of calendars, by year and version."""
        conditions = begun(CALENDAR, at)
        if year is not None:
            conditions.append(CALENDAR.c.year == year)
        statement = bulk.all_of(CALENDAR, *conditions).order_by(CALENDAR.c.year, CALENDAR.c.version)
        return self._all(CalendarRow, statement)

    def calendars(self, at: int | None = None) -> Calendars:
        """The working days of each year that has a calendar."""
        rows = self.calendar_versions(at=at)
        return Calendars({row.year: bits_of(row.workdays_low, row.workdays_high) for row in rows})
