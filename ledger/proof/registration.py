"""What the registry keeps of a registration, and what that makes of its certificate.

A past status is judged like a present one, by the records that the registration has had: `IRegistry.statusAt`, again.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import pairwise

from ledger.errors import Contradicted, Malformed
from ledger.model.ids import to_hex
from ledger.proof.checks import Checks
from ledger.proof.moment import moment, shown_time
from ledger.proof.statement import CertificateStatement

_NONE, ISSUED = 0, 7
"""Of `IRegistry.Stage`."""


class Status(IntEnum):
    """What an issued version is worth (`IRegistry.Status`). EXPIRED and SUPERSEDED are never stored."""

    NONE = 0
    ACTIVE = 1
    SUSPENDED = 2
    CANCELLED = 3
    REVOKED = 4
    EXPIRED = 5
    SUPERSEDED = 6


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """One version of a registration (`IRegistry.Version`)."""

    content_digest: bytes
    certificate_root: bytes
    field_count: int
    stage: int
    subject: str
    """Organization code."""
    registrar: str
    issued_at: int
    """Unix seconds; 0 when it is not issued."""


@dataclass(frozen=True, slots=True)
class StatusRecord:
    """What held from `time` on (`IRegistry.Record`); Unix seconds."""

    time: int
    valid_until: int
    version: int
    status: int


@dataclass(frozen=True, slots=True)
class RegistrationFacts:
    """What one block keeps of a version of a registration."""

    version: VersionFacts
    """Its stage is 0 when the registration has no such version."""
    records: tuple[StatusRecord, ...]
    """Every status that the registration has had, oldest first."""

    @property
    def is_drawn_up(self) -> bool:
        """Whether there is such a version."""
        return self.version.stage != _NONE


@dataclass(frozen=True, slots=True)
class Shown:
    """What a certificate adds to its statement: the number of its fields, and the subject's code where it is shown."""

    field_count: int
    subject: str | None


def check_registration(
    run: Checks,
    statement: CertificateStatement,
    shown: Shown | None,
    facts: RegistrationFacts,
    head: tuple[str, str],
    at: datetime,
) -> None:
    """Adds to a run what the registry keeps of a certificate's version, and what it is worth at a time.

    Args:
        shown: what the certificate shows; None where only its root is stated.
        head: the block that the facts are of, for people, in both languages.
    """
    if not facts.is_drawn_up:
        run.ended(
            "ABSENT",
            f"registration {statement.registration} has no version {statement.version} ({head[0]})",
            f"账本中没有登记 {statement.registration} 的第 {statement.version} 版（{head[1]}）",
        )
        return
    run.check(
        "fields",
        lambda: _check_version(statement, shown, facts.version),
        "the registry keeps the root of these fields",
        "登记合约所存字段根与凭证一致",
    )
    if not run.contradicted:
        _check_status(run, statement, facts, head, at)


def status_at(records: tuple[StatusRecord, ...], version: int, time: int) -> tuple[Status, StatusRecord | None]:
    """What an issued version was worth at a time, Unix seconds, and the record that decides it; NONE before its issue.

    Raises Contradicted when the records are not in order of time or hold what is no status.
    """
    if any(older.time > newer.time for older, newer in pairwise(records)):
        raise Contradicted("storage", "the registration's records are not in order of time")
    last = next((record for record in reversed(records) if record.time <= time), None)
    if last is None or last.version < version:
        return Status.NONE, None
    if last.version > version:
        successor = next(record for record in records if record.version > version)
        return Status.SUPERSEDED, successor
    if last.status not in (Status.ACTIVE, Status.SUSPENDED, Status.CANCELLED, Status.REVOKED):
        raise Contradicted("storage", f"a record of the registration holds status {last.status}")
    runs = last.status in (Status.ACTIVE, Status.SUSPENDED)
    return (Status.EXPIRED if runs and time >= last.valid_until else Status(last.status)), last


def described(statement: CertificateStatement, facts: RegistrationFacts | None) -> dict[str, str]:
    """What only the chain says of the version, for people."""
    if facts is None or not facts.is_drawn_up:
        return {}
    version = facts.version
    said = {
        "subject": version.subject,
        "registrar": version.registrar,
        "content digest": to_hex(version.content_digest),
    }
    if version.issued_at:
        said["issued"] = moment(version.issued_at)
    ends = [record.valid_until for record in facts.records if record.version == statement.version]
    if ends:
        said["valid until"] = moment(ends[-1])
    return said


def require_past(at: datetime | None, now: datetime) -> None:
    """Raises Malformed when the time that is asked about has not come."""
    if at is not None and at > now:
        raise Malformed(f"{shown_time(at)} has not come yet: a status can be asked for now or for the past")


def _check_version(statement: CertificateStatement, shown: Shown | None, version: VersionFacts) -> None:
    if statement.root != version.certificate_root:
        raise Contradicted(
            "storage",
            f"the fields lead to root {to_hex(statement.root)}, the registry keeps {to_hex(version.certificate_root)}",
        )
    if shown is None:
        return
    if shown.field_count != version.field_count:
        raise Contradicted(
            "storage", f"the certificate has {shown.field_count} fields, the registry {version.field_count}"
        )
    if shown.subject is not None and shown.subject != version.subject:
        raise Contradicted("content", f"the certificate names subject {shown.subject}, the registry {version.subject}")


def _check_status(
    run: Checks, statement: CertificateStatement, facts: RegistrationFacts, head: tuple[str, str], at: datetime
) -> None:
    status, record = Status.NONE, None

    def judge() -> None:
        nonlocal status, record
        status, record = status_at(facts.records, statement.version, int(at.timestamp()))

    run.check("records", judge, f"{len(facts.records)} records of its status", f"状态记录 {len(facts.records)} 条")
    if run.contradicted:
        return
    when, when_zh = f"{shown_time(at)}; {head[0]}", f"{shown_time(at)}；{head[1]}"
    if facts.version.stage != ISSUED:
        run.ended("ABSENT", f"this version was not issued ({head[0]})", f"该版本未予登记（{head[1]}）")
    elif status is Status.NONE or record is None:
        run.ended(
            "ABSENT",
            f"issued at {moment(facts.version.issued_at)}, not yet at {shown_time(at)}",
            f"登记于 {moment(facts.version.issued_at)}，{shown_time(at)} 时尚未登记",
        )
    elif status is Status.ACTIVE:
        until = moment(record.valid_until)
        run.check("status", lambda: None, f"in force until {until} ({when})", f"有效，至 {until}（{when_zh}）")
    elif status is Status.EXPIRED:
        until = moment(record.valid_until)
        run.ended("EXPIRED", f"expired at {until} ({when})", f"已于 {until} 到期（{when_zh}）")
    elif status is Status.SUPERSEDED:
        run.ended(
            "SUPERSEDED",
            f"issued, and superseded by version {record.version} at {moment(record.time)} ({when})",
            f"曾予登记，已于 {moment(record.time)} 被第 {record.version} 版取代（{when_zh}）",
        )
    else:
        word = {Status.SUSPENDED: "中止", Status.CANCELLED: "注销", Status.REVOKED: "撤销"}[status]
        since = moment(record.time)
        run.ended(status.name, f"{status.name.lower()} since {since} ({when})", f"已于 {since} {word}（{when_zh}）")
