"""RLP: every item has one encoding, and nothing else is read."""

import pytest
import rlp as oracle
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.proof import rlp

ITEMS = st.recursive(st.binary(max_size=80), lambda inner: st.lists(inner, max_size=6), max_leaves=30)


@given(ITEMS)
def test_it_writes_and_reads_what_pyrlp_does(item: rlp.Item) -> None:
    encoded = rlp.encode(item)
    assert encoded == oracle.encode(item)
    assert rlp.decode(encoded) == item


@given(st.binary(max_size=60))
def test_what_is_read_is_written_the_same(data: bytes) -> None:
    try:
        item = rlp.decode(data)
    except Malformed:
        return
    assert rlp.encode(item) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x81\x00",  # a byte that stands for itself
        b"\x81",
        b"\xb8\x01a",  # a length that the first byte could hold
        b"\xb9\x00\x38" + bytes(56),  # a length with a leading zero
        b"\xb8\x37" + bytes(55),
        b"\xb8",
        b"\xbf" + b"\xff" * 8,
        b"\xc2\x01",
        b"\xc1\x82\x61\x61",  # an item that ends after its list
        b"\xc0\x00",
        b"\xff" * 9,
        b"a" * 2,
    ],
)
def test_what_is_no_rlp(data: bytes) -> None:
    with pytest.raises(Malformed, match="RLP"):
        rlp.decode(data)


def test_deep_lists_are_refused_before_they_are_followed() -> None:
    deep = [b"\xc0"]
    for _ in range(16):
        deep.append(bytes((0xC0 + len(deep[-1]),)) + deep[-1])
    assert rlp.encode(rlp.decode(deep[15])) == deep[15]
    with pytest.raises(Malformed, match="nested deeper than 16"):
        rlp.decode(deep[16])


def test_what_is_wanted_of_an_item() -> None:
    with pytest.raises(Malformed, match="a string where a list"):
        rlp.decode_list(b"a")
    with pytest.raises(Malformed, match="a list where a string"):
        rlp.string([], "thing")
    with pytest.raises(Malformed, match="2 bytes, want 3"):
        rlp.string(b"ab", "thing", 3)
    for wrong in (b"\0", b"\0\1", bytes([1]) * 33):
        with pytest.raises(Malformed, match="no number"):
            rlp.integer(wrong, "thing")
    assert rlp.integer(b"", "thing") == 0
    assert rlp.encode_integer(0) == b""
