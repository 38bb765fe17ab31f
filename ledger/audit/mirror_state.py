"""The mirror against the rows that it must have: every table, every row, every column.

A mirror may stand behind the chain: it is judged as of its own block. `cursor.revision` counts the mirror's own writes
and is nobody's business; `evidence` holds what stopped the indexer, and each row is told of.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ledger.audit.differences import Difference, shown
from ledger.audit.history import History, Rows
from ledger.audit.reading import Header
from ledger.audit.row import Hashed
from ledger.audit.twins import Completion
from ledger.chain.deployment import Deployment
from ledger.chain.journal_entry import entry_leaf, split_topics
from ledger.errors import Inconsistent, LedgerError
from ledger.merkle.checkpoint import VerifierKey, origin_line, parse_signed
from ledger.merkle.hashing import root_of
from ledger.merkle.tiles import Tile, grow
from ledger.store.whole import SEARCH, Whole, search_tokens

_OWN_COLUMNS = {("cursor", "id"), ("cursor", "revision")}
_RAW = ("emitter", "topics", "data")
COMPARED = frozenset([*History().tables, "block", "checkpoint", "cursor", "evidence", "suppression", "tile"])
"""The tables that are compared, all but `health`, which says nothing of the ledger."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the mirror is compared with."""

    deployment: Deployment
    history: History
    leaves: list[bytes]
    blocks: list[int]
    """Block of each act."""
    head: Header
    headers: Callable[[list[int]], dict[int, Header]]
    final_depth: int
    completion: Completion


def compare(whole: Whole, ledger: Ledger) -> Iterator[Difference]:
    """Where the mirror differs, table by table."""
    cursor = _only_row(whole, "cursor")
    if cursor is None:
        yield Difference("ROW_MISSING", "cursor", mirror="nothing", replay="one row")
        return
    until = cursor["next_block"] - 1
    if until > ledger.head.number:
        yield Difference(
            "MIRROR_AHEAD", "cursor", "next_block", str(ledger.head.number + 1), str(until + 1), block=until
        )
        until = ledger.head.number
    yield from _guarded("cursor", lambda: _cursor(cursor, ledger, until))
    yield from _guarded("block", lambda: _headers(whole, ledger, cursor))
    yield from _guarded("tile", lambda: _tiles(whole, ledger, until))
    yield from _guarded("checkpoint", lambda: _checkpoint(whole, ledger))
    for table, rows in ledger.history.tables.items():
        yield from _guarded(table, lambda table=table, rows=rows: _table(whole, table, rows, ledger, until))  # type: ignore[misc]
    yield from _guarded(SEARCH, lambda: _search(whole, ledger, until))
    for row in whole.rows("evidence"):
        said = dict(zip(whole.columns("evidence"), row, strict=True))
        yield Difference("EVIDENCE", f"evidence ({said['id']})", mirror=said["message"], block=said["block_number"])


def _guarded(table: str, compared: Callable[[], Iterator[Difference]]) -> Iterator[Difference]:
    try:
        yield from compared()
    except Inconsistent as error:
        yield Difference("MIRROR_UNREADABLE", table, mirror=str(error))


def _table(whole: Whole, table: str, rows: Rows, ledger: Ledger, until: int) -> Iterator[Difference]:
    """Rows by key: as they stood at the mirror's block."""
    names = whole.columns(table)
    places = {name: place for place, name in enumerate(names)}
    want = _as_of(rows, ledger.blocks, until)
    for row in whole.rows(table):
        key = tuple(row[places[name]] for name in rows.key)
        expected = want.pop(key, None)
        if expected is None:
            yield _row_difference("ROW_ADDED", table, rows, key, dict(zip(names, row, strict=True)))
            continue
        for name, value in zip(rows.columns, expected, strict=True):
            got = _leaf(row, places) if name == "leaf" else row[places[name]]
            if not _same(got, value):
                column = "/".join(_RAW) if name == "leaf" else name
                said = dict(zip(rows.columns, expected, strict=True))
                yield _changed(table, rows, key, column, got, value, said, ledger.completion)
    for key, expected in want.items():
        yield _row_difference("ROW_MISSING", table, rows, key, dict(zip(rows.columns, expected, strict=True)))


