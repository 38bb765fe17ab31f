"""Verdicts on a bundle of the development chain: what is proven, what is contradicted, what stays open."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.model.registration_number import registration_number
from ledger.proof.bundle import Bundle, RecordedAct, parse_bundle
from ledger.proof.header import parse_header
from ledger.proof.statement import AbsenceStatement, ActStatement
from ledger.proof.trie import Trie, account_at, word_at
from ledger.proof.trust import TrustedContract
from ledger.proof.verdict import Outcome, Verdict
from ledger.proof.verify import verify
from tests.unit.proof.material import BLOCK_TIME, CONTENT, ENTRY, NOW, ORIGIN, Honest, bundle, ledger, recorded, trust
from tests.unit.proof.world import ADDRESSES, mapped

BUNDLE = bundle()
HONEST = Honest(BUNDLE).node


def test_bundle_roundtrip() -> None:
    assert parse_bundle(BUNDLE.encode()) == BUNDLE


def test_valid_with_an_honest_node() -> None:
    report = verify(BUNDLE.encode(), trust(), HONEST(), NOW)
    assert report.headline == "VALID"
    assert {check.outcome for check in report.checks} == {Outcome.PASSED}
    assert report.statement["title"] == "大中型水库水情日报"
    assert report.trust_fingerprint == trust().fingerprint
    names = ["trust", "header", "block", "account", "storage", "act", "path", "node", "freshness", "status"]
    assert [check.name for check in report.checks] == names


def test_undecided_without_a_node() -> None:
    report = verify(BUNDLE.encode(), trust(), None, NOW)
    assert report.headline == "UNDECIDED: seal missing"
    assert [check.name for check in report.checks if check.outcome is Outcome.NOT_CHECKED] == ["seal"]
    assert "carry no seals" in next(check.detail.en for check in report.checks if check.name == "seal")


@pytest.mark.parametrize(
    ("said", "headline"),
    [
        ({"version": 2}, "NOT IN FORCE: SUPERSEDED"),
        ({"version": 2, "status": 2}, "NOT IN FORCE: CANCELLED"),
        ({"version": 3, "status": 1}, "NOT IN FORCE: SUPERSEDED"),
        ({"chain_id": 1}, "UNDECIDED: node missing"),
        ({"genesis_hash": b"\x12" * 32}, "UNDECIDED: node missing"),
        ({"block_hash": None}, "UNDECIDED: block missing"),
        ({"today": None}, "UNDECIDED: node missing"),
        ({"head_time": NOW - timedelta(days=8)}, "UNDECIDED: freshness missing"),
        ({"head_time": NOW + timedelta(minutes=5)}, "UNDECIDED: freshness missing"),
        ({"head_time": NOW - timedelta(days=8), "version": 2}, "UNDECIDED: freshness missing"),
        ({"block_hash": b"\x78" * 32}, "CONTRADICTED: header"),
        ({"digest": b"\x01" * 32}, "CONTRADICTED: storage"),
        ({"version": 0, "status": 0}, "CONTRADICTED: storage"),
        ({"digest": b"\x01" * 32, "head_time": NOW - timedelta(days=8)}, "CONTRADICTED: storage"),
    ],
)
def test_what_a_node_says(said: dict[str, Any], headline: str) -> None:
    assert verify(BUNDLE.encode(), trust(), HONEST(**said), NOW).headline == headline


def test_a_node_that_lags_behind_decides_nothing() -> None:
    """What the bundle proves is newer than what the node says."""
    assert verify(BUNDLE.encode(), trust(), HONEST(head=70, version=0, status=0), NOW).headline == "VALID"


def test_evidence_of_a_node_that_does_not_hold_is_no_contradiction() -> None:
    today = HONEST().today
    assert today is not None
    damaged = [
        replace(today, state=today.state[:-1]),
        replace(today, storage={**today.storage, "Catalog": ()}),
        replace(today, header=b"\xc0"),
    ]
    for one in damaged:
        assert verify(BUNDLE.encode(), trust(), HONEST(today=one), NOW).headline == "UNDECIDED: node missing"


def test_other_code_at_the_node_is_a_contradiction() -> None:
    other = trust()
    other.contracts["Catalog"] = TrustedContract(other.contracts["Catalog"].address, b"\x77" * 32)
    assert verify(BUNDLE.encode(), other, HONEST(), NOW).headline == "CONTRADICTED: code"


def act_of(bundle: Bundle) -> RecordedAct:
    assert bundle.act is not None
    return bundle.act


def with_act(**changes: Any) -> Bundle:
    return replace(BUNDLE, act=replace(act_of(BUNDLE), **changes))


def with_evidence(**changes: Any) -> Bundle:
    return replace(BUNDLE, evidence=replace(BUNDLE.evidence, **changes))


def with_storage(change: Callable[[dict[str, tuple[bytes, ...]]], dict[str, tuple[bytes, ...]]]) -> Bundle:
    return with_evidence(storage=change(dict(BUNDLE.evidence.storage)))


def with_statement(**changes: Any) -> Bundle:
    return replace(BUNDLE, statement=replace(BUNDLE.statement, **changes))


def of_state(**changes: Any) -> Bundle:
    """All parts genuine, the contracts' state another one."""
    made = ledger(recorded()[1], **changes)
    return with_evidence(**_parts(made))


