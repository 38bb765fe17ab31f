"""From a raw log to an act, by offsets taken from the ABI.

Every act event has up to three indexed words, the journal index first, and one struct. Decoding is strict: lengths,
offsets and padding must be what the compiler writes, so one act has one encoding. Nothing here does I/O.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from ledger.chain.artifacts import CONTRACTS, keccak256, load, signature
from ledger.errors import Malformed

ENTRY_BYTES = 65_535
"""Limit of a journal entry (C2SP tlog-tiles, entry bundles)."""

Reader = Callable[[bytes], Any]
"""Reads a value from its own words."""
TailReader = Callable[[bytes, int], tuple[Any, int]]
"""Reads a value that stands in the data from a place on; gives the value and where it ends."""


@dataclass(frozen=True, slots=True)
class RawLog:
    """A log as the node gives it."""

    emitter: bytes
    topics: tuple[bytes, ...]
    data: bytes
    block_number: int
    block_hash: bytes
    transaction_hash: bytes
    log_index: int


@dataclass(frozen=True, slots=True)
class DecodedEvent:
    """What an act event says. `fields` holds indexed values and the struct's members by name, index apart."""

    contract: str
    event: str
    index: int
    fields: dict[str, Any]


def entry_bytes(emitter: bytes, topics: tuple[bytes, ...], data: bytes) -> bytes:
    """The journal entry of a log: emitter, 20 bytes ‖ number of topics, 1 byte ‖ topics ‖ data.

    The act's leaf is SHA-256(0x00 ‖ entry).
    """
    return b"".join((emitter, bytes((len(topics),)), *topics, data))


def parse_entry_bytes(entry: bytes) -> tuple[bytes, tuple[bytes, ...], bytes]:
    """Emitter, topics and data of a journal entry. Raises Malformed."""
    if len(entry) < 21 or entry[20] > 4 or len(entry) < 21 + 32 * entry[20] or len(entry) > ENTRY_BYTES:
        raise Malformed(f"journal entry of {len(entry)} bytes is no log")
    count = entry[20]
    topics = tuple(entry[21 + 32 * at : 53 + 32 * at] for at in range(count))
    return entry[:20], topics, entry[21 + 32 * count :]


def decode(contract: str, topics: tuple[bytes, ...], data: bytes) -> DecodedEvent:
    """The act that a log of a contract records.

    Raises Malformed when the contract has no such event or the encoding is not the compiler's.
    """
    decoder = _decoders(contract).get(topics[0]) if topics and contract in CONTRACTS else None
    if decoder is None:
        raise Malformed(f"{contract} has no event with topic 0x{topics[0].hex() if topics else ''}")
    return decoder.decode(topics, data)


def topic_of(contract: str, event: str) -> bytes:
    """Topic 0 of an event."""
    return keccak256(signature(load(contract).item("event", event)).encode())


@dataclass(frozen=True, slots=True)
class _Decoder:
    contract: str
    event: str
    indexed: tuple[tuple[str, Reader], ...]
    members: tuple[tuple[str, int, Reader | None, TailReader | None], ...]
    """Name of each member and the words it takes in the head, with the reader of these words; or with that of the
    tail, where its one word is an offset."""
    dynamic: bool

    def decode(self, topics: tuple[bytes, ...], data: bytes) -> DecodedEvent:
        if len(topics) != 1 + len(self.indexed):
            raise Malformed(f"{self.event}: {len(topics)} topics, want {1 + len(self.indexed)}")
        values = [read(topic) for (_, read), topic in zip(self.indexed, topics[1:], strict=True)]
        fields = {name: value for (name, _), value in zip(self.indexed[1:], values[1:], strict=True)}
        base = 0
        if self.dynamic:
            if data[:32] != _OFFSET_32:
                raise Malformed(f"{self.event}: the struct does not follow its offset")
            base = 32
        at, tail = base, base + 32 * sum(words for _, words, _, _ in self.members)
        if len(data) < tail:
            raise Malformed(f"{self.event}: {len(data)} bytes of data, want at least {tail}")
        for name, words, read, read_tail in self.members:
            head = data[at : at + 32 * words]
            at += 32 * words
            if read is not None:
                fields[name] = read(head)
            elif read_tail is not None:
                if int.from_bytes(head) != tail - base:
                    raise Malformed(f"{self.event}.{name}: the offset is not the compiler's")
                fields[name], tail = read_tail(data, tail)
        if tail != len(data):
            raise Malformed(f"{self.event}: {len(data) - tail} bytes too many")
        return DecodedEvent(self.contract, self.event, values[0], fields)


