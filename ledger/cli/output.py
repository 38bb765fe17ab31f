"""What the commands print: tables for people, JSON for programs; Chinese where the locale is Chinese.

What draws tables and bars is imported when one is drawn: many commands draw none.
"""

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from ledger.model.message import Message
from ledger.settings import is_chinese

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text.")]


def chinese() -> bool:
    """Whether messages are Chinese."""
    return is_chinese()


def pick(message: Message) -> str:
    """The text of a message in the language of this process."""
    return message.zh if chinese() else message.en


def say(en: str, zh: str | None = None) -> None:
    """One line on standard output."""
    print(pick(Message(en, zh if zh is not None else en)))


def note(en: str, zh: str | None = None) -> None:
    """One line on standard error, for what is not the command's answer."""
    print(pick(Message(en, zh if zh is not None else en)), file=sys.stderr)


class Notes(logging.Handler):
    """What the parts have to say while they work: one line each on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        """Prints a record; a message in the language of this process."""
        said = record.msg if isinstance(record.msg, Message) else Message(record.getMessage(), record.getMessage())
        note(said.en, said.zh)


NOTES = Notes()
"""The one handler of the command line."""


def print_json(value: Any) -> None:
    """JSON on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table; Chinese characters take two columns. Nothing is cut when the output is no terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    console = Console(width=None if terminal else 240, highlight=False)
    view = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        view.add_column(header, overflow="fold")
    for row in rows:
        view.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    with console.capture() as captured:
        console.print(view)
    lines = captured.get().splitlines()
    print("\n".join(lines if terminal else [line.rstrip() for line in lines]))


@contextmanager
def progress(total: int, en: str, zh: str) -> Iterator[Any]:
    """A progress bar on standard error; gives a function that is told how many more are done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=False) as bar:
        task = bar.add_task(pick(Message(en, zh)), total=total)
        yield lambda count: bar.advance(task, count)
