import eth_abi
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.entry import Kind, Level, Open, Share
from ledger.model.ids import Digest, EntryId
from ledger.model.publication import NO_REASON, Publication, Retirement
from ledger.publish.batches import BATCH_BYTES, cut_publications, cut_retirements
from tests.unit.publish.builders import WATER

_TYPE = "(bytes18,uint32,uint8,uint8,uint8,uint8,bytes32,bytes,bytes)[]"


def publication(code: str, size: int) -> Publication:
    return Publication(
        WATER, 0, Kind.RESOURCE, Share.NOT_STATED, Open.NOT_STATED, Level.NOT_STATED, NO_REASON, code, b"x" * size
    )


def encoded_bytes(publications: tuple[Publication, ...]) -> int:
    rows = [
        (p.provider.encode(), p.expected_version, int(p.kind), int(p.share), int(p.open), int(p.level), p.reason,
         p.local_code.encode(), p.content)
        for p in publications
    ]  # fmt: skip
    return 4 + len(eth_abi.encode([_TYPE], [rows]))


@given(st.lists(st.tuples(st.text("甲a1", min_size=1, max_size=40), st.integers(1, 30_000)), max_size=30))
def test_batches_keep_order_and_limits_and_know_their_size(sizes: list[tuple[str, int]]) -> None:
    publications = [publication(code, size) for code, size in sizes]
    batches = cut_publications(publications)
    assert [p for batch in batches for p in batch.publications] == publications
    for batch in batches:
        assert batch.call_data_bytes == encoded_bytes(batch.publications) <= BATCH_BYTES


def test_no_batch_has_more_than_a_hundred_entries() -> None:
    assert [len(b.publications) for b in cut_publications(publication(str(n), 10) for n in range(250))] == [
        100,
        100,
        50,
    ]


def test_retirements_go_two_hundred_at_a_time() -> None:
    every = [Retirement(EntryId(n.to_bytes(32)), 1, Digest(bytes(32))) for n in range(401)]
    batches = cut_retirements(every)
    assert [len(b.retirements) for b in batches] == [200, 200, 1]
    assert [r for b in batches for r in b.retirements] == every
    assert cut_retirements([]) == []
