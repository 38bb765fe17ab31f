"""The registration certificate (登记凭证) `mulu-certificate/1`: salted fields, each of them one leaf.

    {"format": "mulu-certificate/1",
     "registration": number, "version": n, "origin": journal, 32 bytes,
     "fields": [{"name", "value", "salt": 16 bytes} or {"sha256": 32 bytes, "sm3": 32 bytes} …],
     "roots": {"sha256": 32 bytes, "sm3": 32 bytes},
     "bundle": {…} or absent}

A leaf is the canonical JSON of `[name, value, salt]`; the salt keeps a withheld value from being guessed. A withheld
field gives the two hashes of its leaf, not even its name. Order and number of the fields are the certificate's: the
tree over them has one shape, so an inner node cannot pass for a field.

It carries only what is known before issuing. `registration`, `version` and `origin` say which statement it makes and
are no fields; issue time, validity, status and number of the act come from the proof alone.

Canonical JSON (RFC 8785), bytes as lower-case `0x` hex, no other members.
"""

from dataclasses import dataclass, replace
from dataclasses import field as member
from typing import Any, Final

from ledger.errors import Malformed
from ledger.model import canonical
from ledger.model.ids import from_hex, to_hex
from ledger.model.registration_number import require_number

FORMAT: Final = "mulu-certificate/1"
CERTIFICATE_BYTES: Final = 2 << 20
"""A certificate, bundle included, is smaller; more is refused unread."""
SALT_BYTES: Final = 16
FIELDS: Final = 128
"""Most fields of a certificate."""
VALUE_BYTES: Final = 16_384
"""Longest value in UTF-8."""
_NAME_CHARACTERS: Final = 64


@dataclass(frozen=True, slots=True)
class Field:
    """A field that is shown. In a dossier it is one that may be withheld, so value and salt stay out of its `repr`."""

    name: str
    value: str = member(repr=False)
    salt: bytes = member(repr=False)
    """16 random bytes, fresh for every field and version."""

    def __post_init__(self) -> None:
        if len(self.salt) != SALT_BYTES:
            raise ValueError(f"salt of {self.name} has {len(self.salt)} bytes, want {SALT_BYTES}")

    @property
    def leaf(self) -> bytes:
        """The leaf's data: canonical JSON of `[name, value, salt]`. Its hash is `leaf_hash` of this."""
        return canonical.encode([self.name, self.value, to_hex(self.salt)])

    def to_json(self) -> dict[str, str]:
        """The field in the document."""
        return {"name": self.name, "value": self.value, "salt": to_hex(self.salt)}


@dataclass(frozen=True, slots=True)
class WithheldField:
    """A field that is withheld: the hashes of its leaf, 32 bytes each."""

    sha256: bytes
    sm3: bytes

    def to_json(self) -> dict[str, str]:
        """The field in the document."""
        return {"sha256": to_hex(self.sha256), "sm3": to_hex(self.sm3)}


@dataclass(frozen=True, slots=True)
class Roots:
    """Roots of the tree over the fields, 32 bytes each. Only `sha256` is proven on chain."""

    sha256: bytes
    sm3: bytes


@dataclass(frozen=True, slots=True)
class Certificate:
    """A parsed certificate. Nothing in it is checked yet but its form."""

    registration: str
    version: int
    origin: bytes
    fields: tuple[Field | WithheldField, ...]
    roots: Roots
    bundle: dict[str, Any] | None = None

    @property
    def shown(self) -> dict[str, str]:
        """Name → value of the fields that are shown, in order."""
        return {field.name: field.value for field in self.fields if isinstance(field, Field)}

    @property
    def withheld(self) -> int:
        """How many fields are withheld."""
        return sum(isinstance(field, WithheldField) for field in self.fields)

    def with_bundle(self, bundle: dict[str, Any] | None) -> "Certificate":
        """The same certificate with another bundle, or none."""
        return replace(self, bundle=bundle)

    def encode(self) -> bytes:
        """The document's bytes."""
        document: dict[str, Any] = {
            "format": FORMAT,
            "registration": self.registration,
            "version": self.version,
            "origin": to_hex(self.origin),
            "fields": [field.to_json() for field in self.fields],
            "roots": {"sha256": to_hex(self.roots.sha256), "sm3": to_hex(self.roots.sm3)},
        }
        if self.bundle is not None:
            document["bundle"] = self.bundle
        return canonical.encode(document)


