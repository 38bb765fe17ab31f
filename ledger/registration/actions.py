"""The steps that differ only by who may take them and from where: what a clerk does to registrations on a list.

`IApplications` and `IRegistry` are the manual; the chain decides. What is said here serves earlier answers, and to
leave out of a list what an earlier run has done already.
"""

from dataclasses import dataclass
from typing import Final

from ledger.model.message import Message
from ledger.model.registration import Stage, Status
from ledger.model.roles import Role

APPLICATIONS, REGISTRY = "Applications", "Registry"


@dataclass(frozen=True, slots=True)
class Action:
    """One step. `stages` are those from which it leads to `done`; `statuses` those of what was issued."""

    contract: str
    function: str
    role: Role | None
    """Role of who takes it; None for anyone."""
    title: Message
    needs_reason: bool = False
    stages: tuple[Stage, ...] = ()
    done: tuple[Stage, ...] = ()
    statuses: tuple[Status, ...] = ()
    done_status: Status | None = None

    @property
    def of_issued(self) -> bool:
        """Whether it is about the version that was issued, and not about the last one drawn up."""
        return bool(self.statuses)


def _step(
    function: str,
    role: Role,
    en: str,
    zh: str,
    stages: tuple[Stage, ...],
    done: tuple[Stage, ...],
    *,
    needs_reason: bool = False,
    contract: str = APPLICATIONS,
) -> Action:
    return Action(contract, function, role, Message(en, zh), needs_reason, stages, done)


def _status(function: str, role: Role, en: str, zh: str, statuses: tuple[Status, ...], done: Status) -> Action:
    return Action(REGISTRY, function, role, Message(en, zh), True, statuses=statuses, done_status=done)


_S = Stage
FORWARD: Final = _step("forward", Role.REVIEWER, "forwarded", "区级审核通过", (_S.DISTRICT_REVIEW,), (_S.APPLIED,))
RETURN: Final = _step(
    "returnToApplicant",
    Role.REVIEWER,
    "returned",
    "区级退回",
    (_S.DISTRICT_REVIEW,),
    (_S.RETURNED,),
    needs_reason=True,
)
REQUEST_SUPPLEMENT: Final = _step(
    "requestSupplement",
    Role.ACCEPTOR,
    "asked for a supplement",
    "要求补正",
    (_S.APPLIED,),
    (_S.SUPPLEMENT,),
    needs_reason=True,
)
LAPSE: Final = _step("lapse", Role.ACCEPTOR, "lapsed", "逾期未补正，视为撤回", (_S.SUPPLEMENT,), (_S.LAPSED,))
ACCEPT: Final = _step("accept", Role.ACCEPTOR, "accepted", "受理", (_S.APPLIED,), (_S.ACCEPTED,))
REFUSE: Final = _step("refuse", Role.ACCEPTOR, "refused", "不予受理", (_S.APPLIED,), (_S.REFUSED,), needs_reason=True)
PASS: Final = _step("passReview", Role.REVIEWER, "passed review", "审核通过", (_S.ACCEPTED,), (_S.REVIEWED,))
FAIL: Final = _step(
    "failReview",
    Role.REVIEWER,
    "failed",
    "审核不通过",
    (_S.ACCEPTED, _S.REVIEWED, _S.NOTICE),
    (_S.REVIEW_FAILED, _S.NOTICE_FAILED),
    needs_reason=True,
)
NOTICE: Final = _step("openNotice", Role.REVIEWER, "under public notice", "公示", (_S.REVIEWED,), (_S.NOTICE,))
WITHDRAW: Final = _step(
    "withdraw",
    Role.APPLICANT,
    "withdrawn",
    "撤回申请",
    tuple(stage for stage in Stage if stage.is_open),
    (_S.WITHDRAWN,),
)
ISSUE: Final = _step("issue", Role.ISSUER, "issued", "予以登记", (_S.NOTICE,), (_S.ISSUED,), contract=REGISTRY)
SUSPEND: Final = _status("suspend", Role.SUPERVISOR, "suspended", "中止", (Status.ACTIVE,), Status.SUSPENDED)
RESUME: Final = _status("resume", Role.SUPERVISOR, "resumed", "恢复", (Status.SUSPENDED,), Status.ACTIVE)
CANCEL: Final = _status("cancel", Role.ISSUER, "cancelled", "注销", (Status.ACTIVE, Status.SUSPENDED), Status.CANCELLED)
REVOKE: Final = _status(
    "revoke",
    Role.ISSUER,
    "revoked",
    "撤销",
    (Status.ACTIVE, Status.SUSPENDED, Status.EXPIRED),
    Status.REVOKED,
)
SETTLE: Final = Action(REGISTRY, "settle", None, Message("settled", "释放目录条目"))
