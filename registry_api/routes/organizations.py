"""Organizations and their accounts."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ledger.errors import NotFound
from registry_api import schemas, wire
from registry_api.parameters import MOST, At, CodePath, OrganizationsQuery
from registry_api.reading import Reader, Reading, next_page
from registry_api.routes.responses import answers


def make_router(reader: Reader) -> APIRouter:
    """The routes of organizations."""
    router = APIRouter(tags=["organizations"])

    @router.get("/v1/organizations", operation_id="listOrganizations", responses=answers(schemas.OrganizationPage))
    async def list_organizations(request: Request, query: Annotated[OrganizationsQuery, Query()]) -> Response:
        """Organizations by code."""

        def make(reading: Reading) -> dict[str, Any]:
            rows = reading.view.organizations(
                query.q, query.kind, query.parent, query.suspended, reading.at, query.after, query.limit + 1
            )
            page = rows[: query.limit]
            more = len(rows) > query.limit
            return {
                "items": [wire.organization_version(row) for row in page],
                "next": next_page(request, reading, page[-1].code) if more else None,
            }

        return await reader.answer(request, query.moment, make, slow=True)

    @router.get(
        "/v1/organizations/{code}",
        operation_id="getOrganization",
        responses=answers(schemas.OrganizationAnswer, 404),
    )
    async def get_organization(request: Request, code: CodePath, query: At) -> Response:
        """An organization with its accounts and versions."""

        def make(reading: Reading) -> dict[str, Any]:
            row = reading.view.organization(code, reading.at)
            if row is None:
                raise NotFound(f"there is no organization {code} at block {reading.moment.point.number}")
            accounts = reading.view.accounts(code, reading.at, MOST, newest_first=True)
            history = reading.view.organization_history(code, reading.at, MOST, newest_first=True)
            return {
                "organization": wire.organization_version(row),
                "accounts": [wire.account(account) for account in accounts],
                "history": [wire.organization_version(version) for version in history],
            }

        return await reader.answer(request, query.moment, make)

    return router
