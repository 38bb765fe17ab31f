"""Questions about registrations.

`at` is a block and picks the rows, None the head; `moment` is a time at which clocks are read: terms, deadlines,
notices. To ask as of a past time, give both: the time, and the block that `Queries.point_at_time` finds for it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_

from ledger.indexer.registration_rows import RegistrationContentRow, RegistrationRow, RegistrationStepRow
from ledger.model.registration import OPEN_STAGES, RUNNING, Stage, Status
from ledger.store import bulk
from ledger.store.projection import ENTRY_HOLD, REGISTRATION, REGISTRATION_CONTENT, REGISTRATION_STEP
from ledger.store.questions import Questions, begun, in_force

_EQUAL = ("number", "stage", "kind", "subject", "applicant", "registrar", "settled")
_ENDED = (Status.CANCELLED.name, Status.REVOKED.name)


@dataclass(frozen=True, slots=True)
class RegistrationFilter:
    """Which versions; what is None is not asked about."""

    q: str | None = None
    """Words that title, number or national code hold, whatever their case."""
    number: str | None = None
    stage: str | None = None
    status: str | None = None
    """EXPIRED and SUPERSEDED too."""
    kind: str | None = None
    subject: str | None = None
    applicant: str | None = None
    registrar: str | None = None
    open: bool | None = None
    """Whether the application can still be decided."""
    current: bool | None = None
    """Only each registration's last version, and the one issued last."""
    due_before: datetime | None = None
    """Open, with a deadline before."""
    expires_before: datetime | None = None
    """Active or suspended, with a term that ends before."""
    entry: bytes | None = None
    """Id of an entry that is registered, 32 bytes."""
    malformed: bool | None = None
    settled: bool | None = None


class RegistrationQueries(Questions):
    """Questions about registrations."""

    def registrations(
        self,
        filter: RegistrationFilter | None = None,
        moment: datetime | None = None,
        at: int | None = None,
        after: int | None = None,
        limit: int = 100,
        newest_first: bool = True,
    ) -> list[RegistrationRow]:
        """A page of versions as they stand, by the act that filed them, beyond `after`.

        Raises ValueError when a status is asked for that needs a moment, and none is given.
        """
        filed = REGISTRATION.c.filed_index
        statement = bulk.all_of(REGISTRATION, *_conditions(filter or RegistrationFilter(), moment, at))
        if after is not None:
            statement = statement.where(filed < after if newest_first else filed > after)
        return self._all(RegistrationRow, statement.order_by(filed.desc() if newest_first else filed).limit(limit))

    def count_registrations(
        self, filter: RegistrationFilter, moment: datetime | None, at: int | None, most: int
    ) -> int:
        """How many versions a filter admits, counted up to `most`."""
        found = select(REGISTRATION.c.filed_index).where(*_conditions(filter, moment, at)).limit(most).subquery()
        with self._connect() as connection:
            return connection.scalar(select(func.count()).select_from(found)) or 0

    def registration(self, number: str, version: int | None = None, at: int | None = None) -> RegistrationRow | None:
        """A version as it stands; the last one drawn up when none is named."""
        statement = _standing(number, at)
        if version is not None:
            statement = statement.where(REGISTRATION.c.version == version)
        return self._first(RegistrationRow, statement.order_by(REGISTRATION.c.version.desc()))

    def registration_issued(self, number: str, at: int | None = None) -> RegistrationRow | None:
        """The version issued last, whatever became of it."""
        statement = _standing(number, at).where(REGISTRATION.c.issued_time.is_not(None))
        return self._first(RegistrationRow, statement.order_by(REGISTRATION.c.version.desc()))

    def registration_of_code(self, code: str, at: int | None = None) -> RegistrationRow | None:
        """The version issued last of the registration that has a national code."""
        statement = bulk.all_of(
            REGISTRATION,
            REGISTRATION.c.national_code == code,
            REGISTRATION.c.issued_time.is_not(None),
            in_force(REGISTRATION, at),
        )
        return self._first(RegistrationRow, statement.order_by(REGISTRATION.c.version.desc()))

    def registration_versions(self, number: str, at: int | None = None) -> list[RegistrationRow]:
        """All versions as they stand, ascending."""
        return self._all(RegistrationRow, _standing(number, at).order_by(REGISTRATION.c.version))

    def registration_history(
        self, number: str, version: int | None = None, at: int | None = None
    ) -> list[RegistrationRow]:
        """Every state that was begun so far, oldest first."""
        statement = bulk.all_of(REGISTRATION, REGISTRATION.c.number == number, *begun(REGISTRATION, at))
        if version is not None:
            statement = statement.where(REGISTRATION.c.version == version)
        return self._all(RegistrationRow, statement.order_by(REGISTRATION.c.from_index, REGISTRATION.c.version))

    def registration_steps(
        self, number: str, version: int | None = None, at: int | None = None
    ) -> list[RegistrationStepRow]:
        """What each act did, oldest first."""
        step = REGISTRATION_STEP
        statement = bulk.all_of(step, step.c.number == number)
        if version is not None:
            statement = statement.where(step.c.version == version)
        if at is not None:
            statement = statement.where(step.c.block_number <= at)
        return self._all(RegistrationStepRow, statement.order_by(step.c.act_index, step.c.version))

    def registration_content(self, row: RegistrationRow) -> RegistrationContentRow:
        """Content and fields that a state stands on."""
        wanted = REGISTRATION_CONTENT.c.act_index == row.content_index
        (content,) = self._all(RegistrationContentRow, bulk.all_of(REGISTRATION_CONTENT, wanted))
        return content

    def notices(
        self,
        moment: datetime,
        registrar: str | None = None,
        at: int | None = None,
        after: tuple[datetime, int] | None = None,
        limit: int = 100,
    ) -> list[RegistrationRow]:
        """A page of the public notices that are open, by their end and the act that filed them, beyond `after`."""
        ends, filed = REGISTRATION.c.notice_end, REGISTRATION.c.filed_index
        statement = bulk.all_of(
            REGISTRATION, in_force(REGISTRATION, at), REGISTRATION.c.stage == Stage.NOTICE.name, ends > moment
        )
        if registrar is not None:
            statement = statement.where(REGISTRATION.c.registrar == registrar)
        if after is not None:
            ended, index = after
            statement = statement.where(or_(ends > ended, and_(ends == ended, filed > index)))
        return self._all(RegistrationRow, statement.order_by(ends, filed).limit(limit))

    def to_settle(
        self, moment: datetime, registrar: str | None = None, at: int | None = None, limit: int = 100
    ) -> list[RegistrationRow]:
        """Versions that have ended and still hold their entries, oldest first: anyone may settle them."""
        column = REGISTRATION.c
        failed = and_(column.status.is_(None), column.stage.not_in(OPEN_STAGES))
        ended = or_(failed, column.status.in_(_ENDED), status_is(Status.EXPIRED.name, moment))
        statement = bulk.all_of(REGISTRATION, in_force(REGISTRATION, at), column.settled.is_(False), ended)
        if registrar is not None:
            statement = statement.where(column.registrar == registrar)
        return self._all(RegistrationRow, statement.order_by(column.filed_index).limit(limit))


