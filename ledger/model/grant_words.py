"""Words for grants, products and disclosures, in both languages."""

from collections.abc import Mapping
from typing import Final, TypeVar

from ledger.model import disclosure, product
from ledger.model.grant import Approval, Basis, Coverage, Kind, Mode, Operation, Purpose, Stage, Status
from ledger.model.message import Message

T = TypeVar("T", bound=int)

KINDS: Final = {
    Kind.OPERATE: Message("operation", "授权运营"),
    Kind.SHARE: Message("sharing", "共享使用权限"),
}
MODES: Final = {
    Mode.OVERALL: Message("overall", "整体授权"),
    Mode.SECTOR: Message("by sector", "分领域授权"),
    Mode.SCENARIO: Message("by scenario", "依场景授权"),
}
BASES: Final = {
    Basis.FIRST: Message("first", "首次"),
    Basis.AMENDMENT: Message("amendment", "变更"),
    Basis.RENEWAL: Message("renewal", "续期"),
}
STATUSES: Final = {
    Status.NONE: Message("planned", "尚未生效"),
    Status.ACTIVE: Message("in force", "有效"),
    Status.SUSPENDED: Message("suspended", "已暂停"),
    Status.TERMINATED: Message("terminated", "协议终止"),
    Status.REVOKED: Message("revoked", "违约收回"),
    Status.EXITED: Message("exited", "主动退出"),
    Status.CLOSED: Message("closed out", "清退完成"),
    Status.EXPIRED: Message("expired", "已到期"),
}
STAGES: Final = {
    Stage.PLAN: Message("a plan", "方案拟定中"),
    Stage.REVIEW: Message("under review", "审核中"),
    Stage.ENTERED: Message("entered into force", "已生效"),
    Stage.REFUSED: Message("refused", "不予同意"),
    Stage.WITHDRAWN: Message("withdrawn", "已撤回"),
}
APPROVALS: Final = {
    Approval.IMPLEMENTATION: Message("approval by the implementing body", "实施机构审核"),
    Approval.AUTHORITY: Message("approval by the data authority", "数据主管部门审核"),
    Approval.DECISION: Message("collective decision", "集体决策"),
    Approval.CONSENT: Message("consent of the provider", "提供单位同意"),
    Approval.SIGNATURE: Message("signature of the grantor", "授权主体签署"),
    Approval.COUNTERSIGNATURE: Message("countersignature of the grantee", "被授权方签署"),
}
OPERATIONS: Final = {
    Operation.QUERY: Message("query", "查询"),
    Operation.VERIFY: Message("verify", "核验"),
    Operation.COMPUTE: Message("compute", "计算"),
    Operation.EXPORT: Message("export", "导出"),
}
PURPOSES: Final = {
    Purpose.DUTY: Message("statutory duty", "依法履职"),
    Purpose.GOVERNANCE: Message("public governance", "公共治理"),
    Purpose.PUBLIC_GOOD: Message("public good", "公益事业"),
    Purpose.INDUSTRY: Message("industry", "产业发展"),
    Purpose.SECTOR: Message("sector", "行业发展"),
}
COVERAGES: Final = {
    Coverage.COVERED: Message("covered", "在授权范围内"),
    Coverage.NOT_EFFECTIVE: Message("not in force at that time", "授权当时未生效或已失效"),
    Coverage.NOT_LISTED: Message("the scope does not list the entry or its provider", "授权范围未列该目录或其提供单位"),
    Coverage.NOT_OPERATED: Message("listed, but not for this operation", "已列入范围，但不含该操作"),
    Coverage.NOT_PUBLISHED: Message("retired, or older than the granted version", "目录已下架或早于授权版本"),
    Coverage.NOT_PERMITTED: Message("share, open or level do not permit it", "共享、开放属性或数据级别不允许"),
    Coverage.NOT_REGISTERED: Message("no registration of the entry is in force", "目录没有有效的资源登记"),
    Coverage.NOT_WITHIN: Message("outside what an ancestor still grants", "超出上级授权现有范围"),
}
STEPS: Final = {
    "PLANNED": Message("planned", "拟定方案"),
    "SCOPED": Message("scope listed", "列入范围"),
    "APPROVED": Message("approved", "审核同意"),
    "REFUSED": Message("refused", "不予同意"),
    "WITHDRAWN": Message("withdrawn", "撤回方案"),
    "SUSPENDED": Message("suspended", "暂停"),
    "RESUMED": Message("resumed", "恢复"),
    "TERMINATED": Message("terminated", "协议终止"),
    "REVOKED": Message("revoked", "违约收回"),
    "EXITED": Message("exited", "主动退出"),
    "CLOSED": Message("closed out", "清退完成"),
    "SETTLED": Message("entries released", "解除占用"),
}
FORMS: Final = {
    product.Form.DATASET: Message("data set", "数据集"),
    product.Form.INTERFACE: Message("interface", "接口"),
    product.Form.MODEL: Message("model", "模型"),
    product.Form.VERIFICATION: Message("verification", "核验"),
    product.Form.INDEX: Message("index", "评价指数"),
    product.Form.REPORT: Message("report", "报告"),
}
PRODUCT_STATUSES: Final = {
    product.Status.LISTED: Message("listed", "已上架"),
    product.Status.SUSPENDED: Message("suspended", "已暂停"),
    product.Status.DELISTED: Message("delisted", "已下架"),
}
DISCLOSURES: Final = {
    disclosure.Kind.AUTHORIZATION: Message("authorization and implementation", "授权和实施情况"),
    disclosure.Kind.OPERATION: Message("operation", "运营情况"),
}
UNITS: Final = {"call": Message("per call", "元/次"), "year": Message("per year", "元/年")}
"""Units of charge that have a word; others are shown as they are."""


def named_set(words: Mapping[T, Message], bits: int) -> Message:
    """What the values of a bit set are called."""
    found = [message for value, message in words.items() if value & bits]
    return Message(", ".join(message.en for message in found), "、".join(message.zh for message in found))


def yuan(fen: int) -> str:
    """An amount in fen as yuan with two places."""
    return f"{fen // 100}.{fen % 100:02d}"


def priced(fen: int | None, unit: str) -> Message:
    """A price or ceiling with its unit; empty where none is set."""
    if fen is None:
        return Message("", "")
    word = UNITS.get(unit)
    if word is None:
        return Message(f"{yuan(fen)} yuan per {unit}", f"{yuan(fen)} 元/{unit}")
    return Message(f"{yuan(fen)} yuan {word.en}", f"{yuan(fen)} {word.zh}")
