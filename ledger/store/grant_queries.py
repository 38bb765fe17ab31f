"""Questions about grants.

`at` is a block and picks the rows, None the head; `moment` is a time at which terms are read. To ask as of a past time,
give both: the time, and the block that `Queries.point_at_time` finds for it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from ledger.grant.check import Answer, check
from ledger.grant.coverage import is_effective, is_for
from ledger.indexer.grant_rows import (
    GrantApprovalRow,
    GrantContentRow,
    GrantHoldRow,
    GrantRecordRow,
    GrantRow,
    GrantScopeRow,
    GrantStepRow,
    GrantVersionRow,
    ProductRow,
)
from ledger.model.grant import RUNNING, Status
from ledger.model.product import Status as ProductStatus
from ledger.store import bulk
from ledger.store.grant_facts import GrantFacts, lists
from ledger.store.projection import (
    GRANT,
    GRANT_APPROVAL,
    GRANT_CONTENT,
    GRANT_HOLD,
    GRANT_RECORD,
    GRANT_SCOPE,
    GRANT_STEP,
    GRANT_VERSION,
)
from ledger.store.questions import Questions, in_force, recorded

PLANNED = "PLANNED"
"""What a filter calls a grant of which no version has been in force."""
_EQUAL = ("grantor", "grantee", "implementer", "kind", "mode", "parent")


@dataclass(frozen=True, slots=True)
class GrantFilter:
    """Which grants; what is None is not asked about."""

    q: str | None = None
    """Words that the title holds, whatever their case."""
    grantor: str | None = None
    grantee: str | None = None
    implementer: str | None = None
    kind: str | None = None
    mode: str | None = None
    status: str | None = None
    """EXPIRED and PLANNED too."""
    parent: int | None = None
    entry: bytes | None = None
    """Id of an entry that a version lists, by itself or by its provider, 32 bytes."""
    expires_before: datetime | None = None
    """Active or suspended, with a term that ends before."""


class GrantQueries(Questions):
    """Questions about grants."""

    def grants(
        self,
        filter: GrantFilter | None = None,
        moment: datetime | None = None,
        at: int | None = None,
        after: int | None = None,
        limit: int = 100,
        newest_first: bool = True,
    ) -> list[GrantRow]:
        """A page of grants as they stand, by number, beyond `after`.

        Raises ValueError when a status is asked for that needs a moment, and none is given.
        """
        number = GRANT.c.grant
        statement = bulk.all_of(GRANT, *_conditions(filter or GrantFilter(), moment, at))
        if after is not None:
            statement = statement.where(number < after if newest_first else number > after)
        return self._all(GrantRow, statement.order_by(number.desc() if newest_first else number).limit(limit))

    def count_grants(self, filter: GrantFilter, moment: datetime | None, at: int | None, most: int) -> int:
        """How many grants a filter admits, counted up to `most`."""
        found = select(GRANT.c.grant).where(*_conditions(filter, moment, at)).limit(most).subquery()
        with self._connect() as connection:
            return connection.scalar(select(func.count()).select_from(found)) or 0

    def grant(self, number: int, at: int | None = None) -> GrantRow | None:
        """A grant as it stands."""
        return self._first(GrantRow, bulk.all_of(GRANT, GRANT.c.grant == number, in_force(GRANT, at)))

    def grant_versions(self, number: int, at: int | None = None) -> list[GrantVersionRow]:
        """All versions as they stand, ascending."""
        statement = bulk.all_of(GRANT_VERSION, GRANT_VERSION.c.grant == number, in_force(GRANT_VERSION, at))
        return self._all(GrantVersionRow, statement.order_by(GRANT_VERSION.c.version))

    def grant_version(self, number: int, version: int, at: int | None = None) -> GrantVersionRow | None:
        """A version as it stands."""
        wanted = (GRANT_VERSION.c.grant == number, GRANT_VERSION.c.version == version)
        return self._first(GrantVersionRow, bulk.all_of(GRANT_VERSION, *wanted, in_force(GRANT_VERSION, at)))

    def grant_content(self, row: GrantVersionRow) -> GrantContentRow:
        """What a version says in words."""
        wanted = GRANT_CONTENT.c.act_index == row.planned_index
        (content,) = self._all(GrantContentRow, bulk.all_of(GRANT_CONTENT, wanted))
        return content

    def grant_records(self, number: int, at: int | None = None) -> list[GrantRecordRow]:
        """What held of a grant from when on, oldest first."""
        record = GRANT_RECORD
        statement = bulk.all_of(record, record.c.grant == number, *recorded(record, at))
        return self._all(GrantRecordRow, statement.order_by(record.c.act_index))

    def grant_scope(
        self, number: int, version: int, at: int | None = None, after: int | None = None, limit: int = 100
    ) -> list[GrantScopeRow]:
        """A page of what the scope that a version lists itself holds, by position, beyond `after`.

        A renewal lists nothing: its `scope_of` names the version that does.
        """
        scope = GRANT_SCOPE
        wanted = [scope.c.grant == number, scope.c.version == version, *recorded(scope, at)]
        if after is not None:
            wanted.append(scope.c.position > after)
        return self._all(GrantScopeRow, bulk.all_of(scope, *wanted).order_by(scope.c.position).limit(limit))

    def grant_approvals(self, number: int, version: int | None = None, at: int | None = None) -> list[GrantApprovalRow]:
        """Approvals that were taken, oldest first."""
        approval = GRANT_APPROVAL
        wanted = [approval.c.grant == number, *recorded(approval, at)]
        if version is not None:
            wanted.append(approval.c.version == version)
        return self._all(GrantApprovalRow, bulk.all_of(approval, *wanted).order_by(approval.c.act_index))

    def grant_steps(
        self, number: int, at: int | None = None, after: int | None = None, limit: int | None = None
    ) -> list[GrantStepRow]:
        """What each act did, oldest first, beyond act `after`."""
        step = GRANT_STEP
        wanted = [step.c.grant == number, *recorded(step, at)]
        if after is not None:
            wanted.append(step.c.act_index > after)
        return self._all(GrantStepRow, bulk.all_of(step, *wanted).order_by(step.c.act_index).limit(limit))

    def grant_descendants(self, number: int, at: int | None = None, limit: int = 1000) -> list[GrantRow]:
        """Grants that were delegated from one, directly or not: by depth and number, at most `limit`."""
        found: list[GrantRow] = []
        above = [number]
        while above and len(found) < limit:
            children: list[GrantRow] = []
            for start in range(0, len(above), 500):
                wanted = GRANT.c.parent.in_(above[start : start + 500])
                statement = bulk.all_of(GRANT, wanted, in_force(GRANT, at)).order_by(GRANT.c.grant)
                children += self._all(GrantRow, statement.limit(limit - len(found) - len(children)))
            found += children
            above = [row.grant for row in children]
        return found[:limit]

    def grant_ancestors(self, row: GrantRow, at: int | None = None) -> list[GrantRow]:
        """The grants above one, its parent first."""
        found: list[GrantRow] = []
        above = row.parent
        while above is not None and (known := self.grant(above, at)) is not None:
            found.append(known)
            above = known.parent
        return found

    def check_grant(
        self,
        organization: str,
        entry: bytes,
        operation: int,
        moment: datetime,
        at: int | None = None,
        only: int | None = None,
    ) -> Answer:
        """May an organization do something with an entry at a moment, by what block `at` knew?"""
        with self._connect() as connection:
            return check(GrantFacts(connection, at), organization, entry, operation, moment, only)

    def is_grant_effective(self, number: int, moment: datetime, at: int | None = None) -> bool:
        """Whether a grant and all its ancestors are in force at a moment."""
        with self._connect() as connection:
            return is_effective(GrantFacts(connection, at), number, moment)

    def is_offered(self, row: ProductRow, moment: datetime, at: int | None = None) -> bool:
        """Whether a product as it stands is on offer: listed, its grant effective and for its purpose at a moment."""
        if row.status != ProductStatus.LISTED.name:
            return False
        with self._connect() as connection:
            return is_for(GrantFacts(connection, at), row.grant, row.purpose, moment)

    def entry_grant_holds(self, id: bytes, at: int | None = None) -> list[GrantHoldRow]:
        """The versions of grants that hold an entry, so that it cannot be retired; oldest first."""
        statement = bulk.all_of(GRANT_HOLD, GRANT_HOLD.c.entry_id == id, in_force(GRANT_HOLD, at))
        return self._all(GrantHoldRow, statement.order_by(GRANT_HOLD.c.from_index, GRANT_HOLD.c.version))


def _status_is(status: str, moment: datetime | None) -> ColumnElement[bool]:
    column = GRANT.c
    if status == PLANNED:
        return column.status.is_(None)
    runs = status in RUNNING
    if not runs and status != Status.EXPIRED.name:
        return column.status == status
    if moment is None:
        raise ValueError(f"whether a grant is {status} depends on the time")
    if runs:
        return and_(column.status == status, column.valid_until > moment)
    return and_(column.status.in_(RUNNING), column.valid_until <= moment)


def _conditions(wanted: GrantFilter, moment: datetime | None, at: int | None) -> list[ColumnElement[bool]]:
    column = GRANT.c
    conditions = [in_force(GRANT, at)]
    conditions += [column[name] == value for name in _EQUAL if (value := getattr(wanted, name)) is not None]
    if wanted.status is not None:
        conditions.append(_status_is(wanted.status, moment))
    if wanted.expires_before is not None:
        conditions += [column.status.in_(RUNNING), column.valid_until < wanted.expires_before]
    if wanted.entry is not None:
        listing: Select[Any] = select(GRANT_SCOPE.c.grant).where(lists(wanted.entry), *recorded(GRANT_SCOPE, at))
        conditions.append(column.grant.in_(listing))
    for word in (wanted.q or "").split():
        conditions.append(column.title.icontains(word, autoescape=True))
    return conditions
