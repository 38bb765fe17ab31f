"""Canonical JSON: the examples of RFC 8785 as far as the restricted form has them, and what readers refuse."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.model.canonical import decode, encode

LARGEST = 2**53 - 1


characters = st.one_of(
    st.characters(exclude_categories=["Cs", "Cc"]), st.sampled_from('\n"\\/\u2028\u2029\ufeff\uffff😀𠮷')
)
strings = st.text(characters).map(lambda text: unicodedata.normalize("NFC", text))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | strings,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(strings, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_decode_inverts_encode(value: Any) -> None:
    data = encode(value)
    assert decode(data) == value
    assert json.loads(data) == value
    assert encode(decode(data)) == data


@given(values.filter(lambda value: encode(value) != json.dumps(value).encode()))
def test_decode_refuses_other_json_of_the_same_value(value: Any) -> None:
    # json.dumps escapes what is not ASCII and spaces its separators.
    with pytest.raises(Malformed, match="differs from its canonical form"):
        decode(json.dumps(value).encode())


@given(st.dictionaries(strings, st.integers(0, 9), min_size=2, max_size=6))
def test_order_of_writing_does_not_matter(value: dict[str, int]) -> None:
    assert encode(dict(reversed(value.items()))) == encode(value)


@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_decode_of_anything_is_a_value_or_malformed(data: bytes) -> None:
    try:
        value = decode(data)
    except Malformed:
        return
    assert encode(value) == data


def test_names_are_sorted_by_utf16_code_units() -> None:
    # RFC 8785 §3.2.3, with U+FB00 for U+FB33, which is not NFC; the emoji sorts by its first surrogate, before U+FB00.
    names = {"\u20ac": 1, "\n": 2, "\ufb00": 3, "1": 4, "\U0001f600": 5, "\u00b6": 6, "\u00f6": 7}
    assert list(json.loads(encode(names))) == ["\n", "1", "\u00b6", "\u00f6", "\u20ac", "\U0001f600", "\ufb00"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"literals": [None, True, False]}, '{"literals":[null,true,false]}'),  # RFC 8785 §3.2.2
        ('€$\nA\'B"\\\\"/', '"€$\\nA\'B\\"\\\\\\\\\\"/"'),  # §3.2.2.2, without U+000F
        ({"10": {}, "1": [], "2": [{}]}, '{"1":[],"10":{},"2":[{}]}'),
        ({"": 0, "a": {"b": 1, "A": 2}}, '{"":0,"a":{"A":2,"b":1}}'),
        ("目录\u2028𠮷", '"目录\u2028𠮷"'),
        ((1, 2), "[1,2]"),
        (0, "0"),
        (-LARGEST, "-9007199254740991"),
        ([True, 1], "[true,1]"),
    ],
)
def test_encode(value: Any, text: str) -> None:
    assert encode(value) == text.encode()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(1.0, id="float"),
        pytest.param(float("nan"), id="nan"),
        pytest.param(LARGEST + 1, id="integer_too_large"),
        pytest.param(-LARGEST - 1, id="integer_too_small"),
        pytest.param(10**5000, id="integer_of_many_digits"),
        pytest.param("e\u0301", id="not_nfc"),
        pytest.param({"e\u0301": 1}, id="name_not_nfc"),
        pytest.param("\u212b", id="singleton_not_nfc"),
        pytest.param("\t", id="tab"),
        pytest.param("\r\n", id="carriage_return"),
        pytest.param("\x00", id="nul"),
        pytest.param("\x7f", id="delete"),
        pytest.param("\x85", id="next_line"),
        pytest.param({"\x1f": 1}, id="control_character_in_name"),
        pytest.param("\ud800", id="lone_high_surrogate"),
        pytest.param("a\udfff", id="lone_low_surrogate"),
        pytest.param("\ude00\ud83d", id="surrogates_in_wrong_order"),
        pytest.param({1: 2}, id="name_is_no_string"),
        pytest.param(b"bytes", id="bytes"),
        pytest.param({1, 2}, id="set"),
    ],
)
def test_encode_refuses(value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the reasons have one class and many words
        encode([value])


def test_encode_refuses_a_value_that_holds_itself() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(ValueError, match="nested deeper than 32"):
        encode(value)


MALFORMED = {
    "nothing": b"",
    "duplicate_name": b'{"a":1,"a":2}',
    "duplicate_name_same_value": b'{"a":1,"a":1}',
    "duplicate_name_by_escape": b'{"a":1,"\\u0061":1}',
    "wrong_order": b'{"b":1,"a":2}',
    "order_by_code_points": '{"\ufb00":1,"😀":2}'.encode(),
    "float": b"1.5",
    "float_of_integer_value": b"1.0",
    "exponent": b"1e2",
    "nan": b"NaN",
    "infinity": b"-Infinity",
    "minus_zero": b"-0",
    "leading_zero": b"01",
    "plus": b"+1",
    "integer_too_large": b"9007199254740992",
    "integer_too_small": b"-9007199254740992",
    "integer_of_many_digits": b"9" * 5000,
    "not_nfc": '"e\u0301"'.encode(),
    "name_not_nfc": '{"e\u0301":1}'.encode(),
    "raw_control_character": b'"\x01"',
    "raw_line_feed": b'"\n"',
    "escaped_control_character": b'"\\u0001"',
    "escaped_tab": b'"\\t"',
    "delete": b'"\x7f"',
    "c1_control_character": '"\x9f"'.encode(),
    "needless_escape": b'"\\u0041"',
    "escaped_slash": b'"\\/"',
    "line_feed_as_hex_escape": b'"\\u000a"',
    "escaped_surrogate_pair": b'"\\ud83d\\ude00"',
    "escaped_lone_surrogate": b'"\\ud800"',
    "raw_lone_surrogate": b'"\xed\xa0\x80"',
    "overlong_utf8": b'"\xc0\xaf"',
    "truncated_utf8": b'"\xe7\x9b',
    "latin_1": b'"\xe9"',
    "utf_16": '"a"'.encode("utf-16-le"),
    "bom": b'\xef\xbb\xbf"a"',
    "leading_space": b" 1",
    "trailing_line_feed": b"1\n",
    "space_after_colon": b'{"a": 1}',
    "space_after_comma": b"[1, 2]",
    "trailing_comma": b"[1,]",
    "two_values": b"1 2",
    "single_quotes": b"'a'",
    "comment": b"1//",
    "truncated": b'{"a":',
    "too_deep": b"[" * 33 + b"]" * 33,
    "too_deep_objects": b'{"a":' * 33 + b"1" + b"}" * 33,
    "far_too_deep": b"[" * 100_000,
}


@pytest.mark.parametrize("name", MALFORMED)
def test_decode_refuses(name: str) -> None:
    with pytest.raises(Malformed, match=r"^not canonical JSON: "):
        decode(MALFORMED[name])


@pytest.mark.parametrize("data", [b"[" * 32 + b"]" * 32, b"[" * 32 + b"1" + b"]" * 32])
def test_nesting_of_32_is_read(data: bytes) -> None:
    assert encode(decode(data)) == data


def test_refusal_names_the_byte() -> None:
    with pytest.raises(Malformed, match=r"at byte 5$"):
        decode(b'{"a": 1}')
