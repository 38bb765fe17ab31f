"""The golden values: unchanged, made by the one generator, and right by what does not use our code."""

import hashlib
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.model.canonical import decode, encode

ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "tests" / "vectors"


def read(name: str) -> Any:
    return json.loads((VECTORS / name).read_text("utf-8"))


def data(text: str) -> bytes:
    assert text.startswith("0x")
    return bytes.fromhex(text[2:])


def test_generator_gives_the_committed_files() -> None:
    spec = importlib.util.spec_from_file_location("make_vectors", ROOT / "scripts" / "make_vectors.py")
    assert spec
    assert spec.loader
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    for name, text in generator.build().items():
        assert (VECTORS / name).read_text("utf-8") == text, f"{name}: run scripts/make_vectors.py, review it"


def test_entry_ids() -> None:
    domain = hashlib.sha256(b"mulu/entry/1").digest()
    vectors = read("entry_id.json")
    rows = zip(vectors["provider"], vectors["local_code"], vectors["id"], strict=True)
    for provider, local_code, entry_id in rows:
        preimage = domain + provider.encode("ascii") + local_code.encode()
        assert data(entry_id) == hashlib.sha256(preimage).digest()


def test_organization_codes() -> None:
    values = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]  # GB 32100-2015, table
    vectors = read("organization_code.json")
    for code, valid in zip(vectors["code"], vectors["valid"], strict=True):
        expected = set(code) <= set(values)
        if expected:
            total = sum(values.index(c) * weight for c, weight in zip(code[:17], weights, strict=True))
            expected = values.index(code[17]) == (31 - total % 31) % 31
        assert len(code.encode("ascii")) == 18
        assert valid is expected, code


def test_canonical_values() -> None:
    for vector in read("canonical.json")["values"]:
        assert encode(vector["value"]) == data(vector["bytes"])
        assert decode(data(vector["bytes"])) == vector["value"]


@pytest.mark.parametrize("vector", read("canonical.json")["rejects"], ids=lambda vector: vector["damage"])
def test_canonical_rejects(vector: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        decode(data(vector["bytes"]))
