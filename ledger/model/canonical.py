"""Canonical JSON: RFC 8785 restricted to what the ledger writes.

Strings are NFC and hold no control character but LF; numbers are integers within ±(2^53−1); object names are
unique and sorted by UTF-16 code units (RFC 8785 §3.2.3). Readers reject what is not canonical and never normalize.
"""

import json
import re
import unicodedata
from itertools import accumulate
from typing import Any

from ledger.errors import Malformed

_LARGEST = 2**53 - 1
_DEEPEST = 32
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_REFUSED = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")


def encode(value: Any) -> bytes:
    """The canonical bytes of a value.

    Raises ValueError for what canonical JSON cannot hold: floats, large integers, strings that are not NFC.
    """
    _check(value, 0)
    return _write(value).encode("utf-8")


def decode(data: bytes) -> Any:
    """The value of canonical bytes.

    Raises Malformed when the bytes are not exactly what `encode` gives for their value.
    """
    try:
        check_depth(data)
        value = json.loads(data.decode("utf-8"), parse_float=_no_float, parse_constant=_no_float)
        canonical = encode(value)
    except (ValueError, Malformed) as error:
        raise Malformed(f"not canonical JSON: {error}") from error
    if canonical != data:
        at = next((i for i, (a, b) in enumerate(zip(canonical, data, strict=False)) if a != b), len(canonical))
        raise Malformed(f"not canonical JSON: differs from its canonical form at byte {at}")
    return value


def decode_any(data: bytes) -> Any:
    """The value of JSON in UTF-8 that need not be canonical. Raises Malformed when it is none, or nests too deep."""
    try:
        check_depth(data)
        return json.loads(data.decode("utf-8"))
    except ValueError as error:
        raise Malformed(f"not JSON: {error}") from error


def check_depth(data: bytes) -> None:
    """Raises Malformed for JSON that nests so deep that a parser might overflow the stack, whatever its form.

    Python's own limit does not protect: libraries for signing raise it beyond what the stack holds, and 60 kB of
    brackets from anyone with a role would end the process.
    """
    if data.count(b"[") + data.count(b"{") > _DEEPEST:
        brackets = _STRING.sub(b"", data).translate(None, _NO_BRACKETS)
        if max(accumulate(1 if byte in b"[{" else -1 for byte in brackets), default=0) > _DEEPEST:
            raise Malformed(f"nested deeper than {_DEEPEST}")


def _no_float(text: str) -> Any:
    raise ValueError(f"number {text[:40]} is not an integer")


def _check(value: Any, depth: int) -> None:
    if value is None or isinstance(value, bool):
        return
    if depth == _DEEPEST and isinstance(value, list | tuple | dict):
        raise ValueError(f"nested deeper than {_DEEPEST}")
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise ValueError(f"integer {value} is outside ±(2^53−1)")
    elif isinstance(value, str):
        _check_string(value)
    elif isinstance(value, list | tuple):
        for element in value:
            _check(element, depth + 1)
    elif isinstance(value, dict):
        for name, element in value.items():
            if not isinstance(name, str):
                raise ValueError(f"object name {name!r} is not a string")
            _check_string(name)
            _check(element, depth + 1)
    else:
        raise ValueError(f"{type(value).__name__} is no canonical JSON type")


def _check_string(text: str) -> None:
    if not unicodedata.is_normalized("NFC", text):
        raise ValueError(f"string {text[:40]!r} is not NFC")
    if odd := _REFUSED.search(text):
        raise ValueError(f"string {text[:40]!r} holds U+{ord(odd[0]):04X}, a control character or lone surrogate")


def _write(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{_write(value[name])}" for name in names) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_write, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
