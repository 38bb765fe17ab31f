"""Grants: search, one with a version of it, its scope, approvals, history, tree; and whether something is covered."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ledger.errors import NotFound
from ledger.grant.derivation import codes_of, document, organizations_in
from ledger.indexer.grant_rows import GrantRow, GrantVersionRow
from ledger.model.grant import Operation
from ledger.store.grant_queries import GrantFilter
from registry_api import grant_schemas as schemas
from registry_api import grant_wire as wire
from registry_api.bundle_schemas import Bundle
from registry_api.check_schemas import CheckAnswer
from registry_api.errors import OutOfRange
from registry_api.grant_parameters import (
    ApprovalsQuery,
    CheckQuery,
    EntryGrantsQuery,
    GrantPath,
    GrantProofQuery,
    GrantQuery,
    GrantsQuery,
    ScopeQuery,
    StepsQuery,
)
from registry_api.parameters import At, EntryIdPath
from registry_api.proving import Prover
from registry_api.reading import Reader, Reading, next_page, time_text
from registry_api.registration_parameters import ClockQuery
from registry_api.routes.entries import find_entry
from registry_api.routes.responses import answers

DESCENDANTS: Final = 1_000
"""Grants below one that its tree shows."""


def make_router(reader: Reader, prover: Prover) -> APIRouter:
    """The routes of grants."""
    router = APIRouter(tags=["grants"])

    @router.get("/v1/grants", operation_id="listGrants", responses=answers(schemas.GrantPage))
    async def list_grants(request: Request, query: Annotated[GrantsQuery, Query()]) -> Response:
        """Grants by number."""
        wanted = grant_filter(query)

        def make(reading: Reading) -> dict[str, Any]:
            newest = query.order == "newest"
            return page_of(request, reading, wanted, query.after, query.limit, newest_first=newest)

        slow = wanted != GrantFilter()
        return await reader.answer(request, query.moment, make, slow=slow, clock=query.asked)

    # Before `/v1/grants/{grant}`, which would take it for a number.
    @router.get("/v1/grants/check", operation_id="checkGrant", responses=answers(CheckAnswer))
    async def check_grant(request: Request, query: Annotated[CheckQuery, Query()]) -> Response:
        """May an organization do something with an entry at a time, and on what chain of approvals?

        Judged by the contract's rules over all grants to the organization that list the entry or its provider.
        """

        def make(reading: Reading) -> dict[str, Any]:
            answer = reading.view.check_grant(
                query.organization,
                bytes.fromhex(query.entry[2:]),
                Operation[query.operation],
                query.at or reading.clock,
                reading.at,
                query.grant,
            )
            names = reading.view.organization_names(sorted(organizations_in(answer)), reading.at)
            return {"clock": time_text(answer.question.time), "check": document(answer, names, wire.proof_of)}

        # The answer about a stated time does not change with the clock.
        return await reader.answer(request, query.moment, make, slow=True, clock="now" if query.at is None else None)

    @router.get("/v1/grants/{grant}", operation_id="getGrant", responses=answers(schemas.GrantAnswer, 404))
    async def get_grant(request: Request, grant: GrantPath, query: Annotated[GrantQuery, Query()]) -> Response:
        """A grant with a version of it, that version's approvals, and the grants above."""

        def make(reading: Reading) -> dict[str, Any]:
            view = reading.view
            row = find_grant(reading, grant)
            version = find_version(reading, row, query.version)
            approvals = view.grant_approvals(grant, version.version, reading.at)
            ancestors = view.grant_ancestors(row, reading.at)
            names = wire.names_of(reading, [row, *ancestors], *codes_of(approvals, "organization", "provider"))
            return {
                "grant": wire.grant(row, reading.clock, names),
                "effective": all(wire.is_in_force(one, reading.clock) for one in (row, *ancestors)),
                "ancestors": [wire.grant(one, reading.clock, names) for one in ancestors],
                "version": wire.version_detail(version, view.grant_content(version)),
                "approvals": [wire.approval(one, names) for one in approvals],
            }

        return await reader.answer(request, query.moment, make, clock=query.asked)

    @router.get(
        "/v1/grants/{grant}/versions", operation_id="listGrantVersions", responses=answers(schemas.GrantVersions, 404)
    )
    async def list_versions(request: Request, grant: GrantPath, query: At) -> Response:
        """All versions as they stand, ascending."""

        def make(reading: Reading) -> dict[str, Any]:
            find_grant(reading, grant)
            return {"items": [wire.version(row) for row in reading.view.grant_versions(grant, reading.at)]}

        return await reader.answer(request, query.moment, make)

    @router.get(
        "/v1/grants/{grant}/scope", operation_id="listGrantScope", responses=answers(schemas.GrantScopePage, 404)
    )
    async def list_scope(request: Request, grant: GrantPath, query: Annotated[ScopeQuery, Query()]) -> Response:
        """What the scope that counts for a version lists, in the order of listing."""

        def make(reading: Reading) -> dict[str, Any]:
            view = reading.view
            version = find_version(reading, find_grant(reading, grant), query.version)
            listing = find_version(reading, find_grant(reading, grant), version.scope_of)
            rows = view.grant_scope(grant, listing.version, reading.at, query.after, query.limit + 1)
            page = rows[: query.limit]
            names = view.organization_names(codes_of(page, "provider"), reading.at)
            titles = view.entry_titles([row.entry_id for row in page if row.entry_id is not None], reading.at)
            more = len(rows) > query.limit
            return {
                "version": listing.version,
                "scope_count": listing.scope_count,
                "scope_digest": wire.version(listing)["scope_digest"],
                "items": [wire.scope_item(row, titles, names) for row in page],
                "next": next_page(request, reading, page[-1].position) if more else None,
            }

        return await reader.answer(request, query.moment, make)

    @router.get(
        "/v1/grants/{grant}/approvals",
        operation_id="listGrantApprovals",
        responses=answers(schemas.GrantApprovals, 404),
    )
    async def list_approvals(request: Request, grant: GrantPath, query: Annotated[ApprovalsQuery, Query()]) -> Response:
        """Who approved what and when, oldest first, each with the proof of its act."""

        def make(reading: Reading) -> dict[str, Any]:
            find_version(reading, find_grant(reading, grant), query.version)
            rows = reading.view.grant_approvals(grant, query.version, reading.at)
            names = reading.view.organization_names(codes_of(rows, "organization", "provider"), reading.at)
            return {"items": [wire.approval(row, names) for row in rows]}

        return await reader.answer(request, query.moment, make)

    @router.get(
        "/v1/grants/{grant}/history", operation_id="listGrantHistory", responses=answers(schemas.GrantHistory, 404)
    )
    async def list_history(request: Request, grant: GrantPath, query: Annotated[StepsQuery, Query()]) -> Response:
        """What each act did, oldest first, and what held from when on."""

        def make(reading: Reading) -> dict[str, Any]:
            find_grant(reading, grant)
            rows = reading.view.grant_steps(grant, reading.at, query.after, query.limit + 1)
            page = rows[: query.limit]
            names = reading.view.organization_names(codes_of(page, "organization"), reading.at)
            more = len(rows) > query.limit
            return {
                "items": [wire.step(row, names) for row in page],
                "records": [wire.record(row) for row in reading.view.grant_records(grant, reading.at)],
                "next": next_page(request, reading, page[-1].act_index) if more else None,
            }

        return await reader.answer(request, query.moment, make)

    @router.get("/v1/grants/{grant}/tree", operation_id="getGrantTree", responses=answers(schemas.GrantTree, 404))
    async def get_tree(request: Request, grant: GrantPath, query: Annotated[ClockQuery, Query()]) -> Response:
        """The grants above a grant, and those that were delegated from it."""

        def make(reading: Reading) -> dict[str, Any]:
            row = find_grant(reading, grant)
            ancestors = reading.view.grant_ancestors(row, reading.at)
            descendants = reading.view.grant_descendants(grant, reading.at, DESCENDANTS)
            rows = [*reversed(ancestors), row, *descendants]
            names = wire.names_of(reading, rows)
            effective: dict[int | None, bool] = {None: True}
            told = {}
            for one in rows:
                # A grant stands after its parent.
                effective[one.grant] = effective[one.parent] and wire.is_in_force(one, reading.clock)
                told[one.grant] = wire.grant(one, reading.clock, names) | {"effective": effective[one.grant]}
            return {
                "grant": told[grant],
                "ancestors": [told[one.grant] for one in ancestors],
                "descendants": [told[one.grant] for one in descendants],
                "cut": len(descendants) == DESCENDANTS,
            }

        return await reader.answer(request, query.moment, make, slow=True, clock=query.asked)

    @router.get("/v1/grants/{grant}/proof", operation_id="proveGrant", responses=answers(Bundle, 404, tagged=False))
    async def prove_grant(grant: GrantPath, query: Annotated[GrantProofQuery, Query()]) -> Response:
        """A bundle that proves whether a grant covers it, or covered it at a time; made at the node's head.

        It is made whatever the answer is: `mulu verify` says which, and why.
        """
        reader.read(None, lambda reading: find_grant(reading, grant))
        if query.at is not None and not datetime.fromtimestamp(0, UTC) <= query.at <= datetime.now(UTC):
            raise OutOfRange(f"at {time_text(query.at)} lies in the future, or before 1970")
        entry, operation = bytes.fromhex(query.entry[2:]), Operation[query.operation]
        name = f"grant-{grant}-{query.entry[2:14]}.json"
        return await prover.grant(grant, query.organization, entry, operation, query.at, name)

    @router.get("/v1/entries/{id}/grants", operation_id="listEntryGrants", responses=answers(schemas.GrantPage, 404))
    async def list_entry_grants(
        request: Request, id: EntryIdPath, query: Annotated[EntryGrantsQuery, Query()]
    ) -> Response:
        """Grants that list an entry in any version, by itself or by its provider; the newest first."""

        def make(reading: Reading) -> dict[str, Any]:
            find_entry(reading, id, None)
            wanted = GrantFilter(entry=bytes.fromhex(id[2:]))
            return page_of(request, reading, wanted, query.after, query.limit, newest_first=True)

        return await reader.answer(request, query.moment, make, slow=True, clock=query.asked)

    return router


