"""Follows who may seal, header by header: from a block whose validators are known to the newest that counts.

Each header is checked like one of a bundle, against the set that the votes up to it have made. On Clique votes change
the set by the rules of EIP-225. On QBFT the header states the set; a change of it is believed where more than half of
the validators before voted for it in headers that were followed, and a quorum of the new set sealed it.
"""

from dataclasses import dataclass, field, replace

from ledger.errors import Contradicted, Malformed, Rejected
from ledger.model.ids import to_hex
from ledger.proof import clique, qbft
from ledger.proof.header import Header
from ledger.proof.trust import CLIQUE, QBFT, Trust, Window

_AUTHORIZE, _DROP = b"\xff" * 8, bytes(8)
"""What a Clique header's nonce says of the account that its miner field names (EIP-225)."""


@dataclass(slots=True)
class Follower:
    """A trust file on its way to a later block. Give it every header after `trust.known_block`, in order."""

    trust: Trust
    _last: Header | None = None
    _votes: dict[tuple[bytes, bytes], bool] = field(default_factory=dict)
    """(who votes, about whom) → whether to become a validator."""
    _sealed: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.trust.consensus not in (CLIQUE, QBFT):
            raise Rejected("the development chain has no validators: there is nothing to update")

    def advance(self, header: Header) -> None:
        """Takes the next header. Raises Contradicted, Malformed when it does not follow, or is not sealed."""
        last = self._last
        hash_ = self.trust.known_hash if last is None else block_hash(self.trust, last)
        number = self.trust.known_block if last is None else last.number
        if header.number != number + 1 or header.parent_hash != hash_:
            raise Contradicted(
                "header",
                f"block {header.number} is no child of block {number}, {to_hex(hash_)}: is the node on the "
                "trusted chain?",
            )
        if self.trust.consensus == CLIQUE:
            self._advance_clique(header)
        else:
            self._advance_qbft(header)
        self._last = header
        if not self._votes:
            # Nothing is pending here, so the next update can begin here.
            self.trust = replace(self.trust, known_block=header.number, known_hash=block_hash(self.trust, header))

    def _advance_clique(self, header: Header) -> None:
        known = self._window.addresses
        listed = clique.listed_signers(header)
        if listed:
            if listed != known:
                raise Contradicted("header", f"checkpoint {header.number} lists other signers than its votes make")
            self._votes.clear()
        sealed = clique.check_seal(header, known)
        others = len(known) // 2
        if others and sealed in self._sealed[-others:]:
            raise Contradicted("seal", f"{to_hex(sealed)} sealed block {header.number} too soon after its last one")
        self._sealed = [*self._sealed, sealed][-len(known) :]
        if header.nonce not in (_AUTHORIZE, _DROP):
            raise Malformed(f"block {header.number}: its nonce is no vote")
        self._vote(sealed, header.miner, header.nonce == _AUTHORIZE)
        self._change(header, header.miner)

    def _advance_qbft(self, header: Header) -> None:
        extra = qbft.parse_extra_data(header)
        stated = tuple(sorted(extra.validators))
        if not stated:
            raise Rejected("a contract manages the validators of this chain: get a new trust file instead")
        known = self._window.addresses
        changed = set(stated) ^ set(known)
        if changed:
            if len(changed) != 1:
                raise Contradicted("header", f"block {header.number} changes {len(changed)} validators at once")
            (about,) = changed
            if not self._passed(about):
                raise Contradicted("header", f"block {header.number} changes validator {to_hex(about)} without votes")
            self._close(self._last or header, stated, header.number)
            self._forget(about)
        qbft.check_seals(header, stated)
        if extra.vote is not None:
            self._vote(header.miner, *extra.vote)

    @property
    def _window(self) -> Window:
        return self.trust.windows[-1]

    def _vote(self, voter: bytes, about: bytes, authorize: bool) -> None:
        """Counts a vote: the last one of a voter about an account; one that would change nothing is none."""
        self._votes.pop((voter, about), None)
        if (about in self._window.addresses) is not authorize and voter in self._window.addresses:
            self._votes[voter, about] = authorize

    def _passed(self, about: bytes) -> bool:
        return sum(subject == about for _, subject in self._votes) > len(self._window.addresses) // 2

    def _change(self, header: Header, about: bytes) -> None:
        if self._passed(about):
            known = set(self._window.addresses) ^ {about}
            if not known:
                raise Contradicted("header", f"block {header.number} removes the last signer")
            self._close(header, tuple(sorted(known)), header.number + 1)
            self._forget(about)

    def _close(self, last: Header, addresses: tuple[bytes, ...], first_block: int) -> None:
        """Ends the present window with a header; the next one begins with the block after."""
        ended = replace(self._window, until_block=first_block, until_time=last.time + 1)
        fresh = Window(first_block, None, last.time, None, addresses)
        self.trust = replace(self.trust, windows=(*self.trust.windows[:-1], ended, fresh))

    def _forget(self, about: bytes) -> None:
        """Drops votes about an account that changed, and its own."""
        self._votes = {key: vote for key, vote in self._votes.items() if about not in key}


def block_hash(trust: Trust, header: Header) -> bytes:
    """The hash of a block, 32 bytes, by the trusted chain's consensus. Raises Malformed."""
    return qbft.block_hash(header) if trust.consensus == QBFT else header.plain_hash


def starting_window(consensus: str, genesis: Header) -> Window:
    """The validators that a genesis block states. Raises Malformed when it states none."""
    on_clique = consensus == CLIQUE
    stated = clique.listed_signers(genesis) if on_clique else qbft.parse_extra_data(genesis).validators
    if not stated:
        raise Malformed("the genesis block states no validators: write the trust file by hand")
    return Window(0, None, 0, None, tuple(sorted(stated)))
