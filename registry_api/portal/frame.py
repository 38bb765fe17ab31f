"""What every page has around its content, and the words of both languages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import HTMLResponse

from ledger.model import act_words
from ledger.model.message import Message
from ledger.model.suppression import SUPPRESSED, Suppression
from ledger.model.workdays import SHANGHAI, local_date
from registry_api.portal.markup import Html, document, element, join
from registry_api.reading import Moment

SHARES: Final = tuple((word.zh, word.en) for word in act_words.SHARES)
OPENS: Final = tuple((word.zh, word.en) for word in act_words.OPENS)
CYCLES: Final = {
    "1": ("实时", "real-time"),
    "2": ("每日", "daily"),
    "3": ("每周", "weekly"),
    "4": ("每月", "monthly"),
    "5": ("每季度", "quarterly"),
    "6": ("每半年", "half-yearly"),
    "7": ("每年", "yearly"),
    "other": ("其他", "other"),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: in which language, and at which address."""

    english: bool
    path: str
    query: tuple[tuple[str, str], ...]

    def __call__(self, zh: str, en: str) -> str:
        """The text in the reader's language."""
        return en if self.english else zh

    def of(self, text: tuple[str, str] | Message) -> str:
        """As calling it, of a pair or a message."""
        return self(*text) if isinstance(text, tuple) else self(text.zh, text.en)

    @property
    def lang(self) -> str:
        """The language tag of the page."""
        return "en" if self.english else "zh-Hans"

    def href(self, path: str, **parameters: str | int | None) -> str:
        """An address on this server that keeps the language. None leaves a parameter out."""
        given = [(name, str(value)) for name, value in parameters.items() if value not in (None, "")]
        if self.english:
            given.append(("lang", "en"))
        return f"{path}?{urlencode(given)}" if given else path

    def time(self, moment: datetime) -> Html:
        """A time for people: that of Beijing, which says so; exact in `datetime`."""
        local = moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
        return element("time", local, datetime=moment.isoformat(), title=self("北京时间", "UTC+8"))

    def day(self, moment: datetime) -> Html:
        """The local day of a time; exact in `datetime`."""
        return element("time", local_date(moment).isoformat(), datetime=moment.isoformat())

    def last_day(self, end: datetime) -> Html:
        """The last local day before an end, which is the first second of a day; exact in `datetime`."""
        return element("time", local_date(end - timedelta(seconds=1)).isoformat(), datetime=end.isoformat())


def reader_of(request: Request) -> Reader:
    """The reader who made a request."""
    query = tuple(request.query_params.multi_items())
    return Reader(request.query_params.get("lang") == "en", request.url.path, query)


def page(
    who: Reader, title: str, *content: Html | str | None, moment: Moment | None = None, status: int = 200
) -> HTMLResponse:
    """A page of the portal."""
    name = who("目录", "mulu")
    body = join(
        element("a", who("跳到正文", "Skip to content"), class_="skip", href="#main"),
        _header(who),
        element("main", *content, id="main"),
        _footer(who, moment),
    )
    return HTMLResponse(document(who.lang, f"{title} · {name}", body), status)


def _header(who: Reader) -> Html:
    links = (
        ("/", who("目录", "Catalog")),
        ("/registrations", who("登记", "Registrations")),
        ("/notices", who("公示", "Notices")),
        ("/grants", who("授权", "Grants")),
        ("/certificates", who("查验凭证", "Check a certificate")),
        ("/journal", who("账本", "Journal")),
        ("/verify", who("如何核验", "How to verify")),
    )
    other = [(name, value) for name, value in who.query if name != "lang"] + ([] if who.english else [("lang", "en")])
    navigation = [
        element("a", text, href=who.href(path), aria_current="page" if path == who.path else None)
        for path, text in links
    ]
    return element(
        "header",
        element(
            "div",
            element(
                "a",
                element("span", "目录", class_="seal", aria_hidden="true", lang="zh-Hans"),
                element(
                    "span",
                    element("strong", who("公共数据目录", "Public data catalog")),
                    element("small", who("登记于账本 · 人人可核验", "Recorded on a ledger · anyone can check")),
                ),
                class_="brand",
                href=who.href("/"),
            ),
            element(
                "nav",
                *navigation,
                element(
                    "a",
                    "中文" if who.english else "English",
                    class_="toggle",
                    href=f"{who.path}?{urlencode(other)}" if other else who.path,
                    lang="zh-Hans" if who.english else "en",
                    hreflang="zh-Hans" if who.english else "en",
                ),
                aria_label=who("主导航", "Main"),
            ),
            class_="bar",
        ),
        class_="top",
    )


def _footer(who: Reader, moment: Moment | None) -> Html:
    return element(
        "footer",
        element(
            "div",
            as_of_line(who, moment) if moment else None,
            element(
                "p",
                who(
                    "本页由镜像库生成，仅供查阅；以链上记录与证明包为准。",
                    "This page is made from a mirror, for reading. What counts is the record on the chain, and a "
                    "bundle that you checked yourself.",
                ),
            ),
            element("p", element("a", who("程序接口", "Interface for programs"), href="/v1/openapi.json"),
                    " · OpenAPI 3.1"),
            class_="bar",
        ),
    )  # fmt: skip


def as_of_line(who: Reader, moment: Moment) -> Html:
    """The block that a page speaks of."""
    return element(
        "p",
        who("截至区块 ", "As of block "),
        element("b", f"{moment.point.number:,}"),
        " · ",
        who.time(moment.point.time),
        who("（北京时间）", " (UTC+8) "),
        settled(who, moment.final),
    )


def settled(who: Reader, final: bool) -> Html:
    """Whether a reorganization can still take a block away."""
    if final:
        return element("span", who("已最终确认", "final"), class_="tag settled")
    return element("span", who("待最终确认", "provisional"), class_="tag waiting")


def hash_text(value: bytes) -> Html:
    """A digest that breaks anywhere and can be selected at once."""
    return element("code", "0x" + value.hex(), class_="hash")


def definitions(*pairs: tuple[str, Any]) -> Html:
    """Names and values; pairs without a value are left out."""
    return element(
        "dl",
        *(
            element("div", element("dt", name), element("dd", value))
            for name, value in pairs
            if value is not None and value != ""
        ),
    )


def unreadable(who: Reader, malformed: str, withheld: Suppression | None = None) -> Html:
    """The notice that a content cannot be shown: it is malformed, or suppressed; `withheld` says since when and why."""
    if malformed != SUPPRESSED:
        text = who(
            "链上内容不符合格式，原样保留，未作解释：",
            "The content on the chain does not follow the format; it is kept as it is: ",
        )
        return element("p", text, malformed, class_="notice bad")
    text = who(
        "运维方已在本镜像库屏蔽其内容，链上记录不变。",
        "The operator of this mirror withholds its content; the chain has it. ",
    )
    if withheld is None:
        return element("p", text, class_="notice bad")
    since = join(who("自 ", "Since "), who.time(withheld.time), who(" 起，理由：", ": "), withheld.reason)
    return element("p", text, since, class_="notice bad")


def unreadable_tag(who: Reader, malformed: str) -> Html:
    """The same as a tag."""
    suppressed = malformed == SUPPRESSED
    return element(
        "span", who("内容已屏蔽", "suppressed") if suppressed else who("内容不可读", "unreadable"), class_="tag denied"
    )
