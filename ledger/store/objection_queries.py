"""Questions about objections, and about what holds or marks an entry. `at` is a block, None the head."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement

from ledger.indexer.registration_rows import EntryHoldRow, ObjectionRow
from ledger.model.registration import MARKING_OBJECTIONS, OPEN_OBJECTIONS
from ledger.store import bulk
from ledger.store.projection import ENTRY_HOLD, OBJECTION
from ledger.store.questions import Questions, begun, in_force

_EQUAL = {
    "registration": OBJECTION.c.registration,
    "entry": OBJECTION.c.entry_id,
    "version": OBJECTION.c.version,
    "state": OBJECTION.c.state,
    "responsible": OBJECTION.c.responsible,
    "objector": OBJECTION.c.objector,
}


@dataclass(frozen=True, slots=True)
class ObjectionFilter:
    """Which objections; what is None is not asked about."""

    registration: str | None = None
    entry: bytes | None = None
    """Id of an entry, 32 bytes."""
    version: int | None = None
    """Of the registration or the entry."""
    state: str | None = None
    responsible: str | None = None
    objector: str | None = None
    """Code of the organization that objects."""
    open: bool | None = None
    """Whether it is still to be decided."""
    due_before: datetime | None = None


class ObjectionQueries(Questions):
    """Questions about objections."""

    def objections(
        self,
        filter: ObjectionFilter | None = None,
        at: int | None = None,
        after: int | None = None,
        limit: int = 100,
    ) -> list[ObjectionRow]:
        """A page of objections as they stand, by number, those after number `after`."""
        wanted = filter or ObjectionFilter()
        conditions: list[ColumnElement[bool]] = [in_force(OBJECTION, at)]
        conditions += [
            column == value for name, column in _EQUAL.items() if (value := getattr(wanted, name)) is not None
        ]
        state = OBJECTION.c.state
        if wanted.open is not None:
            conditions.append(state.in_(OPEN_OBJECTIONS) if wanted.open else state.not_in(OPEN_OBJECTIONS))
        if wanted.due_before is not None:
            conditions.append(OBJECTION.c.deadline < wanted.due_before)
        if after is not None:
            conditions.append(OBJECTION.c.objection > after)
        statement = bulk.all_of(OBJECTION, *conditions).order_by(OBJECTION.c.objection)
        return self._all(ObjectionRow, statement.limit(limit))

    def objection(self, number: int, at: int | None = None) -> ObjectionRow | None:
        """An objection as it stands."""
        return self._first(
            ObjectionRow, bulk.all_of(OBJECTION, OBJECTION.c.objection == number, in_force(OBJECTION, at))
        )

    def objection_history(self, number: int, at: int | None = None) -> list[ObjectionRow]:
        """Every state that was begun so far, oldest first."""
        statement = bulk.all_of(OBJECTION, OBJECTION.c.objection == number, *begun(OBJECTION, at))
        return self._all(ObjectionRow, statement.order_by(OBJECTION.c.from_index))

    def entry_holds(self, id: bytes, at: int | None = None) -> list[EntryHoldRow]:
        """The versions of registrations that hold an entry, so that it cannot be retired; oldest first."""
        statement = bulk.all_of(ENTRY_HOLD, ENTRY_HOLD.c.entry_id == id, in_force(ENTRY_HOLD, at))
        return self._all(EntryHoldRow, statement.order_by(ENTRY_HOLD.c.from_index))

    def entry_marks(self, id: bytes, at: int | None = None) -> list[ObjectionRow]:
        """The objections that mark an entry: accepted, or upheld and not settled yet; by number."""
        marks = OBJECTION.c.state.in_(MARKING_OBJECTIONS)
        statement = bulk.all_of(OBJECTION, OBJECTION.c.entry_id == id, marks, in_force(OBJECTION, at))
        return self._all(ObjectionRow, statement.order_by(OBJECTION.c.objection))
