"""`index`, `serve`, `status`, `sentinel`: the mirror and what reads it."""

import logging
import socket
from collections.abc import Callable
from typing import Annotated

import typer

from ledger.app import App
from ledger.cli.output import AsJson, note, pick, print_json, say, table
from ledger.cli.sentinel import Watch, sentinel
from ledger.cli.service import LogForm, ProgressLog, Service, running
from ledger.errors import Inconsistent, NotFound, Unavailable
from ledger.indexer.health import Pulse
from ledger.indexer.progress import Progress
from ledger.model.ids import to_hex
from ledger.model.message import Message


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    for command in (index, serve, status, sentinel):
        cli.command()(command)


def index(
    follow: Annotated[bool, typer.Option("--follow", help="Go on with every new block until Ctrl-C.")] = False,
    reproject: Annotated[bool, typer.Option("--reproject", help="Rebuild every table from the stored acts.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Rebuild from the chain beside it and compare.")] = False,
    sentinel_seconds: Annotated[
        int,
        typer.Option(
            "--sentinel", help="With --follow: seconds between two samples compared with the chain; 0: none.", min=0
        ),
    ] = 60,
    log: LogForm = None,
) -> None:
    """Bring the mirror to the chain's head, once or for as long as it runs.

    MULU_RPC_URL may name several nodes, separated by blanks: they are held against each other.
    """
    app = App()
    if reproject:
        app.mirror.upgrade()
        app.suppressions.settle(app.mirror)
        count = app.mirror.reproject()
        say(f"rebuilt from {count} stored acts", f"已由 {count} 条存储的记录重建")
        return
    if check:
        _check(app)
        return
    if follow:
        with running("index", log, app.settings.log) as service:
            _follow(app, service, sentinel_seconds)
    app.mirror.upgrade()
    app.suppressions.settle(app.mirror)
    _make_log_key(app, _tell_output)
    pulse = _pulse(app)

    def report(progress: Progress) -> None:
        pulse(progress)
        if progress.message:
            _tell(progress.message)

    app.indexer(report, _tell).once()
    say(described_state(app))


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port.")] = 8000,
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1, max=64)] = 1,
    log: LogForm = None,
) -> None:
    """Serve the API and the portal; read-only."""
    app = App()
    with running("serve", log, app.settings.log) as service:
        app.mirror.upgrade()
        _check_readable(app, service)
        _serve(app, service, host, port, workers)


def status(as_json: AsJson = False) -> None:
    """Say where chain and mirror stand."""
    app = App()
    head = app.contracts.header()
    size = app.contracts.call("Journal", "size")
    root = app.contracts.call("Journal", "root")
    cursor = app.mirror.queries.position() if _is_there(app) else None
    facts = {
        "chain_head": head.number,
        "journal_size": size,
        "journal_root": to_hex(root),
        "mirror_head": cursor.head_number if cursor else None,
        "mirror_final": cursor.final_block if cursor else None,
        "mirror_journal_size": cursor.journal_size if cursor else None,
        "mirror_journal_root": to_hex(cursor.journal_root) if cursor else None,
    }
    if as_json:
        print_json(facts)
        return
    table(("", ""), [(name.replace("_", " "), value if value is not None else "-") for name, value in facts.items()])
    if cursor and cursor.journal_size == size:
        if cursor.journal_root != root:
            raise Inconsistent(f"chain and mirror hold {size} acts and different roots: mulu index --check")
        say("the mirror is at the chain's head, with the same root", "镜像库已到链头，根一致")
    elif cursor:
        say(
            f"the mirror is {size - cursor.journal_size} acts behind: mulu index",
            f"镜像库落后 {size - cursor.journal_size} 条：mulu index",
        )


