"""Signing checkpoints of the journal with the operator's log key.

Only final sizes are signed, and only a continuation of what was signed before: the root is computed again at the last
signed size, and a consistency proof leads from there to the new one, and on to the root that was compared with the
contract's. What was signed last is kept twice. The mirror publishes it; the file beside the key is what a mirror from
a backup cannot take back. The file is written first, then the mirror's transaction commits: a kill between them leaves
a note that nobody has seen, of acts that the mirror holds already, and the next run publishes it.
"""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ledger.errors import Contradicted, Inconsistent, Malformed, NotFound, Rejected, Unavailable
from ledger.files import check_private, write_bytes, write_private
from ledger.merkle.checkpoint import Checkpoint, LogKey, VerifierKey, origin_line, parse_signed
from ledger.merkle.proof import consistency_path, root, verify_consistency
from ledger.merkle.tree import Nodes
from ledger.model.message import Message


@dataclass(frozen=True, slots=True)
class FinalJournal:
    """What a store holds of the journal: all of it, and how many acts of it are final."""

    final_size: int
    size: int
    root: bytes
    nodes: Nodes
    published: bytes | None
    """The signed note that is published."""


class CheckpointStore(Protocol):
    """A mirror, as far as checkpoints are concerned."""

    def publish(self, vkey: str, sign: Callable[[FinalJournal], bytes | None]) -> None:
        """Publishes the note that `sign` makes of the journal, in the one transaction that it was read in.

        Nothing changes when it makes none or raises.
        """

    def keep_evidence(
        self, message: str, block: int | None, stored_hash: bytes | None, found_hash: bytes | None
    ) -> None:
        """Keeps what stopped the indexer for people to see."""


class LogKeyFile:
    """The file of the log key, mode 0600, and beside it the last note that was signed with it.

    Args:
        origin: the journal's, 32 bytes.
    """

    def __init__(self, path: Path, origin: bytes) -> None:
        self.path = path
        self.signed_path = signed_path(path)
        self._name = origin_line(origin)

    def make_missing(self) -> VerifierKey | None:
        """Makes the key when there is none, whole or not at all, durable on return; its public half if it did.

        Raises Rejected when a note says that there was one, Unavailable when the file cannot be written.
        """
        if self.path.exists():
            return None
        if self.signed_path.exists():
            raise Rejected(
                f"the log key {self.path} is gone, though {self.signed_path} says that it has signed: bring it back "
                f"from the backup. If it is lost, tell those who know the old key, move {self.signed_path} away, and "
                "run this again: a new key is made"
            )
        key = LogKey.generate(self._name, secrets.token_bytes)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"{self.path} cannot be written: {error.strerror}. Check MULU_LOG_KEY_FILE") from error
        try:
            write_private(self.path, key.encode().encode())
        except Rejected:
            # Another indexer was faster.
            return None
        return key.verifier

    def read(self) -> LogKey:
        """The key. Raises NotFound, Rejected when others can read it or it is another journal's, Malformed."""
        try:
            check_private(self.path)
            text = self.path.read_text("ascii")
        except FileNotFoundError:
            raise NotFound(f"no log key at {self.path}: `mulu index` makes one; check MULU_LOG_KEY_FILE") from None
        except UnicodeDecodeError:
            raise Malformed(f"log key {self.path}: not ASCII text") from None
        except OSError as error:
            raise Rejected(f"log key {self.path} cannot be read: {error.strerror}") from error
        key = LogKey.parse(text)
        if key.name != self._name:
            raise Rejected(
                f"the log key {self.path} is that of {key.name}, this journal is {self._name}: move it away with "
                f"{self.signed_path.name}, or name another file in MULU_LOG_KEY_FILE"
            )
        return key

    def last_signed(self) -> Checkpoint | None:
        """The checkpoint signed last; None when there is none, or this process may not read it."""
        return LastSigned(self.signed_path).read()

    def last_note(self) -> bytes | None:
        """The note of `last_signed`."""
        with suppress(FileNotFoundError, PermissionError):
            return self.signed_path.read_bytes()
        return None

    def keep_signed(self, note: bytes) -> None:
        """Keeps the note signed last, whole or not at all, durable on return."""
        write_bytes(self.signed_path, note)

    @contextmanager
    def held(self) -> Iterator[LogKey]:
        """The key, which nobody else signs with meanwhile. Raises as `read`."""
        key = self.read()
        handle = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield key
        finally:
            os.close(handle)


