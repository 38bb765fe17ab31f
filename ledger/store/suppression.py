"""Bringing a mirror into agreement with the operator's list of what is suppressed.

Everything that follows from an act is folded again from what is left of its log, so its words stand in no table and
no index, in versions of the past neither. Then the database gives up the space where they stood.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from ledger.chain.events import RawLog
from ledger.chain.journal_entry import entry_leaf, split_topics
from ledger.errors import Inconsistent, Rejected
from ledger.indexer.suppressing import require_leaf, without_words
from ledger.merkle.tiles import WIDTH
from ledger.model.suppression import Suppression
from ledger.store import bulk
from ledger.store.projection import ACT
from ledger.store.rebuild import reproject_within
from ledger.store.writer import (
    SUPPRESSION,
    Writer,
    move_cursor,
    read_cursor,
    read_suppressions,
    read_tile,
    require_cursor,
)

ReadLog = Callable[[int, int], RawLog]
"""The log of an act from the chain, by the act's index and block."""


class Due(NamedTuple):
    """What a mirror has to do to agree with a list."""

    suppress: dict[int, Suppression]
    lift: dict[int, Suppression]

    def __bool__(self) -> bool:
        return bool(self.suppress or self.lift)


def due(connection: Connection, wanted: Mapping[int, Suppression]) -> Due:
    """What is not yet as the list says, of the acts that the mirror has."""
    cursor = read_cursor(connection)
    size = 0 if cursor is None else cursor.journal_size
    stored = read_suppressions(connection)
    return Due(
        {index: one for index, one in wanted.items() if index < size and stored.get(index) != one},
        {index: one for index, one in stored.items() if index not in wanted},
    )


def settle(writer: Writer, wanted: Mapping[int, Suppression], read_log: ReadLog) -> Due:
    """Makes the mirror agree with a list, in one transaction; returns what was done.

    Args:
        read_log: asked for the acts whose suppression was lifted.

    Raises Inconsistent when the list, or the chain, names another act than the mirror has.
    """
    with writer.aside() as connection:
        found = due(connection, wanted)
        if found:
            _apply(connection, found, read_log)
    return found


def leaf_of(connection: Connection, index: int) -> bytes:
    """The leaf of an act, from the tiles, which know it even of a suppressed one."""
    number, place = divmod(index, WIDTH)
    return read_tile(connection, 0, number)[32 * place : 32 * place + 32]


def _apply(connection: Connection, found: Due, read_log: ReadLog) -> None:
    # An indexer that runs meanwhile has names of organizations in memory: it must read them again.
    cursor = require_cursor(connection)
    move_cursor(connection, cursor.revision, cursor._replace(revision=cursor.revision + 1))
    stored = read_suppressions(connection)
    for index, one in found.suppress.items():
        require_leaf(one, leaf_of(connection, index))
        connection.execute(delete(SUPPRESSION).where(SUPPRESSION.c.index == index))
        bulk.insert(connection, SUPPRESSION, [one])
        if index not in stored:
            _write_data(connection, index, lambda contract, topics, data: without_words(contract, topics, data))
    for index, one in found.lift.items():
        data = _read_again(connection, one, read_log)
        connection.execute(delete(SUPPRESSION).where(SUPPRESSION.c.index == index))
        _write_data(connection, index, lambda *_, data=data: data)
    reproject_within(connection, {*found.suppress, *found.lift})


def _read_again(connection: Connection, one: Suppression, read_log: ReadLog) -> bytes:
    block = connection.scalar(select(ACT.c.block_number).where(ACT.c.index == one.index))
    log = read_log(one.index, int(block or 0))
    if entry_leaf(log.emitter, log.topics, log.data) != one.leaf:
        raise Inconsistent(
            f"the node gives another log of act {one.index} than the one that was suppressed: mulu audit replay"
        )
    return log.data


def _write_data(connection: Connection, index: int, change: Callable[[str, tuple[bytes, ...], bytes], bytes]) -> None:
    row = connection.execute(select(ACT.c.contract, ACT.c.topics, ACT.c.data).where(ACT.c.index == index)).one()
    changed = change(row.contract, split_topics(row.topics), row.data)
    connection.execute(update(ACT).where(ACT.c.index == index).values(data=changed))


def require_recorded(stored: Mapping[int, Suppression], recorded: set[int]) -> None:
    """Raises Rejected when a mirror knows of a suppression that a list never named: the list is not the whole one."""
    lost = sorted(set(stored) - recorded)
    if lost:
        raise Rejected(
            f"the mirror has act {lost[0]} suppressed, the suppression list never names it: bring the list back from "
            "the backup, or name it in MULU_SUPPRESSION_FILE. Nothing was changed, so that nothing withheld comes back"
        )
