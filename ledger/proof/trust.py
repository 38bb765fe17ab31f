"""The trust file: everything a verifier takes as given. Documents never carry trust.

It names the ledger (chain, genesis, origin), how its blocks are agreed on, and each contract's address and code.
`consensus` is `development`: blocks carry no seals, so what a node says rests on that node's word.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from ledger.errors import Malformed
from ledger.model import canonical
from ledger.model.ids import from_hex, to_hex

FORMAT = "mulu-trust/1"
LAYOUT = 1
"""Version of the contracts' storage layout and events that this verifier knows."""
MAX_AGE_SECONDS = 7 * 86_400
"""How old evidence of being in force may be, unless the trust file says otherwise."""
CONSENSUS = ("development",)


@dataclass(frozen=True, slots=True)
class TrustedContract:
    """Address, 20 bytes, and Keccak-256 of the runtime code, 32 bytes."""

    address: bytes
    code_hash: bytes


@dataclass(frozen=True, slots=True)
class Trust:
    """What a verifier takes as given."""

    chain_id: int
    genesis_hash: bytes
    origin: bytes
    consensus: str
    contracts: dict[str, TrustedContract]
    max_age_seconds: int

    def to_json(self) -> dict[str, Any]:
        """The file's content."""
        return {
            "format": FORMAT,
            "chain_id": self.chain_id,
            "genesis_hash": to_hex(self.genesis_hash),
            "origin": to_hex(self.origin),
            "consensus": self.consensus,
            "layout": LAYOUT,
            "max_age_seconds": self.max_age_seconds,
            "contracts": {
                name: {"address": to_hex(at.address), "code_hash": to_hex(at.code_hash)}
                for name, at in self.contracts.items()
            },
        }

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical content, hex: the same for the same trust, however the file is laid out."""
        return hashlib.sha256(canonical.encode(self.to_json())).hexdigest()


def parse_trust(raw: Any) -> Trust:
    """The trust that a file's JSON value states. Raises Malformed naming the member that is wrong."""
    members = {
        "format": str,
        "chain_id": int,
        "genesis_hash": str,
        "origin": str,
        "consensus": str,
        "layout": int,
        "max_age_seconds": int,
        "contracts": dict,
    }
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise Malformed(f"trust file: want an object with format {FORMAT!r}")
    if raw.keys() != members.keys():
        odd = sorted(raw.keys() ^ members.keys())
        raise Malformed(f"trust file: missing or unknown members: {', '.join(map(str, odd))}")
    for name, kind in members.items():
        if type(raw[name]) is not kind:
            raise Malformed(f"trust file: {name} is no {kind.__name__}")
    if raw["layout"] != LAYOUT:
        raise Malformed(f"trust file: layout {raw['layout']} is not known; this verifier knows {LAYOUT}")
    if raw["consensus"] not in CONSENSUS:
        raise Malformed(f"trust file: consensus {raw['consensus']!r} is not one of {', '.join(CONSENSUS)}")
    if raw["max_age_seconds"] < 0 or raw["chain_id"] < 1:
        raise Malformed("trust file: chain_id and max_age_seconds are not negative")
    contracts = {}
    for name, at in raw["contracts"].items():
        if not isinstance(at, dict) or at.keys() != {"address", "code_hash"}:
            raise Malformed(f"trust file: {name}: want address and code_hash")
        if not all(isinstance(value, str) for value in at.values()):
            raise Malformed(f"trust file: {name}: address and code_hash are strings")
        contracts[name] = TrustedContract(
            from_hex(at["address"], 20, f"{name}.address"), from_hex(at["code_hash"], 32, f"{name}.code_hash")
        )
    for needed in ("Journal", "Organizations", "Policy", "Catalog"):
        if needed not in contracts:
            raise Malformed(f"trust file: contracts lack {needed}")
    return Trust(
        chain_id=raw["chain_id"],
        genesis_hash=from_hex(raw["genesis_hash"], 32, "genesis_hash"),
        origin=from_hex(raw["origin"], 32, "origin"),
        consensus=raw["consensus"],
        contracts=contracts,
        max_age_seconds=raw["max_age_seconds"],
    )
