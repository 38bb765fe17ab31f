"""Where chain, mirror and replay tell different stories, told so that a person finds the place."""

from dataclasses import dataclass, field
from typing import Any, Final

from ledger.audit.findings import shown
from ledger.model.ids import to_hex
from ledger.model.message import Message

KINDS: Final[dict[str, Message]] = {
    "LOG_WITHHELD": Message("the node does not give the log of an act", "节点未给出某条记录的日志"),
    "LOG_DOUBLED": Message("the node gives the log of an act twice", "节点重复给出同一条记录的日志"),
    "LOG_CHANGED": Message("the node gives another log than the one in the journal", "节点给出的日志与账本不符"),
    "LOG_FOREIGN": Message("the node gives a log of a contract that was not asked for", "节点给出了其他合约的日志"),
    "LOG_MALFORMED": Message("the node's log is no act of the contract", "节点给出的日志不是合约的记录"),
    "LOG_MISPLACED": Message("the node's log and its block do not fit together", "节点给出的日志与区块不符"),
    "JOURNAL_SIZE": Message("the contract's journal has another size", "合约账本的记录数不符"),
    "RULE": Message("an act breaks a rule", "记录违反规则"),
    "CONTRACT_STATE": Message("the contract holds another state than the acts amount to", "合约状态与记录推算不符"),
    "MIRROR_MISSING": Message("there is no mirror", "没有镜像库"),
    "MIRROR_AHEAD": Message("the mirror stands at a block that the node does not have", "镜像库超前于节点"),
    "MIRROR_UNREADABLE": Message("a table of the mirror cannot be read", "镜像库的表无法读取"),
    "ROW_CHANGED": Message("a row of the mirror was changed", "镜像库的行被改动"),
    "ROW_MISSING": Message("the mirror lacks a row", "镜像库缺少一行"),
    "ROW_ADDED": Message("the mirror has a row that no act made", "镜像库多出一行"),
    "TILE_CHANGED": Message("a tile of the journal was changed", "账本瓦片被改动"),
    "CURSOR_CHANGED": Message("the mirror's cursor was changed", "镜像库游标被改动"),
    "CHECKPOINT_CHANGED": Message("the checkpoint is not one of this journal", "检查点与账本不符"),
    "HEADER_CHANGED": Message("a block header of the mirror was changed", "镜像库的区块头被改动"),
    "SEARCH_CHANGED": Message("the search index has other words than the entry", "检索索引与条目内容不符"),
    "SUPPRESSION_CHANGED": Message(
        "a suppression of the mirror is of no act of this journal", "镜像库的屏蔽记录与账本不符"
    ),
    "SUPPRESSION_UNLISTED": Message(
        "the mirror withholds what the operator's list does not name", "镜像库屏蔽了清单之外的记录"
    ),
    "EVIDENCE": Message("the indexer was stopped once, and says why", "索引曾中止并留有说明"),
}
"""What a difference can be; stable."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: what and where, the three values where there are three, and the act that it comes from."""

    kind: str
    place: str
    """Table and key, contract and function, or act."""
    column: str | None = None
    contract: str | None = None
    mirror: str | None = None
    replay: str | None = None
    index: int | None = None
    block: int | None = None
    account: bytes | None = None
    code: str | None = None
    """Code of the finding, where a rule was broken."""
    view: Any = field(default=None, repr=False, compare=False)
    """The question that the contract answered otherwise."""

    @property
    def message(self) -> Message:
        """What kind of difference it is."""
        return KINDS[self.kind]

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "kind": self.kind,
            "code": self.code,
            "place": self.place,
            "column": self.column,
            "contract": self.contract,
            "mirror": self.mirror,
            "replay": self.replay,
            "act": self.index,
            "block": self.block,
            "account": to_hex(self.account) if self.account else None,
            "message": {"en": self.message.en, "zh": self.message.zh},
        }


__all__ = ["KINDS", "Difference", "shown"]
