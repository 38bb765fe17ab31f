"""Parameters of requests for registrations, certificates, notices and objections."""

from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import Path
from pydantic import AfterValidator, BeforeValidator, Field

from ledger.errors import Malformed
from ledger.model.registration_number import require_number
from registry_api.parameters import (
    LARGEST,
    AtQuery,
    Code,
    EntryId,
    Flag,
    Nothing,
    Number,
    PageQuery,
    Time,
    Words,
    digits,
    parse_time,
)
from registry_api.reading import Clock, time_text

MOST_VERSIONS: Final = 2**32 - 1

Kind = Literal["FIRST", "CHANGE", "CORRECTION", "RENEWAL"]
Stage = Literal[
    "DISTRICT_REVIEW",
    "APPLIED",
    "SUPPLEMENT",
    "ACCEPTED",
    "REVIEWED",
    "NOTICE",
    "ISSUED",
    "RETURNED",
    "REFUSED",
    "LAPSED",
    "REVIEW_FAILED",
    "NOTICE_FAILED",
    "WITHDRAWN",
]
Status = Literal["ACTIVE", "SUSPENDED", "CANCELLED", "REVOKED", "EXPIRED", "SUPERSEDED"]
ObjectionState = Literal["RAISED", "ACCEPTED", "REJECTED", "UPHELD", "DISMISSED", "CORRECTED"]


def _registration(text: str) -> str:
    try:
        require_number(text, "registration number")
    except Malformed as error:
        raise ValueError(str(error)) from None
    return text


def _notice(text: str) -> str:
    parse_notice(text)
    return text


def parse_notice(text: str) -> tuple[datetime, int]:
    """Where a page of notices ended: `notice_end`, `~`, `filed_index`. Raises ValueError."""
    end, mark, index = text.partition("~")
    if not mark or not (index.isascii() and index.isdigit()) or int(index[:20]) > LARGEST:
        raise ValueError("want the `after` of a `next`: a time, ~ and an index")
    return parse_time(end), int(index)


def notice_text(end: datetime, index: int) -> str:
    """`parse_notice` reads this."""
    return f"{time_text(end)}~{index}"


NumberPath = Annotated[
    str,
    Path(
        description="Registration number (登记编号): `R`, date of the first application, sequence, check character "
        "(ISO 7064 MOD 37,36)",
        examples=["R20260301000001V"],
    ),
    AfterValidator(_registration),
]
ObjectionPath = Annotated[
    int, BeforeValidator(digits), Path(ge=1, le=MOST_VERSIONS, description="Number of the objection, from 1")
]
Registration = Annotated[str, AfterValidator(_registration)]
Version = Annotated[Number, Field(ge=1, le=MOST_VERSIONS)]


class ClockQuery(AtQuery):
    """When: which records, and by which clock."""

    clock: Time | None = Field(
        None,
        description="Time (RFC 3339) by which expiry, deadlines and notices are judged, not before the block of "
        "`as_of`; when absent the time of `as_of`, or now",
        examples=["2026-03-31T08:00:00Z"],
    )

    @property
    def asked(self) -> Clock:
        """`clock`, for the reader."""
        return self.clock or "now"


class _ClockPage(ClockQuery, PageQuery):
    pass


class RegistrationsQuery(_ClockPage):
    """Which versions of registrations."""

    q: Words | None = Field(
        None,
        description="Words in the title; or a registration number, or a national code",
        examples=["水库"],
    )
    stage: Stage | None = Field(None, description="How far the application came")
    status: Status | None = Field(None, description="What an issued version is worth by the clock")
    kind: Kind | None = Field(None, description="What the application asks for: 首次, 变更, 更正, 续展")
    subject: Code | None = Field(None, description="Code of the organization that is registered as the subject")
    applicant: Code | None = Field(None, description="Code of the organization that filed the application")
    registrar: Code | None = Field(None, description="Code of the organization that handles it")
    entry: EntryId | None = Field(None, description="Id of a catalog entry that the version registers")
    open: Flag | None = Field(None, description="Whether the application can still be decided")
    current: Flag | None = Field(
        None, description="true: of each registration only the last version drawn up and the last issued"
    )
    settled: Flag | None = Field(None, description="Whether the version's entries are no longer held")
    malformed: Flag | None = Field(None, description="Whether the content could not be read")
    due_before: Time | None = Field(None, description="Only steps whose deadline lies before this time")
    expires_before: Time | None = Field(None, description="Only versions whose term ends before this time")
    order: Literal["newest", "oldest"] = Field("newest", description="Which applications come first")
    after: Number | None = Field(
        ge=0,
        le=LARGEST,
        default=None,
        description="`filed_index` of the last row of the page before; take it from `next`",
    )


class RegistrationQuery(ClockQuery):
    """Which version."""

    version: Version | None = Field(None, description="Version, from 1; the last drawn up when absent")


class StepsQuery(AtQuery):
    """Which steps."""

    version: Version | None = Field(None, description="Only those of this version; of all when absent")


class RegistrationProofQuery(AtQuery):
    """Which version is to be proven."""

    version: Version | None = Field(None, description="Version, from 1; the last drawn up when absent")


class CertificateQuery(ClockQuery):
    """Which certificate."""

    version: Version | None = Field(None, description="Version, from 1; the last issued when absent")


class CertificateProofQuery(Nothing):
    """Which certificate is to be proven."""

    version: Version | None = Field(None, description="Version, from 1; the last issued when absent")


class NoticesQuery(_ClockPage):
    """Which notices."""

    registrar: Code | None = Field(None, description="Code of the organization that holds the notice")
    after: Annotated[str, Field(max_length=64), AfterValidator(_notice)] | None = Field(
        None,
        description="`notice_end` and `filed_index` of the last row of the page before, joined by `~`; take it from "
        "`next`",
    )


class ObjectionsQuery(_ClockPage):
    """Which objections."""

    registration: Registration | None = Field(None, description="Number of the registration that it is against")
    entry: EntryId | None = Field(None, description="Id of the entry that it is against")
    version: Version | None = Field(None, description="Version of the registration or entry")
    state: ObjectionState | None = Field(None, description="How far it came")
    open: Flag | None = Field(None, description="Whether it can still be decided")
    responsible: Code | None = Field(None, description="Code of the organization that decides")
    objector: Code | None = Field(None, description="Code of the organization that objects; persons have none")
    due_before: Time | None = Field(None, description="Only those whose deadline lies before this time")
    after: Number | None = Field(
        ge=0, le=MOST_VERSIONS, default=None, description="`objection` of the last row of the page before"
    )


class ObjectionQuery(ClockQuery):
    """When."""
