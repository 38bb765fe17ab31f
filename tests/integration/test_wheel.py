"""The wheel, made from the source archive, in environments that have nothing else: no clone, no Node.

Once with what the extra `ledger` brings, once without it, when it is the verifier alone.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ledger.model.ids import to_hex
from tests.conftest import ROOT, Tools
from tests.unit.certificate.material import certificate
from tests.unit.proof.material import STATEMENT
from tests.unit.proof.test_attachment import pdf as attached
from tests.unit.proof.test_sealed_bundles import on_qbft, qbft_trust

SECONDS = 120
BUILD = "import sys; from setuptools import build_meta; print(getattr(build_meta, sys.argv[1])(sys.argv[2]))"
AUTHORITY = "11119900MBF1059265"
CENTER = "11119900MBF105555E"
ENTRY = "11119900MBF1000095/306001/000001"


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment with the wheel, and a folder to work in."""

    environment: Path
    home: Path
    settings: dict[str, str]

    def start(self, *words: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.environment / "bin" / "mulu", *map(str, words)],
            cwd=self.home,
            env={"LC_ALL": "C.UTF-8", "PATH": f"{self.home / 'bin'}:/usr/bin:/bin", **self.settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: object, code: int = 0) -> str:
        """What a command says, on both outputs; it must end with this exit code."""
        process = self.start(*words)
        try:
            out, err = process.communicate(timeout=SECONDS)
        finally:
            process.kill()
            process.wait()
        assert process.returncode == code, f"mulu {' '.join(map(str, words))}: exit {process.returncode}\n{out}\n{err}"
        return out + err


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is built from the source archive, which is built from a copy of the project's files."""
    folder = tmp_path_factory.mktemp("build")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, timeout=30, check=True).stdout.split("\0")
    for name in names:
        if name.split("/")[0] in ("ledger", "registry_api", "README.md", "pyproject.toml") and (ROOT / name).exists():
            (folder / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / "clone" / name)
    archive = _build("build_sdist", folder / "clone", folder)
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "unpacked", filter="data")
    (source,) = (folder / "unpacked").iterdir()
    return _build("build_wheel", source, folder)


