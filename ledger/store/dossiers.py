"""The registration center's own store of dossiers: the withheld values of applications, and nothing else.

It is a database of its own (`MULU_DOSSIER_URL`), with a schema of its own, so that who may read the mirror, or rebuilds
it, never comes near it. The tables are made at the first use. What is kept cannot be had from the chain again: it
belongs in the center's backups. Errors never carry a statement's parameters.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, String, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlmodel import Field, SQLModel

from ledger.certificate.dossier import Dossier, parse_dossier
from ledger.errors import Inconsistent, Malformed, Unavailable
from ledger.store.types import DIGEST, UtcTime

metadata = MetaData()
_BUSY_SECONDS = 30


class DossierRow(SQLModel, table=True):
    """One dossier; its root names it. `number` and `version` say of which application it is."""

    __tablename__ = "dossier"
    metadata = metadata

    root: bytes = Field(sa_column=Column(DIGEST, primary_key=True))
    number: str = Field(sa_column=Column(String(16), nullable=False, index=True))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    imported_time: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


TABLE = metadata.tables["dossier"]


class DossierStore:
    """One store. Opening it touches nothing.

    Args:
        database_url: SQLAlchemy URL, like `sqlite:///dossiers.db`. A SQLite file is its owner's alone (mode 0600).
    """

    def __init__(self, database_url: str) -> None:
        try:
            url = make_url(database_url)
            # Without `hide_parameters` an error would quote the values that were to be written.
            self._engine: Engine = create_engine(
                url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS} if _is_sqlite(url) else {}
            )
        except (ArgumentError, NoSuchModuleError) as error:
            raise Malformed("MULU_DOSSIER_URL is no database address") from error
        self._name = url.render_as_string(hide_password=True)
        self._file = Path(url.database) if _is_sqlite(url) and url.database not in (None, "", ":memory:") else None
        self._made = False
        if _is_sqlite(url):
            event.listen(self._engine, "connect", _prepare)

    def keep(self, dossiers: Sequence[tuple[str, int, Dossier]], now: datetime) -> int:
        """Keeps dossiers, with the number and version of their applications; returns how many were new.

        All or none; durable on return; repeatable.
        """
        with self._opened() as connection:
            roots = [dossier.root for _, _, dossier in dossiers]
            known = set()
            for start in range(0, len(roots), 500):
                part = roots[start : start + 500]
                known |= set(connection.execute(select(TABLE.c.root).where(TABLE.c.root.in_(part))).scalars())
            rows = [
                {
                    "root": dossier.root,
                    "number": number,
                    "version": version,
                    "imported_time": now,
                    "data": dossier.encode(),
                }
                for number, version, dossier in dossiers
                if dossier.root not in known
            ]
            if rows:
                connection.execute(TABLE.insert(), rows)
        return len(rows)

    def with_root(self, root: bytes) -> Dossier | None:
        """The dossier with a root, 32 bytes; None when it was never handed over."""
        with self._opened() as connection:
            data = connection.execute(select(TABLE.c.data).where(TABLE.c.root == root)).scalar()
        if data is None:
            return None
        dossier = parse_dossier(data)
        if dossier.root != root:
            raise Inconsistent(f"dossier store {self._name}: what is kept is not what was imported: restore it")
        return dossier

    def close(self) -> None:
        """Closes the connections."""
        self._engine.dispose()

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        try:
            self._make()
            with self._engine.begin() as connection:
                yield connection
        except OSError as error:
            raise Unavailable(
                f"dossier store {self._name} cannot be made: {error.strerror}. Check MULU_DOSSIER_URL"
            ) from error
        except SQLAlchemyError as error:
            # The driver's own text can hold values; its class says enough.
            raise Unavailable(
                f"dossier store {self._name} cannot be used ({type(error).__name__}): check MULU_DOSSIER_URL, and that "
                "the database runs and is not read-only"
            ) from None

    def _make(self) -> None:
        if self._made:
            return
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            if not self._file.exists():
                os.close(os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o600))
        metadata.create_all(self._engine)
        self._made = True


def _is_sqlite(url: Any) -> bool:
    return bool(url.get_backend_name() == "sqlite")


def _prepare(connection: Any, _record: Any) -> None:
    # What is here is nowhere else: a power cut must not take what `keep` returned from.
    connection.execute("PRAGMA synchronous=FULL")
