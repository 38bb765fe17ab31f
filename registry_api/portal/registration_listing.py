"""The lists of registrations and of notices. Work by plain links and one form."""

from typing import Final

from ledger.indexer.registration_rows import RegistrationRow
from ledger.model.registration import Kind, Stage, Status
from ledger.model.registration_words import KINDS, STAGES, STATUSES
from registry_api.portal.frame import Reader
from registry_api.portal.list_parts import filter_column, filter_group, search_box
from registry_api.portal.markup import Html, element, join
from registry_api.portal.registration_view import days_left, running, tags, title_of
from registry_api.reading import Moment, time_text
from registry_api.registration_parameters import RegistrationsQuery, notice_text
from registry_api.registration_wire import Judged

COUNTED: Final = 10_000
_PATH: Final = "/registrations"
_CARRIED: Final = ("q", "stage", "status", "kind", "subject", "registrar", "as_of")


def parameters(query: RegistrationsQuery) -> dict[str, str | int | None]:
    """What of a query the addresses of the list carry."""
    return {name: getattr(query, name) for name in _CARRIED}


def search_form(who: Reader, query: RegistrationsQuery) -> Html:
    """The search box. It keeps the filters that are set."""
    placeholder = who("登记名称、登记编号或国家登记码", "Title, registration number or national code")
    return search_box(who, _PATH, parameters(query), who("搜索登记", "Search registrations"), placeholder)


def filters(who: Reader, query: RegistrationsQuery) -> Html:
    """The column of filters: each choice a link."""
    statuses = [(one.name, who.of(STATUSES[one])) for one in Status if one]
    stages = [(one.name, who.of(STAGES[one])) for one in Stage if one]
    kinds = [(one.name, who.of(KINDS[one])) for one in Kind if one]
    chosen = sum(getattr(query, name) is not None for name in ("stage", "status", "kind"))
    groups = (
        _group(who, query, "status", who("凭证状态", "Certificate"), statuses),
        _group(who, query, "stage", who("办理阶段", "Stage"), stages[:7]),
        _group(who, query, "kind", who("登记类型", "Kind"), kinds),
        _group(who, query, "stage", who("已终结", "Ended"), stages[7:]),
    )
    return filter_column(who, chosen, groups)


def _group(who: Reader, query: RegistrationsQuery, name: str, title: str, choices: list[tuple[str, str]]) -> Html:
    return filter_group(who, _PATH, parameters(query), name, title, choices)


def _chips(who: Reader, query: RegistrationsQuery, by: Judged) -> Html | None:
    words = {
        "q": f"“{query.q}”",
        "stage": who.of(STAGES[Stage[query.stage]]) if query.stage else "",
        "status": who.of(STATUSES[Status[query.status]]) if query.status else "",
        "kind": who.of(KINDS[Kind[query.kind]]) if query.kind else "",
        "subject": who("主体：", "Subject: ") + by.names.get(query.subject or "", query.subject or ""),
        "registrar": who("登记机构：", "Registrar: ") + by.names.get(query.registrar or "", query.registrar or ""),
        "as_of": who("截至 ", "As of ") + str(query.as_of),
    }
    chips = [
        element(
            "a",
            words[name],
            element("span", "×", aria_hidden="true"),
            class_="chip",
            href=who.href(_PATH, **(parameters(query) | {name: None})),
            title=who("去掉此条件", "Remove this filter"),
        )
        for name, value in parameters(query).items()
        if value is not None
    ]
    return element("p", *chips, class_="chips") if chips else None


