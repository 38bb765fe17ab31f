"""The sentinel: a few rows of the mirror, chosen at random, against the contracts' state at the mirror's block.

What `ledger.audit.replay` does for everything, done for a sample again and again, so that a mirror that was changed
behind the indexer's back is noticed while it serves. Compared are the journal's size and root, raw acts (each leads to
that root), and open rows: what a contract holds of the same thing, the digest of its content, and what an entry's
content says. A row that differed is looked at again in every round, until it differs no more.

The node must have the state of the mirror's block; production nodes have it near the head.
"""

import hashlib
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ledger.audit.contents import read_entry
from ledger.audit.contract_state import answers
from ledger.audit.differences import Difference, shown
from ledger.audit.journal import journal_at
from ledger.audit.reading import read_header
from ledger.audit.twins import TWINS, Twin, argument, same, twin_members
from ledger.audit.view import View
from ledger.chain.deployment import Deployment
from ledger.chain.journal_entry import entry_bytes, split_topics
from ledger.chain.rpc import Node
from ledger.errors import Contradicted, Inconsistent, NotFound, Unavailable
from ledger.indexer.health import Suspect
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.proof import inclusion_path, verify_inclusion
from ledger.model.ids import entry_id
from ledger.model.suppression import SUPPRESSED
from ledger.store.mirror import Mirror
from ledger.store.whole import Whole, whole

ROWS: Final = 64
"""Rows of a round."""
MOST_SUSPECTS: Final = 100
_FEW: Final = 10_000
_ACT: Final = "act"
_TABLES: Final = (*(name for name in TWINS if name != "parameter"), _ACT)
_FURTHER: Final[dict[str, Twin]] = {
    "grant": Twin("Grants", "grant", ("grant",), twin_members("grantor", "parent", "depth", "implementer", "grantee")),
    "grant_version": Twin(
        "Grants",
        "version",
        ("grant", "version"),
        twin_members("content_digest", "scope_digest", "scope_of", "scope_count", "held_count", "open"),
    ),
    "registration": Twin("Registry", "head", ("number",), twin_members("status", "valid_until")),
}
"""Second views of the same rows. That of a registration speaks of the version in force alone."""
_CONTENTS: Final = {
    "registration": ("registration_content", "content_index"),
    "grant_version": ("grant_content", "planned_index"),
}
"""Where the content of a row stands that does not hold its own, and the column that names it."""
_READ: Final = ("title", "abstract", "theme", "source", "update_cycle")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Round:
    """What was looked at, and what was found."""

    block: int
    rows: int
    differences: list[Difference]
    suspects: list[Suspect]


