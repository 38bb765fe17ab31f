"""`grant scope`: what a plan is over, from a file; listed in as many transactions and runs as it takes."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.app import App
from ledger.cli.grant_parts import (
    SHOWN,
    Account,
    Number,
    Sheet,
    Yes,
    confirm,
    directory_of,
    grants_of,
    refused_rows_shown,
    say_sent,
)
from ledger.cli.output import AsJson, chinese, note, pick, print_json, progress, say, table
from ledger.errors import Rejected
from ledger.model.ids import to_hex
from ledger.model.message import Message
from ledger.model.roles import Role

if TYPE_CHECKING:
    from ledger.grant.listing import Listing
    from ledger.grant.scope_file import ListedEntry, ListedProvider

File = Annotated[Path, typer.Argument(help="Scope: CSV, XLSX or JSON; an entry a row, a provider a row if overall.")]

_OTHER_SECONDS = 10
_ATTEMPTS = 5
"""Lists made afresh when somebody else listed some of it in between."""


def add_to(cli: typer.Typer) -> None:
    """Adds this command."""
    cli.command()(scope)


def scope(
    number: Number, file: File, yes: Yes = False, sheet: Sheet = None, account: Account = None, as_json: AsJson = False
) -> None:
    """List what a plan is over. Killed and run again, it lists the rest; the first approval freezes it."""
    from ledger.grant.listing import outstanding, read_scope
    from ledger.grant.sending import GrantSender, Sent

    app = App()
    chosen = app.choose(account, Role.GRANTOR)
    with refused_rows_shown(), app.synced_mirror().catalog() as catalog:
        listing = read_scope(number, file, sheet, directory_of(app), catalog, grants_of(app))
    sender = app.sender(chosen)
    sent = Sent()
    before: int | None = None
    for attempt in range(_ATTEMPTS):
        with refused_rows_shown():
            todo = outstanding(listing, grants_of(app))
        before = len(listing.rows) - len(todo) if before is None else before
        if not todo:
            break
        if attempt == 0:
            if not as_json or not yes:
                _show(listing)
            question = Message(f"list {len(todo)} in grant {number}?", f"将 {len(todo)} 项列入授权 {number} 的范围。")
            confirm(str(len(todo)), question, yes=yes)
        try:
            with progress(len(todo), "listing", "正在列入授权范围") as advance:
                sent += GrantSender(app.contracts, sender, advance).scope(number, listing.version, todo)
        except Rejected as error:
            if error.reason != "GrantScopeRepeated":
                raise
            note(f"{error}: somebody else listed it; looking again", f"{error}：已由他人列入，重新核对")
            sender.settle()
            _wait_for_other(app, number, listing.version)
            continue
        break
    else:
        raise Rejected(f"grant {number} kept changing under {_ATTEMPTS} lists; try again when the others are done")
    listed = grants_of(app).scope(number, listing.version)
    extra = listed.count - len(listing.rows)
    if as_json:
        print_json(
            {
                "grant": number,
                "version": listing.version,
                "listed": sent.count,
                "listed_before": before,
                "not_in_file": extra,
                "scope_count": listed.count,
                "scope_digest": to_hex(listed.digest),
                "transactions": sent.transaction_count,
                "gas": sent.gas_used,
            }
        )
        return
    say_sent(sent, Message("listed", "列入授权范围"), before or 0)
    if extra > 0:
        note(
            f"the plan lists {extra} that are not in {listing.file}: withdraw it if they are wrong",
            f"方案中另有 {extra} 项不在 {listing.file} 中：如有误请撤回方案",
        )
    say(
        f"grant {number}, version {listing.version}: scope of {listed.count}, digest {to_hex(listed.digest)}",
        f"授权 {number} 第 {listing.version} 版：范围共 {listed.count} 项，摘要 {to_hex(listed.digest)}",
    )


def _wait_for_other(app: App, number: int, version: int) -> None:
    """Waits until what somebody else sent is included, where the node refused for what is still under way."""
    before = grants_of(app).version(number, version).scope_count
    deadline = time.monotonic() + _OTHER_SECONDS
    while grants_of(app).version(number, version).scope_count == before and time.monotonic() < deadline:
        time.sleep(0.2)


def _show(listing: "Listing") -> None:
    headers: Sequence[str]
    if listing.providers:
        headers = ("行", "提供单位", "操作", "最高级别") if chinese() else ("row", "provider", "operations", "level")
        table(headers, [_provider(one) for one in listing.providers[:SHOWN]])
    else:
        headers = (
            ("行", "目录条目", "版本", "操作", "信息项") if chinese()
            else ("row", "entry", "version", "operations", "items")
        )  # fmt: skip
        table(headers, [_entry(one) for one in listing.entries[:SHOWN]])
    if len(listing.rows) > SHOWN:
        note(f"… and {len(listing.rows) - SHOWN} more", f"……其余 {len(listing.rows) - SHOWN} 项")


def _entry(one: "ListedEntry") -> tuple[object, ...]:
    from ledger.grant.items import words_for
    from ledger.model.grant_words import OPERATIONS, named_set

    operations = pick(named_set(OPERATIONS, one.scope.operations))
    return (one.row, one.title, one.scope.version, operations, pick(words_for(one.scope.items, one.items)))


def _provider(one: "ListedProvider") -> tuple[object, ...]:
    from ledger.model.grant_words import OPERATIONS, named_set

    return (one.row, one.title, pick(named_set(OPERATIONS, one.scope.operations)), one.scope.level)
