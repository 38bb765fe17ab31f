"""Bundles of a grant at a time: what a forger could try with genuine parts, and what the contracts never write."""

import time
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Contradicted, Malformed
from ledger.model import canonical
from ledger.proof.bundle import Bundle, parse_bundle
from ledger.proof.checks import Checks
from ledger.proof.grant_facts import read_grant
from ledger.proof.granted import check_grant
from ledger.proof.statement import contracts_of
from ledger.proof.verdict import Report, Verdict
from ledger.proof.verify import verify
from tests.unit.proof.changed_bytes import refuses_any_changed_byte
from tests.unit.proof.granted import (
    COMMUNITY,
    DAY,
    DISTRICT,
    ENDS,
    OPERATOR,
    STREET,
    TIME,
    TRUST,
    City,
    State,
    asked,
    bundle,
    city,
    suspended,
    with_registration,
    with_status,
)
from tests.unit.proof.material import BLOCK, NOW
from tests.unit.proof.sealed import KEYS, sealed_qbft
from tests.unit.proof.world import World, mapped

EXPORT = 8
GOOD = bundle(city(), asked(3))


def test_it_is_read_as_it_was_written() -> None:
    assert parse_bundle(GOOD.encode()) == GOOD
    assert contracts_of(GOOD.statement) == ("Catalog", "Grants", "Registry")
    with pytest.raises(Malformed, match="want exactly the members"):
        parse_bundle(canonical.encode({**GOOD.to_json(), "act": {}}))


@pytest.mark.parametrize(
    ("member", "value", "said"),
    [
        ("grant", 2**32, "grant is negative or too large"),
        ("organization", COMMUNITY[:-1] + "0", "no code of 18 characters"),
        ("operation", 0, "asks for nothing"),
        ("operation", 16, "operation is negative or too large"),
        ("time", -1, "time is negative"),
        ("time", TIME - 1, "digest is not that of its members"),
    ],
)
def test_statements_that_are_none(member: str, value: Any, said: str) -> None:
    raw = GOOD.to_json()
    with pytest.raises(Malformed, match=said):
        parse_bundle(canonical.encode({**raw, "statement": {**raw["statement"], member: value}}))


def restated(**changes: Any) -> Bundle:
    return replace(GOOD, statement=replace(GOOD.statement, **changes))


def of_other_state(*contracts: str) -> Bundle:
    """Proofs of these contracts as they were while grant 1 was suspended and the entry had another version."""
    of = city()
    suspended(of)
    of.head = State(version=2)
    of.registered.append((TIME - DAY, ENDS, 1, 2))
    other = bundle(of, asked(3)).evidence
    return replace(GOOD, evidence=replace(GOOD.evidence, storage={**GOOD.evidence.storage, **{
        name: other.storage[name] for name in contracts
    }}))  # fmt: skip


@pytest.mark.parametrize(
    ("forged", "headline"),
    [
        (restated(grant=2, organization=STREET), "CONTRADICTED: storage"),
        (restated(grant=4, organization=OPERATOR), "CONTRADICTED: storage"),
        (restated(entry=b"\x05" * 32), "CONTRADICTED: storage"),
        # Sound evidence of another question is what it is: of the same slots, another answer.
        (restated(organization=DISTRICT), "NOT IN FORCE: ABSENT"),
        (restated(operation=EXPORT), "NOT IN FORCE: ABSENT"),
        (replace(bundle(city(), asked(2)), statement=GOOD.statement), "CONTRADICTED: storage"),
        (of_other_state("Grants"), "CONTRADICTED: storage"),
        (of_other_state("Catalog"), "CONTRADICTED: storage"),
        (of_other_state("Catalog", "Grants"), "CONTRADICTED: storage"),
        (replace(GOOD, origin=b"\x01" * 32), "CONTRADICTED: origin"),
    ],
)
def test_what_a_forger_could_try(forged: Bundle, headline: str) -> None:
    assert verify(forged.encode(), TRUST, None, NOW).headline == headline


