"""Grants as everybody looks them up: lists, trees, and what somebody may do and why."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest

from tests.conftest import Tools
from tests.end_to_end.granting import DISTRICT, STREET, granted, granting, listed, planned, rows
from tests.end_to_end.ledger import MEDICAL, RESERVOIRS, WATER, Ledger

CHINESE = {"LC_ALL": "zh_CN.UTF-8"}
SHARE = {
    "授权类型": "共享使用", "开始日期": "2026-01-01", "截止日期": "2028-12-31", "最高级别": 2, "用途": "依法履职",
}  # fmt: skip
SCOPE = {"提供单位": WATER, "条目代码": "306001/000001", "操作": "查询、核验", "信息项": "*"}


@pytest.fixture(scope="module")
def ledger(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Grant 1 from the authority to a district, grant 2 from there to a street; grant 3 is a plan."""
    with granting(tmp_path_factory.mktemp("reading"), registered=()) as ledger:
        city = {**SHARE, "授权名称": "市到区", "被授权方": DISTRICT, "区划代码": "119901", "可再授权级数": 2}
        planned(ledger, [city])
        listed(ledger, 1, [SCOPE])
        granted(ledger, 1)
        street = {**SHARE, "授权名称": "区到街道", "被授权方": STREET, "区划代码": "119901001", "可再授权级数": 1}
        path = rows(ledger.home / "child.csv", [street])
        ledger.do("grant", "delegate", path, "--parent", 1, "--yes", "--account", "district")
        listed(ledger, 2, [{**SCOPE, "操作": "查询", "信息项": "1-2"}], "district")
        granted(ledger, 2, "district")
        planned(ledger, [{**city, "授权名称": "拟定中"}])
        yield ledger


def test_grants_are_listed_and_shown(ledger: Ledger) -> None:
    rows = ledger.json("grant", "list")
    assert [(row["grant"], row["status"]) for row in rows] == [(3, "PLANNED"), (2, "ACTIVE"), (1, "ACTIVE")]
    assert [row["grant"] for row in ledger.json("grant", "list", "--status", "planned")] == [3]
    assert [row["grant"] for row in ledger.json("grant", "list", "街道", "--kind", "share")] == [2]
    assert [row["grant"] for row in ledger.json("grant", "list", "--entry", RESERVOIRS, "--grantee", DISTRICT)] == [1]
    shown = ledger.json("grant", "show", 1)
    assert [one["approval"] for one in shown["approvals"]] == ["CONSENT", "SIGNATURE"]
    assert [one["step"] for one in shown["steps"]] == ["PLANNED", "SCOPED", "APPROVED", "APPROVED"]
    assert (shown["grant"]["effective"], shown["content"]["title"]) == (True, "市到区")
    text = ledger.run("grant", "show", 1, settings=CHINESE).ended().out
    for said in ("授权 1：市到区", "共享使用权限", "大中型水库水情日报", "查询、核验", "审核同意: 提供单位同意"):
        assert said in text
    ledger.run("grant", "show", 9).ended(1)
    ledger.run("grant", "list", "--status", "gone").ended(2)


def test_a_check_derives_its_answer_from_the_acts(ledger: Ledger) -> None:
    asked = ("grant", "check", "--entry", RESERVOIRS, "--organization", STREET)
    answer = ledger.json(*asked)
    assert (answer["allowed"], answer["covering"]) == (True, [2])
    chain = answer["derivation"]["chain"]
    assert [(link["grant"], link["coverage"]) for link in chain] == [(2, "COVERED"), (1, "COVERED")]
    assert [approval["approval"] for approval in chain[1]["approvals"]] == ["CONSENT", "SIGNATURE"]
    assert answer["derivation"]["items"] == [0, 1]
    for approval in chain[1]["approvals"]:
        ledger.do("prove", "act", approval["act_index"], "-o", "act.json")
        # The chain of these tests stands still, so that only freshness is missing.
        said = ledger.run("verify", "act.json", "--rpc", ledger.url).ended(4).out
        assert "passed: the act's leaf leads to the journal's root" in said
        assert "UNDECIDED: freshness missing" in said
    text = ledger.run(*asked, settings=CHINESE).ended().out
    assert "可以：" in text
    assert "授权主体签署" in text

    export = ledger.run(*asked, "--operation", "export", "--json").ended(1).json
    assert (export["derivation"]["coverage"], export["derivation"]["by"]) == ("NOT_OPERATED", 2)
    nothing = ledger.run("grant", "check", "--entry", RESERVOIRS, "--organization", MEDICAL).ended(1)
    assert "no grant to it lists the entry" in nothing.out
    assert not ledger.run(*asked, "--at", "2020-01-01", "--json").ended(1).json["allowed"]
    assert not ledger.run(*asked, "--at", "2029-01-01", "--json").ended(1).json["allowed"]
    assert ledger.json(*asked, "--at", "2028-12-31T23:59")["allowed"]
    ledger.run(*asked, "--operation", "look").ended(2)


