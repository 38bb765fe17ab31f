"""Feeds damaged inputs to every parser that strangers feed: nothing but documented errors, no hang, bounded memory.

scripts/soak parsers --inputs 1000000 --seed 1
scripts/soak parsers --inputs 50000 --seed 2 --only pdf --only xlsx
"""

import argparse
import faulthandler
import random
import resource
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.errors import LedgerError
from tests.fuzz.mutate import damaged
from tests.fuzz.readers import readers
from tests.fuzz.targets import Target, documents

SECONDS = 5.0
"""No input may take longer, in time of the processor: a busy machine proves nothing."""
MEMORY_KIB = 1 << 20
"""What reading may add to the process."""
MESSAGE_CHARACTERS = 20_000
"""No message may be longer: it reaches a terminal and a log."""
ADDRESS_SPACE_BYTES = 4 << 30
"""Of a whole soak: beyond it a parser that was fooled fails, and not the machine."""


class TookTooLong(BaseException):
    """An input took longer than it may. No Exception: parsers wrap every one that a library raises."""


@dataclass(slots=True)
class Figures:
    """What a soak did."""

    inputs: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    seconds: Counter[str] = field(default_factory=Counter)
    added_kib: int = 0

    def line(self, name: str) -> str:
        """What was done to one parser."""
        return (
            f"{name}: {self.inputs[name]} inputs, {self.refused[name]} refused, {self.seconds[name]:.0f} s, "
            f"the slowest {self.slowest[name] * 1000:.0f} ms, {self.added_kib // 1024} MiB more memory so far"
        )


def feed(count: int, seed: int, only: Collection[str] = (), say: Callable[[str], None] = lambda line: None) -> Figures:
    """Feeds that many inputs, shared out among the parsers; the same for the same seed.

    `say` is told of each fault as it is found, and of each parser when it is done.

    Raises AssertionError naming an input (parser, seed, number) of every kind that did something else than being read
    or refused.
    """
    figures, faults, before = Figures(), dict[str, str](), _peak_kib()
    with TemporaryDirectory() as folder, _alarmed():
        every = [*documents(Path(folder)), *readers(Path(folder))]
        chosen = [target for target in every if not only or target.name in only]
        whole = sum(target.share for target in chosen)
        for target in chosen:
            dice, began = random.Random(f"{seed} {target.name}"), time.process_time()
            for number in range(max(1, count * target.share // whole)):
                data = target.make(dice)
                if dice.random() < 0.1 and data:
                    data = damaged(dice, (data,), False)
                try:
                    _feed_one(target, data, figures)
                except (Exception, TookTooLong) as error:
                    kind, fault = _kind(target, error), f"seed {seed}, input {number}: {error}: {data[:500]!r}"
                    if kind not in faults:
                        faults[kind] = fault
                        say(f"{kind}: {fault}")
            figures.seconds[target.name] = int(time.process_time() - began)
            figures.added_kib = _peak_kib() - before
            say(figures.line(target.name))
            assert figures.added_kib < MEMORY_KIB, f"{target.name}: {figures.added_kib} KiB more memory"
    assert not faults, "\n".join(f"{kind}: {fault}" for kind, fault in faults.items())
    return figures


def _feed_one(target: Target, data: bytes, figures: Figures) -> None:
    began = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        target.read(data)
    except LedgerError as error:
        figures.refused[target.name] += 1
        said = str(error)
        assert said.encode(), "no message"
        assert len(said) < MESSAGE_CHARACTERS, f"a message of {len(said)} characters"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        took = time.process_time() - began
        figures.inputs[target.name] += 1
        figures.slowest[target.name] = max(took, figures.slowest.get(target.name, 0.0))


def _kind(target: Target, error: BaseException) -> str:
    """What tells one kind of fault from another: the parser, the exception, and where it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "ledger" in Path(frame.filename).parts] or frames
    return f"{target.name}: {type(error).__name__} at {Path(own[-1].filename).name}:{own[-1].lineno}"


@contextmanager
def _alarmed() -> Iterator[None]:
    def ring(number: int, frame: object) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGPROF, ring)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Feeds and says what was done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], metavar="PARSER")
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    faulthandler.enable()
    began = time.monotonic()
    figures = feed(asked.inputs, asked.seed, asked.only, partial(print, flush=True))
    print(f"{sum(figures.inputs.values())} inputs in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
