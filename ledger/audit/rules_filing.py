"""Filing an application (`IApplications.file`): who files what for whom, after what, and how it is described."""

import hashlib
from datetime import UTC, datetime

from ledger.audit.acts import NO_CODE, NO_DIGEST, Act
from ledger.audit.book import Book
from ledger.audit.contents import read_application
from ledger.audit.findings import differs, found, shown
from ledger.audit.permissions import Findings, requires_role, states_organization
from ledger.audit.things import Drawn, Effect, Registration
from ledger.merkle.hashing import HASH_BYTES, leaf_hash, root_of
from ledger.model.ids import to_hex
from ledger.model.registration import Kind, Stage, Status
from ledger.model.registration_number import registration_number
from ledger.model.roles import OrganizationKind, Role
from ledger.model.workdays import local_date

ENTRIES_MOST = 64
FIELDS_MOST = 65_535
DAY_SECONDS = 86_400


def application_filed(book: Book, act: Act) -> Findings:
    """The next version of a registration, or the first of a new one; its entries are held from now on."""
    number, version, kind = act["number"], act["version"], Kind(act["kind"])
    known = book.registrations.get(number)
    yield from _parties(book, act)
    yield from states_organization(book, act)
    if kind is Kind.FIRST:
        if version != 1 or known is not None or act["objection"]:
            yield found("APPLICATION_KIND" if not act["objection"] else "APPLICATION_OBJECTION", act)
        yield from _number(book, act)
    elif kind is Kind.NONE or known is None:
        yield found("APPLICATION_KIND", act, f"{kind.name.lower()} of {shown(number)}")
    else:
        yield from _follows(book, act, known, kind)
    yield from _entries(book, act)
    yield from has_content(act)
    stage, deadline = _first_step(book, act)
    if deadline is None:
        yield found("POLICY_MISSING", act, "acceptance_workdays")
    elif (act["stage"], act["deadline"]) != (stage, deadline):
        code = "DEADLINE_MISSTATED" if act["stage"] == stage else "STAGE_MISSTATED"
        yield differs(code, act, f"{Stage(act['stage']).name} {act['deadline']}", f"{stage.name} {deadline}")

    registration = book.registrations.setdefault(number, Registration(number))
    drawn = Drawn(
        number=number,
        version=len(registration.versions) + 1,
        filed_index=act.index,
        filer=act.account,
        filed_time=act.time,
        kind=kind,
        stage=Stage(act["stage"]),
        subject=act["subject"],
        applicant=act["organization"],
        registrar=act["registrar"],
        deadline=act["deadline"],
        objection=act["objection"],
        evidence=act["evidence"],
        entries=act["entries"],
        content_digest=NO_DIGEST,
        certificate_root=NO_DIGEST,
        field_count=0,
        stage_since=act.time,
    )
    registration.versions.append(drawn)
    yield from describe(book, act, drawn)
    for id in act["entries"]:
        if id in book.entries:
            book.entries[id].holders.add((number, drawn.version))
            book.effects.append(Effect("entry_hold", (id, number, drawn.version)))
    book.stepped(drawn, "FILED")


def describe(book: Book, act: Act, drawn: Drawn) -> Findings:
    """Content and fields of an application, as filed or as supplemented."""
    drawn.content_digest = hashlib.sha256(act["content"]).digest()
    fields = act["fields"]
    drawn.certificate_root = root_of(field if len(field) == HASH_BYTES else leaf_hash(field) for field in fields)
    drawn.field_count = len(fields)
    drawn.content_index = act.index
    drawn.title, drawn.malformed = read_application(act["content"], fields)
    if drawn.malformed:
        yield found("MALFORMED", act, drawn.malformed)
    book.effects.append(Effect("registration_content", act.index))


def _parties(book: Book, act: Act) -> Findings:
    """Who files, for whom, at which registrar."""
    registrar = book.organizations.get(act["registrar"])
    if registrar is None or registrar.kind != OrganizationKind.REGISTRAR or registrar.suspended:
        yield found("APPLICATION_REGISTRAR", act, shown(act["registrar"]))
    if act["evidence"] == NO_DIGEST:
        yield from requires_role(book, act, Role.APPLICANT)
        yield from _above(book, act, act["subject"])
    else:
        if act["kind"] != Kind.CORRECTION:
            yield found("APPLICATION_EVIDENCE", act, Kind(act["kind"]).name.lower())
        yield from requires_role(book, act, Role.ACCEPTOR, act["registrar"])


