"""JSON: UTF-8, no name twice in an object; numbers become the text they are written as."""

import json
from decimal import Decimal
from typing import Any, NoReturn

from ledger.errors import Malformed
from ledger.model.canonical import check_depth
from ledger.model.message import Message
from ledger.publish.refusal import FileRefused, shown
from ledger.publish.source import Source, digest


def read(file: str, data: bytes) -> Source:
    """The document of a JSON file's bytes. Raises FileRefused with the place of the first error."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(
            file,
            "encoding_unknown",
            Message(f"is not UTF-8: byte {error.start:,}", f"不是 UTF-8：第 {error.start:,} 字节"),
        ) from error
    try:
        check_depth(data)
    except Malformed as error:
        raise FileRefused(file, "json_too_deep", Message("is nested too deeply", "嵌套过深")) from error
    try:
        document = json.loads(text, object_pairs_hook=_unique, parse_float=_number, parse_constant=_no_number)
    except ValueError as error:
        raise FileRefused(file, "json_malformed", Message(f"is no JSON: {error}", f"不是 JSON：{error}")) from error
    return Source(file, "json", digest(data), document=document)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{shown(twice)} is there twice in one object")
    return members


def _number(written: str) -> str:
    """The number without a trailing `.0`; never a float, which would change it."""
    value = Decimal(written)
    if abs(value.adjusted()) > 40:
        raise ValueError(f"number {shown(written)} is out of range")
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _no_number(written: str) -> NoReturn:
    raise ValueError(f"{written} is no number")
