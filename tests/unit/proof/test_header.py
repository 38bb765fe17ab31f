"""Headers: read strictly, and what QBFT keeps in them."""

import pytest

from ledger.errors import Contradicted, Malformed
from ledger.proof import qbft, rlp
from ledger.proof.header import Header, parse_header
from ledger.proof.seal import signer_of
from tests.unit.proof.sealed import ADDRESSES, KEYS, header, sealed_qbft, with_extra

PLAIN = header(100, 1_000)


def test_a_header_is_read_as_it_is_written() -> None:
    parsed = parse_header(PLAIN.encode())
    assert parsed == PLAIN
    assert (parsed.number, parsed.time, parsed.difficulty, parsed.miner) == (100, 1_000, 1, bytes(20))
    assert parsed.nonce == bytes(8)
    later = Header((*PLAIN.items, b"", bytes(32), b"", b"", bytes(32), bytes(32)))
    assert parse_header(later.encode()) == later


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (PLAIN.items[:14], "has 14 members"),
        ((*PLAIN.items, *([b""] * 7)), "has 22 members"),
        ((bytes(31), *PLAIN.items[1:]), "header.parentHash: 31 bytes, want 32"),
        ((*PLAIN.items[:8], b"\0\1", *PLAIN.items[9:]), "header.number: no number"),
        ((*PLAIN.items[:8], b"\1" * 9, *PLAIN.items[9:]), "header.number: no number of at most 8"),
    ],
)
def test_what_is_no_header(items: tuple[bytes, ...], said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse_header(Header(items).encode())


def test_a_header_that_is_too_large() -> None:
    with pytest.raises(Malformed, match="at most 16384"):
        parse_header(with_extra(PLAIN, bytes(17_000)).encode())


@pytest.mark.parametrize("round", [0, 3])
def test_the_round_is_sealed_and_not_hashed(round: int) -> None:
    sealed = sealed_qbft(PLAIN, KEYS[:3], round)
    assert qbft.check_seals(sealed, ADDRESSES[:4]) == 3
    assert qbft.block_hash(sealed) == qbft.block_hash(sealed_qbft(PLAIN, [], 0))
    assert (qbft.sealed_digest(sealed) == qbft.block_hash(sealed)) is (round == 0)


def test_seals_beyond_a_quorum_are_left_out() -> None:
    sealed = sealed_qbft(PLAIN, KEYS[:4])
    assert qbft.check_seals(sealed, ADDRESSES[:4]) == 4
    trimmed = qbft.trimmed(sealed, 4)
    assert qbft.check_seals(trimmed, ADDRESSES[:4]) == 3
    assert qbft.block_hash(trimmed) == qbft.block_hash(sealed)


@pytest.mark.parametrize(("validators", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5), (10, 7)])
def test_quorum(validators: int, needed: int) -> None:
    assert qbft.quorum(validators) == needed


@pytest.mark.parametrize("vote", [[], b"", [ADDRESSES[5], b"\xff"], [ADDRESSES[5], b""], [ADDRESSES[5], b"\0"]])
def test_votes(vote: rlp.Item) -> None:
    extra = qbft.ExtraData((bytes(32), [], vote), b"", ())
    parsed = qbft.parse_extra_data(with_extra(PLAIN, extra.encode()))
    assert parsed == extra
    assert parsed.validators == ()
    assert parsed.vote == ((ADDRESSES[5], vote[1] == b"\xff") if vote else None)


@pytest.mark.parametrize(
    "extra",
    [
        [bytes(32), [], [], b""],
        [bytes(31), [], [], b"", []],
        [bytes(32), b"", [], b"", []],
        [bytes(32), [], [], b"", b""],
        [bytes(32), [b"short"], [], b"", []],
        [bytes(32), [], b"vote", b"", []],
        [bytes(32), [], [bytes(20)], b"", []],
        [bytes(32), [], [bytes(19), b"\xff"], b"", []],
        [bytes(32), [], [bytes(20), b"\x01"], b"", []],
        [bytes(32), [], [], b"\0", []],
        [bytes(32), [], [], [], []],
        [bytes(32), [], [], b"", [bytes(64)]],
        [[], [], [], b"", []],
    ],
)
def test_extra_data_of_another_form(extra: list[rlp.Item]) -> None:
    with pytest.raises(Malformed):
        qbft.parse_extra_data(with_extra(PLAIN, rlp.encode(extra)))


@pytest.mark.parametrize("seal", [b"", bytes(65), bytes(64), b"\xff" * 64 + b"\0", b"\1" * 64 + b"\2"])
def test_what_is_no_seal(seal: bytes) -> None:
    with pytest.raises(Contradicted) as refused:
        signer_of(seal, bytes(32))
    assert refused.value.check == "seal"