_OFFSET_32 = (32).to_bytes(32)


@cache
def _decoders(contract: str) -> dict[bytes, _Decoder]:
    decoders = {}
    for item in load(contract).abi:
        if item["type"] != "event":
            continue
        indexed = [parameter for parameter in item["inputs"] if parameter["indexed"]]
        (struct,) = (parameter for parameter in item["inputs"] if not parameter["indexed"])
        members = tuple(_member(member["name"], member["type"]) for member in struct["components"])
        decoders[keccak256(signature(item).encode())] = _Decoder(
            contract=contract,
            event=item["name"],
            indexed=tuple((parameter["name"], _static(parameter["type"])) for parameter in indexed),
            members=members,
            dynamic=any(read is None for _, _, read, _ in members),
        )
    return decoders


def _member(name: str, kind: str) -> tuple[str, int, Reader | None, TailReader | None]:
    if kind == "bytes":
        return name, 1, None, _read_bytes
    if kind == "bytes[]":
        return name, 1, None, _read_bytes_list
    if kind.endswith("[]"):
        return name, 1, None, _list_reader(_static(kind[:-2]))
    if kind.endswith("]"):
        element, _, count = kind[:-1].partition("[")
        return name, int(count), _row_reader(_static(element)), None
    return name, 1, _static(kind), None


def _row_reader(read: Reader) -> Reader:
    return lambda words: [read(words[at : at + 32]) for at in range(0, len(words), 32)]


def _list_reader(read: Reader) -> TailReader:
    read_row = _row_reader(read)

    def read_list(data: bytes, at: int) -> tuple[Any, int]:
        end = at + 32 + 32 * int.from_bytes(data[at : at + 32])
        if end > len(data):
            raise Malformed(f"the list at byte {at} does not fit")
        return read_row(data[at + 32 : end]), end

    return read_list


def _read_bytes(data: bytes, at: int) -> tuple[Any, int]:
    size = int.from_bytes(data[at : at + 32])
    start = at + 32
    end = start + -(-size // 32) * 32
    if end > len(data) or any(data[start + size : end]):
        raise Malformed(f"{size} bytes at byte {at} and their padding do not fit")
    return data[start : start + size], end


def _read_bytes_list(data: bytes, at: int) -> tuple[Any, int]:
    start = at + 32
    count = int.from_bytes(data[at:start])
    end = start + 32 * count
    if end > len(data):
        raise Malformed(f"the list at byte {at} does not fit")
    values = []
    for place in range(start, end, 32) if count else ():
        if int.from_bytes(data[place : place + 32]) != end - start:
            raise Malformed(f"the list at byte {at}: an offset is not the compiler's")
        value, end = _read_bytes(data, end)
        values.append(value)
    return values, end


def _static(kind: str) -> Reader:
    if kind == "address":
        return lambda word: _padded_left(word, 12)[12:]
    if kind == "bool":
        return _read_bool
    if kind.startswith("uint"):
        size = int(kind[4:]) // 8
        return lambda word: int.from_bytes(_padded_left(word, 32 - size))
    if kind.startswith("bytes"):
        size = int(kind[5:])
        return lambda word: _padded_right(word, size)[:size]
    raise ValueError(f"no act event has a {kind}")


def _read_bool(word: bytes) -> bool:
    if _padded_left(word, 31)[31] > 1:
        raise Malformed(f"word 0x{word.hex()} is no truth value")
    return word[31] == 1


def _padded_left(word: bytes, size: int) -> bytes:
    if word[:size] != bytes(size):
        raise Malformed(f"word 0x{word.hex()} is larger than its type")
    return word


def _padded_right(word: bytes, size: int) -> bytes:
    if word[size:] != bytes(32 - size):
        raise Malformed(f"word 0x{word.hex()} is longer than its type")
    return word


def all_topics() -> list[bytes]:
    """Topic 0 of every act event of every contract."""
    return [topic for contract in CONTRACTS for topic in _decoders(contract)]
