"""`registration list`, `show`, `inbox`: registrations as people look at them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from ledger.app import App
from ledger.cli.moment import shown_local
from ledger.cli.output import AsJson, chinese, pick, print_json, say, table
from ledger.errors import Malformed, NotFound
from ledger.model.ids import to_hex
from ledger.model.registration import Kind, Stage, Status
from ledger.model.registration_number import require_number
from ledger.model.registration_words import KINDS, STAGES, STATUSES, TASKS
from ledger.model.roles import Role, role_names
from ledger.registration.filing import Step

Account = Annotated[str | None, typer.Option("--account", help="Whose inbox; the keystore's only key by default.")]


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    cli.command("list")(list_)
    cli.command()(show)
    cli.command()(inbox)


def list_(
    q: Annotated[str | None, typer.Argument(help="Words of the title, or a number.")] = None,
    stage: Annotated[str | None, typer.Option(help="Stage, like notice.")] = None,
    status: Annotated[str | None, typer.Option(help="Status, like active or expired.")] = None,
    subject: Annotated[str | None, typer.Option(help="Code of the registered organization.")] = None,
    registrar: Annotated[str | None, typer.Option(help="Code of the registrar.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 100,
    as_json: AsJson = False,
) -> None:
    """List registrations: the last version drawn up of each, and the one issued."""
    from ledger.store.registration_queries import RegistrationFilter

    app = App()
    now = app.chain_time()
    wanted = RegistrationFilter(
        q=q,
        stage=_member(Stage, stage, "--stage"),
        status=_member(Status, status, "--status"),
        subject=subject,
        registrar=registrar,
        current=True,
    )
    rows = app.synced_mirror().queries.registrations(wanted, now, limit=limit)
    if as_json:
        print_json([row_json(row, now) for row in rows])
        return
    headers = (
        ("登记编号", "版本", "类型", "登记名称", "主体", "进度", "状态", "期限")
        if chinese()
        else ("number", "version", "kind", "title", "subject", "stage", "status", "deadline")
    )
    table(
        headers,
        [
            (
                row.number,
                row.version,
                pick(KINDS[Kind[row.kind]]),
                row.title or "",
                row.subject,
                pick(STAGES[Stage[row.stage]]),
                _status(row, now),
                shown_local(row.deadline or row.valid_until),
            )
            for row in rows
        ],
    )


def show(
    number: Annotated[str, typer.Argument(help="Registration number.")],
    as_json: AsJson = False,
) -> None:
    """Show a registration: its versions, and every step that led to them."""
    require_number(number, "registration")
    app = App()
    now = app.chain_time()
    queries = app.synced_mirror().queries
    versions = queries.registration_versions(number)
    if not versions:
        raise NotFound(f"there is no registration {number}")
    steps = queries.registration_steps(number)
    if as_json:
        print_json({"versions": [row_json(row, now) for row in versions], "steps": [_step_json(s) for s in steps]})
        return
    codes = {code for row in versions for code in (row.subject, row.registrar)}
    names = queries.organization_names(sorted(codes))
    for row in versions:
        say(f"{number} version {row.version}: {row.title or ''}", f"{number} 第 {row.version} 版：{row.title or ''}")
        facts = [
            (_w("kind", "类型"), pick(KINDS[Kind[row.kind]])),
            (_w("subject", "主体"), f"{names.get(row.subject, '')} {row.subject}".strip()),
            (_w("registrar", "登记机构"), f"{names.get(row.registrar, '')} {row.registrar}".strip()),
            (_w("stage", "进度"), pick(STAGES[Stage[row.stage]])),
            (_w("status", "状态"), _status(row, now)),
            (_w("deadline", "本步期限"), shown_local(row.deadline)),
            (_w("notice ends", "公示截止"), shown_local(row.notice_end)),
            (_w("open objections", "未决异议"), str(row.open_objections or "")),
            (_w("issued", "登记时间"), shown_local(row.issued_time)),
            (_w("valid until", "有效期至"), shown_local(row.valid_until)),
            (_w("national code", "国家登记码"), row.national_code or ""),
            (_w("fields root", "字段根"), to_hex(row.certificate_root)),
            (_w("entries", "目录条目"), ", ".join(row.entries)),
        ]
        table(("", ""), [fact for fact in facts if fact[1]])
    headers = ("时间", "版本", "步骤", "逾期", "账户") if chinese() else ("time", "version", "step", "late", "account")
    table(
        headers,
        [
            (shown_local(s.time), s.version, s.step, _w("late", "逾期") if s.late else "", to_hex(s.account))
            for s in steps
        ],
    )


def inbox(
    account: Account = None,
    organization: Annotated[str | None, typer.Option(help="Of an organization as a whole, by its code.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 500,
    as_json: AsJson = False,
) -> None:
    """Show what is to be done, by deadline, in working days left by the calendar on chain."""
    app = App()
    if organization is not None:
        code, roles = organization, sum(Role)
    else:
        code, roles = app.roles_of(app.address_of(account or _only_key(app)))
    if not code:
        raise NotFound("the account acts for no organization now")
    now = app.chain_time()
    with app.synced_mirror().snapshot() as view:
        items = view.inbox(code, roles, now, limit=limit)
        calendars = view.calendars()
    rows = [
        {
            "task": item.task,
            "role": item.role,
            "number": item.registration.number if item.registration else None,
            "version": item.registration.version if item.registration else None,
            "objection": item.objection.objection if item.objection else None,
            "title": item.registration.title if item.registration else None,
            "due": item.due.isoformat() if item.due else None,
            "overdue": item.overdue,
            "workdays_left": calendars.workdays_left(now, item.due) if item.due else None,
        }
        for item in items
    ]
    if as_json:
        print_json({"organization": code, "as_of": now.isoformat(), "tasks": rows})
        return
    said = ", ".join(role_names(roles)).lower()
    say(
        f"{code} ({said}), {shown_local(now)}: {len(rows)} tasks",
        f"{code}（{said}）{shown_local(now)}：待办 {len(rows)} 项",
    )
    headers = (
        ("剩余工作日", "期限", "待办", "登记编号", "异议", "登记名称")
        if chinese()
        else ("working days left", "due", "task", "number", "objection", "title")
    )
    table(
        headers,
        [
            (
                _left(calendars.workdays_left(now, item.due) if item.due else None, item.overdue),
                shown_local(item.due),
                pick(TASKS[item.task]),
                row["number"] or "",
                row["objection"] or "",
                row["title"] or "",
            )
            for row, item in zip(rows, items, strict=True)
        ],
    )


def standings(app: App, steps: Sequence[Step]) -> list[dict[str, Any]]:
    """How the versions of steps stand on chain now."""
    now = int(app.chain_time().timestamp())
    return [_standing(app, step, now) for step in steps]


def _standing(app: App, step: Step, now: int) -> dict[str, Any]:
    drawn = app.registry.version(step.number, step.version)
    # Only what was issued has a status, which the contract judges by the clock.
    issued = drawn.stage is Stage.ISSUED
    return {
        "number": step.number,
        "version": step.version,
        "stage": drawn.stage.name,
        "status": app.registry.status(step.number, step.version, now).name if issued else None,
        "deadline": drawn.deadline or None,
    }


def show_standings(rows: Sequence[dict[str, Any]]) -> None:
    """How versions stand, for people."""
    headers = (
        ("登记编号", "版本", "进度", "状态", "期限")
        if chinese()
        else ("number", "version", "stage", "status", "deadline")
    )
    table(
        headers,
        [
            (
                row["number"],
                row["version"],
                pick(STAGES[Stage[row["stage"]]]),
                pick(STATUSES[Status[row["status"]]]) if row["status"] else "",
                shown_local(datetime.fromtimestamp(row["deadline"], UTC)) if row["deadline"] else "",
            )
            for row in rows
        ],
    )


def row_json(row: Any, now: datetime) -> dict[str, Any]:
    """A version as the mirror has it, with the status at a moment."""
    from ledger.model.registration import status_of

    return {
        name: _plain(value)
        for name, value in row._asdict().items()
        if name not in ("from_block", "to_block", "from_index")
    } | {"status": status_of(row.status, row.valid_until, now)}


def _step_json(step: Any) -> dict[str, Any]:
    return {name: _plain(value) for name, value in step._asdict().items()}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return to_hex(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _status(row: Any, now: datetime) -> str:
    from ledger.model.registration import status_of

    status = status_of(row.status, row.valid_until, now)
    return pick(STATUSES[Status[status]]) if status else ""


def _left(days: int | None, overdue: bool) -> str:
    if days is None:
        return ""
    return f"{days} {_w('late', '已逾期')}" if overdue else str(days)


def _only_key(app: App) -> str:
    from ledger.chain.signer import key_files

    files = key_files(app.settings.keystore)
    if len(files) != 1:
        names = ", ".join(path.stem for path, _ in files) or "none"
        raise Malformed(f"say whose inbox with --account or --organization; there are: {names}")
    return files[0][0].stem


def _member(kind: type[Stage] | type[Status], text: str | None, what: str) -> str | None:
    if text is None:
        return None
    name = text.upper().replace("-", "_")
    if name not in kind.__members__ or name == "NONE":
        raise Malformed(f"{what} {text!r}: want one of {', '.join(kind.__members__)[6:].lower()}")
    return name


def _w(en: str, zh: str) -> str:
    return zh if chinese() else en
