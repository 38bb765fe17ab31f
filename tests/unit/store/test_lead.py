"""Who may write to a mirror in PostgreSQL: whoever holds the lock, over the connection that holds it."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import text

from ledger.errors import Unavailable
from ledger.indexer.rows import BlockRow, first_cursor, time_of
from ledger.store.mirror import Mirror
from ledger.store.writer import Writer
from tests.databases import POSTGRESQL, PostgresqlDatabases
from tests.unit.indexer.fake_chain import deployment

pytestmark = pytest.mark.databases(POSTGRESQL)
ORIGIN = deployment().origin


@pytest.fixture
def writers(database: str) -> Iterator[tuple[Writer, Writer]]:
    """Two indexers' stores on one mirror that has begun."""
    one, two = Mirror(database), Mirror(database)
    zeros = bytes(32)
    block = BlockRow(0, zeros, zeros, time_of(0))
    one.writer.start(first_cursor(deployment(), block), block)
    yield one.writer, two.writer
    for mirror in (one, two):
        mirror.writer.release()
        mirror.close()


def end_sessions(databases: PostgresqlDatabases) -> None:
    """Ends every other session, as a restart of the server would."""
    with closing(databases.server.connect()) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname LIKE 'mulu%' AND pid <> "
            "pg_backend_pid()"
        )


def rename(writer: Writer, revision: int) -> None:
    with writer.transaction() as connection:
        connection.execute(text("UPDATE cursor SET revision = :revision"), {"revision": revision})


def test_one_leads_and_the_other_writes_nothing(writers: tuple[Writer, Writer]) -> None:
    one, two = writers
    assert one.claim(ORIGIN)
    assert one.claim(ORIGIN)
    assert not two.claim(ORIGIN)
    with pytest.raises(Unavailable, match="another indexer is at work"):
        rename(two, 7)
    rename(one, 8)
    one.release()
    assert two.claim(ORIGIN)
    assert not one.claim(ORIGIN)
    rename(two, 9)
    cursor = one.cursor()
    assert cursor is not None
    assert cursor.revision == 9


def test_another_journal_has_another_leader(writers: tuple[Writer, Writer]) -> None:
    one, two = writers
    assert one.claim(ORIGIN)
    assert two.claim(bytes(32))


def test_a_leader_that_lost_its_connection_writes_nothing(
    writers: tuple[Writer, Writer], databases: PostgresqlDatabases
) -> None:
    one, two = writers
    assert one.claim(ORIGIN)
    end_sessions(databases)
    assert two.claim(ORIGIN)
    # It does not know yet; what it would write goes over the connection that is gone.
    with pytest.raises(Unavailable):
        rename(one, 7)
    assert not one.claim(ORIGIN)
    rename(two, 8)
    cursor = two.cursor()
    assert cursor is not None
    assert cursor.revision == 8


def test_a_connection_lost_in_a_transaction_leaves_nothing(
    writers: tuple[Writer, Writer], databases: PostgresqlDatabases
) -> None:
    one, two = writers
    assert one.claim(ORIGIN)

    def interrupted() -> None:
        with one.transaction() as connection:
            connection.execute(text("UPDATE cursor SET revision = 7"))
            end_sessions(databases)
            connection.execute(text("UPDATE cursor SET revision = 8"))

    with pytest.raises(Unavailable, match="try again"):
        interrupted()
    cursor = two.cursor()
    assert cursor is not None
    assert cursor.revision == 1
    assert one.claim(ORIGIN)
    rename(one, 9)
