"""From rows of grants to the members of `grant_schemas.py`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ledger.grant.derivation import codes_of, day_text, items_of
from ledger.indexer.grant_rows import (
    GrantApprovalRow,
    GrantContentRow,
    GrantRecordRow,
    GrantRow,
    GrantScopeRow,
    GrantStepRow,
    GrantVersionRow,
)
from ledger.model.grant import RUNNING, Status, approvals_in, operations_in, purposes_in
from ledger.model.ids import to_hex
from registry_api.reading import Reading, time_text
from registry_api.wire import contents

PLANNED = "PLANNED"


def status_of(row: GrantRow, clock: datetime) -> str:
    """What a grant alone is worth by a clock."""
    if row.status is None:
        return PLANNED
    expired = row.status in RUNNING and row.valid_until is not None and clock >= row.valid_until
    return Status.EXPIRED.name if expired else row.status


def is_in_force(row: GrantRow, clock: datetime) -> bool:
    """Whether a grant is active and its term runs; ancestors left out."""
    begun = row.valid_from is not None and clock >= row.valid_from
    return begun and status_of(row, clock) == Status.ACTIVE.name


def names_of(reading: Reading, rows: Iterable[GrantRow], *others: str | None) -> dict[str, str]:
    """Names of the parties of some grants, and of other organizations, by code."""
    rows = list(rows)
    codes = set(codes_of(rows, "grantor", "implementer", "grantee")) | {code for code in others if code}
    return reading.view.organization_names(sorted(codes), reading.at)


def grant(row: GrantRow, clock: datetime, names: Mapping[str, str]) -> dict[str, Any]:
    """`Grant`."""
    path = f"/v1/grants/{row.grant}"
    status = status_of(row, clock)
    return {
        "grant": row.grant,
        "kind": row.kind,
        "mode": row.mode,
        "title": row.title,
        "grantor": row.grantor,
        "grantor_name": names.get(row.grantor),
        "implementer": row.implementer,
        "implementer_name": names.get(row.implementer or ""),
        "grantee": row.grantee,
        "grantee_name": names.get(row.grantee),
        "parent": row.parent,
        "depth": row.depth,
        "versions": row.versions,
        "current": row.current,
        "status": status,
        "status_since": _time(row.valid_until if status == Status.EXPIRED.name else row.status_since),
        "in_force": is_in_force(row, clock),
        "valid_from": _time(row.valid_from),
        "valid_until": _time(row.valid_until),
        "suspended_by_authority": row.suspended_by_authority,
        "reason": _hex(row.reason),
        "organization": row.organization,
        "account": to_hex(row.account),
        "planned_index": row.planned_index,
        "act_index": row.from_index,
        "from_block": row.from_block,
        "from_time": time_text(row.from_time),
        "to_block": row.to_block,
        "to_time": _time(row.to_time),
        "links": {
            "self": path,
            "versions": f"{path}/versions",
            "scope": f"{path}/scope",
            "approvals": f"{path}/approvals",
            "history": f"{path}/history",
            "tree": f"{path}/tree",
            "products": f"/v1/products?grant={row.grant}",
            "disclosures": f"/v1/disclosures?grant={row.grant}",
            "act": f"/v1/acts/{row.from_index}",
            "proof": proof_of(row.from_index),
            "page": f"/grants/{row.grant}",
        },
    }


def version(row: GrantVersionRow) -> dict[str, Any]:
    """`GrantVersion`."""
    path, query = f"/v1/grants/{row.grant}", f"?version={row.version}"
    return {
        "version": row.version,
        "basis": row.basis,
        "stage": row.stage,
        "open": row.open,
        "required": approvals_in(row.required),
        "taken": approvals_in(row.taken),
        "consents_missing": row.consents_missing,
        "agreement": _hex(row.agreement),
        "scope_of": row.scope_of,
        "scope_count": row.scope_count,
        "scope_digest": _hex(row.scope_digest),
        "held_count": row.held_count,
        "start": time_text(row.start),
        "end": time_text(row.end),
        "area": f"{row.area:012d}",
        "level": row.level,
        "export_level": row.export_level,
        "purposes": purposes_in(row.purposes),
        "delegations": row.delegations,
        "title": row.title,
        "malformed": row.malformed,
        "content_digest": to_hex(row.content_digest),
        "account": to_hex(row.account),
        "act_index": row.from_index,
        "from_block": row.from_block,
        "from_time": time_text(row.from_time),
        "to_block": row.to_block,
        "to_time": _time(row.to_time),
        "links": {
            "scope": f"{path}/scope{query}",
            "approvals": f"{path}/approvals{query}",
            "act": f"/v1/acts/{row.planned_index}",
            "proof": proof_of(row.planned_index),
        },
    }


def version_detail(row: GrantVersionRow, content: GrantContentRow) -> dict[str, Any]:
    """`GrantVersionDetail`."""
    return version(row) | contents(content.malformed, content.content)


def approval(row: GrantApprovalRow, names: Mapping[str, str]) -> dict[str, Any]:
    """`GrantApproval`."""
    return {
        "version": row.version,
        "approval": row.approval,
        "provider": row.provider,
        "provider_name": names.get(row.provider or ""),
        "document": _hex(row.document),
        "date": day_text(row.date),
        "scope_count": row.scope_count,
        "scope_digest": _hex(row.scope_digest),
        "entered": row.entered,
        "valid_from": _time(row.valid_from),
        "organization": row.organization,
        "organization_name": names.get(row.organization or ""),
        "account": to_hex(row.account),
        "time": time_text(row.time),
        "act_index": row.act_index,
        "block": row.block_number,
        "proof": proof_of(row.act_index),
    }


def step(row: GrantStepRow, names: Mapping[str, str]) -> dict[str, Any]:
    """`GrantStep`."""
    return {
        "version": row.version,
        "step": row.step,
        "detail": row.detail,
        "organization": row.organization,
        "organization_name": names.get(row.organization or ""),
        "account": to_hex(row.account),
        "time": time_text(row.time),
        "reason": _hex(row.reason),
        "act_index": row.act_index,
        "block": row.block_number,
        "proof": proof_of(row.act_index),
    }


def record(row: GrantRecordRow) -> dict[str, Any]:
    """`GrantRecord`."""
    return {
        "version": row.version,
        "status": row.status,
        "time": time_text(row.time),
        "valid_from": time_text(row.valid_from),
        "valid_until": time_text(row.valid_until),
        "act_index": row.act_index,
    }


def scope_item(row: GrantScopeRow, titles: Mapping[bytes, str | None], names: Mapping[str, str]) -> dict[str, Any]:
    """`ScopeItem`. `titles`: of entries, by id."""
    return {
        "position": row.position,
        "provider": row.provider,
        "provider_name": names.get(row.provider),
        "entry": _hex(row.entry_id),
        "title": None if row.entry_id is None else titles.get(row.entry_id),
        "entry_version": row.entry_version,
        "operations": operations_in(row.operations),
        "items": items_of(row.items),
        "level": row.level,
        "act_index": row.act_index,
        "link": f"/v1/organizations/{row.provider}" if row.entry_id is None else f"/v1/entries/{to_hex(row.entry_id)}",
    }


def proof_of(act_index: int) -> str:
    """Where the proof of an act is to be had."""
    return f"/v1/acts/{act_index}/proof"


def _hex(value: bytes | None) -> str | None:
    return None if value is None else to_hex(value)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else time_text(moment)
