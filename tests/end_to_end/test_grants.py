"""Grants as the people of the procedure work them: the whole life of one, and a tree of delegations."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.app import App
from ledger.grant.reader import GrantReader
from ledger.model.grant import ALL_ITEMS, Coverage, Operation, Status
from ledger.model.ids import entry_named
from ledger.settings import from_environment
from tests.conftest import Tools
from tests.end_to_end.granting import (
    AGREEMENT,
    COMMUNITY,
    COMMUNITY_NAME,
    DISTRICT,
    MINUTES,
    PLAN,
    SCOPE,
    STREET,
    granted,
    granting,
    in_force,
    listed,
    planned,
    rows,
    sample_plan,
)
from tests.end_to_end.ledger import MEDICAL, RESERVOIRS, WATER, Ledger
from tests.end_to_end.registry import confirm_all

ENTRY = entry_named(RESERVOIRS)


@pytest.fixture(scope="module")
def ledger(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with granting(tmp_path_factory.mktemp("granting")) as ledger:
        yield ledger


def reader_of(ledger: Ledger) -> GrantReader:
    home = ledger.home / ".mulu"
    app = App(from_environment({"MULU_RPC_URL": ledger.url, "MULU_DEPLOYMENT": str(home / "deployment.json")}))
    return GrantReader(app.contracts)


def covered(ledger: Ledger, grant: int, operation: Operation) -> tuple[Coverage, int, int]:
    """What the contract says now: whether an operation on the first entry is covered, where not, which items."""
    contracts = reader_of(ledger).contracts
    now = contracts.header().time
    reason, at, items = contracts.call("Grants", "coverage", grant, ENTRY, int(operation), now)
    return Coverage(reason), at, items


def status(ledger: Ledger, grant: int) -> Status:
    return reader_of(ledger).head(grant).status


def holds(ledger: Ledger) -> int:
    found: int = reader_of(ledger).contracts.call("Catalog", "head", ENTRY)["holds"]
    return found


def test_an_operate_grant_lives_from_plan_to_closing(ledger: Ledger) -> None:
    before = holds(ledger)
    (grant,) = planned(ledger, [sample_plan()])
    again = ledger.json("grant", "plan", ledger.home / "plan-grantor.csv", "--yes", "--account", "grantor")
    assert (again["planned"], [one["grant"] for one in again["planned_before"]]) == ([], [grant])
    nothing = ledger.run(
        "grant", "approve", grant, "--as", "authority", "--document", PLAN, "--yes", "--account", "authority-approver"
    ).ended(1)
    assert "no scope is listed yet" in nothing.err
    ledger.do("grant", "scope", grant, SCOPE, "--yes", "--account", "grantor")
    early = ledger.run(
        "grant", "approve", grant, "--as", "authority", "--document", PLAN, "--yes", "--account", "authority-approver"
    ).ended(1)
    assert f"grant {grant}: waits for IMPLEMENTATION, AUTHORITY" in early.err
    shown = ledger.do(
        "grant", "approve", grant, "--as", "implementation", "--document", PLAN, "--yes", "--account", "implementer"
    ).out
    digest = reader_of(ledger).version(grant, 1).scope_digest.hex()
    assert f"0x{digest}" in shown
    assert "水情数据授权运营(虚构)" in shown
    assert "大中型水库水情日报" in shown
    ledger.do(
        "grant", "approve", grant, "--as", "authority", "--document", PLAN, "--yes", "--account", "authority-approver"
    )
    late = ledger.run(
        "grant", "decide", grant, "--document", MINUTES, "--date", "2027-01-01", "--yes", "--account", "decider"
    ).ended(1)
    assert "PlanDateInvalid" in late.err
    decision = ("--document", MINUTES, "--date", "2026-09-20", "--yes")
    same = ledger.run("grant", "decide", grant, *decision, "--account", "authority-approver").ended(1)
    assert "an account takes one approval of a version" in same.err
    ledger.do("grant", "decide", grant, *decision, "--account", "decider")
    ledger.do("grant", "approve", grant, "--as", "consent", "--document", PLAN, "--yes", "--account", "provider")
    ledger.do("grant", "sign", grant, "--agreement", AGREEMENT, "--yes", "--account", "grantor")
    assert covered(ledger, grant, Operation.QUERY)[0] is Coverage.NOT_EFFECTIVE
    other = ledger.run("grant", "sign", grant, "--agreement", MINUTES, "--yes", "--account", "operator").ended(1)
    assert "PlanDocumentInvalid" in other.err
    signed = ledger.json("grant", "sign", grant, "--agreement", AGREEMENT, "--yes", "--account", "operator")
    assert [(one["approval"], one["stage"]) for one in signed["taken"]] == [("COUNTERSIGNATURE", "ENTERED")]
    assert covered(ledger, grant, Operation.QUERY) == (Coverage.COVERED, grant, ALL_ITEMS)
    assert covered(ledger, grant, Operation.EXPORT)[0] is Coverage.NOT_OPERATED

    reason = ("--document", MINUTES, "--yes")
    ledger.do("grant", "suspend", grant, *reason, "--account", "implementer-supervisor")
    assert covered(ledger, grant, Operation.QUERY)[0] is Coverage.NOT_EFFECTIVE
    ledger.do("grant", "resume", grant, *reason, "--account", "implementer-supervisor")
    ledger.do("grant", "suspend", grant, *reason, "--account", "authority-supervisor")
    refused = ledger.run("grant", "resume", grant, *reason, "--account", "implementer-supervisor").ended(1)
    assert "AccountNotEntitled" in refused.err
    ledger.do("grant", "resume", grant, *reason, "--account", "authority-supervisor")
    assert holds(ledger) == before + 1
    ledger.do("grant", "revoke", grant, *reason, "--account", "grantor")
    assert "revoked already" in ledger.run("grant", "revoke", grant, *reason, "--account", "grantor").ended(1).err
    ledger.do("grant", "close", grant, *reason, "--account", "grantor")
    assert status(ledger, grant) is Status.CLOSED
    settled = ledger.json("grant", "settle", "--all-due", "--account", "operator")["settled"]
    assert settled == [{"grant": grant, "version": 1, "entries": 1}]
    assert holds(ledger) == before
    assert ledger.json("grant", "settle", "--all-due", "--account", "operator")["settled"] == []


def test_versions_that_follow_keep_what_is_left_blank(ledger: Ledger) -> None:
    grant = in_force(ledger, sample_plan(授权名称="续期样例", 截止日期="2029-12-31"))
    amendment = {"授权编号": grant, "授权名称": "变更样例", "截止日期": "2030-06-30", "用途": "产业发展"}
    path = rows(ledger.home / "amend.csv", [amendment])
    for planned_versions in ([{"row": 2, "grant": grant, "version": 2}], []):
        answer = ledger.json("grant", "amend", path, "--yes", "--account", "grantor")
        assert answer["planned"] == planned_versions
    reader = reader_of(ledger)
    first, second = reader.version(grant, 1).terms, reader.version(grant, 2).terms
    assert (second.start, second.area, second.level) == (first.start, first.area, first.level)
    assert (second.purposes, second.end > first.end) == (8, True)
    busy = rows(ledger.home / "renew.csv", [{"授权编号": grant, "授权名称": "续期", "截止日期": "2031-06-30"}])
    open_still = ledger.run("grant", "renew", busy, "--yes", "--account", "grantor").ended(2)
    assert "version 2 is still open" in open_still.out
    ledger.do("grant", "withdraw", grant, "--yes", "--account", "grantor")
    assert ledger.json("grant", "withdraw", grant, "--yes", "--account", "grantor")["done_before"] == [grant]
    ledger.do("grant", "renew", busy, "--yes", "--account", "grantor")
    renewal = reader.version(grant, 3)
    assert (renewal.terms.start, renewal.scope_of) == (first.end, 1)
    refused = ledger.run("grant", "scope", grant, SCOPE, "--yes", "--account", "grantor").ended(1)
    assert "is a renewal: it keeps the scope" in refused.err
    ledger.do(
        "grant", "approve", grant, "--as", "implementation", "--refuse", "--document", MINUTES, "--yes", "--account",
        "implementer",
    )  # fmt: skip
    ledger.do("grant", "exit", grant, "--document", MINUTES, "--yes", "--account", "operator")
    assert status(ledger, grant) is Status.EXITED


def test_sharing_is_delegated_down_to_the_community(ledger: Ledger) -> None:
    ledger.do(
        *("org", "add", COMMUNITY, "--name", COMMUNITY_NAME, "--kind", "government_department"),
        *("--area", "119901001001", "--parent", STREET, "--roles", "admin,applicant", "--account", "admin-1"),
    )
    confirm_all(ledger)
    whole = {"提供单位": WATER, "条目代码": "306001/000001", "操作": "查询、核验", "信息项": "*"}
    share = {
        "授权类型": "共享使用",
        "开始日期": "2026-01-01",
        "截止日期": "2028-12-31",
        "最高级别": 2,
        "用途": "依法履职",
    }
    city = {**share, "授权名称": "市到区", "被授权方": DISTRICT, "区划代码": "119901", "可再授权级数": 2}
    (root,) = planned(ledger, [city])
    listed(ledger, root, [whole])
    granted(ledger, root)

    def delegated(parent: int, plan: dict[str, Any], scope: dict[str, Any], account: str) -> int:
        path = rows(ledger.home / f"child-{parent}.csv", [{**share, **plan}])
        answer = ledger.json("grant", "delegate", path, "--parent", parent, "--yes", "--account", account)
        (one,) = answer["planned"]
        listed(ledger, one["grant"], [scope], account)
        granted(ledger, one["grant"], account)
        child: int = one["grant"]
        return child

    street = {"授权名称": "区到街道", "被授权方": STREET, "区划代码": "119901001", "可再授权级数": 1}
    child = delegated(root, street, {**whole, "信息项": "1-2", "操作": "查询"}, "district")
    community = {"授权名称": "街道到社区", "被授权方": COMMUNITY_NAME, "区划代码": "119901001001"}
    grandchild = delegated(child, community, {**whole, "信息项": "2", "操作": "查询"}, "street")
    assert covered(ledger, grandchild, Operation.QUERY) == (Coverage.COVERED, grandchild, 0b10)
    identity = reader_of(ledger).identity(grandchild)
    assert (identity.parent, identity.depth) == (child, 2)

    wider = rows(ledger.home / "wider.csv", [
        {**share, **community, "截止日期": "2029-12-31", "最高级别": 3, "可再授权级数": 1, "用途": "公共治理"},
        {**share, **community, "区划代码": "119901"},
    ])  # fmt: skip
    refused = ledger.run("grant", "delegate", wider, "--parent", child, "--yes", "--account", "street").ended(2)
    cells = [line.split()[:2] for line in refused.out.splitlines()[1:]]
    assert cells == [["2", "截止日期"], ["2", "最高级别"], ["2", "用途"], ["2", "可再授权级数"], ["3", "区划代码"]]
    others = ledger.run("grant", "delegate", wider, "--parent", child, "--yes", "--account", "district").ended(1)
    assert "cannot delegate it" in others.err
    ledger.do("grant", "suspend", root, "--reason", "核查", "--yes", "--account", "authority-supervisor")
    assert covered(ledger, grandchild, Operation.QUERY) == (Coverage.NOT_EFFECTIVE, root, 0)
    ledger.do("grant", "terminate", root, "--document", MINUTES, "--yes", "--account", "grantor")


def test_an_approver_signs_all_children_of_a_grant_at_once(ledger: Ledger) -> None:
    share = {"授权类型": "共享使用", "开始日期": "2026-01-01", "截止日期": "2028-12-31", "区划代码": "1199",
             "最高级别": 2, "用途": "依法履职", "被授权方": DISTRICT}  # fmt: skip
    numbers = planned(ledger, [{**share, "授权名称": f"批量 {place}"} for place in range(5)])
    scope = [{"目录条目": RESERVOIRS, "操作": "查询", "信息项": "*"}]
    for number in numbers[:4]:
        listed(ledger, number, scope)
    of_scope = ("--as", "consent", "--document", PLAN, "--yes", "--account", "provider")
    taken = ledger.json("grant", "approve", "--all", *of_scope)["taken"]
    assert [one["grant"] for one in taken if one["grant"] in numbers] == numbers[:4]
    (ledger.home / "numbers.txt").write_text("\n".join(map(str, numbers)))
    words = ("--file", "numbers.txt", "--agreement", AGREEMENT, "--yes", "--account", "grantor")
    assert "no scope is listed yet" in ledger.run("grant", "sign", *words).ended(1).err
    signed = ledger.json("grant", "sign", *words, "--skip-unfit")
    assert [one["grant"] for one in signed["taken"]] == numbers[:4]
    again = ledger.json("grant", "sign", *words, "--skip-unfit")
    assert (again["taken"], again["done_before"]) == ([], numbers[:4])


def test_every_bad_row_is_shown_and_nothing_is_sent(ledger: Ledger) -> None:
    bad = [
        sample_plan(被授权方="无此公司", 最高级别="5", 用途="依法履职"),
        sample_plan(开始日期="明年", 截止日期="2025-13-01", 区划代码="11990"),
        sample_plan(授权条件=None, 退出机制=None, 授权模式=None),
        sample_plan(授权条件="联系人电话 13800000000", 可再授权级数="2"),
    ]
    path = rows(ledger.home / "bad-plans.csv", bad)
    size = ledger.journal()[0]
    refused = ledger.run("grant", "plan", path, "--yes", "--account", "grantor").ended(2)
    lines = [line.split()[:2] for line in refused.out.splitlines()[1:]]
    assert lines == [
        *[["2", "被授权方"], ["2", "最高级别"], ["2", "用途"]],
        *[["3", "开始日期"], ["3", "截止日期"], ["3", "区划代码"]],
        *[["4", "授权模式"], ["4", "授权条件"], ["4", "退出机制"]],
        *[["5", "可再授权级数"], ["5", "授权条件"]],
    ]
    assert "13800000000" not in refused.out + refused.err
    assert "4 rows of bad-plans.csv are refused; nothing was sent" in refused.err
    assert ledger.journal()[0] == size

    (grant,) = planned(ledger, [sample_plan(授权名称="范围有误")])
    entries = [
        {"目录条目": RESERVOIRS, "版本": "7", "操作": "查看", "信息项": "*"},
        {"目录条目": f"{MEDICAL}/306002/000001", "操作": "查询", "信息项": "没有的项；99"},
        {"目录条目": f"{WATER}/306001/000002", "操作": "查询", "信息项": ""},
        {"目录条目": f"{WATER}/none", "操作": "查询", "信息项": "*"},
        {"目录条目": "0x12", "操作": "导出", "信息项": "*"},
        {"目录条目": f"{WATER}/306001/000001", "操作": "查询", "信息项": "*"},
    ]
    path = rows(ledger.home / "bad-scope.csv", entries)
    refused = ledger.run("grant", "scope", grant, path, "--yes", "--account", "grantor").ended(2)
    lines = [line.split()[:2] for line in refused.out.splitlines()[1:]]
    assert lines == [
        ["2", "版本"],
        ["2", "操作"],
        ["3", "信息项"],
        ["4", "信息项"],
        ["5", "目录条目"],
        ["6", "目录条目"],
        ["7", "目录条目"],
    ]
    odd = rows(ledger.home / "odd.csv", [{"目录条目": RESERVOIRS, "操做": "查询", "信息项": "*"}])
    unknown = ledger.run("grant", "scope", grant, odd, "--yes", "--account", "grantor").ended(2)
    assert "columns 操做 are not known" in unknown.err
    ledger.do("grant", "withdraw", grant, "--yes", "--account", "grantor")
