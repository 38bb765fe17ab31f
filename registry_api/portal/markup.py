"""HTML from nested calls. Whatever is not `Html` is text and is escaped: titles and contents come from the chain,
where anyone with a role can write what he likes.
"""

from html import escape
from urllib.parse import urlsplit

from registry_api.portal.assets import address

VOID = frozenset({"meta", "link", "input", "br", "hr"})


class Html(str):
    """Markup that this module made."""

    __slots__ = ()


Child = str | Html | None
"""Text, markup, or nothing."""


def element(name: str, /, *children: Child, **attributes: str | bool | None) -> Html:
    """An element. Attribute names lose a trailing `_` (`class_`), and their other `_` become `-`.

    True gives an attribute without value; None and False leave it out.
    """
    written = [
        " " + key.rstrip("_").replace("_", "-") + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    ]
    opening = f"<{name}{''.join(written)}>"
    return Html(opening if name in VOID else f"{opening}{join(*children)}</{name}>")


def join(*children: Child) -> Html:
    """Children side by side."""
    return Html("".join(child if isinstance(child, Html) else escape(child) for child in children if child is not None))


def outward(address: str, text: str | None = None) -> Html:
    """A link to an address that came from the chain; the bare address as text when it is not of the web."""
    try:
        parts = urlsplit(address)
        safe = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        safe = False
    if not safe:
        return element("span", address)
    return element("a", text or address, href=address, rel="noopener noreferrer nofollow ugc")


def prose(text: str) -> Html:
    """Text in which `this` stands for code."""
    parts = text.split("`")
    return join(*(element("code", part) if at % 2 else part for at, part in enumerate(parts)))


def document(lang: str, title: str, body: Html) -> str:
    """A whole page."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("link", rel="icon", href=address("icon.svg"), type="image/svg+xml"),
        element("link", rel="stylesheet", href=address("portal.css")),
        element("script", src=address("portal.js"), defer=True),
    )
    return "<!doctype html>" + element("html", head, element("body", body), lang=lang)
