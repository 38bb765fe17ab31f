"""Questions to a mirror, as of any block."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from ledger.cli.entry_view import all_entries
from ledger.indexer.finality import Finality
from ledger.indexer.follow import Indexer
from ledger.indexer.rows import time_of
from ledger.model import canonical
from ledger.model.ids import EntryId
from ledger.model.organization_code import sample_code
from ledger.store.entry_queries import Filter
from ledger.store.mirror import Mirror
from tests.databases import Databases
from tests.unit.indexer.fake_chain import (
    ADMIN,
    CODE,
    GENESIS_TIME,
    Acts,
    Block,
    FakeChain,
    child,
    deployment,
    founding,
    genesis,
)

OTHER = sample_code(1)
ONE, TWO = b"\1" * 20, b"\2" * 20


def content(title: str, **fields: object) -> bytes:
    return canonical.encode({"format": "mulu-entry/1", "source": "file", "title": title} | fields)


def later(parent: Block) -> Acts:
    return Acts(len(parent.leaves), GENESIS_TIME + 12 * (parent.header.number + 1))


@pytest.fixture(scope="module")
def mirror(databases: Databases) -> Iterator[Mirror]:
    """Blocks: 2 founding, 3 acts, 4 empty, 5 acts, 6 empty."""
    block = founding(child(genesis(), b"", None))
    acts = later(block)
    acts.propose(1)
    acts.add_organization(OTHER, proposal=1, parent=CODE)
    acts.add_account(ONE, OTHER)
    acts.publish(b"a", 1, content("取水许可", theme="环境", abstract="水资源"), share=1)
    acts.publish(b"b", 1, content("气象预报", theme="气象"), share=0)
    acts.set_parameter("notice_workdays", 1, 10, proposal=0)
    block = child(child(block, b"", acts), b"", None)
    acts = later(block)
    acts.publish(b"a", 2, content("取水许可证", theme="环境", keywords=["河流"]), share=2)
    acts.retire(b"b", 2)
    acts.publish(b"c", 1, content("河流信息", source="other"), share=1)
    acts.rotate_account(ONE, TWO)
    acts.suspend(OTHER)
    acts.propose(2)
    acts.set_parameter("notice_workdays", 2, 20, proposal=0, since=GENESIS_TIME + 10_000)
    block = child(child(block, b"", acts), b"", None)
    url = databases.migrated()
    mirror = Mirror(url)
    Indexer(FakeChain(block), mirror.writer, deployment(), Finality(2)).once()
    yield mirror
    mirror.close()
    databases.give_back(url)


def codes(mirror: Mirror, wanted: Filter, at: int | None = None) -> list[tuple[str, int]]:
    return [(row.local_code, row.version) for row in mirror.queries.entries(wanted, at)]


def test_position(mirror: Mirror) -> None:
    position = mirror.queries.position()
    assert (position.head_number, position.final_block, position.journal_size) == (6, 4, 16)


@pytest.mark.parametrize(
    ("wanted", "now", "then"),
    [
        (Filter(), [("a", 2), ("b", 2), ("c", 1)], [("a", 1), ("b", 1)]),
        (Filter(q="取水"), [("a", 2)], [("a", 1)]),
        (Filter(q="河流"), [("a", 2), ("c", 1)], []),
        (Filter(q="水资"), [], [("a", 1)]),
        (Filter(q="水"), [("a", 2)], [("a", 1)]),
        (Filter(q="!"), [], []),
        (Filter(status="RETIRED"), [("b", 2)], []),
        (Filter(status="ACTIVE", share=1), [("c", 1)], [("a", 1)]),
        (Filter(share=0), [("b", 2)], [("b", 1)]),
        (Filter(theme="气象"), [("b", 2)], [("b", 1)]),
        (Filter(source="other"), [("c", 1)], []),
        (Filter(provider=CODE, submitter=CODE, malformed=False), [("a", 2), ("b", 2), ("c", 1)], [("a", 1), ("b", 1)]),
        (Filter(open=2, level=3, status="ACTIVE"), [("a", 2), ("c", 1)], [("a", 1), ("b", 1)]),
        (Filter(open=1), [], []),
        (Filter(level=4), [], []),
        (Filter(provider=OTHER), [], []),
        (Filter(malformed=True), [], []),
    ],
)  # fmt: skip
def test_entries_by_filter_now_and_then(
    mirror: Mirror, wanted: Filter, now: list[tuple[str, int]], then: list[tuple[str, int]]
) -> None:
    assert codes(mirror, wanted) == now
    assert codes(mirror, wanted, 6) == now
    for block in (3, 4):
        assert codes(mirror, wanted, block) == then
    assert codes(mirror, wanted, 2) == []
    assert mirror.queries.count_entries(wanted, None, 100) == len(now)
    assert mirror.queries.count_entries(wanted, 4, 1) == min(1, len(then))


def test_pages_go_on_after_the_last_row(mirror: Mirror) -> None:
    queries, seen = mirror.queries, []
    after = None
    while page := queries.entries(after=after, limit=1):
        seen += page
        after = page[-1].act_index
    assert seen == queries.entries()
    assert [row.local_code for row in seen] == ["a", "b", "c"]


def test_pages_go_down_when_the_newest_come_first(mirror: Mirror) -> None:
    queries = mirror.queries
    for at in (None, 4):
        seen, after = [], None
        while page := queries.entries(at=at, after=after, limit=1, newest_first=True):
            seen += page
            after = page[-1].act_index
        assert seen == queries.entries(at=at)[::-1]
    assert [row.local_code for row in queries.entries(Filter(q="河流"), newest_first=True)] == ["c", "a"]


@pytest.mark.parametrize("page_size", [1, 2, 3, 4])
def test_an_export_has_every_entry_once(mirror: Mirror, page_size: int) -> None:
    with mirror.snapshot() as view:
        rows = list(all_entries(view, Filter(status="ACTIVE"), page_size))
    assert [(row.local_code, row.version) for row in rows] == [("a", 2), ("c", 1)]
    with mirror.snapshot() as view:
        assert list(all_entries(view, Filter(), page_size)) == mirror.queries.entries()


def test_an_entry_and_its_history(mirror: Mirror) -> None:
    queries = mirror.queries
    id = queries.entries(Filter(theme="环境"))[0].entry_id
    assert [row.version for row in queries.entry_history(id)] == [1, 2]
    assert [row.version for row in queries.entry_history(id, at=4)] == [1]
    assert [row.version for row in queries.entry_history(id, after_version=1)] == [2]
    assert [row.version for row in queries.entry_history(id, newest_first=True)] == [2, 1]
    assert [row.version for row in queries.entry_history(id, limit=1, newest_first=True)] == [2]
    assert [row.version for row in queries.entry_history(id, after_version=2, newest_first=True)] == [1]
    assert [row.version for row in queries.entry_history(id, at=4, newest_first=True)] == [1]
    versions = [queries.entry(id, at) for at in (None, 4, 2)]
    assert [row and row.version for row in versions] == [2, 1, None]
    first = queries.entry_version(id, 1)
    assert first is not None
    assert (first.to_block, first.to_time) == (5, time_of(GENESIS_TIME + 60))
    assert queries.entry_version(id, 3) is None


def test_facets_count_active_entries(mirror: Mirror) -> None:
    facets = mirror.queries.facets()
    assert facets.themes == [("环境", 1)]
    assert facets.providers == [(CODE, 2)]
    assert facets.sources == [("file", 1), ("other", 1)]
    assert mirror.queries.facets(4).sources == [("file", 2)]
    assert mirror.queries.facets(most=1).sources == [("file", 1)]


def test_organizations(mirror: Mirror) -> None:
    queries = mirror.queries
    assert [row.code for row in queries.organizations()] == [CODE, OTHER]
    assert [row.code for row in queries.organizations(suspended=True)] == [OTHER]
    assert queries.organizations(suspended=True, at=4) == []
    assert [row.code for row in queries.organizations(after=CODE, limit=5)] == [OTHER]
    assert [row.code for row in queries.organizations(parent=CODE)] == [OTHER]
    assert len(queries.organizations(q="别名", limit=1)) == 1
    assert queries.organizations(q="没有") == []
    assert [row.suspended for row in queries.organization_history(OTHER)] == [False, True]
    assert [row.suspended for row in queries.organization_history(OTHER, newest_first=True)] == [True, False]
    assert [row.suspended for row in queries.organization_history(OTHER, limit=1, newest_first=True)] == [True]
    assert queries.organization(OTHER, 2) is None
    assert queries.organization_names([OTHER, "X"]) == {OTHER: f"机构{OTHER}"}


def test_names_are_read_without_the_rest_of_the_rows(mirror: Mirror) -> None:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(mirror.engine, "before_cursor_execute", note)
    try:
        mirror.queries.organization_names([CODE, OTHER])
    finally:
        event.remove(mirror.engine, "before_cursor_execute", note)
    (statement,) = (statement for statement in statements if statement.startswith("SELECT"))
    assert statement.split("FROM")[0].split() == ["SELECT", "organization.code,", "organization.name"]


def test_accounts(mirror: Mirror) -> None:
    queries = mirror.queries
    assert [(row.address, row.active) for row in queries.accounts(OTHER)] == [(ONE, False), (TWO, True)]
    assert [(row.address, row.active) for row in queries.accounts(OTHER, 4)] == [(ONE, True)]
    assert len(queries.accounts()) == 3
    assert [row.from_index for row in queries.accounts(newest_first=True)] == [
        row.from_index for row in queries.accounts()[::-1]
    ]
    assert queries.accounts(limit=1, newest_first=True)[0].address != queries.accounts(limit=1)[0].address
    ended = queries.account(ONE)
    assert ended is not None
    assert ended.successor == TWO
    assert queries.account(ONE, 2) is None


def test_proposals_and_parameters(mirror: Mirror) -> None:
    queries = mirror.queries
    assert [row.number for row in queries.proposals(pending=True)] == [2]
    assert [row.number for row in queries.proposals(pending=False)] == [1]
    one = queries.proposal(1)
    assert one is not None
    assert (one.settled_by, one.settled_index, one.made_index) == (ADMIN, 4, 3)
    assert [row.value for row in queries.parameters("notice_workdays")] == [10, 20]
    assert [row.value for row in queries.parameters(at=4)] == [10]
    assert [row.value for row in queries.parameters_in_force(time_of(GENESIS_TIME + 9_999))] == [10]
    assert [row.value for row in queries.parameters_in_force(time_of(GENESIS_TIME + 10_000))] == [20]


def test_acts(mirror: Mirror) -> None:
    queries = mirror.queries
    assert [row.index for row in queries.acts(limit=2)] == [15, 14]
    assert [row.index for row in queries.acts(after=14, limit=2)] == [13, 12]
    assert [row.index for row in queries.acts(after=1, limit=2, newest_first=False)] == [2, 3]
    events = [row.event for row in queries.acts(organization=OTHER)]
    assert events == ["OrganizationSuspended", "AccountRotated", "AccountAdded", "OrganizationAdded"]
    assert {row.event for row in queries.acts(contract="Catalog")} == {"EntryPublished", "EntryRetired"}
    assert [row.index for row in queries.acts(at=2)] == [2, 1, 0]
    assert len(queries.acts(event="JournalOpened", account=ADMIN)) == 1
    act = queries.act(0)
    assert act is not None
    assert act.event == "JournalOpened"
    assert queries.act(16) is None


def test_a_moment_names_the_last_block_known(mirror: Mirror) -> None:
    queries = mirror.queries

    def number(block: int) -> int | None:
        point = queries.point_at_block(block)
        return point and point.number

    # Headers are kept from the final block, 4, on.
    assert [number(block) for block in range(1, 8)] == [None, 2, 3, 4, 5, 6, 6]
    times = [queries.point_at_time(time_of(GENESIS_TIME + 12 * block)) for block in range(1, 8)]
    assert [point and point.number for point in times] == [None, 2, 3, 4, 5, 6, 6]
    between = queries.point_at_time(time_of(GENESIS_TIME + 36) + timedelta(seconds=11))
    assert between is not None
    assert (between.number, between.time) == (3, time_of(GENESIS_TIME + 36))


def test_the_journal_can_be_proven_from_its_tiles(mirror: Mirror) -> None:
    from ledger.merkle.proof import inclusion_path, root

    position = mirror.queries.position()
    nodes = mirror.queries.nodes(position.journal_size)
    assert root(nodes, position.journal_size) == position.journal_root
    assert len(inclusion_path(nodes, 5, position.journal_size)) == 4


def test_publishing_sees_the_current_versions(mirror: Mirror) -> None:
    rows = {row.local_code: row for row in mirror.queries.entries()}
    with mirror.catalog() as catalog:
        ids = [EntryId(rows[name].entry_id) for name in "ab"]
        found = catalog.entries_by_id([*ids, EntryId(bytes(32))])
        assert [(found[id].version, found[id].status.name) for id in ids] == [(2, "ACTIVE"), (2, "RETIRED")]
        assert [entry.local_code for entry in catalog.entries_of_source("file")] == ["a", "b"]
        assert [(known.code, known.suspended) for known in catalog.organizations()] == [(CODE, False), (OTHER, True)]


def test_a_snapshot_stays_as_it_was(mirror: Mirror, tmp_path: Path) -> None:
    with mirror.snapshot() as before:
        assert before.position().journal_size == 16
        with mirror.writer.transaction() as connection:
            connection.exec_driver_sql("UPDATE organization SET name = 'later' WHERE to_block IS NULL")
        assert "later" not in before.organization_names([CODE]).values()
        assert mirror.queries.organization_names([CODE]) == {CODE: "later"}
    assert mirror.reproject() == 16
    assert mirror.queries.organization_names([CODE]) == {CODE: f"机构{CODE}"}
