"""Reading what the acts carry. Anyone with a role can send any bytes: nothing here stops the indexer.

What cannot be read is mirrored raw, with the reason why.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

import msgspec

from ledger.errors import Malformed
from ledger.model import canonical
from ledger.model.entry import check_content, read_content

_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder()
ORGANIZATION_FORMAT = "mulu-organization/1"


@dataclass(frozen=True, slots=True)
class EntryContent:
    """What the mirror's columns take from an entry's content; all empty when it is malformed."""

    title: str | None = None
    abstract: str | None = None
    theme: str | None = None
    source: str | None = None
    update_cycle: str | None = None
    search_text: str = ""
    """What full text search looks at: title, abstract, item names and keywords, a line each."""
    malformed: str | None = None


def entry_content(data: bytes) -> EntryContent:
    """Reads the content of an entry."""
    try:
        content = _read(data)
    except Malformed as error:
        return EntryContent(malformed=str(error))
    abstract = content.get("abstract")
    lines = [content["title"]]
    if abstract is not None:
        lines.append(abstract)
    for item in content.get("items", ()):
        lines.append(item["name"])
        if "field" in item:
            lines.append(item["field"])
    lines.extend(content.get("keywords", ()))
    return EntryContent(
        title=content["title"],
        abstract=abstract,
        theme=content.get("theme"),
        source=content["source"],
        update_cycle=content.get("update_cycle"),
        search_text="\n".join(lines),
    )


def organization_content(data: bytes) -> tuple[str | None, list[str], str | None]:
    """Name, aliases, and what is wrong. The name is None when it cannot be read."""
    try:
        content = canonical.decode(data)
    except Malformed as error:
        return None, [], str(error)
    if not isinstance(content, dict) or content.get("format") != ORGANIZATION_FORMAT:
        return None, [], f"content is not {ORGANIZATION_FORMAT}"
    name, aliases = content.get("name"), content.get("aliases", [])
    if not isinstance(name, str) or not name:
        return None, [], "content: name is not a text, or empty"
    if not isinstance(aliases, list) or not all(isinstance(alias, str) and alias for alias in aliases):
        return name, [], "content: aliases are not a list of texts"
    return name, aliases, None


def local_code_text(data: bytes) -> tuple[str, str | None]:
    """An entry's local code as text, and what is wrong: the contract takes any 1 to 128 bytes."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("utf-8", "backslashreplace").replace("\0", "\\x00"), "local code is not UTF-8"
    if text.isascii() and text.isprintable():
        return text, None
    if any(unicodedata.category(character).startswith("C") for character in text):
        return text.encode("unicode_escape").decode("ascii"), "local code holds control characters"
    if not unicodedata.is_normalized("NFC", text):
        return text, "local code is not NFC"
    return text, None


def _read(data: bytes) -> dict[str, Any]:
    """As `read_content`, several times as fast for what is well formed.

    Writing a value again gives the same bytes only if names are sorted and unique, blanks absent and escapes the
    shortest. The rest of canonical JSON (NFC, no control characters, no numbers but small integers, depth) follows
    from the check of the content, which admits known fields only.
    """
    try:
        value = _DECODER.decode(data)
        same = _ENCODER.encode(value) == data
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        same = False
    if not same:
        return read_content(data)
    check_content(value)
    content: dict[str, Any] = value
    return content
