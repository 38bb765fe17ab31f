"""What the indexer writes of grants, products and disclosures: rows like those of `ledger.indexer.rows`.

Kinds, modes, bases, stages, statuses and approvals are the names of `ledger.model.grant` and its neighbours; sets are
the bits of the contracts. Rows with `act_index` stay as they are; the others are states, each begun by an act.
"""

from datetime import datetime
from typing import NamedTuple


class GrantRow(NamedTuple):
    """A state of a grant. EXPIRED is found on reading; `status` is None while no version has been in force."""

    from_index: int
    grant: int
    planned_index: int
    grantor: str
    kind: str
    mode: str | None
    parent: int | None
    depth: int
    implementer: str | None
    grantee: str
    versions: int
    current: int | None
    status: str | None
    status_since: datetime | None
    suspended_by_authority: bool
    valid_from: datetime | None
    valid_until: datetime | None
    title: str | None
    reason: bytes | None
    organization: str | None
    account: bytes
    from_block: int
    to_block: int | None
    from_time: datetime
    to_time: datetime | None


class GrantVersionRow(NamedTuple):
    """A state of a version of a grant, and of the procedure that leads to it."""

    from_index: int
    version: int
    grant: int
    planned_index: int
    basis: str
    stage: str
    open: bool
    required: int
    taken: int
    consents_missing: int
    agreement: bytes | None
    scope_of: int
    scope_count: int
    scope_digest: bytes | None
    held_count: int
    start: datetime
    end: datetime
    area: int
    level: int
    export_level: int
    purposes: int
    delegations: int
    title: str | None
    content_digest: bytes
    malformed: str | None
    account: bytes
    from_block: int
    to_block: int | None
    from_time: datetime
    to_time: datetime | None


class GrantContentRow(NamedTuple):
    """What a version says in words."""

    act_index: int
    grant: int
    version: int
    content: bytes
    content_digest: bytes
    malformed: str | None


class GrantRecordRow(NamedTuple):
    """What held of a grant from `time` on (`IGrants.Record`)."""

    act_index: int
    grant: int
    version: int
    status: str
    time: datetime
    valid_from: datetime
    valid_until: datetime
    block_number: int


class GrantScopeRow(NamedTuple):
    """An entry, or a provider, in the scope of a version. `position` counts within the scope, from 0."""

    act_index: int
    position: int
    grant: int
    version: int
    provider: str
    entry_id: bytes | None
    entry_version: int | None
    operations: int
    items: int | None
    level: int | None
    time: datetime
    block_number: int


class GrantApprovalRow(NamedTuple):
    """An approval that was taken."""

    act_index: int
    grant: int
    version: int
    approval: str
    provider: str | None
    document: bytes | None
    date: int | None
    scope_count: int
    scope_digest: bytes | None
    entered: bool
    valid_from: datetime | None
    organization: str | None
    account: bytes
    time: datetime
    block_number: int


class GrantStepRow(NamedTuple):
    """What an act did to a grant."""

    act_index: int
    grant: int
    version: int
    step: str
    detail: str | None
    organization: str | None
    account: bytes
    time: datetime
    reason: bytes | None
    block_number: int


class GrantHoldRow(NamedTuple):
    """A version of a grant holds an entry."""

    from_index: int
    entry_id: bytes
    grant: int
    version: int
    from_block: int
    to_block: int | None
    from_time: datetime
    to_time: datetime | None


class RegistrationSpeakerRow(NamedTuple):
    """From `time` on a registration speaks for an entry."""

    act_index: int
    entry_id: bytes
    number: str
    time: datetime
    block_number: int


class ProductRow(NamedTuple):
    """A state of a product; while it is not DELISTED it holds its own entry. `inputs`: `0x` hex of each."""

    from_index: int
    product: int
    added_index: int
    operator: str
    grant: int
    source: int | None
    depth: int
    entry_id: bytes
    inputs: list[str]
    form: str
    purpose: int
    redevelopable: bool
    status: str
    suspended_by_authority: bool
    name: str | None
    content: bytes
    content_digest: bytes
    malformed: str | None
    reason: bytes | None
    organization: str | None
    account: bytes
    from_block: int
    to_block: int | None
    from_time: datetime
    to_time: datetime | None


class ProductPriceRow(NamedTuple):
    """Price and ceiling of a product from `time` on, in fen per unit; None where none is set."""

    act_index: int
    product: int
    position: int
    ceiling: int | None
    price: int | None
    trial: bool
    unit: str
    document: bytes | None
    organization: str | None
    account: bytes
    time: datetime
    block_number: int


class DisclosureRow(NamedTuple):
    """A version of a yearly disclosure."""

    act_index: int
    grant: int
    year: int
    kind: str
    version: int
    deadline: datetime
    late: bool
    title: str | None
    content: bytes
    content_digest: bytes
    malformed: str | None
    organization: str | None
    account: bytes
    time: datetime
    block_number: int
