"""The trust file: read strictly, and the windows in which its validators are known."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.merkle.checkpoint import LogKey
from ledger.proof.trust import Trust, Window, parse_trust, read_trust
from tests.unit.proof.sealed import ADDRESSES
from tests.unit.proof.test_sealed_bundles import clique_trust, qbft_trust
from tests.unit.proof.world import trust

GOOD = qbft_trust()


@pytest.mark.parametrize("known", [trust(), qbft_trust(), clique_trust()])
def test_what_is_written_is_read(known: Trust) -> None:
    assert read_trust(json.dumps(known.to_json()).encode()) == known
    assert len(known.fingerprint) == 64
    assert replace(known, max_age_seconds=1).fingerprint != known.fingerprint


def changed(**members: Any) -> Any:
    return {**GOOD.to_json(), **members}


def contract(name: str, **members: Any) -> Any:
    raw = GOOD.to_json()
    raw["contracts"][name] = {**raw["contracts"][name], **members}
    return raw


def window(place: int, **members: Any) -> Any:
    raw = GOOD.to_json()
    raw["validators"][place] |= members
    return raw


def without(name: str) -> Any:
    raw = GOOD.to_json()
    del raw["contracts"][name]
    return raw


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (list, "want an object with format"),
        (lambda: changed(format="mulu-trust/2"), "want an object with format"),
        (lambda: changed(more=1), "missing or unknown members: more"),
        (lambda: changed(depth="4"), "depth is no int"),
        (lambda: changed(depth=True), "depth is no int"),
        (lambda: changed(depth=-1), "depth is negative or too large"),
        (lambda: changed(known_block=2**60), "known_block is negative or too large"),
        (lambda: changed(known_hash="0x00"), "known_hash"),
        (lambda: changed(log=str(LogKey.generate("mulu/another", bytes).verifier)), "log is the key of 'mulu/another'"),
        (lambda: changed(chain_id=0), "chain_id is at least 1"),
        (lambda: changed(max_age_seconds=-1), "max_age_seconds is negative"),
        (lambda: changed(consensus="proof of work"), "is not one of development, clique, qbft"),
        (lambda: changed(consensus="development"), "validators are named for"),
        (lambda: changed(validators=[]), "validators are named for"),
        (lambda: changed(contracts={}), "contracts lack Journal"),
        (lambda: without("Catalog"), "contracts lack Catalog"),
        (lambda: contract("Catalog", layout=2), "Catalog has layout 2; this verifier knows 1"),
        (lambda: contract("Catalog", address="0x00"), "Catalog.address"),
        (lambda: contract("Catalog", code_hash=1), "code_hash is no str"),
        (lambda: changed(contracts={"Journal": []}), "Journal: no object"),
        (lambda: window(0, until_block=None), "not in order"),
        (lambda: window(0, until_time=None), "not in order"),
        (lambda: window(0, until_block=51), "not in order"),
        (lambda: window(0, from_block="0"), "from_block is no int"),
        (lambda: window(1, from_time=-1), "from_time is negative"),
        (lambda: window(1, addresses=[]), "want 1 to 256 addresses"),
        (lambda: window(1, addresses=[1]), "want 1 to 256 addresses"),
        (lambda: window(1, addresses=["0x" + "01" * 20] * 2), "want them ascending"),
        (lambda: window(1, addresses=["0x" + "02" * 20, "0x" + "01" * 20]), "want them ascending"),
    ],
)
def test_what_is_no_trust_file(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse_trust(make())


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", "{}".encode("utf-16"), b"[" * 100_000])
def test_what_is_no_json(data: bytes) -> None:
    with pytest.raises(Malformed, match=r"not JSON|nested deeper"):
        read_trust(data)


def test_windows_are_half_open_in_blocks_and_in_time() -> None:
    one = Window(10, 20, 100, 200, ADDRESSES[:1])
    assert [one.holds(number, 150) for number in (9, 10, 19, 20)] == [False, True, True, False]
    assert [one.holds(15, time) for time in (99, 100, 199, 200)] == [False, True, True, False]
    assert replace(one, until_block=None, until_time=None).holds(10**9, 10**12)
    assert replace(GOOD, windows=(one,)).validators_at(15, 99) is None
