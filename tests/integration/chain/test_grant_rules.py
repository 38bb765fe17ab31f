"""Rules of grants, plans and products broken on purpose by raw transactions: the chain refuses each by name.

Every transaction is signed, sent and included; why it failed stands in its trace, which `ledger.chain.abi` reads.
"""

from collections.abc import Iterator

import pytest

from ledger.chain.artifacts import load
from tests.integration.chain.grant_rules import (
    APPLICANT,
    GRANTOR,
    GRANTS,
    PLANS,
    RIVAL_APPLICANT,
    SUPERVISOR,
    Rule,
    approve,
    plan,
    rule,
    status,
)
from tests.integration.chain.granting import (
    AUTHORITY,
    CONSENT,
    DECISION,
    DEPARTMENT,
    DISTRICT,
    REASON,
    SIGNATURE,
    Granting,
    Transaction,
    found,
)
from tests.integration.chain.product_rules import CEILING, PRICE, PRODUCTS, on_product, product

UNPROVOKED = {
    "GrantStillOpen": "raised by draw, which only Plans calls, and Plans refuses with PlanStageInvalid before it asks",
}
"""Errors that no transaction can bring about from outside, and why."""


RULES = GRANTS + PLANS + PRODUCTS

OUTSIDERS = [
    rule("AccountRoleMissing", "a stranger suspends", status("suspend", who="stranger")),
    rule("AccountRoleMissing", "a supervisor ends", status("terminate", who=SUPERVISOR)),
    rule("AccountNotEntitled", "another's grantor ends", status("revoke", who=f"{DISTRICT} GRANTOR")),
    rule("AccountNotEntitled", "another exits", status("exit", who=RIVAL_APPLICANT)),
    rule("AccountNotEntitled", "another supervises", status("suspend", who=f"{DISTRICT} SUPERVISOR")),
    rule(
        "AccountNotEntitled",
        "resumed against the authority",
        status("resume", (f"{AUTHORITY} SUPERVISOR", "suspend"), who=SUPERVISOR),
    ),
    rule("AccountRoleMissing", "a supervisor plans", plan(lambda city: city.new_grant(), who=SUPERVISOR)),
    rule("AccountNotEntitled", "another approves", approve(DECISION, 0, 1, who=f"{DISTRICT} APPROVER")),
    rule("AccountNotEntitled", "consent for another", approve(CONSENT, who=f"{DISTRICT} GRANTOR")),
    rule("AccountRoleMissing", "a grantor offers", product(who=GRANTOR)),
    rule("AccountNotEntitled", "another prices", on_product("setPrices", RIVAL_APPLICANT, PRICE)),
    rule("AccountRoleMissing", "the operator sets its ceiling", on_product("setCeilings", APPLICANT, CEILING)),
    rule("CatalogEntryHeld", "a granted entry is retired", lambda city: _retire(city)),
]


def _retire(city: Granting) -> Transaction:
    city.operated("A")
    retirement = {"id": city.entry("A"), "expectedVersion": 1, "reason": REASON}
    return f"{DEPARTMENT} PUBLISHER", "Catalog", "retire", [[retirement]]


@pytest.fixture(scope="module")
def founded(anvil: str) -> Granting:
    return found(anvil)


@pytest.fixture
def city(founded: Granting) -> Iterator[Granting]:
    """The city as it was founded; what a test adds is reverted."""
    before = founded.node.request("evm_snapshot")
    yield founded
    assert founded.node.request("evm_revert", before)


@pytest.mark.parametrize("broken", RULES + OUTSIDERS, ids=str)
def test_the_chain_refuses_by_name_and_nothing_changes(city: Granting, broken: Rule) -> None:
    who, contract, function, arguments = broken.breaks(city)
    size, root = city.call("Journal", "size"), city.call("Journal", "root")
    receipt = city.raw(who, contract, function, *arguments)
    assert receipt["status"] == "0x0", "the chain took it"
    error = city.why(receipt)
    assert error is not None
    assert error.name == broken.error, str(error)
    assert {name: error.values[name] for name in broken.values} == broken.values, str(error)
    assert (city.call("Journal", "size"), city.call("Journal", "root")) == (size, root)


def test_what_the_rules_begin_with_is_allowed(city: Granting) -> None:
    """The grants, delegations and products that the table breaks stand when nothing about them is broken."""
    grant = city.operated("A", "B")
    number = city.listed(grant, inputs=sorted([city.entry("A"), city.entry("B")]))
    city.send(GRANTOR, "Products", "setCeilings", [{"product": number} | CEILING])
    city.send(APPLICANT, "Products", "setPrices", [{"product": number} | PRICE])
    parent = city.shared("A")
    delegated = city.planned(city.new_child(parent), "A", who=f"{DISTRICT} GRANTOR")
    city.approve(delegated, CONSENT, SIGNATURE)
    assert city.call("Products", "isOffered", number)
    assert city.call("Grants", "covers", delegated, city.entry("A"), 1, city.now)


def test_every_error_is_provoked_or_said_to_be_out_of_reach() -> None:
    own = {
        item["name"]
        for contract in ("Grants", "Plans", "Products")
        for item in load(contract).abi
        if item["type"] == "error" and item["name"].startswith(("Grant", "Plan", "Product", "Disclosure"))
    }
    provoked = {one.error for one in RULES}
    assert provoked | UNPROVOKED.keys() == own
    assert not provoked & UNPROVOKED.keys()
    assert all(UNPROVOKED.values())
