"""Two-character Chinese search."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.store.bigrams import query_terms, tokens


def found(question: str, text: str) -> bool:
    """As the database would answer."""
    have = set(tokens([text])[0].split())
    return all(
        any(token.startswith(term[:-1]) for token in have) if term.endswith("*") else term in have
        for term in query_terms(question)
    )


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("数据", "公共数据目录"),
        ("目录", "公共数据目录"),
        ("录", "公共数据目录"),
        ("公", "公共数据目录"),
        ("公共数据", "公共数据目录"),
        ("csv 取水", "取水许可(CSV)"),
        ("ＣＳＶ", "取水许可csv"),
        ("csv", "取水许可ＣＳＶ格式"),
        ("straße", "STRASSE"),
        ("𠮷野", "𠮷野家"),
        ("2024年", "截至2024年"),
        ("½", "½ 升"),
    ],
)
def test_is_found(question: str, text: str) -> None:
    assert found(question, text)


@pytest.mark.parametrize(
    ("question", "text"), [("据目", "数据和目录"), ("csv", "csvx"), ("取火", "取水"), ("水取", "取水")]
)
def test_is_not_found(question: str, text: str) -> None:
    assert not found(question, text)


def test_a_question_without_letters_asks_for_nothing() -> None:
    assert query_terms(" ,。\"*'-") == []


TEXTS = st.text(st.sampled_from("数据目录取水许可ABab12 ,。_ﬁé１𠮷あ한½"), max_size=20).map(
    lambda text: unicodedata.normalize("NFC", text)
)


@given(TEXTS, st.data())
def test_any_part_of_two_cjk_characters_or_a_whole_word_is_found(text: str, data: st.DataObject) -> None:
    terms = query_terms(text)
    assert found(text, text)
    if terms:
        assert found(data.draw(st.sampled_from(terms)).rstrip("*"), text)


@given(st.lists(TEXTS | st.text(max_size=10), max_size=4))
def test_texts_beside_it_change_no_text(texts: list[str]) -> None:
    assert tokens(texts) == [tokens([text])[0] for text in texts]


@given(st.text(max_size=30))
def test_terms_hold_no_syntax(text: str) -> None:
    for term in [*query_terms(text), *tokens([unicodedata.normalize("NFC", text)])[0].split()]:
        assert not set('"* ') & set(term.removesuffix("*"))
