"""The dossier `mulu-dossier/1`: values and salts of one registration version, handed over off chain.

    {"format": "mulu-dossier/1", "origin": journal, 32 bytes,
     "fields": [{"name", "value", "salt", "withheld": true or false} …]}

Whoever has it can read every value and withhold any: it is never published. It is written before the application is
sent and names no registration: it belongs to the application that has its leaves, and `check_fields` finds out.
Losing it loses the withheld values; the chain has only their hashes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ledger.certificate.fields import SaltedField, application_fields
from ledger.errors import Contradicted, Malformed, NotFound
from ledger.files import write_private
from ledger.merkle.fields import sha256_root
from ledger.model import canonical
from ledger.model.certificate import FIELDS, parse_field, require_distinct
from ledger.model.ids import from_hex, to_hex

FORMAT: Final = "mulu-dossier/1"
DOSSIER_BYTES: Final = 4 << 20
"""A dossier is smaller; more is refused unread."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """All fields of one registration version, in order."""

    origin: bytes
    fields: tuple[SaltedField, ...]

    @property
    def application_fields(self) -> tuple[bytes, ...]:
        """What its application sends (`IRegistry.Application.fields`)."""
        return application_fields(self.fields)

    @property
    def root(self) -> bytes:
        """SHA-256 root over its fields: the registration's `certificateRoot`."""
        return sha256_root(salted.field for salted in self.fields)

    def encode(self) -> bytes:
        """The dossier's bytes."""
        fields = [{**salted.field.to_json(), "withheld": salted.withheld} for salted in self.fields]
        return canonical.encode({"format": FORMAT, "origin": to_hex(self.origin), "fields": fields})


def parse_dossier(data: bytes) -> Dossier:
    """The dossier that bytes hold. Raises Malformed saying which member is wrong, and never quoting a value."""
    if len(data) > DOSSIER_BYTES:
        raise Malformed(f"dossier of {len(data)} bytes; at most {DOSSIER_BYTES}")
    raw = _decoded(data)
    if not isinstance(raw, dict) or raw.keys() != {"format", "origin", "fields"} or raw["format"] != FORMAT:
        raise Malformed(f"no dossier: want exactly the members format ({FORMAT}), origin, fields")
    if not isinstance(raw["origin"], str) or not isinstance(raw["fields"], list):
        raise Malformed("dossier.origin is no string, or dossier.fields no list")
    if not 0 < len(raw["fields"]) <= FIELDS:
        raise Malformed(f"dossier.fields: {len(raw['fields'])} fields, want 1 to {FIELDS}")
    fields = tuple(_field(field, f"dossier.fields[{at}]") for at, field in enumerate(raw["fields"]))
    require_distinct([salted.field.name for salted in fields], "dossier.fields")
    return Dossier(from_hex(raw["origin"], 32, "dossier.origin"), fields)


def check_fields(dossier: Dossier, sent: Sequence[bytes]) -> None:
    """Checks that a dossier is that of an application: field by field, what the application's event holds.

    Raises Contradicted naming the first field that differs, never its value.
    """
    own = dossier.application_fields
    if len(sent) != len(own):
        raise Contradicted("content", f"the dossier has {len(own)} fields, the application {len(sent)}")
    for at, (mine, theirs) in enumerate(zip(own, sent, strict=True)):
        if mine != theirs:
            raise Contradicted(
                "content",
                f"field {at} of the dossier, {dossier.fields[at].field.name}, is not what was applied with: its value, "
                "its salt, or whether it is withheld",
            )


def check_root(dossier: Dossier, root: bytes, field_count: int) -> None:
    """Checks that a dossier has the root, 32 bytes, and number of fields on chain. Raises Contradicted."""
    if (dossier.root, len(dossier.fields)) != (root, field_count):
        raise Contradicted(
            "content",
            f"the dossier has {len(dossier.fields)} fields and root {to_hex(dossier.root)}, the registration "
            f"{field_count} and {to_hex(root)}: it belongs to another application or version",
        )


def read_dossier(path: Path) -> Dossier:
    """The dossier in a file. Raises NotFound, Malformed."""
    try:
        with path.open("rb") as file:
            data = file.read(DOSSIER_BYTES + 1)
    except FileNotFoundError:
        raise NotFound(f"there is no dossier at {path}") from None
    except OSError as error:
        raise Malformed(f"{path} cannot be read: {error.strerror}") from error
    return parse_dossier(data)


def write_dossier(path: Path, dossier: Dossier) -> None:
    """Writes a dossier for its owner's eyes alone. Durable on return.

    Raises Rejected when the file exists: the salts in it may be the only copy of those of an application.
    """
    write_private(path, dossier.encode())


def _decoded(data: bytes) -> Any:
    try:
        return canonical.decode(data)
    except Malformed:
        # The decoder quotes the text it stumbles over, and a withheld value must reach no log.
        raise Malformed("no dossier: the file is not canonical JSON") from None


def _field(raw: Any, what: str) -> SaltedField:
    if not isinstance(raw, dict) or raw.keys() != {"name", "value", "salt", "withheld"}:
        raise Malformed(f"{what}: want exactly name, value, salt, withheld")
    withheld = raw["withheld"]
    if type(withheld) is not bool:
        raise Malformed(f"{what}.withheld is neither true nor false")
    try:
        return SaltedField(parse_field({key: raw[key] for key in ("name", "value", "salt")}, what), withheld)
    except Malformed:
        raise Malformed(f"{what}: name, value or salt is malformed") from None
