from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.model import canonical
from ledger.model.content import Content, ContentRefused
from ledger.model.disclosure import DisclosureContent
from ledger.model.grant import GrantContent, Kind
from ledger.model.product import ProductContent, unit_bytes, unit_of

CONTENTS: list[type[Content]] = [GrantContent, ProductContent, DisclosureContent]
TITLE = {GrantContent: "title", ProductContent: "name", DisclosureContent: "title"}


def _texts(kind: type[Content]) -> st.SearchStrategy[dict[str, str]]:
    written = st.text(st.sampled_from("公共数据Ab1 。,\n\t"), max_size=20)
    return st.fixed_dictionaries(
        {name: written.filter(str.strip) for name in kind.required()},
        optional={name: written for name in kind.wordings() if name not in kind.required()},
    )


@pytest.mark.parametrize("kind", CONTENTS)
@given(data=st.data())
def test_what_a_person_wrote_is_parsed_as_it_was_encoded(kind: type[Content], data: Any) -> None:
    content = kind.read(data.draw(_texts(kind)))
    assert kind.parse(content.encode()) == content


@pytest.mark.parametrize("kind", CONTENTS)
def test_what_names_and_labels_say_is_one(kind: type[Content]) -> None:
    by_name = {name: f"值 {name}" for name in kind.wordings()}
    by_label = {kind.wordings()[name].label.zh: value for name, value in by_name.items()}
    assert len(by_label) == len(by_name)
    assert kind.read(by_label) == kind.read(by_name)


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "mulu-entry/1"}, "content is not mulu-"),
        ({"other": "x"}, "unknown fields other"),
        ({"remarks": ""}, "remarks is no text, empty"),
        ({"remarks": 1}, "remarks is no text"),
        ({"remarks": " x"}, "not normalized"),
        ({"remarks": "x" * 4_001}, "4001 characters, at most 4000"),
    ],
)
def test_reading_is_strict(kind: type[Content], change: dict[str, Any], said: str) -> None:
    raw = {"format": kind.FORMAT, TITLE[kind]: "标题"}
    assert kind.parse(canonical.encode(raw)).encode() == canonical.encode(raw)
    with pytest.raises(Malformed, match=said):
        kind.parse(canonical.encode(raw | change))


@pytest.mark.parametrize("kind", CONTENTS)
def test_a_title_is_required(kind: type[Content]) -> None:
    with pytest.raises(Malformed, match="must be stated"):
        kind.parse(canonical.encode({"format": kind.FORMAT}))
    with pytest.raises(ContentRefused, match="is required"):
        kind.read({})


def test_all_problems_are_said_at_once() -> None:
    texts = {"title": " ", "授权条件": "电话13800138000", "zone": "x" * 257, "unknown": "x", "场景": "x"}
    with pytest.raises(ContentRefused) as refusal:
        GrantContent.read(texts)
    problems = {problem.field: problem.message for problem in refusal.value.problems}
    assert problems.keys() == {"title", "conditions", "zone", "unknown", "场景"}
    assert "mobile_number" in problems["conditions"].en
    assert problems["title"].zh == "授权名称为必填项"


def test_a_content_that_would_not_fit_an_act_is_refused() -> None:
    long = {name: "字" * 4_000 for name, wording in GrantContent.wordings().items() if wording.lines}
    with pytest.raises(ContentRefused, match="at most 32768"):
        GrantContent.read({"title": "标题"} | long)


def test_a_plan_of_operation_settles_conditions_mode_exit_and_security() -> None:
    bare = GrantContent(title="标题")
    assert bare.unsettled(Kind.OPERATE) == ("conditions", "operation_mode", "exit_mechanism", "security")
    assert bare.unsettled(Kind.SHARE) == ()
    full = GrantContent(title="标题", conditions="甲", operation_mode="乙", exit_mechanism="丙", security="丁")
    assert full.unsettled(Kind.OPERATE) == ()


def test_units_are_ascii_padded_with_zeros() -> None:
    assert unit_bytes("call") == b"call" + bytes(28)
    assert unit_of(unit_bytes("call")) == "call"
    assert unit_of(b"a\x00b" + bytes(29)) == "a\\x00b"
    for odd in ("", "次", " call", "a call", "x" * 33, "a\tb"):
        with pytest.raises(Malformed, match="want 1 to 32 visible ASCII"):
            unit_bytes(odd)
