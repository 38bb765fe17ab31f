"""Following who may seal: votes on Clique by EIP-225, on QBFT by what headers state and validators voted for."""

from dataclasses import replace

import pytest
from coincurve import PrivateKey

from ledger.errors import Contradicted, LedgerError, Malformed, Rejected
from ledger.proof import qbft, rlp
from ledger.proof.follow import Follower, block_hash, starting_window
from ledger.proof.header import Header
from ledger.proof.trust import Trust, Window
from tests.unit.proof.material import trust
from tests.unit.proof.sealed import ADDRESSES, KEYS, header, sealed_clique, sealed_qbft, with_extra

FOUR = ADDRESSES[:4]
GENESIS = with_extra(header(0, 1_000), bytes(32) + b"".join(FOUR) + bytes(65))


def start(consensus: str = "clique", genesis: Header = GENESIS) -> Follower:
    window = starting_window(consensus, genesis)
    known = replace(trust(), consensus=consensus, windows=(window,))
    return Follower(replace(known, known_hash=block_hash(known, genesis)))


class Clique:
    """Seals one header after the other, a second apart."""

    def __init__(self, signers: tuple[bytes, ...] = FOUR) -> None:
        self.follower = start()
        self.last = GENESIS
        self.signers = signers

    def seal(self, key: int, about: bytes = bytes(20), authorize: bool = False, listed: bytes = b"") -> None:
        plain = header(self.last.number + 1, self.last.time + 1, parent=self.last.plain_hash)
        nonce = b"\xff" * 8 if authorize else bytes(8)
        voted = Header((*plain.items[:2], about, *plain.items[3:14], nonce))
        self.last = sealed_clique(voted, KEYS[key], self.signers, listed)
        self.follower.advance(self.last)

    @property
    def trust(self) -> Trust:
        return self.follower.trust


def test_the_genesis_block_states_the_first_signers() -> None:
    assert start().trust.windows == (Window(0, None, 0, None, FOUR),)
    with pytest.raises(Malformed, match="states no validators"):
        starting_window("clique", with_extra(header(0, 1), bytes(97)))


def test_without_votes_the_set_stays_and_the_known_block_moves() -> None:
    chain = Clique()
    for key in (0, 1, 2, 3, 0, 1):
        chain.seal(key)
    assert (chain.trust.known_block, chain.trust.known_hash) == (6, chain.last.plain_hash)
    assert len(chain.trust.windows) == 1


def test_more_than_half_vote_a_signer_out() -> None:
    chain = Clique()
    for key in (0, 1):
        chain.seal(key, FOUR[3])
    assert len(chain.trust.windows) == 1
    assert chain.trust.known_block == 0  # votes are pending: an update begins before them
    chain.seal(2, FOUR[3])
    first, second = chain.trust.windows
    assert (first.until_block, first.until_time) == (4, chain.last.time + 1)
    assert second == Window(4, None, chain.last.time, None, FOUR[:3])
    assert chain.trust.known_block == 3
    chain.signers = FOUR[:3]
    chain.seal(0)
    chain.seal(1)
    assert chain.trust.validators_at(5, chain.last.time) == FOUR[:3]
    assert chain.trust.validators_at(3, chain.last.time - 2) == FOUR
    with pytest.raises(Contradicted, match="is no signer there"):
        chain.seal(3)


def test_more_than_half_vote_a_signer_in() -> None:
    chain = Clique()
    for key in (0, 1, 2):
        chain.seal(key, ADDRESSES[4], authorize=True)
    assert chain.trust.windows[-1].addresses == ADDRESSES[:5]


def test_votes_that_count_once_or_not_at_all() -> None:
    chain = Clique()
    chain.seal(0, ADDRESSES[4])  # drops one who is none
    chain.seal(1, FOUR[3], authorize=True)  # authorizes one who is one
    for key in (2, 3, 0, 1, 2, 3):
        chain.seal(key, ADDRESSES[4], authorize=key == 2)  # one voter, again and again
    assert len(chain.trust.windows) == 1
    chain.seal(0, ADDRESSES[4], authorize=True)
    chain.seal(1)
    chain.seal(2, ADDRESSES[4])  # takes its vote back
    chain.seal(3, ADDRESSES[4], authorize=True)
    assert len(chain.trust.windows) == 1
    chain.seal(1, ADDRESSES[4], authorize=True)
    assert chain.trust.windows[-1].addresses == ADDRESSES[:5]


def test_the_votes_of_a_signer_leave_with_it() -> None:
    chain = Clique()
    chain.seal(3, ADDRESSES[4], authorize=True)
    for key in (0, 1, 2):
        chain.seal(key, FOUR[3])
    chain.signers = FOUR[:3]
    assert chain.trust.windows[-1].addresses == FOUR[:3]
    chain.seal(0, ADDRESSES[4], authorize=True)
    assert len(chain.trust.windows) == 2
    chain.seal(1, ADDRESSES[4], authorize=True)
    assert chain.trust.windows[-1].addresses == (*FOUR[:3], ADDRESSES[4])


