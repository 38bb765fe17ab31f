"""An entry for people, for programs, and as a line of an exported file."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger.app import App
from ledger.cli.output import print_json, say, table
from ledger.errors import Malformed
from ledger.files import write_bytes
from ledger.indexer.rows import ACTIVE, EntryRow
from ledger.model import canonical
from ledger.model.entry import Kind, Level, Open, Share
from ledger.model.ids import to_hex
from ledger.model.suppression import SUPPRESSED
from ledger.store.entry_queries import Filter
from ledger.store.queries import Queries

_PAGE = 2000
_COLUMNS = ("id", "provider", "local_code", "version", "kind", "share", "open", "level", "submitter")
_NOT_STATED = "not stated"


def show(history: list[EntryRow], names: dict[str, str]) -> None:
    """The version in force, its content, and every version."""
    now = history[-1]
    say(f"{now.title or now.local_code}")
    table(
        ("", ""),
        [
            ("id", to_hex(now.entry_id)),
            ("provider", f"{now.provider} {names.get(now.provider, '')}"),
            ("local code", now.local_code),
            ("submitter", f"{now.submitter} {names.get(now.submitter, '')}"),
            ("status", f"{now.status.lower()}, version {now.version}"),
            ("share", _stated(Share(now.share))),
            ("open", _stated(Open(now.open))),
            ("level", _stated(Level(now.level))),
            ("digest", to_hex(now.content_digest)),
        ],
    )
    print()
    if now.malformed == SUPPRESSED:
        say("its content is suppressed: mulu suppression list", "其内容已屏蔽：mulu suppression list")
    elif now.malformed:
        say(f"content is malformed: {now.malformed}", f"内容格式不合规：{now.malformed}")
    else:
        print_json(canonical.decode(now.content))
    print()
    table(
        ("version", "status", "act", "block", "time", "share", "open", "level", "account"),
        [
            (
                row.version,
                row.status.lower(),
                row.act_index,
                row.from_block,
                f"{row.from_time:%Y-%m-%d %H:%M:%S} UTC",
                row.share or "",
                row.open or "",
                row.level or "",
                to_hex(row.account),
            )
            for row in history
        ],
    )


def to_json(row: EntryRow) -> dict[str, Any]:
    """One version as JSON values; 0 is not stated."""
    try:
        content: Any = canonical.decode(row.content)
    except Malformed:
        content = None
    return {
        "id": to_hex(row.entry_id),
        "provider": row.provider,
        "local_code": row.local_code,
        "version": row.version,
        "status": row.status,
        "kind": row.kind,
        "share": row.share,
        "open": row.open,
        "level": row.level,
        "submitter": row.submitter,
        "digest": to_hex(row.content_digest),
        "act": row.act_index,
        "account": to_hex(row.account),
        "from_block": row.from_block,
        "from_time": row.from_time.isoformat(),
        "malformed": row.malformed,
        "content": content,
    }


def export(app: App, output: Path, source: str | None, provider: str | None) -> int:
    """Writes the active entries to a CSV or JSON file, whole or not at all; how many."""
    if output.suffix not in (".csv", ".json"):
        raise Malformed(f"{output}: want a name that ends in .csv or .json")
    rows: list[dict[str, Any]] = []
    wanted = Filter(source=source, provider=provider, status=ACTIVE)
    with app.synced_mirror().snapshot() as view:
        rows += map(to_json, all_entries(view, wanted))
    if output.suffix == ".json":
        write_bytes(output, (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    else:
        write_bytes(output, _csv(rows))
    return len(rows)


def all_entries(view: Queries, wanted: Filter, page_size: int = _PAGE) -> Iterator[EntryRow]:
    """Every entry that a filter admits, once, by act; read page by page."""
    after = None
    while page := view.entries(wanted, after=after, limit=page_size):
        yield from page
        after = page[-1].act_index


def _csv(rows: list[dict[str, Any]]) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheets need to read Chinese; lists and objects as JSON."""
    fields = sorted({name for row in rows for name in (row["content"] or {})} - {"format"})
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([*_COLUMNS, *fields])
    for row in rows:
        content = row["content"] or {}
        writer.writerow([_cell(row[name]) for name in _COLUMNS] + [_cell(content.get(name)) for name in fields])
    return target.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | dict | bool):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    # A cell that begins like a formula would be run by a spreadsheet.
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text


def _stated(value: Kind | Share | Open | Level) -> str:
    return f"{int(value)} {value.name.lower().replace('_', ' ')}" if value else _NOT_STATED
