"""Which block a moment names. State changes only with acts, so the blocks between two acts are all alike."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from ledger.store.projection import ACT
from ledger.store.writer import BLOCK


@dataclass(frozen=True, slots=True)
class Point:
    """A block that the mirror knows."""

    number: int
    hash: bytes
    time: datetime


def at_block(connection: Connection, number: int) -> Point | None:
    """The last block known at or before a number; None before the first act."""
    act = (
        select(ACT.c.block_number, ACT.c.block_hash, ACT.c.block_time)
        .where(ACT.c.block_number <= number)
        .order_by(ACT.c.block_number.desc())
        .limit(1)
    )
    header = select(BLOCK.c.number, BLOCK.c.hash, BLOCK.c.time).where(BLOCK.c.number <= number)
    return _later(
        connection.execute(act).first(), connection.execute(header.order_by(BLOCK.c.number.desc()).limit(1)).first()
    )


def at_time(connection: Connection, moment: datetime) -> Point | None:
    """The last block known with a time at or before a moment; None before the first act."""
    columns = select(ACT.c.block_number, ACT.c.block_hash, ACT.c.block_time)
    # Times never go back, so the acts are sorted by time too: no index is needed for it.
    start, end = 0, connection.scalar(select(func.coalesce(func.max(ACT.c.index) + 1, 0))) or 0
    while start < end:
        middle = (start + end) // 2
        found = connection.execute(columns.where(ACT.c.index == middle)).one()
        if found.block_time <= moment:
            start = middle + 1
        else:
            end = middle
    act = connection.execute(columns.where(ACT.c.index == start - 1)).first()
    header = select(BLOCK.c.number, BLOCK.c.hash, BLOCK.c.time).where(BLOCK.c.time <= moment)
    return _later(act, connection.execute(header.order_by(BLOCK.c.number.desc()).limit(1)).first())


def _later(act: Any, header: Any) -> Point | None:
    if act is None:
        return None
    number, block_hash, time = header if header is not None and header[0] > act[0] else act
    return Point(number, bytes(block_hash), time)
