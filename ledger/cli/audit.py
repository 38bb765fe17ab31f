"""`mulu audit`: the chain replayed and compared, and what happened to one thing, for auditors."""

from pathlib import Path
from typing import Annotated

import typer

from ledger.app import App
from ledger.cli import audit_completeness
from ledger.cli.output import AsJson, note, print_json
from ledger.errors import Inconsistent

cli = typer.Typer(help="Audit: replay the chain, tell what happened.", no_args_is_help=True)
audit_completeness.add_to(cli)


@cli.command()
def replay(
    no_mirror: Annotated[bool, typer.Option("--no-mirror", help="Compare with the contracts only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read the chain afresh, judge every act by the rules, and compare contracts, mirror and replay."""
    from ledger.audit.replay import audit, to_json
    from ledger.cli import audit_view
    from ledger.indexer.finality import parse_finality

    app = App()
    result = audit(
        app.contracts.node,
        app.deployment,
        None if no_mirror else app.mirror,
        parse_finality(app.settings.finality),
        lambda acts: note(f"{acts:,} acts judged", f"已核查 {acts:,} 条记录"),
        app.suppressions.known(),
    )
    if as_json:
        print_json(to_json(result))
    else:
        audit_view.show(result)
    if result.differences:
        count = len(result.differences)
        raise Inconsistent(f"{count} {'difference' if count == 1 else 'differences'}: stop and tell a person")


@cli.command()
def timeline(
    entry: Annotated[str | None, typer.Option(help="Entry: id (0x…), or PROVIDER/LOCAL-CODE.")] = None,
    registration: Annotated[str | None, typer.Option(help="Registration: its number.")] = None,
    organization: Annotated[str | None, typer.Option(help="Organization: its code.")] = None,
    grant: Annotated[int | None, typer.Option(help="Grant: its number.", min=1, max=2**32 - 1)] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="A block's number, or a time.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a document to file here: the same bytes each time.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell every act about one thing, with approvals, from the chain alone."""
    from ledger.cli.audit_timeline import run

    run(entry, registration, organization, grant, as_of, html, as_csv, as_json)
