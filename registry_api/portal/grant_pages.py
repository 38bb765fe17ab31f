"""Addresses of the portal that have to do with grants."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict
from starlette.responses import Response

from ledger.grant.derivation import codes_of
from ledger.store.product_queries import DisclosureFilter, ProductFilter
from registry_api import grant_wire as wire
from registry_api.grant_parameters import GrantPath, GrantQuery, GrantsQuery
from registry_api.portal import frame, grant_listing
from registry_api.portal.forgiving import Forgiving
from registry_api.portal.grant_listing import title_of
from registry_api.portal.grant_page import grant_content
from registry_api.portal.grant_parts import SCOPE_SHOWN, Shown
from registry_api.portal.markup import element
from registry_api.reading import Reader, Reading
from registry_api.routes.grants import find_grant, find_version, grant_filter

PAGE: Final = 20
_SHOWN: Final = 100
"""Descendants, products and disclosures that a page shows at most."""


class ListQuery(Forgiving, GrantsQuery):
    """What the list is asked."""

    model_config = ConfigDict(extra="ignore")


class OneQuery(Forgiving, GrantQuery):
    """What the page of a grant is asked."""

    model_config = ConfigDict(extra="ignore")


def make_router(reader: Reader) -> APIRouter:
    """The pages."""
    router = APIRouter(default_response_class=Response)

    @router.get("/grants")
    async def list_page(request: Request, query: Annotated[ListQuery, Query()]) -> Response:
        who = frame.reader_of(request)
        shown = query.model_copy(update={"limit": PAGE})
        wanted = grant_filter(shown)

        def make(reading: Reading) -> Response:
            view, at, clock = reading.view, reading.at, reading.clock
            rows = view.grants(wanted, clock, at, query.after, PAGE + 1)
            count = view.count_grants(wanted, clock, at, grant_listing.COUNTED)
            names = wire.names_of(reading, rows)
            results = grant_listing.results(who, shown, rows, names, count, clock, reading.moment)
            return frame.page(
                who,
                query.q or who("授权", "Grants"),
                element("div", grant_listing.search_form(who, shown), class_="hero"),
                element(
                    "div",
                    grant_listing.filters(who, shown),
                    element("div", results, class_="results"),
                    class_="listing",
                ),
                moment=reading.moment,
            )

        return await reader.in_thread(lambda: reader.read(query.moment, make, query.asked))

    @router.get("/grants/{grant}")
    async def grant_page(request: Request, grant: GrantPath, query: Annotated[OneQuery, Query()]) -> Response:
        who = frame.reader_of(request)

        def make(reading: Reading) -> Response:
            of = shown_of(reading, grant, query.version)
            return frame.page(who, title_of(who, of.grant), grant_content(who, of), moment=reading.moment)

        return await reader.in_thread(lambda: reader.read(query.moment, make, query.asked))

    return router


def shown_of(reading: Reading, number: int, version: int | None) -> Shown:
    """What the page of a grant tells of. Raises NotFound."""
    view, at = reading.view, reading.at
    row = find_grant(reading, number)
    drawn = find_version(reading, row, version)
    listing = find_version(reading, row, drawn.scope_of)
    scope = view.grant_scope(number, listing.version, at, limit=SCOPE_SHOWN)
    approvals, steps = view.grant_approvals(number, None, at), view.grant_steps(number, at)
    ancestors, descendants = view.grant_ancestors(row, at), view.grant_descendants(number, at, _SHOWN)
    products = view.products(ProductFilter(grant=number), at, limit=_SHOWN)
    prices = view.current_prices([one.product for one in products], at)
    disclosures = view.disclosures(DisclosureFilter(grant=number, current=True), at, limit=_SHOWN)
    effective: dict[int | None, bool] = {None: True}
    for one in [*reversed(ancestors), row, *descendants]:
        # A grant stands after its parent.
        effective[one.grant] = effective[one.parent] and wire.is_in_force(one, reading.clock)
    codes = [
        *codes_of(approvals, "organization", "provider"),
        *codes_of(steps, "organization"),
        *codes_of(scope, "provider"),
        *codes_of(disclosures, "organization"),
    ]
    final_block = reading.position.final_block
    return Shown(
        grant=row,
        version=drawn._replace(scope_digest=listing.scope_digest),
        content=view.grant_content(drawn).content,
        versions=view.grant_versions(number, at),
        scope=scope,
        scope_count=listing.scope_count,
        titles=view.entry_titles([one.entry_id for one in scope if one.entry_id is not None], at),
        approvals=approvals,
        steps=steps,
        ancestors=ancestors,
        descendants=descendants,
        products=[(one, prices.get(one.product)) for one in products],
        disclosures=disclosures,
        effective={number: is_so for number, is_so in effective.items() if number is not None},
        names=wire.names_of(reading, [row, *ancestors, *descendants], *codes),
        clock=reading.clock,
        final=final_block is not None and row.from_block <= final_block,
    )
