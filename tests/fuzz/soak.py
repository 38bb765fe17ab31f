"""Feeds damaged inputs to every parser that strangers feed: nothing but documented errors, no hang, bounded memory.

scripts/soak parsers --inputs 1000000 --seed 1
"""

import argparse
import random
import resource
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.errors import LedgerError
from tests.fuzz.mutate import damaged
from tests.fuzz.targets import Target, targets

SLOWEST_SECONDS = 20.0
"""No input may take longer, on a busy machine."""
MEMORY_KIB = 1 << 20
"""What reading may add to the process."""


@dataclass(slots=True)
class Figures:
    """What a soak did."""

    inputs: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    added_kib: int = 0

    def __str__(self) -> str:
        lines = [
            f"{name}: {count} inputs, {self.refused[name]} refused, the slowest {self.slowest[name] * 1000:.0f} ms"
            for name, count in self.inputs.items()
        ]
        total = sum(self.inputs.values())
        return "\n".join([*lines, f"{total} inputs in {self.seconds:.0f} s, {self.added_kib // 1024} MiB more memory"])


def feed(count: int, seed: int) -> Figures:
    """Feeds that many inputs, shared out among the parsers; the same for the same seed.

    Raises AssertionError naming the input (seed, target, number) that did something else than being refused.
    """
    figures, began, before = Figures(), time.monotonic(), _peak_kib()
    with TemporaryDirectory() as folder:
        for target in targets(Path(folder)):
            dice = random.Random(f"{seed} {target.name}")
            for number in range(max(1, count * target.share // 1_000)):
                _feed_one(target, damaged(dice, target.samples, target.is_json), figures, f"seed {seed}, {number}")
    figures.seconds, figures.added_kib = time.monotonic() - began, _peak_kib() - before
    assert figures.added_kib < MEMORY_KIB, f"{figures.added_kib} KiB more memory"
    return figures


def _feed_one(target: Target, data: bytes, figures: Figures, which: str) -> None:
    began = time.perf_counter()
    try:
        target.read(data)
    except LedgerError:
        figures.refused[target.name] += 1
    except Exception as error:
        raise AssertionError(f"{target.name}, {which}: {type(error).__name__}: {error}: {data[:2_000]!r}") from error
    took = time.perf_counter() - began
    assert took < SLOWEST_SECONDS, f"{target.name}, {which}: {took:.1f} s for {len(data)} bytes: {data[:2_000]!r}"
    figures.inputs[target.name] += 1
    figures.slowest[target.name] = max(took, figures.slowest.get(target.name, 0.0))


def _peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Feeds and says what was done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(feed(asked.inputs, asked.seed))


if __name__ == "__main__":
    main()
