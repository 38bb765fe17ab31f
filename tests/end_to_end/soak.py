"""Kills `mulu catalog apply` and `mulu index` at random moments and checks that nothing is lost or doubled.

A trial runs one command on one state again and again, each run killed (SIGKILL) at a random moment within the time
that an undisturbed run takes, until a run comes to its end; after a few kills it is left alone. Then everything is
checked and the next trial begins: for `apply` with the same rows under other local codes, for `index` with no mirror.
"""

import argparse
import json
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.databases import POSTGRESQL, SQLITE, Databases, PostgresqlDatabases
from tests.end_to_end.ledger import SECONDS, Ledger, founded, new_entry
from tests.postgresql import OLDEST, Server, find_binaries

_KILLS_OF_A_TRIAL = 5


@dataclass(slots=True)
class Figures:
    """What a soak did."""

    kills: int = 0
    trials: int = 0
    runs: int = 0
    entries: int = 0
    undisturbed_seconds: float = 0.0
    seconds: float = 0.0
    killed_after: list[float] = field(default_factory=list)
    """Seconds from the start of each killed run to its kill."""
    survived: list[float] = field(default_factory=list)
    """Share of the trial's work that was there after each kill: 0 before the first batch, 1 after the last."""

    def __str__(self) -> str:
        between = sum(0 < share < 1 for share in self.survived)
        return (
            f"{self.kills} kills, {between} of them with a part of the work done, in {self.trials} trials "
            f"({self.runs} runs of {self.entries} acts, {self.undisturbed_seconds:.2f} s undisturbed) "
            f"in {self.seconds:.0f} s: nothing lost, nothing doubled"
        )


class Soak:
    """Kills on one ledger, which holds nothing of the rows yet.

    Args:
        variant: writes a catalog file whose rows are the same under local codes of their own for each number.
        moments: where in a run the kill comes, from a seeded generator.
        databases: of the mirror, where that is in PostgreSQL.
    """

    def __init__(
        self,
        ledger: Ledger,
        variant: Callable[[int], Path],
        moments: random.Random,
        databases: Databases | None = None,
    ) -> None:
        self.ledger = ledger
        self.variant = variant
        self.moments = moments
        self.databases = databases

    def apply(self, kills: int) -> Figures:
        """Kills `catalog apply`."""
        figures, began = Figures(), time.monotonic()
        first = self.variant(0)
        figures.undisturbed_seconds = self._undisturbed("catalog", "apply", first, "--skip-invalid")
        self._check_applied(first)
        planned = self.ledger.run("catalog", "plan", first, "--json").json["counts"]
        figures.entries = planned["unchanged"]
        while figures.kills < kills:
            figures.trials += 1
            file = self.variant(figures.trials)
            before = self._journal_size()
            command = ("catalog", "apply", file, "--skip-invalid")
            self._until_done(figures, kills, command, lambda start=before: self._journal_size() - start)
            assert self._journal_size() - before == figures.entries, "not as many acts as rows"
            self._check_applied(file)
        figures.seconds = time.monotonic() - began
        return figures

    def index(self, kills: int) -> Figures:
        """Kills `index`, each trial beginning without a mirror."""
        figures, began = Figures(), time.monotonic()
        figures.entries = self._journal_size()
        self.ledger.drop_mirror(self.databases)
        figures.undisturbed_seconds = self._undisturbed("index")
        while figures.kills < kills:
            figures.trials += 1
            self.ledger.drop_mirror(self.databases)
            self._until_done(figures, kills, ("index",), self._indexed)
            self._check_mirror()
        self.ledger.do("audit", "replay")
        figures.seconds = time.monotonic() - began
        return figures

    def _until_done(self, figures: Figures, kills: int, command: tuple[Any, ...], done: Callable[[], int]) -> None:
        last = min(kills, figures.kills + _KILLS_OF_A_TRIAL)
        while True:
            figures.runs += 1
            process = self.ledger.start(*command, stdout=subprocess.DEVNULL)
            try:
                moment = self.moments.uniform(0, figures.undisturbed_seconds)
                try:
                    # What it prints by then is not needed unless it fails.
                    _, errors = process.communicate(timeout=moment if figures.kills < last else SECONDS)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    _, errors = process.communicate()
            finally:
                process.kill()
                process.wait()
            if process.returncode != -signal.SIGKILL:
                assert process.returncode == 0, f"exit {process.returncode} after {figures.kills} kills: {errors}"
                return
            figures.kills += 1
            figures.killed_after.append(moment)
            figures.survived.append(done() / figures.entries)

    def _undisturbed(self, *command: Any) -> float:
        began = time.monotonic()
        self.ledger.execute(*command).ended()
        return time.monotonic() - began

    def _check_applied(self, file: Path) -> None:
        """A second run changes nothing; every row stands at version 1; the mirror is what the chain gives."""
        before = self._journal_size()
        counted = self.ledger.run("catalog", "apply", file, "--skip-invalid", "--json").ended().json
        changes = {name: counted[name] for name in ("added", "changed", "republished", "retired", "sent")}
        assert not any(changes.values()), f"a second run changes something: {changes}"
        assert self._journal_size() == before
        self.ledger.do("catalog", "export", "-o", "soak.json")
        exported = json.loads((self.ledger.home / "soak.json").read_text("utf-8"))
        versions = Counter(row["version"] for row in exported)
        assert set(versions) == {1}, f"versions of the entries: {versions}"
        twice = [
            name for name, count in Counter((r["provider"], r["local_code"]) for r in exported).items() if count > 1
        ]
        assert not twice, f"doubled: {twice[:3]}"
        self._check_mirror()

    def _check_mirror(self) -> None:
        self.ledger.do("index", "--check")
        status = self.ledger.json("status")
        chain = (status["journal_size"], status["journal_root"])
        assert (status["mirror_journal_size"], status["mirror_journal_root"]) == chain

    def _journal_size(self) -> int:
        """Acts in the journal, once nothing that was sent is under way any more."""
        while True:
            size: int = self.ledger.json("status")["journal_size"]
            time.sleep(0.1)
            if self.ledger.json("status")["journal_size"] == size:
                return size

    def _indexed(self) -> int:
        return self.ledger.json("status")["mirror_journal_size"] or 0


