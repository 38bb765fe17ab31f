"""The trust file: everything a verifier takes as given. Documents never carry trust.

    {"format": "mulu-trust/1",
     "chain_id": n, "genesis_hash": 32 bytes, "origin": journal, 32 bytes,
     "consensus": "development", "clique" or "qbft",
     "depth": blocks that must stand on a Clique header; 0 otherwise,
     "known_block": n, "known_hash": 32 bytes,
     "validators": [{"from_block", "until_block", "from_time", "until_time", "addresses": [20 bytes …]} …],
     "max_age_seconds": n,
     "contracts": {name: {"address": 20 bytes, "code_hash": 32 bytes, "layout": n} …},
     "log": vkey of the log key that signs the journal's checkpoints; may be left out}

A window of validators is half-open in blocks and in time; where it has no end, `until_…` is null. A header outside all
windows is one whose validators are not known: that decides nothing. `known_block` is the last block up to which votes
were followed; after it the validators can be others by now. On the development chain blocks carry no seals.
"""

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from ledger.errors import Malformed
from ledger.merkle.checkpoint import VerifierKey, origin_line
from ledger.model import canonical
from ledger.model.ids import from_hex, to_hex
from ledger.proof.layout import LAYOUT

FORMAT: Final = "mulu-trust/1"
MAX_AGE_SECONDS: Final = 7 * 86_400
"""How old evidence of being in force may be, unless the trust file says otherwise."""
DEVELOPMENT, CLIQUE, QBFT = CONSENSUS = ("development", "clique", "qbft")
VALIDATORS: Final = 256
"""Most validators of a window."""
_NEEDED: Final = ("Journal", "Organizations", "Policy", "Catalog")


@dataclass(frozen=True, slots=True)
class TrustedContract:
    """Address, 20 bytes, Keccak-256 of the runtime code, 32 bytes, and version of the storage layout."""

    address: bytes
    code_hash: bytes
    layout: int = LAYOUT


@dataclass(frozen=True, slots=True)
class Window:
    """Validators of a stretch of blocks and of time, both half-open; None where there is no end. Unix seconds."""

    from_block: int
    until_block: int | None
    from_time: int
    until_time: int | None
    addresses: tuple[bytes, ...]
    """20 bytes each, ascending."""

    def holds(self, number: int, time: int) -> bool:
        """Whether a block of this number and time lies in it."""
        return (self.from_block <= number and (self.until_block is None or number < self.until_block)) and (
            self.from_time <= time and (self.until_time is None or time < self.until_time)
        )

    def to_json(self) -> dict[str, Any]:
        """The window in the file."""
        return {
            "from_block": self.from_block,
            "until_block": self.until_block,
            "from_time": self.from_time,
            "until_time": self.until_time,
            "addresses": [to_hex(address) for address in self.addresses],
        }


@dataclass(frozen=True, slots=True)
class Trust:
    """What a verifier takes as given."""

    chain_id: int
    genesis_hash: bytes
    origin: bytes
    consensus: str
    contracts: dict[str, TrustedContract]
    max_age_seconds: int
    depth: int = 0
    known_block: int = 0
    known_hash: bytes = bytes(32)
    windows: tuple[Window, ...] = ()
    """Oldest first."""
    log: VerifierKey | None = None

    def validators_at(self, number: int, time: int) -> tuple[bytes, ...] | None:
        """The validators of a block of this number and time, 20 bytes each; None when they are not known."""
        return next((window.addresses for window in self.windows if window.holds(number, time)), None)

    def to_json(self) -> dict[str, Any]:
        """The file's content."""
        return {
            "format": FORMAT,
            "chain_id": self.chain_id,
            "genesis_hash": to_hex(self.genesis_hash),
            "origin": to_hex(self.origin),
            "consensus": self.consensus,
            "depth": self.depth,
            "known_block": self.known_block,
            "known_hash": to_hex(self.known_hash),
            "validators": [window.to_json() for window in self.windows],
            "max_age_seconds": self.max_age_seconds,
            "contracts": {
                name: {"address": to_hex(at.address), "code_hash": to_hex(at.code_hash), "layout": at.layout}
                for name, at in self.contracts.items()
            },
        } | ({} if self.log is None else {"log": str(self.log)})

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical content, hex: the same for the same trust, however the file is laid out."""
        return hashlib.sha256(canonical.encode(self.to_json())).hexdigest()


def read_trust(data: bytes) -> Trust:
    """The trust that a file's bytes state. Raises Malformed naming the member that is wrong."""
    return parse_trust(canonical.decode_any(data))


