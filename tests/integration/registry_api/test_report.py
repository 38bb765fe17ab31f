"""The yearly report: told from the mirror, the same bytes from the same acts."""

import json
from dataclasses import replace

import pytest

from ledger.errors import NotFound
from ledger.grant.report import Material, document, held_in
from ledger.grant.report_page import markdown
from ledger.model import canonical
from ledger.store.report_material import report_material

from .grants import BROKEN, CONTENT, DISCLOSED, OPEN_ENTRY, OPERATION, OVERALL, SHARING, build_grants
from .register import local
from .sample import HOSTILE, OPERATOR, SampleApplication


def material(granted: SampleApplication, grant: int, year: int, at: int | None = None) -> Material:
    with granted.mirror.snapshot() as view:
        return report_material(view, grant, year, at)


def test_a_report_tells_what_was_granted_offered_and_disclosed(granted: SampleApplication) -> None:
    told = document(material(granted, OPERATION, 2026))
    grant = told["grant"]
    assert (grant["grantee"]["code"], grant["content"]) == (OPERATOR, CONTENT.stated())
    assert (grant["start"], grant["end"]) == ("2026-04-13T01:00:00Z", "2028-04-08T16:00:00Z")
    assert [row["approval"] for row in grant["approvals"]] == [
        "IMPLEMENTATION", "AUTHORITY", "DECISION", "CONSENT", "SIGNATURE", "COUNTERSIGNATURE",
    ]  # fmt: skip
    assert [row["status"] for row in grant["statuses"]] == ["ACTIVE"]
    assert [(row["title"], row["entry_version"]) for row in grant["scope"]] == [("大中型水库水情日报", 1)]
    index, report = told["products"]
    assert (index["name"], index["inputs"][0]["title"], report["status"]) == (
        "节水指数",
        "大中型水库水情日报",
        "DELISTED",
    )
    assert [(price["ceiling"], price["price"], price["trial"]) for price in index["prices"]] == [
        ("20000", None, False), ("20000", "15000", True),
    ]  # fmt: skip
    # Nothing is disclosed about 2026 yet, and nobody is late.
    assert [(row["kind"], row["disclosed"], row["late"]) for row in told["disclosures"]] == [
        ("AUTHORIZATION", False, False), ("OPERATION", False, False),
    ]  # fmt: skip


def test_what_was_disclosed_is_told_with_its_lateness(granted: SampleApplication) -> None:
    # The grant is of 2026: nothing can be told of what it was a year before.
    with pytest.raises(NotFound, match=f"no grant {OPERATION} by the end of 2025"):
        material(granted, OPERATION, 2025)
    with granted.mirror.snapshot() as view:
        found = view.disclosures()
    made = replace(material(granted, OPERATION, 2026), disclosures=[found[2], found[0]])
    told = document(made)["disclosures"]
    assert [(row["kind"], row["version"], row["late"]) for row in told] == [
        ("AUTHORIZATION", 1, False), ("OPERATION", 1, True),
    ]  # fmt: skip
    assert told[1]["content"] == DISCLOSED.stated()
    assert "逾期披露" in markdown(document(made))


def test_the_same_acts_give_the_same_bytes(granted: SampleApplication, database: str) -> None:
    again = build_grants(database)
    for grant in (OPERATION, SHARING, OVERALL, BROKEN):
        one, two = (document(material(made, grant, 2026)) for made in (granted, again))
        assert canonical.encode(one) == canonical.encode(two)
        assert markdown(one) == markdown(two)
    again.mirror.close()
    # Blocks without acts change nothing: the last block is one.
    acts = granted.mirror.queries.acts(limit=1)
    assert document(material(granted, OPERATION, 2026))["as_of"]["block"] == acts[0].block_number
    assert granted.city.number > acts[0].block_number


def test_an_earlier_block_knew_less(granted: SampleApplication) -> None:
    early = granted.mirror.queries.point_at_time(local("2026-05-01T00:00"))
    assert early
    told = document(material(granted, OPERATION, 2026, early.number))
    assert told["products"] == []
    assert told["as_of"]["block"] <= early.number
    assert [row["status"] for row in document(material(granted, SHARING, 2026, early.number))["grant"]["statuses"]] == [
        "ACTIVE"
    ]
    assert [row["status"] for row in document(material(granted, SHARING, 2026))["grant"]["statuses"]] == [
        "ACTIVE", "SUSPENDED",
    ]  # fmt: skip


def test_the_page_is_chinese_and_keeps_text_as_text(granted: SampleApplication) -> None:
    page = markdown(document(material(granted, OPERATION, 2026)))
    for said in ("一、授权和实施情况", "二、运营情况", "三、披露情况", "某数据运营公司", "150.00 元/次", "200.00 元/次",
                 "节水指数", "大中型水库水情日报", "2028年04月08日", "集体决策", "未披露"):  # fmt: skip
        assert said in page
    hostile = markdown(document(material(granted, OVERALL, 2026)))
    assert HOSTILE not in hostile
    assert "\\<script\\>" in hostile
    broken = markdown(document(material(granted, BROKEN, 2026)))
    assert "内容不符合格式" in broken
    assert "尚未生效" in broken


def test_a_product_names_what_it_uses(granted: SampleApplication) -> None:
    told = json.loads(canonical.encode(document(material(granted, OPERATION, 2026))))
    assert told["products"][0]["inputs"][0]["entry"] == "0x" + OPEN_ENTRY.hex()


def test_what_held_in_a_year_begins_with_what_held_at_its_beginning() -> None:
    times = [local(text) for text in ("2024-03-01T00:00", "2025-06-01T00:00", "2026-01-01T00:00", "2026-02-01T00:00")]
    assert [held_in(times, year) for year in (2023, 2024, 2025, 2026, 2027)] == [
        slice(0, 0), slice(0, 1), slice(0, 2), slice(2, 4), slice(3, 4),
    ]  # fmt: skip
