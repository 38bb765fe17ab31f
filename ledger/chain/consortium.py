"""A consortium chain on loopback: several geth that seal Clique, each a signer, all of them static peers.

What a signer is stays in a folder of its own: keys, blocks, log, process id. Starting starts those that do not run, so
a network of which signers were stopped is healed by starting it again.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ledger.chain.geth import find_geth
from ledger.chain.rpc import Node, NodeError
from ledger.chain.signer import create_key, key_files
from ledger.errors import Malformed, Rejected, Unavailable
from ledger.files import write_json, write_private
from ledger.settings import environment_of_programs

CHAIN_ID: Final = 31338
SIGNERS: Final = (1, 32)
"""Fewest and most signers."""
PERIOD_SECONDS: Final = 2
GAS_LIMIT: Final = 60_000_000
"""A block must be executed in far less than a period, or signers compete and the network stands still."""
CONSOLE: Final = "geth.ipc"
"""Socket in a signer's folder that only its owner can open."""
_EPOCH: Final = 30_000
_WEALTH_WEI: Final = 10**27
"""What an account of the genesis has: gas costs 1 wei, so nobody runs out."""
_KEY_ITERATIONS: Final = 10_000
_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Network:
    """A network in a directory. JSON-RPC of signer i, from 0, is at `port` + i, its peers' port 100 above."""

    directory: Path
    port: int
    signers: int
    period_seconds: int = PERIOD_SECONDS
    gas_limit: int = GAS_LIMIT

    @property
    def urls(self) -> list[str]:
        """JSON-RPC address of each signer."""
        return [f"http://127.0.0.1:{self.port + place}" for place in range(self.signers)]

    def create(self, funded: Iterable[bytes]) -> None:
        """Makes keys and genesis block, once.

        Args: funded: accounts that can pay for gas from the start, 20 bytes each.
        Raises Rejected when the directory holds a network of another size.
        """
        if not SIGNERS[0] <= self.signers <= SIGNERS[1]:
            raise Malformed(f"{self.signers} signers: want {SIGNERS[0]} to {SIGNERS[1]}")
        genesis = self.directory / "genesis.json"
        if genesis.exists():
            known = len(list(self.directory.glob("signer-*")))
            if known != self.signers:
                raise Rejected(f"{self.directory} holds a network of {known} signers, not of {self.signers}")
            return
        password = secrets.token_urlsafe(24)
        addresses = []
        for place in range(self.signers):
            folder = self._folder(place)
            (folder / "geth").mkdir(parents=True, exist_ok=True)
            addresses.append(create_key(folder / "keystore", "signer", password, iterations=_KEY_ITERATIONS))
            write_private(folder / "password", password.encode())
            write_private(folder / "geth" / "nodekey", secrets.token_hex(32).encode())
        write_json(genesis, self._genesis(addresses, {*funded, *addresses}))

    def start(self) -> dict[int, int]:
        """Starts the signers that do not run, and waits until all answer: process id of each.

        Raises Rejected when a port is taken, Unavailable when one does not come up.
        """
        binary = find_geth()
        processes = {}
        for place in range(self.signers):
            running = running_signer(self._folder(place))
            processes[place] = running if running is not None else self.start_signer(place, binary)
        deadline = time.monotonic() + _START_SECONDS
        for place, url in enumerate(self.urls):
            node = Node(url, attempts=1, timeout_seconds=2)
            while True:
                try:
                    node.request("eth_chainId")
                    break
                except Unavailable:
                    if time.monotonic() > deadline or running_signer(self._folder(place)) is None:
                        log = self._folder(place) / "geth.log"
                        raise Unavailable(f"signer {place} did not come up; what it said is in {log}") from None
                    time.sleep(0.1)
        return processes

    def start_signer(self, place: int, binary: Path | None = None) -> int:
        """Starts one signer; its process id. Raises Rejected when its port is taken."""
        folder = self._folder(place)
        binary = binary or find_geth()
        for port in (self.port + place, self._peer_port(place)):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    raise Rejected(f"port {port} is taken: choose others with --port")
        if not (folder / "geth" / "chaindata").exists():
            self._run(binary, "--datadir", str(folder), "init", str(self.directory / "genesis.json"))
        (folder / "config.toml").write_text(self._peers(), "utf-8")
        ((_, address),) = key_files(folder / "keystore")
        command = [
            *(str(binary), "--datadir", str(folder), "--config", str(folder / "config.toml")),
            *("--networkid", str(CHAIN_ID), "--port", str(self._peer_port(place)), "--nat", "none", "--nodiscover"),
            # Relative, as the path of a socket is short: its operator's console, which `geth attach` opens.
            *("--syncmode", "full", "--cache", "64", "--ipcpath", f"./{CONSOLE}"),
            *("--authrpc.port", str(self.port + place + 200)),
            *("--http", "--http.addr", "127.0.0.1", "--http.port", str(self.port + place)),
            *("--http.api", "eth,net,web3,clique,txpool", "--rpc.gascap", "0", "--rpc.txfeecap", "0"),
            *("--mine", "--miner.etherbase", address, "--miner.gaslimit", str(self.gas_limit)),
            *("--miner.gasprice", "1", "--txpool.pricelimit", "1", "--gpo.ignoreprice", "1"),
            *("--unlock", address, "--password", str(folder / "password"), "--allow-insecure-unlock"),
        ]
        with (folder / "geth.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=environment_of_programs(),
            )
        (folder / "pid").write_text(str(process.pid))
        return process.pid

    def _folder(self, place: int) -> Path:
        return self.directory / f"signer-{place}"

    def _peer_port(self, place: int) -> int:
        return self.port + place + 100

    def _genesis(self, signers: list[bytes], funded: set[bytes]) -> dict[str, Any]:
        forks = ("homestead", "eip150", "eip155", "eip158", "byzantium", "constantinople", "petersburg", "istanbul")
        config: dict[str, Any] = {"chainId": CHAIN_ID, **{f"{fork}Block": 0 for fork in (*forks, "berlin")}}
        return {
            # No London: gas has no base fee, as on GoQuorum.
            "config": {**config, "clique": {"period": self.period_seconds, "epoch": _EPOCH}},
            "timestamp": hex(int(time.time())),
            "extraData": "0x" + (bytes(32) + b"".join(sorted(signers)) + bytes(65)).hex(),
            "gasLimit": hex(self.gas_limit),
            "difficulty": "0x1",
            "alloc": {account.hex(): {"balance": hex(_WEALTH_WEI)} for account in sorted(funded)},
        }

    def _peers(self) -> str:
        """geth's configuration: every signer by its public key."""
        from coincurve import PrivateKey

        enodes = []
        for place in range(self.signers):
            key = PrivateKey(bytes.fromhex((self._folder(place) / "geth" / "nodekey").read_text()))
            public = key.public_key.format(compressed=False)[1:].hex()
            enodes.append(f"enode://{public}@127.0.0.1:{self._peer_port(place)}?discport=0")
        return f"[Node.P2P]\nStaticNodes = {json.dumps(enodes)}\n"

    def _run(self, *command: object) -> None:
        ran = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, check=False)
        if ran.returncode:
            raise Unavailable(f"geth cannot make its chain: {' '.join(ran.stderr.split())[-300:]}")