def test_a_checkpoint_drops_votes_and_lists_the_signers() -> None:
    chain = Clique()
    chain.seal(0, FOUR[3])
    chain.seal(1, FOUR[3])
    chain.seal(2, listed=b"".join(FOUR))
    assert chain.trust.known_block == 3
    chain.seal(3)
    chain.seal(0, FOUR[3])
    assert len(chain.trust.windows) == 1
    with pytest.raises(Contradicted, match="lists other signers"):
        chain.seal(1, listed=b"".join(FOUR[:3]))


def test_what_does_not_follow() -> None:
    chain = Clique()
    chain.seal(0)
    with pytest.raises(Contradicted, match="is no child of block 1"):
        chain.follower.advance(sealed_clique(header(2, 5), KEYS[1], FOUR))
    with pytest.raises(Contradicted, match="is no child of block 1"):
        chain.follower.advance(sealed_clique(header(3, 5, parent=chain.last.plain_hash), KEYS[1], FOUR))
    with pytest.raises(Contradicted, match="too soon after"):
        chain.seal(0)
    chain = Clique()
    plain = header(1, 1_001, parent=GENESIS.plain_hash)
    odd = Header((*plain.items[:14], b"\1" * 8))
    with pytest.raises(Malformed, match="its nonce is no vote"):
        chain.follower.advance(sealed_clique(odd, KEYS[0], FOUR))
    with pytest.raises(Rejected, match="nothing to update"):
        Follower(trust())


def test_the_last_signer_stays() -> None:
    alone = with_extra(header(0, 1_000), bytes(32) + ADDRESSES[0] + bytes(65))
    follower = start(genesis=alone)
    plain = header(1, 1_001, parent=alone.plain_hash)
    voted = Header((*plain.items[:2], ADDRESSES[0], *plain.items[3:]))
    with pytest.raises(Contradicted, match="removes the last signer"):
        follower.advance(sealed_clique(voted, KEYS[0], ADDRESSES[:1]))


class Qbft:
    """Seals one header after the other by all validators that it states."""

    def __init__(self) -> None:
        self.genesis = with_extra(header(0, 1_000), qbft.ExtraData((bytes(32), list(FOUR), []), b"", ()).encode())
        self.follower = start("qbft", self.genesis)
        self.last = self.genesis

    def seal(
        self,
        stated: tuple[bytes, ...] = FOUR,
        proposer: int = 0,
        vote: rlp.Item = b"",
        keys: tuple[PrivateKey, ...] | None = None,
    ) -> None:
        plain = header(self.last.number + 1, self.last.time + 1, parent=qbft.block_hash(self.last))
        proposed = Header((*plain.items[:2], ADDRESSES[proposer], *plain.items[3:]))
        by = keys if keys is not None else tuple(KEYS[ADDRESSES.index(one)] for one in stated)
        block = sealed_qbft(proposed, by, 0, stated, vote)
        self.follower.advance(block)
        self.last = block


def test_a_set_that_more_than_half_voted_for() -> None:
    chain = Qbft()
    chain.seal()
    assert chain.follower.trust.known_block == 1
    for proposer in (0, 1, 2):
        chain.seal(proposer=proposer, vote=[ADDRESSES[4], b"\xff"])
    assert chain.follower.trust.known_block == 1
    chain.seal(ADDRESSES[:5])
    first, second = chain.follower.trust.windows
    assert (first.until_block, second.from_block, second.addresses) == (5, 5, ADDRESSES[:5])
    assert chain.follower.trust.known_block == 5
    for proposer in (0, 1, 2):
        chain.seal(ADDRESSES[:5], proposer, [ADDRESSES[0], b""])
    chain.seal(ADDRESSES[1:5], 1)
    assert chain.follower.trust.windows[-1].addresses == ADDRESSES[1:5]


@pytest.mark.parametrize(
    ("stated", "keys", "said"),
    [
        (ADDRESSES[:5], None, "without votes"),
        (ADDRESSES[:6], None, "changes 2 validators at once"),
        (FOUR, KEYS[:2], "2 of 4 validators"),
        (FOUR, KEYS[3:6], "is no validator there"),
        ((), KEYS[:3], "get a new trust file"),
    ],
)
def test_a_set_that_nobody_voted_for(stated: tuple[bytes, ...], keys: tuple[PrivateKey, ...] | None, said: str) -> None:
    chain = Qbft()
    chain.seal(proposer=0, vote=[ADDRESSES[4], b"\xff"])
    chain.seal(proposer=1, vote=[ADDRESSES[4], b"\xff"])
    before = chain.follower.trust
    with pytest.raises(LedgerError, match=said):
        chain.seal(stated, keys=keys)
    assert chain.follower.trust == before
