"""A founded ledger for each module: a copy of one that is founded once, on a chain of its own."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Tools
from tests.databases import SQLITE, Databases
from tests.end_to_end.ledger import CATALOG, Ledger, founded


@pytest.fixture(scope="session")
def founded_home(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a ledger with the sample's organizations and the account `publisher`, its chain stopped.

    Where tests run in several processes, the first that needs it founds it, and the others wait.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    home = shared / "founded"
    with (shared / "founded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            fresh = tmp_path_factory.mktemp("founding")
            with founded(fresh):
                pass
            fresh.rename(home)
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
