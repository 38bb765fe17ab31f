"""`mulu policy`: the parameters that law and practice set."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ledger.app import App
from ledger.chain import proposals
from ledger.cli import calendar
from ledger.cli.output import AsJson, print_json, say, table
from ledger.errors import Malformed, NotFound, Rejected
from ledger.files import read_bytes
from ledger.model.canonical import decode_any
from ledger.model.ids import to_hex
from ledger.model.policy import Parameter, parse_profile, shipped_profile

cli = typer.Typer(help="Policy parameters: show them, propose new values.", no_args_is_help=True)
cli.add_typer(calendar.cli, name="calendar")

_PROFILE_BYTES = 1 << 20
Account = Annotated[str | None, typer.Option("--account", help="Key that signs.")]


@cli.command("set")
def set_(
    name: Annotated[str | None, typer.Argument(help="Parameter, unit last: notice_workdays.")] = None,
    value: Annotated[int | None, typer.Argument(help="Its value.")] = None,
    source: Annotated[str | None, typer.Option(help="The document and section that set it.")] = None,
    document: Annotated[Path | None, typer.Option(help="That document: its SHA-256 goes on chain.")] = None,
    profile: Annotated[str | None, typer.Option(help="A profile instead: its name, or a file.")] = None,
    effective: Annotated[datetime | None, typer.Option(help="From when on, UTC; at confirmation by default.")] = None,
    account: Account = None,
) -> None:
    """Propose new values; another ADMIN confirms them."""
    if (profile is None) == (name is None):
        raise Malformed("give either NAME VALUE --source, or --profile")
    if profile is not None:
        parameters = _profile(profile)
    elif name is None or value is None or not source:
        raise Malformed("give NAME, VALUE and --source")
    else:
        parameters = [Parameter(name, value, source)]
    starts = 0 if effective is None else int(effective.replace(tzinfo=UTC).timestamp())
    app = App()
    fresh = [
        {
            "name": parameter.key,
            "value": parameter.value,
            "effectiveFrom": starts,
            "source": _digest(parameter, document),
        }
        for parameter in parameters
    ]
    number, receipt = proposals.propose(app.contracts, app.sender(account), "Policy", "setParameters", fresh)
    say(
        f"proposal {number} sets {len(fresh)} parameters (block {receipt.block_number}); "
        f"another ADMIN confirms: mulu proposal confirm {number}",
        f"提案 {number}：设置 {len(fresh)} 项参数（区块 {receipt.block_number}）；请另一位 ADMIN 确认："
        f"mulu proposal confirm {number}",
    )


@cli.command()
def show(as_json: AsJson = False) -> None:
    """Show the parameters: every version, and which is in force."""
    app = App()
    rows = app.synced_mirror().queries.parameters()
    if as_json:
        print_json(
            [
                {
                    **row._asdict(),
                    "source": to_hex(row.source),
                    "account": to_hex(row.account),
                    "from_time": row.from_time.isoformat(),
                }
                for row in rows
            ]
        )
        return
    table(
        ("parameter", "version", "value", "in force from", "source digest"),
        [
            (
                r.name,
                r.version,
                r.value,
                f"{datetime.fromtimestamp(r.effective_from, UTC):%Y-%m-%d %H:%M} UTC",
                to_hex(r.source),
            )
            for r in rows
        ],
    )


def _profile(profile: str) -> list[Parameter]:
    path = Path(profile)
    if path.suffix != ".json":
        return shipped_profile(profile)
    try:
        return parse_profile(decode_any(read_bytes(path, _PROFILE_BYTES)))
    except NotFound:
        raise NotFound(f"no policy profile at {path}") from None
    except Malformed as error:
        raise Malformed(f"{path}: {error}") from error


def _digest(parameter: Parameter, document: Path | None) -> bytes:
    """SHA-256 of the document, or of the text that names it."""
    if document is None:
        return hashlib.sha256(parameter.source.encode("utf-8")).digest()
    try:
        return hashlib.sha256(document.read_bytes()).digest()
    except OSError as error:
        raise Rejected(f"{document} cannot be read: {error.strerror}") from error
