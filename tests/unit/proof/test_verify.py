"""Verdicts on a bundle: what is proven, what is contradicted, what stays open."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.proof.bundle import ActStatement, parse_bundle
from ledger.proof.verdict import Outcome, Verdict
from ledger.proof.verify import verify
from tests.unit.proof.material import CONTENT, NOW, Honest, bundle, trust

HONEST = Honest(bundle()).node


def test_bundle_roundtrip() -> None:
    assert parse_bundle(bundle().encode()) == bundle()


def test_valid_with_an_honest_node() -> None:
    report = verify(bundle().encode(), trust(), HONEST(), NOW)
    assert report.verdict is Verdict.VALID
    assert {check.outcome for check in report.checks} == {Outcome.PASSED}
    assert report.statement["title"] == "大中型水库水情日报"
    assert report.trust_fingerprint == trust().fingerprint


def test_undecided_without_a_node() -> None:
    report = verify(bundle().encode(), trust(), None, NOW)
    assert report.verdict is Verdict.UNDECIDED
    assert [check.name for check in report.checks if check.outcome is Outcome.NOT_CHECKED] == ["node"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [({"entry_version": 2}, "SUPERSEDED"), ({"entry_version": 2, "entry_status": 2}, "CANCELLED")],
)
def test_not_in_force(said: dict[str, object], reason: str) -> None:
    report = verify(bundle().encode(), trust(), HONEST(**said), NOW)
    assert (report.verdict, report.reason) == (Verdict.NOT_IN_FORCE, reason)


@pytest.mark.parametrize(
    "said",
    [
        {"chain_id": 1},
        {"genesis_hash": b"\x12" * 32},
        {"block_hash": None},
        {"journal_root": None},
        {"entry_version": None},
        {"head_time": NOW - timedelta(days=8)},
        {"head_time": NOW + timedelta(minutes=5)},
    ],
)
def test_undecided_when_evidence_is_missing(said: dict[str, object]) -> None:
    assert verify(bundle().encode(), trust(), HONEST(**said), NOW).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"origin": b"\x23" * 32}, "origin"),
        ({"code_hashes": {}}, "code"),
        ({"block_hash": b"\x78" * 32}, "header"),
        ({"journal_root": b"\x01" * 32}, "path"),
        ({"journal_size": 12}, "path"),
        ({"entry_digest": b"\x01" * 32}, "storage"),
        ({"entry_version": 0}, "storage"),
    ],
)
def test_contradicted_by_the_node(said: dict[str, object], reason: str) -> None:
    report = verify(bundle().encode(), trust(), HONEST(**said), NOW)
    assert (report.verdict, report.reason) == (Verdict.CONTRADICTED, reason)


def test_contradiction_comes_before_what_is_missing() -> None:
    node = HONEST(code_hashes={}, head_time=NOW - timedelta(days=30), entry_version=2)
    assert verify(bundle().encode(), trust(), node, NOW).verdict is Verdict.CONTRADICTED


def test_missing_comes_before_not_in_force() -> None:
    node = HONEST(head_time=NOW - timedelta(days=30), entry_version=2)
    assert verify(bundle().encode(), trust(), node, NOW).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda b: replace(b, origin=b"\x01" * 32), "origin"),
        (lambda b: replace(b, index=6), "content"),
        (lambda b: replace(b, statement=replace(b.statement, version=2)), "content"),
        (lambda b: replace(b, statement=replace(b.statement, digest=b"\x01" * 32)), "content"),
        (lambda b: replace(b, statement=replace(b.statement, id=b"\x01" * 32)), "content"),
        (lambda b: replace(b, statement=ActStatement("Policy")), "content"),
        (lambda b: replace(b, statement=ActStatement("../../secret")), "content"),
        (lambda b: replace(b, path=b.path[:-1]), "path"),
        (lambda b: replace(b, path=(*b.path, bytes(32))), "path"),
        (lambda b: replace(b, path=b.path[::-1]), "path"),
        (lambda b: replace(b, size=5), "path"),
        (lambda b: replace(b, root=bytes(32)), "path"),
    ],
)
def test_damaged_bundles(damage, reason: str) -> None:  # type: ignore[no-untyped-def]
    report = verify(damage(bundle()).encode(), trust(), HONEST(), NOW)
    assert (report.verdict, report.reason) == (Verdict.CONTRADICTED, reason)


def test_another_emitter_is_not_the_catalog() -> None:
    other = trust()
    other.contracts["Catalog"] = other.contracts["Policy"]
    assert verify(bundle().encode(), other, None, NOW).verdict is Verdict.CONTRADICTED


@settings(max_examples=1500, deadline=None)
@given(st.data())
def test_any_changed_byte_is_refused(data: st.DataObject) -> None:
    good = bytearray(bundle().encode())
    at = data.draw(st.integers(0, len(good) - 1))
    good[at] ^= data.draw(st.integers(1, 255))
    try:
        number = parse_bundle(bytes(good)).block_number
        # A node has another hash for every other block.
        node = HONEST() if number == bundle().block_number else HONEST(block_hash=b"\x99" * 32)
        report = verify(bytes(good), trust(), node, NOW)
    except Malformed:
        return
    assert report.verdict in (Verdict.CONTRADICTED, Verdict.UNDECIDED)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[]", b"null", b"\xff", bundle().encode() + b" ", bundle().encode().replace(b'"act"', b'"axt"', 1)],
)
def test_what_is_no_bundle(raw: bytes) -> None:
    with pytest.raises(Malformed):
        verify(raw, trust(), None, NOW)


def test_content_shown_never_holds_control_characters() -> None:
    assert CONTENT
    shown = verify(bundle().encode(), trust(), None, NOW).statement
    assert all(value.isprintable() for value in shown.values())
