"""Several processes that serve on one socket. They share nothing else: every answer comes from the mirror."""

import os
import signal
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

_LOOK_SECONDS: Final = 0.2
_PAUSE_SECONDS: Final = 1.0
"""Before a worker that ended by itself is started again."""
_ORPHAN_SECONDS: Final = 1.0
"""How often a worker looks whether it still has the process that started it, which a SIGKILL takes without a word."""


def work_in(number: int, stop: Event, work: Callable[[], None]) -> None:
    """Runs `work` in so many processes until `stop` is set; one that ends before is started again.

    Returns in the process that called once all have ended, and in each worker once its work is done. Requires that
    no connection and no thread is open: a fork would share the one and lose the other.
    """
    parent, workers = os.getpid(), set[int]()
    while not stop.is_set():
        while len(workers) < number:
            worker = os.fork()
            if worker == 0:
                Thread(target=_end_with, args=(parent,), daemon=True).start()
                work()
                return
            workers.add(worker)
        ended, _ = os.waitpid(-1, os.WNOHANG)
        workers.discard(ended)
        stop.wait(_PAUSE_SECONDS if ended else _LOOK_SECONDS)
    for worker in workers:
        os.kill(worker, signal.SIGTERM)
    for worker in workers:
        os.waitpid(worker, 0)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_ORPHAN_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
