"""The OpenAPI document: FastAPI's, with the problem document in the place of its own validation errors."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from registry_api.schemas import ParameterProblem, Problem

DESCRIPTION: Final = """\
Read-only. Every answer says in `as_of` which block it speaks of and whether that block is final. Bytes are lower-case
hex with `0x`, times RFC 3339 in UTC, enumerations the numbers of the contracts (0: not stated). Lists come in pages:
follow `next` until it is null. Every error is a problem document (RFC 9457), and parameters that are not known are
refused. HEAD is answered wherever GET is. Answers carry a strong ETag for If-None-Match.

Answers that depend on the time as well (expiry, deadlines, notices) name it in `clock`. It is the time of `as_of`, or
now; `clock` asks for another one, with the same records.

Nothing here has to be believed: `/v1/entries/{id}/proof`, `/v1/registrations/{number}/proof`,
`/v1/grants/{grant}/proof` and `/v1/acts/{index}/proof` give bundles for `mulu verify`."""


def install(application: FastAPI) -> None:
    """Makes an application give this document."""

    def document() -> dict[str, Any]:
        if application.openapi_schema is None:
            application.openapi_schema = _document(application)
        return application.openapi_schema

    application.openapi = document  # type: ignore[method-assign]


def _document(application: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=application.title,
        version=application.version,
        summary=application.summary,
        description=application.description,
        routes=application.routes,
    )
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for model in (ParameterProblem, Problem):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document
