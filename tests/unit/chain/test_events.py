"""Decoding acts by offsets, against eth_abi as a second implementation."""

from typing import Any

import pytest
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.artifacts import CONTRACTS, keccak256, load, signature, type_name
from ledger.chain.events import decode
from ledger.chain.journal_entry import entry_bytes, entry_leaf, parse_entry_bytes
from ledger.errors import Malformed
from ledger.merkle.hashing import leaf_hash

EVENTS = [(name, item) for name in CONTRACTS for item in load(name).abi if item["type"] == "event"]


def values_of(kind: str, members: Any = ()) -> st.SearchStrategy[Any]:
    if kind == "tuple":
        names = [member["name"] for member in members]
        return st.tuples(*(values_of(member["type"]) for member in members)).map(
            lambda values: dict(zip(names, values, strict=True))
        )
    if kind == "address":
        return st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())
    if kind.startswith("uint") and not kind.endswith("]"):
        return st.integers(0, 2 ** int(kind[4:]) - 1)
    if kind.endswith("[]"):
        return st.lists(values_of(kind[:-2], members), max_size=4)
    if kind.endswith("[2]"):
        return st.lists(values_of(kind[:-3]), min_size=2, max_size=2)
    if kind == "bool":
        return st.booleans()
    if kind == "bytes":
        return st.binary(max_size=100)
    size = int(kind[5:])
    return st.binary(min_size=size, max_size=size)


def ordered(value: Any) -> Any:
    """Structs as eth_abi takes them."""
    if isinstance(value, list):
        return [ordered(element) for element in value]
    return tuple(value.values()) if isinstance(value, dict) else value


def plain(value: Any) -> Any:
    return bytes.fromhex(value[2:]) if isinstance(value, str) else value


@pytest.mark.parametrize(("contract", "item"), EVENTS, ids=[item["name"] for _, item in EVENTS])
@given(data=st.data())
def test_decode_agrees_with_eth_abi(contract: str, item: dict[str, Any], data: st.DataObject) -> None:
    indexed = [parameter for parameter in item["inputs"] if parameter["indexed"]]
    (struct,) = [parameter for parameter in item["inputs"] if not parameter["indexed"]]
    keys = [data.draw(values_of(parameter["type"])) for parameter in indexed]
    members = [data.draw(values_of(member["type"], member.get("components"))) for member in struct["components"]]
    topics = (
        keccak256(signature(item).encode()),
        *(encode([parameter["type"]], [key]) for parameter, key in zip(indexed, keys, strict=True)),
    )
    body = encode([type_name(struct)], [tuple(map(ordered, members))])
    event = decode(contract, topics, body)
    assert (event.contract, event.event, event.index) == (contract, item["name"], keys[0])
    names = [p["name"] for p in indexed[1:]] + [m["name"] for m in struct["components"]]
    assert event.fields == dict(zip(names, map(plain, keys[1:] + members), strict=True))
    entry = entry_bytes(bytes(20), topics, body)
    assert parse_entry_bytes(entry) == (bytes(20), topics, body)
    assert entry_leaf(bytes(20), topics, body) == leaf_hash(entry)


@pytest.fixture
def published() -> tuple[tuple[bytes, ...], bytes]:
    from tests.unit.proof.material import log

    return log(7)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda topics, data: (topics[:-1], data), id="a topic too few"),
        pytest.param(lambda topics, data: ((b"\x00" * 32, *topics[1:]), data), id="another event"),
        pytest.param(lambda topics, data: ((), data), id="no topic"),
        pytest.param(lambda topics, data: (topics, data[:-32]), id="a word too few"),
        pytest.param(lambda topics, data: (topics, data + bytes(32)), id="a word too many"),
        pytest.param(lambda topics, data: (topics, b""), id="no data"),
        pytest.param(lambda topics, data: (topics, bytes(32) + data[32:]), id="another offset of the struct"),
        pytest.param(lambda topics, data: (topics, data[:-1] + b"\x01"), id="padding that is not zero"),
        pytest.param(lambda topics, data: (topics, data[:32] + b"\xff" * 32 + data[64:]), id="a word beyond its type"),
        pytest.param(lambda topics, data: (topics, data[:320] + b"\xff" * 32 + data[352:]), id="an offset out of it"),
    ],
)
def test_decode_refuses_what_the_compiler_does_not_write(published: Any, damage: Any) -> None:
    topics, data = published
    decode("Catalog", topics, data)
    with pytest.raises(Malformed):
        decode("Catalog", *damage(topics, data))


@pytest.mark.parametrize("contract", ["Nothing", "IRootActs", "../artifacts/Catalog"])
def test_decode_knows_the_contracts_only(published: Any, contract: str) -> None:
    with pytest.raises(Malformed):
        decode(contract, *published)
