"""Long runs against a whole service: a chain, `mulu index --follow`, `mulu serve`.

`api` asks every route whatever the OpenAPI document allows and does not, hundreds of times each. `load` asks from many
connections without a pause while entries are published and indexed.
"""

import argparse
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from tests.end_to_end.ledger import CATALOG, Ledger, founded, free_port, new_entry
from tests.service.asking import ask, learned
from tests.service.load import Figures, load

SECONDS_TO_START = 30


@contextmanager
def started(ledger: Ledger, name: str, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    """A command as a process of its own, its log in a file of the ledger's folder; told to stop at the end."""
    with (ledger.home / f"{name}.log").open("w") as log:
        process = ledger.start(*arguments, stdout=subprocess.DEVNULL, stderr=log)
        try:
            yield process
            assert process.poll() is None, f"{name} ended by itself with {process.returncode}"
            process.terminate()
            assert process.wait(60) == 0, f"{name} ended with {process.returncode}"
        finally:
            process.kill()
            process.wait()


@contextmanager
def service(ledger: Ledger) -> Iterator[tuple[str, dict[str, int]]]:
    """An indexer and a server; gives the server's address and the ids of the processes."""
    port = free_port()
    with (
        started(ledger, "index", "index", "--follow", "--sentinel", 5, "--log", "json") as indexer,
        started(ledger, "serve", "serve", "--port", port, "--log", "json") as server,
    ):
        base = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + SECONDS_TO_START
        while not _ready(base):
            assert time.monotonic() < deadline, "the server does not become ready"
            time.sleep(0.2)
        yield base, {"server": server.pid, "indexer": indexer.pid}


class Publisher(threading.Thread):
    """Publishes new entries, `size` at a time, until it is told to stop."""

    def __init__(self, ledger: Ledger, size: int) -> None:
        super().__init__()
        self._ledger, self._size = ledger, size
        self._stop_asked = threading.Event()
        self.published = 0
        self.failure: Exception | None = None

    def run(self) -> None:
        number = 0
        try:
            while not self._stop_asked.is_set():
                rows = [new_entry(f"load-{number}-{row}") for row in range(self._size)]
                file = self._ledger.write("load.json", rows)
                self._ledger.execute("catalog", "apply", file).ended()
                number, self.published = number + 1, self.published + self._size
        except Exception as error:
            self.failure = error

    def end(self) -> None:
        """Stops it, and raises what it could not do."""
        self._stop_asked.set()
        self.join()
        if self.failure is not None:
            raise self.failure


def loaded(ledger: Ledger, connections: int, seconds: float, size: int, seed: int) -> tuple[Figures, int]:
    """Load on a service whose indexer writes meanwhile; figures, and how many entries were published."""
    with service(ledger) as (base, processes):
        addresses = addresses_of(base)
        publisher = Publisher(ledger, size)
        publisher.start()
        try:
            figures = load(int(base.rpartition(":")[2]), addresses, connections, seconds, seed, processes)
        finally:
            publisher.end()
        with urllib.request.urlopen(f"{base}/metrics", timeout=10) as answer:
            told = answer.read().decode()
    assert not figures.errors, figures.errors
    assert set(figures.statuses) == {200}, figures.statuses
    assert "mulu_mirror_divergence 0.0" in told, told
    ledger.do("index")
    ledger.do("sentinel", "--rows", 500)
    return figures, publisher.published


def addresses_of(base: str) -> list[str]:
    """What readers ask for: mostly one thing by its id, lists and searches less often."""
    with requests.Session() as session:
        known = learned(session, base)
    entries, acts = known["id"][:50], known["index"][:50]
    return [
        *(f"/v1/entries/{id}" for id in entries for _ in range(3)),
        *(f"/v1/entries/{id}/history" for id in entries[:20]),
        *(f"/v1/acts/{index}" for index in acts),
        *["/v1/entries?limit=20", "/v1/acts?limit=20", "/v1/organizations?limit=20", "/v1/journal"] * 8,
        *["/v1/entries?q=%E6%B0%B4%E5%BA%93", "/v1/entries?q=%E6%95%B0%E6%8D%AE&limit=20"] * 8,
        *["/", f"/entries/{entries[0]}", "/healthz", "/readyz", "/metrics"] * 3,
    ]


def _ready(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/readyz", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def main() -> None:
    """The commands `scripts/soak api` and `scripts/soak load`."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("what", choices=("api", "load"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=300, help="api: requests for each route")
    parser.add_argument("--connections", type=int, default=64, help="load")
    parser.add_argument("--seconds", type=float, default=60, help="load")
    parser.add_argument("--size", type=int, default=100, help="load: entries of a publication")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="mulu-soak-"))
        ledger: Any = stack.enter_context(founded(Path(folder)))
        ledger.do("catalog", "apply", CATALOG)
        ledger.do("index")
        if options.what == "api":
            with service(ledger) as (base, _):
                asked = ask(base, options.examples, options.seed)
            print(f"{sum(asked.values())} answers as documented: {dict(sorted(asked.items()))}")
            return
        figures, published = loaded(ledger, options.connections, options.seconds, options.size, options.seed)
        print(f"{options.connections} connections, {published} entries published meanwhile\n{figures}")
        if figures.growth("server") > 1.1:
            sys.exit("the server's memory grows")


if __name__ == "__main__":
    main()
