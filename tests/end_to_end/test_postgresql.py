"""What only a mirror in PostgreSQL has: a leader of several indexers, a server that can go, workers, roles."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.databases import POSTGRESQL, PostgresqlDatabases
from tests.end_to_end.ledger import SECONDS, Ledger, free_port, new_entry
from tests.end_to_end.test_indexers import assert_agrees, until_indexed
from tests.end_to_end.test_mirror import answers, get, served, wait_until
from tests.end_to_end.test_restore import ask
from tests.postgresql import find_binaries

pytestmark = pytest.mark.databases(POSTGRESQL)
ROWS = 150


@pytest.fixture
def apart(ledger: Ledger) -> Ledger:
    """The module's ledger; what is published leaves the watched mirror to the indexers."""
    ledger.do("index")
    return ledger


def publish(ledger: Ledger, name: str, rows: int = 1) -> None:
    file = ledger.write(f"{name}.json", [new_entry(f"{name}-{row}") for row in range(rows)])
    ledger.run("catalog", "apply", file, settings={"MULU_DATABASE_URL": "sqlite:///.mulu/publisher.db"}).ended()


@contextmanager
def following(ledger: Ledger, log: Path) -> Iterator[subprocess.Popen[str]]:
    with log.open("wb") as output:
        process = ledger.start("index", "--follow", "--sentinel", "0", stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def said(log: Path, words: str) -> bool:
    return words in log.read_text("utf-8")


def test_the_second_indexer_waits_and_takes_over(apart: Ledger, tmp_path: Path) -> None:
    first_log, second_log = tmp_path / "first.log", tmp_path / "second.log"
    with following(apart, first_log) as first:
        wait_until(lambda: said(first_log, "following block"))
        publish(apart, "one", ROWS)
        until_indexed(apart, [first])
        with following(apart, second_log) as second:
            wait_until(lambda: said(second_log, "another indexer writes to this mirror: waiting until it ends"))
            publish(apart, "two", ROWS)
            until_indexed(apart, [first, second])
            # Whoever runs it once beside them is told of the same mirror, and writes nothing.
            assert apart.run("index").ended().out.startswith("block ")
            first.kill()
            first.wait()
            publish(apart, "three", ROWS)
            wait_until(lambda: said(second_log, "the other indexer has ended: going on"))
            until_indexed(apart, [second])
            second.send_signal(signal.SIGTERM)
            assert second.wait(SECONDS) == 0, second_log.read_text()
    assert_agrees(apart)


def test_the_server_goes_in_mid_write(apart: Ledger, tmp_path: Path, postgresql_databases: PostgresqlDatabases) -> None:
    server, log = postgresql_databases.server, tmp_path / "index.log"
    with following(apart, log) as process:
        wait_until(lambda: said(log, "following block"))
        for number, how in enumerate((signal.SIGQUIT, signal.SIGINT)):
            publish(apart, f"part-{number}", 4 * ROWS)
            server.stop(how)
            try:
                wait_until(lambda wanted=number + 1: log.read_text("utf-8").count("waiting: mirror") >= wanted)
            finally:
                server.start()
            until_indexed(apart, [process])
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0, log.read_text()
    assert_agrees(apart)


def test_workers_serve_to_a_role_that_only_reads(apart: Ledger, postgresql_databases: PostgresqlDatabases) -> None:
    name = apart.database.rpartition("?")[0].rpartition("/")[2]
    with closing(postgresql_databases.server.connect(name)) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    settings = {"MULU_DATABASE_URL": postgresql_databases.server.url(name, "reader")}
    publish(apart, "unread")
    refused = apart.run("index", settings=settings).ended(4)
    assert "the role lacks a right: an indexer owns the tables" in refused.err
    apart.do("index")

    port = free_port()
    process = apart.start("serve", "--port", port, "--workers", 2, settings=settings)
    base = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: process.poll() is not None or answers(f"{base}/healthz"))
        workers = _children(process)
        assert len(workers) == 2
        assert "样例 unread-0" in get(f"{base}/v1/entries?q=unread")[1]
        subprocess.run(["kill", "-KILL", workers[0]], check=True)
        wait_until(lambda: len(_children(process)) == 2 and workers[0] not in _children(process))
        assert get(f"{base}/healthz")[0] == 200
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0, (out, err)
    with pytest.raises(URLError):
        get(base)

    process = apart.start("serve", "--port", port, "--workers", 2, settings=settings)
    try:
        wait_until(lambda: process.poll() is not None or answers(f"{base}/healthz"))
    finally:
        process.kill()
        process.wait()
    # They have its pipes: once these are closed both have ended.
    process.communicate(timeout=SECONDS)
    assert not answers(f"{base}/healthz")
    with closing(postgresql_databases.server.connect(name)) as connection:
        connection.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM reader")
        connection.execute("DROP ROLE reader")


