"""The server's process: uvicorn, with limits of its own."""

import socket
from typing import Final

import uvicorn
from starlette.types import ASGIApp

CONNECTIONS: Final = 1_000
"""Connections at once; beyond them uvicorn answers 503 by itself."""
HEAD_BYTES: Final = 32_768
"""Request line and headers; longer ones are refused with 400."""
IDLE_SECONDS: Final = 15
"""After which a connection without a request is closed."""
GRACE_SECONDS: Final = 10
"""How long requests under way may take once the process was told to stop."""


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serves on a socket until SIGINT or SIGTERM. Whoever took these signals before is told of them at the end."""
    uvicorn.Server(configured(app)).run(sockets=[listening])


def configured(app: ASGIApp) -> uvicorn.Config:
    """uvicorn's configuration."""
    return uvicorn.Config(
        app,
        # h11 alone bounds the size of headers.
        http="h11",
        h11_max_incomplete_event_size=HEAD_BYTES,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
    )
