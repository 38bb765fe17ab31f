"""What PostgreSQL needs and SQLite does not: sessions, locks, rows by COPY and by arrays.

A reading transaction is one snapshot (`REPEATABLE READ`) and can write nothing. A writing one sees what was committed
before each of its statements; writers exclude each other by locks, see `ledger.store.lead`.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import URL, Column, Connection, Dialect, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from ledger.errors import Rejected, Unavailable

if TYPE_CHECKING:
    # Only where it is used: commands on SQLite start without it.
    from psycopg import Connection as Session

NAME = "postgresql"
POOL_SIZE, POOL_OVERFLOW = 5, 10
"""Connections of a process that stay open, and that it opens for a while above them."""
CONNECT_SECONDS = 10
_SCHEMA_LOCK, _ASIDE_LOCK = 0x6D756C75, 0x6D756C76
"""`mulu` in ASCII, and the next: advisory locks of whoever changes the schema, and of whoever writes aside."""
_LOCK_NOT_AVAILABLE = "55P03"
_OPTIONS = {
    "timezone": "UTC",
    # A peer that is gone without a word is noticed within half a minute, and its locks are free.
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 4,
    "tcp_user_timeout": "30s",
}


def is_postgresql(connection: Connection | Engine) -> bool:
    """Whether this is PostgreSQL."""
    return connection.dialect.name == NAME


def open_engine(url: URL) -> Engine:
    """An engine whose transactions read one snapshot and write nothing, but for `ledger.store.engine.writing`."""
    given = url.query.get("options", "")
    # The user's own come last, and count.
    options = " ".join([*(f"-c {name}={value}" for name, value in _OPTIONS.items()), str(given)])
    arguments = {"options": options.strip(), "application_name": "mulu", "connect_timeout": CONNECT_SECONDS}
    own = {name: value for name, value in arguments.items() if name == "options" or name not in url.query}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
        connect_args=own,
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        # A server that was restarted is no error for whoever reads next.
        pool_pre_ping=True,
    )
    event.listen(engine, "begin", _begin)
    return engine


def lock_schema(connection: Connection) -> None:
    """Waits until nobody else changes the schema, and keeps others from it until the transaction ends.

    Raises Rejected for a database whose text is not UTF-8 or is not ordered by code points.
    """
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,))
    encoding, bytewise = connection.exec_driver_sql("SELECT getdatabaseencoding(), 'B' < 'a'").one()
    if encoding != "UTF8" or not bytewise:
        order = "bytes" if bytewise else "a language"
        raise Rejected(
            f"the database's encoding is {encoding} and its text is ordered by {order}: want UTF8 and the order of "
            "bytes, which no new version of the operating system changes under an index. "
            "Make it with CREATE DATABASE mulu ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0"
        )


def lock_aside(connection: Connection) -> None:
    """Keeps others from writing aside until the transaction ends."""
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_ASIDE_LOCK,))


def unlock(session: "Session[Any]") -> None:
    """Gives the locks of a session back and ends it; of one that is lost they are free anyway.

    A session that is only closed ends a moment later, and whoever asks meanwhile is told that another has the lock.
    """
    from psycopg import Error

    try:
        session.rollback()
        session.execute("SELECT pg_advisory_unlock_all()")
        session.rollback()
    except Error:
        pass
    finally:
        session.close()


def session_of(connection: Connection) -> "Session[Any]":
    """The driver's own connection."""
    return cast("Session[Any]", connection.connection.dbapi_connection)


def give_up_space(engine: Engine, patience_seconds: float) -> None:
    """Writes every table anew. Raises Unavailable when somebody reads one for longer than the patience."""
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        # Out of the pool, with its own patience.
        connection.detach()
        connection.exec_driver_sql(f"SET lock_timeout = {max(1, int(1000 * patience_seconds))}")
        try:
            connection.exec_driver_sql("VACUUM FULL")
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            raise Unavailable(
                "somebody has been reading an older state of the mirror all the time, so its files still hold what "
                "was withheld: stop the readers and run `mulu suppression settle`"
            ) from error


def copy(connection: Connection, table: str, columns: Sequence[str], types: Sequence[str], rows: Iterable[Any]) -> None:
    """Adds rows by COPY, in the connection's transaction. `types` are PostgreSQL's names."""
    from psycopg import Error

    session = session_of(connection)
    names = ", ".join(f'"{column}"' for column in columns)
    statement = f'COPY "{table}" ({names}) FROM STDIN (FORMAT BINARY)'
    try:
        with session.cursor() as cursor, cursor.copy(statement.encode()) as stream:
            stream.set_types(types)
            write = stream.write_row
            for row in rows:
                write(row)
    except Error as error:
        if session.closed:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, Error, connection_invalidated=session.closed, dialect=connection.dialect
        ) from error


def type_names(columns: Iterable[Column[Any]], dialect: Dialect) -> list[str]:
    """The types of columns, by PostgreSQL's names without lengths."""
    return [column.type.compile(dialect).split("(")[0].lower() for column in columns]


def given(types: Sequence[str], names: Sequence[str]) -> str:
    """A table expression `given` of rows that are passed as one array for each column."""
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    listed = ", ".join(f'"{name}"' for name in names)
    return f"unnest({arrays}) AS given ({listed})"


def _begin(connection: Connection) -> None:
    from psycopg import IsolationLevel

    writes = bool(connection.get_execution_options().get("mulu_writes", False))
    session = session_of(connection)
    if session.read_only == writes or session.read_only is None:
        session.read_only = not writes
        session.isolation_level = IsolationLevel.READ_COMMITTED if writes else IsolationLevel.REPEATABLE_READ
