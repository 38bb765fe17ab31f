"""Reorganizations on a real chain: what was indexed of the lost blocks is gone, what they ended is open again."""

import pytest

from ledger.errors import Inconsistent, Unavailable
from ledger.indexer.finality import Finality
from ledger.store.compare import check_mirror
from ledger.store.entry_queries import Filter
from ledger.store.mirror import Mirror
from tests.databases import changed
from tests.integration.indexer.conftest import Ledger


def differences(ledger: Ledger, mirror: Mirror, depth: int) -> list[object]:
    return list(check_mirror(ledger.chain, mirror, ledger.contracts.deployment, Finality(depth)))


@pytest.mark.parametrize("depth", [1, 3, 6])
def test_anvil_reorganizes_and_the_mirror_follows(ledger: Ledger, mirror: Mirror, depth: int) -> None:
    ledger.publish(1, 2)
    for number in range(3, 9):
        ledger.publish(number)
    ledger.publish(1)
    before = ledger.indexer(mirror, 10).once()
    # Blocks come again without their transactions, then one more.
    ledger.node.request("anvil_reorg", depth, [])
    ledger.node.request("anvil_mine", "0x2")
    after = ledger.indexer(mirror, 10).once()
    assert after.journal_size < before.journal_size
    assert after.journal_size == ledger.contracts.call("Journal", "size")
    assert after.journal_root == ledger.contracts.call("Journal", "root")
    assert [row.version for row in mirror.queries.entries() if row.local_code == "E-1"] == [1]
    assert differences(ledger, mirror, 10) == []


def test_another_history_replaces_the_lost_one(ledger: Ledger, mirror: Mirror) -> None:
    ledger.publish(1)
    snapshot = ledger.node.request("evm_snapshot")
    ledger.publish(2)
    ledger.retire(1)
    ledger.indexer(mirror, 10).once()
    assert mirror.queries.entries(Filter(status="RETIRED"))[0].local_code == "E-1"

    assert ledger.node.request("evm_revert", snapshot)
    ledger.versions.update({1: 1, 2: 0})
    # Another time makes another block.
    ledger.node.request("evm_increaseTime", 1000)
    ledger.publish(3)
    with pytest.raises(Unavailable, match="behind"):
        ledger.indexer(mirror, 10).once(deadline_seconds=0.3)
    ledger.publish(1)
    ledger.publish(4)
    ledger.indexer(mirror, 10).once()
    assert [(row.local_code, row.version) for row in mirror.queries.entries()] == [("E-3", 1), ("E-1", 2), ("E-4", 1)]
    assert mirror.queries.entries(Filter(status="RETIRED")) == []
    assert differences(ledger, mirror, 10) == []


def test_below_finality_it_stops(ledger: Ledger, mirror: Mirror) -> None:
    ledger.publish(1)
    ledger.publish(2)
    before = ledger.indexer(mirror, 0).once()
    ledger.node.request("anvil_reorg", 1, [])
    with pytest.raises(Inconsistent, match="below finality"):
        ledger.indexer(mirror, 0).once()
    assert mirror.queries.position() == before


def test_a_mirror_that_was_changed_by_hand_is_found_out(ledger: Ledger, mirror: Mirror) -> None:
    ledger.publish(1, 2)
    ledger.indexer(mirror).once()
    changed(mirror, "UPDATE entry SET title = 'forged' WHERE local_code = 'E-2'")
    (difference,) = check_mirror(ledger.chain, mirror, ledger.contracts.deployment)
    assert (difference.table, difference.column, difference.ours) == ("entry", "title", "forged")
    assert mirror.reproject() == ledger.contracts.call("Journal", "size")
    assert differences(ledger, mirror, 0) == []


def test_malformed_content_stops_nothing(ledger: Ledger, mirror: Mirror) -> None:
    ledger.publish(1, content=b"\x00not json")
    ledger.publish(2)
    ledger.indexer(mirror).once()
    one, two = mirror.queries.entries()
    assert (one.content, one.title) == (b"\x00not json", None)
    assert one.malformed
    assert two.malformed is None
    assert [row.local_code for row in mirror.queries.entries(Filter(malformed=True))] == ["E-1"]
    assert mirror.queries.acts(limit=2)[1].malformed
