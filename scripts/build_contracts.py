#!/usr/bin/env python3
"""Compiles contracts/ into ledger/chain/artifacts/, one file per contract.

The artifacts are committed, so that nobody needs a compiler to use mulu; `--check` recompiles and
compares. The compiler settings are read from foundry.toml: forge and this script build one thing.
What depends on the order of compilation (AST ids) is replaced by names, so equal sources give equal files.
"""

import argparse
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import solcx

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
ARTIFACTS = ROOT / "ledger" / "chain" / "artifacts"
# Interfaces that nothing implements but whose ABI is needed: proposals are encoded by it.
ABI_ONLY = ("interfaces/IRootActs.sol",)
# Only named types carry an AST id behind the bracket; the number behind an array's is its length.
_AST_ID = re.compile(r"(t_(?:struct|enum|contract|userDefinedValueType)\([^()]*\))\d+")


def compiler_settings() -> dict[str, Any]:
    """The settings of foundry.toml's default profile in solc's standard JSON form."""
    profile = tomllib.loads((ROOT / "foundry.toml").read_text("utf-8"))["profile"]["default"]
    return {
        "evmVersion": profile["evm_version"],
        "metadata": {"appendCBOR": profile["cbor_metadata"], "bytecodeHash": profile["bytecode_hash"]},
        "optimizer": {"enabled": profile["optimizer"], "runs": profile["optimizer_runs"]},
    }


def build() -> dict[str, str]:
    """Compile everything and return the text of each artifact by file name."""
    sources = sorted(CONTRACTS.rglob("*.sol"))
    settings = compiler_settings()
    outputs = ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"]
    outputs += ["evm.deployedBytecode.immutableReferences", "storageLayout", "metadata"]
    compiled = solcx.compile_standard(
        {
            "language": "Solidity",
            "sources": {_unit(path): {"content": path.read_text("utf-8")} for path in sources},
            "settings": {**settings, "outputSelection": {"*": {"*": outputs, "": ["ast"]}}},
        },
        base_path=ROOT,
        solc_binary=ROOT / "scripts" / "solc",
    )
    variables = {
        node["id"]: node["name"]
        for unit in compiled["sources"].values()
        for node in _nodes(unit["ast"])
        if node["nodeType"] == "VariableDeclaration"
    }
    deployed = [path for path in sorted(CONTRACTS.glob("*.sol")) if _is_deployed(compiled, path)]
    wanted = [*deployed, *(CONTRACTS / name for name in ABI_ONLY)]
    return {
        f"{path.stem}.json": _artifact(path.stem, compiled["contracts"][_unit(path)][path.stem], settings, variables)
        for path in wanted
    }


def _is_deployed(compiled: dict[str, Any], path: Path) -> bool:
    """Whether a file's contract can be deployed; an abstract one is part of others."""
    return bool(compiled["contracts"][_unit(path)][path.stem]["evm"]["bytecode"]["object"])


def _artifact(name: str, output: dict[str, Any], settings: dict[str, Any], variables: dict[int, str]) -> str:
    evm = output["evm"]
    deployed = evm["deployedBytecode"]
    bytecode, deployed_bytecode = evm["bytecode"]["object"], deployed["object"]
    if "__$" in bytecode:
        raise SystemExit(f"{name}: calls a linked library; libraries of mulu are internal")
    artifact = {
        "contract": name,
        "compiler": json.loads(output["metadata"])["compiler"]["version"] if output["metadata"] else None,
        "settings": settings,
        "abi": output["abi"],
        "bytecode": f"0x{bytecode}",
        "deployed_bytecode": f"0x{deployed_bytecode}",
        "immutable_references": {
            variables[int(ast_id)]: places for ast_id, places in deployed.get("immutableReferences", {}).items()
        },
        "storage_layout": _layout(name, output["storageLayout"]),
    }
    return json.dumps(artifact, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _layout(name: str, layout: dict[str, Any]) -> dict[str, Any]:
    """The slots and the types they need, with AST ids dropped. Slot and offset count as solc counts."""
    types: dict[str, Any] = {}
    for key, described in (layout["types"] or {}).items():
        plain = {
            field: _plain(value)
            for field, value in described.items()
            if field in ("base", "encoding", "key", "label", "members", "numberOfBytes", "value")
        }
        if types.setdefault(_AST_ID.sub(r"\1", key), plain) != plain:
            raise SystemExit(f"{name}: two types are called {key}; give one of them another name")
    return {"storage": _plain(layout["storage"]), "types": types}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [{field: _plain(one[field]) for field in ("label", "offset", "slot", "type")} for one in value]
    return _AST_ID.sub(r"\1", value) if isinstance(value, str) else value


def _unit(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _nodes(tree: Any) -> list[dict[str, Any]]:
    """All nodes of an AST, in no particular order."""
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += node.values()
            if "nodeType" in node and "id" in node:
                found.append(node)
    return found


def differences(built: dict[str, str], directory: Path = ARTIFACTS) -> list[str]:
    """What is missing, superfluous or different in `directory`, one sentence each."""
    kept = {path.name: path.read_text("utf-8") for path in directory.glob("*.json")}
    found = [f"{name}: not built yet" for name in sorted(built.keys() - kept.keys())]
    found += [f"{name}: no contract of that name" for name in sorted(kept.keys() - built.keys())]
    for name in sorted(built.keys() & kept.keys()):
        if built[name] != kept[name]:
            new, old = json.loads(built[name]), json.loads(kept[name])
            parts = sorted(key for key in new.keys() | old.keys() if new.get(key) != old.get(key))
            found.append(f"{name}: differs in {', '.join(parts) or 'layout of the text'}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Compile contracts/ into ledger/chain/artifacts/.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if anything differs")
    check = parser.parse_args().check
    built = build()
    found = differences(built)
    for line in found:
        print(f"artifacts: {line}", file=sys.stderr if check else sys.stdout)
    if check:
        if found:
            print("Run scripts/build_contracts.py and commit the result.", file=sys.stderr)
        return 1 if found else 0
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    for path in ARTIFACTS.glob("*.json"):
        if path.name not in built:
            path.unlink()
    for name, text in built.items():
        (ARTIFACTS / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
