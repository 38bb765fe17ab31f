"""Items of an entry by name or number, and the bitmap that a scope has of them: bit i is item i, from 0."""

from collections.abc import Iterable, Sequence
from typing import Final

from ledger.errors import Malformed
from ledger.grant.rows import Wrong, words
from ledger.model.entry import read_content
from ledger.model.grant import ALL_ITEMS
from ledger.model.message import Message

WHOLE: Final = ("*", "＊", "全部", "all")
ITEMS_MOST: Final = 208


def item_names(content: bytes | None) -> tuple[str, ...]:
    """The names of the items of an entry's content; empty where it names none, or is malformed."""
    try:
        items = read_content(content).get("items", ()) if content is not None else ()
    except Malformed:
        return ()
    return tuple(str(item["name"]) for item in items)


def title_of(content: bytes | None) -> str:
    """The title of an entry's content; empty where it is malformed."""
    try:
        return str(read_content(content)["title"]) if content is not None else ""
    except Malformed:
        return ""


def bitmap(value: str, names: Sequence[str]) -> int:
    """The bitmap of items that a person named, numbered from 1 (`3`, `1-5`), or `*`. Raises Wrong."""
    if value.strip().casefold() in WHOLE:
        return ALL_ITEMS
    bits = 0
    for word in words(value):
        for place in _places(word, names):
            bits |= 1 << place
    return bits


def shown_items(bits: int, names: Sequence[str]) -> list[str]:
    """A bitmap for people: the items' names, or their numbers where the content has no name for them."""
    return [names[place] if place < len(names) else f"#{place + 1}" for place in range(ITEMS_MOST) if bits >> place & 1]


def _places(word: str, names: Sequence[str]) -> Iterable[int]:
    if word in names:
        if names.count(word) > 1:
            raise Wrong(
                "item_ambiguous",
                Message(f"several items are called {word}", f"有多个信息项名为“{word}”"),
                Message("write their numbers, from 1", "请改填序号（从 1 起）"),
            )
        return (names.index(word),)
    first, dash, last = word.partition("-")
    last = last if dash else first
    if first.isascii() and first.isdigit() and last.isascii() and last.isdigit():
        # Python refuses to convert more than 4,300 digits.
        short = max(len(first), len(last)) <= 9
        if short and 1 <= int(first) <= int(last) <= min(len(names), ITEMS_MOST):
            return range(int(first) - 1, int(last))
        raise Wrong(
            "item_unknown",
            Message(f"there is no item {word[:40]}: the granted version has {len(names)}",
                    f"没有第 {word[:40]} 个信息项：所授版本共 {len(names)} 项"),
            Message("correct the number, or write * for the whole entry", "请更正序号，整条授权请填 *"),
        )  # fmt: skip
    shown = "、".join(names[:12]) + ("…" if len(names) > 12 else "")
    raise Wrong(
        "item_unknown",
        Message(f"no item is called {word[:40]}; there are: {shown or 'none'}",
                f"没有名为“{word[:40]}”的信息项；现有：{shown or '无'}"),
        Message("correct the name, or write * for the whole entry", "请更正名称，整条授权请填 *"),
    )  # fmt: skip


def words_for(bits: int, names: Sequence[str], most: int = 8) -> Message:
    """A bitmap as a few words."""
    if bits == ALL_ITEMS:
        return Message("*", "*（整条）")
    every = shown_items(bits, names)
    more = f"… ({len(every)})" if len(every) > most else ""
    return Message(", ".join(every[:most]) + more, "、".join(every[:most]) + more)
