"""A plan for people: like a diff, refusals first."""

import json
import sys
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from rich.console import Console
from rich.text import Text

from ledger.cli.output import chinese, pick, say, table
from ledger.errors import Rejected
from ledger.publish.plan import Action, Cause, Plan, PlannedPublication

_FIRST = 10
_SHOWN_CHARACTERS = 80
_SIGNS = {Action.ADD: ("+", "green"), Action.CHANGE: ("~", "yellow"), Action.REPUBLISH: ("+", "green")}


def show(plan: Plan, *, everything: bool) -> None:
    """Prints a plan; of each kind the first few, unless everything is asked for. Refused rows are all shown."""
    console = Console(highlight=False, soft_wrap=True)
    for notice in plan.notes:
        say(f"note: {pick(notice)}", f"提示：{pick(notice)}")
    for action in Action:
        planned = plan.of(action)
        shown = planned if everything else planned[:_FIRST]
        for one in shown:
            _publication(console, one)
        _rest(console, len(planned) - len(shown))
    retired = plan.retirements if everything else plan.retirements[:_FIRST]
    for ended in retired:
        why = {
            Cause.MISSING: ("no longer in the file", "文件中已无此条目"),
            Cause.REPLACED: ("provider changed", "提供方已变更"),
        }[ended.cause]
        console.print(
            Text(f"- {ended.provider}/{ended.local_code}  {ended.title}  ({why[1] if chinese() else why[0]})", "red")
        )
    _rest(console, len(plan.retirements) - len(retired))
    if plan.warnings:
        print()
        warnings = plan.warnings if everything else plan.warnings[:_FIRST]
        for warning in warnings:
            say(
                f"warning: row {warning.row}: {pick(warning.message)}",
                f"警告：第 {warning.row} 行：{pick(warning.message)}",
            )
        _rest(console, len(plan.warnings) - len(warnings))
    show_refusals(plan)
    summarize(plan)


def show_refusals(plan: Plan) -> None:
    """Every refused row, and how many for each reason."""
    if not plan.refusals:
        return
    print()
    headers = ("行", "列", "值", "原因", "如何处理") if chinese() else ("row", "column", "value", "why", "what to do")
    say(f"refused rows of {plan.file}:", f"{plan.file} 中被拒绝的行：")
    table(headers, [(r.row, r.column or "", r.value, pick(r.why), pick(r.what_to_do)) for r in plan.refusals])
    reasons: dict[str, set[int]] = {}
    for refusal in plan.refusals:
        reasons.setdefault(refusal.code, set()).add(refusal.row)
    print()
    table(
        ("原因", "行数") if chinese() else ("reason", "rows"),
        [(code, len(rows)) for code, rows in sorted(reasons.items(), key=lambda item: -len(item[1]))],
    )


def summarize(plan: Plan) -> None:
    """One line of counts, and the fingerprint that `apply --fingerprint` takes."""
    added, changed = len(plan.of(Action.ADD)), len(plan.of(Action.CHANGE))
    again, refused = len(plan.of(Action.REPUBLISH)), len({refusal.row for refusal in plan.refusals})
    print()
    say(
        f"{plan.row_count} rows: {added} added, {changed} changed, {again} published again, "
        f"{len(plan.retirements)} retired, {plan.unchanged_count} unchanged, {refused} refused",
        f"共 {plan.row_count} 行：新增 {added}，变更 {changed}，重新发布 {again}，"
        f"停用 {len(plan.retirements)}，不变 {plan.unchanged_count}，拒绝 {refused}",
    )
    say(f"plan 0x{plan.fingerprint.hex()}", f"计划 0x{plan.fingerprint.hex()}")


def confirm_retirements(plan: Plan) -> None:
    """Has a person type the number of entries when many are to be retired. Raises Rejected otherwise."""
    if plan.confirmation is None:
        return
    count, active = plan.confirmation.retired_count, plan.confirmation.active_count
    if not sys.stdin.isatty():
        raise Rejected(
            f"{count} of {active} entries would be retired, more than a twentieth: run it at a terminal and confirm"
        )
    typed = input(
        f"将停用 {active} 个条目中的 {count} 个。请输入数字 {count} 确认："
        if chinese()
        else f"{count} of {active} entries will be retired. Type {count} to go on: "
    )
    if typed.strip() != str(count):
        raise Rejected("not confirmed; nothing was sent")


def _publication(console: Console, one: PlannedPublication) -> None:
    sign, colour = _SIGNS[one.action]
    head = f"{sign} {one.publication.provider}/{one.publication.local_code}  {one.title}  ({one.provider_name})"
    if one.publication.expected_version:
        head += f"  v{one.publication.expected_version} → v{one.publication.expected_version + 1}"
    console.print(Text(head, colour))
    for difference in one.differences:
        for field, before, after in _parts(difference.field, difference.before, difference.after):
            for mark, value, shade in (("-", before, "red"), ("+", after, "green")):
                if value is not None:
                    console.print(Text(f"    {mark} {field}: {_short(value)}", shade))


def _parts(field: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """What differs within two values that have parts, by the place of the part."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                yield from _parts(f"{field}.{name}", before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list) and _has_objects(before + after):
        for index, (old, new) in enumerate(zip_longest(before, after)):
            if old != new:
                yield from _parts(f"{field}[{index}]", old, new)
    else:
        yield field, before, after


def _has_objects(values: list[Any]) -> bool:
    return any(isinstance(value, dict) for value in values)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text.replace("\n", "⏎")
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"


def _rest(console: Console, count: int) -> None:
    if count > 0:
        text = f"  … 其余 {count} 项（--all 显示全部）" if chinese() else f"  … and {count} more (--all shows them)"
        console.print(Text(text, "dim"))
