"""What the database says, in the product's own errors. The only place that knows the driver's."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from ledger.errors import Inconsistent, LedgerError, Unavailable

_ADVICE = {
    # PostgreSQL's codes (PostgreSQL manual, appendix A).
    "53100": "make room on the server's disk, then run the same command again; nothing of this batch was written",
    "53300": "too many programs are connected: raise max_connections, or run fewer workers",
    "42501": "the role lacks a right: an indexer owns the tables, a reader needs USAGE on the schema and SELECT",
    "42P01": "run `mulu index` to create it",
    "25006": "this server only reads, like a standby: name the one that writes",
    "28P01": "check the password in MULU_DATABASE_URL",
    "28000": "check user and rights in MULU_DATABASE_URL",
    "3D000": "create the database, or check MULU_DATABASE_URL",
}


@contextmanager
def translated(database: str) -> Iterator[None]:
    """Raises Unavailable for a database that cannot be had, is busy or full, Inconsistent for one that is damaged.

    Args:
        database: its address without secrets, for the message.
    """
    try:
        yield
    except IntegrityError as error:
        raise Inconsistent(f"mirror {database}: a row is there twice or breaks a rule: {_said(error)}") from error
    except NoConnection as error:
        raise Unavailable(f"mirror {database}: every connection is in use: try again") from error
    except DBAPIError as error:
        if isinstance(error, OperationalError) or error.connection_invalidated or _code(error) in _ADVICE:
            raise _unavailable(database, error) from error
        if not isinstance(error, DatabaseError):
            raise
        raise Inconsistent(
            f"mirror {database} is damaged: {_said(error)}. Move it away and run `mulu index`: it is rebuilt"
        ) from error


def _code(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _said(error: DBAPIError) -> str:
    """What the driver says, in one line: PostgreSQL's points into the statement and repeats values."""
    lines = str(error.orig).splitlines()
    return lines[0] if lines else type(error.orig).__name__


def _unavailable(database: str, error: DBAPIError) -> LedgerError:
    reason, advice = _said(error), _ADVICE.get(_code(error), "try again")
    # SQLite's have words only.
    if "is full" in reason:
        advice = "make room on the disk, then run the same command again; nothing of this batch was written"
    elif "is locked" in reason:
        advice = "another program is writing to it; try again"
    elif "readonly database" in reason or "unable to open" in reason:
        advice = "check MULU_DATABASE_URL and the rights on the file and its directory"
    elif "no such table" in reason:
        advice = "run `mulu index` to create it"
    return Unavailable(f"mirror {database}: {reason}: {advice}")
