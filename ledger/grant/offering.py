"""Which products and disclosures of a file are still to be sent, and sending them; as the chain tells."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ledger.chain import abi
from ledger.chain.acts import acts_in
from ledger.chain.batches import WORD, cut, padded_bytes
from ledger.chain.contracts import Contracts
from ledger.chain.sender import Call, Receipt, Sender
from ledger.errors import NotFound
from ledger.grant.product_file import OfferedProduct
from ledger.grant.rows import RowsRefused
from ledger.grant.sending import Sent
from ledger.model.entry import Kind, Status
from ledger.model.message import Message
from ledger.model.product import Status as ProductStatus
from ledger.publish.apply import encode, gas_of
from ledger.publish.batches import cut_publications
from ledger.publish.refusal import Refusal

_WORDS: Final = 14


@dataclass(frozen=True, slots=True)
class Offer:
    """A product that is still to be added; `entry_version` is None where its entry is published already."""

    product: OfferedProduct
    entry_version: int | None
    """The version of the entry that its publication follows; 0 for a first one."""


@dataclass(frozen=True, slots=True)
class SortedOffers:
    """What a file of products amounts to."""

    fresh: tuple[Offer, ...]
    before: tuple[tuple[OfferedProduct, int], ...]
    """Products that an earlier run added, and their numbers."""

    @property
    def unpublished(self) -> list[Offer]:
        """Those whose entry is to be published first."""
        return [one for one in self.fresh if one.entry_version is not None]


def sort_offers(file: str, products: Sequence[OfferedProduct], contracts: Contracts) -> SortedOffers:
    """The products that are to be added, and those that an earlier run added.

    Raises RowsRefused where an entry is no product's, or already that of another product.
    """
    entries = [(one.entry,) for one in products]
    numbers = contracts.call_each("Products", "productOf", entries)
    heads = contracts.call_each("Catalog", "head", entries)
    fresh: list[Offer] = []
    before: list[tuple[OfferedProduct, int]] = []
    refusals: list[Refusal] = []
    for one, number, head in zip(products, numbers, heads, strict=True):
        if number:
            if contracts.call("Products", "product", number)["contentDigest"] == _digest(one):
                before.append((one, number))
                continue
            why = Message(f"the entry is product {number}'s already", f"该条目已是产品 {number} 的目录条目")
            what = Message("delist that product, or use another code", "请先下架该产品，或改用其他代码")
            refusals.append(Refusal(file, one.row, "local_code", one.local_code, "entry_taken", why, what))
        elif head["version"] and head["kind"] != Kind.PRODUCT:
            why = Message("the entry with this code describes a resource", "该代码的条目是数据资源")
            what = Message("use another code", "请改用其他代码")
            refusals.append(Refusal(file, one.row, "local_code", one.local_code, "entry_is_resource", why, what))
        else:
            fresh.append(Offer(one, None if head["status"] == Status.ACTIVE else head["version"]))
    if refusals:
        raise RowsRefused(file, refusals)
    return SortedOffers(tuple(fresh), tuple(before))


def publish_entries(offers: Sequence[Offer], contracts: Contracts, sender: Sender) -> Sent:
    """Publishes the entries that are not in the catalog yet."""
    batches = cut_publications(
        [one.product.publication(one.entry_version) for one in offers if one.entry_version is not None]
    )
    catalog = contracts.address("Catalog")
    calls = []
    for batch in batches:
        data = encode(batch)
        calls.append(Call(catalog, data, len(batch.publications), gas_of(batch, data)))
    return _summed(len(offers), sender.send(calls))


def add_products(
    products: Sequence[OfferedProduct],
    contracts: Contracts,
    sender: Sender,
    added: Callable[[OfferedProduct, int], None],
) -> Sent:
    """Adds products. `added` is told of each, with its number, as soon as it is included."""
    batches = cut(products, lambda one: WORD * (_WORDS + len(one.inputs)) + padded_bytes(one.content.encode()))
    pending = iter(batches)
    address = contracts.address("Products")

    def included(call: Call, receipt: Receipt) -> None:
        acts = acts_in(contracts, "Products", receipt.transaction_hash)
        for one, act in zip(next(pending), acts, strict=True):
            added(one, act.fields["product"])

    calls = (
        Call(address, abi.encode_call("Products", "add", [one.to_call() for one in batch]), len(batch))
        for batch in batches
    )
    return _summed(len(products), sender.send(calls, included))


def send_each(function: str, elements: Sequence[dict[str, Any]], contracts: Contracts, sender: Sender) -> Sent:
    """Sends one kind of act of `IProducts` for each element."""
    batches = cut(elements, lambda one: WORD * _WORDS + padded_bytes(one.get("content", b"")))
    address = contracts.address("Products")
    calls = (Call(address, abi.encode_call("Products", function, batch), len(batch)) for batch in batches)
    return _summed(len(elements), sender.send(calls))


def require_products(numbers: Sequence[int], contracts: Contracts) -> list[dict[str, Any]]:
    """The products with these numbers, as the contract has them. Raises NotFound."""
    found: list[dict[str, Any]] = contracts.call_each("Products", "product", [(number,) for number in numbers])
    for number, product in zip(numbers, found, strict=True):
        if product["status"] == ProductStatus.NONE:
            raise NotFound(f"there is no product {number}")
    return found


def _digest(one: OfferedProduct) -> bytes:
    return hashlib.sha256(one.content.encode()).digest()


def _summed(count: int, receipts: Sequence[Receipt]) -> Sent:
    return Sent(
        count=count,
        transaction_count=len(receipts),
        gas_used=sum(receipt.gas_used for receipt in receipts),
        last_block=max((receipt.block_number for receipt in receipts), default=0),
    )