def results(
    who: Reader, query: RegistrationsQuery, rows: list[RegistrationRow], by: Judged, count: int, moment: Moment
) -> Html:
    """The registrations of one page, and the way to the next."""
    shown = f"{count:,}" if count < COUNTED else f"{COUNTED:,}+"
    heading = element(
        "h1",
        who("共 ", ""),
        element("b", shown),
        who(" 件登记", " registration" if count == 1 else " registrations"),
        class_="count",
    )
    chips = _chips(who, query, by)
    if not rows:
        return join(
            heading, chips, element("p", who("没有符合条件的登记。", "No registration matches."), class_="empty")
        )
    page = rows[: query.limit]
    following = first = None
    if len(rows) > query.limit:
        target = parameters(query) | {
            "as_of": str(moment.point.number), "clock": time_text(by.clock), "after": page[-1].filed_index,
        }  # fmt: skip
        following = element(
            "a", who("下一页 →", "Next page →"), class_="button", href=who.href(_PATH, **target), rel="next"
        )
    if query.after is not None:
        first = element(
            "a", who("← 第一页", "← First page"), class_="button", href=who.href(_PATH, **parameters(query))
        )
    cards = element("ol", *(_card(who, row, by, query.as_of) for row in page), class_="cards")
    return join(heading, chips, cards, element("p", first, following, class_="pager"))


def _card(who: Reader, row: RegistrationRow, by: Judged, as_of: str | None) -> Html:
    term = None
    if row.valid_until is not None:
        term = join(who("有效期至 ", "valid until "), who.last_day(row.valid_until))
    return element(
        "li",
        element("h2", element("a", title_of(who, row), href=address(who, row, as_of))),
        element(
            "p", element("span", by.names.get(row.subject, row.subject), class_="provider"), tags(who, row, by.clock)
        ),
        element("p", running(who, row, by), class_="running") if running(who, row, by) else None,
        element(
            "p",
            element("span", row.number, class_="number"),
            who(" · 申请于 ", " · filed "),
            who.day(row.filed_time),
            " · " if term else None,
            term,
            class_="meta",
        ),
        class_="card",
    )


def address(who: Reader, row: RegistrationRow, as_of: str | None = None) -> str:
    """The page of a version."""
    return who.href(f"{_PATH}/{row.number}", version=row.version, as_of=as_of)


def notices_content(who: Reader, rows: list[RegistrationRow], by: Judged, limit: int, moment: Moment) -> Html:
    """The page of notices under way."""
    page = rows[:limit]
    following = None
    if len(rows) > limit and page[-1].notice_end is not None:
        target = who.href(
            "/notices",
            as_of=moment.point.number,
            clock=time_text(by.clock),
            after=notice_text(page[-1].notice_end, page[-1].filed_index),
        )
        following = element("a", who("下一页 →", "Next page →"), class_="button", href=target, rel="next")
    lead = who(
        "以下登记申请正在公示。公示期间，任何单位和个人均可提出异议；有异议未办结的，不予登记。",
        "These applications are under public notice. Until it ends anybody may object; nothing is registered while an "
        "objection is open.",
    )
    empty = element("p", who("目前没有正在公示的登记申请。", "No notice is under way."), class_="empty")
    return join(
        element("h1", who("公示", "Public notices")),
        element("p", lead, class_="lead"),
        element("ol", *(_notice(who, row, by) for row in page), class_="cards") if page else empty,
        element("p", following, class_="pager") if following else None,
        element(
            "section",
            element("h2", who("如何提出异议", "How to object")),
            element(
                "p",
                who(
                    "有账户的单位可直接在链上提出；没有账户的单位和个人，请携带身份证明与证据向登记机构书面提出，由登记机构代为"
                    "登录。链上只记录加盐摘要，不记录个人身份。",
                    "An organization with an account objects on the chain. Whoever has none brings identification and "
                    "evidence to the registrar, which files it; the chain holds a salted hash and no identity.",
                ),
            ),
            class_="panel",
        ),
    )


def _notice(who: Reader, row: RegistrationRow, by: Judged) -> Html:
    end = row.notice_end
    return element(
        "li",
        element("h2", element("a", title_of(who, row), href=address(who, row))),
        element(
            "p", element("span", by.names.get(row.subject, row.subject), class_="provider"), tags(who, row, by.clock)
        ),
        element(
            "p",
            who("公示期 ", "from "),
            who.day(row.stage_since),
            who(" 至 ", " to "),
            who.last_day(end) if end else None,
            " ",
            days_left(who, end, by, False) if end else None,
            class_="running",
        ),
        element(
            "p",
            element("span", row.number, class_="number"),
            " · ",
            who("登记机构 ", "registrar "),
            by.names.get(row.registrar, row.registrar),
            class_="meta",
        ),
        class_="card",
    )
