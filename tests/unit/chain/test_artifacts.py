"""The committed artifacts; `scripts/check` recompiles them and compares."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
# EIP-170.
CODE_LIMIT_BYTES = 24_576


@pytest.fixture(scope="module")
def build_contracts() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_contracts", ROOT / "scripts" / "build_contracts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_differences_name_the_file_and_the_part(build_contracts: ModuleType, tmp_path: Path) -> None:
    kept = build_contracts.ARTIFACTS / "Journal.json"
    artifact = json.loads(kept.read_text("utf-8"))
    (tmp_path / "Journal.json").write_text(json.dumps(artifact | {"bytecode": "0x00"}), "utf-8")
    (tmp_path / "Ghost.json").write_text("{}", "utf-8")
    built = {"Journal.json": kept.read_text("utf-8"), "Policy.json": "{}"}
    assert build_contracts.differences(built, tmp_path) == [
        "Policy.json: not built yet",
        "Ghost.json: no contract of that name",
        "Journal.json: differs in bytecode",
    ]


def test_contracts_fit_the_code_limit(build_contracts: ModuleType) -> None:
    artifacts = [json.loads(path.read_text("utf-8")) for path in build_contracts.ARTIFACTS.glob("*.json")]
    assert artifacts
    for artifact in artifacts:
        size = len(bytes.fromhex(artifact["deployed_bytecode"].removeprefix("0x")))
        assert size <= CODE_LIMIT_BYTES, artifact["contract"]
