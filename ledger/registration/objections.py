"""Objections as calls: raising them, and deciding them."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ledger.chain import abi
from ledger.errors import Malformed
from ledger.model import canonical
from ledger.model.ids import EntryId, from_hex, to_hex
from ledger.registration.registry import number_bytes

FORMAT: Final = "mulu-objector/1"
_DOMAIN: Final = b"mulu/objector/1\0"
_SALT_BYTES: Final = 32
DECISIONS: Final = ("accept", "reject", "uphold", "dismiss", "settle")


@dataclass(frozen=True, slots=True)
class Objector:
    """A person who objects: real name and what identifies them, and the salt. Stays off chain, for good."""

    identity: str
    salt: bytes

    @property
    def commitment(self) -> bytes:
        """What stands on chain for the person: SHA-256 over the salt, 32 random bytes, and the identity."""
        return hashlib.sha256(_DOMAIN + self.salt + self.identity.encode("utf-8")).digest()

    def encode(self) -> bytes:
        """The file that the registrar keeps."""
        raw = {"format": FORMAT, "identity": self.identity, "salt": to_hex(self.salt)}
        return canonical.encode(raw | {"commitment": to_hex(self.commitment)})


def new_objector(identity: str) -> Objector:
    """A person with a fresh salt. Raises Malformed for an empty identity."""
    stripped = identity.strip()
    if not stripped:
        raise Malformed("the objector's identity is empty")
    return Objector(stripped, secrets.token_bytes(_SALT_BYTES))


def parse_objector(data: bytes) -> Objector:
    """The person in a file. Raises Malformed, and never quotes the file."""
    try:
        raw: Any = canonical.decode(data)
        objector = Objector(raw["identity"], from_hex(raw["salt"], _SALT_BYTES, "salt"))
        if raw["format"] != FORMAT or raw["commitment"] != to_hex(objector.commitment):
            raise ValueError
    except (Malformed, KeyError, TypeError, ValueError, AttributeError):
        raise Malformed(f"no objector's file of format {FORMAT}, or a changed one") from None
    return objector


def raise_call(
    *,
    number: str | None,
    entry: EntryId | None,
    version: int,
    commitment: bytes,
    evidence: bytes,
    ground: bytes,
) -> bytes:
    """Call data that raises one objection, against a registration or an entry. Digests have 32 bytes."""
    raised = {
        "number": number_bytes(number) if number else bytes(16),
        "entry": entry or bytes(32),
        "version": version,
        "commitment": commitment,
        "evidence": evidence,
        "ground": ground,
    }
    return abi.encode_call("Objections", "raise", [raised])


def decide_call(function: str, objections: Sequence[int], reason: bytes) -> bytes:
    """Call data of one kind of decision on objections."""
    if function not in DECISIONS:
        raise ValueError(f"{function} is no decision")
    return abi.encode_call("Objections", function, [{"objection": one, "reason": reason} for one in objections])