@pytest.fixture(scope="module")
def whole(wheel: Path, tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """`mulu[ledger]`; anvil is the one thing beside it, on PATH."""
    installed = _install(f"mulu[ledger] @ {wheel.as_uri()}", tmp_path_factory.mktemp("whole"))
    (installed.home / "bin").mkdir()
    (installed.home / "bin" / "anvil").symlink_to(tools.anvil)
    installed.settings.update(
        MULU_RPC_URL=f"http://127.0.0.1:{_free_port()}", MULU_PASSWORD_FILE=".mulu/password", MULU_TRACEBACK="1"
    )
    try:
        yield installed
    finally:
        installed.start("devnet", "--stop").communicate(timeout=SECONDS)


@pytest.fixture(scope="module")
def alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """`mulu` without an extra, with a trust file and a sealed bundle."""
    installed = _install(f"mulu @ {wheel.as_uri()}", tmp_path_factory.mktemp("alone"))
    trust = replace(qbft_trust(), max_age_seconds=10**9)
    (installed.home / "trust.json").write_text(json.dumps(trust.to_json()))
    (installed.home / "entry.json").write_bytes(on_qbft().encode())
    return installed


def test_everything_but_tests_and_tools_is_in_it(wheel: Path) -> None:
    """What a clone has in its packages, data files too, an installation has."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "ledger", "registry_api"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    ).stdout
    wanted = {name for name in listed.split("\0") if name and (ROOT / name).exists()}
    with zipfile.ZipFile(wheel) as packed:
        assert wanted - set(packed.namelist()) == set()


def test_from_a_chain_to_a_verified_entry(whole: Installed) -> None:
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert version is not None
    assert whole.run("--version") == f"mulu {version[1]}\n"
    sample = Path(
        subprocess.run(
            [whole.environment / "bin" / "python", "-c", "import ledger.sample; print(ledger.sample.__path__[0])"],
            cwd=whole.home,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        ).stdout.strip()
    )
    assert sample.is_relative_to(whole.environment)
    port = whole.settings["MULU_RPC_URL"].rsplit(":", 1)[1]
    whole.run("devnet", "--background", "--port", port, "--days-back", 0)
    whole.run(
        *("deploy", "--code", AUTHORITY, "--name", "数据主管部门", "--area", "119900000000"),
        *("--admin", "admin-1", "--admin", "admin-2", "--account", "admin-1"),
    )
    whole.run("proposal", "confirm", 1, "--account", "admin-2")
    whole.run("org", "import", sample / "organizations.json", "--account", "admin-1")
    whole.run("proposal", "confirm", 2, "--account", "admin-2")
    as_publisher = ("--organization", CENTER, "--roles", "publisher", "--account", "admin-1")
    whole.run("account", "add", "publisher", *as_publisher)
    # What ships beside the modules: contracts' artifacts, mappings, the profile, the calendar, migrations.
    whole.run("policy", "set", "--profile", "beijing", "--account", "admin-1")
    whole.run("policy", "calendar", "set", sample / "calendar-2026.csv", "--source", "示例", "--account", "admin-1")
    whole.run("catalog", "apply", sample / "catalog.json", "--account", "publisher")
    assert re.search(r"^block \d+, \d\d acts", whole.run("index"), re.M)
    whole.run("prove", "entry", ENTRY, "-o", "proof.json")
    assert whole.run("verify", "proof.json", "--rpc", whole.settings["MULU_RPC_URL"]).splitlines()[-1] == "VALID"
    with _served(whole) as address:
        found = json.loads(_get(f"{address}/v1/entries?q=%E6%B0%B4%E5%BA%93"))
        assert found["items"], found
        page = _get(f"{address}/").decode()
        (style,) = re.findall(r'href="([^"]+\.css[^"]*)"', page)
        assert _get(address + style)


def test_without_anvil_it_says_how_to_get_it(whole: Installed) -> None:
    elsewhere = replace(whole, home=whole.home / "elsewhere")
    elsewhere.home.mkdir()
    said = elsewhere.run("devnet", "--background", "--port", _free_port(), code=1)
    assert "npm install @foundry-rs/anvil" in said


def test_a_bundle_is_verified_by_the_verifier_alone(alone: Installed) -> None:
    assert alone.run("verify", "entry.json", "--trust", "trust.json").splitlines()[-1] == "VALID"
    assert "fingerprint" in alone.run("trust", "show", "--trust", "trust.json")


def test_the_readmes_program_verifies_with_the_verifier_alone(alone: Installed) -> None:
    program = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    assert program is not None
    shutil.copy(alone.home / "entry.json", alone.home / "entry.proof.json")
    (alone.home / "certificate.pdf").write_bytes(attached(certificate().encode()))
    ran = subprocess.run(
        [alone.environment / "bin" / "python", "-c", program[1]],
        cwd=alone.home,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ran.stdout.splitlines()[0] == f"VALID 0 {to_hex(STATEMENT.id)}", ran.stderr
    assert "content passed" in ran.stdout


def test_the_verifier_alone_says_what_it_lacks(alone: Installed) -> None:
    asked = ("verify", "entry.json", "--trust", "trust.json", "--rpc", "http://127.0.0.1:1")
    assert "pip install 'mulu[ledger]'" in alone.run(*asked, code=2)
    assert "No such command" in alone.run("deploy", code=2)


def _build(what: str, source: Path, folder: Path) -> Path:
    """What setuptools builds of a source tree, with the locked setuptools and nothing fetched."""
    built = subprocess.run(
        [sys.executable, "-c", BUILD, what, str(folder)],
        cwd=source,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return folder / built.stdout.splitlines()[-1]


def _install(requirement: str, folder: Path) -> Installed:
    """A new environment with the requirement and what it asks for, in the versions and with the hashes of the lock.

    The packages come from where scripts/setup had them from, as a rule out of uv's cache.
    """
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], timeout=SECONDS, check=True)
    pip = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    index = subprocess.run(pip, capture_output=True, text=True, timeout=SECONDS, check=False).stdout.strip()
    installed = subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", environment / "bin" / "python"),
            *("--constraint", ROOT / "requirements.lock", requirement),
        ],
        env=({"UV_DEFAULT_INDEX": index} if index else {}) | os.environ,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert installed.returncode == 0, installed.stderr
    (folder / "home").mkdir()
    return Installed(environment, folder / "home", {})


@contextmanager
def _served(installed: Installed) -> Iterator[str]:
    """The address of `mulu serve`, which ends with the block."""
    port = _free_port()
    process, address = installed.start("serve", "--port", port), f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + SECONDS
    try:
        while True:
            try:
                _get(f"{address}/healthz")
                break
            except OSError:
                assert time.monotonic() < deadline, "mulu serve does not answer"
                assert process.poll() is None, process.communicate()
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        body: bytes = answer.read()
        return body


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
