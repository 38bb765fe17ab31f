"""What a verification answers (DESIGN §4): one verdict, and one line for every check that led to it."""

from dataclasses import dataclass, field
from enum import StrEnum

from ledger.model.message import Message


class Verdict(StrEnum):
    """The answer to "is it genuine and in force?"."""

    VALID = "VALID"
    NOT_IN_FORCE = "NOT IN FORCE"
    CONTRADICTED = "CONTRADICTED"
    UNDECIDED = "UNDECIDED"

    @property
    def exit_code(self) -> int:
        """Exit status of the command line."""
        return _EXIT_CODES[self]


_EXIT_CODES = {
    Verdict.VALID: 0,
    Verdict.NOT_IN_FORCE: 1,
    Verdict.CONTRADICTED: 3,
    Verdict.UNDECIDED: 4,
}


class Outcome(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its short name, how it ended, and what was found or is missing."""

    name: str
    outcome: Outcome
    detail: Message


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on one document."""

    verdict: Verdict
    reason: str
    """`seal`, `content`, `path` … of CONTRADICTED; SUPERSEDED, CANCELLED … of NOT IN FORCE; else empty."""
    checks: tuple[Check, ...]
    statement: dict[str, str] = field(default_factory=dict)
    """What was proven, by field, for people."""
    trust_fingerprint: str = ""
    """SHA-256 of the trust file that was taken as given, hex."""

    @property
    def headline(self) -> str:
        """Verdict and reason in one line."""
        return f"{self.verdict}: {self.reason}" if self.reason else str(self.verdict)
