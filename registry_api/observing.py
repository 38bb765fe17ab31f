"""What is kept of every request: an id, a line in the log, counts and times.

Kept is the template of its route, never the path or the query: those can hold words that a person searched for, and
there is no end of them. Nor is the address of who asked: the proxy in front knows that.
"""

import logging
import re
import secrets
import time
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.service_log import tell

REQUEST_ID: Final = "mulu.request_id"
"""Where a request's scope has its id."""
_GIVEN = re.compile(rb"[0-9A-Za-z_-]{8,64}", re.ASCII)
_METHODS = {"GET", "HEAD"}
_NONE = "none"
_BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_log = logging.getLogger("mulu.api")

# They would double every counter.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Requests:
    """Counts and times of this process's requests: each process of a service counts its own."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._count = Counter(
            "mulu_http_requests", "Requests answered", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "mulu_http_request_seconds",
            "From a request to the last byte of its answer",
            ("route",),
            registry=registry,
            buckets=_BUCKETS_SECONDS,
        )
        ProcessCollector(registry=registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request."""
        self._count.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


class Observed:
    """Gives every request an id, which its answer carries as X-Request-ID; logs and counts it.

    An id that a proxy gave is kept.
    """

    def __init__(self, app: ASGIApp, requests: Requests) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        id = scope[REQUEST_ID] = _id_of(scope)
        status, size, ended = 0, 0, False

        async def send_observed(message: Message) -> None:
            nonlocal status, size, ended
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", id.encode())]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
                ended = not message.get("more_body", False)
            await send(message)

        try:
            await self._app(scope, receive, send_observed)
        except Exception:
            # Answered with 500, and logged, before it was raised again for servers that know no better.
            if not ended:
                raise
        finally:
            seconds = time.perf_counter() - began
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = getattr(scope.get("route"), "path", _NONE)
            self._requests.answered(method, route, status, seconds)
            tell(
                *(_log, logging.INFO, "request"),
                request_id=id,
                method=method,
                route=route,
                status=status,
                bytes=size,
                seconds=round(seconds, 4),
            )


def _id_of(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GIVEN.fullmatch(value):
            return str(value, "ascii")
    return secrets.token_hex(8)
