"""Objections (`IObjections`): who raises and decides them, their clocks, and what they do to what they are against."""

from ledger.audit.acts import NO_CODE, NO_DIGEST, Act
from ledger.audit.book import Book
from ledger.audit.findings import differs, found, shown
from ledger.audit.permissions import Findings, requires_role, states_organization, states_reason
from ledger.audit.rules_applications import states_deadline
from ledger.audit.rules_registrations import set_status
from ledger.audit.things import Effect, Objection, Step
from ledger.model.registration import ObjectionState as State
from ledger.model.registration import Stage, Status
from ledger.model.roles import Role

_NO_NUMBER = bytes(16)
_STATES = {
    "ObjectionAccepted": State.ACCEPTED,
    "ObjectionRejected": State.REJECTED,
    "ObjectionUpheld": State.UPHELD,
    "ObjectionDismissed": State.DISMISSED,
    "ObjectionSettled": State.CORRECTED,
}


def objection_raised(book: Book, act: Act) -> Findings:
    """Against a version under notice or in force, or an entry's last version, by an organization or a person."""
    number, id = act["number"], act["entry"]
    against_entry = id != NO_DIGEST
    if act["objection"] != len(book.objections) + 1:
        yield differs("OBJECTION_NUMBER", act, act["objection"], len(book.objections) + 1)
    target = id if against_entry else number.ljust(32, b"\0")
    if against_entry != (number == _NO_NUMBER) or act["ground"] == NO_DIGEST or act["target"] != target:
        yield found("OBJECTION_TARGET", act, f"{shown(number)}, {shown(id)}")
    yield from _against_entry(book, act) if against_entry else _against_registration(book, act)
    yield from _objector(book, act, against_entry)
    yield from states_organization(book, act)
    yield from states_deadline(book, act, "objection_forward_workdays")
    objection = Objection(
        objection=act["objection"],
        number=number,
        entry=id,
        version=act["version"],
        objector=act["objector"],
        person=act["person"],
        responsible=act["responsible"],
        deadline=act["deadline"],
        raised=act,
    )
    if objection.target in book.open_objections:
        yield found("OBJECTION_REPEATED", act, f"objection {book.open_objections[objection.target]}")
    book.open_objections[objection.target] = objection.objection
    book.objections[objection.objection] = objection
    book.effects.append(Effect("objection", objection.objection))
    _tell(book, objection, "OBJECTION_RAISED", False, opens=1)


def _against_entry(book: Book, act: Act) -> Findings:
    entry = book.entries.get(act["entry"])
    if entry is None:
        yield found("ENTRY_UNKNOWN", act, shown(act["entry"]))
        return
    if not entry.active:
        yield found("ENTRY_RETIRED", act, shown(entry.id))
    if act["version"] != entry.version:
        yield differs("OBJECTION_VERSION", act, act["version"], entry.version)
    if act["responsible"] != entry.provider:
        yield differs("OBJECTION_RESPONSIBLE", act, act["responsible"], entry.provider)


def _against_registration(book: Book, act: Act) -> Findings:
    known = book.registrations.get(act["number"])
    drawn = known.version(act["version"]) if known else None
    if known is None or drawn is None:
        yield found("REGISTRATION_UNKNOWN", act, shown(act["number"]))
        return
    noticed = drawn.stage is Stage.NOTICE and act.time < drawn.notice_end
    status = known.status_at(drawn.version, act.time)
    if not noticed and status not in (Status.ACTIVE, Status.SUSPENDED):
        yield found("OBJECTION_NOT_OPEN_TO", act, f"{drawn.stage.name} {status.name}")
    if act["responsible"] != drawn.registrar:
        yield differs("OBJECTION_RESPONSIBLE", act, act["responsible"], drawn.registrar)


def _objector(book: Book, act: Act, against_entry: bool) -> Findings:
    """An APPLICANT for its organization; for a person an ACCEPTOR, the registrar's where it is about a registration."""
    own, _ = book.acting(act.account)
    if not act["person"]:
        yield from requires_role(book, act, Role.APPLICANT)
        if act["objector"] != own.ljust(32, b"\0"):
            yield differs("OBJECTOR_MISSTATED", act, act["objector"][:18], own)
        return
    if act["evidence"] == NO_DIGEST:
        yield found("OBJECTION_EVIDENCE", act)
    yield from requires_role(book, act, Role.ACCEPTOR, None if against_entry else act["responsible"])


