"""What the commands of grants share: options, which grants are meant, showing refused rows, the typed confirmation."""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.app import App
from ledger.cli.output import chinese, pick, say, table
from ledger.errors import Malformed, Rejected
from ledger.model.message import Message

if TYPE_CHECKING:
    from ledger.grant.reader import GrantReader
    from ledger.grant.sending import Sent
    from ledger.publish.directory import Directory
    from ledger.publish.refusal import Refusal

Numbers = Annotated[list[int] | None, typer.Argument(help="Numbers of grants.")]
Number = Annotated[int, typer.Argument(help="Number of the grant.")]
ListFile = Annotated[Path | None, typer.Option("--file", help="Numbers: a table with a column 授权编号, or text.")]
All = Annotated[bool, typer.Option("--all", help="All that wait for this at your organization.")]
Parent = Annotated[int | None, typer.Option("--parent", help="With --all: only children of this grant.")]
Reason = Annotated[str | None, typer.Option(help="The reasons; their SHA-256 goes on chain, and nothing else.")]
Document = Annotated[Path | None, typer.Option(help="The document: its SHA-256 goes on chain, and nothing else.")]
DigestOption = Annotated[
    str | None, typer.Option("--digest", help="SHA-256 of the document (0x and 64 hex digits), instead of the file.")
]
SkipUnfit = Annotated[bool, typer.Option("--skip-unfit", help="Go on with the rest of a list.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before signing.")]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a workbook; the first by default.")]
Account = Annotated[
    str | None, typer.Option("--account", help="Key that signs; the only one with the role by default.")
]

SHOWN = 20
"""Rows of a long list that are shown."""


def chosen_numbers(
    numbers: Sequence[int] | None, file: Path | None, *, everything: bool, parent: int | None
) -> list[int] | None:
    """The grants that are named, by number or in a file; None where all that wait are meant. Raises Malformed."""
    if sum((bool(numbers), file is not None, everything)) != 1:
        raise Malformed("name grants, or give --file, or --all")
    if parent is not None and not everything:
        raise Malformed("--parent goes with --all")
    if everything:
        return None
    if file is not None:
        from ledger.grant.numbers import read_numbers

        return read_numbers(file)
    return list(dict.fromkeys(numbers or ()))


def digest_of(document: Path | None, digest: str | None = None, reason: str | None = None) -> bytes:
    """SHA-256 of what is given as a document, as text, or as its digest; zeros for nothing. Raises Malformed."""
    from ledger.model.ids import from_hex

    if sum(one is not None for one in (document, digest, reason)) > 1:
        raise Malformed("give one of a document, its --digest, and --reason")
    if digest is not None:
        return from_hex(digest.lower(), 32, "--digest")
    if document is not None:
        try:
            return hashlib.sha256(document.read_bytes()).digest()
        except OSError as error:
            raise Malformed(f"{document} cannot be read: {error.strerror}") from error
    return hashlib.sha256(reason.encode("utf-8")).digest() if reason else bytes(32)


@contextmanager
def refused_rows_shown() -> Iterator[None]:
    """Shows every refused row before the error that they are."""
    from ledger.grant.rows import RowsRefused

    try:
        yield
    except RowsRefused as error:
        show_refusals(error.refusals)
        raise


def show_refusals(refusals: "Sequence[Refusal]") -> None:
    """Every refused row: where, what, why, and what to do."""
    headers = ("行", "列", "值", "原因", "如何处理") if chinese() else ("row", "column", "value", "why", "what to do")
    table(headers, [(r.row, r.column or "", r.value, pick(r.why), pick(r.what_to_do)) for r in refusals])


def confirm(typed: str, question: Message, *, yes: bool) -> None:
    """Has a person type what is being signed. Raises Rejected where nobody can be asked, or something else is typed."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Rejected("look at what would be signed, then run it again with --yes; nothing was sent")
    wanted = f"请输入 {typed} 确认：" if chinese() else f"type {typed} to go on: "
    if input(f"{pick(question)} {wanted}").strip() != typed:
        raise Rejected("not confirmed; nothing was sent")


def say_sent(sent: "Sent", done: Message, before: int) -> None:
    """One line about what was sent and what was there before."""
    transactions = f" (block {sent.last_block}, {sent.transaction_count} transactions)" if sent.count else ""
    zh = f"（区块 {sent.last_block}，{sent.transaction_count} 笔交易）" if sent.count else ""
    say(
        f"{sent.count} {done.en}, {before} were before{transactions}",
        f"{done.zh}：本次 {sent.count} 项，此前已办 {before} 项{zh}",
    )


def names_of(app: App, codes: Sequence[str]) -> dict[str, str]:
    """Code → name, by the mirror: for people to read; nothing is decided by it."""
    return app.mirror.queries.organization_names([code for code in dict.fromkeys(codes) if code])


def grants_of(app: App) -> "GrantReader":
    """What the chain says of grants."""
    from ledger.grant.reader import GrantReader

    return GrantReader(app.contracts)


def directory_of(app: App) -> "Directory":
    """The organizations of the ledger by spelling."""
    from ledger.publish.directory import Directory

    return Directory(app.known_organizations())
