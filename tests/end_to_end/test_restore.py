"""Yesterday's back-up beside today's chain: nothing older than what was signed is answered, or it is said why."""

import json
import shutil
import sqlite3
import urllib.request
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError

import pytest

from ledger.merkle.checkpoint import Checkpoint, LogKey, parse_signed
from tests.end_to_end.ledger import Ledger, free_port, new_entry
from tests.end_to_end.test_mirror import served, wait_until


def back_up(database: Path, to: Path) -> None:
    """As `sqlite3 DATABASE ".backup FILE"`, while others use it."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def ask(url: str) -> tuple[int, str]:
    """Status and body, errors too."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode("utf-8")
    except HTTPError as error:
        return error.code, error.read().decode("utf-8")


@pytest.fixture(scope="module")
def yesterday(published: Ledger) -> Path:
    """The back-up; since then an entry was published, indexed and signed for."""
    published.do("index")
    backup = published.home / "backup.db"
    back_up(published.mirror, backup)
    published.do("catalog", "apply", published.write("today.json", [new_entry("today-1")]))
    published.do("index")
    return backup


def restore(ledger: Ledger, backup: Path) -> None:
    ledger.drop_mirror()
    shutil.copy(backup, ledger.mirror)


def signed_size(ledger: Ledger) -> int:
    return parse_signed((ledger.home / ".mulu" / "log.key.checkpoint").read_bytes())[0].size


def test_nothing_older_is_answered_until_it_has_caught_up(published: Ledger, yesterday: Path) -> None:
    restore(published, yesterday)
    size, port = signed_size(published), free_port()
    with served(published, port) as process:
        base = f"http://127.0.0.1:{port}"
        for path in ("/v1/entries", "/v1/acts/1", "/v1/journal", "/v1/journal/checkpoint", "/readyz", "/", "/journal"):
            status, body = ask(f"{base}{path}")
            assert status == 503, path
            assert f"the log has signed for {size}" in body
        assert ask(f"{base}/healthz")[0] == 200
        published.do("index")
        wait_until(lambda: ask(f"{base}/readyz")[0] == 200)
        status, body = ask(f"{base}/v1/entries?q=today")
        assert status == 200
        assert json.loads(ask(f"{base}/v1/journal")[1])["journal"]["size"] == size
        process.terminate()
        assert "every answer is 503 until then" in process.communicate(timeout=30)[1]
    assert "table by table" in published.do("index", "--check").out


def test_another_history_than_was_signed_is_never_served(published: Ledger, yesterday: Path) -> None:
    signed = published.home / ".mulu" / "log.key.checkpoint"
    before = signed.read_bytes()
    was = parse_signed(before)[0]
    key = LogKey.parse((published.home / ".mulu" / "log.key").read_text("ascii"))
    try:
        signed.write_bytes(Checkpoint(was.origin, was.size, bytes(32)).sign(key))
        refused = published.execute("serve", "--port", free_port())
        assert refused.code == 3, refused
        assert "another root of the first" in refused.err
        assert "stop and tell the auditors" in refused.err
    finally:
        signed.write_bytes(before)


def test_a_new_log_key_is_not_made_beside_a_checkpoint(published: Ledger, yesterday: Path) -> None:
    key = published.home / ".mulu" / "log.key"
    away = published.home / "log.key.away"
    key.rename(away)
    try:
        assert "bring it back from the backup" in published.run("index").ended(1).err
    finally:
        away.rename(key)
    published.do("index")
