"""Pages of problems: what a problem type means, and an error as a person's browser shows it."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from registry_api.errors import PROBLEM_TYPES, ProblemType
from registry_api.portal.frame import Reader, page, reader_of
from registry_api.portal.markup import element, prose


def problem_page(request: Request, document: dict[str, Any]) -> Response:
    """A problem document as a page."""
    who = reader_of(request)
    kind = PROBLEM_TYPES[document["type"].rsplit("/", 1)[-1]]
    title = who(document["title_zh"], document["title"])
    listed = document.get("errors")
    return page(
        who,
        title,
        element("p", str(document["status"]), class_="status"),
        element("h1", title),
        element("p", who("请检查：", "Please check:") if listed else prose(who.of(kind.advice)), class_="lead"),
        element("ul", *(element("li", element("code", one["parameter"]), ": ", one["message"]) for one in listed))
        if listed
        else element("p", document["detail"], class_="meta")
        if document["detail"] != kind.advice.en
        else None,
        element("p", element("a", who("回到目录", "Back to the catalog"), class_="button", href=who.href("/"))),
        status=document["status"],
    )


def type_page(who: Reader, kind: ProblemType) -> Response:
    """What a problem type means."""
    return page(
        who,
        who.of(kind.title),
        element("p", f"{kind.status} · ", element("code", f"/problems/{kind.name}"), class_="meta"),
        element("h1", who.of(kind.title)),
        element("p", prose(who.of(kind.advice)), class_="lead"),
    )
