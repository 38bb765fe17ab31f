"""Headers with seals of keys that the tests hold."""

from collections.abc import Sequence

from coincurve import PrivateKey

from ledger.chain.artifacts import keccak256
from ledger.proof import qbft, rlp
from ledger.proof.header import Header


def address_of(key: PrivateKey) -> bytes:
    return keccak256(key.public_key.format(compressed=False)[1:])[12:]


KEYS = tuple(sorted((PrivateKey(bytes([at]) * 32) for at in range(1, 8)), key=address_of))
ADDRESSES = tuple(map(address_of, KEYS))


def header(
    number: int,
    time: int,
    state_root: bytes = bytes(32),
    parent: bytes = bytes(32),
    extra: bytes = b"",
    difficulty: int = 1,
) -> Header:
    numbers = [rlp.encode_integer(value) for value in (difficulty, number, 30_000_000, 21_000, time)]
    roots = (state_root, b"\x01" * 32, b"\x02" * 32)
    return Header((parent, b"\x03" * 32, bytes(20), *roots, bytes(256), *numbers, b"", bytes(32), bytes(8)))


def with_extra(of: Header, extra: bytes) -> Header:
    return Header((*of.items[:12], extra, *of.items[13:]))


def sealed_qbft(
    plain: Header,
    keys: Sequence[PrivateKey],
    round: int = 0,
    stated: Sequence[bytes] = ADDRESSES[:4],
    vote: rlp.Item = b"",
) -> Header:
    """A header with commit seals of these keys, in their order."""
    parts = qbft.ExtraData((bytes(32), list(stated), vote), rlp.encode_integer(round), ())
    digest = qbft.sealed_digest(with_extra(plain, parts.encode()))
    seals = tuple(key.sign_recoverable(digest, hasher=None) for key in keys)
    return with_extra(plain, parts.encode(seals=seals, round=parts.round))


def sealed_clique(plain: Header, key: PrivateKey, signers: Sequence[bytes], listed: bytes = b"") -> Header:
    """A header with the seal of one signer, with the difficulty of its turn."""
    in_turn = sorted(signers)[plain.number % len(signers)] == address_of(key)
    items = (*plain.items[:7], rlp.encode_integer(2 if in_turn else 1), *plain.items[8:])
    unsealed = Header((*items[:12], bytes(32) + listed, *items[13:]))
    return with_extra(unsealed, bytes(32) + listed + key.sign_recoverable(unsealed.plain_hash, hasher=None))


def clique_run(first: Header, keys: Sequence[PrivateKey], signers: Sequence[bytes]) -> list[Header]:
    """A header and its children, sealed by these keys in turn, one second apart."""
    run = [sealed_clique(first, keys[0], signers)]
    for key in keys[1:]:
        parent = run[-1]
        child = header(parent.number + 1, parent.time + 1, b"\x09" * 32, parent.plain_hash)
        run.append(sealed_clique(child, key, signers))
    return run
