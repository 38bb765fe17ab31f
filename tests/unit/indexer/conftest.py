"""Mirrors for tests: a schema is made once and copied."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.indexer import fetch
from ledger.store.engine import upgrade
from ledger.store.mirror import Mirror


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several transactions even for a short history."""
    monkeypatch.setattr(fetch, "PIECE", 2)


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the tables and nothing in them."""
    path = tmp_path_factory.mktemp("schema") / "schema.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def new_mirror(schema: Path, tmp_path: Path) -> Iterator[Callable[[], Mirror]]:
    """Makes empty mirrors; closes them at the end."""
    made: list[Mirror] = []

    def make() -> Mirror:
        path = tmp_path / f"mirror-{len(made)}.db"
        shutil.copy(schema, path)
        made.append(Mirror(f"sqlite:///{path}"))
        return made[-1]

    yield make
    for mirror in made:
        mirror.close()


@pytest.fixture
def mirror(new_mirror: Callable[[], Mirror]) -> Mirror:
    return new_mirror()


@pytest.fixture
def other(new_mirror: Callable[[], Mirror]) -> Mirror:
    return new_mirror()
