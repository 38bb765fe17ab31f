"""What a mirror says that its operator suppresses, compared with the journal and with the operator's list."""

from collections.abc import Iterator, Mapping, Sequence

from ledger.audit.differences import Difference, shown
from ledger.chain.events import RawLog
from ledger.chain.journal_entry import entry_leaf
from ledger.errors import Inconsistent, NotFound, Unavailable
from ledger.indexer.suppressing import without_words
from ledger.model.suppression import Suppression
from ledger.store.mirror import Mirror
from ledger.store.whole import Whole, whole


def suppressed_in(mirror: Mirror | None) -> dict[int, Suppression]:
    """The acts that a mirror says are suppressed, by index; none where it cannot be read, which is told elsewhere."""
    if mirror is None:
        return {}
    try:
        with whole(mirror) as tables:
            return tables.suppressions()
    except (NotFound, Inconsistent):
        return {}


def withheld_leaf(contract: str, log: RawLog) -> bytes:
    """The leaf that what is left of a suppressed act's log would have."""
    return entry_leaf(log.emitter, log.topics, without_words(contract, log.topics, log.data))


def compare(
    tables: Whole,
    suppressed: Mapping[int, Suppression],
    listed: Mapping[int, Suppression] | None,
    leaves: Sequence[bytes],
    blocks: Sequence[int],
) -> Iterator[Difference]:
    """Where the suppressions that were read before are not of this journal, or not of the operator's list.

    Args:
        suppressed: what the mirror said when the audit began.
        listed: the operator's list; None where there is none.
        leaves, blocks: of every act.

    Raises Unavailable when the mirror says something else by now.
    """
    try:
        if tables.suppressions() != dict(suppressed):
            raise Unavailable("acts were suppressed or lifted while the mirror was audited: run it again")
    except Inconsistent as error:
        yield Difference("MIRROR_UNREADABLE", "suppression", mirror=str(error))
        return
    for index, one in suppressed.items():
        place, block = f"suppression ({index})", blocks[index] if index < len(blocks) else None
        leaf = leaves[index] if index < len(leaves) else None
        if one.leaf != leaf:
            want = None if leaf is None else shown(leaf)
            yield Difference("SUPPRESSION_CHANGED", place, "leaf", None, shown(one.leaf), want, index, block)
        if listed is not None and listed.get(index) != one:
            yield Difference("SUPPRESSION_UNLISTED", place, mirror=one.reason, index=index, block=block)
