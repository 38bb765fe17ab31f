"""Whether the mirror may be read: only what continues what the log key has signed, with the operator's list applied.

A mirror from a back-up is an older history. Nothing of it is given out until it has caught up with the checkpoint that
lies beside the log key, nor what has been suppressed since. A history that contradicts the checkpoint is never given
out. Where this process may read neither the checkpoint nor the list, there is nothing to compare with.
"""

from ledger.errors import Unavailable
from ledger.indexer.checkpoints import check_servable
from ledger.indexer.rows import CursorRow
from ledger.merkle.checkpoint import Checkpoint
from ledger.model.suppression import Suppression
from ledger.store.queries import Queries
from registry_api.ports import Application


class Continuity:
    """Asks once for each state of the mirror, of the checkpoint and of the list."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._checked: object = None
        self._suppressed: dict[int, Suppression] = {}

    def require(self, view: Queries, position: CursorRow) -> dict[int, Suppression]:
        """What is suppressed, by the index of the act.

        Raises Unavailable while the mirror is behind what was signed or suppressed, Inconsistent when its history is
        another.
        """
        last, listed = self._app.last_signed(), self._app.suppressions.known()
        state = (position, last, None if listed is None else tuple(listed.values()))
        if state != self._checked:
            stored = view.suppressions()
            _require_signed(view, position, last)
            if listed is not None and any(
                stored.get(index) != one for index, one in listed.items() if index < position.journal_size
            ):
                raise Unavailable(
                    "the mirror does not withhold yet all that the suppression list names: an old copy of it must be "
                    "brought up to date first, with `mulu index`"
                )
            self._checked, self._suppressed = state, stored
        return self._suppressed


def _require_signed(view: Queries, position: CursorRow, last: Checkpoint | None) -> None:
    if last is not None:
        size = position.journal_size
        check_servable([last], position.origin, size, view.nodes(size))
