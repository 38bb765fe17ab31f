"""The wire of grants. `grant_wire.py` makes it.

Kinds, stages, statuses, approvals and reasons are the names of the contracts. Times are RFC 3339 in UTC; what ends ends
at the first second that it no longer holds. Documents are named by their digests and stand nowhere on this server.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from registry_api.grant_parameters import Approval, Basis, Kind, Mode, Operation, Purpose, Stage, Status
from registry_api.registration_schemas import Clock, Version
from registry_api.schemas import Answer, Code, Count, Hex, Hex20, Hex32, Link, Page, Wire

Number = Annotated[int, Field(ge=1, description="Number of a grant")]
Area = Annotated[str, Field(pattern="^[0-9]{12}$", description="Area code of 12 digits")]
Items = Annotated[
    list[int] | None, Field(description="Numbers of the items of the granted version, from 0; null for the whole entry")
]


class GrantLinks(Wire):
    """Where to go from a grant."""

    self: Link
    versions: Link
    scope: Link
    approvals: Link
    history: Link
    tree: Link
    products: Link
    disclosures: Link
    act: Link = Field(description="The act that began this state")
    proof: Link
    page: Link = Field(description="For people")


class Grant(Wire):
    """A grant as it stands."""

    grant: Number
    kind: Kind = Field(description="OPERATE 授权运营, SHARE 共享使用权限")
    mode: Mode | None = Field(description="How an OPERATE grant is cut; null for SHARE")
    title: str | None = Field(description="Of the version in force, before that of the plan; null when malformed")
    grantor: Code = Field(description="授权主体")
    grantor_name: str | None
    implementer: Code | None = Field(description="实施机构; null for SHARE")
    implementer_name: str | None
    grantee: Code = Field(description="被授权方")
    grantee_name: str | None
    parent: Number | None = Field(description="The grant that it is delegated from")
    depth: Count = Field(description="Delegations between it and the root")
    versions: Version = Field(description="The last version drawn up")
    current: Version | None = Field(description="The version that came into force last; null when none did")
    status: Status = Field(description="Of the grant alone, by the clock")
    status_since: datetime | None
    in_force: bool = Field(description="Whether it is active and its term runs by the clock; ancestors left out")
    valid_from: datetime | None
    valid_until: datetime | None = Field(description="First moment at which it is expired")
    suspended_by_authority: bool
    reason: Hex32 | None = Field(description="Digest of the document that gives the last act's reasons")
    organization: Code | None = Field(description="Whose account acted last")
    account: Hex20
    planned_index: Count = Field(description="Act that planned it first")
    act_index: Count = Field(description="Act that began this state")
    from_block: Count
    from_time: datetime
    to_block: Count | None
    to_time: datetime | None
    links: GrantLinks


class VersionLinks(Wire):
    """Where to go from a version."""

    scope: Link
    approvals: Link
    act: Link
    proof: Link


class GrantVersion(Wire):
    """A version of a grant: its terms, and how far its procedure came."""

    version: Version
    basis: Basis = Field(description="首次, 变更, 续期")
    stage: Stage
    open: bool = Field(description="Whether it is drawn up, and neither in force nor dropped yet")
    required: list[Approval]
    taken: list[Approval]
    consents_missing: Count = Field(description="Providers other than the grantor that have not consented")
    agreement: Hex32 | None = Field(description="Digest of the agreement that was signed")
    scope_of: Version = Field(description="The version whose scope counts")
    scope_count: Count = Field(description="Entries or providers that this version lists itself")
    scope_digest: Hex32 | None
    held_count: Count = Field(description="Entries that are held for it")
    start: datetime
    end: datetime
    area: Area
    level: int = Field(description="Highest level of data, 1 to 4")
    export_level: int = Field(description="Highest level of data that may be exported")
    purposes: list[Purpose]
    delegations: Count = Field(description="How many times it can be delegated on")
    title: str | None
    malformed: str | None = Field(description="Why the content could not be read; null when it could")
    content_digest: Hex32
    account: Hex20
    act_index: Count
    from_block: Count
    from_time: datetime
    to_block: Count | None
    to_time: datetime | None
    links: VersionLinks


class GrantVersionDetail(GrantVersion):
    """A version with what it says in words."""

    content: dict[str, Any] | None = Field(description="`mulu-grant/1`; null when malformed")
    content_raw: Hex | None = Field(description="The bytes on chain, only when malformed and not withheld")


class GrantApproval(Wire):
    """An approval that was taken, with the act that says so."""

    version: Version
    approval: Approval
    provider: Code | None = Field(description="Whose consent it is; null for other approvals")
    provider_name: str | None
    document: Hex32 | None = Field(description="Digest of the minutes, the agreement, the opinion or the letter")
    date: str | None = Field(description="Local day of the collective decision")
    scope_count: Count
    scope_digest: Hex32 | None
    entered: bool = Field(description="Whether the version came into force with it")
    valid_from: datetime | None
    organization: Code | None
    organization_name: str | None
    account: Hex20
    time: datetime
    act_index: Count
    block: Count
    proof: Link


class GrantStep(Wire):
    """What an act did to a grant."""

    version: Version
    step: str = Field(
        description="PLANNED, SCOPED, APPROVED, REFUSED, WITHDRAWN, SUSPENDED, RESUMED, TERMINATED, REVOKED, EXITED, "
        "CLOSED, SETTLED"
    )
    detail: str | None = Field(description="The basis, the approval, or how many entries were listed or released")
    organization: Code | None = Field(description="Whose account acted; null for an account of none")
    organization_name: str | None
    account: Hex20
    time: datetime
    reason: Hex32 | None
    act_index: Count
    block: Count
    proof: Link


class GrantRecord(Wire):
    """What held of a grant from a time on, until the next record; expiry follows from `valid_until`."""

    version: Version
    status: Status
    time: datetime
    valid_from: datetime
    valid_until: datetime
    act_index: Count


class ScopeItem(Wire):
    """What a scope lists of an entry, or of all that a provider publishes."""

    position: Count
    provider: Code
    provider_name: str | None
    entry: Hex32 | None = Field(description="null where the provider is listed")
    title: str | None = Field(description="Of the entry at `as_of`")
    entry_version: Version | None = Field(description="The version that is granted; later ones are covered as well")
    operations: list[Operation]
    items: Items
    level: int | None = Field(description="Highest level of data, where the provider is listed")
    act_index: Count
    link: Link


class TreeGrant(Grant):
    """A grant in its tree."""

    effective: bool = Field(description="Whether it and all its ancestors are in force by the clock")


class GrantPage(Page):
    """Grants by number."""

    clock: Clock
    items: list[Grant]


class GrantAnswer(Answer):
    """One grant; a version of it, the one in force or the last unless another is named, with its approvals."""

    clock: Clock
    grant: Grant
    effective: bool = Field(description="Whether it and all its ancestors are in force by the clock")
    ancestors: list[Grant] = Field(description="Its parent first")
    version: GrantVersionDetail
    approvals: list[GrantApproval]


class GrantVersions(Answer):
    """All versions, ascending."""

    items: list[GrantVersion]


class GrantScopePage(Page):
    """What the scope that counts for a version lists, in the order of listing."""

    version: Version = Field(description="The version whose scope it is")
    scope_count: Count
    scope_digest: Hex32 | None
    items: list[ScopeItem]


class GrantApprovals(Answer):
    """Approvals, oldest first."""

    items: list[GrantApproval]


class GrantHistory(Page):
    """What each act did, oldest first; and what held from when on."""

    items: list[GrantStep]
    records: list[GrantRecord]


class GrantTree(Answer):
    """A grant with its ancestors, the parent first, and its descendants by depth and number, at most 1,000."""

    clock: Clock
    grant: TreeGrant
    ancestors: list[TreeGrant]
    descendants: list[TreeGrant]
    cut: bool = Field(description="Whether there may be more descendants")
