"""Logs of a node: parsed from the raw answer with types of their own, fetched in ranges that adapt.

Small answers are faster than large ones, and nodes limit both blocks and logs per answer. So a range aims at
FEWEST to MOST events, is halved when the node says that it is too large, and grows again.
"""

from binascii import unhexlify
from functools import cache
from typing import Any

import msgspec

from ledger.chain.events import RawLog
from ledger.chain.rpc import NodeError
from ledger.errors import Inconsistent, Unavailable
from ledger.indexer.ports import Chain, RangeTooLarge

FEWEST, AIM, MOST = 500, 1_000, 2_500
"""Events per answer: what is little, what is aimed at where it is known beforehand, and what is too much."""
LARGEST_RANGE = 10_000
_FIRST_RANGE, _FASTEST = 1, 8
"""Blocks that are asked for first, and how many times as many may follow: what they hold is not known before."""
# EIP-1474: -32005 limit exceeded. What providers say besides varies; these are words of geth, Besu, anvil, Alchemy,
# Infura and QuickNode.
_LIMIT_CODES = {-32005}
_LIMIT_WORDS = ("limit", "range", "too many", "too large", "too big", "more than", "exceed", "response size")


class _Log(msgspec.Struct, rename="camel", gc=False):
    address: str
    topics: list[str]
    data: str
    block_number: str
    block_hash: str
    transaction_hash: str
    log_index: str
    removed: bool = False


class _Error(msgspec.Struct):
    code: int = 0
    message: str = ""
    data: Any = None


class _Answer(msgspec.Struct):
    result: list[_Log] | None = None
    error: _Error | None = None


_DECODER = msgspec.json.Decoder(_Answer)


def parse_logs(answer: bytes) -> list[RawLog]:
    """The logs of an `eth_getLogs` answer.

    Raises RangeTooLarge when the node asks for less, NodeError for another refusal, Unavailable for no answer.
    """
    try:
        parsed = _DECODER.decode(answer)
    except msgspec.MsgspecError as error:
        raise Unavailable(f"eth_getLogs was answered with something else: {error}") from error
    if parsed.error is not None:
        raise _refusal(parsed.error)
    if parsed.result is None:
        raise Unavailable("eth_getLogs was answered with neither result nor error")
    # Neighbouring logs share these.
    shared = cache(lambda word: unhexlify(word[2:]))
    try:
        return [
            RawLog(
                shared(log.address),
                tuple([unhexlify(topic[2:]) for topic in log.topics]),
                unhexlify(log.data[2:]),
                int(log.block_number, 16),
                shared(log.block_hash),
                shared(log.transaction_hash),
                int(log.log_index, 16),
            )
            for log in parsed.result
            if not log.removed
        ]
    except ValueError as error:
        raise Inconsistent(f"the node's logs are not hex: {error}") from error


def _refusal(error: _Error) -> RangeTooLarge | NodeError:
    refused = NodeError("eth_getLogs", error.code, error.message, error.data)
    words = error.message.lower()
    if error.code in _LIMIT_CODES or any(word in words for word in _LIMIT_WORDS):
        return RangeTooLarge(str(refused))
    return refused


class Ranges:
    """How many blocks to ask for at once."""

    def __init__(self) -> None:
        self.ahead: int | None = None
        """The events that are still to come; None when that is not known."""
        self.blocks = _FIRST_RANGE
        self._refused = LARGEST_RANGE + 1

    def read(self, chain: Chain, start: int, end: int) -> tuple[int, list[RawLog]]:
        """Asks for the next logs of the blocks [start, end), for fewer where the node refuses.

        Returns the block after the last one that was read, and the logs. Raises Unavailable.
        """
        while True:
            reached = start + self.next(end - start)
            try:
                logs = chain.logs(start, reached)
            except RangeTooLarge:
                self.refused(reached - start)
                continue
            self.answered(reached - start, len(logs))
            return reached, logs

    def next(self, blocks: int) -> int:
        """How many blocks to ask for, of `blocks` that hold all that is ahead.

        Where a catalog was just put on chain, empty blocks are followed by full ones: the mean says so beforehand.
        """
        wanted = min(blocks, self.blocks)
        if self.ahead is None or self.ahead <= AIM:
            return wanted
        return min(wanted, max(1, blocks * AIM // self.ahead))

    def answered(self, blocks: int, events: int) -> None:
        """The node gave `events` of `blocks`: grow where that was little, shrink where it was much."""
        if self.ahead is not None:
            self.ahead -= events
        if events > MOST:
            self.blocks = max(1, blocks // 2)
        elif events < FEWEST and blocks >= self.blocks:
            # Just below what was refused, until a small answer says that the blocks there are emptier.
            times = min(_FASTEST, MOST // max(1, events))
            self.blocks = min(self.blocks * times, LARGEST_RANGE, max(1, self._refused - 1))
            self._refused += max(1, self._refused // 4)

    def refused(self, blocks: int) -> None:
        """The node refused `blocks`. Raises Unavailable when that was a single one."""
        if blocks == 1:
            raise Unavailable("the node refuses the logs of a single block: raise its limits for eth_getLogs")
        self._refused = blocks
        self.blocks = max(1, blocks // 2)
