"""The list of entries: search box, filters, results. Works by plain links and one form."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, Final

from ledger.indexer.rows import ACTIVE, RETIRED, EntryRow
from ledger.model.suppression import SUPPRESSED
from ledger.store.entry_queries import Facets, Filter
from registry_api.parameters import EntriesQuery
from registry_api.portal.frame import CYCLES, OPENS, SHARES, Reader, unreadable_tag
from registry_api.portal.list_parts import filter_column, search_box
from registry_api.portal.markup import Html, element, join
from registry_api.reading import Moment

COUNTED: Final = 10_000
"""Results that are counted; more are said to be more."""
_EXCERPT = 140
_SHOWN_FACETS = 12


def search_form(who: Reader, query: EntriesQuery) -> Html:
    """The search box. It keeps the filters that are set."""
    placeholder = who("标题、摘要、信息项，两个字即可", "Title, abstract, items; two Chinese characters suffice")
    return search_box(who, "/", parameters(query), who("搜索目录", "Search the catalog"), placeholder)


def parameters(query: EntriesQuery) -> dict[str, str | int | None]:
    """What of a query the addresses of the list carry."""
    return {
        name: getattr(query, name) for name in ("q", "theme", "provider", "share", "open", "level", "status", "as_of")
    }


def filters(who: Reader, query: EntriesQuery, facets: Facets, names: dict[str, str]) -> Html:
    """The column of filters: each choice a link."""
    # Counts are of the whole catalog; beside a narrowed list they would promise what is not there.
    counted = not any(parameters(query).values())
    groups = (
        _group(
            who,
            query,
            "theme",
            who("主题", "Theme"),
            [(value, value, count if counted else None) for value, count in facets.themes],
        ),
        _group(
            who,
            query,
            "provider",
            who("提供单位", "Provider"),
            [(code, names.get(code, code), count if counted else None) for code, count in facets.providers],
        ),
        _group(who, query, "open", who("开放属性", "Opening"), _choices(who, OPENS)),
        _group(who, query, "share", who("共享属性", "Sharing"), _choices(who, SHARES)),
        _group(
            who,
            query,
            "status",
            who("状态", "Status"),
            [(ACTIVE, who("在用", "active"), None), (RETIRED, who("已停用", "retired"), None)],
        ),
        _moment_form(who, query),
    )
    chosen = sum(value is not None for name, value in parameters(query).items() if name not in ("q", "status"))
    return filter_column(who, chosen, groups)


def _choices(who: Reader, pairs: tuple[tuple[str, str], ...]) -> list[tuple[str, str, int | None]]:
    return [(str(number), who.of(pair), None) for number, pair in enumerate(pairs)]


def _group(
    who: Reader, query: EntriesQuery, name: str, title: str, choices: list[tuple[str, str, int | None]]
) -> Html | None:
    current = parameters(query)[name]
    if name == "status" and current is None:
        current = ACTIVE
    links = []
    for value, text, count in choices:
        here = str(current) == value if current is not None else False
        target = who.href("/", **(parameters(query) | {name: None if here else value}))
        links.append(
            element(
                "li",
                element(
                    "a",
                    element("span", text),
                    element("small", f"{count:,}") if count is not None else None,
                    href=target,
                    aria_current="true" if here else None,
                ),
            )
        )
    if not links:
        return None
    # The chosen one is always among those shown.
    first, rest = links[:_SHOWN_FACETS], links[_SHOWN_FACETS:]
    chosen = [link for link in rest if 'aria-current="true"' in link]
    more = element(
        "details",
        element("summary", who(f"其余 {len(rest)} 项", f"{len(rest)} more")),
        element("ul", *rest),
        open=bool(chosen),
    )
    return element("section", element("h2", title), element("ul", *first), more if rest else None)


def _moment_form(who: Reader, query: EntriesQuery) -> Html:
    kept = [
        element("input", type="hidden", name=name, value=str(value))
        for name, value in parameters(query).items()
        if name != "as_of" and value is not None
    ]
    return element(
        "section",
        element("h2", element("label", who("历史时点", "As of"), for_="as_of")),
        element(
            "form",
            element(
                "input",
                id="as_of",
                name="as_of",
                value=query.as_of or "",
                maxlength="40",
                placeholder=who("区块号或时间", "block or time"),
                title=who("区块号，或带时区的时间，如 2026-01-31T08:00:00+08:00", "Block, or RFC 3339 time"),
                autocomplete="off",
            ),
            *kept,
            element("input", type="hidden", name="lang", value="en") if who.english else None,
            element("button", who("查看", "Go"), class_="quiet"),
            action="/",
            method="get",
            class_="moment",
        ),
    )


def active_filters(who: Reader, query: EntriesQuery, names: dict[str, str]) -> Html | None:
    """What narrows the list, each with a link that takes it away."""
    labels: dict[str, Callable[[Any], str]] = {
        "q": lambda value: f"“{value}”",
        "theme": str,
        "provider": lambda value: names.get(value, value),
        "open": lambda value: who("开放：", "Opening: ") + who.of(OPENS[value]),
        "share": lambda value: who("共享：", "Sharing: ") + who.of(SHARES[value]),
        "level": lambda value: who("级别：", "Level: ") + str(value),
        "as_of": lambda value: who("截至 ", "As of ") + str(value),
    }
    chips = [
        element(
            "a",
            labels[name](value),
            element("span", "×", aria_hidden="true"),
            class_="chip",
            href=who.href("/", **(parameters(query) | {name: None})),
            title=who("去掉此条件", "Remove this filter"),
        )
        for name, value in parameters(query).items()
        if value is not None and name in labels
    ]
    clear = element("a", who("全部清除", "Clear all"), class_="clear", href=who.href("/")) if len(chips) > 1 else None
    return element("p", *chips, clear, class_="chips") if chips else None


def results(
    who: Reader, query: EntriesQuery, rows: list[EntryRow], names: dict[str, str], count: int, moment: Moment
) -> Html:
    """The entries of one page, and the way to the next."""
    shown = f"{count:,}" if count < COUNTED else f"{COUNTED:,}+"
    heading = element(
        "h1",
        who("共 ", ""),
        element("b", shown),
        who(" 条目录", " entry" if count == 1 else " entries"),
        class_="count",
    )
    if not rows:
        empty = who(
            "没有符合条件的目录条目。换一个词，或去掉一些条件。", "No entry matches. Try another word or fewer filters."
        )
        return join(heading, active_filters(who, query, names), element("p", empty, class_="empty"))
    page = rows[: query.limit]
    older = None
    if len(rows) > query.limit:
        target = parameters(query) | {"as_of": str(moment.point.number), "after": page[-1].act_index}
        older = element("a", who("下一页 →", "Next page →"), class_="button", href=who.href("/", **target), rel="next")
    first = None
    if query.after is not None:
        first = element("a", who("← 第一页", "← First page"), class_="button", href=who.href("/", **parameters(query)))
    return join(
        heading,
        active_filters(who, query, names),
        element("ol", *(_card(who, row, names, query) for row in page), class_="cards"),
        element("p", first, older, class_="pager"),
    )


def _card(who: Reader, row: EntryRow, names: dict[str, str], query: EntriesQuery) -> Html:
    at = query.as_of
    excerpt = " ".join((row.abstract or "").split())
    if len(excerpt) > _EXCERPT:
        excerpt = excerpt[:_EXCERPT] + "…"
    return element(
        "li",
        element("h2", element("a", title_of(who, row), href=who.href(f"/entries/0x{row.entry_id.hex()}", as_of=at))),
        element("p", element("span", names.get(row.provider, row.provider), class_="provider"), badges(who, row)),
        element("p", excerpt, class_="excerpt") if excerpt else None,
        element(
            "p",
            who(f"第 {row.version} 版", f"version {row.version}"),
            who(" · 登记于 ", " · recorded "),
            who.time(row.from_time),
            who(" · 记录 #", " · act #") + str(row.act_index),
            class_="meta",
        ),
        class_="card retired" if row.status == RETIRED else "card",
    )


def title_of(who: Reader, row: EntryRow) -> str:
    """The title, or what stands in its place when the content cannot be read."""
    if row.malformed == SUPPRESSED:
        return who("（内容已屏蔽）", "(suppressed content) ") + f"0x{row.entry_id.hex()[:12]}…"
    return row.title or who(
        f"（内容不可读）本地编码 {row.local_code}", f"(unreadable content) local code {row.local_code}"
    )


def badges(who: Reader, row: EntryRow) -> Html:
    """What an entry allows, as tags; what is not stated has none."""
    tags = []
    if row.status == RETIRED:
        tags.append(element("span", who("已停用", "retired"), class_="tag denied"))
    if row.malformed is not None:
        tags.append(unreadable_tag(who, row.malformed))
    if row.theme:
        tags.append(element("span", row.theme, class_="tag"))
    kinds = {1: "free", 2: "bound", 3: "denied"}
    if row.open in kinds:
        text = who("", "opening: ") + who.of(OPENS[row.open])
        tags.append(element("span", text, class_=f"tag {kinds[row.open]}"))
    if row.share in kinds:
        text = who("", "sharing: ") + who.of(SHARES[row.share])
        tags.append(element("span", text, class_=f"tag {kinds[row.share]}"))
    if row.level:
        tags.append(element("span", who(f"{row.level} 级", f"level {row.level}"), class_="tag"))
    if row.update_cycle in CYCLES and row.update_cycle != "other":
        tags.append(element("span", who.of(CYCLES[row.update_cycle]) + who("更新", ""), class_="tag"))
    return element("span", *tags, class_="tags")


def entry_filter(query: EntriesQuery) -> Filter:
    """What the store is asked: only entries in use unless the reader says otherwise."""
    wanted = Filter(**{field.name: getattr(query, field.name) for field in fields(Filter)})
    return wanted if wanted.status else replace(wanted, status=ACTIVE)
