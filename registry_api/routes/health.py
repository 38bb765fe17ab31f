"""Whether the process lives, and whether what it answers is fresh."""

from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ledger.errors import Unavailable
from registry_api import schemas
from registry_api.parameters import NoQuery
from registry_api.ports import Application
from registry_api.reading import Moment, Reader
from registry_api.routes.responses import answers

LAG_BLOCKS = 50
LAG_SECONDS = 300
"""The mirror lags when it is behind by more than both: many blocks come in seconds, one block can be minutes old."""


def make_router(reader: Reader, app: Application) -> APIRouter:
    """The routes of health."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", operation_id="getHealth", responses=answers(schemas.Health, tagged=False))
    async def get_health(_: NoQuery) -> Response:
        """The process answers; nothing else is asked."""
        return Response(b'{"status":"ok"}', media_type="application/json", headers={"cache-control": "no-store"})

    @router.get("/readyz", operation_id="getReadiness", responses=answers(schemas.Ready, tagged=False))
    async def get_readiness(_: NoQuery) -> Response:
        """How far the mirror is behind the node; 503 when it lags.

        A node that cannot be asked makes nothing unready but proofs: what the mirror holds is still true as of its
        block.
        """
        return await run_in_threadpool(_readiness, reader, app)

    return router


def _readiness(reader: Reader, app: Application) -> Response:
    moment: Moment = reader.read(None, lambda reading: reading.moment)
    document: dict[str, Any] = {"as_of": moment.wire(), "status": "ready"}
    try:
        number, time = app.node_head()
    except Unavailable:
        document |= {"node": "unreachable", "node_block": None, "lag_blocks": None, "lag_seconds": None}
    else:
        blocks = max(0, number - moment.point.number)
        seconds = max(0, int((time - moment.point.time).total_seconds()))
        if blocks > LAG_BLOCKS and seconds > LAG_SECONDS:
            raise Unavailable(
                f"the mirror is {blocks} blocks and {seconds} seconds behind the node: is `mulu index` running?"
            )
        document |= {"node": "reachable", "node_block": number, "lag_blocks": blocks, "lag_seconds": seconds}
    body = msgspec.json.encode(document)
    return Response(body, media_type="application/json", headers={"cache-control": "no-store"})
