import pytest
import recursive
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Inconsistent, Malformed
from ledger.merkle.hashing import EMPTY_ROOT, root_of
from ledger.merkle.proof import consistency_path, inclusion_path, root, verify_consistency, verify_inclusion
from ledger.merkle.tiles import Tile, TileKey, changed, frontier, grow, nodes, read_whole, shrink
from ledger.merkle.tree import Frontier, nodes_of

LEAVES = recursive.leaves(67_000)
"""More than 256², so that level 2 has a tile."""


class Store:
    """Tiles as the mirror keeps them: one value a key, the width not part of it."""

    def __init__(self, size: int = 0) -> None:
        self.size = 0
        self.tiles: dict[TileKey, bytes] = {}
        self.reads: list[TileKey] = []
        self.frontier = Frontier()
        if size:
            self.grow(size)

    def read(self, level: int, number: int) -> bytes:
        self.reads.append((level, number))
        return self.tiles[level, number]

    def grow(self, count: int) -> dict[TileKey, bytes]:
        written, self.frontier = grow(self.size, self.read, LEAVES[self.size : self.size + count])
        self.tiles |= written
        self.size += count
        return written

    def shrink(self, kept: int) -> None:
        trimmed, gone, self.frontier = shrink(self.size, kept, self.read)
        for key in gone:
            del self.tiles[key]
        assert trimmed.keys() <= self.tiles.keys()
        self.tiles |= trimmed
        self.size = kept


BIG = Store(len(LEAVES))
SIZES = [0, 1, 2, 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_537, 65_792, 66_048, 67_000]


