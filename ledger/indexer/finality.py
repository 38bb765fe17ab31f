"""When an act is settled. A setting of the operator, never a node's `finalized` tag on faith."""

import re
from dataclasses import dataclass

from ledger.errors import Malformed

_DEPTH = re.compile(r"depth:(0|[1-9][0-9]{0,5})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Finality:
    """A block is final once `depth` blocks follow it. 0: at once, as on a development chain of one node."""

    depth: int = 0

    def final_block(self, head: int, reached: int, before: int | None) -> int | None:
        """The last block that no reorganization may touch; it never goes back.

        Args:
            head: number of the chain's head.
            reached: number of the last indexed block; what was not read cannot be final.
            before: what was final already.
        """
        settled = min(head - self.depth, reached)
        if settled < 0:
            return before
        return settled if before is None else max(settled, before)

    def __str__(self) -> str:
        return f"depth:{self.depth}"


def parse_finality(text: str) -> Finality:
    """The finality of a setting like `depth:12`. Raises Malformed for another."""
    match = _DEPTH.fullmatch(text)
    if match is None:
        raise Malformed(f"finality {text[:40]!r}: want depth:N with N from 0 to 999999, like depth:12")
    return Finality(int(match[1]))
