"""`grant check`: may an organization do something with an entry, and on what chain of approvals?"""

from typing import Annotated, Any

import typer

from ledger.app import App
from ledger.cli.lookup import AsOf, member, moment_of, w
from ledger.cli.moment import local_moment, shown_local
from ledger.cli.output import AsJson, chinese, pick, print_json, say, table
from ledger.model.grant import Approval, Coverage, Operation, Status
from ledger.model.grant_words import APPROVALS, COVERAGES, OPERATIONS, STATUSES, STEPS
from ledger.model.ids import entry_named
from ledger.model.registration import Status as RegistrationStatus
from ledger.model.registration_words import STATUSES as REGISTRATION_STATUSES

NO = 1
"""Exit code where the answer is no."""


def add_to(cli: typer.Typer) -> None:
    """Adds this command."""
    cli.command("check")(check)


def check(
    entry: Annotated[str, typer.Option(help="Entry: its id, or PROVIDER/LOCAL-CODE.")],
    organization: Annotated[str, typer.Option(help="Code of the organization that would do it.")],
    operation: Annotated[str, typer.Option(help="query, verify, compute or export.")] = "query",
    at: Annotated[str | None, typer.Option("--at", help="Time that is asked about; now by default.")] = None,
    grant: Annotated[int | None, typer.Option("--grant", help="Only this grant.", min=1)] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a grant covers it, by the contract's rules, and derive the answer act by act. Exit 1 means no."""
    from ledger.grant.derivation import document, organizations_in

    id, asked = entry_named(entry), member(Operation, operation, "--operation")
    app = App()
    with app.synced_mirror().snapshot() as view:
        clock, block = moment_of(app, view, as_of)
        moment = local_moment(at, "--at") if at else clock
        answer = view.check_grant(organization, id, asked, moment, block, grant)
        told = document(answer, view.organization_names(sorted(organizations_in(answer)), block))
        title = view.entry_titles([id], block).get(id)
    if as_json:
        print_json(told)
    else:
        _show(told, title, pick(OPERATIONS[asked]), shown_local(moment))
    if not answer.allowed:
        raise typer.Exit(NO)


def _show(told: dict[str, Any], title: str | None, operation: str, time: str) -> None:
    who, what = told["organization_name"] or told["organization"], title or told["entry"]
    covering = ", ".join(map(str, told["covering"]))
    if told["allowed"]:
        say(
            f"yes: {who} may {operation} {what} at {time}, by grant {covering}",
            f"可以：{time}，{who}可对“{what}”作{operation}，依据授权 {covering}",
        )
    else:
        say(
            f"no: {who} may not {operation} {what} at {time}",
            f"不可以：{time}，{who}不得对“{what}”作{operation}",
        )
    if not told["considered"]:
        say("no grant to it lists the entry or its provider", "没有授权将该目录或其提供单位列给该机构")
        return
    headers = (
        ("授权", "名称", "授权主体", "结论", "所在授权") if chinese() else ("grant", "title", "grantor", "answer", "by")
    )
    table(
        headers,
        [
            (
                one["grant"],
                one["title"] or "",
                one["grantor_name"] or one["grantor"],
                pick(COVERAGES[Coverage[one["coverage"]]]),
                one["by"],
            )
            for one in told["considered"]
        ],
    )
    for depth, link in enumerate(told["derivation"]["chain"]):
        _show_link(link, depth)


def _show_link(link: dict[str, Any], depth: int) -> None:
    reason = pick(COVERAGES[Coverage[link["coverage"]]])
    above = w("its parent, ", "上级") if depth else ""
    say(f"\n{above}grant {link['grant']}: {reason}", f"\n{above}授权 {link['grant']}：{reason}")
    since, scope, entry, registered = link["since"], link["scope"], link["entry"], link["registration"]
    facts: list[tuple[str, str]] = [
        (w("title", "名称"), link["title"] or ""),
        (w("grantor", "授权主体"), link["grantor_name"] or link["grantor"] or ""),
        (w("grantee", "被授权方"), link["grantee_name"] or link["grantee"] or ""),
    ]
    if since:
        status = f"{pick(STATUSES[Status[link['status']]])} ({link['valid_from']} – {link['valid_until']})"
        facts += [
            (w("version and status", "版本与状态"), f"{link['version']}, {status}"),
            (w("by the act", "依据记录"), f"{pick(STEPS[since['step']])}: {_act(since)}"),
        ]
    facts += [
        (pick(APPROVALS[Approval[row["approval"]]]), f"{_act(row)}  {row['document'] or ''}")
        for row in link["approvals"]
    ]
    if scope:
        said = ", ".join(pick(OPERATIONS[Operation[name]]) for name in scope["operations"])
        version = f"v{scope['entry_version']}" if scope["entry_version"] else w("by its provider", "按提供单位")
        facts.append((w("scope", "授权范围"), f"{version}, {said}, #{scope['act_index']}"))
    if entry:
        values = f"share {entry['share']}, open {entry['open']}, level {entry['level']}"
        facts.append((w("entry", "目录"), f"v{entry['version']}, {entry['status']}, {values}, #{entry['act_index']}"))
    if registered:
        status = pick(REGISTRATION_STATUSES[RegistrationStatus[registered["status"] or "NONE"]])
        told = f"{registered['number']} v{registered['version']}, {status}, #{registered['act_index']}"
        facts.append((w("registration", "资源登记"), told))
    table(("", ""), facts)


def _act(row: dict[str, Any]) -> str:
    who = row["organization_name"] or row["organization"] or ""
    return f"#{row['act_index']} {row['time']} {who} {row['account']}"
