"""Where the tiles of a journal's older history can still be had: a mirror's database, or an operator's tile log."""

from functools import lru_cache
from urllib.parse import urlsplit

import urllib3

from ledger.chain.journal_entry import entry_bytes, split_topics
from ledger.chain.rpc import masked
from ledger.errors import Contradicted, Malformed, Suppressed, Unavailable
from ledger.merkle.checkpoint import LARGEST_NOTE, parse_signed
from ledger.merkle.tiles import WIDTH, Tile, nodes
from ledger.merkle.tree import Nodes
from ledger.store.mirror import Mirror

_BUNDLE_BYTES = WIDTH * (2 + 65_535)
_TIMEOUT_SECONDS = 30
_REMEMBERED = 64


class MirroredHistory:
    """A mirror's database, as it is."""

    def __init__(self, mirror: Mirror) -> None:
        mirror.require_current()
        self._queries = mirror.queries
        self.name = "the mirror"

    def size(self) -> int:
        """How many acts it covers."""
        return self._queries.position().journal_size

    def nodes(self, size: int) -> Nodes:
        """The nodes of its first `size` acts."""
        return self._queries.nodes(size)

    def entry(self, index: int) -> tuple[bytes, int | None]:
        """What an act's leaf is the hash of, and its block."""
        row = self._queries.act(index)
        if row is None:
            raise Unavailable(f"the mirror holds no act {index}")
        return entry_bytes(row.emitter, split_topics(row.topics), row.data), row.block_number


class TileLog:
    """A log served as C2SP tlog-tiles (https://c2sp.org/tlog-tiles).

    Args:
        url: what `/checkpoint` and `/tile/…` stand behind.
    """

    def __init__(self, url: str) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise Malformed(f"log address {masked(url)}: want one like http://127.0.0.1:8000/v1/journal")
        self._url = url.rstrip("/")
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(total=_TIMEOUT_SECONDS), retries=False)
        self._size: int | None = None
        self.name = f"the log {masked(url)}"

    def note(self) -> bytes:
        """The checkpoint that is served, a signed note that nobody has verified yet."""
        return self._get("checkpoint", LARGEST_NOTE)

    def size(self) -> int:
        """How many acts its checkpoint covers."""
        if self._size is None:
            self._size = parse_signed(self.note())[0].size
        return self._size

    def nodes(self, size: int) -> Nodes:
        """The nodes of its first `size` acts; its tiles are asked for as wide as its own checkpoint has them."""
        whole = self.size()

        @lru_cache(_REMEMBERED)
        def read_tile(level: int, number: int) -> bytes:
            width = min(WIDTH, (whole >> 8 * level) - number * WIDTH)
            return self.tile(Tile(level, number, width))

        return nodes(size, read_tile)

    def entry(self, index: int) -> tuple[bytes, int | None]:
        """What an act's leaf is the hash of; no log says its block. Raises Suppressed."""
        number, place = divmod(index, WIDTH)
        return self.entries(number)[place], None

    def entries(self, number: int) -> list[bytes]:
        """What the leaves of a tile of level 0 are the hashes of. Raises Suppressed when one of them is withheld."""
        tile = Tile(0, number, min(WIDTH, self.size() - number * WIDTH))
        rest, found = self._get(tile.entries_path, _BUNDLE_BYTES), []
        for place in range(tile.width):
            length = int.from_bytes(rest[:2])
            if len(rest) < 2 + length:
                raise Contradicted("content", f"{self.name}: {tile.entries_path} holds no entry {place}")
            found.append(rest[2 : 2 + length])
            rest = rest[2 + length :]
        if rest:
            raise Contradicted("content", f"{self.name}: {tile.entries_path} goes on for {len(rest)} bytes")
        return found

    def tile(self, tile: Tile) -> bytes:
        """The hashes of a tile."""
        return self._get(tile.path, tile.width * 32)

    def _get(self, path: str, limit: int) -> bytes:
        try:
            answer = self._pool.request("GET", f"{self._url}/{path}", preload_content=False)
            data: bytes = answer.read(limit + 1)
            answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable(f"{self.name} cannot be reached for {path}: {type(error).__name__}") from error
        if answer.status == 410:
            raise Suppressed(f"{self.name}: {path} would say what its operator withholds")
        if answer.status != 200:
            raise Unavailable(f"{self.name} answers {path} with HTTP status {answer.status}")
        if len(data) > limit:
            raise Contradicted("content", f"{self.name}: {path} has more than {limit} bytes")
        return data
