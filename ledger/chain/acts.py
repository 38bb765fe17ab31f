"""Acts asked of a node: those of one contract and event, or those that a transaction of ours made."""

from typing import Any

from ledger.chain.contracts import Contracts
from ledger.chain.events import DecodedEvent, decode, topic_of
from ledger.model.ids import to_hex


def acts_of(
    contracts: Contracts, contract: str, event: str, *indexed: bytes | list[bytes] | None
) -> list[DecodedEvent]:
    """The acts of an event, in the order of the journal.

    Args:
        indexed: 32 bytes for each indexed argument after the journal index, or several to choose from; None for any.

    Raises Unavailable when the node cannot be asked.
    """
    topics: list[Any] = [to_hex(topic_of(contract, event)), None]
    for wanted in indexed:
        topics.append([to_hex(one) for one in wanted] if isinstance(wanted, list) else wanted and to_hex(wanted))
    logs: list[dict[str, Any]] = contracts.node.request(
        "eth_getLogs",
        {
            "address": to_hex(contracts.address(contract)),
            "fromBlock": hex(contracts.deployment.block),
            "toBlock": "latest",
            "topics": topics,
        },
    )
    return [decoded(contract, log) for log in logs]


def acts_in(contracts: Contracts, contract: str, transaction_hash: bytes) -> list[DecodedEvent]:
    """The acts of a contract in an included transaction, in their order."""
    raw = contracts.node.request("eth_getTransactionReceipt", to_hex(transaction_hash))
    address = to_hex(contracts.address(contract))
    return [decoded(contract, log) for log in raw["logs"] if log["address"] == address]


def decoded(contract: str, log: dict[str, Any]) -> DecodedEvent:
    """The act in a log as a node gives it."""
    topics = tuple(bytes.fromhex(topic[2:]) for topic in log["topics"])
    return decode(contract, topics, bytes.fromhex(log["data"][2:]))
