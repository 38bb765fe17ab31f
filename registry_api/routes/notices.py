"""Public notices under way (公示)."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from registry_api import registration_schemas as schemas
from registry_api import registration_wire as wire
from registry_api.reading import Reader, Reading, next_page
from registry_api.registration_parameters import NoticesQuery, notice_text, parse_notice
from registry_api.routes.responses import answers


def make_router(reader: Reader) -> APIRouter:
    """The route of notices."""
    router = APIRouter(tags=["notices"])

    @router.get("/v1/notices", operation_id="listNotices", responses=answers(schemas.NoticePage))
    async def list_notices(request: Request, query: Annotated[NoticesQuery, Query()]) -> Response:
        """Notices under way, those that end first first."""

        def make(reading: Reading) -> dict[str, Any]:
            after = parse_notice(query.after) if query.after else None
            rows = reading.view.notices(reading.clock, query.registrar, reading.at, after, query.limit + 1)
            page = rows[: query.limit]
            by = wire.judged(reading, page)
            following = None
            if len(rows) > query.limit:
                last = page[-1]
                assert last.notice_end is not None
                after_text = notice_text(last.notice_end, last.filed_index)
                following = next_page(request, reading, after_text, clocked=True)
            return {"items": [wire.version(row, by) for row in page], "next": following}

        return await reader.answer(request, query.moment, make, slow=True, clock=query.asked)

    return router