def _as_of(rows: Rows, blocks: list[int], until: int) -> dict[tuple[Any, ...], list[Any]]:
    """The rows that had begun by a block, those that ended later open again."""
    if not rows.rows:
        return {}
    columns = rows.columns
    keys = [columns.index(name) for name in rows.key]
    ended = columns.index("to_block") if "to_block" in columns else None
    found = {}
    for row in rows.rows:
        # The key begins with the act that began the row.
        if blocks[row[keys[0]]] > until:
            continue
        if ended is not None and row[ended] is not None and row[ended] > until:
            row = [None if name in ("to_block", "to_time") else v for name, v in zip(columns, row, strict=True)]
        found[tuple(row[key] for key in keys)] = row
    return found


def _same(got: Any, want: Any) -> bool:
    if isinstance(want, Hashed):
        if isinstance(got, list) and not all(isinstance(element, str) for element in got):
            return False
        return isinstance(got, bytes | list) and Hashed.of(got) == want
    # In SQL 1 and true are one; a text that looks like a number is not a number.
    return bool(got == want) and (got is None) == (want is None)


def _leaf(row: list[Any], places: dict[str, int]) -> bytes | None:
    emitter, topics, data = (row[places[name]] for name in _RAW)
    if not all(isinstance(part, bytes) for part in (emitter, topics, data)) or len(topics) % 32 or len(topics) > 128:
        return None
    return entry_leaf(emitter, split_topics(topics), data)


def _changed(
    table: str,
    rows: Rows,
    key: tuple[Any, ...],
    column: str,
    got: Any,
    want: Any,
    expected: dict[str, Any],
    completion: Completion,
) -> Difference:
    contract = completion.contract_value(table, column, expected)
    place = _place(table, rows.key, key)
    return Difference("ROW_CHANGED", place, column, contract, _shown(got), _shown(want), *_origin(rows, expected))


def _row_difference(kind: str, table: str, rows: Rows, key: tuple[Any, ...], row: dict[str, Any]) -> Difference:
    said = ", ".join(f"{name} {_shown(value)}" for name, value in list(row.items())[:8] if value is not None)
    mirror, replay = (said, "nothing") if kind == "ROW_ADDED" else ("nothing", said)
    index, block, account = _origin(rows, row)
    return Difference(kind, _place(table, rows.key, key), None, None, mirror, replay, index, block, account)


def _origin(rows: Rows, row: dict[str, Any]) -> tuple[int | None, int | None, bytes | None]:
    """The act, block and account that a row comes from."""
    index, account = row.get(rows.key[0]), row.get("account")
    block = row.get("from_block", row.get("block_number"))
    return (
        index if isinstance(index, int) else None,
        block if isinstance(block, int) else None,
        account if isinstance(account, bytes) else None,
    )


def _cursor(cursor: dict[str, Any], ledger: Ledger, until: int) -> Iterator[Difference]:
    size = sum(block <= until for block in ledger.blocks)
    head = ledger.headers([until]).get(until)
    final = until - ledger.final_depth
    want = {
        "chain_id": ledger.deployment.chain_id,
        "genesis_hash": ledger.deployment.genesis_hash,
        "origin": ledger.deployment.origin,
        "next_block": until + 1,
        "head_number": until,
        "head_hash": head.hash if head else None,
        "head_time": head.time if head else None,
        "journal_size": size,
        "journal_root": root_of(ledger.leaves[:size]),
    }
    for name, value in want.items():
        if cursor[name] != value:
            yield _cursor_difference(name, cursor[name], value, until)
    # What was final stays so when the depth is set larger.
    stored = cursor["final_block"]
    if stored is None or not max(final, -1) <= stored <= until:
        yield _cursor_difference("final_block", stored, final, until)


def _cursor_difference(name: str, got: Any, want: Any, block: int) -> Difference:
    return Difference("CURSOR_CHANGED", "cursor", name, None, _shown(got), _shown(want), block=block)


def _headers(whole: Whole, ledger: Ledger, cursor: dict[str, Any]) -> Iterator[Difference]:
    """The headers kept: all from the last final block up to the head."""
    names = whole.columns("block")
    stored = {row[0]: dict(zip(names, row, strict=True)) for row in whole.rows("block")}
    first, last = cursor["final_block"], cursor["head_number"]
    wanted = set(range(first, last + 1)) if isinstance(first, int) and isinstance(last, int) else set()
    found = ledger.headers(sorted(wanted | {number for number in stored if number <= ledger.head.number}))
    for number in sorted(stored.keys() | wanted):
        got, header = stored.get(number), found.get(number)
        if got is None or header is None or number not in wanted:
            kind = "ROW_MISSING" if got is None else "ROW_ADDED"
            yield Difference(kind, f"block ({number})", mirror="nothing" if got is None else "a row", block=number)
            continue
        for name, value in zip(names[1:], (header.hash, header.parent_hash, header.time), strict=True):
            if got[name] != value:
                place = f"block ({number})"
                yield Difference("HEADER_CHANGED", place, name, shown(value), _shown(got[name]), None, block=number)


