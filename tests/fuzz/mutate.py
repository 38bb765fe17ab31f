"""Damages inputs: bytes at random, and values of JSON documents that stay JSON. All from one seeded generator."""

import json
import random
from collections.abc import Sequence
from typing import Any

from ledger.model import canonical

_ODD_BYTES = (
    b"\x00",
    b"\xff",
    b"\x80",
    b"\x7f",
    b"[" * 40,
    b'"',
    b"\\u0000",
    b"1e9",
    b"-",
    b"\xc0",
    b"\xf8\xff",
    b"\xb8",
)
_ODD_VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 2**31, 2**53 - 1, "", "0x", "0x0", "0x" + "00" * 32, "\u00e9", "entry", "act", "absence"),
    *([], {}, [[]], [0] * 300, {"": None}, "0x" + "ff" * 65, "0x" + "c0" * 4_000),
)


def damaged(dice: random.Random, samples: Sequence[bytes], is_json: bool) -> bytes:
    """One of the samples, damaged one to four times."""
    data = dice.choice(samples)
    if is_json and dice.random() < 0.5:
        value = json.loads(data)
        for _ in range(dice.randint(1, 3)):
            value = _other_value(dice, value)
        try:
            return canonical.encode(value)
        except ValueError:
            return json.dumps(value).encode()
    for _ in range(dice.randint(1, 4)):
        data = _other_bytes(dice, data, samples)
    return data


def _other_bytes(dice: random.Random, data: bytes, samples: Sequence[bytes]) -> bytes:
    start = dice.randrange(len(data) + 1)
    end = min(len(data), start + dice.choice((1, 1, 1, 2, 8, 32, 200)))
    match dice.randrange(6):
        case 0:
            changed = bytes(byte ^ (1 << dice.randrange(8)) for byte in data[start : start + 1])
            return data[:start] + changed + data[start + 1 :]
        case 1:
            return data[:start] + dice.randbytes(end - start) + data[end:]
        case 2:
            return data[:start] + data[end:]
        case 3:
            return data[:end] + data[start:end] + data[end:]
        case 4:
            return data[:start] + dice.choice(_ODD_BYTES) + data[end:]
        case _:
            other = dice.choice(samples)
            return data[:start] + other[dice.randrange(len(other)) :][: dice.choice((8, 64, 2_000))] + data[end:]


def _other_value(dice: random.Random, value: Any) -> Any:
    """The value with something in it exchanged, added, doubled or taken away."""
    if isinstance(value, dict) and value and dice.random() < 0.9:
        name = dice.choice(list(value))
        match dice.randrange(8):
            case 0:
                return {key: kept for key, kept in value.items() if key != name}
            case 1:
                return {**value, dice.choice(("", "x", "format", "bundle", "children")): dice.choice(_ODD_VALUES)}
        return {**value, name: _other_value(dice, value[name])}
    if isinstance(value, list) and value and dice.random() < 0.9:
        at = dice.randrange(len(value))
        match dice.randrange(5):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return [*value, value[at]]
            case 2:
                return dice.sample(value, len(value))
        return [*value[:at], _other_value(dice, value[at]), *value[at + 1 :]]
    if isinstance(value, int) and not isinstance(value, bool) and dice.random() < 0.7:
        return value + dice.choice((-1, 1, 2**32, -value))
    if isinstance(value, str) and value and dice.random() < 0.7:
        at = dice.randrange(len(value))
        return value[:at] + dice.choice("0123456789abcdefxXg \u4e59") + value[at + dice.choice((0, 1, 1, 1, 3)) :]
    return dice.choice(_ODD_VALUES)
