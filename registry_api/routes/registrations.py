"""Registrations: search, one with its steps, its history, its proof."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ledger.errors import NotFound
from ledger.indexer.registration_rows import RegistrationRow
from ledger.store.objection_queries import ObjectionFilter
from ledger.store.registration_queries import RegistrationFilter
from registry_api import registration_schemas as schemas
from registry_api import registration_wire as wire
from registry_api.bundle_schemas import Bundle
from registry_api.parameters import At, NoQuery
from registry_api.proving import Prover
from registry_api.reading import Reader, Reading, next_page, require_said
from registry_api.registration_parameters import (
    NumberPath,
    RegistrationProofQuery,
    RegistrationQuery,
    RegistrationsQuery,
    StepsQuery,
)
from registry_api.routes.responses import answers

OBJECTIONS: Final = 100
"""Objections that come along with a registration."""


def make_router(reader: Reader, prover: Prover) -> APIRouter:
    """The routes of registrations."""
    router = APIRouter(tags=["registrations"])

    @router.get("/v1/registrations", operation_id="listRegistrations", responses=answers(schemas.RegistrationPage))
    async def list_registrations(request: Request, query: Annotated[RegistrationsQuery, Query()]) -> Response:
        """Versions of registrations, by the act that drew them up."""
        wanted = registration_filter(query)

        def make(reading: Reading) -> dict[str, Any]:
            newest = query.order == "newest"
            rows = reading.view.registrations(
                wanted, reading.clock, reading.at, query.after, query.limit + 1, newest_first=newest
            )
            page = rows[: query.limit]
            by = wire.judged(reading, page)
            more = len(rows) > query.limit
            return {
                "items": [wire.version(row, by) for row in page],
                "next": next_page(request, reading, page[-1].filed_index, clocked=True) if more else None,
            }

        slow = wanted != RegistrationFilter()
        return await reader.answer(request, query.moment, make, slow=slow, clock=query.asked)

    @router.get(
        "/v1/registrations/{number}",
        operation_id="getRegistration",
        responses=answers(schemas.RegistrationAnswer, 404),
    )
    async def get_registration(
        request: Request, number: NumberPath, query: Annotated[RegistrationQuery, Query()]
    ) -> Response:
        """A version of a registration with what it published and its steps, and the other versions."""

        def make(reading: Reading) -> dict[str, Any]:
            view, at = reading.view, reading.at
            row = find_registration(reading, number, query.version)
            versions = view.registration_versions(number, at)
            steps = view.registration_steps(number, row.version, at)
            objections = view.objections(ObjectionFilter(registration=number), at, None, OBJECTIONS)
            by = wire.judged(reading, [row, *versions], objections, steps)
            return {
                "registration": wire.detail(row, view.registration_content(row), by),
                "versions": [wire.version(version, by) for version in versions],
                "steps": [wire.step(step, by.names) for step in steps],
                "objections": [wire.objection(objection, by) for objection in objections],
            }

        return await reader.answer(request, query.moment, make, clock=query.asked)

    @router.get(
        "/v1/registrations/{number}/history",
        operation_id="listRegistrationHistory",
        responses=answers(schemas.RegistrationHistory, 404),
    )
    async def list_history(request: Request, number: NumberPath, query: At) -> Response:
        """All states that the versions were in, oldest first."""

        def make(reading: Reading) -> dict[str, Any]:
            find_registration(reading, number, None)
            rows = reading.view.registration_history(number, None, reading.at)
            by = wire.judged(reading, rows)
            return {"items": [wire.version(row, by, row.from_time) for row in rows]}

        return await reader.answer(request, query.moment, make)

    @router.get(
        "/v1/registrations/{number}/steps",
        operation_id="listRegistrationSteps",
        responses=answers(schemas.RegistrationSteps, 404),
    )
    async def list_steps(request: Request, number: NumberPath, query: Annotated[StepsQuery, Query()]) -> Response:
        """What was done, by whom, and whether in time; oldest first."""

        def make(reading: Reading) -> dict[str, Any]:
            find_registration(reading, number, query.version)
            steps = reading.view.registration_steps(number, query.version, reading.at)
            names = wire.judged(reading, [], steps=steps).names
            return {"items": [wire.step(step, names) for step in steps]}

        return await reader.answer(request, query.moment, make)

    @router.get(
        "/v1/registrations/{number}/proof",
        operation_id="proveRegistration",
        responses=answers(Bundle, 404, 410, tagged=False),
    )
    async def prove_registration(number: NumberPath, query: Annotated[RegistrationProofQuery, Query()]) -> Response:
        """A bundle of the act that issued a version, or filed it where it is not issued; made at the node's head.

        It proves that the act is recorded. What the registration is worth is proven by
        `/v1/certificates/{number}/proof`.
        """

        def make(reading: Reading) -> tuple[int, int]:
            row = find_registration(reading, number, query.version)
            index = proving_act(reading, row)
            require_said(reading, index)
            return row.version, index

        version, index = reader.read(query.moment, make)
        return await prover.act(index, f"registration-{number}-v{version}.json")

    @router.get(
        "/v1/registrations/{number}/absence",
        operation_id="proveNoRegistration",
        responses=answers(Bundle, 404, tagged=False),
    )
    async def prove_absence(number: NumberPath, _: NoQuery) -> Response:
        """A bundle that proves that the ledger has no such registration, made and checked at the node's head.

        Where there is one, there is no such proof.
        """
        if reader.read(None, lambda reading: reading.view.registration(number)) is not None:
            raise NotFound(f"the ledger has registration {number}: its absence cannot be proven")
        return await prover.absence(number, f"no-registration-{number}.json")

    return router


def registration_filter(query: RegistrationsQuery) -> RegistrationFilter:
    """What the store is asked."""
    return RegistrationFilter(
        q=query.q,
        stage=query.stage,
        status=query.status,
        kind=query.kind,
        subject=query.subject,
        applicant=query.applicant,
        registrar=query.registrar,
        open=query.open,
        current=query.current,
        due_before=query.due_before,
        expires_before=query.expires_before,
        entry=bytes.fromhex(query.entry[2:]) if query.entry else None,
        malformed=query.malformed,
        settled=query.settled,
    )


def find_registration(reading: Reading, number: str, version: int | None) -> RegistrationRow:
    """A version as it stands, the last drawn up when no version is given. Raises NotFound."""
    row = reading.view.registration(number, version, reading.at)
    if row is None:
        which = f"version {version} of registration" if version is not None else "registration"
        raise NotFound(f"there is no {which} {number} at block {reading.moment.point.number}")
    return row


def proving_act(reading: Reading, row: RegistrationRow) -> int:
    """The act that issued a version, or filed it where it is not issued."""
    steps = reading.view.registration_steps(row.number, row.version, reading.at)
    return next((step.act_index for step in steps if step.step == "ISSUED"), row.filed_index)
