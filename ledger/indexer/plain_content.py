"""The quick way to read an entry's content: for what is plainly well formed, several times as fast.

Most contents hold no character that normalizing could touch. For those the rules of `ledger.model.entry` are types
and patterns that the JSON parser checks. Whatever is not plainly right is left to `read_content`, which alone says
what is malformed: this only ever says "right" or "ask". A test compares the two.
"""

import re
import unicodedata
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1)]
Texts = Annotated[list[Text], Meta(min_length=1)]
Time = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2}))?$")
]
Access = Annotated[int, Meta(ge=1, le=3)]


class PlainItem(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """An information item (信息项)."""

    name: Text
    field: Text | None = None
    type: Text | None = None
    length: Text | None = None
    key: bool | None = None
    nullable: bool | None = None
    level: Annotated[int, Meta(ge=1, le=4)] | None = None
    share: Access | None = None
    open: Access | None = None


class PlainDistribution(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """Where the data can be had."""

    title: Text | None = None
    format: Text | None = None
    media_type: Text | None = None
    access_url: Text | None = None
    download_url: Text | None = None


class PlainContent(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """`mulu-entry/1`; None is not stated."""

    format: Literal["mulu-entry/1"]
    source: Text
    title: Text
    abstract: Text | None = None
    theme: Text | None = None
    mandate: Text | None = None
    format_class: Literal["1", "2", "3", "4", "5", "6", "7"] | None = None
    formats: Texts | None = None
    update_cycle: Literal["1", "2", "3", "4", "5", "6", "7", "other"] | None = None
    update_cycle_text: Text | None = None
    share_condition: Text | None = None
    share_method: Text | None = None
    open_condition: Text | None = None
    aggregated: bool | None = None
    resource_code: Text | None = None
    system: Text | None = None
    table: Text | None = None
    items: Annotated[list[PlainItem], Meta(min_length=1)] | None = None
    keywords: Texts | None = None
    landing_page: Text | None = None
    license: Text | None = None
    spatial: Text | None = None
    issued: Time | None = None
    modified: Time | None = None
    updated: Time | None = None
    distributions: Annotated[list[PlainDistribution], Meta(min_length=1)] | None = None
    provider_derived: bool | None = None
    replaces: Annotated[str, Meta(pattern=r"^0x[0-9a-f]{64}$")] | None = None


_NO_DISTRIBUTION = PlainDistribution()
_DECODER = msgspec.json.Decoder(PlainContent)
_ENCODER = msgspec.json.Encoder(order="sorted")
_ABSTRACT = b'{"abstract":'
# What may have to be refused although it is printable and normalized: escapes, and all planes after the first, by the
# bytes that lead to them. What this lets pass needs no second look.
_SUSPICIOUS = b"\\\xf0\xf1\xf2\xf3\xf4"
_LATER_PLANES = re.compile("[\U00010000-\U0010ffff]")
_UNREADABLE = "\ufffd"
"""REPLACEMENT CHARACTER: printable, and refused."""


def plain_content(data: bytes) -> PlainContent | None:
    """The content, or None when `read_content` has to look at it."""
    try:
        text = data.decode("utf-8")
        content = _DECODER.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if (
        not unicodedata.is_normalized("NFC", text)
        # Written again, names are sorted, none is there twice, nothing is null, and there are no blanks outside.
        or _ENCODER.encode(content) != data
        or content.provider_derived is False
        or (content.update_cycle_text is not None and content.update_cycle != "other")
        or not _ascending(content.formats)
        or not _ascending(content.keywords)
        or (content.distributions is not None and _NO_DISTRIBUTION in content.distributions)
        or not (_single_lines(data, text) or _single_lines_but_for_abstract(data, content.abstract))
    ):
        return None
    return content


def _single_lines(data: bytes, text: str) -> bool:
    """Whether all texts in JSON, in bytes and decoded, are plainly what `ledger.model.text.single_line` makes."""
    return (
        text.isprintable()
        and len(data.translate(None, _SUSPICIOUS)) == len(data)
        and _UNREADABLE not in text
        # Blanks stand between two other characters. Most texts have none.
        and (" " not in text or not ("  " in text or '" ' in text or ' "' in text))
    )


def _single_lines_but_for_abstract(data: bytes, abstract: str | None) -> bool:
    """The same for JSON whose first text is an abstract, which may have lines, quotes and runs of blanks."""
    if (
        abstract is None
        or not abstract.replace("\n", "").isprintable()
        or _LATER_PLANES.search(abstract)
        or _UNREADABLE in abstract
        or abstract != abstract.strip(" \n")
    ):
        return False
    rest = data[len(_ABSTRACT) + len(_ENCODER.encode(abstract)) :]
    return _single_lines(rest, rest.decode("utf-8"))


def _ascending(texts: list[str] | None) -> bool:
    return texts is None or len(texts) == 1 or texts == sorted(set(texts))
