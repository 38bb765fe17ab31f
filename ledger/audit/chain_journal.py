"""The journal that a node's logs give, read from the ledger's first block: a tree of the reader's own."""

from collections.abc import Callable
from dataclasses import dataclass

from ledger.chain.deployment import Deployment
from ledger.chain.events import RawLog
from ledger.errors import Inconsistent, Unavailable
from ledger.indexer.check import check_indices, difference, told
from ledger.indexer.fetch import Unsettled, fetch_all
from ledger.indexer.logs import Ranges
from ledger.indexer.ports import Chain
from ledger.merkle.hashing import root_of
from ledger.merkle.tree import Nodes, nodes_of


@dataclass(frozen=True, slots=True)
class ChainJournal:
    """All acts up to the end of a block: their leaves, and in which block each stands."""

    block: int
    root: bytes
    """As the contract has it too."""
    leaves: list[bytes]
    blocks: list[int]

    @property
    def size(self) -> int:
        """How many acts there are."""
        return len(self.leaves)

    def nodes(self) -> Nodes:
        """The nodes of its tree."""
        return nodes_of(self.leaves)


def read_journal(
    chain: Chain, deployment: Deployment, until: int | None = None, report: Callable[[int], None] = lambda acts: None
) -> ChainJournal:
    """Reads every act up to the node's head, or to block `until`, and compares with the contract's size and root.

    Args:
        report: told how many acts were read.

    Raises Inconsistent when the logs are not the contract's journal, Unavailable when the node cannot say what that is.
    """
    block = chain.head().number if until is None else until
    if block < deployment.block:
        raise Unavailable(f"the node stands at block {block}, the journal begins at {deployment.block}: it is behind")
    leaves, blocks = list[bytes](), list[int]()
    try:
        for fetched in fetch_all(chain, deployment, Ranges(), deployment.block, block + 1, block, 0):
            check_indices(fetched.acts, len(leaves))
            leaves += fetched.leaves
            blocks += [act.log.block_number for act in fetched.acts]
            report(len(leaves))
    except Unsettled as error:
        raise Unavailable(f"the node's chain changed while it was read: {error}. Try again") from error
    stored = chain.journal(block)
    if stored is None:
        raise Unavailable(f"the node has no state of block {block}: ask one that keeps it")
    found = root_of(leaves)
    expected = (len(leaves), found)
    differing = difference(chain, block, stored, expected)
    if differing is not None:
        raise Inconsistent(f"block {block}: {told(differing, expected)}")
    return ChainJournal(block, found, leaves, blocks)


def log_of(chain: Chain, journal: ChainJournal, index: int) -> RawLog:
    """The log of an act, read again."""
    block = journal.blocks[index]
    return chain.logs(block, block + 1)[index - journal.blocks.index(block)]
