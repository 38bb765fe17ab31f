"""Bundles under sealed headers: what a forger could try with genuine parts, and what an old trust file leaves open."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from coincurve import PrivateKey

from ledger.proof import qbft
from ledger.proof.bundle import Bundle
from ledger.proof.header import Header, parse_header
from ledger.proof.trust import Trust, TrustedContract, Window
from ledger.proof.verdict import Outcome
from ledger.proof.verify import verify
from tests.unit.proof.changed_bytes import refuses_any_changed_byte
from tests.unit.proof.material import BLOCK, BLOCK_TIME, NOW, ORIGIN, STATEMENT, Honest, ledger, recorded, trust
from tests.unit.proof.sealed import ADDRESSES, KEYS, clique_run, header, sealed_qbft, with_extra
from tests.unit.proof.world import World

TIME = int(BLOCK_TIME.timestamp())
CHANGE = 50
"""From this block on the second set seals: the last of the first four has left."""
FIRST, SECOND = ADDRESSES[:4], ADDRESSES[:3]
MOVED = TIME - 10_000


def windows(first: tuple[bytes, ...] = FIRST, second: tuple[bytes, ...] = SECOND) -> tuple[Window, ...]:
    return (Window(0, CHANGE, 0, MOVED, first), Window(CHANGE, None, MOVED, None, second))


def qbft_trust(known: int = 1_000) -> Trust:
    return replace(trust(), consensus="qbft", windows=windows(), known_block=known)


def clique_trust(known: int = 1_000) -> Trust:
    return replace(trust(), consensus="clique", depth=2, windows=windows(), known_block=known)


def proof(of: Header, children: tuple[Header, ...] = (), world: World | None = None) -> Bundle:
    act, root = recorded()
    return Bundle(ORIGIN, STATEMENT, act, (world or ledger(root)).evidence(STATEMENT, of, children=children))


def plain(number: int = BLOCK, time: int = TIME, world: World | None = None) -> Header:
    made = world or ledger(recorded()[1])
    return header(number, time, made.tries()[0].root)


def on_qbft(*keys: PrivateKey, of: Header | None = None) -> Bundle:
    return proof(sealed_qbft(of or plain(), keys or KEYS[:2]))


def on_clique(*keys: PrivateKey, of: Header | None = None, signers: tuple[bytes, ...] = SECOND) -> Bundle:
    run = clique_run(of or plain(), keys or KEYS[:3], signers)
    return proof(run[0], tuple(run[1:]))


def headline(bundle: Bundle, trusted: Trust, now: Any = NOW) -> str:
    return verify(bundle.encode(), trusted, None, now).headline


def test_a_quorum_of_seals_is_enough() -> None:
    report = verify(on_qbft().encode(), qbft_trust(), None, NOW)
    assert report.headline == "VALID"
    assert {check.outcome for check in report.checks} == {Outcome.PASSED}
    assert "sealed by 2 of 3 validators" in next(c.detail.en for c in report.checks if c.name == "header")


def test_a_run_of_children_is_enough() -> None:
    report = verify(on_clique().encode(), clique_trust(), None, NOW)
    assert report.headline == "VALID"
    said = next(c.detail.en for c in report.checks if c.name == "header")
    assert "settled by depth 2, not by a quorum of seals" in said


@pytest.mark.parametrize(
    ("bundle", "headline_"),
    [
        (on_qbft(KEYS[0]), "CONTRADICTED: seal"),
        (on_qbft(*KEYS[:3]), "CONTRADICTED: seal"),  # one more than is needed
        (on_qbft(KEYS[0], KEYS[0]), "CONTRADICTED: seal"),
        (on_qbft(KEYS[0], KEYS[3]), "CONTRADICTED: seal"),  # removed
        (on_qbft(KEYS[0], KEYS[6]), "CONTRADICTED: seal"),  # never one
        (on_qbft(KEYS[0], KEYS[3], of=plain(CHANGE - 1, MOVED - 1)), "CONTRADICTED: seal"),  # three were needed
        (on_qbft(*KEYS[1:4], of=plain(CHANGE - 1, MOVED - 1)), "VALID"),  # while it was one
        # Keys of removed validators, used later: the block's number lies in their window, its time does not.
        (on_qbft(*KEYS[1:4], of=plain(CHANGE - 1, TIME)), "UNDECIDED: validators missing"),
        (on_qbft(*KEYS[:2], of=plain(CHANGE, MOVED - 1)), "UNDECIDED: validators missing"),
    ],
)
def test_who_sealed_on_qbft(bundle: Bundle, headline_: str) -> None:
    assert headline(bundle, qbft_trust()) == headline_


@pytest.mark.parametrize(
    ("bundle", "headline_"),
    [
        (on_clique(*KEYS[:2]), "UNDECIDED: depth missing"),
        (on_clique(KEYS[0]), "UNDECIDED: depth missing"),
        (on_clique(KEYS[0], KEYS[1], KEYS[2], KEYS[0]), "VALID"),  # deeper than is needed
        (on_clique(KEYS[0], KEYS[1], KEYS[1]), "CONTRADICTED: seal"),
        (on_clique(KEYS[0], KEYS[3], KEYS[1], signers=FIRST), "CONTRADICTED: seal"),  # removed
        (on_clique(*KEYS[:3], of=plain(CHANGE - 1, TIME)), "UNDECIDED: validators missing"),
    ],
)
def test_who_sealed_on_clique(bundle: Bundle, headline_: str) -> None:
    assert headline(bundle, clique_trust()) == headline_


@pytest.mark.parametrize("bundle", [on_qbft(KEYS[0], KEYS[3]), on_qbft(KEYS[0]), on_qbft(*KEYS[:3])])
def test_a_set_that_may_have_changed_since_decides_nothing(bundle: Bundle) -> None:
    report = verify(bundle.encode(), qbft_trust(known=BLOCK - 1), None, NOW)
    assert report.headline == "UNDECIDED: validators missing"
    assert "mulu trust update" in next(c.detail.en for c in report.checks if c.name == "validators")
    assert headline(bundle, qbft_trust(known=BLOCK)) == "CONTRADICTED: seal"


def test_a_seal_of_nobody_is_a_contradiction_whatever_the_set() -> None:
    forged = on_qbft()
    parsed = parse_header(forged.evidence.header)
    extra = qbft.parse_extra_data(parsed)
    broken = with_extra(parsed, extra.encode(round=extra.round, seals=(bytes(65), extra.seals[1])))
    bundle = replace(forged, evidence=replace(forged.evidence, header=broken.encode()))
    assert headline(bundle, qbft_trust(known=0)) == "CONTRADICTED: seal"


def test_a_header_of_another_chain_of_the_same_validators() -> None:
    """Their test network has the same addresses; its journal's origin, and so its code, is another."""
    trusted = qbft_trust()
    code = {name: TrustedContract(at.address, b"\x66" * 32) for name, at in trusted.contracts.items()}
    assert headline(on_qbft(), replace(trusted, contracts=code)) == "CONTRADICTED: code"
    empty = World()
    empty.slots = {name: {} for name in empty.slots}
    foreign = sealed_qbft(header(BLOCK, TIME, b"\x12" * 32), KEYS[:2])
    bundle = on_qbft()
    other = replace(bundle, evidence=replace(bundle.evidence, header=foreign.encode()))
    assert headline(other, trusted) == "CONTRADICTED: account"


