"""QBFT: blocks that a quorum of validators sealed (Besu `BftBlockHashing`, `QbftExtraDataCodec`; GoQuorum
`core/types/istanbul.go`).

    extraData = RLP [vanity, [validators], vote, round, [seals]]

The header is hashed in two ways: the block's hash leaves the seals out and has the round at 0; what the seals sign
leaves the seals out and keeps the round. The list of validators in the header is not believed: it can be anybody's,
and is empty where a contract manages the set. Those of the trust file count.
"""

from collections.abc import Collection
from dataclasses import dataclass

from ledger.chain.artifacts import keccak256
from ledger.errors import Contradicted, Malformed
from ledger.model.ids import to_hex
from ledger.proof import rlp
from ledger.proof.header import Header
from ledger.proof.rlp import Item
from ledger.proof.seal import SEAL_BYTES, NotOfSet, signer_of


@dataclass(frozen=True, slots=True)
class ExtraData:
    """What QBFT keeps in a header's extra data."""

    front: tuple[Item, Item, Item]
    """Vanity, validators, vote: as they stand."""
    round: bytes
    """The round in which the block was agreed on, as RLP has it."""
    seals: tuple[bytes, ...]

    @property
    def validators(self) -> tuple[bytes, ...]:
        """The validators that the header states, 20 bytes each; for following votes, never for checking seals."""
        return tuple(one for one in self.front[1] if isinstance(one, bytes))

    @property
    def vote(self) -> tuple[bytes, bool] | None:
        """The account that the proposer votes about, and whether it is to become a validator."""
        vote = self.front[2]
        if not vote:
            return None
        return (rlp.string(vote[0], "vote"), vote[1] == b"\xff") if isinstance(vote, list) else None

    def encode(self, *, round: bytes | None = None, seals: tuple[bytes, ...] = ()) -> bytes:
        """Extra data with another round and other seals."""
        return rlp.encode([*self.front, self.round if round is None else round, list(seals)])


def quorum(validators: int) -> int:
    """Seals that a block needs: ⌈2n/3⌉ (Besu `BftHelpers.calculateRequiredValidatorQuorum`)."""
    return -(-2 * validators // 3)


def parse_extra_data(header: Header) -> ExtraData:
    """What a header keeps in its extra data. Raises Malformed."""
    raw = rlp.decode_list(header.extra_data)
    if len(raw) != 5:
        raise Malformed(f"header.extraData has {len(raw)} parts, want 5: vanity, validators, vote, round, seals")
    vanity, validators, vote, round, seals = raw
    rlp.string(vanity, "vanity", 32)
    rlp.integer(round, "round", 4)
    if isinstance(validators, bytes) or isinstance(seals, bytes):
        raise Malformed("header.extraData: validators and seals are lists")
    for one in validators:
        rlp.string(one, "validator", 20)
    if vote != [] and vote != b"":
        if isinstance(vote, bytes) or len(vote) != 2:
            raise Malformed("header.extraData: a vote is an account and what is wanted of it")
        rlp.string(vote[0], "vote", 20)
        if vote[1] not in (b"", b"\0", b"\xff"):
            raise Malformed("header.extraData: a vote says 0x00 or 0xff")
    return ExtraData(
        (vanity, validators, vote), rlp.string(round, "round"), tuple(rlp.string(s, "seal", SEAL_BYTES) for s in seals)
    )


def block_hash(header: Header) -> bytes:
    """The block's hash, 32 bytes: without seals, round 0. Raises Malformed."""
    return keccak256(header.with_extra_data(parse_extra_data(header).encode(round=b"")))


def sealed_digest(header: Header) -> bytes:
    """What commit seals sign, 32 bytes: without seals, the round kept. Raises Malformed."""
    return keccak256(header.with_extra_data(parse_extra_data(header).encode()))


def check_seals(header: Header, validators: Collection[bytes]) -> int:
    """Checks that a quorum of validators sealed a header; every seal counts, each validator once. Their number.

    Args: validators: those that the verifier trusts at this height, 20 bytes each.
    Raises Malformed, or Contradicted("seal") when one is not a validator's, stands twice, or too few do.
    """
    known = set(validators)
    extra = parse_extra_data(header)
    digest = keccak256(header.with_extra_data(extra.encode()))
    sealed = set[bytes]()
    for seal in extra.seals:
        signer = signer_of(seal, digest)
        if signer not in known:
            raise NotOfSet(f"{to_hex(signer)} sealed block {header.number} and is no validator there")
        if signer in sealed:
            raise Contradicted("seal", f"validator {to_hex(signer)} sealed block {header.number} twice")
        sealed.add(signer)
    if not known or len(sealed) < quorum(len(known)):
        raise NotOfSet(
            f"{len(sealed)} of {len(known)} validators sealed block {header.number}, want {quorum(len(known))}"
        )
    return len(sealed)


def trimmed(header: Header, validators: int) -> Header:
    """The same block with no more seals than a quorum needs. Raises Malformed."""
    extra = parse_extra_data(header)
    kept = extra.encode(round=extra.round, seals=extra.seals[: quorum(validators)])
    return Header((*header.items[:12], kept, *header.items[13:]))
