import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.model.ids import entry_id, from_hex, to_hex
from ledger.model.organization_code import sample_code

PROVIDER = sample_code(0)


def test_entry_id_is_hash_of_domain_provider_and_local_code() -> None:
    domain = hashlib.sha256(b"mulu/entry/1").digest()
    local_code = "目录/001"
    assert entry_id(PROVIDER, local_code) == (hashlib.sha256(domain + PROVIDER.encode() + local_code.encode()).digest())


def test_entry_id_differs_by_provider_and_by_local_code() -> None:
    ids = {entry_id(sample_code(p), code) for p in range(3) for code in ("1", "01", "1 ", "١")}
    assert len(ids) == 12


@pytest.mark.parametrize("local_code", ["", "x" * 129, "目" * 43])
def test_entry_id_refuses_local_code_of_wrong_length(local_code: str) -> None:
    with pytest.raises(ValueError, match="wrong length"):
        entry_id(PROVIDER, local_code)


@pytest.mark.parametrize("local_code", ["x", "x" * 128, "目" * 42 + "xx"])
def test_entry_id_takes_1_to_128_bytes(local_code: str) -> None:
    assert len(entry_id(PROVIDER, local_code)) == 32


@pytest.mark.parametrize("provider", [PROVIDER[:17], PROVIDER + "0", "", "中" * 18])
def test_entry_id_refuses_provider_of_wrong_length(provider: str) -> None:
    with pytest.raises(ValueError, match=r"wrong length|ascii"):
        entry_id(provider, "1")


@given(st.binary(max_size=64))
def test_from_hex_inverts_to_hex(data: bytes) -> None:
    assert from_hex(to_hex(data), len(data), "digest") == data


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0x",
        "abcd",
        "0xabc",
        "0xabcde",
        "0xABCD",
        "0XABCD",
        "0xabcg",
        "0xab c",
        "0x    ",
        "0xab\n\n",
        " 0xabcd",
        "0x٣٣٣٣",
        "0xabc\u0000",
    ],
)
def test_from_hex_refuses(text: str) -> None:
    with pytest.raises(Malformed, match=r"digest .*want 0x and 4 lower-case hex digits"):
        from_hex(text, 2, "digest")
