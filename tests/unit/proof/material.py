"""A small journal with one entry in it, its trust file, and what an honest node would say. Made without the product's
own decoder: the log is encoded by eth_abi."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from eth_abi.abi import encode

from ledger.chain.events import topic_of
from ledger.chain.journal_entry import entry_bytes
from ledger.merkle.hashing import leaf_hash, root_of
from ledger.merkle.proof import inclusion_path
from ledger.merkle.tree import nodes_of
from ledger.model import canonical
from ledger.model.ids import entry_id
from ledger.model.organization_code import sample_code
from ledger.proof.bundle import Bundle, RecordedAct
from ledger.proof.header import parse_header
from ledger.proof.node import NodeEvidence
from ledger.proof.statement import EntryStatement
from ledger.proof.trust import Trust
from tests.unit.proof import world
from tests.unit.proof.world import ADDRESSES, GENESIS, ORIGIN, World

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BLOCK, BLOCK_TIME = 77, NOW - timedelta(minutes=10)
HEAD, HEAD_TIME = 80, NOW - timedelta(minutes=1)
PROVIDER = sample_code(1)
LOCAL_CODE = "306001/000001"
ENTRY = entry_id(PROVIDER, LOCAL_CODE)
CONTENT = canonical.encode({"format": "mulu-entry/1", "source": "test", "title": "大中型水库水情日报"})
DIGEST = hashlib.sha256(CONTENT).digest()
STATEMENT = EntryStatement(ENTRY, 1, DIGEST)

_TYPES = "(uint32,uint8,uint8,uint8,uint8,bytes18,address,uint64,bytes32,bytes,bytes)"


def trust() -> Trust:
    return world.trust()


def log(index: int, version: int = 1, content: bytes = CONTENT) -> tuple[tuple[bytes, ...], bytes]:
    topics = (
        topic_of("Catalog", "EntryPublished"),
        index.to_bytes(32),
        ENTRY,
        PROVIDER.encode().ljust(32, b"\0"),
    )
    act = (version, 1, 1, 2, 0, PROVIDER.encode(), "0x" + "0a" * 20, 1_772_000_000, bytes(32), LOCAL_CODE.encode())
    return topics, encode([_TYPES], [(*act, content)])


def journal(leaf: bytes, index: int = 5, size: int = 13) -> tuple[bytes, tuple[bytes, ...]]:
    """Root, and path of a leaf, in a journal of leaves of no meaning."""
    leaves = [hashlib.sha256(bytes([at])).digest() for at in range(size)]
    leaves[index] = leaf
    return root_of(leaves), tuple(inclusion_path(nodes_of(leaves), index, size))


def recorded(index: int = 5, size: int = 13, version: int = 1) -> tuple[RecordedAct, bytes]:
    """The act that published the entry, and the journal's root."""
    topics, data = log(index, version)
    root, path = journal(leaf_hash(entry_bytes(ADDRESSES["Catalog"], topics, data)), index, size)
    return RecordedAct(index, topics, data, path), root


def ledger(root: bytes, size: int = 13, version: int = 1, status: int = 1, digest: bytes = DIGEST) -> World:
    """The contracts as they stand."""
    made = World()
    made.journal(size, root)
    made.entry(ENTRY, PROVIDER.encode(), digest, version, status)
    return made


def bundle() -> Bundle:
    act, root = recorded()
    made = ledger(root)
    return Bundle(ORIGIN, STATEMENT, act, made.evidence(STATEMENT, made.header(BLOCK, int(BLOCK_TIME.timestamp()))))


@dataclass(frozen=True)
class Honest:
    """Builds what an honest node says of a bundle."""

    of: Bundle

    def node(
        self,
        *,
        version: int = 1,
        status: int = 1,
        digest: bytes = DIGEST,
        head_time: datetime = HEAD_TIME,
        head: int = HEAD,
        **other: object,
    ) -> NodeEvidence:
        """The head of the entry can be another one by now."""
        made = ledger(bytes([3]) * 32, 20, version, status, digest)
        said = NodeEvidence(
            chain_id=31337,
            genesis_hash=GENESIS,
            block_hash=parse_header(self.of.evidence.header).plain_hash,
            today=made.evidence(self.of.statement, made.header(head, int(head_time.timestamp()))),
        )
        return replace(said, **other)  # type: ignore[arg-type]
