"""A plan: everything that applying a file would do, and everything that it would not.

A plan depends on the entries only, not on the file's form: the same rows from CSV and from XLSX have one fingerprint.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ledger.errors import Rejected
from ledger.model import canonical
from ledger.model.ids import Digest, EntryId, to_hex
from ledger.model.message import Message
from ledger.model.publication import Publication, Retirement
from ledger.publish.difference import Difference
from ledger.publish.refusal import Refusal, RowWarning


class Action(StrEnum):
    """What a publication does to its entry."""

    ADD = "add"
    CHANGE = "change"
    REPUBLISH = "republish"


class Cause(StrEnum):
    """Why an entry is retired."""

    MISSING = "missing"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class PlannedPublication:
    """One publication and what a person wants to know about it. `differences` is empty for an addition."""

    row: int
    action: Action
    title: str
    provider_name: str
    publication: Publication
    differences: tuple[Difference, ...] = ()
    replaces: EntryId | None = None


@dataclass(frozen=True, slots=True)
class PlannedRetirement:
    """One retirement."""

    cause: Cause
    title: str
    provider: str
    local_code: str
    retirement: Retirement


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Retiring `retired_count` of the `active_count` entries of the source needs a person's word."""

    retired_count: int
    active_count: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that applying a file would do, and everything that it would not."""

    file: str
    source: str
    submitter: str
    row_count: int
    publications: tuple[PlannedPublication, ...]
    retirements: tuple[PlannedRetirement, ...]
    unchanged_count: int
    refusals: tuple[Refusal, ...]
    warnings: tuple[RowWarning, ...]
    notes: tuple[Message, ...]
    confirmation: Confirmation | None
    fingerprint: Digest

    def of(self, action: Action) -> list[PlannedPublication]:
        """The publications of one action."""
        return [planned for planned in self.publications if planned.action is action]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send."""
        return not self.publications and not self.retirements

    def check_sendable(self, *, skip_invalid: bool) -> None:
        """Raises Rejected when rows are refused and they are not to be skipped: a file goes whole or not at all."""
        if self.refusals and not skip_invalid:
            rows = len({refusal.row for refusal in self.refusals})
            raise Rejected(f"{rows} rows of {self.file} are refused: mend them, or send the rest with --skip-invalid")


def fingerprint_of(
    source: str, submitter: str, publications: Iterable[PlannedPublication], retirements: Iterable[PlannedRetirement]
) -> Digest:
    """SHA-256 of the canonical JSON of what would be sent, in order."""
    sent = [planned.publication for planned in publications]
    ended = [planned.retirement for planned in retirements]
    statement = {
        "format": "mulu-plan/1",
        "source": source,
        "submitter": submitter,
        "publications": [
            [
                to_hex(p.id), p.expected_version, int(p.kind), int(p.share), int(p.open), int(p.level),
                to_hex(p.reason), to_hex(hashlib.sha256(p.content).digest()),
            ]
            for p in sent
        ],
        "retirements": [[to_hex(r.id), r.expected_version, to_hex(r.reason)] for r in ended],
    }  # fmt: skip
    return Digest(hashlib.sha256(canonical.encode(statement)).digest())