def _parts(made: Any) -> dict[str, Any]:
    evidence = made.evidence(BUNDLE.statement, made.header(77, int(BLOCK_TIME.timestamp())))
    return {name: getattr(evidence, name) for name in ("header", "state", "storage")}


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (replace(BUNDLE, origin=b"\x01" * 32), "origin"),
        (with_act(index=6), "content"),
        (with_statement(version=2), "storage"),
        (with_statement(digest=b"\x01" * 32), "storage"),
        (with_statement(id=b"\x01" * 32), "storage"),
        (with_act(path=act_of(BUNDLE).path[:-1]), "path"),
        (with_act(path=(*act_of(BUNDLE).path, bytes(32))), "path"),
        (with_act(path=act_of(BUNDLE).path[::-1]), "path"),
        (with_act(data=recorded(version=2)[0].data), "content"),
        (with_evidence(state=BUNDLE.evidence.state[:-1]), "account"),
        (with_evidence(state=BUNDLE.evidence.state[::-1]), "account"),
        (with_evidence(state=(*BUNDLE.evidence.state, b"\xc0")), "account"),
        (with_evidence(children=(BUNDLE.evidence.header,)), "header"),
        (with_storage(lambda s: {**s, "Catalog": s["Journal"]}), "storage"),
        (with_storage(lambda s: {"Catalog": s["Journal"], "Journal": s["Catalog"]}), "storage"),
        (with_storage(lambda s: {**s, "Journal": s["Journal"][:-1]}), "storage"),
        (of_state(size=5), "path"),
        (of_state(version=0, status=0), "storage"),
        (of_state(digest=b"\x01" * 32), "storage"),
    ],
)
def test_damaged_bundles(damaged: Bundle, reason: str) -> None:
    report = verify(damaged.encode(), trust(), None, NOW)
    assert (report.verdict, report.reason) == (Verdict.CONTRADICTED, reason)
    assert report.verdict is verify(damaged.encode(), trust(), Honest(damaged).node(), NOW).verdict


def test_right_proofs_of_another_contract_or_slot() -> None:
    """Genuine nodes, under the same header, that lead to something else."""
    made = ledger(recorded()[1])
    state, storage = made.tries()
    accounts, slots = (Trie(one.root, one.nodes.values(), "x") for one in (state, storage["Catalog"]))
    assert account_at(accounts, ADDRESSES["Policy"]) is not None
    assert word_at(slots, 99) == b"\x99" * 32
    of_another_account = with_evidence(state=accounts.needed())
    of_another_slot = with_storage(lambda kept: {**kept, "Catalog": slots.needed()})
    assert verify(of_another_account.encode(), trust(), None, NOW).headline == "CONTRADICTED: account"
    assert verify(of_another_slot.encode(), trust(), None, NOW).headline == "CONTRADICTED: storage"


def test_a_bundle_that_is_superseded_by_itself() -> None:
    """Its act is genuine and old; its state says so."""
    report = verify(of_state(version=2).encode(), trust(), None, NOW)
    assert report.headline == "UNDECIDED: seal missing"
    assert [c.name for c in report.checks if c.outcome is Outcome.FAILED] == ["status"]


