import pytest

from ledger.model.personal import Personal, findings, masked, personal_fields

# The example of GB 11643-1999, nobody's number.
IDENTITY = "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"身份证{IDENTITY}。", Personal.IDENTITY_NUMBER),
        ("证件 110105 19491231 002x", Personal.IDENTITY_NUMBER),
        ("１１０１０５１９４９１２３１００２Ｘ", Personal.IDENTITY_NUMBER),
        ("电话13800138000", Personal.MOBILE_NUMBER),
        ("电话 138-0013-8000 转", Personal.MOBILE_NUMBER),
        ("+86 13800138000", Personal.MOBILE_NUMBER),
        ("8613800138000", Personal.MOBILE_NUMBER),
        ("写信给 someone.else+x@example.org", Personal.MAIL_ADDRESS),
        ("秘密★5年", Personal.SECRECY_MARK),
    ],
)
def test_values_are_found_wherever_they_stand(text: str, kind: Personal) -> None:
    assert [finding.kind for finding in findings(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "身份证号、姓名、联系电话",
        "110105194912310021",  # wrong check digit
        "110105194913310020",  # no such month
        "91110105MA00000000",
        "1700000000000",
        "010-12345678",
        "950690b13800138000480bb3a593ccba",  # digits of a hexadecimal identifier
        "秘密警察史料",
        "https://example.org/@39.9,116.4",
    ],
)
def test_what_is_nobodys_value_is_left_alone(text: str) -> None:
    assert findings(text) == []


def test_masking_shows_no_value_whole() -> None:
    masked_text = masked(f"{IDENTITY} 和 13800138000 和 a.b@example.org")
    assert masked_text == "1*** 和 1*** 和 a***"


def test_personal_fields_are_named_once() -> None:
    assert personal_fields("姓名、身份证号、姓名") == ["姓名", "身份证"]
