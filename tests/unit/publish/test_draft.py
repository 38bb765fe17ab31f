import json
from pathlib import Path
from typing import Any

import pytest

from ledger.model.entry import Kind, Level, Open, Share
from ledger.publish import mapping_file, sources
from ledger.publish.draft import Drafts, EntryDraft, draft_all
from tests.unit.publish.builders import HEADER, RULES, drafts_of, mapping, write

FULL = HEADER + ",共享,开放,级别,主题,格式,更新,周期,汇聚,是否涉密"
IDENTITY = "11010519491231002X"


def only(drafts: Drafts) -> EntryDraft:
    assert drafts.refusals == ()
    assert len(drafts.drafts) == 1
    return drafts.drafts[0]


def codes(drafts: Drafts) -> list[tuple[int, str | None, str]]:
    return [(refusal.row, refusal.column, refusal.code) for refusal in drafts.refusals]


def json_drafts(folder: Path, document: Any, name: str = "sample-entries") -> Drafts:
    return draft_all(sources.read(write(folder, json.dumps(document), "x.json")), mapping_file.find(name))


def sample(**changes: Any) -> dict[str, Any]:
    entry = {"provider": "w", "entry_name": "水情", "resource_code": "1/1", "secret_flag": False} | changes
    return {"orgs": [{"key": "w", "name": "市水务局"}], "entries": [entry]}


def test_what_a_row_does_not_state_stays_absent(tmp_path: Path) -> None:
    draft = only(drafts_of(tmp_path, "1,市水务局,水情,http://x/a/9f.htm,"))
    assert draft.content == {"format": "mulu-entry/1", "source": "table.example", "title": "水情"}
    assert (draft.local_code, draft.provider_name, draft.provider_derived) == ("9f", "市水务局", False)
    stated = (draft.kind, draft.share, draft.open, draft.level)
    assert stated == (Kind.RESOURCE, Share.NOT_STATED, Open.NOT_STATED, Level.NOT_STATED)


def test_what_a_row_states_is_normalized(tmp_path: Path) -> None:
    row = '1,市水务局,"水情\t日报\r\n",a/1?x=2#y,"甲\r\n乙\t",无条件共享,有条件,L2, 文化娱乐,"XLSX, csv,csv,",'
    draft = only(drafts_of(tmp_path, row + "2026-02-11 16:35:36,每小时,是,否", header=FULL))
    assert draft.content == {
        "format": "mulu-entry/1",
        "source": "table.example",
        "title": "水情 日报",
        "abstract": "甲\n乙",
        "theme": "文体娱乐",
        "formats": ["csv", "xlsx"],
        "updated": "2026-02-11T16:35:36+08:00",
        "update_cycle": "other",
        "update_cycle_text": "每小时",
        "aggregated": True,
    }
    assert draft.local_code == "1"
    assert (draft.share, draft.open, draft.level) == (Share.UNCONDITIONAL, Open.CONDITIONAL, Level.L2)


def test_every_bad_cell_of_every_row_is_reported_at_once(tmp_path: Path) -> None:
    drafts = drafts_of(
        tmp_path,
        "1,市水务局,,x/,a\u202eb,也许,,,,,昨天,,,",
        "2,市水务局,甲,x/2,,,,,,,,,,",
        "3,,乙,x/3,,,,L9,,,,,或许,内部",
        header=FULL,
    )
    assert codes(drafts) == [
        (2, "路径", "local_code_missing"),
        (2, "共享", "spelling_unknown"),
        (2, "名称", "value_missing"),
        (2, "摘要", "character_forbidden"),
        (2, "更新", "time_invalid"),
        (4, "部门", "value_missing"),
        (4, "是否涉密", "spelling_unknown"),
        (4, "级别", "spelling_unknown"),
        (4, "汇聚", "spelling_unknown"),
    ]
    assert [draft.row for draft in drafts.drafts] == [3]
    forbidden = next(refusal for refusal in drafts.refusals if refusal.code == "character_forbidden")
    assert forbidden.value == "a‹U+202E›b"
    assert "U+202E" in forbidden.why.en
    assert "U+202E" in forbidden.why.zh
    assert (drafts.unreadable_row_count, drafts.refused_local_codes) == (1, {"3"})


