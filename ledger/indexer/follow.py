"""The loop: ask the node, decide, read, project, write. Each batch is one transaction with its cursor.

A kill between two batches loses nothing and repeats nothing; a batch that was written but whose answer was lost is
seen in the cursor. Two indexers on one mirror cannot double anything: the store lets one of them write, or the
cursor's revision does, and the other reads everything again.
"""

import time
from collections.abc import Callable, Mapping
from threading import Event

from ledger.chain.deployment import Deployment
from ledger.errors import Inconsistent, Unavailable
from ledger.indexer.changes import Batch, RollBack
from ledger.indexer.check import check_indices, check_journal, check_state
from ledger.indexer.decide import Competing, Decision, Lagging, Next, Same, check_chain, common_ancestor, decide, linked
from ledger.indexer.fetch import Fetched, Unsettled, collection_paused, fetch_all
from ledger.indexer.finality import Finality
from ledger.indexer.logs import Ranges
from ledger.indexer.ports import Chain, Overtaken, Store
from ledger.indexer.progress import Progress, rolled_back
from ledger.indexer.project import fold
from ledger.indexer.rows import BlockRow, CursorRow, first_cursor
from ledger.indexer.suppressing import withhold
from ledger.indexer.turn import Turn
from ledger.indexer.view import View
from ledger.merkle import tiles
from ledger.model.message import Message
from ledger.model.suppression import Suppression

_UNSETTLED_LIMIT = 5
_WAIT_SECONDS = 0.2


