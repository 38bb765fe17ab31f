"""The scope of a grant from a file: an entry a row, or a provider a row for an OVERALL grant.

Items are named, or numbered from 1, as in the granted version's content; `*` is the whole entry and never the
default: what is left blank grants nothing. Bit i of the bitmap is item i from 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from ledger.errors import Malformed
from ledger.grant import spellings
from ledger.grant.items import bitmap, item_names, title_of
from ledger.grant.records import EntryScope, ProviderScope
from ledger.grant.rows import Cells, Columns, Wrong, code_by, read_rows, require_good
from ledger.grant.scope_checks import Limits, check_access, check_parent, check_registered, named_by
from ledger.model.entry import Status
from ledger.model.ids import EntryId, entry_id, entry_named
from ledger.model.message import Message
from ledger.publish.directory import Directory
from ledger.publish.ports import CurrentEntry

ENTRIES: Final = Columns(
    {
        "entry": ("目录条目", "条目", "条目标识"),
        "provider": ("提供单位", "提供方"),
        "local_code": ("条目代码", "资源代码", "编码"),
        "version": ("版本", "条目版本"),
        "operations": ("操作", "允许操作"),
        "items": ("信息项", "数据项"),
    },
    "scope",
)
PROVIDERS: Final = Columns(
    {"provider": ("提供单位", "提供方"), "operations": ("操作", "允许操作"), "level": ("最高级别", "级别", "数据级别")},
    "scope",
)
_VERSION_MOST: Final = 2**32 - 1


class Catalog(Protocol):
    """What is asked of the catalog."""

    def entries_by_id(self, ids: Sequence[EntryId]) -> Mapping[EntryId, CurrentEntry]:
        """The entries among `ids` that exist, retired ones included."""


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """A row: what is granted of an entry, and what a person knows it by."""

    row: int
    scope: EntryScope
    title: str
    provider: str
    items: tuple[str, ...]
    """Names of the items of the granted version."""


@dataclass(frozen=True, slots=True)
class ListedProvider:
    """A row of an OVERALL grant."""

    row: int
    scope: ProviderScope
    title: str


def read_entries(
    path: Path, directory: Directory, catalog: Catalog, limits: Limits, sheet: str | None = None
) -> tuple[str, list[ListedEntry]]:
    """The entries in a file, checked against the catalog and the limits.

    Raises RowsRefused with what is wrong in every row, FileRefused when the file cannot be used at all.
    """
    file, rows = read_rows(path, ENTRIES, sheet)
    named = [(cells, _entry(cells, directory)) for cells in rows]
    ids = list(dict.fromkeys(entry for _, entry in named if entry is not None))
    known = catalog.entries_by_id(ids)
    listed: list[ListedEntry] = []
    seen: dict[EntryId, int] = {}
    for cells, entry in named:
        if entry is None:
            continue
        if entry in seen:
            why = Message(f"the entry is in row {seen[entry]} already", f"与第 {seen[entry]} 行是同一条目")
            keep = Message("keep one row of it", "请只保留一行")
            cells.refuse(named_by(cells), cells.get(named_by(cells)), "row_twice", why, keep)
            continue
        seen[entry] = cells.row
        current = known.get(entry)
        if current is None or current.status is not Status.ACTIVE:
            why = (Message("there is no such entry", "目录中没有该条目") if current is None
                   else Message("the entry is retired", "该条目已停用"))  # fmt: skip
            what = Message("correct it (mulu catalog show)", "请更正（mulu catalog show 可查）")
            cells.refuse(named_by(cells), cells.get(named_by(cells)), "entry_not_there", why, what)
            continue
        row = _listed(cells, current, limits)
        if row is not None:
            listed.append(row)
    by_row = {cells.row: cells for cells in rows}
    check_registered([(by_row[one.row], one.scope.entry) for one in listed], limits)
    require_good(file, rows)
    return file, listed


def read_providers(
    path: Path, directory: Directory, level: int, sheet: str | None = None
) -> tuple[str, list[ListedProvider]]:
    """The providers in a file, for an OVERALL grant up to a level. Raises as `read_entries`."""
    file, rows = read_rows(path, PROVIDERS, sheet)
    listed: list[ListedProvider] = []
    seen: dict[str, int] = {}
    for cells in rows:
        code = cells.read("provider", code_by(directory))
        operations = cells.read("operations", spellings.operations)
        own = cells.read("level", spellings.level)
        if own is not None and own > level:
            why = Message(f"the grant goes up to level {level}", f"授权最高级别为 {level}")
            cells.refuse("level", cells.get("level"), "level_too_high", why, Message("lower it", "请降低级别"))
        if code in seen:
            why = Message(f"the provider is in row {seen[code]} already", f"与第 {seen[code]} 行是同一提供单位")
            cells.refuse("provider", cells.get("provider"), "row_twice", why, Message("keep one", "请只保留一行"))
        if code is None or operations is None or own is None or cells.refusals:
            continue
        seen[code] = cells.row
        listed.append(ListedProvider(cells.row, ProviderScope(code, operations, own), directory.by_code[code].name))
    require_good(file, rows)
    return file, listed


def _entry(cells: Cells, directory: Directory) -> EntryId | None:
    if cells.get("entry"):
        return cells.read("entry", _entry_named)
    provider = cells.read("provider", code_by(directory))
    local_code = cells.read("local_code", str)
    if provider is None or local_code is None:
        return None
    try:
        return entry_id(provider, local_code)
    except ValueError:
        why = Message("is no local code of 1 to 128 bytes", "不是 1 至 128 字节的条目代码")
        cells.refuse("local_code", local_code, "local_code_invalid", why, Message("correct it", "请更正"))
        return None


def _entry_named(value: str) -> EntryId:
    try:
        return entry_named(value.strip())
    except Malformed as error:
        raise Wrong(
            "entry_invalid",
            Message(str(error), "不是条目"),
            Message("write 0x…, or PROVIDER/LOCAL-CODE", "应为条目标识（0x…）或“提供方代码/条目代码”"),
        ) from error


def _listed(cells: Cells, current: CurrentEntry, limits: Limits) -> ListedEntry | None:
    version = cells.read("version", spellings.number(1, _VERSION_MOST), current.version)
    if version is not None and version != current.version:
        why = Message(f"the entry is at version {current.version}", f"该条目现行为第 {current.version} 版")
        what = Message("look at its items again; blank is the present version", "请重新核对信息项；留空即现行版本")
        cells.refuse("version", cells.get("version"), "version_not_present", why, what)
    operations = cells.read("operations", spellings.operations)
    names = item_names(current.content)
    items = cells.read("items", lambda value: bitmap(value, names))
    check_access(cells, current, operations or 0, limits)
    if version is None or operations is None or items is None:
        return None
    scope = EntryScope(current.id, version, operations, items)
    if limits.parent is not None:
        check_parent(cells, scope, names, limits.parent.get(current.id))
    if cells.refusals:
        return None
    title = title_of(current.content)
    return ListedEntry(cells.row, scope, title, current.provider, names)
