"""The journal read as a stranger's tile client reads it: Tessera's fsck against the running API."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from ledger.merkle.checkpoint import VerifierKey, parse_signed
from tests.databases import changed
from tests.end_to_end.ledger import ROOT, Ledger, free_port, new_entry
from tests.end_to_end.test_mirror import get, served

FSCK = ROOT / "scripts" / "fsck"
BUILD_SECONDS = 600


@pytest.fixture(scope="module")
def fsck_built() -> None:
    if not list(ROOT.glob(".tools/fsck-*")) and shutil.which("go") is None and not os.environ.get("CI"):
        pytest.skip("needs Go on PATH to build Tessera's fsck")
    subprocess.run([FSCK, "--build"], check=True, timeout=BUILD_SECONDS)


@pytest.fixture
def log(fsck_built: None, published: Ledger) -> Iterator[tuple[str, str]]:
    """Base address of the served log, and its vkey."""
    published.do("index")
    port = free_port()
    with served(published, port):
        base = f"http://127.0.0.1:{port}/v1/journal"
        yield base, json.loads(get(base)[1])["journal"]["checkpoint"]["vkey"]


def fsck(base: str, vkey: str) -> tuple[int, str]:
    ran = subprocess.run([FSCK, base, vkey], capture_output=True, text=True, timeout=120, check=False)
    return ran.returncode, ran.stdout + ran.stderr


def alter(ledger: Ledger, level: int, number: int, at: int) -> None:
    """Changes one byte of a stored tile."""
    with ledger.opened_mirror() as mirror:
        hashes = bytearray(mirror.queries.read_tile(level, number))
        hashes[at] ^= 1
        where = {"level": level, "number": number}
        changed(
            mirror, "UPDATE tile SET hashes = :hashes WHERE level = :level AND number = :number",
            hashes=bytes(hashes), **where,
        )  # fmt: skip


def test_fsck_reads_a_journal_with_partial_tiles_only(log: tuple[str, str], published: Ledger) -> None:
    size = published.journal()[0]
    assert size < 256
    code, said = fsck(*log)
    assert code == 0, said
    assert f"Successfully fsck'd log with size {size} " in said


def test_fsck_of_more_than_a_tile_and_of_altered_ones(log: tuple[str, str], published: Ledger) -> None:
    base, vkey = log
    published.do("catalog", "apply", published.write("many.json", [new_entry(f"log-{at}") for at in range(560)]))
    published.do("index")
    size, root = published.journal()
    assert 512 < size < 768
    code, said = fsck(base, vkey)
    assert code == 0, said
    assert f"Successfully fsck'd log with size {size} " in said
    assert root.removeprefix("0x") in said

    for level, number, at in ((0, 0, 37), (0, size // 256, 0), (1, 0, 40)):
        alter(published, level, number, at)
        code, said = fsck(base, vkey)
        assert (code, "fsck failed" in said) == (3, True), said
        alter(published, level, number, at)
    assert fsck(base, vkey)[0] == 0


def test_fsck_trusts_only_the_key_that_it_is_given(log: tuple[str, str]) -> None:
    base, vkey = log
    key = VerifierKey.parse(vkey)
    code, said = fsck(base, str(VerifierKey(key.name, bytes([key.public[0] ^ 1, *key.public[1:]]))))
    assert code == 3, said
    assert fsck(base, vkey[:-2])[0] == 2
    assert fsck("http://127.0.0.1:1/v1/journal", vkey)[0] == 4


def test_what_is_served_is_what_was_signed(log: tuple[str, str], published: Ledger) -> None:
    base, vkey = log
    note = get(f"{base}/checkpoint")[1].encode()
    assert note == (published.home / ".mulu" / "log.key.checkpoint").read_bytes()
    checkpoint, signed = parse_signed(note)
    signed.verify(VerifierKey.parse(vkey))
    size, root = published.journal()
    assert (checkpoint.size, f"0x{checkpoint.root.hex()}") == (size, root)
