"""The wire of registrations, certificates, notices and objections. `registration_wire.py` makes it.

Kinds, stages, statuses and states are the names of the contracts. Times are RFC 3339 in UTC. What ends ends at the
first second of a local day: a deadline or a term of 2026-03-05T16:00:00Z has 5 March in Beijing as its last day.
Withheld values are not here, nor anywhere in this server: all it has of them is the hash of their leaf.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from registry_api.registration_parameters import Kind, ObjectionState, Stage, Status
from registry_api.schemas import Answer, Code, Count, Hex, Hex20, Hex32, Link, Page, Wire

RegistrationNumber = Annotated[str, Field(pattern="^R[0-9]{14}[0-9A-Z]$", examples=["R20260301000001V"])]
Version = Annotated[int, Field(ge=1)]
Clock = Annotated[datetime, Field(description="The time by which expiry, deadlines and notices are judged")]
Left = Annotated[
    int | None,
    Field(
        description="Working days after today up to the deadline, by the calendar in force: 0 on the last day, "
        "negative since; null where no deadline runs"
    ),
]


class RegistrationLinks(Wire):
    """Where to go from a version."""

    self: Link
    history: Link
    steps: Link
    certificate: Link | None = Field(description="Status of what was issued; null before")
    proof: Link
    act: Link = Field(description="The act that began this state")


class RegistrationVersion(Wire):
    """A version of a registration, which is one application, as it stands."""

    number: RegistrationNumber
    version: Version
    kind: Kind
    stage: Stage
    status: Status | None = Field(description="By the clock; null before the issue")
    title: str | None = Field(description="null when the content is malformed, or gives none")
    malformed: str | None = Field(description="Why the content could not be read; null when it could")
    subject: Code
    subject_name: str | None
    applicant: Code
    applicant_name: str | None
    registrar: Code
    registrar_name: str | None
    interested_party: bool = Field(description="Whether the registrar filed it for an interested party (利害关系人)")
    evidence: Hex32 | None = Field(description="Digest of the interested party's evidence")
    entries: list[Hex32] = Field(description="Ids of the catalog entries that it registers, ascending")
    national_code: str | None = Field(description="国家登记码, assigned from outside this ledger; never the number")
    content_digest: Hex32 = Field(description="SHA-256 of the content's bytes")
    certificate_root: Hex32 = Field(description="Root of the RFC 6962 tree of the certificate's fields, SHA-256")
    field_count: Count
    objection: Count | None = Field(description="The upheld objection that a correction cites")
    open_objections: Count
    supplemented: bool = Field(description="Whether a supplement was asked for, which is done once")
    filed_time: datetime
    filed_index: Count = Field(description="Act that drew the version up")
    stage_since: datetime
    deadline: datetime | None = Field(description="End of the present step; null where it has none")
    workdays_left: Left
    overdue: bool = Field(description="Whether the deadline is past. A notice that has ended is not overdue")
    late: bool = Field(description="Whether any step so far was taken after its deadline")
    notice_end: datetime | None = Field(description="From then on it can be issued")
    issued_time: datetime | None
    valid_until: datetime | None = Field(description="First moment at which it is expired")
    status_since: datetime | None
    supersedes: Version | None
    superseded_by: Version | None
    suspended_for: Count | None = Field(description="The upheld objection for which it is suspended")
    suspended_by_authority: bool
    settled: bool = Field(description="Whether its entries are no longer held")
    reason: Hex32 | None = Field(description="Digest of the document that gives the last act's reasons")
    filer: Hex20
    reviewer: Hex20 | None
    issuer: Hex20 | None
    account: Hex20 = Field(description="Account that signed the last act")
    act_index: Count = Field(description="Act that began this state")
    from_block: Count
    from_time: datetime
    to_block: Count | None
    to_time: datetime | None
    links: RegistrationLinks


class CertificateField(Wire):
    """A field of the certificate, as it was published."""

    leaf: Hex32 = Field(description="Hash of the leaf: SHA-256(0x00 ‖ canonical JSON of [name, value, salt])")
    withheld: bool = Field(description="Whether only the leaf's hash was published")
    name: str | None
    value: str | None
    salt: Hex | None
    raw: Hex | None = Field(description="The leaf's bytes, only when they are malformed")


class RegistrationDetail(RegistrationVersion):
    """A version with what the application published."""

    content: dict[str, Any] | None = Field(description="`mulu-registration/1`; null when malformed")
    content_raw: Hex | None = Field(description="The bytes on chain, only when malformed and not withheld")
    fields: list[CertificateField] = Field(description="The certificate's fields, in their order")


class RegistrationStep(Wire):
    """What an act did to a version."""

    version: Version
    step: str = Field(
        description="FILED, FORWARDED, RETURNED, SUPPLEMENT_REQUESTED, SUPPLEMENTED, LAPSED, ACCEPTED, REFUSED, "
        "REVIEW_PASSED, REVIEW_FAILED, NOTICE_OPENED, WITHDRAWN, ISSUED, SUPERSEDED, SUSPENDED, RESUMED, CANCELLED, "
        "REVOKED, SETTLED, CODE_ASSIGNED, or OBJECTION_ with RAISED, ACCEPTED, REJECTED, UPHELD, DISMISSED"
    )
    stage: Stage = Field(description="After the step")
    objection: Count | None
    organization: Code | None = Field(description="Whose account acted; null for an account of none")
    organization_name: str | None
    account: Hex20
    time: datetime
    reason: Hex32 | None = Field(description="Digest of the document that gives the reasons")
    late: bool = Field(description="Whether the step that ended here was past its deadline")
    deadline: datetime | None = Field(description="Of the step that begins here")
    act_index: Count
    block: Count
    proof: Link


class ObjectionLinks(Wire):
    """Where to go from an objection."""

    self: Link
    target: Link
    proof: Link
    act: Link


class Objection(Wire):
    """An objection as it stands. Who a person is stands nowhere; grounds and evidence are digests."""

    objection: Version
    registration: RegistrationNumber | None = Field(description="null when it is against an entry")
    entry: Hex32 | None = Field(description="null when it is against a registration")
    version: Version = Field(description="Of the registration or the entry")
    state: ObjectionState
    person: bool = Field(description="Whether a person without an account objects")
    objector: Code | None
    objector_name: str | None
    commitment: Hex32 | None = Field(description="Salted hash that stands for a person")
    responsible: Code
    responsible_name: str | None
    deadline: datetime | None
    workdays_left: Left
    overdue: bool
    late: bool = Field(description="Whether any step so far was taken after its deadline")
    evidence: Hex32 | None
    ground: Hex32
    reason: Hex32 | None = Field(description="Digest of the decision's document")
    raised_time: datetime
    raised_index: Count
    organization: Code | None = Field(description="Whose account acted last")
    account: Hex20
    act_index: Count
    from_block: Count
    from_time: datetime
    to_block: Count | None
    to_time: datetime | None
    links: ObjectionLinks


class RegistrationPage(Page):
    """Versions of registrations, by the act that drew them up."""

    clock: Clock
    items: list[RegistrationVersion]


class RegistrationAnswer(Answer):
    """One version with its steps; all versions of its number, and the objections against them, at most 100."""

    clock: Clock
    registration: RegistrationDetail
    versions: list[RegistrationVersion]
    steps: list[RegistrationStep]
    objections: list[Objection]


class RegistrationHistory(Answer):
    """All states that the versions were in, oldest first; each is judged by the clock of its own beginning."""

    items: list[RegistrationVersion]


class RegistrationSteps(Answer):
    """Steps, oldest first."""

    items: list[RegistrationStep]


class CertificateLinks(Wire):
    """Where to go from a certificate's status."""

    self: Link
    registration: Link
    proof: Link = Field(description="Bundle of the act that gave it this status")
    page: Link = Field(description="For people")


class Certificate(Wire):
    """What a certificate is worth by the clock."""

    number: RegistrationNumber
    version: Version
    status: Status
    since: datetime = Field(description="From when on it has this status")
    valid_until: datetime = Field(description="First moment at which it is expired")
    issued_time: datetime
    superseded_by: Version | None
    suspended_for: Count | None = Field(description="The upheld objection for which it is suspended")
    national_code: str | None
    title: str | None
    subject: Code
    subject_name: str | None
    registrar: Code
    registrar_name: str | None
    certificate_root: Hex32 = Field(description="Compare with `roots.sha256` of the certificate")
    field_count: Count
    act_index: Count = Field(description="Act that gave it this status")
    links: CertificateLinks


class CertificateAnswer(Answer):
    """The status of a certificate."""

    clock: Clock
    certificate: Certificate


class NoticePage(Page):
    """Notices under way, those that end first first. Objections are raised until `notice_end`."""

    clock: Clock
    items: list[RegistrationVersion]


class ObjectionPage(Page):
    """Objections by number."""

    clock: Clock
    items: list[Objection]


class ObjectionAnswer(Answer):
    """One objection, and all states that it was in, oldest first."""

    clock: Clock
    objection: Objection
    history: list[Objection]
