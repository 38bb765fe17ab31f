"""The pages of grants, as people see them."""

import html
import re

import pytest

from .conftest import Client
from .grants import BROKEN, CHILD, OPEN_ENTRY, OPERATION, OVERALL, SHARING
from .sample import HOSTILE, OPERATOR

AT = "as_of=2026-07-01T04:00:00Z"


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address, headers={"accept": "text/html"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def test_the_list_is_searched_and_filtered(grants: Client) -> None:
    everything = page(grants, f"/grants?{AT}")
    for said in ("水务数据授权运营", "共享使用权限之2", "（内容不可读）", "已到期", "尚未生效", "第 1 层分解"):
        assert said in everything
    assert '<a href="/grants" aria-current="page">授权</a>' in everything
    found = page(grants, f"/grants?q=水务&{AT}")
    assert "水务数据授权运营" in found
    assert "共享使用权限之2" not in found
    assert f"/grants/{SHARING}" in page(grants, f"/grants?status=SUSPENDED&{AT}")
    assert "没有符合条件的授权" in page(grants, f"/grants?status=REVOKED&{AT}")
    assert page(grants, f"/grants?grantee={OPERATOR}&{AT}").count('class="card"') == 2


def test_a_grant_tells_its_parties_approvals_scope_and_products(grants: Client) -> None:
    told = page(grants, f"/grants/{OPERATION}?{AT}")
    for said in (
        "水务数据授权运营", "某数据运营公司(虚构)", "授权条件", "2028-04-08", "实施机构审核", "集体决策",
        "会议日期 2026-04-09", "证明包", "大中型水库水情日报", "查询、核验、计算", "节水指数", "150.00 元/次", "试行",
        "上限 200.00 元/次", "逾期",
    ):  # fmt: skip
        assert said in told, said
    link = re.search(rf'href="(/v1/grants/{OPERATION}/proof[^"]*)"', told)
    assert link is not None
    stated = grants.get(html.unescape(link[1])).json()["statement"]
    assert (stated["organization"], stated["entry"], stated["operation"]) == (OPERATOR, f"0x{OPEN_ENTRY.hex()}", 1)


def test_a_child_of_a_suspended_grant_says_so(grants: Client) -> None:
    told = page(grants, f"/grants/{CHILD}?{AT}")
    assert "上级授权现未生效" in told
    assert f'href="/grants/{SHARING}"' in told
    assert "现未生效" not in page(grants, f"/grants/{CHILD}?as_of=2026-05-15T04:00:00Z")


def test_an_entry_names_the_grants_that_list_it(grants: Client) -> None:
    told = page(grants, f"/entries/0x{OPEN_ENTRY.hex()}?{AT}")
    assert f'href="/grants/{OPERATION}">水务数据授权运营</a>' in told
    assert f'href="/grants/{OVERALL}"' in told
    assert HOSTILE not in told


@pytest.mark.parametrize("grant", [OPERATION, SHARING, CHILD, BROKEN, OVERALL])
def test_every_page_is_there_in_english_too(grants: Client, grant: int) -> None:
    assert "Approvals and what was done" in page(grants, f"/grants/{grant}?lang=en&{AT}")
    assert "Grants" in page(grants, f"/grants?lang=en&{AT}")


def test_what_is_hostile_or_malformed_stays_text(grants: Client) -> None:
    assert HOSTILE not in page(grants, f"/grants/{OVERALL}?{AT}")
    assert HOSTILE not in page(grants, f"/grants?{AT}")
    assert "链上内容不符合格式" in page(grants, f"/grants/{BROKEN}?{AT}")


def test_what_is_not_there_is_said(grants: Client) -> None:
    page(grants, "/grants/99", 404)
    page(grants, f"/grants/{OPERATION}?version=9", 404)
