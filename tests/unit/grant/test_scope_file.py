"""Each rule of a scope's row, broken once: the cell that is named and the code."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.grant.items import ITEMS_MOST, bitmap, item_names, shown_items, title_of
from ledger.grant.records import EntryScope
from ledger.grant.rows import Wrong
from ledger.grant.scope_checks import Limits
from ledger.grant.scope_file import read_entries, read_providers
from ledger.model import canonical
from ledger.model.entry import Kind as EntryKind
from ledger.model.entry import Level, Open, Share, Status
from ledger.model.grant import ALL_ITEMS, Kind, Operation
from ledger.model.ids import EntryId, entry_id, to_hex
from ledger.publish.ports import CurrentEntry
from tests.unit.grant.files import DIRECTORY, WATER, changed, faults, file_of

ITEMS = ("站名", "水位", "时间", "水位")
CONTENT = canonical.encode(
    {"format": "mulu-entry/1", "source": "s", "title": "水情", "items": [{"name": name} for name in ITEMS]}
)


def entry(code: str, **members: Any) -> CurrentEntry:
    made = CurrentEntry(
        id=entry_id(WATER, code),
        provider=WATER,
        local_code=code,
        version=3,
        status=Status.ACTIVE,
        kind=EntryKind.RESOURCE,
        share=Share.CONDITIONAL,
        open=Open.CONDITIONAL,
        level=Level(2),
        submitter=WATER,
        content=CONTENT,
    )
    return replace(made, **members)


class Catalog:
    """A catalog of these entries."""

    def __init__(self, *entries: CurrentEntry) -> None:
        self._entries = {one.id: one for one in entries}

    def entries_by_id(self, ids: Sequence[EntryId]) -> Mapping[EntryId, CurrentEntry]:
        return {one: self._entries[one] for one in ids if one in self._entries}


A, B = entry("a"), entry("b")
GOOD = {"provider": "水务局", "local_code": "a", "操作": "查询、核验", "信息项": "站名,3"}
OPERATE = Limits(Kind.OPERATE, level=2, export_level=1)
SHARE = Limits(Kind.SHARE, level=2, export_level=1)


def test_good_rows(tmp_path: Path) -> None:
    rows = (GOOD, {"entry": to_hex(B.id), "operations": ["compute"], "items": "*", "version": "3"})
    name, (first, second) = read_entries(file_of(tmp_path, *rows), DIRECTORY, Catalog(A, B), SHARE)
    assert name == "rows.json"
    assert first.scope == EntryScope(A.id, 3, Operation.QUERY | Operation.VERIFY, 0b101)
    assert (first.title, first.provider, first.items) == ("水情", WATER, ITEMS)
    assert second.scope == EntryScope(B.id, 3, Operation.COMPUTE, ALL_ITEMS)
    _, (named,) = read_entries(
        file_of(tmp_path, {"entry": f"{WATER}/a", "operations": "query", "items": "1-3"}), DIRECTORY, Catalog(A), SHARE
    )
    assert named.scope.items == 0b111


UNREGISTERED = replace(OPERATE, registered=lambda ids: [False] * len(ids))
ABOVE = {A.id: EntryScope(A.id, 3, Operation.QUERY, 0b11)}
BAD: list[tuple[str, dict[str, Any], CurrentEntry | None, Limits, str, str]] = [
    ("no such entry", {}, None, SHARE, "local_code", "entry_not_there"),
    ("retired", {}, entry("a", status=Status.RETIRED), SHARE, "local_code", "entry_not_there"),
    ("entry unreadable", {"entry": "水情"}, A, SHARE, "entry", "entry_invalid"),
    ("provider nobody", {"provider": "无此单位"}, A, SHARE, "provider", "provider_unknown"),
    ("provider blank", {"provider": None}, A, SHARE, "provider", "missing"),
    ("code blank", {"local_code": None}, A, SHARE, "local_code", "missing"),
    ("code too long", {"local_code": "码" * 43}, A, SHARE, "local_code", "local_code_invalid"),
    ("past version", {"version": 2}, A, SHARE, "version", "version_not_present"),
    ("version no number", {"version": "x"}, A, SHARE, "version", "number_invalid"),
    ("operations blank", {"操作": None}, A, SHARE, "operations", "missing"),
    ("operation unknown", {"操作": "下载"}, A, SHARE, "操作", "spelling_unknown"),
    ("items blank", {"信息项": None}, A, SHARE, "items", "missing"),
    ("item unknown", {"信息项": "流量"}, A, SHARE, "信息项", "item_unknown"),
    ("item twice in the entry", {"信息项": "水位"}, A, SHARE, "信息项", "item_ambiguous"),
    ("item beyond", {"信息项": "5"}, A, SHARE, "信息项", "item_unknown"),
    ("items backwards", {"信息项": "3-1"}, A, SHARE, "信息项", "item_unknown"),
    ("item zero", {"信息项": "0"}, A, SHARE, "信息项", "item_unknown"),
    ("not shared", {}, entry("a", share=Share.DENIED), SHARE, "local_code", "not_shareable"),
    ("sharing not stated", {}, entry("a", share=Share.NOT_STATED), SHARE, "local_code", "not_shareable"),
    ("opening not stated", {}, entry("a", open=Open.NOT_STATED), OPERATE, "local_code", "not_openable"),
    ("level not stated", {}, entry("a", level=Level(0)), SHARE, "local_code", "level_not_stated"),
    ("level too high", {}, entry("a", level=Level(3)), SHARE, "local_code", "level_too_high"),
    ("export above its level", {"操作": "导出"}, A, OPERATE, "操作", "not_exportable"),
    (
        "export of what is not open",
        {"操作": "导出"},
        entry("a", open=Open.DENIED, level=Level(1)),
        OPERATE,
        "操作",
        "not_exportable",
    ),
    ("not registered", {}, A, UNREGISTERED, "local_code", "not_registered"),
    ("not in the parent", {}, A, replace(SHARE, parent={}), "local_code", "not_in_parent"),
    ("more operations", {"信息项": "1"}, A, replace(SHARE, parent=ABOVE), "操作", "more_than_parent"),
    ("more items", {"操作": "查询"}, A, replace(SHARE, parent=ABOVE), "信息项", "more_than_parent"),
    ("all items", {"操作": "查询", "信息项": "*"}, A, replace(SHARE, parent=ABOVE), "信息项", "more_than_parent"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "current", "limits", "column", "code"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
def test_a_bad_row_is_refused_by_its_cell(
    tmp_path: Path, changes: dict[str, Any], current: CurrentEntry | None, limits: Limits, column: str, code: str
) -> None:
    catalog = Catalog(*([current] if current else []))
    path = file_of(tmp_path, changed(GOOD, changes))
    assert faults(lambda: read_entries(path, DIRECTORY, catalog, limits)) == [(1, column, code)]


def test_what_is_within_the_parent_is_taken(tmp_path: Path) -> None:
    row = {**GOOD, "操作": "查询", "信息项": "1-2"}
    read_entries(file_of(tmp_path, row), DIRECTORY, Catalog(A), replace(SHARE, parent=ABOVE))
    whole = {A.id: EntryScope(A.id, 3, Operation.QUERY, ALL_ITEMS)}
    read_entries(file_of(tmp_path, {**row, "信息项": "*"}), DIRECTORY, Catalog(A), replace(SHARE, parent=whole))


def test_an_entry_twice_however_it_is_spelled(tmp_path: Path) -> None:
    rows = (GOOD, {"entry": to_hex(A.id), "operations": "query", "items": "1"})
    assert faults(lambda: read_entries(file_of(tmp_path, *rows), DIRECTORY, Catalog(A), SHARE)) == [
        (2, "entry", "row_twice")
    ]


def test_content_that_is_none_names_no_items(tmp_path: Path) -> None:
    assert (item_names(b"{"), title_of(b"{"), item_names(None), title_of(None)) == ((), "", (), "")
    broken = entry("a", content=b"{")
    path = file_of(tmp_path, {**GOOD, "信息项": "1"})
    assert faults(lambda: read_entries(path, DIRECTORY, Catalog(broken), SHARE)) == [(1, "信息项", "item_unknown")]
    _, (whole,) = read_entries(file_of(tmp_path, {**GOOD, "信息项": "全部"}), DIRECTORY, Catalog(broken), SHARE)
    assert (whole.title, whole.scope.items) == ("", ALL_ITEMS)


def test_items_are_as_many_as_a_bitmap_holds() -> None:
    names = [f"n{number}" for number in range(ITEMS_MOST + 1)]
    assert bitmap(f"1-{ITEMS_MOST}", names) == ALL_ITEMS
    assert shown_items(1 << (ITEMS_MOST - 1), names) == [f"n{ITEMS_MOST - 1}"]
    assert shown_items(0b100, names[:2]) == ["#3"]
    with pytest.raises(Wrong):
        bitmap(str(ITEMS_MOST + 1), names)


# An OVERALL grant lists providers

PROVIDER = {"提供单位": "市水务局", "operations": "query", "level": "1"}


def test_good_providers(tmp_path: Path) -> None:
    _, (one,) = read_providers(file_of(tmp_path, PROVIDER), DIRECTORY, 2)
    assert (one.scope.provider, one.scope.operations, one.scope.level, one.title) == (WATER, 1, 1, "市水务局")


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"提供单位": None}, "provider", "missing"),
        ({"提供单位": "无此单位"}, "提供单位", "provider_unknown"),
        ({"operations": "x"}, "operations", "spelling_unknown"),
        ({"level": None}, "level", "missing"),
        ({"level": "3"}, "level", "level_too_high"),
        ({"提供单位": "东城区水务局"}, "提供单位", "row_twice"),
    ],
)
def test_a_bad_provider(tmp_path: Path, changes: dict[str, Any], column: str, code: str) -> None:
    rows = ({**PROVIDER, "提供单位": "东城区水务局"}, changed(PROVIDER, changes))
    assert faults(lambda: read_providers(file_of(tmp_path, *rows), DIRECTORY, 2)) == [(2, column, code)]
