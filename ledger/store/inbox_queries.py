"""What waits for whom: the work of an organization's accounts, by deadline."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from ledger.indexer.registration_rows import ObjectionRow, RegistrationRow
from ledger.indexer.rows import OrganizationRow
from ledger.model.registration import OPEN_OBJECTIONS, ObjectionState, Stage
from ledger.model.roles import OrganizationKind, Role
from ledger.store import bulk
from ledger.store.projection import OBJECTION, ORGANIZATION, REGISTRATION
from ledger.store.questions import Questions, in_force

_OBJECTION_TASKS = {
    ObjectionState.RAISED.name: "DECIDE_OBJECTION",
    ObjectionState.ACCEPTED.name: "VERIFY_OBJECTION",
}


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A step that an account with `role` can take now on a version of a registration, or on an objection."""

    task: str
    """FORWARD, DECIDE_ACCEPTANCE, SUPPLEMENT, LAPSE, REVIEW, OPEN_NOTICE, ISSUE, DECIDE_OBJECTION, VERIFY_OBJECTION."""
    role: str
    due: datetime | None
    """When the step is late; None where it has no clock."""
    overdue: bool
    registration: RegistrationRow | None = None
    objection: ObjectionRow | None = None


class InboxQueries(Questions):
    """Questions about work to be done."""

    def inbox(
        self, organization: str, roles: int, moment: datetime, at: int | None = None, limit: int = 500
    ) -> list[InboxItem]:
        """What the organization's accounts with these roles can do, by deadline, what has none last.

        A suspended organization can do nothing. That a reviewer does not issue is a matter of accounts: it is not
        looked at here.

        Args:
            roles: a set of `Role` bits.
        """
        known = bulk.all_of(ORGANIZATION, ORGANIZATION.c.code == organization, in_force(ORGANIZATION, at))
        row = self._first(OrganizationRow, known)
        if row is None or row.suspended:
            return []
        items: list[InboxItem] = []
        for task, role, condition in _tasks(row, Role(roles), moment, at):
            column = REGISTRATION.c
            statement = bulk.all_of(REGISTRATION, condition, in_force(REGISTRATION, at))
            statement = statement.order_by(column.deadline, column.filed_index).limit(limit)
            for found in self._all(RegistrationRow, statement):
                # A notice that has ended is no deadline of the issue.
                due = None if found.stage == Stage.NOTICE.name else found.deadline
                items.append(InboxItem(task, role.name or "", due, _is_over(due, moment), registration=found))
        for role, condition in _decisions(row, Role(roles), moment):
            statement = bulk.all_of(OBJECTION, condition, in_force(OBJECTION, at))
            for objection in self._all(ObjectionRow, statement.order_by(OBJECTION.c.deadline).limit(limit)):
                task, due = _OBJECTION_TASKS[objection.state], objection.deadline
                items.append(InboxItem(task, role.name or "", due, _is_over(due, moment), objection=objection))
        return sorted(items, key=_urgency)[:limit]


def _tasks(
    own: OrganizationRow, roles: Role, moment: datetime, at: int | None
) -> Iterator[tuple[str, Role, ColumnElement[bool]]]:
    """The steps of `IApplications` and `IRegistry` that have somebody waiting."""
    column = REGISTRATION.c
    ours = column.registrar == own.code

    def at_stage(stage: Stage, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        return and_(column.stage == stage.name, *conditions)

    applies = and_(column.applicant == own.code, column.interested_party.is_(False))
    if Role.APPLICANT in roles:
        yield "SUPPLEMENT", Role.APPLICANT, at_stage(Stage.SUPPLEMENT, applies)
    if Role.ACCEPTOR in roles:
        yield "DECIDE_ACCEPTANCE", Role.ACCEPTOR, at_stage(Stage.APPLIED, ours)
        yield "SUPPLEMENT", Role.ACCEPTOR, at_stage(Stage.SUPPLEMENT, ours, column.interested_party.is_(True))
        yield "LAPSE", Role.ACCEPTOR, at_stage(Stage.SUPPLEMENT, ours, column.deadline <= moment)
    if Role.REVIEWER in roles:
        if own.kind == OrganizationKind.DISTRICT_AUTHORITY:
            yield "FORWARD", Role.REVIEWER, at_stage(Stage.DISTRICT_REVIEW, column.subject.in_(_within(own.area, at)))
        yield "REVIEW", Role.REVIEWER, at_stage(Stage.ACCEPTED, ours)
        yield "OPEN_NOTICE", Role.REVIEWER, at_stage(Stage.REVIEWED, ours)
    if Role.ISSUER in roles:
        ended = and_(column.notice_end <= moment, column.open_objections == 0)
        yield "ISSUE", Role.ISSUER, at_stage(Stage.NOTICE, ours, ended)


def _decisions(own: OrganizationRow, roles: Role, moment: datetime) -> Iterator[tuple[Role, ColumnElement[bool]]]:
    """Objections by who decides them (`IObjections`), each under one role."""
    column = OBJECTION.c
    is_open = column.state.in_(OPEN_OBJECTIONS)
    responsible = column.responsible == own.code
    is_authority = own.kind == OrganizationKind.DATA_AUTHORITY
    reviews = or_(responsible, column.entry_id.is_not(None)) if is_authority else responsible
    if Role.REVIEWER in roles:
        yield Role.REVIEWER, and_(is_open, reviews)
    if Role.SUPERVISOR in roles:
        supervises = and_(is_open, column.deadline <= moment)
        if not is_authority:
            supervises = and_(supervises, responsible)
        if Role.REVIEWER in roles:
            supervises = and_(supervises, ~reviews)
        yield Role.SUPERVISOR, supervises


def _within(area: int, at: int | None) -> Any:
    """Codes of the organizations whose area lies within another (`contracts/types/AreaCode.sol`)."""
    unit = next(size for size in (10**10, 10**8, 10**6, 10**3, 1) if area % size == 0)
    start = area - area % unit
    inside = ORGANIZATION.c.area.between(start, start + unit - 1)
    return select(ORGANIZATION.c.code).where(inside, in_force(ORGANIZATION, at))


def _is_over(due: datetime | None, moment: datetime) -> bool:
    return due is not None and moment >= due


def _urgency(item: InboxItem) -> tuple[bool, float, int]:
    row = item.registration or item.objection
    return item.due is None, item.due.timestamp() if item.due else 0, row.from_index if row else 0
