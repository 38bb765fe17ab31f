"""`kill -9` of an indexer at seeded random moments: a rerun loses nothing and repeats nothing."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ledger.indexer.finality import Finality
from ledger.store.compare import check_mirror
from ledger.store.mirror import Mirror
from tests.conftest import ROOT
from tests.integration.indexer.conftest import Ledger

BLOCKS = 30
ENTRIES = 12


@pytest.fixture(scope="module")
def filled(founded: Ledger) -> Ledger:
    """The ledger with many blocks to index."""
    for block in range(BLOCKS):
        first = block * ENTRIES
        founded.publish(*range(first, first + ENTRIES))
        if block % 3 == 0:
            founded.publish(first)
            founded.retire(first + 1)
    return founded


def start(ledger: Ledger, folder: Path, database: str) -> subprocess.Popen[str]:
    file = folder / "deployment.json"
    file.write_text(json.dumps(ledger.contracts.deployment.to_json()))
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.integration.indexer.index_process",
            ledger.node.url,
            str(file),
            database,
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed_and_repeated(ledger: Ledger, folder: Path, database: str, seed: int, kills: int) -> int:
    """Kills indexers at random moments after their first batch and lets a last one finish; how many were killed."""
    generator, killed = random.Random(seed), 0
    for _ in range(kills):
        with start(ledger, folder, database) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(generator.uniform(0, 0.06))
            process.kill()
            process.communicate()
            killed += process.returncode == -9
    with start(ledger, folder, database) as last:
        _, said = last.communicate(timeout=120)
    assert last.returncode == 0, said
    mirror = Mirror(database)
    try:
        position = mirror.queries.position()
        assert position.journal_size == ledger.contracts.call("Journal", "size")
        assert position.journal_root == ledger.contracts.call("Journal", "root")
        assert check_mirror(ledger.chain, mirror, ledger.contracts.deployment, Finality(5)) == []
    finally:
        mirror.close()
    return killed


def test_killed_five_times(filled: Ledger, tmp_path: Path, database: str) -> None:
    assert killed_and_repeated(filled, tmp_path, database, seed=1, kills=5) > 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_killed_fifty_times(filled: Ledger, tmp_path: Path, database: str, seed: int) -> None:
    killed_and_repeated(filled, tmp_path, database, seed=100 + seed, kills=5)
