"""The journal as a whole: what the logs give against the contract's size and root, and where they part."""

import hashlib
from collections.abc import Iterator

from ledger.audit.differences import Difference, shown
from ledger.audit.reading import Reader
from ledger.chain.deployment import Deployment
from ledger.chain.rpc import Node, NodeError
from ledger.errors import LedgerError, Unavailable
from ledger.merkle.hashing import leaf_hash, root_of
from ledger.model.ids import to_hex
from ledger.store.mirror import Mirror
from ledger.store.whole import whole

_ROOT_SLOT, _SIZE_SLOT = "0x0", "0x1"
"""Storage layout of `Journal`: root; size in the low 8 bytes, `closed` above it."""


def origin_of(chain_id: int, journal: bytes, block_hash: bytes) -> bytes:
    """What the journal's origin has to be (`IJournal.origin`).

    Args:
        block_hash: of the block before the deployment.
    """
    return hashlib.sha256(chain_id.to_bytes(32) + journal + block_hash).digest()


def check_journal(node: Node, deployment: Deployment, reader: Reader, mirror: Mirror | None) -> Iterator[Difference]:
    """Compares what was read with the contract's journal at the same block, and says from which act on it differs."""
    if reader.broken:
        return
    stored = journal_at(node, deployment, reader.until)
    if stored is None:
        raise Unavailable(f"the node has no state of block {reader.until}: ask one that keeps it")
    contract_size, contract_root = stored
    size = len(reader.leaves)
    if contract_size > size:
        last = contract_size - 1
        missing = f"act {size}" if last == size else f"acts {size} to {last}"
        yield Difference("LOG_WITHHELD", missing, "size", str(contract_size), None, str(size), size, reader.until)
    elif contract_size < size:
        block = reader.blocks[contract_size]
        yield Difference(
            "JOURNAL_SIZE", "Journal.size", None, str(contract_size), None, str(size), contract_size, block
        )
    elif size and contract_root != root_of(reader.leaves):
        first, last = _first_difference(node, deployment, reader, mirror, contract_root)
        place = f"act {first}" if first == last else f"one of the acts {first} to {last}"
        root = root_of(reader.leaves)
        yield Difference(
            "LOG_CHANGED", place, "root", shown(contract_root), None, shown(root), first, reader.blocks[first]
        )


def journal_at(node: Node, deployment: Deployment, block: int) -> tuple[int, bytes] | None:
    """The journal's size and root after a block; None when the node has no state there."""
    journal = to_hex(deployment.contracts["Journal"].address)
    words = node.batch([("eth_getStorageAt", (journal, slot, hex(block))) for slot in (_SIZE_SLOT, _ROOT_SLOT)])
    if any(isinstance(word, NodeError) or word is None for word in words):
        return None
    size, root = (bytes.fromhex(word[2:]).rjust(32, b"\0") for word in words)
    return int.from_bytes(size[-8:]), root


def _first_difference(
    node: Node, deployment: Deployment, reader: Reader, mirror: Mirror | None, contract_root: bytes
) -> tuple[int, int]:
    """The acts of which the first that differs is one: exactly, where a mirror's acts give the contract's root."""
    theirs = _mirrored_leaves(mirror) if mirror is not None else []
    if root_of(theirs[: len(reader.leaves)]) == contract_root:
        first = next(at for at, (a, b) in enumerate(zip(reader.leaves, theirs, strict=False)) if a != b)
        return first, first
    low, high = 0, len(reader.leaves)
    # After each block: is what was read up to there what the contract held? The old states may be gone.
    ends = sorted(set(reader.blocks))
    at, end = 0, len(ends) - 1
    while at < end:
        middle = (at + end) // 2
        stored = journal_at(node, deployment, ends[middle])
        if stored is None:
            break
        size = sum(block <= ends[middle] for block in reader.blocks)
        if stored == (size, root_of(reader.leaves[:size])):
            low, at = size, middle + 1
        else:
            high, end = size, middle
    return low, high - 1


def _mirrored_leaves(mirror: Mirror) -> list[bytes]:
    try:
        with whole(mirror) as tables:
            names = tables.columns("act")
            emitter, topics, data = (names.index(name) for name in ("emitter", "topics", "data"))
            return [
                leaf_hash(row[emitter] + bytes((len(row[topics]) // 32,)) + row[topics] + row[data])
                for row in tables.rows("act")
            ]
    except (LedgerError, TypeError, ValueError):
        return []
