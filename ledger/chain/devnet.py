"""The development chain: one anvil on loopback, its state kept on disk.

Gas costs nothing there, as on a consortium chain, so accounts need no funds.

Its clock begins in the past and is moved forward, so that working days pass without waiting: nothing on it is ever
dated in the future, and no contract knows a switch. It lags behind by a number of seconds that is kept beside the
state; while the chain is stopped its clock goes on.
"""

import os
import platform
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from ledger.chain.rpc import Node
from ledger.errors import Inconsistent, NotFound, Rejected, Unavailable
from ledger.files import write_bytes
from ledger.settings import environment_of_programs

CHAIN_ID = 31337
GAS_LIMIT = 300_000_000
_HARDFORK = "berlin"
"""The oldest rules that a consortium node may have; what runs here runs there."""
_STATE_SECONDS = "5"
"""How often the state is written, besides at the end: what a kill can take from the chain. Anvil writes all of it each
time, 80 MB with a city's catalog."""
_START_SECONDS = 20
LAG_DAYS = 90
"""How far in the past a new chain begins."""
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class DevelopmentChain:
    """An anvil that keeps its state, log and process id in a directory."""

    directory: Path
    port: int
    block_seconds: int | None = None
    """Interval of blocks; None makes one at once for every transaction."""
    lag_days: int = LAG_DAYS
    """How many days before now a new chain begins; one that has a state goes on as it was."""

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
        state = self.directory / "state.json"
        if not state.exists():
            _lag_file(self.directory).write_text(str(self.lag_days * DAY_SECONDS))
        _keep_first_genesis(state)
        command = [
            *(str(find_tool("anvil")), "--host", "127.0.0.1", "--port", str(self.port)),
            *("--chain-id", str(CHAIN_ID), "--hardfork", _HARDFORK, "--gas-limit", str(GAS_LIMIT)),
            *("--gas-price", "0", "--base-fee", "0", "--accounts", "0"),
            *("--state", str(state), "--state-interval", _STATE_SECONDS),
            *("--timestamp", str(int(time.time()) - lag_seconds(self.directory))),
        ]
        if self.block_seconds is not None:
            command += ["--block-time", str(self.block_seconds)]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=environment_of_programs(),
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


def lag_seconds(directory: Path) -> int:
    """How far the clock of a directory's chain is behind the real one."""
    try:
        return int(_lag_file(directory).read_text())
    except (FileNotFoundError, ValueError):
        return 0


def forward(directory: Path, node: Node, seconds: int | None) -> datetime:
    """Moves the clock of the chain that runs here, makes a block, and returns its time.

    Args:
        seconds: how far; None brings it to now.

    Raises Rejected when none runs here, or when the clock would pass the real one.
    """
    if running_chain(directory) is None:
        raise Rejected(f"no development chain runs in {directory}: only its clock can be moved")
    lag = lag_seconds(directory)
    seconds = lag if seconds is None else seconds
    if not 0 <= seconds <= lag:
        raise Rejected(
            f"the chain's clock is {lag / DAY_SECONDS:.1f} days behind the real one and cannot be moved by "
            f"{seconds / DAY_SECONDS:.1f} days: nothing is dated in the future, and no clock goes back"
        )
    # Written first: a chain that is killed in between begins at the later time, never before its last block.
    _lag_file(directory).write_text(str(lag - seconds))
    node.request("evm_increaseTime", seconds)
    node.request("evm_mine")
    return datetime.fromtimestamp(int(node.request("eth_getBlockByNumber", "latest", False)["timestamp"], 16), UTC)


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
    """A foundry tool: from PATH, else from the node packages of the working directory or the clone.

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
    raise NotFound(
        f"{name} is not installed. In a clone: scripts/setup. Elsewhere: npm install @foundry-rs/{name} in this "
        "folder, or put foundry's on PATH"
    )


def _lag_file(directory: Path) -> Path:
    return directory / "lag_seconds"


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
