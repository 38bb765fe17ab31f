"""The operator's list: nothing is ever taken out of it, and what was written is what is read."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Inconsistent, LedgerError, Rejected
from ledger.indexer.suppression_list import LIFT, SUPPRESS, SuppressionList
from ledger.model.suppression import Suppression

ORIGIN, DOCUMENT = b"\1" * 32, b"\2" * 32
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "suppression.jsonl"


def write(path: Path) -> SuppressionList:
    """Two acts suppressed, one of them lifted, a third one suppressed."""
    held = SuppressionList(path, ORIGIN)
    held.add(SUPPRESS, {5: b"\5" * 32, 7: b"\7" * 32}, "法院裁定", DOCUMENT, "王主任", NOW)
    held.add(LIFT, {5: b"\5" * 32}, "裁定撤销", DOCUMENT, "王主任", NOW)
    held.add(SUPPRESS, {9: b"\x09" * 32}, "another", DOCUMENT, "clerk", NOW)
    return held


def test_what_is_in_force_and_what_was_ever_named(path: Path) -> None:
    assert SuppressionList(path, ORIGIN).in_force() == {}
    held = write(path)
    for read in (held, SuppressionList(path, ORIGIN)):
        assert read.in_force() == {
            7: Suppression(7, b"\7" * 32, NOW, "法院裁定", DOCUMENT),
            9: Suppression(9, b"\x09" * 32, NOW, "another", DOCUMENT),
        }
        assert read.named() == {5, 7, 9}
        assert [(one.number, one.action, one.by) for one in read.records()] == [
            (1, SUPPRESS, "王主任"), (2, LIFT, "王主任"), (3, SUPPRESS, "clerk"),
        ]  # fmt: skip


def test_another_process_sees_what_was_added(path: Path) -> None:
    reader = SuppressionList(path, ORIGIN)
    assert reader.in_force() == {}
    write(path)
    assert set(reader.in_force()) == {7, 9}


def test_nothing_is_suppressed_or_lifted_twice(path: Path) -> None:
    held = write(path)
    before = path.read_bytes()
    with pytest.raises(Rejected, match=r"act 7 is suppressed already, since 2026-01-02T03:04:05Z"):
        held.add(SUPPRESS, {8: bytes(32), 7: b"\7" * 32}, "again", DOCUMENT, "clerk", NOW)
    with pytest.raises(Rejected, match="act 5 is not suppressed"):
        held.add(LIFT, {5: b"\5" * 32}, "again", DOCUMENT, "clerk", NOW)
    assert path.read_bytes() == before
    held.add(SUPPRESS, {5: b"\5" * 32}, "again", DOCUMENT, "clerk", NOW)
    assert path.read_bytes().startswith(before)
    assert held.in_force()[5].reason == "again"


def test_another_journals_list_is_refused(path: Path) -> None:
    write(path)
    with pytest.raises(Rejected, match="that of journal 0x01"):
        SuppressionList(path, b"\3" * 32).in_force()


@given(data=st.data())
def test_a_list_that_was_changed_is_no_list(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("list") / "suppression.jsonl"
    write(path)
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    at = data.draw(st.integers(0, len(whole) - len(lines[-1]) - 1))
    changed = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    path.write_bytes(changed)
    with pytest.raises(LedgerError) as found:
        SuppressionList(path, ORIGIN).in_force()
    assert isinstance(found.value, Inconsistent | Rejected)


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [*lines, lines[2]],
        lambda lines: [*lines[:2], lines[2][:-1]],
        lambda lines: [*lines, b"\n"],
        lambda lines: [lines[0], lines[1].replace(b'"lift"', b'"drop"'), lines[2]],
    ],
    ids=["first gone", "middle gone", "order", "twice", "no end", "empty line", "action"],
)
def test_lines_cannot_be_taken_out_or_moved(path: Path, change: object) -> None:
    write(path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(change(lines)))  # type: ignore[operator]
    with pytest.raises(Inconsistent, match=re.compile("line [1-4] is not what was written.*backup", re.DOTALL)):
        SuppressionList(path, ORIGIN).in_force()
