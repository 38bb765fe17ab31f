"""The proof that nothing was rewritten, and the way down to the first act that was, against brute force."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit.completeness import check_origin, first_difference, first_rewritten, parse_kept, prove_continuation
from ledger.errors import Contradicted, Inconsistent, Malformed, Unavailable
from ledger.merkle.checkpoint import Checkpoint, LogKey
from ledger.merkle.hashing import root_of
from ledger.merkle.tree import Nodes, nodes_of

ORIGIN = "mulu/" + "ab" * 32
LEAVES = [sha256(f"act {at}".encode()).digest() for at in range(700)]


def other(leaves: list[bytes], start: int) -> list[bytes]:
    """The leaves with those from `start` on replaced."""
    return leaves[:start] + [sha256(b"other" + leaf).digest() for leaf in leaves[start:]]


def kept(leaves: list[bytes]) -> Checkpoint:
    return Checkpoint(ORIGIN, len(leaves), root_of(leaves))


class Old:
    """A history in memory."""

    name = "the old history"

    def __init__(self, leaves: list[bytes], alter: Callable[[Nodes], Nodes] = lambda nodes: nodes) -> None:
        self._leaves, self._alter = leaves, alter
        self.asked = 0

    def size(self) -> int:
        return len(self._leaves)

    def nodes(self, size: int) -> Nodes:
        nodes = self._alter(nodes_of(self._leaves[:size]))

        def counted(level: int, index: int) -> bytes:
            self.asked += 1
            return nodes(level, index)

        return counted

    def entry(self, index: int) -> tuple[bytes, int | None]:
        raise AssertionError("not asked for")


@given(st.integers(1, 700), st.data())
def test_the_first_difference_is_that_of_brute_force(size: int, data: st.DataObject) -> None:
    changed = data.draw(st.sets(st.integers(0, size - 1), max_size=5))
    new = [sha256(leaf).digest() if at in changed else leaf for at, leaf in enumerate(LEAVES[:size])]
    found = first_difference(nodes_of(LEAVES[:size]), nodes_of(new), size)
    assert found == min(changed, default=None)


@given(st.integers(0, 700), st.integers(0, 700))
def test_what_grew_is_proven(size: int, more: int) -> None:
    grown = LEAVES[: max(size, more)]
    path = prove_continuation(kept(LEAVES[:size]), len(grown), nodes_of(grown))
    assert len(path) <= 2 * 10


@given(st.integers(1, 700), st.data())
def test_what_was_rewritten_is_refused_and_found(size: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, size - 1))
    grown = other(LEAVES, start)
    checkpoint, nodes = kept(LEAVES[:size]), nodes_of(grown)
    with pytest.raises(Contradicted):
        prove_continuation(checkpoint, len(grown), nodes)
    old = Old(LEAVES[: data.draw(st.integers(size, 700))])
    assert first_rewritten(checkpoint, nodes, len(grown), old) == start
    assert old.asked <= 3 * 10 + 2


@given(st.integers(2, 700), st.data())
def test_a_shorter_journal(size: int, data: st.DataObject) -> None:
    shorter = data.draw(st.integers(1, size - 1))
    start = data.draw(st.integers(0, size))
    new = other(LEAVES[:size], start)[:shorter]
    found = first_rewritten(kept(LEAVES[:size]), nodes_of(new), shorter, Old(LEAVES[:size]))
    assert found == (start if start < shorter else None)


def test_an_old_history_that_is_not_the_one_kept() -> None:
    new = nodes_of(other(LEAVES, 3))
    with pytest.raises(Unavailable, match="covers 99 acts and not the 100"):
        first_rewritten(kept(LEAVES[:100]), new, 700, Old(LEAVES[:99]))
    with pytest.raises(Unavailable, match="does not hold the history"):
        first_rewritten(kept(LEAVES[:100]), new, 700, Old(other(LEAVES, 50)))


def test_old_tiles_that_were_altered_name_no_act() -> None:
    new = other(LEAVES[:256], 7)

    def hide(nodes: Nodes) -> Nodes:
        """The leaf that tells is made that of the new history, its parents are left."""
        return lambda level, index: new[index] if level == 0 else nodes(level, index)

    with pytest.raises(Inconsistent, match="altered"):
        first_rewritten(kept(LEAVES[:256]), nodes_of(new), 256, Old(LEAVES[:256], hide))


def test_another_journal() -> None:
    check_origin(kept([]), ORIGIN)
    with pytest.raises(Contradicted, match="another journal"):
        check_origin(kept([]), "mulu/" + "ac" * 32)


def test_kept_files_are_notes_or_checkpoints_alone() -> None:
    checkpoint = kept(LEAVES)
    alone = parse_kept(checkpoint.text.encode())
    assert (alone.checkpoint, alone.note) == (checkpoint, None)
    key = LogKey.generate(ORIGIN, lambda count: bytes(count))
    signed = parse_kept(checkpoint.sign(key))
    assert signed.checkpoint == checkpoint
    assert signed.note is not None
    signed.note.verify(key.verifier)
    for damaged in (b"", b"\xff", b"\xff\n\n", checkpoint.text.encode()[:-1], checkpoint.text.encode() + b"\n"):
        with pytest.raises(Malformed):
            parse_kept(damaged)
