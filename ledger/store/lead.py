"""Who may write to a mirror: the one that leads.

SQLite lets anybody write and serializes them; of two indexers the cursor's revision lets one win. In PostgreSQL the
leader is whoever holds the advisory lock of the journal, and *it writes over the connection that holds the lock*: a
leader whose connection is lost can write no more, whatever it believes, and the lock is free for the next.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from ledger.errors import Unavailable
from ledger.store import postgresql
from ledger.store.engine import writing


class Lead(Protocol):
    """The right to write."""

    def claim(self, origin: bytes) -> bool:
        """Takes it for the journal of an origin, if nobody else has it; whether it is held now. Repeatable."""

    def release(self) -> None:
        """Gives it back; nothing when it is not held."""

    def transaction(self, origin: bytes) -> AbstractContextManager[Connection]:
        """One transaction of whoever leads; who does not, leads for as long as it takes.

        Raises Unavailable when another leads.
        """


def lead_of(engine: Engine) -> Lead:
    """How one leads in this database."""
    return SessionLead(engine) if postgresql.is_postgresql(engine) else EverybodysLead(engine)


class EverybodysLead:
    """SQLite: a writing transaction waits for the other, and that is all."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, origin: bytes) -> bool:
        """Always."""
        return True

    def release(self) -> None:
        """Nothing is held."""

    @contextmanager
    def transaction(self, origin: bytes) -> Iterator[Connection]:
        """One transaction that holds the write lock."""
        with writing(self._engine).begin() as connection:
            yield connection


class SessionLead:
    """PostgreSQL: an advisory lock of a session, and the session's connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._session: Any = None

    def claim(self, origin: bytes) -> bool:
        """Takes the lock, or makes sure that its session still lives."""
        if self._connection is not None:
            try:
                self._led().exec_driver_sql("SELECT 1")
                self._connection.rollback()
                return True
            except (DBAPIError, Unavailable):
                self.release()
        connection = writing(self._engine).connect()
        try:
            # Out of the pool: closing it ends the session, and with it the lock.
            connection.detach()
            key = int.from_bytes(origin[:8], "big", signed=True)
            taken = bool(connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (key,)).scalar())
            connection.commit()
        except BaseException:
            connection.close()
            raise
        if not taken:
            connection.close()
            return False
        self._connection, self._session = connection, postgresql.session_of(connection)
        return True

    def release(self) -> None:
        """Gives the lock back, and ends the session."""
        connection, session = self._connection, self._session
        self._connection = self._session = None
        if connection is None:
            return
        postgresql.unlock(session)
        connection.invalidate()
        connection.close()

    @contextmanager
    def transaction(self, origin: bytes) -> Iterator[Connection]:
        """One transaction over the connection that holds the lock."""
        leads = self._connection is not None
        if not leads and not self.claim(origin):
            raise Unavailable("another indexer is at work on the mirror: it alone writes; try again when it has ended")
        try:
            connection = self._led()
            with connection.begin():
                yield connection
        finally:
            if not leads:
                self.release()

    def _led(self) -> Connection:
        """The connection, which must be the very one that took the lock: a new one in its place has no lock."""
        connection = self._connection
        if connection is None or connection.invalidated or self._session.closed:
            raise Unavailable("the connection to the mirror was lost, and with it the right to write: try again")
        return connection
