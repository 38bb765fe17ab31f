"""The quick way to read an entry's content: for what is plainly well formed, several times as fast.

Most contents hold only characters that normalizing cannot touch. For those the rules of `ledger.model.entry` are types
and patterns that the JSON parser checks. Whatever is not plainly right is left to `read_content`, which alone says
what is malformed: this only ever says "right" or "ask". A test compares the two.
"""

import re
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
# What can be seen and stays as it is in NFC whatever stands before it; no backslash. The rest needs a second look.
_SETTLED = (
    " -[\\]-~\xa1-\xac\xae-\u024f\u0391-\u03a1\u03a3-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e"
    "\u2100-\u2125\u2150-\u218b\u2190-\u2328\u2460-\u2adb\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u3220-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f\uffe0-\uffe6"
)
_LINE, _LINES = re.compile(f"[{_SETTLED}]*"), re.compile(f"[{_SETTLED}\\\\\n]*")


def plain_content(data: bytes) -> PlainContent | None:
    """The content, or None when `read_content` has to look at it."""
    try:
        content = _DECODER.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if (
        # Written again, names are sorted, none is there twice, nothing is null, and there are no blanks outside.
        _ENCODER.encode(content) != data
        or content.provider_derived is False
        or (content.update_cycle_text is not None and content.update_cycle != "other")
        or not _ascending(content.formats)
        or not _ascending(content.keywords)
        or (content.distributions is not None and _NO_DISTRIBUTION in content.distributions)
        or not (_single_lines(data) or _single_lines_but_for_abstract(data, content.abstract))
    ):
        return None
    return content


def _single_lines(data: bytes) -> bool:
    """Whether all texts in JSON are plainly what `ledger.model.text.single_line` makes."""
    text = data.decode("utf-8")
    return _LINE.fullmatch(text) is not None and (
        # Blanks stand between two other characters. Most texts have none.
        " " not in text or not ("  " in text or '" ' in text or ' "' in text)
    )


def _single_lines_but_for_abstract(data: bytes, abstract: str | None) -> bool:
    """The same for JSON whose first text is an abstract, which may have lines, quotes and runs of blanks."""
    return (
        abstract is not None
        and _LINES.fullmatch(abstract) is not None
        and abstract == abstract.strip(" \n")
        and _single_lines(data[len(_ABSTRACT) + len(_ENCODER.encode(abstract)) :])
    )


def _ascending(texts: list[str] | None) -> bool:
    return texts is None or len(texts) == 1 or texts == sorted(set(texts))
