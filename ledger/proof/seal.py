"""Who signed: recovery of the account from a seal (ECDSA on secp256k1; SEC 1 §4.1.6, Yellow Paper appendix F)."""

from typing import Final

from ledger.chain.artifacts import keccak256
from ledger.errors import Contradicted

SEAL_BYTES: Final = 65
"""r, 32 bytes ‖ s, 32 bytes ‖ parity, 0 or 1."""


class NotOfSet(Contradicted):
    """A seal does not fit the set of validators. Where that set is not known for certain, it decides nothing."""

    def __init__(self, message: str) -> None:
        super().__init__("seal", message)


def signer_of(seal: bytes, digest: bytes) -> bytes:
    """The account, 20 bytes, that signed a digest of 32 bytes.

    Raises Contradicted("seal") when the seal is nobody's signature.
    """
    # Loaded here, so that documents that need no seal read without it.
    from coincurve import PublicKey

    if len(seal) != SEAL_BYTES or seal[64] > 1:
        raise Contradicted("seal", f"a seal of {len(seal)} bytes is no signature of this kind")
    try:
        key = PublicKey.from_signature_and_message(seal, digest, hasher=None)
    except Exception as error:
        # The library says with several exceptions that r or s lie outside the curve's order, or that no point fits.
        raise Contradicted("seal", f"the seal 0x{seal.hex()[:16]}… is no signature of anybody") from error
    return keccak256(key.format(compressed=False)[1:])[12:]
