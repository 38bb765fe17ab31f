"""The chain as a node shows it, for the indexer."""

from typing import Any

from ledger.chain.contracts import Contracts
from ledger.chain.deployment import Deployment
from ledger.chain.events import RawLog
from ledger.chain.rpc import Node, NodeError, masked
from ledger.errors import LedgerError, Unavailable
from ledger.indexer.logs import parse_logs
from ledger.indexer.rows import BlockRow, time_of

_HEADERS_PER_BATCH = 100
_ROOT_SLOT, _SIZE_SLOT = "0x0", "0x1"
"""Storage layout of `Journal`: root; size in the low 8 bytes, `closed` above it."""


class NodeChain:
    """The port `Chain` over JSON-RPC."""

    def __init__(self, node: Node, deployment: Deployment) -> None:
        self._node = node
        self._deployment = deployment
        self._addresses = ["0x" + at.address.hex() for at in deployment.contracts.values()]
        self._journal = "0x" + deployment.contracts["Journal"].address.hex()

    @property
    def name(self) -> str:
        """The node's address, masked."""
        return masked(self._node.url)

    def chain_id(self) -> int:
        """The node's chain id."""
        return int(self._node.request("eth_chainId"), 16)

    def origin(self) -> bytes | None:
        """The journal's origin; None when there is no journal."""
        if self._node.request("eth_getCode", self._journal, "latest") == "0x":
            return None
        try:
            origin: bytes = Contracts(self._node, self._deployment).call("Journal", "origin")
        except Unavailable:
            raise
        except LedgerError:
            return None
        return origin

    def head(self) -> BlockRow:
        """The node's newest block."""
        return _header(self._node.request("eth_getBlockByNumber", "latest", False))

    def headers(self, start: int, end: int) -> list[BlockRow]:
        """Headers of the blocks [start, end) that the node has."""
        headers = []
        for first in range(start, end, _HEADERS_PER_BATCH):
            numbers = range(first, min(end, first + _HEADERS_PER_BATCH))
            for raw in self._node.batch([("eth_getBlockByNumber", (hex(n), False)) for n in numbers]):
                if isinstance(raw, NodeError):
                    raise Unavailable(str(raw))
                if raw is not None:
                    headers.append(_header(raw))
        return headers

    def logs(self, start: int, end: int) -> list[RawLog]:
        """All logs of the ledger's contracts in the blocks [start, end)."""
        wanted = {"address": self._addresses, "fromBlock": hex(start), "toBlock": hex(end - 1)}
        return parse_logs(self._node.request_bytes("eth_getLogs", wanted))

    def journal(self, block: int) -> tuple[int, bytes] | None:
        """The journal's size and root after a block; None when the node has no state there."""
        slots = [("eth_getStorageAt", (self._journal, slot, hex(block))) for slot in (_SIZE_SLOT, _ROOT_SLOT)]
        words = self._node.batch(slots)
        if any(isinstance(word, NodeError) or word is None for word in words):
            return None
        size, root = (bytes.fromhex(word[2:]).rjust(32, b"\0") for word in words)
        return int.from_bytes(size[-8:]), root


def _header(raw: Any) -> BlockRow:
    if raw is None:
        raise Unavailable("the node has no newest block: is it synchronized?")
    return BlockRow(
        int(raw["number"], 16),
        bytes.fromhex(raw["hash"][2:]),
        bytes.fromhex(raw["parentHash"][2:]),
        time_of(int(raw["timestamp"], 16)),
    )
