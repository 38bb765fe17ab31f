"""What the commands that look things up in the mirror share: when, which member, and rows as plain values."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from ledger.app import App
from ledger.cli.moment import local_moment
from ledger.cli.output import chinese
from ledger.errors import Malformed, NotFound
from ledger.model.ids import to_hex

if TYPE_CHECKING:
    from ledger.store.queries import Queries

T = TypeVar("T", bound=Enum)
AsOf = Annotated[str | None, typer.Option("--as-of", help="As a block (its number) or a time knew it.")]


def moment_of(app: App, view: "Queries", as_of: str | None) -> tuple[datetime, int | None]:
    """The clock by which terms are judged, and the block to read at; None is the head.

    Raises NotFound when nothing was recorded by then.
    """
    if as_of is None:
        return app.chain_time(), None
    if as_of.isascii() and as_of.isdigit():
        point = view.point_at_block(int(as_of))
        clock = None
    else:
        clock = local_moment(as_of, "--as-of")
        point = view.point_at_time(clock)
    if point is None:
        raise NotFound(f"nothing was recorded by {as_of}")
    return clock or point.time, point.number


def member(kind: type[T], text: str, what: str) -> T:
    """The member that text names, whatever its case. Raises Malformed."""
    names = [name for name in kind.__members__ if name != "NONE"]
    if text.upper() not in names:
        raise Malformed(f"{what} {text!r}: want one of {', '.join(names).lower()}")
    return kind[text.upper()]


def row_json(row: Any) -> dict[str, Any]:
    """A row as plain values."""
    return {name: plain(value) for name, value in row._asdict().items() if name not in ("to_block", "to_time")}


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, bytes):
        return to_hex(value)
    if isinstance(value, int) and not isinstance(value, bool) and value > 2**53 - 1:
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value


def w(en: str, zh: str) -> str:
    """One of two words."""
    return zh if chinese() else en
