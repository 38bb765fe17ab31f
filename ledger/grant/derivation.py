"""An answer of `grant check` as a document: plain values, the same for programs on the command line and over HTTP."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ledger.grant.check import Answer, Derivation, Reached
from ledger.indexer.grant_rows import GrantApprovalRow, GrantScopeRow
from ledger.model import registration
from ledger.model.grant import ALL_ITEMS, Coverage, Status, operations_in, purposes_in
from ledger.model.ids import to_hex

_EPOCH = date(1970, 1, 1)
ProofOf = Callable[[int], str]
"""Where the proof of an act is to be had."""


def organizations_in(answer: Answer) -> set[str]:
    """Codes of the organizations that the document names."""
    found = {answer.organization} | {one.grant.grantor for one in answer.considered}
    for reached in answer.derivation.chain if answer.derivation else ():
        acted = [reached.since.organization if reached.since else None]
        for approval in reached.approvals:
            acted += [approval.organization, approval.provider]
        known = reached.link.grant
        parties = (known.grantor, known.implementer, known.grantee) if known else ()
        found |= {code for code in (*acted, *parties) if code}
    return found


def document(answer: Answer, names: Mapping[str, str], proof_of: ProofOf | None = None) -> dict[str, Any]:
    """The answer, with its derivation link by link from the grant to its root."""
    question = answer.question
    return {
        "organization": answer.organization,
        "organization_name": names.get(answer.organization),
        "entry": to_hex(question.entry),
        "operations": operations_in(question.operation),
        "at": time_text(question.time),
        "allowed": answer.allowed,
        "covering": list(answer.covering),
        "considered": [
            {
                "grant": one.grant.grant,
                "title": one.grant.title,
                "grantor": one.grant.grantor,
                "grantor_name": names.get(one.grant.grantor),
                "coverage": one.coverage.name,
                "by": one.by,
                "items": items_of(one.items) if one.coverage is Coverage.COVERED else [],
            }
            for one in answer.considered
        ],
        "derivation": _derivation(answer.derivation, question.time, names, proof_of) if answer.derivation else None,
    }


def _derivation(
    derived: Derivation, time: datetime, names: Mapping[str, str], proof_of: ProofOf | None
) -> dict[str, Any]:
    return {
        "grant": derived.grant,
        "coverage": derived.coverage.name,
        "by": derived.by,
        "items": items_of(derived.items) if derived.coverage is Coverage.COVERED else [],
        "chain": [_link(reached, time, names, proof_of) for reached in derived.chain],
    }


def _link(reached: Reached, time: datetime, names: Mapping[str, str], proof_of: ProofOf | None) -> dict[str, Any]:
    link = reached.link
    known, record, version, since = link.grant, link.record, link.version, reached.since
    return {
        "grant": link.number,
        "coverage": link.reason.name,
        "title": version.title if version else known.title if known else None,
        "kind": known.kind if known else None,
        "mode": known.mode if known else None,
        "grantor": known.grantor if known else None,
        "grantor_name": names.get(known.grantor) if known else None,
        "implementer": known.implementer if known else None,
        "implementer_name": names.get(known.implementer or "") if known else None,
        "grantee": known.grantee if known else None,
        "grantee_name": names.get(known.grantee) if known else None,
        "parent": known.parent if known else None,
        "version": record.version if record else None,
        "status": _status(record.status, record.valid_until, time) if record else None,
        "valid_from": time_text(record.valid_from) if record else None,
        "valid_until": time_text(record.valid_until) if record else None,
        "since": act_of(since.act_index, since.time, since.account, since.organization, names, proof_of)
        | {"step": since.step, "reason": since.reason and to_hex(since.reason)}
        if since
        else None,
        "approvals": [_approval(approval, names, proof_of) for approval in reached.approvals],
        "area": f"{version.area:012d}" if version else None,
        "level": link.level,
        "purposes": purposes_in(version.purposes) if version else [],
        "scope": _scope(link.scope) if link.scope else None,
        "entry": {
            "version": link.entry.version,
            "status": link.entry.status,
            "share": link.entry.share,
            "open": link.entry.open,
            "level": link.entry.level,
            "act_index": link.entry.act_index,
        }
        if link.entry
        else None,
        "registration": {
            "number": link.registration.number,
            "version": link.registration.version,
            "status": registration.status_of(link.registration.status, link.registration.valid_until, time),
            "valid_until": link.registration.valid_until and time_text(link.registration.valid_until),
            "act_index": link.registration.from_index,
        }
        if link.registration
        else None,
        "items": items_of(link.items) if link.reason is Coverage.COVERED else [],
    }


def _approval(row: GrantApprovalRow, names: Mapping[str, str], proof_of: ProofOf | None) -> dict[str, Any]:
    return act_of(row.act_index, row.time, row.account, row.organization, names, proof_of) | {
        "approval": row.approval,
        "provider": row.provider,
        "provider_name": names.get(row.provider or ""),
        "document": row.document and to_hex(row.document),
        "date": day_text(row.date),
    }


def act_of(
    index: int,
    time: datetime,
    account: bytes,
    organization: str | None,
    names: Mapping[str, str],
    proof_of: ProofOf | None = None,
) -> dict[str, Any]:
    """Who did something, and the act that says so."""
    told = {
        "act_index": index,
        "time": time_text(time),
        "account": to_hex(account),
        "organization": organization,
        "organization_name": names.get(organization or ""),
    }
    return told if proof_of is None else told | {"proof": proof_of(index)}


def _scope(row: GrantScopeRow) -> dict[str, Any]:
    return {
        "version": row.version,
        "position": row.position,
        "provider": row.provider,
        "entry_version": row.entry_version,
        "operations": operations_in(row.operations),
        "items": items_of(row.items),
        "level": row.level,
        "act_index": row.act_index,
    }


def _status(status: str, until: datetime, time: datetime) -> str:
    runs = status in (Status.ACTIVE.name, Status.SUSPENDED.name)
    return Status.EXPIRED.name if runs and time >= until else status


def items_of(bits: int | None) -> list[int] | None:
    """Numbers of the items in a bitmap, from 0; None for the whole entry."""
    if bits is None or bits == ALL_ITEMS:
        return None
    return [number for number in range(bits.bit_length()) if bits >> number & 1]


def day_text(days: int | None) -> str | None:
    """A local day given as days since 1 January 1970, as a date; what is beyond the calendar as the number."""
    if days is None:
        return None
    try:
        return (_EPOCH + timedelta(days=days)).isoformat()
    except OverflowError:
        return str(days)


def time_text(moment: datetime) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def codes_of(rows: Iterable[Any], *columns: str) -> list[str]:
    """The organizations that some columns of rows name, each once."""
    return sorted({code for row in rows for column in columns if (code := getattr(row, column))})
