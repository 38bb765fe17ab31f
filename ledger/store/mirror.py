"""The mirror: a copy of the ledger in SQL, for reading. Anyone can rebuild it from the chain; nothing rests on it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cached_property
from weakref import finalize

from sqlalchemy import Connection

from ledger.model.suppression import Suppression
from ledger.store import engine as database
from ledger.store import suppression
from ledger.store.catalog_state import MirroredCatalog
from ledger.store.faults import translated
from ledger.store.queries import Queries
from ledger.store.rebuild import reproject, reproject_within
from ledger.store.writer import Writer, read_cursor, read_suppressions


class Mirror:
    """One mirror. Opening it touches nothing; a schema that is missing or old shows at the first use.

    Args:
        database_url: SQLAlchemy URL, like `sqlite:///mirror.db` or `postgresql://user@host/name`.
    """

    def __init__(self, database_url: str) -> None:
        self.engine = database.open_engine(database_url)
        self._name = database.masked(self.engine.url)
        # Whoever forgets a mirror leaves no session on a server; the process's end closes it too.
        finalize(self, self.engine.dispose)

    def upgrade(self) -> None:
        """Creates the tables, or brings them to this version. Repeatable.

        What an older version stored is folded again from its acts, as this version reads them.
        """
        with translated(self._name):
            database.upgrade_engine(self.engine, _fold_again)

    def require_current(self) -> None:
        """Raises NotFound when there is no mirror yet, Inconsistent when its schema is another version's."""
        with translated(self._name):
            database.require_current(self.engine)

    @cached_property
    def writer(self) -> Writer:
        """The store that an indexer writes to."""
        return Writer(self.engine)

    @cached_property
    def queries(self) -> Queries:
        """Questions, each answered as the mirror stands at that moment."""
        return Queries(self._connection)

    @contextmanager
    def snapshot(self) -> Iterator[Queries]:
        """Questions to the mirror as it stands now, however it changes meanwhile: one read transaction."""
        with self._connection() as connection:
            yield Queries(lambda: nullcontext(connection))

    @contextmanager
    def catalog(self) -> Iterator[MirroredCatalog]:
        """The ledger as publishing sees it, in one read transaction."""
        with self._connection() as connection:
            yield MirroredCatalog(connection)

    def reproject(self) -> int:
        """Rebuilds every table that follows from the stored acts, without a node; returns how many acts there are."""
        return reproject(self.writer)

    def settle_suppressions(
        self, wanted: Mapping[int, Suppression], recorded: set[int], read_log: suppression.ReadLog
    ) -> suppression.Due:
        """Makes the mirror agree with the list of what is suppressed; returns what was done.

        Args:
            wanted: what is suppressed now.
            recorded: every act that the list ever named.
            read_log: asked for the acts whose suppression was lifted.

        Raises Rejected when the list lacks what the mirror knows, Inconsistent when it is another journal's.
        """
        with self._connection() as connection:
            suppression.require_recorded(read_suppressions(connection), recorded)
            if not suppression.due(connection, wanted):
                return suppression.Due({}, {})
        done = suppression.settle(self.writer, wanted, read_log)
        if done.suppress:
            self.give_up_space()
        return done

    def give_up_space(self) -> None:
        """Writes the database anew, so that what was withheld stands in none of its files."""
        with translated(self._name):
            database.give_up_space(self.engine)

    def close(self) -> None:
        """Closes the connections."""
        self.engine.dispose()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        with translated(self._name), self.engine.connect() as connection:
            yield connection


def _fold_again(connection: Connection) -> None:
    if read_cursor(connection) is not None:
        reproject_within(connection)
