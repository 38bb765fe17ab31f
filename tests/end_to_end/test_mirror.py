"""The mirror by the command line: indexed, rebuilt from the chain alone, checked, served; where it stands."""

import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest

from ledger.store.whole import table_names, whole
from tests.conftest import SharedFolder, Tools
from tests.databases import Databases, changed
from tests.end_to_end.ledger import CENTER, Ledger, founded, free_port, new_entry

START_SECONDS = 30

pytestmark = pytest.mark.databases


def contents(ledger: Ledger) -> dict[str, list[list[object]]]:
    """Every table of the mirror, row by row, without what only one copy knows of itself; and what the search finds."""
    with ledger.opened_mirror() as mirror, whole(mirror) as tables:
        found: dict[str, list[list[object]]] = {name: list(tables.rows(name)) for name in table_names()}
        found["search"] = [list(pair) for pair in tables.found_by()]
        del found["evidence"], found["health"]
        del found["cursor"][0][tables.columns("cursor").index("revision")]
        return found


def test_the_mirror_is_rebuilt_from_the_chain_alone(published: Ledger, databases: Databases) -> None:
    published.do("index")
    before = contents(published)
    assert {"act", "entry", "organization", "tile", "cursor"} <= set(before)
    assert len(before["act"]) == published.journal()[0]
    published.drop_mirror(databases)
    printed = published.do("index").out
    size, root = published.journal()
    assert f"{size} acts, root {root}" in printed
    after = contents(published)
    assert set(after) == set(before)
    for table, rows in before.items():
        assert after[table] == rows, table
    published.do("index", "--check")


def test_the_mirror_of_the_real_list_is_rebuilt(tmp_path: Path, tools: Tools, shared_data: SharedFolder) -> None:
    file = shared_data / "beijing_open_catalog.csv"
    with founded(tmp_path, catalogs=[file]) as ledger:
        ledger.do("catalog", "apply", file, "--skip-invalid")
        ledger.do("index")
        before = contents(ledger)
        assert len(before["entry"]) > 4_000
        ledger.drop_mirror()
        ledger.do("index")
        assert contents(ledger) == before
        status = ledger.json("status")
        assert status["mirror_journal_root"] == status["journal_root"]
        assert status["mirror_journal_size"] == status["journal_size"] == len(before["act"])


def test_reproject_and_check(published: Ledger) -> None:
    published.do("index")
    before = contents(published)
    assert f"rebuilt from {len(before['act'])} stored acts" in published.do("index", "--reproject").out
    assert contents(published) == before
    assert "the mirror equals what the chain gives, table by table" in published.do("index", "--check").out


def test_check_says_what_differs(published: Ledger) -> None:
    published.do("index")
    with published.opened_mirror() as mirror:
        changed(mirror, "UPDATE entry SET title = '伪造' WHERE local_code = '306001/000001'")
    different = published.run("index", "--check").ended(3)
    assert "mirror has 伪造, chain gives 大中型水库水情日报" in different.out
    assert "the mirror differs from the chain in 1 places" in different.err
    published.do("index", "--reproject")
    published.do("index", "--check")


def test_status_and_doctor(published: Ledger) -> None:
    published.do("index")
    facts = published.json("status")
    assert facts["journal_root"] == facts["mirror_journal_root"]
    assert facts["journal_size"] == facts["mirror_journal_size"]
    assert "the mirror is at the chain's head, with the same root" in published.do("status").out
    found = {finding["check"]: finding for finding in published.json("doctor")}
    assert all(finding["ok"] for finding in found.values()), found
    assert {
        "node",
        "head",
        "clock",
        "headers",
        "deployment",
        "chain",
        "contracts",
        "journal",
        "proofs",
        "roles",
        "mirror",
    } == set(found)
    assert f"publisher: {CENTER} publisher" in found["roles"]["found"]
    assert "contracts hold the code of this version" in published.do("doctor").out


def test_status_without_a_mirror(published: Ledger) -> None:
    nowhere = {"MULU_DATABASE_URL": "sqlite:///nowhere.db"}
    facts = published.run("status", "--json", settings=nowhere).ended().json
    assert facts["mirror_head"] is None
    assert "no mirror" in published.run("index", "--check", settings=nowhere).ended(1).err
    assert "no mirror yet: mulu index" in published.run("doctor", settings=nowhere).ended().out


def test_follow_takes_what_comes(published: Ledger) -> None:
    process = published.start("index", "--follow")
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("following block ")
        published.do("catalog", "apply", published.write("follow.json", [new_entry("follow-1")]))
        size, root = published.journal()
        wait_until(lambda: published.json("status")["mirror_journal_size"] == size)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=START_SECONDS)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130, (out, err)
    assert published.json("status")["mirror_journal_root"] == root


def test_serve(published: Ledger) -> None:
    published.do("index")
    port = free_port()
    with served(published, port) as process:
        base = f"http://127.0.0.1:{port}"
        assert get(f"{base}/healthz")[0] == 200
        status, body = get(f"{base}/v1/journal")
        assert status == 200
        assert published.journal()[1] in body
        assert "大中型水库水情日报" in get(f"{base}/v1/entries?q=%E6%B0%B4%E5%BA%93")[1]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 130, (process.returncode, out, err)
    assert "Traceback" not in err


def test_serve_on_a_taken_port(published: Ledger) -> None:
    ran = published.execute("serve", "--port", published.port)
    assert ran.code == 4, ran
    assert "Traceback" not in ran.err
    assert f"port {published.port}" in ran.err


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ({"MULU_FINALITY": "soon"}, 2, "finality 'soon': want depth:N"),
        ({"MULU_DATABASE_URL": "mirror"}, 2, "MULU_DATABASE_URL is no database address"),
        ({"MULU_DATABASE_URL": "mysql://user:secret@host/x"}, 2, "mysql is neither"),
        ({"MULU_DATABASE_URL": "postgresql://host:secret/x"}, 2, "MULU_DATABASE_URL is no database address"),
        ({"MULU_DATABASE_URL": "postgresql://user:secret@/x?host=/nowhere&password=secret"}, 4, "/nowhere"),
        ({"MULU_DATABASE_URL": "sqlite:////proc/none/mirror.db"}, 4, "cannot be made"),
        ({"MULU_DEPLOYMENT": "none.json"}, 1, "no deployment file at none.json: run `mulu deploy`"),
        ({"MULU_RPC_URL": "ftp://user:secret@host/key"}, 2, "MULU_RPC_URL: node address ftp://host: want http://"),
    ],
)
def test_settings_that_are_none(published: Ledger, settings: dict[str, str], code: int, said: str) -> None:
    refused = published.run("index", settings=settings).ended(code)
    assert said in refused.err
    assert "secret" not in refused.err


@contextmanager
def served(ledger: Ledger, port: int) -> Iterator[subprocess.Popen[str]]:
    process = ledger.start("serve", "--port", port)
    try:
        wait_until(lambda: process.poll() is not None or answers(f"http://127.0.0.1:{port}/healthz"))
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        return get(url)[0] == 200
    except URLError:
        return False


def get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status, answer.read().decode("utf-8")
