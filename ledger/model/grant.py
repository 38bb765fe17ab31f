"""Grants (授权), numbered as in the contracts (`IGrants`, `IPlans`), and what a plan says beside its terms."""

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import ClassVar, Final

from ledger.model.content import Content, worded


class Kind(IntEnum):
    """What a grant allows (`IGrants.Kind`)."""

    NONE = 0
    OPERATE = 1
    SHARE = 2


class Mode(IntEnum):
    """How an OPERATE grant is cut (`IGrants.Mode`)."""

    NONE = 0
    OVERALL = 1
    SECTOR = 2
    SCENARIO = 3


class Basis(IntEnum):
    """What led to a version (`IGrants.Basis`)."""

    NONE = 0
    FIRST = 1
    AMENDMENT = 2
    RENEWAL = 3


class Status(IntEnum):
    """What a grant is worth (`IGrants.Status`). EXPIRED is found on reading."""

    NONE = 0
    ACTIVE = 1
    SUSPENDED = 2
    TERMINATED = 3
    REVOKED = 4
    EXITED = 5
    CLOSED = 6
    EXPIRED = 7


class Coverage(IntEnum):
    """Whether a grant covers an entry, and if not, why (`IGrants.Coverage`)."""

    COVERED = 0
    NOT_EFFECTIVE = 1
    NOT_LISTED = 2
    NOT_OPERATED = 3
    NOT_PUBLISHED = 4
    NOT_PERMITTED = 5
    NOT_REGISTERED = 6
    NOT_WITHIN = 7


class Stage(IntEnum):
    """How far the procedure of a version came (`IPlans.Stage`). PLAN and REVIEW are open."""

    NONE = 0
    PLAN = 1
    REVIEW = 2
    ENTERED = 3
    REFUSED = 4
    WITHDRAWN = 5


class Approval(IntEnum):
    """What a version needs before it is in force (`IPlans.Approval`); approval n is bit n of a set."""

    IMPLEMENTATION = 0
    AUTHORITY = 1
    DECISION = 2
    CONSENT = 3
    SIGNATURE = 4
    COUNTERSIGNATURE = 5

    @property
    def bit(self) -> int:
        """Its bit in a set."""
        return 1 << self


class Operation(IntFlag):
    """What may be done with data (`IGrants.EntryScope`)."""

    QUERY = 1
    VERIFY = 2
    COMPUTE = 4
    EXPORT = 8


class Purpose(IntFlag):
    """What data may be used for (`IGrants.Terms`)."""

    DUTY = 1
    GOVERNANCE = 2
    PUBLIC_GOOD = 4
    INDUSTRY = 8
    SECTOR = 16


ALL_ITEMS: Final = 2**208 - 1
"""The item bitmap that stands for the whole entry."""
RUNNING: Final = (Status.ACTIVE.name, Status.SUSPENDED.name)
"""Statuses that end with the term."""


def approvals_in(bits: int) -> list[str]:
    """Names of the approvals in a set, in their order."""
    return [approval.name for approval in Approval if bits & approval.bit]


def operations_in(bits: int) -> list[str]:
    """Names of the operations in a set, in the order of their bits."""
    return [operation.name or "" for operation in Operation if bits & operation]


def purposes_in(bits: int) -> list[str]:
    """Names of the purposes in a set, in the order of their bits."""
    return [purpose.name or "" for purpose in Purpose if bits & purpose]


@dataclass(frozen=True, slots=True)
class GrantContent(Content):
    """What a plan, an amendment or a renewal says. Documents are named by their digests in the approvals."""

    FORMAT: ClassVar[str] = "mulu-grant/1"

    title: str = worded("title", "授权名称", required=True)
    abstract: str | None = worded("abstract", "授权内容", lines=True)
    zone: str | None = worded("zone", "专区")
    scene: str | None = worded("scene", "应用场景", lines=True)
    conditions: str | None = worded("conditions of the grant", "授权条件", lines=True)
    operation_mode: str | None = worded("mode of operation", "运营模式", lines=True)
    exit_mechanism: str | None = worded("exit mechanism", "退出机制", lines=True)
    security: str | None = worded("responsibility for security", "安全管理责任", lines=True)
    selection: str | None = worded("how the operator was selected", "运营机构选择方式", lines=True)
    revenue: str | None = worded("sharing of revenue", "收益分配", lines=True)
    evaluation: str | None = worded("evaluation", "评价考核", lines=True)
    breach: str | None = worded("liability for breach", "违约责任", lines=True)
    legal_basis: str | None = worded("legal basis", "依据", lines=True)
    remarks: str | None = worded("remarks", "备注", lines=True)

    def unsettled(self, kind: Kind) -> tuple[str, ...]:
        """What a plan of this kind has to settle (domain.md §1, 六) and this content leaves open; the term is typed."""
        return tuple(name for name in SETTLED[kind] if getattr(self, name) is None)


SETTLED: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.NONE: (),
    Kind.OPERATE: ("conditions", "operation_mode", "exit_mechanism", "security"),
    Kind.SHARE: (),
}
"""What a plan settles beside its term, by kind."""