def test_a_provider_is_derived_only_where_the_cell_names_none(tmp_path: Path) -> None:
    drafts = drafts_of(
        tmp_path,
        "1,往年,甲,x/1,该数据是由市教委提供的甲",
        "2,往年,乙,x/2,没有写明",
        "3,市水务局,丙,x/3,该数据是市教委提供的丙",
    )
    first, third = drafts.drafts
    assert (first.provider_name, first.provider_derived, first.content["provider_derived"]) == ("市教委", True, True)
    assert (third.provider_name, third.provider_derived) == ("市水务局", False)
    assert "provider_derived" not in third.content
    assert codes(drafts) == [(3, "部门", "provider_not_derivable")]


@pytest.mark.parametrize("mark", ["是", "true", "机密"])
def test_secret_entries_are_refused(tmp_path: Path, mark: str) -> None:
    row = f"1,市水务局,甲,x/1,,,,,,,,,,{mark}"
    assert codes(drafts_of(tmp_path, row, header=FULL)) == [(2, "是否涉密", "secret")]


@pytest.mark.parametrize(
    ("value", "code"),
    [(IDENTITY, "identity_number"), ("13800138000", "mobile_number"), ("a.b@example.org", "mail_address")],
)
@pytest.mark.parametrize("column", ["名称", "摘要", "路径"])
def test_personal_values_are_refused_wherever_they_stand_and_never_shown(
    tmp_path: Path, value: str, code: str, column: str
) -> None:
    cells = {"名称": "甲", "摘要": "乙", "路径": "x/1"} | {column: f"x/{value}"}
    drafts = drafts_of(tmp_path, f"1,市水务局,{cells['名称']},{cells['路径']},{cells['摘要']}")
    assert codes(drafts) == [(2, column, code)]
    assert value not in str(drafts.refusals)


def test_personal_values_inside_lists_are_refused_too(tmp_path: Path) -> None:
    drafts = json_drafts(tmp_path, sample(items=[{"name_cn": "电话13800138000"}]))
    assert codes(drafts) == [(1, "items", "mobile_number")]
    assert "items[0].name" in drafts.refusals[0].why.en


def test_personal_fields_in_what_is_not_closed_are_a_warning(tmp_path: Path) -> None:
    rows = [
        f"1,市水务局,甲,x/{opened},包括姓名、身份证号,,{opened},,,,,,," for opened in ("", "无条件开放", "不予开放")
    ]
    drafts = drafts_of(tmp_path, *rows[:0], rows[0].replace("x/", "x/0"), *rows[1:], header=FULL)
    assert [[w.code for w in draft.warnings] for draft in drafts.drafts] == [["personal_field"] * 2] * 2 + [[]]


def test_items_come_from_declared_items_only(tmp_path: Path) -> None:
    item = {
        "name_cn": "编码",
        "field": "",
        "type": "C",
        "length": 10,
        "pk": True,
        "level": "L1",
        "share": "",
        "open": "开放",
    }
    draft = only(json_drafts(tmp_path, sample(items=[item], abstract="包括编码、日期")))
    assert draft.content["items"] == [{"name": "编码", "type": "C", "length": "10", "key": True, "level": 1, "open": 1}]
    assert "items" not in only(json_drafts(tmp_path, sample(abstract="包括编码、日期"))).content


def test_a_bad_item_is_named_by_its_place(tmp_path: Path) -> None:
    drafts = json_drafts(tmp_path, sample(items=[{"name_cn": "甲"}, {"name_cn": " ", "level": "L1"}]))
    assert codes(drafts) == [(1, "items[1].name_cn", "value_missing")]
    drafts = json_drafts(tmp_path, sample(items=[{"name_cn": "甲", "level": "高"}]))
    assert codes(drafts) == [(1, "items[0].level", "spelling_unknown")]


