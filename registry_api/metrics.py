"""Prometheus metrics: of the mirror, from the mirror, so that every process of a service tells the same; and of this
process's own requests. What is not known is left out.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from ledger.errors import LedgerError
from ledger.indexer.health import HealthRow
from ledger.indexer.rows import CursorRow
from ledger.store.mirror import Mirror
from registry_api.observing import Requests

MEDIA_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4


class Metrics:
    """The metrics of one server."""

    def __init__(self, mirror: Mirror) -> None:
        self._registry = CollectorRegistry()
        self.requests = Requests(self._registry)
        self._mirror = mirror

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        mirrored = CollectorRegistry()
        mirrored.register(_Facts(list(_of_mirror(self._mirror))))
        return generate_latest(mirrored) + generate_latest(self._registry)


class _Facts:
    def __init__(self, facts: list[Metric]) -> None:
        self._facts = facts

    def collect(self) -> Iterable[Metric]:
        return self._facts


def _of_mirror(mirror: Mirror) -> Iterator[Metric]:
    try:
        with mirror.snapshot() as view:
            position, health, evidence = view.position(), view.health(), view.count_evidence()
    except LedgerError:
        yield GaugeMetricFamily("mulu_mirror_up", "Whether the mirror can be read", 0)
        return
    yield GaugeMetricFamily("mulu_mirror_up", "Whether the mirror can be read", 1)
    yield GaugeMetricFamily("mulu_journal_size", "Acts in the mirror", position.journal_size)
    yield GaugeMetricFamily(
        "mulu_indexer_evidence", "How often the indexer was stopped by a contradiction, which it keeps", evidence
    )
    yield from _known("mulu_mirror_head_block", "The mirror's newest block", position.head_number)
    yield from _known("mulu_mirror_head_time_seconds", "Its time, Unix seconds", _seconds(position.head_time))
    yield from _known("mulu_mirror_final_block", "The last block that never changes", position.final_block)
    if health is not None:
        yield from _of_health(position, health)


def _of_health(position: CursorRow, health: HealthRow) -> Iterator[Metric]:
    yield from _known("mulu_node_head_block", "The node's newest block when it answered last", health.node_block)
    yield from _known("mulu_node_seen_time_seconds", "When the node answered last, Unix seconds", _seconds(health.seen))
    if health.node_block is not None and position.head_number is not None:
        lag = max(0, health.node_block - position.head_number)
        yield GaugeMetricFamily("mulu_mirror_lag_blocks", "Blocks of the node that the mirror has not read", lag)
    if health.level is not None:
        seconds = max(0.0, (datetime.now(UTC) - health.level).total_seconds())
        yield GaugeMetricFamily(
            "mulu_mirror_lag_seconds",
            "Since the mirror was found at the node's head; grows when indexer or node stand still as well",
            seconds,
        )
    yield CounterMetricFamily("mulu_reorganizations", "Reorganizations rolled back", health.reorganizations)
    yield GaugeMetricFamily("mulu_reorganization_deepest_blocks", "The deepest of them", health.deepest_blocks)
    yield CounterMetricFamily(
        "mulu_node_errors", "Calls of the indexer without an answer, or with an error", health.node_errors
    )
    yield GaugeMetricFamily(
        "mulu_mirror_divergence",
        "Rows that differed from the chain when the sentinel looked last",
        len(health.suspects),
    )
    yield CounterMetricFamily("mulu_sentinel_rows", "Rows that the sentinel compared", health.checked_rows)
    yield CounterMetricFamily("mulu_sentinel_differences", "Differences that it found", health.differences)
    yield from _known("mulu_sentinel_time_seconds", "When it compared last, Unix seconds", _seconds(health.checked))


def _known(name: str, told: str, value: float | None) -> Iterator[Metric]:
    if value is not None:
        yield GaugeMetricFamily(name, told, value)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
