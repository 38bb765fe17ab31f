"""Catalog files that are refused: the message says what, where, why and what to do; nothing reaches the chain."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.ledger import Ledger, new_entry, sample_entries

HEADER = "所属部门,数据集名称,所属主题,格式类型,更新日期,摘要,文章访问路径\n"
CELL_BYTES = 10 << 20


def row(code: str = "c1", title: str = "水库", provider: str = "市水务局", abstract: str = "摘要") -> str:
    """A row of the portal's list."""
    return f'{provider},{title},环境与资源保护,csv,2026-01-01,"{abstract}",http://x.gov.cn/a/{code}.htm\n'


@pytest.fixture
def unchanged(published: Ledger) -> object:
    """Checks that a test left the chain as it was and no half-written file behind."""
    before = published.journal()
    yield published
    assert published.journal() == before
    assert not list(published.home.rglob("*.new"))


FILES: list[tuple[str, bytes, tuple[str, ...]]] = [
    ("empty.csv", b"", ("empty.csv: is empty",)),
    ("blank.csv", b"\xef\xbb\xbf \r\n\r\n", ("blank.csv: is empty",)),
    ("header.csv", HEADER.replace("摘要,", "").encode() + b"a\n", ("header.csv", "the file has no column 摘要")),
    ("twice.csv", (HEADER.replace("所属主题", "摘要") + row()).encode(), ("twice.csv", "摘要")),
    ("semicolons.csv", (HEADER + row()).replace(",", ";").encode(), ("not separated by commas: save it with commas",)),
    ("utf16.csv", (HEADER + row()).encode("utf-16"), ("utf16.csv: is UTF-16 (byte 0): save it as UTF-8",)),
    (
        "damaged.csv",
        (HEADER + row()).encode() + b"\xff\xfe\x81,",
        ("damaged.csv: is neither UTF-8 nor GB18030: byte 185 is 0xff, in line 3; save it as UTF-8",),
    ),
    ("words.json", b'{"entries": [', ("words.json: is no JSON:", "line 1")),
    ("deep.json", b'{"entries":' + b"[" * 200_000, ("deep.json: is nested too deeply",)),
    ("bytes.json", b'{"entries": "\xff"}', ("bytes.json: is not UTF-8: byte 13",)),
    ("twice.json", b'{"entries": [], "entries": []}', ("twice.json", "entries is there twice in one object")),
    ("broken.xlsx", b"PK\x03\x04" + bytes(100), ("broken.xlsx",)),
]


@pytest.mark.parametrize(("name", "content", "said"), FILES, ids=[name for name, _, _ in FILES])
@pytest.mark.parametrize("command", ["plan", "apply"])
def test_a_file_that_cannot_be_used(
    unchanged: Ledger, name: str, content: bytes, said: tuple[str, ...], command: str
) -> None:
    (unchanged.home / name).write_bytes(content)
    # Deep nesting must not overflow the stack, whatever a process imported before it reads.
    refused = (
        unchanged.execute("catalog", command, name) if name == "deep.json" else unchanged.run("catalog", command, name)
    )
    refused.ended(2)
    assert refused.err.startswith(f"error: {name}: ")
    assert "unexpected" not in refused.err
    for part in said:
        assert part in refused.err
    assert refused.out == ""


