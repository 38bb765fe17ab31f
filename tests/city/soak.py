"""Generates a city, asks thousands of questions about its grants, and audits it; prints what that took."""

import argparse
import resource
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.audit.replay import audit
from ledger.indexer.finality import Finality
from tests.city.audited import acts_of, answers_in_mirror, answers_on_chain, mirrored
from tests.city.generator import generated
from tests.city.model import CITY
from tests.city.questions import ask


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", type=int, default=1, help="one city in so many parts: 20 is a twentieth")
    parser.add_argument("--questions", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    size = CITY.scaled(options.part)
    print(f"city: {size}, seed {options.seed}")
    with TemporaryDirectory() as name:
        folder, clock = Path(name), _Clock()
        with generated(folder, size, options.seed) as (chain, state):
            clock.said("generated", chain.size, "acts")
            acts = acts_of(chain)
            asked = ask(state, acts, options.questions, options.seed)
            reasons = Counter(answer.reason for _, answer in asked)
            clock.said("asked by brute force", len(asked), f"questions: {dict(reasons.most_common())}")
            questions, wanted = [one for one, _ in asked], [answer for _, answer in asked]
            differing = sum(a != b for a, b in zip(wanted, answers_on_chain(chain, questions), strict=True))
            clock.said("asked the contract", len(questions), f"questions, {differing} answers differ")
            mirror = mirrored(chain, folder)
            clock.said("indexed", len(acts), "acts")
            differing += sum(a != b for a, b in zip(wanted, answers_in_mirror(mirror, questions), strict=True))
            clock.said("asked the mirror", len(questions), f"questions, {differing} answers differ by now")
            result = audit(chain.node, chain.deployment, mirror, Finality(0))
            mirror.close()
            clock.said("replayed and compared three ways", result.size, f"acts, {len(result.differences)} differences")
            parts = ", ".join(f"{part} {seconds:.1f} s" for part, seconds in result.seconds.items())
            print(f"  {parts}; {result.acts_per_second:,.0f} acts judged/s; flags {len(result.flags)}")
            for difference in result.differences[:20]:
                print(f"  {difference}")
    if differing or result.differences:
        raise SystemExit(1)


class _Clock:
    """Says how long each part took, and the most memory that this process has had."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def said(self, what: str, count: int, of: str) -> None:
        now = time.monotonic()
        seconds, self._since = now - self._since, now
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{what}: {count:,} {of} in {seconds:.1f} s, {count / seconds:,.0f}/s, {memory:.0f} MiB at most", flush=True
        )


if __name__ == "__main__":
    main()
