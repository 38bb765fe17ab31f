import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model import text

VISIBLE = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"]))
BLANKS = st.text(st.sampled_from("\t\r\n\u00a0\u3000 ab\u4e2d"))


@given(VISIBLE | BLANKS)
def test_normalizations_are_idempotent(raw: str) -> None:
    try:
        once, lines = text.single_line(raw), text.abstract(raw)
    except text.ForbiddenCharacter:
        return
    assert text.single_line(once) == once
    assert text.abstract(lines) == lines
    assert unicodedata.is_normalized("NFC", once)
    assert not set(once) & set("\t\r\n\u00a0\u3000")
    assert not set(lines) & set("\t\r\u00a0\u3000")


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("标题\r\n", "标题"),
        (" 政府机构与社会团体", "政府机构与社会团体"),
        ("甲\t\u00a0\u3000\n乙", "甲 乙"),
        ("e\u0301", "\u00e9"),
        ("（全角）ＡＢＣ", "（全角）ＡＢＣ"),
    ],
)
def test_single_line_keeps_one_kind_of_blank(raw: str, line: str) -> None:
    assert text.single_line(raw) == line


def test_abstract_keeps_line_feeds() -> None:
    assert text.abstract("\n甲\r\n乙\r丙\n丁\t戊\u3000 ") == "甲\n乙\n丙\n丁 戊"


@pytest.mark.parametrize(
    ("character", "name"),
    [("\x00", "U+0000"), ("\u202e", "U+202E"), ("\u200b", "U+200B"), ("\ufeff", "U+FEFF"), ("\ufffd", "U+FFFD")],
)
def test_invisible_characters_are_refused_by_name(character: str, name: str) -> None:
    for normalize in (text.single_line, text.abstract):
        with pytest.raises(text.ForbiddenCharacter, match=name.replace("+", r"\+")) as refused:
            normalize(f"甲{character}乙")
        assert refused.value.at == 1


def test_every_control_and_format_character_is_refused_but_blanks_and_visible_marks() -> None:
    accepted = []
    for code in [*range(0x3000), *range(0xD800, 0xE000), *range(0xFE00, 0x11400), *range(0x1B000, 0x1E000), 0xE0001]:
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            try:
                text.single_line("甲" + chr(code))
                accepted.append(code)
            except text.ForbiddenCharacter:
                pass
    # What is left of Cf is visible: signs that Arabic, Syriac and Kaithi write before numbers and words.
    marks = [*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD]
    assert accepted == [0x09, 0x0A, 0x0D, *marks]
