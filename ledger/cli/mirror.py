"""`index`, `serve`, `status`: the mirror and what reads it."""

import signal
import socket
from threading import Event
from typing import Annotated

import typer

from ledger.app import App
from ledger.cli.output import AsJson, note, pick, print_json, say, table
from ledger.errors import Inconsistent, NotFound, Unavailable
from ledger.indexer.follow import Progress
from ledger.model.ids import to_hex
from ledger.model.message import Message


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    for command in (index, serve, status):
        cli.command()(command)


def index(
    follow: Annotated[bool, typer.Option("--follow", help="Go on with every new block until Ctrl-C.")] = False,
    reproject: Annotated[bool, typer.Option("--reproject", help="Rebuild every table from the stored acts.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Rebuild from the chain beside it and compare.")] = False,
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
        app.mirror.upgrade()
        app.suppressions.settle(app.mirror)
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        _make_log_key(app)
        say(f"following {described_state(app)}", f"持续跟随：{described_state(app)}")
        app.indexer(_report, _tell).follow(stop)
        return
    app.mirror.upgrade()
    app.suppressions.settle(app.mirror)
    _make_log_key(app)
    app.indexer(_report, _tell).once()
    say(described_state(app))


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port.")] = 8000,
) -> None:
    """Serve the API and the portal; read-only."""
    import uvicorn

    from registry_api.main import create_app

    app = App()
    app.mirror.upgrade()
    _check_readable(app)
    try:
        # uvicorn would end with its own exit code.
        socket.create_server((host, port)).close()
    except OSError as error:
        raise Unavailable(
            f"cannot listen on {host}, port {port}: {error.strerror}. Choose another with --port"
        ) from error
    say(f"serving on http://{host}:{port} until Ctrl-C", f"服务地址 http://{host}:{port}，按 Ctrl-C 结束")
    uvicorn.run(create_app(app), host=host, port=port, log_level="warning", server_header=False)


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


def _check_readable(app: App) -> None:
    """Says it when the mirror must not be read yet. Raises Inconsistent when it never may: its history is another."""
    from registry_api.continuity import Continuity
    from registry_api.reading import read_position

    try:
        if app.suppressions.known() is not None:
            app.suppressions.settle(app.mirror)
        with app.mirror.snapshot() as view:
            Continuity(app).require(view, read_position(view))
    except Unavailable as error:
        note(f"every answer is 503 until then: {error}", f"在此之前一律答复 503：{error}")


def _make_log_key(app: App) -> None:
    """Makes the log key when there is none; a key that cannot be used is complained of before anything is read."""
    made = app.log_key_file.make_missing()
    app.log_key_file.read()
    if made is not None:
        say(
            f"made the log key {app.settings.log_key_file}: checkpoints are signed as {made}",
            f"已生成日志密钥 {app.settings.log_key_file}，检查点签名公钥：{made}",
        )


def _check(app: App) -> None:
    differences = app.check_mirror()
    for difference in differences:
        print(difference)
    if differences:
        raise Inconsistent(f"the mirror differs from the chain in {len(differences)} places")
    say("the mirror equals what the chain gives, table by table", "镜像库与链上重建结果逐表一致")


def _report(progress: Progress) -> None:
    if progress.message:
        _tell(progress.message)


def _tell(message: Message) -> None:
    note(pick(message))
