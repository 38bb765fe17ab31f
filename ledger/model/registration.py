"""Registrations and objections, numbered as in the contracts, and what a status is worth at a moment."""

from datetime import datetime
from enum import IntEnum
from typing import Final


class Kind(IntEnum):
    """What an application asks for (`IRegistry.Kind`)."""

    NONE = 0
    FIRST = 1
    CHANGE = 2
    CORRECTION = 3
    RENEWAL = 4


class Stage(IntEnum):
    """How far the application of a version came (`IRegistry.Stage`). Those up to NOTICE are open."""

    NONE = 0
    DISTRICT_REVIEW = 1
    APPLIED = 2
    SUPPLEMENT = 3
    ACCEPTED = 4
    REVIEWED = 5
    NOTICE = 6
    ISSUED = 7
    RETURNED = 8
    REFUSED = 9
    LAPSED = 10
    REVIEW_FAILED = 11
    NOTICE_FAILED = 12
    WITHDRAWN = 13

    @property
    def is_open(self) -> bool:
        """Whether the application can still be decided."""
        return Stage.NONE < self < Stage.ISSUED


class Status(IntEnum):
    """What an issued version is worth (`IRegistry.Status`)."""

    NONE = 0
    ACTIVE = 1
    SUSPENDED = 2
    CANCELLED = 3
    REVOKED = 4
    EXPIRED = 5
    SUPERSEDED = 6


class ObjectionState(IntEnum):
    """How far an objection came (`IObjections.State`). RAISED and ACCEPTED are open."""

    NONE = 0
    RAISED = 1
    ACCEPTED = 2
    REJECTED = 3
    UPHELD = 4
    DISMISSED = 5
    CORRECTED = 6


OPEN_STAGES: Final = tuple(stage.name for stage in Stage if stage.is_open)
OPEN_OBJECTIONS: Final = (ObjectionState.RAISED.name, ObjectionState.ACCEPTED.name)
MARKING_OBJECTIONS: Final = (ObjectionState.ACCEPTED.name, ObjectionState.UPHELD.name)
"""States in which an objection marks the entry that it is against."""
RUNNING: Final = (Status.ACTIVE.name, Status.SUSPENDED.name)
"""Statuses that end with the term."""


def status_of(status: str | None, valid_until: datetime | None, moment: datetime) -> str | None:
    """The name of the status at a moment of a version whose stored status is `status`; None before its issue."""
    if status in RUNNING and valid_until is not None and moment >= valid_until:
        return Status.EXPIRED.name
    return status