def variants_of_sample(ledger: Ledger, size: int) -> Callable[[int], Path]:
    """Catalog files of the sample's form with `size` rows."""

    def write(number: int) -> Path:
        return ledger.write(f"soak-{number}.json", [new_entry(f"{number}-{row}") for row in range(size)])

    return write


def variants_of_list(ledger: Ledger, file: Path) -> Callable[[int], Path]:
    """The real list, its paths made others for each number."""
    text = file.read_text("utf-8-sig")

    def write(number: int) -> Path:
        path = ledger.home / f"soak-{number}.csv"
        path.write_text(text.replace(".htm", f"-{number}.htm"), "utf-8")
        return path

    return write


def main() -> None:
    """The command `scripts/soak kills`."""
    parser = argparse.ArgumentParser(prog="scripts/soak kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=50, help="kills of each command")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--what", choices=("apply", "index", "both"), default="both")
    parser.add_argument("--file", type=Path, help="the portal's list as CSV; rows of the sample's form by default")
    parser.add_argument("--size", type=int, default=3_000, help="rows, without --file")
    parser.add_argument("--database", choices=(SQLITE, POSTGRESQL), default=SQLITE, help="where the mirror is")
    options = parser.parse_args()
    catalogs = [options.file.resolve()] if options.file else []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="mulu-soak-")))
        databases = stack.enter_context(private_server()) if options.database == POSTGRESQL else None
        url = databases.empty() if databases else None
        ledger = stack.enter_context(founded(folder, catalogs=catalogs, database=url))
        variant = variants_of_list(ledger, catalogs[0]) if catalogs else variants_of_sample(ledger, options.size)
        soak = Soak(ledger, variant, random.Random(options.seed), databases)
        if options.what in ("apply", "both"):
            print(f"apply: {soak.apply(options.kills)}", flush=True)
        else:
            ledger.do("catalog", "apply", variant(0), "--skip-invalid")
        if options.what in ("index", "both"):
            print(f"index: {soak.index(options.kills)}", flush=True)


@contextmanager
def private_server() -> Iterator[Databases]:
    """Databases of a PostgreSQL server of the soak's own."""
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit(f"soak: no PostgreSQL {OLDEST} or newer was found")
    with closing(Server(binaries)) as server:
        yield PostgresqlDatabases(server)


if __name__ == "__main__":
    main()
