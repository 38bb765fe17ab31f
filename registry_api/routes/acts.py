"""Acts: the journal's leaves with the logs they are made of, and their proofs."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ledger.errors import NotFound
from ledger.indexer.rows import ActRow
from registry_api import schemas, wire
from registry_api.bundle_schemas import Bundle
from registry_api.parameters import ActsQuery, IndexPath, NoQuery
from registry_api.proving import Prover
from registry_api.reading import Reader, Reading, next_page, require_said
from registry_api.routes.responses import answers


def make_router(reader: Reader, prover: Prover) -> APIRouter:
    """The routes of acts."""
    router = APIRouter(tags=["acts"])

    @router.get("/v1/acts", operation_id="listActs", responses=answers(schemas.ActPage))
    async def list_acts(request: Request, query: Annotated[ActsQuery, Query()]) -> Response:
        """Acts up to `as_of`, the newest or the oldest first."""
        account = bytes.fromhex(query.account[2:]) if query.account else None

        def make(reading: Reading) -> dict[str, Any]:
            rows = reading.view.acts(
                query.after,
                query.limit + 1,
                reading.at,
                contract=query.contract,
                event=query.event,
                organization=query.organization,
                account=account,
                newest_first=query.order == "newest",
            )
            page = rows[: query.limit]
            more = len(rows) > query.limit
            return {
                "items": [
                    wire.act_summary(row, reading.position.final_block, reading.suppressions.get(row.index))
                    for row in page
                ],
                "next": next_page(request, reading, page[-1].index) if more else None,
            }

        filtered = any((query.contract, query.event, query.organization, account))
        return await reader.answer(request, query.moment, make, slow=filtered)

    @router.get("/v1/acts/{index}", operation_id="getAct", responses=answers(schemas.ActAnswer, 404))
    async def get_act(request: Request, index: IndexPath, _: NoQuery) -> Response:
        """An act with its raw log."""

        def make(reading: Reading) -> dict[str, Any]:
            row = find_act(reading, index)
            return {"act": wire.act(row, reading.position.final_block, reading.suppressions.get(index))}

        return await reader.answer(request, None, make)

    @router.get(
        "/v1/acts/{index}/proof",
        operation_id="proveAct",
        responses=answers(Bundle, 404, 410, tagged=False),
    )
    async def prove_act(index: IndexPath, _: NoQuery) -> Response:
        """A bundle that proves an act, made and checked at the node's head."""

        def make(reading: Reading) -> None:
            find_act(reading, index)
            require_said(reading, index)

        reader.read(None, make)
        return await prover.act(index, f"act-{index}.json")

    return router


def find_act(reading: Reading, index: int) -> ActRow:
    """An act. Raises NotFound."""
    row = reading.view.act(index)
    if row is None:
        size, block = reading.position.journal_size, reading.moment.point.number
        raise NotFound(f"there is no act {index}; the journal has size {size} at block {block}")
    return row
