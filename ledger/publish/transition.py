"""What the contract would refuse of a further version, said earlier and kinder (`ICatalog`)."""

from ledger.model.ids import Digest
from ledger.model.message import Message
from ledger.model.publication import NO_REASON
from ledger.publish.draft import EntryDraft
from ledger.publish.mapping import SourceMapping
from ledger.publish.ports import CurrentEntry
from ledger.publish.refusal import Fault


def is_tightened(current: CurrentEntry, draft: EntryDraft) -> bool:
    """Whether share or open become stricter; from not stated to stated is not stricter."""
    return 0 < current.share < draft.share or 0 < current.open < draft.open


def faults_of(current: CurrentEntry, draft: EntryDraft, mapping: SourceMapping, reason: Digest) -> list[Fault]:
    """Why a draft cannot follow an entry: another kind, a withdrawn statement, a tightening without a reason."""
    faults = []
    if draft.kind != current.kind:
        kind = current.kind.name.lower()
        faults.append(
            Fault(
                None,
                draft.kind.name.lower(),
                "kind_changed",
                Message(f"the entry is a {kind}", f"该条目类型为 {kind}"),
                Message("publish it under another local code", "请使用另一个本地编码发布"),
            )
        )
    for name, take, was, now in (
        ("share", mapping.share, int(current.share), int(draft.share)),
        ("open", mapping.open, int(current.open), int(draft.open)),
        ("level", mapping.level, int(current.level), int(draft.level)),
    ):
        column = take.column if take else None
        if was and not now:
            faults.append(
                Fault(
                    column,
                    "",
                    "statement_withdrawn",
                    Message(
                        f"{name} is stated as {was} and cannot become not stated",
                        f"{name} 已声明为 {was}，不能改为未声明",
                    ),
                    Message("state it", "请填写"),
                )
            )
        elif name != "level" and 0 < was < now and reason == NO_REASON:
            faults.append(
                Fault(
                    column,
                    str(now),
                    "reason_missing",
                    Message(
                        f"{name} becomes stricter ({was} → {now}), which needs a reason",
                        f"{name} 收紧（{was} → {now}），必须说明理由",
                    ),
                    Message("give the reason and its legal basis with --reason", "请用 --reason 说明理由和依据"),
                )
            )
    return faults
