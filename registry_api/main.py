"""The read-only HTTP interface of the ledger: `/v1` for programs, `/` for people.

It reads the mirror, asks the node only for proofs and for readiness, and holds no account that signs. Nobody has to
believe it: what it says of an entry can be checked with a bundle and `mulu verify`.
"""

from fastapi import Depends, FastAPI
from starlette.types import ASGIApp

from registry_api import documentation, refusing
from registry_api.continuity import Continuity
from registry_api.hardening import harden
from registry_api.metrics import Metrics
from registry_api.observing import Observed
from registry_api.parameters import single_values
from registry_api.portal import pages
from registry_api.portal.problems import problem_page
from registry_api.ports import Application
from registry_api.proving import Prover
from registry_api.reading import Reader
from registry_api.routes import (
    acts,
    certificates,
    disclosures,
    entries,
    grants,
    health,
    journal,
    notices,
    objections,
    organizations,
    products,
    registrations,
)


def create_app(app: Application) -> ASGIApp:
    """The server's application. Opens nothing until it is asked."""
    metrics = Metrics(app.mirror)
    return Observed(harden(make_routes(app, metrics)), metrics.requests)


def make_routes(app: Application, metrics: Metrics) -> FastAPI:
    """The application without what stands around it; the OpenAPI document is made of it."""
    application = FastAPI(
        title="mulu",
        version="1",
        summary="A public-data catalog on a permissioned ledger",
        description=documentation.DESCRIPTION,
        # Their pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        redirect_slashes=False,
    )
    reader, prover = Reader(app.mirror, Continuity(app)), Prover(app)
    routers = (
        organizations.make_router(reader),
        entries.make_router(reader, prover),
        registrations.make_router(reader, prover),
        certificates.make_router(reader, prover),
        notices.make_router(reader),
        objections.make_router(reader, prover),
        grants.make_router(reader, prover),
        products.make_router(reader),
        disclosures.make_router(reader),
        acts.make_router(reader, prover),
        journal.make_router(reader),
        health.make_router(reader, app, metrics),
    )
    for router in routers:
        application.include_router(router, dependencies=[Depends(single_values)])
    application.include_router(pages.make_router(reader), include_in_schema=False)
    refusing.install(application, problem_page)
    documentation.install(application)
    return application