def _follow(app: App, service: Service, sentinel_seconds: int) -> None:
    app.mirror.upgrade()
    app.suppressions.settle(app.mirror)
    _make_log_key(app, lambda message: service.say("log_key", message))
    state = described_state(app)
    service.say("started", Message(f"following {state}", f"持续跟随：{state}"), **_addresses(app))
    log, pulse = ProgressLog(service), _pulse(app)
    watch = Watch(app, service, sentinel_seconds) if sentinel_seconds else None

    def report(progress: Progress) -> None:
        pulse(progress)
        log(progress)
        if watch is not None and progress.kind == "level":
            watch.look()

    def tell(message: Message) -> None:
        service.tell(logging.INFO, "checkpoint", message)

    app.indexer(report, tell).follow(service.stop)


def _serve(app: App, service: Service, host: str, port: int, workers: int) -> None:
    from registry_api.main import create_app
    from registry_api.serving import serve
    from registry_api.workers import work_in

    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise Unavailable(
            f"cannot listen on {host}, port {port}: {error.strerror}. Choose another with --port"
        ) from error
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    said = Message(f"serving on {address} until Ctrl-C", f"服务地址 {address}，按 Ctrl-C 结束")
    service.say("started", said, address=address, **_addresses(app))
    if workers == 1:
        serve(create_app(app), listening)
        return
    # Each has an application and connections of its own.
    app.mirror.close()
    work_in(workers, service.stop, lambda: serve(create_app(App(app.settings)), listening))


def _pulse(app: App) -> Pulse:
    """What keeps in the mirror how indexing goes."""
    from ledger.chain.rpc import Node
    from ledger.store.health import MirrorHealth

    return Pulse(MirrorHealth(app.mirror.writer), lambda: Node.errors)


def _addresses(app: App) -> dict[str, str]:
    """Where node and mirror are, without what must stay secret."""
    from ledger.chain import rpc
    from ledger.store import engine

    return {
        "node": " ".join(map(rpc.masked, app.settings.rpc_url.split())),
        "mirror": engine.masked(app.mirror.engine.url),
    }


def described_state(app: App) -> str:
    """The mirror's position in one line."""
    if not _is_there(app):
        return "no mirror yet: mulu index"
    cursor = app.mirror.queries.position()
    return f"block {cursor.head_number}, {cursor.journal_size} acts, root {to_hex(cursor.journal_root)}"


def _is_there(app: App) -> bool:
    try:
        app.mirror.require_current()
        app.mirror.queries.position()
    except NotFound:
        return False
    return True


def _check_readable(app: App, service: Service) -> None:
    """Says it when the mirror must not be read yet. Raises Inconsistent when it never may: its history is another."""
    from registry_api.continuity import Continuity
    from registry_api.reading import read_position

    try:
        if app.suppressions.known() is not None:
            app.suppressions.settle(app.mirror)
        with app.mirror.snapshot() as view:
            Continuity(app).require(view, read_position(view))
    except Unavailable as error:
        said = Message(f"every answer is 503 until then: {error}", f"在此之前一律答复 503：{error}")
        service.tell(logging.WARNING, "unreadable", said)


def _make_log_key(app: App, tell: Callable[[Message], None]) -> None:
    """Makes the log key when there is none; a key that cannot be used is complained of before anything is read."""
    made = app.log_key_file.make_missing()
    app.log_key_file.read()
    if made is not None:
        file = app.settings.log_key_file
        tell(
            Message(
                f"made the log key {file}: checkpoints are signed as {made}",
                f"已生成日志密钥 {file}，检查点签名公钥：{made}",
            )
        )


def _check(app: App) -> None:
    from ledger.indexer.finality import parse_finality
    from ledger.indexer.nodes import open_chain
    from ledger.store.compare import check_mirror

    app.mirror.require_current()
    finality = parse_finality(app.settings.finality)
    chain = open_chain(app.contracts.node, app.deployment, finality)
    differences = check_mirror(chain, app.mirror, app.deployment, finality)
    for difference in differences:
        print(difference)
    if differences:
        raise Inconsistent(f"the mirror differs from the chain in {len(differences)} places")
    say("the mirror equals what the chain gives, table by table", "镜像库与链上重建结果逐表一致")


def _tell_output(message: Message) -> None:
    say(message.en, message.zh)


def _tell(message: Message) -> None:
    note(pick(message))
