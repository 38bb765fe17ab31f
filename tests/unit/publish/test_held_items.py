from dataclasses import replace
from typing import Any

import pytest

from ledger.model.entry import Kind, Level, Open, Share, Status
from ledger.model.ids import EntryId
from ledger.publish.held_items import faults_of_items
from ledger.publish.ports import CurrentEntry

HELD = CurrentEntry(
    EntryId(b"\1" * 32), "P", "L", 1, Status.ACTIVE, Kind.RESOURCE, Share(1), Open(1), Level(1), "S", b"", holds=2
)
BEFORE = {"items": [{"name": "站名", "field": "ZM"}, {"name": "水位"}]}


def fault(entry: CurrentEntry, *items: dict[str, Any]) -> str | None:
    found = [one.code for one in faults_of_items(entry, BEFORE, {"items": list(items)})]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([{"name": "站名", "field": "ZM"}, {"name": "水位"}], None),
        ([{"name": "站名", "field": "ZM"}, {"name": "水位"}, {"name": "流量"}], None),
        ([{"name": "测站名称", "field": "ZM"}, {"name": "水位", "field": "SW"}], None),
        ([{"name": "水位"}, {"name": "站名", "field": "ZM"}], "held_item_moved"),
        ([{"name": "流量"}, {"name": "站名", "field": "ZM"}, {"name": "水位"}], "held_item_moved"),
        ([{"name": "站名", "field": "ZM"}], "held_item_gone"),
        ([{"name": "站名", "field": "XX"}, {"name": "水位"}], "held_item_gone"),
        ([{"name": "站名"}, {"name": "水深"}], "held_item_gone"),
        ([], "held_item_gone"),
    ],
)
def test_items_of_a_held_entry_keep_their_place(items: list[dict[str, Any]], code: str | None) -> None:
    assert fault(HELD, *items) == code
    assert fault(replace(HELD, holds=0), *items) is None


def test_the_fault_says_which_item_and_what_to_do() -> None:
    (found,) = faults_of_items(HELD, BEFORE, {"items": [{"name": "水位"}, {"name": "站名", "field": "ZM"}]})
    assert (found.column, found.value) == ("items", "站名")
    assert "its item 1 would become item 2" in found.why.en
    assert "append new ones" in found.what_to_do.en
