"""Yearly disclosures (年度披露) about grants."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ledger.errors import NotFound
from ledger.grant.derivation import codes_of
from ledger.store.product_queries import DisclosureFilter
from registry_api import product_schemas as schemas
from registry_api import product_wire as wire
from registry_api.grant_parameters import (
    DisclosingPath,
    DisclosureQuery,
    DisclosuresQuery,
    GrantPath,
    YearPath,
)
from registry_api.reading import Reader, Reading, next_page
from registry_api.routes.responses import answers


def make_router(reader: Reader) -> APIRouter:
    """The routes of disclosures."""
    router = APIRouter(tags=["disclosures"])

    @router.get("/v1/disclosures", operation_id="listDisclosures", responses=answers(schemas.DisclosurePage))
    async def list_disclosures(request: Request, query: Annotated[DisclosuresQuery, Query()]) -> Response:
        """Disclosures, those published last first."""
        wanted = DisclosureFilter(
            **{name: getattr(query, name) for name in ("grant", "year", "kind", "organization", "late", "current")}
        )

        def make(reading: Reading) -> dict[str, Any]:
            rows = reading.view.disclosures(wanted, reading.at, query.after, query.limit + 1)
            page = rows[: query.limit]
            names = reading.view.organization_names(codes_of(page, "organization"), reading.at)
            more = len(rows) > query.limit
            return {
                "items": [wire.disclosure(row, names) for row in page],
                "next": next_page(request, reading, page[-1].act_index) if more else None,
            }

        return await reader.answer(request, query.moment, make, slow=wanted != DisclosureFilter())

    @router.get(
        "/v1/disclosures/{grant}/{year}/{kind}",
        operation_id="getDisclosure",
        responses=answers(schemas.DisclosureAnswer, 404),
    )
    async def get_disclosure(
        request: Request,
        grant: GrantPath,
        year: YearPath,
        kind: DisclosingPath,
        query: Annotated[DisclosureQuery, Query()],
    ) -> Response:
        """A disclosure about a grant and a year; its last version unless another is named."""

        def make(reading: Reading) -> dict[str, Any]:
            row = reading.view.disclosure(grant, year, kind, query.version, reading.at)
            if row is None:
                raise NotFound(
                    f"nothing was disclosed about grant {grant} and {year} ({kind}) at block "
                    f"{reading.moment.point.number}"
                )
            names = reading.view.organization_names(codes_of([row], "organization"), reading.at)
            return {"disclosure": wire.disclosure(row, names)}

        return await reader.answer(request, query.moment, make)

    return router