def stop(directory: Path) -> bool:
    """Stops every signer of a directory, all at once. Whether any was running."""
    running = running_signers(directory)
    for process in running.values():
        os.kill(process, signal.SIGTERM)
    for folder in running:
        stop_signer(folder)
    return bool(running)


def running_signers(directory: Path) -> dict[Path, int]:
    """Folder and process id of the signers of a directory that run."""
    found = {folder: running_signer(folder) for folder in sorted(directory.glob("signer-*"))}
    return {folder: process for folder, process in found.items() if process is not None}


def running_signer(folder: Path) -> int | None:
    """Process id of the geth of a signer's folder, when it runs."""
    folder = folder.absolute()
    try:
        process = int((folder / "pid").read_text())
        command = Path(f"/proc/{process}/cmdline")
        if Path("/proc/self").exists():
            return process if str(folder).encode() in command.read_bytes() else None
        os.kill(process, 0)
    except (OSError, ValueError):
        return None
    return process


def fund(node: Node, account: bytes) -> None:
    """Lets a signer give an account what it needs for gas, and waits until it has it.

    Raises Rejected when the node holds no unlocked account, Unavailable when it is not included.
    """
    try:
        (giver, *_) = node.request("eth_accounts") or [None]
        if giver is None:
            raise Rejected("the node holds no account that could give anything: is it a signer of this network?")
        to = "0x" + account.hex()
        node.request("eth_sendTransaction", {"from": giver, "to": to, "value": hex(10**24), "gasPrice": "0x1"})
    except NodeError as error:
        raise Rejected(f"the node gives nothing: {error.reason}") from error
    deadline = time.monotonic() + _START_SECONDS
    while int(node.request("eth_getBalance", to, "latest"), 16) == 0:
        if time.monotonic() > deadline:
            raise Unavailable(f"nothing reached {to} after {_START_SECONDS} s: does the network seal blocks?")
        time.sleep(0.2)


def stop_signer(folder: Path) -> bool:
    """Stops the signer of a folder. Whether it was running."""
    process = running_signer(folder)
    if process is None:
        return False
    os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while running_signer(folder) is not None:
        if time.monotonic() > deadline:
            raise Unavailable(f"the signer in {folder} (process {process}) does not stop: kill {process}")
        time.sleep(0.05)
    (folder / "pid").unlink(missing_ok=True)
    return True
