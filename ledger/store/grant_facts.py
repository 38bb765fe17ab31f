"""What judging a grant asks of the mirror (`ledger.grant.check.Ledger`), as a block knew it.

Identities and listings never change, so they are kept while the object lives; it lives for one answer.
"""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from ledger.indexer.grant_rows import (
    GrantApprovalRow,
    GrantRecordRow,
    GrantRow,
    GrantScopeRow,
    GrantStepRow,
    GrantVersionRow,
)
from ledger.indexer.registration_rows import RegistrationRow
from ledger.indexer.rows import EntryRow
from ledger.store import bulk
from ledger.store.projection import (
    ENTRY,
    GRANT,
    GRANT_APPROVAL,
    GRANT_RECORD,
    GRANT_SCOPE,
    GRANT_STEP,
    GRANT_VERSION,
    REGISTRATION,
    REGISTRATION_SPEAKER,
)
from ledger.store.questions import in_force

_LAST_BLOCK = 2**63 - 1
Row = TypeVar("Row")


class GrantFacts:
    """Facts from one read transaction.

    Args:
        at: the block up to whose end acts are known; None for all.
    """

    def __init__(self, connection: Connection, at: int | None = None) -> None:
        self._connection = connection
        self._block = _LAST_BLOCK if at is None else at
        self._at = at
        self._grants: dict[int, GrantRow | None] = {}

    def grant(self, number: int) -> GrantRow | None:
        """A grant as it stands."""
        if number not in self._grants:
            statement = bulk.all_of(GRANT, GRANT.c.grant == number, in_force(GRANT, self._at))
            self._grants[number] = self._first(GrantRow, statement)
        return self._grants[number]

    def grant_record_at(self, number: int, time: datetime) -> GrantRecordRow | None:
        """The last record of a grant at or before a time."""
        column = GRANT_RECORD.c
        wanted = (column.grant == number, column.time <= time, column.block_number <= self._block)
        return self._first(GrantRecordRow, bulk.all_of(GRANT_RECORD, *wanted).order_by(column.act_index.desc()))

    def grant_version(self, number: int, version: int) -> GrantVersionRow | None:
        """A version of a grant as it stands."""
        wanted = (GRANT_VERSION.c.grant == number, GRANT_VERSION.c.version == version)
        return self._first(GrantVersionRow, bulk.all_of(GRANT_VERSION, *wanted, in_force(GRANT_VERSION, self._at)))

    def listed_entry(self, number: int, version: int, entry: bytes) -> GrantScopeRow | None:
        """What the scope that a version lists itself says of an entry."""
        column = GRANT_SCOPE.c
        wanted = (column.grant == number, column.version == version, column.entry_id == entry)
        return self._first(GrantScopeRow, bulk.all_of(GRANT_SCOPE, *wanted, column.block_number <= self._block))

    def listed_provider(self, number: int, version: int, provider: str) -> GrantScopeRow | None:
        """What the scope that a version lists itself says of a provider."""
        column = GRANT_SCOPE.c
        wanted = (
            column.grant == number,
            column.version == version,
            column.provider == provider,
            column.entry_id.is_(None),
        )
        return self._first(GrantScopeRow, bulk.all_of(GRANT_SCOPE, *wanted, column.block_number <= self._block))

    def entry_at(self, entry: bytes, time: datetime) -> EntryRow | None:
        """The version of an entry that held at a time; before its beginning the first one."""
        # One that ended only above the block held there still: then the newest that the block knew is the last.
        column = ENTRY.c
        known = (column.entry_id == entry, column.from_block <= self._block)
        held = bulk.all_of(ENTRY, *known, column.to_time > time, column.to_block <= self._block)
        last = bulk.all_of(ENTRY, *known).order_by(column.version.desc())
        return self._first(EntryRow, held.order_by(column.version)) or self._first(EntryRow, last)

    def registration_at(self, entry: bytes, time: datetime) -> RegistrationRow | None:
        """The version issued last, as it stood, of the registration that spoke for an entry."""
        speaker = REGISTRATION_SPEAKER.c
        wanted = (speaker.entry_id == entry, speaker.time <= time, speaker.block_number <= self._block)
        number = self._connection.scalar(
            select(speaker.number).where(*wanted).order_by(speaker.act_index.desc()).limit(1)
        )
        if number is None:
            return None
        column = REGISTRATION.c
        states = bulk.all_of(
            REGISTRATION,
            column.number == number,
            column.status.is_not(None),
            column.from_time <= time,
            column.from_block <= self._block,
        )
        # Of the version issued last, the state begun last: an act that supersedes changes the one before after it.
        return self._first(RegistrationRow, states.order_by(column.version.desc(), column.from_index.desc()))

    def candidates(self, organization: str, entry: bytes) -> list[int]:
        """Grants to an organization that list an entry, or its provider, in any version; ascending."""
        scope = GRANT_SCOPE.c
        granted = select(GRANT.c.grant).where(GRANT.c.grantee == organization, in_force(GRANT, self._at))
        statement = select(scope.grant).distinct().where(lists(entry), scope.block_number <= self._block)
        return list(self._connection.scalars(statement.where(scope.grant.in_(granted)).order_by(scope.grant)))

    def approvals(self, number: int, version: int) -> list[GrantApprovalRow]:
        """The approvals that a version took, oldest first."""
        column = GRANT_APPROVAL.c
        wanted = (column.grant == number, column.version == version, column.block_number <= self._block)
        statement = bulk.all_of(GRANT_APPROVAL, *wanted).order_by(column.act_index)
        return bulk.read(self._connection, GrantApprovalRow, statement)

    def step(self, act_index: int) -> GrantStepRow | None:
        """What an act did to a grant."""
        return self._first(GrantStepRow, bulk.all_of(GRANT_STEP, GRANT_STEP.c.act_index == act_index))

    def _first(self, row: type[Row], statement: Select[Any]) -> Row | None:
        return next(iter(bulk.read(self._connection, row, statement.limit(1))), None)


def lists(entry: bytes) -> ColumnElement[bool]:
    """The condition that a row of scope lists an entry, by itself or by its provider."""
    provider = select(ENTRY.c.provider).where(ENTRY.c.entry_id == entry).limit(1).scalar_subquery()
    scope = GRANT_SCOPE.c
    return or_(scope.entry_id == entry, and_(scope.entry_id.is_(None), scope.provider == provider))
