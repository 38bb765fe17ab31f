"""Forms from files: every bad row at once, and what is withheld in no message."""

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.model.ids import entry_id
from ledger.publish.refusal import FileRefused
from ledger.registration.forms import FormsRefused, read_forms
from ledger.sample import APPLICATION

WATER = "11119900MBF1000095"


def form(**fields: Any) -> dict[str, Any]:
    (base,) = json.loads(APPLICATION.read_text("utf-8"))["applications"]
    return {**base, **fields}


def written(folder: Path, *forms: dict[str, Any]) -> Path:
    path = folder / "forms.json"
    path.write_text(json.dumps(list(forms), ensure_ascii=False), "utf-8")
    return path


def test_the_sample_is_read_with_its_entry() -> None:
    (row,) = read_forms(APPLICATION)
    assert row.title == "大中型水库水情日报(虚构)"
    assert row.entries == (entry_id(WATER, "306001/000001"),)
    assert "contact_name" in row.form.withheld
    assert (row.registrar, row.number) == (None, None)


def test_columns_that_are_no_fields_are_read(tmp_path: Path) -> None:
    more = {"登记机构代码": "11119900MBF105555E", "隐去字段": "主题、scene", "登记编号": "R20260827000001A"}
    (row,) = read_forms(written(tmp_path, form(**more)))
    assert (row.registrar, row.number) == ("11119900MBF105555E", "R20260827000001A")
    assert {"theme", "scene"} <= row.form.withheld


def test_entries_are_ascending_and_once(tmp_path: Path) -> None:
    names = [f"{WATER}/306001/00000{n}" for n in (3, 1, 2, 1)]
    (row,) = read_forms(written(tmp_path, form(登记目录条目="；".join(names))))
    assert row.entries == tuple(sorted({entry_id(WATER, name.partition("/")[2]) for name in names}))


def test_every_bad_row_is_named(tmp_path: Path) -> None:
    bad = [form(登记名称=""), form(登记名称="好"), form(登记目录条目="不是条目"), form(登记编号="R20260827000001B")]
    with pytest.raises(FormsRefused) as refused:
        read_forms(written(tmp_path, *bad))
    assert [(one.row, one.field) for one in refused.value.problems] == [
        (1, "title"),
        (3, "entries"),
        (4, "registration"),
    ]


def test_a_form_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormsRefused) as refused:
        read_forms(written(tmp_path, form(), form()))
    assert [one.message.en for one in refused.value.problems] == ["repeats row 1"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("登记承诺书摘要值", "张三 110101199003078515"), ("登记承诺书摘要值", "13800000000"), ("联系人", "张" * 300)],
)
def test_a_withheld_value_is_never_quoted(tmp_path: Path, field: str, value: str) -> None:
    with pytest.raises(FormsRefused) as refused:
        read_forms(written(tmp_path, form(**{field: value})))
    said = str(refused.value) + "".join(one.message.en + one.message.zh for one in refused.value.problems)
    assert value not in said
    assert value[:8] not in said


def test_a_field_that_is_withheld_by_choice_is_not_quoted_either(tmp_path: Path) -> None:
    with pytest.raises(FormsRefused) as refused:
        read_forms(written(tmp_path, form(数据级别="绝密甲", 隐去字段="数据级别")))
    assert "绝密甲" not in "".join(one.message.en + one.message.zh for one in refused.value.problems)


def test_an_unknown_column_refuses_the_table(tmp_path: Path) -> None:
    path = tmp_path / "forms.csv"
    path.write_text("登记名称,身份证\n甲,乙\n", "utf-8")
    with pytest.raises(FileRefused, match="身份证"):
        read_forms(path)


def test_a_number_of_very_many_digits_is_no_choice(tmp_path: Path) -> None:
    with pytest.raises(FormsRefused) as refused:
        read_forms(written(tmp_path, form(对象类型="9" * 5_000)))
    (problem,) = refused.value.problems
    assert "is none of 1 " in problem.message.en


def test_a_column_under_two_names_is_refused_where_they_differ(tmp_path: Path) -> None:
    path = written(tmp_path, form(registrar=WATER, 登记机构代码="11119900MBF105555E"))
    with pytest.raises(FormsRefused) as refused:
        read_forms(path)
    assert [(one.field, one.message.en) for one in refused.value.problems] == [
        ("registrar", "is given twice, also as 登记机构代码")
    ]
    assert read_forms(written(tmp_path, form(registrar=WATER, 登记机构代码=WATER)))[0].registrar == WATER


def test_columns_that_are_not_known_are_named_and_no_more_than_some(tmp_path: Path) -> None:
    path = tmp_path / "forms.csv"
    path.write_text(",".join(f"h{at}" for at in range(5_000)) + "\n1\n", "utf-8")
    with pytest.raises(FileRefused, match=r"the form has no h0, h1, .* … \(5000\)") as refused:
        read_forms(path)
    assert len(str(refused.value)) < 500
