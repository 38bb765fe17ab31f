"""The wire of `grant check`: an answer and what it is derived from. `ledger.grant.derivation` makes it."""

from datetime import datetime

from pydantic import Field

from registry_api.grant_parameters import Approval, Coverage, Kind, Mode, Operation, Purpose, Status
from registry_api.grant_schemas import Area, Items, Number
from registry_api.registration_schemas import RegistrationNumber, Version
from registry_api.schemas import Answer, Code, Count, Hex20, Hex32, Link, Wire


class CheckAct(Wire):
    """Who did something, and the act that says so."""

    act_index: Count
    time: datetime
    account: Hex20
    organization: Code | None
    organization_name: str | None
    proof: Link


class CheckStep(CheckAct):
    """The act that gave a grant the status that it had."""

    step: str
    reason: Hex32 | None


class CheckApproval(CheckAct):
    """An approval of the version that was in force."""

    approval: Approval
    provider: Code | None
    provider_name: str | None
    document: Hex32 | None
    date: str | None


class CheckScope(Wire):
    """What the scope lists of the entry, or of its provider."""

    version: Version
    position: Count
    provider: Code
    entry_version: Version | None
    operations: list[Operation]
    items: Items
    level: int | None
    act_index: Count


class CheckEntry(Wire):
    """What the entry was at the time."""

    version: Version
    status: str
    share: int
    open: int
    level: int
    act_index: Count


class CheckRegistration(Wire):
    """The registration that spoke for the entry at the time."""

    number: RegistrationNumber
    version: Version
    status: str | None
    valid_until: datetime | None
    act_index: Count


class CheckLink(Wire):
    """What one grant of the chain says, and what that rests on; what it does not rest on is null."""

    grant: Number
    coverage: Coverage
    title: str | None
    kind: Kind | None
    mode: Mode | None
    grantor: Code | None
    grantor_name: str | None
    implementer: Code | None
    implementer_name: str | None
    grantee: Code | None
    grantee_name: str | None
    parent: Number | None
    version: Version | None
    status: Status | None
    valid_from: datetime | None
    valid_until: datetime | None
    since: CheckStep | None
    approvals: list[CheckApproval]
    area: Area | None
    level: int | None = Field(description="Highest level of data that it covers here")
    purposes: list[Purpose]
    scope: CheckScope | None
    entry: CheckEntry | None
    registration: CheckRegistration | None
    items: Items


class CheckDerivation(Wire):
    """From a grant to its root, or to the grant where the answer is no."""

    grant: Number
    coverage: Coverage
    by: Number = Field(description="The grant at which the reason was found; the grant itself where it covers")
    items: Items
    chain: list[CheckLink]


class CheckGrant(Wire):
    """What a grant that was considered answers."""

    grant: Number
    title: str | None
    grantor: Code
    grantor_name: str | None
    coverage: Coverage
    by: Number
    items: Items


class Check(Wire):
    """May an organization do something with an entry?"""

    organization: Code
    organization_name: str | None
    entry: Hex32
    operations: list[Operation]
    at: datetime = Field(description="The time that is asked about")
    allowed: bool
    covering: list[Number] = Field(description="The grants that cover it")
    considered: list[CheckGrant] = Field(description="All grants to the organization that list the entry or provider")
    derivation: CheckDerivation | None = Field(
        description="Of the first grant that covers; where none does, of the first; null where there is none"
    )


class CheckAnswer(Answer):
    """The answer, by what was known at `as_of`."""

    clock: datetime = Field(description="The time that is asked about")
    check: Check
