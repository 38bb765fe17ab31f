"""Reading contents: the quick way says right only where the rule does."""

import sys
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.indexer.content import entry_content, local_code_text, organization_content
from ledger.indexer.plain_content import plain_content
from ledger.model import canonical
from ledger.model.entry import read_content
from ledger.model.text import abstract, single_line

FULL: dict[str, Any] = {
    "format": "mulu-entry/1",
    "source": "file",
    "title": "取水许可信息",
    "abstract": "全市 取水许可(2024)",
    "theme": "环境与资源保护",
    "format_class": "2",
    "formats": ["csv", "xlsx"],
    "update_cycle": "other",
    "update_cycle_text": "不定期",
    "aggregated": False,
    "items": [{"name": "许可证编号", "field": "XKZ", "key": True, "level": 2, "share": 1, "open": 3}, {"name": "b"}],
    "keywords": ["水"],
    "landing_page": "https://example.org/a?b=c",
    "issued": "2026-01-02",
    "updated": "2026-01-02T03:04:05+08:00",
    "distributions": [{"title": "t", "format": "csv"}],
    "provider_derived": True,
    "replaces": "0x" + "ab" * 32,
}


def accepted(data: bytes) -> bool:
    try:
        read_content(data)
    except Malformed:
        return False
    return True


def test_a_full_content_is_read_the_quick_way() -> None:
    data = canonical.encode(FULL)
    assert plain_content(data) is not None
    assert accepted(data)
    content = entry_content(data)
    assert (content.title, content.theme, content.source, content.update_cycle) == (
        "取水许可信息", "环境与资源保护", "file", "other",
    )  # fmt: skip
    assert content.search_text.split("\n") == ["取水许可信息", "全市 取水许可(2024)", "许可证编号", "XKZ", "b", "水"]


# Strings with what normalization is about, and what is not text at all.
PARTS = st.sampled_from(
    ["", " ", "  ", "a", "数", "\u00a0", "\u3000", "\t", "\n", "\\", '"', "\u200b", "\ufeff", "e\u0301", "é", "\u202e",
     "𠮷", "\U000e0001", "\x7f", "１", "2026-01-02", "other", "1", "0x" + "ab" * 32, "csv", "ﬁ", "\u0301"]
)  # fmt: skip
STRINGS = st.lists(PARTS, max_size=3).map("".join)
NAMES = st.sampled_from([*"ab", "name", "level", "title", "format"])
SIMPLE: st.SearchStrategy[Any] = STRINGS | st.booleans() | st.integers(-1, 5) | st.none() | st.just(1.5)
FLAT = SIMPLE | st.lists(SIMPLE, max_size=3) | st.dictionaries(NAMES, SIMPLE, max_size=3)
VALUES = FLAT | st.lists(FLAT, max_size=3) | st.dictionaries(NAMES, FLAT, max_size=3)


@given(st.dictionaries(st.sampled_from([*FULL, "unknown"]), VALUES, max_size=3), st.sets(st.sampled_from(sorted(FULL))))
def test_what_the_quick_way_takes_the_rule_takes_too(changed: dict[str, Any], dropped: set[str]) -> None:
    import json

    content = {name: value for name, value in FULL.items() if name not in dropped} | changed
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    data = text.encode("utf-8", "surrogatepass")
    if plain_content(data) is not None:
        assert accepted(data)
    assert (entry_content(data).malformed is None) == accepted(data)


@pytest.mark.parametrize(("field", "before", "rule"), [("title", "a", single_line), ("abstract", "a\nb", abstract)])
def test_every_character_that_the_quick_way_takes_the_rule_takes_too(
    field: str, before: str, rule: Callable[[str], str]
) -> None:
    template = canonical.encode(FULL | {field: f"{before}?c"}).decode()
    taken = 0
    for number in (*range(0xD800), *range(0xE000, 0x110000, 0x11), *range(0xE000, 0x10000)):
        end = f"{chr(number)}c"
        if plain_content(template.replace("?c", end).encode()) is not None:
            taken += 1
            assert rule(before + end) == before + end
    assert taken > 40_000


