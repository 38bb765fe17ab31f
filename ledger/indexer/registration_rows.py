"""What the indexer writes of registrations: rows like those of `ledger.indexer.rows`.

Kinds, stages, statuses and states are the names of `ledger.model.registration`.
"""

from datetime import datetime
from typing import NamedTuple


class RegistrationRow(NamedTuple):
    """A state of a version of a registration, which is one application. EXPIRED is found on reading."""

    from_index: int
    version: int
    number: str
    filed_index: int
    content_index: int
    kind: str
    stage: str
    status: str | None
    subject: str
    applicant: str
    registrar: str
    interested_party: bool
    evidence: bytes | None
    objection: int | None
    entries: list[str]
    title: str | None
    malformed: str | None
    content_digest: bytes
    certificate_root: bytes
    field_count: int
    supplemented: bool
    open_objections: int
    deadline: datetime | None
    notice_end: datetime | None
    issued_time: datetime | None
    valid_until: datetime | None
    supersedes: int | None
    superseded_by: int | None
    status_since: datetime | None
    suspended_for: int | None
    suspended_by_authority: bool
    national_code: str | None
    settled: bool
    late: bool
    filer: bytes
    reviewer: bytes | None
    issuer: bytes | None
    reason: bytes | None
    account: bytes
    filed_time: datetime
    stage_since: datetime
    from_block: int
    to_block: int | None
    from_time: datetime
    to_time: datetime | None


class RegistrationContentRow(NamedTuple):
    """What an application said, or a supplement in its place. `fields`: `0x` hex of each, 32 bytes where withheld."""

    act_index: int
    number: str
    version: int
    content: bytes
    content_digest: bytes
    fields: list[str]
    malformed: str | None


class RegistrationStepRow(NamedTuple):
    """What an act did to a version. `stage` and `deadline` are those after it, `late` is of the step that it ended."""

    act_index: int
    version: int
    number: str
    step: str
    stage: str
    objection: int | None
    organization: str | None
    account: bytes
    time: datetime
    reason: bytes | None
    late: bool
    deadline: datetime | None
    block_number: int


class ObjectionRow(NamedTuple):
    """A state of an objection: against a version of a registration, or of an entry."""

    from_index: int
    objection: int
    registration: str | None
    entry_id: bytes | None
    version: int
    state: str
    person: bool
    objector: str | None
    commitment: bytes | None
    responsible: str
    deadline: datetime | None
    late: bool
    evidence: bytes | None
    ground: bytes
    reason: bytes | None
    raised_index: int
    raised_time: datetime
    organization: str | None
    account: bytes
    from_block: int
    to_block: int | None
    from_time: datetime
    to_time: datetime | None


class EntryHoldRow(NamedTuple):
    """A version of a registration holds an entry."""

    from_index: int
    entry_id: bytes
    number: str
    version: int
    from_block: int
    to_block: int | None
    from_time: datetime
    to_time: datetime | None
