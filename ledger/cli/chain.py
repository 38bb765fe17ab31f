"""`deploy`, `doctor`: what stands on the chain."""

from typing import Annotated

import typer

from ledger.app import App
from ledger.cli.output import AsJson, print_json, say, table
from ledger.errors import Malformed, Rejected
from ledger.model import organization_code
from ledger.model.ids import to_hex
from ledger.model.roles import Role

Account = Annotated[str | None, typer.Option("--account", help="Key that signs: its name in the keystore, or address.")]


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    for command in (deploy, doctor):
        cli.command()(command)


def deploy(
    code: Annotated[str, typer.Option(help="Unified social credit code of the data authority.")],
    name: Annotated[str, typer.Option(help="Its name.")],
    area: Annotated[str, typer.Option(help="Its area code, 12 digits.")],
    admin: Annotated[list[str], typer.Option(help="An ADMIN: key name or address. At least two.")],
    supervisor: Annotated[list[str] | None, typer.Option(help="A SUPERVISOR: key name or address.")] = None,
    account: Account = None,
) -> None:
    """Deploy the contracts, found the ledger, write deployment.json and trust.json."""
    from ledger.chain import deploy as deployer
    from ledger.chain import proposals
    from ledger.chain.contracts import Contracts
    from ledger.chain.sender import Sender
    from ledger.files import write_json
    from ledger.validators import trust_of

    app = App()
    if not organization_code.is_valid(code):
        raise Malformed(
            f"--code {code!r}: not a unified social credit code (18 characters, the last checks the others)"
        )
    if len(area) != 12 or not area.isdigit():
        raise Malformed(f"--area {area!r}: want 12 digits")
    if app.settings.deployment.exists():
        raise Rejected(
            f"{app.settings.deployment} exists: a ledger is deployed once. "
            "Move the file away, or set MULU_DEPLOYMENT, to found another"
        )
    accounts = {app.address_of(one): int(Role.ADMIN) for one in admin}
    if len(accounts) < 2:
        raise Rejected("a ledger needs at least two different ADMINs: give --admin twice")
    for one in supervisor or []:
        address = app.address_of(one)
        accounts[address] = accounts.get(address, 0) | Role.SUPERVISOR
    signer = app.unlock(account)
    founding = deployer.Founding(code, name, int(area), sum(Role), tuple(accounts.items()))
    deployment = deployer.deploy(app.node, signer, founding)
    trust = trust_of(app.node, deployment)
    write_json(app.settings.trust, trust.to_json())
    write_json(app.settings.deployment, deployment.to_json())
    table(
        ("contract", "address", "code hash"),
        [(n, to_hex(at.address), to_hex(at.code_hash)) for n, at in deployment.contracts.items()],
    )
    say(f"journal origin {to_hex(deployment.origin)}", f"账本 origin {to_hex(deployment.origin)}")
    say(
        f"wrote {app.settings.deployment} and {app.settings.trust} (fingerprint {trust.fingerprint})",
        f"已写入 {app.settings.deployment} 和 {app.settings.trust}（指纹 {trust.fingerprint}）",
    )
    if signer.address in accounts and accounts[signer.address] & Role.ADMIN:
        contracts = Contracts(app.node, deployment)
        number, _ = proposals.propose_action(contracts, Sender(contracts, signer), *deployer.admission(deployment))
        say(
            f"proposal {number} admits the modules; another ADMIN confirms: mulu proposal confirm {number}",
            f"提案 {number}：接纳各模块；请另一位 ADMIN 确认：mulu proposal confirm {number}",
        )


def doctor(account: Account = None, as_json: AsJson = False) -> None:
    """Check node, chain, contracts, clock, keys and mirror, and say what is wrong."""
    from ledger.cli.doctor import examine

    findings = examine(App(), account)
    if as_json:
        print_json([{"check": f.check, "ok": f.ok, "found": f.found} for f in findings])
    else:
        table(("", "check", "found"), [("ok" if f.ok else "!!", f.check, f.found) for f in findings])
    worst = max((f.exit_code for f in findings), default=0)
    if worst:
        raise typer.Exit(worst)
