"""Checkpoints on a real chain: only what is final is signed, once, and nothing that contradicts what was signed."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from ledger.errors import Inconsistent, Malformed, NotFound, Rejected, Unavailable
from ledger.indexer.checkpoints import Checkpoints, LogKeyFile, check_servable
from ledger.merkle.checkpoint import Checkpoint, LogKey, parse_signed
from ledger.model.message import Message
from ledger.store.mirror import Mirror
from ledger.store.writer import CHECKPOINT, TILE
from tests.conftest import ROOT
from tests.databases import Databases
from tests.integration.indexer.conftest import Ledger


@pytest.fixture
def key_file(tmp_path: Path, founded: Ledger) -> LogKeyFile:
    file = LogKeyFile(tmp_path / "keys" / "log.key", founded.contracts.deployment.origin)
    file.make_missing()
    return file


def published(mirror: Mirror) -> Checkpoint | None:
    row = mirror.queries.checkpoint()
    return None if row is None else parse_signed(row.note)[0]


def index(ledger: Ledger, mirror: Mirror, file: LogKeyFile, depth: int = 0) -> list[str]:
    """Indexes and signs; what was said of checkpoints."""
    told: list[Message] = []
    checkpoints = Checkpoints(file, mirror.writer, told.append)
    ledger.indexer(mirror, depth, publish=checkpoints.publish).once()
    return [message.en for message in told]


def serve(mirror: Mirror, file: LogKeyFile) -> Checkpoint:
    """What the API gives out, after its check."""
    position, checkpoint = mirror.queries.position(), published(mirror)
    assert checkpoint is not None
    nodes = mirror.queries.nodes(position.journal_size)
    last = file.last_signed()
    check_servable([checkpoint] if last is None else [checkpoint, last], position.origin, position.journal_size, nodes)
    return checkpoint


def test_what_is_final_is_signed(ledger: Ledger, mirror: Mirror, key_file: LogKeyFile) -> None:
    ledger.publish(1, 2)
    assert index(ledger, mirror, key_file) == []
    size, root = ledger.contracts.call("Journal", "size"), ledger.contracts.call("Journal", "root")
    signed = serve(mirror, key_file)
    assert (signed.size, signed.root) == (size, root)
    row = mirror.queries.checkpoint()
    assert row is not None
    assert row.note == key_file.last_note()
    key = key_file.read().verifier
    assert row.vkey == str(key)
    parse_signed(row.note)[1].verify(key)
    index(ledger, mirror, key_file)
    assert mirror.queries.checkpoint() == row


def test_what_is_provisional_is_not(ledger: Ledger, mirror: Mirror, key_file: LogKeyFile) -> None:
    sizes = []
    for number in range(8):
        ledger.publish(number)
        index(ledger, mirror, key_file, depth=3)
        final = mirror.queries.position().final_block
        assert final is not None
        assert published(mirror) is None or serve(mirror, key_file).size == mirror.writer.size_at(final)
        sizes.append(ledger.contracts.call("Journal", "size"))
    before = serve(mirror, key_file)
    assert before.size == sizes[-4]
    # The provisional blocks come again without their acts, then other acts.
    ledger.node.request("anvil_reorg", 3, [])
    ledger.node.request("anvil_mine", "0x1")
    index(ledger, mirror, key_file, depth=3)
    assert serve(mirror, key_file).size == before.size
    ledger.versions.clear()
    for number in range(20, 26):
        ledger.publish(number)
    index(ledger, mirror, key_file, depth=3)
    after = serve(mirror, key_file)
    assert after.size == before.size + 3
    assert after.root != before.root


def test_nothing_is_signed_of_an_empty_mirror(ledger: Ledger, mirror: Mirror, key_file: LogKeyFile) -> None:
    checkpoints = Checkpoints(key_file, mirror.writer, lambda message: None)
    checkpoints.publish()
    assert published(mirror) is None
    assert key_file.last_note() is None


def test_an_older_mirror_signs_and_serves_nothing_until_it_has_caught_up(
    ledger: Ledger, databases: Databases, database: str, mirror: Mirror, key_file: LogKeyFile
) -> None:
    ledger.publish(1)
    index(ledger, mirror, key_file)
    mirror.close()
    backup = databases.copy(database)
    ledger.publish(2)
    index(ledger, mirror, key_file)
    newest = serve(mirror, key_file)

    restored = Mirror(backup)
    try:
        with pytest.raises(Unavailable, match=f"the log has signed for {newest.size}"):
            serve(restored, key_file)
        told: list[Message] = []
        Checkpoints(key_file, restored.writer, told.append).publish()
        assert [message.en for message in told] == [
            f"no checkpoint: the log has signed for {newest.size} acts, {newest.size - 1} are final in this mirror"
        ]
        assert parse_signed(key_file.last_note() or b"")[0] == newest
        assert index(ledger, restored, key_file) == []
        assert serve(restored, key_file) == newest
        assert restored.queries.checkpoint() == mirror.queries.checkpoint()
    finally:
        restored.close()
        databases.drop(backup)


@pytest.mark.parametrize("lost", ["nothing", "mirror", "note"])
def test_a_fork_is_never_signed_or_served(
    ledger: Ledger, databases: Databases, mirror: Mirror, key_file: LogKeyFile, lost: str
) -> None:
    """The same journal with another history, however much of what was signed is lost along with it."""
    ledger.publish(1)
    snapshot = ledger.node.request("evm_snapshot")
    ledger.publish(2)
    ledger.publish(3)
    index(ledger, mirror, key_file)
    signed, note = serve(mirror, key_file), key_file.last_note()

    assert ledger.node.request("evm_revert", snapshot)
    ledger.versions.update({2: 0, 3: 0})
    for number in (4, 5, 6):
        ledger.publish(number)
    url = databases.migrated()
    other = Mirror(url)
    try:
        ledger.indexer(other).once()
        if lost != "mirror":
            row = mirror.queries.checkpoint()
            assert row is not None
            with other.writer.transaction() as connection:
                connection.execute(insert(CHECKPOINT).values(id=1, vkey=row.vkey, note=row.note))
        if lost == "note":
            key_file.signed_path.unlink()
        with pytest.raises(Inconsistent, match=f"another root of the first {signed.size} acts"):
            Checkpoints(key_file, other.writer, lambda message: None).publish()
        assert key_file.last_note() == (None if lost == "note" else note)
        assert published(other) == (None if lost == "mirror" else signed)
        with other.engine.connect() as connection:
            (said,) = connection.exec_driver_sql("SELECT message FROM evidence").scalars()
        assert "another history than was signed" in said
        if lost != "mirror":
            with pytest.raises(Inconsistent, match="another root"):
                serve(other, key_file)
    finally:
        other.close()
        databases.drop(url)


def test_altered_tiles_are_not_signed(ledger: Ledger, mirror: Mirror, key_file: LogKeyFile) -> None:
    ledger.publish(1)
    ledger.indexer(mirror).once()
    with mirror.writer.transaction() as connection:
        (hashes,) = connection.exec_driver_sql("SELECT hashes FROM tile WHERE level = 0").scalars()
        altered = bytes([hashes[0] ^ 1]) + hashes[1:]
        connection.execute(update(TILE).where(TILE.c.level == 0).values(hashes=altered))
    with pytest.raises(Inconsistent, match="mulu index --reproject"):
        Checkpoints(key_file, mirror.writer, lambda message: None).publish()
    assert key_file.last_note() is None
    mirror.reproject()
    index(ledger, mirror, key_file)
    assert serve(mirror, key_file).size == ledger.contracts.call("Journal", "size")


@pytest.mark.parametrize("place", ["before-signing", "signed-file-written", "committed"])
def test_killed_while_it_signs(
    ledger: Ledger, database: str, mirror: Mirror, key_file: LogKeyFile, tmp_path: Path, place: str
) -> None:
    """Whatever the moment, no size is published that is not stored, and the next run publishes the same note."""
    ledger.publish(1)
    index(ledger, mirror, key_file)
    before = serve(mirror, key_file)
    ledger.publish(2, 3)
    deployment = tmp_path / "deployment.json"
    deployment.write_text(json.dumps(ledger.contracts.deployment.to_json()))
    words = [ledger.node.url, str(deployment), database, str(key_file.path), place]
    killed = subprocess.run(
        [sys.executable, "-m", "tests.integration.indexer.sign_process", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    size = ledger.contracts.call("Journal", "size")
    assert mirror.queries.position().journal_size == size
    found = serve(mirror, key_file)
    assert found == (before if place != "committed" else Checkpoint(before.origin, size, found.root))
    ahead = key_file.last_signed()
    assert ahead is not None
    assert ahead.size == (before.size if place == "before-signing" else size)
    index(ledger, mirror, key_file)
    after = serve(mirror, key_file)
    assert (after.size, after.root) == (size, ledger.contracts.call("Journal", "root"))
    assert place == "before-signing" or after == ahead


def loosen(file: LogKeyFile) -> None:
    file.path.chmod(0o640)


def exchange(file: LogKeyFile) -> None:
    file.path.write_text(LogKey.generate("mulu/other", lambda count: bytes(count)).encode())


def truncate(file: LogKeyFile) -> None:
    file.path.write_text(file.path.read_text()[:-10])


def remove(file: LogKeyFile) -> None:
    file.path.unlink()


@pytest.mark.parametrize(
    ("damage", "error", "said"),
    [
        (loosen, Rejected, "chmod 600"),
        (exchange, Rejected, "is that of mulu/other"),
        (truncate, Malformed, "log key of"),
        (remove, NotFound, "mulu index"),
    ],
)
def test_keys_that_do_not_sign(
    ledger: Ledger,
    mirror: Mirror,
    key_file: LogKeyFile,
    damage: Callable[[LogKeyFile], None],
    error: type[Exception],
    said: str,
) -> None:
    secret = key_file.path.read_text().strip().split("+", 4)[4]  # base64 has + too
    damage(key_file)
    with pytest.raises(error, match=said) as refused:
        index(ledger, mirror, key_file)
    assert secret[:12] not in str(refused.value)
    assert published(mirror) is None


def test_a_key_is_made_once_and_for_its_owner(key_file: LogKeyFile) -> None:
    before = key_file.path.read_bytes()
    assert key_file.path.stat().st_mode & 0o777 == 0o600
    assert key_file.make_missing() is None
    assert key_file.path.read_bytes() == before
    assert [path.name for path in key_file.path.parent.iterdir()] == ["log.key"]


def test_a_lost_key_is_not_made_anew_unasked(ledger: Ledger, mirror: Mirror, key_file: LogKeyFile) -> None:
    index(ledger, mirror, key_file)
    first = mirror.queries.checkpoint()
    key_file.path.unlink()
    with pytest.raises(Rejected, match="bring it back"):
        key_file.make_missing()
    assert not key_file.path.exists()
    key_file.signed_path.unlink()
    made = key_file.make_missing()
    index(ledger, mirror, key_file)
    second = mirror.queries.checkpoint()
    assert first is not None
    assert second is not None
    assert second.vkey == str(made) != first.vkey
    assert parse_signed(second.note)[0] == parse_signed(first.note)[0]


def test_damaged_notes_of_our_own_stop_it(ledger: Ledger, mirror: Mirror, key_file: LogKeyFile) -> None:
    index(ledger, mirror, key_file)
    key_file.signed_path.write_bytes(b"mulu\n")
    with pytest.raises(Inconsistent, match="damaged"):
        index(ledger, mirror, key_file)
