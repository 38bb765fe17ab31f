"""`mulu policy calendar`: the working days by which deadlines are counted."""

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.app import App
from ledger.chain import proposals
from ledger.cli.output import AsJson, print_json, say, table
from ledger.errors import Rejected
from ledger.model.ids import to_hex

cli = typer.Typer(help="Working days: show them, propose those of a year.", no_args_is_help=True)

Account = Annotated[str | None, typer.Option("--account", help="Key that signs.")]


@cli.command("set")
def set_(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX of one year: 日期, 类型 (休 or 班).")],
    source: Annotated[str, typer.Option(help="The document that sets it, by name and number.")],
    document: Annotated[Path | None, typer.Option(help="That document: its SHA-256 goes on chain.")] = None,
    account: Account = None,
) -> None:
    """Propose a year's working days; another ADMIN confirms. Deadlines that are running stay as they are."""
    from ledger.registration.calendar_file import read_calendar

    read = read_calendar(file)
    try:
        text = source.encode("utf-8") if document is None else document.read_bytes()
    except OSError as error:
        raise Rejected(f"{document} cannot be read: {error.strerror}") from error
    app = App()
    fresh = [read.to_call(hashlib.sha256(text).digest())]
    number, receipt = proposals.propose(app.contracts, app.sender(account), "Policy", "setCalendars", fresh)
    say(
        f"proposal {number} sets {read.year}: {read.bits.bit_count()} working days, {read.days_off} days off, "
        f"{read.make_up_days} make-up days (block {receipt.block_number}); another ADMIN confirms: "
        f"mulu proposal confirm {number}",
        f"提案 {number}：{read.year} 年工作日 {read.bits.bit_count()} 天，放假 {read.days_off} 天，"
        f"调休上班 {read.make_up_days} 天（区块 {receipt.block_number}）；请另一位 ADMIN 确认："
        f"mulu proposal confirm {number}",
    )


@cli.command()
def show(
    year: Annotated[
        int | None, typer.Argument(help="Only this year, with the days that are no Monday to Friday.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show which years have a calendar. The others count Monday to Friday."""
    from ledger.model.workdays import bits_of, workdays_of

    rows = App().synced_mirror().queries.calendar_versions(year)
    found: list[dict[str, Any]] = []
    for row in rows:
        workdays = set(workdays_of(row.year, bits_of(row.workdays_low, row.workdays_high)))
        first = date(row.year, 1, 1)
        every = [first + timedelta(place) for place in range((date(row.year + 1, 1, 1) - first).days)]
        found.append(
            {
                "year": row.year,
                "version": row.version,
                "workdays": len(workdays),
                "days_off": [d.isoformat() for d in every if d.weekday() < 5 and d not in workdays],
                "make_up_days": [d.isoformat() for d in every if d.weekday() >= 5 and d in workdays],
                "source": to_hex(row.source),
            }
        )
    if as_json:
        print_json(found)
        return
    table(
        ("year", "version", "working days", "weekdays off", "make-up days", "source digest"),
        [
            (
                one["year"],
                one["version"],
                one["workdays"],
                " ".join(one["days_off"]) if year else len(one["days_off"]),
                " ".join(one["make_up_days"]) if year else len(one["make_up_days"]),
                one["source"],
            )
            for one in found
        ],
    )
