"""What every test has: a clean environment, the shared input files, the node tools."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

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