def page_of(
    request: Request, reading: Reading, wanted: GrantFilter, after: int | None, limit: int, *, newest_first: bool
) -> dict[str, Any]:
    """A page of grants."""
    rows = reading.view.grants(wanted, reading.clock, reading.at, after, limit + 1, newest_first=newest_first)
    page = rows[:limit]
    names = wire.names_of(reading, page)
    more = len(rows) > limit
    return {
        "items": [wire.grant(row, reading.clock, names) for row in page],
        "next": next_page(request, reading, page[-1].grant, clocked=True) if more else None,
    }


def grant_filter(query: GrantsQuery) -> GrantFilter:
    """What the store is asked."""
    return GrantFilter(
        q=query.q,
        grantor=query.grantor,
        grantee=query.grantee,
        implementer=query.implementer,
        kind=query.kind,
        mode=query.mode,
        status=query.status,
        parent=query.parent,
        entry=bytes.fromhex(query.entry[2:]) if query.entry else None,
        expires_before=query.expires_before,
    )


def find_grant(reading: Reading, number: int) -> GrantRow:
    """A grant as it stands. Raises NotFound."""
    row = reading.view.grant(number, reading.at)
    if row is None:
        raise NotFound(f"there is no grant {number} at block {reading.moment.point.number}")
    return row


def find_version(reading: Reading, row: GrantRow, version: int | None) -> GrantVersionRow:
    """A version as it stands: the one in force, or the last drawn up, when no version is given. Raises NotFound."""
    wanted = version or row.current or row.versions
    found = reading.view.grant_version(row.grant, wanted, reading.at)
    if found is None:
        raise NotFound(f"there is no version {wanted} of grant {row.grant} at block {reading.moment.point.number}")
    return found