def test_proofs_of_one_contract_are_none_of_another() -> None:
    storage = GOOD.evidence.storage
    swapped = {**storage, "Catalog": storage["Grants"], "Grants": storage["Catalog"]}
    forged = replace(GOOD, evidence=replace(GOOD.evidence, storage=swapped))
    assert verify(forged.encode(), TRUST, None, NOW).headline == "CONTRADICTED: storage"
    raw = GOOD.to_json()
    del raw["storage"]["Registry"]
    with pytest.raises(Malformed, match="want Catalog and Grants and Registry"):
        verify(canonical.encode(raw), TRUST, None, NOW)


def looped(of: City) -> None:
    of.grants[1].parent = 3


def of_mode_9(of: City) -> None:
    of.grants[3].mode = 9


def of_kind_9(of: City) -> None:
    of.grants[3].kind = 9


def spoken_for_unissued(of: City) -> None:
    of.registered.clear()


@pytest.mark.parametrize(
    ("change", "grant", "said"),
    [
        (looped, 3, "more than 256 grants above it"),
        (of_mode_9, 3, "the grant's mode is 9"),
        (of_kind_9, 3, "the grant's kind is 9"),
        (with_status(9), 3, "the grant's status is 9"),
        (with_registration(9), 4, "the registration's status is 9"),
        (spoken_for_unissued, 4, "speaks for the entry before it was issued"),
    ],
)
def test_what_the_contracts_never_write(change: Callable[[City], None], grant: int, said: str) -> None:
    of = city()
    change(of)
    report = forged_under(of.world(), grant)
    assert report.headline == "CONTRADICTED: storage"
    assert any(said in check.detail.en for check in report.checks)


def test_an_array_longer_than_any() -> None:
    made = city().world()
    made.put("Grants", mapped(3, (1).to_bytes(32)), 2**32)
    report = forged_under(made, 1)
    assert report.headline == "CONTRADICTED: storage"
    assert any("an array of Grants has 4294967296 elements" in check.detail.en for check in report.checks)


def forged_under(made: World, grant: int) -> Report:
    """The verdict on all nodes of a state that a prover refuses to gather."""
    state, storage = made.tries()
    evidence = replace(
        GOOD.evidence,
        header=sealed_qbft(made.header(BLOCK, TIME), KEYS[:2]).encode(),
        state=tuple(state.nodes.values()),
        storage={name: tuple(storage[name].nodes.values()) for name in GOOD.evidence.storage},
    )
    return verify(Bundle(GOOD.origin, asked(grant), None, evidence).encode(), TRUST, None, NOW)


@pytest.mark.exhaustive
@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 15), st.integers(0, 2**53 - 1))
def test_slots_of_any_content_are_facts_or_a_contradiction(random: Random, operation: int, then: int) -> None:
    kept: dict[tuple[str, int], bytes] = {}

    def words(contract: str, slot: int) -> bytes:
        sizes = (0, 1, 1, 2, 3, 8, 32)
        return kept.setdefault((contract, slot), random.randbytes(random.choice(sizes)).rjust(32, b"\0"))

    statement = asked(1 + random.randrange(5), operation, then)
    try:
        facts = read_grant(words, statement)
    except Contradicted:
        return
    run = Checks(TRUST)
    check_grant(run, statement, facts, (1, NOW), NOW, None)
    assert run.report({}).verdict in (Verdict.UNDECIDED, Verdict.NOT_IN_FORCE, Verdict.VALID)


@pytest.mark.exhaustive
def test_any_changed_byte_is_refused() -> None:
    good = bundle(city(), asked(1)).encode()
    # Short, so that its fingerprint is made fast.
    trusted = replace(TRUST, contracts={name: TRUST.contracts[name] for name in GOOD.evidence.storage})
    refuses_any_changed_byte(good, trusted)


def test_it_is_verified_in_milliseconds() -> None:
    data = bundle(city(), asked(5)).encode()
    taken = []
    for _ in range(5):
        start = time.process_time()
        assert verify(data, TRUST, None, NOW).headline == "VALID"
        taken.append(time.process_time() - start)
    assert sorted(taken)[2] < 0.5
