"""What the database says, in the product's own errors. The only place that knows the driver's."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from ledger.errors import Inconsistent, LedgerError, Unavailable


@contextmanager
def translated(database: str) -> Iterator[None]:
    """Raises Unavailable for a database that cannot be had, is busy or full, Inconsistent for one that is damaged.

    Args:
        database: its address without secrets, for the message.
    """
    try:
        yield
    except IntegrityError as error:
        raise Inconsistent(f"mirror {database}: a row is there twice or breaks a rule: {error.orig}") from error
    except OperationalError as error:
        raise _unavailable(database, str(error.orig)) from error
    except NoConnection as error:
        raise Unavailable(f"mirror {database}: every connection is in use: try again") from error
    except DatabaseError as error:
        raise Inconsistent(
            f"mirror {database} is damaged: {error.orig}. Move the file away and run `mulu index`: it is rebuilt"
        ) from error


def _unavailable(database: str, reason: str) -> LedgerError:
    advice = "try again"
    if "full" in reason:
        advice = "make room on the disk, then run the same command again; nothing of this batch was written"
    elif "locked" in reason:
        advice = "another program is writing to it; try again"
    elif "readonly" in reason or "unable to open" in reason:
        advice = "check MULU_DATABASE_URL and the rights on the file and its directory"
    elif "no such table" in reason:
        advice = "run `mulu index` to create it"
    return Unavailable(f"mirror {database}: {reason}: {advice}")
