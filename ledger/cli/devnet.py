"""`devnet`: chains on loopback, one node of anvil or several of geth that seal Clique."""

import os
import secrets
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ledger.app import App
from ledger.cli.moment import LOCAL_TIME, local_moment
from ledger.cli.output import note, say
from ledger.errors import Malformed, Rejected

DEVELOPMENT_KEYS = (
    *("admin-1", "admin-2", "supervisor", "publisher"),
    *("applicant", "acceptor", "reviewer", "issuer", "registrar-supervisor"),
    *("grantor", "decider", "authority-approver", "implementer", "provider", "operator"),
)
_DEVELOPMENT_ITERATIONS = 10_000
"""PBKDF2 rounds of development keys, which guard nothing."""


class Consensus(StrEnum):
    """How blocks are agreed on."""

    DEVELOPMENT = "development"
    CLIQUE = "clique"


def add_to(cli: typer.Typer) -> None:
    """Adds this command."""
    cli.command()(devnet)


def devnet(
    port: Annotated[int, typer.Option(help="Port on loopback; of several nodes, the first.")] = 8545,
    background: Annotated[bool, typer.Option("--background", help="Return once it runs.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Stop what runs here.")] = False,
    block_time: Annotated[
        int | None,
        typer.Option(help="Seconds between blocks; by default none, and 2 on Clique."),
    ] = None,
    days_back: Annotated[int, typer.Option(help="Days before now at which a new chain's clock begins.", min=0)] = 90,
    forward: Annotated[float | None, typer.Option(help="Move the running chain's clock by so many days.")] = None,
    forward_to: Annotated[
        str | None, typer.Option(help="Move it to a time, Asia/Shanghai: 2026-03-01, 2026-03-01T09:30, or now.")
    ] = None,
    consensus: Annotated[
        Consensus, typer.Option(help="development: one anvil. clique: a network of geth, its clock the real one.")
    ] = Consensus.DEVELOPMENT,
    signers: Annotated[int, typer.Option(help="Signers of a Clique network.", min=1, max=32)] = 4,
    gas_limit: Annotated[int | None, typer.Option(help="Gas of a block on Clique; 60 million by default.")] = None,
    fund: Annotated[
        str | None, typer.Option(help="Give a key or address what it needs for gas on the Clique network here.")
    ] = None,
) -> None:
    """Start a chain on loopback, with its state and a set of keys kept on disk.

    The development chain's clock begins in the past and is moved forward, so that working days pass; it never passes
    the real one. A Clique network is started again to start the signers of it that were stopped.
    """
    from ledger.chain.devnet import stop as stop_chain

    app = App()
    home = app.settings.home
    directory, network = home / "devnet", home / "clique"
    if forward is not None or forward_to is not None:
        _move_clock(app, directory, forward, forward_to)
        return
    if fund is not None:
        _fund(app, fund)
        return
    if stop:
        _stop(directory, network)
        return
    if consensus is Consensus.CLIQUE:
        _start_network(app, network, port, signers, block_time, gas_limit)
    else:
        _start_development(app, directory, port, block_time, days_back)
    if background:
        say("stop it: mulu devnet --stop", "停止：mulu devnet --stop")
        return
    say("stop it: Ctrl-C, or mulu devnet --stop elsewhere", "停止：Ctrl-C，或在别处运行 mulu devnet --stop")
    from ledger.chain.consortium import running_signers
    from ledger.chain.consortium import stop as stop_network
    from ledger.chain.devnet import running_chain

    try:
        while running_chain(directory) is not None or running_signers(network):
            time.sleep(0.5)
    except KeyboardInterrupt:
        stop_chain(directory)
        stop_network(network)
        say("stopped; the state is kept", "已停止，状态已保存")


def _start_development(app: App, directory: Path, port: int, block_time: int | None, days_back: int) -> None:
    from ledger.chain.devnet import DevelopmentChain

    _make_keys(app)
    chain = DevelopmentChain(directory, port, block_time, days_back)
    process = chain.start()
    say(
        f"development chain at {chain.url} (process {process}, log {chain.log})",
        f"开发链已启动：{chain.url}（进程 {process}，日志 {chain.log}）",
    )


def _start_network(
    app: App, directory: Path, port: int, signers: int, period: int | None, gas_limit: int | None
) -> None:
    from ledger.chain.consortium import GAS_LIMIT, PERIOD_SECONDS, Network
    from ledger.chain.geth import VERSION, find_geth
    from ledger.chain.signer import key_files

    if period is not None and period < 1:
        raise Malformed("--block-time: Clique needs at least 1 second between blocks")
    _make_keys(app)
    find_geth(lambda: note(f"building geth {VERSION}, once: minutes", f"正在构建 geth {VERSION}（仅一次，需数分钟）"))
    network = Network(directory.absolute(), port, signers, period or PERIOD_SECONDS, gas_limit or GAS_LIMIT)
    network.create(bytes.fromhex(address[2:]) for _, address in key_files(app.settings.keystore))
    for place, process in network.start().items():
        say(
            f"signer {place} at {network.urls[place]} (process {process})",
            f"签名节点 {place}：{network.urls[place]}（进程 {process}）",
        )
    depth = signers // 2 + 1
    say(
        f"an act is final when {depth} blocks stand on it: export MULU_FINALITY=depth:{depth}",
        f"其后有 {depth} 个区块时记录即为最终：export MULU_FINALITY=depth:{depth}",
    )


def _stop(directory: Path, network: Path) -> None:
    from ledger.chain.consortium import stop as stop_network
    from ledger.chain.devnet import stop as stop_chain

    stopped = stop_chain(directory)
    if stop_network(network):
        say("network stopped; its state is kept", "网络已停止，状态已保存")
    elif stopped:
        say("development chain stopped; its state is kept", "开发链已停止，状态已保存")
    else:
        raise Rejected(f"no development chain runs in {directory}")


def _fund(app: App, account: str) -> None:
    from ledger.chain.consortium import fund

    address = app.address_of(account)
    fund(app.node, address)
    say(f"0x{address.hex()} can pay for gas", f"0x{address.hex()} 可支付 gas")


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


def _make_keys(app: App) -> None:
    from ledger.chain.signer import create_key

    keystore, password_file = app.settings.keystore, app.settings.password_file or app.settings.home / "password"
    missing = [name for name in DEVELOPMENT_KEYS if not (keystore / f"{name}.json").exists()]
    if missing and not password_file.exists():
        password_file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(24) + "\n")
    for name in missing:
        create_key(keystore, name, password_file.read_text().strip(), iterations=_DEVELOPMENT_ITERATIONS)
    if missing:
        say(f"new keys in {keystore}: {', '.join(missing)}", f"新建密钥（{keystore}）：{', '.join(missing)}")
    say(
        f"for the commands that sign: export MULU_PASSWORD_FILE={password_file}",
        f"签名命令需要：export MULU_PASSWORD_FILE={password_file}",
    )
