"""Sends applications and steps, batch after batch; each batch is on the ledger whole or not at all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.chain import abi
from ledger.chain.acts import acts_in
from ledger.chain.batches import WORD, cut
from ledger.chain.contracts import Contracts
from ledger.chain.sender import Call, Receipt, Sender
from ledger.errors import Inconsistent
from ledger.model.registration import Stage
from ledger.registration.actions import Action
from ledger.registration.application import Filing, file_calls
from ledger.registration.registry import number_bytes

_STEP_BYTES = 3 * WORD


@dataclass(frozen=True, slots=True)
class Filed:
    """An application that is on the ledger."""

    filing: Filing
    number: str
    version: int
    stage: Stage
    deadline: int
    """Unix seconds at which the next step is late."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step for one version (`IRegistry.Step`)."""

    number: str
    version: int
    reason: bytes
    """32 bytes; zeros for none."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Steps that were taken."""

    count: int
    transaction_count: int
    gas_used: int
    last_block: int


def file_all(
    filings: Sequence[Filing], contracts: Contracts, sender: Sender, filed: Callable[[list[Filed]], None]
) -> Taken:
    """Files applications.

    Args:
        filed: told of each batch as soon as it is included, in order.

    Raises Rejected with the contract's error, Unavailable when the node is lost. What was included before stays.
    """
    batches = file_calls(filings)
    pending = iter([batch for batch, _ in batches])
    address = contracts.address("Applications")

    def included(call: Call, receipt: Receipt) -> None:
        filed(_numbers(contracts, next(pending), receipt))

    receipts = sender.send((Call(address, data, len(batch)) for batch, data in batches), included)
    return _summed(len(filings), receipts)


def take(
    action: Action,
    steps: Sequence[Step],
    contracts: Contracts,
    sender: Sender,
    progress: Callable[[int], None] = lambda count: None,
) -> Taken:
    """Takes one kind of step for many versions; as `file_all`."""
    address = contracts.address(action.contract)
    calls = (
        Call(address, abi.encode_call(action.contract, action.function, [_struct(step) for step in batch]), len(batch))
        for batch in cut(steps, lambda step: _STEP_BYTES)
    )
    return _summed(len(steps), sender.send(calls, lambda call, _: progress(call.size)))


def _struct(step: Step) -> dict[str, Any]:
    return {"number": number_bytes(step.number), "version": step.version, "reason": step.reason}


def _numbers(contracts: Contracts, batch: list[Filing], receipt: Receipt) -> list[Filed]:
    acts = acts_in(contracts, "Applications", receipt.transaction_hash)
    if len(acts) != len(batch):
        raise Inconsistent(f"{len(batch)} applications were sent, the node shows {len(acts)} acts of them")
    return [
        Filed(
            filing,
            act.fields["number"].decode("ascii"),
            act.fields["version"],
            Stage(act.fields["stage"]),
            act.fields["deadline"],
        )
        for filing, act in zip(batch, acts, strict=True)
    ]


def _summed(count: int, receipts: Iterable[Receipt]) -> Taken:
    kept = list(receipts)
    return Taken(
        count=count,
        transaction_count=len(kept),
        gas_used=sum(receipt.gas_used for receipt in kept),
        last_block=max((receipt.block_number for receipt in kept), default=0),
    )
