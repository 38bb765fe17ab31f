"""What an application for registration publishes: its content, and its public fields as leaves.

The content, `{"format": "mulu-registration/1", "values": {name: value}}`, is what notices and searches show; the fields
are what the certificate is made of. The contract takes both and compares nothing, so every reader that shows the one
asks here whether it agrees with the other: else a notice could say what the certificate does not.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from ledger.errors import Malformed
from ledger.model import canonical
from ledger.model.certificate import FIELDS, Field, parse_field, require_distinct

CONTENT_FORMAT: Final = "mulu-registration/1"
_HASH_BYTES: Final = 32


def content_of(values: Mapping[str, str]) -> bytes:
    """The content that publishes these values."""
    return canonical.encode({"format": CONTENT_FORMAT, "values": dict(values)})


def parse_content(content: bytes) -> dict[str, str]:
    """The values that a content publishes. Raises Malformed."""
    raw = canonical.decode(content)
    if not isinstance(raw, dict) or raw.keys() != {"format", "values"} or raw["format"] != CONTENT_FORMAT:
        raise Malformed(f"no content of a registration: want exactly format ({CONTENT_FORMAT}) and values")
    values = raw["values"]
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise Malformed("values of the content: want an object of strings")
    return values


def parse_fields(fields: Sequence[bytes]) -> tuple[Field | bytes, ...]:
    """The fields of an application: what is public, and the leaf hash, 32 bytes, of what is withheld.

    Raises Malformed for a leaf that is not the canonical JSON of `[name, value, salt]`, or a name that stands twice.
    """
    if len(fields) > FIELDS:
        raise Malformed(f"{len(fields)} fields, at most {FIELDS}")
    read = tuple(_field(field, f"fields[{at}]") for at, field in enumerate(fields))
    require_distinct([field.name for field in read if isinstance(field, Field)], "fields")
    return read


def require_agreement(content: bytes, fields: Sequence[bytes]) -> None:
    """Checks that an application's content publishes the values of its public fields, no more and no less.

    Raises Malformed naming what differs, or what is malformed in either.
    """
    said = parse_content(content)
    public = {field.name: field.value for field in parse_fields(fields) if isinstance(field, Field)}
    differing = sorted(name for name in said.keys() | public.keys() if said.get(name) != public.get(name))
    if differing:
        raise Malformed(f"content and fields of the application differ in {', '.join(differing)[:200]}")


def _field(data: bytes, what: str) -> Field | bytes:
    if len(data) == _HASH_BYTES:
        return data
    raw = canonical.decode(data)
    if not isinstance(raw, list) or len(raw) != 3:
        raise Malformed(f"{what}: want name, value, salt")
    return parse_field(dict(zip(("name", "value", "salt"), raw, strict=True)), what)
