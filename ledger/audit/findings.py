"""What an auditor finds: an act that breaks a rule, or one that deserves a look. Codes are stable."""

from dataclasses import dataclass
from typing import Final

from ledger.audit.acts import Act
from ledger.audit.grant_findings import GRANT_BREACHES
from ledger.model.message import Message

BREACHES: Final[dict[str, Message]] = {
    # Any act
    "TIME_MISSTATED": Message("the act states another time than its block", "记录所载时间与区块时间不符"),
    "TIME_BACKWARDS": Message("the act is earlier than the one before it", "记录时间早于前一条记录"),
    "JOURNAL_NOT_OPENED": Message(
        "the journal's opening is its first act, and only that", "账本启用须为首条且仅此一条"
    ),
    "JOURNAL_CLOSED": Message("the journal was closed", "账本已关闭"),
    "ORIGIN_MISSTATED": Message(
        "the journal's origin is not what its place on the chain gives", "账本源与其在链上的位置不符"
    ),
    "EMITTER_NOT_ADMITTED": Message("the contract was not admitted to the journal", "出具记录的合约当时未获准入"),
    "MODULE_ADMITTED_TWICE": Message("the module was admitted already", "合约此前已获准入"),
    # Who acts
    "ROLE_MISSING": Message(
        "the account has not the role, or ended, or its organization is suspended",
        "账户无此角色，或已失效，或其机构已暂停",
    ),
    "NOT_ENTITLED": Message("the account's organization is not the one that may do this", "账户所属机构无权办理"),
    "ORGANIZATION_MISSTATED": Message(
        "the act names another organization than the account's", "记录所载机构并非账户所属机构"
    ),
    "REASON_MISSING": Message("the act needs a reason", "须说明理由而未说明"),
    # Root acts
    "PROPOSAL_MISSING": Message(
        "a root act takes a confirmed proposal of two ADMINs", "根权限操作须经两名管理员提议并确认"
    ),
    "PROPOSAL_UNKNOWN": Message("there is no such proposal", "提议不存在"),
    "PROPOSAL_NUMBER": Message("the proposal's number is not the next", "提议编号不连续"),
    "PROPOSAL_TARGET": Message("the proposal's target is no contract of the ledger", "提议的目标不是本账本的合约"),
    "PROPOSAL_SAME_ADMIN": Message("the one who proposed also confirmed", "提议人与确认人相同"),
    "PROPOSAL_PROPOSER_ENDED": Message("the one who proposed is no ADMIN any more", "提议人已不是管理员"),
    "PROPOSAL_SETTLED": Message("the proposal was carried out already", "提议此前已执行"),
    "PROPOSAL_CONTENT": Message("the act is not what was proposed", "记录与提议内容不符"),
    "PROPOSAL_INCOMPLETE": Message("the proposal was carried out in part", "提议只执行了一部分"),
    # Organizations and accounts
    "ORGANIZATION_CODE": Message(
        "alphabet or check character of the code are wrong (GB 32100)", "统一社会信用代码不合规"
    ),
    "ORGANIZATION_EXISTS": Message("the organization exists", "机构已存在"),
    "ORGANIZATION_UNKNOWN": Message("there is no such organization", "机构不存在"),
    "ORGANIZATION_KIND": Message("the kind of the organization is not allowed here", "机构类别不合规"),
    "ORGANIZATION_ROLES": Message("the organization cannot be given these roles here", "机构角色许可不合规"),
    "ORGANIZATION_PARENT": Message("the parent cannot be this organization's", "上级机构不合规"),
    "ORGANIZATION_AREA": Message("the area is none, or lies outside the parent's", "行政区划不在上级范围内"),
    "ORGANIZATION_SECTOR": Message("the sector authority cannot be this organization's", "行业主管部门不合规"),
    "ORGANIZATION_STATE": Message("the organization is suspended already, or is not", "机构的暂停状态不符"),
    "ACCOUNT_EXISTS": Message("the address was an account already", "账户地址已使用"),
    "ACCOUNT_UNKNOWN": Message("there is no such account", "账户不存在"),
    "ACCOUNT_ENDED": Message("the account ended", "账户已失效"),
    "ACCOUNT_ROLES": Message("the account cannot have these roles", "账户角色不合规"),
    "ACCOUNT_COMPROMISED_LATER": Message("the time of the compromise lies in the future", "失密时间晚于记录时间"),
    "AUTHORITY_ADMINS": Message("the data authority falls below two ADMINs", "数据主管部门管理员不足两名"),
    # Policy
    "PARAMETER_VERSION": Message("the parameter's version is not the next", "参数版本不连续"),
    "PARAMETER_INVALID": Message(
        "the parameter lacks name or source, or starts in the past", "参数缺名称或依据，或生效时间已过"
    ),
    "PARAMETER_PENDING": Message("a version of the parameter was still waiting", "参数已有待生效版本"),
    "CALENDAR_VERSION": Message("the calendar's version is not the next", "工作日历版本不连续"),
    "CALENDAR_INVALID": Message("the calendar cannot be this year's, or has no source", "工作日历不合规或无依据"),
    "POLICY_MISSING": Message("a parameter that the step needs was not in force", "该环节所需参数尚未生效"),
    # Catalog
    "ENTRY_ID": Message("the id is not that of provider and local code", "条目标识与提供方及本地编码不符"),
    "ENTRY_LOCAL_CODE": Message("a local code has 1 to 128 bytes", "本地编码须为 1–128 字节"),
    "ENTRY_CONTENT": Message("the content is empty", "条目内容为空"),
    "ENTRY_VALUE": Message("kind, share, open or level is no code", "类别、共享、开放或分级不是合规代码"),
    "ENTRY_VERSION": Message("the version is not the next", "条目版本不连续"),
    "ENTRY_KIND": Message("the kind of an entry never changes", "条目类别不得变更"),
    "ENTRY_PROVIDER": Message("the act names another provider than the entry's", "记录所载提供方与条目不符"),
    "ENTRY_WITHDRAWN": Message("what was stated cannot become not stated", "已载明的属性不得改为未载明"),
    "ENTRY_REASON": Message("share or open become stricter without a reason", "收紧共享或开放属性须说明理由"),
    "ENTRY_UNKNOWN": Message("there is no such entry", "条目不存在"),
    "ENTRY_RETIRED": Message("the entry is retired", "条目已停用"),
    "ENTRY_HELD": Message("a held entry cannot be retired", "被占用的条目不得停用"),
    # Registrations
    "REGISTRATION_NUMBER": Message("the number is not the next of its day", "登记编号不是当日下一号"),
    "REGISTRATION_UNKNOWN": Message("there is no such registration, or it was not issued", "登记不存在或未曾登记"),
    "REGISTRATION_VERSION": Message("the act means another version than stands there", "记录所指版本不符"),
    "REGISTRATION_STAGE": Message("the step is not open at this stage", "当前环节不得办理此步骤"),
    "REGISTRATION_STATUS": Message("the registration's status does not allow this", "登记状态不允许此操作"),
    "REGISTRATION_ENTRIES": Message(
        "a version has 1 to 64 entries, in ascending order", "登记须含 1–64 个条目并按序排列"
    ),
    "APPLICATION_KIND": Message("kind, number and version do not fit together", "申请类型与编号、版本不符"),
    "APPLICATION_SUBJECT": Message(
        "the subject is unknown, suspended, or not below the applicant", "登记主体不存在、已暂停，或不在申请机构之下"
    ),
    "APPLICATION_REGISTRAR": Message("the registrar is none, or suspended", "登记机构不合规或已暂停"),
    "APPLICATION_EVIDENCE": Message(
        "only a correction of the present subject is filed for an interested party",
        "仅更正登记可由登记机构代利害关系人提出",
    ),
    "APPLICATION_OBJECTION": Message("only a correction cites an upheld objection", "仅更正登记可援引成立的异议"),
    "APPLICATION_CONTENT": Message("the content is empty", "申请内容为空"),
    "APPLICATION_FIELDS": Message("the fields are none, too many, or one is too short", "凭证字段数量或长度不合规"),
    "APPLICATION_OPEN": Message("another application for the registration was open", "该登记尚有未办结的申请"),
    "RENEWAL_UNTIMELY": Message("the renewal came before its window", "续展申请早于规定期间"),
    "SUPPLEMENT_REPEATED": Message("a supplement is asked for once", "补正只能要求一次"),
    "SUPPLEMENT_NOT_LATE": Message("the supplement was not late yet", "补正尚未逾期"),
    "STAGE_MISSTATED": Message("the step leads to another stage", "步骤所至环节不符"),
    "DEADLINE_MISSTATED": Message("the deadline is not what policy and calendar give", "期限与参数及工作日历推算不符"),
    "LATE_MISSTATED": Message("whether the step was late is misstated", "是否逾期记载不符"),
    "NOTICE_RUNNING": Message("the notice had not ended", "公示期未满"),
    "OBJECTIONS_OPEN": Message("an objection was open", "尚有未决异议"),
    "REVIEWER_ISSUES": Message("the account that passed the review also issued", "审核与登记为同一账户"),
    "SUPERSEDES_MISSTATED": Message("the version that ends is misstated", "被取代版本记载不符"),
    "VALIDITY_MISSTATED": Message("the end of the term is not what policy gives", "有效期与参数推算不符"),
    "STATUS_MISSTATED": Message("the event and the status it states do not fit", "事件与所载状态不符"),
    "SETTLED_EARLY": Message("the version had not ended, or was settled", "登记版本尚未终结或已了结"),
    "NATIONAL_CODE": Message("a national code has 1 to 64 visible ASCII characters", "国家登记码格式不合规"),
    "NATIONAL_CODE_TAKEN": Message("the national code belongs to a registration", "国家登记码已被使用"),
    # Objections
    "OBJECTION_NUMBER": Message("the objection's number is not the next", "异议编号不连续"),
    "OBJECTION_TARGET": Message(
        "an objection is against exactly one thing, and has a ground", "异议须针对一项并说明依据"
    ),
    "OBJECTION_VERSION": Message("the objection means another version of the entry", "异议所指条目版本不符"),
    "OBJECTION_NOT_OPEN_TO": Message("the version is neither under notice nor in force", "该版本既未公示也非有效"),
    "OBJECTION_EVIDENCE": Message("a person's objection needs its evidence", "个人异议须附证据"),
    "OBJECTION_RESPONSIBLE": Message("another organization is responsible", "异议处理机构不符"),
    "OBJECTOR_MISSTATED": Message("the objector is not the account's organization", "异议人并非账户所属机构"),
    "OBJECTION_REPEATED": Message("the objector had an open one against the version", "同一异议人已有未决异议"),
    "OBJECTION_UNKNOWN": Message("there is no such objection", "异议不存在"),
    "OBJECTION_STATE": Message("the objection's state does not allow this", "异议状态不允许此操作"),
    "OBJECTION_NOT_OVERDUE": Message("a SUPERVISOR decides only what is overdue", "监督账户只能处理逾期异议"),
    "OBJECTION_NOT_CORRECTED": Message("the entry has no later version", "条目尚无更正版本"),
    **GRANT_BREACHES,
}
"""Each a rule that an act broke: a difference."""

