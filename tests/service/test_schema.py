"""A bounded share of `scripts/soak api`: every route, asked over a socket, answers as its document says."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from ledger.indexer.health import Pulse
from ledger.indexer.progress import Progress
from ledger.store.health import MirrorHealth
from registry_api.main import create_app
from registry_api.serving import configured
from tests.integration.registry_api.grants import build_grants
from tests.integration.registry_api.sample import SampleApplication
from tests.service.asking import ask

EXAMPLES = 6
"""For each route; the soak asks hundreds."""


@contextmanager
def serving(app: SampleApplication) -> Iterator[str]:
    """A server on a free port, as `mulu serve` makes one, in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(configured(create_app(app)))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            deadline = time.monotonic() + 10
            while not server.started:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


def test_every_route_answers_as_documented(tmp_path: Path) -> None:
    app = build_grants(f"sqlite:///{tmp_path / 'mirror.db'}")
    head = app.mirror.queries.position().head_number
    Pulse(MirrorHealth(app.mirror.writer), lambda: 0)(Progress("level", head or 0, head, 0))
    try:
        with serving(app) as base:
            asked = ask(base, EXAMPLES, seed=1)
    finally:
        app.mirror.close()
    assert {200, 304, 404, 422} <= set(asked)
