"""Persons who object: a commitment that cannot be guessed, and a file that stays off chain."""

import json

import pytest

from ledger.errors import Malformed
from ledger.registration.objections import decide_call, new_objector, parse_objector, raise_call


def test_a_commitment_is_salted_and_its_file_reads_back() -> None:
    one, other = new_objector("王五(虚构)"), new_objector("王五(虚构)")
    assert one.commitment != other.commitment
    assert parse_objector(one.encode()) == one


def test_a_changed_file_is_refused_without_being_quoted() -> None:
    raw = json.loads(new_objector("王五(虚构)").encode())
    changed = json.dumps({**raw, "identity": "赵六(虚构)"}, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    with pytest.raises(Malformed) as refused:
        parse_objector(changed.encode())
    assert "赵六" not in str(refused.value)


def test_the_identity_is_not_in_the_call() -> None:
    objector = new_objector("王五(虚构)")
    digest = b"\x01" * 32
    call = raise_call(
        number="R20260827000001A", entry=None, version=1, commitment=objector.commitment, evidence=digest, ground=digest
    )
    assert objector.commitment in call
    assert "王五".encode() not in call


def test_only_decisions_are_decided() -> None:
    with pytest.raises(ValueError, match="no decision"):
        decide_call("raise", [1], bytes(32))
