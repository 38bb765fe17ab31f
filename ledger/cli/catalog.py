"""`mulu catalog`: what a file would change, changing it, and looking at what is there."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from ledger.app import App
from ledger.cli import plan_view
from ledger.cli.output import AsJson, chinese, note, print_json, progress, say
from ledger.errors import Malformed, NotFound, Rejected
from ledger.model import organization_code
from ledger.model.ids import Digest, entry_named
from ledger.model.publication import NO_REASON
from ledger.model.roles import Role

cli = typer.Typer(help="Catalog entries: plan, apply, show, export.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="CSV, XLSX, JSON or DCAT-US file.")]
Mapping = Annotated[
    str | None, typer.Option(help="Mapping: a shipped one's name, or a file. Found by columns if not given.")
]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a workbook; the first by default.")]
RetireMissing = Annotated[bool, typer.Option("--retire-missing", help="Retire entries that the file no longer gives.")]
Reason = Annotated[
    str | None, typer.Option(help="Why access is tightened or entries are retired, with the legal basis.")
]
Account = Annotated[
    str | None, typer.Option("--account", help="Key that signs; the only one with the role PUBLISHER by default.")
]

_ATTEMPTS = 5
"""Plans made afresh when somebody else changed an entry in between."""


@cli.command()
def plan(
    file: File,
    mapping: Mapping = None,
    sheet: Sheet = None,
    retire_missing: RetireMissing = False,
    reason: Reason = None,
    account: Account = None,
    everything: Annotated[bool, typer.Option("--all", help="Every entry, not the first of each kind.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what applying a file would change. Nothing is sent. Exit: 0, or 1 when rows are refused."""
    app = App()
    chosen = app.choose(account, Role.PUBLISHER)
    made = app.plan(file, mapping, sheet, chosen, _digest(reason), retire_missing)
    if as_json:
        from ledger.publish.plan_document import plan_to_json

        print_json(plan_to_json(made, "zh" if chinese() else "en"))
    else:
        plan_view.show(made, everything=everything)
    if made.refusals:
        raise typer.Exit(Rejected.exit_code)


@cli.command()
def apply(
    file: File,
    mapping: Mapping = None,
    sheet: Sheet = None,
    retire_missing: RetireMissing = False,
    reason: Reason = None,
    skip_invalid: Annotated[bool, typer.Option("--skip-invalid", help="Send the rest when rows are refused.")] = False,
    fingerprint: Annotated[str | None, typer.Option(help="Go on only if the plan is still the reviewed one.")] = None,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Do what the plan says. Killed at any point and run again, it does the rest; run twice, it changes nothing."""
    from ledger.publish.apply import apply as send
    from ledger.publish.plan_document import counts

    app = App()
    chosen = app.choose(account, Role.PUBLISHER)
    sender = app.sender(chosen)
    sent, transactions, gas, seconds = 0, 0, 0, 0.0
    for attempt in range(_ATTEMPTS):
        made = app.plan(file, mapping, sheet, chosen, _digest(reason), retire_missing)
        if attempt == 0:
            if made.refusals and not as_json:
                plan_view.show_refusals(made)
            made.check_sendable(skip_invalid=skip_invalid)
            if fingerprint is not None and "0x" + made.fingerprint.hex() != fingerprint.lower():
                raise Rejected(f"the plan is now 0x{made.fingerprint.hex()}, not {fingerprint}: look at it again")
            plan_view.confirm_retirements(made)
            first = made
        if made.is_empty:
            break
        try:
            total = len(made.publications) + len(made.retirements)
            with progress(total, f"applying {made.file}", f"正在上链 {made.file}") as advance:
                done = send(made, app.contracts, sender, advance)
        except Rejected as error:
            if error.reason != "CatalogVersionConflict":
                raise
            note(f"{error}: somebody else changed it; planning again", f"{error}：已被他人修改，重新生成计划")
            sender.settle()
            continue
        sent += done.entry_count
        transactions += done.transaction_count
        gas += done.gas_used
        seconds += done.seconds
        break
    else:
        raise Rejected(f"the entries kept changing under {_ATTEMPTS} plans; try again when the others are done")
    app.synced_mirror()
    if as_json:
        print_json({**counts(first), "sent": sent, "transactions": transactions, "gas": gas, "seconds": seconds})
        return
    if not sent:
        say(
            f"nothing to change: {first.unchanged_count} of {first.row_count} rows are on the ledger as they stand",
            f"无需变更：{first.row_count} 行中 {first.unchanged_count} 行已与链上一致",
        )
        return
    rate = sent / seconds if seconds else 0
    say(
        f"applied {sent} entries in {transactions} transactions, {seconds:.2f} s ({rate:,.0f}/s), {gas:,} gas",
        f"已上链 {sent} 条，{transactions} 笔交易，用时 {seconds:.2f} 秒（每秒 {rate:,.0f} 条），gas {gas:,}",
    )


@cli.command()
def show(
    entry: Annotated[str, typer.Argument(help="Entry id (0x…), or PROVIDER/LOCAL-CODE.")], as_json: AsJson = False
) -> None:
    """Show an entry: what holds now, and every version before."""
    from ledger.cli import entry_view

    app = App()
    history = app.synced_mirror().queries.entry_history(entry_named(entry), limit=1000)
    if not history:
        raise NotFound(f"there is no entry {entry}")
    if as_json:
        print_json([entry_view.to_json(row) for row in history])
    else:
        names = app.mirror.queries.organization_names([history[-1].provider, history[-1].submitter])
        entry_view.show(history, names)


@cli.command()
def export(
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write: .csv or .json.")],
    source: Annotated[str | None, typer.Option(help="Only entries of this source.")] = None,
    provider: Annotated[str | None, typer.Option(help="Only entries of this provider's code.")] = None,
) -> None:
    """Write the entries in force to a file."""
    from ledger.cli import entry_view

    if provider is not None and not organization_code.is_valid(provider):
        raise Malformed(f"--provider {provider!r}: not a unified social credit code")
    count = entry_view.export(App(), output, source, provider)
    say(f"wrote {count} entries to {output}", f"已将 {count} 个条目写入 {output}")


def _digest(reason: str | None) -> Digest:
    return Digest(hashlib.sha256(reason.encode("utf-8")).digest()) if reason else NO_REASON
