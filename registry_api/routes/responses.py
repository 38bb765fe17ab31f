"""What the routes say of their responses, for the OpenAPI document."""

from typing import Any

from pydantic import BaseModel

from registry_api.errors import MEDIA_TYPE
from registry_api.schemas import Problem

_PROBLEMS = {
    404: "There is no such thing",
    413: "Reading takes no body",
    414: "Path and query are too long",
    409: "What was asked for is there, and a rule refuses it: a retirement publishes nothing that could be proven",
    410: "The operator of this mirror withholds what the act says; the chain has it",
    405: "Only GET and HEAD are answered",
    422: "A parameter is wrong or unknown; all of them are listed",
    500: "An unforeseen error, or records that contradict each other",
    503: "The mirror or the node cannot be reached, or too much is asked at once; ask again after Retry-After",
}
_ETAG = {
    "ETag": {"description": "Names the state of the mirror and the request", "schema": {"type": "string"}},
}


def file_answers(
    media_type: str, description: str, *problems: int, tagged: bool = True
) -> dict[int | str, dict[str, Any]]:
    """The responses of a route that gives bytes as they are."""
    found = answers(Problem, *problems, tagged=tagged)
    found[200] = {"description": description, "content": {media_type: {}}} | ({"headers": _ETAG} if tagged else {})
    return found


def answers(model: type[BaseModel], *problems: int, tagged: bool = True) -> dict[int | str, dict[str, Any]]:
    """The responses of a route: its answer, 304 where it has an ETag, and its problems; those of every route too."""
    found: dict[int | str, dict[str, Any]] = {
        200: {"model": model, "description": (model.__doc__ or "").strip()} | ({"headers": _ETAG} if tagged else {})
    }
    if tagged:
        found[304] = {"description": "What If-None-Match names is still the answer", "headers": _ETAG}
    for status in sorted({405, 413, 414, 422, 500, 503, *problems}):
        found[status] = {
            "description": _PROBLEMS[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}},
        }
    return found
