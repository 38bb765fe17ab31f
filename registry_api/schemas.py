"""The wire: every answer's members, for the OpenAPI document. `wire.py` makes them; a test holds the two together.

Bytes are lower-case hex with `0x`, codes are text, times are RFC 3339 in UTC, indexes count from 0. Enumerations keep
the numbers of the contracts; 0 is *not stated*.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Hex = Annotated[str, Field(pattern="^0x([0-9a-f]{2})*$")]
Hex20 = Annotated[str, Field(pattern="^0x[0-9a-f]{40}$", description="20 bytes")]
Hex32 = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes")]
Code = Annotated[
    str, Field(pattern="^[0-9A-Z]{18}$", description="Unified social credit code", examples=["11119900MBF1000095"])
]
Count = Annotated[int, Field(ge=0)]
Link = Annotated[str, Field(description="Path, and query where there is one, on this server")]


class Wire(BaseModel):
    """Exactly these members."""

    model_config = ConfigDict(extra="forbid")


class AsOf(Wire):
    """The block whose state the answer gives: the last one at or before the moment asked for that the mirror knows."""

    block: Count
    hash: Hex32
    time: datetime
    state: Literal["provisional", "final"] = Field(description="Whether a reorganization can still take it away")


class Answer(Wire):
    """What every answer has."""

    as_of: AsOf


class Page(Answer):
    """A page of a list."""

    next: Link | None = Field(description="The next page, at the same block; null on the last")


class Suppressed(Wire):
    """Why the operator of this mirror withholds what an act says. The chain has it, its leaf is here."""

    reason: str
    since: datetime
    document: Hex32 = Field(description="SHA-256 of the document that the decision rests on")


class EntryLinks(Wire):
    """Where to go from an entry."""

    self: Link
    history: Link
    proof: Link
    act: Link


class EntryVersion(Wire):
    """A version of an entry, without its content."""

    id: Hex32
    version: Annotated[int, Field(ge=1)]
    status: Literal["ACTIVE", "RETIRED"]
    kind: Annotated[int, Field(description="1 resource, 2 product")]
    provider: Code
    provider_name: str | None = Field(description="Name of the provider at `as_of`")
    submitter: Code
    local_code: str
    share: Annotated[int, Field(description="0 not stated, 1 unconditional, 2 conditional, 3 denied")]
    open: Annotated[int, Field(description="0 not stated, 1 unconditional, 2 conditional, 3 denied")]
    level: Annotated[int, Field(description="0 not stated, 1 to 4")]
    title: str | None = Field(description="null when the content is malformed")
    abstract: str | None
    theme: str | None
    source: str | None
    update_cycle: str | None = Field(description="`1` to `7`, or `other`")
    content_digest: Hex32 = Field(description="SHA-256 of the content's bytes")
    malformed: str | None = Field(
        description="Why the content could not be read; null when it could. `suppressed` while it is withheld, "
        "here and wherever else a content is"
    )
    suppressed: Suppressed | None = Field(description="null unless the content is withheld")
    reason: Hex32 | None = Field(description="Digest of the document that gives the reason; null when none was given")
    account: Hex20 = Field(description="Account that signed")
    act_index: Count = Field(description="Act that began this version")
    from_block: Count
    from_time: datetime
    to_block: Count | None = Field(description="First block in which the version no longer held; null while it does")
    to_time: datetime | None
    links: EntryLinks


class Entry(EntryVersion):
    """A version of an entry with its content, and the versions there are."""

    content: dict[str, Any] | None = Field(description="`mulu-entry/1`; null when malformed")
    content_raw: Hex | None = Field(description="The bytes on chain, only when malformed and not withheld")


class EntryPage(Page):
    """Entries, those with the newest act first."""

    items: list[EntryVersion]


class EntryHold(Wire):
    """What holds an entry, which cannot be retired meanwhile."""

    kind: Literal["registration", "grant", "product"]
    number: str
    version: Annotated[int, Field(ge=1)] | None = Field(description="Of the registration or grant; null for a product")
    link: Link


class EntryAnswer(Answer):
    """One entry; its newest versions, newest first, at most 20 (the rest: `links.history`)."""

    entry: Entry
    history: list[EntryVersion]
    held_by: list[EntryHold] = Field(description="Registrations of the entry, under way or in force; at `as_of`")
    marked_by: list[Link] = Field(description="Objections against its data that were accepted or upheld; at `as_of`")


class EntryHistoryPage(Page):
    """Versions of an entry with their content, newest first."""

    items: list[Entry]


class OrganizationVersion(Wire):
    """A version of an organization."""

    code: Code
    name: str
    aliases: list[str]
    kind: Annotated[int, Field(ge=0, description="As the filter `kind`")]
    area: Annotated[str, Field(pattern="^[0-9]{12}$")]
    parent: Code | None = Field(description="null for a top organization")
    sector_authority: Code | None
    allowed_roles: list[str]
    suspended: bool
    malformed: str | None
    account: Hex20
    act_index: Count = Field(description="Act that began this version")
    from_block: Count
    from_time: datetime
    to_block: Count | None
    to_time: datetime | None


class Account(Wire):
    """An account of an organization."""

    address: Hex20
    roles: list[str]
    active: bool
    compromised_since: datetime | None
    successor: Hex20 | None
    act_index: Count
    from_block: Count
    from_time: datetime


class OrganizationPage(Page):
    """Organizations by code."""

    items: list[OrganizationVersion]


class OrganizationAnswer(Answer):
    """One organization with its accounts and its versions, both newest first, at most 500 of each."""

    organization: OrganizationVersion
    accounts: list[Account]
    history: list[OrganizationVersion]


class ActBlock(Wire):
    """The block that holds an act."""

    number: Count
    hash: Hex32
    time: datetime


class ActSummary(Wire):
    """An act, without its log."""

    index: Count
    contract: str
    event: str
    organization: Code | None = Field(description="Whom it concerns")
    account: Hex20
    block: ActBlock
    transaction_hash: Hex32
    log_index: Count
    malformed: bool = Field(description="Whether it carries content that could not be read")
    state: Literal["provisional", "final"]
    suppressed: Suppressed | None = Field(description="null unless what it says is withheld")
    leaf: Hex32 = Field(description="SHA-256(0x00 ‖ emitter ‖ number of topics ‖ topics ‖ data)")


class Act(ActSummary):
    """An act with its raw log and what the log says."""

    emitter: Hex20
    topics: list[Hex32]
    data: Hex | None = Field(description="null while the act is suppressed")
    fields: dict[str, Any] | None = Field(
        description="The event's members: bytes as hex, codes and text as text, numbers beyond 2^53 − 1 as decimal "
        "text; null when the log could not be decoded, and while the act is suppressed"
    )


class ActPage(Page):
    """Acts by index."""

    items: list[ActSummary]


class ActAnswer(Answer):
    """One act."""

    act: Act


class Health(Wire):
    """The process answers."""

    status: Literal["ok"]


class Ready(Answer):
    """Whether answers are fresh."""

    status: Literal["ready"]
    node: Literal["reachable", "unreachable"]
    node_block: Count | None = Field(description="The node's newest block; null when it cannot be asked")
    lag_blocks: Count | None = Field(description="Blocks of the node that the mirror has not read")
    lag_seconds: Count | None = Field(description="Between the times of the node's and of the mirror's newest block")


class ParameterProblem(Wire):
    """A parameter that is wrong."""

    parameter: str
    location: str = Field(alias="in", description="query or path")
    message: str
    nearest: str | None = Field(None, description="The known parameter that is most like an unknown one")


class Problem(Wire):
    """RFC 9457."""

    type: str = Field(description="Path of a page that explains the problem")
    title: str
    title_zh: str
    status: int
    detail: str
    instance: str
    errors: list[ParameterProblem] | None = Field(None, description="Only with 422: every parameter that is wrong")
    request_id: str | None = Field(
        None, description="Only from 500 on: X-Request-ID of the answer, under which the operator's log has the details"
    )
