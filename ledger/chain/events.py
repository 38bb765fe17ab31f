"""From a raw log to an act, by offsets taken from the ABI.

Every act event has up to three indexed words, the journal index first, and one struct. Structs inside it hold words
only and are read as dictionaries. Decoding is strict: lengths, offsets and padding must be what the compiler writes,
so one act has one encoding. Nothing here does I/O.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from struct import Struct
from typing import Any, NamedTuple

from ledger.chain.artifacts import CONTRACTS, keccak256, load, signature
from ledger.errors import Malformed

TailReader = Callable[[bytes, int], tuple[Any, int]]
"""Reads a value that stands in the data from a place on; gives the value and where it ends."""


class RawLog(NamedTuple):
    """A log as the node gives it."""

    emitter: bytes
    topics: tuple[bytes, ...]
    data: bytes
    block_number: int
    block_hash: bytes
    transaction_hash: bytes
    log_index: int


class DecodedEvent(NamedTuple):
    """What an act event says. `fields` holds indexed values and the struct's members by name, index apart."""

    contract: str
    event: str
    index: int  # type: ignore[assignment]  # hides the tuple's method, which nobody needs on an event
    fields: dict[str, Any]


def decode(contract: str, topics: tuple[bytes, ...], data: bytes) -> DecodedEvent:
    """The act that a log of a contract records.

    Raises Malformed when the contract has no such event or the encoding is not the compiler's.
    """
    decoder = _decoders(contract).get(topics[0]) if topics else None
    if decoder is None:
        raise Malformed(f"{contract} has no event with topic 0x{topics[0].hex() if topics else ''}")
    return decoder.decode(topics, data)


@dataclass(frozen=True, slots=True)
class Part:
    """A value of no fixed length: where its offset stands in the data, and its bytes [start, end)."""

    name: str
    offset_at: int
    start: int
    end: int
    value: Any


def parts(contract: str, topics: tuple[bytes, ...], data: bytes) -> list[Part]:
    """The values of no fixed length, in the order in which they follow each other up to the data's end.

    Raises Malformed as `decode`.
    """
    decode(contract, topics, data)
    return _decoders(contract)[topics[0]].parts(data)


def topic_of(contract: str, event: str) -> bytes:
    """Topic 0 of an event."""
    return keccak256(signature(load(contract).item("event", event)).encode())


