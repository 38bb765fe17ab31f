"""Each rule of a plan's row, broken once: the cell that is named and the code; the good row beside it is taken."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.grant.plan_file import AMENDMENTS, RENEWALS, Above, contains, read_plans, read_versions
from ledger.grant.records import Terms
from ledger.model.grant import Kind, Mode, Purpose
from ledger.publish.refusal import FileRefused
from tests.unit.grant.files import DIRECTORY, DISTRICT, OPERATOR, WATER, changed, faults, file_of

OPERATE = {
    "授权类型": "授权运营",
    "mode": "依场景",
    "implementer": "水务局",
    "grantee": "数据运营公司",
    "start": "2026-03-01",
    "until": "2028年2月29日",
    "area": "11",
    "level": "L2",
    "purposes": ["产业发展", "公益"],
    "title": "水情数据授权运营",
    "conditions": "符合条件",
    "operation_mode": "自主运营",
    "exit_mechanism": "提前三个月",
    "security": "被授权方负责",
}
SHARE = {
    "kind": "共享",
    "grantee": DISTRICT,
    "start": "2026/3/1",
    "until": "2026.12.31",
    "area": "110101",
    "level": "2级",
    "purposes": "履职、公共治理",
    "delegations": 1,
    "title": "水情共享",
}
PARENT = Above(
    5,
    Terms(
        start=int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()),
        end=int(datetime(2027, 12, 31, 16, tzinfo=UTC).timestamp()),
        area=110000000000,
        level=2,
        purposes=Purpose.DUTY | Purpose.GOVERNANCE,
        delegations=2,
    ),
)
WITHIN = {"grantee": DISTRICT, "until": "2027-01-01", "area": "110101", "purposes": "公共治理"}
CHILD = changed(SHARE, {"kind": None})


def test_good_rows(tmp_path: Path) -> None:
    name, (operate, share) = read_plans(file_of(tmp_path, OPERATE, SHARE), DIRECTORY)
    assert name == "rows.json"
    assert (operate.row, operate.kind, operate.mode, operate.parent) == (1, Kind.OPERATE, Mode.SCENARIO, 0)
    assert (operate.implementer, operate.grantee) == (WATER, OPERATOR)
    # The first second of the first day and the one after the last day, at Shanghai.
    assert datetime.fromtimestamp(operate.terms.start, UTC) == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert datetime.fromtimestamp(operate.terms.end, UTC) == datetime(2028, 2, 29, 16, tzinfo=UTC)
    assert (operate.terms.area, operate.terms.level, operate.terms.delegations) == (110000000000, 2, 0)
    assert operate.terms.purposes == Purpose.INDUSTRY | Purpose.PUBLIC_GOOD
    assert (share.kind, share.mode, share.implementer, share.terms.delegations) == (Kind.SHARE, Mode.NONE, None, 1)
    assert share.to_call()["implementer"] == bytes(18)
    _, (child,) = read_plans(file_of(tmp_path, CHILD), DIRECTORY, above=PARENT)
    assert (child.kind, child.parent) == (Kind.SHARE, 5)


BAD: list[tuple[str, dict[str, Any], dict[str, Any], Above | None, list[tuple[str | None, str]]]] = [
    ("kind blank", OPERATE, {"授权类型": None}, None, [("kind", "missing")]),
    ("kind unknown", OPERATE, {"授权类型": "租赁"}, None, [("授权类型", "spelling_unknown")]),
    ("mode blank", OPERATE, {"mode": None}, None, [("mode", "missing")]),
    ("mode unknown", OPERATE, {"mode": "其他"}, None, [("mode", "spelling_unknown")]),
    ("mode of a share", SHARE, {"mode": "整体"}, None, [("mode", "mode_of_share")]),
    ("implementer blank", OPERATE, {"implementer": None}, None, [("implementer", "missing")]),
    ("implementer nobody", OPERATE, {"implementer": "无此单位"}, None, [("implementer", "provider_unknown")]),
    ("implementer of a share", SHARE, {"implementer": "水务局"}, None, [("implementer", "implementer_of_share")]),
    ("grantee blank", SHARE, {"grantee": " "}, None, [("grantee", "missing")]),
    ("grantee nobody", SHARE, {"grantee": "无此单位"}, None, [("grantee", "provider_unknown")]),
    ("start blank", SHARE, {"start": ""}, None, [("start", "missing")]),
    ("start no date", SHARE, {"start": "明天"}, None, [("start", "date_invalid")]),
    ("until no day", SHARE, {"until": "2026-02-29"}, None, [("until", "date_invalid")]),
    ("until before start", SHARE, {"until": "2026-02-28"}, None, [("until", "term_empty")]),
    ("area blank", SHARE, {"area": None}, None, [("area", "missing")]),
    ("area of three digits", SHARE, {"area": "110"}, None, [("area", "area_invalid")]),
    ("area from zero", SHARE, {"area": "01"}, None, [("area", "area_invalid")]),
    ("area of full-width digits", SHARE, {"area": "１１"}, None, [("area", "area_invalid")]),
    ("level blank", SHARE, {"level": None}, None, [("level", "missing")]),
    ("level five", SHARE, {"level": "5"}, None, [("level", "spelling_unknown")]),
    ("purposes blank", SHARE, {"purposes": []}, None, [("purposes", "missing")]),
    ("purpose unknown", SHARE, {"purposes": "履职;其他"}, None, [("purposes", "spelling_unknown")]),
    ("industry for a share", SHARE, {"purposes": "产业发展"}, None, [("purposes", "purpose_of_other_kind")]),
    ("duty for an operator", OPERATE, {"purposes": "履职"}, None, [("purposes", "purpose_of_other_kind")]),
    ("delegations four", SHARE, {"delegations": 4}, None, [("delegations", "number_invalid")]),
    ("delegations negative", SHARE, {"delegations": -1}, None, [("delegations", "number_invalid")]),
    ("delegations of an operator", OPERATE, {"delegations": 1}, None, [("delegations", "not_delegable")]),
    ("title blank", SHARE, {"title": None}, None, [("title", "content_refused")]),
    ("a person in it", SHARE, {"remarks": "联系 13800138000"}, None, [("remarks", "content_refused")]),
    ("conditions open", OPERATE, {"conditions": None}, None, [("conditions", "not_settled")]),
    (
        "invisible character",
        SHARE,
        {"grantee": "市水\u200b务局"},
        None,
        [("grantee", "invisible_character"), ("grantee", "missing")],
    ),
    ("operate below a parent", OPERATE, WITHIN, PARENT, [("授权类型", "not_delegable")]),
    ("longer than the parent", CHILD, {"until": "2028-01-01"}, PARENT, [("until", "longer_than_parent")]),
    ("level above the parent's", CHILD, {"level": "3"}, PARENT, [("level", "level_too_high")]),
    ("more purposes", CHILD, {"purposes": "公益、履职"}, PARENT, [("purposes", "more_than_parent")]),
    ("as many delegations", CHILD, {"delegations": 2}, PARENT, [("delegations", "more_than_parent")]),
    ("area of the parent", CHILD, {"area": "11"}, PARENT, [("area", "area_outside")]),
    ("area beside the parent", CHILD, {"area": "12"}, PARENT, [("area", "area_outside")]),
    ("area beside the grantee", CHILD, {"area": "110102"}, PARENT, [("area", "area_outside")]),
]  # fmt: skip


@pytest.mark.parametrize(("good", "changes", "above", "wanted"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_row_is_refused_by_its_cell(
    tmp_path: Path,
    good: dict[str, Any],
    changes: dict[str, Any],
    above: Above | None,
    wanted: list[tuple[str | None, str]],
) -> None:
    """The good row after it stays unnamed; nothing is read of a file with a bad row."""
    rows = (changed(good, changes), CHILD if above else SHARE)
    found = faults(lambda: read_plans(file_of(tmp_path, *rows), DIRECTORY, above=above))
    assert found == [(1, *fault) for fault in wanted]


def test_every_bad_cell_of_every_row_is_named(tmp_path: Path) -> None:
    rows = (SHARE, changed(SHARE, {"level": "9", "area": "1"}), changed(SHARE, {"start": "x"}), "no object")
    found = faults(lambda: read_plans(file_of(tmp_path, *rows), DIRECTORY))
    assert set(found) >= {(2, "level", "spelling_unknown"), (2, "area", "area_invalid"), (3, "start", "date_invalid")}
    assert (4, None, "no_object") in found
    assert {row for row, _, _ in found} == {2, 3, 4}


def test_a_row_twice(tmp_path: Path) -> None:
    assert faults(lambda: read_plans(file_of(tmp_path, SHARE, OPERATE, SHARE), DIRECTORY)) == [(3, None, "row_twice")]


def test_a_file_that_is_none(tmp_path: Path) -> None:
    for rows, code in (((), "no_rows"), (({**SHARE, "salary": 1},), "columns_unknown")):
        with pytest.raises(FileRefused) as refused:
            read_plans(file_of(tmp_path, *rows), DIRECTORY)
        assert refused.value.code == code


AMENDED = {"授权编号": 7, "until": "2027-06-30", "title": "水情共享"}


def test_amendments_and_renewals(tmp_path: Path) -> None:
    _, (same, more) = read_versions(
        file_of(tmp_path, AMENDED, {**AMENDED, "授权编号": "8.0", "level": 3, "delegations": 0}), AMENDMENTS
    )
    assert (same.grant, same.area, same.level, same.purposes, same.delegations) == (7, None, None, None, None)
    assert (more.grant, more.level, more.delegations) == (8, 3, 0)
    _, (renewed,) = read_versions(file_of(tmp_path, AMENDED), RENEWALS)
    assert datetime.fromtimestamp(renewed.end, UTC) == datetime(2027, 6, 30, 16, tzinfo=UTC)
    with pytest.raises(FileRefused, match="level"):
        read_versions(file_of(tmp_path, {**AMENDED, "level": 3}), RENEWALS)


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"授权编号": None}, "grant", "missing"),
        ({"授权编号": 0}, "授权编号", "number_invalid"),
        ({"授权编号": 2**32}, "授权编号", "number_invalid"),
        ({"授权编号": "七"}, "授权编号", "number_invalid"),
        ({"授权编号": 8}, "授权编号", "row_twice"),
        ({"until": None}, "until", "missing"),
        ({"until": "never"}, "until", "date_invalid"),
        ({"level": 0}, "level", "spelling_unknown"),
        ({"area": "x"}, "area", "area_invalid"),
        ({"purposes": "x"}, "purposes", "spelling_unknown"),
        ({"delegations": 9}, "delegations", "number_invalid"),
        ({"title": None}, "title", "content_refused"),
    ],
)
def test_a_bad_amendment(tmp_path: Path, changes: dict[str, Any], column: str, code: str) -> None:
    rows = ({**AMENDED, "授权编号": 8}, changed(AMENDED, changes))
    assert faults(lambda: read_versions(file_of(tmp_path, *rows), AMENDMENTS)) == [(2, column, code)]


@pytest.mark.parametrize(
    ("outer", "inner", "inside"),
    [
        (110000000000, 110000000000, True),
        (110000000000, 110101001002, True),
        (110000000000, 120000000000, False),
        (110100000000, 110000000000, False),
        (110101001000, 110101001002, True),
        (110101001000, 110101002000, False),
        (110101001002, 110101001002, True),
        (110101001002, 110101001003, False),
    ],
)
def test_areas_inside_areas(outer: int, inner: int, inside: bool) -> None:
    assert contains(outer, inner) is inside
