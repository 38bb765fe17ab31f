"""A ledger on a real chain with something of everything on it, its mirror, and a node that can lie."""

from collections.abc import Iterator

import pytest

from ledger.store.mirror import Mirror
from tests.databases import Databases
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
def indexed(center: Granting, databases: Databases) -> Iterator[str]:
    """The address of a mirror of that ledger, closed."""
    url = databases.migrated()
    mirror = Mirror(url)
    try:
        center.ledger.indexer(mirror).once()
    finally:
        mirror.close()
    yield url
    databases.drop(url)


@pytest.fixture
def mirror(indexed: str, databases: Databases) -> Iterator[Mirror]:
    """A copy of that mirror, to be tampered with."""
    url = databases.copy(indexed)
    mirror = Mirror(url)
    try:
        yield mirror
    finally:
        mirror.close()
        databases.drop(url)
