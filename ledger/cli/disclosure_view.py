"""`disclosure list`, `report`: what was disclosed, and the yearly report as a document."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ledger.app import App
from ledger.cli.lookup import AsOf, moment_of, row_json, w
from ledger.cli.moment import shown_local
from ledger.cli.output import AsJson, chinese, pick, print_json, say, table
from ledger.errors import Malformed
from ledger.files import write_bytes
from ledger.model import canonical
from ledger.model.disclosure import Kind
from ledger.model.grant_words import DISCLOSURES


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    cli.command("list")(list_)
    cli.command()(report)


def list_(
    grant: Annotated[int | None, typer.Option(help="Number of the grant that is disclosed about.")] = None,
    year: Annotated[int | None, typer.Option(help="Calendar year that it is about.")] = None,
    late: Annotated[
        bool | None, typer.Option("--late/--in-time", help="Only those that came late, or in time.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Earlier versions too.")] = False,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 100,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List yearly disclosures, those published last first."""
    from ledger.store.product_queries import DisclosureFilter

    app = App()
    wanted = DisclosureFilter(grant=grant, year=year, late=late, current=None if everything else True)
    with app.synced_mirror().snapshot() as view:
        _, at = moment_of(app, view, as_of)
        rows = view.disclosures(wanted, at, limit=limit)
        names = view.organization_names(sorted({row.organization for row in rows if row.organization}), at)
    if as_json:
        print_json([row_json(row) for row in rows])
        return
    headers = (
        ("年度", "授权", "类别", "版本", "标题", "披露单位", "时间", "期限", "逾期")
        if chinese()
        else ("year", "grant", "kind", "version", "title", "organization", "time", "deadline", "late")
    )
    table(
        headers,
        [
            (
                row.year,
                row.grant,
                pick(DISCLOSURES[Kind[row.kind]]),
                row.version,
                row.title or "",
                names.get(row.organization or "", row.organization),
                shown_local(row.time),
                shown_local(row.deadline),
                w("late", "逾期") if row.late else "",
            )
            for row in rows
        ],
    )


def report(
    grant: Annotated[int, typer.Argument(help="Number of the grant.")],
    year: Annotated[int, typer.Argument(help="Calendar year.", min=1970, max=9998)],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File: .md or .json; printed by default.")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Write the yearly report about a grant: the same bytes from the same chain.

    What is granted and offered is told as of the end of the year, what was disclosed as of --as-of, or the last act.
    """
    from ledger.grant.report import document
    from ledger.grant.report_page import markdown
    from ledger.store.report_material import report_material

    if output is not None and output.suffix not in (".md", ".json"):
        raise Malformed(f"{output}: want a name that ends in .md or .json")
    app = App()
    with app.synced_mirror().snapshot() as view:
        _, at = moment_of(app, view, as_of)
        told = document(report_material(view, grant, year, at))
    if as_json or (output is not None and output.suffix == ".json"):
        data = canonical.encode(told) + b"\n"
    else:
        data = markdown(told).encode("utf-8")
    if output is None:
        sys.stdout.write(data.decode("utf-8"))
        return
    write_bytes(output, data)
    say(f"{output}: report about grant {grant} and {year}", f"{output}：授权 {grant} {year} 年度披露报告")
