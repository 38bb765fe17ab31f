"""Calls, results and errors by the committed ABI."""

from typing import Any

import pytest
from eth_abi.abi import encode

from ledger.chain import abi
from ledger.chain.artifacts import CONTRACTS, keccak256, load, signature, type_name
from ledger.errors import Malformed

ERRORS = [item for name in CONTRACTS for item in load(name).abi if item["type"] == "error"]


def sample(kind: str) -> Any:
    if kind == "address":
        return "0x" + "0b" * 20
    if kind.startswith("uint"):
        return 7
    return b"\x41" * int(kind[5:])


@pytest.mark.parametrize("item", ERRORS, ids=[item["name"] for item in ERRORS])
def test_every_contract_error_is_decoded_with_its_values(item: dict[str, Any]) -> None:
    values = [sample(parameter["type"]) for parameter in item["inputs"]]
    data = keccak256(signature(item).encode())[:4] + encode([type_name(p) for p in item["inputs"]], values)
    error = abi.decode_error(data)
    assert error is not None
    assert error.name == item["name"]
    assert list(error.values.values()) == values
    assert str(error).startswith(item["name"] + "(")


@pytest.mark.parametrize("data", [b"", b"\x08\xc3\x79\xa0", bytes(36)])
def test_foreign_errors_are_not_ours(data: bytes) -> None:
    assert abi.decode_error(data) is None


def test_call_roundtrip() -> None:
    retirement = {"id": b"\x01" * 32, "expectedVersion": 3, "reason": bytes(32)}
    data = abi.encode_call("Catalog", "retire", [retirement])
    call = abi.decode_call("Catalog", data)
    assert (call.function, call.arguments) == ("retire", {"retirements": [retirement]})


@pytest.mark.parametrize("data", [b"", bytes(4), abi.encode_call("Catalog", "mark", bytes(32))[:20]])
def test_call_data_of_no_function(data: bytes) -> None:
    with pytest.raises(Malformed):
        abi.decode_call("Catalog", data)


def test_result_that_is_none() -> None:
    with pytest.raises(Malformed):
        abi.decode_result("Journal", "size", b"\x01")