def test_no_character_that_may_join_the_one_before_it_is_taken_the_quick_way() -> None:
    pairs = (unicodedata.decomposition(chr(number)).split() for number in range(0x110000))
    seconds = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and not pair[0].startswith("<")}
    # Syllables of Hangul have no decomposition in the table.
    seconds |= set(map(chr, (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))))
    assert len(seconds) > 100
    template = canonical.encode(FULL | {"title": "a?"}).decode()
    for second in seconds:
        assert plain_content(template.replace("a?", f"a{second}").encode()) is None


@given(st.lists(PARTS, max_size=6).map("".join), st.lists(PARTS, max_size=2).map("".join))
def test_abstracts_may_hold_what_single_lines_may_not(abstract: str, title: str) -> None:
    import json

    content = {"abstract": abstract, "format": "mulu-entry/1", "source": "file", "title": f"水{title}"}
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    if plain_content(data) is not None:
        assert accepted(data)
    assert (entry_content(data).malformed is None) == accepted(data)


def test_abstracts_of_several_lines_are_read_the_quick_way() -> None:
    data = canonical.encode(FULL | {"abstract": '一、"取水"  许可：\n\n  二、C:\\数据\n三'})
    assert plain_content(data) is not None
    assert accepted(data)
    for title in ("a\nb", "a  b", 'a"b'):
        assert plain_content(canonical.encode(FULL | {"title": title})) is None


@given(st.binary(max_size=4), st.integers(0, 400), st.integers(0, 3))
def test_changed_bytes_are_judged_alike(new: bytes, place: int, gone: int) -> None:
    data = canonical.encode(FULL)
    damaged = data[:place] + new + data[place + gone :]
    if plain_content(damaged) is not None:
        assert accepted(damaged)
    assert (entry_content(damaged).malformed is None) == accepted(damaged)


@pytest.mark.parametrize("data", [b"", b"\xff", b"{", b"[]", b'{"format":"mulu-entry/1","source":"s"}', b"[" * 100_000])
def test_what_cannot_be_read_says_why(data: bytes) -> None:
    content = entry_content(data)
    assert content.malformed
    assert content.title is None
    assert content.search_text == ""


@pytest.mark.parametrize("data", [b"[" * 60_000, b'{"a":' * 10_000, b'["\\"",' * 8_000, b'{"title":' + b"[" * 60_000])
def test_deep_content_does_not_overflow_the_stack(data: bytes) -> None:
    """Libraries for signing raise the limit of recursion to 100,000, which the stack does not hold."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        assert entry_content(data).malformed
        assert organization_content(data)[2]
    finally:
        sys.setrecursionlimit(limit)


def test_brackets_in_strings_are_no_depth() -> None:
    data = canonical.encode(FULL | {"title": "[" * 100})
    assert entry_content(data).malformed is None
    for title in ('"[' * 100, "\\[" * 100, '\\"[' * 100):
        assert entry_content(canonical.encode(FULL | {"title": title})).malformed is None


def test_organizations() -> None:
    good = canonical.encode({"format": "mulu-organization/1", "name": "市水务局", "aliases": ["水务局"]})
    assert organization_content(good) == ("市水务局", ["水务局"], None)
    assert organization_content(b"x")[0] is None
    assert organization_content(canonical.encode({"format": "mulu-organization/1"}))[2]


@pytest.mark.parametrize(
    ("data", "text", "fault"),
    [
        (b"A-1", "A-1", None),
        ("目录".encode(), "目录", None),
        (b"\xff\x00", "\\xff\\x00", "not UTF-8"),
        ("e\u0301".encode(), "e\u0301", "not NFC"),
        (b"a\x00b", "a\\x00b", "control"),
    ],
)
def test_local_codes(data: bytes, text: str, fault: str | None) -> None:
    shown, said = local_code_text(data)
    assert shown == text
    assert (fault is None) == (said is None)
    assert fault is None or fault in (said or "")
