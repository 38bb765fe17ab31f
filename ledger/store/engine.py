"""Connections to the mirror's database, and the schema in it. What PostgreSQL needs is in `ledger.store.postgresql`.

SQLite: WAL, so that readers go on while the indexer writes; foreign keys on; a writer waits for another up to the
busy timeout. `synchronous=NORMAL`: in WAL mode a power cut can take the last transactions but never half of one, and
a kill takes nothing. Cursor and rows are one transaction, so what was taken is read from the chain again; `FULL`
would pay a disk flush per batch for what costs nothing to lose.
"""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from ledger.errors import Inconsistent, NotFound, Rejected, Unavailable
from ledger.store import postgresql

BUSY_SECONDS = 30
_DOSSIERS = "dossier"
"""The table of `ledger.store.dossiers`."""
_WAIT_SECONDS = 0.1
_PRAGMAS = (
    # Rows of one to two kilobytes: a sixth less work than with pages of 4,096. Takes effect on a new file only.
    "PRAGMA page_size=8192",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    # 8 MB for each connection, of which a server has many; the operating system caches the file once for all.
    "PRAGMA cache_size=-8192",
    # 64 MB: a bulk transaction is copied back once instead of page by page.
    "PRAGMA wal_autocheckpoint=8000",
)


# The driver looks for an adapter for each value of these types; in Python 3.11, finding none means an AttributeError
# raised and dropped. These change nothing: `bytes` gives back what it is given, and `get` the None for which it finds
# nothing.
sqlite3.register_adapter(bytes, bytes)
sqlite3.register_adapter(bool, int)
sqlite3.register_adapter(type(None), dict[None, None]().get)


def parsed(database_url: str, setting: str = "MULU_DATABASE_URL") -> URL:
    """A database's address.

    Raises ValueError, which quotes nothing secret, when it is none or names a database that we do not keep.
    """
    want = f"{setting} is no database address: want one like sqlite:///mirror.db or postgresql://user@host/name"
    try:
        url = make_url(database_url)
    except (ArgumentError, ValueError):
        # The reason could quote a part of a password: `user:pass/word@host` has the port `pass`.
        raise ValueError(want) from None
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername=postgresql.NAME)
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return url
    raise ValueError(f"{want}; {url.drivername} is neither")


def masked(url: URL) -> str:
    """The address without its password, and without options, which can hold secrets too."""
    if url.get_backend_name() == postgresql.NAME:
        place = {name: value for name, value in url.query.items() if name in ("host", "port")}
        url = url.set(drivername=postgresql.NAME, query=place)
    return url.render_as_string(hide_password=True)


def open_engine(database_url: str) -> Engine:
    """An engine for the mirror; makes the directory of a SQLite file.

    Raises ValueError for an address that names no supported database.
    """
    url = parsed(database_url)
    if url.get_backend_name() == postgresql.NAME:
        return postgresql.open_engine(url)
    # What readers search for stays out of messages, and so out of logs.
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def writing(engine: Engine) -> Engine:
    """The same engine, for transactions that write; in SQLite they hold the write lock from their first statement."""
    return engine.execution_options(mulu_writes=True)


def upgrade(database_url: str) -> None:
    """Brings the schema of a database to this version's. Repeatable."""
    engine = open_engine(database_url)
    try:
        upgrade_engine(engine)
    finally:
        engine.dispose()


def upgrade_engine(engine: Engine, then: Callable[[Connection], None] = lambda connection: None) -> None:
    """As `upgrade`, in one transaction of an engine that is open, with what has to be done after a change.

    Raises Inconsistent for a schema that this program does not know, Rejected for a database that holds dossiers.
    """
    config = migrations()
    with writing(engine).begin() as connection:
        if postgresql.is_postgresql(connection):
            postgresql.lock_schema(connection)
        if _is_current(connection, ScriptDirectory.from_config(config)):
            return
        if inspect(connection).has_table(_DOSSIERS):
            raise Rejected(
                f"{masked(engine.url)} holds dossiers, which whoever reads a mirror must not see: want a database of "
                "its own in MULU_DATABASE_URL"
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        then(connection)


def require_current(engine: Engine) -> None:
    """Raises NotFound when the database has no mirror, Inconsistent when its schema is another version's."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        if found is None:
            raise NotFound(f"{masked(engine.url)} holds no mirror yet: run `mulu index`")
        scripts = ScriptDirectory.from_config(migrations())
        if not _is_current(connection, scripts):
            want = scripts.get_current_head()
            raise Inconsistent(f"the mirror's schema is {found}, this program's is {want}: run `mulu index`")


def give_up_space(engine: Engine) -> None:
    """Writes the database anew without what was deleted or replaced, so that it stands in no file any more.

    Raises Unavailable while somebody reads what was there before. In PostgreSQL the files are new ones too; the
    write-ahead log and its archive keep what they have until they are recycled.
    """
    if postgresql.is_postgresql(engine):
        postgresql.give_up_space(engine, BUSY_SECONDS)
        return
    with engine.execution_options(mulu_outside=True).connect() as connection:
        connection.exec_driver_sql("VACUUM")
        patience = time.monotonic() + BUSY_SECONDS
        while _readers_are_in_the_way(connection):
            if time.monotonic() > patience:
                raise Unavailable(
                    "somebody has been reading an older state of the mirror all the time, so its write-ahead log "
                    "(-wal) still holds what was withheld: stop the readers and run `mulu suppression settle`"
                )
            time.sleep(_WAIT_SECONDS)


def _readers_are_in_the_way(connection: Connection) -> bool:
    """Empties the write-ahead log unless somebody reads what it replaces, and does not wait for that itself."""
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        return bool(connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0])
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={1000 * BUSY_SECONDS:.0f}")


def _is_current(connection: Connection, scripts: ScriptDirectory) -> bool:
    """Whether the schema is this program's. Raises Inconsistent when it is one that this program does not know."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise Inconsistent(
            f"the mirror's schema is {found}, which this program does not know (its own is "
            f"{scripts.get_current_head()}): a newer program made it. Use that one, or move the mirror away and run "
            "`mulu index`: it is rebuilt from the chain"
        )
    return found == scripts.get_current_head()


def migrations() -> Config:
    """Where the migrations are, for Alembic."""
    config = Config()
    config.set_main_option("script_location", "ledger.store:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _prepare(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling would commit before DDL; `_begin` starts them instead.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("mulu_outside"):
        # Some statements are refused within a transaction, and the driver begins none by itself.
        return
    writes = options.get("mulu_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
