"""The registration center's own store of dossiers: the withheld values of applications, and nothing else.

It is a database of its own (`MULU_DOSSIER_URL`), so that who may read the mirror, or rebuilds it, never comes near it:
the mirror's is refused, and no mirror is made in this one. The tables are made at the first use. What is kept cannot be
had from the chain again: it belongs in the center's backups. Errors never carry a statement's parameters.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, create_engine, event, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Field, SQLModel

from ledger.certificate.dossier import Dossier, parse_dossier
from ledger.errors import Inconsistent, Malformed, Rejected, Unavailable
from ledger.store import postgresql
from ledger.store.engine import BUSY_SECONDS, masked, parsed, writing
from ledger.store.types import DIGEST, UtcTime

metadata = MetaData()
_MIRROR = "cursor"
"""A table that every mirror has."""


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
        database_url: like `sqlite:///dossiers.db` or `postgresql://user@host/dossiers`. A SQLite file is its owner's
            alone (mode 0600).

    Raises Malformed for an address that is none.
    """

    def __init__(self, database_url: str) -> None:
        try:
            url = parsed(database_url, "MULU_DOSSIER_URL")
        except ValueError as error:
            raise Malformed(str(error)) from None
        self._name, self._made, self._file = masked(url), False, None
        if url.get_backend_name() == postgresql.NAME:
            self._engine = postgresql.open_engine(url)
            return
        if url.database not in (None, "", ":memory:"):
            self._file = Path(url.database)
        # Without `hide_parameters` an error would quote the values that were to be written.
        self._engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
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
            with writing(self._engine).begin() as connection:
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
        with writing(self._engine).begin() as connection:
            if inspect(connection).has_table(_MIRROR):
                raise Rejected(
                    f"MULU_DOSSIER_URL names the mirror's database, {self._name}, which others read: "
                    "want one of its own"
                )
            metadata.create_all(connection)
        self._made = True


def _prepare(connection: Any, _record: Any) -> None:
    # What is here is nowhere else: a power cut must not take what `keep` returned from.
    connection.execute("PRAGMA synchronous=FULL")
