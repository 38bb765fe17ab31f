"""Addresses of the portal. Unknown parameters are left aside here, as links from elsewhere may carry some."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict
from starlette.responses import Response

from ledger.errors import NotFound
from ledger.store.entry_queries import Facets
from ledger.store.grant_queries import GrantFilter
from registry_api.errors import PROBLEM_TYPES
from registry_api.grant_wire import names_of
from registry_api.parameters import EntriesQuery, EntryIdPath, EntryQuery
from registry_api.portal import assets, frame, grant_listing, grant_pages, listing, registration_pages
from registry_api.portal.entry_page import entry_content
from registry_api.portal.forgiving import Forgiving
from registry_api.portal.journal_page import journal_content
from registry_api.portal.markup import element
from registry_api.portal.problems import type_page
from registry_api.portal.verify_page import verify_content
from registry_api.reading import Reader, Reading
from registry_api.routes.entries import find_entry, newest_versions, withheld

PAGE: Final = 20
_VERSIONS: Final = 50
_ACTS: Final = 30
_GRANTS: Final = 10


class ListQuery(Forgiving, EntriesQuery):
    """What the list is asked."""

    model_config = ConfigDict(extra="ignore")


class OneQuery(Forgiving, EntryQuery):
    """What the page of an entry is asked."""

    model_config = ConfigDict(extra="ignore")


class _Choices:
    """The filters' choices at the mirror's head: asked once per state of the mirror, as they read all of it.

    Threads may ask at once; the last answer is kept.
    """

    def __init__(self) -> None:
        self._kept: tuple[bytes, Facets] | None = None

    def of(self, reading: Reading) -> Facets:
        """The choices at a snapshot's head."""
        root, kept = reading.position.journal_root, self._kept
        if kept is None or kept[0] != root:
            kept = self._kept = (root, reading.view.facets(None))
        return kept[1]


def make_router(reader: Reader) -> APIRouter:
    """The pages."""
    router = APIRouter(default_response_class=Response)
    router.include_router(registration_pages.make_router(reader))
    router.include_router(grant_pages.make_router(reader))
    choices = _Choices()

    @router.get("/")
    async def list_page(request: Request, query: Annotated[ListQuery, Query()]) -> Response:
        who = frame.reader_of(request)

        def make(reading: Reading) -> Response:
            shown = query.model_copy(update={"limit": PAGE})
            wanted = listing.entry_filter(shown)
            view, at = reading.view, reading.at
            rows = view.entries(wanted, at, query.after, PAGE + 1, newest_first=True)
            facets = choices.of(reading)
            count = view.count_entries(wanted, at, listing.COUNTED)
            codes = {code for code, _ in facets.providers} | {row.provider for row in rows}
            names = view.organization_names(sorted(codes | ({query.provider} if query.provider else set())), at)
            return frame.page(
                who,
                query.q or who("公共数据目录", "Public data catalog"),
                element("div", listing.search_form(who, shown), class_="hero"),
                element(
                    "div",
                    listing.filters(who, shown, facets, names),
                    element("div", listing.results(who, shown, rows, names, count, reading.moment), class_="results"),
                    class_="listing",
                ),
                moment=reading.moment,
            )

        return await reader.in_thread(lambda: reader.read(query.moment, make))

    @router.get("/entries/{id}")
    async def entry_page(request: Request, id: EntryIdPath, query: Annotated[OneQuery, Query()]) -> Response:
        who = frame.reader_of(request)

        def make(reading: Reading) -> Response:
            row = find_entry(reading, id, query.version)
            history = newest_versions(reading, row.entry_id, None, _VERSIONS)
            names = reading.view.organization_names(sorted({row.provider, row.submitter}), reading.at)
            final_block = reading.position.final_block
            final = final_block is not None and row.from_block <= final_block
            holds = reading.view.entry_holds(row.entry_id, reading.at)
            marks = reading.view.entry_marks(row.entry_id, reading.at)
            granted = reading.view.grants(GrantFilter(entry=row.entry_id), None, reading.at, limit=_GRANTS)
            panel = grant_listing.panel(who, granted, names_of(reading, granted), reading.clock)
            content = entry_content(
                who, row, history, names, reading.moment, final, holds, marks, panel, withheld(reading, row)
            )
            return frame.page(who, listing.title_of(who, row), content, moment=reading.moment)

        return await reader.in_thread(lambda: reader.read(query.moment, make))

    @router.get("/journal")
    async def journal_page(request: Request) -> Response:
        who = frame.reader_of(request)

        def make(reading: Reading) -> Response:
            acts = reading.view.acts(None, _ACTS, None)
            codes = {act.organization for act in acts if act.organization}
            names = reading.view.organization_names(sorted(codes), None)
            content = journal_content(who, reading.position, reading.moment, acts, names)
            return frame.page(who, who("账本", "Journal"), content, moment=reading.moment)

        return await reader.in_thread(lambda: reader.read(None, make))

    @router.get("/verify")
    async def verify_page(request: Request) -> Response:
        who = frame.reader_of(request)
        return frame.page(who, who("如何核验", "How to verify"), verify_content(who))

    @router.get("/problems/{name}")
    async def problem_type_page(request: Request, name: str) -> Response:
        if name not in PROBLEM_TYPES:
            raise NotFound("there is no such problem type")
        return type_page(frame.reader_of(request), PROBLEM_TYPES[name])

    @router.get("/assets/{digest}/{name}")
    async def asset(digest: str, name: str) -> Response:
        if name not in assets.TYPES or digest != assets.digest(name):
            raise NotFound("there is no such file")
        headers = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(assets.read(name), media_type=assets.TYPES[name], headers=headers)

    @router.get("/robots.txt")
    async def robots() -> Response:
        return Response("User-agent: *\nDisallow: /v1/\n", media_type="text/plain")

    return router
