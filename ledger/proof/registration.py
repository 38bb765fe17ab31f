"""What a node says of a registration, and the check of a certificate against it.

A past status is judged like a present one, by the records that the registration has had: `IRegistry.statusAt`, again.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from itertools import pairwise

from ledger.errors import Contradicted, Malformed
from ledger.merkle.fields import sha256_root
from ledger.model.certificate import Certificate
from ledger.model.ids import to_hex
from ledger.proof.checks import Checks
from ledger.proof.node import check_chain, check_freshness, shown_time

CONTRACT = "Registry"
_NONE, _ISSUED = 0, 7
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
class VersionEvidence:
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
class RegistrationEvidence:
    """What a node says of one version of a registration at its head, all of one block."""

    chain_id: int
    genesis_hash: bytes
    origin: bytes | None
    code_hashes: dict[str, bytes]
    """Keccak-256 of the runtime code of each trusted contract."""
    head_number: int
    head_time: datetime
    version: VersionEvidence | None
    """None when the node does not say; its stage is 0 when the registration has no such version."""
    records: tuple[StatusRecord, ...]
    """Every status that the registration has had, oldest first."""


def check_registration(
    run: Checks, certificate: Certificate, node: RegistrationEvidence, now: datetime, at: datetime | None
) -> None:
    """Adds to a run what a node says of a certificate's registration, now or at a past time."""
    if CONTRACT not in run.trust.contracts:
        run.missing(
            "registry",
            f"the trust file knows no contract {CONTRACT}: get a newer one",
            f"信任文件中没有登记合约 {CONTRACT}：请取得新的信任文件",
        )
        return
    if not check_chain(run, node):
        return
    if at is None:
        check_freshness(run, node, now)
    else:
        _check_reach(run, node, at)
    version = node.version
    if version is None:
        run.missing("registry", "the node does not say what the registry holds", "节点未给出登记合约的内容")
        return
    if version.stage == _NONE:
        run.ended(
            "ABSENT",
            f"registration {certificate.registration} has no version {certificate.version} ({_head(node)})",
            f"账本中没有登记 {certificate.registration} 的第 {certificate.version} 版（{_head_zh(node)}）",
        )
        return
    run.check(
        "storage",
        lambda: _check_version(certificate, version),
        "the registry keeps this root and this number of fields",
        "登记合约所存字段根、字段数与凭证一致",
    )
    if not run.contradicted:
        _check_status(run, certificate, node, version, at or now)


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


def described(certificate: Certificate, node: RegistrationEvidence | None) -> dict[str, str]:
    """What only the node says of the version, for people."""
    version = node.version if node else None
    if node is None or version is None or version.stage == _NONE:
        return {}
    said = {
        "subject": version.subject,
        "registrar": version.registrar,
        "content digest": to_hex(version.content_digest),
    }
    if version.issued_at:
        said["issued"] = moment(version.issued_at)
    ends = [record.valid_until for record in node.records if record.version == certificate.version]
    if ends:
        said["valid until"] = moment(ends[-1])
    return said


def moment(seconds: int) -> str:
    """Unix seconds for people."""
    try:
        return shown_time(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, ValueError, OSError):
        return f"{seconds} s"


def require_past(at: datetime | None, now: datetime) -> None:
    """Raises Malformed when the time that is asked about has not come."""
    if at is not None and at > now:
        raise Malformed(f"{shown_time(at)} has not come yet: a status can be asked for now or for the past")


def _check_reach(run: Checks, node: RegistrationEvidence, at: datetime) -> None:
    if at > node.head_time:
        run.missing(
            "freshness",
            f"the node's head is of {shown_time(node.head_time)}, before the time that is asked about",
            f"节点最新区块时间 {shown_time(node.head_time)} 早于所查询的时间",
        )
        return
    run.check(
        "freshness",
        lambda: None,
        f"{shown_time(at)} lies before {_head(node)}; this rests on the node's word",
        f"{shown_time(at)} 早于{_head_zh(node)}；此项以该节点所述为准",
    )


def _check_version(certificate: Certificate, version: VersionEvidence) -> None:
    own = (sha256_root(certificate.fields), len(certificate.fields))
    if own != (version.certificate_root, version.field_count):
        raise Contradicted(
            "storage",
            f"the certificate has {own[1]} fields and root {to_hex(own[0])}, the registry {version.field_count} and "
            f"{to_hex(version.certificate_root)}",
        )
    code = certificate.shown.get("subject_code")
    if code is not None and code != version.subject:
        raise Contradicted("content", f"the certificate names subject {code}, the registry {version.subject}")


def _check_status(
    run: Checks, certificate: Certificate, node: RegistrationEvidence, version: VersionEvidence, at: datetime
) -> None:
    status, record = Status.NONE, None

    def judge() -> None:
        nonlocal status, record
        status, record = status_at(node.records, certificate.version, int(at.timestamp()))

    run.check("records", judge, f"{len(node.records)} records of its status", f"状态记录 {len(node.records)} 条")
    if run.contradicted:
        return
    when, when_zh = f"{shown_time(at)}; {_head(node)}", f"{shown_time(at)}；{_head_zh(node)}"
    if version.stage != _ISSUED:
        run.ended("ABSENT", f"this version was not issued ({_head(node)})", f"该版本未予登记（{_head_zh(node)}）")
    elif status is Status.NONE or record is None:
        run.ended(
            "ABSENT",
            f"issued at {moment(version.issued_at)}, not yet at {shown_time(at)}",
            f"登记于 {moment(version.issued_at)}，{shown_time(at)} 时尚未登记",
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


def _head(node: RegistrationEvidence) -> str:
    return f"block {node.head_number} of {shown_time(node.head_time)}"


def _head_zh(node: RegistrationEvidence) -> str:
    return f"区块 {node.head_number}（{shown_time(node.head_time)}）"
