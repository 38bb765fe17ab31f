"""The tree as stored: C2SP tlog-tiles (https://c2sp.org/tlog-tiles), tiles of height 8.

Tile (level, number) holds, side by side, 32 bytes each, the roots of up to 256 neighbouring perfect
subtrees of 256^level leaves; level 0 holds the leaf hashes. Only complete subtrees are stored, so a hash
once written changes only when a reorganization takes its leaves away. The last tile of a level may be
partial; it is overwritten as it grows. The levels between are hashed again when needed.

Nothing here keeps or writes anything: storage comes in as `read_tile`, changes go out as bytes by (level,
number). Stored tiles may be wider than the size asked for, never narrower; every function below raises
Inconsistent when one is.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from ledger.errors import Inconsistent, Malformed
from ledger.merkle.hashing import HASH_BYTES, parents
from ledger.merkle.tree import Frontier, Nodes, rows

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""Hashes in a full tile."""

TileKey = tuple[int, int]
"""(level, number)."""
ReadTile = Callable[[int, int], bytes]
"""(level, number) → the tile's hashes, concatenated."""

_REMEMBERED = 256
_PATH = re.compile(r"tile/(0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Coordinates of a tile: level from 0, number from 0 at the left, width in hashes, 1 to 256."""

    level: int
    number: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not (0 <= self.level < 64 and self.number >= 0 and 0 < self.width <= WIDTH):
            raise ValueError(f"no tile has level {self.level}, number {self.number}, width {self.width}")

    @property
    def key(self) -> TileKey:
        """Under what the tile is stored, whatever its width."""
        return self.level, self.number

    @property
    def path(self) -> str:
        """`tile/0/x001/x234/067`, and `.p/5` behind it for a partial tile of 5 hashes."""
        return f"tile/{self.level}/{_groups(self.number)}{_partial(self.width)}"

    @property
    def entries_path(self) -> str:
        """Path of the bundle of log entries beside a tile of level 0."""
        return f"tile/entries/{_groups(self.number)}{_partial(self.width)}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """The tile of a path.

        Raises Malformed unless it is exactly the `path` of a tile.
        """
        match = _PATH.fullmatch(path)
        if match:
            number = int(match[2].replace("x", "").replace("/", ""))
            level, width = int(match[1]), int(match[3] or WIDTH)
            if level < 64 and width <= WIDTH and (tile := cls(level, number, width)).path == path:
                return tile
        raise Malformed(f"{path[:80]!r} is not the path of a tile, like tile/0/x001/234 or tile/1/000.p/5")


def changed(size: int, grown: int) -> Iterator[Tile]:
    """The tiles that a tree of `grown` leaves has and a tree of `size` leaves has not, or not as wide.

    Requires 0 <= size <= grown.
    """
    if not 0 <= size <= grown:
        raise ValueError(f"a tree does not grow from {size} to {grown}")
    level = 0
    while (end := grown >> HEIGHT * level) > 0:
        start = size >> HEIGHT * level
        if end > start:
            for number in range(start // WIDTH, -(-end // WIDTH)):
                yield Tile(level, number, min(WIDTH, end - number * WIDTH))
        level += 1


def grow(size: int, read_tile: ReadTile, leaf_hashes: Sequence[bytes]) -> tuple[dict[TileKey, bytes], Frontier]:
    """Appends leaf hashes, 32 bytes each, to a stored tree of `size` leaves.

    Returns the tiles to write, whole, in place of what is stored under their keys, and the grown edge.
    Reads at most the last partial tile of each level, nothing at size 0. Repeatable: what was stored beyond
    `size` is not looked at.
    """
    frontier, partial = _edge(size, read_tile)
    edge, tiles = frontier.by_level(), dict[TileKey, bytes]()
    for tree_level, row, last in rows(size, edge, leaf_hashes):
        edge[tree_level] = last
        if tree_level % HEIGHT == 0:
            level = tree_level // HEIGHT
            hashes = partial.get(level, b"") + b"".join(row)
            first = (size >> tree_level) // WIDTH
            for at in range(0, len(hashes), WIDTH * HASH_BYTES):
                tiles[level, first + at // (WIDTH * HASH_BYTES)] = hashes[at : at + WIDTH * HASH_BYTES]
    return tiles, Frontier.of(size + len(leaf_hashes), edge)


def shrink(size: int, kept: int, read_tile: ReadTile) -> tuple[dict[TileKey, bytes], list[TileKey], Frontier]:
    """Takes the last leaves of a stored tree of `size` leaves away, so that `kept` remain.

    Returns the tiles to write in place of wider ones, the tiles to delete, and the edge that remains. The
    result is byte for byte what growing from nothing to `kept` would have stored.
    Requires 0 <= kept <= size.
    """
    frontier, partial = _edge(kept, read_tile)
    trimmed, gone = dict[TileKey, bytes](), list[TileKey]()
    for tile in changed(kept, size):
        first = tile.number == (kept >> HEIGHT * tile.level) // WIDTH
        if first and tile.level in partial:
            trimmed[tile.key] = partial[tile.level]
        else:
            gone.append(tile.key)
    return trimmed, gone, frontier


def frontier(size: int, read_tile: ReadTile) -> Frontier:
    """The right edge of the first `size` leaves of a stored tree, from the partial tile of each level."""
    return _edge(size, read_tile)[0]


def nodes(size: int, read_tile: ReadTile) -> Nodes:
    """The nodes of the first `size` leaves of a stored tree, for roots and paths of any size up to it.

    A path reads about two tiles a level. The last tiles read are remembered with their inner levels for the
    life of the returned function: make a new one after a reorganization. Asking beyond `size` raises
    ValueError.
    """

    @lru_cache(_REMEMBERED)
    def tile_levels(level: int, number: int) -> list[list[bytes]]:
        width = min(WIDTH, (size >> HEIGHT * level) - number * WIDTH)
        levels = [_split(_read(read_tile, level, number, width))]
        while len(levels[-1]) > 1:
            levels.append(parents(levels[-1]))
        return levels

    def node(tree_level: int, index: int) -> bytes:
        if not 0 <= index < size >> tree_level:
            raise ValueError(f"a tree of size {size} has no node {index} at level {tree_level}")
        level, inner = divmod(tree_level, HEIGHT)
        number, position = divmod(index << inner, WIDTH)
        return tile_levels(level, number)[inner][position >> inner]

    return node


def read_whole(read_tile: ReadTile, tile: Tile) -> bytes:
    """A stored tile's hashes, cut to its width."""
    return _read(read_tile, tile.level, tile.number, tile.width)


def _edge(size: int, read_tile: ReadTile) -> tuple[Frontier, dict[int, bytes]]:
    """The edge, and the partial tiles by level that it was read from, cut to `size`."""
    if size < 0:
        raise ValueError(f"no tree has size {size}")
    edge, partial = dict[int, bytes](), dict[int, bytes]()
    level = 0
    while (count := size >> HEIGHT * level) > 0:
        number, width = divmod(count, WIDTH)
        if width:
            partial[level] = _read(read_tile, level, number, width)
            within = Frontier().append(_split(partial[level]))
            edge |= {HEIGHT * level + inner: peak for inner, peak in within.by_level().items()}
        level += 1
    return Frontier.of(size, edge), partial


def _read(read_tile: ReadTile, level: int, number: int, width: int) -> bytes:
    stored = read_tile(level, number)
    if len(stored) < width * HASH_BYTES:
        raise Inconsistent(
            f"stored tile {Tile(level, number, width).path} has {len(stored)} bytes, want at least "
            f"{width * HASH_BYTES}: rebuild the journal's tiles from the stored acts"
        )
    return stored[: width * HASH_BYTES]


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def _groups(number: int) -> str:
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])


def _partial(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"
