"""What a bundle states, and the contracts that must be there for it.

    {"kind": "entry", "id": 32 bytes, "version": n, "digest": SHA-256 of the content}
    {"kind": "certificate", "registration": number, "version": n, "root": SHA-256 root of its fields}
    {"kind": "act", "contract": name}
    {"kind": "grant", "grant": n, "organization": code, "entry": 32 bytes, "operation": bits, "time": Unix seconds,
     "digest": SHA-256 of the canonical JSON of the other members}
    {"kind": "absence", "entry": 32 bytes, "slot": 32 bytes}
    {"kind": "absence", "registration": number, "slot": 32 bytes}

An absence names the slot that is empty: the verifier derives it again, and a changed name cannot pass for another
thing that is absent too. So does the digest for a grant: the same slots answer for other operations and times as well.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from ledger.errors import Malformed
from ledger.model import canonical
from ledger.model.ids import from_hex, to_hex
from ledger.model.organization_code import is_valid
from ledger.model.registration_number import require_number
from ledger.proof.members import count, members

JOURNAL, CATALOG, REGISTRY, GRANTS = "Journal", "Catalog", "Registry", "Grants"
_OPERATIONS = 16
"""Operations are bits of `IGrantScope.EntryScope`, below this."""


@dataclass(frozen=True, slots=True)
class EntryStatement:
    """The version of an entry has this content digest."""

    id: bytes
    version: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class CertificateStatement:
    """The version of a registration was issued with certificate fields that lead to this root."""

    registration: str
    version: int
    root: bytes


@dataclass(frozen=True, slots=True)
class ActStatement:
    """A contract recorded this act."""

    contract: str


@dataclass(frozen=True, slots=True)
class GrantStatement:
    """A grant to an organization covers an operation on an entry, by what the ledger had recorded at a time."""

    grant: int
    organization: str
    """Its code."""
    entry: bytes
    operation: int
    """Bits; several ask for all of them."""
    time: int
    """Unix seconds."""

    def to_json(self) -> dict[str, Any]:
        """The statement in a document."""
        said = {
            "kind": "grant",
            "grant": self.grant,
            "organization": self.organization,
            "entry": to_hex(self.entry),
            "operation": self.operation,
            "time": self.time,
        }
        return {**said, "digest": to_hex(hashlib.sha256(canonical.encode(said)).digest())}


@dataclass(frozen=True, slots=True)
class AbsenceStatement:
    """The ledger has no such entry (32 bytes) or registration (its number)."""

    subject: bytes | str
    slot: bytes


Statement: TypeAlias = EntryStatement | CertificateStatement | ActStatement | GrantStatement | AbsenceStatement


def contract_of(statement: Statement) -> str:
    """The contract that keeps what is stated, and that records its act where that is part of it."""
    match statement:
        case GrantStatement():
            return GRANTS
        case EntryStatement():
            return CATALOG
        case CertificateStatement():
            return REGISTRY
        case ActStatement(contract=contract):
            return contract
    return CATALOG if isinstance(statement.subject, bytes) else REGISTRY


def contracts_of(statement: Statement) -> tuple[str, ...]:
    """The contracts whose accounts a bundle proves, ascending: the one that keeps the statement, those that it asks,
    and the journal where an act is part of it."""
    beside = {CATALOG, REGISTRY} if isinstance(statement, GrantStatement) else set()
    return tuple(sorted(beside | {contract_of(statement)} | ({JOURNAL} if has_act(statement) else set())))


def has_act(statement: Statement) -> bool:
    """Whether an act is part of what is stated; otherwise slots say all of it."""
    return not isinstance(statement, GrantStatement | AbsenceStatement)


def asked_at(statement: Statement, at: datetime | None, head: int) -> Statement:
    """A statement as it is asked of a node: where it has a time, that is `at`, or the newest block's (Unix seconds)."""
    if not isinstance(statement, GrantStatement):
        return statement
    return replace(statement, time=int(at.timestamp()) if at is not None else head)


def parse_statement(raw: dict[str, Any]) -> Statement:
    """The statement in a document. Raises Malformed saying which member is wrong."""
    kind = raw.get("kind")
    if kind == "entry":
        entry = members(raw, "statement", kind=str, id=str, version=int, digest=str)
        return EntryStatement(
            id=from_hex(entry["id"], 32, "statement.id"),
            version=count(entry["version"], "statement.version", 2**32),
            digest=from_hex(entry["digest"], 32, "statement.digest"),
        )
    if kind == "certificate":
        issued = members(raw, "statement", kind=str, registration=str, version=int, root=str)
        require_number(issued["registration"], "statement.registration")
        return CertificateStatement(
            registration=issued["registration"],
            version=count(issued["version"], "statement.version", 2**32),
            root=from_hex(issued["root"], 32, "statement.root"),
        )
    if kind == "act":
        contract = members(raw, "statement", kind=str, contract=str)["contract"]
        if not re.fullmatch(r"[A-Za-z]{1,40}", contract):
            raise Malformed("statement.contract is no name of a contract")
        return ActStatement(contract)
    if kind == "grant":
        return _grant(raw)
    if kind == "absence":
        return _absence(raw)
    raise Malformed(f"statement.kind {str(kind)[:40]!r} is not one of entry, certificate, act, grant, absence")


def _grant(raw: dict[str, Any]) -> GrantStatement:
    kinds = {"kind": str, "grant": int, "organization": str, "entry": str, "operation": int, "time": int, "digest": str}
    stated = members(raw, "statement", **kinds)
    if not is_valid(stated["organization"]):
        raise Malformed("statement.organization is no code of 18 characters with its check character")
    operation = count(stated["operation"], "statement.operation", _OPERATIONS)
    if operation == 0:
        raise Malformed("statement.operation asks for nothing")
    statement = GrantStatement(
        grant=count(stated["grant"], "statement.grant", 2**32),
        organization=stated["organization"],
        entry=from_hex(stated["entry"], 32, "statement.entry"),
        operation=operation,
        time=count(stated["time"], "statement.time"),
    )
    if stated["digest"] != statement.to_json()["digest"]:
        raise Malformed("statement.digest is not that of its members: one of them was changed")
    return statement


def _absence(raw: dict[str, Any]) -> AbsenceStatement:
    if "entry" in raw:
        absent = members(raw, "statement", kind=str, entry=str, slot=str)
        subject: bytes | str = from_hex(absent["entry"], 32, "statement.entry")
    else:
        absent = members(raw, "statement", kind=str, registration=str, slot=str)
        require_number(absent["registration"], "statement.registration")
        subject = absent["registration"]
    return AbsenceStatement(subject, from_hex(absent["slot"], 32, "statement.slot"))


def statement_json(statement: Statement) -> dict[str, Any]:
    """The statement in a document."""
    match statement:
        case EntryStatement(id=id, version=version, digest=digest):
            return {"kind": "entry", "id": to_hex(id), "version": version, "digest": to_hex(digest)}
        case CertificateStatement(registration=number, version=version, root=root):
            return {"kind": "certificate", "registration": number, "version": version, "root": to_hex(root)}
        case ActStatement(contract=contract):
            return {"kind": "act", "contract": contract}
        case GrantStatement():
            return statement.to_json()
    subject, slot = statement.subject, to_hex(statement.slot)
    if isinstance(subject, bytes):
        return {"kind": "absence", "entry": to_hex(subject), "slot": slot}
    return {"kind": "absence", "registration": subject, "slot": slot}
