"""Checkpoints of the journal: C2SP signed notes (https://c2sp.org/signed-note) with the text of tlog-checkpoint
(https://c2sp.org/tlog-checkpoint), signed with Ed25519 (RFC 8032).

    mulu/5c1f…            origin: `mulu/` and the journal's origin, hex; also the name of the log key
    1201                  size
    q0kX…=                root, base64

    — mulu/5c1f… Jd0p…=   name of the key, base64(key id, 4 bytes ‖ signature, 64 bytes)

Parsing is as strict as golang.org/x/mod/sumdb/note, and stricter where that lets two texts mean the same: numbers
and base64 have one form. A note that is no note is Malformed, a signature that does not fit is Contradicted, one that
is missing is Unavailable: a key that was exchanged must not make a good note look forged.
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from ledger.errors import Contradicted, Malformed, Unavailable
from ledger.merkle.hashing import HASH_BYTES

if TYPE_CHECKING:
    # Slow to import, and most commands neither sign nor verify.
    from Crypto.PublicKey.ECC import EccKey

SEED_BYTES = KEY_BYTES = 32
SIGNATURE_BYTES = 64
_ED25519 = b"\x01"
"""Signature type (signed-note, section Signature types)."""
_MOST_SIGNATURES = 100
"""As golang.org/x/mod/sumdb/note."""
LARGEST_NOTE = 1_000_000
"""Bytes; as golang.org/x/mod/sumdb/note refuses longer ones."""
_LARGEST_SIZE = 2**64 - 1
_NUMBER = re.compile(r"0|[1-9][0-9]{0,19}", re.ASCII)
_KEY_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)
_PRIVATE = "PRIVATE+KEY+"
_DASH = "— "


def origin_line(origin: bytes) -> str:
    """The first line of a journal's checkpoints, from the journal's own origin, 32 bytes."""
    if len(origin) != HASH_BYTES:
        raise ValueError(f"origin of {len(origin)} bytes: want {HASH_BYTES}")
    return f"mulu/{origin.hex()}"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a log key: its name, and 32 bytes."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """What a signature line names the key by: the first 4 bytes of SHA-256(name ‖ LF ‖ 0x01 ‖ key)."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """The vkey: `name+id+base64(0x01 ‖ key)`."""
        return f"{self.name}+{self.id.hex()}+{_encode(_ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key of a vkey. Raises Malformed saying what is wrong with it."""
        name, id_, key = _split_key(text, "vkey")
        made = cls(name, key)
        if made.id != id_:
            raise Malformed(f"vkey of {name!r}: its id is {id_.hex()}, name and key give {made.id.hex()}")
        return made

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Whether a signature, 64 bytes, is this key's over a message."""
        from Crypto.Signature import eddsa

        try:
            eddsa.new(eddsa.import_public_key(self.public), "rfc8032").verify(message, signature)
        except ValueError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class LogKey:
    """The log key: its name, and the 32 bytes that all follows from (RFC 8032 §5.1.5), which are never shown."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self._key().public_key().export_key(format="raw"))

    @classmethod
    def generate(cls, name: str, random: Callable[[int], bytes]) -> Self:
        """A new key. Args: random: gives so many bytes that nobody can guess."""
        return cls(_checked_name(name, "log key"), random(SEED_BYTES))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key of a key file: `PRIVATE+KEY+name+id+base64(0x01 ‖ seed)`. Raises Malformed, and never shows it."""
        if not text.startswith(_PRIVATE):
            raise Malformed(f"log key: want a line that begins with {_PRIVATE}")
        name, id_, seed = _split_key(text.removeprefix(_PRIVATE).removesuffix("\n"), "log key")
        made = cls(name, seed)
        if made.verifier.id != id_:
            raise Malformed(f"log key of {name!r}: its id is {id_.hex()}, the key gives {made.verifier.id.hex()}")
        return made

    def encode(self) -> str:
        """The text of the key file, in the form of golang.org/x/mod/sumdb/note."""
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{_encode(_ED25519 + self.seed)}\n"

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes; the same for the same message."""
        from Crypto.Signature import eddsa

        return eddsa.new(self._key(), "rfc8032").sign(message)

    def _key(self) -> "EccKey":
        from Crypto.Signature import eddsa

        return eddsa.import_private_key(self.seed)


@dataclass(frozen=True, slots=True)
class Signature:
    """A line of a note: name and id, 4 bytes, of the key, and what it made."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a line feed, and who signed it."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The note of its bytes; nothing is verified. Raises Malformed."""
        if len(data) > LARGEST_NOTE:
            raise Malformed(f"note of {len(data)} bytes: want at most {LARGEST_NOTE}")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed(f"note: byte {error.start} is not UTF-8") from None
        odd = next((at for at, character in enumerate(whole) if character < " " and character != "\n"), None)
        if odd is not None:
            raise Malformed(f"note: character {odd} is a control character")
        text, blank, block = whole.rpartition("\n\n")
        if not blank or not block.endswith("\n"):
            raise Malformed("note: want a text, an empty line and signature lines, each ended by a line feed")
        lines = block.removesuffix("\n").split("\n")
        if len(lines) > _MOST_SIGNATURES:
            raise Malformed(f"note: {len(lines)} signatures, want at most {_MOST_SIGNATURES}")
        return cls(text + "\n", tuple(_signature(at, line) for at, line in enumerate(lines, 1)))

    def encode(self) -> bytes:
        """The note's bytes."""
        lines = [f"{_DASH}{one.name} {_encode(one.key_id + one.signature)}\n" for one in self.signatures]
        return f"{self.text}\n{''.join(lines)}".encode()

    def verify(self, key: VerifierKey) -> None:
        """Checks that a key signed this. Signatures of other keys are not looked at.

        Raises Contradicted when a signature in its name does not fit, Unavailable when there is none.
        """
        found = [one.signature for one in self.signatures if (one.name, one.key_id) == (key.name, key.id)]
        if not found:
            names = ", ".join(f"{one.name[:100]}+{one.key_id.hex()}" for one in self.signatures[:5])
            raise Unavailable(f"the note bears no signature of {key.name}+{key.id.hex()}; signed by {names}")
        if not all(key.accepts(self.text.encode(), signature) for signature in found):
            raise Contradicted("signature", f"the note's signature is not one of {key.name}+{key.id.hex()}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Origin line, size and root, 32 bytes, of a journal; further lines as they came."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The lines that are signed."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, _encode(self.root), *self.extensions))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The checkpoint of a note's text (tlog-checkpoint, section Format). Raises Malformed naming the line."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() != "":
            raise Malformed("checkpoint: want the lines origin, size and root, each ended by a line feed")
        origin, size, root, *extensions = lines
        if not origin:
            raise Malformed("checkpoint: line 1, the origin, is empty")
        if not _NUMBER.fullmatch(size) or int(size) > _LARGEST_SIZE:
            raise Malformed(
                f"checkpoint: line 2, the size, is {size[:40]!r}: want a decimal number without zeros before"
            )
        hash_ = _decode(root, "checkpoint: line 3, the root,")
        if len(hash_) != HASH_BYTES:
            raise Malformed(f"checkpoint: line 3, the root, has {len(hash_)} bytes, want {HASH_BYTES}")
        for at, line in enumerate(extensions, 4):
            if not line:
                raise Malformed(f"checkpoint: line {at} is empty")
        return cls(origin, int(size), hash_, tuple(extensions))

    def sign(self, key: LogKey) -> bytes:
        """The signed note: the same bytes for the same checkpoint and key.

        Raises ValueError for a key of another log: its name is the origin.
        """
        if key.name != self.origin:
            raise ValueError(f"the key of {key.name} does not sign for {self.origin}")
        signature = Signature(key.name, key.verifier.id, key.sign(self.text.encode()))
        return Note(self.text, (signature,)).encode()


def parse_signed(data: bytes) -> tuple[Checkpoint, Note]:
    """The checkpoint of a signed note, and the note to verify it with. Raises Malformed."""
    note = Note.parse(data)
    return Checkpoint.parse(note.text), note


def _signature(number: int, line: str) -> Signature:
    what = f"note: signature line {number}"
    if not line.startswith(_DASH):
        raise Malformed(f"{what}: want an em dash and a space before the key's name")
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    decoded = _decode(encoded, what)
    if len(decoded) < 5:
        raise Malformed(f"{what}: {len(decoded)} bytes are no key id and signature")
    return Signature(_checked_name(name, what), decoded[:4], decoded[4:])


def _split_key(text: str, what: str) -> tuple[str, bytes, bytes]:
    """Name, id and 32 bytes of an encoded key."""
    name, _, rest = text.partition("+")
    id_, _, encoded = rest.partition("+")
    _checked_name(name, what)
    if not _KEY_ID.fullmatch(id_):
        raise Malformed(f"{what} of {name!r}: want name+id+key, the id 8 lower-case hex digits")
    decoded = _decode(encoded, f"{what} of {name!r}")
    if decoded[:1] != _ED25519 or len(decoded) != 1 + KEY_BYTES:
        raise Malformed(f"{what} of {name!r}: want base64 of 0x01 and {KEY_BYTES} bytes, an Ed25519 key")
    return name, bytes.fromhex(id_), decoded[1:]


def _checked_name(name: str, what: str) -> str:
    if not name or "+" in name or any(map(str.isspace, name)):
        raise Malformed(f"{what}: {name[:100]!r} is no key name: want neither white space nor '+' in it")
    return name


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decode(text: str, what: str) -> bytes:
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if not decoded or _encode(decoded) != text:
        raise Malformed(f"{what}: want standard base64 with its padding")
    return decoded
