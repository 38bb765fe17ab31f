"""Calls, results and errors of the contracts, encoded by their committed ABI.

eth-abi takes half a second to import, so commands that call no contract never do.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from ledger.chain.artifacts import CONTRACTS, keccak256, load, signature, type_name
from ledger.errors import Malformed


@dataclass(frozen=True, slots=True)
class ContractError:
    """A custom error that a contract raised, with its values by name."""

    name: str
    values: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{name}={shown(value)}' for name, value in self.values.items())})"


@dataclass(frozen=True, slots=True)
class DecodedCall:
    """A call's function and arguments by name; structs are dictionaries."""

    function: str
    arguments: dict[str, Any]


def encode_call(contract: str, function: str, *arguments: Any) -> bytes:
    """Call data of a contract's function; structs are tuples or dictionaries by member."""
    item = load(contract).item("function", function)
    values = [ordered(parameter, value) for parameter, value in zip(item["inputs"], arguments, strict=True)]
    return _selector(signature(item)) + _encode([type_name(p) for p in item["inputs"]], values)


def selector(contract: str, function: str) -> bytes:
    """The first four bytes of a function's call data."""
    return _selector(signature(load(contract).item("function", function)))


def decode_result(contract: str, function: str, data: bytes) -> Any:
    """What a function returned: one value, or a tuple of them; structs are dictionaries by member.

    Raises Malformed when it is not what the function returns.
    """
    outputs = load(contract).item("function", function)["outputs"]
    try:
        values = _decode([type_name(output) for output in outputs], data)
    except Exception as error:
        raise Malformed(f"{contract}.{function} returned {len(data)} bytes that are no result of it") from error
    named = tuple(_named(output, value) for output, value in zip(outputs, values, strict=True))
    return named[0] if len(named) == 1 else named


def decode_call(contract: str, data: bytes) -> DecodedCall:
    """The function and arguments of call data. Raises Malformed when the contract has no such function."""
    for item in load(contract).abi:
        if item["type"] == "function" and _selector(signature(item)) == data[:4]:
            try:
                values = _decode([type_name(p) for p in item["inputs"]], data[4:])
            except Exception as error:
                raise Malformed(f"{contract}.{item['name']}: the arguments cannot be decoded") from error
            return DecodedCall(
                item["name"],
                {p["name"]: _named(p, value) for p, value in zip(item["inputs"], values, strict=True)},
            )
    raise Malformed(f"{contract} has no function with selector 0x{data[:4].hex()}")


def function_signature(data: bytes) -> str | None:
    """`name(type,…)` of the function that call data calls; None when it is of none of the contracts."""
    return _functions().get(data[:4])


def decode_error(data: bytes) -> ContractError | None:
    """The custom error of any contract in revert data; None when it is none of ours."""
    known = _errors().get(data[:4])
    if known is None:
        return None
    try:
        values = _decode([type_name(p) for p in known["inputs"]], data[4:])
    except Exception:
        return None
    return ContractError(known["name"], {p["name"]: value for p, value in zip(known["inputs"], values, strict=True)})


def shown(value: Any) -> str:
    """A value for people: codes as text, bytes as hex."""
    if isinstance(value, bytes):
        stripped = value.rstrip(b"\0")
        # An organization's code, or a registration's number.
        if len(value) in (16, 18) and stripped.isalnum() and stripped.isascii():
            return stripped.decode()
        return "0x" + value.hex()
    return str(value)


def _encode(types: list[str], values: list[Any]) -> bytes:
    from eth_abi.abi import encode

    return encode(types, values)


def _decode(types: list[str], data: bytes) -> tuple[Any, ...]:
    from eth_abi.abi import decode

    return decode(types, data)


@cache
def _errors() -> dict[bytes, dict[str, Any]]:
    return {
        _selector(signature(item)): item
        for contract in CONTRACTS
        for item in load(contract).abi
        if item["type"] == "error"
    }


@cache
def _functions() -> dict[bytes, str]:
    texts = [signature(item) for name in CONTRACTS for item in load(name).abi if item["type"] == "function"]
    return {_selector(text): text for text in texts}


@cache
def _selector(text: str) -> bytes:
    return keccak256(text.encode())[:4]


def ordered(parameter: dict[str, Any], value: Any) -> Any:
    """A value as the encoder takes it: dictionaries by member become tuples."""
    kind: str = parameter["type"]
    if kind.endswith("[]"):
        inner = {**parameter, "type": kind[:-2]}
        return [ordered(inner, element) for element in value]
    if kind == "tuple" and isinstance(value, dict):
        return tuple(ordered(member, value[member["name"]]) for member in parameter["components"])
    return value


def _named(parameter: dict[str, Any], value: Any) -> Any:
    kind: str = parameter["type"]
    if kind.endswith("[]"):
        inner = {**parameter, "type": kind[:-2]}
        return [_named(inner, element) for element in value]
    if kind == "tuple":
        return {
            member["name"]: _named(member, element)
            for member, element in zip(parameter["components"], value, strict=True)
        }
    if kind == "address" and isinstance(value, str):
        return bytes.fromhex(value[2:])
    return value
