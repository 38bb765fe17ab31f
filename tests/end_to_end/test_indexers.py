"""Indexers that disturb each other or have a wrong clock: the mirror stays what the chain is."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.ledger import CATALOG, SECONDS, Ledger, founded, new_entry

ROWS = 150
DAY = 86_400
CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
/* The system's clock, moved by MOVED_SECONDS; the one that only measures durations stays as it is. */
static long moved(void) { return atol(getenv("MOVED_SECONDS")); }
int clock_gettime(clockid_t clock, struct timespec *now) {
  int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec += moved();
  return result;
}
time_t time(time_t *now) {
  time_t (*real)(time_t *) = dlsym(RTLD_NEXT, "time");
  time_t result = real(0) + moved();
  if (now) *now = result;
  return result;
}
"""


@pytest.fixture
def own(founded_home: Path, tmp_path: Path) -> Iterator[Ledger]:
    """A ledger of one test, with the sample catalog on it; nothing is indexed into its own mirror yet."""
    with founded(tmp_path / "own", founded_home) as ledger:
        publish(ledger, CATALOG)
        ledger.mirror.unlink(missing_ok=True)
        yield ledger


@pytest.fixture
def moved_clock(tmp_path: Path) -> Path:
    """A library that moves the clock of a process by MOVED_SECONDS."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("needs a C compiler")
    source, library = tmp_path / "clock.c", tmp_path / "clock.so"
    source.write_text(CLOCK)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], timeout=SECONDS, check=True)
    return library


def test_two_indexers_at_once(own: Ledger) -> None:
    """They write one mirror while acts arrive; then one is killed, and the other goes on alone."""
    pair = [own.start("index", "--follow") for _ in range(2)]
    try:
        for part in range(2):
            rows = [new_entry(f"{part}-{row}") for row in range(ROWS)]
            publish(own, own.write(f"part-{part}.json", rows))
            until_indexed(own, pair)
        pair[0].kill()
        publish(own, own.write("rest.json", [new_entry("rest")]))
        until_indexed(own, pair[1:])
        pair[1].send_signal(signal.SIGTERM)
        _, said = pair[1].communicate(timeout=SECONDS)
        assert pair[1].returncode == 0, said
    finally:
        for process in pair:
            process.kill()
            process.communicate()
    assert_agrees(own)


def test_a_clock_that_jumps_between_runs(own: Ledger, moved_clock: Path) -> None:
    """Times in the mirror are those of blocks, so neither a day ahead nor a month back makes a difference."""
    for days in (1, -30):
        settings = {"LD_PRELOAD": str(moved_clock), "MOVED_SECONDS": str(days * DAY)}
        own.execute("index", settings=settings).ended()
        publish(own, own.write(f"after-{days}.json", [new_entry(f"after-{days}")]))
    assert "ahead of this machine's clock" in own.execute("doctor", settings=settings).out
    own.do("index")
    assert_agrees(own)


def publish(ledger: Ledger, file: Path) -> None:
    """Applies a file, with a mirror apart from the one that is watched."""
    ledger.run("catalog", "apply", file, settings={"MULU_DATABASE_URL": "sqlite:///.mulu/publisher.db"}).ended()


def until_indexed(ledger: Ledger, running: list[subprocess.Popen[str]]) -> None:
    """Waits until the mirror has every act; the indexers must go on running."""
    deadline = time.monotonic() + SECONDS
    while True:
        facts = ledger.json("status")
        if facts["mirror_journal_size"] == facts["journal_size"]:
            return
        assert time.monotonic() < deadline, facts
        for process in running:
            assert process.poll() is None, process.communicate()
        time.sleep(0.2)


def assert_agrees(ledger: Ledger) -> None:
    """Chain, mirror and the auditor's own replay of the acts say the same."""
    ledger.do("index", "--check")
    assert "contract = mirror = replay" in ledger.do("audit", "replay").out
