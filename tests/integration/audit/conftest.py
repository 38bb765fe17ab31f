"""A ledger on a real chain with something of everything on it, its mirror, and a node that can lie."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.store.mirror import Mirror
from tests.integration.audit import grant_story, story
from tests.integration.indexer.conftest import Ledger, founded  # noqa: F401
from tests.integration.indexer.granting import Granting


@pytest.fixture(scope="module")
def center(founded: Ledger) -> Granting:  # noqa: F811
    """A registration center whose ledger has acts of every kind."""
    center = Granting(founded)
    center.found()
    story.tell(center)
    grant_story.tell(center)
    return center


@pytest.fixture(scope="module")
def indexed(center: Granting, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a mirror of that ledger, closed."""
    file = tmp_path_factory.mktemp("mirror") / "mirror.db"
    mirror = Mirror(f"sqlite:///{file}")
    try:
        mirror.upgrade()
        center.ledger.indexer(mirror).once()
        with mirror.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        mirror.close()
    return file


@pytest.fixture
def mirror(indexed: Path, tmp_path: Path) -> Iterator[Mirror]:
    """A copy of that mirror, to be tampered with."""
    file = tmp_path / "mirror.db"
    file.write_bytes(indexed.read_bytes())
    mirror = Mirror(f"sqlite:///{file}")
    try:
        yield mirror
    finally:
        mirror.close()
