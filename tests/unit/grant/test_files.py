"""Files of grants and products: cells that no reader of numbers, dates or names may stumble over."""

from pathlib import Path

import pytest

from ledger.grant.disclosure_file import read_disclosures
from ledger.grant.items import bitmap
from ledger.grant.plan_file import AMENDMENTS, read_versions
from ledger.grant.rows import RowsRefused, Wrong
from ledger.publish.refusal import FileRefused, Refusal


def refusals(path: Path, text: str) -> list[Refusal]:
    """What is refused of a file of amendments."""
    path.write_text(text, "utf-8")
    with pytest.raises(RowsRefused) as refused:
        read_versions(path, AMENDMENTS)
    return list(refused.value.refusals)


def codes(found: list[Refusal]) -> list[tuple[str | None, str]]:
    return [(one.column, one.code) for one in found]


@pytest.mark.parametrize("number", ["9" * 5_000, "4294967296", "²", "１", "-1", "1.5", "0", ""])
def test_what_is_no_number(tmp_path: Path, number: str) -> None:
    found = refusals(tmp_path / "a.csv", f"grant,until,title\n{number},2027-01-01,水情\n")
    assert codes(found) == [("grant", "number_invalid" if number else "missing")]
    assert len(found[0].value) < 100


@pytest.mark.parametrize("number", ["1", "4294967295", "7.0", "0" * 5_000 + "12", " 3 "])
def test_what_is_a_number(tmp_path: Path, number: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"grant,until,title\n{number},2027-01-01,水情\n", "utf-8")
    (read,) = read_versions(path, AMENDMENTS)[1]
    assert read.grant == int(float(number[-10:]))


def test_the_last_days_of_time_have_no_next_day(tmp_path: Path) -> None:
    found = refusals(tmp_path / "a.csv", "grant,until,title\n1,9999-12-31,水情\n")
    assert codes(found) == [("until", "date_invalid")]


def test_a_column_under_two_names_is_refused(tmp_path: Path) -> None:
    found = refusals(tmp_path / "a.csv", "grant,授权编号,until,title\n1,2,2027-01-01,水情\n")
    assert codes(found) == [("授权编号", "column_twice")]


def test_a_cell_that_is_too_long_is_refused_unread(tmp_path: Path) -> None:
    found = refusals(tmp_path / "a.csv", f"grant,until,title\n1,2027-01-01,{'水' * 32_768}\n")
    assert ("title", "cell_too_long") in codes(found)


def test_columns_that_are_not_known_are_named_and_no_more_than_some(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text(",".join(f"h{at}" for at in range(5_000)) + "\n1\n", "utf-8")
    with pytest.raises(FileRefused, match=r"columns h0, h1, .* … \(5000\) are not known") as refused:
        read_disclosures(path)
    assert len(str(refused.value)) < 1_500


@pytest.mark.parametrize("word", ["1-" + "9" * 5_000, "9" * 5_000, "²", "3-1", "0", "3"])
def test_what_names_no_item(word: str) -> None:
    with pytest.raises(Wrong) as refused:
        bitmap(word, ("水位", "流量"))
    assert refused.value.code == "item_unknown"
    assert len(str(refused.value)) < 200
