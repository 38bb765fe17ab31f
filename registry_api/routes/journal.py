"""The journal's size and root."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from registry_api import schemas, wire
from registry_api.parameters import NoQuery
from registry_api.reading import Reader, Reading
from registry_api.routes.responses import answers


def make_router(reader: Reader) -> APIRouter:
    """The route of the journal."""
    router = APIRouter(tags=["journal"])

    @router.get("/v1/journal", operation_id="getJournal", responses=answers(schemas.JournalAnswer))
    async def get_journal(request: Request, _: NoQuery) -> Response:
        """Origin, size and root of the journal at the mirror's head."""

        def make(reading: Reading) -> dict[str, Any]:
            return {"journal": wire.journal(reading.position)}

        return await reader.answer(request, None, make)

    return router
