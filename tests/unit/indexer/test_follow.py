"""Following a chain in memory, whatever it does."""

from collections.abc import Iterator
from threading import Event

import pytest

from ledger.errors import Inconsistent, Unavailable
from ledger.indexer.finality import Finality
from ledger.indexer.follow import Indexer
from ledger.indexer.progress import Progress
from ledger.store.compare import compare
from ledger.store.mirror import Mirror
from tests.databases import changed
from tests.unit.indexer.fake_chain import Acts, Block, FakeChain, child, deployment, founding, genesis


def start() -> Block:
    return founding(child(genesis(), b"", None))


def publishing(parent: Block, salt: bytes, *local_codes: bytes, version: int = 1) -> Block:
    acts = Acts(len(parent.leaves), 1_700_000_000 + 12 * (parent.header.number + 1))
    for local_code in local_codes:
        acts.publish(local_code, version)
    return child(parent, salt, acts)


def retiring(parent: Block, salt: bytes, local_code: bytes, version: int) -> Block:
    acts = Acts(len(parent.leaves), 1_700_000_000 + 12 * (parent.header.number + 1))
    acts.retire(local_code, version)
    return child(parent, salt, acts)


def indexer(chain: FakeChain, mirror: Mirror, depth: int = 10, **options: object) -> Indexer:
    return Indexer(chain, mirror.writer, deployment(), Finality(depth), **options)  # type: ignore[arg-type]


def test_indexes_to_the_head_and_then_nothing(mirror: Mirror) -> None:
    chain = FakeChain(publishing(start(), b"", b"a", b"b"))
    first = indexer(chain, mirror).once()
    assert (first.journal_size, first.head_number) == (5, 3)
    assert indexer(chain, mirror).once() == first


def test_rolls_back_to_the_common_ancestor(mirror: Mirror, other: Mirror) -> None:
    base = publishing(start(), b"", b"a", b"b")
    lost = retiring(publishing(base, b"lost", b"a", version=2), b"lost", b"b", 2)
    won = publishing(child(child(base, b"won", None), b"won", None), b"won", b"c")
    chain = FakeChain(lost)
    said: list[Progress] = []
    follower = indexer(chain, mirror, report=said.append)
    follower.once()
    chain.move_to(won)
    follower.once()
    indexer(FakeChain(won), other).once()
    assert compare(mirror, other) == []
    assert any(progress.message and "reorganization" in progress.message.en for progress in said)


def test_a_shorter_fork_is_a_node_that_lags(mirror: Mirror) -> None:
    base = start()
    chain = FakeChain(publishing(child(base, b"x", None), b"x", b"a"))
    follower = indexer(chain, mirror)
    before = follower.once()
    chain.move_to(child(base, b"y", None))
    with pytest.raises(Unavailable, match="behind"):
        follower.once(deadline_seconds=0.01)
    assert mirror.writer.cursor() == before


def test_a_change_below_finality_stops_and_leaves_everything(mirror: Mirror) -> None:
    base = start()
    chain = FakeChain(publishing(child(child(base, b"x", None), b"x", None), b"x", b"a"))
    before = indexer(chain, mirror, depth=1).once()
    chain.move_to(publishing(child(child(base, b"y", None), b"y", None), b"y", b"a"))
    with pytest.raises(Inconsistent, match=r"below finality: .* the node http://node has 0x"):
        indexer(chain, mirror, depth=1).once()
    assert mirror.writer.cursor() == before
    with mirror.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM evidence").scalar() == 1


