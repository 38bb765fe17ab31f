"""Work that blocks, in threads: so much of it at once.

A thread cannot be stopped. Whoever asked may stop waiting (a deadline); work that was begun counts until it has really
ended, so that never more than the allowed number are under way.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class Threads:
    """A number of threads, begun when they are needed."""

    def __init__(self, at_once: int, name: str) -> None:
        self._executor = ThreadPoolExecutor(at_once, name)
        self._lock = Lock()
        self._under_way = 0

    @property
    def under_way(self) -> int:
        """Works that were asked for and have not ended."""
        return self._under_way

    async def run(self, work: Callable[[], T]) -> T:
        """What the work gives, after waiting for its turn."""
        with self._lock:
            self._under_way += 1
        future = self._executor.submit(work)
        future.add_done_callback(self._ended)
        return await asyncio.wrap_future(future)

    def _ended(self, _: Future[Any]) -> None:
        with self._lock:
            self._under_way -= 1
