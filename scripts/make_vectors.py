#!/usr/bin/env python3
"""Writes tests/vectors/*.json, the golden values that Solidity and Python share.

The vectors are committed; `--check` computes them again and compares. Hex has `0x`. What
Solidity reads is columns, equally long flat arrays, which vm.parseJson takes by name.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ledger.merkle.hashing import leaf_hash, root_of
from ledger.model import canonical
from ledger.model.ids import entry_id, to_hex
from ledger.model.organization_code import ALPHABET, check_character, is_valid, sample_code

VECTORS = Path(__file__).resolve().parent.parent / "tests" / "vectors"
LEAVES = 70
"""Past 64, so that the tree gains a level near the end."""


def build() -> dict[str, str]:
    """The text of each file by name."""
    vectors = {
        "canonical.json": canonical_json(),
        "entry_id.json": entry_ids(),
        "merkle.json": merkle(),
        "organization_code.json": organization_codes(),
    }
    return {name: json.dumps(vector, ensure_ascii=False, indent=1) + "\n" for name, vector in vectors.items()}


def merkle() -> dict[str, list[str]]:
    """`leaves`: data of growing length; `leaf_hashes`; `roots` by size, from 0 to all leaves."""
    leaves = [bytes((number + at) % 256 for at in range(1 + 7 * number)) for number in range(LEAVES)]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    return {
        "leaves": [to_hex(leaf) for leaf in leaves],
        "leaf_hashes": [to_hex(hash_) for hash_ in hashes],
        "roots": [to_hex(root_of(hashes[:size])) for size in range(LEAVES + 1)],
    }


def entry_ids() -> dict[str, list[str]]:
    """Columns `provider`, `local_code`, `id`.

    Local codes of one byte, of all 128, in Chinese, beyond the basic plane, and with what JSON escapes.
    """
    local_codes = ["1", "0001", "目录-2024-001", "𠮷野家", 'a"b\\c', " ", "x" * 128, "目" * 42 + "xy"]
    rows = [(provider, code) for provider in (sample_code(0), sample_code(999_999)) for code in local_codes]
    return {
        "provider": [provider for provider, _ in rows],
        "local_code": [local_code for _, local_code in rows],
        "id": [to_hex(entry_id(provider, local_code)) for provider, local_code in rows],
    }


def organization_codes() -> dict[str, list[Any]]:
    """Columns `code`, `valid`: valid codes with every check character, and one of each kind of damage.

    All are 18 ASCII characters, as a `bytes18` is; other lengths cannot reach the contracts.
    """
    example = "91350100M000100Y43"  # GB 32100-2015
    bodies = {check_character(body := f"11119900MAX{number:06d}"): body for number in range(200)}
    codes = [example, *(bodies[character] + character for character in ALPHABET)]
    codes += [example[:17] + character for character in "0245"]
    codes += [example[:at] + "8" + example[at + 1 :] for at in range(17)]
    codes += [example[:at] + example[at + 1] + example[at] + example[at + 2 :] for at in (0, 1, 2, 7, 15, 16)]
    codes += [example[:17] + character for character in "IOSVZ"]
    codes += [example[:8] + character + example[9:] for character in "IOSVZ"]
    codes += [example.lower(), "m" + example[1:], " " * 18, "\x00" * 18, "~" * 18]
    codes += [example[:17] + character for character in "/:@[`{"]  # the neighbours of digits and letters in ASCII
    codes += ["0" * 18]
    return {"code": codes, "valid": [is_valid(code) for code in codes]}


def canonical_json() -> dict[str, list[dict[str, Any]]]:
    """`values` with their canonical `bytes`, and `rejects`: bytes that are not canonical, named for the damage."""
    values: list[Any] = [
        None,
        True,
        0,
        2**53 - 1,
        -(2**53 - 1),
        "",
        "目录条目",
        "𠮷 😀 \u2028 \ufeff",
        '"\\/\n',
        [],
        {},
        [[], {}, [None, False, "1", 1]],
        {"10": 1, "2": 2, "": 3, "a": 4, "A": 5, "é": 6, "目": 7, "\ufb00": 8, "😀": 9},
        {"title": "公共数据目录", "items": [{"name": "名称", "level": 1}], "format": "mulu-entry/1"},
    ]
    rejects = {
        "duplicate_name": b'{"a":1,"a":1}',
        "wrong_order": b'{"b":1,"a":2}',
        "order_by_code_points": '{"\ufb00":1,"😀":2}'.encode(),
        "float": b"1.0",
        "exponent": b"1e2",
        "nan": b"NaN",
        "minus_zero": b"-0",
        "leading_zero": b"01",
        "integer_too_large": b"9007199254740992",
        "integer_too_small": b"-9007199254740992",
        "not_nfc": '"e\u0301"'.encode(),
        "tab": b'"\\t"',
        "control_character": b'"\\u0001"',
        "delete": b'"\x7f"',
        "needless_escape": b'"\\u0041"',
        "escaped_slash": b'"\\/"',
        "line_feed_as_hex_escape": b'"\\u000a"',
        "escaped_surrogate_pair": b'"\\ud83d\\ude00"',
        "lone_surrogate": b'"\\ud800"',
        "raw_lone_surrogate": b'"\xed\xa0\x80"',
        "overlong_utf8": b'"\xc0\xaf"',
        "bom": b"\xef\xbb\xbf1",
        "leading_space": b" 1",
        "trailing_line_feed": b"1\n",
        "space_after_colon": b'{"a": 1}',
        "two_values": b"1 2",
        "nothing": b"",
        "too_deep": b"[" * 33 + b"]" * 33,
    }
    return {
        "values": [{"value": value, "bytes": to_hex(canonical.encode(value))} for value in values],
        "rejects": [{"damage": damage, "bytes": to_hex(data)} for damage, data in rejects.items()],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes the golden values that Solidity and Python share.")
    parser.add_argument("--check", action="store_true", help="compare with what is committed, write nothing")
    check = parser.parse_args().check
    stale = []
    for name, text in build().items():
        path = VECTORS / name
        if check and (not path.exists() or path.read_text("utf-8") != text):
            stale.append(name)
        elif not check:
            VECTORS.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    for name in stale:
        print(f"tests/vectors/{name} differs: run scripts/make_vectors.py and review the change", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
