"""Sends a plan: batch after batch, a few in flight.

Each batch is on the ledger whole or not at all. A run that is killed loses nothing: the next one plans against the
chain and sends what is still missing.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ledger.chain import abi
from ledger.chain.contracts import Contracts
from ledger.chain.sender import Call, Receipt, Sender
from ledger.model.publication import Publication, Retirement
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
        return abi.encode_call("Catalog", "publish", [_publication(one) for one in batch.publications])
    return abi.encode_call("Catalog", "retire", [_retirement(one) for one in batch.retirements])


def _publication(one: Publication) -> tuple[object, ...]:
    """`ICatalog.Publication`."""
    return (
        one.provider.encode("ascii"),
        one.expected_version,
        int(one.kind),
        int(one.share),
        int(one.open),
        int(one.level),
        one.reason,
        one.local_code.encode("utf-8"),
        one.content,
    )


def _retirement(one: Retirement) -> tuple[object, ...]:
    """`ICatalog.Retirement`."""
    return (one.id, one.expected_version, one.reason)


def _summed(plan: Plan, receipts: list[Receipt], seconds: float) -> Applied:
    return Applied(
        entry_count=len(plan.publications) + len(plan.retirements),
        transaction_count=len(receipts),
        gas_used=sum(receipt.gas_used for receipt in receipts),
        seconds=seconds,
        last_block=max((receipt.block_number for receipt in receipts), default=None),
    )
