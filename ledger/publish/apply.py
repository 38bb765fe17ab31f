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
from ledger.publish.batches import Batch, PublicationBatch, cut
from ledger.publish.plan import Plan


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
        yield Call(catalog, encode(batch), size_of(batch))


def size_of(batch: Batch) -> int:
    """Entries in a batch."""
    return len(batch.publications if isinstance(batch, PublicationBatch) else batch.retirements)


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
