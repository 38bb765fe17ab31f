"""Whose turn it is to write: one of all indexers of a mirror, where the mirror can tell."""

from collections.abc import Callable

from ledger.indexer.ports import Store
from ledger.model.message import Message


class Turn:
    """Asks the store, and says when this indexer begins to wait and when it goes on. At its end another may write.

    Args:
        origin: the journal's, 32 bytes.
        say: told what is worth telling.
    """

    def __init__(self, store: Store, origin: bytes, say: Callable[[Message], None]) -> None:
        self._store = store
        self._origin = origin
        self._say = say
        self._waits = False

    def take(self) -> bool:
        """Whether this indexer may write from now on. Raises Unavailable when the store cannot be asked."""
        mine = self._store.claim(self._origin)
        if self._waits == mine:
            self._waits = not mine
            if mine:
                self._say(Message("the other indexer has ended: going on", "另一索引程序已结束，由本程序继续"))
            else:
                self._say(
                    Message(
                        "another indexer writes to this mirror: waiting until it ends",
                        "另一索引程序正在写入该镜像库：等待其结束",
                    )
                )
        return mine

    def __enter__(self) -> "Turn":
        return self

    def __exit__(self, *_: object) -> None:
        """Lets another write."""
        self._store.release()
