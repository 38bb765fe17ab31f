"""Several nodes of one chain: which is followed, what is said of the others, what stops everything."""

import logging
from collections.abc import Callable

import pytest

from ledger.errors import Inconsistent, Unavailable
from ledger.indexer.finality import Finality
from ledger.indexer.follow import Indexer
from ledger.indexer.nodes import Member, Nodes
from ledger.indexer.rows import BlockRow
from ledger.model.message import Message
from ledger.store.compare import compare
from ledger.store.mirror import Mirror
from tests.unit.indexer.fake_chain import Block, FakeChain, child, deployment, founding, genesis
from tests.unit.indexer.test_follow import publishing

DEPTH = 2


class Mortal(FakeChain):
    """A node that can die, and that can tell another state than the chain's."""

    def __init__(self, head: Block) -> None:
        super().__init__(head)
        self.dead = False
        self.dies_after: int | None = None
        self.forged_root: bytes | None = None
        self.asked = 0

    def _answer(self) -> None:
        self.asked += 1
        if self.dies_after is not None and self.asked > self.dies_after:
            self.dead = True
        if self.dead:
            raise Unavailable("connection refused")

    def head(self) -> BlockRow:
        self._answer()
        return super().head()

    def headers(self, start: int, end: int) -> list[BlockRow]:
        self._answer()
        return super().headers(start, end)

    def logs(self, start: int, end: int) -> list:  # type: ignore[type-arg]
        self._answer()
        return super().logs(start, end)

    def journal(self, block: int) -> tuple[int, bytes] | None:
        self._answer()
        found = super().journal(block)
        return (found[0], self.forged_root) if found and self.forged_root else found


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def grown(base: Block, blocks: int, salt: bytes = b"") -> Block:
    for _ in range(blocks):
        base = child(base, salt, None)
    return base


def start() -> Block:
    return publishing(founding(child(genesis(), b"", None)), b"", b"a", b"b")


def together(*chains: FakeChain, depth: int = DEPTH, **options: object) -> Nodes:
    for at, chain in enumerate(chains):
        chain.name = f"http://node-{at}"
    return Nodes([Member(chain) for chain in chains], Finality(depth), **options)  # type: ignore[arg-type]


def index(nodes: Nodes, mirror: Mirror, **options: float) -> int:
    follower = Indexer(nodes, mirror.writer, deployment(), nodes.finality)
    return follower.once(**options).head_number  # type: ignore[arg-type]


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    caplog.set_level(logging.WARNING, "ledger.chain")
    return lambda: [record.msg.en for record in caplog.records if isinstance(record.msg, Message)]


def test_nodes_that_agree_give_what_one_gives(mirror: Mirror, other: Mirror) -> None:
    tip = grown(start(), 4)
    index(together(FakeChain(tip), FakeChain(tip), FakeChain(grown(start(), 2))), mirror)
    index(together(FakeChain(tip)), other)
    assert compare(mirror, other) == []


def test_a_node_that_lags_rolls_nothing_back_and_is_left(mirror: Mirror, said: Callable[[], list[str]]) -> None:
    first, second = FakeChain(grown(start(), 3)), FakeChain(grown(start(), 3))
    nodes = together(first, second)
    reached = index(nodes, mirror)
    first.move_to(start())  # it was restored from a backup
    second.move_to(grown(start(), 4))
    assert index(nodes, mirror) == reached + 1
    assert "http://node-0 is behind, at block 3; http://node-1 is followed" in " ".join(said())


def test_when_all_lag_it_waits_and_says_so(mirror: Mirror) -> None:
    first, second = FakeChain(grown(start(), 3)), FakeChain(grown(start(), 3))
    nodes = together(first, second)
    index(nodes, mirror)
    before = mirror.writer.cursor()
    for chain in (first, second):
        chain.move_to(grown(start(), 1))
    with pytest.raises(Unavailable, match="behind"):
        index(nodes, mirror, deadline_seconds=0.01)
    assert mirror.writer.cursor() == before


