"""From acts to rows of products, prices and disclosures."""

import pytest

from ledger.errors import Inconsistent
from ledger.indexer.rows import time_of
from tests.unit.indexer.grant_acts import GRANTEE, GrantActs
from tests.unit.indexer.test_project import folded
from tests.unit.indexer.test_project_grants import NOW, OTHER, begun, in_force


def test_malformed_content_is_kept_raw_and_flagged() -> None:
    acts, *_ = begun()
    acts.add_product(1, 1, content=b"?")
    acts.disclose(1, 2026, content=b"?")
    changes = folded(acts)
    assert changes.products[0].name is None
    assert changes.products[0].malformed
    assert changes.disclosures[0].malformed
    assert [act.malformed for act in changes.acts[-2:]] == [True] * 2


def test_a_product_that_the_mirror_does_not_have_is_inconsistent() -> None:
    acts = GrantActs(5, NOW)
    acts.set_price(4, 1)
    with pytest.raises(Inconsistent, match=r"act 5 \(PriceSet\) is about unknown product 4"):
        folded(acts)


def test_a_product_is_offered_under_its_grant_and_what_is_developed_from_it_too() -> None:
    acts, *_ = in_force()
    acts.add_product(1, 1)
    acts.add_product(2, 0, OTHER, source=1, inputs=[], entry=b"\x0f" * 32)
    acts.change_product("ProductSuspended", 1, 2)
    acts.change_product("ProductResumed", 1, 1)
    acts.change_product("ProductDelisted", 1, 3, GRANTEE)
    changes = folded(acts)
    first = [row for row in changes.products if row.product == 1]
    assert [(row.status, row.suspended_by_authority) for row in first] == [
        ("LISTED", False), ("SUSPENDED", True), ("LISTED", False), ("DELISTED", False),
    ]  # fmt: skip
    assert (first[-1].name, first[-1].form, first[-1].purpose, first[-1].inputs) == (
        "产品1", "MODEL", 8, ["0x" + "01" * 32],
    )  # fmt: skip
    (second,) = (row for row in changes.products if row.product == 2)
    assert (second.grant, second.source, second.depth, second.operator) == (1, 1, 1, OTHER)


def test_a_new_ceiling_ends_a_price_above_it() -> None:
    acts, *_ = in_force()
    acts.add_product(1, 1)
    acts.set_ceiling(1, 100)
    acts.set_price(1, 80, trial=True)
    acts.set_ceiling(1, 90)
    acts.set_ceiling(1, 50, withdrawn=True, unit="year")
    acts.set_price(1, 2**64 - 1)
    prices = [(row.position, row.ceiling, row.price, row.trial, row.unit) for row in folded(acts).product_prices]
    assert prices == [
        (0, 100, None, False, "call"),
        (1, 100, 80, True, "call"),
        (2, 90, 80, True, "call"),
        (3, 50, None, False, "year"),
        (4, 50, 2**64 - 1, False, "call"),
    ]


def test_a_disclosure_is_kept_version_by_version() -> None:
    acts, *_ = in_force()
    acts.disclose(1, 2026)
    acts.disclose(1, 2026, 2, late=True)
    rows = folded(acts).disclosures
    assert [(row.year, row.kind, row.version, row.late, row.title) for row in rows] == [
        (2026, "OPERATION", 1, False, "2026年度披露"), (2026, "OPERATION", 2, True, "2026年度披露"),
    ]  # fmt: skip
    assert rows[0].deadline == time_of(NOW + 100)
