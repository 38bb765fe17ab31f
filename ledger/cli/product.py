"""`mulu product`: products and services that operators offer under grants."""

import typer

from ledger.cli import product_offer, product_view

cli = typer.Typer(help="Products and services: add, price, end, look up.", no_args_is_help=True)
for part in (product_offer, product_view):
    part.add_to(cli)