FLAGS: Final[dict[str, Message]] = {
    "COMPROMISED": Message("the account was compromised by then", "账户当时已失密"),
    "HELD_ITEMS": Message(
        "items of an entry that a grant holds changed their places", "被授权占用的条目信息项位置有变动"
    ),
    "MALFORMED": Message("the content cannot be read", "内容格式不合规"),
}
"""Each a reason to look: no rule is broken."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One act, and what is found of it."""

    code: str
    index: int
    block: int
    account: bytes
    detail: str = ""
    """What differs, with values; the same in every language."""

    @property
    def message(self) -> Message:
        """What the code means."""
        return BREACHES.get(self.code) or FLAGS[self.code]

    @property
    def is_flag(self) -> bool:
        """Whether no rule is broken."""
        return self.code in FLAGS


def found(code: str, act: Act, detail: str = "") -> Finding:
    """A finding on an act."""
    return Finding(code, act.index, act.block, act.account, detail)


def differs(code: str, act: Act, got: object, want: object) -> Finding:
    """A finding on an act that says one thing where the rules give another."""
    return found(code, act, f"act says {shown(got)}, rules give {shown(want)}")


def shown(value: object) -> str:
    """A value for people: codes as text, bytes as hex."""
    if value is None:
        return "nothing"
    if isinstance(value, bytes):
        text = value.rstrip(b"\0")
        if len(value) in (16, 18) and text.isalnum() and text.isascii():
            return text.decode()
        return f"0x{value[:32].hex()}" + ("…" if len(value) > 32 else "")
    text_form = str(value)
    return text_form if len(text_form) <= 100 else text_form[:100] + "…"
