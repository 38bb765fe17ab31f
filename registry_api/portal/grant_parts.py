"""What the page of a grant tells of, and its tables: scope, products, disclosures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from ledger.indexer.grant_rows import (
    DisclosureRow,
    GrantApprovalRow,
    GrantRow,
    GrantScopeRow,
    GrantStepRow,
    GrantVersionRow,
    ProductPriceRow,
    ProductRow,
)
from ledger.model import disclosure, product
from ledger.model.grant import Operation
from ledger.model.grant_words import DISCLOSURES, FORMS, OPERATIONS, PRODUCT_STATUSES, PURPOSES, named_set, priced
from ledger.model.ids import to_hex
from registry_api.portal.frame import Reader
from registry_api.portal.markup import Html, element

SCOPE_SHOWN: Final = 100
"""Rows of the scope that the page shows."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page tells of, as of one moment."""

    grant: GrantRow
    version: GrantVersionRow
    content: bytes
    versions: Sequence[GrantVersionRow]
    scope: Sequence[GrantScopeRow]
    scope_count: int
    titles: Mapping[bytes, str | None]
    approvals: Sequence[GrantApprovalRow]
    steps: Sequence[GrantStepRow]
    ancestors: Sequence[GrantRow]
    """The parent first."""
    descendants: Sequence[GrantRow]
    products: Sequence[tuple[ProductRow, ProductPriceRow | None]]
    disclosures: Sequence[DisclosureRow]
    effective: Mapping[int, bool]
    """Of the grant and those in its tree: whether it and all above are in force."""
    names: Mapping[str, str]
    clock: datetime
    final: bool
    """Whether the act that began this state is."""

    def name(self, code: str | None) -> str:
        """What an organization is called."""
        return self.names.get(code or "", code or "")


def scope(who: Reader, of: Shown) -> Html:
    """What the scope lists."""
    rows = [
        (
            of.name(row.provider),
            element(
                "a",
                of.titles.get(row.entry_id) or to_hex(row.entry_id),
                href=who.href(f"/entries/{to_hex(row.entry_id)}"),
            )
            if row.entry_id is not None
            else who(f"全部目录（至 {row.level} 级）", f"all entries (up to level {row.level})"),
            who.of(named_set(OPERATIONS, row.operations)),
            element("a", who("证明包", "bundle"), href=_proof_path(of.grant, row)) if row.entry_id is not None else "",
        )
        for row in of.scope
    ]
    headers = (who("提供单位", "Provider"), who("目录", "Entry"), who("操作", "Operations"), who("核验", "Proof"))
    heading = element("h2", who(f"授权范围（{of.scope_count} 项）", f"Scope ({of.scope_count})"))
    more = None
    if len(of.scope) < of.scope_count:
        path = f"/v1/grants/{of.grant.grant}/scope?version={of.version.version}"
        more = element("p", element("a", who("查看全部", "See all"), href=path))
    return element("section", heading, _table(who, headers, rows), more)


def _proof_path(grant: GrantRow, row: GrantScopeRow) -> str:
    """Where the bundle is that says whether the grantee may do the first thing that is listed, now."""
    assert row.entry_id is not None
    listed = [one.name for one in Operation if row.operations & one]
    asked = {"entry": to_hex(row.entry_id), "organization": grant.grantee, "operation": (listed or ["QUERY"])[0]}
    return f"/v1/grants/{grant.grant}/proof?{urlencode(asked)}"


def products(who: Reader, of: Shown) -> Html | None:
    """What is offered under the grant."""
    if not of.products:
        return None
    rows = [
        (
            row.name or who("（内容不可读）", "(unreadable content)"),
            who.of(FORMS[product.Form[row.form]]),
            who.of(named_set(PURPOSES, row.purpose)),
            who.of(PRODUCT_STATUSES[product.Status[row.status]]),
            _price(who, price),
        )
        for row, price in of.products
    ]
    headers = (
        who("名称", "Name"),
        who("形态", "Form"),
        who("用途", "Purpose"),
        who("状态", "Status"),
        who("收费标准", "Price"),
    )
    return element("section", element("h2", who("产品和服务", "Products and services")), _table(who, headers, rows))


def _price(who: Reader, price: ProductPriceRow | None) -> str:
    if price is None:
        return ""
    parts = [who.of(priced(price.price, price.unit))]
    if price.trial and price.price is not None:
        parts.append(who("试行", "trial"))
    if price.ceiling is not None:
        parts.append(who("上限 ", "at most ") + who.of(priced(price.ceiling, price.unit)))
    return who("，", ", ").join(part for part in parts if part)


def disclosures(who: Reader, of: Shown) -> Html | None:
    """What was disclosed about it."""
    if not of.disclosures:
        return None
    rows = [
        (
            str(row.year),
            who.of(DISCLOSURES[disclosure.Kind[row.kind]]),
            of.name(row.organization),
            who.time(row.time),
            who("逾期", "late") if row.late else who("按期", "in time"),
        )
        for row in of.disclosures
    ]
    headers = (
        who("年度", "Year"), who("类别", "Kind"), who("披露单位", "By"), who("时间", "Time"), who("时限", "Term"),
    )  # fmt: skip
    return element("section", element("h2", who("年度披露", "Yearly disclosures")), _table(who, headers, rows))


def _table(who: Reader, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> Html:
    if not rows:
        return element("p", who("无。", "None."))
    head = element("tr", *(element("th", header, scope="col") for header in headers))
    body = [element("tr", *(element("td", cell, class_="long") for cell in row)) for row in rows]
    return element("div", element("table", element("thead", head), element("tbody", *body)), class_="scroll")


def _entry(who: Reader, of: Shown, row: GrantScopeRow) -> Html | str:
    if row.entry_id is None:
        return who(f"全部目录（至 {row.level} 级）", f"all entries (up to level {row.level})")
    id = to_hex(row.entry_id)
    return element("a", of.titles.get(row.entry_id) or id, href=who.href(f"/entries/{id}"))
