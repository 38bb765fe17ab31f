"""Clique: who sealed, whose turn it was, and how deep a block lies."""

import pytest

from ledger.errors import Contradicted, Malformed
from ledger.proof import clique
from ledger.proof.header import Header, parse_header
from tests.unit.proof.sealed import ADDRESSES, KEYS, clique_run, header, sealed_clique, with_extra

SIGNERS = ADDRESSES[:5]
RUN = clique_run(header(100, 1_000), [KEYS[0], KEYS[1], KEYS[2], KEYS[3]], SIGNERS)


def check(run: list[Header], signers: tuple[bytes, ...] = SIGNERS) -> None:
    clique.check_run(run, [signers] * len(run))


def test_a_run_of_headers() -> None:
    assert [clique.signer(one) for one in RUN] == list(ADDRESSES[:4])
    check(RUN)
    check(RUN[:1])
    check([])


def test_a_signer_of_a_network_of_one_seals_alone() -> None:
    check(clique_run(header(7, 1), [KEYS[2]] * 3, ADDRESSES[2:3]), ADDRESSES[2:3])


@pytest.mark.parametrize(("keys", "good"), [((0, 1, 0), False), ((0, 1, 2, 0), True), ((0, 0), False)])
def test_a_signer_waits_for_others(keys: tuple[int, ...], good: bool) -> None:
    run = clique_run(header(100, 1_000), [KEYS[at] for at in keys], SIGNERS)
    if good:
        check(run)
    else:
        with pytest.raises(Contradicted, match="too soon after"):
            check(run)


def test_a_signer_that_is_not_trusted() -> None:
    with pytest.raises(Contradicted, match="is no signer there") as refused:
        check(RUN, SIGNERS[1:])
    assert refused.value.check == "seal"
    with pytest.raises(Contradicted, match="is no signer there"):
        clique.check_seal(RUN[0], [])


def test_the_difficulty_is_that_of_the_turn() -> None:
    assert [one.difficulty for one in RUN] == [2, 2, 2, 2]
    assert sealed_clique(header(100, 1_000), KEYS[1], SIGNERS).difficulty == 1
    wrong = header(100, 1_000, difficulty=1)
    forged = with_extra(
        wrong, bytes(32) + KEYS[0].sign_recoverable(with_extra(wrong, bytes(32)).plain_hash, hasher=None)
    )
    with pytest.raises(Contradicted, match="not that of its turn"):
        check([forged])


def test_headers_that_do_not_follow_one_another() -> None:
    with pytest.raises(Contradicted, match="no child of block 100") as refused:
        check([RUN[0], RUN[2]])
    assert refused.value.check == "header"
    skipped = sealed_clique(header(102, 1_001, parent=RUN[0].plain_hash), KEYS[1], SIGNERS)
    with pytest.raises(Contradicted, match="no child"):
        check([RUN[0], skipped])
    early = sealed_clique(header(101, 999, parent=RUN[0].plain_hash), KEYS[1], SIGNERS)
    with pytest.raises(Contradicted, match="older than its parent"):
        check([RUN[0], early])


def test_checkpoints_list_signers() -> None:
    listed = sealed_clique(header(30_000, 5), KEYS[0], SIGNERS, listed=b"".join(SIGNERS))
    assert clique.listed_signers(listed) == SIGNERS
    assert clique.listed_signers(RUN[0]) == ()
    assert clique.check_seal(listed, SIGNERS) == ADDRESSES[0]


@pytest.mark.parametrize("size", [0, 96, 98, 116])
def test_extra_data_of_another_form(size: int) -> None:
    with pytest.raises(Malformed, match="of vanity"):
        clique.signer(with_extra(RUN[0], bytes(size)))


@pytest.mark.exhaustive
def test_any_changed_byte_is_refused() -> None:
    for place, one in enumerate(RUN):
        good = one.encode()
        for at in range(len(good)):
            try:
                forged = parse_header(good[:at] + bytes((good[at] ^ 1,)) + good[at + 1 :])
                check([*RUN[:place], forged, *RUN[place + 1 :]])
            except (Malformed, Contradicted):
                continue
            pytest.fail(f"byte {at} of header {place}")
