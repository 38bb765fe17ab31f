from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.model import canonical, entry
from ledger.model.entry import FormatClass, Level, Open, Share, UpdateCycle

CONTENT: dict[str, Any] = {"format": "mulu-entry/1", "source": "sample", "title": "水库水情日报"}


def test_spellings_in_both_languages_are_known() -> None:
    assert entry.parse_share("无条件共享") is entry.parse_share("Unconditional") is Share.UNCONDITIONAL
    assert entry.parse_open("不予开放") is entry.parse_open("3") is Open.DENIED
    assert entry.parse_level("L4") is entry.parse_level("四级") is entry.parse_level("4级") is Level.L4
    assert entry.parse_format_class("数据库") is FormatClass.DATABASE
    assert entry.parse_boolean("是") is True
    assert entry.parse_secret("涉密") is True


def test_blank_is_not_stated_and_never_a_default() -> None:
    assert entry.parse_share("") is Share.NOT_STATED
    assert entry.parse_open("") is Open.NOT_STATED
    assert entry.parse_level("") is Level.NOT_STATED


@pytest.mark.parametrize(
    ("parse", "spelling"),
    [
        (entry.parse_share, "共享"),
        (entry.parse_open, "是"),
        (entry.parse_level, "L5"),
        (entry.parse_secret, "内部"),
        (entry.parse_kind, ""),
        (entry.parse_format_class, ""),
    ],
)
def test_unknown_spellings_are_refused_and_never_guessed(parse: Any, spelling: str) -> None:
    with pytest.raises(Malformed, match="is not known"):
        parse(spelling)


def test_a_cycle_outside_the_enumeration_is_other_with_its_text() -> None:
    assert entry.parse_update_cycle("每日") == (UpdateCycle.DAILY, None)
    assert entry.parse_update_cycle("每小时") == (UpdateCycle.OTHER, "每小时")


def test_content_that_states_everything_is_read_back() -> None:
    full = CONTENT | {
        "abstract": "甲\n乙",
        "formats": ["csv", "xlsx"],
        "format_class": "2",
        "update_cycle": "other",
        "update_cycle_text": "每小时",
        "aggregated": False,
        "updated": "2026-02-11T16:35:36+08:00",
        "issued": "2026-02-11",
        "items": [{"name": "编码", "type": "C", "length": "8,2", "key": True, "level": 1, "share": 2, "open": 3}],
        "distributions": [{"format": "CSV", "access_url": "https://example.org/1"}],
        "provider_derived": True,
        "replaces": "0x" + "ab" * 32,
    }
    assert entry.read_content(canonical.encode(full)) == full


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"title": ""}, "title"),
        ({"title": "甲\n乙"}, "title"),
        ({"share": 1}, "unknown fields share"),
        ({"formats": ["xlsx", "csv"]}, "sorted"),
        ({"formats": []}, "empty"),
        ({"update_cycle": "8"}, "update_cycle"),
        ({"update_cycle_text": "每小时"}, "without"),
        ({"updated": "2026-02-11 16:35"}, "RFC 3339"),
        ({"provider_derived": False}, "provider_derived"),
        ({"aggregated": 1}, "aggregated"),
        ({"replaces": "0x12"}, "replaces"),
        ({"items": [{"field": "x"}]}, "name"),
        ({"items": [{"name": "x", "level": 0}]}, "level"),
        ({"items": [{"name": "x", "level": True}]}, "level"),
        ({"distributions": [{"contact": "x"}]}, "contact"),
    ],
)
def test_malformed_content_is_refused_naming_the_field(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(Malformed, match=problem):
        entry.check_content(CONTENT | change)


def test_content_needs_format_title_and_source() -> None:
    for name in CONTENT:
        with pytest.raises(Malformed):
            entry.check_content({key: value for key, value in CONTENT.items() if key != name})
