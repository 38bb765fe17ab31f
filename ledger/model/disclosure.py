"""Yearly disclosures (年度披露), numbered as in the contracts (`IProducts`), and what one says in words.

Grants, products, prices and their dates are on the chain, and the yearly report takes them from there.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from ledger.model.content import Content, worded


class Kind(IntEnum):
    """Who discloses (`IProducts.Disclosure`)."""

    NONE = 0
    AUTHORIZATION = 1
    OPERATION = 2


@dataclass(frozen=True, slots=True)
class DisclosureContent(Content):
    """What the authorizing or implementing body, or the operator, says about a year."""

    FORMAT: ClassVar[str] = "mulu-disclosure/1"

    title: str = worded("title", "标题", required=True)
    overview: str | None = worded("overview", "总体情况", lines=True)
    resources: str | None = worded("use of resources", "公共数据资源使用情况", lines=True)
    services: str | None = worded("products and services", "产品和服务情况", lines=True)
    charges: str | None = worded("charges", "收费情况", lines=True)
    supervision: str | None = worded("supervision", "监督管理情况", lines=True)
    security: str | None = worded("security", "安全管理情况", lines=True)
    results: str | None = worded("results", "成效", lines=True)
    remarks: str | None = worded("remarks", "备注", lines=True)
