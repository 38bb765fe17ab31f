"""`mulu account`: who acts for an organization, and with which roles."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.app import App
from ledger.chain import abi, proposals
from ledger.chain.sender import Call
from ledger.cli.output import AsJson, print_json, say, table
from ledger.errors import Malformed, NotFound
from ledger.model import organization_code
from ledger.model.ids import from_hex, to_hex
from ledger.model.roles import parse_roles, role_names

cli = typer.Typer(
    help="Accounts: make keys or name those of an external signer, add, rotate, revoke, list.", no_args_is_help=True
)

Account = Annotated[str | None, typer.Option("--account", help="Key that signs.")]


@cli.command()
def key(name: Annotated[str, typer.Argument(help="Name of the new key file.")]) -> None:
    """Make a new key in the keystore and say its address. It has no role until an ADMIN adds it."""
    from ledger.chain.signer import create_key

    app = App()
    path = _new_file(app, name)
    address = create_key(app.settings.keystore, name, app.new_password(path))
    say(f"{path}: {to_hex(address)}")


@cli.command()
def external(
    name: Annotated[str, typer.Argument(help="Name of the account here.")],
    address: Annotated[str, typer.Argument(help="Its address, with 0x.")],
) -> None:
    """Name an account that the external signer at MULU_SIGNER_URL holds. Nothing is asked of it."""
    from ledger.chain.signer import refer

    app = App()
    path = _new_file(app, name)
    refer(app.settings.keystore, name, from_hex(address.lower(), 20, "address"))
    say(f"{path}: {address.lower()}")


@cli.command()
def add(
    subject: Annotated[str, typer.Argument(help="Key name or address of the new account.")],
    organization: Annotated[str, typer.Option(help="Code of its organization.")],
    roles: Annotated[str, typer.Option(help="Its roles, separated by commas.")],
    account: Account = None,
) -> None:
    """Add an account. Signed by an ADMIN of the organization, its parent or the data authority."""
    app = App()
    try:
        bits = int(parse_roles(roles))
    except ValueError as error:
        raise Malformed(f"--roles: {error}") from error
    if not organization_code.is_valid(organization):
        raise Malformed(f"--organization {organization!r}: not a unified social credit code")
    fresh = [{"account": to_hex(app.address_of(subject)), "organization": organization.encode(), "roles": bits}]
    _act(app, account, organization, "addAccounts", fresh)


@cli.command()
def rotate(
    subject: Annotated[str, typer.Argument(help="Key name or address that ends.")],
    successor: Annotated[str, typer.Argument(help="Key name or address that takes over its roles.")],
    account: Account = None,
) -> None:
    """Replace an account's key by a new one with the same roles."""
    app = App()
    old, new = app.address_of(subject), app.address_of(successor)
    _act(app, account, _organization_of(app, old), "rotateAccount", to_hex(old), to_hex(new))


@cli.command()
def revoke(
    subject: Annotated[str, typer.Argument(help="Key name or address that ends.")],
    compromised_since: Annotated[
        datetime | None, typer.Option(help="UTC time from which its acts are doubtful.")
    ] = None,
    account: Account = None,
) -> None:
    """End an account. Its acts stay; audits flag those after --compromised-since."""
    app = App()
    address = app.address_of(subject)
    since = 0 if compromised_since is None else int(compromised_since.replace(tzinfo=UTC).timestamp())
    _act(app, account, _organization_of(app, address), "revokeAccount", to_hex(address), since)


@cli.command("list")
def list_(
    organization: Annotated[str | None, typer.Option(help="Only of this organization.")] = None,
    as_json: AsJson = False,
) -> None:
    """List accounts, ended ones too."""
    rows = App().synced_mirror().queries.accounts(organization=organization)
    if as_json:
        print_json(
            [
                {
                    "account": to_hex(row.address),
                    "organization": row.organization,
                    "roles": [name.lower() for name in role_names(row.roles)],
                    "active": row.active,
                    "compromised_since": row.compromised_since or None,
                    "successor": to_hex(row.successor) if row.successor else None,
                }
                for row in rows
            ]
        )
        return
    table(
        ("account", "organization", "roles", "state"),
        [
            (
                to_hex(row.address),
                row.organization,
                ",".join(role_names(row.roles)).lower(),
                "active" if row.active else "ended",
            )
            for row in rows
        ],
    )


def _new_file(app: App, name: str) -> Path:
    path = app.settings.keystore / f"{name}.json"
    if not name or path.parent != app.settings.keystore:
        raise Malformed(f"{name!r} is no name of a key")
    return path


def _organization_of(app: App, address: bytes) -> str:
    known = app.contracts.call("Organizations", "account", to_hex(address))
    if not known["active"]:
        raise NotFound(f"{to_hex(address)} is no active account")
    code: bytes = known["organization"]
    return code.decode("ascii")


def _act(app: App, account: str | None, organization: str, function: str, *arguments: Any) -> None:
    """Sends the act; for the data authority's own accounts it becomes a proposal."""
    contracts = app.contracts
    sender = app.sender(account)
    if organization.encode() == contracts.call("Organizations", "dataAuthority"):
        number, _ = proposals.propose(contracts, sender, "Organizations", function, *arguments)
        say(
            f"proposal {number}: accounts of the data authority need another ADMIN: mulu proposal confirm {number}",
            f"提案 {number}：数据主管部门的账户须另一位 ADMIN 确认：mulu proposal confirm {number}",
        )
        return
    (receipt,) = sender.send(
        [Call(contracts.address("Organizations"), abi.encode_call("Organizations", function, *arguments))]
    )
    say(f"done in block {receipt.block_number}", f"已完成（区块 {receipt.block_number}）")
