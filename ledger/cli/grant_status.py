"""`grant suspend`, `resume`, `terminate`, `revoke`, `exit`, `close`, `settle`: what becomes of grants in force."""

from typing import TYPE_CHECKING, Annotated

import typer

from ledger.app import App
from ledger.cli.grant_parts import (
    Account,
    Document,
    ListFile,
    Numbers,
    Reason,
    SkipUnfit,
    Yes,
    chosen_numbers,
    confirm,
    digest_of,
    grants_of,
    say_sent,
)
from ledger.cli.output import AsJson, note, print_json, progress
from ledger.errors import Malformed, NotFound, Rejected
from ledger.model.message import Message

if TYPE_CHECKING:
    from ledger.grant.steps import GrantStep


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    from ledger.grant import steps

    for step, described in (
        (steps.SUSPEND, "Suspend grants in force; what was delegated from them is ineffective at once."),
        (steps.RESUME, "Lift suspensions. What the data authority suspended, it alone resumes."),
        (steps.TERMINATE, "End grants by agreement (协议终止); the document is the agreement."),
        (steps.REVOKE, "End grants for breach (违约收回)."),
        (steps.EXIT, "Give up grants, as the grantee (主动退出)."),
        (steps.CLOSE, "Close out what has ended; the document proves that data was returned or destroyed."),
    ):
        _command(cli, step, described)
    cli.command()(settle)


def _command(cli: typer.Typer, step: "GrantStep", described: str) -> None:
    def run(
        numbers: Numbers = None,
        reason: Reason = None,
        document: Document = None,
        file: ListFile = None,
        skip_unfit: SkipUnfit = False,
        yes: Yes = False,
        account: Account = None,
        as_json: AsJson = False,
    ) -> None:
        named = chosen_numbers(numbers, file, everything=False, parent=None) or []
        hashed = digest_of(document, None, reason)
        if hashed == bytes(32):
            raise Malformed("say why, with --reason or --document")
        _take(step, named, hashed, skip_unfit, yes, account, as_json, strict=bool(numbers))

    cli.command(step.function, help=described)(run)


def _take(
    step: "GrantStep",
    numbers: list[int],
    reason: bytes,
    skip_unfit: bool,
    yes: bool,
    account: str | None,
    as_json: bool,
    *,
    strict: bool,
) -> None:
    from ledger.cli.grant_shown import show_in_force
    from ledger.grant.sending import GrantSender, Sent, Step
    from ledger.grant.steps import sort_steps

    app = App()
    chosen = app.choose(account, step.role)
    app.synced_mirror()
    sender = app.sender(chosen)
    found = sort_steps(step, numbers, grants_of(app), int(app.chain_time().timestamp()))
    for number, standing in found.unfit:
        note(f"grant {number}: {standing.en}", f"授权 {number}：{standing.zh}")
    if found.unfit and not skip_unfit:
        raise Rejected(f"this is not open to {len(found.unfit)} of the grants", reason="GrantStatusInvalid")
    if strict and found.done:
        raise Rejected(f"grant {found.done[0]} is {step.title.en} already", reason="GrantStatusInvalid")
    sent = Sent()
    if found.pairs:
        if not as_json or not yes:
            show_in_force(app, found.pairs)
        typed = str(found.pairs[0][0] if len(found.pairs) == 1 else len(found.pairs))
        confirm(typed, Message(f"{step.function} {len(found.pairs)} grants?", f"{step.title.zh}。"), yes=yes)
        with progress(len(found.pairs), step.title.en, step.title.zh) as advance:
            steps = [Step(number, version, reason) for number, version in found.pairs]
            sent = GrantSender(app.contracts, sender, advance).step("Grants", step.function, steps)
    if as_json:
        print_json(
            {
                "taken": [{"grant": number, "version": version} for number, version in found.pairs],
                "done_before": list(found.done),
                "transactions": sent.transaction_count,
                "gas": sent.gas_used,
            }
        )
        return
    say_sent(sent, step.title, len(found.done))


def settle(
    numbers: Numbers = None,
    file: ListFile = None,
    all_due: Annotated[bool, typer.Option("--all-due", help="Whatever can be released, of any grant.")] = False,
    account: Annotated[str | None, typer.Option("--account", help="Key that signs: anyone's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Release the entries of scopes that no longer count. Anyone may."""
    from ledger.grant.sending import GrantSender, Sent
    from ledger.grant.waiting import every, to_settle

    app = App()
    named = chosen_numbers(numbers, file, everything=all_due, parent=None)
    sender = app.sender(account)
    due = to_settle(
        grants_of(app), every(grants_of(app)) if named is None else named, int(app.chain_time().timestamp())
    )
    if named is not None and numbers and not due:
        raise NotFound("nothing of these grants can be released: their scopes count, or are released already")
    sent = Sent()
    total = sum(len(one.entries) for one in due)
    if due:
        with progress(total, "releasing entries", "正在释放目录条目") as advance:
            grants = GrantSender(app.contracts, sender, advance)
            sent = grants.settle([(one.number, one.version, one.entries) for one in due])
    if as_json:
        print_json(
            {
                "settled": [{"grant": one.number, "version": one.version, "entries": len(one.entries)} for one in due],
                "transactions": sent.transaction_count,
                "gas": sent.gas_used,
            }
        )
        return
    say_sent(sent, Message(f"entries of {len(due)} versions released", f"释放 {len(due)} 个版本的目录条目"), 0)
