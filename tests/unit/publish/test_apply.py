"""Encoding batches for the chain, against eth_abi through the contract's ABI."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.chain import abi
from ledger.model.entry import Kind, Level, Open, Share
from ledger.model.ids import Digest, EntryId
from ledger.model.organization_code import sample_code
from ledger.model.publication import Publication, Retirement
from ledger.publish.apply import encode
from ledger.publish.batches import PublicationBatch, RetirementBatch

PUBLICATIONS = st.builds(
    Publication,
    provider=st.integers(0, 999).map(sample_code),
    expected_version=st.integers(0, 2**32 - 1),
    kind=st.sampled_from(Kind),
    share=st.sampled_from(Share),
    open=st.sampled_from(Open),
    level=st.sampled_from(Level),
    reason=st.binary(min_size=32, max_size=32).map(Digest),
    local_code=st.text("码a1/", min_size=1, max_size=40),
    content=st.binary(min_size=1, max_size=200),
)


@given(st.lists(PUBLICATIONS, min_size=1, max_size=8))
def test_publication_batch_is_encoded_as_eth_abi_does(publications: list[Publication]) -> None:
    expected = abi.encode_call(
        "Catalog",
        "publish",
        [
            {
                "provider": one.provider.encode(),
                "expectedVersion": one.expected_version,
                "kind": int(one.kind),
                "share": int(one.share),
                "open": int(one.open),
                "level": int(one.level),
                "reason": one.reason,
                "localCode": one.local_code.encode(),
                "content": one.content,
            }
            for one in publications
        ],
    )
    assert encode(PublicationBatch(tuple(publications), 0)) == expected


def test_retirement_batch_names_what_it_retires() -> None:
    one = Retirement(EntryId(b"\x01" * 32), 3, Digest(b"\x02" * 32))
    call = abi.decode_call("Catalog", encode(RetirementBatch((one,))))
    assert call.function == "retire"
    assert call.arguments["retirements"] == [{"id": one.id, "expectedVersion": 3, "reason": one.reason}]
