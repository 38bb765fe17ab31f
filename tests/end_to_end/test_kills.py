"""A bounded share of scripts/soak kills: five kills of each command. Nothing is lost, nothing is doubled."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.ledger import Ledger, founded
from tests.end_to_end.soak import Soak, variants_of_sample

KILLS = 5
ROWS = 300
SEED = 20260701


@pytest.fixture
def soak(founded_home: Path, tmp_path: Path) -> Iterator[Soak]:
    with founded(tmp_path, founded_home) as ledger:
        yield Soak(ledger, variants_of_sample(ledger, ROWS), random.Random(SEED))


def test_kills_of_apply(soak: Soak) -> None:
    figures = soak.apply(KILLS)
    assert (figures.kills, figures.entries) == (KILLS, ROWS)


def test_kills_of_index(soak: Soak) -> None:
    ledger: Ledger = soak.ledger
    ledger.do("catalog", "apply", soak.variant(0))
    figures = soak.index(KILLS)
    assert figures.kills == KILLS
    assert figures.entries > ROWS
