"""Parts of an entry's page: its information items and its distributions."""

from typing import Any

from registry_api.portal.frame import OPENS, SHARES, Reader
from registry_api.portal.markup import Html, element, outward


def items(who: Reader, content: dict[str, Any]) -> Html | None:
    """The table of information items; None where the content states none."""
    stated = content.get("items")
    if not stated:
        return None
    columns: list[tuple[str, str]] = [
        ("name", who("名称", "Name")),
        ("field", who("字段", "Field")),
        ("type", who("类型", "Type")),
        ("length", who("长度", "Length")),
        ("key", who("主键", "Key")),
        ("nullable", who("可空", "Nullable")),
        ("level", who("级别", "Level")),
        ("share", who("共享", "Sharing")),
        ("open", who("开放", "Opening")),
    ]
    # A column that no item states says nothing.
    columns = [column for column in columns if any(column[0] in item for item in stated)]
    head = element("tr", *(element("th", title, scope="col") for _, title in columns))
    body = [element("tr", *(_cell(who, name, item.get(name)) for name, _ in columns)) for item in stated]
    table = element("table", element("thead", head), element("tbody", *body))
    return element(
        "section",
        element("h2", who("信息项", "Items"), element("small", f" {len(stated)}")),
        element("div", table, class_="scroll", tabindex="0"),
    )


def _cell(who: Reader, name: str, value: Any) -> Html:
    if name == "name":
        return element("td", value, class_="long")
    if value is None:
        return element("td", "")
    if isinstance(value, bool):
        return element("td", who("是", "yes") if value else who("否", "no"))
    if name in ("share", "open") and value in (1, 2, 3):
        return element("td", who.of((SHARES if name == "share" else OPENS)[value]))
    text = str(value)
    return element("td", element("code", text) if name == "field" else text)


def distributions(who: Reader, content: dict[str, Any]) -> Html | None:
    """Where the data can be had; None where the content does not say."""
    rows = []
    for given in content.get("distributions", []):
        title = given.get("title") or given.get("format") or given.get("media_type") or who("分发", "Distribution")
        form = given.get("format") or given.get("media_type")
        links = [
            outward(given[name], text)
            for name, text in (("download_url", who("下载", "Download")), ("access_url", who("访问", "Access")))
            if name in given
        ]
        rows.append(
            element(
                "li",
                element("span", title),
                element("span", form, class_="tag") if form and form != title else None,
                *links,
            )
        )
    if not rows:
        return None
    heading = element("h2", who("获取方式", "Distributions"))
    warning = who("链接由登记单位填写，指向本站之外。", "Links were given by the submitter and lead elsewhere.")
    return element(
        "section", heading, element("p", warning, class_="meta"), element("ul", *rows, class_="distributions")
    )
