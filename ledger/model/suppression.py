"""Suppression: the operator of a mirror withholds what an act says. Nothing is removed from the chain.

A decision names acts, a reason that anybody may read, and the document that it rests on by its digest. It holds until
it is lifted by another one. Withheld is what has no fixed length, since only that can hold words: the content, the
public fields, a local or national code, a proposal's action. What a rule or a proof rests on stays: leaves, digests,
roots, numbers, dates, codes of organizations.
"""

from datetime import datetime
from typing import Final, NamedTuple

SUPPRESSED: Final = "suppressed"
"""What stands in the mirror as the reason why a withheld content cannot be read."""


class Suppression(NamedTuple):
    """An act that is suppressed: its leaf (32 bytes), since when, why, and the digest of the decision's document."""

    index: int  # type: ignore[assignment]  # hides the tuple's method, which nobody needs on a row
    leaf: bytes
    time: datetime
    reason: str
    document: bytes
