"""What the contents that travel in acts say, by the formats of `ledger.model`; what cannot be read is no breach."""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from ledger.errors import Malformed
from ledger.model import canonical
from ledger.model.application import parse_content, require_agreement
from ledger.model.content import Content
from ledger.model.entry import read_content

Texts = TypeVar("Texts", bound=Content)

ORGANIZATION_FORMAT = "mulu-organization/1"


class EntryReading(NamedTuple):
    """An entry's local code as text, and what its content says; nothing of a malformed one."""

    local_code: str
    malformed: str | None
    title: str | None = None
    abstract: str | None = None
    theme: str | None = None
    source: str | None = None
    update_cycle: str | None = None
    lines: tuple[str, ...] = ()
    """What is searched: title, abstract, names of items and their fields, keywords."""
    items: tuple[str, ...] = ()
    """Names of its items, in their places."""


def read_entry(content: bytes, local_code: bytes) -> EntryReading:
    """What an entry says."""
    code, fault = _local_code(local_code)
    try:
        said = read_content(content)
    except Malformed as error:
        return EntryReading(code, str(error))
    lines = [said["title"], said.get("abstract")]
    for item in said.get("items", ()):
        lines += [item["name"], item.get("field")]
    lines += said.get("keywords", ())
    return EntryReading(
        local_code=code,
        malformed=fault,
        title=said["title"],
        abstract=said.get("abstract"),
        theme=said.get("theme"),
        source=said["source"],
        update_cycle=said.get("update_cycle"),
        lines=tuple(line for line in lines if line is not None),
        items=tuple(item["name"] for item in said.get("items", ())),
    )


def read_organization(content: bytes) -> tuple[str | None, list[str], str | None]:
    """Name and aliases of an organization, and what is wrong with the content."""
    try:
        said = canonical.decode(content)
    except Malformed as error:
        return None, [], str(error)
    if not isinstance(said, dict) or said.get("format") != ORGANIZATION_FORMAT:
        return None, [], f"content is not {ORGANIZATION_FORMAT}"
    name, aliases = said.get("name"), said.get("aliases", [])
    if not isinstance(name, str) or not name:
        return None, [], "content: name is not a text, or empty"
    if not isinstance(aliases, list) or not all(isinstance(alias, str) and alias for alias in aliases):
        return name, [], "content: aliases are not a list of texts"
    return name, aliases, None


def read_application(content: bytes, fields: Sequence[bytes]) -> tuple[str | None, str | None]:
    """Title of an application, and what is wrong with content or public fields."""
    try:
        require_agreement(content, fields)
    except Malformed as error:
        return None, str(error)
    return parse_content(content).get("title"), None


def read_texts(kind: type[Texts], content: bytes) -> tuple[Texts | None, str | None]:
    """A content that is a list of texts, and what is wrong with it."""
    try:
        return kind.parse(content), None
    except Malformed as error:
        return None, str(error)


def _local_code(data: bytes) -> tuple[str, str | None]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("utf-8", "backslashreplace").replace("\0", "\\x00"), "local code is not UTF-8"
    if any(unicodedata.category(character)[0] == "C" for character in text):
        return text.encode("unicode_escape").decode("ascii"), "local code holds control characters"
    return text, None if unicodedata.is_normalized("NFC", text) else "local code is not NFC"
