"""Withholding what an act says: its log without its words, from which everything else still follows.

In the place of the content stands its SHA-256, in the place of each field the hash of its leaf, in the place of other
bytes nothing. So every table is folded from the acts as ever, digests and roots included; nothing but the act's own
leaf has to be kept beside it.
"""

import hashlib
from collections.abc import Mapping, Sequence

from ledger.chain.artifacts import load
from ledger.chain.events import decode, parts
from ledger.errors import Inconsistent
from ledger.indexer.content import entry_content
from ledger.indexer.versions import ReadAct
from ledger.merkle.hashing import HASH_BYTES, leaf_hash
from ledger.model.ids import to_hex
from ledger.model.suppression import Suppression

_WORDS = {"bytes", "bytes[]"}


def has_words(contract: str, event: str) -> bool:
    """Whether acts of an event say anything that could be withheld."""
    (struct,) = (given for given in load(contract).item("event", event)["inputs"] if not given["indexed"])
    return any(member["type"] in _WORDS for member in struct["components"])


def without_words(contract: str, topics: tuple[bytes, ...], data: bytes) -> bytes:
    """The data of a log with what it says withheld. Raises Malformed when it is no act of the contract."""
    found = parts(contract, topics, data)
    if not found:
        return data
    made = bytearray(data[: found[0].start])
    for part in found:
        # Offsets count from the struct, which follows its own offset.
        made[part.offset_at : part.offset_at + 32] = (len(made) - 32).to_bytes(32)
        if isinstance(part.value, bytes):
            made += _encoded(hashlib.sha256(part.value).digest() if part.name == "content" else b"")
        elif part.value and isinstance(part.value[0], bytes) and part.name == "fields":
            made += _encoded_list([value if len(value) == HASH_BYTES else leaf_hash(value) for value in part.value])
        else:
            made += data[part.start : part.end]
    return bytes(made)


def suppressed_act(act: ReadAct) -> ReadAct:
    """An act as the mirror keeps it while it is suppressed."""
    log, event = act.log, act.event
    log = log._replace(data=without_words(event.contract, log.topics, log.data))
    content = None if act.content is None else entry_content(None)
    return ReadAct(log, decode(event.contract, log.topics, log.data), content, suppressed=True)


def withhold(
    acts: Sequence[ReadAct], leaves: Sequence[bytes], suppressed: Mapping[int, Suppression]
) -> tuple[list[ReadAct], list[Suppression]]:
    """The acts as they are to be stored, and which suppressions were applied.

    Raises Inconsistent when what is suppressed is another act.
    """
    if not suppressed:
        return list(acts), []
    kept, applied = [], []
    for act, leaf in zip(acts, leaves, strict=True):
        found = suppressed.get(act.event.index)
        if found is None:
            kept.append(act)
            continue
        require_leaf(found, leaf)
        kept.append(suppressed_act(act))
        applied.append(found)
    return kept, applied


def require_leaf(suppression: Suppression, leaf: bytes) -> None:
    """Raises Inconsistent unless a suppression is of the act with this leaf."""
    if suppression.leaf != leaf:
        raise Inconsistent(
            f"the suppression list names act {suppression.index} by leaf {to_hex(suppression.leaf)}, this journal has "
            f"{to_hex(leaf)} there: it is another journal's list, or the history was rewritten"
        )


def _encoded(value: bytes) -> bytes:
    return len(value).to_bytes(32) + value + bytes(-len(value) % 32)


def _encoded_list(values: Sequence[bytes]) -> bytes:
    encoded = [_encoded(value) for value in values]
    offsets, at = bytearray(), 32 * len(values)
    for one in encoded:
        offsets += at.to_bytes(32)
        at += len(one)
    return len(values).to_bytes(32) + bytes(offsets) + b"".join(encoded)
