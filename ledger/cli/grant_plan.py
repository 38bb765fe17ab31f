"""`grant plan`, `delegate`, `amend`, `renew`: from a file to plans that wait for their scope and their approvals."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.app import App
from ledger.cli.grant_parts import (
    SHOWN,
    Account,
    Sheet,
    Yes,
    confirm,
    directory_of,
    grants_of,
    names_of,
    refused_rows_shown,
    say_sent,
)
from ledger.cli.output import AsJson, chinese, note, pick, print_json, progress, say, table
from ledger.model.message import Message
from ledger.model.roles import Role
from ledger.model.workdays import local_date

if TYPE_CHECKING:
    from ledger.grant.plan_file import PlannedGrant
    from ledger.grant.planning import Before
    from ledger.grant.records import Terms

File = Annotated[Path, typer.Argument(help="Plans: CSV or XLSX with a row for each, or JSON.")]
Again = Annotated[bool, typer.Option("--again", help="Plan anew what was planned, and refused or withdrawn.")]


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    for command in (plan, delegate, amend, renew):
        cli.command()(command)


def plan(
    file: File,
    again: Again = False,
    yes: Yes = False,
    sheet: Sheet = None,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Plan grants (实施方案), one or many. Run again after a stop, it plans the rest."""
    _plan(file, 0, again, yes, sheet, account, as_json)


