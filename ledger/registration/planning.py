"""Which of many registrations a step is for: those that wait for it, those that had it, those it does not fit."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.errors import Malformed, Rejected
from ledger.model.message import Message
from ledger.model.registration_number import require_number
from ledger.publish.column import read_column
from ledger.registration.actions import Action
from ledger.registration.filing import Step
from ledger.registration.registry import RegistryReader

_NUMBER_COLUMNS: Final = ("登记编号", "registration", "number")


@dataclass(frozen=True, slots=True)
class Planned:
    """What a step on a list amounts to."""

    steps: tuple[Step, ...]
    done: tuple[str, ...]
    """Numbers that an earlier run took the step for."""
    unfit: tuple[tuple[str, Message], ...]
    """Numbers that it is not open to, and how they stand."""


def named_steps(
    action: Action, numbers: Iterable[str], reader: RegistryReader, reason: bytes, version: int | None = None
) -> tuple[Step, ...]:
    """The step for registrations that a person named one by one; whether it is open to them, the chain says."""
    return tuple(Step(number, _version(action, number, reader, version), reason) for number in numbers)


def listed_steps(action: Action, numbers: Iterable[str], reader: RegistryReader, reason: bytes) -> Planned:
    """The step for a list of registrations, leaving out those that had it: a list can be worked off in several runs."""
    steps: list[Step] = []
    done: list[str] = []
    unfit: list[tuple[str, Message]] = []
    for number in dict.fromkeys(numbers):
        head = reader.head(number)
        if action.of_issued and not head.issued:
            unfit.append((number, Message("not issued yet", "尚未登记")))
            continue
        version = _version(action, number, reader, None)
        if not action.stages and not action.statuses:
            steps.append(Step(number, version, reason))
        elif action.of_issued:
            if head.status in action.statuses:
                steps.append(Step(number, version, reason))
            elif head.status is action.done_status:
                done.append(number)
            else:
                unfit.append((number, Message(f"status {head.status.name}", f"状态 {head.status.name}")))
        else:
            stage = reader.version(number, version).stage
            if stage in action.stages:
                steps.append(Step(number, version, reason))
            elif stage in action.done:
                done.append(number)
            else:
                unfit.append((number, Message(f"stage {stage.name}", f"阶段 {stage.name}")))
    return Planned(tuple(steps), tuple(done), tuple(unfit))


def read_numbers(path: Path) -> list[str]:
    """The registration numbers in a file: a CSV or XLSX table with a column 登记编号, or text with one a line.

    Raises Malformed naming every one that is mistyped, FileRefused for a table without the column.
    """
    missing = Message("has no column registration (登记编号)", "没有“登记编号”列")
    rows = read_column(path, _NUMBER_COLUMNS, missing)
    faults = []
    for row, number in rows:
        try:
            require_number(number, f"row {row}:")
        except Malformed as error:
            faults.append(str(error))
    if faults or not rows:
        raise Malformed("; ".join(faults[:20]) or f"{path} names no registration")
    return [number for _, number in rows]


def _version(action: Action, number: str, reader: RegistryReader, version: int | None) -> int:
    head = reader.head(number)
    if action.of_issued and not head.issued:
        raise Rejected(f"registration {number} was not issued yet", reason="RegistrationUnknown")
    return version or (head.issued if action.of_issued else head.versions)
