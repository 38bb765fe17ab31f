"""Parameters of requests for grants, products and disclosures."""

from typing import Annotated, Literal

from fastapi import Path
from pydantic import BeforeValidator, Field

from registry_api.parameters import (
    LARGEST,
    AtQuery,
    Code,
    EntryId,
    Flag,
    Nothing,
    Number,
    PageQuery,
    Text,
    Time,
    digits,
)
from registry_api.registration_parameters import MOST_VERSIONS, ClockQuery, Version

Kind = Literal["OPERATE", "SHARE"]
Mode = Literal["OVERALL", "SECTOR", "SCENARIO"]
Basis = Literal["FIRST", "AMENDMENT", "RENEWAL"]
Stage = Literal["PLAN", "REVIEW", "ENTERED", "REFUSED", "WITHDRAWN"]
Status = Literal["PLANNED", "ACTIVE", "SUSPENDED", "TERMINATED", "REVOKED", "EXITED", "CLOSED", "EXPIRED"]
Approval = Literal["IMPLEMENTATION", "AUTHORITY", "DECISION", "CONSENT", "SIGNATURE", "COUNTERSIGNATURE"]
Operation = Literal["QUERY", "VERIFY", "COMPUTE", "EXPORT"]
Purpose = Literal["DUTY", "GOVERNANCE", "PUBLIC_GOOD", "INDUSTRY", "SECTOR"]
Coverage = Literal[
    "COVERED",
    "NOT_EFFECTIVE",
    "NOT_LISTED",
    "NOT_OPERATED",
    "NOT_PUBLISHED",
    "NOT_PERMITTED",
    "NOT_REGISTERED",
    "NOT_WITHIN",
]
Form = Literal["DATASET", "INTERFACE", "MODEL", "VERIFICATION", "INDEX", "REPORT"]
ProductStatus = Literal["LISTED", "SUSPENDED", "DELISTED"]
Disclosing = Literal["AUTHORIZATION", "OPERATION"]

GrantPath = Annotated[
    int, BeforeValidator(digits), Path(ge=1, le=MOST_VERSIONS, description="Number of the grant, from 1")
]
ProductPath = Annotated[
    int, BeforeValidator(digits), Path(ge=1, le=MOST_VERSIONS, description="Number of the product, from 1")
]
YearPath = Annotated[
    int, BeforeValidator(digits), Path(ge=1, le=9999, description="Calendar year that it is about, local")
]
DisclosingPath = Annotated[Disclosing, Path(description="AUTHORIZATION 授权和实施情况, OPERATION 运营情况")]
GrantNumber = Annotated[Number, Field(ge=1, le=MOST_VERSIONS)]
After = Annotated[Number, Field(ge=0, le=LARGEST)]


class ClockPage(ClockQuery, PageQuery):
    """When, and which page."""


class GrantsQuery(ClockPage):
    """Which grants."""

    q: Text | None = Field(None, description="Words in the title", examples=["信用"])
    grantor: Code | None = Field(None, description="Code of the authorizing body (授权主体)")
    grantee: Code | None = Field(None, description="Code of the operator or government unit (被授权方)")
    implementer: Code | None = Field(None, description="Code of the implementing body (实施机构)")
    kind: Kind | None = Field(None, description="OPERATE 授权运营, SHARE 共享使用权限")
    mode: Mode | None = Field(None, description="整体, 分领域, 依场景授权; OPERATE only")
    status: Status | None = Field(
        None, description="What the grant alone is worth by the clock; PLANNED: no version has been in force"
    )
    parent: GrantNumber | None = Field(None, description="Number of the grant that it is delegated from")
    entry: EntryId | None = Field(None, description="Id of an entry that a version lists, by itself or its provider")
    expires_before: Time | None = Field(None, description="Only those whose term ends before this time")
    order: Literal["newest", "oldest"] = Field("newest", description="Which numbers come first")
    after: After | None = Field(None, description="`grant` of the last row of the page before; take it from `next`")


class GrantQuery(ClockQuery):
    """Which version's terms come along."""

    version: Version | None = Field(None, description="Version, from 1; the one in force, or the last, when absent")


class ScopeQuery(PageQuery):
    """Which scope."""

    version: Version | None = Field(None, description="Version, from 1; the one in force, or the last, when absent")
    after: After | None = Field(None, description="`position` of the last row of the page before")


class ApprovalsQuery(AtQuery):
    """Which approvals."""

    version: Version | None = Field(None, description="Only those of this version; of all when absent")


class StepsQuery(PageQuery):
    """Which acts of a grant."""

    after: After | None = Field(None, description="`act_index` of the last row of the page before")


class EntryGrantsQuery(ClockPage):
    """Which grants list an entry."""

    after: After | None = Field(None, description="`grant` of the last row of the page before")


class CheckQuery(AtQuery):
    """May an organization do something with an entry?"""

    entry: EntryId = Field(description="Id of the entry")
    organization: Code = Field(description="Code of the organization that would do it")
    operation: Operation = Field("QUERY", description="查询, 核验, 计算, 导出")
    at: Time | None = Field(
        None,
        description="Time (RFC 3339) that is asked about, past or coming; when absent that of `as_of`, or now",
        examples=["2026-03-31T08:00:00Z"],
    )
    grant: GrantNumber | None = Field(None, description="Only this grant; all of the organization's when absent")


class GrantProofQuery(Nothing):
    """What is asked of the grant."""

    entry: EntryId = Field(description="Id of the entry")
    organization: Code = Field(description="Code of the organization that would do it")
    operation: Operation = Field("QUERY", description="查询, 核验, 计算, 导出")
    at: Time | None = Field(
        None,
        description="Past time (RFC 3339) that is asked about; that of the newest block when absent",
        examples=["2026-03-31T08:00:00Z"],
    )


class ProductsQuery(ClockPage):
    """Which products."""

    q: Text | None = Field(None, description="Words in the name", examples=["指数"])
    operator: Code | None = Field(None, description="Code of the organization that offers it")
    grant: GrantNumber | None = Field(None, description="Number of the grant under which it is offered")
    source: GrantNumber | None = Field(None, description="Number of the product that it is developed from")
    form: Form | None = Field(None, description="数据集, 接口, 模型, 核验, 评价指数, 报告")
    status: ProductStatus | None = Field(None, description="Stored status")
    purpose: Literal["GOVERNANCE", "PUBLIC_GOOD", "INDUSTRY", "SECTOR"] | None = Field(
        None, description="公共治理, 公益事业, 产业发展, 行业发展"
    )
    entry: EntryId | None = Field(None, description="Id of the product's own entry")
    after: After | None = Field(None, description="`product` of the last row of the page before")


class DisclosuresQuery(PageQuery):
    """Which disclosures."""

    grant: GrantNumber | None = Field(None, description="Number of the grant that is disclosed about")
    year: Number | None = Field(ge=1, le=9999, default=None, description="Calendar year that it is about, local")
    kind: Disclosing | None = Field(None, description="AUTHORIZATION 授权和实施情况, OPERATION 运营情况")
    organization: Code | None = Field(None, description="Code of the organization that disclosed")
    late: Flag | None = Field(None, description="Whether it came after its deadline")
    current: Flag | None = Field(None, description="true: only the last version about each grant, year and kind")
    after: After | None = Field(None, description="`act_index` of the last row of the page before")


class DisclosureQuery(AtQuery):
    """Which version."""

    version: Version | None = Field(None, description="Version, from 1; the last when absent")
