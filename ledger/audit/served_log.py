"""Checks a log that this product serves, where acts of it are suppressed: `scripts/fsck` asks for it then.

Everything that a tile client checks is checked: signature, root, every tile of hashes, every entry. A suppressed act
has no entry to check; its leaf stands in the tiles, is covered by the root, and the list of suppressions names it. The
other acts of its bundle are read one by one.
"""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import urllib3

from ledger.audit.old_history import TileLog
from ledger.chain.journal_entry import entry_bytes
from ledger.errors import Contradicted, LedgerError, Malformed, Suppressed, Unavailable
from ledger.merkle.checkpoint import VerifierKey, parse_signed
from ledger.merkle.hashing import leaf_hash, root_of
from ledger.merkle.tiles import WIDTH, Tile, grow
from ledger.model.ids import from_hex

_TIMEOUT_SECONDS = 30


def check_log(url: str, vkey: str, tell: Callable[[str], None]) -> None:
    """Checks a log. Raises Contradicted when it disproves itself, Unavailable when it does not answer.

    Args:
        url: what `/checkpoint` and `/tile/…` stand behind.
        vkey: the key that its checkpoints are signed with.
        tell: told of every suppressed act, and of the end.
    """
    log, ask = TileLog(url), _asking(url)
    checkpoint, note = parse_signed(log.note())
    note.verify(VerifierKey.parse(vkey))
    size = checkpoint.size
    leaves = [leaf for tile in _tiles(0, size) for leaf in _split(log.tile(tile))]
    if root_of(leaves) != checkpoint.root:
        raise Contradicted("path", f"{log.name}: its tiles do not give the root of its checkpoint")
    made, _ = grow(0, lambda level, number: b"", leaves)
    for (level, number), hashes in made.items():
        tile = Tile(level, number, len(hashes) // 32)
        if level and log.tile(tile) != hashes:
            raise Contradicted("path", f"{log.name}: {tile.path} is not made of the tiles below it")
    suppressed = _suppressed(ask, leaves)
    for tile in _tiles(0, size):
        start = tile.number * WIDTH
        try:
            entries: list[bytes | None] = list(log.entries(tile.number))
        except Suppressed:
            indices = range(start, start + tile.width)
            if not any(index in suppressed for index in indices):
                message = f"{log.name}: {tile.entries_path} is gone, and nothing says why"
                raise Contradicted("content", message) from None
            entries = [None if index in suppressed else _entry(ask, index) for index in indices]
        for index, entry in enumerate(entries, start):
            if entry is not None and leaf_hash(entry) != leaves[index]:
                raise Contradicted("content", f"{log.name}: entry {index} is not what its leaf is the hash of")
    for index, reason in suppressed.items():
        tell(f"suppressed: act {index}: {reason}")
    tell(f"{size} acts agree with the signed checkpoint; {len(suppressed)} of them are suppressed: hash only")


def _tiles(level: int, size: int) -> Iterator[Tile]:
    count = size >> 8 * level
    for number in range(-(-count // WIDTH)):
        yield Tile(level, number, min(WIDTH, count - number * WIDTH))


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + 32] for at in range(0, len(hashes), 32)]


def _asking(url: str) -> Callable[[str], Any]:
    """Asks the interface beside the log."""
    pool = urllib3.PoolManager(timeout=urllib3.Timeout(total=_TIMEOUT_SECONDS), retries=False)
    base = url.rstrip("/")

    def ask(path: str) -> Any:
        try:
            answer = pool.request("GET", f"{base}/{path}")
            if answer.status != 200:
                raise Unavailable(f"{path} is answered with HTTP status {answer.status}")
            return json.loads(answer.data)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise Unavailable(f"{path} cannot be asked for: {type(error).__name__}") from error

    return ask


def _suppressed(ask: Callable[[str], Any], leaves: list[bytes]) -> dict[int, str]:
    """Index and reason of what is suppressed below the checkpoint."""
    found = {}
    for item in ask("suppressions")["items"]:
        index = item["index"]
        if index < len(leaves):
            if from_hex(item["leaf"], 32, "leaf") != leaves[index]:
                raise Contradicted("path", f"act {index} is suppressed under another leaf than the tiles have")
            found[index] = item["reason"]
    return found


def _entry(ask: Callable[[str], Any], index: int) -> bytes:
    act = ask(f"../acts/{index}")["act"]
    if act["data"] is None:
        raise Contradicted("content", f"act {index} is withheld, and the list of suppressions does not name it")
    emitter, *topics = (bytes.fromhex(text[2:]) for text in (act["emitter"], *act["topics"]))
    return entry_bytes(emitter, tuple(topics), bytes.fromhex(act["data"][2:]))


def main() -> int:
    """The command: address and key; the exit code is that of what is wrong."""
    if len(sys.argv) != 3:
        print("usage: python -m ledger.audit.served_log URL VKEY", file=sys.stderr)
        return Malformed.exit_code
    try:
        check_log(sys.argv[1], sys.argv[2], print)
    except LedgerError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