def test_a_node_of_a_minority_changes_nothing(mirror: Mirror) -> None:
    """It sealed on by itself and stands still: a fork that no depth made final."""
    base = start()
    minority, majority = FakeChain(grown(base, 1, b"minority")), FakeChain(grown(base, 2))
    nodes = together(minority, majority)
    index(nodes, mirror)
    majority.move_to(grown(base, 9))
    assert index(nodes, mirror) == base.header.number + 9
    with mirror.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM evidence").scalar() == 0


def test_two_histories_below_finality_stop_everything(mirror: Mirror) -> None:
    base = start()
    ours, theirs = grown(base, 4), grown(base, 6, b"theirs")
    first, second = FakeChain(grown(base, 2)), FakeChain(grown(base, 2))
    nodes = together(first, second, keep_evidence=mirror.writer.keep_evidence)
    index(nodes, mirror)
    before = mirror.writer.cursor()
    first.move_to(ours)
    second.move_to(theirs)
    with pytest.raises(Inconsistent, match="the nodes disagree below finality") as stopped:
        index(nodes, mirror)
    assert mirror.writer.cursor() == before
    block = base.header.number + 2
    for chain, name in ((first, "http://node-0"), (second, "http://node-1")):
        assert f"0x{chain.blocks[block].header.hash.hex()} at {name}" in str(stopped.value)
    with mirror.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM evidence").scalar() == 1


def test_another_first_block_is_found_out_at_once(mirror: Mirror) -> None:
    stranger = child(genesis(), b"", None)
    stranger = Block(stranger.header._replace(number=0), (), ())
    with pytest.raises(Inconsistent, match=r"block 0 is .* at http://node-0 and .* at http://node-1"):
        index(together(FakeChain(start()), FakeChain(stranger)), mirror)


def test_two_journals_after_one_block_stop_everything(mirror: Mirror) -> None:
    tip = grown(start(), 4)
    liar = Mortal(tip)
    liar.forged_root = b"\5" * 32
    with pytest.raises(Inconsistent, match=rf"root 0x[0-9a-f]{{64}} at http://node-0, 5 acts and root 0x{'05' * 32}"):
        index(together(FakeChain(tip), liar), mirror)


def test_a_dead_node_is_skipped_with_one_line_and_asked_again_later(
    mirror: Mirror, said: Callable[[], list[str]]
) -> None:
    tip = grown(start(), 4)
    dead, clock = Mortal(tip), Clock()
    dead.dead = True
    nodes = together(dead, FakeChain(tip), clock=clock)
    for _ in range(3):
        index(nodes, mirror)
    assert dead.asked == 1
    clock.now += 60
    for _ in range(3):
        index(nodes, mirror)
    assert dead.asked == 2
    assert said() == ["node http://node-0 is skipped while others answer: connection refused"]
    dead.dead = False
    clock.now += 60
    index(nodes, mirror)
    assert said()[1:] == ["node http://node-0 answers again"]


def test_all_dead_is_unavailable(mirror: Mirror) -> None:
    chains = [Mortal(start()), Mortal(start())]
    nodes = together(*chains)
    for chain in chains:
        chain.dead = True
    with pytest.raises(Unavailable, match="none of the nodes http://node-0, http://node-1 answers"):
        index(nodes, mirror)
    chains[1].dead = False
    assert index(nodes, mirror) == start().header.number


@pytest.mark.parametrize("dies_after", range(12))
def test_a_node_may_die_at_any_question(mirror: Mirror, other: Mirror, dies_after: int) -> None:
    tip = grown(publishing(start(), b"", b"c"), 3)
    dying = Mortal(tip)
    dying.dies_after = dies_after
    index(together(dying, FakeChain(tip)), mirror)
    index(together(FakeChain(tip)), other)
    assert compare(mirror, other) == []


def test_what_is_left_must_have_come_as_far(mirror: Mirror) -> None:
    """The only other node does not have the head that was told: it is not asked in the dead one's place."""
    dying, behind = Mortal(grown(start(), 3)), FakeChain(start())
    nodes = together(dying, behind)
    nodes.head()
    dying.dead = True
    with pytest.raises(Unavailable, match="and has block 6"):
        nodes.headers(3, 7)
    # Asked for its head it says how far it is.
    assert nodes.head() == start().header