def objection_decided(book: Book, act: Act) -> Findings:
    """Accepted, rejected, upheld, dismissed; or settled by anyone once the entry is corrected."""
    objection = book.objections.get(act["objection"])
    if objection is None:
        yield found("OBJECTION_UNKNOWN", act, f"objection {act['objection']}")
        return
    state, before = _STATES[act.event], objection.state
    if act["state"] != state:
        yield differs("STATUS_MISSTATED", act, State(act["state"]).name, state.name)
    late = bool(objection.deadline) and act.time >= objection.deadline
    if act["late"] != late:
        yield differs("LATE_MISSTATED", act, act["late"], late)
    yield from states_organization(book, act)
    supervised = False
    if state is not State.CORRECTED:
        supervised = _supervises(book, act, objection)
        yield from _decides(book, act, objection, supervised, late)
        if state is not State.ACCEPTED:
            yield from states_reason(act)
    yield from states_deadline(book, act, "objection_verify_workdays" if state is State.ACCEPTED else None)
    if before not in _open_to(state, objection, supervised):
        yield found("OBJECTION_STATE", act, before.name)
    if state is State.CORRECTED:
        entry = book.entries.get(objection.entry)
        if entry is None or entry.version <= objection.version:
            yield found("OBJECTION_NOT_CORRECTED", act, f"version {entry.version if entry else 0}")

    objection.state, objection.deadline, objection.late = state, act["deadline"], objection.late or act["late"]
    if state is not State.ACCEPTED:
        book.open_objections.pop(objection.target, None)
    book.effects.append(Effect("objection", objection.objection))
    entry = book.entries.get(objection.entry)
    if entry is not None:
        # An accepted or upheld objection marks the entry.
        (entry.markers.add if state in (State.ACCEPTED, State.UPHELD) else entry.markers.discard)(objection.objection)
    if state is State.UPHELD:
        _uphold(book, act, objection)
    closes = 0 if state is State.ACCEPTED else -1
    _tell(book, objection, f"OBJECTION_{state.name}", act["late"], opens=closes)


def _supervises(book: Book, act: Act, objection: Objection) -> bool:
    """Whether the account decides as a SUPERVISOR and not as a REVIEWER who may."""
    own, roles = book.acting(act.account)
    reviews = own == objection.responsible or (own == book.authority and objection.entry != NO_DIGEST)
    return bool(roles & Role.SUPERVISOR) and not (roles & Role.REVIEWER and reviews)


def _decides(book: Book, act: Act, objection: Objection, supervised: bool, late: bool) -> Findings:
    own, _ = book.acting(act.account)
    if supervised:
        if own not in (objection.responsible, book.authority):
            yield found("NOT_ENTITLED", act, f"{shown(own)} supervises {shown(objection.responsible)}")
        if not late:
            yield found("OBJECTION_NOT_OVERDUE", act, f"until {objection.deadline}")
        return
    by_authority = own == book.authority != NO_CODE and objection.entry != NO_DIGEST
    yield from requires_role(book, act, Role.REVIEWER, None if by_authority else objection.responsible)


def _open_to(state: State, objection: Objection, supervised: bool) -> set[State]:
    """The states from which an objection comes to another."""
    if state in (State.ACCEPTED, State.REJECTED):
        return {State.RAISED}
    if state is State.CORRECTED:
        return {State.UPHELD} if objection.entry != NO_DIGEST else set()
    # So that nobody blocks an issue for ever.
    return {State.ACCEPTED, State.RAISED} if supervised else {State.ACCEPTED}


def _uphold(book: Book, act: Act, objection: Objection) -> None:
    """Against a registration it ends a notice or suspends what is in force, and a correction can cite it."""
    known = book.registrations.get(objection.number)
    drawn = known.version(objection.version) if known else None
    if known is None or drawn is None:
        return
    known.upheld.add(objection.objection)
    if drawn.stage is Stage.NOTICE:
        drawn.stage, drawn.stage_since = Stage.NOTICE_FAILED, act.time
    elif known.status_at(drawn.version, act.time) is Status.ACTIVE:
        known.suspended_for = objection.objection
        set_status(known, act, Status.SUSPENDED)


def _tell(book: Book, objection: Objection, step: str, late: bool, opens: int) -> None:
    known = book.registrations.get(objection.number)
    drawn = known.version(objection.version) if known else None
    if drawn is not None:
        drawn.open_objections += opens
        if opens:
            book.effects.append(Effect("registration", (drawn.number, drawn.version)))
        book.steps.append(Step(drawn.number, drawn.version, step, late, objection.objection))


RULES = {"ObjectionRaised": objection_raised, **dict.fromkeys(_STATES, objection_decided)}