class Sentinel:
    """Looks at a mirror.

    Args:
        rows: how many rows a round chooses, the same share of each table.
        seed: of the choice; None for one that nobody can foresee.
    """

    def __init__(
        self, node: Node, deployment: Deployment, mirror: Mirror, rows: int = ROWS, seed: int | None = None
    ) -> None:
        self._node = node
        self._deployment = deployment
        self._mirror = mirror
        self._share = max(1, rows // len(_TABLES))
        self._random = random.Random(seed) if seed is not None else random.SystemRandom()

    def look(self, suspects: Sequence[Suspect] = ()) -> Round:
        """One round; `suspects` are looked at as well.

        Raises NotFound when there is no mirror, Unavailable when the node cannot be reached, has no state of the
        mirror's block or another block in its place.
        """
        with whole(self._mirror) as tables:
            cursor = tables.cursor()
            if cursor is None or cursor["head_number"] is None:
                raise NotFound("the mirror is empty: run `mulu index`")
            block, size = cursor["head_number"], cursor["journal_size"]
            stored = journal_at(self._node, self._deployment, block)
            if stored is None:
                raise Unavailable(f"the node has no state of the mirror's block {block}: bring the mirror to its head")
            unreadable: list[Difference] = []
            chosen = self._choose(tables, size, suspects, unreadable)
            found = [*unreadable, *_cursor(cursor, stored, block), *self._compared(tables, chosen, block)]
            found += [difference for row in chosen[_ACT] for difference in _act(tables, row, stored)]
        self._check_block(block, cursor["head_hash"])
        rows = sum(len(listed) for listed in chosen.values())
        return Round(block, rows, found, _suspects(found))

    def _choose(
        self, tables: Whole, size: int, suspects: Sequence[Suspect], unreadable: list[Difference]
    ) -> dict[str, list[Row]]:
        chosen: dict[str, dict[tuple[Any, ...], Row]] = {table: {} for table in _TABLES}
        for table in _TABLES:
            asked = self._draw(tables, table, size)
            asked += [suspect.act for suspect in suspects if suspect.table == table]
            for index in asked:
                try:
                    rows = tables.begun_near(table, index)
                except Inconsistent as error:
                    unreadable.append(Difference("MIRROR_UNREADABLE", table, mirror=str(error), index=index))
                    continue
                for row in rows:
                    chosen[table][tuple(row[name] for name in tables.key(table))] = row
        return {table: list(rows.values()) for table, rows in chosen.items()}

    def _draw(self, tables: Whole, table: str, size: int) -> list[int]:
        """Acts that began rows. In a table of many rows it is any act, for which the next row stands."""
        known = tables.beginnings(table, _FEW)
        if known is not None:
            return self._random.sample(known, min(self._share, len(known)))
        return [self._random.randrange(size) for _ in range(self._share)]

    def _compared(self, tables: Whole, chosen: dict[str, list[Row]], block: int) -> Iterator[Difference]:
        asked = [
            (table, twin, row)
            for table, rows in chosen.items()
            for twin in (TWINS.get(table), _FURTHER.get(table))
            if twin is not None
            for row in rows
        ]
        views = [
            View(t.contract, t.function, tuple(argument(n, row[n]) for n in t.arguments), None) for _, t, row in asked
        ]
        said_all = answers(self._node, self._deployment, block, views)
        for (table, twin, row), said in zip(asked, said_all, strict=True):
            if not isinstance(said, dict):
                index, place = row[tables.key(table)[0]], _place(tables, table, row)
                yield Difference("ROW_ADDED", place, None, "nothing", "a row", None, index, block)
            elif twin is _FURTHER.get("registration"):
                yield from _in_force(tables, row, said)
            else:
                yield from _members(tables, table, twin, row, said)

    def _check_block(self, number: int, stored: bytes) -> None:
        """Else contracts were asked on another branch than the one that the mirror follows."""
        header = self._node.request("eth_getBlockByNumber", hex(number), False)
        if header is None or read_header(header).hash != stored:
            raise Unavailable(f"the node has another block {number} than the mirror: the indexer must follow first")


def _cursor(cursor: Row, stored: tuple[int, bytes], block: int) -> Iterator[Difference]:
    for column, said in zip(("journal_size", "journal_root"), stored, strict=True):
        if cursor[column] != said:
            yield Difference("CURSOR_CHANGED", "cursor", column, shown(said), shown(cursor[column]), None, block=block)


def _act(tables: Whole, row: Row, stored: tuple[int, bytes]) -> Iterator[Difference]:
    """A raw act leads to the contract's root, over the mirror's tiles."""
    size, root = stored
    index = row["index"]
    try:
        withheld = tables.suppressions().get(index)
        # Of one that is suppressed the words are gone, and the leaf is kept.
        raw = entry_bytes(row["emitter"], split_topics(row["topics"]), row["data"])
        leaf = withheld.leaf if withheld else leaf_hash(raw)
        path = inclusion_path(tables.queries.nodes(size), index, size)
        verify_inclusion(leaf, index, size, path, root)
    except (Contradicted, Inconsistent, ValueError) as error:
        place, block = f"act (index {index})", row["block_number"]
        yield Difference("ROW_CHANGED", place, "emitter/topics/data", None, str(error), None, index, block)


def _members(tables: Whole, table: str, twin: Twin, row: Row, said: dict[str, Any]) -> Iterator[Difference]:
    for column, member in twin.members.items():
        if not same(table, column, row[column], said[member]):
            yield _changed(tables, table, row, column, said[member], row[column])
    digest = said.get("contentDigest")
    if digest is not None and twin.members.get("content_digest") and not _is_withheld(tables, table, row):
        content = _content(tables, table, row)
        if not isinstance(content, bytes) or hashlib.sha256(content).digest() != digest:
            yield _changed(tables, table, row, "content", digest, content)
        elif table == "entry":
            yield from _entry(tables, row, content)


def _in_force(tables: Whole, row: Row, said: dict[str, Any]) -> Iterator[Difference]:
    if row["version"] == said["issued"]:
        for column, member in _FURTHER["registration"].members.items():
            if not same("registration", column, row[column], said[member]):
                yield _changed(tables, "registration", row, column, said[member], row[column])
    elif row["status"] in ("ACTIVE", "SUSPENDED"):
        yield _changed(tables, "registration", row, "status", f"version {said['issued']} is in force", row["status"])


def _entry(tables: Whole, row: Row, content: bytes) -> Iterator[Difference]:
    reading = read_entry(content, row["local_code"].encode())
    for column in _READ:
        if row[column] != getattr(reading, column):
            yield _changed(tables, "entry", row, column, getattr(reading, column), row[column])
    # One that was malformed is written with escapes.
    if row["malformed"] is None and _id_of(row) != row["entry_id"]:
        yield _changed(tables, "entry", row, "local_code", "another one gives this id", row["local_code"])


def _is_withheld(tables: Whole, table: str, row: Row) -> bool:
    """Whether a row says that its content is suppressed, and acts before it are."""
    began = row[tables.key(table)[0]]
    return row["malformed"] == SUPPRESSED and any(index <= began for index in tables.suppressions())


def _id_of(row: Row) -> bytes | None:
    try:
        return entry_id(row["provider"], row["local_code"])
    except ValueError:
        return None


def _content(tables: Whole, table: str, row: Row) -> Any:
    if table not in _CONTENTS:
        return row["content"]
    where, column = _CONTENTS[table]
    kept = next(iter(tables.begun_near(where, row[column], exactly=True)), None)
    return None if kept is None else kept["content"]


def _changed(tables: Whole, table: str, row: Row, column: str, contract: Any, mirror: Any) -> Difference:
    began = row[tables.key(table)[0]]
    return Difference(
        "ROW_CHANGED",
        _place(tables, table, row),
        column,
        shown(contract),
        shown(mirror),
        None,
        began,
        row.get("from_block"),
        row.get("account"),
    )


def _place(tables: Whole, table: str, row: Row) -> str:
    return f"{table} ({', '.join(f'{name} {shown(row[name])}' for name in tables.key(table))})"


def told(difference: Difference) -> str:
    """A difference in one line: where, and both values."""
    where = f"{difference.place}.{difference.column}" if difference.column else difference.place
    return f"{where}: contract {difference.contract or '-'}, mirror {difference.mirror or '-'}"


def _suspects(differences: Iterable[Difference]) -> list[Suspect]:
    """The rows that differ, each once; the cursor is looked at anyway."""
    found: dict[tuple[str, int | None], Suspect] = {}
    for difference in differences:
        table = difference.place.partition(" ")[0]
        suspect = Suspect(table, difference.index or 0, told(difference))
        found.setdefault((table, difference.index), suspect)
    return list(found.values())[:MOST_SUSPECTS]
