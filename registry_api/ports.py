"""What this server needs of the rest. Nothing here writes or signs."""

from datetime import datetime
from typing import Protocol

from ledger.merkle.checkpoint import Checkpoint
from ledger.proof.bundle import Bundle
from ledger.store.mirror import Mirror


class Application(Protocol):
    """What `create_app` is given."""

    @property
    def mirror(self) -> Mirror:
        """Where records are read."""

    def prove_entry(self, entry_id: bytes, version: int | None = None) -> Bundle:
        """A bundle that was checked against the node. Raises NotFound, Unavailable, Inconsistent."""

    def prove_act(self, index: int) -> Bundle:
        """As `prove_entry`, for any act."""

    def last_signed(self) -> Checkpoint | None:
        """The checkpoint that the log key signed last, as far as this process can know."""

    def node_head(self) -> tuple[int, datetime]:
        """Number and time of the node's newest block. Raises Unavailable."""
