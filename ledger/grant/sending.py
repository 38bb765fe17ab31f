"""Sends plans, scopes, approvals and steps, batch after batch; each batch is on the ledger whole or not at all.

What was included stays, whatever stops a run; the next one asks the chain and sends what is still missing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from ledger.chain import abi
from ledger.chain.acts import acts_in
from ledger.chain.batches import WORD, cut, padded_bytes
from ledger.chain.contracts import Contracts
from ledger.chain.sender import Call, Receipt, Sender
from ledger.errors import Inconsistent
from ledger.grant.plan_file import PlannedGrant
from ledger.grant.records import EntryScope, ProviderScope
from ledger.model.grant import Approval

T = TypeVar("T")

SCOPE_MOST: Final = 150
"""Entries that one transaction lists: by gas, and by the 65,535 bytes of an act."""
_PLAN_WORDS: Final = 14
_SCOPE_WORDS: Final = 4
_APPROVAL_WORDS: Final = 8
_STEP_WORDS: Final = 5


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent and included."""

    count: int = 0
    transaction_count: int = 0
    gas_used: int = 0
    last_block: int = 0

    def __add__(self, other: "Sent") -> "Sent":
        return Sent(
            self.count + other.count,
            self.transaction_count + other.transaction_count,
            self.gas_used + other.gas_used,
            max(self.last_block, other.last_block),
        )


@dataclass(frozen=True, slots=True)
class NewApproval:
    """An approval (`IPlans.NewApproval`). `date` counts days since 1 January 1970."""

    grant: int
    version: int
    approval: Approval
    scope_count: int
    scope_digest: bytes
    provider: str | None
    document: bytes
    date: int = 0

    def to_call(self) -> dict[str, Any]:
        """The contract's struct."""
        return {
            "grant": self.grant,
            "version": self.version,
            "approval": int(self.approval),
            "scopeCount": self.scope_count,
            "scopeDigest": self.scope_digest,
            "provider": _code(self.provider),
            "document": self.document,
            "date": self.date,
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """The refusal of an approval (`IPlans.Refusal`)."""

    grant: int
    version: int
    approval: Approval
    provider: str | None
    reason: bytes

    def to_call(self) -> dict[str, Any]:
        """The contract's struct."""
        return {
            "grant": self.grant,
            "version": self.version,
            "approval": int(self.approval),
            "provider": _code(self.provider),
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """A step for one version (`IGrants.Step`); `reason` is a digest, zeros for none."""

    grant: int
    version: int
    reason: bytes

    def to_call(self) -> dict[str, Any]:
        """The contract's struct."""
        return {"grant": self.grant, "version": self.version, "reason": self.reason}


class GrantSender:
    """Sends for one account."""

    def __init__(
        self, contracts: Contracts, sender: Sender, progress: Callable[[int], None] = lambda count: None
    ) -> None:
        self._contracts = contracts
        self._sender = sender
        self._progress = progress

    def plan(self, plans: Sequence[PlannedGrant], planned: Callable[[PlannedGrant, int], None]) -> Sent:
        """Plans grants. `planned` is told of each, with its number, as soon as it is included."""
        batches = cut(plans, lambda plan: WORD * _PLAN_WORDS + padded_bytes(plan.content.encode()))
        pending = iter(batches)

        def included(receipt: Receipt) -> None:
            batch = next(pending)
            acts = acts_in(self._contracts, "Plans", receipt.transaction_hash)
            if len(acts) != len(batch):
                raise Inconsistent(f"{len(batch)} plans were sent, the node shows {len(acts)} acts of them")
            for plan, act in zip(batch, acts, strict=True):
                planned(plan, act.fields["grant"])

        return self._send("Plans", "plan", [[[one.to_call() for one in batch]] for batch in batches], included)

    def versions(self, function: str, elements: Sequence[dict[str, Any]]) -> Sent:
        """Plans amended or renewed versions (`amend`, `renew`)."""
        batches = cut(elements, lambda one: WORD * _PLAN_WORDS + padded_bytes(one["content"]))
        return self._send("Plans", function, [[batch] for batch in batches])

    def scope(self, grant: int, version: int, scope: Sequence[EntryScope] | Sequence[ProviderScope]) -> Sent:
        """Lists entries or providers."""
        overall = bool(scope) and isinstance(scope[0], ProviderScope)
        batches = cut([one.to_call() for one in scope], lambda one: WORD * _SCOPE_WORDS, SCOPE_MOST)
        function = "scopeProviders" if overall else "scope"
        return self._send("Plans", function, [[grant, version, batch] for batch in batches])

    def approve(self, approvals: Sequence[NewApproval]) -> Sent:
        """Takes approvals."""
        batches = cut([one.to_call() for one in approvals], lambda one: WORD * _APPROVAL_WORDS)
        return self._send("Plans", "approve", [[batch] for batch in batches])

    def refuse(self, refusals: Sequence[Refusal]) -> Sent:
        """Refuses versions."""
        batches = cut([one.to_call() for one in refusals], lambda one: WORD * _STEP_WORDS)
        return self._send("Plans", "refuse", [[batch] for batch in batches])

    def step(self, contract: str, function: str, steps: Sequence[Step]) -> Sent:
        """Takes one kind of step for grants."""
        batches = cut([one.to_call() for one in steps], lambda one: WORD * _STEP_WORDS)
        return self._send(contract, function, [[batch] for batch in batches])

    def settle(self, due: Sequence[tuple[int, int, Sequence[bytes]]]) -> Sent:
        """Releases entries of versions."""
        arguments = [
            [grant, version, batch]
            for grant, version, entries in due
            for batch in cut(entries, lambda entry: WORD, SCOPE_MOST)
        ]
        return self._send("Grants", "settle", arguments)

    def _send(
        self,
        contract: str,
        function: str,
        arguments: Iterable[list[Any]],
        included: Callable[[Receipt], None] = lambda receipt: None,
    ) -> Sent:
        address = self._contracts.address(contract)
        calls = (Call(address, abi.encode_call(contract, function, *one), len(one[-1])) for one in arguments)
        count = 0

        def landed(call: Call, receipt: Receipt) -> None:
            nonlocal count
            count += call.size
            included(receipt)
            self._progress(call.size)

        receipts = self._sender.send(calls, landed)
        return Sent(
            count=count,
            transaction_count=len(receipts),
            gas_used=sum(receipt.gas_used for receipt in receipts),
            last_block=max((receipt.block_number for receipt in receipts), default=0),
        )


def _code(provider: str | None) -> bytes:
    return provider.encode("ascii") if provider else bytes(18)
