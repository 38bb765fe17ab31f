"""What the chain would refuse of a scope, said earlier and by row. The chain decides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ledger.grant.items import shown_items
from ledger.grant.records import EntryScope
from ledger.grant.rows import Cells
from ledger.model.entry import Open, Share
from ledger.model.grant import ALL_ITEMS, Kind, Operation
from ledger.model.grant_words import OPERATIONS, named_set
from ledger.model.ids import EntryId
from ledger.model.message import Message
from ledger.publish.ports import CurrentEntry


@dataclass(frozen=True, slots=True)
class Limits:
    """What a scope has to stay within, for earlier and kinder errors; the chain decides."""

    kind: Kind
    level: int
    export_level: int
    parent: Mapping[EntryId, EntryScope] | None = None
    """What the parent lists; None without a parent."""
    registered: Callable[[Sequence[EntryId]], Sequence[bool]] = lambda ids: [True] * len(ids)
    """Whether a registration of each entry is in force; asked for OPERATE only."""


def check_access(cells: Cells, current: CurrentEntry, operations: int, limits: Limits) -> None:
    """Notes what the entry's own share type, open type and level do not permit."""
    share = limits.kind is Kind.SHARE
    access = current.share if share else current.open
    take_out = Message("take it out, or have its provider change it", "请删除该行，或由提供单位变更")

    def refuse(code: str, why: Message, what: Message = take_out) -> None:
        cells.refuse(named_by(cells), cells.get(named_by(cells)), code, why, what)

    if share and access in (Share.NOT_STATED, Share.DENIED):
        word = Message("not stated", "未填写") if not access else Message("denied", "不予共享")
        refuse("not_shareable", Message(f"its share type is {word.en}", f"共享属性为“{word.zh}”"))
    if not share and access is Open.NOT_STATED:
        refuse("not_openable", Message("its open type is not stated", "开放属性未填写"))
    if not current.level:
        refuse("level_not_stated", Message("its level is not stated", "数据级别未填写"))
    elif current.level > limits.level:
        level = int(current.level)
        why = Message(
            f"its level is {level}, the grant's {limits.level}", f"数据级别为 {level}，授权最高 {limits.level}"
        )
        what = Message("take it out, or plan a grant with a higher level", "请删除该行，或另行拟定更高级别的授权")
        refuse("level_too_high", why, what)
    if not share and operations & Operation.EXPORT and (access is Open.DENIED or current.level > limits.export_level):
        why = Message(
            f"what is not open, or above level {limits.export_level}, cannot be exported",
            f"不予开放或高于 {limits.export_level} 级的数据不得导出",
        )
        what = Message("grant query, verify or compute instead", "请改授查询、核验或计算")
        cells.refuse("operations", cells.get("operations"), "not_exportable", why, what)


def check_parent(cells: Cells, scope: EntryScope, names: Sequence[str], above: EntryScope | None) -> None:
    """Notes what the parent does not grant. `names` are those of the granted version's items."""
    what = Message("grant what the parent has (mulu grant show)", "只能在上级授权范围内授权（mulu grant show 可查）")
    if above is None:
        why = Message("the parent grant does not list the entry", "上级授权未包含该条目")
        cells.refuse(named_by(cells), cells.get(named_by(cells)), "not_in_parent", why, what)
        return
    more = scope.operations & ~above.operations
    if more:
        word = named_set(OPERATIONS, more)
        why = Message(f"the parent does not allow {word.en}", f"上级授权不允许：{word.zh}")
        cells.refuse("operations", cells.get("operations"), "more_than_parent", why, what)
    more_items = scope.items & ~above.items
    if more_items and above.items != ALL_ITEMS:
        named_items = "、".join(shown_items(more_items, names)[:12]) if scope.items != ALL_ITEMS else "*"
        why = Message(f"the parent does not grant {named_items}", f"上级授权未包含：{named_items}")
        cells.refuse("items", cells.get("items"), "more_than_parent", why, what)


def check_registered(listed: Sequence[tuple[Cells, EntryId]], limits: Limits) -> None:
    """Notes the entries of an OPERATE grant of which no registration is in force."""
    if limits.kind is not Kind.OPERATE or not listed:
        return
    for (cells, _), registered in zip(listed, limits.registered([entry for _, entry in listed]), strict=True):
        if not registered:
            why = Message("no registration of it is in force", "没有有效的登记")
            what = Message("have it registered first, or take it out", "请先办理登记，或删除该行")
            cells.refuse(named_by(cells), cells.get(named_by(cells)), "not_registered", why, what)


def named_by(cells: Cells) -> str:
    """The column that names the entry."""
    return "entry" if cells.get("entry") else "local_code"