def status_is(status: str, moment: datetime | None) -> ColumnElement[bool]:
    """The condition that a version has a status at a moment. Raises ValueError when it needs one and has none."""
    column = REGISTRATION.c
    runs = status in RUNNING
    if not runs and status != Status.EXPIRED.name:
        return column.status == status
    if moment is None:
        raise ValueError(f"whether a registration is {status} depends on the time")
    if runs:
        return and_(column.status == status, column.valid_until > moment)
    return and_(column.status.in_(RUNNING), column.valid_until <= moment)


def _standing(number: str, at: int | None) -> Select[tuple[object, ...]]:
    return bulk.all_of(REGISTRATION, REGISTRATION.c.number == number, in_force(REGISTRATION, at))


def _conditions(wanted: RegistrationFilter, moment: datetime | None, at: int | None) -> list[ColumnElement[bool]]:
    column = REGISTRATION.c
    conditions = [in_force(REGISTRATION, at)]
    conditions += [column[name] == value for name in _EQUAL if (value := getattr(wanted, name)) is not None]
    if wanted.status is not None:
        conditions.append(status_is(wanted.status, moment))
    if wanted.open is not None:
        conditions.append(column.stage.in_(OPEN_STAGES) if wanted.open else column.stage.not_in(OPEN_STAGES))
    if wanted.due_before is not None:
        conditions += [column.stage.in_(OPEN_STAGES), column.deadline < wanted.due_before]
    if wanted.expires_before is not None:
        conditions += [column.status.in_(RUNNING), column.valid_until < wanted.expires_before]
    if wanted.malformed is not None:
        conditions.append(column.malformed.is_not(None) if wanted.malformed else column.malformed.is_(None))
    if wanted.entry is not None:
        held = select(ENTRY_HOLD.c.number, ENTRY_HOLD.c.version).where(ENTRY_HOLD.c.entry_id == wanted.entry)
        conditions.append(tuple_(column.number, column.version).in_(held))
    if wanted.current:
        later = REGISTRATION.alias()
        followed = exists().where(
            later.c.number == column.number, later.c.version > column.version, in_force(later, at)
        )
        issued_last = and_(column.status.is_not(None), column.status != Status.SUPERSEDED.name)
        conditions.append(or_(issued_last, ~followed))
    for word in (wanted.q or "").split():
        held_by = (column.title, column.number, column.national_code)
        conditions.append(or_(*(text.icontains(word, autoescape=True) for text in held_by)))
    return conditions
