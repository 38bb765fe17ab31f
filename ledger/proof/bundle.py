"""The bundle `mulu-bundle/1`: what a third party needs to check one statement.

    {"format": "mulu-bundle/1",
     "origin":    journal that it speaks of, 32 bytes,
     "statement": {"kind": "entry", "id": 32 bytes, "version": n, "digest": SHA-256 of the content}
               or {"kind": "act", "contract": name},
     "act":       {"index": n, "topics": [32 bytes …], "data": bytes},
     "journal":   {"size": n, "root": 32 bytes, "path": [32 bytes …, leaf to root]},
     "block":     {"number": n, "hash": 32 bytes}}

`block` is the one at whose end the journal had that size and root.

Canonical JSON (RFC 8785), bytes as lower-case `0x` hex, no other members. The emitter is not in it: the verifier
takes it from the statement and the trust file.
"""

from dataclasses import dataclass
from typing import Any

from ledger.errors import Malformed
from ledger.model import canonical
from ledger.model.ids import from_hex, to_hex

FORMAT = "mulu-bundle/1"
BUNDLE_BYTES = 1 << 20
"""A bundle is smaller; more is refused unread."""


@dataclass(frozen=True, slots=True)
class EntryStatement:
    """The version of an entry has this content digest."""

    id: bytes
    version: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class ActStatement:
    """A contract recorded this act."""

    contract: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A parsed bundle. Nothing in it is checked yet but its form."""

    origin: bytes
    statement: EntryStatement | ActStatement
    index: int
    topics: tuple[bytes, ...]
    data: bytes
    size: int
    root: bytes
    path: tuple[bytes, ...]
    """Siblings, leaf to root, 32 bytes each."""
    block_number: int
    block_hash: bytes

    def encode(self) -> bytes:
        """The bundle's bytes."""
        return canonical.encode(
            {
                "format": FORMAT,
                "origin": to_hex(self.origin),
                "statement": _statement_json(self.statement),
                "act": {
                    "index": self.index,
                    "topics": [to_hex(topic) for topic in self.topics],
                    "data": to_hex(self.data),
                },
                "journal": {
                    "size": self.size,
                    "root": to_hex(self.root),
                    "path": [to_hex(node) for node in self.path],
                },
                "block": {"number": self.block_number, "hash": to_hex(self.block_hash)},
            }
        )


def parse_bundle(data: bytes) -> Bundle:
    """The bundle that bytes hold. Raises Malformed saying which member is wrong."""
    if len(data) > BUNDLE_BYTES:
        raise Malformed(f"bundle of {len(data)} bytes; at most {BUNDLE_BYTES}")
    raw = _members(
        canonical.decode(data),
        "bundle",
        format=str,
        origin=str,
        statement=dict,
        act=dict,
        journal=dict,
        block=dict,
    )
    if raw["format"] != FORMAT:
        raise Malformed(f"format is {raw['format'][:40]!r}, want {FORMAT!r}")
    act = _members(raw["act"], "act", index=int, topics=list, data=str)
    journal = _members(raw["journal"], "journal", size=int, root=str, path=list)
    block = _members(raw["block"], "block", number=int, hash=str)
    if not 1 <= len(act["topics"]) <= 4 or len(journal["path"]) > 64:
        raise Malformed("act.topics holds 1 to 4 words, journal.path at most 64")
    return Bundle(
        origin=from_hex(raw["origin"], 32, "origin"),
        statement=_statement(raw["statement"]),
        index=_count(act["index"], "act.index"),
        topics=tuple(_word(topic, "act.topics") for topic in act["topics"]),
        data=_bytes(act["data"], "act.data"),
        size=_count(journal["size"], "journal.size"),
        root=from_hex(journal["root"], 32, "journal.root"),
        path=tuple(_word(node, "journal.path") for node in journal["path"]),
        block_number=_count(block["number"], "block.number"),
        block_hash=from_hex(block["hash"], 32, "block.hash"),
    )


def _statement(raw: dict[str, Any]) -> EntryStatement | ActStatement:
    kind = raw.get("kind")
    if kind == "entry":
        entry = _members(raw, "statement", kind=str, id=str, version=int, digest=str)
        return EntryStatement(
            id=from_hex(entry["id"], 32, "statement.id"),
            version=_count(entry["version"], "statement.version"),
            digest=from_hex(entry["digest"], 32, "statement.digest"),
        )
    if kind == "act":
        return ActStatement(contract=_members(raw, "statement", kind=str, contract=str)["contract"])
    raise Malformed(f"statement.kind {str(kind)[:40]!r} is neither 'entry' nor 'act'")


def _statement_json(statement: EntryStatement | ActStatement) -> dict[str, Any]:
    if isinstance(statement, EntryStatement):
        return {
            "kind": "entry",
            "id": to_hex(statement.id),
            "version": statement.version,
            "digest": to_hex(statement.digest),
        }
    return {"kind": "act", "contract": statement.contract}


def _members(raw: Any, what: str, **kinds: type) -> dict[str, Any]:
    if not isinstance(raw, dict) or raw.keys() != kinds.keys():
        raise Malformed(f"{what}: want exactly the members {', '.join(kinds)}")
    for name, kind in kinds.items():
        if type(raw[name]) is not kind:
            raise Malformed(f"{what}.{name} is no {kind.__name__}")
    return raw


def _count(value: int, what: str) -> int:
    if value < 0:
        raise Malformed(f"{what} is negative")
    return value


def _word(value: Any, what: str) -> bytes:
    if not isinstance(value, str):
        raise Malformed(f"{what} holds something that is no string")
    return from_hex(value, 32, what)


def _bytes(text: str, what: str) -> bytes:
    size = (len(text) - 2) // 2
    if size < 0 or len(text) % 2:
        raise Malformed(f"{what}: want 0x and pairs of hex digits")
    return from_hex(text, size, what)
