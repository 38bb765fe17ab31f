"""`grant list`, `show`, `tree`, `check`: grants as people look at them, from the mirror."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.app import App
from ledger.cli.lookup import AsOf, member, moment_of, row_json, w
from ledger.cli.moment import shown_local
from ledger.cli.output import AsJson, chinese, pick, print_json, say, table
from ledger.errors import Malformed, NotFound
from ledger.model.grant import (
    Approval,
    Basis,
    GrantContent,
    Kind,
    Mode,
    Stage,
    Status,
    approvals_in,
    purposes_in,
)
from ledger.model.grant_words import (
    APPROVALS,
    BASES,
    KINDS,
    MODES,
    OPERATIONS,
    PURPOSES,
    STAGES,
    STATUSES,
    STEPS,
    named_set,
)
from ledger.model.ids import entry_named, to_hex

if TYPE_CHECKING:
    from ledger.indexer.grant_rows import GrantRow, GrantVersionRow
    from ledger.store.queries import Queries

Number = Annotated[int, typer.Argument(help="Number of the grant.")]
SCOPE_SHOWN = 50
"""Rows of a scope that are shown; `--json` gives all."""


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    from ledger.cli import grant_check

    cli.command("list")(list_)
    cli.command()(show)
    cli.command()(tree)
    grant_check.add_to(cli)


def list_(
    q: Annotated[str | None, typer.Argument(help="Words of the title.")] = None,
    grantor: Annotated[str | None, typer.Option(help="Code of the authorizing body.")] = None,
    grantee: Annotated[str | None, typer.Option(help="Code of the operator or government unit.")] = None,
    kind: Annotated[str | None, typer.Option(help="operate or share.")] = None,
    status: Annotated[str | None, typer.Option(help="Status, like active, expired or planned.")] = None,
    entry: Annotated[str | None, typer.Option(help="Entry that it lists: id, or PROVIDER/LOCAL-CODE.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 100,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List grants, the newest first."""
    from ledger.store.grant_queries import PLANNED, GrantFilter

    app = App()
    states = [PLANNED, *(member.name for member in Status if member)]
    if status is not None and status.upper() not in states:
        raise Malformed(f"--status {status!r}: want one of {', '.join(states).lower()}")
    wanted = GrantFilter(
        q=q,
        grantor=grantor,
        grantee=grantee,
        kind=member(Kind, kind, "--kind").name if kind else None,
        status=status.upper() if status else None,
        entry=entry_named(entry) if entry else None,
    )
    with app.synced_mirror().snapshot() as view:
        clock, at = moment_of(app, view, as_of)
        rows = view.grants(wanted, clock, at, limit=limit)
        names = parties(view, rows, at)
    if as_json:
        print_json([grant_json(row, clock) for row in rows])
        return
    headers = (
        ("编号", "类型", "授权名称", "授权主体", "被授权方", "上级", "状态", "期限至")
        if chinese()
        else ("number", "kind", "title", "grantor", "grantee", "parent", "status", "valid until")
    )
    table(
        headers,
        [
            (
                row.grant,
                kind_word(row),
                row.title or "",
                names.get(row.grantor, row.grantor),
                names.get(row.grantee, row.grantee),
                row.parent or "",
                pick(STATUSES[status_at(row, clock)]),
                shown_local(row.valid_until),
            )
            for row in rows
        ],
    )


