"""What an operator sees of the server, and what it holds requests to."""

import asyncio
import json
import logging
import re
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ledger import service_log
from ledger.indexer.health import Pulse, Suspect
from ledger.indexer.progress import Progress
from ledger.store.health import MirrorHealth
from registry_api.hardening import AtOnce, InTime, SecurityHeaders
from registry_api.main import create_app
from registry_api.schemas import Problem
from registry_api.threads import Threads

from .conftest import Client
from .sample import SampleApplication


def figures(client: Client) -> dict[str, float]:
    """What /metrics says, by name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = (line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


class TestMetrics:
    def test_of_the_mirror(self, client: Client, application: SampleApplication) -> None:
        position = application.mirror.queries.position()
        told = figures(client)
        assert told["mulu_mirror_up"] == 1
        assert told["mulu_journal_size"] == position.journal_size
        assert told["mulu_mirror_head_block"] == position.head_number
        assert told["mulu_mirror_final_block"] == position.final_block
        assert told["mulu_indexer_evidence"] == 0

    def test_of_indexer_and_sentinel(self, application: SampleApplication) -> None:
        mirror = application.mirror
        head = mirror.queries.position().head_number
        assert head is not None
        Pulse(MirrorHealth(mirror.writer), lambda: 3)(Progress("reorganized", head, head + 4, 9, 1, 2))
        MirrorHealth(mirror.writer).checked(40, 1, [Suspect("entry", 3, "title")])
        try:
            # Two processes of one service.
            first, second = (figures(Client(create_app(application))) for _ in range(2))
            told = {name: value for name, value in first.items() if name.startswith("mulu_") and "_http_" not in name}
            assert told["mulu_mirror_lag_blocks"] == 4
            assert told["mulu_reorganizations_total"] == 1
            assert told["mulu_reorganization_deepest_blocks"] == 2
            assert told["mulu_node_errors_total"] == 3
            assert told["mulu_mirror_divergence"] == told["mulu_sentinel_differences_total"] == 1
            assert told["mulu_sentinel_rows_total"] == 40
            assert abs(told["mulu_node_seen_time_seconds"] - time.time()) < 60
            assert told == {name: second[name] for name in told}
            unready = Client(create_app(application)).get("/readyz")
            assert unready.status_code == 503
            assert "differ from the chain" in Problem.model_validate_json(unready.content).detail
        finally:
            MirrorHealth(mirror.writer).checked(0, 0, [])

    def test_requests_are_counted_by_the_template_of_their_route(self, client: Client) -> None:
        for address in ("/v1/acts/1", "/v1/acts/2", "/v1/acts/99", "/no/such/1", "/no/such/2"):
            client.get(address)
        client.request("HEAD", "/v1/acts/1")
        client.request("BREW", "/v1/acts/1")
        told = {name: value for name, value in figures(client).items() if name.startswith("mulu_http_requests_total")}
        counted = {tuple(re.findall(r'"([^"]*)"', name)): value for name, value in told.items()}
        assert counted == {
            ("GET", "/v1/acts/{index}", "200"): 2,
            ("GET", "/v1/acts/{index}", "404"): 1,
            ("GET", "none", "404"): 2,
            ("HEAD", "/v1/acts/{index}", "200"): 1,
            ("other", "/v1/acts/{index}", "405"): 1,
        }

    def test_without_a_mirror(self, application: SampleApplication, tmp_path: Any) -> None:
        from ledger.store.mirror import Mirror

        client = Client(create_app(SampleApplication(Mirror(f"sqlite:///{tmp_path / 'none.db'}"), application.city)))
        assert figures(client)["mulu_mirror_up"] == 0


class TestLog:
    @pytest.fixture(autouse=True)
    def restored(self) -> Any:
        root = logging.getLogger()
        before, level = list(root.handlers), root.level
        yield
        root.handlers[:], root.level = before, level
        logging.getLogger(service_log.NAME).setLevel(logging.NOTSET)

    def test_a_line_for_each_request(self, client: Client, capsys: pytest.CaptureFixture[str]) -> None:
        service_log.start("json")
        answer = client.get("/v1/entries?q=%E5%BC%A0%E4%B8%89&limit=1", headers={"user-agent": "somebody"})
        (line,) = capsys.readouterr().err.splitlines()
        said = json.loads(line)
        assert said.pop("seconds") >= 0
        assert said.pop("time").endswith("+00:00")
        assert said == {
            "level": "info",
            "event": "request",
            "request_id": answer.headers["x-request-id"],
            "method": "GET",
            "route": "/v1/entries",
            "status": 200,
            "bytes": len(answer.content),
        }

    def test_people_are_not_told_of_each_request(self, client: Client, capsys: pytest.CaptureFixture[str]) -> None:
        service_log.start("text")
        client.get("/v1/entries")
        assert capsys.readouterr().err == ""

    def test_an_unforeseen_error_is_found_by_its_id(
        self, application: SampleApplication, capsys: pytest.CaptureFixture[str]
    ) -> None:
        class Failing(SampleApplication):
            def act(self, index: int) -> Any:
                raise RuntimeError("something")

        service_log.start("json")
        answer = Client(create_app(Failing(application.mirror, application.city))).get("/v1/acts/0/proof")
        id = answer.headers["x-request-id"]
        assert (answer.status_code, answer.json()["request_id"]) == (500, id)
        assert "something" not in answer.text
        failed, request = map(json.loads, capsys.readouterr().err.splitlines())
        assert (failed["level"], failed["request_id"], failed["route"]) == ("error", id, "/v1/acts/{index}/proof")
        assert "RuntimeError: something" in failed["traceback"]
        assert (request["request_id"], request["status"]) == (id, 500)

    def test_an_id_that_a_proxy_gave_is_kept(self, client: Client) -> None:
        given = "0123456789abcdef0123456789abcdef"
        assert client.get("/healthz", headers={"x-request-id": given}).headers["x-request-id"] == given
        for odd in ("short", 'a"b' * 9, "x" * 65):
            assert client.get("/healthz", headers={"x-request-id": odd}).headers["x-request-id"] != odd


class TestLimits:
    def test_reading_takes_no_body(self, client: Client) -> None:
        for method in ("GET", "HEAD"):
            answer = client.request(method, "/v1/entries", content=b"x")
            assert answer.status_code == 413
        assert Problem.model_validate_json(client.request("GET", "/v1/entries", content=b"x").content).status == 413

    def test_chunked_bodies_are_bodies(self, client: Client) -> None:
        async def endless() -> AsyncIterator[bytes]:
            while True:
                yield b"x"

        assert client.request("GET", "/v1/entries", content=endless()).status_code == 413

    def test_so_many_at_once(self) -> None:
        arrived, free = asyncio.Event(), asyncio.Event()

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            arrived.set()
            await free.wait()
            await Response("done")(scope, receive, send)

        async def ask() -> None:
            transport = httpx.ASGITransport(app=SecurityHeaders(AtOnce(slow, 1)))
            async with httpx.AsyncClient(transport=transport, base_url="http://mulu.example") as asking:
                first = asyncio.create_task(asking.get("/v1/entries"))
                await arrived.wait()
                refused = await asking.get("/v1/entries")
                assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
                assert refused.headers["x-content-type-options"] == "nosniff"
                assert Problem.model_validate_json(refused.content).type == "/problems/busy"
                alive = asyncio.create_task(asking.get("/healthz"))
                free.set()
                assert ((await first).text, (await alive).text) == ("done", "done")
                assert (await asking.get("/v1/entries")).status_code == 200

        asyncio.run(ask())

    def test_so_long_for_each(self) -> None:
        async def never(scope: Scope, receive: Receive, send: Send) -> None:
            await asyncio.Event().wait()

        async def slowly_read(scope: Scope, receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await asyncio.sleep(0.1)
            await send({"type": "http.response.body", "body": b"all of it"})

        late = Client(InTime(never, 0.01)).get("/v1/entries")
        assert (late.status_code, late.headers["retry-after"]) == (503, "30")
        assert Problem.model_validate_json(late.content).type == "/problems/too-slow"
        assert Client(InTime(slowly_read, 0.05)).get("/v1/entries").text == "all of it"

    def test_work_that_nobody_waits_for_counts_until_it_ends(self) -> None:
        threads, order = Threads(1, "test"), []

        def work(name: str, seconds: float) -> None:
            order.append(f"{name} begins")
            time.sleep(seconds)
            order.append(f"{name} ends")

        async def ask() -> None:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(threads.run(lambda: work("long", 0.2)), 0.05)
            assert threads.under_way == 1
            await threads.run(lambda: work("next", 0))

        asyncio.run(ask())
        assert order == ["long begins", "long ends", "next begins", "next ends"]
        assert threads.under_way == 0
