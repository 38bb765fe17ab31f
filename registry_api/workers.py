"""Several processes that serve on one socket. They share nothing else: every answer comes from the mirror."""

import os
import signal
from collections.abc import Callable
from threading import Event
from typing import Final

_LOOK_SECONDS: Final = 0.2
_PAUSE_SECONDS: Final = 1.0
"""Before a worker that ended by itself is started again."""


def work_in(number: int, stop: Event, work: Callable[[], None]) -> None:
    """Runs `work` in so many processes until `stop` is set; one that ends before is started again.

    Returns in the process that called once all have ended, and in each worker once its work is done. Requires that
    no connection and no thread is open: a fork would share the one and lose the other.
    """
    workers: set[int] = set()
    while not stop.is_set():
        while len(workers) < number:
            worker = os.fork()
            if worker == 0:
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
