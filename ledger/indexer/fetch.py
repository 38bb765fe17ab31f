"""One range of blocks: read, decoded and checked against itself, one range ahead of the writing."""

import gc
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from ledger.chain.deployment import Deployment
from ledger.chain.events import RawLog, decode, entry_bytes
from ledger.errors import Inconsistent, LedgerError, Malformed
from ledger.indexer.decide import linked
from ledger.indexer.logs import Ranges
from ledger.indexer.ports import Chain, RangeTooLarge
from ledger.indexer.rows import BlockRow
from ledger.indexer.versions import ReadAct, read_act

CHECK_EVERY = 20_000
"""Acts after which the journal is compared with the contract's, below the head: asking a node for old state is slow
(tens of milliseconds on anvil). The root at the head covers every earlier act."""


class Unsettled(LedgerError):
    """The node's answers do not fit together, as while it switches to another chain: read again."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the blocks [start, end) hold."""

    start: int
    end: int
    acts: list[ReadAct]
    leaves: list[bytes]
    """Leaf hashes of the acts, 32 bytes each."""
    headers: list[BlockRow]
    """Those of the provisional window, and always the last one."""
    journal: tuple[int, bytes] | None
    """The contract's size and root after the last block; None when not asked, or the node has no state there."""


def fetch(
    chain: Chain, names: dict[bytes, str], start: int, end: int, window_start: int, check_from: int = 0
) -> Fetched:
    """Reads the blocks [start, end). Headers are read after the logs, so that logs of a lost block are seen.

    Args:
        names: contract by address.
        window_start: the first block whose header is wanted.
        check_from: the contract's journal is asked for when there are at least so many acts.

    Raises RangeTooLarge, Unsettled; Inconsistent for a log that is no act.
    """
    logs = chain.logs(start, end)
    first = max(start, min(window_start, end - 1))
    headers = chain.headers(first, end)
    _check_order(logs, start, end)
    if [header.number for header in headers] != list(range(first, end)) or not linked(None, headers):
        raise Unsettled(f"the node does not give one chain of headers for the blocks {first} to {end - 1}")
    hashes = {header.number: header.hash for header in headers}
    for log in logs:
        if hashes.get(log.block_number, log.block_hash) != log.block_hash:
            raise Unsettled(
                f"the node's log {log.log_index} of block {log.block_number} lies in block 0x{log.block_hash.hex()}, "
                f"its header says 0x{hashes[log.block_number].hex()}"
            )
    acts = [_read(log, names) for log in logs]
    leaves = [sha256(b"\0" + entry_bytes(log.emitter, log.topics, log.data)).digest() for log in logs]
    journal = chain.journal(end - 1) if len(acts) >= check_from else None
    return Fetched(start, end, acts, leaves, headers, journal)


def fetch_all(
    chain: Chain, deployment: Deployment, ranges: Ranges, start: int, end: int, window_start: int
) -> Generator[Fetched, None, None]:
    """Reads the blocks [start, end) range by range; the next one is read while the caller works on this one."""
    names = {at.address: name for name, at in deployment.contracts.items()}

    unchecked = 0

    def one(first: int) -> Fetched:
        nonlocal unchecked
        while True:
            last = min(end, first + ranges.blocks)
            check_from = 0 if last == end else CHECK_EVERY - unchecked
            try:
                fetched = fetch(chain, names, first, last, window_start, check_from)
            except RangeTooLarge:
                ranges.refused(last - first)
                continue
            unchecked = 0 if len(fetched.acts) >= check_from else unchecked + len(fetched.acts)
            ranges.answered(last - first, len(fetched.acts))
            return fetched

    with ThreadPoolExecutor(1, "fetch") as worker:
        waiting = worker.submit(one, start)
        while True:
            fetched = waiting.result()
            if fetched.end < end:
                waiting = worker.submit(one, fetched.end)
            yield fetched
            if fetched.end >= end:
                return


@contextmanager
def collection_paused() -> Iterator[None]:
    """No garbage collection: bulk work makes many objects and no cycles, and each collection would walk them all."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _check_order(logs: Sequence[RawLog], start: int, end: int) -> None:
    before = (start, -1)
    for log in logs:
        place = (log.block_number, log.log_index)
        if place <= before or log.block_number >= end:
            raise Unsettled(f"the node's log {log.log_index} of block {log.block_number} is out of order")
        before = place


def _read(log: RawLog, names: dict[bytes, str]) -> ReadAct:
    where = f"block {log.block_number} log {log.log_index}"
    name = names.get(log.emitter)
    if name is None:
        raise Inconsistent(f"{where} comes from 0x{log.emitter.hex()}, which is no contract of this deployment")
    try:
        return read_act(log, decode(name, log.topics, log.data))
    except Malformed as error:
        raise Inconsistent(f"{where} is no act that this program knows: {error}. Is a newer one needed?") from error