def layout(size: int) -> dict[TileKey, bytes]:
    """What the specification says is stored, computed from the leaves alone."""
    tiles: dict[TileKey, bytes] = {}
    for level in range(3):
        span = 256**level
        hashes = [root_of(LEAVES[at * span : (at + 1) * span]) for at in range(size // span)]
        for at in range(0, len(hashes), 256):
            tiles[level, at // 256] = b"".join(hashes[at : at + 256])
    return tiles


@pytest.mark.parametrize("size", SIZES)
def test_tiles_are_those_of_the_specification(size: int) -> None:
    store = Store(size)
    assert store.tiles == layout(size)
    assert store.frontier.root == root_of(LEAVES[:size])
    assert {tile.key: tile.width * 32 for tile in changed(0, size)} == {
        key: len(hashes) for key, hashes in store.tiles.items()
    }


@pytest.mark.exhaustive
@given(st.data())
@settings(max_examples=60, deadline=None)
def test_growing_and_shrinking_equals_fresh(data: st.DataObject) -> None:
    store = Store()
    for _ in range(data.draw(st.integers(1, 6))):
        if data.draw(st.booleans()):
            store.grow(data.draw(st.integers(0, 1500)))
        else:
            store.shrink(data.draw(st.integers(0, store.size)))
        fresh = Store(store.size)
        assert store.tiles == fresh.tiles
        assert store.frontier == fresh.frontier == frontier(store.size, store.read)


@pytest.mark.parametrize("kept", SIZES)
def test_shrinking_across_levels_equals_fresh(kept: int) -> None:
    store = Store(len(LEAVES))
    store.shrink(kept)
    assert store.tiles == Store(kept).tiles
    store.grow(len(LEAVES) - kept)
    assert store.tiles == BIG.tiles


@pytest.mark.exhaustive
@given(st.integers(0, 3000), st.integers(0, 3000))
@settings(deadline=None)
def test_changed_names_exactly_the_tiles_that_grow_writes(size: int, count: int) -> None:
    store = Store(size)
    written = store.grow(count)
    assert {tile.key: tile.width * 32 for tile in changed(size, size + count)} == {
        key: len(hashes) for key, hashes in written.items()
    }


def test_growing_is_repeatable_over_tiles_already_written() -> None:
    store = Store(300)
    store.grow(400)
    again, edge = grow(300, store.read, LEAVES[300:700])
    assert edge == store.frontier
    assert store.tiles == {**store.tiles, **again}


def test_growing_reads_only_partial_tiles() -> None:
    store = Store(66_000)
    store.reads.clear()
    store.grow(10)
    assert store.reads == [(0, 257), (1, 1), (2, 0)]
    assert Store().reads == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("size", SIZES[1:])
def test_paths_and_roots_from_tiles_for_every_size_stored(size: int) -> None:
    known = nodes(size, BIG.read)
    wanted, top = nodes_of(LEAVES[:size]), root_of(LEAVES[:size])
    assert root(known, size) == top == frontier(size, BIG.read).root
    for index in {0, size // 2, size - 1, max(0, size - 256), min(size - 1, 255)}:
        path = inclusion_path(known, index, size)
        assert path == inclusion_path(wanted, index, size)
        verify_inclusion(LEAVES[index], index, size, path, top)
    for old in (s for s in SIZES if s <= size):
        path = consistency_path(known, old, size)
        assert path == consistency_path(wanted, old, size)
        verify_consistency(old, size, path, root_of(LEAVES[:old]), top)


def test_one_source_of_nodes_serves_every_smaller_size() -> None:
    known = nodes(700, BIG.read)
    assert root(known, 0) == EMPTY_ROOT
    for size in range(1, 701, 7):
        assert root(known, size) == root_of(LEAVES[:size])


def test_a_path_reads_few_tiles_and_each_once() -> None:
    size = len(LEAVES)
    for index in (0, 255, 40_000, 65_536, size - 1):
        BIG.reads.clear()
        inclusion_path(nodes(size, BIG.read), index, size)
        assert len(BIG.reads) == len(set(BIG.reads)) <= 2 * 3


def test_nodes_beyond_the_size_are_refused_although_stored() -> None:
    known = nodes(300, BIG.read)
    with pytest.raises(ValueError, match="no node 300 at level 0"):
        known(0, 300)
    with pytest.raises(ValueError, match="no node 1 at level 8"):
        known(8, 1)


def test_a_tile_narrower_than_its_size_is_inconsistent() -> None:
    store = Store(300)
    store.tiles[0, 1] = store.tiles[0, 1][:-1]
    for use in (
        lambda: store.grow(1),
        lambda: store.shrink(299 + 1),
        lambda: frontier(300, store.read),
        lambda: inclusion_path(nodes(300, store.read), 280, 300),
    ):
        with pytest.raises(Inconsistent, match=r"tile/0/001\.p/44 has 1407 bytes, want at least 1408"):
            use()


@pytest.mark.parametrize(("size", "kept"), [(5, 6), (5, -1)])
def test_shrinking_to_more_or_to_less_than_nothing_is_refused(size: int, kept: int) -> None:
    with pytest.raises(ValueError, match=r"grow from|no tree has size"):
        shrink(size, kept, BIG.read)


PATHS = [
    (Tile(0, 0), "tile/0/000"),
    (Tile(0, 999, 1), "tile/0/999.p/1"),
    (Tile(0, 1000), "tile/0/x001/000"),
    (Tile(0, 1234067), "tile/0/x001/x234/067"),  # the example of the specification
    (Tile(3, 1234, 255), "tile/3/x001/234.p/255"),
    (Tile(10, 5), "tile/10/005"),
]


@pytest.mark.parametrize(("tile", "path"), PATHS)
def test_path_round_trip(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


def test_entries_path() -> None:
    assert Tile(0, 1234067).entries_path == "tile/entries/x001/x234/067"
    assert Tile(0, 1, 7).entries_path == "tile/entries/001.p/7"


@given(st.builds(Tile, st.integers(0, 63), st.integers(0, 2**56), st.integers(1, 256)))
def test_parse_inverts_path(tile: Tile) -> None:
    assert Tile.parse(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/1000",
        "tile/00/000",
        "tile/-1/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/001/x000",
        "tile/0/001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/05",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/1/",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile/0/../000",
        "tile/entries/000",
        "/tile/0/000",
    ],
)
def test_parse_refuses(path: str) -> None:
    with pytest.raises(Malformed, match="is not the path of a tile"):
        Tile.parse(path)


@pytest.mark.parametrize(("level", "number", "width"), [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_tile_refuses_impossible_coordinates(level: int, number: int, width: int) -> None:
    with pytest.raises(ValueError, match="no tile has"):
        Tile(level, number, width)


def test_a_stored_tile_is_read_whole_and_cut_to_its_width() -> None:
    store = Store(300)
    assert read_whole(store.read, Tile(0, 1, 44)) == b"".join(LEAVES[256:300])
    assert read_whole(store.read, Tile(0, 1, 10)) == b"".join(LEAVES[256:266])