def test_an_act() -> None:
    act, root = recorded()
    made = ledger(root)
    statement = ActStatement("Catalog")
    proof = Bundle(ORIGIN, statement, act, made.evidence(statement, made.header(77, int(BLOCK_TIME.timestamp()))))
    assert verify(proof.encode(), trust(), None, NOW).headline == "UNDECIDED: seal missing"
    of_policy = replace(proof, statement=ActStatement("Policy"))
    with pytest.raises(Malformed, match="want Journal and Policy"):
        verify(of_policy.encode(), trust(), None, NOW)
    moved = replace(of_policy, evidence=replace(proof.evidence, storage={"Policy": (), "Journal": ()}))
    assert verify(moved.encode(), trust(), None, NOW).verdict is Verdict.CONTRADICTED
    unknown = replace(proof, statement=ActStatement("Elsewhere"))
    unknown = replace(unknown, evidence=replace(proof.evidence, storage={"Elsewhere": (), "Journal": ()}))
    assert verify(unknown.encode(), trust(), None, NOW).headline == "UNDECIDED: contract missing"


NUMBER = registration_number(date(2026, 2, 2), 17)


def absent(subject: bytes | str = b"\x55" * 32) -> Bundle:
    made = ledger(recorded()[1])
    key = subject.encode().ljust(32, b"\0") if isinstance(subject, str) else subject
    slot = mapped(0, key) + (1 if isinstance(subject, bytes) else 0)
    statement = AbsenceStatement(subject, slot.to_bytes(32))
    return Bundle(ORIGIN, statement, None, made.evidence(statement, made.header(77, int(BLOCK_TIME.timestamp()))))


@pytest.mark.parametrize("subject", [b"\x55" * 32, NUMBER])
def test_an_absence(subject: bytes | str) -> None:
    proof = absent(subject)
    assert parse_bundle(proof.encode()) == proof
    report = verify(proof.encode(), trust(), None, NOW)
    assert report.headline == "UNDECIDED: seal missing"
    assert [c.name for c in report.checks if c.outcome is Outcome.FAILED] == ["status"]
    today = ledger(b"\3" * 32)
    evidence = today.evidence(proof.statement, today.header(80, int(BLOCK_TIME.timestamp())))
    said = replace(HONEST(), block_hash=parse_header(proof.evidence.header).plain_hash, today=evidence)
    assert verify(proof.encode(), trust(), said, NOW).headline == "NOT IN FORCE: ABSENT"


def test_what_is_there_is_not_absent() -> None:
    proof = absent(ENTRY)
    assert verify(proof.encode(), trust(), None, NOW).headline == "CONTRADICTED: storage"
    other = absent()
    wrong = replace(other, statement=replace(other.statement, subject=b"\x56" * 32))
    assert verify(wrong.encode(), trust(), None, NOW).headline == "CONTRADICTED: content"


def test_what_was_absent_and_is_there_by_now() -> None:
    proof = absent()
    today = ledger(b"\3" * 32)
    today.entry(b"\x55" * 32, b"P" * 18, b"\1" * 32, 1)
    evidence = today.evidence(proof.statement, today.header(80, int(BLOCK_TIME.timestamp())))
    said = replace(HONEST(), block_hash=parse_header(proof.evidence.header).plain_hash, today=evidence)
    assert verify(proof.encode(), trust(), said, NOW).headline == "NOT IN FORCE: SUPERSEDED"


def test_another_emitter_is_not_the_catalog() -> None:
    other = trust()
    other.contracts["Catalog"] = other.contracts["Policy"]
    assert verify(BUNDLE.encode(), other, None, NOW).verdict is Verdict.CONTRADICTED


@pytest.mark.exhaustive
@settings(max_examples=1500, deadline=None)
@given(st.data())
def test_any_changed_byte_is_refused(data: st.DataObject) -> None:
    good = bytearray(BUNDLE.encode())
    at = data.draw(st.integers(0, len(good) - 1))
    good[at] ^= data.draw(st.integers(1, 255))
    try:
        report = verify(bytes(good), trust(), HONEST(), NOW)
    except Malformed:
        return
    assert report.verdict in (Verdict.CONTRADICTED, Verdict.UNDECIDED)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[]", b"null", b"\xff", BUNDLE.encode() + b" ", BUNDLE.encode().replace(b'"act"', b'"axt"', 1)],
)
def test_what_is_no_bundle(raw: bytes) -> None:
    with pytest.raises(Malformed):
        verify(raw, trust(), None, NOW)


def test_content_shown_never_holds_control_characters() -> None:
    assert CONTENT
    shown = verify(BUNDLE.encode(), trust(), None, NOW).statement
    assert all(value.isprintable() for value in shown.values())
