"""From rows of the mirror to the members of `schemas.py`. Plain dicts: they are written out as they are.

Canonical content goes out as the bytes that came from the chain, unread.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec

from ledger.chain.events import decode
from ledger.chain.journal_entry import entry_leaf, split_topics
from ledger.errors import Malformed
from ledger.indexer.grant_rows import GrantHoldRow, ProductRow
from ledger.indexer.registration_rows import EntryHoldRow
from ledger.indexer.rows import RETIRED, AccountRow, ActRow, CursorRow, EntryRow, OrganizationRow
from ledger.merkle.checkpoint import parse_signed
from ledger.model.ids import to_hex
from ledger.model.roles import role_names
from ledger.model.suppression import SUPPRESSED, Suppression
from ledger.store.writer import PublishedCheckpoint
from registry_api.reading import time_text

_SAFE_INTEGER = 2**53 - 1
_YEAR_9999 = 253_402_300_799
_CODE_BYTES = 18
_TEXTS = {"localCode", "number", "code"}
"""Members of events that are text wherever they are well-formed."""


def entry_version(row: EntryRow, names: dict[str, str], withheld: Suppression | None) -> dict[str, Any]:
    """`EntryVersion`. `names`: of organizations, by code; `withheld`: of the act that published the content."""
    id = to_hex(row.entry_id)
    path, act = f"/v1/entries/{id}", f"/v1/acts/{row.act_index}"
    return {
        "id": id,
        "version": row.version,
        "status": row.status,
        "kind": row.kind,
        "provider": row.provider,
        "provider_name": names.get(row.provider),
        "submitter": row.submitter,
        "local_code": row.local_code,
        "share": row.share,
        "open": row.open,
        "level": row.level,
        "title": row.title,
        "abstract": row.abstract,
        "theme": row.theme,
        "source": row.source,
        "update_cycle": row.update_cycle,
        "content_digest": to_hex(row.content_digest),
        "malformed": row.malformed,
        "suppressed": withheld and suppressed(withheld),
        "reason": to_hex(row.reason) if row.reason and any(row.reason) else None,
        "account": to_hex(row.account),
        "act_index": row.act_index,
        "from_block": row.from_block,
        "from_time": time_text(row.from_time),
        "to_block": row.to_block,
        "to_time": row.to_time and time_text(row.to_time),
        "links": {
            "self": f"{path}?version={row.version}",
            "history": f"{path}/history",
            # A retirement publishes nothing; its act is what can be proven.
            "proof": f"{act}/proof" if row.status == RETIRED else f"{path}/proof?version={row.version}",
            "act": act,
        },
    }


def entry(row: EntryRow, names: dict[str, str], withheld: Suppression | None) -> dict[str, Any]:
    """`Entry`."""
    return entry_version(row, names, withheld) | contents(row.malformed, row.content)


def contents(malformed: str | None, content: bytes) -> dict[str, Any]:
    """The members `content` and `content_raw`, both null while it is suppressed."""
    return {
        "content": None if malformed else msgspec.Raw(content),
        "content_raw": to_hex(content) if malformed and malformed != SUPPRESSED else None,
    }


def entry_hold(row: EntryHoldRow) -> dict[str, Any]:
    """`EntryHold`, of a registration."""
    link = f"/v1/registrations/{row.number}?version={row.version}"
    return {"kind": "registration", "number": row.number, "version": row.version, "link": link}


def grant_hold(row: GrantHoldRow) -> dict[str, Any]:
    """`EntryHold`, of a grant."""
    link = f"/v1/grants/{row.grant}?version={row.version}"
    return {"kind": "grant", "number": str(row.grant), "version": row.version, "link": link}


def product_hold(row: ProductRow) -> dict[str, Any]:
    """`EntryHold`, of the product that an entry describes."""
    return {"kind": "product", "number": str(row.product), "version": None, "link": f"/v1/products/{row.product}"}


def organization_version(row: OrganizationRow) -> dict[str, Any]:
    """`OrganizationVersion`."""
    return {
        "code": row.code,
        "name": row.name,
        "aliases": row.aliases,
        "kind": row.kind,
        "area": f"{row.area:012d}",
        "parent": row.parent,
        "sector_authority": row.sector_authority,
        "allowed_roles": role_names(row.allowed_roles),
        "suspended": row.suspended,
        "malformed": row.malformed,
        "account": to_hex(row.account),
        "act_index": row.from_index,
        "from_block": row.from_block,
        "from_time": time_text(row.from_time),
        "to_block": row.to_block,
        "to_time": row.to_time and time_text(row.to_time),
    }


def account(row: AccountRow) -> dict[str, Any]:
    """`Account`."""
    since = row.compromised_since
    return {
        "address": to_hex(row.address),
        "roles": role_names(row.roles),
        "active": row.active,
        # What was stated on chain may be no time at all.
        "compromised_since": time_text(datetime.fromtimestamp(min(since, _YEAR_9999), UTC)) if since else None,
        "successor": to_hex(row.successor) if row.successor and any(row.successor) else None,
        "act_index": row.from_index,
        "from_block": row.from_block,
        "from_time": time_text(row.from_time),
    }


def act_summary(row: ActRow, final_block: int | None, withheld: Suppression | None) -> dict[str, Any]:
    """`ActSummary`."""
    final = final_block is not None and row.block_number <= final_block
    return {
        "index": row.index,
        "contract": row.contract,
        "event": row.event,
        "organization": row.organization,
        "account": to_hex(row.account),
        "block": {
            "number": row.block_number,
            "hash": to_hex(row.block_hash),
            "time": time_text(row.block_time),
        },
        "transaction_hash": to_hex(row.transaction_hash),
        "log_index": row.log_index,
        "malformed": row.malformed,
        "state": "final" if final else "provisional",
        "suppressed": withheld and suppressed(withheld),
        "leaf": to_hex(withheld.leaf if withheld else _leaf(row)),
    }


def act(row: ActRow, final_block: int | None, withheld: Suppression | None) -> dict[str, Any]:
    """`Act`."""
    topics = split_topics(row.topics)
    try:
        event = decode(row.contract, topics, row.data)
        fields = {name: _field(name, value) for name, value in event.fields.items()}
    except Malformed:
        fields = None
    return act_summary(row, final_block, withheld) | {
        "emitter": to_hex(row.emitter),
        "topics": [to_hex(topic) for topic in topics],
        # What is left of a withheld log is nobody's log.
        "data": None if withheld else to_hex(row.data),
        "fields": None if withheld else fields,
    }


def suppressed(row: Suppression) -> dict[str, Any]:
    """`Suppressed`."""
    return {"reason": row.reason, "since": time_text(row.time), "document": to_hex(row.document)}


def suppressed_act(row: Suppression) -> dict[str, Any]:
    """`SuppressedAct`."""
    return suppressed(row) | {"index": row.index, "leaf": to_hex(row.leaf)}


def journal(row: CursorRow) -> dict[str, Any]:
    """`Journal`."""
    return {
        "chain_id": row.chain_id,
        "genesis_hash": to_hex(row.genesis_hash),
        "origin": to_hex(row.origin),
        "size": row.journal_size,
        "root": to_hex(row.journal_root),
        "final_block": row.final_block,
    }


def checkpoint(published: PublishedCheckpoint, link: str) -> dict[str, Any]:
    """`JournalCheckpoint`."""
    return {"size": parse_signed(published.note)[0].size, "vkey": published.vkey, "note": link}


def _leaf(row: ActRow) -> bytes:
    return entry_leaf(row.emitter, split_topics(row.topics), row.data)


def _field(name: str, value: Any) -> Any:
    if isinstance(value, int):
        return value if value <= _SAFE_INTEGER else str(value)
    if isinstance(value, dict):
        return {member: _field(member, part) for member, part in value.items()}
    if isinstance(value, list | tuple):
        return [to_hex(part) if isinstance(part, bytes) else _field(name, part) for part in value]
    if name in _TEXTS or len(value) == _CODE_BYTES:
        try:
            return value.rstrip(b"\x00").decode("utf-8") or None
        except UnicodeDecodeError:
            return to_hex(value)
    return to_hex(value)
