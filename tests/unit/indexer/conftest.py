"""Mirrors for tests."""

from collections.abc import Callable, Iterator

import pytest

from ledger.indexer import fetch
from ledger.store.mirror import Mirror
from tests.databases import Databases


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several transactions even for a short history."""
    monkeypatch.setattr(fetch, "PIECE", 2)


@pytest.fixture
def new_mirrors(databases: Databases) -> Iterator[Callable[[int], list[Mirror]]]:
    """Makes empty mirrors, for one example after the other: those of the call before are closed."""
    made: dict[str, Mirror] = {}

    def close() -> None:
        for mirror in made.values():
            mirror.close()
        databases.give_back(*made)
        made.clear()

    def make(number: int) -> list[Mirror]:
        close()
        made.update((url, Mirror(url)) for url in [databases.migrated() for _ in range(number)])
        return list(made.values())

    yield make
    close()


@pytest.fixture
def mirror(database: str) -> Iterator[Mirror]:
    made = Mirror(database)
    yield made
    made.close()


@pytest.fixture
def other(databases: Databases) -> Iterator[Mirror]:
    url = databases.migrated()
    made = Mirror(url)
    yield made
    made.close()
    databases.give_back(url)