def test_a_provider_key_is_looked_up_in_the_document(tmp_path: Path) -> None:
    assert only(json_drafts(tmp_path, sample())).provider_name == "市水务局"
    assert codes(json_drafts(tmp_path, sample(provider="q"))) == [(1, "provider", "reference_unknown")]


def test_dcat_gives_distributions_and_no_contact(tmp_path: Path) -> None:
    record = {
        "title": "Bridges",
        "identifier": "bridges",
        "accessLevel": "public",
        "publisher": {"name": "City of Nowhere"},
        "description": "Line one.\r\nLine two.",
        "modified": "R/P1D",
        "issued": "2020-05-01T12:00:00Z",
        "keyword": ["road", "bridge", "road"],
        "contactPoint": {"fn": "Somebody", "hasEmail": "mailto:somebody@example.org"},
        "spatial": None,
        "distribution": [
            {"title": "CSV", "format": "CSV", "mediaType": "text/csv", "downloadURL": "https://x.example/1"}
        ],
    }
    draft = only(json_drafts(tmp_path, {"dataset": [record]}, "dcat-us"))
    assert draft.open is Open.UNCONDITIONAL
    assert draft.share is Share.NOT_STATED
    assert draft.content == {
        "format": "mulu-entry/1",
        "source": "dcat-us",
        "title": "Bridges",
        "abstract": "Line one.\nLine two.",
        "keywords": ["bridge", "road"],
        "issued": "2020-05-01T20:00:00+08:00",
        "distributions": [
            {"title": "CSV", "format": "CSV", "media_type": "text/csv", "download_url": "https://x.example/1"}
        ],
    }


def test_a_date_without_time_stays_one_and_a_time_without_zone_is_refused(tmp_path: Path) -> None:
    row = "1,市水务局,甲,x/1,,,,,,,{},,,"
    assert only(drafts_of(tmp_path, row.format("2026-02-11"), header=FULL)).content["updated"] == "2026-02-11"
    rules = mapping(fields=RULES["fields"] | {"updated": {"column": "更新", "date_time": ["%Y-%m-%d %H:%M:%S"]}})
    drafts = drafts_of(tmp_path, row.format("2026-02-11 01:02:03"), header=FULL, rules=rules)
    assert codes(drafts) == [(2, "更新", "zone_missing")]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("x", (1, None, "record_no_object")),
        (sample(entry_name=["x"])["entries"][0], (1, "entry_name", "value_no_text")),
        (sample(items="x")["entries"][0], (1, "items", "list_malformed")),
        (sample(resource_code="长" * 50)["entries"][0], (1, "resource_code", "local_code_too_long")),
        (sample(abstract="长" * 20_000)["entries"][0], (1, None, "content_too_large")),
        (sample(abstract="长" * 40_000)["entries"][0], (1, "abstract", "cell_too_long")),
    ],
)
def test_records_of_the_wrong_form_are_refused(tmp_path: Path, record: Any, expected: Any) -> None:
    good = sample(resource_code="2")
    drafts = json_drafts(tmp_path, good | {"entries": [record, *good["entries"]]})
    assert codes(drafts) == [expected]
    assert len(drafts.drafts) == 1


def test_a_fault_in_a_column_that_is_not_taken_refuses_nothing(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (HEADER.split(","), ["=1+1", "市水务局", "甲", "x/1", ""], [1, "市水务局", "=A1", "x/2", ""]):
        book.active.append(row)
    book.save(tmp_path / "w.xlsx")
    drafts = draft_all(sources.read(tmp_path / "w.xlsx"), mapping())
    assert [draft.local_code for draft in drafts.drafts] == ["1"]
    assert codes(drafts) == [(3, "名称", "formula_cell")]
    assert drafts.refused_local_codes == {"2"}
