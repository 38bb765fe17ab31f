"""`mulu proposal`: root acts that wait for a second ADMIN."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from ledger.app import App
from ledger.chain import abi, proposals
from ledger.chain.proposals import Proposal
from ledger.cli.output import AsJson, print_json, say, table
from ledger.errors import Malformed
from ledger.model.ids import to_hex

cli = typer.Typer(help="Root acts: list what was proposed, confirm as another ADMIN.", no_args_is_help=True)

Account = Annotated[str | None, typer.Option("--account", help="Key that signs.")]


@cli.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Settled ones too.")] = False, as_json: AsJson = False
) -> None:
    """List proposals, as the chain holds them."""
    app = App()
    found = [p for p in proposals.read_all(app.contracts) if everything or not p.settled]
    if as_json:
        print_json([_json(app, p) for p in found])
        return
    table(
        ("number", "state", "by", "time", "contract", "action"),
        [
            (
                p.number,
                "confirmed" if p.settled else "open",
                to_hex(p.account),
                f"{datetime.fromtimestamp(p.time, UTC):%Y-%m-%d %H:%M}",
                app.deployment.name_of(p.target) or to_hex(p.target),
                _summary(p),
            )
            for p in found
        ],
    )


@cli.command()
def show(number: int) -> None:
    """Show a proposal in full."""
    app = App()
    print_json(_json(app, proposals.read(app.contracts, number)))


@cli.command()
def confirm(
    numbers: Annotated[list[int], typer.Argument(help="Proposals, confirmed in this order.")], account: Account = None
) -> None:
    """Confirm proposals as another ADMIN than the one who proposed them; the chain carries each out at once."""
    app = App()
    found = [proposals.read(app.contracts, number) for number in numbers]
    sender = app.sender(account)
    for one in found:
        receipt = proposals.confirm(app.contracts, sender, one)
        say(
            f"proposal {one.number} confirmed in block {receipt.block_number}: {_summary(one)}",
            f"提案 {one.number} 已确认（区块 {receipt.block_number}）：{_summary(one)}",
        )


def _summary(proposal: Proposal) -> str:
    try:
        call = proposal.describe()
    except Malformed as error:
        return f"cannot be carried out: {error}"
    counts = [f"{len(value)} {name}" for name, value in call.arguments.items() if isinstance(value, list)]
    return f"{call.function} ({', '.join(counts)})" if counts else call.function


def _json(app: App, proposal: Proposal) -> dict[str, Any]:
    try:
        call = proposal.describe()
        action: Any = {"function": call.function, "arguments": _plain(call.arguments)}
    except Malformed:
        action = to_hex(proposal.action)
    return {
        "number": proposal.number,
        "state": "confirmed" if proposal.settled else "open",
        "account": to_hex(proposal.account),
        "time": datetime.fromtimestamp(proposal.time, UTC).isoformat(),
        "contract": app.deployment.name_of(proposal.target) or to_hex(proposal.target),
        "action": action,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(element) for name, element in value.items()}
    if isinstance(value, list):
        return [_plain(element) for element in value]
    if isinstance(value, bytes):
        return _text(value)
    return value


def _text(value: bytes) -> str:
    if len(value) > 32:
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return abi.shown(value)
