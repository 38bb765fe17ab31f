"""Sends transactions of one account: a few in flight, local nonces, every refusal explained.

A batch that was included is on the ledger whatever happens to this process. What was sent and not yet included may
still be included: `settle` waits for that before anything new is planned, so a repeated run never sends twice.
What waits long is sent again, and so is all that waits when another node takes over: the first may have died before it
told anyone, or a reorganization may have dropped it. It is the same transaction, so it is included once at most.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from ledger.chain.contracts import Contracts, refusal
from ledger.chain.rpc import NodeError
from ledger.chain.signer import Signer
from ledger.errors import LedgerError, Rejected, Unavailable
from ledger.model.ids import to_hex

TRANSACTION_BYTES = 128 * 1024
"""Nodes refuse larger transactions (geth `txMaxSize`)."""
_POLL_SECONDS = 0.005
_POLL_LONGEST_SECONDS = 0.5
_AGAIN_SECONDS = 10
"""After what time what is not included is sent again."""


@dataclass(frozen=True, slots=True)
class Call:
    """A transaction to be sent."""

    to: bytes | None
    """Address, 20 bytes; None creates a contract."""
    data: bytes
    size: int = 1
    """What it carries, for progress."""
    gas: int | None = None
    """Gas to declare where the caller knows it; the node is asked otherwise."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A transaction that was included and succeeded."""

    transaction_hash: bytes
    block_number: int
    gas_used: int
    contract_address: bytes | None


@dataclass(slots=True)
class _Flight:
    call: Call
    raw: bytes
    hash: bytes
    nonce: int
    deadline: float
    again: float
    """When to send it again."""


