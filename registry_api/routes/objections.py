"""Objections (异议) against registrations and against the data of entries."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ledger.errors import NotFound
from ledger.indexer.registration_rows import ObjectionRow
from ledger.store.objection_queries import ObjectionFilter
from registry_api import registration_schemas as schemas
from registry_api import registration_wire as wire
from registry_api.bundle_schemas import Bundle
from registry_api.parameters import At
from registry_api.proving import Prover
from registry_api.reading import Reader, Reading, next_page
from registry_api.registration_parameters import ObjectionPath, ObjectionQuery, ObjectionsQuery
from registry_api.routes.responses import answers


def make_router(reader: Reader, prover: Prover) -> APIRouter:
    """The routes of objections."""
    router = APIRouter(tags=["objections"])

    @router.get("/v1/objections", operation_id="listObjections", responses=answers(schemas.ObjectionPage))
    async def list_objections(request: Request, query: Annotated[ObjectionsQuery, Query()]) -> Response:
        """Objections by number."""
        wanted = objection_filter(query)

        def make(reading: Reading) -> dict[str, Any]:
            rows = reading.view.objections(wanted, reading.at, query.after, query.limit + 1)
            page = rows[: query.limit]
            by = wire.judged(reading, [], page)
            more = len(rows) > query.limit
            return {
                "items": [wire.objection(row, by) for row in page],
                "next": next_page(request, reading, page[-1].objection, clocked=True) if more else None,
            }

        slow = wanted != ObjectionFilter()
        return await reader.answer(request, query.moment, make, slow=slow, clock=query.asked)

    @router.get(
        "/v1/objections/{objection}", operation_id="getObjection", responses=answers(schemas.ObjectionAnswer, 404)
    )
    async def get_objection(
        request: Request, objection: ObjectionPath, query: Annotated[ObjectionQuery, Query()]
    ) -> Response:
        """One objection, and all states that it was in."""

        def make(reading: Reading) -> dict[str, Any]:
            row = find_objection(reading, objection)
            history = reading.view.objection_history(objection, reading.at)
            by = wire.judged(reading, [], [row, *history])
            return {
                "objection": wire.objection(row, by),
                "history": [wire.objection(state, by, state.from_time) for state in history],
            }

        return await reader.answer(request, query.moment, make, clock=query.asked)

    @router.get(
        "/v1/objections/{objection}/proof",
        operation_id="proveObjection",
        responses=answers(Bundle, 404, tagged=False),
    )
    async def prove_objection(objection: ObjectionPath, query: At) -> Response:
        """A bundle of the act that brought an objection to the state that it has, made at the node's head."""
        row = reader.read(query.moment, lambda reading: find_objection(reading, objection))
        return await prover.act(row.from_index, f"objection-{objection}.json")

    return router


def objection_filter(query: ObjectionsQuery) -> ObjectionFilter:
    """What the store is asked."""
    return ObjectionFilter(
        registration=query.registration,
        entry=bytes.fromhex(query.entry[2:]) if query.entry else None,
        version=query.version,
        state=query.state,
        responsible=query.responsible,
        objector=query.objector,
        open=query.open,
        due_before=query.due_before,
    )


def find_objection(reading: Reading, objection: int) -> ObjectionRow:
    """An objection as it stands. Raises NotFound."""
    row = reading.view.objection(objection, reading.at)
    if row is None:
        raise NotFound(f"there is no objection {objection} at block {reading.moment.point.number}")
    return row
