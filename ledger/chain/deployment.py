"""The file that says where a ledger lives: `deployment.json`. It carries no trust, only addresses."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.chain.artifacts import CONTRACTS
from ledger.errors import Malformed, NotFound
from ledger.model.ids import from_hex, to_hex

FORMAT = "mulu-deployment/1"


@dataclass(frozen=True, slots=True)
class ContractAt:
    """A deployed contract: its address, 20 bytes, and the Keccak-256 of its runtime code, 32 bytes."""

    address: bytes
    code_hash: bytes


@dataclass(frozen=True, slots=True)
class Deployment:
    """One ledger on one chain."""

    chain_id: int
    genesis_hash: bytes
    origin: bytes
    """Identity of the journal (`IJournal.origin`)."""
    block: int
    """Block of the journal's deployment; nothing of this ledger is older."""
    contracts: dict[str, ContractAt]

    def name_of(self, address: bytes) -> str | None:
        """The contract at an address."""
        for name, contract in self.contracts.items():
            if contract.address == address:
                return name
        return None

    def to_json(self) -> dict[str, Any]:
        """The file's content."""
        return {
            "format": FORMAT,
            "chain_id": self.chain_id,
            "genesis_hash": to_hex(self.genesis_hash),
            "origin": to_hex(self.origin),
            "block": self.block,
            "contracts": {
                name: {"address": to_hex(at.address), "code_hash": to_hex(at.code_hash)}
                for name, at in self.contracts.items()
            },
        }


def load_deployment(path: Path) -> Deployment:
    """The deployment that a file describes.

    Raises NotFound when there is no such file, Malformed when it is no deployment file.
    """
    try:
        raw = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise NotFound(
            f"no deployment file at {path}: run `mulu deploy`, or set MULU_DEPLOYMENT to an existing one"
        ) from None
    except (UnicodeDecodeError, ValueError) as error:
        raise Malformed(f"{path}: not JSON: {error}") from error
    try:
        if raw["format"] != FORMAT:
            raise Malformed(f"{path}: format is {raw['format']!r}, want {FORMAT!r}")
        return Deployment(
            chain_id=int(raw["chain_id"]),
            genesis_hash=from_hex(raw["genesis_hash"], 32, "genesis_hash"),
            origin=from_hex(raw["origin"], 32, "origin"),
            block=int(raw["block"]),
            contracts={
                name: ContractAt(
                    address=from_hex(raw["contracts"][name]["address"], 20, f"{name}.address"),
                    code_hash=from_hex(raw["contracts"][name]["code_hash"], 32, f"{name}.code_hash"),
                )
                for name in CONTRACTS
            },
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed(f"{path}: not a deployment file: {error!r} is missing or wrong") from error
