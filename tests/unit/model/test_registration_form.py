"""The form: every gap at once, values as they stand in a leaf, nothing personal in what is shown."""

import re

import pytest

from ledger.model import canonical
from ledger.model.form_field import Kind, Visibility
from ledger.model.registration_form import BY_NAME, FORM, PUBLIC_BYTES, FormRefused, field_of, read_form
from tests.unit.certificate.material import RAW, SUBJECT


def problems(changes: dict[str, str], withhold: tuple[str, ...] = ()) -> dict[str, str]:
    with pytest.raises(FormRefused) as refused:
        read_form({**RAW, **changes}, withhold)
    return {problem.field: problem.message.en for problem in refused.value.problems}


def test_names_and_labels_are_distinct() -> None:
    assert len({field.name for field in FORM}) == len({field.label for field in FORM}) == len(FORM)
    assert all(field.choices for field in FORM if field.kind is Kind.CHOICE)
    assert all(field.needed_with is None or field.needed_with[0] in BY_NAME for field in FORM)


def test_reads_labels_and_names_in_the_order_of_the_form() -> None:
    form = read_form({**RAW, "theme": "交通运输"})
    order = [field.name for field in FORM]
    assert list(form.values) == sorted(form.values, key=order.index)
    assert form.values["subject_code"] == SUBJECT
    assert form.values["subject_area"] == "110000000000"
    assert form.values["object_type"] == "公共数据资源"
    assert form.values["formats"] == "csv\nxlsx"
    assert form.values["undertaking_date"] == "2026-01-20"
    assert form.values["undertaking_digest"].startswith("0x")
    assert form.values["abstract"].count("\n") == 1
    assert "volume" not in form.values


def test_content_holds_no_withheld_value() -> None:
    form = read_form(RAW, ["mandate"])
    assert {"contact_name", "contact_phone", "storage_location", "undertaking_signer", "mandate"} <= form.withheld
    content = canonical.decode(form.content)
    assert content["values"].keys() == form.values.keys() - form.withheld
    assert "13800138000" not in form.content.decode()


def test_names_every_gap_at_once() -> None:
    with pytest.raises(FormRefused) as refused:
        read_form({})
    assert {problem.field for problem in refused.value.problems} == {field.name for field in FORM if field.required}


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"统一社会信用代码": SUBJECT[:-1] + "0"}, "subject_code", "check character"),
        ({"对象类型": "3"}, "object_type", "none of 1 公共数据资源"),
        ({"行政区划代码": "110105x"}, "subject_area", "area code"),
        ({"承诺日期": "2026-02-30"}, "undertaking_date", "no date"),
        ({"登记承诺书摘要值": "13800138000"}, "undertaking_digest", "^is not what digest fields hold$"),
        ({"存证摘要值（SHA-256）": "ab"}, "evidence_sha256", "64 hex digits"),
        ({"登记名称": "目\u200b录"}, "title", "U\\+200B|ZERO WIDTH"),
        ({"登记名称": "目" * 257}, "title", "at most 256"),
        ({"登记名称": " "}, "title", "required"),
        ({"数据来源": "共享获得"}, "consent_digest", "required with source_kind"),
        ({"对象类型": "产品和服务"}, "product_form", "required with object_type"),
        ({"代理机构": "某某代理"}, "agent_name", "required with agent_organization"),
        ({"新字段": "x"}, "新字段", "no such field"),
        ({"title": "又一个"}, "title", "twice"),
        ({"主题": "请致电 13800138000"}, "theme", "must not be published"),
        ({"摘要": "联系 a@example.com"}, "abstract", "must not be published"),
        ({"关键词": "机密★三年"}, "keywords", "must not be published"),
    ],
)
def test_refuses(changes: dict[str, str], field: str, said: str) -> None:
    assert re.search(said, problems(changes)[field])


def test_personal_values_may_stand_where_they_are_withheld() -> None:
    assert read_form({**RAW, "主题": "请致电 13800138000"}, ["theme"]).values["theme"]


def test_what_the_notice_shows_cannot_be_withheld() -> None:
    assert "cannot be withheld" in problems({}, ("title",))["title"]
    assert "no such field" in problems({}, ("x",))["x"]
    assert BY_NAME["title"].visibility is Visibility.PUBLIC


def test_refuses_more_than_an_act_holds() -> None:
    lines = ";".join(f"{at}" + "目" * 200 for at in range(40))
    assert f"at most {PUBLIC_BYTES}" in problems({"关键词": lines})["form"]


@pytest.mark.parametrize("heading", ["title", "登记名称", "登记名称*", "登记名称 ＊", "登记名称：", " 登记名称"])
def test_column_headings(heading: str) -> None:
    field = field_of(heading)
    assert field is not None
    assert field.name == "title"


def test_column_heading_with_ascii_brackets() -> None:
    field = field_of("存证摘要值(SM3)")
    assert field is not None
    assert field.name == "evidence_sm3"
