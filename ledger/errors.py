"""What can go wrong, sorted by what the caller can do about it.

    LedgerError            unexpected                                              exit 70
    ├── Rejected           a rule refused it: change the input, the role, the state exit 1
    ├── NotFound           no such thing                                            exit 1
    │   └── Suppressed     it is there, and the operator withholds what it says
    ├── Malformed          not what the format says: a person or program made it   exit 2
    ├── Inconsistent       chain, mirror or evidence disagree: stop, tell a person exit 3
    │   └── Contradicted   evidence disproves itself: forged or tampered
    └── Unavailable        could not be reached or is missing: try again           exit 4

Messages say what, which, got, want, and the next step.
"""

from typing import ClassVar


class LedgerError(Exception):
    """Anything this product refuses or reports."""

    exit_code: ClassVar[int] = 70


class Rejected(LedgerError):
    """A rule refused the request. `reason` names the contract's error when the chain refused it."""

    exit_code = 1

    def __init__(self, message: str, *, reason: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason


class NotFound(LedgerError):
    """There is no such thing."""

    exit_code = 1


class Suppressed(NotFound):
    """What an act says is withheld by the operator of this mirror; the chain has it."""


class Malformed(LedgerError):
    """Input that is not what its format says."""

    exit_code = 2


class Inconsistent(LedgerError):
    """Chain, mirror and log disagree. Never repaired silently."""

    exit_code = 3


class Contradicted(Inconsistent):
    """A piece of evidence disproves another. `check` names which: content, path, header, storage …"""

    def __init__(self, check: str, message: str) -> None:
        super().__init__(message)
        self.check = check


class Unavailable(LedgerError):
    """A node, database or piece of evidence could not be had; the same call may succeed later."""

    exit_code = 4
