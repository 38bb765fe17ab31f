"""What is issued, and what that is worth (`IRegistry`).

(issue) ─► ACTIVE ⇄ SUSPENDED          ACTIVE, SUSPENDED ─► CANCELLED, REVOKED, (EXPIRED), (SUPERSEDED)
"""

from datetime import UTC, datetime

from ledger.audit.acts import Act
from ledger.audit.book import Book
from ledger.audit.findings import differs, found, shown
from ledger.audit.permissions import Findings, requires_role, states_organization, states_reason
from ledger.audit.things import Drawn, Effect, Record, Registration, Step
from ledger.model.registration import Kind, Stage, Status
from ledger.model.roles import Role
from ledger.model.workdays import term_end

CODE_BYTES = 64
_STATUSES = {
    "RegistrationSuspended": Status.SUSPENDED,
    "RegistrationResumed": Status.ACTIVE,
    "RegistrationCancelled": Status.CANCELLED,
    "RegistrationRevoked": Status.REVOKED,
}
_FROM = {
    Status.SUSPENDED: {Status.ACTIVE},
    Status.ACTIVE: {Status.SUSPENDED},
    Status.CANCELLED: {Status.ACTIVE, Status.SUSPENDED},
    Status.REVOKED: {Status.ACTIVE, Status.SUSPENDED, Status.EXPIRED},
}


def registration_issued(book: Book, act: Act) -> Findings:
    """After the notice, without an open objection, by another account than the reviewer's; the one before it ends."""
    known = book.registrations.get(act["number"])
    drawn = known.version(act["version"]) if known else None
    if known is None or drawn is None or act["version"] != len(known.versions):
        yield found("REGISTRATION_VERSION", act, f"{shown(act['number'])} version {act['version']}")
        return
    yield from requires_role(book, act, Role.ISSUER, drawn.registrar)
    yield from states_organization(book, act)
    if drawn.stage is not Stage.NOTICE:
        yield found("REGISTRATION_STAGE", act, drawn.stage.name)
    if act.account == drawn.reviewer:
        yield found("REVIEWER_ISSUES", act)
    if act.time < drawn.notice_end:
        yield found("NOTICE_RUNNING", act, f"until {drawn.notice_end}")
    if drawn.open_objections:
        yield found("OBJECTIONS_OPEN", act, str(drawn.open_objections))
    # A suspended registration is only followed by the correction that cites the objection it is suspended for.
    if known.status is Status.SUSPENDED and (not drawn.objection or drawn.objection != known.suspended_for):
        yield found("REGISTRATION_STATUS", act, known.status.name)
    if act["supersedes"] != known.issued:
        yield differs("SUPERSEDES_MISSTATED", act, act["supersedes"], known.issued)
    yield from _term(book, act, known, drawn)

    before = known.version(known.issued)
    known.issued, known.valid_until, known.suspended_for = drawn.version, act["validUntil"], 0
    drawn.stage, drawn.deadline, drawn.issued_at, drawn.issuer = Stage.ISSUED, 0, act.time, act.account
    drawn.stage_since, drawn.valid_until = act.time, act["validUntil"]
    drawn.supersedes = before.version if before else 0
    set_status(known, act, Status.ACTIVE)
    book.stepped(drawn, "ISSUED")
    if before is not None:
        if not before.settled:
            release(book, before)
        before.settled, before.superseded_by = True, drawn.version
        before.status, before.status_since = Status.SUPERSEDED, act.time
        book.stepped(before, "SUPERSEDED")
    _speak(book, act, drawn)


def _speak(book: Book, act: Act, drawn: Drawn) -> None:
    """From now on it speaks for those of its entries whose provider its subject answers for."""
    for id in drawn.entries:
        entry = book.entries.get(id)
        if entry is None or not book.answers_for(drawn.subject, entry.provider):
            continue
        speakers = book.speakers.setdefault(id, [])
        if not speakers or speakers[-1][1] != drawn.number:
            speakers.append((act.time, drawn.number))
            book.effects.append(Effect("registration_speaker", (id, drawn.number)))


def _term(book: Book, act: Act, known: Registration, drawn: Drawn) -> Findings:
    """Calendar years from now; a renewal's from the end of the term that it renews, where that is still running."""
    years = book.in_force("validity_years", act.time)
    if years is None:
        yield found("POLICY_MISSING", act, "validity_years")
        return
    runs = drawn.kind is Kind.RENEWAL and known.valid_until > act.time
    start = datetime.fromtimestamp(known.valid_until if runs else act.time, UTC)
    want = int(term_end(start, years).timestamp())
    if act["validUntil"] != want:
        yield differs("VALIDITY_MISSTATED", act, act["validUntil"], want)