class LastSigned:
    """What the file beside a log key says was signed last; read again only when it was written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[object, Checkpoint | None] = (None, None)

    def read(self) -> Checkpoint | None:
        """The checkpoint; None when there is none, or this process may not read it. Raises Inconsistent."""
        try:
            stat = self._path.stat()
            state = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
            if state != self._known[0]:
                self._known = (state, _read(self._path.read_bytes(), str(self._path)))
        except (FileNotFoundError, PermissionError):
            return None
        return self._known[1]


def signed_path(key_path: Path) -> Path:
    """The file of what was signed last with a key."""
    return key_path.with_name(key_path.name + ".checkpoint")


class Checkpoints:
    """Signs and publishes what has become final.

    Args:
        tell: told why nothing was published, where that is worth saying.
    """

    def __init__(self, file: LogKeyFile, store: CheckpointStore, tell: Callable[[Message], None]) -> None:
        self._file = file
        self._store = store
        self._tell = tell

    def publish(self) -> None:
        """Publishes the checkpoint of all final acts. Repeatable.

        Raises Inconsistent when the mirror does not continue what was signed, and as `LogKeyFile.read`.
        """

        def sign(journal: FinalJournal) -> bytes | None:
            last = self._file.last_note()
            given = {str(self._file.signed_path): last, "the mirror's checkpoint": journal.published}
            signed = [_read(note, where) for where, note in given.items() if note is not None]
            note = next_checkpoint(key, journal, signed)
            if note is None and signed:
                self._tell(_behind(journal, signed))
            elif note is not None and note != last:
                self._file.keep_signed(note)
            return note

        with self._file.held() as key:
            try:
                self._store.publish(str(key.verifier), sign)
            except Inconsistent as error:
                self._store.keep_evidence(str(error), None, None, None)
                raise


def _read(note: bytes, where: str) -> Checkpoint:
    try:
        return parse_signed(note)[0]
    except Malformed as error:
        raise Inconsistent(f"{where} is damaged: {error}") from error


def next_checkpoint(key: LogKey, journal: FinalJournal, signed: Sequence[Checkpoint]) -> bytes | None:
    """The note to publish; None while there is less that is final than was signed, or nothing.

    Args:
        signed: what was signed before.

    Raises Inconsistent unless the journal continues all of it.
    """
    size = journal.final_size
    made = Checkpoint(key.name, size, root(journal.nodes, size))
    _check_continues(made, Checkpoint(key.name, journal.size, journal.root), journal.nodes)
    for last in signed:
        if last.size <= size:
            _check_continues(last, made, journal.nodes)
    if size == 0 or any(last.size > size for last in signed):
        return None
    return made.sign(key)


def check_servable(signed_before: Sequence[Checkpoint], origin: bytes, size: int, nodes: Nodes) -> None:
    """Checks that the mirror holds what was signed, and no other history.

    Args:
        signed_before: what is known to have been signed.
        origin, size, nodes: the mirror's journal.

    Raises Inconsistent when it does not, Unavailable when the mirror has not come as far as was signed.
    """
    name = origin_line(origin)
    for signed in signed_before:
        if signed.origin != name:
            raise Inconsistent(f"the log has signed for {signed.origin}, the mirror's journal is {name}")
        if signed.size > size:
            raise Unavailable(
                f"the mirror holds {size} acts, the log has signed for {signed.size}: an old copy of the mirror must "
                "be brought to the chain's head first, with `mulu index`"
            )
        if root(nodes, signed.size) != signed.root:
            raise _fork(signed, root(nodes, signed.size))


def _check_continues(older: Checkpoint, newer: Checkpoint, nodes: Nodes) -> None:
    if older.origin != newer.origin:
        raise Inconsistent(f"the log has signed for {older.origin}, this journal is {newer.origin}")
    path = consistency_path(nodes, older.size, newer.size)
    try:
        verify_consistency(older.size, newer.size, path, older.root, newer.root)
    except Contradicted as error:
        raise _fork(older, root(nodes, older.size)) from error


def _fork(signed: Checkpoint, found: bytes) -> Inconsistent:
    return Inconsistent(
        f"the mirror's tiles give another root of the first {signed.size} acts, 0x{found.hex()}, than the journal has, "
        f"0x{signed.root.hex()}; nothing is signed or given out. If the mirror is wrong (`mulu index --check`), make "
        "its tiles anew with `mulu index --reproject`, or index again from nothing. If the chain has another history "
        "than was signed, stop and tell the auditors"
    )


def _behind(journal: FinalJournal, signed: Sequence[Checkpoint]) -> Message:
    newest = max(last.size for last in signed)
    return Message(
        f"no checkpoint: the log has signed for {newest} acts, {journal.final_size} are final in this mirror",
        f"暂不签发检查点：日志已为 {newest} 条记录签名，本镜像库中已终局的为 {journal.final_size} 条",
    )
