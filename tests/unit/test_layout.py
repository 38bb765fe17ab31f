"""The tree stays what a newcomer expects of it."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP = {
    "contracts",
    "ledger",
    "registry_api",
    "scripts",
    "tests",
    "README.md",
    "foundry.toml",
    "package.json",
    "pyproject.toml",
}
LINE_LIMITS = {".py": 330, ".sol": 280}
NOT_NOUNS = {"utils", "util", "common", "manager", "helpers", "misc"}


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("needs the git clone: a source archive does not say which files are the project's")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    ).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).exists()]


def test_top_holds_nothing_else(tracked: list[Path]) -> None:
    found = {path.parts[0] for path in tracked}
    others = {name for name in found - TOP if not name.startswith(".") and not re.search(r"[.-]lock", name)}
    assert others == set()


def test_names_are_nouns(tracked: list[Path]) -> None:
    assert [path for path in tracked if NOT_NOUNS & {Path(part).stem for part in path.parts}] == []


def test_files_fit_a_head(tracked: list[Path]) -> None:
    """About 300 lines of Python, 250 of Solidity; tests and interfaces (the manual) may be longer."""
    long = {
        path.as_posix(): lines
        for path in tracked
        if path.suffix in LINE_LIMITS
        and path.parts[0] != "tests"
        and "interfaces" not in path.parts
        if (lines := len((ROOT / path).read_text("utf-8").splitlines())) > LINE_LIMITS[path.suffix]
    }
    assert long == {}


def test_solidity_imports_downwards(tracked: list[Path]) -> None:
    """Contracts → libraries → types; interfaces know types and interfaces. A contract stands on abstract ones."""
    allowed = {
        "contracts": {"contracts", "interfaces", "libraries", "types"},
        "libraries": {"interfaces", "libraries", "types"},
        "interfaces": {"interfaces", "types"},
        "types": {"types"},
    }
    wrong = []
    for path in (path for path in tracked if path.parts[0] == "contracts" and path.suffix == ".sol"):
        for target in re.findall(r'from "([^"]+)";', (ROOT / path).read_text("utf-8")):
            folder = (ROOT / path).parent.joinpath(target).resolve().parent.name
            if folder not in allowed[path.parent.name]:
                wrong.append(f"{path} imports {target}")
    assert wrong == []


def test_chain_package_imports_nothing() -> None:
    """`ledger.proof` reads artifacts through it and must not pull in a node client."""
    tree = ast.parse((ROOT / "ledger" / "chain" / "__init__.py").read_text("utf-8"))
    assert [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)] == []


def test_locks_name_no_address(tracked: list[Path]) -> None:
    locks = [path for path in tracked if "lock" in path.name]
    assert locks
    for path in locks:
        text = (ROOT / path).read_text("utf-8")
        assert not re.search(r'"resolved"|^--(extra-)?index-url|@ (https?|file):', text, re.M), path
