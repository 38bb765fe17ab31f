"""The steps that differ only by who may take them and from which status; `IGrants` is the manual, the chain decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.grant.reader import GrantReader
from ledger.model.grant import Status
from ledger.model.message import Message
from ledger.model.roles import Role

_S = Status
_RUNNING: Final = (_S.ACTIVE, _S.SUSPENDED)


@dataclass(frozen=True, slots=True)
class GrantStep:
    """One step: its function, the role of who takes it, the statuses from which it leads to `done`."""

    function: str
    role: Role
    title: Message
    statuses: tuple[Status, ...]
    done: Status


SUSPEND: Final = GrantStep("suspend", Role.SUPERVISOR, Message("suspended", "中止"), (_S.ACTIVE,), _S.SUSPENDED)
RESUME: Final = GrantStep("resume", Role.SUPERVISOR, Message("resumed", "恢复"), (_S.SUSPENDED,), _S.ACTIVE)
TERMINATE: Final = GrantStep("terminate", Role.GRANTOR, Message("terminated", "协议终止"), _RUNNING, _S.TERMINATED)
REVOKE: Final = GrantStep("revoke", Role.GRANTOR, Message("revoked", "违约收回"), _RUNNING, _S.REVOKED)
EXIT: Final = GrantStep("exit", Role.APPLICANT, Message("given up", "主动退出"), _RUNNING, _S.EXITED)
CLOSE: Final = GrantStep(
    "close",
    Role.GRANTOR,
    Message("closed out", "清退完成"),
    (_S.TERMINATED, _S.REVOKED, _S.EXITED, _S.EXPIRED),
    _S.CLOSED,
)


@dataclass(frozen=True, slots=True)
class SortedSteps:
    """What a step on some grants amounts to; pairs are of a grant and its version in force."""

    pairs: tuple[tuple[int, int], ...]
    done: tuple[int, ...]
    unfit: tuple[tuple[int, Message], ...]


def sort_steps(step: GrantStep, numbers: Sequence[int], reader: GrantReader, now: int) -> SortedSteps:
    """The grants that a step is open to at a time, Unix seconds; those that had it; and the others. Raises NotFound."""
    pairs: list[tuple[int, int]] = []
    done: list[int] = []
    unfit: list[tuple[int, Message]] = []
    for number, head in zip(numbers, reader.heads(numbers), strict=True):
        status = head.status
        if status in _RUNNING and now >= head.end:
            status = Status.EXPIRED
        if not head.current:
            unfit.append((number, Message("was never in force", "尚未生效")))
        elif status in step.statuses:
            pairs.append((number, head.current))
        elif status is step.done:
            done.append(number)
        else:
            unfit.append((number, Message(f"status {status.name}", f"状态 {status.name}")))
    return SortedSteps(tuple(pairs), tuple(done), tuple(unfit))
