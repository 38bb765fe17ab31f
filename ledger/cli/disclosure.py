"""`mulu disclosure`: what is disclosed about grants, year by year."""

import typer

from ledger.cli import disclosure_publish, disclosure_view

cli = typer.Typer(help="Yearly disclosures: publish, look up, report.", no_args_is_help=True)
for part in (disclosure_publish, disclosure_view):
    part.add_to(cli)
