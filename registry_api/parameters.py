"""Parameters of requests: what is accepted, and what is said of the rest. Whatever is not known is refused."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ledger.errors import Malformed
from ledger.model.ids import from_hex
from ledger.model.organization_code import is_valid
from ledger.store.bigrams import query_terms

MOST: Final = 500
"""Largest page."""
LARGEST: Final = 2**63 - 1
Q_CHARACTERS: Final = 100
TEXT_CHARACTERS: Final = 200

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


def parse_as_of(text: str) -> int | datetime:
    """A block number, or an aware UTC time.

    Raises ValueError, for a person to read.
    """
    if text.isascii() and text.isdigit():
        if len(text) > 18:
            raise ValueError("a block number has at most 18 digits")
        return int(text)
    return parse_time(text, "a block number, or ")


def parse_time(text: str, also: str = "") -> datetime:
    """An aware UTC time of RFC 3339 text; the complaint says what is accepted `also`. Raises ValueError."""
    # `+08:00` in an address means a blank before 08:00.
    restored = re.sub(r" (\d{2}:\d{2})$", r"+\1", text)
    if not _TIME.fullmatch(restored):
        raise ValueError(f"want {also}an RFC 3339 time with its offset like 2026-01-31T08:00:00Z")
    try:
        return datetime.fromisoformat(restored.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"no such time: {error}") from None


def _as_of(text: str | None) -> str | None:
    if text is not None:
        parse_as_of(text)
    return text


def _entry_id(text: str) -> str:
    try:
        from_hex(text, 32, "entry id")
    except Malformed:
        raise ValueError("an entry id is 0x and 64 lower-case hex digits") from None
    return text


def _address(text: str) -> str:
    try:
        from_hex(text, 20, "account")
    except Malformed:
        raise ValueError("an account is 0x and 40 lower-case hex digits") from None
    return text


def _code(text: str) -> str:
    if not is_valid(text):
        raise ValueError("no unified social credit code: want 18 characters, the last of which checks the others")
    return text


def _clean(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds characters that cannot be printed")
    return text


def _searchable(text: str) -> str:
    if not query_terms(text):
        raise ValueError("holds neither letters nor digits")
    return text


def digits(value: Any) -> Any:
    """The value, unless it is text that is no plain decimal number. Raises ValueError."""
    # Else ` 1`, `+1`, `1.0` and `1_0` would pass as numbers.
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("want decimal digits")
    return value


def _boolean(value: Any) -> Any:
    if isinstance(value, str) and value not in ("true", "false"):
        raise ValueError("want true or false")
    return value


def _time(value: Any) -> Any:
    return parse_time(value) if isinstance(value, str) else value


EntryIdPath = Annotated[
    str,
    Path(
        description="Entry id: SHA-256(SHA-256(`mulu/entry/1`) ‖ provider ‖ local code)",
        examples=["0x" + "5b" * 32],
    ),
    AfterValidator(_entry_id),
]
CodePath = Annotated[
    str,
    Path(description="Unified social credit code (统一社会信用代码)", examples=["11119900MBF1000095"]),
    AfterValidator(_code),
]
IndexPath = Annotated[int, BeforeValidator(digits), Path(ge=0, le=LARGEST, description="Index in the journal, from 0")]
TilePath = Annotated[
    str,
    Path(
        description="As C2SP tlog-tiles has it: level and number, or `entries` and number; `.p/` and the width behind "
        "it for a partial tile",
        examples=["0/x001/234", "1/000.p/5", "entries/000.p/17"],
    ),
]

AsOf = Annotated[
    str | None,
    AfterValidator(_as_of),
    Field(
        description="State at the end of this block, or at this time (RFC 3339); the mirror's head when absent",
        examples=["1200", "2026-01-31T08:00:00Z"],
    ),
]
Number = Annotated[int, BeforeValidator(digits)]
Code = Annotated[str, AfterValidator(_code)]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS), AfterValidator(_clean)]
Flag = Annotated[bool, BeforeValidator(_boolean)]
Time = Annotated[datetime, BeforeValidator(_time)]
EntryId = Annotated[str, AfterValidator(_entry_id)]
Words = Annotated[str, Field(min_length=1, max_length=Q_CHARACTERS), AfterValidator(_searchable)]
"""What is searched for."""


class Nothing(BaseModel):
    """A route without query parameters."""

    model_config = ConfigDict(extra="forbid")


class AtQuery(Nothing):
    """When."""

    as_of: AsOf = None

    @property
    def moment(self) -> int | datetime | None:
        """`as_of`, read."""
        return None if self.as_of is None else parse_as_of(self.as_of)


class PageQuery(AtQuery):
    """Which page."""

    limit: Number = Field(ge=1, le=MOST, default=50, description=f"Rows of the page, at most {MOST}")


class EntriesQuery(PageQuery):
    """Which entries."""

    q: Words | None = Field(
        None,
        description="Words in title, abstract, items and keywords; two Chinese characters are enough. All must occur",
        examples=["水库"],
    )
    provider: Code | None = Field(None, description="Code of the organization that holds the data")
    submitter: Code | None = Field(None, description="Code of the organization that signed")
    theme: Text | None = Field(None, description="Theme, exactly as stated")
    source: Text | None = Field(None, description="Source that the entry was read from")
    share: Number | None = Field(
        ge=0, le=3, default=None, description="Share type: 0 not stated, 1 unconditional, 2 conditional, 3 denied"
    )
    open: Number | None = Field(
        ge=0, le=3, default=None, description="Open type: 0 not stated, 1 unconditional, 2 conditional, 3 denied"
    )
    level: Number | None = Field(ge=0, le=4, default=None, description="Level: 0 not stated, 1 to 4")
    kind: Number | None = Field(ge=1, le=2, default=None, description="1 resource, 2 product")
    status: Literal["ACTIVE", "RETIRED"] | None = Field(None, description="Both when absent")
    malformed: Flag | None = Field(None, description="Whether the content could not be read")
    after: Number | None = Field(
        ge=0,
        le=LARGEST,
        default=None,
        description="`act_index` of the last row of the page before; take it from `next`",
    )


class EntryQuery(AtQuery):
    """Which version: the one in force at `as_of`, or the one with this number."""

    version: Number | None = Field(
        ge=1, le=2**32 - 1, default=None, description="Version, from 1; not together with `as_of`"
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> "EntryQuery":
        if self.version is not None and self.as_of is not None:
            raise ValueError("give version or as_of, not both")
        return self


class HistoryQuery(PageQuery):
    """Which versions of an entry."""

    after: Number | None = Field(ge=1, le=2**32 - 1, default=None, description="Last version of the page before")


class ProofQuery(Nothing):
    """Which version is to be proven."""

    version: Number | None = Field(
        ge=1, le=2**32 - 1, default=None, description="Version, from 1; the newest when absent"
    )


class OrganizationsQuery(PageQuery):
    """Which organizations."""

    q: Text | None = Field(None, description="Part of the name, of an alias, or of the code")
    kind: Number | None = Field(
        ge=1,
        le=10,
        default=None,
        description="1 data authority, 2 district authority, 3 sector authority, 4 government department, 5 public "
        "institution, 6 registrar, 7 implementer, 8 operator, 9 enterprise, 10 auditor",
    )
    parent: Code | None = Field(None, description="Code of the organization above")
    suspended: Flag | None = Field(None, description="Whether it is suspended")
    after: Code | None = Field(None, description="`code` of the last row of the page before")


class ActsQuery(PageQuery):
    """Which acts."""

    contract: (
        Literal[
            "Journal",
            "Organizations",
            "Policy",
            "Catalog",
            "Registry",
            "Applications",
            "Objections",
            "Grants",
            "Plans",
            "Products",
        ]
        | None
    ) = Field(None, description="Contract that recorded it")
    event: Annotated[str, Field(pattern="^[A-Z][A-Za-z]{0,63}$")] | None = Field(None, description="Name of the event")
    organization: Code | None = Field(None, description="Code of the organization that it concerns")
    account: Annotated[str, AfterValidator(_address)] | None = Field(None, description="Account that acted")
    order: Literal["newest", "oldest"] = Field("newest", description="Which acts come first")
    after: Number | None = Field(
        ge=0, le=LARGEST, default=None, description="`index` of the last row of the page before"
    )


class ConsistencyQuery(BaseModel):
    """Which two sizes of the journal."""

    model_config = ConfigDict(extra="forbid")

    from_: Number = Field(alias="from", ge=0, le=LARGEST, description="The older size")
    to: Number | None = Field(ge=0, le=LARGEST, default=None, description="The newer size; all acts when absent")

    @model_validator(mode="after")
    def _grows(self) -> "ConsistencyQuery":
        if self.to is not None and self.from_ > self.to:
            raise ValueError(f"a journal does not grow from {self.from_} acts to {self.to}: `from` is the older size")
        return self


def single_values(request: Request) -> None:
    """Refuses a query that gives a parameter twice: one of the values would be left aside unsaid."""
    names = [name for name, _ in request.query_params.multi_items()]
    repeated = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if repeated:
        found = [{"type": "repeated", "loc": ("query", name), "msg": "is given more than once"} for name in repeated]
        raise RequestValidationError(found)


At = Annotated[AtQuery, Query()]
NoQuery = Annotated[Nothing, Query()]