def show(
    number: Number,
    version: Annotated[int | None, typer.Option(help="Version, from 1; the one in force by default.")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show a grant: its terms and words, its scope, who approved it, and what became of it."""
    from ledger.grant.derivation import codes_of

    app = App()
    with app.synced_mirror().snapshot() as view:
        clock, at = moment_of(app, view, as_of)
        row = found(view, number, at)
        drawn = version_of(view, row, version, at)
        content = view.grant_content(drawn)
        approvals = view.grant_approvals(number, drawn.version, at)
        steps = view.grant_steps(number, at)
        scope = view.grant_scope(number, drawn.scope_of, at, limit=10**6 if as_json else SCOPE_SHOWN)
        count = version_of(view, row, drawn.scope_of, at).scope_count
        titles = view.entry_titles([one.entry_id for one in scope if one.entry_id is not None], at)
        effective = view.is_grant_effective(number, clock, at)
        codes = [
            *codes_of(approvals, "organization", "provider"),
            *codes_of(steps, "organization"),
            *codes_of(scope, "provider"),
        ]
        names = parties(view, [row], at, *codes)
    if as_json:
        print_json(
            {
                "grant": grant_json(row, clock) | {"effective": effective},
                "version": row_json(drawn) | _named_sets(drawn),
                "content": None if content.malformed else GrantContent.parse(content.content).stated(),
                "scope": [row_json(one) for one in scope],
                "approvals": [row_json(one) for one in approvals],
                "steps": [row_json(one) for one in steps],
            }
        )
        return
    say(f"grant {number}: {row.title or ''}", f"授权 {number}：{row.title or ''}")
    table(("", ""), [fact for fact in _facts(row, drawn, clock, effective, names) if fact[1]])
    if content.malformed is None:
        labels = GrantContent.wordings()
        stated = GrantContent.parse(content.content).stated()
        table(("", ""), [(pick(labels[name].label), value) for name, value in stated.items()])
    else:
        say(f"its content is malformed: {content.malformed}", f"内容不符合格式：{content.malformed}")
    say(f"\nscope ({count}):", f"\n授权范围（{count} 项）：")
    headers = ("提供单位", "目录", "操作", "级别") if chinese() else ("provider", "entry", "operations", "level")
    table(
        headers,
        [
            (
                names.get(one.provider, one.provider),
                w("all", "全部") if one.entry_id is None else titles.get(one.entry_id) or to_hex(one.entry_id),
                pick(named_set(OPERATIONS, one.operations)),
                one.level or "",
            )
            for one in scope
        ],
    )
    if len(scope) < count:
        say(f"… and {count - len(scope)} more: --json lists all", f"……另有 {count - len(scope)} 项，--json 可列全部")
    say("\nwhat was done:", "\n经过：")
    steps_headers = (
        ("记录", "时间", "版本", "事项", "单位", "账户")
        if chinese()
        else ("act", "time", "version", "step", "organization", "account")
    )
    table(
        steps_headers,
        [
            (
                one.act_index,
                shown_local(one.time),
                one.version,
                _step(one.step, one.detail),
                names.get(one.organization or "", one.organization),
                to_hex(one.account),
            )
            for one in steps
        ],
    )


def tree(number: Number, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Show the grants above a grant and those that were delegated from it, and whether each is effective."""
    app = App()
    with app.synced_mirror().snapshot() as view:
        clock, at = moment_of(app, view, as_of)
        row = found(view, number, at)
        above = view.grant_ancestors(row, at)[::-1]
        rows = [*above, row, *view.grant_descendants(number, at, limit=10**6)]
        names = parties(view, rows, at)
        effective = {one.grant: view.is_grant_effective(one.grant, clock, at) for one in rows}
    if as_json:
        print_json([grant_json(one, clock) | {"effective": effective[one.grant]} for one in rows])
        return
    below: dict[int | None, list[GrantRow]] = {}
    for one in rows:
        below.setdefault(one.parent, []).append(one)

    def lines(parent: int | None, depth: int) -> list[tuple[object, ...]]:
        told: list[tuple[object, ...]] = []
        for one in below.get(parent, ()):
            told.append(
                (
                    "　" * depth + f"{'→' if one.grant == number else ''}{one.grant}",
                    one.title or "",
                    names.get(one.grantee, one.grantee),
                    pick(STATUSES[status_at(one, clock)]),
                    w("yes", "是") if effective[one.grant] else w("no", "否"),
                    shown_local(one.valid_until),
                )
            )
            told += lines(one.grant, depth + 1)
        return told

    headers = (
        ("授权", "名称", "被授权方", "状态", "连同上级有效", "期限至")
        if chinese()
        else ("grant", "title", "grantee", "status", "effective", "valid until")
    )
    table(headers, lines(rows[0].parent, 0))


def found(view: "Queries", number: int, at: int | None) -> "GrantRow":
    """A grant as it stands. Raises NotFound."""
    row = view.grant(number, at)
    if row is None:
        raise NotFound(f"there is no grant {number}")
    return row


def version_of(view: "Queries", row: "GrantRow", version: int | None, at: int | None) -> "GrantVersionRow":
    """A version as it stands; the one in force, or the last, where none is named. Raises NotFound."""
    wanted = version or row.current or row.versions
    drawn = view.grant_version(row.grant, wanted, at)
    if drawn is None:
        raise NotFound(f"there is no version {wanted} of grant {row.grant}")
    return drawn


def parties(view: "Queries", rows: "Sequence[GrantRow]", at: int | None, *codes: str | None) -> dict[str, str]:
    """Names of the parties of some grants and of other organizations, by code."""
    named = {code for row in rows for code in (row.grantor, row.grantee, row.implementer)} | set(codes)
    return view.organization_names(sorted(code for code in named if code), at)


def status_at(row: "GrantRow", clock: datetime) -> Status:
    """What a grant alone is worth by a clock."""
    status = Status[row.status] if row.status else Status.NONE
    runs = status in (Status.ACTIVE, Status.SUSPENDED)
    return Status.EXPIRED if runs and row.valid_until is not None and clock >= row.valid_until else status


def kind_word(row: "GrantRow") -> str:
    """Kind and mode in words."""
    mode = f"（{pick(MODES[Mode[row.mode]])}）" if row.mode and chinese() else ""
    return pick(KINDS[Kind[row.kind]]) + (mode or (f" {pick(MODES[Mode[row.mode]])}" if row.mode else ""))


def grant_json(row: "GrantRow", clock: datetime) -> dict[str, Any]:
    """A grant as the mirror has it, with the status at a moment."""
    status = status_at(row, clock)
    return row_json(row) | {"status": status.name if status else "PLANNED"}


def _named_sets(drawn: "GrantVersionRow") -> dict[str, Any]:
    return {
        "required": approvals_in(drawn.required),
        "taken": approvals_in(drawn.taken),
        "purposes": purposes_in(drawn.purposes),
    }


def _facts(
    row: "GrantRow", drawn: "GrantVersionRow", clock: datetime, effective: bool, names: Mapping[str, str]
) -> list[tuple[str, str]]:
    def party(code: str | None) -> str:
        return f"{names.get(code, '')} {code}".strip() if code else ""

    version = f"{drawn.version} ({pick(BASES[Basis[drawn.basis]])}, {pick(STAGES[Stage[drawn.stage]])})"
    return [
        (w("kind", "类型"), kind_word(row)),
        (w("grantor", "授权主体"), party(row.grantor)),
        (w("implementing body", "实施机构"), party(row.implementer)),
        (w("grantee", "被授权方"), party(row.grantee)),
        (w("parent", "上级授权"), str(row.parent or "")),
        (w("version", "版本"), version),
        (w("status", "状态"), pick(STATUSES[status_at(row, clock)])),
        (w("effective with its ancestors", "连同上级有效"), w("yes", "是") if effective else w("no", "否")),
        (w("in force from", "生效"), shown_local(row.valid_from)),
        (w("in force until", "期限至"), shown_local(row.valid_until)),
        (w("area", "区划"), f"{drawn.area:012d}"),
        (w("highest level", "最高级别"), str(drawn.level)),
        (w("purposes", "用途"), pick(named_set(PURPOSES, drawn.purposes))),
        (w("delegations left", "可再分解层数"), str(drawn.delegations or "")),
        (w("approvals taken", "已有审批"), _approvals(drawn.taken)),
        (w("approvals missing", "尚缺审批"), _approvals(drawn.required & ~drawn.taken) if drawn.open else ""),
    ]


def _approvals(bits: int) -> str:
    words = [pick(APPROVALS[Approval[name]]) for name in approvals_in(bits)]
    return ("、" if chinese() else ", ").join(words)


def _step(step: str, detail: str | None) -> str:
    told = pick(STEPS[step])
    if detail is None:
        return told
    if detail in Approval.__members__:
        return f"{told}: {pick(APPROVALS[Approval[detail]])}"
    if detail in Basis.__members__:
        return f"{told}: {pick(BASES[Basis[detail]])}"
    return f"{told}: {detail}"
