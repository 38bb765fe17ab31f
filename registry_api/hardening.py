"""What every response carries and every request is held to, as plain ASGI around the application."""

import asyncio
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry_api.errors import BODY, BUSY, MEDIA_TYPE, TOO_LONG, TOO_SLOW, ProblemType, encode, problem
from registry_api.observing import REQUEST_ID

TARGET_BYTES: Final = 8_192
"""Path and query of a request."""
AT_ONCE: Final = 200
"""Requests under way in one process."""
REQUEST_SECONDS: Final = 30.0
"""From a request to the beginning of its answer."""
BUSY_RETRY_SECONDS: Final = 1
SLOW_RETRY_SECONDS: Final = 30
_ALWAYS: Final = frozenset({"/healthz", "/metrics"})
"""Answered however much is under way: a busy process is no dead one."""
_SHOWN_CHARACTERS: Final = 80

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


class SecurityHeaders:
    """Adds the security headers to every response, errors too; what says nothing of caches is asked for anew."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), *_HEADERS]
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-cache"))
                message["headers"] = headers
            await send(message)

        await self._app(scope, receive, send_with_headers)


class HeadAsGet:
    """Answers HEAD as GET without its body (RFC 9110 §9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                if message.get("more_body", False):
                    return
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        asked = dict(scope, method="GET")
        try:
            await self._app(asked, receive, send_without_body)
        finally:
            # For whoever counts requests by their route.
            scope["route"] = asked.get("route")


class Narrow:
    """Refuses what no reader needs before it is taken apart: a path and query longer than any that this server makes,
    and a body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and len(scope["path"]) + len(scope["query_string"]) > TARGET_BYTES:
            await _refusal(TOO_LONG, scope)(scope, receive, send)
        elif scope["type"] == "http" and scope["method"] == "GET" and _has_body(scope):
            await _refusal(BODY, scope)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class AtOnce:
    """Refuses what comes while too many requests are under way, rather than let all of them wait."""

    def __init__(self, app: ASGIApp, at_once: int = AT_ONCE) -> None:
        self._app = app
        self._at_once = at_once
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _ALWAYS:
            await self._app(scope, receive, send)
            return
        if self._under_way >= self._at_once:
            await _refusal(BUSY, scope, BUSY_RETRY_SECONDS)(scope, receive, send)
            return
        self._under_way += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way -= 1


class InTime:
    """Gives up a request whose answer has not begun in time. An answer that has begun is as long as it is."""

    def __init__(self, app: ASGIApp, seconds: float = REQUEST_SECONDS) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_once_begun(message: Message) -> None:
            nonlocal begun
            begun = True
            # Nobody waits for an answer any more, only for a client that reads slowly.
            deadline.reschedule(None)
            await send(message)

        try:
            async with asyncio.timeout(self._seconds) as deadline:
                await self._app(scope, receive, send_once_begun)
        except TimeoutError:
            if begun or not deadline.expired():
                raise
            await _refusal(TOO_SLOW, scope, SLOW_RETRY_SECONDS)(scope, receive, send)


def harden(app: ASGIApp) -> ASGIApp:
    """All of it, around an application."""
    return SecurityHeaders(AtOnce(InTime(HeadAsGet(Narrow(app)))))


def _has_body(scope: Scope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip() != b"0")
        for name, value in scope["headers"]
    )


def _refusal(kind: ProblemType, scope: Scope, retry_seconds: int | None = None) -> Response:
    document = problem(kind, scope["path"][:_SHOWN_CHARACTERS], request_id=scope.get(REQUEST_ID))
    headers = {"cache-control": "no-store"} | ({} if retry_seconds is None else {"retry-after": str(retry_seconds)})
    return Response(encode(document), kind.status, headers, media_type=MEDIA_TYPE)
