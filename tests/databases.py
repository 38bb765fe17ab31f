"""Databases for tests, of either kind: empty, with the mirror's tables, or copied."""

import shutil
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import text

from ledger.store import search
from ledger.store.engine import upgrade, writing
from ledger.store.mirror import Mirror
from ledger.store.tables import metadata
from tests.postgresql import Server

SQLITE, POSTGRESQL = "sqlite", "postgresql"


class Databases(Protocol):
    """Makes databases of one kind. Each has an address like those of `MULU_DATABASE_URL`."""

    def empty(self) -> str:
        """A database with nothing in it."""

    def migrated(self) -> str:
        """A database with the mirror's tables, and nothing in them."""

    def copy(self, url: str) -> str:
        """A copy of a database that nobody is connected to."""

    def drop(self, *urls: str) -> None:
        """Takes databases away."""

    def give_back(self, *urls: str) -> None:
        """Takes databases away whose tables are as `migrated` made them, whatever is in them now."""


class SqliteDatabases:
    """Files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()
        self._schema: str | None = None

    def empty(self) -> str:
        return f"sqlite:///{self._folder / f'mirror-{next(self._numbers)}.db'}"

    def migrated(self) -> str:
        if self._schema is None:
            schema = self.empty()
            upgrade(schema)
            self._schema = schema
        return self.copy(self._schema)

    def copy(self, url: str) -> str:
        made = self.empty()
        # The last connection to close leaves no log beside the file.
        shutil.copy(_file(url), _file(made))
        return made

    def drop(self, *urls: str) -> None:
        for url in urls:
            for file in _file(url).parent.glob(f"{_file(url).name}*"):
                file.unlink()

    def give_back(self, *urls: str) -> None:
        self.drop(*urls)


class PostgresqlDatabases:
    """Databases of one server; a copy is made of a template."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._numbers = count()
        self._schema: str | None = None
        self._emptied: list[str] = []

    def empty(self) -> str:
        return self._made("template0")

    def migrated(self) -> str:
        if self._emptied:
            return self._emptied.pop()
        if self._schema is None:
            schema = self.empty()
            upgrade(schema)
            self._schema = schema
        return self.copy(self._schema)

    def give_back(self, *urls: str) -> None:
        # A twentieth of the time that a new database takes.
        tables = "; ".join(f'DELETE FROM "{name}"' for name in (*metadata.tables, search.TABLE))
        for url in urls:
            with closing(self.server.connect(_name(url))) as connection:
                connection.execute("SET session_replication_role = replica")
                connection.execute(tables.encode())
        self._emptied += urls

    def copy(self, url: str) -> str:
        return self._made(_name(url))

    def drop(self, *urls: str) -> None:
        with closing(self.server.connect()) as connection:
            for url in urls:
                connection.execute(f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)'.encode())

    def _made(self, template: str) -> str:
        name = f"mulu_{next(self._numbers)}"
        with closing(self.server.connect()) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy'.encode())
        return self.server.url(name)


def changed(mirror: Mirror, statement: str, **values: object) -> None:
    """Changes rows of a mirror behind the indexer's back."""
    with writing(mirror.engine).begin() as connection:
        assert connection.execute(text(statement), values).rowcount != 0, f"nothing was changed: {statement}"


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _name(url: str) -> str:
    return url.rpartition("?")[0].rpartition("/")[2]
