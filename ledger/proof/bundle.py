"""The bundle `mulu-bundle/1`: what a third party needs to check one statement, offline.

    {"format": "mulu-bundle/1",
     "origin":    journal that it speaks of, 32 bytes,
     "statement": see `statement`,
     "act":       {"index": n, "topics": [32 bytes …], "data": bytes, "path": [32 bytes …, leaf to root]},
     "header":    the block's header, RLP, with its seals,
     "children":  [headers that stand on it, RLP …]; Clique only,
     "state":     [nodes of the state's trie …],
     "storage":   {contract: [nodes of its storage's trie …] …}}

A grant and an absence have no `act`: slots say all of it. Canonical JSON (RFC 8785), bytes as lower-case `0x` hex, no
other members, exactly the seals and nodes that are needed, nodes in the order in which they are needed first. Emitters,
addresses, slots and the journal's size and root are not in it: the verifier takes them from the statement, the trust
file and the proofs.
"""

from dataclasses import dataclass
from typing import Any, Final

from ledger.errors import Malformed
from ledger.model import canonical
from ledger.model.ids import from_hex, to_hex
from ledger.proof.evidence import Evidence
from ledger.proof.header import HEADER_BYTES
from ledger.proof.members import any_bytes, count, members, word
from ledger.proof.statement import Statement, contracts_of, has_act, parse_statement, statement_json

FORMAT: Final = "mulu-bundle/1"
BUNDLE_BYTES: Final = 1 << 20
"""A bundle is smaller; more is refused unread."""
_CHILDREN: Final = 256
_NODES: Final = 1_024


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """An act's raw log, its emitter apart, and where it stands in the journal."""

    index: int
    topics: tuple[bytes, ...]
    data: bytes
    path: tuple[bytes, ...]
    """Siblings, leaf to root, 32 bytes each."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A parsed bundle. Nothing in it is checked yet but its form."""

    origin: bytes
    statement: Statement
    act: RecordedAct | None
    """None for a grant and for an absence."""
    evidence: Evidence

    def to_json(self) -> dict[str, Any]:
        """The bundle as a value of canonical JSON."""
        document: dict[str, Any] = {
            "format": FORMAT,
            "origin": to_hex(self.origin),
            "statement": statement_json(self.statement),
            "header": to_hex(self.evidence.header),
            "children": _hex(self.evidence.children),
            "state": _hex(self.evidence.state),
            "storage": {name: _hex(nodes) for name, nodes in self.evidence.storage.items()},
        }
        if self.act is not None:
            document["act"] = {
                "index": self.act.index,
                "topics": _hex(self.act.topics),
                "data": to_hex(self.act.data),
                "path": _hex(self.act.path),
            }
        return document

    def encode(self) -> bytes:
        """The bundle's bytes."""
        return canonical.encode(self.to_json())


def parse_bundle(data: bytes) -> Bundle:
    """The bundle that bytes hold. Raises Malformed saying which member is wrong."""
    if len(data) > BUNDLE_BYTES:
        raise Malformed(f"bundle of {len(data)} bytes; at most {BUNDLE_BYTES}")
    raw = canonical.decode(data)
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        stated = raw.get("format") if isinstance(raw, dict) else None
        raise Malformed(f"no bundle: format is {str(stated)[:40]!r}, want {FORMAT!r}")
    kinds: dict[str, type] = {
        "format": str,
        "origin": str,
        "statement": dict,
        "act": dict,
        "header": str,
        "children": list,
        "state": list,
        "storage": dict,
    }
    statement = parse_statement(raw["statement"]) if isinstance(raw.get("statement"), dict) else None
    if statement is not None and not has_act(statement):
        del kinds["act"]
    members(raw, "bundle", **kinds)
    assert statement is not None
    storage = {name: _list(nodes, f"storage.{name[:40]}", _NODES) for name, nodes in raw["storage"].items()}
    if tuple(sorted(storage)) != contracts_of(statement):
        raise Malformed(f"bundle.storage: want {' and '.join(contracts_of(statement))}"[:200])
    return Bundle(
        origin=from_hex(raw["origin"], 32, "origin"),
        statement=statement,
        act=_act(raw["act"]) if "act" in raw else None,
        evidence=Evidence(
            header=any_bytes(raw["header"], "header"),
            children=_list(raw["children"], "children", _CHILDREN),
            state=_list(raw["state"], "state", _NODES),
            storage=storage,
        ),
    )


def _act(raw: Any) -> RecordedAct:
    act = members(raw, "act", index=int, topics=list, data=str, path=list)
    if not 1 <= len(act["topics"]) <= 4 or len(act["path"]) > 64:
        raise Malformed("act.topics holds 1 to 4 words, act.path at most 64")
    return RecordedAct(
        index=count(act["index"], "act.index"),
        topics=tuple(word(topic, "act.topics") for topic in act["topics"]),
        data=any_bytes(act["data"], "act.data"),
        path=tuple(word(node, "act.path") for node in act["path"]),
    )


def _list(raw: Any, what: str, limit: int) -> tuple[bytes, ...]:
    if not isinstance(raw, list) or len(raw) > limit:
        raise Malformed(f"bundle.{what}: want a list of at most {limit}")
    kept = tuple(any_bytes(one, what) for one in raw)
    if any(len(one) > HEADER_BYTES for one in kept):
        raise Malformed(f"bundle.{what}: one has more than {HEADER_BYTES} bytes")
    return kept


def _hex(values: tuple[bytes, ...]) -> list[str]:
    return [to_hex(value) for value in values]