ROWS: list[tuple[str, str, int, str, str, str, str]] = [
    ("no title", row(title=""), 2, "数据集名称", "value_missing", "is blank", "fill it in"),
    (
        "no key",
        row().replace("http://x.gov.cn/a/c1.htm", ""),
        2,
        "文章访问路径",
        "value_missing",
        "is blank",
        "fill it in",
    ),
    (
        "duplicate",
        row() + row(title="另一"),
        3,
        "文章访问路径",
        "key_twice",
        "those of row 2 too",
        "keep one of the rows",
    ),
    ("large", row(abstract="数" * (CELL_BYTES // 3)), 2, "摘要", "cell_too_long", "more than 32,767", "shorten it"),
    ("bell", row(title="水\x07库"), 2, "数据集名称", "character_forbidden", "U+0007", "delete the character"),
    (
        "bidirectional",
        row(abstract="a\u202eb"),
        2,
        "摘要",
        "character_forbidden",
        "RIGHT-TO-LEFT",
        "delete the character",
    ),
    ("zero width", row(title="水\u200b库"), 2, "数据集名称", "character_forbidden", "U+200B", "delete the character"),
    ("unknown", row(provider="市水利局"), 2, "所属部门", "provider_unknown", "nearest: 市水务局", "correct the name"),
    ("personal", row(abstract="手机13800138000"), 2, "摘要", "mobile_number", "never goes on chain", "remove it"),
    ("secret", row(abstract="机密★"), 2, "摘要", "secrecy_mark", "never goes on chain", "remove it"),
    ("date", row().replace("2026-01-01", "昨天"), 2, "更新日期", "time_invalid", "", ""),
    ("short", "市水务局,水库\n", 2, "", "row_too_short", "", ""),
    ("quotes", row().replace('"摘要"', '"摘"要'), 2, "", "quotes_broken", "do not pair up", "double a quote"),
]


@pytest.mark.parametrize(
    ("text", "line", "column", "code", "why", "advice"), [case[1:] for case in ROWS], ids=[case[0] for case in ROWS]
)
def test_a_row_that_is_refused(
    unchanged: Ledger, text: str, line: int, column: str, code: str, why: str, advice: str
) -> None:
    (unchanged.home / "rows.csv").write_text(HEADER + text, "utf-8")
    planned = unchanged.run("catalog", "plan", "rows.csv", "--json").ended(1).json
    found = [one for one in planned["refused"] if one["row"] == line]
    assert [(one["column"] or "", one["code"]) for one in found] == [(column, code)], planned["refused"]
    assert why in found[0]["why"]
    assert advice in found[0]["what_to_do"]
    assert found[0]["what_to_do"]
    assert len(found[0]["value"]) <= 80

    refused = unchanged.run("catalog", "apply", "rows.csv").ended(1)
    assert "rows of rows.csv are refused: mend them, or send the rest with --skip-invalid" in refused.err
    assert found[0]["why"][:40] in refused.out
    assert f"{code} " in refused.out


def test_all_bad_rows_at_once_and_the_rest_only_when_asked(published: Ledger) -> None:
    text = HEADER + row("a1", provider="火星局") + row("a2") + row("a3", title="") + row("a4", title="水\u200b库")
    (published.home / "mixed.csv").write_text(text, "utf-8")
    before = published.journal()
    refused = published.run("catalog", "apply", "mixed.csv").ended(1)
    assert "3 rows of mixed.csv are refused" in refused.err
    assert published.journal() == before
    applied = published.do("catalog", "apply", "mixed.csv", "--skip-invalid")
    assert "applied 1 entries in 1 transactions" in applied.out
    assert published.journal()[0] == before[0] + 1
    planned = published.run("catalog", "plan", "mixed.csv").ended(1).out
    assert "0 added, 0 changed, 0 published again, 0 retired, 1 unchanged, 3 refused" in planned


def test_gb18030_is_read_and_said(published: Ledger) -> None:
    (published.home / "gb.csv").write_bytes((HEADER + row("gb1")).encode("gb18030"))
    shown = published.do("catalog", "plan", "gb.csv").out
    assert "note: encoding is GB18030, not UTF-8" in shown
    assert "水库" in shown


def test_a_formula_is_refused_in_a_workbook_and_text_in_a_csv(unchanged: Ledger) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER.strip().split(","))
    sheet.append(["市水务局", "=1+1", "环境与资源保护", "csv", "2026-01-01", "摘要", "http://x.gov.cn/a/f1.htm"])
    book.save(unchanged.home / "formula.xlsx")
    planned = unchanged.run("catalog", "plan", "formula.xlsx", "--json").ended(1).json
    (refused,) = planned["refused"]
    assert (refused["row"], refused["column"]) == (2, "数据集名称")
    assert "formula" in refused["code"] + refused["why"]
    assert refused["what_to_do"]
    (unchanged.home / "formula.csv").write_text(HEADER + row("f1", title="=1+1"), "utf-8")
    assert "=1+1" in unchanged.do("catalog", "plan", "formula.csv").out


def test_a_formula_does_not_come_alive_in_an_export(published: Ledger) -> None:
    published.do(
        "catalog", "apply", published.write("formula.json", [new_entry("formula-1", entry_name='=HYPERLINK("x")')])
    )
    published.do("catalog", "export", "-o", "safe.csv")
    text = (published.home / "safe.csv").read_text("utf-8-sig")
    assert "'=HYPERLINK" in text


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        (lambda entry: entry.update(secret_flag=True), "secret_flag", "secret"),
        (lambda entry: entry.update(share_type="随便"), "share_type", "spelling_unknown"),
        (lambda entry: entry.update(entry_name=None), "entry_name", "value_missing"),
        (lambda entry: entry.update(resource_code="x" * 200), "resource_code", "local_code_too_long"),
    ],
)
def test_an_entry_that_is_refused(
    unchanged: Ledger, change: Callable[[dict[str, object]], None], column: str, code: str
) -> None:
    entries = sample_entries()
    change(entries[4])
    file = unchanged.write("entries.json", entries)
    planned = unchanged.run("catalog", "plan", file, "--json").ended(1).json
    assert [(one["row"], one["column"], one["code"]) for one in planned["refused"]] == [(5, column, code)]
    unchanged.run("catalog", "apply", file).ended(1)


def test_a_directory_and_a_file_nobody_may_read(unchanged: Ledger, tmp_path: Path) -> None:
    assert "cannot be read: Is a directory" in unchanged.run("catalog", "plan", tmp_path).ended(2).err
    assert "cannot be read: No such file" in unchanged.run("catalog", "plan", tmp_path / "absent.csv").ended(2).err
