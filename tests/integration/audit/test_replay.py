"""A chain with acts of every kind: contracts, mirror and replay tell one story."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Dialect

from ledger.audit.mirror_state import COMPARED
from ledger.audit.replay import audit
from ledger.audit.rules import RULES
from ledger.chain.artifacts import CONTRACTS, load
from ledger.errors import Unavailable
from ledger.indexer.checkpoints import Checkpoints, LogKeyFile
from ledger.indexer.finality import Finality
from ledger.store.mirror import Mirror
from ledger.store.whole import table_names, whole
from tests.databases import POSTGRESQL, Databases
from tests.integration.audit.lying import replayed
from tests.integration.indexer.registering import Center


def test_contracts_mirror_and_replay_agree(center: Center, mirror: Mirror) -> None:
    result = audit(center.ledger.node, center.ledger.contracts.deployment, mirror, Finality())
    assert [str(difference) for difference in result.differences] == []
    assert result.compared == ["contract", "mirror"]
    assert result.size == center.ledger.contracts.call("Journal", "size")
    assert result.root == center.ledger.contracts.call("Journal", "root")
    assert {flag.code for flag in result.flags} == {"MALFORMED"}


def test_the_story_has_acts_of_every_kind(mirror: Mirror) -> None:
    with whole(mirror) as tables:
        place = tables.columns("act").index("event")
        told = {row[place] for row in tables.rows("act")}
    events = {item["name"] for name in CONTRACTS for item in load(name).abi if item["type"] == "event"}
    assert events - told == {"JournalClosed"}
    assert events == set(RULES)


def test_every_table_is_compared_in_every_column(center: Center, mirror: Mirror) -> None:
    assert set(table_names()) - {"health"} == COMPARED
    history = replayed(center).history
    with whole(mirror) as tables:
        for name, rows in history.tables.items():
            # The leaf stands for emitter, topics and data.
            columns = set(rows.columns) - {"leaf"} | ({"emitter", "topics", "data"} if name == "act" else set())
            assert columns == set(tables.columns(name)), name
            assert list(rows.key) == tables.key(name), name


def test_a_mirror_behind_is_judged_as_of_its_block(center: Center, database: str) -> None:
    ledger = center.ledger
    mirror = Mirror(database)
    try:
        head = ledger.chain.head().number
        for until in (ledger.contracts.deployment.block + 5, head // 2, head - 7):
            ledger.indexer(mirror).once(until=until)
            result = audit(ledger.node, ledger.contracts.deployment, mirror, Finality())
            assert [str(difference) for difference in result.differences] == []
    finally:
        mirror.close()


def test_without_a_mirror_contracts_and_replay_are_compared(center: Center) -> None:
    result = audit(center.ledger.node, center.ledger.contracts.deployment, None, Finality())
    assert result.differences == []
    assert (result.compared, result.left_out) == (["contract"], ["mirror"])


@pytest.mark.parametrize("stored", [False, True], ids=["fails-unstored", "fails-stored"])
def test_replay_agrees_whichever_commit_fails(
    center: Center, databases: Databases, tmp_path: Path, stored: bool
) -> None:
    """Schema, cursor, batches, what is published: the database says of each that it failed, which may be so."""
    ledger, failed = center.ledger, 0
    key = LogKeyFile(tmp_path / "log.key", ledger.contracts.deployment.origin)
    key.make_missing()
    until = [ledger.chain.head().number - 7, None]
    for number in range(1, 30):
        url = databases.empty()
        mirror = Mirror(url)
        try:
            commit = _FailingCommit(mirror.engine.dialect, number, stored)
            mirror.engine.dialect.do_commit = commit  # type: ignore[method-assign]
            for stop in [*until, *until]:
                with suppress(Unavailable):
                    mirror.upgrade()
                    publish = Checkpoints(key, mirror.writer, lambda message: None).publish
                    ledger.indexer(mirror, publish=publish).once(until=stop)
            result = audit(ledger.node, ledger.contracts.deployment, mirror, Finality())
            assert [str(difference) for difference in result.differences] == []
            assert mirror.queries.checkpoint() is not None
        finally:
            mirror.close()
            databases.drop(url)
        if commit.left > 0:
            break
        failed += 1
    assert failed >= 6


class _FailingCommit:
    """The driver's commit, of which one fails: before it was done, or after. PostgreSQL's connection is lost then."""

    def __init__(self, dialect: Dialect, fails_at: int, stored: bool) -> None:
        self._dialect, self._commit = dialect, dialect.do_commit
        self.left = fails_at
        self._stored = stored

    def __call__(self, connection: Any) -> None:
        self.left -= 1
        if self.left == 0 and not self._stored:
            connection.rollback()
            self._fail(connection)
        self._commit(connection)
        if self.left == 0:
            self._fail(connection)

    def _fail(self, connection: Any) -> None:
        if self._dialect.name == POSTGRESQL:
            getattr(connection, "dbapi_connection", connection).close()
        raise self._dialect.loaded_dbapi.OperationalError("the commit failed")
