"""The services as an operator runs them: their logs, and how they end."""

import json
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.end_to_end.ledger import Ledger, free_port
from tests.end_to_end.test_mirror import START_SECONDS, answers, get, wait_until

SECRET = "hunter2"


@contextmanager
def service(ledger: Ledger, *arguments: object, settings: dict[str, str] | None = None) -> Iterator["Running"]:
    process = ledger.start(*arguments, settings=settings)
    running = Running(process)
    try:
        yield running
    finally:
        process.kill()
        running.end()


class Running:
    """A service; what it writes is read as it comes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.out: list[str] = []
        self.err: list[str] = []
        streams = ((process.stdout, self.out), (process.stderr, self.err))
        self._readers = [threading.Thread(target=self._read, args=stream) for stream in streams]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _read(stream: Any, lines: list[str]) -> None:
        for line in stream:
            lines.append(line)

    def events(self) -> list[dict[str, Any]]:
        """What it logged; every line is one JSON object."""
        return [json.loads(line) for line in list(self.err)]

    def wait_for(self, event: str) -> dict[str, Any]:
        wait_until(lambda: self.process.poll() is not None or any(said["event"] == event for said in self.events()))
        found = [said for said in self.events() if said["event"] == event]
        assert found, (event, self.err)
        return found[0]

    def stopped_by(self, number: int) -> int:
        self.process.send_signal(number)
        self.end()
        return self.process.returncode

    def end(self) -> None:
        self.process.wait(START_SECONDS)
        for reader in self._readers:
            reader.join(START_SECONDS)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_index_stops(published: Ledger, number: int, code: int) -> None:
    settings = {
        "MULU_LOG": "json",
        "MULU_RPC_URL": f"http://user:{SECRET}@127.0.0.1:{published.port}/?key={SECRET}",
        "MULU_DATABASE_URL": f"sqlite:///.mulu/mirror-{code}.db",
    }
    size, _ = published.journal()
    with service(published, "index", "--follow", settings=settings) as running:
        started = running.wait_for("started")
        assert started["node"] == published.url
        running.wait_for("level")
        running.wait_for("sentinel")
        assert running.stopped_by(number) == code
    events = running.events()
    indexed = [said for said in events if said["event"] == "indexed"]
    assert {"time", "level", "block", "head", "blocks", "seconds"} <= set(indexed[-1])
    assert indexed[-1]["size"] == sum(said["acts"] for said in indexed) == size
    (looked,) = [said for said in events if said["event"] == "sentinel"]
    assert looked["differences"] == 0
    assert looked["rows"] > 5
    assert events[-1]["event"] == "stopped"
    assert events[-1]["exit_code"] == code
    assert running.out == []
    assert SECRET not in "".join(running.err)
    assert "Traceback" not in "".join(running.err)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_serve_stops(published: Ledger, number: int, code: int) -> None:
    published.do("index")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with service(published, "serve", "--port", port, "--log", "json") as running:
        running.wait_for("started")
        wait_until(lambda: answers(f"{base}/healthz"))
        assert get(f"{base}/v1/entries?q=%E6%B0%B4%E5%BA%93")[0] == 200
        metrics = get(f"{base}/metrics")[1]
        assert running.stopped_by(number) == code
    head = published.json("status")["mirror_head"]
    assert f"mulu_mirror_head_block {float(head)}" in metrics
    assert "mulu_mirror_lag_blocks 0.0" in metrics
    assert 'mulu_http_requests_total{method="GET",route="/v1/entries",status="200"} 1.0' in metrics
    asked = [said for said in running.events() if said["event"] == "request"]
    assert [said["route"] for said in asked][-2:] == ["/v1/entries", "/metrics"]
    assert "水库" not in "".join(running.err)
    assert "%E6%B0%B4" not in "".join(running.err)
    assert running.events()[-1]["event"] == "stopped"


def test_text_is_for_people(published: Ledger) -> None:
    with service(published, "index", "--follow") as running:
        wait_until(lambda: bool(running.out))
        assert running.stopped_by(signal.SIGTERM) == 0
    assert running.out[0].startswith("following block ")
    assert running.err[-1] == "stopped\n"


def test_a_node_that_hangs_is_abandoned(published: Ledger) -> None:
    published.do("index")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = {"MULU_RPC_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        with service(published, "index", "--follow", "--log", "json", settings=settings) as running:
            # It asks, and nothing ever answers.
            silent.settimeout(START_SECONDS)
            connection, _ = silent.accept()
            with connection:
                # The first asks it to end, a second one does not wait.
                wait_until(lambda: running.process.send_signal(signal.SIGTERM) or running.process.poll() is not None)
                running.end()
    assert running.process.returncode == 0
    assert running.events()[-1]["event"] == "abandoned"
    published.do("index", "--check")


def test_a_service_that_fails_says_so_in_its_log(published: Ledger) -> None:
    ran = published.execute("serve", "--port", published.port, "--log", "json")
    (line,) = ran.ended(4).err.splitlines()
    said = json.loads(line)
    assert (said["event"], said["level"], said["exit_code"]) == ("failed", "error", 4)
    assert f"port {published.port}" in said["message"]
    assert "take text or json" in published.run("serve", "--log", "xml").ended(2).err
