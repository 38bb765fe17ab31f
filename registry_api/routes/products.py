"""Products: search, and one with its states and prices."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ledger.errors import NotFound
from ledger.grant.derivation import codes_of
from ledger.model.grant import Purpose
from ledger.store.product_queries import ProductFilter
from registry_api import product_schemas as schemas
from registry_api import product_wire as wire
from registry_api.grant_parameters import ProductPath, ProductsQuery
from registry_api.reading import Reader, Reading, next_page
from registry_api.registration_parameters import ClockQuery
from registry_api.routes.responses import answers
from registry_api.wire import contents


def make_router(reader: Reader) -> APIRouter:
    """The routes of products."""
    router = APIRouter(tags=["products"])

    @router.get("/v1/products", operation_id="listProducts", responses=answers(schemas.ProductPage))
    async def list_products(request: Request, query: Annotated[ProductsQuery, Query()]) -> Response:
        """Products by number."""
        wanted = product_filter(query)

        def make(reading: Reading) -> dict[str, Any]:
            view, at = reading.view, reading.at
            rows = view.products(wanted, at, query.after, query.limit + 1)
            page = rows[: query.limit]
            prices = view.current_prices([row.product for row in page], at)
            names = view.organization_names(codes_of(page, "operator"), at)
            offered = {row.product: view.is_offered(row, reading.clock, at) for row in page}
            more = len(rows) > query.limit
            return {
                "items": [wire.product(row, prices.get(row.product), offered[row.product], names) for row in page],
                "next": next_page(request, reading, page[-1].product, clocked=True) if more else None,
            }

        return await reader.answer(request, query.moment, make, slow=True, clock=query.asked)

    @router.get("/v1/products/{product}", operation_id="getProduct", responses=answers(schemas.ProductAnswer, 404))
    async def get_product(request: Request, product: ProductPath, query: Annotated[ClockQuery, Query()]) -> Response:
        """A product with what is said of it, its states and its prices."""

        def make(reading: Reading) -> dict[str, Any]:
            view, at = reading.view, reading.at
            row = view.product(product, at)
            if row is None:
                raise NotFound(f"there is no product {product} at block {reading.moment.point.number}")
            history, prices = view.product_history(product, at), view.product_prices(product, at)
            names = view.organization_names(codes_of([row, *history], "operator", "organization"), at)
            offered = view.is_offered(row, reading.clock, at)
            told = wire.product(row, prices[-1] if prices else None, offered, names)
            return {
                "product": told | contents(row.malformed, row.content),
                "history": [wire.state(state, names) for state in history],
                "prices": [wire.price(price) for price in prices],
            }

        return await reader.answer(request, query.moment, make, clock=query.asked)

    return router


def product_filter(query: ProductsQuery) -> ProductFilter:
    """What the store is asked."""
    return ProductFilter(
        q=query.q,
        operator=query.operator,
        grant=query.grant,
        source=query.source,
        form=query.form,
        status=query.status,
        purpose=Purpose[query.purpose] if query.purpose else None,
        entry=bytes.fromhex(query.entry[2:]) if query.entry else None,
    )
