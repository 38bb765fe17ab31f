"""How indexing fares, kept in the mirror for whoever watches: the server's processes tell the same from it.

Written apart from the batches, at most every few seconds: what is lost by a kill is a number to look at.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple, Protocol

from ledger.errors import Unavailable
from ledger.indexer.progress import Progress

BEAT_SECONDS: Final = 5.0
"""Between two writes, when nothing noteworthy happens."""


class Suspect(NamedTuple):
    """A row that the sentinel found to differ, by the act that began it."""

    table: str
    act: int
    said: str
    """Column and both values, for people."""


class HealthRow(NamedTuple):
    """How indexer and sentinel fare. Counts grow for as long as the mirror lives."""

    seen: datetime | None
    """When the node answered last."""
    level: datetime | None
    """When the mirror was last found at the node's head."""
    node_block: int | None
    """The node's head at `seen`."""
    reorganizations: int
    deepest_blocks: int
    """Blocks of the deepest reorganization."""
    node_errors: int
    """Calls that the node did not answer, or answered with an error."""
    checked: datetime | None
    """When the sentinel compared last."""
    checked_rows: int
    """Rows that it compared."""
    differences: int
    """Differences that it found."""
    suspects: list[Suspect]
    """Rows that differed when it looked last."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What is new since the last beat."""

    seen: datetime | None
    level: datetime | None
    node_block: int | None
    reorganizations: int
    deepest_blocks: int
    node_errors: int


class HealthStore(Protocol):
    """Where it is kept."""

    def beat(self, beat: Beat) -> None:
        """Adds what is new. Raises Unavailable."""


class Pulse:
    """Passes on what an indexer reports.

    Args:
        node_errors: how many calls of this process have failed so far.
    """

    def __init__(
        self, store: HealthStore, node_errors: Callable[[], int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._node_errors = node_errors
        self._clock = clock
        self._due = 0.0
        self._level = False
        self._reorganizations = self._deepest = self._errors_told = 0

    def __call__(self, progress: Progress) -> None:
        """Takes in a report. The indexer goes on when this cannot be written: what it writes itself will say why."""
        level = progress.kind == "level" or progress.block == progress.head
        if progress.kind == "reorganized":
            self._reorganizations += 1
            self._deepest = max(self._deepest, progress.blocks)
        if self._clock() < self._due and self._level == level and progress.kind != "reorganized":
            return
        now = datetime.now(UTC).replace(microsecond=0)
        heard = progress.head is not None
        errors = self._node_errors()
        beat = Beat(
            now if heard else None,
            now if level else None,
            progress.head,
            self._reorganizations,
            self._deepest,
            errors - self._errors_told,
        )
        try:
            self._store.beat(beat)
        except Unavailable:
            return
        self._due, self._level = self._clock() + BEAT_SECONDS, level
        self._reorganizations, self._errors_told = 0, errors
