"""Sends a plan: batch after batch, a few in flight.

Each batch is on the ledger whole or not at all. A run that is killed loses nothing: the next one plans against the
chain and sends what is still missing.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from ledger.chain import abi
from ledger.chain.contracts import Contracts
from ledger.chain.sender import Call, Receipt, Sender
from ledger.model.publication import Publication
from ledger.publish.batches import Batch, PublicationBatch, RetirementBatch, cut
from ledger.publish.plan import Plan

_TRANSACTION_GAS = 170_000
"""The journal: its edge, root and size, each written once."""
_PROVIDER_GAS = 40_000
"""Asking who may sign, up the whole hierarchy."""
_VERSION_GAS = (75_000, 85_000, 67_000)
"""A first version writes two slots; a second begins the array of ended ones; later ones append to it."""
_RETIREMENT_GAS = 80_000
_BYTE_GAS = 21


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a plan did."""

    entry_count: int
    transaction_count: int
    gas_used: int
    seconds: float
    """From the first send to the last inclusion."""
    last_block: int | None


def apply(plan: Plan, contracts: Contracts, sender: Sender, progress: Callable[[int], None]) -> Applied:
    """Sends everything that a plan holds, and waits until it is included.

    Args:
        progress: told how many more entries are included.

    Raises Rejected with the contract's error (`reason` CatalogVersionConflict where somebody else changed an entry
    since the plan was made), Unavailable when the node is lost. What was included before stays.
    """
    began = time.monotonic()
    receipts = sender.send(calls(plan, contracts), lambda call, _: progress(call.size))
    return _summed(plan, receipts, time.monotonic() - began)


def calls(plan: Plan, contracts: Contracts) -> Iterator[Call]:
    """The transactions of a plan, in their order."""
    catalog = contracts.address("Catalog")
    for batch in cut(plan):
        data = encode(batch)
        yield Call(catalog, data, size_of(batch), gas_of(batch, data))


def size_of(batch: Batch) -> int:
    """Entries in a batch."""
    return len(batch.publications if isinstance(batch, PublicationBatch) else batch.retirements)


def gas_of(batch: Batch, data: bytes) -> int:
    """Gas to declare for a batch: measured figures and a little more.

    Asking the node would execute each batch several times over, which takes longer than everything else together.
    Nodes pack blocks by declared gas, so it stays close to what is used; a test holds it to that.
    """
    zeros = data.count(0)
    gas = 21_000 + 4 * zeros + 16 * (len(data) - zeros)  # EIP-2028
    if isinstance(batch, RetirementBatch):
        return gas + _TRANSACTION_GAS + _RETIREMENT_GAS * len(batch.retirements)
    gas += _TRANSACTION_GAS + _PROVIDER_GAS * len({one.provider for one in batch.publications})
    for one in batch.publications:
        gas += _VERSION_GAS[min(one.expected_version, 2)]
        gas += _BYTE_GAS * (len(one.content) + len(one.local_code.encode("utf-8")))
    return gas


def encode(batch: Batch) -> bytes:
    """Call data of a batch."""
    if isinstance(batch, PublicationBatch):
        return _publish_data(batch.publications)
    return abi.encode_call(
        "Catalog", "retire", [(one.id, one.expected_version, one.reason) for one in batch.retirements]
    )


def _publish_data(publications: tuple[Publication, ...]) -> bytes:
    """`ICatalog.publish`, word by word: a library that knows any type takes most of the time of a bulk publication.

    A test compares it with that library's.
    """
    elements = [_publication(one) for one in publications]
    offsets = accumulate((len(element) for element in elements), initial=32 * len(elements))
    head = (abi.selector("Catalog", "publish"), _number(32), _number(len(elements)))
    return b"".join((*head, *(_number(offset) for offset, _ in zip(offsets, elements, strict=False)), *elements))


def _publication(one: Publication) -> bytes:
    """`ICatalog.Publication`: nine words, two of them offsets, then local code and content."""
    local_code = _padded(one.local_code.encode("utf-8"))
    numbers = (one.expected_version, one.kind, one.share, one.open, one.level)
    return b"".join(
        (
            one.provider.encode("ascii").ljust(32, b"\0"),
            *map(_number, numbers),
            one.reason,
            _number(9 * 32),
            _number(9 * 32 + len(local_code)),
            local_code,
            _padded(one.content),
        )
    )


def _padded(data: bytes) -> bytes:
    return _number(len(data)) + data + bytes(-len(data) % 32)


def _number(value: int) -> bytes:
    return value.to_bytes(32)


def _summed(plan: Plan, receipts: list[Receipt], seconds: float) -> Applied:
    return Applied(
        entry_count=len(plan.publications) + len(plan.retirements),
        transaction_count=len(receipts),
        gas_used=sum(receipt.gas_used for receipt in receipts),
        seconds=seconds,
        last_block=max((receipt.block_number for receipt in receipts), default=None),
    )