def test_a_grant_is_proven_for_third_parties(ledger: Ledger) -> None:
    asked = ("--entry", RESERVOIRS, "--organization", STREET)
    ledger.do("prove", "grant", 2, *asked, "--operation", "query", "-o", "grant.json")
    said = ledger.run("verify", "grant.json", "--rpc", ledger.url).ended(4).out
    # The chain of these tests stands still, so that only freshness is missing.
    assert said.endswith("UNDECIDED: freshness missing\n")
    assert "COVERED at" in said
    assert "by grant 2 version 1, under 1 version 1; items: 0, 1" in said
    # Its time can be asked about: the past is as it was.
    statement = json.loads((ledger.home / "grant.json").read_text())["statement"]
    then = datetime.fromtimestamp(statement["time"], UTC).isoformat()
    past = ("verify", "grant.json", "--at", then)
    assert ledger.run(*past, "--rpc", ledger.url).ended(0).out.endswith("VALID\n")
    assert ledger.run(*past).ended(4).out.endswith("UNDECIDED: seal missing\n")
    assert "time missing" in ledger.run("verify", "grant.json", "--at", "2026-01-02").ended(4).out
    # Without a number the grant that covers it, at a time of the past too.
    ledger.do("prove", "grant", *asked, "--at", then, "-o", "past.json")
    assert (ledger.home / "past.json").read_bytes() == (ledger.home / "grant.json").read_bytes()
    with ZipFile(ledger.home / "grants.zip", "w") as archive:
        archive.write(ledger.home / "grant.json", "grant.json")
    rows = ledger.run("verify", "grants.zip", "--at", then, "--rpc", ledger.url, "--json").ended(0).json
    assert [row["verdict"] for row in rows] == ["VALID"]
    chinese = ledger.run(*past, "--rpc", ledger.url, settings=CHINESE).ended(0).out
    assert "授权 2 第 1 版，上级 1 第 1 版范围内；信息项：0, 1" in chinese


@pytest.mark.parametrize(
    ("grant", "organization", "operation", "verdict", "said"),
    [
        (2, STREET, "export", "ABSENT", "NOT_OPERATED at grant 2"),
        (1, STREET, "query", "ABSENT", f"grant 1 is to {DISTRICT}, not to {STREET}"),
        (3, DISTRICT, "query", "ABSENT", "grant 3 was not in force by then"),
    ],
)
def test_that_nothing_is_granted_is_proven_too(
    ledger: Ledger, grant: int, organization: str, operation: str, verdict: str, said: str
) -> None:
    asked = ("--entry", RESERVOIRS, "--organization", organization, "--operation", operation)
    ledger.do("prove", "grant", grant, *asked, "-o", "no.json")
    statement = json.loads((ledger.home / "no.json").read_text())["statement"]
    then = datetime.fromtimestamp(statement["time"], UTC).isoformat()
    ran = ledger.run("verify", "no.json", "--rpc", ledger.url, "--at", then).ended(1)
    assert ran.out.endswith(f"NOT IN FORCE: {verdict}\n")
    assert said in ran.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((9, "--organization", STREET), 1, "the mirror knows no grant 9"),
        (("--organization", MEDICAL), 1, "name the grant that is meant"),
        ((2, "--organization", STREET, "--at", "2999-01-01"), 2, "has not come yet"),
        ((2, "--organization", STREET, "--at", "1960-01-01"), 2, "statement.time is negative"),
        ((2, "--organization", "nobody"), 2, "statement.organization is no code"),
        ((2, "--organization", STREET, "--operation", "look"), 2, "want one of query, verify, compute, export"),
    ],
)
def test_what_cannot_be_proven_of_a_grant(ledger: Ledger, arguments: tuple[object, ...], code: int, said: str) -> None:
    ran = ledger.run("prove", "grant", *arguments, "--entry", RESERVOIRS, "-o", "none.json").ended(code)
    assert said in ran.err
    assert not (ledger.home / "none.json").exists()


def test_suspending_an_ancestor_reaches_the_answer_and_the_past_stays(ledger: Ledger) -> None:
    asked = ("grant", "check", "--entry", RESERVOIRS, "--organization", STREET)
    assert ledger.json(*asked)["allowed"]
    ledger.do("grant", "suspend", 1, "--reason", "核查", "--yes", "--account", "authority-supervisor")
    refused = ledger.run(*asked, "--json").ended(1).json
    assert (refused["derivation"]["coverage"], refused["derivation"]["by"]) == ("NOT_EFFECTIVE", 1)
    tree = ledger.json("grant", "tree", 2)
    assert [(row["grant"], row["status"], row["effective"]) for row in tree] == [
        (1, "SUSPENDED", False), (2, "ACTIVE", False),
    ]  # fmt: skip
    suspended = ledger.json("grant", "show", 1)["steps"][-1]
    assert ledger.json("grant", "show", 1, "--as-of", suspended["block_number"] - 1)["grant"]["status"] == "ACTIVE"
    assert "→2" in ledger.run("grant", "tree", 2, settings=CHINESE).ended().out
    # The bundle that was made before is as good of its time; with a node it says what holds today.
    said = ledger.run("verify", "grant.json", "--rpc", ledger.url).ended(4).out
    assert "NOT_EFFECTIVE at grant 1: not in force at that time: suspended since" in said


def test_a_report_is_the_same_bytes_and_lists_are_empty_before_anything_is_offered(ledger: Ledger) -> None:
    year = ledger.json("grant", "show", 1)["steps"][0]["time"][:4]
    for name in ("one.md", "two.md", "one.json", "two.json"):
        ledger.do("disclosure", "report", 1, year, "-o", name)
    for suffix in ("md", "json"):
        assert (ledger.home / f"one.{suffix}").read_bytes() == (ledger.home / f"two.{suffix}").read_bytes()
    assert ledger.do("disclosure", "report", 1, year).out == (ledger.home / "one.md").read_text("utf-8")
    assert "年度公共数据授权披露报告" in (ledger.home / "one.md").read_text("utf-8")
    assert ledger.json("disclosure", "list") == []
    assert ledger.json("product", "list") == []
    ledger.run("product", "show", 1).ended(1)
    ledger.run("disclosure", "report", 1, 1990).ended(1)
    ledger.run("disclosure", "report", 1, year, "-o", "report.doc").ended(2)
