"""Reading what the acts carry. Anyone with a role can send any bytes: nothing here stops the indexer.

What cannot be read is mirrored raw, with the reason why. A content that is None is suppressed: nothing of it is said.
"""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import msgspec

from ledger.errors import Malformed
from ledger.indexer.plain_content import PlainContent, plain_content
from ledger.model import canonical
from ledger.model.application import parse_content, require_agreement
from ledger.model.content import Content
from ledger.model.entry import read_content
from ledger.model.suppression import SUPPRESSED

ORGANIZATION_FORMAT = "mulu-organization/1"
_Content = TypeVar("_Content", bound=Content)


class EntryContent(NamedTuple):
    """What the mirror's columns take from an entry's content; all empty when it is malformed."""

    title: str | None = None
    abstract: str | None = None
    theme: str | None = None
    source: str | None = None
    update_cycle: str | None = None
    search_text: str = ""
    """What full text search looks at: title, abstract, item names and keywords, a line each."""
    malformed: str | None = None


def entry_content(data: bytes | None) -> EntryContent:
    """Reads the content of an entry. It is malformed exactly when `read_content` refuses it."""
    if data is None:
        return EntryContent(malformed=SUPPRESSED)
    try:
        content = plain_content(data) or msgspec.convert(read_content(data), PlainContent)
    except (Malformed, msgspec.MsgspecError) as error:
        return EntryContent(malformed=str(error))
    lines = [content.title]
    if content.abstract is not None:
        lines.append(content.abstract)
    for item in content.items or ():
        lines.append(item.name)
        if item.field is not None:
            lines.append(item.field)
    lines.extend(content.keywords or ())
    return EntryContent(
        content.title, content.abstract, content.theme, content.source, content.update_cycle, "\n".join(lines)
    )


def organization_content(data: bytes | None) -> tuple[str | None, list[str], str | None]:
    """Name, aliases, and what is wrong. The name is None when it cannot be read."""
    if data is None:
        return None, [], SUPPRESSED
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


def application_title(content: bytes | None, fields: Sequence[bytes]) -> tuple[str | None, str | None]:
    """Title of an application, and what is wrong with its content or public fields. Malformed, it has no title."""
    if content is None:
        return None, SUPPRESSED
    try:
        require_agreement(content, fields)
    except Malformed as error:
        return None, str(error)
    return parse_content(content).get("title"), None


def read_texts(kind: type[_Content], data: bytes | None) -> tuple[_Content | None, str | None]:
    """The content of a plan, a product or a disclosure, or what is wrong with it."""
    if data is None:
        return None, SUPPRESSED
    try:
        return kind.parse(data), None
    except Malformed as error:
        return None, str(error)


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
