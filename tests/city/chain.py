"""A chain whose blocks are made on request, at the time that is wanted, with transactions of whoever is named."""

import hashlib
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ledger.chain import abi, deploy, signer
from ledger.chain.contracts import Contracts, refusal
from ledger.chain.devnet import find_tool
from ledger.chain.rpc import Node, NodeError
from ledger.errors import LedgerError, Unavailable
from ledger.model.ids import to_hex

_BLOCK_GAS = 2**42
_TRANSACTION_GAS = 2**32
_START_SECONDS = 20
_BATCH = 100


def address_of(name: str) -> bytes:
    """The address of an account of the city, by its name. Nobody has its key."""
    return hashlib.sha256(f"city account {name}".encode()).digest()[12:]


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction that waits for the next block."""

    account: bytes
    contract: str
    function: str
    data: bytes
    hash: str


class CityChain:
    """An anvil without a state file. What is `send`-ed is included, in order, by the next `mine`."""

    def __init__(self, folder: Path, founding: deploy.Founding, start: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.node = Node(f"http://127.0.0.1:{port}", timeout_seconds=300)
        self._anvil = subprocess.Popen(
            [
                *(str(find_tool("anvil")), "--port", str(port), "--silent", "--hardfork", "berlin"),
                *("--gas-limit", str(_BLOCK_GAS), "--gas-price", "0", "--base-fee", "0", "--accounts", "0"),
                *("--order", "fifo", "--timestamp", str(start), "--auto-impersonate"),
            ],
            stdin=subprocess.DEVNULL,
            cwd=folder,
        )
        try:
            self._await_node()
            signer.create_key(folder / "keystore", "deployer", "city", iterations=1000)
            key = signer.unlock(folder / "keystore", "deployer", lambda path: "city")
            self.deployment = deploy.deploy(self.node, key, founding)
            self.node.request("evm_setAutomine", False)
        except BaseException:
            self._anvil.kill()
            raise
        self.contracts = Contracts(self.node, self.deployment)
        self._sent: list[Sent] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._anvil.kill()
        self._anvil.wait()

    @property
    def size(self) -> int:
        """Acts in the journal."""
        size: int = self.contracts.call("Journal", "size")
        return size

    def send(self, account: bytes, contract: str, function: str, *arguments: Any) -> None:
        """Sends a call of a contract's function."""
        data = abi.encode_call(contract, function, *arguments)
        fields = {
            "from": to_hex(account),
            "to": to_hex(self.contracts.address(contract)),
            "data": to_hex(data),
            "gas": hex(_TRANSACTION_GAS),
            "gasPrice": "0x0",
        }
        digest = self.node.request("eth_sendTransaction", fields)
        self._sent.append(Sent(account, contract, function, data, digest))

    def mine(self, at: int) -> None:
        """Makes a block at a time, in Unix seconds, later than the last. Raises the contract's refusal, if any."""
        self.node.request("evm_setNextBlockTimestamp", at)
        self.node.request("evm_mine")
        sent, self._sent = self._sent, []
        for first in range(0, len(sent), _BATCH):
            part = sent[first : first + _BATCH]
            receipts = self.node.batch([("eth_getTransactionReceipt", [one.hash]) for one in part])
            for one, receipt in zip(part, receipts, strict=True):
                if receipt is None or int(receipt["status"], 16) != 1:
                    raise AssertionError(f"{one.contract}.{one.function} by {to_hex(one.account)}: {self._why(one)}")

    def root_act(self, admins: Sequence[bytes], contract: str, function: str, *arguments: Any) -> None:
        """Proposes and confirms a root act; both wait for the next block."""
        action = abi.encode_call("IRootActs", function, *arguments)
        self.raw_root_act(admins, self.contracts.address(contract), action)

    def raw_root_act(self, admins: Sequence[bytes], target: bytes, action: bytes) -> None:
        """The same, with the target's address and the encoded action."""
        self._proposals = getattr(self, "_proposals", 0) + 1
        self.send(admins[0], "Organizations", "propose", to_hex(target), action)
        self.send(admins[1], "Organizations", "confirm", self._proposals, to_hex(target), action)

    def _why(self, one: Sent) -> LedgerError | str:
        fields = {
            "from": to_hex(one.account),
            "to": to_hex(self.contracts.address(one.contract)),
            "data": to_hex(one.data),
        }
        try:
            self.node.request("eth_call", fields, "latest")
        except NodeError as error:
            return refusal(error)
        return "failed in the block, and would not fail after it"

    def _await_node(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.node.request("eth_chainId")
                return
            except Unavailable:
                if time.monotonic() > deadline:
                    raise
