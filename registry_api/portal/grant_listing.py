"""The list of grants: search box, filters, results; and how a grant is shown wherever it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from ledger.indexer.grant_rows import GrantRow
from ledger.model.grant import Kind, Mode, Status
from ledger.model.grant_words import KINDS, MODES, STATUSES
from registry_api.grant_parameters import GrantsQuery
from registry_api.grant_wire import PLANNED, status_of
from registry_api.portal.frame import Reader
from registry_api.portal.list_parts import filter_column, filter_group, search_box
from registry_api.portal.markup import Html, element, join
from registry_api.reading import Moment, time_text

COUNTED: Final = 10_000
"""Results that are counted; more are said to be more."""
_PATH: Final = "/grants"
_LOOKS: Final = {PLANNED: "waiting", "ACTIVE": "free", "SUSPENDED": "bound"}
_KEPT: Final = ("q", "kind", "status", "grantor", "grantee", "implementer", "entry", "as_of")


def search_form(who: Reader, query: GrantsQuery) -> Html:
    """The search box. It keeps the filters that are set."""
    label, placeholder = who("搜索授权", "Search grants"), who("授权名称", "Title of the grant")
    return search_box(who, _PATH, parameters(query), label, placeholder)


def parameters(query: GrantsQuery) -> dict[str, str | int | None]:
    """What of a query the addresses of the list carry."""
    return {name: getattr(query, name) for name in _KEPT}


def filters(who: Reader, query: GrantsQuery) -> Html:
    """The column of filters: each choice a link."""
    kinds = [(kind.name, who.of(word)) for kind, word in KINDS.items()]
    statuses = [(status.name if status else PLANNED, who.of(word)) for status, word in STATUSES.items()]
    chosen = sum(getattr(query, name) is not None for name in ("kind", "status"))
    groups = (
        filter_group(who, _PATH, parameters(query), "kind", who("授权类型", "Kind"), kinds),
        filter_group(who, _PATH, parameters(query), "status", who("状态", "Status"), statuses),
    )
    return filter_column(who, chosen, groups)


def results(
    who: Reader,
    query: GrantsQuery,
    rows: list[GrantRow],
    names: Mapping[str, str],
    count: int,
    clock: datetime,
    moment: Moment,
) -> Html:
    """The grants of one page, and the way to the next."""
    shown = f"{count:,}" if count < COUNTED else f"{COUNTED:,}+"
    heading = element(
        "h1",
        who("共 ", ""),
        element("b", shown),
        who(" 项授权", " grant" if count == 1 else " grants"),
        class_="count",
    )
    if not rows:
        return join(heading, element("p", who("没有符合条件的授权。", "No grant matches."), class_="empty"))
    page = rows[: query.limit]
    following = first = None
    if len(rows) > query.limit:
        target = parameters(query) | {
            "as_of": str(moment.point.number), "clock": time_text(clock), "after": page[-1].grant,
        }  # fmt: skip
        following = element(
            "a", who("下一页 →", "Next page →"), class_="button", href=who.href(_PATH, **target), rel="next"
        )
    if query.after is not None:
        address = who.href(_PATH, **parameters(query))
        first = element("a", who("← 第一页", "← First page"), class_="button", href=address)
    cards = element("ol", *(_card(who, row, names, clock, query.as_of) for row in page), class_="cards")
    return join(heading, cards, element("p", first, following, class_="pager"))


def _card(who: Reader, row: GrantRow, names: Mapping[str, str], clock: datetime, as_of: str | None) -> Html:
    term = join(who("期限至 ", "until "), who.last_day(row.valid_until)) if row.valid_until else None
    return element(
        "li",
        element("h2", element("a", title_of(who, row), href=who.href(f"{_PATH}/{row.grant}", as_of=as_of))),
        element(
            "p",
            element(
                "span",
                f"{names.get(row.grantor, row.grantor)} → {names.get(row.grantee, row.grantee)}",
                class_="provider",
            ),
            tags(who, row, clock),
        ),
        element(
            "p",
            element("span", who(f"授权 {row.grant} 号", f"grant {row.grant}"), class_="number"),
            " · " if term else None,
            term,
            class_="meta",
        ),
        class_="card",
    )


def panel(who: Reader, rows: list[GrantRow], names: Mapping[str, str], clock: datetime) -> Html | None:
    """The grants that list an entry, for its page; None where there are none."""
    if not rows:
        return None
    lines = [
        element(
            "li",
            element("a", title_of(who, row), href=who.href(f"{_PATH}/{row.grant}")),
            status_tag(who, row, clock),
            element("small", names.get(row.grantee, row.grantee)),
        )
        for row in rows
    ]
    heading = element("h2", who("授权", "Grants"))
    return element("section", heading, element("ul", *lines, class_="distributions"), class_="panel")


def title_of(who: Reader, row: GrantRow) -> str:
    """The title, or what stands in its place when the content cannot be read."""
    return row.title or who("（内容不可读）", "(unreadable content)")


def tags(who: Reader, row: GrantRow, clock: datetime) -> Html:
    """What it is worth, and what it is."""
    mode = element("span", who.of(MODES[Mode[row.mode]]), class_="tag") if row.mode else None
    delegated = None
    if row.depth:
        delegated = element("span", who(f"第 {row.depth} 层分解", f"delegated, step {row.depth}"), class_="tag")
    kind = element("span", who.of(KINDS[Kind[row.kind]]), class_="tag")
    return element("span", status_tag(who, row, clock), kind, mode, delegated, class_="tags")


def status_tag(who: Reader, row: GrantRow, clock: datetime) -> Html:
    """What a grant alone is worth."""
    status = status_of(row, clock)
    word = STATUSES[Status.NONE if status == PLANNED else Status[status]]
    return element("span", who.of(word), class_=f"tag {_LOOKS.get(status, 'denied')}")