class Sender:
    """Sends for one signer over one node."""

    def __init__(
        self, contracts: Contracts, signer: Signer, *, in_flight: int = 3, inclusion_seconds: float = 120
    ) -> None:
        self._contracts = contracts
        self._node = contracts.node
        self._signer = signer
        self._in_flight = in_flight
        self._inclusion_seconds = inclusion_seconds

    def settle(self) -> None:
        """Waits until nothing sent earlier by this account is still waiting for inclusion.

        Raises Unavailable when that takes longer than the deadline.
        """
        deadline = time.monotonic() + self._inclusion_seconds
        while (waiting := self._nonce("pending") - self._nonce("latest")) > 0:
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"{waiting} transactions of {to_hex(self._signer.address)} sent earlier are not included "
                    f"after {self._inclusion_seconds:.0f} s: is the chain producing blocks?"
                )
            time.sleep(0.1)

    def send(self, calls: Iterable[Call], included: Callable[[Call, Receipt], None] | None = None) -> list[Receipt]:
        """Sends calls in order and waits until all are included.

        Stops at the first refusal; calls before it stay included. Not atomic; each call is.

        Args:
            included: told of each call as soon as it is included.

        Raises Rejected with the contract's error or when the signer refuses, Unavailable when a call is not included
        in time or the node or the signer cannot be reached, Inconsistent when the signer signs something else.
        """
        chain_id = self._contracts.deployment.chain_id
        gas_price = int(self._node.request("eth_gasPrice"), 16)
        nonce = self._nonce("pending")
        flights: deque[_Flight] = deque()
        receipts: list[Receipt] = []
        asked = self._node.url

        def land(until: int) -> None:
            nonlocal asked
            pause = _POLL_SECONDS
            while len(flights) > until:
                flight = flights[0]
                receipt = self._receipt(flight)
                if receipt is None:
                    if time.monotonic() > flight.deadline:
                        raise Unavailable(
                            f"transaction {to_hex(flight.hash)} is not included after "
                            f"{self._inclusion_seconds:.0f} s. It may still be; run the same command again later"
                        )
                    if self._node.url != asked or time.monotonic() > flight.again:
                        asked = self._node.url
                        self._send_again(flights)
                    time.sleep(pause)
                    pause = min(pause * 1.5, _POLL_LONGEST_SECONDS)
                    continue
                pause = _POLL_SECONDS
                flights.popleft()
                receipts.append(receipt)
                if included:
                    included(flight.call, receipt)

        for call in calls:
            land(self._in_flight - 1)
            try:
                transaction = {
                    "nonce": nonce,
                    "gasPrice": gas_price,
                    "gas": self._gas(call),
                    "value": 0,
                    "data": call.data,
                    "chainId": chain_id,
                }
                if call.to is not None:
                    transaction["to"] = _checksummed(call.to)
                raw, digest = self._signer.sign(transaction)
            except LedgerError:
                # What was sent before stays; whoever sent it hears of it first.
                land(0)
                raise
            if len(raw) > TRANSACTION_BYTES:
                raise ValueError(f"a transaction of {len(raw)} bytes; nodes take {TRANSACTION_BYTES}")
            self._submit(raw, digest, nonce)
            now = time.monotonic()
            flights.append(_Flight(call, raw, digest, nonce, now + self._inclusion_seconds, now + _AGAIN_SECONDS))
            nonce += 1
        land(0)
        return receipts

    def _nonce(self, block: str) -> int:
        return int(self._node.request("eth_getTransactionCount", to_hex(self._signer.address), block), 16)

    def _gas(self, call: Call) -> int:
        """Gas to declare: as known, or the node's estimate and a twentieth for what calls in flight change."""
        if call.gas is not None:
            return call.gas
        try:
            estimate = int(self._node.request("eth_estimateGas", self._as_call(call)), 16)
        except NodeError as error:
            raise refusal(error) from error
        return estimate + estimate // 20 + 10_000

    def _as_call(self, call: Call) -> dict[str, str]:
        fields = {"from": to_hex(self._signer.address), "data": to_hex(call.data)}
        if call.to is not None:
            fields["to"] = to_hex(call.to)
        return fields

    def _submit(self, raw: bytes, digest: bytes, nonce: int) -> None:
        try:
            self._node.request("eth_sendRawTransaction", to_hex(raw))
        except NodeError as error:
            # A repeated send after a lost answer: the node has it already.
            reason = error.reason.lower()
            if "already" in reason or "known transaction" in reason:
                return
            if "nonce too low" in reason or "replacement" in reason:
                if self._node.request("eth_getTransactionByHash", to_hex(digest)) is not None:
                    return
                raise self._taken(nonce) from error
            raise refusal(error) from error

    def _send_again(self, flights: Iterable[_Flight]) -> None:
        """Sends what waits once more.

        Raises Unavailable when another transaction was included in the place of one of them.
        """
        for flight in flights:
            flight.again = time.monotonic() + _AGAIN_SECONDS
            with suppress(NodeError):
                # What a node has, or had included, it refuses.
                self._node.request("eth_sendRawTransaction", to_hex(flight.raw))
            passed = self._nonce("latest") > flight.nonce
            if passed and self._node.request("eth_getTransactionByHash", to_hex(flight.hash)) is None:
                raise self._taken(flight.nonce)

    def _taken(self, nonce: int) -> Unavailable:
        return Unavailable(
            f"number {nonce} of the transactions of {to_hex(self._signer.address)} is taken by another one: does "
            "another process sign for this account at the same time? Let it end, then run the same command again; "
            "what is on the ledger already is not sent twice"
        )

    def _receipt(self, flight: _Flight) -> Receipt | None:
        raw = self._node.request("eth_getTransactionReceipt", to_hex(flight.hash))
        if raw is None:
            return None
        block = int(raw["blockNumber"], 16)
        if int(raw["status"], 16) != 1:
            raise self._why(flight, block)
        created = raw.get("contractAddress")
        return Receipt(
            transaction_hash=flight.hash,
            block_number=block,
            gas_used=int(raw["gasUsed"], 16),
            contract_address=bytes.fromhex(created[2:]) if created else None,
        )

    def _why(self, flight: _Flight, block: int) -> Exception:
        """Replays a transaction that failed in a block, to learn the contract's error."""
        try:
            self._node.request("eth_call", self._as_call(flight.call), hex(block))
        except NodeError as error:
            return refusal(error)
        return Rejected(f"transaction {to_hex(flight.hash)} failed in block {block}, and would not fail now")


def _checksummed(address: bytes) -> str:
    from eth_utils.address import to_checksum_address

    return to_checksum_address(address)