def delegate(
    file: File,
    parent: Annotated[int, typer.Option("--parent", help="Number of the grant that is delegated.")],
    again: Again = False,
    yes: Yes = False,
    sheet: Sheet = None,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Plan children of a SHARE grant that your organization has: 市→区→街道乡镇→社区村."""
    _plan(file, parent, again, yes, sheet, account, as_json)


def _plan(
    file: Path, parent: int, again: bool, yes: bool, sheet: str | None, account: str | None, as_json: bool
) -> None:
    from ledger.grant.plan_file import read_plans
    from ledger.grant.planning import parent_limits, sort_plans
    from ledger.grant.sending import GrantSender, Sent

    app = App()
    chosen = app.choose(account, Role.GRANTOR)
    organization, _ = app.roles_of(app.address_of(chosen))
    above = parent_limits(grants_of(app), parent, organization) if parent else None
    with refused_rows_shown():
        _, plans = read_plans(file, directory_of(app), sheet, above)
    # What an earlier run sent and nobody included yet has to be on the ledger before it is looked at.
    sender = app.sender(chosen)
    fresh, before = sort_plans(plans, organization, grants_of(app), again=again)
    planned: list[tuple[PlannedGrant, int]] = []
    sent = Sent()
    if fresh:
        if not as_json or not yes:
            _show_plans(app, fresh)
        question = Message(f"plan {len(fresh)} grants?", f"将公开上述内容并拟定 {len(fresh)} 项授权。")
        confirm(str(len(fresh)), question, yes=yes)
        with progress(len(fresh), "planning grants", "正在拟定授权") as advance:
            done = GrantSender(app.contracts, sender, advance)
            sent = done.plan(fresh, lambda one, number: planned.append((one, number)))
    if as_json:
        print_json(
            {
                "planned": [_json(one, number) for one, number in planned],
                "planned_before": [
                    {"row": one.row, "grant": known.number, "stage": known.stage.name} for one, known in before
                ],
                "transactions": sent.transaction_count,
                "gas": sent.gas_used,
            }
        )
        return
    _show_numbers(app, planned, before)
    say_sent(sent, Message("grants planned", "拟定授权"), len(before))
    if planned:
        say(
            f"next: mulu grant scope {planned[0][1]} FILE lists what is granted",
            f"下一步：mulu grant scope {planned[0][1]} FILE 列入授权范围",
        )


def amend(file: File, yes: Yes = False, sheet: Sheet = None, account: Account = None, as_json: AsJson = False) -> None:
    """Plan amended versions of grants in force: other terms, and a scope that is listed anew."""
    _next(file, "amend", yes, sheet, account, as_json)


def renew(file: File, yes: Yes = False, sheet: Sheet = None, account: Account = None, as_json: AsJson = False) -> None:
    """Plan renewals of grants in force: another end; scope and other terms stay."""
    _next(file, "renew", yes, sheet, account, as_json)


def _next(file: Path, function: str, yes: bool, sheet: str | None, account: str | None, as_json: bool) -> None:
    from ledger.grant.plan_file import AMENDMENTS, RENEWALS, read_versions
    from ledger.grant.planning import sort_versions
    from ledger.grant.sending import GrantSender, Sent

    app = App()
    renewal = function == "renew"
    chosen = app.choose(account, Role.GRANTOR)
    with refused_rows_shown():
        name, rows = read_versions(file, RENEWALS if renewal else AMENDMENTS, sheet)
        sender = app.sender(chosen)
        fresh, before = sort_versions(name, rows, grants_of(app), renewal=renewal)
    sent = Sent()
    if fresh:
        if not as_json or not yes:
            headers = (
                ("授权编号", "版本", "授权名称", "截止日期", "级别") if chinese()
                else ("grant", "version", "title", "last day", "level")
            )  # fmt: skip
            table(
                headers,
                [(v.number, v.expected + 1, v.content.title, last_day(v.terms.end), v.terms.level) for v in fresh],
            )
        question = Message(f"plan {len(fresh)} versions?", f"将拟定 {len(fresh)} 个新版本。")
        confirm(str(len(fresh)), question, yes=yes)
        with progress(len(fresh), "planning versions", "正在拟定新版本") as advance:
            done = GrantSender(app.contracts, sender, advance)
            sent = done.versions(function, [one.to_call(renewal=renewal) for one in fresh])
    if as_json:
        print_json(
            {
                "planned": [{"row": v.row, "grant": v.number, "version": v.expected + 1} for v in fresh],
                "planned_before": [{"row": v.row, "grant": v.number, "version": v.expected} for v in before],
                "transactions": sent.transaction_count,
                "gas": sent.gas_used,
            }
        )
        return
    say_sent(sent, Message("versions planned", "拟定新版本"), len(before))
    if fresh and not renewal:
        say(
            "an amended version has a scope of its own: list all of it with mulu grant scope",
            "变更后的版本须重新列入全部授权范围：mulu grant scope",
        )


def shown_terms(terms: "Terms") -> str:
    """First and last day of a term."""
    return f"{local_date(datetime.fromtimestamp(terms.start, UTC))} – {last_day(terms.end)}"


def last_day(end: int) -> date:
    """The last day of a term that ends at a time, Unix seconds."""
    return local_date(datetime.fromtimestamp(end, UTC) - timedelta(seconds=1))


def _show_plans(app: App, plans: "Sequence[PlannedGrant]") -> None:
    from ledger.model.grant_words import KINDS, MODES, PURPOSES, named_set

    names = names_of(app, [code for one in plans for code in (one.grantee, one.implementer or "")])
    note("the following will be public for good:", "以下内容将上链公开，不可撤回：")
    headers = (
        ("行", "授权名称", "类型", "被授权方", "实施机构", "期限", "区划", "级别", "用途", "可再授权") if chinese()
        else ("row", "title", "kind", "grantee", "implementer", "term", "area", "level", "purposes", "delegations")
    )  # fmt: skip
    rows = [
        (
            one.row,
            one.content.title,
            pick(KINDS[one.kind]) + (f" {pick(MODES[one.mode])}" if one.mode else ""),
            names.get(one.grantee, one.grantee),
            names.get(one.implementer or "", ""),
            shown_terms(one.terms),
            f"{one.terms.area:012d}",
            one.terms.level,
            pick(named_set(PURPOSES, one.terms.purposes)),
            one.terms.delegations,
        )
        for one in plans[:SHOWN]
    ]
    table(headers, rows)
    if len(plans) > SHOWN:
        note(f"… and {len(plans) - SHOWN} more", f"……其余 {len(plans) - SHOWN} 项")
    if len(plans) == 1:
        wordings = plans[0].content.wordings()
        table(
            ("字段", "内容") if chinese() else ("field", "value"),
            [(pick(wordings[field].label), value.replace("\n", "；"))
             for field, value in plans[0].content.stated().items()],
        )  # fmt: skip


def _show_numbers(
    app: App, planned: "Sequence[tuple[PlannedGrant, int]]", before: "Sequence[tuple[PlannedGrant, Before]]"
) -> None:
    every: list[tuple[PlannedGrant, int, str]] = [(one, number, "PLAN") for one, number in planned]
    every += [(one, known.number, known.stage.name) for one, known in before]
    names = names_of(app, [one.grantee for one, _, _ in every])
    headers = (
        ("行", "授权编号", "授权名称", "被授权方", "阶段")
        if chinese()
        else ("row", "grant", "title", "grantee", "stage")
    )
    rows: list[tuple[Any, ...]] = [
        (one.row, number, one.content.title, names.get(one.grantee, one.grantee), stage)
        for one, number, stage in sorted(every, key=lambda row: row[0].row)
    ]
    table(headers, rows)


def _json(one: "PlannedGrant", number: int) -> dict[str, Any]:
    return {"row": one.row, "grant": number, "title": one.content.title, "grantee": one.grantee}
