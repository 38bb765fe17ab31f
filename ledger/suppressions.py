"""The operator's list of what is suppressed, and mirrors brought into agreement with it."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from ledger.chain.deployment import Deployment
from ledger.chain.events import RawLog
from ledger.chain.rpc import Node
from ledger.errors import Unavailable
from ledger.indexer.node import NodeChain
from ledger.indexer.suppression_list import SuppressionList
from ledger.model.suppression import Suppression
from ledger.store.mirror import Mirror
from ledger.store.suppression import Due


class Suppressions:
    """What one operator suppresses.

    Args:
        path: file of the list.
        deployment, node: asked for when they are needed: a list that is not there needs neither.
    """

    def __init__(self, path: Path, deployment: Callable[[], Deployment], node: Callable[[], Node]) -> None:
        self._path = path
        self._deployment = deployment
        self._node = node

    @cached_property
    def list(self) -> SuppressionList:
        """The list of this journal."""
        return SuppressionList(self._path, self._deployment().origin)

    def in_force(self) -> dict[int, Suppression]:
        """What is suppressed now, by the index of the act. Raises as `SuppressionList.records`."""
        return self.list.in_force()

    def known(self) -> dict[int, Suppression] | None:
        """As `in_force`; None where there is no list, and so nothing to compare with."""
        return self.in_force() if self._path.exists() else None

    def settle(self, mirror: Mirror) -> Due:
        """Makes a mirror agree with the list; returns what was done. The node is asked only where something was lifted.

        Raises Rejected when the list is not the whole one, Inconsistent when it is another journal's, Unavailable when
        the node does not give again what was lifted.
        """
        return mirror.settle_suppressions(self.in_force(), self.list.named(), self._read_log)

    def _read_log(self, index: int, block: int) -> RawLog:
        logs = NodeChain(self._node(), self._deployment()).logs(block, block + 1)
        found = [log for log in logs if len(log.topics) > 1 and int.from_bytes(log.topics[1]) == index]
        if len(found) != 1:
            raise Unavailable(f"the node does not give act {index} of block {block} again: ask another node")
        return found[0]
