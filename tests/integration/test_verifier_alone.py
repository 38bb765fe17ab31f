"""The verifier as it is installed without the extra: a document, a trust file, and the base requirements."""

import json
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.proof.test_sealed_bundles import on_qbft, qbft_trust

ROOT = Path(__file__).resolve().parents[2]
PYPI_TO_MODULE = {"eth-account": "eth_account", "fpdf2": "fpdf"}
BESIDE = ("eth_abi", "eth_utils", "eth_keys", "rlp", "sqlalchemy", "starlette", "pydantic_settings", "merkletools")


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    trust = replace(qbft_trust(), max_age_seconds=10**9)
    (tmp_path / "trust.json").write_text(json.dumps(trust.to_json()))
    (tmp_path / "entry.json").write_bytes(on_qbft().encode())
    return tmp_path


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command in a Python that has the base requirements only: all others fail to import."""
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["ledger"]
    names = [re.split(r"[><=]", one)[0] for one in extra]
    hidden = [*(PYPI_TO_MODULE.get(name, name) for name in names), *BESIDE]
    program = f"import sys; sys.modules.update(dict.fromkeys({hidden!r})); from ledger.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )


def test_a_bundle_is_verified(stranger: Path) -> None:
    ran = run(stranger, "verify", "entry.json", "--trust", "trust.json")
    assert (ran.returncode, ran.stdout.splitlines()[-1]) == (0, "VALID"), ran
    assert run(stranger, "trust", "show", "--trust", "trust.json").returncode == 0


def test_what_needs_more_says_so(stranger: Path) -> None:
    ran = run(stranger, "verify", "entry.json", "--trust", "trust.json", "--rpc", "http://127.0.0.1:1")
    assert ran.returncode == 2
    assert "pip install 'mulu[ledger]'" in ran.stderr
    assert "No such command" in run(stranger, "deploy").stderr
