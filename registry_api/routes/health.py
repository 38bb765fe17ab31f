"""Whether the process lives, whether what it answers is fresh, and figures for whoever watches."""

from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from ledger.chain.rpc import NodeError
from ledger.errors import NotFound, Unavailable
from registry_api import schemas
from registry_api.metrics import MEDIA_TYPE, Metrics
from registry_api.parameters import NoQuery
from registry_api.ports import Application
from registry_api.reading import Reader
from registry_api.routes.responses import answers, file_answers
from registry_api.threads import Threads

LAG_BLOCKS = 50
LAG_SECONDS = 300
"""The mirror lags when it is behind by more than both: many blocks come in seconds, one block can be minutes old."""


def make_router(reader: Reader, app: Application, metrics: Metrics) -> APIRouter:
    """The routes of health."""
    router = APIRouter(tags=["health"])
    # A node that hangs holds these threads and no others.
    asking = Threads(2, "health")

    @router.get("/healthz", operation_id="getHealth", responses=answers(schemas.Health, tagged=False))
    async def get_health(_: NoQuery) -> Response:
        """The process answers; nothing else is asked."""
        return Response(b'{"status":"ok"}', media_type="application/json", headers={"cache-control": "no-store"})

    @router.get("/readyz", operation_id="getReadiness", responses=answers(schemas.Ready, tagged=False))
    async def get_readiness(_: NoQuery) -> Response:
        """How far the mirror is behind the node; 503 when it lags.

        A node that cannot be asked makes nothing unready but proofs: what the mirror holds is still true as of its
        block. Where the sentinel found rows that differ from the chain, nothing is ready.
        """
        return await asking.run(lambda: _readiness(reader, app))

    @router.get(
        "/metrics",
        operation_id="getMetrics",
        response_class=Response,
        responses=file_answers(MEDIA_TYPE, "Prometheus text format", tagged=False),
    )
    async def get_metrics(_: NoQuery) -> Response:
        """Of the mirror, the same from every process; and of the requests of this process."""
        text = await asking.run(metrics.text)
        return Response(text, media_type=MEDIA_TYPE, headers={"cache-control": "no-store"})

    return router


def _readiness(reader: Reader, app: Application) -> Response:
    moment, health = reader.read(None, lambda reading: (reading.moment, reading.view.health()))
    if health is not None and health.suspects:
        first = health.suspects[0]
        raise Unavailable(
            f"{len(health.suspects)} of the mirror's rows differ from the chain, the first in {first.table}: "
            "the operator must look: `mulu audit replay`, `mulu index --reproject`"
        )
    document: dict[str, Any] = {"as_of": moment.wire(), "status": "ready"}
    try:
        number, time = app.node_head()
    except (Unavailable, NotFound, NodeError):
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
