"""Block headers as RLP (Yellow Paper §4.4; later members by their EIPs).

A header is read strictly, so its bytes are the only ones with its meaning. What its hash is depends on the consensus:
plainly Keccak-256 of the bytes for Clique and the development chain; `qbft` says how it is there.
"""

from dataclasses import dataclass
from typing import Final

from ledger.chain.artifacts import keccak256
from ledger.errors import Malformed
from ledger.proof import rlp

HEADER_BYTES: Final = 16_384
"""A header is smaller: extra data holds 20 bytes and at most one seal of 65 for each validator."""

_MEMBERS: Final = (
    *(("parentHash", 32), ("sha3Uncles", 32), ("miner", 20), ("stateRoot", 32)),
    *(("transactionsRoot", 32), ("receiptsRoot", 32), ("logsBloom", 256)),
    *(("difficulty", None), ("number", None), ("gasLimit", None), ("gasUsed", None), ("timestamp", None)),
    *(("extraData", -1), ("mixHash", 32), ("nonce", 8)),
    # EIP-1559, 4895, 4844 (two), 4788, 7685: each only where all earlier ones are.
    *(("baseFeePerGas", None), ("withdrawalsRoot", 32), ("blobGasUsed", None), ("excessBlobGas", None)),
    *(("parentBeaconBlockRoot", 32), ("requestsHash", 32)),
)
"""Name in JSON-RPC, and size: bytes, None for a number, -1 for bytes of any length."""
MEMBERS: Final = tuple(name for name, _ in _MEMBERS)
NUMBERS: Final = frozenset(name for name, size in _MEMBERS if size is None)
"""The members that are numbers."""
LEAST: Final = 15
"""Members that every header has."""


@dataclass(frozen=True, slots=True)
class Header:
    """A header whose form is checked, and nothing else."""

    items: tuple[bytes, ...]
    """Its members in order, numbers as RLP has them."""

    @property
    def parent_hash(self) -> bytes:
        return self.items[0]

    @property
    def miner(self) -> bytes:
        """20 bytes. On Clique and QBFT it can be the account that a vote is about."""
        return self.items[2]

    @property
    def state_root(self) -> bytes:
        return self.items[3]

    @property
    def difficulty(self) -> int:
        return int.from_bytes(self.items[7])

    @property
    def number(self) -> int:
        return int.from_bytes(self.items[8])

    @property
    def time(self) -> int:
        """Unix seconds."""
        return int.from_bytes(self.items[11])

    @property
    def extra_data(self) -> bytes:
        return self.items[12]

    @property
    def nonce(self) -> bytes:
        """8 bytes."""
        return self.items[14]

    def encode(self) -> bytes:
        """The header's RLP."""
        return rlp.encode(self.items)

    def with_extra_data(self, extra_data: bytes) -> bytes:
        """RLP of the header with other extra data: what seals sign leaves seals out."""
        return rlp.encode((*self.items[:12], extra_data, *self.items[13:]))

    @property
    def plain_hash(self) -> bytes:
        """Keccak-256 of its RLP."""
        return keccak256(self.encode())


def parse_header(data: bytes) -> Header:
    """The header that RLP holds. Raises Malformed naming the member that is wrong."""
    if len(data) > HEADER_BYTES:
        raise Malformed(f"header of {len(data)} bytes; at most {HEADER_BYTES}")
    raw = rlp.decode_list(data)
    if not LEAST <= len(raw) <= len(_MEMBERS):
        raise Malformed(f"header has {len(raw)} members, want {LEAST} to {len(_MEMBERS)}")
    items = list[bytes]()
    for item, (name, size) in zip(raw, _MEMBERS, strict=False):
        what = f"header.{name}"
        if size is None:
            # Difficulty can be large in principle; all the others are numbers of 64 bits.
            rlp.integer(item, what, 32 if name in ("difficulty", "baseFeePerGas") else 8)
        items.append(rlp.string(item, what, size if size is not None and size >= 0 else None))
    return Header(tuple(items))