def parse_trust(raw: Any) -> Trust:
    """The trust that a file's JSON value states. Raises Malformed naming the member that is wrong."""
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise Malformed(f"trust file: want an object with format {FORMAT!r}")
    _members(
        raw,
        "",
        format=str,
        chain_id=int,
        genesis_hash=str,
        origin=str,
        consensus=str,
        depth=int,
        known_block=int,
        known_hash=str,
        validators=list,
        max_age_seconds=int,
        contracts=dict,
        **({"log": str} if "log" in raw else {}),
    )
    if raw["consensus"] not in CONSENSUS:
        raise Malformed(f"trust file: consensus {raw['consensus'][:40]!r} is not one of {', '.join(CONSENSUS)}")
    _number(raw["max_age_seconds"], "max_age_seconds")
    _number(raw["depth"], "depth")
    _number(raw["known_block"], "known_block")
    if _number(raw["chain_id"], "chain_id") == 0:
        raise Malformed("trust file: chain_id is at least 1")
    contracts = {name: _contract(at, name) for name, at in raw["contracts"].items()}
    for needed in _NEEDED:
        if needed not in contracts:
            raise Malformed(f"trust file: contracts lack {needed}")
    windows = tuple(_window(window, f"validators[{at}]") for at, window in enumerate(raw["validators"]))
    if (raw["consensus"] == DEVELOPMENT) is bool(windows):
        raise Malformed("trust file: validators are named for clique and qbft, and not for the development chain")
    for older, newer in pairwise(windows):
        if older.until_block is None or older.until_time is None or older.until_block > newer.from_block:
            raise Malformed("trust file: the windows of validators are not in order, or one overlaps the next")
    origin = from_hex(raw["origin"], 32, "origin")
    log = VerifierKey.parse(raw["log"]) if "log" in raw else None
    if log is not None and log.name != origin_line(origin):
        raise Malformed(f"trust file: log is the key of {log.name[:100]!r}, want {origin_line(origin)}")
    return Trust(
        chain_id=raw["chain_id"],
        genesis_hash=from_hex(raw["genesis_hash"], 32, "genesis_hash"),
        origin=origin,
        consensus=raw["consensus"],
        contracts=contracts,
        max_age_seconds=raw["max_age_seconds"],
        depth=raw["depth"],
        known_block=raw["known_block"],
        known_hash=from_hex(raw["known_hash"], 32, "known_hash"),
        windows=windows,
        log=log,
    )


def _contract(raw: Any, name: str) -> TrustedContract:
    _members(raw, name, address=str, code_hash=str, layout=int)
    if raw["layout"] != LAYOUT:
        raise Malformed(f"trust file: {name} has layout {raw['layout']}; this verifier knows {LAYOUT}: get a newer one")
    return TrustedContract(
        from_hex(raw["address"], 20, f"{name}.address"), from_hex(raw["code_hash"], 32, f"{name}.code_hash")
    )


def _window(raw: Any, what: str) -> Window:
    optional = (int, type(None))
    _members(raw, what, from_block=int, until_block=optional, from_time=int, until_time=optional, addresses=list)
    for name in ("from_block", "until_block", "from_time", "until_time"):
        if raw[name] is not None:
            _number(raw[name], f"{what}.{name}")
    addresses = raw["addresses"]
    if not 0 < len(addresses) <= VALIDATORS or not all(isinstance(address, str) for address in addresses):
        raise Malformed(f"trust file: {what}.addresses: want 1 to {VALIDATORS} addresses")
    kept = tuple(from_hex(address, 20, f"{what}.addresses") for address in addresses)
    if any(one >= other for one, other in pairwise(kept)):
        raise Malformed(f"trust file: {what}.addresses: want them ascending, each once")
    return Window(raw["from_block"], raw["until_block"], raw["from_time"], raw["until_time"], kept)


def _members(raw: Any, what: str, **kinds: type | tuple[type, ...]) -> None:
    name = f"{what}: " if what else ""
    if not isinstance(raw, dict):
        raise Malformed(f"trust file: {name}no object")
    if raw.keys() != kinds.keys():
        odd = sorted(map(str, raw.keys() ^ kinds.keys()))
        raise Malformed(f"trust file: {name}missing or unknown members: {', '.join(odd)[:200]}")
    for member, kind in kinds.items():
        allowed = kind if isinstance(kind, tuple) else (kind,)
        if type(raw[member]) not in allowed:
            raise Malformed(f"trust file: {name}{member} is no {allowed[0].__name__}")


def _number(value: int, what: str) -> int:
    if not 0 <= value < 2**53:
        raise Malformed(f"trust file: {what} is negative or too large")
    return value
