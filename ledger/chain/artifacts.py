"""The compiled contracts as they are committed: ABI, byte code, storage layout."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from Crypto.Hash import keccak

CONTRACTS = (
    "Journal",
    "Organizations",
    "Policy",
    "Catalog",
    "Registry",
    "Applications",
    "Objections",
    "Grants",
    "Plans",
    "Products",
)


def keccak256(data: bytes) -> bytes:
    """Keccak-256, the hash of the EVM."""
    return keccak.new(digest_bits=256, data=data).digest()


@dataclass(frozen=True)
class Artifact:
    """One compiled contract."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: bytes
    deployed_bytecode: bytes
    immutable_ranges: tuple[tuple[int, int], ...]
    """Half-open byte ranges of the deployed code that the constructor fills in."""
    storage_layout: dict[str, Any]

    def matches(self, code: bytes) -> bool:
        """Whether deployed code is this contract's, whatever its immutables hold."""
        if len(code) != len(self.deployed_bytecode):
            return False
        masked = bytearray(code)
        for start, end in self.immutable_ranges:
            masked[start:end] = bytes(end - start)
        return bytes(masked) == self.deployed_bytecode

    def item(self, kind: str, name: str) -> dict[str, Any]:
        """The ABI item of a function, event or error."""
        for item in self.abi:
            if item["type"] == kind and item.get("name") == name:
                return item
        raise KeyError(f"{self.name} has no {kind} {name}")


@cache
def load(name: str) -> Artifact:
    """The artifact of a contract or of the interface `IRootActs`."""
    text = resources.files("ledger.chain").joinpath(f"artifacts/{name}.json").read_text("utf-8")
    raw = json.loads(text)
    ranges = tuple(
        sorted(
            (reference["start"], reference["start"] + reference["length"])
            for references in raw["immutable_references"].values()
            for reference in references
        )
    )
    return Artifact(
        name=name,
        abi=raw["abi"],
        bytecode=bytes.fromhex(raw["bytecode"].removeprefix("0x")),
        deployed_bytecode=bytes.fromhex(raw["deployed_bytecode"].removeprefix("0x")),
        immutable_ranges=ranges,
        storage_layout=raw["storage_layout"],
    )


def type_name(item: dict[str, Any]) -> str:
    """Canonical ABI type of a parameter; tuples are spelled out."""
    kind: str = item["type"]
    if kind.startswith("tuple"):
        inner = ",".join(type_name(component) for component in item["components"])
        return f"({inner}){kind[5:]}"
    return kind


def signature(item: dict[str, Any]) -> str:
    """`name(type,…)` of a function, event or error."""
    return f"{item['name']}({','.join(type_name(parameter) for parameter in item['inputs'])})"
