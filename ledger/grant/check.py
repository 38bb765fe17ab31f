"""May an organization do something with an entry at a time, and on what chain of approvals (`grant check`)?

Considered are all grants to the organization that list the entry or its provider, in any version. The answer names
all that cover, and derives the first in full; where none does, the first that was considered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ledger.grant.coverage import Facts, Link, Question, walk
from ledger.indexer.grant_rows import GrantApprovalRow, GrantRow, GrantStepRow
from ledger.model.grant import Coverage


class Ledger(Facts, Protocol):
    """What is asked beside the rules' facts: where they come from."""

    def candidates(self, organization: str, entry: bytes) -> list[int]:
        """Grants to an organization that list an entry, or its provider, in any version; ascending."""

    def approvals(self, number: int, version: int) -> Sequence[GrantApprovalRow]:
        """The approvals that a version took, oldest first."""

    def step(self, act_index: int) -> GrantStepRow | None:
        """What an act did to a grant."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A link of the chain, with the act that made its status so and the approvals of its version."""

    link: Link
    since: GrantStepRow | None
    approvals: tuple[GrantApprovalRow, ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """What one grant answers, link by link from it to the root, or to the link where the answer is no."""

    grant: int
    coverage: Coverage
    by: int
    """The grant at which the reason was found; the grant itself where it covers."""
    items: int
    chain: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class Considered:
    """What a grant that was considered answers."""

    grant: GrantRow
    coverage: Coverage
    by: int
    items: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer for an organization."""

    organization: str
    question: Question
    considered: tuple[Considered, ...]
    """By number."""
    derivation: Derivation | None
    """Of the first that covers; where none does, of the first. None where no grant was to be considered."""

    @property
    def allowed(self) -> bool:
        """Whether a grant covers it."""
        return any(one.coverage is Coverage.COVERED for one in self.considered)

    @property
    def covering(self) -> tuple[int, ...]:
        """The grants that cover it, ascending."""
        return tuple(one.grant.grant for one in self.considered if one.coverage is Coverage.COVERED)


def check(
    ledger: Ledger, organization: str, entry: bytes, operation: int, time: datetime, only: int | None = None
) -> Answer:
    """Asks all grants of an organization, or `only` this one."""
    question = Question(entry, operation, time)
    numbers = ledger.candidates(organization, entry)
    considered: list[Considered] = []
    for number in numbers if only is None else [number for number in numbers if number == only]:
        known = ledger.grant(number)
        chain = list(walk(ledger, number, question))
        if known is not None:
            reason = chain[-1].reason
            by = number if reason is Coverage.COVERED else chain[-1].number
            considered.append(Considered(known, reason, by, chain[-1].items))
    first = next((one for one in considered if one.coverage is Coverage.COVERED), next(iter(considered), None))
    derived = derive(ledger, first.grant.grant, question) if first else None
    return Answer(organization, question, tuple(considered), derived)


def derive(ledger: Ledger, number: int, question: Question) -> Derivation:
    """What one grant answers, and what that rests on."""
    chain = tuple(_reached(ledger, link) for link in walk(ledger, number, question))
    last = chain[-1].link
    by = number if last.reason is Coverage.COVERED else last.number
    return Derivation(number, last.reason, by, last.items, chain)


def _reached(ledger: Ledger, link: Link) -> Reached:
    if link.record is None:
        return Reached(link, None, ())
    approvals = ledger.approvals(link.number, link.record.version)
    return Reached(link, ledger.step(link.record.act_index), tuple(approvals))
