"""The center's own store: private, repeatable, and silent about what it holds."""

import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.certificate.dossier import Dossier
from ledger.certificate.fields import SaltedField
from ledger.errors import Malformed, Rejected, Unavailable
from ledger.model.certificate import Field
from ledger.store.dossiers import DossierStore
from ledger.store.mirror import Mirror
from tests.databases import Databases

NOW = datetime(2026, 9, 1, tzinfo=UTC)
SECRET = "水清源(虚构)"


def dossier(salt: int = 1) -> Dossier:
    return Dossier(bytes(32), (SaltedField(Field("contact_name", SECRET, bytes([salt]) * 16), withheld=True),))


def test_what_is_kept_is_found_by_its_root_and_kept_once(databases: Databases) -> None:
    url = databases.empty()
    store = DossierStore(url)
    kept = [("R20260827000001A", 1, dossier(1)), ("R20260827000001A", 2, dossier(2))]
    assert store.keep(kept, NOW) == 2
    assert store.keep(kept, NOW) == 0
    assert store.with_root(dossier(2).root) == dossier(2)
    assert store.with_root(bytes(32)) is None
    store.close()
    again = DossierStore(url)
    assert again.with_root(dossier(1).root) == dossier(1)
    again.close()
    databases.drop(url)


def test_the_mirrors_database_is_refused(database: str) -> None:
    store = DossierStore(database)
    with pytest.raises(Rejected, match="names the mirror's database"):
        store.keep([("R20260827000001A", 1, dossier(1))], NOW)
    store.close()


def test_no_mirror_is_made_where_dossiers_are(databases: Databases) -> None:
    url = databases.empty()
    store = DossierStore(url)
    store.keep([("R20260827000001A", 1, dossier(1))], NOW)
    mirror = Mirror(url)
    for _ in range(2):
        with pytest.raises(Rejected, match="holds dossiers"):
            mirror.upgrade()
    mirror.close()
    assert store.with_root(dossier(1).root) == dossier(1)
    store.close()
    databases.drop(url)


def test_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    store = DossierStore(f"sqlite:///{tmp_path}/own/dossiers.db")
    store.keep([("R20260827000001A", 1, dossier(1))], NOW)
    assert stat.S_IMODE((tmp_path / "own" / "dossiers.db").stat().st_mode) == 0o600
    store.close()


def test_a_back_up_made_while_it_is_used_brings_every_dossier_back(tmp_path: Path) -> None:
    path, backup = tmp_path / "dossiers.db", tmp_path / "backup.db"
    store = DossierStore(f"sqlite:///{path}")
    store.keep([("R20260827000001A", 1, dossier(1))], NOW)
    # As `sqlite3 dossiers.db ".backup backup.db"` does it.
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
    store.keep([("R20260827000001A", 2, dossier(2))], NOW)
    store.close()
    path.unlink()
    backup.rename(path)
    restored = DossierStore(f"sqlite:///{path}")
    assert restored.with_root(dossier(1).root) == dossier(1)
    assert restored.with_root(dossier(2).root) is None, "what came after the back-up is gone: it is in no chain"
    assert restored.keep([("R20260827000001A", 2, dossier(2))], NOW) == 1
    restored.close()


def test_an_error_tells_nothing_of_the_values(tmp_path: Path) -> None:
    path = tmp_path / "dossiers.db"
    store = DossierStore(f"sqlite:///{path}")
    store.keep([("R20260827000001A", 1, dossier(1))], NOW)
    store.close()
    path.write_bytes(b"no database" * 1000)
    broken = DossierStore(f"sqlite:///{path}")
    with pytest.raises(Unavailable) as refused:
        broken.keep([("R20260827000001A", 1, dossier(3))], NOW)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None
    broken.close()


def test_a_wrong_address_is_malformed_and_not_quoted() -> None:
    with pytest.raises(Malformed) as refused:
        DossierStore("nonsense://user:password@host")
    assert "password" not in str(refused.value)
