"""`devnet`, `deploy`, `doctor`, `status`: the chain and what stands on it."""

import os
import secrets
import time
from pathlib import Path
from typing import Annotated

import typer

from ledger.app import App
from ledger.cli.moment import LOCAL_TIME, local_moment
from ledger.cli.output import AsJson, print_json, say, table
from ledger.errors import Malformed, Rejected
from ledger.model import organization_code
from ledger.model.ids import to_hex
from ledger.model.roles import Role

DEVELOPMENT_KEYS = (
    *("admin-1", "admin-2", "supervisor", "publisher"),
    *("applicant", "acceptor", "reviewer", "issuer", "registrar-supervisor"),
)
_DEVELOPMENT_ITERATIONS = 10_000
"""PBKDF2 rounds of development keys, which guard nothing."""

Account = Annotated[str | None, typer.Option("--account", help="Key that signs: its name in the keystore, or address.")]


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    for command in (devnet, deploy, doctor):
        cli.command()(command)


def devnet(
    port: Annotated[int, typer.Option(help="Port on loopback.")] = 8545,
    background: Annotated[bool, typer.Option("--background", help="Return once it runs.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Stop the one that runs here.")] = False,
    block_time: Annotated[
        int | None, typer.Option(help="Seconds between blocks; one at once for each transaction by default.")
    ] = None,
    days_back: Annotated[int, typer.Option(help="Days before now at which a new chain's clock begins.", min=0)] = 90,
    forward: Annotated[float | None, typer.Option(help="Move the running chain's clock by so many days.")] = None,
    forward_to: Annotated[
        str | None, typer.Option(help="Move it to a time, Asia/Shanghai: 2026-03-01, 2026-03-01T09:30, or now.")
    ] = None,
) -> None:
    """Start the development chain: anvil on loopback, with its state and a set of keys kept on disk.

    Its clock begins in the past and is moved forward, so that working days pass; it never passes the real one.
    """
    from ledger.chain.devnet import DevelopmentChain
    from ledger.chain.devnet import stop as stop_chain

    app = App()
    home = app.settings.home
    directory = home / "devnet"
    if forward is not None or forward_to is not None:
        _move_clock(app, directory, forward, forward_to)
        return
    if stop:
        if not stop_chain(directory):
            raise Rejected(f"no development chain runs in {directory}")
        say("development chain stopped; its state is kept", "开发链已停止，状态已保存")
        return
    password_file = app.settings.password_file or home / "password"
    made = _make_keys(app.settings.keystore, password_file)
    chain = DevelopmentChain(directory, port, block_time, days_back)
    process = chain.start()
    say(
        f"development chain at {chain.url} (process {process}, log {chain.log})",
        f"开发链已启动：{chain.url}（进程 {process}，日志 {chain.log}）",
    )
    if made:
        say(
            f"new keys in {app.settings.keystore}: {', '.join(made)}",
            f"新建密钥（{app.settings.keystore}）：{', '.join(made)}",
        )
    say(
        f"for the commands that sign: export MULU_PASSWORD_FILE={password_file}",
        f"签名命令需要：export MULU_PASSWORD_FILE={password_file}",
    )
    if background:
        say("stop it: mulu devnet --stop", "停止：mulu devnet --stop")
        return
    say("stop it: Ctrl-C, or mulu devnet --stop elsewhere", "停止：Ctrl-C，或在别处运行 mulu devnet --stop")
    from ledger.chain.devnet import running_chain

    try:
        while running_chain(directory) is not None:
            time.sleep(0.5)
    except KeyboardInterrupt:
        stop_chain(directory)
        say("development chain stopped; its state is kept", "开发链已停止，状态已保存")


def _move_clock(app: App, directory: Path, days: float | None, to: str | None) -> None:
    from ledger.chain.devnet import DAY_SECONDS
    from ledger.chain.devnet import forward as move

    seconds: int | None
    if days is not None:
        if to is not None:
            raise Malformed("give either --forward or --forward-to")
        seconds = round(days * DAY_SECONDS)
    elif to == "now":
        seconds = None
    else:
        wanted = local_moment(to or "", "--forward-to")
        seconds = int((wanted - app.chain_time()).total_seconds())
    moment = move(directory, app.node, seconds)
    shown = f"{moment.astimezone(LOCAL_TIME):%Y-%m-%d %H:%M:%S}"
    say(f"the chain's clock is at {shown} (Asia/Shanghai)", f"开发链时钟已调至 {shown}（北京时间）")


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
    from ledger.evidence import trust_in
    from ledger.files import write_json

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
    trust = trust_in(deployment)
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


def _make_keys(keystore: Path, password_file: Path) -> list[str]:
    from ledger.chain.signer import create_key

    missing = [name for name in DEVELOPMENT_KEYS if not (keystore / f"{name}.json").exists()]
    if missing and not password_file.exists():
        password_file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(24) + "\n")
    for name in missing:
        create_key(keystore, name, password_file.read_text().strip(), iterations=_DEVELOPMENT_ITERATIONS)
    return missing
