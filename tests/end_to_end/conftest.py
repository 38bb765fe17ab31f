"""A founded ledger for each module: a copy of one that is founded once, on a chain of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Tools
from tests.databases import SQLITE, Databases
from tests.end_to_end.ledger import CATALOG, Ledger, founded


@pytest.fixture(scope="session")
def founded_home(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a ledger with the sample's organizations and the account `publisher`, its chain stopped."""
    home = tmp_path_factory.mktemp("founded")
    with founded(home):
        pass
    return home


@pytest.fixture(scope="module")
def mirror_url(database_kind: str, databases: Databases) -> Iterator[str | None]:
    """An empty database for a ledger's mirror; None for the file that it has by itself."""
    if database_kind == SQLITE:
        yield None
        return
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture(scope="module")
def ledger(founded_home: Path, mirror_url: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A founded ledger without entries."""
    with founded(tmp_path_factory.mktemp("ledger"), founded_home, database=mirror_url) as ledger:
        yield ledger


@pytest.fixture(scope="module")
def published(ledger: Ledger) -> Ledger:
    """The module's ledger, with the sample catalog on it."""
    ledger.do("catalog", "apply", CATALOG)
    return ledger
