"""`mulu registration`: an applicant's and a clerk's work, from application to certificate.

The steps that differ only by name are made from `ledger.registration.actions`; each takes numbers, a file of them, or
`--all-due`. A list is worked off in as many runs as it takes: what had the step is left out.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from ledger.app import App
from ledger.cli import registration_apply, registration_view
from ledger.cli.output import AsJson, note, pick, print_json, progress, say
from ledger.errors import Malformed, NotFound, Rejected
from ledger.model.message import Message
from ledger.registration import actions
from ledger.registration.actions import Action
from ledger.registration.filing import Step

cli = typer.Typer(help="Registrations: apply, decide, issue, look up.", no_args_is_help=True)
registration_apply.add_to(cli)
registration_view.add_to(cli)

Numbers = Annotated[list[str] | None, typer.Argument(help="Registration numbers.")]
File = Annotated[Path | None, typer.Option("--file", help="Numbers: a table with a column 登记编号, or text.")]
AllDue = Annotated[bool, typer.Option("--all-due", help="All that wait for this step at your organization.")]
Reason = Annotated[str | None, typer.Option(help="The reasons; their SHA-256 goes on chain, and nothing else.")]
Document = Annotated[Path | None, typer.Option(help="The document that gives the reasons: its SHA-256 goes on chain.")]
SkipUnfit = Annotated[bool, typer.Option("--skip-unfit", help="Take the step for the rest of a list.")]
Account = Annotated[
    str | None, typer.Option("--account", help="Key that signs; the only one with the role by default.")
]

_TASKS = {
    actions.FORWARD: "FORWARD",
    actions.ACCEPT: "DECIDE_ACCEPTANCE",
    actions.LAPSE: "LAPSE",
    actions.PASS: "REVIEW",
    actions.NOTICE: "OPEN_NOTICE",
    actions.ISSUE: "ISSUE",
}
"""What `--all-due` takes from the inbox."""
_INBOX = 100_000


def _step(name: str, action: Action, described: str) -> None:
    def run(
        numbers: Numbers = None,
        file: File = None,
        all_due: AllDue = False,
        reason: Reason = None,
        document: Document = None,
        skip_unfit: SkipUnfit = False,
        account: Account = None,
        as_json: AsJson = False,
    ) -> None:
        take(action, numbers, file, all_due, reason_digest(reason, document), skip_unfit, account, as_json)

    cli.command(name, help=described)(run)


_step("forward", actions.FORWARD, "Pass the district's review: the applications go on to their registrars.")
_step("return", actions.RETURN, "Return applications to their applicants, as the district authority.")
_step("request-supplement", actions.REQUEST_SUPPLEMENT, "Ask, once, for all that is missing.")
_step("lapse", actions.LAPSE, "End applications whose supplement is late.")
_step("refuse", actions.REFUSE, "Refuse applications.")
_step("notice", actions.NOTICE, "Open the public notice, whose end is fixed from then on.")
_step("withdraw", actions.WITHDRAW, "Withdraw applications.")
_step("issue", actions.ISSUE, "Issue registrations whose notice has ended. Never the account that reviewed.")
_step("suspend", actions.SUSPEND, "Suspend registrations in force.")
_step("resume", actions.RESUME, "Lift suspensions.")
_step("cancel", actions.CANCEL, "Cancel registrations (注销).")
_step("revoke", actions.REVOKE, "Revoke registrations (撤销), expired ones too.")


@cli.command()
def review(
    numbers: Numbers = None,
    file: File = None,
    all_due: AllDue = False,
    fail: Annotated[bool, typer.Option("--fail", help="Fail the review, or end a notice for nothing.")] = False,
    reason: Reason = None,
    document: Document = None,
    skip_unfit: SkipUnfit = False,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Pass the review, or fail it with a reason."""
    action = actions.FAIL if fail else actions.PASS
    take(action, numbers, file, all_due, reason_digest(reason, document), skip_unfit, account, as_json)


