"""What to do next, and when what is indexed is final."""

import pytest

from ledger.chain.rpc import NodeError
from ledger.errors import Inconsistent, Malformed, Unavailable
from ledger.indexer.decide import Competing, Lagging, Next, Same, check_chain, common_ancestor, decide, linked
from ledger.indexer.finality import Finality, parse_finality
from ledger.indexer.logs import AIM, LARGEST_RANGE, Ranges, parse_logs
from ledger.indexer.ports import RangeTooLarge
from ledger.indexer.rows import BlockRow, time_of


def block(number: int, fork: int = 0, parent_fork: int | None = None) -> BlockRow:
    def name(height: int, which: int) -> bytes:
        return bytes([height, which]).ljust(32, b"\0")

    before = fork if parent_fork is None else parent_fork
    return BlockRow(number, name(number, fork), name(number - 1, before) if number else bytes(32), time_of(number))


def test_the_same_head_is_nothing_new() -> None:
    assert decide(block(5), block(5), block(5)) == Same()


def test_a_higher_head_over_ours_is_next() -> None:
    assert decide(block(5), block(9), block(5)) == Next(6, 10)


def test_a_lower_head_lags_even_on_another_fork() -> None:
    assert decide(block(5), block(4), None) == Lagging(4, 5)
    assert decide(block(5), block(4, fork=1), None) == Lagging(4, 5)


def test_a_node_without_its_own_block_lags() -> None:
    assert decide(block(5), block(7), None) == Lagging(7, 5)


@pytest.mark.parametrize("head", [5, 6, 9])
def test_another_block_at_our_height_competes(head: int) -> None:
    assert decide(block(5), block(head, fork=1), block(5, fork=1)) == Competing(block(5, fork=1))


def test_the_common_ancestor_is_the_highest_equal_block() -> None:
    stored = [block(3), block(4), block(5)]
    found = {3: block(3), 4: block(4, fork=1, parent_fork=0), 5: block(5, fork=1)}
    assert common_ancestor(stored, found, 3, "n") == block(3)
    assert common_ancestor(stored, {3: block(3), 4: block(4)}, None, "n") == block(4)


def test_an_ancestor_below_the_final_block_is_refused() -> None:
    stored = [block(3), block(4), block(5)]
    found = {3: block(3), 4: block(4, fork=1), 5: block(5, fork=1)}
    with pytest.raises(Inconsistent, match="final block 4"):
        common_ancestor(stored, found, 4, "n")
    with pytest.raises(Inconsistent, match="the node n has nothing"):
        common_ancestor(stored, {}, None, "n")


def test_headers_are_linked_by_their_parents() -> None:
    assert linked(block(2), [block(3), block(4)])
    assert not linked(block(2, fork=1), [block(3)])
    assert not linked(None, [block(3), block(4, fork=1)])
    assert linked(block(1), [block(3)])


def test_everything_that_differs_of_a_chain_is_named() -> None:
    with pytest.raises(Inconsistent, match=r"chain id 2 \(want 1\), genesis block .*, no journal"):
        check_chain(chain_id=(2, 1), genesis_hash=(bytes(32), b"\1" * 32), origin=(None, bytes(32)), what="node")
    check_chain(chain_id=(1, 1), genesis_hash=(b"", b""), origin=None, what="node")


def test_finality() -> None:
    assert parse_finality("depth:12") == Finality(12)
    assert str(parse_finality("depth:0")) == "depth:0"
    for wrong in ("depth:-1", "depth:01", "depth:1000000", "seal", "12", "", "depth:１"):
        with pytest.raises(Malformed):
            parse_finality(wrong)
    assert Finality(3).final_block(10, 10, None) == 7
    assert Finality(3).final_block(2, 2, None) is None
    assert Finality(0).final_block(10, 4, None) == 4
    assert Finality(3).final_block(8, 8, 7) == 7


def test_ranges_shrink_where_the_node_refuses_and_grow_again() -> None:
    ranges = Ranges()
    for _ in range(30):
        ranges.answered(ranges.blocks, 0)
    assert ranges.blocks == LARGEST_RANGE
    ranges.refused(ranges.blocks)
    assert ranges.blocks == LARGEST_RANGE // 2
    ranges.answered(ranges.blocks, 10)
    assert LARGEST_RANGE // 2 < ranges.blocks < LARGEST_RANGE
    ranges.answered(100, 9000)
    assert ranges.blocks == 50
    ranges.answered(50, 1000)
    assert ranges.blocks == 50
    with pytest.raises(Unavailable, match="single block"):
        ranges.refused(1)


def test_ranges_are_small_where_much_lies_ahead() -> None:
    ranges = Ranges()
    for _ in range(30):
        ranges.answered(ranges.blocks, 0)

    def next_of(blocks: int, ahead: int | None) -> int:
        ranges.ahead = ahead
        return ranges.next(blocks)

    assert next_of(300, None) == next_of(300, 0) == next_of(300, AIM) == 300
    assert next_of(300, 3 * AIM) == 100
    assert next_of(3, 1_000_000) == next_of(1, 0) == 1
    # A node that says less than it gave: nothing is known then.
    assert next_of(300, -5) == 300
    assert next_of(10 * LARGEST_RANGE, 0) == LARGEST_RANGE
    next_of(300, 3 * AIM)
    ranges.answered(100, AIM)
    assert ranges.next(200) == 100


def test_only_limits_are_range_errors() -> None:
    with pytest.raises(RangeTooLarge):
        parse_logs(b'{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"query returned too many"}}')
    with pytest.raises(RangeTooLarge):
        parse_logs(b'{"error":{"code":-32000,"message":"exceed maximum block range: 5000"}}')
    with pytest.raises(NodeError):
        parse_logs(b'{"error":{"code":-32601,"message":"method not found"}}')
    with pytest.raises(Unavailable):
        parse_logs(b"<html>")
    with pytest.raises(Unavailable):
        parse_logs(b"{}")
