"""What to do next, from what is stored and what the node says. No I/O.

head below ours                       lagging: a node that is behind or goes back is no reorganization
head at or above, our block in it     same, or next
head at or above, another in its place    competing: look for the common ancestor
ancestor at or above the final block  roll back to it
none                                  Inconsistent: what was final has changed
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.errors import Inconsistent
from ledger.indexer.rows import BlockRow
from ledger.model.message import Message


@dataclass(frozen=True, slots=True)
class Same:
    """Nothing new."""


@dataclass(frozen=True, slots=True)
class Next:
    """The blocks [start, end) follow ours."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lagging:
    """The node stands at `number`, or does not know its own block there; ours is at `stored`."""

    number: int
    stored: int

    @property
    def message(self) -> Message:
        """What people are told."""
        return Message(
            f"the node is behind: it stands at block {self.number}, the mirror at block {self.stored}",
            f"节点落后：节点位于区块 {self.number}，镜像库位于区块 {self.stored}",
        )


@dataclass(frozen=True, slots=True)
class Competing:
    """Another block stands where our head was, and its chain is at least as high."""

    found: BlockRow


Decision = Same | Next | Lagging | Competing


def decide(stored: BlockRow, head: BlockRow, at_stored: BlockRow | None) -> Decision:
    """What to do next.

    Args:
        stored: the last block of the mirror.
        head: the node's head.
        at_stored: the node's block at the height of `stored`; None when it does not have one.
    """
    if head.number < stored.number or at_stored is None:
        return Lagging(head.number, stored.number)
    if at_stored.hash != stored.hash:
        return Competing(at_stored)
    if head.number == stored.number:
        return Same()
    return Next(stored.number + 1, head.number + 1)


def common_ancestor(
    stored: Sequence[BlockRow], found: Mapping[int, BlockRow], final_block: int | None, node: str
) -> BlockRow:
    """The highest block that both chains have.

    Args:
        stored: the headers kept, ascending; the lowest is final or comes before the journal.
        found: the node's headers by number, at the heights of `stored`.
        node: what it is called.

    Raises Inconsistent when the chains part below the final block.
    """
    for block in reversed(stored):
        theirs = found.get(block.number)
        if theirs is not None and theirs.hash == block.hash:
            if final_block is not None and block.number < final_block:
                break
            return block
    lowest = stored[0]
    theirs = found.get(lowest.number)
    place = f"block {lowest.number}" if final_block is None else f"final block {final_block}"
    raise Inconsistent(
        f"reorganization below finality: {place} has changed. At block {lowest.number} the mirror has "
        f"0x{lowest.hash.hex()}, the node {node} has {'nothing' if theirs is None else '0x' + theirs.hash.hex()}. "
        "Nothing was changed in the mirror. If the node is right, the operators must agree that this history is "
        "given up; then delete the mirror and index again, with a larger finality depth"
    )


def linked(before: BlockRow | None, blocks: Sequence[BlockRow]) -> bool:
    """Whether each neighbouring pair of headers, ascending, is parent and child; `before` is the one in front."""
    for block in blocks:
        if before is not None and before.number == block.number - 1 and before.hash != block.parent_hash:
            return False
        before = block
    return True


def check_chain(
    *,
    chain_id: tuple[int, int],
    genesis_hash: tuple[bytes, bytes],
    origin: tuple[bytes | None, bytes] | None,
    what: str,
) -> None:
    """Checks that a chain is the deployment's. Each pair is (found, deployment's); an origin not asked is None.

    Raises Inconsistent naming everything that differs.
    """
    differ = []
    if chain_id[0] != chain_id[1]:
        differ.append(f"chain id {chain_id[0]} (want {chain_id[1]})")
    if genesis_hash[0] != genesis_hash[1]:
        differ.append(f"genesis block 0x{genesis_hash[0].hex()} (want 0x{genesis_hash[1].hex()})")
    if origin is not None and origin[0] != origin[1]:
        found = "no journal" if origin[0] is None else f"origin 0x{origin[0].hex()}"
        differ.append(f"{found} (want 0x{origin[1].hex()})")
    if differ:
        raise Inconsistent(
            f"wrong chain: the {what} has {', '.join(differ)}. Check MULU_RPC_URL, MULU_DEPLOYMENT and "
            "MULU_DATABASE_URL; nothing was written"
        )
