"""What must hold of the acts of a batch before any of it is stored."""

from collections.abc import Sequence

from ledger.errors import Inconsistent
from ledger.indexer.fetch import Fetched
from ledger.indexer.versions import ReadAct


def check_indices(acts: Sequence[ReadAct], size: int) -> None:
    """Checks that the acts are numbered on from `size`. Raises Inconsistent naming the first that is not."""
    for expected, act in enumerate(acts, size):
        if act.event.index != expected:
            raise Inconsistent(
                f"the journal breaks off: act {expected} is missing, block {act.log.block_number} log "
                f"{act.log.log_index} is act {act.event.index}. The node does not give all logs of the ledger"
            )


def check_journal(fetched: Fetched, before: int, size: int, root: bytes) -> None:
    """Compares the journal with the contract's, if the node has state there.

    Args:
        before: acts before the batch.
        size: acts with it.
        root: root of the tree with it, 32 bytes.

    Raises Inconsistent saying where they differ, and from which act on as far as that can be known.
    """
    if fetched.journal is None:
        return
    block = fetched.end - 1
    contract_size, contract_root = fetched.journal
    if contract_size != size:
        raise Inconsistent(
            f"journal at block {block}: the contract holds {contract_size} acts, the node's logs give {size}; the "
            f"first that differs is act {min(contract_size, size)}. Nothing of this batch was stored"
        )
    # A journal that does not exist yet has no root.
    if size and contract_root != root:
        if size == before:
            place = f"one of the acts 0 to {size - 1}, in what the mirror held already"
        elif size == before + 1:
            place = f"act {before}"
        else:
            place = f"one of the acts {before} to {size - 1}"
        raise Inconsistent(
            f"journal at block {block}: the contract's root of {size} acts is 0x{contract_root.hex()}, the node's "
            f"logs give 0x{root.hex()}; the first that differs is {place}. Nothing of this batch was stored"
        )
