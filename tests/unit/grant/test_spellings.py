"""What a person may write for the values of a grant, and that nothing else is guessed at."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ledger.grant import spellings
from ledger.grant.rows import Wrong, words
from ledger.model.grant import Approval, Kind, Mode, Operation, Purpose

READ: list[tuple[Callable[[str], Any], str, Any]] = [
    (spellings.one_of(spellings.KINDS), " OPERATE ", Kind.OPERATE),
    (spellings.one_of(spellings.KINDS), "共享使用权限", Kind.SHARE),
    (spellings.one_of(spellings.MODES), "整体授权", Mode.OVERALL),
    (spellings.one_of(spellings.APPROVALS), "提供单位同意", Approval.CONSENT),
    (spellings.operations, "查询；核验;Compute、导出", sum(Operation)),
    (spellings.purposes, "duty|公益\n行业发展", Purpose.DUTY | Purpose.PUBLIC_GOOD | Purpose.SECTOR),
    (spellings.level, "L3", 3),
    (spellings.level, "4级", 4),
    (spellings.area, "11", 110000000000),
    (spellings.area, "110101001", 110101001000),
    (spellings.area, " 110101001002 ", 110101001002),
    (spellings.day, "2026-03-01", date(2026, 3, 1)),
    (spellings.day, "2026年3月1日", date(2026, 3, 1)),
    (spellings.day, "2026/3/1", date(2026, 3, 1)),
    (spellings.day, "2026-03-01 00:00:00", date(2026, 3, 1)),
    (spellings.first_second, "2026-03-01", 1_772_294_400),
    (spellings.last_second, "2026-02-28", 1_772_294_400),
    (spellings.number(0, 3), "3.0", 3),
]
REFUSED: list[tuple[Callable[[str], Any], str, str]] = [
    (spellings.one_of(spellings.KINDS), "授权", "spelling_unknown"),
    (spellings.operations, "查询和核验", "spelling_unknown"),
    (spellings.purposes, "其他", "spelling_unknown"),
    (spellings.level, "5", "spelling_unknown"),
    (spellings.level, "0", "spelling_unknown"),
    (spellings.area, "110", "area_invalid"),
    (spellings.area, "0101", "area_invalid"),
    (spellings.area, "", "area_invalid"),
    (spellings.day, "2026-13-01", "date_invalid"),
    (spellings.day, "26-3-1", "date_invalid"),
    (spellings.day, "2026-03-01 12:00", "date_invalid"),
    (spellings.day, "长期", "date_invalid"),
    (spellings.number(1, 3), "0", "number_invalid"),
    (spellings.number(1, 3), "4", "number_invalid"),
    (spellings.number(1, 3), "1.5", "number_invalid"),
    (spellings.number(1, 3), "-1", "number_invalid"),
    (spellings.number(1, 3), "²", "number_invalid"),
]


@pytest.mark.parametrize(("read", "value", "wanted"), READ, ids=[value for _, value, _ in READ])
def test_spellings(read: Callable[[str], Any], value: str, wanted: Any) -> None:
    assert read(value) == wanted


@pytest.mark.parametrize(("read", "value", "code"), REFUSED, ids=[f"{code} {value}" for _, value, code in REFUSED])
def test_what_is_not_known_is_refused(read: Callable[[str], Any], value: str, code: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read(value)
    assert wrong.value.code == code
    assert wrong.value.why.zh
    assert wrong.value.what_to_do.en


def test_an_unknown_spelling_is_shown_short_with_what_can_be_written() -> None:
    with pytest.raises(Wrong) as wrong:
        spellings.level("长" * 200)
    assert len(wrong.value.why.zh) < 60
    assert "l4" in wrong.value.what_to_do.en


def test_words_of_a_list() -> None:
    assert words(" a；b;;c，d,e、f|\ng ") == list("abcdefg")
    assert words(" ；") == []
