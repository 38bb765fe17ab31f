"""What is kept of how indexing goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.errors import Unavailable
from ledger.indexer.health import BEAT_SECONDS, Beat, HealthRow, Pulse, Suspect
from ledger.indexer.progress import Progress
from ledger.store.health import MirrorHealth
from ledger.store.mirror import Mirror


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    mirror = Mirror(f"sqlite:///{tmp_path / 'mirror.db'}")
    mirror.upgrade()
    yield mirror
    mirror.close()


class Watch:
    """A clock that stands, and a node's count of errors."""

    def __init__(self) -> None:
        self.now, self.errors = 100.0, 0

    def pulse(self, mirror: Mirror) -> Pulse:
        return Pulse(MirrorHealth(mirror.writer), lambda: self.errors, lambda: self.now)


def told(mirror: Mirror) -> HealthRow:
    row = mirror.queries.health()
    assert row is not None
    return row


def test_nothing_is_known_before_the_first_word(mirror: Mirror) -> None:
    assert mirror.queries.health() is None


def test_level_is_told_at_once_and_then_now_and_then(mirror: Mirror) -> None:
    watch = Watch()
    pulse = watch.pulse(mirror)
    pulse(Progress("indexed", 7, 9, 3, 3, 7))
    behind = told(mirror)
    assert (behind.node_block, behind.level) == (9, None)
    assert behind.seen is not None
    pulse(Progress("level", 9, 9, 3))
    assert told(mirror).level is not None
    pulse(Progress("level", 10, 10, 3))
    assert told(mirror).node_block == 9
    watch.now += BEAT_SECONDS
    pulse(Progress("level", 10, 10, 3))
    assert told(mirror).node_block == 10


def test_reorganizations_and_errors_add_up_over_processes(mirror: Mirror) -> None:
    for depth in (3, 1):
        watch = Watch()
        pulse = watch.pulse(mirror)
        watch.errors = 2
        pulse(Progress("reorganized", 5, 9, 3, 1, depth))
        watch.now += BEAT_SECONDS
        watch.errors = 5
        pulse(Progress("waiting", 5, None, 3))
    row = told(mirror)
    assert (row.reorganizations, row.deepest_blocks, row.node_errors) == (2, 3, 10)


def test_what_could_not_be_written_is_told_later(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch()
    pulse = watch.pulse(mirror)
    watch.errors = 1
    with monkeypatch.context() as broken:

        def full(self: MirrorHealth, beat: Beat) -> None:
            raise Unavailable("the disk is full")

        broken.setattr(MirrorHealth, "beat", full)
        pulse(Progress("reorganized", 5, 9, 3, 1, 4))
    assert mirror.queries.health() is None
    pulse(Progress("level", 9, 9, 3))
    row = told(mirror)
    assert (row.reorganizations, row.deepest_blocks, row.node_errors) == (1, 4, 1)


def test_rounds_of_the_sentinel_stand_beside(mirror: Mirror) -> None:
    health = MirrorHealth(mirror.writer)
    health.checked(40, 1, [Suspect("entry", 12, "title")])
    Watch().pulse(mirror)(Progress("level", 9, 9, 3))
    health.checked(41, 0, [])
    row = told(mirror)
    assert (row.checked_rows, row.differences, row.suspects, row.node_block) == (81, 1, [], 9)
    assert row.checked is not None