def _above(book: Book, act: Act, subject: bytes) -> Findings:
    """The applicant's organization is the subject or above it; the subject is no suspended one."""
    organization = book.organizations.get(subject)
    own, _ = book.acting(act.account)
    if organization is None or organization.suspended:
        yield found("APPLICATION_SUBJECT", act, f"{shown(subject)} is unknown or suspended")
    elif own != NO_CODE and own != subject and own not in book.ancestors(subject):
        yield found("APPLICATION_SUBJECT", act, f"{shown(own)} is not above {shown(subject)}")


def _follows(book: Book, act: Act, known: Registration, kind: Kind) -> Findings:
    """A change, correction or renewal of what is in force, while no other application is open."""
    last = known.versions[-1]
    if act["version"] != last.version + 1:
        yield differs("REGISTRATION_VERSION", act, act["version"], last.version + 1)
    if last.stage.is_open:
        yield found("APPLICATION_OPEN", act, f"version {last.version}, {last.stage.name}")
    status = known.status_at(known.issued, act.time)
    if status is not Status.ACTIVE and not (status is Status.SUSPENDED and kind is Kind.CORRECTION):
        yield found("REGISTRATION_STATUS", act, status.name)
    issued = known.version(known.issued)
    if issued is None:
        return
    if act["evidence"] == NO_DIGEST:
        if issued.subject != act["subject"]:
            yield from _above(book, act, issued.subject)
    elif (act["subject"], act["registrar"]) != (issued.subject, issued.registrar):
        yield found("APPLICATION_EVIDENCE", act, "subject or registrar is not the present one")
    if kind is Kind.RENEWAL:
        window = book.in_force("renewal_window_days", act.time)
        if window is None:
            yield found("POLICY_MISSING", act, "renewal_window_days")
        elif act.time < known.valid_until - window * DAY_SECONDS:
            yield found("RENEWAL_UNTIMELY", act, f"from {known.valid_until - window * DAY_SECONDS}")
    if act["objection"] and (kind is not Kind.CORRECTION or act["objection"] not in known.upheld):
        yield found("APPLICATION_OBJECTION", act, f"objection {act['objection']}")


def _number(book: Book, act: Act) -> Findings:
    """The next number of the local day."""
    day = local_date(datetime.fromtimestamp(act.time, UTC))
    date = int(f"{day:%Y%m%d}")
    last_date, count = book.numbers_given
    sequence = count + 1 if date == last_date else 1
    book.numbers_given = (date, sequence)
    want = registration_number(day, sequence).encode()
    if act["number"] != want:
        yield differs("REGISTRATION_NUMBER", act, act["number"], want)


def _entries(book: Book, act: Act) -> Findings:
    ids = act["entries"]
    if not 0 < len(ids) <= ENTRIES_MOST or sorted(set(ids)) != ids:
        yield found("REGISTRATION_ENTRIES", act, f"{len(ids)} entries")
    for id in ids:
        entry = book.entries.get(id)
        if entry is None:
            yield found("ENTRY_UNKNOWN", act, to_hex(id))
        elif not entry.active:
            yield found("ENTRY_RETIRED", act, to_hex(id))


def has_content(act: Act) -> Findings:
    """Content is not empty, and there are fields, each a leaf hash or longer."""
    fields = act["fields"]
    if not act["content"]:
        yield found("APPLICATION_CONTENT", act)
    if not 0 < len(fields) <= FIELDS_MOST or any(len(field) < HASH_BYTES for field in fields):
        yield found("APPLICATION_FIELDS", act, f"{len(fields)} fields")


def _first_step(book: Book, act: Act) -> tuple[Stage, int | None]:
    """District review where policy gives it time and the subject's area lies in a district, else acceptance."""
    subject = book.organizations.get(act["subject"])
    in_district = subject is not None and subject.area // 10**6 % 100 != 0
    if in_district and book.in_force("district_review_workdays", act.time):
        return Stage.DISTRICT_REVIEW, book.deadline("district_review_workdays", act.time)
    return Stage.APPLIED, book.deadline("acceptance_workdays", act.time)


RULES = {"ApplicationFiled": application_filed}
