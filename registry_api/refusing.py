"""Hands errors out: as a problem document, or as a page where a browser asked for a page."""

import logging
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ledger.errors import LedgerError
from ledger.model.message import Message
from ledger.service_log import tell
from registry_api import errors
from registry_api.errors import ProblemType
from registry_api.observing import REQUEST_ID

_log = logging.getLogger("mulu.api")
_MEANINGS = {404: errors.NO_ROUTE, 405: errors.METHOD}

ErrorPage = Callable[[Request, dict[str, Any]], Response]
"""Makes a page of a problem document."""


def install(application: FastAPI, page: ErrorPage) -> None:
    """Makes an application answer every error from the one table of `errors.py`."""

    def refuse(
        request: Request, kind: ProblemType, detail: str | None, listed: list[dict[str, Any]] | None = None
    ) -> Response:
        document = errors.problem(kind, request.url.path, detail, listed, request.scope.get(REQUEST_ID))
        response = page(request, document) if _wants_page(request) else _document(document)
        response.headers["cache-control"] = "no-store"
        if kind.status == 405:
            response.headers["allow"] = "GET, HEAD"
        if kind.status == 503:
            response.headers["retry-after"] = str(errors.RETRY_SECONDS)
        return response

    async def on_known(request: Request, error: Exception) -> Response:
        kind = errors.problem_type(error)
        if kind.status >= 500:
            _tell(request, kind, error)
        return refuse(request, kind, errors.detail_of(error))

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        listed = errors.parameter_errors(list(error.errors()), _known_parameters(request))
        detail = "; ".join(f"{one['parameter']}: {one['message']}" for one in listed)
        return refuse(request, errors.INVALID, detail, listed)

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = _MEANINGS.get(error.status_code)
        if kind is None:
            title = Message(str(error.detail), errors.OTHER.title.zh)
            kind = ProblemType(errors.OTHER.name, error.status_code, title, errors.OTHER.advice)
        return refuse(request, kind, None)

    application.add_exception_handler(LedgerError, on_known)
    application.add_exception_handler(RequestValidationError, on_invalid)
    application.add_exception_handler(HTTPException, on_http)
    application.add_exception_handler(Exception, on_known)


def _tell(request: Request, kind: ProblemType, error: Exception) -> None:
    """Logs what went wrong, by the route: what was asked for in its path and query is nobody's business."""
    route = getattr(request.scope.get("route"), "path", None)
    unforeseen = error if kind.status == 500 else None
    facts = {"route": route, "status": kind.status, "request_id": request.scope.get(REQUEST_ID)}
    said = f"{request.method} {route}: {error}" if isinstance(error, LedgerError) else f"{request.method} {route}"
    tell(_log, logging.ERROR, kind.name, said, exc_info=unforeseen, **facts)


def _document(document: dict[str, Any]) -> Response:
    return Response(errors.encode(document), document["status"], media_type=errors.MEDIA_TYPE)


def _wants_page(request: Request) -> bool:
    path = request.url.path
    for_programs = path.startswith(("/v1", "/healthz", "/readyz", "/metrics"))
    return not for_programs and "text/html" in request.headers.get("accept", "")


def _known_parameters(request: Request) -> list[str]:
    dependant = getattr(request.scope.get("route"), "dependant", None)
    known: list[str] = []
    for parameter in dependant.query_params if dependant is not None else ():
        fields = getattr(parameter.field_info.annotation, "model_fields", None)
        known += [parameter.alias] if fields is None else [field.alias or name for name, field in fields.items()]
    return known
