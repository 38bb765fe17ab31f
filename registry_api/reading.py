"""How a request is answered from the mirror: one snapshot, a strong ETag, `as_of`, bytes.

The ETag names the state of the mirror and the request, so it is known before anything else is read: a client that
has the newest answer costs one row.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeVar
from urllib.parse import urlencode

import msgspec
from fastapi import Request
from starlette.responses import Response

from ledger.errors import NotFound, Suppressed, Unavailable
from ledger.indexer.rows import CursorRow
from ledger.model.ids import to_hex
from ledger.model.suppression import Suppression
from ledger.store.mirror import Mirror
from ledger.store.moments import Point
from ledger.store.queries import Queries
from registry_api.continuity import Continuity
from registry_api.errors import OutOfRange
from registry_api.threads import Threads

_RENDERING: Final = b"mulu-api/2"
"""Changes when the same records are written differently."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What an answer speaks of: the block, and how settled it is."""

    point: Point
    final: bool
    at: int | None
    """The block to read at; None is the head."""

    def wire(self) -> dict[str, Any]:
        """The member `as_of`."""
        return {
            "block": self.point.number,
            "hash": to_hex(self.point.hash),
            "time": time_text(self.point.time),
            "state": "final" if self.final else "provisional",
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """One snapshot, and the moment in it that was asked for."""

    view: Queries
    position: CursorRow
    moment: Moment
    clock: datetime
    """The time by which expiry, deadlines and notices are judged."""
    suppressions: Mapping[int, Suppression]
    """What is suppressed, by the index of the act."""

    @property
    def at(self) -> int | None:
        """The block to read at; None is the head."""
        return self.moment.at


SLOW_AT_ONCE: Final = 6
"""Long reads under way. With the proofs fewer than the database's connections: quick reads never wait for one."""
T = TypeVar("T")
Make = Callable[[Reading], dict[str, Any]]
Clock = datetime | Literal["now"]
"""The clock that a request asks for: `now` is the time of `as_of` where that is given."""


class Reader:
    """Answers from a mirror. Holds nothing else, so it is safe in any thread."""

    def __init__(self, mirror: Mirror, continuity: Continuity) -> None:
        self._mirror = mirror
        self._continuity = continuity
        self._slow = Threads(SLOW_AT_ONCE, "slow")

    async def answer(
        self,
        request: Request,
        as_of: int | datetime | None,
        make: Make,
        *,
        slow: bool = False,
        clock: Clock | None = None,
        state: Callable[[Queries], object] = lambda view: None,
    ) -> Response:
        """The JSON answer to a request. `clock` None: the answer depends on no clock, and names none.

        `state` is what the answer depends on besides the acts.

        A quick read stays on the event loop, where a thread would cost more than the read; `slow` ones (search,
        filters) go to a thread, so that none holds up the others.
        Raises what `make` raises, OutOfRange, Unavailable.
        """
        if slow:
            return await self.in_thread(lambda: self.answer_now(request, as_of, make, clock, state))
        return self.answer_now(request, as_of, make, clock, state)

    async def in_thread(self, work: Callable[[], T]) -> T:
        """What work gives that may take long; `SLOW_AT_ONCE` of it at once, the rest waits for its turn."""
        return await self._slow.run(work)

    def answer_now(
        self,
        request: Request,
        as_of: int | datetime | None,
        make: Make,
        clock: Clock | None = None,
        state: Callable[[Queries], object] = lambda view: None,
    ) -> Response:
        """As `answer`, in this thread."""
        now = this_minute()
        with self._mirror.snapshot() as view:
            position = read_position(view)
            suppressions = self._continuity.require(view, position)
            also = (tuple(suppressions.values()), state(view))
            tag = etag(position, request, now if clock == "now" and as_of is None else None, also)
            headers = {"etag": tag, "cache-control": "no-cache"}
            if is_known(request, tag):
                return Response(status_code=304, headers=headers)
            moment = find_moment(view, position, as_of)
            judged = find_clock(moment, as_of, clock or "now", now)
            reading = Reading(view, position, moment, judged, suppressions)
            told = {} if clock is None else {"clock": time_text(reading.clock)}
            document = {"as_of": moment.wire()} | told | make(reading)
        if has_any(request):
            return Response(status_code=304, headers=headers)
        if document.get("next"):
            headers["link"] = f'<{document["next"]}>; rel="next"'
        return Response(msgspec.json.encode(document), media_type="application/json", headers=headers)

    def read(self, as_of: int | datetime | None, make: Callable[[Reading], T], clock: Clock = "now") -> T:
        """What `make` makes of a snapshot, for the pages."""
        with self._mirror.snapshot() as view:
            position = read_position(view)
            suppressions = self._continuity.require(view, position)
            moment = find_moment(view, position, as_of)
            judged = find_clock(moment, as_of, clock, this_minute())
            return make(Reading(view, position, moment, judged, suppressions))


def require_said(reading: Reading, index: int) -> None:
    """Raises Suppressed when an act is suppressed: what proves it would say it."""
    found = reading.suppressions.get(index)
    if found is not None:
        raise Suppressed(
            f"act {index} has been suppressed since {time_text(found.time)}: {found.reason} (document "
            f"{to_hex(found.document)}). The chain has it: a node proves it"
        )


def read_position(view: Queries) -> CursorRow:
    """Where the mirror stands. Raises Unavailable when there is no mirror yet."""
    try:
        return view.position()
    except NotFound as error:
        raise Unavailable(f"the mirror is empty: {error}") from error


def _head(position: CursorRow) -> Point | None:
    if position.head_number is None or position.head_hash is None or position.head_time is None:
        return None
    return Point(position.head_number, position.head_hash, position.head_time)


def find_moment(view: Queries, position: CursorRow, as_of: int | datetime | None) -> Moment:
    """The moment that was asked for: the last block at or before it that the mirror knows.

    Nothing changed between that block and the moment, so its state is the moment's.
    Raises OutOfRange, and Unavailable when nothing was read yet.
    """
    head = _head(position)
    if head is None:
        raise Unavailable("the mirror has not read a block yet")
    final_block = -1 if position.final_block is None else position.final_block
    if as_of is None:
        return Moment(head, head.number <= final_block, None)
    if isinstance(as_of, int):
        if as_of > head.number:
            raise OutOfRange(f"block {as_of} is ahead of the mirror, which has come to block {head.number}")
        point = head if as_of == head.number else view.point_at_block(as_of)
    else:
        if as_of > max(head.time, datetime.now(UTC)):
            raise OutOfRange(f"{time_text(as_of)} lies in the future")
        # The newest block speaks for the time since, as far as this mirror knows; `as_of` in the answer says which.
        point = head if as_of >= head.time else view.point_at_time(as_of)
    if point is None:
        asked = f"block {as_of}" if isinstance(as_of, int) else time_text(as_of)
        raise OutOfRange(f"{asked} lies before the first block with an act of this ledger")
    return Moment(point, point.number <= final_block, point.number)


def this_minute() -> datetime:
    """The time now, to the minute: what an answer says of the present, it says for a minute."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


def find_clock(moment: Moment, as_of: int | datetime | None, asked: Clock, now: datetime) -> datetime:
    """The time by which clocks are judged: the one asked for, else that of `as_of`, else now.

    A chain's newest block can be ahead of this server's clock, and no record is judged by a time before it was made.
    Raises OutOfRange.
    """
    block_time = moment.point.time
    if asked == "now":
        if as_of is None:
            return max(block_time, now)
        return as_of if isinstance(as_of, datetime) else block_time
    if asked < block_time:
        raise OutOfRange(
            f"clock {time_text(asked)} lies before {time_text(block_time)}, the time of the block asked for"
        )
    if asked > max(block_time, datetime.now(UTC)):
        raise OutOfRange(f"clock {time_text(asked)} lies in the future")
    return asked


def etag(position: CursorRow, request: Request, clock: datetime | None = None, also: object = None) -> str:
    """Names the bytes of an answer: the ledger, the mirror's state, the request, and the clock unless that names it."""
    state = (position.chain_id, position.journal_size, position.head_number, position.final_block, also)
    digest = hashlib.sha256(
        b"\x00".join(
            (
                _RENDERING,
                position.origin,
                position.journal_root,
                position.head_hash or b"",
                repr(state).encode(),
                b"" if clock is None else time_text(clock).encode(),
                request.url.path.encode(),
                request.url.query.encode(),
            )
        )
    )
    return f'"{digest.hexdigest()[:32]}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether a client says that it has the answer of this ETag. If-None-Match compares weakly (RFC 9110 §13.1.2)."""
    given = ",".join(request.headers.getlist("if-none-match"))
    return tag in {one.strip().removeprefix("W/") for one in given.split(",")}


def has_any(request: Request) -> bool:
    """Whether a client has some answer and wants no other, provided that there is one (`If-None-Match: *`)."""
    return request.headers.get("if-none-match", "").strip() == "*"


def next_page(request: Request, reading: Reading, after: int | str, *, clocked: bool = False) -> str:
    """Address of the next page. It names the block, so that what changes meanwhile is neither missed nor seen twice.

    Args:
        clocked: whether the list depends on a clock, which is then named as well.
    """
    named = {"as_of": str(reading.moment.point.number)}
    if clocked:
        named["clock"] = time_text(reading.clock)
    given = [
        (name, value) for name, value in request.query_params.multi_items() if name not in ("after", "as_of", "clock")
    ]
    return f"{request.url.path}?{urlencode([*given, *named.items(), ('after', after)])}"


def time_text(moment: datetime) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
