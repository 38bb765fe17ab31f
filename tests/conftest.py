"""What every test has: a clean environment, the shared input files, the node tools, databases."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.databases import POSTGRESQL, SQLITE, Databases, PostgresqlDatabases, SqliteDatabases
from tests.postgresql import OLDEST, Server, find_binaries

ROOT = Path(__file__).resolve().parent.parent
_PINNED: str = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]["@foundry-rs/anvil"]


@pytest.fixture(scope="session", autouse=True)
def clean_environment() -> Iterator[None]:
    """No setting of the person who runs the tests reaches them; messages are English, time is not local."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("MULU_")]:
            patch.delenv(name)
        for name in ("LANGUAGE", "LC_MESSAGES", "LANG", "FORCE_COLOR"):
            patch.delenv(name, raising=False)
        patch.setenv("LC_ALL", "C.UTF-8")
        patch.setenv("NO_COLOR", "1")
        yield


class SharedFolder:
    """A folder of input that is handed around beside the clone and is no part of it.

    `folder / "name"` is the path of a file in it; where it is absent, the test is skipped and says which.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __truediv__(self, name: str) -> Path:
        file = self.path / name
        if not file.exists():
            pytest.skip(f"needs {self.path.parent.name}/{self.path.name}/{name} beside the clone")
        return file


@pytest.fixture(scope="session")
def shared_data() -> SharedFolder:
    return SharedFolder(ROOT.parent / "shared" / "data")


@pytest.fixture(scope="session")
def shared_vectors() -> SharedFolder:
    return SharedFolder(ROOT.parent / "shared" / "vectors")


@dataclass(frozen=True, slots=True)
class Tools:
    """Paths of the node tools, of the version that the project pins."""

    anvil: Path
    cast: Path
    forge: Path
    node: Path


@pytest.fixture(scope="session")
def tools() -> Tools:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node on PATH")
    return Tools(anvil=_tool("anvil"), cast=_tool("cast"), forge=_tool("forge"), node=Path(node))


def _tool(name: str) -> Path:
    on_path = shutil.which(name)
    if on_path is not None:
        said = subprocess.run([on_path, "--version"], capture_output=True, text=True, timeout=20, check=False)
        if f" {_PINNED}" in said.stdout:
            return Path(on_path)
    for binary in ROOT.glob(f"node_modules/@foundry-rs/{name}-*/bin/{name}*"):
        return binary
    pytest.skip(f"needs {name} {_PINNED}: run scripts/setup")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--databases",
        help="kinds of databases that mirrors of tests are kept in, like sqlite,postgresql. Without it: both, but "
        "end-to-end tests only in SQLite unless they are marked `databases`",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `databases` runs once on each kind. Of a module: what it shares is made once."""
    given = any("database_kind" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "database_kind" not in metafunc.fixturenames or given:
        return
    mark = metafunc.definition.get_closest_marker("databases")
    kinds = list(mark.args if mark and mark.args else (SQLITE, POSTGRESQL))
    if asked := metafunc.config.getoption("--databases"):
        kinds = [kind for kind in asked.split(",") if kind in kinds]
    elif mark is None and "end_to_end" in metafunc.module.__name__:
        kinds = [SQLITE]
    metafunc.parametrize("database_kind", kinds, indirect=True, scope="module")


@pytest.fixture(scope="module")
def database_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """The tests' own PostgreSQL; without the programs the test is skipped, and fails in CI."""
    binaries = find_binaries()
    if binaries is None:
        said = f"needs PostgreSQL {OLDEST} or newer: apt-get install postgresql, or put `postgres` on PATH"
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    server = Server(binaries)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server: Server) -> PostgresqlDatabases:
    return PostgresqlDatabases(postgresql_server)


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="module")
def databases(database_kind: str, request: pytest.FixtureRequest) -> Databases:
    """Makes databases of the kind that the test runs on."""
    made: Databases = request.getfixturevalue(f"{database_kind}_databases")
    return made


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    """The address of a database with the mirror's tables, and nothing in them."""
    url = databases.migrated()
    yield url
    databases.give_back(url)
