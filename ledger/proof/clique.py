"""Clique: blocks that one signer each seals (EIP-225; go-ethereum 1.13 `consensus/clique`).

    extraData = vanity, 32 bytes ‖ signers, 20 bytes each, at checkpoints only ‖ seal, 65 bytes

One seal proves little: a block settles by depth alone, by the blocks that others built on it. A signer may seal one of
⌊n/2⌋ + 1 blocks in a row, so a run that long shows a majority of the signers at work.
"""

from collections.abc import Collection, Sequence
from typing import Final

from ledger.chain.artifacts import keccak256
from ledger.errors import Contradicted, Malformed
from ledger.model.ids import to_hex
from ledger.proof.header import Header
from ledger.proof.seal import SEAL_BYTES, NotOfSet, signer_of

VANITY_BYTES: Final = 32
_IN_TURN, _OUT_OF_TURN = 2, 1
"""Difficulty of a block whose signer was, or was not, the one whose turn it was."""


def signer(header: Header) -> bytes:
    """The account that sealed a header, 20 bytes. Raises Malformed, Contradicted("seal")."""
    extra = header.extra_data
    _check_form(header)
    unsealed = header.with_extra_data(extra[:-SEAL_BYTES])
    return signer_of(extra[-SEAL_BYTES:], keccak256(unsealed))


def listed_signers(header: Header) -> tuple[bytes, ...]:
    """The signers that a checkpoint states, 20 bytes each; none elsewhere. Raises Malformed."""
    _check_form(header)
    middle = header.extra_data[VANITY_BYTES:-SEAL_BYTES]
    return tuple(middle[at : at + 20] for at in range(0, len(middle), 20))


def check_seal(header: Header, signers: Collection[bytes]) -> bytes:
    """Checks that one of the signers sealed a header, with the difficulty of its turn. Who it was.

    Args: signers: those that the verifier trusts at this height, 20 bytes each.
    Raises Malformed, Contradicted("seal").
    """
    sealed = signer(header)
    ordered = sorted(set(signers))
    if sealed not in ordered:
        raise NotOfSet(f"{to_hex(sealed)} sealed block {header.number} and is no signer there")
    in_turn = ordered[header.number % len(ordered)] == sealed
    if header.difficulty != (_IN_TURN if in_turn else _OUT_OF_TURN):
        raise NotOfSet(f"block {header.number} has difficulty {header.difficulty}, not that of its turn")
    return sealed


def check_run(run: Sequence[Header], signers: Sequence[Collection[bytes]]) -> None:
    """Checks headers that follow one another: parents, numbers, times, seals, and that no signer seals too often.

    Args: signers: those that the verifier trusts at each header's height.
    Raises Malformed, Contradicted("header" or "seal").
    """
    sealed = list[bytes]()
    for place, (header, known) in enumerate(zip(run, signers, strict=True)):
        if place:
            parent = run[place - 1]
            if header.parent_hash != parent.plain_hash or header.number != parent.number + 1:
                raise Contradicted("header", f"header {place} is no child of block {parent.number}")
            if header.time < parent.time:
                raise Contradicted("header", f"block {header.number} is older than its parent")
        one = check_seal(header, known)
        # A signer waits for ⌊n/2⌋ blocks of others (EIP-225, SIGNER_LIMIT).
        others = len(set(known)) // 2
        if one in (sealed[-others:] if others else []):
            raise NotOfSet(f"{to_hex(one)} sealed block {header.number} too soon after its last one")
        sealed.append(one)


def _check_form(header: Header) -> None:
    rest = len(header.extra_data) - VANITY_BYTES - SEAL_BYTES
    if rest < 0 or rest % 20:
        raise Malformed(
            f"header.extraData has {len(header.extra_data)} bytes, want 32 of vanity, signers of 20 each, a seal of 65"
        )
