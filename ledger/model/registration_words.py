"""Words for registrations, in both languages."""

from typing import Final

from ledger.model.message import Message
from ledger.model.registration import Kind, ObjectionState, Stage, Status

KINDS: Final = {
    Kind.FIRST: Message("first registration", "首次登记"),
    Kind.CHANGE: Message("change", "变更登记"),
    Kind.CORRECTION: Message("correction", "更正登记"),
    Kind.RENEWAL: Message("renewal", "续展登记"),
}
STAGES: Final = {
    Stage.DISTRICT_REVIEW: Message("under district review", "区级审核"),
    Stage.APPLIED: Message("applied", "已申请"),
    Stage.SUPPLEMENT: Message("to be supplemented", "待补正"),
    Stage.ACCEPTED: Message("accepted", "已受理"),
    Stage.REVIEWED: Message("review passed", "审核通过"),
    Stage.NOTICE: Message("under public notice", "公示中"),
    Stage.ISSUED: Message("issued", "已登记"),
    Stage.RETURNED: Message("returned", "区级退回"),
    Stage.REFUSED: Message("not accepted", "不予受理"),
    Stage.LAPSED: Message("lapsed", "已失效"),
    Stage.REVIEW_FAILED: Message("review failed", "审核未通过"),
    Stage.NOTICE_FAILED: Message("notice failed", "公示未通过"),
    Stage.WITHDRAWN: Message("withdrawn", "已撤回"),
}
STATUSES: Final = {
    Status.NONE: Message("not issued", "未登记"),
    Status.ACTIVE: Message("in force", "有效"),
    Status.SUSPENDED: Message("suspended", "已中止"),
    Status.CANCELLED: Message("cancelled", "已注销"),
    Status.REVOKED: Message("revoked", "已撤销"),
    Status.EXPIRED: Message("expired", "已到期"),
    Status.SUPERSEDED: Message("superseded", "已被新版取代"),
}
OBJECTION_STATES: Final = {
    ObjectionState.RAISED: Message("raised", "已提出"),
    ObjectionState.ACCEPTED: Message("accepted", "已受理"),
    ObjectionState.REJECTED: Message("not accepted", "不予受理"),
    ObjectionState.UPHELD: Message("upheld", "成立"),
    ObjectionState.DISMISSED: Message("dismissed", "不成立"),
    ObjectionState.CORRECTED: Message("corrected", "已更正"),
}
TASKS: Final = {
    "FORWARD": Message("review for the district", "区级审核"),
    "DECIDE_ACCEPTANCE": Message("accept or refuse", "决定是否受理"),
    "SUPPLEMENT": Message("supply what is missing", "补正"),
    "LAPSE": Message("declare lapsed", "逾期未补正，可作失效处理"),
    "REVIEW": Message("review", "审核"),
    "OPEN_NOTICE": Message("open the notice", "发布公示"),
    "ISSUE": Message("issue", "予以登记"),
    "DECIDE_OBJECTION": Message("accept or reject the objection", "决定是否受理异议"),
    "VERIFY_OBJECTION": Message("verify the objection", "核实异议"),
}