def parse_certificate(data: bytes) -> Certificate:
    """The certificate that bytes hold. Raises Malformed saying which member is wrong."""
    if len(data) > CERTIFICATE_BYTES:
        raise Malformed(f"certificate of {len(data)} bytes; at most {CERTIFICATE_BYTES}")
    raw = canonical.decode(data)
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        stated = raw.get("format") if isinstance(raw, dict) else None
        raise Malformed(f"no certificate: format is {str(stated)[:40]!r}, want {FORMAT!r}")
    bundle = None
    if "bundle" in raw:
        bundle = raw.pop("bundle")
        if not isinstance(bundle, dict):
            raise Malformed("certificate.bundle is no object")
    members = _members(
        raw, "certificate", format=str, registration=str, version=int, origin=str, fields=list, roots=dict
    )
    require_number(members["registration"], "certificate.registration")
    roots = _members(members["roots"], "certificate.roots", sha256=str, sm3=str)
    return Certificate(
        registration=members["registration"],
        version=_version(members["version"]),
        origin=from_hex(members["origin"], 32, "certificate.origin"),
        fields=_fields(members["fields"]),
        roots=Roots(
            sha256=from_hex(roots["sha256"], 32, "certificate.roots.sha256"),
            sm3=from_hex(roots["sm3"], 32, "certificate.roots.sm3"),
        ),
        bundle=bundle,
    )


def parse_field(raw: Any, what: str) -> Field:
    """A shown field of a document. Raises Malformed naming `what`."""
    field = _members(raw, what, name=str, value=str, salt=str)
    if not 0 < len(field["name"]) <= _NAME_CHARACTERS or not field["name"].isprintable():
        raise Malformed(f"{what}.name: want 1 to {_NAME_CHARACTERS} printable characters")
    if len(field["value"].encode("utf-8")) > VALUE_BYTES:
        raise Malformed(f"{what}.value is longer than {VALUE_BYTES} bytes")
    return Field(field["name"], field["value"], from_hex(field["salt"], SALT_BYTES, f"{what}.salt"))


def require_distinct(names: list[str], what: str) -> None:
    """Raises Malformed when a name stands twice: a reader could not know which value holds."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Malformed(f"{what}: {', '.join(twice)} twice")


def _fields(raw: list[Any]) -> tuple[Field | WithheldField, ...]:
    if not 0 < len(raw) <= FIELDS:
        raise Malformed(f"certificate.fields: {len(raw)} fields, want 1 to {FIELDS}")
    fields = tuple(_field(field, f"certificate.fields[{at}]") for at, field in enumerate(raw))
    require_distinct([field.name for field in fields if isinstance(field, Field)], "certificate.fields")
    return fields


def _field(raw: Any, what: str) -> Field | WithheldField:
    if isinstance(raw, dict) and raw.keys() == {"sha256", "sm3"}:
        hashes = _members(raw, what, sha256=str, sm3=str)
        return WithheldField(
            sha256=from_hex(hashes["sha256"], 32, f"{what}.sha256"), sm3=from_hex(hashes["sm3"], 32, f"{what}.sm3")
        )
    if not isinstance(raw, dict) or raw.keys() != {"name", "value", "salt"}:
        raise Malformed(f"{what}: want name, value and salt, or sha256 and sm3 of a withheld field")
    return parse_field(raw, what)


def _version(value: int) -> int:
    if not 0 < value < 1 << 32:
        raise Malformed(f"certificate.version is {value}, want 1 to {(1 << 32) - 1}")
    return value


def _members(raw: Any, what: str, **kinds: type) -> dict[str, Any]:
    if not isinstance(raw, dict) or raw.keys() != kinds.keys():
        odd = sorted(raw.keys() ^ kinds.keys()) if isinstance(raw, dict) else list(kinds)
        raise Malformed(f"{what}: missing or unknown members: {', '.join(odd)[:200]}")
    for name, kind in kinds.items():
        if type(raw[name]) is not kind:
            raise Malformed(f"{what}.{name} is no {kind.__name__}")
    return raw