@cli.command()
def accept(
    numbers: Numbers = None,
    file: File = None,
    all_due: AllDue = False,
    dossier: Annotated[Path | None, typer.Option(help="The dossier that was handed over with the application.")] = None,
    dossiers: Annotated[Path | None, typer.Option(help="A folder of dossiers, whatever their names.")] = None,
    without_dossier: Annotated[
        bool, typer.Option("--without-dossier", help="Accept what was never handed over: no certificate can be made.")
    ] = False,
    skip_unfit: SkipUnfit = False,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Accept applications. Their dossiers are checked leaf by leaf and imported into the center's own store first."""

    def imported(app: App, steps: tuple[Step, ...]) -> None:
        from ledger.cli.dossier_import import import_dossiers

        import_dossiers(app, steps, dossier, dossiers, required=not without_dossier)

    take(actions.ACCEPT, numbers, file, all_due, bytes(32), skip_unfit, account, as_json, imported)


@cli.command()
def settle(
    numbers: Numbers = None,
    file: File = None,
    all_due: AllDue = False,
    version: Annotated[int | None, typer.Option(help="The version; the last one drawn up by default.")] = None,
    account: Annotated[str | None, typer.Option("--account", help="Key that signs: anyone's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Release the entries of versions that have ended. Anyone may."""
    from ledger.registration.planning import named_steps, read_numbers

    app = App()
    if all_due:
        rows = app.synced_mirror().queries.to_settle(app.chain_time(), limit=_INBOX)
        steps = tuple(Step(row.number, row.version, bytes(32)) for row in rows)
    else:
        named = list(numbers or []) + (read_numbers(file) if file else [])
        steps = named_steps(actions.SETTLE, named, app.registry, bytes(32), version)
    _send(app, actions.SETTLE, steps, (), account, as_json)


@cli.command("assign-code")
def assign_code(
    number: Annotated[str, typer.Argument(help="Registration number.")],
    code: Annotated[str, typer.Argument(help="The code that the national platform gave (国家登记码).")],
    account: Account = None,
) -> None:
    """Record the national code of a registration, or replace a wrong one."""
    from ledger.chain import abi
    from ledger.chain.sender import Call
    from ledger.model.roles import Role
    from ledger.registration.registry import number_bytes

    app = App()
    app.registry.head(number)
    sender = app.sender(app.choose(account, Role.ACCEPTOR))
    coded = {"number": number_bytes(number), "code": code.encode("utf-8")}
    data = abi.encode_call("Registry", "assignNationalCodes", [coded])
    (receipt,) = sender.send([Call(app.contracts.address("Registry"), data)])
    say(
        f"{number}: national code {code} (block {receipt.block_number})",
        f"{number}：国家登记码 {code}（区块 {receipt.block_number}）",
    )


def take(
    action: Action,
    numbers: list[str] | None,
    file: Path | None,
    all_due: bool,
    reason: bytes,
    skip_unfit: bool,
    account: str | None,
    as_json: bool,
    prepare: Callable[[App, tuple[Step, ...]], None] | None = None,
) -> None:
    """Takes one kind of step: for named registrations as they are, for a list leaving out what had it."""
    from ledger.registration.planning import listed_steps, named_steps, read_numbers

    if sum((bool(numbers), file is not None, all_due)) != 1:
        raise Malformed("name registrations, or give --file, or --all-due")
    if action.needs_reason and reason == bytes(32):
        raise Malformed("say why, with --reason or --document")
    app = App()
    done: tuple[str, ...] = ()
    if numbers:
        steps = named_steps(action, numbers, app.registry, reason)
    else:
        listed = read_numbers(file) if file is not None else _due(app, action, account)
        planned = listed_steps(action, listed, app.registry, reason)
        steps, done = planned.steps, planned.done
        if planned.unfit:
            for number, standing in planned.unfit:
                note(f"{number}: {standing.en}", f"{number}：{standing.zh}")
            if not skip_unfit:
                raise Rejected(f"the step is not open to {len(planned.unfit)} of the list: --skip-unfit takes the rest")
    if prepare is not None and steps:
        prepare(app, steps)
    _send(app, action, steps, done, account, as_json)


def _send(
    app: App, action: Action, steps: tuple[Step, ...], done: tuple[str, ...], account: str | None, as_json: bool
) -> None:
    from ledger.registration.filing import take as send

    taken = None
    if steps:
        sender = app.sender(account if action.role is None else app.choose(account, action.role))
        with progress(len(steps), action.title.en, action.title.zh) as advance:
            taken = send(action, steps, app.contracts, sender, advance)
    rows = registration_view.standings(app, steps) if as_json or len(steps) <= _SHOWN else []
    if as_json:
        print_json(
            {
                "taken": rows,
                "done_before": list(done),
                "transactions": taken.transaction_count if taken else 0,
                "gas": taken.gas_used if taken else 0,
            }
        )
        return
    if rows:
        registration_view.show_standings(rows)
    word = pick(action.title)
    say(
        f"{len(steps)} {word}, {len(done)} were before"
        + (f" (block {taken.last_block}, {taken.transaction_count} transactions)" if taken else ""),
        f"{word}：本次 {len(steps)} 件，此前已办 {len(done)} 件"
        + (f"（区块 {taken.last_block}，{taken.transaction_count} 笔交易）" if taken else ""),
    )


_SHOWN = 40


def _due(app: App, action: Action, account: str | None) -> list[str]:
    task = _TASKS.get(action)
    if task is None or action.role is None:
        raise Malformed("this step is never due by itself: name registrations, or give --file")
    chosen = app.choose(account, action.role)
    organization, roles = app.roles_of(app.address_of(chosen))
    items = app.synced_mirror().queries.inbox(organization, roles, app.chain_time(), limit=_INBOX)
    found = [item.registration.number for item in items if item.task == task and item.registration is not None]
    if not found:
        raise NotFound(Message("nothing waits for this step", "没有待办的登记").en)
    return found


def reason_digest(reason: str | None, document: Path | None) -> bytes:
    """SHA-256 of the reasons, given as text or as a document; zeros for none."""
    if reason is not None and document is not None:
        raise Malformed("give either --reason or --document")
    if document is not None:
        try:
            return hashlib.sha256(document.read_bytes()).digest()
        except OSError as error:
            raise Malformed(f"{document} cannot be read: {error.strerror}") from error
    return hashlib.sha256(reason.encode("utf-8")).digest() if reason else bytes(32)
