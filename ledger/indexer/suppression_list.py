"""The operator's list of what is suppressed: a file outside the mirror, for mirrors are rebuilt.

One record a line, canonical JSON, each with the SHA-256 of the line before it: nothing is ever taken out. A record
suppresses acts or lifts what an earlier one suppressed; it says who decided, when, why, and the digest of the document
that the decision rests on. A list that was cut off at its end cannot be told from an older one; a mirror that knows
more than the list refuses to go on.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ledger.errors import Inconsistent, Malformed, NotFound, Rejected
from ledger.files import read_bytes, write_bytes
from ledger.model import canonical
from ledger.model.ids import from_hex, to_hex
from ledger.model.suppression import Suppression

_FORMAT: Final = "mulu-suppression/1"
_LIST_BYTES: Final = 64 << 20
_NONE_BEFORE: Final = bytes(32)
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
SUPPRESS: Final = "suppress"
LIFT: Final = "lift"


@dataclass(frozen=True, slots=True)
class Record:
    """One decision: `action` is SUPPRESS or LIFT; the leaves, 32 bytes each, by the index of their act."""

    number: int
    action: str
    leaves: Mapping[int, bytes]
    reason: str
    document: bytes
    by: str
    time: datetime

    def suppressions(self) -> dict[int, Suppression]:
        """What it suppresses, by the index of the act."""
        return {
            index: Suppression(index, leaf, self.time, self.reason, self.document)
            for index, leaf in self.leaves.items()
        }


class SuppressionList:
    """One list. Opening it touches nothing.

    Args:
        origin: the journal's, 32 bytes.
    """

    def __init__(self, path: Path, origin: bytes) -> None:
        self.path = path
        self._origin = origin
        self._known: tuple[object, list[Record]] = (None, [])

    def records(self) -> list[Record]:
        """Every record; none when there is no file.

        Raises Inconsistent when the file was changed otherwise than by `add`, Rejected when it is another journal's.
        """
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return []
        state = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
        if self._known[0] != state:
            self._known = (state, self._read())
        return self._known[1]

    def in_force(self) -> dict[int, Suppression]:
        """What is suppressed now, by the index of the act. Raises as `records`."""
        found: dict[int, Suppression] = {}
        for record in self.records():
            for index, one in record.suppressions().items():
                if record.action == SUPPRESS:
                    found[index] = one
                else:
                    found.pop(index, None)
        return found

    def named(self) -> set[int]:
        """Every act that the list ever named. Raises as `records`."""
        return {index for record in self.records() for index in record.leaves}

    def add(
        self, action: str, leaves: Mapping[int, bytes], reason: str, document: bytes, by: str, time: datetime
    ) -> Record:
        """Adds a record, durable on return.

        Raises Rejected when an act is suppressed already, or is to be lifted and is not suppressed.
        """
        with self._held():
            records, force = self.records(), self.in_force()
            for index in sorted(leaves):
                if action == SUPPRESS and index in force:
                    since = force[index].time.strftime(_TIME)
                    raise Rejected(f"act {index} is suppressed already, since {since}")
                if action == LIFT and index not in force:
                    raise Rejected(f"act {index} is not suppressed: `mulu suppression list` says what is")
            whole = self.path.read_bytes() if records else b""
            record = Record(len(records) + 1, action, dict(leaves), reason, document, by, time.replace(microsecond=0))
            write_bytes(self.path, whole + self._line(record, _digest_of_last(whole)))
        return record

    def _read(self) -> list[Record]:
        try:
            data = read_bytes(self.path, _LIST_BYTES)
        except (NotFound, Malformed) as error:
            raise Rejected(f"suppression list {error}. Check MULU_SUPPRESSION_FILE") from error
        records: list[Record] = []
        before = _NONE_BEFORE
        for number, line in enumerate(data.splitlines(keepends=True), 1):
            try:
                record = self._parse(line, number, before)
            except (Malformed, KeyError, TypeError, ValueError, AttributeError) as error:
                raise Inconsistent(
                    f"suppression list {self.path}, line {number} is not what was written: {error}. Bring the file "
                    "back from the backup; nothing is shown or withheld by half a list"
                ) from error
            records.append(record)
            before = hashlib.sha256(line).digest()
        return records

    def _parse(self, line: bytes, number: int, before: bytes) -> Record:
        said: Any = canonical.decode(line.removesuffix(b"\n"))
        if said["format"] != _FORMAT or said["action"] not in (SUPPRESS, LIFT):
            raise Malformed(f"want {_FORMAT}, {SUPPRESS} or {LIFT}")
        if said["origin"] != to_hex(self._origin):
            raise Rejected(
                f"the suppression list {self.path} is that of journal {said['origin']}, this one is "
                f"{to_hex(self._origin)}: move it away, or name another file in MULU_SUPPRESSION_FILE"
            )
        record = Record(
            said["number"],
            said["action"],
            {act["index"]: from_hex(act["leaf"], 32, "leaf") for act in said["acts"]},
            said["reason"],
            from_hex(said["document"], 32, "document"),
            said["by"],
            datetime.strptime(said["time"], _TIME).replace(tzinfo=UTC),
        )
        # Whatever else was changed, the line that this record makes is another.
        if record.number != number or self._line(record, before) != line:
            raise Malformed("it does not follow the line before it")
        return record

    def _line(self, record: Record, before: bytes) -> bytes:
        acts = [{"index": index, "leaf": to_hex(leaf)} for index, leaf in sorted(record.leaves.items())]
        return (
            canonical.encode(
                {
                    "format": _FORMAT,
                    "origin": to_hex(self._origin),
                    "number": record.number,
                    "action": record.action,
                    "acts": acts,
                    "reason": record.reason,
                    "document": to_hex(record.document),
                    "by": record.by,
                    "time": record.time.strftime(_TIME),
                    "before": to_hex(before),
                }
            )
            + b"\n"
        )

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Nobody else adds meanwhile; the directory is locked, for the file is replaced."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _digest_of_last(data: bytes) -> bytes:
    lines: Sequence[bytes] = data.splitlines(keepends=True)
    return hashlib.sha256(lines[-1]).digest() if lines else _NONE_BEFORE
