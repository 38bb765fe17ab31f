"""A Clique network on loopback that can be parted and healed, worked by the consoles of its nodes."""

import contextlib
import json
import os
import socket
import time
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

from ledger.chain.consortium import CONSOLE, running_signers, stop, stop_signer
from ledger.chain.rpc import Node
from tests.end_to_end.ledger import Ledger, free_port

WAIT_SECONDS = 90


def wait_until(done: Callable[[], bool], what: str, seconds: float = WAIT_SECONDS) -> None:
    """Waits for something; fails saying what it was."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, f"{what}: not after {seconds:.0f} s"
        time.sleep(0.1)


class Network:
    """The signers of a ledger's network, by their places from 0."""

    def __init__(self, ledger: Ledger, signers: int, period_seconds: int = 1) -> None:
        self.ledger = ledger
        self.signers = signers
        self.period_seconds = period_seconds
        self.depth = signers // 2 + 1
        self.directory = ledger.home / ".mulu" / "clique"
        self.urls = [f"http://127.0.0.1:{ledger.port + place}" for place in range(signers)]
        self.nodes = [Node(url) for url in self.urls]

    def start(self) -> None:
        """Starts the signers that do not run."""
        words = ("--consensus", "clique", "--signers", self.signers, "--block-time", self.period_seconds)
        self.ledger.execute("devnet", *words, "--port", self.ledger.port, "--background").ended()

    def stop(self) -> None:
        """Stops all of them."""
        stop(self.directory)

    def stop_signer(self, place: int) -> None:
        """Stops one."""
        stop_signer(self.directory / f"signer-{place}")

    @property
    def running(self) -> int:
        """How many run."""
        return len(running_signers(self.directory))

    def console(self, place: int, method: str, *params: object) -> Any:
        """Asks a node through the socket that only its owner can open."""
        folder = os.open(self.directory / f"signer-{place}", os.O_RDONLY)
        try:
            with socket.socket(socket.AF_UNIX) as channel:
                channel.settimeout(30)
                # The path of a socket has at most 108 bytes; temporary folders are longer.
                channel.connect(f"/proc/self/fd/{folder}/{CONSOLE}")
                channel.sendall(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode())
                answer = b""
                while not answer.endswith(b"\n"):
                    answer += channel.recv(65_536)
        finally:
            os.close(folder)
        said = json.loads(answer)
        assert "error" not in said, f"{method} at signer {place}: {said['error']}"
        return said["result"]

    def part(self, *groups: Sequence[int]) -> None:
        """Cuts every connection between signers of different groups."""
        group_of = {place: group for group in groups for place in group}

        def parted() -> bool:
            # Again and again: a connection that was just being made when its peer was removed is made all the same.
            self._each_pair(groups, "admin_removePeer")
            return all(len(self.console(place, "admin_peers")) < len(group) for place, group in group_of.items())

        wait_until(parted, "the network is parted")

    def heal(self, *groups: Sequence[int]) -> None:
        """Connects them again, and waits until every signer has its peers."""
        self._each_pair(groups, "admin_addPeer")
        places = [place for group in groups for place in group]
        wait_until(
            lambda: all(len(self.console(place, "admin_peers")) == len(places) - 1 for place in places),
            "the signers are peers again",
        )

    def _each_pair(self, groups: Sequence[Sequence[int]], method: str) -> None:
        enodes = {place: self.console(place, "admin_nodeInfo")["enode"] for group in groups for place in group}
        for one, other in permutations(groups, 2):
            for place in one:
                for peer in other:
                    self.console(place, method, enodes[peer])

    def head(self, place: int) -> tuple[int, str]:
        """Number and hash of a signer's newest block."""
        block = self.nodes[place].request("eth_getBlockByNumber", "latest", False)
        return int(block["number"], 16), block["hash"]

    def block_hash(self, place: int, number: int) -> str | None:
        """Hash of a signer's block at a height."""
        block = self.nodes[place].request("eth_getBlockByNumber", hex(number), False)
        return block["hash"] if block else None

    def grow(self, blocks: int, place: int = 0) -> None:
        """Waits until a signer has so many blocks more."""
        until = self.head(place)[0] + blocks
        wait_until(lambda: self.head(place)[0] >= until, f"signer {place} has block {until}")

    def agreed(self) -> bool:
        """Whether all have one chain, up to the lowest head."""
        lowest = min(self.head(place)[0] for place in range(self.signers))
        return len({self.block_hash(place, lowest) for place in range(self.signers)}) == 1


def free_ports(signers: int) -> int:
    """The first port of a network whose ports are all free at this moment."""
    while True:
        first = free_port()
        ports = [first + kind + place for kind in (0, 100, 200) for place in range(signers)]
        with contextlib.ExitStack() as probes, contextlib.suppress(OSError):
            for port in ports:
                probes.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first


def founded_network(home: Path, port: int, signers: int, period_seconds: int = 1) -> Network:
    """A ledger founded on a network that runs; whoever asked for it stops it."""
    home.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(home, port)
    network = Network(ledger, signers, period_seconds)
    ledger.settings["MULU_FINALITY"] = f"depth:{network.depth}"
    try:
        network.start()
        ledger.found()
    except BaseException:
        network.stop()
        raise
    return network
