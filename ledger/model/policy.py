"""Policy parameters: names, values, the document that sets them. Limits are read from the chain, never from here."""

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from ledger.errors import Malformed, NotFound

_NAME_BYTES = 32
_LARGEST = 2**128 - 1


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that a profile proposes."""

    name: str
    """ASCII, at most 32 characters, unit last: `notice_workdays`."""
    value: int
    source: str
    """The document and its section that set it, as text."""

    def __post_init__(self) -> None:
        if not (self.name.isascii() and self.name.replace("_", "").isalnum() and len(self.name) <= _NAME_BYTES):
            raise Malformed(f"parameter {self.name!r}: want up to 32 ASCII letters, digits and underscores")
        if not 0 <= self.value <= _LARGEST:
            raise Malformed(f"parameter {self.name}: {self.value} is outside 0 to 2^128−1")
        if not self.source.strip():
            raise Malformed(f"parameter {self.name}: say which document sets it")

    @property
    def key(self) -> bytes:
        """The name as on chain, 32 bytes."""
        return self.name.encode("ascii").ljust(_NAME_BYTES, b"\0")


def parse_profile(raw: Any) -> list[Parameter]:
    """The parameters of a profile's JSON value. Raises Malformed."""
    if not isinstance(raw, dict) or raw.get("format") != "mulu-policy/1" or not isinstance(raw.get("parameters"), list):
        raise Malformed("policy profile: want an object with format 'mulu-policy/1' and a list of parameters")
    found = []
    for at, item in enumerate(raw["parameters"]):
        if not isinstance(item, dict) or not item.keys() >= {"name", "value", "source"}:
            raise Malformed(f"policy profile, parameter {at}: want name, value and source")
        if type(item["value"]) is not int or not isinstance(item["name"], str) or not isinstance(item["source"], str):
            raise Malformed(f"policy profile, parameter {at}: name and source are strings, value is an integer")
        found.append(Parameter(item["name"], item["value"], item["source"]))
    names = [parameter.name for parameter in found]
    if len(set(names)) != len(names):
        raise Malformed("policy profile: a name stands twice")
    return found


def shipped_profile(name: str) -> list[Parameter]:
    """A profile that comes with mulu. Raises NotFound."""
    folder = resources.files("ledger.model").joinpath("profiles")
    file = folder.joinpath(f"{name}.json")
    if not name.isidentifier() or not file.is_file():
        names = sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json"))
        raise NotFound(f"no policy profile {name!r}; shipped are: {', '.join(names)}")
    return parse_profile(json.loads(file.read_text("utf-8")))