@dataclass(frozen=True, slots=True)
class _Decoder:
    """Reads one event: topics and the struct's head side by side in one go, then what the head points to."""

    contract: str
    event: str
    topic_count: int
    names: tuple[str, ...]
    layout: Struct
    converted: tuple[tuple[str, Callable[[Any], Any]], ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    """Arrays of fixed length: their name, and the names that their elements were read under."""
    structs: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """Structs in the head: their name, and of each member its name and the one that it was read under."""
    tails: tuple[tuple[str, TailReader], ...]

    def decode(self, topics: tuple[bytes, ...], data: bytes) -> DecodedEvent:
        if len(topics) != self.topic_count:
            raise Malformed(f"{self.event}: {len(topics)} topics, want {self.topic_count}")
        base = 0
        if self.tails:
            if data[:32] != _OFFSET_32:
                raise Malformed(f"{self.event}: the struct does not follow its offset")
            base = 32
        tail = base + self.layout.size - 32 * (self.topic_count - 1)
        words = b"".join(topics[1:]) + data[base:tail]
        if len(words) != self.layout.size:
            raise Malformed(f"{self.event}: {len(data)} bytes of data, want at least {tail}")
        values = self.layout.unpack(words)
        if self.layout.pack(*values) != words:
            raise Malformed(f"{self.event}: a word is larger than its type")
        fields: dict[str, Any] = dict(zip(self.names, values, strict=True))
        for name, convert in self.converted:
            fields[name] = convert(fields[name])
        for name, elements in self.rows:
            fields[name] = [fields.pop(element) for element in elements]
        for name, members in self.structs:
            fields[name] = {member: fields.pop(read) for member, read in members}
        for name, read in self.tails:
            if fields[name] != tail - base:
                raise Malformed(f"{self.event}.{name}: the offset is not the compiler's")
            fields[name], tail = read(data, tail)
        if tail != len(data):
            raise Malformed(f"{self.event}: {len(data) - tail} bytes too many")
        return DecodedEvent(self.contract, self.event, fields.pop("index"), fields)

    def parts(self, data: bytes) -> list[Part]:
        """See `parts`; the data was decoded already."""
        head = self.topic_count - 1
        end = 32 + self.layout.size - 32 * head
        found = []
        for name, read in self.tails:
            start = end
            value, end = read(data, start)
            found.append(Part(name, 32 + 32 * (self.names.index(name) - head), start, end, value))
        return found


_OFFSET_32 = (32).to_bytes(32)


@cache
def _decoders(contract: str) -> dict[bytes, _Decoder]:
    return {
        keccak256(signature(item).encode()): _decoder(contract, item)
        for item in (load(contract).abi if contract in CONTRACTS else ())
        if item["type"] == "event"
    }


def _decoder(contract: str, item: dict[str, Any]) -> _Decoder:
    indexed = [parameter for parameter in item["inputs"] if parameter["indexed"]]
    (struct,) = (parameter for parameter in item["inputs"] if not parameter["indexed"])
    names: list[str] = []
    words: list[_Word] = []
    rows: list[tuple[str, tuple[str, ...]]] = []
    structs: list[tuple[str, tuple[tuple[str, str], ...]]] = []
    tails: list[tuple[str, TailReader]] = []
    for member in [*indexed, *struct["components"]]:
        name, kind = member["name"], member["type"]
        element, bracket, count = kind.rstrip("]").partition("[")
        if kind == "bytes" or (bracket and not count):
            names.append(name)
            words.append(_OFFSET)
            tails.append((name, _tail_reader(member)))
        elif kind == "tuple":
            members = tuple((part["name"], f"{name}.{part['name']}") for part in member["components"])
            names += [read for _, read in members]
            words += [_word(part["type"]) for part in member["components"]]
            structs.append((name, members))
        elif bracket:
            elements = tuple(f"{name}[{place}]" for place in range(int(count)))
            names += elements
            words += [_word(element)] * int(count)
            rows.append((name, elements))
        else:
            names.append(name)
            words.append(_word(kind))
    return _Decoder(
        contract=contract,
        event=item["name"],
        topic_count=1 + len(indexed),
        names=tuple(names),
        layout=Struct(">" + "".join(word.layout for word in words)),
        converted=tuple((name, w.convert) for name, w in zip(names, words, strict=True) if w.convert is not None),
        rows=tuple(rows),
        structs=tuple(structs),
        tails=tuple(tails),
    )


@dataclass(frozen=True, slots=True)
class _Word:
    """How one word of 32 bytes is read: its part in a `struct` format, and a conversion.

    Packed again, padding is zero: what comes out is what was read exactly where nothing is larger than its type.
    """

    layout: str
    convert: Callable[[Any], Any] | None = None


_INTEGERS = {8: "B", 16: "H", 32: "I", 64: "Q"}


@cache
def _word(kind: str) -> _Word:
    if kind == "address":
        return _Word("12x20s")
    if kind == "bool":
        return _Word("31x?")
    if kind.startswith("uint"):
        bits = int(kind[4:])
        size = bits // 8
        if bits in _INTEGERS:
            return _Word(f"{32 - size}x{_INTEGERS[bits]}")
        return _Word(f"{32 - size}x{size}s", int.from_bytes)
    if kind.startswith("bytes"):
        size = int(kind[5:])
        return _Word(f"{size}s{32 - size}x")
    raise ValueError(f"no act event has a {kind}")


_OFFSET = _word("uint64")


def _tail_reader(member: dict[str, Any]) -> TailReader:
    kind: str = member["type"]
    if kind == "bytes":
        return _read_bytes
    if kind == "bytes[]":
        return _read_bytes_list
    if kind == "tuple[]":
        return _struct_list_reader(member["components"])
    return _list_reader(_word(kind.removesuffix("[]")))


def _list_reader(word: _Word) -> TailReader:
    def read_list(data: bytes, at: int) -> tuple[Any, int]:
        count = int.from_bytes(data[at : at + 32])
        end = at + 32 + 32 * count
        if end > len(data):
            raise Malformed(f"the list at byte {at} does not fit")
        words = data[at + 32 : end]
        layout = Struct(">" + word.layout * count)
        values = layout.unpack(words)
        if layout.pack(*values) != words:
            raise Malformed(f"the list at byte {at}: a word is larger than its type")
        return list(map(word.convert, values) if word.convert else values), end

    return read_list


def _struct_list_reader(members: list[dict[str, Any]]) -> TailReader:
    names = tuple(member["name"] for member in members)
    words = [_word(member["type"]) for member in members]
    layout = Struct(">" + "".join(word.layout for word in words))
    converted = tuple((name, w.convert) for name, w in zip(names, words, strict=True) if w.convert is not None)

    def read_structs(data: bytes, at: int) -> tuple[Any, int]:
        count = int.from_bytes(data[at : at + 32])
        end = at + 32 + layout.size * count
        if end > len(data):
            raise Malformed(f"the list at byte {at} does not fit")
        body = data[at + 32 : end]
        values = []
        for place in range(0, len(body), layout.size):
            unpacked = layout.unpack_from(body, place)
            if layout.pack(*unpacked) != body[place : place + layout.size]:
                raise Malformed(f"the list at byte {at}: a word is larger than its type")
            value: dict[str, Any] = dict(zip(names, unpacked, strict=True))
            for name, convert in converted:
                value[name] = convert(value[name])
            values.append(value)
        return values, end

    return read_structs


def _read_bytes(data: bytes, at: int) -> tuple[Any, int]:
    size = int.from_bytes(data[at : at + 32])
    start = at + 32
    end = start + -(-size // 32) * 32
    if end > len(data) or data[start + size : end].strip(b"\0"):
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
