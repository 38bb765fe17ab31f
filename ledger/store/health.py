"""The row that says how indexer and sentinel fare."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from ledger.indexer.health import Beat, HealthRow, Suspect
from ledger.store.tables import metadata
from ledger.store.writer import EVIDENCE, Writer

HEALTH = metadata.tables["health"]
_NOTHING = HealthRow(None, None, None, 0, 0, 0, None, 0, 0, [])


class MirrorHealth:
    """Writes it: each write is a transaction of its own, beside the indexer's batches."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def beat(self, beat: Beat) -> None:
        """Adds what is new since the last beat. Raises Unavailable."""
        with self._writer.aside() as connection:
            before = read_health(connection)
            known = before or _NOTHING
            after = known._replace(
                seen=beat.seen or known.seen,
                level=beat.level or known.level,
                node_block=known.node_block if beat.node_block is None else beat.node_block,
                reorganizations=known.reorganizations + beat.reorganizations,
                deepest_blocks=max(known.deepest_blocks, beat.deepest_blocks),
                node_errors=known.node_errors + beat.node_errors,
            )
            _write(connection, before, after)

    def checked(self, rows: int, differences: int, suspects: Sequence[Suspect]) -> None:
        """Adds a round of the sentinel: so many rows compared, so many new differences, these rows differ now.

        Raises Unavailable.
        """
        with self._writer.aside() as connection:
            before = read_health(connection)
            known = before or _NOTHING
            after = known._replace(
                checked=datetime.now(UTC).replace(microsecond=0),
                checked_rows=known.checked_rows + rows,
                differences=known.differences + differences,
                suspects=list(suspects),
            )
            _write(connection, before, after)


def read_health(connection: Connection) -> HealthRow | None:
    """How indexer and sentinel fare; None before the first word."""
    found = connection.execute(select(*(HEALTH.c[name] for name in HealthRow._fields))).first()
    if found is None:
        return None
    row = HealthRow(*found)
    return row._replace(suspects=[Suspect(*one) for one in row.suspects])


def count_evidence(connection: Connection) -> int:
    """How often the indexer was stopped by what it found."""
    return int(connection.scalar(select(func.count()).select_from(EVIDENCE)) or 0)


def _write(connection: Connection, before: HealthRow | None, after: HealthRow) -> None:
    values: dict[str, Any] = after._asdict() | {"suspects": [list(one) for one in after.suspects]}
    if before is None:
        connection.execute(insert(HEALTH).values(id=1, **values))
    else:
        connection.execute(update(HEALTH).values(**values))
