"""Products, prices and disclosures on a real mirror."""

from typing import Any

import pytest

from ledger.model.ids import entry_id, to_hex
from registry_api import product_schemas as schemas
from registry_api.schemas import ActAnswer, EntryAnswer

from .conftest import Client
from .grants import DISCLOSED, INDEX, OPEN_ENTRY, OPERATION, PRODUCT, PRODUCT_ENTRY, REPORT, SHARING
from .sample import AUTHORITY, OPERATOR
from .test_answers import ask
from .test_problems import refused

AT = "as_of=2026-07-01T04:00:00Z"


def one(client: Client, product: int, query: str = AT) -> Any:
    return ask(client, f"/v1/products/{product}?{query}", schemas.ProductAnswer)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [INDEX, REPORT]),
        ("q=指数", [INDEX]),
        ("status=DELISTED", [REPORT]),
        (f"grant={OPERATION}&form=INDEX", [INDEX]),
        (f"grant={SHARING}", []),
        (f"operator={OPERATOR}&purpose=INDUSTRY", [INDEX, REPORT]),
        ("purpose=PUBLIC_GOOD", []),
        (f"entry={to_hex(PRODUCT_ENTRY)}", [INDEX]),
        (f"source={INDEX}", []),
    ],
)
def test_products_are_found(grants: Client, query: str, found: list[int]) -> None:
    page = ask(grants, f"/v1/products?{AT}&{query}", schemas.ProductPage)
    assert [item["product"] for item in page["items"]] == found


def test_pages_follow_each_other(grants: Client) -> None:
    first = ask(grants, f"/v1/products?{AT}&limit=1", schemas.ProductPage)
    second = ask(grants, first["next"], schemas.ProductPage)
    assert [item["product"] for item in first["items"] + second["items"]] == [INDEX, REPORT]
    assert second["next"] is None


def test_a_product_comes_with_its_words_states_and_prices(grants: Client) -> None:
    answer = one(grants, INDEX)
    product = answer["product"]
    assert (product["name"], product["status"], product["offered"]) == ("节水指数", "LISTED", True)
    assert (product["form"], product["purpose"], product["inputs"]) == ("INDEX", "INDUSTRY", [to_hex(OPEN_ENTRY)])
    assert product["content"] == {"format": "mulu-product/1", **PRODUCT.stated()}
    assert [(price["ceiling"], price["price"], price["trial"], price["unit"]) for price in answer["prices"]] == [
        (20_000, None, False, "call"), (20_000, 15_000, True, "call"),
    ]  # fmt: skip
    assert product["price"] == answer["prices"][-1]
    for price in answer["prices"]:
        act = ask(grants, f"/v1/acts/{price['act_index']}", ActAnswer)["act"]
        assert act["contract"] == "Products"
        assert grants.get(price["proof"]).status_code == 200


def test_the_past_is_told_as_it_was(grants: Client) -> None:
    assert one(grants, INDEX, "as_of=2026-06-23T02:00:00Z")["product"]["price"]["price"] is None
    assert one(grants, REPORT, "as_of=2026-06-24T00:00:00Z")["product"]["status"] == "LISTED"
    refused(grants, f"/v1/products/{INDEX}?as_of=2026-06-01T00:00:00Z", 404)


def test_what_is_delisted_is_not_offered_and_malformed_content_is_told_raw(grants: Client) -> None:
    answer = one(grants, REPORT)
    product = answer["product"]
    assert (product["offered"], product["name"], product["content_raw"]) == (False, None, "0x5b5d")
    assert [state["status"] for state in answer["history"]] == ["LISTED", "DELISTED"]


def test_a_product_holds_its_own_entry_until_it_is_delisted(grants: Client) -> None:
    held = ask(grants, f"/v1/entries/{to_hex(PRODUCT_ENTRY)}", EntryAnswer)["held_by"]
    assert held == [{"kind": "product", "number": "1", "version": None, "link": "/v1/products/1"}]
    other = to_hex(entry_id(OPERATOR, "P-2"))
    assert ask(grants, f"/v1/entries/{other}", EntryAnswer)["held_by"] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [("AUTHORIZATION", 1), ("OPERATION", 2), ("OPERATION", 1)]),
        ("current=true", [("AUTHORIZATION", 1), ("OPERATION", 2)]),
        ("late=false", [("AUTHORIZATION", 1)]),
        (f"organization={OPERATOR}&kind=OPERATION", [("OPERATION", 2), ("OPERATION", 1)]),
        (f"grant={OPERATION}&year=2024", []),
    ],
)
def test_disclosures_are_found(grants: Client, query: str, found: list[tuple[str, int]]) -> None:
    page = ask(grants, f"/v1/disclosures?{AT}&{query}", schemas.DisclosurePage)
    assert [(item["kind"], item["version"]) for item in page["items"]] == found


def test_a_disclosure_is_told_with_its_lateness(grants: Client) -> None:
    path = f"/v1/disclosures/{OPERATION}/2025"
    last = ask(grants, f"{path}/OPERATION", schemas.DisclosureAnswer)["disclosure"]
    assert (last["version"], last["late"], last["content_raw"]) == (2, True, "0x3f")
    first = ask(grants, f"{path}/OPERATION?version=1", schemas.DisclosureAnswer)["disclosure"]
    assert first["content"] == {"format": "mulu-disclosure/1", **DISCLOSED.stated()}
    assert first["deadline"] == "2026-03-31T16:00:00Z"
    assert ask(grants, f"{path}/AUTHORIZATION", schemas.DisclosureAnswer)["disclosure"]["organization"] == AUTHORITY
    refused(grants, f"{path}/OPERATION?version=3", 404)
    refused(grants, f"/v1/disclosures/{OPERATION}/2024/OPERATION", 404)
