"""What the chain's refusals mean for whoever meets them, and what to do."""

from typing import Final

from ledger.model.message import Message

HINTS: Final = {
    "RegistryNoticeNotEnded": Message(
        "the public notice has not ended: issue it once its last day is over", "公示期未满：公示截止后方可登记"
    ),
    "RegistryObjectionsOpen": Message(
        "an objection against it is open: decide it first (mulu objection list --open)",
        "尚有未决异议：请先处理（mulu objection list --open）",
    ),
    "RegistryReviewerIssues": Message(
        "whoever reviewed never issues: sign with another account", "审核与登记须由不同账户办理：请换账户签名"
    ),
    "RegistryStageInvalid": Message(
        "the step is not open to an application at this stage (mulu registration show)",
        "申请当前阶段不能办理此步骤（mulu registration show 查看）",
    ),
    "RegistryStatusInvalid": Message(
        "the registration's status does not allow this (mulu registration show)",
        "登记当前状态不允许此操作（mulu registration show 查看）",
    ),
    "RegistryVersionConflict": Message(
        "somebody else went on with it meanwhile: look at it, and run the command again",
        "他人已先行办理：请查看后重试",
    ),
    "RegistryReasonMissing": Message("say why, with --reason or --document", "须说明理由：--reason 或 --document"),
    "RegistryEntriesInvalid": Message(
        "a registration is of 1 to 64 entries that are in force", "登记须关联 1 至 64 个有效目录条目"
    ),
    "RegistryNotToSettle": Message("the version has not ended, or is settled already", "该版本尚未终止，或条目已释放"),
    "RegistryNotObjectionable": Message(
        "it can be objected to while under notice or in force", "仅可对公示中或有效的登记提出异议"
    ),
    "ApplicationStillOpen": Message(
        "an application for this registration is still open: withdraw it, or wait for its end",
        "该登记尚有申请在办：请撤回，或待其办结",
    ),
    "ApplicationSubjectInvalid": Message(
        "one applies for one's own organization or one below it", "只能为本机构或下级机构申请登记"
    ),
    "ApplicationRegistrarInvalid": Message("this organization is no registrar", "该机构不是登记机构"),
    "ApplicationSupplementRepeated": Message(
        "a supplement is asked for once: accept or refuse", "补正只能要求一次：请决定是否受理"
    ),
    "ApplicationNotLate": Message("the supplement is not late yet", "补正期限未到"),
    "ApplicationObjectionInvalid": Message(
        "only a correction cites an objection, and only one upheld against this registration",
        "仅更正登记可引用异议，且须为针对本登记的成立异议",
    ),
    "RenewalUntimely": Message(
        "a renewal is applied for within the window before the term ends", "续展须在有效期届满前的规定期间内申请"
    ),
    "ParameterUnknown": Message(
        "policy does not set this parameter yet: mulu policy set --profile beijing",
        "尚未设置该政策参数：mulu policy set",
    ),
    "AccountRoleMissing": Message(
        "the account lacks the role: an ADMIN adds it with mulu account add", "该账户缺少所需角色：请管理员添加"
    ),
    "AccountNotEntitled": Message(
        "the account acts for another organization than this step belongs to", "该账户所属机构无权办理此步骤"
    ),
    "ObjectionNotOverdue": Message("a SUPERVISOR decides only what is overdue", "监督账户只能处理已逾期的异议"),
    "GrantVersionConflict": Message(
        "somebody else went on with this grant meanwhile: look at it, and run the command again",
        "他人已先行办理该授权：请查看后重试",
    ),
    "GrantStillOpen": Message(
        "a version of it is still open: wait for its end, or withdraw it", "该授权尚有版本在办：请待其办结，或先撤回"
    ),
    "GrantStatusInvalid": Message(
        "the grant's status does not allow this (mulu grant show)", "授权当前状态不允许此操作（mulu grant show 查看）"
    ),
    "GrantPartySuspended": Message(
        "the grantor or the grantee is suspended: its version enters into force once that is lifted",
        "授权主体或被授权方处于停用状态：恢复后方可生效",
    ),
    "GrantReasonMissing": Message("say why, with --reason or --document", "须说明理由：--reason 或 --document"),
    "GrantNotToSettle": Message("its scope still counts", "该版本的授权范围仍然有效"),
    "GrantEntryNotHeld": Message("somebody else released it meanwhile", "他人已先行释放"),
    "PlanScopeChanged": Message(
        "the scope changed since it was shown: look at it again, and run the command again",
        "授权范围在展示之后有变更：请重新核对后再签署",
    ),
    "PlanStageInvalid": Message(
        "the version is at a stage that does not allow this (mulu grant show)",
        "该版本当前阶段不允许此操作（mulu grant show 查看）",
    ),
    "PlanApprovalInvalid": Message(
        "the approval is not needed, was taken, or an earlier one is missing (mulu grant show)",
        "该程序无须办理、已办理，或前序程序尚未办结（mulu grant show 查看）",
    ),
    "PlanAccountRepeated": Message(
        "an account takes one approval of a version: sign with another account",
        "同一账户对同一版本只能办理一项程序：请换账户签名",
    ),
    "PlanConsentInvalid": Message(
        "this provider has consented, or has nothing in the scope", "该提供单位已同意，或不在授权范围内"
    ),
    "PlanDocumentInvalid": Message(
        "a countersignature is of the very agreement that the grantor signed",
        "被授权方签署的协议须与授权主体签署的完全一致",
    ),
    "PlanDateInvalid": Message("the day of the decision cannot lie ahead", "集体决策日期不能晚于今日"),
    "PlanPartyInvalid": Message(
        "an OPERATE grant is given by a data, district or sector authority to an operator, a SHARE grant to a "
        "government unit; none of them suspended",
        "授权运营须由数据主管部门、区级或行业主管部门授予运营机构；共享使用须授予政务部门；各方均不得处于停用状态",
    ),
    "PlanTermInvalid": Message(
        "the term is over already, or longer than policy or the parent allow: it must end by `latest`; a renewal is "
        "planned once the term that it renews has begun",
        "期限已过，或超过政策、上级授权所允许的期限；续期须在所续期限开始之后办理",
    ),
    "PlanParentInvalid": Message(
        "the parent is no SHARE grant in force to your organization, or cannot be delegated further",
        "上级授权不是授予本机构的有效共享授权，或不可再授权",
    ),
    "PlanAreaInvalid": Message(
        "a child's area lies inside the parent's and around the grantee's own",
        "区域须在上级授权区域之内，并包含被授权方区划",
    ),
    "GrantScopeNotCovered": Message(
        "share, open, level or registration of the entry do not permit it, or the version listed is not its present "
        "one (mulu catalog show)",
        "条目的共享、开放属性、级别或登记状态不允许授权，或所列并非其现行版本（mulu catalog show 查看）",
    ),
    "GrantScopeOutsideParent": Message(
        "a child lists only what its parent grants (mulu grant show)",
        "下级授权不得超出上级授权（mulu grant show 查看）",
    ),
    "ProductPriceTooHigh": Message(
        "a price stays within the ceiling that the grantor set for this unit (mulu product ceiling)",
        "收费标准不得超过授权主体按同一计价单位核定的上限（mulu product ceiling）",
    ),
    "ProductIsFree": Message(
        "for governance and the public good nothing is charged", "用于公共治理、公益事业的产品不得收费"
    ),
    "ProductGrantInvalid": Message(
        "a product is offered under an OPERATE grant in force to your own organization",
        "产品须依据授予本机构的有效授权运营",
    ),
    "ProductInputNotCovered": Message(
        "the grant does not cover this input for what the product delivers (mulu grant check)",
        "授权未涵盖该输入条目（mulu grant check 查看）",
    ),
    "ProductValueInvalid": Message(
        "the purpose is none of the grant's (mulu grant show)", "产品用途不在授权用途之内（mulu grant show 查看）"
    ),
    "ProductStatusInvalid": Message(
        "the product's status does not allow this (mulu product show)",
        "产品当前状态不允许此操作（mulu product show 查看）",
    ),
    "DisclosureYearInvalid": Message(
        "a year is disclosed once the year is over, and not before the grant began",
        "年度披露须在该年度结束之后，且不早于授权生效",
    ),
    "DisclosureVersionConflict": Message(
        "somebody else disclosed meanwhile: look at it, and run the command again", "他人已先行披露：请查看后重试"
    ),
    "ObjectionRepeated": Message(
        "this objector has an open objection against the version", "该提出人对此版本已有未决异议"
    ),
}
"""By the name of the contract's error."""
