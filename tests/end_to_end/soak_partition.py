"""Parts a Clique network and heals it while acts are sent on both sides and a mirror follows one of them.

A signer seals one of any ⌊n/2⌋ + 1 blocks in a row. So a side with at least that many signers goes on, and a smaller
one seals a block each at most and stands still: its fork is never as deep as the depth that makes a block final.
Where no side has so many, all of them stand still; when healed, chains of equal weight can block each other: nobody
who may seal on one of them has it. Then the operators agree on one, see `recover`.

After each round every act that any side accepted is on the ledger once, and the mirror is what the chain gives.
"""

import argparse
import random
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.app import App
from ledger.chain.sender import Call, Sender
from ledger.errors import Unavailable
from ledger.publish.apply import calls
from ledger.settings import from_environment
from tests.end_to_end.ledger import CENTER, new_entry
from tests.end_to_end.network import Network, founded_network, free_ports, wait_until

ACCOUNTS = ("publisher", "second")
_ROLLED_BACK = re.compile(r"rolled back from block (\d+) to (\d+), (\d+) acts")
Group = tuple[int, ...]


@dataclass(slots=True)
class Figures:
    """What was seen."""

    rounds: int = 0
    forks: Counter[int] = field(default_factory=Counter)
    """How deep the forks of sides without a majority were, in blocks."""
    rolled_back: list[tuple[int, int]] = field(default_factory=list)
    """Blocks and acts of each roll-back of the mirror."""
    taken: int = 0
    """Transactions in whose place another one of the same account was included."""
    deadlocks: int = 0
    entries: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        forks = ", ".join(f"{count} of {depth}" for depth, count in sorted(self.forks.items()))
        acts = sum(acts for _, acts in self.rolled_back)
        deepest = max((blocks for blocks, _ in self.rolled_back), default=0)
        return (
            f"{self.rounds} rounds in {self.seconds:.0f} s: forks by depth {forks}; {len(self.rolled_back)} roll-backs "
            f"of the mirror, the deepest of {deepest} blocks, {acts} acts; {self.taken} transactions displaced; "
            f"{self.deadlocks} deadlocks recovered; {self.entries} entries, nothing lost, nothing doubled"
        )