def test_a_database_that_orders_by_language_is_refused(
    apart: Ledger, postgresql_databases: PostgresqlDatabases
) -> None:
    server = postgresql_databases.server
    with closing(server.connect()) as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    refused = apart.run("index", settings={"MULU_DATABASE_URL": server.url("latin")}).ended(1)
    assert "CREATE DATABASE mulu ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0" in refused.err


def test_yesterdays_dump_is_restored_and_caught_up(
    apart: Ledger, tmp_path: Path, postgresql_databases: PostgresqlDatabases
) -> None:
    """As the README has it: dumped while in use, restored beside today's chain and log key."""
    dump, restored, port = tmp_path / "mirror.dump", postgresql_databases.empty(), free_port()
    _client("pg_dump", "--format=custom", f"--file={dump}", apart.database)
    publish(apart, "today")
    apart.do("index")
    _client("pg_restore", "--exit-on-error", f"--dbname={restored}", str(dump))
    before = apart.settings["MULU_DATABASE_URL"]
    apart.settings["MULU_DATABASE_URL"] = restored
    try:
        with served(apart, port):
            status, body = ask(f"http://127.0.0.1:{port}/v1/entries")
            assert (status, "the log has signed for" in body) == (503, True)
            apart.do("index")
            wait_until(lambda: ask(f"http://127.0.0.1:{port}/v1/entries?q=today")[0] == 200)
        assert_agrees(apart)
    finally:
        apart.settings["MULU_DATABASE_URL"] = before
        postgresql_databases.drop(restored)


def _client(name: str, *words: str) -> None:
    """Runs a program of PostgreSQL's, wherever the server's are."""
    folder = find_binaries()
    assert folder is not None
    beside = folder / name
    done = subprocess.run([beside if beside.exists() else name, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _children(process: "subprocess.Popen[str]") -> list[str]:
    found = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False)
    return found.stdout.split()


# The disk


@pytest.fixture
def small_place(postgresql_databases: PostgresqlDatabases) -> Iterator[str]:
    """A tablespace on a disk that holds an empty mirror and little more."""
    server = postgresql_databases.server
    folder = Path(tempfile.mkdtemp(prefix="mulu-small-"))
    words = ["mount", "-t", "tmpfs", "-o", "size=14m,mode=0777", "tmpfs", str(folder)]
    mounted = subprocess.run(words, capture_output=True, text=True, check=False)
    if mounted.returncode:
        folder.rmdir()
        pytest.skip(f"a small disk cannot be mounted: {mounted.stderr.strip()}")
    try:
        owner = server.folder.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        with closing(server.connect()) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{folder}'".encode())
            connection.execute("CREATE DATABASE small TABLESPACE small TEMPLATE template0 STRATEGY file_copy")
        yield server.url("small")
        with closing(server.connect()) as connection:
            connection.execute("DROP DATABASE small WITH (FORCE)")
            connection.execute("DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


def test_the_servers_disk_is_full(apart: Ledger, small_place: str) -> None:
    settings = {"MULU_DATABASE_URL": small_place}
    publish(apart, "many", 20 * ROWS)
    full = apart.run("index", settings=settings).ended(4)
    assert "No space left on device: make room on the server's disk" in full.err
    before = apart.run("status", "--json", settings=settings).json["mirror_journal_size"]
    folder = next(Path(tempfile.gettempdir()).glob("mulu-small-*"))
    subprocess.run(["mount", "-o", "remount,size=200m", folder], check=True)
    apart.run("index", settings=settings).ended()
    facts = apart.run("status", "--json", settings=settings).json
    assert (before or 0) < facts["mirror_journal_size"] == facts["journal_size"]
    assert "equals what the chain gives" in apart.run("index", "--check", settings=settings).ended().out
