"""Items of a held entry keep their position: a registration or a grant names them by place.

Bit i of a grant's bitmap is item i. An item that moves would silently grant another one, so that a changed version
must begin with the items that the entry has; what is appended is nobody's yet.
"""

from collections.abc import Mapping
from typing import Any

from ledger.model.message import Message
from ledger.publish.ports import CurrentEntry
from ledger.publish.refusal import Fault, shown


def faults_of_items(current: CurrentEntry, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Fault]:
    """Why changed content cannot follow that of a held entry: its first item that moved or vanished."""
    if not current.holds:
        return []
    items = list(after.get("items", ()))
    for place, item in enumerate(before.get("items", ())):
        if place < len(items) and _is_same(item, items[place]):
            continue
        name = str(item["name"])
        now = next((at for at, other in enumerate(items) if _is_same(item, other)), None)
        moved = now is not None
        return [
            Fault(
                "items",
                shown(name),
                "held_item_moved" if moved else "held_item_gone",
                Message(
                    f"the entry is held by {current.holds} registrations, grants or products, and its item {place + 1} "
                    + (f"would become item {(now or 0) + 1}" if moved else "would vanish"),
                    f"该条目被 {current.holds} 项登记、授权或产品占用，其第 {place + 1} 个信息项"
                    + (f"将变为第 {(now or 0) + 1} 个" if moved else "将消失"),
                ),
                Message(
                    "keep the items in their places and append new ones; else amend or end the grants, and apply for "
                    "a change of the registrations, until nothing holds it",
                    "请保持原有信息项的顺序，新增项放在最后；确需变动的，先办理授权变更或终止、登记变更，待解除占用后再发布",
                ),
            )
        ]
    return []


def _is_same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether two items are one: by the column that both state, else by name."""
    if "field" in before and "field" in after:
        return bool(before["field"] == after["field"])
    return bool(before["name"] == after["name"])
