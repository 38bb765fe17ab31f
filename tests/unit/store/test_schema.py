"""The tables, the migrations and the rows say the same."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex, CreateTable

from ledger.errors import Inconsistent, NotFound, Unavailable
from ledger.indexer import grant_rows, registration_rows, rows
from ledger.model.suppression import Suppression
from ledger.store import search
from ledger.store.engine import open_engine, upgrade
from ledger.store.mirror import Mirror
from ledger.store.tables import metadata
from ledger.store.types import Uint256, UtcTime

ROWS = {
    "act": rows.ActRow,
    "block": rows.BlockRow,
    "suppression": Suppression,
    "organization": rows.OrganizationRow,
    "account": rows.AccountRow,
    "proposal": rows.ProposalRow,
    "parameter": rows.ParameterRow,
    "calendar": rows.CalendarRow,
    "entry": rows.EntryRow,
    "registration": registration_rows.RegistrationRow,
    "registration_content": registration_rows.RegistrationContentRow,
    "registration_step": registration_rows.RegistrationStepRow,
    "objection": registration_rows.ObjectionRow,
    "entry_hold": registration_rows.EntryHoldRow,
    "registration_speaker": grant_rows.RegistrationSpeakerRow,
    "grant": grant_rows.GrantRow,
    "grant_version": grant_rows.GrantVersionRow,
    "grant_content": grant_rows.GrantContentRow,
    "grant_record": grant_rows.GrantRecordRow,
    "grant_scope": grant_rows.GrantScopeRow,
    "grant_approval": grant_rows.GrantApprovalRow,
    "grant_step": grant_rows.GrantStepRow,
    "grant_hold": grant_rows.GrantHoldRow,
    "product": grant_rows.ProductRow,
    "product_price": grant_rows.ProductPriceRow,
    "disclosure": grant_rows.DisclosureRow,
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_are_the_columns_in_their_order(name: str) -> None:
    assert list(ROWS[name]._fields) == [column.name for column in metadata.tables[name].columns]


def test_the_schema_equals_the_migrations(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'mirror.db'}"
    upgrade(url)
    engine = open_engine(url)

    def ours(thing: Any, name: str | None, kind: str, *_: Any) -> bool:
        return kind != "table" or not str(name).startswith(search.TABLE)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"target_metadata": metadata, "include_object": ours, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []
        migrated = _statements(connection.exec_driver_sql("SELECT name, sql FROM sqlite_master").all())
    engine.dispose()
    fresh = create_engine("sqlite://")
    metadata.create_all(fresh)
    with fresh.connect() as connection:
        created = _statements(connection.exec_driver_sql("SELECT name, sql FROM sqlite_master").all())
    fresh.dispose()
    assert {name: migrated.get(name) for name in created} == created
    assert migrated[search.TABLE] == "".join(search.CREATE.split())


def _statements(found: Any) -> dict[str, Any]:
    """Checks and foreign keys too, which comparing metadata does not see; their order says nothing."""
    return {
        name: "".join(sql.split()) if "VIRTUAL" in sql else sorted("".join(sql.split())[:-1].split(","))
        for name, sql in found
        if sql
    }


def test_the_tables_can_be_made_in_postgresql() -> None:
    for table in metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=postgresql.dialect()))
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=postgresql.dialect()))


def test_upgrading_again_changes_nothing(tmp_path: Path) -> None:
    mirror = Mirror(f"sqlite:///{tmp_path / 'deep' / 'mirror.db'}")
    with pytest.raises(NotFound, match="no mirror yet"):
        mirror.require_current()
    mirror.upgrade()
    mirror.upgrade()
    mirror.require_current()
    with pytest.raises(NotFound, match="empty"):
        mirror.queries.position()
    with mirror.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.exec_driver_sql("COMMIT")
    with pytest.raises(Inconsistent, match="9999"):
        mirror.require_current()
    mirror.close()


def test_a_digest_has_32_bytes(tmp_path: Path) -> None:
    mirror = Mirror(f"sqlite:///{tmp_path / 'mirror.db'}")
    mirror.upgrade()
    with mirror.engine.connect() as connection, pytest.raises(IntegrityError, match="ck_block_hash"):
        connection.exec_driver_sql("INSERT INTO block VALUES (1, x'00', zeroblob(32), 0)")
    mirror.close()


def test_what_the_database_says_is_said_in_our_errors(tmp_path: Path) -> None:
    mirror = Mirror(f"sqlite:///{tmp_path / 'mirror.db'}")
    with pytest.raises(Unavailable, match="run `mulu index`"):
        mirror.queries.position()
    mirror.close()
    (tmp_path / "mirror.db").write_bytes(b"no database" * 1000)
    damaged = Mirror(f"sqlite:///{tmp_path / 'mirror.db'}")
    with pytest.raises(Inconsistent, match="damaged"):
        damaged.queries.position()
    damaged.close()
    with pytest.raises(ValueError, match="MULU_DATABASE_URL"):
        Mirror("nonsense")


@given(st.integers(0, 2**256 - 1), st.integers(0, 2**256 - 1))
def test_uint256_survives_and_sorts(one: int, two: int) -> None:
    kind, dialect = Uint256(), sqlite.dialect()
    stored = [kind.process_bind_param(value, dialect) for value in (one, two)]
    assert [kind.process_result_value(value, dialect) for value in stored] == [one, two]
    assert (stored[0] < stored[1]) == (one < two)


def test_uint256_has_its_limits() -> None:
    for value in (-1, 2**256):
        with pytest.raises(ValueError, match="uint256"):
            Uint256().process_bind_param(value, sqlite.dialect())


def test_times_are_aware_and_utc() -> None:
    kind, dialect = UtcTime(), sqlite.dialect()
    shanghai = datetime(2026, 1, 2, 8, tzinfo=timezone(timedelta(hours=8)))
    stored = kind.process_bind_param(shanghai, dialect)
    found = kind.process_result_value(stored, dialect)
    assert found == shanghai
    assert found.tzinfo is UTC
    with pytest.raises(ValueError, match="no time zone"):
        kind.process_bind_param(datetime(2026, 1, 2), dialect)
