"""SM3 against the examples of its standard, and the trees of a certificate against the recursive definition."""

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Unavailable
from ledger.merkle import hashing, sm3
from ledger.merkle.fields import roots, sha256_leaf, withhold
from ledger.model.certificate import Field

pytestmark = pytest.mark.skipif(not sm3.available(), reason="needs an OpenSSL that was built with SM3")

# GB/T 32905-2016, annex A.
STANDARD = {
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}


@pytest.mark.parametrize(("data", "digest"), STANDARD.items())
def test_sm3_of_the_standard(data: bytes, digest: str) -> None:
    assert sm3.sm3(data).hex() == digest


def test_sha256_of_the_standard() -> None:
    # FIPS 180-4, example "abc".
    assert hashlib.sha256(b"abc").hexdigest() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def tree(leaves: list[bytes], digest: Callable[[bytes], bytes]) -> bytes:
    """RFC 6962 §2.1, word by word."""
    if len(leaves) == 1:
        return digest(b"\x00" + leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return digest(b"\x01" + tree(leaves[:split], digest) + tree(leaves[split:], digest))


@given(st.lists(st.text("目录ab", max_size=5), min_size=1, max_size=40))
def test_roots_are_those_of_the_definition(values: list[str]) -> None:
    fields = [Field(f"field_{at}", value, bytes([at]) * 16) for at, value in enumerate(values)]
    leaves = [field.leaf for field in fields]
    both = roots(fields)
    assert both.sha256 == tree(leaves, lambda data: hashlib.sha256(data).digest())
    assert both.sm3 == tree(leaves, sm3.sm3)


def test_root_of_nothing() -> None:
    assert sm3.root_of([]) == sm3.sm3(b"")


def test_leaf_is_canonical_json_of_name_value_and_salt() -> None:
    field = Field("title", "目录\n二", bytes(range(16)))
    assert field.leaf == '["title","目录\\n二","0x000102030405060708090a0b0c0d0e0f"]'.encode()
    assert sha256_leaf(field) == hashlib.sha256(b"\x00" + field.leaf).digest() == hashing.leaf_hash(field.leaf)
    assert withhold(field).sm3 == hashlib.new("sm3", b"\x00" + field.leaf).digest()


def test_says_when_openssl_has_no_sm3(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(name: str, *arguments: object, **options: object) -> object:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr("ledger.merkle.sm3.hashlib.new", without)
    assert not sm3.available()
    with pytest.raises(Unavailable, match="OpenSSL"):
        sm3.sm3(b"abc")
