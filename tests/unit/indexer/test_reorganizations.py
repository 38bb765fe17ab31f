"""Over random block trees, following any reorganization equals indexing the winner from zero."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ledger.errors import Unavailable
from ledger.indexer.changes import Batch, RollBack
from ledger.indexer.finality import Finality
from ledger.indexer.follow import Indexer
from ledger.model.registration import Stage
from ledger.store.compare import compare
from ledger.store.mirror import Mirror
from ledger.store.objection_queries import ObjectionFilter
from ledger.store.writer import Writer
from tests.databases import SQLITE
from tests.unit.indexer.fake_chain import FakeChain, deployment
from tests.unit.indexer.histories import Registration, World, beginning, next_world

DEPTH = 6
CASES = settings(
    max_examples=25,
    deadline=None,
    # The fixture makes mirrors; each example asks for new ones.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    derandomize=True,
    database=None,
)


class FaultyStore:
    """A store whose n-th write fails, before or after it was stored."""

    def __init__(self, store: Writer, fails_at: int, stored: bool) -> None:
        self._store = store
        self._left = fails_at
        self._stored = stored

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self, batch: Batch) -> None:
        self._maybe(lambda: self._store.write(batch))

    def roll_back(self, to: RollBack) -> None:
        self._maybe(lambda: self._store.roll_back(to))

    def _maybe(self, write: Callable[[], None]) -> None:
        self._left -= 1
        if self._left != 0:
            return write()
        if self._stored:
            write()
        raise Unavailable("the database is away")


def grow(data: st.DataObject, worlds: list[World], salt: bytes, blocks: int, *, granting: bool = False) -> list[World]:
    for at in range(blocks):
        worlds = [*worlds, data.draw(next_world(worlds[-1], salt + bytes([at]), granting))]
    return worlds


def tree(data: st.DataObject) -> list[list[World]]:
    """Histories of a chain as it changes: each is at least as high as the one before and parts less deep than DEPTH."""
    histories = [grow(data, [beginning()], b"\0", data.draw(st.integers(0, 5)))]
    for turn in range(data.draw(st.integers(1, 3))):
        before = histories[-1]
        lost = data.draw(st.integers(0, min(DEPTH, len(before) - 1)))
        kept = before[: len(before) - lost]
        histories.append(grow(data, kept, bytes([turn + 1]), lost + data.draw(st.integers(0, 2))))
    return histories


@CASES
@given(data=st.data())
def test_following_any_reorganization_equals_indexing_the_winner(
    data: st.DataObject, new_mirrors: Callable[[int], list[Mirror]]
) -> None:
    followed, fresh = new_mirrors(2)
    most = data.draw(st.integers(1, 4))
    histories = tree(data)
    chain = FakeChain(histories[0][-1].block, most_blocks=most)
    follower = Indexer(chain, followed.writer, deployment(), Finality(DEPTH))
    for worlds in histories:
        chain.move_to(worlds[-1].block)
        follower.once()
    Indexer(FakeChain(chain.tip), fresh.writer, deployment(), Finality(DEPTH)).once()
    assert compare(followed, fresh) == []
    assert followed.reproject() == len(chain.tip.leaves)
    assert compare(followed, fresh) == []


@CASES
@pytest.mark.parametrize("stored", [False, True], ids=["fails-unstored", "fails-stored"])
@given(data=st.data())
def test_a_write_that_fails_anywhere_loses_and_repeats_nothing(
    stored: bool, data: st.DataObject, new_mirrors: Callable[[int], list[Mirror]]
) -> None:
    followed, fresh = new_mirrors(2)
    histories = tree(data)
    chain = FakeChain(histories[0][-1].block, most_blocks=data.draw(st.integers(1, 4)))
    fails_at = data.draw(st.integers(1, 12))
    store = FaultyStore(followed.writer, fails_at, stored)
    for worlds in histories:
        chain.move_to(worlds[-1].block)
        try:
            Indexer(chain, store, deployment(), Finality(DEPTH)).once()
        except Unavailable:
            # The process ends, and starts again.
            Indexer(chain, store, deployment(), Finality(DEPTH)).once()
    Indexer(FakeChain(chain.tip), fresh.writer, deployment(), Finality(DEPTH)).once()
    assert compare(followed, fresh) == []


@pytest.mark.databases(SQLITE)
@CASES
@given(data=st.data())
def test_registrations_stand_as_their_history_says(
    data: st.DataObject, new_mirrors: Callable[[int], list[Mirror]]
) -> None:
    (mirror,) = new_mirrors(1)
    world = grow(data, [beginning()], b"\0", 8)[-1]
    Indexer(FakeChain(world.block, most_blocks=2), mirror.writer, deployment(), Finality(DEPTH)).once()
    queries = mirror.queries
    found = {
        number: Registration(
            versions=len(rows),
            issued=max((row.version for row in rows if row.issued_time), default=0),
            open=Stage[rows[-1].stage].is_open,
            settled=frozenset(row.version for row in rows if row.settled),
        )
        for number in world.registrations
        if (rows := queries.registration_versions(number))
    }
    assert found == {number: known for number, known in world.registrations.items() if known.versions}
    holding = {
        (hold.number, hold.version) for entry in range(1, 4) for hold in queries.entry_holds(bytes([entry]) * 32)
    }
    assert holding == {
        (number, version)
        for number, known in world.registrations.items()
        for version in range(1, known.versions + 1)
        if version not in known.settled
    }
    still_open = {
        row.objection: (row.registration, row.version) for row in queries.objections(ObjectionFilter(open=True))
    }
    assert still_open == world.objections


@pytest.mark.databases(SQLITE)
@CASES
@given(data=st.data())
def test_grants_stand_as_their_history_says(data: st.DataObject, new_mirrors: Callable[[int], list[Mirror]]) -> None:
    (mirror,) = new_mirrors(1)
    world = grow(data, [beginning()], b"\0", 14, granting=True)[-1]
    Indexer(FakeChain(world.block, most_blocks=2), mirror.writer, deployment(), Finality(DEPTH)).once()
    queries = mirror.queries
    holding: dict[tuple[int, int], set[bytes]] = {}
    for code in world.versions:
        for hold in queries.entry_grant_holds(sha256(code).digest()):
            holding.setdefault((hold.grant, hold.version), set()).add(hold.entry_id)
    found = {}
    for row in queries.grants(limit=100):
        versions = queries.grant_versions(row.grant)
        assert [version.version for version in versions] == list(range(1, row.versions + 1))
        assert [version.held_count for version in versions] == [
            len(holding.get((row.grant, version.version), ())) for version in versions
        ]
        found[row.grant] = (row.versions, row.current or 0, versions[-1].open)
    assert found == {number: (known.versions, known.current, known.open) for number, known in world.grants.items()}
    assert holding == {
        (number, version): set(ids) for number, known in world.grants.items() for version, ids in known.held.items()
    }
    assert len(queries.products()) == world.products
    assert len(queries.disclosures()) == world.disclosed
