"""A small journal with one entry in it, its trust file, and what an honest node would say. Made without the product's
own decoder: the log is encoded by eth_abi."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from eth_abi.abi import encode

from ledger.chain.events import entry_bytes, topic_of
from ledger.merkle.hashing import leaf_hash, root_of
from ledger.merkle.proof import inclusion_path
from ledger.merkle.tree import nodes_of
from ledger.model import canonical
from ledger.model.ids import entry_id
from ledger.model.organization_code import sample_code
from ledger.proof.bundle import Bundle, EntryStatement
from ledger.proof.node import NodeEvidence
from ledger.proof.trust import Trust, TrustedContract

NAMES = ("Journal", "Organizations", "Policy", "Catalog")
CATALOG = bytes([4]) * 20
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PROVIDER = sample_code(1)
LOCAL_CODE = "306001/000001"
CONTENT = canonical.encode({"format": "mulu-entry/1", "source": "test", "title": "大中型水库水情日报"})

_TYPES = "(uint32,uint8,uint8,uint8,uint8,bytes18,address,uint64,bytes32,bytes,bytes)"


def trust() -> Trust:
    contracts = {name: TrustedContract(bytes([at + 1]) * 20, bytes([at + 1]) * 32) for at, name in enumerate(NAMES)}
    return Trust(31337, b"\x11" * 32, b"\x22" * 32, "development", contracts, 7 * 86_400)


def log(index: int, version: int = 1, content: bytes = CONTENT) -> tuple[tuple[bytes, ...], bytes]:
    topics = (
        topic_of("Catalog", "EntryPublished"),
        index.to_bytes(32),
        entry_id(PROVIDER, LOCAL_CODE),
        PROVIDER.encode().ljust(32, b"\0"),
    )
    act = (version, 1, 1, 2, 0, PROVIDER.encode(), "0x" + "0a" * 20, 1_772_000_000, bytes(32), LOCAL_CODE.encode())
    return topics, encode([_TYPES], [(*act, content)])


def bundle(index: int = 5, size: int = 13, version: int = 1) -> Bundle:
    topics, data = log(index, version)
    leaves = [hashlib.sha256(bytes([at])).digest() for at in range(size)]
    leaves[index] = leaf_hash(entry_bytes(CATALOG, topics, data))
    return Bundle(
        origin=trust().origin,
        statement=EntryStatement(entry_id(PROVIDER, LOCAL_CODE), version, hashlib.sha256(CONTENT).digest()),
        index=index,
        topics=topics,
        data=data,
        size=size,
        root=root_of(leaves),
        path=tuple(inclusion_path(nodes_of(leaves), index, size)),
        block_number=77,
        block_hash=b"\x77" * 32,
    )


@dataclass(frozen=True)
class Honest:
    """Builds what an honest node says of a bundle."""

    of: Bundle

    def node(self, **other: object) -> NodeEvidence:
        said: dict[str, object] = {
            "chain_id": 31337,
            "genesis_hash": b"\x11" * 32,
            "origin": b"\x22" * 32,
            "code_hashes": {name: at.code_hash for name, at in trust().contracts.items()},
            "block_hash": self.of.block_hash,
            "journal_size": self.of.size,
            "journal_root": self.of.root,
            "head_number": 80,
            "head_time": NOW,
            "entry_digest": hashlib.sha256(CONTENT).digest(),
            "entry_version": 1,
            "entry_status": 1,
        }
        return NodeEvidence(**(said | other))  # type: ignore[arg-type]