@pytest.mark.parametrize("difference", ["chain id", "genesis block", "origin"])
def test_a_wrong_chain_is_named_before_anything_is_written(
    mirror: Mirror, difference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = FakeChain(start())
    if difference == "chain id":
        chain.number = 2
    elif difference == "origin":
        monkeypatch.setattr(FakeChain, "origin", lambda self: bytes(32))
    else:
        monkeypatch.setitem(chain.blocks, 0, child(genesis(), b"other", None))
    with pytest.raises(Inconsistent, match=f"wrong chain.*{difference}"):
        indexer(chain, mirror).once()
    assert mirror.writer.cursor() is None


def test_a_mirror_of_another_ledger_is_refused(mirror: Mirror) -> None:
    chain = FakeChain(start())
    indexer(chain, mirror).once()
    changed(mirror, "UPDATE cursor SET origin = :zeros", zeros=bytes(32))
    with pytest.raises(Inconsistent, match="wrong chain: the mirror has origin"):
        indexer(chain, mirror).once()


def test_a_missing_log_is_named(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = FakeChain(publishing(start(), b"", b"a", b"b", b"c"))
    whole = chain.logs
    monkeypatch.setattr(chain, "logs", lambda a, b: [log for log in whole(a, b) if log.topics[1][-1] != 4])
    with pytest.raises(Inconsistent, match="act 4 is missing"):
        indexer(chain, mirror).once()
    monkeypatch.setattr(chain, "logs", lambda a, b: [log for log in whole(a, b) if log.topics[1][-1] != 5])
    with pytest.raises(Inconsistent, match=r"contract holds 6 acts, the node's logs give 5.*one of the acts 3 to 5"):
        indexer(chain, mirror).once()


def test_a_wrong_root_is_located(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = FakeChain(publishing(start(), b"", b"a"))
    monkeypatch.setattr(chain, "journal", lambda block: (4, bytes(32)) if block == 3 else (3, chain_root(chain, block)))
    with pytest.raises(Inconsistent, match="differs is act 3"):
        indexer(chain, mirror).once()
    cursor = mirror.writer.cursor()
    assert cursor is not None
    assert cursor.journal_size <= 3


def test_a_node_that_is_taking_in_a_block_is_asked_again(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = FakeChain(publishing(start(), b"", b"a"))
    settled, answers = chain.journal, [(9, bytes(32))]
    monkeypatch.setattr(chain, "journal", lambda block: answers.pop() if answers else settled(block))
    assert indexer(chain, mirror).once().journal_size == 4
    assert not answers


def chain_root(chain: FakeChain, block: int) -> bytes:
    from ledger.merkle.hashing import root_of

    return root_of(chain.blocks[block].leaves)


def test_a_node_without_old_state_is_checked_at_its_head(mirror: Mirror) -> None:
    chain = FakeChain(publishing(publishing(start(), b"", b"a"), b"", b"b"), most_blocks=1, with_state=False)
    assert indexer(chain, mirror).once().journal_size == 5


def test_a_node_without_state_at_its_head_is_not_believed(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = FakeChain(start())
    monkeypatch.setattr(chain, "journal", lambda block: None)
    with pytest.raises(Unavailable, match="no state at its head"):
        indexer(chain, mirror).once()


def test_two_indexers_on_one_mirror_double_nothing(mirror: Mirror, other: Mirror) -> None:
    chain = FakeChain(start())
    one, two = indexer(chain, mirror), indexer(chain, mirror)
    one.once()
    two.once()
    chain.move_to(publishing(chain.tip, b"", b"a"))
    one.once()
    chain.move_to(retiring(publishing(chain.tip, b"", b"b"), b"", b"a", 2))
    two.once()
    one.once()
    indexer(chain, other).once()
    assert compare(mirror, other) == []


def test_following_ends_when_asked_and_survives_an_absent_node(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    chain, stop = FakeChain(publishing(start(), b"", b"a")), Event()
    answers: Iterator[object] = iter([Unavailable("node is away"), None])
    head = chain.head

    def sometimes() -> object:
        answer = next(answers, None)
        if isinstance(answer, Unavailable):
            raise answer
        return head()

    monkeypatch.setattr(chain, "head", sometimes)
    said: list[Progress] = []

    def report(progress: Progress) -> None:
        said.append(progress)
        if progress.size == 4:
            stop.set()

    indexer(chain, mirror, report=report).follow(stop, poll_seconds=0.001)
    assert said[0].message is not None
    assert "node is away" in said[0].message.en
    cursor = mirror.writer.cursor()
    assert cursor is not None
    assert cursor.journal_size == 4
