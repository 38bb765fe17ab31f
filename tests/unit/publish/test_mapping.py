import copy
import json
from pathlib import Path
from typing import Any

import pytest

from ledger.publish import mapping_file, sources
from ledger.publish.draft import draft_file
from ledger.publish.mapping import choose, require
from ledger.publish.refusal import FileRefused
from tests.unit.publish.builders import HEADER, RULES, mapping, write


def changed(place: str, value: Any) -> dict[str, Any]:
    rules = copy.deepcopy(RULES)
    at: Any = rules
    *path, last = place.split(".")
    for name in path:
        at = at[name]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return rules


def test_shipped_mappings_are_valid_and_take_no_contact_person() -> None:
    shipped = {m.name: m for m in mapping_file.shipped()}
    assert sorted(shipped) == ["beijing-open-catalog", "dcat-us", "sample-entries"]
    assert not any("contact" in column.lower() for m in shipped.values() for column in m.columns())


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        ("format", "mulu-mapping/2", "format must be"),
        ("fields.title", None, "must take a title"),
        ("fields.titel", {"column": "x"}, "fields.titel is not known"),
        ("fields.title.colum", "x", "fields.title.colum is not known"),
        ("fields.title.column", "", "fields.title.column must be a text"),
        ("fields.title.optional", "yes", "must be true or false"),
        ("fields.updated.zone", "Asia/Shanghai", "is no zone"),
        ("fields.abstract.column", "联系人", "never taken"),
        ("fields.abstract.column", "contactPoint.fn", "never taken"),
        ("provider.derive.pattern", "是(.*)提供", "no group `provider`"),
        ("provider.derive.pattern", "是(", "is no pattern"),
        ("provider.derive.pattern", "(" * 5_000, "is no pattern"),
        ("provider.derive.pattern", "(?P<provider>a{99999999999})", "is no pattern"),
        ("fields.updated.date_time", ["%Y%Y"], "%Y%Y is no form of dates"),
        ("fields.updated.date_time", ["%"], "% is no form of dates"),
        ("quiet", ["issued"], "not taken"),
        ("kind", "xml", "must be one of table, json"),
        ("share.constant", "1", "share.constant is not known"),
        ("fields.items", {"column": "x"}, "each"),
        ("local_code", None, "local_code must be an object"),
    ],
)
def test_a_wrong_rule_is_named(place: str, value: Any, problem: str) -> None:
    with pytest.raises(FileRefused, match=problem):
        mapping_file.parse(json.dumps(changed(place, value)).encode(), "m.json")


def test_a_rule_that_is_there_twice_is_refused() -> None:
    with pytest.raises(FileRefused, match="'name' is there twice"):
        mapping_file.parse(b'{"name": "a", "name": "b"}', "m.json")


def test_the_mapping_is_chosen_by_columns(tmp_path: Path) -> None:
    source = sources.read(write(tmp_path, f"{HEADER}\n1,市水务局,甲,a/1,\n"))
    richer = mapping(name="richer", secret={"column": "序号"})
    assert choose(source, [*mapping_file.shipped(), mapping()]).name == "table"
    assert choose(source, [mapping(), richer]).name == "richer"
    with pytest.raises(FileRefused, match="several mappings: table, twin"):
        choose(source, [mapping(), mapping(name="twin")])


def test_no_fitting_mapping_lists_each_with_what_is_missing(tmp_path: Path) -> None:
    source = sources.read(write(tmp_path, "部门,数据名称,路径\n市水务局,甲,a/1\n"))
    with pytest.raises(FileRefused) as refused:
        choose(source, [*mapping_file.shipped(), mapping()])
    message = refused.value.message
    assert "table: the file has no column 名称 (the file has 数据名称)" in message.en
    assert "dcat-us: is for json files" in message.en
    assert "名称（文件中有 数据名称）" in message.zh


def test_a_named_mapping_names_the_missing_column(tmp_path: Path) -> None:
    source = sources.read(write(tmp_path, "部门,路径\n市水务局,a/1\n"))
    with pytest.raises(FileRefused, match="no column 名称, 摘要"):
        require(source, mapping())


def test_a_mapping_is_found_by_name_or_path(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps(RULES), "own.json")
    assert mapping_file.find("dcat-us").name == "dcat-us"
    assert mapping_file.find(str(path)).name == "table"
    with pytest.raises(FileRefused, match="shipped are beijing-open-catalog, dcat-us, sample-entries"):
        mapping_file.find("nothing")


def test_a_file_is_drafted_through_a_named_or_a_fitting_mapping(tmp_path: Path) -> None:
    rules = write(tmp_path, json.dumps(RULES), "own.json")
    path = write(tmp_path, f"{HEADER}\n1,市水务局,甲,a/1,\n")
    assert draft_file(path, str(rules)).drafts[0].local_code == "1"
    with pytest.raises(FileRefused, match="fits no mapping"):
        draft_file(path)
    with pytest.raises(FileRefused, match="no column 所属部门"):
        draft_file(path, "beijing-open-catalog")


def test_columns_that_are_not_taken_are_said(tmp_path: Path) -> None:
    source = sources.read(write(tmp_path, f"{HEADER},共亨\n1,市水务局,甲,a/1,,无条件\n"))
    assert [note.en for note in source.not_taken(mapping())] == ["columns not taken: 共亨"]


def test_a_mark_of_secrecy_that_the_mapping_does_not_read_stops_the_file(tmp_path: Path) -> None:
    source = sources.read(write(tmp_path, f"{HEADER},密级\n1,市水务局,甲,a/1,,机密\n"))
    with pytest.raises(FileRefused, match="looks like a mark of secrecy"):
        source.not_taken(mapping())
