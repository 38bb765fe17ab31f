"""The wire of the journal; what answers share is in `schemas.py`."""

from pydantic import Field

from registry_api.schemas import Answer, Count, Hex32, Link, Suppressed, Wire


class JournalCheckpoint(Wire):
    """What the log key signed last: base address for tile clients is `/v1/journal/` (C2SP tlog-tiles)."""

    size: Count
    vkey: str = Field(description="Public key to verify the note with (C2SP signed-note)")
    note: Link


class Journal(Wire):
    """The Merkle tree of all acts up to `as_of`."""

    chain_id: Count
    genesis_hash: Hex32
    origin: Hex32
    size: Count
    root: Hex32
    final_block: Count | None
    checkpoint: JournalCheckpoint | None = Field(description="Null until something final was signed")


class Consistency(Wire):
    """A consistency proof (RFC 9162, section 2.1.4): the first `from` acts are the beginning of the first `to`."""

    from_: Count = Field(alias="from")
    to: Count
    from_root: Hex32
    to_root: Hex32
    path: list[Hex32] = Field(description="Nodes, leaf side to root")


class ConsistencyAnswer(Answer):
    """A consistency proof; sizes above the checkpoint's can be taken away by a reorganization."""

    consistency: Consistency


class JournalAnswer(Answer):
    """The journal."""

    journal: Journal


class SuppressedAct(Suppressed):
    """An act whose words are withheld."""

    index: Count
    leaf: Hex32


class SuppressionsAnswer(Answer):
    """What is suppressed in this mirror, by index."""

    items: list[SuppressedAct]
