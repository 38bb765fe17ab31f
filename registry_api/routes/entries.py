"""Catalog entries: search, one entry, its history, its proof."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ledger.errors import NotFound
from ledger.indexer.rows import RETIRED, EntryRow
from ledger.model.suppression import SUPPRESSED, Suppression
from ledger.store.entry_queries import Filter
from registry_api import schemas, wire
from registry_api.bundle_schemas import Bundle
from registry_api.parameters import EntriesQuery, EntryIdPath, EntryQuery, HistoryQuery, NoQuery, ProofQuery
from registry_api.proving import Prover
from registry_api.reading import Reader, Reading, next_page, require_said
from registry_api.routes.responses import answers

HISTORY = 20
"""Versions that come along with an entry."""


def make_router(reader: Reader, prover: Prover) -> APIRouter:
    """The routes of entries."""
    router = APIRouter(tags=["entries"])

    @router.get("/v1/entries", operation_id="listEntries", responses=answers(schemas.EntryPage))
    async def list_entries(request: Request, query: Annotated[EntriesQuery, Query()]) -> Response:
        """Entries in force, those with the newest act first."""
        wanted = entry_filter(query)

        def make(reading: Reading) -> dict[str, Any]:
            rows = reading.view.entries(wanted, reading.at, query.after, query.limit + 1, newest_first=True)
            page = rows[: query.limit]
            names = provider_names(reading, page)
            more = len(rows) > query.limit
            return {
                "items": [wire.entry_version(row, names, withheld(reading, row)) for row in page],
                "next": next_page(request, reading, page[-1].act_index) if more else None,
            }

        return await reader.answer(request, query.moment, make, slow=wanted != Filter())

    @router.get("/v1/entries/{id}", operation_id="getEntry", responses=answers(schemas.EntryAnswer, 404))
    async def get_entry(request: Request, id: EntryIdPath, query: Annotated[EntryQuery, Query()]) -> Response:
        """An entry with its content, and its newest versions."""

        def make(reading: Reading) -> dict[str, Any]:
            row = find_entry(reading, id, query.version)
            history = newest_versions(reading, row.entry_id, None, HISTORY)
            names = provider_names(reading, [row])
            return {
                "entry": wire.entry(row, names, withheld(reading, row)),
                "history": [wire.entry_version(version, names, withheld(reading, version)) for version in history],
                "held_by": holds_of(reading, row.entry_id),
                "marked_by": [
                    f"/v1/objections/{mark.objection}" for mark in reading.view.entry_marks(row.entry_id, reading.at)
                ],
            }

        return await reader.answer(request, query.moment, make)

    @router.get(
        "/v1/entries/{id}/history",
        operation_id="listEntryVersions",
        responses=answers(schemas.EntryHistoryPage, 404),
    )
    async def list_versions(request: Request, id: EntryIdPath, query: Annotated[HistoryQuery, Query()]) -> Response:
        """Versions of an entry with their content, newest first."""

        def make(reading: Reading) -> dict[str, Any]:
            page = newest_versions(reading, find_entry(reading, id, None).entry_id, query.after, query.limit)
            names = provider_names(reading, page)
            more = bool(page) and page[-1].version > 1
            return {
                "items": [wire.entry(row, names, withheld(reading, row)) for row in page],
                "next": next_page(request, reading, page[-1].version) if more else None,
            }

        return await reader.answer(request, query.moment, make)

    @router.get(
        "/v1/entries/{id}/proof",
        operation_id="proveEntry",
        responses=answers(Bundle, 404, 409, 410, tagged=False),
    )
    async def prove_entry(id: EntryIdPath, query: Annotated[ProofQuery, Query()]) -> Response:
        """A bundle that proves an entry's version, made and checked at the node's head.

        Without `version` it is the last one that published content. A retirement is proven by its act.
        """

        def make(reading: Reading) -> None:
            row = find_entry(reading, id, query.version)
            found = withheld(reading, row)
            if found is not None and not (row.status == RETIRED and query.version is not None):
                require_said(reading, found.index)

        reader.read(None, make)
        version = "" if query.version is None else f"-v{query.version}"
        return await prover.entry(bytes.fromhex(id[2:]), query.version, f"entry-{id[2:14]}{version}.json")

    @router.get(
        "/v1/entries/{id}/absence",
        operation_id="proveNoEntry",
        responses=answers(Bundle, 404, tagged=False),
    )
    async def prove_absence(id: EntryIdPath, _: NoQuery) -> Response:
        """A bundle that proves that the ledger has no such entry, made and checked at the node's head.

        Where there is one, there is no such proof.
        """
        entry = bytes.fromhex(id[2:])
        if reader.read(None, lambda reading: reading.view.entry(entry)) is not None:
            raise NotFound(f"the ledger has entry {id}: its absence cannot be proven")
        return await prover.absence(entry, f"no-entry-{id[2:14]}.json")

    return router


def entry_filter(query: EntriesQuery) -> Filter:
    """What the store is asked."""
    return Filter(**{name: getattr(query, name) for name in Filter.__dataclass_fields__})


def find_entry(reading: Reading, id: str, version: int | None) -> EntryRow:
    """The version in force, or the one with this number. Raises NotFound."""
    key = bytes.fromhex(id[2:])
    row = reading.view.entry(key, reading.at) if version is None else reading.view.entry_version(key, version)
    if row is None:
        which = f"version {version} of entry {id}" if version is not None else f"entry {id}"
        raise NotFound(f"there is no {which} at block {reading.moment.point.number}")
    return row


def withheld(reading: Reading, row: EntryRow) -> Suppression | None:
    """The suppression of the act that published a version's content; None unless it is withheld."""
    if row.malformed != SUPPRESSED:
        return None
    # A retirement keeps the content of the version before it.
    published = reading.view.entry_version(row.entry_id, row.version - 1) if row.status == RETIRED else row
    return None if published is None else reading.suppressions.get(published.act_index)


def holds_of(reading: Reading, id: bytes) -> list[dict[str, Any]]:
    """What holds an entry: registrations, grants, then the product that it describes."""
    view, at = reading.view, reading.at
    product = view.entry_product(id, at)
    return [
        *(wire.entry_hold(hold) for hold in view.entry_holds(id, at)),
        *(wire.grant_hold(hold) for hold in view.entry_grant_holds(id, at)),
        *([wire.product_hold(product)] if product else ()),
    ]


def newest_versions(reading: Reading, id: bytes, below: int | None, limit: int) -> list[EntryRow]:
    """The newest versions at the moment, below `below` if given, newest first."""
    return reading.view.entry_history(id, reading.at, below, limit, newest_first=True)


def provider_names(reading: Reading, rows: list[EntryRow]) -> dict[str, str]:
    """Names of the providers of some entries, by code."""
    return reading.view.organization_names(sorted({row.provider for row in rows}), reading.at)
