"""The chain afresh: every log of the ledger from the node, checked to be the journal's, one after the other.

The leaf of each act is computed from its raw log. What the node withholds shows as a gap in the indices or as a
journal that is longer than its logs, what it changes in the root. Once an act is missing, nothing after it can be
judged: reading stops there.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from ledger.audit.acts import Act, read_act
from ledger.audit.differences import Difference
from ledger.chain.deployment import Deployment
from ledger.chain.events import RawLog
from ledger.chain.journal_entry import entry_leaf
from ledger.chain.rpc import Node, NodeError
from ledger.errors import Malformed, Unavailable
from ledger.indexer.logs import Ranges
from ledger.indexer.node import NodeChain
from ledger.model.ids import to_hex

_HEADERS_PER_BATCH = 200


@dataclass(frozen=True, slots=True)
class Header:
    """A block: number, hash and parent's hash (32 bytes each), time in Unix seconds."""

    number: int
    hash: bytes
    parent_hash: bytes
    time: int


@dataclass(frozen=True, slots=True)
class Read:
    """An act with what only its log says."""

    act: Act
    leaf: bytes
    log: RawLog


@dataclass(slots=True)
class Reader:
    """Reads one journal up to a block. `differences` grows while reading; `leaves` too."""

    node: Node
    deployment: Deployment
    until: int
    leaves: list[bytes] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    """Block of each act."""
    differences: list[Difference] = field(default_factory=list)
    broken: bool = False
    """Whether reading stopped before the end."""

    def acts(self) -> Iterator[Read]:
        """Every act, in the order of the journal, until one is missing."""
        names = {at.address: name for name, at in self.deployment.contracts.items()}
        for logs, headers in self._ranges():
            for log in logs:
                read = self._read(log, names, headers)
                if self.broken:
                    return
                if read is not None:
                    self.leaves.append(read.leaf)
                    self.blocks.append(log.block_number)
                    yield read

    def headers(self, numbers: list[int]) -> dict[int, Header]:
        """Headers by number; those that the node does not have are left out."""
        found = {}
        for at in range(0, len(numbers), _HEADERS_PER_BATCH):
            part = numbers[at : at + _HEADERS_PER_BATCH]
            for raw in self.node.batch([("eth_getBlockByNumber", (hex(number), False)) for number in part]):
                if isinstance(raw, NodeError):
                    raise Unavailable(str(raw))
                if raw is not None:
                    header = read_header(raw)
                    found[header.number] = header
        return found

    def _read(self, log: RawLog, names: dict[bytes, str], headers: dict[int, Header]) -> Read | None:
        where = f"block {log.block_number} log {log.log_index}"
        name = names.get(log.emitter)
        if name is None:
            self._differ("LOG_FOREIGN", where, log, replay=f"0x{log.emitter.hex()}")
            return None
        header = headers.get(log.block_number)
        if header is None or header.hash != log.block_hash:
            stands = to_hex(header.hash) if header else None
            self._differ("LOG_MISPLACED", where, log, contract=stands, replay=to_hex(log.block_hash))
        try:
            act = read_act(log, name, header.time if header else 0)
        except Malformed as error:
            self._differ("LOG_MALFORMED", f"act {len(self.leaves)} ({where})", log, replay=str(error))
            self.broken = True
            return None
        leaf = entry_leaf(log.emitter, log.topics, log.data)
        want = len(self.leaves)
        if act.index > want:
            missing = f"act {want}" if act.index == want + 1 else f"acts {want} to {act.index - 1}"
            self._differ("LOG_WITHHELD", missing, log, replay=f"{where} is act {act.index}", index=want)
            self.broken = True
            return None
        if act.index < want:
            again = self.leaves[act.index] == leaf
            kind = "LOG_DOUBLED" if again else "LOG_CHANGED"
            self._differ(kind, f"act {act.index}", log, replay=f"again in {where}", index=act.index)
            return None
        return Read(act, leaf, log)

    def _differ(
        self,
        kind: str,
        place: str,
        log: RawLog,
        *,
        index: int | None = None,
        contract: str | None = None,
        replay: str | None = None,
    ) -> None:
        difference = Difference(kind, place, contract=contract, replay=replay, index=index, block=log.block_number)
        self.differences.append(difference)

    def _ranges(self) -> Iterator[tuple[list[RawLog], dict[int, Header]]]:
        """Logs and the headers of their blocks, range by range; the next range is read meanwhile."""
        chain, ranges = NodeChain(self.node, self.deployment), Ranges()
        # So that no answer gets too long; whether the journal is so long is not judged here.
        journal = chain.journal(self.until)
        ranges.ahead = None if journal is None else journal[0]

        def one(start: int) -> tuple[int, list[RawLog], dict[int, Header]]:
            end, logs = ranges.read(chain, start, self.until + 1)
            return end, logs, self.headers(sorted({log.block_number for log in logs}))

        with ThreadPoolExecutor(1, "audit") as worker:
            waiting = worker.submit(one, self.deployment.block)
            while True:
                end, logs, headers = waiting.result()
                if end <= self.until:
                    waiting = worker.submit(one, end)
                yield logs, headers
                if end > self.until:
                    return


def read_header(raw: Any) -> Header:
    """A header from the node's answer."""
    return Header(
        int(raw["number"], 16),
        bytes.fromhex(raw["hash"][2:]),
        bytes.fromhex(raw["parentHash"][2:]),
        int(raw["timestamp"], 16),
    )
