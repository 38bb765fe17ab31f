"""Rows of products, prices and disclosures."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from ledger.audit.acts import Act, code_text
from ledger.audit.book import Book
from ledger.audit.contents import read_texts
from ledger.audit.row import Hashed, digest_or_none, instant, span
from ledger.model.disclosure import DisclosureContent, Kind
from ledger.model.ids import to_hex


def _product(book: Book, act: Act, number: int) -> dict[str, Any]:
    product = book.products[number]
    return {
        "from_index": act.index,
        "product": number,
        "added_index": product.added_index,
        "operator": code_text(product.operator),
        "grant": product.grant,
        "source": product.source or None,
        "depth": product.depth,
        "entry_id": product.entry,
        "inputs": [to_hex(id) for id in product.inputs],
        "form": product.form.name,
        "purpose": product.purpose,
        "redevelopable": product.redevelopable,
        "status": product.status.name,
        "suspended_by_authority": product.suspended_by_authority,
        "name": product.name,
        "content": Hashed(product.content_digest),
        "content_digest": product.content_digest,
        "malformed": product.malformed,
        "reason": digest_or_none(act.reason),
        "organization": code_text(act["organization"]),
        "account": act.account,
        **span(act),
    }


def appended(book: Book, act: Act) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows that an act adds once and for all."""
    if act.event in ("CeilingSet", "PriceSet"):
        yield "product_price", _price(book, act)
    elif act.event == "DisclosurePublished":
        yield "disclosure", _disclosure(act)


def unit_text(unit: bytes) -> str:
    """A unit as text; what is no visible ASCII with escapes."""
    text = unit.rstrip(b"\0")
    return "".join(chr(b) if 0x20 <= b < 0x7F and b != 0x5C else f"\\x{b:02x}" for b in text)


def _price(book: Book, act: Act) -> dict[str, Any]:
    prices = book.products[act["product"]].prices
    last = prices[-1]
    return {
        "act_index": act.index,
        "product": act["product"],
        "position": len(prices) - 1,
        "ceiling": last.ceiling,
        "price": last.price,
        "trial": last.trial,
        "unit": unit_text(last.unit),
        "document": digest_or_none(act["document"]),
        "organization": code_text(act["organization"]),
        "account": act.account,
        "time": act.time,
        "block_number": act.block,
    }


def _disclosure(act: Act) -> dict[str, Any]:
    content, malformed = read_texts(DisclosureContent, act["content"])
    digest = hashlib.sha256(act["content"]).digest()
    return {
        "act_index": act.index,
        "grant": act["grant"],
        "year": act["year"],
        "kind": Kind(act["kind"]).name,
        "version": act["version"],
        "deadline": instant(act["deadline"]),
        "late": act["late"],
        "title": content.title if content else None,
        "content": Hashed(digest),
        "content_digest": digest,
        "malformed": malformed,
        "organization": code_text(act["organization"]),
        "account": act.account,
        "time": act.time,
        "block_number": act.block,
    }


ROWS: dict[str, Callable[[Book, Act, Any], dict[str, Any]]] = {"product": _product}
