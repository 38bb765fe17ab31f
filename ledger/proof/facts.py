"""What the slots of a statement say at one block. Every slot is derived here, from the statement alone."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ledger.errors import Contradicted
from ledger.model.ids import to_hex
from ledger.proof.coverage import GrantFacts
from ledger.proof.grant_facts import read_grant
from ledger.proof.header import Header
from ledger.proof.layout import (
    Words,
    element,
    low_number,
    mapped,
    member_slots,
    members,
    number_key,
    struct,
    text_key,
    variable,
)
from ledger.proof.registration import ISSUED, RegistrationFacts, StatusRecord, VersionFacts
from ledger.proof.statement import (
    CATALOG,
    JOURNAL,
    REGISTRY,
    AbsenceStatement,
    CertificateStatement,
    EntryStatement,
    GrantStatement,
    Statement,
    contracts_of,
)

_RECORDS = 10_000
"""Most changes of status that are read; each takes an act, and each needs nodes of its own."""


@dataclass(frozen=True, slots=True)
class JournalFacts:
    """The journal (`IJournal`)."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """The head of an entry (`ICatalog.Head`)."""

    digest: bytes
    version: int
    status: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is kept at the end of a block."""

    number: int
    time: datetime
    journal: JournalFacts | None = None
    entry: EntryFacts | None = None
    registration: RegistrationFacts | None = None
    grant: GrantFacts | None = None
    is_absent: bool = False
    """Of a statement of absence: whether nothing is there."""


def read_facts(statement: Statement, words: Words, header: Header) -> Facts:
    """What the slots of a statement say at the block of a header.

    Raises Contradicted when a slot is not proven, or when an absence names another slot than its own.
    """
    number, time = header.number, block_time(header)
    journal = _journal(words) if JOURNAL in contracts_of(statement) else None
    match statement:
        case EntryStatement(id=id):
            return Facts(number, time, journal, entry=_entry(words, id))
        case CertificateStatement(registration=registration, version=version):
            return Facts(number, time, journal, registration=_registration(words, registration, version))
        case GrantStatement():
            return Facts(number, time, journal, grant=read_grant(words, statement))
        case AbsenceStatement(subject=subject, slot=slot):
            own = absence_slot(subject)
            if own.to_bytes(32) != slot:
                raise Contradicted("content", f"the statement names slot {to_hex(slot)}, which is not its subject's")
            contract = CATALOG if isinstance(subject, bytes) else REGISTRY
            return Facts(number, time, journal, is_absent=not any(words(contract, own)))
    return Facts(number, time, journal)


def check_agreement(statement: Statement, facts: Facts) -> None:
    """Checks that what is kept is of the statement or later, as it must be where the statement's act stands in the
    same journal. Raises Contradicted("storage").
    """
    entry, registration = facts.entry, facts.registration
    if isinstance(statement, EntryStatement) and entry is not None:
        if entry.version < statement.version:
            raise Contradicted("storage", "the catalog's head of this entry is older than the version that is stated")
        if entry.version == statement.version and entry.digest != statement.digest:
            raise Contradicted("storage", "the catalog's head of this entry has another content digest")
    if isinstance(statement, CertificateStatement) and registration is not None:
        kept = registration.version
        if kept.certificate_root != statement.root or kept.stage != ISSUED:
            raise Contradicted("storage", "the registry keeps other certificate fields, or none that were issued")
    if isinstance(statement, AbsenceStatement) and not facts.is_absent:
        raise Contradicted("storage", "what is said to be absent is there")


def absence_slot(subject: bytes | str) -> int:
    """The slot that is empty while there is no such entry (32 bytes) or registration (its number)."""
    if isinstance(subject, str):
        return mapped(variable(REGISTRY, "_heads"), text_key(subject.encode("ascii")))
    # An entry's digest could be zero in theory; its provider, version and status are not.
    (status,) = member_slots(CATALOG, "Head", "status")
    return (mapped(variable(CATALOG, "_heads"), subject) + status) % 2**256


def block_time(header: Header) -> datetime:
    """The block's time. Raises Contradicted("header") when it is none that a calendar has."""
    try:
        return datetime.fromtimestamp(header.time, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Contradicted("header", f"the block's time is {header.time} s, which is no date") from error


def _journal(words: Words) -> JournalFacts:
    size = words(JOURNAL, variable(JOURNAL, "size"))
    return JournalFacts(low_number(size, 8), words(JOURNAL, variable(JOURNAL, "root")))


def _entry(words: Words, id: bytes) -> EntryFacts:
    first = mapped(variable(CATALOG, "_heads"), id)
    head = struct(words, CATALOG, "Head", first, "contentDigest", "version", "status")
    return EntryFacts(head["contentDigest"], head["version"], head["status"])


def _registration(words: Words, registration: str, version: int) -> RegistrationFacts:
    key = text_key(registration.encode("ascii"))
    first = mapped(mapped(variable(REGISTRY, "_versions"), key), number_key(version))
    names = ("contentDigest", "certificateRoot", "subject", "stage", "fieldCount", "registrar", "issuedAt")
    drawn = struct(words, REGISTRY, "Version", first, *names)
    listed = mapped(variable(REGISTRY, "_records"), key)
    length = int.from_bytes(words(REGISTRY, listed))
    if length > _RECORDS:
        raise Contradicted("storage", f"the registration has {length} records of its status")
    records = []
    for place in range(length):
        record = members(REGISTRY, "Record", {0: words(REGISTRY, element(listed, place))})
        records.append(StatusRecord(record["time"], record["validUntil"], record["version"], record["status"]))
    return RegistrationFacts(
        version=VersionFacts(
            content_digest=drawn["contentDigest"],
            certificate_root=drawn["certificateRoot"],
            field_count=drawn["fieldCount"],
            stage=drawn["stage"],
            subject=_code(drawn["subject"]),
            registrar=_code(drawn["registrar"]),
            issued_at=drawn["issuedAt"],
        ),
        records=tuple(records),
    )


def _code(value: bytes) -> str:
    return value.rstrip(b"\0").decode("ascii", "replace")