class Soak:
    """Rounds on one network, whose catalog has the sample."""

    def __init__(self, network: Network, moments: random.Random) -> None:
        self.network = network
        self.ledger = network.ledger
        self.moments = moments
        self.figures = Figures()

    def prepare(self) -> None:
        """A second account that publishes for the same organization, which is nobody's other process."""
        ledger = self.ledger
        ledger.do("account", "key", ACCOUNTS[1])
        ledger.do("devnet", "--fund", ACCOUNTS[1])
        add = ("account", "add", ACCOUNTS[1], "--organization", CENTER, "--roles", "publisher")
        ledger.do(*add, "--account", "admin-1")

    def round(self, groups: Sequence[Group], watched: Sequence[int], accounts: Sequence[str]) -> None:
        """One partition.

        Args:
            groups: the sides; a majority, if there is one, comes last.
            watched: the nodes that the mirror is built from.
            accounts: who sends on each side.
        """
        began, network, figures = time.monotonic(), self.network, self.figures
        files = [self._file(side) for side in range(len(groups))]
        size = self.ledger.journal()[0]
        senders = [
            self._sending(network.urls[group[0]], file, account)
            for group, file, account in zip(groups, files, accounts, strict=True)
        ]
        with self._following(watched) as said, ThreadPoolExecutor(len(groups)) as sides:
            network.part(*groups)
            sent = [sides.submit(sender.send, waiting) for sender, waiting in senders]
            smaller = [group for group in groups if len(group) < network.depth]
            self._await_stillness(smaller)
            heads = {group: network.head(group[0])[0] for group in groups}
            self._await_mirror(watched)
            fork = self._parted_at(groups)
            for group in smaller:
                figures.forks[heads[group] - fork] += 1
            network.heal(*groups)
            self._await_growth(groups, fork)
            for one in sent:
                try:
                    one.result()
                except Unavailable as error:
                    if "is taken by another one" not in str(error):
                        raise
                    figures.taken += 1
            network.grow(network.depth)
            self._await_mirror(watched)
        figures.rolled_back += [(int(a) - int(b), int(acts)) for a, b, acts in _ROLLED_BACK.findall(said[0])]
        for file, account in zip(files, accounts, strict=True):
            self.ledger.do("catalog", "apply", file, "--account", account)
            assert self.ledger.json("catalog", "plan", file, "--account", account)["counts"]["unchanged"] == 1
        assert self.ledger.journal()[0] - size == len(files), "an act was lost or doubled"
        self.ledger.do("index", "--check")
        figures.rounds += 1
        figures.entries += len(files)
        figures.seconds += time.monotonic() - began

    def recover(self, groups: Sequence[Group], fork: int) -> None:
        """What the operators do: all sides but one give up what they sealed, and take over that one's chain."""
        kept, *others = sorted(groups, key=lambda group: -self.network.head(group[0])[0])
        for place in (place for group in others for place in group):
            self.network.console(place, "debug_setHead", hex(fork))
        self.figures.deadlocks += 1
        wait_until(lambda: self.network.agreed() and self._grows(), f"the network goes on with the chain of {kept}")

    def _file(self, side: int) -> Path:
        code = f"{self.figures.rounds:03}{side:03}"
        return self.ledger.write(f"{code}.json", [new_entry(code)])

    def _sending(self, url: str, file: Path, account: str) -> tuple[Sender, list[Call]]:
        """What sends a file's entry through a node, and its transaction, ready before the network is parted."""
        home = self.ledger.home / ".mulu"
        app = App(
            from_environment(
                {
                    "MULU_RPC_URL": url,
                    "MULU_DEPLOYMENT": str(home / "deployment.json"),
                    "MULU_DATABASE_URL": f"sqlite:///{home / 'mirror.db'}",
                    "MULU_KEYSTORE": str(home / "keystore"),
                    "MULU_PASSWORD_FILE": str(home / "password"),
                    "MULU_FINALITY": self.ledger.settings["MULU_FINALITY"],
                }
            )
        )
        plan = app.plan(file, None, None, account, bytes(32), False)
        app.mirror.close()
        return Sender(app.contracts, app.unlock(account), inclusion_seconds=240), list(calls(plan, app.contracts))

    @contextmanager
    def _following(self, watched: Sequence[int]) -> Iterator[list[str]]:
        """`mulu index --follow`; at the end the list holds what it said."""
        urls = " ".join(self.network.urls[place] for place in watched)
        process = self.ledger.start("index", "--follow", settings={"MULU_RPC_URL": urls}, stdout=subprocess.PIPE)
        said: list[str] = []
        try:
            assert process.stdout
            while not process.stdout.readline().startswith("following"):
                assert process.poll() is None, "index ended"
            yield said
            process.terminate()
            _, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors
            said.append(errors)
        finally:
            process.kill()
            process.wait()

    def _await_stillness(self, groups: Sequence[Group]) -> None:
        """Waits until sides without a majority seal nothing more."""

        def heads() -> list[tuple[int, str]]:
            return [self.network.head(place) for group in groups for place in group]

        # A signer out of turn waits a random time, up to half a second for each that a majority has.
        still_seconds = 2 * self.network.period_seconds + self.network.depth / 2 + 1
        before, since = heads(), time.monotonic()
        deadline = since + 90
        while time.monotonic() - since < still_seconds:
            assert time.monotonic() < deadline, f"{groups} go on sealing"
            time.sleep(0.2)
            if (now := heads()) != before:
                before, since = now, time.monotonic()

    def _await_mirror(self, watched: Sequence[int]) -> None:
        def there() -> bool:
            position = self.ledger.json("status")
            numbers = [self.network.head(place)[0] for place in watched]
            return position["mirror_head"] is not None and position["mirror_head"] >= min(numbers)

        wait_until(there, "the mirror follows")

    def _parted_at(self, groups: Sequence[Group]) -> int:
        """The last block that all sides have."""
        number = min(self.network.head(group[0])[0] for group in groups)
        while len({self.network.block_hash(group[0], number) for group in groups}) > 1:
            number -= 1
        return number

    def _await_growth(self, groups: Sequence[Group], fork: int) -> None:
        """Waits until the healed network seals on one chain; recovers it when it does not."""
        deadline = time.monotonic() + 40
        while not (self.network.agreed() and self._grows()):
            if time.monotonic() > deadline:
                self.recover(groups, fork)
                return

    def _grows(self) -> bool:
        before = self.network.head(0)[0]
        time.sleep(3 * self.network.period_seconds)
        return self.network.head(0)[0] > before


def split(signers: int, moments: random.Random) -> list[Group]:
    """Two sides, or three; the last has a majority, if any has."""
    places = list(range(signers))
    moments.shuffle(places)
    cuts = sorted(moments.sample(range(1, signers), moments.choice((1, 1, 2)) if signers > 2 else 1))
    groups = [tuple(places[a:b]) for a, b in zip((0, *cuts), (*cuts, signers), strict=True)]
    return sorted(groups, key=len)


def soak(network: Network, rounds: int, seed: int) -> Figures:
    """Rounds by a seed."""
    moments = random.Random(seed)
    running = Soak(network, moments)
    running.prepare()
    for _ in range(rounds):
        groups = split(network.signers, moments)
        smallest = groups[0][0]
        everyone = [smallest, *(group[0] for group in groups[1:])]
        watched = moments.choice(([smallest], everyone))
        accounts = [moments.choice(ACCOUNTS) for _ in groups]
        print(f"groups {groups}, mirror from {watched}, accounts {accounts}", flush=True)
        running.round(groups, watched, accounts)
        print(running.figures, flush=True)
    return running.figures


def main() -> None:
    """Parses, runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--signers", type=int, default=7)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="partition-") as folder:
        network = founded_network(Path(folder), free_ports(asked.signers), asked.signers)
        try:
            soak(network, asked.rounds, asked.seed)
        finally:
            network.stop()


if __name__ == "__main__":
    main()