def _tiles(whole: Whole, ledger: Ledger, until: int) -> Iterator[Difference]:
    leaves = ledger.leaves[: sum(block <= until for block in ledger.blocks)]
    want, _ = grow(0, lambda level, number: b"", leaves)
    for level, number, hashes in whole.rows("tile"):
        expected = want.pop((level, number), None)
        if expected is None:
            yield Difference("ROW_ADDED", f"tile ({level}, {number})", mirror=_shown(hashes), replay="nothing")
        elif hashes != expected:
            yield _tile_difference(level, number, hashes, expected, ledger)
    for level, number in want:
        width = min(256, (len(leaves) >> 8 * level) - number * 256)
        yield Difference(
            "ROW_MISSING", f"tile ({level}, {number})", mirror="nothing", replay=Tile(level, number, width).path
        )


def _tile_difference(level: int, number: int, got: Any, want: bytes, ledger: Ledger) -> Difference:
    if not isinstance(got, bytes):
        got = b""
    parts = range(0, max(len(got), len(want)), 32)
    at = next((at for at in parts if got[at : at + 32] != want[at : at + 32]), 0)
    index = (number * 256 + at // 32) << 8 * level
    return Difference(
        "TILE_CHANGED",
        f"tile ({level}, {number})",
        f"hash {at // 32}",
        None,
        shown(got[at : at + 32]),
        shown(want[at : at + 32]),
        index,
        ledger.blocks[index] if index < len(ledger.blocks) else None,
    )


def _checkpoint(whole: Whole, ledger: Ledger) -> Iterator[Difference]:
    """The note that is published: signed by the key that is named beside it, over a root that this journal had."""
    row = _only_row(whole, "checkpoint")
    if row is None:
        return
    try:
        checkpoint, note = parse_signed(row["note"])
        note.verify(VerifierKey.parse(row["vkey"]))
    except (LedgerError, TypeError, AttributeError) as error:
        yield Difference("CHECKPOINT_CHANGED", "checkpoint", "note", mirror=str(error))
        return
    want = {
        "origin": origin_line(ledger.deployment.origin),
        "size": f"at most {len(ledger.leaves)}" if checkpoint.size > len(ledger.leaves) else checkpoint.size,
        "root": root_of(ledger.leaves[: checkpoint.size]),
    }
    for name, value in want.items():
        got = getattr(checkpoint, name)
        if got != value:
            yield Difference("CHECKPOINT_CHANGED", "checkpoint", name, None, _shown(got), _shown(value))


def _search(whole: Whole, ledger: Ledger, until: int) -> Iterator[Difference]:
    """The words of each entry version, summed up: an index of millions of pairs is not kept twice."""
    want: dict[int, int] = {}
    blocks = ledger.blocks
    for index, lines in ledger.history.search.items():
        if blocks[index] <= until:
            words = search_tokens(lines)
            if words:
                want[index] = sum(map(hash, words))
    got: dict[int, int] = {}
    for token, index in whole.found_by():
        got[index] = got.get(index, 0) + hash(token)
    for index in sorted(got.keys() | want.keys()):
        if got.get(index) != want.get(index):
            mirror = "other words" if index in got else "nothing"
            replay = "the entry's words" if index in want else "nothing"
            block = blocks[index] if index < len(blocks) else None
            yield Difference("SEARCH_CHANGED", f"{SEARCH} ({index})", None, None, mirror, replay, index, block)


def _only_row(whole: Whole, table: str) -> dict[str, Any] | None:
    row = next(iter(whole.rows(table)), None)
    return dict(zip(whole.columns(table), row, strict=True)) if row is not None else None


def _place(table: str, names: tuple[str, ...], key: tuple[Any, ...]) -> str:
    return f"{table} ({', '.join(f'{name} {_shown(part)}' for name, part in zip(names, key, strict=True))})"


def _shown(value: Any) -> str:
    return shown(value.digest) if isinstance(value, Hashed) else shown(value)