def status_changed(book: Book, act: Act) -> Findings:
    """Suspended and resumed by a SUPERVISOR, cancelled and revoked by an ISSUER, which ends an open application too."""
    known = book.registrations.get(act["number"])
    drawn = known.version(known.issued) if known else None
    if known is None or drawn is None:
        yield found("REGISTRATION_UNKNOWN", act, shown(act["number"]))
        return
    if act["version"] != known.issued:
        yield differs("REGISTRATION_VERSION", act, act["version"], known.issued)
    status = _STATUSES[act.event]
    if act["status"] != status:
        yield differs("STATUS_MISSTATED", act, Status(act["status"]).name, status.name)
    own, _ = book.acting(act.account)
    by_authority = own == book.authority
    if status in (Status.SUSPENDED, Status.ACTIVE):
        yield from requires_role(book, act, Role.SUPERVISOR)
        reserved = status is Status.ACTIVE and known.suspended_by_authority
        if not by_authority and (own != drawn.registrar or reserved):
            yield found("NOT_ENTITLED", act, f"{shown(own)} acts")
    else:
        yield from requires_role(book, act, Role.ISSUER, drawn.registrar)
    yield from states_organization(book, act)
    yield from states_reason(act)
    present = known.status_at(known.issued, act.time)
    if present not in _FROM[status]:
        yield found("REGISTRATION_STATUS", act, present.name)

    if status in (Status.SUSPENDED, Status.ACTIVE):
        known.suspended_for = 0
        known.suspended_by_authority = by_authority and status is Status.SUSPENDED
    set_status(known, act, status)
    book.stepped(drawn, status_step(status))
    last = known.versions[-1]
    if status in (Status.CANCELLED, Status.REVOKED) and last.stage.is_open:
        last.stage, last.stage_since = Stage.LAPSED, act.time
        book.stepped(last, "LAPSED")


def registration_settled(book: Book, act: Act) -> Findings:
    """Anyone releases the entries of a version that has ended."""
    known = book.registrations.get(act["number"])
    drawn = known.version(act["version"]) if known else None
    if known is None or drawn is None:
        yield found("REGISTRATION_VERSION", act, f"{shown(act['number'])} version {act['version']}")
        return
    status = known.status_at(drawn.version, act.time)
    running = drawn.stage is Stage.ISSUED and status in (Status.ACTIVE, Status.SUSPENDED)
    if drawn.settled or drawn.stage.is_open or running:
        yield found("SETTLED_EARLY", act, f"{drawn.stage.name} {status.name}")
    release(book, drawn)
    drawn.settled = True
    book.stepped(drawn, "SETTLED")


def national_code_assigned(book: Book, act: Act) -> Findings:
    """An opaque code of the state, one registration's only; a wrong one is replaced and free again."""
    known = book.registrations.get(act["number"])
    drawn = known.version(known.issued) if known else None
    if known is None or drawn is None:
        yield found("REGISTRATION_UNKNOWN", act, shown(act["number"]))
        return
    code = act["code"]
    yield from requires_role(book, act, Role.ISSUER | Role.ACCEPTOR, drawn.registrar)
    yield from states_organization(book, act)
    if not 0 < len(code) <= CODE_BYTES or not all(0x20 < byte < 0x7F for byte in code):
        yield found("NATIONAL_CODE", act, shown(code))
    if code in book.national_codes:
        yield found("NATIONAL_CODE_TAKEN", act, shown(book.national_codes[code]))
    book.national_codes.pop(known.national_code, None)
    known.national_code, known.national_code_withheld = code, False
    book.national_codes[code] = known.number
    for version in known.versions:
        book.effects.append(Effect("registration", (known.number, version.version)))
    book.steps.append(Step(known.number, drawn.version, "CODE_ASSIGNED"))


def set_status(known: Registration, act: Act, status: Status) -> None:
    """What the version in force is worth from now on."""
    known.status = status
    known.records.append(Record(act.time, known.valid_until, known.issued, status))
    drawn = known.version(known.issued)
    if drawn is not None:
        drawn.status, drawn.status_since = status, act.time


def release(book: Book, drawn: Drawn) -> None:
    """The entries of a version are no longer held."""
    for id in drawn.entries:
        if id in book.entries:
            book.entries[id].holders.discard((drawn.number, drawn.version))
            book.effects.append(Effect("entry_hold", (id, drawn.number, drawn.version)))


def status_step(status: Status) -> str:
    """What a change of status is called as a step."""
    return "RESUMED" if status is Status.ACTIVE else status.name


RULES = {
    "RegistrationIssued": registration_issued,
    **dict.fromkeys(_STATUSES, status_changed),
    "RegistrationSettled": registration_settled,
    "NationalCodeAssigned": national_code_assigned,
}
