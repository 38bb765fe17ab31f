"""What an applicant sees before anything is published; withheld values are named and never shown."""

import sys
from collections.abc import Sequence

import typer

from ledger.cli.output import chinese, note, pick, print_json, say, table
from ledger.errors import Rejected
from ledger.model.ids import to_hex
from ledger.model.registration_form import label_of
from ledger.registration.forms import FilledRow, FormsRefused

_SHOWN = 20


def show_forms(rows: Sequence[FilledRow], *, as_json: bool, in_full: bool) -> None:
    """What applying with forms publishes: each value, or one line for each of many forms."""
    if as_json:
        print_json([_json(row) for row in rows])
        return
    if not in_full:
        _show_many(rows)
        return
    for row in rows:
        withheld = [name for name in row.form.values if name in row.form.withheld]
        shown = [(label_of(name), value) for name, value in row.form.values.items() if name not in row.form.withheld]
        say(f"row {row.row}: will be public for good", f"第 {row.row} 行：以下内容将上链公开，不可撤回")
        table(
            ("字段", "内容") if chinese() else ("field", "value"), [(label, _one_line(value)) for label, value in shown]
        )
        names = "、".join(label_of(name) for name in withheld)
        say(
            f"withheld, as salted digests only: {names or 'nothing'}",
            f"以下字段不公开，链上仅存加盐摘要：{names or '无'}",
        )
        for entry in row.entries:
            say(f"entry {to_hex(entry)}", f"目录条目 {to_hex(entry)}")


def confirm(count: int, yes: bool) -> None:
    """Asks whether to publish. Raises Rejected where nobody can be asked, Abort on no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Rejected("look at what will be public, then run it again with --yes; nothing was sent")
    question = f"publish {count} applications?" if not chinese() else f"确认提交 {count} 件申请并公开上述内容？"
    typer.confirm(question, abort=True)


def show_problems(error: FormsRefused) -> None:
    """Every bad row, with what to mend."""
    headers = ("行", "字段", "原因") if chinese() else ("row", "field", "why")
    rows = [(p.row, f"{p.field} {label_of(p.field)}".strip(), pick(p.message)) for p in error.problems]
    table(headers, rows)


def _show_many(rows: Sequence[FilledRow]) -> None:
    headers = (
        ("行", "登记名称", "主体", "条目数", "公开字段", "隐去字段")
        if chinese()
        else ("row", "title", "subject", "entries", "public", "withheld")
    )
    table(
        headers,
        [
            (
                row.row,
                row.title,
                row.form.values["subject_name"],
                len(row.entries),
                len(row.form.values) - len(row.form.withheld),
                len(row.form.withheld),
            )
            for row in rows[:_SHOWN]
        ],
    )
    if len(rows) > _SHOWN:
        note(f"… and {len(rows) - _SHOWN} more", f"……其余 {len(rows) - _SHOWN} 件")
    note(
        "each in full: mulu registration preview FILE --row N",
        "逐件查看公开内容：mulu registration preview FILE --row N",
    )


def _json(row: FilledRow) -> dict[str, object]:
    return {
        "row": row.row,
        "public": {name: value for name, value in row.form.values.items() if name not in row.form.withheld},
        "withheld": [name for name in row.form.values if name in row.form.withheld],
        "entries": [to_hex(entry) for entry in row.entries],
    }


def _one_line(value: str) -> str:
    return value.replace("\n", "；")