def test_an_old_header_says_nothing_of_today() -> None:
    for bundle, trusted in ((on_qbft(), qbft_trust()), (on_clique(), clique_trust())):
        assert headline(bundle, trusted, NOW + timedelta(days=7)) == "UNDECIDED: freshness missing"
        assert headline(bundle, trusted, NOW - timedelta(days=1)) == "UNDECIDED: freshness missing"
        assert headline(bundle, replace(trusted, max_age_seconds=30 * 86_400), NOW + timedelta(days=7)) == "VALID"


def test_a_node_adds_newer_evidence_that_is_checked_alike() -> None:
    bundle, trusted = on_qbft(), qbft_trust()
    today = ledger(b"\3" * 32, 20, 2)
    said = Honest(bundle).node(block_hash=None)

    def of(*keys: PrivateKey) -> Any:
        sealed = sealed_qbft(header(90, TIME + 60, today.tries()[0].root), keys)
        return replace(said, today=today.evidence(STATEMENT, sealed))

    assert verify(bundle.encode(), trusted, of(*KEYS[:2]), NOW).headline == "NOT IN FORCE: SUPERSEDED"
    # A node that makes up a newer block convinces nobody, and harms no good document.
    assert verify(bundle.encode(), trusted, of(*KEYS[5:7]), NOW).headline == "UNDECIDED: node missing"
    assert verify(bundle.encode(), qbft_trust(80), of(*KEYS[5:7]), NOW).headline == "UNDECIDED: validators missing"


@pytest.mark.exhaustive
@pytest.mark.parametrize(("kind", "known"), [("qbft", 0), ("clique", 1_000)])
def test_any_changed_byte_is_refused(kind: str, known: int) -> None:
    bundle, trusted = (on_qbft(), qbft_trust(known)) if kind == "qbft" else (on_clique(), clique_trust(known))
    good = bundle.encode()
    refuses_any_changed_byte(good, trusted)
