"""What must hold of the acts of a batch before any of it is stored."""

import time
from collections.abc import Sequence

from ledger.errors import Inconsistent, Unavailable
from ledger.indexer.fetch import Fetched
from ledger.indexer.ports import Chain
from ledger.indexer.rows import CursorRow
from ledger.indexer.versions import ReadAct

_SETTLE_SECONDS = 0.2


def check_indices(acts: Sequence[ReadAct], size: int) -> None:
    """Checks that the acts are numbered on from `size`. Raises Inconsistent naming the first that is not."""
    for expected, act in enumerate(acts, size):
        if act.event.index != expected:
            raise Inconsistent(
                f"the journal breaks off: act {expected} is missing, block {act.log.block_number} log "
                f"{act.log.log_index} is act {act.event.index}. The node does not give all logs of the ledger"
            )


def check_state(chain: Chain, fetched: Fetched, head: int) -> None:
    """Raises Unavailable when the journal cannot be checked at the chain's head."""
    block = fetched.end - 1
    if fetched.journal is None and block == head == chain.head().number:
        raise Unavailable(f"the node has no state at its head, block {head}: the journal cannot be checked")


def check_journal(chain: Chain, before: CursorRow, fetched: Fetched, size: int, root: bytes) -> None:
    """Compares the journal with the contract's, if that was asked for.

    Args:
        before: the cursor that the batch follows.
        size: acts with the batch.
        root: root of the tree with it, 32 bytes.

    Raises Inconsistent saying where they differ, and from which act on as far as that can be known.
    """
    if fetched.journal is None:
        return
    block = fetched.end - 1
    differing = difference(chain, block, fetched.journal, (size, root))
    if differing is None:
        return
    contract_size, _ = differing
    stored = (before.journal_size, before.journal_root)
    earlier = chain.journal(before.next_block - 1)
    if before.journal_size and earlier is not None and earlier != stored:
        place = (
            f"one of the acts 0 to {max(before.journal_size, earlier[0]) - 1}, in what the mirror holds already: "
            "move the mirror away and index again"
        )
    else:
        first = before.journal_size if earlier is not None or not before.journal_size else 0
        last = (size if contract_size == size else min(contract_size, size) + 1) - 1
        place = f"act {first}" if last == first else f"one of the acts {first} to {last}"
    raise Inconsistent(
        f"journal at block {block}: {told(differing, (size, root))}; the first that differs is {place}. "
        "Nothing of this batch was stored"
    )


def difference(
    chain: Chain, block: int, answer: tuple[int, bytes], expected: tuple[int, bytes]
) -> tuple[int, bytes] | None:
    """The contract's journal after a block where it is not the expected one; None where it is.

    A node that is taking in a block may answer with the state after that one when it is asked for its head: what
    differs is asked once more, a little later.

    Args:
        answer: size and root as the node gave them.
        expected: those that its logs amount to; a journal of no acts has no root yet.
    """
    if not _equal(answer, expected):
        time.sleep(_SETTLE_SECONDS)
        answer = chain.journal(block) or answer
    return None if _equal(answer, expected) else answer


def told(differing: tuple[int, bytes], expected: tuple[int, bytes]) -> str:
    """What people are told of a `difference`."""
    (contract_size, contract_root), (size, root) = differing, expected
    if contract_size != size:
        return f"the contract holds {contract_size} acts, the node's logs give {size}"
    return f"the contract's root of {size} acts is 0x{contract_root.hex()}, the node's logs give 0x{root.hex()}"


def _equal(answer: tuple[int, bytes], expected: tuple[int, bytes]) -> bool:
    return answer == expected or answer[0] == expected[0] == 0
