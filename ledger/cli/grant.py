"""`mulu grant`: from a plan to a grant in force, and what becomes of it."""

import typer

from ledger.cli import grant_approve, grant_plan, grant_scope, grant_status, grant_view

cli = typer.Typer(help="Grants: plan, list their scope, approve, end, look up.", no_args_is_help=True)
for part in (grant_plan, grant_scope, grant_approve, grant_status, grant_view):
    part.add_to(cli)
