"""What `mulu index --follow` and `mulu serve` share: their log, and how they are stopped.

SIGTERM ends a service with 0, Ctrl-C (SIGINT) with 130. What was begun is finished. What is not finished after
GRACE_SECONDS, as when a node hangs, is abandoned, and a second signal abandons at once: each write is one transaction,
so nothing is lost by it.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Annotated, Any, Final, cast

import typer

from ledger import service_log
from ledger.cli.output import NOTES, pick
from ledger.errors import LedgerError, Malformed
from ledger.indexer.progress import Progress
from ledger.model.message import Message

GRACE_SECONDS: Final = 10
_REPEAT_SECONDS = 60.0
_INTERRUPTED, _UNEXPECTED = 130, 70
_log = logging.getLogger(service_log.NAME)

LogForm = Annotated[
    str | None, typer.Option("--log", help="text for people, or json: one object on a line; MULU_LOG by default.")
]


class Service:
    """A process that runs until it is told to stop."""

    def __init__(self, name: str, form: service_log.Form) -> None:
        self.stop = Event()
        self._name = name
        self._form = form
        self._signal: int | None = None

    def tell(self, level: int, event: str, said: Message | None = None, **facts: Any) -> None:
        """Logs an event; what is said goes out in the person's language, or in English for programs."""
        service_log.tell(_log, level, event, None if said is None else self._word(said), **facts)

    def worded(self, record: logging.LogRecord) -> bool:
        """Filter of a handler: what a part says in both languages, in the one of this log."""
        if isinstance(record.msg, Message):
            record.msg = self._word(record.msg)
        return True

    def _word(self, said: Message) -> str:
        return said.en if self._form == "json" else pick(said)

    def say(self, event: str, said: Message, **facts: Any) -> None:
        """Tells people on standard output, as a command would, and programs in the log."""
        if self._form == "text":
            print(pick(said), flush=True)
        else:
            self.tell(logging.INFO, event, said, service=self._name, **facts)

    @property
    def exit_code(self) -> int:
        """What the process ends with."""
        return _INTERRUPTED if self._signal == signal.SIGINT else 0

    def listen(self) -> None:
        """Takes the signals."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked)
        signal.signal(signal.SIGALRM, self._late)

    def _asked(self, number: int, _: FrameType | None) -> None:
        if self.stop.is_set():
            self._abandon()
        self._signal = number
        self.stop.set()
        signal.alarm(GRACE_SECONDS)

    def _late(self, number: int, _: FrameType | None) -> None:
        self._abandon()

    def _abandon(self) -> None:
        said = Message("stopped; what was under way is abandoned", "已停止；进行中的操作已放弃")
        self.tell(logging.WARNING, "abandoned", said, service=self._name)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(self.exit_code)


@contextmanager
def running(name: str, asked: str | None, setting: str) -> Iterator[Service]:
    """Runs a service; at the end of its block the process ends with the service's exit code.

    Args:
        asked: the form of the log on the command line.
        setting: that of `MULU_LOG`.

    Raises Malformed for another form. What else is raised is logged, where programs read, and then the end.
    """
    form = asked or setting
    if form not in service_log.FORMS:
        raise Malformed(f"log {form[:40]!r}: --log and MULU_LOG take text or json")
    handler = service_log.start(cast(service_log.Form, form))
    service = Service(name, cast(service_log.Form, form))
    handler.addFilter(service.worded)
    # What the parts say while they work goes into the log.
    logging.getLogger("ledger").removeHandler(NOTES)
    service.listen()
    try:
        yield service
    except LedgerError as error:
        if form == "text":
            raise
        service_log.tell(_log, logging.ERROR, "failed", str(error), service=name, exit_code=error.exit_code)
        raise SystemExit(error.exit_code) from None
    except Exception as error:
        if form == "text":
            raise
        _log.exception("unexpected error: %s", type(error).__name__)
        raise SystemExit(_UNEXPECTED) from None
    said = Message("stopped", "已停止")
    service.tell(logging.INFO, "stopped", said, service=name, exit_code=service.exit_code)
    raise SystemExit(service.exit_code)


class ProgressLog:
    """Logs what an indexer reports: batches for programs, what is out of the ordinary for people as well."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._before: Progress | None = None
        self._said = 0.0

    def __call__(self, progress: Progress) -> None:
        """Logs a report; one that says the same as before only once a minute, and `level` once."""
        before, self._before = self._before, progress
        if before is not None and before.kind == progress.kind and progress.kind in ("level", "waiting"):
            same = progress.kind == "level" or before.message == progress.message
            if same and (progress.kind == "level" or time.monotonic() - self._said < _REPEAT_SECONDS):
                return
        self._said = time.monotonic()
        level = logging.WARNING if progress.kind in ("reorganized", "waiting") else logging.INFO
        self._service.tell(
            level,
            progress.kind,
            progress.message,
            block=progress.block,
            head=progress.head,
            size=progress.size,
            acts=progress.acts if progress.kind in ("indexed", "reorganized") else None,
            depth_blocks=progress.blocks if progress.kind == "reorganized" else None,
            blocks=progress.blocks if progress.kind == "indexed" else None,
            seconds=round(progress.seconds, 3) if progress.kind == "indexed" else None,
        )
