"""Products and disclosures as an operator and a grantor work them."""

import json
from collections.abc import Iterator

import pytest

from ledger.app import App
from ledger.chain.contracts import Contracts
from ledger.chain.rpc import Node
from ledger.grant.product_file import SOURCE
from ledger.model.ids import entry_id
from ledger.settings import from_environment
from tests.conftest import Tools
from tests.end_to_end.granting import AGREEMENT, MINUTES, OPERATOR, PLAN, PRODUCT, granting, in_force, rows, sample_plan
from tests.end_to_end.ledger import RESERVOIRS, Ledger


@pytest.fixture(scope="module")
def ledger(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with granting(tmp_path_factory.mktemp("products")) as ledger:
        assert in_force(ledger, sample_plan()) == 1
        yield ledger


def contracts_of(ledger: Ledger) -> Contracts:
    home = ledger.home / ".mulu"
    settings = {"MULU_RPC_URL": ledger.url, "MULU_DEPLOYMENT": str(home / "deployment.json")}
    return App(from_environment(settings)).contracts


def test_a_product_is_published_added_priced_and_delisted(ledger: Ledger) -> None:
    operator = ("--yes", "--account", "operator")
    added = ledger.json("product", "add", PRODUCT, *operator)
    assert [(one["row"], one["product"]) for one in added["added"]] == [(1, 1)]
    assert added["entries_published"] == 1
    again = ledger.json("product", "add", PRODUCT, *operator)
    assert (again["added"], again["added_before"]) == ([], [{"row": 1, "product": 1}])
    (entry,) = ledger.entry(f"{OPERATOR}/P0001")
    assert (entry["kind"], entry["content"]["source"]) == (2, SOURCE)
    assert entry["content"]["title"] == "水库水情查询接口(虚构)"

    contracts = contracts_of(ledger)
    assert contracts.call("Products", "isOffered", 1)
    early = ledger.run("product", "price", 1, "--yuan", "0.50", "--unit", "call", *operator).ended(1)
    assert "ProductPriceTooHigh" in early.err
    grantor = ("--yes", "--account", "grantor")
    ledger.do("product", "ceiling", 1, "--yuan", "1.00", "--unit", "call", "--document", MINUTES, *grantor)
    priced = ledger.json("product", "price", 1, "--yuan", "0.50", "--unit", "call", "--trial", *operator)
    assert (priced["ceiling_fen"], priced["price_fen"], priced["trial"]) == (100, 50, True)
    too_high = ledger.run("product", "price", 1, "--yuan", "1.01", "--unit", "call", *operator).ended(1)
    assert "ProductPriceTooHigh(product=1, price=101, ceiling=100)" in too_high.err
    assert "within the ceiling" in too_high.err
    for amount in ("0.505", "-1", "NaN", "一元"):
        assert "at most two decimals" in ledger.run("product", "price", 1, "--yuan", amount, "--unit", "c").ended(2).err

    reason = ("--document", MINUTES, "--yes")
    ledger.do("product", "suspend", 1, *reason, "--account", "implementer-supervisor")
    assert not contracts.call("Products", "isOffered", 1)
    ledger.do("product", "resume", 1, *reason, "--account", "implementer-supervisor")
    ledger.do("product", "delist", 1, *reason, "--account", "operator")
    assert contracts.call("Products", "productOf", entry_id(OPERATOR, "P0001")) == 0


def test_an_entry_that_was_published_before_a_stop_is_not_published_again(ledger: Ledger) -> None:
    (sample,) = json.loads(PRODUCT.read_text("utf-8"))["products"]
    (wrong,) = [{**sample, "条目代码": "P0002", "用途": "公共治理"}]
    refused = ledger.run(
        "product", "add", rows(ledger.home / "w.csv", [wrong]), "--yes", "--account", "operator"
    ).ended(1)
    assert "ProductValueInvalid" in refused.err
    assert len(ledger.entry(f"{OPERATOR}/P0002")) == 1
    right = {**wrong, "用途": "产业发展"}
    path = rows(ledger.home / "r.csv", [right])
    added = ledger.json("product", "add", path, "--yes", "--account", "operator")
    assert (len(added["added"]), added["entries_published"]) == (1, 0)
    taken = rows(ledger.home / "t.csv", [{**right, "产品名称": "另一产品"}])
    other = ledger.run("product", "add", taken, "--yes", "--account", "operator").ended(2)
    assert "delist that product, or use another code" in other.out


def test_bad_products_are_shown_by_row(ledger: Ledger) -> None:
    (sample,) = json.loads(PRODUCT.read_text("utf-8"))["products"]
    bad = [
        {**sample, "产品形态": "软件", "用途": "产业发展、行业发展"},
        {**sample, "授权编号": "", "输入条目": ""},
        {**sample, "条目代码": "", "可再开发": "也许", "产品名称": ""},
        {**sample, "输入条目": "0x12"},
    ]
    refused = ledger.run("product", "add", rows(ledger.home / "bad.csv", bad), "--account", "operator").ended(2)
    cells = [line.split()[:2] for line in refused.out.splitlines()[1:]]
    assert cells == [["2", "产品形态"], ["2", "用途"], ["3", "授权编号"], ["4", "条目代码"], ["4", "可再开发"],
                     ["4", "产品名称"], ["5", "输入条目"]]  # fmt: skip


def test_a_year_is_disclosed_once_and_corrected(ledger: Ledger) -> None:
    year = {"授权编号": 1, "年度": 2026, "披露类型": "授权和实施情况", "标题": "年度披露(虚构)"}
    path = rows(ledger.home / "year.csv", [year])
    early = ledger.run("disclosure", "publish", path, "--yes", "--account", "grantor").ended(1)
    assert "DisclosureYearInvalid(grant=1, year=2026)" in early.err
    assert "once the year is over" in early.err
    both = rows(ledger.home / "both.csv", [year, {**year, "披露类型": "运营情况"}])
    assert "make it two files" in ledger.run("disclosure", "publish", both, "--account", "grantor").ended(2).err
    unknown = rows(ledger.home / "unknown.csv", [{**year, "年度": "去年", "标题": ""}])
    shown = ledger.run("disclosure", "publish", unknown, "--account", "grantor").ended(2).out
    assert [line.split()[:2] for line in shown.splitlines()[1:]] == [["2", "年度"], ["2", "标题"]]

    node = Node(ledger.url)
    node.request("evm_increaseTime", 120 * 24 * 3600)
    node.request("evm_mine")
    of_grantor = ("--yes", "--account", "grantor")
    first = ledger.json("disclosure", "publish", path, *of_grantor)
    assert first["published"] == [{"row": 2, "grant": 1, "year": 2026, "version": 1}]
    again = ledger.json("disclosure", "publish", path, *of_grantor)
    assert (again["published"], len(again["published_before"])) == ([], 1)
    corrected = rows(ledger.home / "corrected.csv", [{**year, "总体情况": "更正后的情况(虚构)"}])
    assert ledger.json("disclosure", "publish", corrected, *of_grantor)["published"][0]["version"] == 2
    own = rows(ledger.home / "own.csv", [{**year, "披露类型": "运营情况"}])
    assert len(ledger.json("disclosure", "publish", own, "--yes", "--account", "operator")["published"]) == 1


def test_documents_of_the_sample_are_there() -> None:
    assert [path.is_file() for path in (AGREEMENT, MINUTES, PLAN, PRODUCT)] == [True] * 4
    assert RESERVOIRS in PRODUCT.read_text("utf-8")
