"""The development chain: one anvil on loopback, its state kept on disk.

Gas costs nothing there, as on a consortium chain, so accounts need no funds.
"""

import os
import platform
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ledger.chain.deployment import write_bytes
from ledger.chain.rpc import Node
from ledger.errors import Inconsistent, NotFound, Rejected, Unavailable

CHAIN_ID = 31337
GAS_LIMIT = 300_000_000
_HARDFORK = "berlin"
"""The oldest rules that a consortium node may have; what runs here runs there."""
_STATE_SECONDS = "5"
"""How often the state is written, besides at the end: what a kill can take from the chain. Anvil writes all of it each
time, 80 MB with a city's catalog."""
_START_SECONDS = 20


@dataclass(frozen=True, slots=True)
class DevelopmentChain:
    """An anvil that keeps its state, log and process id in a directory."""

    directory: Path
    port: int
    block_seconds: int | None = None
    """Interval of blocks; None makes one at once for every transaction."""

    @property
    def url(self) -> str:
        """JSON-RPC address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What anvil prints."""
        return self.directory / "anvil.log"

    def start(self) -> int:
        """Starts anvil and waits until it answers; returns its process id.

        Raises Rejected when it runs already or the port is taken, Unavailable when it does not come up.
        """
        running = running_chain(self.directory)
        if running is not None:
            raise Rejected(f"the development chain runs already (process {running}); stop it: mulu devnet --stop")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                raise Rejected(f"port {self.port} is taken: choose another with --port")
        self.directory.mkdir(parents=True, exist_ok=True)
        _keep_first_genesis(self.directory / "state.json")
        command = [
            *(str(find_tool("anvil")), "--host", "127.0.0.1", "--port", str(self.port)),
            *("--chain-id", str(CHAIN_ID), "--hardfork", _HARDFORK, "--gas-limit", str(GAS_LIMIT)),
            *("--gas-price", "0", "--base-fee", "0", "--accounts", "0"),
            *("--state", str(self.directory / "state.json"), "--state-interval", _STATE_SECONDS),
        ]
        if self.block_seconds is not None:
            command += ["--block-time", str(self.block_seconds)]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        _pid_file(self.directory).write_text(str(process.pid))
        node = Node(self.url, attempts=1, timeout_seconds=2)
        deadline = time.monotonic() + _START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            try:
                node.request("eth_chainId")
                return process.pid
            except Unavailable:
                time.sleep(0.05)
        process.kill()
        raise Unavailable(f"anvil did not come up; what it said is in {self.log}")


def stop(directory: Path) -> bool:
    """Stops the chain of a directory, letting it write its state. Whether one was running."""
    process = running_chain(directory)
    if process is None:
        return False
    os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while running_chain(directory) is not None:
        if time.monotonic() > deadline:
            raise Unavailable(f"anvil (process {process}) does not stop: kill {process}")
        time.sleep(0.05)
    _pid_file(directory).unlink(missing_ok=True)
    return True


def running_chain(directory: Path) -> int | None:
    """Process id of the anvil of a directory, when it runs."""
    try:
        process = int(_pid_file(directory).read_text())
        command = Path(f"/proc/{process}/cmdline")
        if command.exists():
            return process if b"anvil" in command.read_bytes() else None
        if Path("/proc/self").exists():
            return None
        os.kill(process, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return None
    return process


def find_tool(name: str) -> Path:
    """A foundry tool: from PATH, else from the project's own node packages.

    Raises NotFound saying how to get it.
    """
    on_path = shutil.which(name)
    if on_path and "node_modules" not in on_path:
        return Path(on_path)
    system = {"Darwin": "darwin", "Windows": "win32"}.get(platform.system(), "linux")
    machine = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "amd64"
    package = f"node_modules/@foundry-rs/{name}-{system}-{machine}/bin/{name}"
    for root in (Path.cwd(), Path(__file__).resolve().parents[2]):
        if (root / package).is_file():
            return root / package
    raise NotFound(f"{name} is not installed: run scripts/setup, or install foundry")


class _Header(msgspec.Struct):
    number: str
    timestamp: str


class _Block(msgspec.Struct):
    header: _Header


def _keep_first_genesis(state: Path) -> None:
    """Takes from a saved state every block 0 but the oldest.

    Each start of anvil makes a block 0 of its own and saves it beside the others; which one is read back is chance,
    and with another one it is another chain.
    """
    if not state.exists():
        return
    try:
        saved = msgspec.json.decode(state.read_bytes(), type=dict[str, msgspec.Raw])
        blocks = msgspec.json.decode(saved["blocks"], type=list[msgspec.Raw])
        headers = [msgspec.json.decode(block, type=_Block).header for block in blocks]
    except (msgspec.MsgspecError, KeyError) as error:
        raise Inconsistent(f"{state} is no state of anvil: {error}. Begin anew with another directory") from error
    first = [place for place, header in enumerate(headers) if int(header.number, 16) == 0]
    if len(first) > 1:
        oldest = min(first, key=lambda place: int(headers[place].timestamp, 16))
        kept = [block for place, block in enumerate(blocks) if place == oldest or place not in first]
        saved["blocks"] = msgspec.Raw(msgspec.json.encode(kept))
        write_bytes(state, msgspec.json.encode(saved))


def _pid_file(directory: Path) -> Path:
    return directory / "anvil.pid"
