"""What the portal's lists have in common: the search box, the column of filters. Plain links and one form."""

from collections.abc import Mapping, Sequence

from registry_api.portal.frame import Reader
from registry_api.portal.markup import Html, element

Parameters = Mapping[str, str | int | None]
"""What of a query the addresses of a list carry."""


def search_box(who: Reader, path: str, parameters: Parameters, label: str, placeholder: str) -> Html:
    """The search box of the list at `path`, for the parameter `q`. It keeps the other ones that are set."""
    kept = [
        element("input", type="hidden", name=name, value=str(value))
        for name, value in parameters.items()
        if name != "q" and value is not None
    ]
    return element(
        "form",
        element("label", label, for_="q", class_="hidden"),
        element(
            "input",
            id="q",
            name="q",
            type="search",
            value=str(parameters["q"] or ""),
            maxlength="100",
            placeholder=placeholder,
            autocomplete="off",
        ),
        *kept,
        element("input", type="hidden", name="lang", value="en") if who.english else None,
        element("button", who("搜索", "Search")),
        action=path,
        method="get",
        role="search",
        class_="search",
    )


def filter_column(who: Reader, chosen: int, groups: Sequence[Html | None]) -> Html:
    """The column of filters, `chosen` of which are set. On a narrow screen it is folded; a style rule shows it."""
    label = who("筛选", "Filters") + (f" ({chosen})" if chosen else "")
    return element(
        "aside",
        element("input", type="checkbox", id="fold", class_="fold"),
        element("label", label, for_="fold", class_="fold-label"),
        element("div", *groups, class_="groups"),
        aria_label=who("筛选", "Filters"),
    )


def filter_group(
    who: Reader, path: str, parameters: Parameters, name: str, title: str, choices: Sequence[tuple[str, str]]
) -> Html:
    """One filter: each of its choices, value and text, a link that sets or unsets it."""
    current = parameters[name]
    links = [
        element(
            "li",
            element(
                "a",
                element("span", text),
                href=who.href(path, **{**parameters, name: None if current == value else value}),
                aria_current="true" if current == value else None,
            ),
        )
        for value, text in choices
    ]
    return element("section", element("h2", title), element("ul", *links))
