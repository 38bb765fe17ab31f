"""What this server needs of the rest. Nothing here writes or signs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from ledger.merkle.checkpoint import Checkpoint
from ledger.model.suppression import Suppression
from ledger.proof.bundle import Bundle
from ledger.store.mirror import Mirror


class BundleMaker(Protocol):
    """Makes bundles that were verified against the node. Raises NotFound, Rejected, Unavailable, Inconsistent."""

    def entry(self, id: bytes, version: int | None = None) -> Bundle:
        """Of an entry's version."""

    def certificate(self, number: str, version: int | None = None) -> Bundle:
        """Of an issued version of a registration."""

    def grant(self, number: int, organization: str, entry: bytes, operation: int, at: datetime | None = None) -> Bundle:
        """Of whether a grant covers an operation (bits) on an entry, now or at a past time."""

    def act(self, index: int) -> Bundle:
        """Of an act."""

    def absence(self, subject: bytes | str) -> Bundle:
        """That there is no such entry (its id) or registration (its number)."""


class SuppressionsKnown(Protocol):
    """What the operator suppresses, as far as this process can know."""

    def known(self) -> Mapping[int, Suppression] | None:
        """By the index of the act; None where there is nothing to know it from."""


class Application(Protocol):
    """What `create_app` is given."""

    @property
    def mirror(self) -> Mirror:
        """Where records are read."""

    @property
    def bundles(self) -> BundleMaker:
        """What makes bundles."""

    def last_signed(self) -> Checkpoint | None:
        """The checkpoint that the log key signed last, as far as this process can know."""

    @property
    def suppressions(self) -> SuppressionsKnown:
        """What the operator suppresses."""

    def node_head(self) -> tuple[int, datetime]:
        """Number and time of the node's newest block. Raises Unavailable."""
