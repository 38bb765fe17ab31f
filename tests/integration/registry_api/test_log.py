"""The journal as a tile client sees it: checkpoint, tiles, entry bundles, consistency proofs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.chain.journal_entry import entry_bytes
from ledger.indexer.checkpoints import Checkpoints, LogKeyFile
from ledger.merkle.checkpoint import Checkpoint, parse_signed
from ledger.merkle.hashing import leaf_hash, root_of
from ledger.merkle.proof import verify_consistency
from ledger.model.ids import to_hex
from registry_api import journal_schemas
from registry_api.main import create_app
from tests.databases import Databases

from .conftest import Client
from .sample import ORIGIN, SampleApplication, build

BASE = "/v1/journal"


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[SampleApplication]:
    """A mirror with a checkpoint below its head."""
    folder: Path = tmp_path_factory.mktemp("log")
    made = build(databases.migrated())
    file = LogKeyFile(folder / "log.key", ORIGIN)
    file.make_missing()
    Checkpoints(file, made.mirror.writer, lambda message: None).publish()
    yield made
    made.mirror.close()


@pytest.fixture
def size(signed: SampleApplication) -> int:
    """What the checkpoint covers."""
    published = signed.mirror.queries.checkpoint()
    assert published is not None
    size = parse_signed(published.note)[0].size
    assert 3 < size < len(signed.city.leaves) < 256
    return size


@pytest.fixture
def log(signed: SampleApplication) -> Iterator[Client]:
    yield Client(create_app(signed))
    signed.signed = None


def test_checkpoint_is_the_note_of_what_is_final(log: Client, signed: SampleApplication, size: int) -> None:
    answer = log.get(f"{BASE}/checkpoint")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    checkpoint, _ = parse_signed(answer.content)
    assert checkpoint == Checkpoint(f"mulu/{ORIGIN.hex()}", size, root_of(signed.city.leaves[:size]))


def test_journal_names_key_and_note(log: Client, size: int) -> None:
    answer = log.get(BASE)
    journal_schemas.JournalAnswer.model_validate_json(answer.content)
    named = answer.json()["journal"]["checkpoint"]
    assert (named["size"], named["note"]) == (size, f"{BASE}/checkpoint")
    assert named["vkey"].startswith(f"mulu/{ORIGIN.hex()}+")


def test_a_new_checkpoint_is_a_new_answer(signed: SampleApplication, tmp_path: Path, database: str) -> None:
    made = build(database)
    client = Client(create_app(made))
    before = client.get(BASE)
    assert before.json()["journal"]["checkpoint"] is None
    file = LogKeyFile(tmp_path / "log.key", ORIGIN)
    file.make_missing()
    Checkpoints(file, made.mirror.writer, lambda message: None).publish()
    after = client.get(BASE, headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.json()["journal"]["checkpoint"] is not None
    assert client.get(BASE, headers={"if-none-match": after.headers["etag"]}).status_code == 304
    made.mirror.close()


@pytest.mark.parametrize("address", ["checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1"])
def test_without_a_checkpoint_there_is_nothing(client: Client, address: str) -> None:
    answer = client.get(f"{BASE}/{address}")
    assert answer.status_code == 404
    assert "no checkpoint has been signed yet" in answer.json()["detail"]


def test_tiles_of_every_width(log: Client, signed: SampleApplication, size: int) -> None:
    for width in range(1, size + 1):
        answer = log.get(f"{BASE}/tile/0/000.p/{width}")
        assert answer.content == b"".join(signed.city.leaves[:width])
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_bundles_hold_what_the_leaves_are_hashes_of(log: Client, signed: SampleApplication, size: int) -> None:
    rest, entries = log.get(f"{BASE}/tile/entries/000.p/{size}").content, []
    while rest:
        length = int.from_bytes(rest[:2])
        entries.append(rest[2 : 2 + length])
        rest = rest[2 + length :]
    assert entries == [entry_bytes(log.emitter, log.topics, log.data) for log in signed.city.logs[:size]]
    assert [leaf_hash(entry) for entry in entries] == signed.city.leaves[:size]


@pytest.mark.parametrize(
    "path",
    [
        "0/000", "entries/000", "1/000", "1/000.p/1", "0/001.p/1", "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/0.p/1",
        "0/x000/000.p/1", "00/000.p/1", "64/000.p/1", "-1/000.p/1", "data/000.p/1", "entries/0/000.p/1", "", "0", "0/",
        "0/000.p/1/", "0/000.p/+1", "0/x999/x999/x999/x999/x999/x999/999",
    ],
)  # fmt: skip
def test_tiles_that_do_not_exist(log: Client, path: str) -> None:
    answer = log.get(f"{BASE}/tile/{path}")
    assert answer.status_code == 404, answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_acts_above_the_checkpoint_are_in_no_tile(log: Client, size: int) -> None:
    for what in ("0", "entries"):
        answer = log.get(f"{BASE}/tile/{what}/000.p/{size + 1}")
        assert answer.status_code == 404
        assert f"the checkpoint covers {size} acts" in answer.json()["detail"]


@pytest.mark.parametrize("address", ["checkpoint", "tile/0/000.p/3", "tile/entries/000.p/3"])
def test_head_and_conditional_requests(log: Client, address: str) -> None:
    whole = log.get(f"{BASE}/{address}")
    head = log.request("HEAD", f"{BASE}/{address}")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-length", "content-type", "cache-control"):
        assert head.headers[name] == whole.headers[name]
    for tag in (whole.headers["etag"], f'"other", W/{whole.headers["etag"]}'):
        same = log.get(f"{BASE}/{address}", headers={"if-none-match": tag})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", whole.headers["etag"])
    assert log.get(f"{BASE}/{address}", headers={"if-none-match": '"other"'}).content == whole.content
    assert log.get(f"{BASE}/{address}?x=1").status_code == 422


def test_consistency_of_every_two_sizes(log: Client, signed: SampleApplication) -> None:
    leaves = signed.city.leaves
    for to in (1, 2, 7, len(leaves) - 1, len(leaves)):
        for older in range(to + 1):
            answer = log.get(f"{BASE}/consistency?from={older}&to={to}")
            journal_schemas.ConsistencyAnswer.model_validate_json(answer.content)
            proof = answer.json()["consistency"]
            assert (proof["from_root"], proof["to_root"]) == (
                to_hex(root_of(leaves[:older])),
                to_hex(root_of(leaves[:to])),
            )
            path = [bytes.fromhex(node[2:]) for node in proof["path"]]
            verify_consistency(older, to, path, root_of(leaves[:older]), root_of(leaves[:to]))
    assert log.get(f"{BASE}/consistency?from=1").json()["consistency"]["to"] == len(leaves)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("", 422, "from: "),
        ("to=1", 422, "from: "),
        ("from=2&to=1", 422, "does not grow from 2 acts to 1"),
        ("from=-1", 422, "decimal digits"),
        ("from=1&to=x", 422, "decimal digits"),
        ("form=1", 422, "did you mean 'from'?"),
        ("from=100000", 404, "not 100000"),
        ("from=1&to=100000", 404, "not 100000"),
    ],
)
def test_consistency_that_cannot_be_proven(log: Client, query: str, status: int, said: str) -> None:
    answer = log.get(f"{BASE}/consistency?{query}")
    assert answer.status_code == status
    assert said in answer.json()["detail"]


def test_what_was_signed_last_is_compared(log: Client, signed: SampleApplication, size: int) -> None:
    name, leaves = f"mulu/{ORIGIN.hex()}", signed.city.leaves
    cases = {
        Checkpoint(name, size, root_of(leaves[:size])): 200,
        Checkpoint(name, size + 1, root_of(leaves[: size + 1])): 200,
        Checkpoint(name, size - 1, root_of(leaves[: size - 1])): 200,
        Checkpoint(name, len(leaves) + 1, bytes(32)): 503,
        Checkpoint(name, size, bytes(32)): 500,
        Checkpoint(name, size + 1, bytes(32)): 500,
        Checkpoint("mulu/other", size, root_of(leaves[:size])): 500,
    }
    for last, status in cases.items():
        signed.signed = last
        assert log.get(f"{BASE}/checkpoint").status_code == status, last
