"""Transactions that break the rules of products, prices and disclosures, and the error that the chain answers."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.integration.chain.grant_rules import APPLICANT, GRANTOR, RIVAL_APPLICANT, SUPERVISOR, rule
from tests.integration.chain.granting import (
    AUTHORITY,
    DAY,
    OPERATOR,
    REASON,
    RIVAL,
    Granting,
    Transaction,
)

CALL, YEAR = b"call".ljust(32, b"\0"), b"year".ljust(32, b"\0")


CEILING = {"ceiling": 100, "unit": CALL, "document": REASON}
PRICE = {"price": 80, "unit": CALL, "trial": False, "document": bytes(32)}
STEP = {"reason": REASON}
CAPPED = (GRANTOR, "setCeilings", CEILING)


def product(who: str = APPLICANT, **changes: Any) -> Callable[[Granting], Transaction]:
    """Adds a product, under a grant over A, that cannot be."""
    return lambda city: (who, "Products", "add", [city.new_product(city.operated("A"), **changes)])


def on_product(
    function: str, who: str, one: dict[str, Any], *before: tuple[str, str, dict[str, Any]], **changes: Any
) -> Callable[[Granting], Transaction]:
    """A step on a product, after others, that cannot be taken. `changes` are the product's."""

    def breaks(city: Granting) -> Transaction:
        number = city.listed(city.operated("A"), **changes)
        for sender, earlier, given in before:
            city.send(sender, "Products", earlier, [{"product": number} | given])
        return who, "Products", function, [[{"product": number} | one]]

    return breaks


def derived(form: int = 2, **changes: Any) -> Callable[[Granting], Transaction]:
    """Develops from a product what cannot be developed. `changes` are the source's."""

    def breaks(city: Granting) -> Transaction:
        source = city.listed(city.operated("A"), **changes)
        made = {"source": source, "entry": city.entry("R", RIVAL), "inputs": [], "form": form}
        return RIVAL_APPLICANT, "Products", "add", [city.new_product(0, **made)]

    return breaks


def derived_from_own(city: Granting) -> Transaction:
    source = city.listed(city.operated("A"))
    made = {"source": source, "entry": city.entry("Q", OPERATOR), "inputs": []}
    return APPLICANT, "Products", "add", [city.new_product(0, **made)]


def listed_twice(city: Granting) -> Transaction:
    grant = city.operated("A")
    city.listed(grant)
    return APPLICANT, "Products", "add", [city.new_product(grant)]


def disclose(*, years: int = 1, twice: bool = False, **changes: Any) -> Callable[[Granting], Transaction]:
    """Discloses, some years after the grant, what cannot be disclosed."""

    def breaks(city: Granting) -> Transaction:
        number, year = city.operated("A"), _year(city.now)
        city.wait_until(city.now + years * 366 * DAY)
        one = {"grant": number, "year": year, "kind": 2, "expectedVersion": 0, "content": b"{}"} | changes
        if twice:
            city.send(APPLICANT, "Products", "disclose", [one])
        return APPLICANT, "Products", "disclose", [[one]]

    return breaks


def _year(time: int) -> int:
    return datetime.fromtimestamp(time, timezone(timedelta(hours=8))).year


def _suspended(city: Granting) -> int:
    number = city.operated("A")
    city.send(SUPERVISOR, "Grants", "suspend", city.step(number))
    return number


PRODUCTS = [
    rule("ProductsNothingToDo", "no product", lambda city: (APPLICANT, "Products", "add", [[]])),
    rule(
        "ProductUnknown",
        "no such product",
        lambda city: (SUPERVISOR, "Products", "suspend", [[{"product": 9} | STEP]]),
        product=9,
    ),
    rule(
        "ProductGrantInvalid",
        "no such grant",
        lambda city: (APPLICANT, "Products", "add", [city.new_product(99)]),
        grant=99,
    ),
    rule("ProductGrantInvalid", "somebody else's grant", product(who=RIVAL_APPLICANT)),
    rule(
        "ProductGrantInvalid",
        "a suspended grant",
        lambda city: (APPLICANT, "Products", "add", [city.new_product(_suspended(city))]),
    ),
    rule("ProductValueInvalid", "no form", product(form=0), form=0),
    rule("ProductValueInvalid", "two purposes", product(purpose=12), purpose=12),
    rule("ProductValueInvalid", "a purpose that was not granted", product(purpose=16), purpose=16),
    rule("ProductContentEmpty", "no content", product(content=b""), item=0),
    rule("ProductEntryInvalid", "no entry", product(entry=REASON), entry=REASON),
    rule("ProductEntryInvalid", "listed twice", listed_twice, item=0),
    rule("ProductInputsInvalid", "no input", product(inputs=[]), count=0),
    rule("ProductInputsInvalid", "65 inputs", product(inputs=[REASON] * 65), count=65),
    rule("ProductInputNotCovered", "an entry that was not granted", product(inputs=[REASON]), input=REASON),
    rule("ProductSourceInvalid", "not open to development", derived(redevelopable=False)),
    rule("ProductSourceInvalid", "one's own", derived_from_own),
    rule("ProductSourceInvalid", "a dataset from an interface", derived(form=1)),
    rule("ProductStatusInvalid", "resumed on the list", on_product("resume", SUPERVISOR, STEP), product=1, status=1),
    rule(
        "ProductStatusInvalid",
        "delisted past the authority",
        on_product("delist", APPLICANT, STEP, (f"{AUTHORITY} SUPERVISOR", "suspend", STEP)),
        status=2,
    ),
    rule(
        "ProductStatusInvalid",
        "priced after delisting",
        on_product("setPrices", APPLICANT, PRICE, (APPLICANT, "delist", STEP)),
        status=3,
    ),
    rule("ProductReasonMissing", "no reason", on_product("suspend", SUPERVISOR, {"reason": bytes(32)}), product=1),
    rule(
        "ProductDocumentMissing",
        "a ceiling without",
        on_product("setCeilings", GRANTOR, CEILING | {"document": bytes(32)}),
        product=1,
    ),
    rule("ProductUnitInvalid", "no unit", on_product("setCeilings", GRANTOR, CEILING | {"unit": bytes(32)})),
    rule("ProductIsFree", "a ceiling for the public good", on_product("setCeilings", GRANTOR, CEILING, purpose=4)),
    rule(
        "ProductIsFree", "a price for the public good", on_product("setPrices", APPLICANT, PRICE, purpose=4), price=80
    ),
    rule("ProductPriceTooHigh", "without a ceiling", on_product("setPrices", APPLICANT, PRICE), price=80, ceiling=0),
    rule(
        "ProductPriceTooHigh",
        "above the ceiling",
        on_product("setPrices", APPLICANT, PRICE | {"price": 101}, CAPPED),
        price=101,
        ceiling=100,
    ),
    rule(
        "ProductPriceTooHigh",
        "for another unit",
        on_product("setPrices", APPLICANT, PRICE | {"unit": YEAR}, CAPPED),
        ceiling=0,
    ),
    rule("DisclosureYearInvalid", "the year is not over", disclose(years=0)),
    rule("DisclosureYearInvalid", "before the grant", disclose(year=2020), year=2020),
    rule("DisclosureKindInvalid", "no kind", disclose(kind=0), kind=0),
    rule("DisclosureContentEmpty", "no content", disclose(content=b"")),
    rule("DisclosureVersionConflict", "published twice", disclose(twice=True), expected=0, version=1),
]
