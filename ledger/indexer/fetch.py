"""Blocks in pieces: read one piece ahead, checked against themselves, decoded."""

import gc
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from ledger.chain.deployment import Deployment
from ledger.chain.events import RawLog, decode
from ledger.chain.journal_entry import entry_leaf
from ledger.errors import Inconsistent, LedgerError, Malformed
from ledger.indexer.decide import linked
from ledger.indexer.logs import LARGEST_RANGE, Ranges
from ledger.indexer.ports import Chain
from ledger.indexer.rows import BlockRow
from ledger.indexer.versions import ReadAct, read_act

CHECK_EVERY = 20_000
"""Acts after which the journal is compared with the contract's, below the head: asking a node for old state is slow
(tens of milliseconds on anvil). The root at the head covers every earlier act."""
PIECE = 2500
"""Acts that are written together, at least, if there are so many: each transaction has its price."""
_FIRST_PIECE, _GROWTH = 100, 5
"""As few as that are begun with, and each piece is so many times the one before: meanwhile the node finds the next."""


class Unsettled(LedgerError):
    """The node's answers do not fit together, as while it switches to another chain: read again."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a node says of the blocks [start, end)."""

    start: int
    end: int
    logs: list[RawLog]
    headers: list[BlockRow]
    """Those of the provisional window, and always the last one."""
    journal: tuple[int, bytes] | None
    """The contract's size and root after the last block; None when not asked, or the node has no state there."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the blocks [start, end) hold; headers and journal as in the piece."""

    start: int
    end: int
    acts: list[ReadAct]
    leaves: list[bytes]
    """Leaf hashes of the acts, 32 bytes each."""
    headers: list[BlockRow]
    journal: tuple[int, bytes] | None


def fetch_all(
    chain: Chain, deployment: Deployment, ranges: Ranges, start: int, end: int, window_start: int, size: int
) -> Generator[Fetched, None, None]:
    """Reads the blocks [start, end) piece by piece; the next one is read while the caller works on this one.

    Args:
        window_start: the first block whose header is wanted.
        size: acts in the blocks before `start`.

    Raises Unsettled; Inconsistent for a log that is no act.
    """
    names = {at.address: name for name, at in deployment.contracts.items()}
    pieces = _pieces(chain, ranges, start, end, window_start, size)
    # The thread waits for the node and does nothing else: two threads that compute take longer than one.
    with ThreadPoolExecutor(1, "fetch") as worker:
        waiting = worker.submit(next, pieces, None)
        while (piece := waiting.result()) is not None:
            if piece.end < end:
                waiting = worker.submit(next, pieces, None)
            acts = [_read(log, names) for log in piece.logs]
            leaves = [entry_leaf(log.emitter, log.topics, log.data) for log in piece.logs]
            yield Fetched(piece.start, piece.end, acts, leaves, piece.headers, piece.journal)
            if piece.end >= end:
                return


def _pieces(chain: Chain, ranges: Ranges, start: int, end: int, window_start: int, size: int) -> Iterator[_Piece]:
    logs: list[RawLog] = []
    reached, unchecked, wanted = start, 0, min(PIECE, _FIRST_PIECE)
    # Following a chain block by block takes one answer, and is spared this question.
    at_end = chain.journal(end - 1) if end - start > ranges.blocks else None
    ranges.ahead = None if at_end is None else at_end[0] - size
    while start < end:
        if reached < end and len(logs) < wanted and reached - start < LARGEST_RANGE:
            last, more = ranges.read(chain, reached, end)
            _check_order(more, reached, last)
            logs += more
            reached = last
            continue
        until, count = _cut(logs, reached, wanted)
        some, logs = logs[:count], logs[count:]
        # After the logs, so that logs of a lost block are seen.
        headers = _headers(chain, some, start, until, window_start)
        unchecked += count
        journal = None
        if until == end or unchecked >= CHECK_EVERY:
            journal, unchecked = chain.journal(until - 1), 0
        yield _Piece(start, until, some, headers, journal)
        start, wanted = until, min(PIECE, wanted * _GROWTH)


def _cut(logs: Sequence[RawLog], end: int, wanted: int) -> tuple[int, int]:
    """Where a piece of at least `wanted` logs ends: the block after it, and how many it has. Blocks stay whole."""
    for place in range(wanted, len(logs)):
        if logs[place].block_number != logs[place - 1].block_number:
            return logs[place].block_number, place
    return end, len(logs)


def _headers(chain: Chain, logs: Sequence[RawLog], start: int, end: int, window_start: int) -> list[BlockRow]:
    """The headers wanted of [start, end). Raises Unsettled unless they are one chain, and the logs' blocks in it."""
    first = max(start, min(window_start, end - 1))
    headers = chain.headers(first, end)
    if [header.number for header in headers] != list(range(first, end)) or not linked(None, headers):
        raise Unsettled(f"the node does not give one chain of headers for the blocks {first} to {end - 1}")
    hashes = {header.number: header.hash for header in headers}
    for log in logs:
        if hashes.get(log.block_number, log.block_hash) != log.block_hash:
            raise Unsettled(
                f"the node's log {log.log_index} of block {log.block_number} lies in block 0x{log.block_hash.hex()}, "
                f"its header says 0x{hashes[log.block_number].hex()}"
            )
    return headers


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
    name = names.get(log.emitter)
    if name is None:
        raise Inconsistent(f"{_place(log)} comes from 0x{log.emitter.hex()}, which is no contract of this deployment")
    try:
        return read_act(log, decode(name, log.topics, log.data))
    except Malformed as error:
        raise Inconsistent(
            f"{_place(log)} is no act that this program knows: {error}. Is a newer one needed?"
        ) from error


def _place(log: RawLog) -> str:
    return f"block {log.block_number} log {log.log_index}"
