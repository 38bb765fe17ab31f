"""What goes on chain stands in the mirror."""

from ledger.store.entry_queries import Filter
from ledger.store.mirror import Mirror
from tests.integration.indexer.conftest import AUTHORITY, Ledger


def test_acts_entries_and_root_equal_the_chains(ledger: Ledger, mirror: Mirror) -> None:
    ledger.publish(1, 2, 3)
    ledger.publish(2)
    ledger.retire(3)
    cursor = ledger.indexer(mirror).once()

    assert cursor.journal_size == ledger.contracts.call("Journal", "size")
    assert cursor.journal_root == ledger.contracts.call("Journal", "root")
    queries = mirror.queries
    rows = queries.entries()
    assert [(row.local_code, row.version, row.status) for row in rows] == [
        ("E-1", 1, "ACTIVE"),
        ("E-2", 2, "ACTIVE"),
        ("E-3", 2, "RETIRED"),
    ]
    assert rows[2].title == "数据目录3号第1版"
    assert [row.local_code for row in queries.entries(Filter(q="取水 许可证", status="ACTIVE"))] == ["E-1", "E-2"]
    assert queries.entries(Filter(q="取火")) == []
    before = rows[1].from_block - 1
    assert [row.version for row in queries.entries(at=before)] == [1, 1, 1]
    organization = queries.organization(AUTHORITY)
    assert organization is not None
    assert organization.name == "数据管理局"
    assert len(queries.accounts(AUTHORITY)) == 2
    (proposal,) = queries.proposals()
    assert proposal.settled_by == queries.accounts()[1].address
    assert queries.proposals(pending=True) == []
