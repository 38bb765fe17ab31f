"""A mirror of any older version becomes this one's, by what this one reads in the same acts; a newer one does not."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from ledger.errors import Inconsistent
from ledger.indexer.finality import Finality
from ledger.indexer.follow import Indexer
from ledger.store import search
from ledger.store.compare import compare
from ledger.store.engine import migrations, open_engine, writing
from ledger.store.mirror import Mirror
from tests.unit.indexer.fake_chain import FakeChain, child, deployment
from tests.unit.indexer.test_suppression import all_that_speak

REVISIONS = [script.revision for script in ScriptDirectory.from_config(migrations()).walk_revisions()][::-1]


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    """A mirror of this version with something in every kind of table."""
    mirror = Mirror(f"sqlite:///{tmp_path_factory.mktemp('today') / 'mirror.db'}")
    mirror.upgrade()
    index(mirror)
    yield mirror
    mirror.close()


def index(mirror: Mirror) -> None:
    Indexer(FakeChain(all_that_speak()), mirror.writer, deployment(), Finality(0)).once()


def mirror_of(revision: str, today: Mirror, folder: Path) -> Mirror:
    """A mirror as the version with this schema left it: all it has of the acts that it could read."""
    url = f"sqlite:///{folder / 'mirror.db'}"
    engine = open_engine(url)
    with writing(engine).begin() as connection:
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    with engine.connect().execution_options(mulu_outside=True) as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("ATTACH ? AS today", (str(today.engine.url.database),))
        tables = connection.exec_driver_sql(
            "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE ? AND name NOT LIKE 'sqlite_%' "
            "AND name != 'alembic_version'",
            (search.TABLE + "%",),
        )
        names = [name for (name,) in tables]
        assert {"act", "cursor", "tile", "entry"} <= set(names)
        for name in names:
            columns = ", ".join(
                f'"{row[1]}"' for row in connection.exec_driver_sql(f'PRAGMA main.table_info("{name}")')
            )
            connection.exec_driver_sql(f'INSERT INTO main."{name}" ({columns}) SELECT {columns} FROM today."{name}"')
        connection.exec_driver_sql("DETACH today")
    engine.dispose()
    return Mirror(url)


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_mirror_of_every_version_becomes_this_ones(revision: str, today: Mirror, tmp_path: Path) -> None:
    mirror = mirror_of(revision, today, tmp_path)
    if revision != REVISIONS[-1]:
        with pytest.raises(
            Inconsistent, match=rf"schema is {revision}, this program's is {REVISIONS[-1]}: run `mulu in"
        ):
            mirror.require_current()
        mirror.upgrade()
        assert compare(mirror, today) == []
    mirror.require_current()
    # And it goes on.
    more = child(all_that_speak(), b"more", None)
    Indexer(FakeChain(more), mirror.writer, deployment(), Finality(0)).once()
    assert mirror.queries.position().head_number == more.header.number
    mirror.close()


def test_a_mirror_whose_acts_are_not_its_journal_stays_as_it_is(today: Mirror, tmp_path: Path) -> None:
    mirror = mirror_of(REVISIONS[0], today, tmp_path)
    with writing(mirror.engine).begin() as connection:
        connection.exec_driver_sql('UPDATE act SET data = zeroblob(40) WHERE "index" = 5')
    with pytest.raises(Inconsistent, match="stored act 5 cannot be decoded"):
        mirror.upgrade()
    with pytest.raises(Inconsistent, match=f"schema is {REVISIONS[0]}"):
        mirror.require_current()
    mirror.close()


def test_a_newer_mirror_is_refused_and_left_alone(today: Mirror, tmp_path: Path) -> None:
    file = tmp_path / "newer.db"
    with today.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(str(today.engine.url.database), file)
    mirror = Mirror(f"sqlite:///{file}")
    with writing(mirror.engine).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    for use in (mirror.upgrade, mirror.require_current):
        with pytest.raises(Inconsistent, match=r"0999, which this program does not know.*a newer program made it"):
            use()
    assert mirror.queries.position() == today.queries.position()
    mirror.close()