class Indexer:
    """Brings a mirror to a chain's head, once or for as long as it is wanted.

    Args:
        report: told of every batch, roll-back and wait, and each time that the mirror is found at the node's head.
        publish: called when the mirror has come to the node's head.
        suppressed: the acts whose words are not to be stored, by index.
    """

    def __init__(
        self,
        chain: Chain,
        store: Store,
        deployment: Deployment,
        finality: Finality | None = None,
        report: Callable[[Progress], None] = lambda progress: None,
        publish: Callable[[], None] = lambda: None,
        suppressed: Callable[[], Mapping[int, Suppression]] = dict,
    ) -> None:
        self._chain = chain
        self._store = store
        self._deployment = deployment
        self._finality = finality or Finality()
        self._report = report
        self._publish = publish
        self._suppressed = suppressed
        self._ranges = Ranges()
        self._turn = Turn(store, deployment.origin, self._say)
        self._view: View | None = None
        self._unsettled = 0

    def once(self, *, until: int | None = None, deadline_seconds: float = 60, stop: Event | None = None) -> CursorRow:
        """Indexes up to the node's present head, or to block `until`, and returns the cursor.

        Where another indexer is at work, it is waited for. Raises Inconsistent when chain and mirror disagree,
        Unavailable when the node or the other stays behind for `deadline_seconds`, or the node cannot be reached.
        """
        stop = stop or Event()
        with self._turn:
            patience = time.monotonic() + deadline_seconds
            while not stop.is_set() and (lagging := self._check_chain()):
                self._wait(lagging, patience, stop)
            target = self._chain.head().number if until is None else until
            while not stop.is_set() and (until is None or self._loaded().cursor.next_block <= until):
                if not self._turn.take():
                    self._view = None
                    stored = self._loaded().blocks[-1]
                    # Of this chain, or the other has to follow a reorganization first.
                    if stored.number >= target and (found := self._header(stored.number)) and found.hash == stored.hash:
                        return self._loaded().cursor
                    if time.monotonic() > patience:
                        raise Unavailable("the other indexer did not come to the node's head before the deadline")
                    stop.wait(_WAIT_SECONDS)
                    continue
                decision = self._attempt(target, stop)
                if isinstance(decision, Same) or (
                    isinstance(decision, Next) and self._view is not None and self._view.cursor.next_block > target
                ):
                    break
                if isinstance(decision, Lagging):
                    self._wait(decision, patience, stop)
                elif isinstance(decision, Next):
                    patience = time.monotonic() + deadline_seconds
            self._publish()
            return self._loaded().cursor

    def follow(self, stop: Event, *, poll_seconds: float = 1.0) -> None:
        """Keeps the mirror at the node's head until `stop` is set; a batch that was begun is finished.

        A node that is behind or cannot be reached, and another indexer that is at work, is reported and waited for.
        Raises Inconsistent.
        """
        with self._turn:
            checked, due = False, True
            decision: Decision | None
            while not stop.is_set():
                try:
                    if not self._turn.take():
                        stop.wait(poll_seconds)
                        continue
                    decision = None if checked else self._check_chain()
                    checked = decision is None
                    if checked:
                        decision = self._attempt(None, stop)
                        due = due or isinstance(decision, Next)
                        if due:
                            self._publish()
                            due = False
                except Unavailable as error:
                    self._say(Message(f"waiting: {error}", f"等待中：{error}"))
                    decision = Same()
                if not isinstance(decision, Next | Competing):
                    stop.wait(poll_seconds)

    def _attempt(self, limit: int | None, stop: Event) -> Decision | None:
        """One decision carried out; None when it has to be tried again."""
        try:
            decision = self._step(limit, stop)
        except Overtaken:
            self._view = None
            return None
        except Unsettled as error:
            self._view = None
            self._unsettled += 1
            if self._unsettled >= _UNSETTLED_LIMIT:
                self._unsettled = 0
                raise Inconsistent(f"{error}; {_UNSETTLED_LIMIT} times in a row") from error
            stop.wait(0.05 * self._unsettled)
            return None
        except Inconsistent:
            # The other of two indexers may have written between two of our reads; then nothing is wrong.
            moved = self._moved()
            self._view = None
            if moved:
                return None
            raise
        except BaseException:
            # What was folded may not be what was written.
            self._view = None
            raise
        self._unsettled = 0
        return decision

    def _step(self, limit: int | None, stop: Event) -> Decision:
        view = self._loaded()
        stored = view.blocks[-1]
        head = self._chain.head()
        if limit is not None and head.number > limit >= stored.number:
            head = next(iter(self._chain.headers(limit, limit + 1)), head)
        at_stored = head if head.number == stored.number else self._header(stored.number)
        decision = decide(stored, head, at_stored)
        match decision:
            case Next(start, end):
                self._index(view, start, end, stop)
            case Competing():
                self._reorganize(view)
            case Lagging(number):
                self._say(decision.message, number)
            case Same():
                self._report(Progress("level", stored.number, head.number, view.cursor.journal_size))
        return decision

    def _index(self, view: View, start: int, end: int, stop: Event) -> None:
        head = end - 1
        window_start = self._finality.final_block(head, head, view.cursor.final_block)
        if window_start is None:
            window_start = start
        size = view.cursor.journal_size
        fetched_ranges = fetch_all(self._chain, self._deployment, self._ranges, start, end, window_start, size)
        began = time.monotonic()
        with collection_paused():
            for fetched in fetched_ranges:
                self._write(view, fetched, head)
                acts, blocks, size = len(fetched.acts), fetched.end - fetched.start, view.cursor.journal_size
                seconds, began = time.monotonic() - began, time.monotonic()
                self._report(Progress("indexed", fetched.end - 1, head, size, acts, blocks, seconds))
                if stop.is_set():
                    fetched_ranges.close()
                    return

    def _write(self, view: View, fetched: Fetched, head: int) -> None:
        before, last = view.cursor, fetched.headers[-1]
        try:
            if not linked(view.blocks[-1], fetched.headers):
                raise Unsettled(f"block {fetched.headers[0].number} does not follow the mirror's block")
            check_indices(fetched.acts, before.journal_size)
            grown, frontier = tiles.grow(before.journal_size, view.tile, fetched.leaves)
            check_state(self._chain, fetched, head)
            check_journal(self._chain, before, fetched, frontier.size, frontier.root)
            acts, suppressions = withhold(fetched.acts, fetched.leaves, self._suppressed())
            changes = fold(view.state, acts, self._store)
        except Inconsistent as error:
            # Was the block replaced while we read it? Then this was no contradiction.
            again = self._header(last.number)
            if again is None or again.hash != last.hash:
                raise Unsettled(f"block {last.number} was replaced while it was read") from error
            if not self._moved():
                self._store.keep_evidence(str(error), last.number, None, last.hash)
            raise
        final = self._finality.final_block(head, last.number, before.final_block)
        cursor = before._replace(
            revision=before.revision + 1,
            next_block=last.number + 1,
            head_number=last.number,
            head_hash=last.hash,
            head_time=last.time,
            final_block=final,
            journal_size=frontier.size,
            journal_root=frontier.root,
        )
        view.write(Batch(before.revision, cursor, changes, grown, fetched.headers, suppressions))

    def _reorganize(self, view: View) -> None:
        stored = view.blocks
        found = self._chain.headers(stored[0].number, stored[-1].number + 1)
        if not linked(None, found) or len(found) <= stored[-1].number - stored[0].number:
            raise Unsettled("the node's headers are no whole chain")
        theirs = {header.number: header for header in found}
        try:
            ancestor = common_ancestor(stored, theirs, view.cursor.final_block, self._chain.name)
        except Inconsistent as error:
            lowest = stored[0]
            hash_found = theirs[lowest.number].hash if lowest.number in theirs else None
            self._store.keep_evidence(str(error), lowest.number, lowest.hash, hash_found)
            raise
        before = view.cursor
        size = self._store.size_at(ancestor.number)
        trimmed, gone, frontier = tiles.shrink(before.journal_size, size, self._store.tile)
        cursor = before._replace(
            revision=before.revision + 1,
            next_block=ancestor.number + 1,
            head_number=ancestor.number,
            head_hash=ancestor.hash,
            head_time=ancestor.time,
            journal_size=size,
            journal_root=frontier.root,
        )
        self._store.roll_back(RollBack(before.revision, cursor, trimmed, gone))
        self._view = None
        self._report(rolled_back(stored[-1], ancestor, found[-1].number, size, before.journal_size - size))

    def _wait(self, lagging: Lagging, patience: float, stop: Event) -> None:
        if time.monotonic() > patience:
            raise Unavailable(f"{lagging.message.en}, and stayed there past the deadline")
        stop.wait(_WAIT_SECONDS)

    def _check_chain(self) -> Lagging | None:
        """Raises Inconsistent unless node, mirror and deployment are of one chain. Lagging: cannot be told yet."""
        want = self._deployment
        genesis = self._header(0)
        if genesis is None:
            raise Unavailable("the node does not give block 0")
        head = self._chain.head().number
        behind = Lagging(head, want.block) if head < want.block else None
        check_chain(
            chain_id=(self._chain.chain_id(), want.chain_id),
            genesis_hash=(genesis.hash, want.genesis_hash),
            origin=(self._chain.origin(), want.origin) if behind is None else None,
            what="node",
        )
        if behind is None:
            self._loaded()
        else:
            self._say(behind.message, head)
        return behind

    def _loaded(self) -> View:
        if self._view is None:
            cursor = self._store.cursor() or self._start()
            want = self._deployment
            check_chain(
                chain_id=(cursor.chain_id, want.chain_id),
                genesis_hash=(cursor.genesis_hash, want.genesis_hash),
                origin=(cursor.origin, want.origin),
                what="mirror",
            )
            self._view = View(self._store, cursor, self._store.blocks(), self._store.state())
        return self._view

    def _start(self) -> CursorRow:
        want = self._deployment
        block = self._header(want.block - 1)
        if block is None:
            raise Unavailable(f"the node has no block {want.block - 1} yet: the journal begins after it")
        cursor = first_cursor(want, block)
        try:
            self._store.start(cursor, block)
        except Overtaken:
            cursor = self._store.cursor() or cursor
        return cursor

    def _moved(self) -> bool:
        """Whether another indexer has written since we read."""
        stored = self._store.cursor()
        return self._view is not None and stored is not None and stored.revision != self._view.cursor.revision

    def _header(self, number: int) -> BlockRow | None:
        return next(iter(self._chain.headers(number, number + 1)), None)

    def _say(self, message: Message, head: int | None = None) -> None:
        cursor = self._view.cursor if self._view else None
        reached, size = (cursor.next_block - 1, cursor.journal_size) if cursor else (0, 0)
        self._report(Progress("waiting", reached, head, size, message=message))
