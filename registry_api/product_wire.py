"""From rows of products and disclosures to the members of `product_schemas.py`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ledger.indexer.grant_rows import DisclosureRow, ProductPriceRow, ProductRow
from ledger.model.grant import purposes_in
from ledger.model.ids import to_hex
from registry_api.grant_wire import proof_of
from registry_api.reading import time_text
from registry_api.wire import contents

_SAFE_INTEGER = 2**53 - 1


def product(
    row: ProductRow, price_row: ProductPriceRow | None, offered: bool, names: Mapping[str, str]
) -> dict[str, Any]:
    """`Product`. `offered`: whether it is on offer by the clock."""
    purposes = purposes_in(row.purpose)
    return {
        "product": row.product,
        "name": row.name,
        "operator": row.operator,
        "operator_name": names.get(row.operator),
        "grant": row.grant,
        "source": row.source,
        "depth": row.depth,
        "entry": to_hex(row.entry_id),
        "inputs": row.inputs,
        "form": row.form,
        "purpose": purposes[0] if purposes else None,
        "redevelopable": row.redevelopable,
        "status": row.status,
        "offered": offered,
        "suspended_by_authority": row.suspended_by_authority,
        "price": price(price_row) if price_row else None,
        "malformed": row.malformed,
        "content_digest": to_hex(row.content_digest),
        "reason": _hex(row.reason),
        "organization": row.organization,
        "account": to_hex(row.account),
        "added_index": row.added_index,
        "act_index": row.from_index,
        "from_block": row.from_block,
        "from_time": time_text(row.from_time),
        "to_block": row.to_block,
        "to_time": _time(row.to_time),
        "links": {
            "self": f"/v1/products/{row.product}",
            "grant": f"/v1/grants/{row.grant}",
            "entry": f"/v1/entries/{to_hex(row.entry_id)}",
            "source": f"/v1/products/{row.source}" if row.source else None,
            "act": f"/v1/acts/{row.from_index}",
            "proof": proof_of(row.from_index),
        },
    }


def state(row: ProductRow, names: Mapping[str, str]) -> dict[str, Any]:
    """`ProductState`."""
    return {
        "status": row.status,
        "organization": row.organization,
        "organization_name": names.get(row.organization or ""),
        "account": to_hex(row.account),
        "reason": _hex(row.reason),
        "act_index": row.from_index,
        "from_block": row.from_block,
        "from_time": time_text(row.from_time),
        "to_block": row.to_block,
        "to_time": _time(row.to_time),
        "proof": proof_of(row.from_index),
    }


def price(row: ProductPriceRow) -> dict[str, Any]:
    """`Price`."""
    return {
        "time": time_text(row.time),
        "ceiling": _fen(row.ceiling),
        "price": _fen(row.price),
        "trial": row.trial,
        "unit": row.unit,
        "document": _hex(row.document),
        "organization": row.organization,
        "account": to_hex(row.account),
        "act_index": row.act_index,
        "block": row.block_number,
        "proof": proof_of(row.act_index),
    }


def disclosure(row: DisclosureRow, names: Mapping[str, str]) -> dict[str, Any]:
    """`Disclosure`."""
    return {
        "grant": row.grant,
        "year": row.year,
        "kind": row.kind,
        "version": row.version,
        "title": row.title,
        "deadline": time_text(row.deadline),
        "late": row.late,
        "organization": row.organization,
        "organization_name": names.get(row.organization or ""),
        "account": to_hex(row.account),
        "time": time_text(row.time),
        "malformed": row.malformed,
        "content_digest": to_hex(row.content_digest),
        **contents(row.malformed, row.content),
        "act_index": row.act_index,
        "block": row.block_number,
        "proof": proof_of(row.act_index),
    }


def _fen(value: int | None) -> int | str | None:
    return value if value is None or value <= _SAFE_INTEGER else str(value)


def _hex(value: bytes | None) -> str | None:
    return None if value is None else to_hex(value)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else time_text(moment)
