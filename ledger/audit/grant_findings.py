"""What breaks a rule of grants, products and disclosures."""

from typing import Final

from ledger.model.message import Message

GRANT_BREACHES: Final[dict[str, Message]] = {
    "GRANT_NUMBER": Message("the grant's number is not the next", "授权编号不连续"),
    "GRANT_UNKNOWN": Message("there is no such grant", "授权不存在"),
    "GRANT_VERSION": Message("the act means another version of the grant", "记录所指授权版本不符"),
    "GRANT_OPEN": Message("another version of the grant was open", "该授权尚有未办结的版本"),
    "GRANT_STATUS": Message("the grant's status does not allow this", "授权状态不允许此操作"),
    "PLAN_KIND": Message(
        "kind, mode, parent and implementing body do not fit together", "授权类型、方式、上级与实施机构不符"
    ),
    "PLAN_PARTY": Message("a party is unknown, suspended, or of a kind that cannot take its part", "授权相关方不合规"),
    "PLAN_CONTENT": Message("the content is empty", "方案内容为空"),
    "PLAN_TERM": Message("the term is empty, over, or longer than policy or the parent allow", "授权期限不合规"),
    "PLAN_TERMS": Message("level, purposes or delegations are not allowed here", "授权分级、用途或下放层级不合规"),
    "PLAN_AREA": Message("the area is none, or not inside the parent's and around the grantee's", "授权区域不合规"),
    "PLAN_PARENT": Message("the parent cannot be delegated by this body now", "上级授权不可下放"),
    "PLAN_APPROVALS": Message("the approvals that it needs are not those of policy", "所需审批与参数不符"),
    "PLAN_STAGE": Message("the procedure is not at a stage that allows this", "当前环节不得办理此步骤"),
    "SCOPE_KIND": Message(
        "an overall grant lists providers, any other entries, a renewal nothing", "授权范围的列明方式不符"
    ),
    "SCOPE_VALUE": Message("operations, items, version or level are no values", "授权范围的值不合规"),
    "SCOPE_REPEATED": Message("it is listed already", "授权范围重复列明"),
    "SCOPE_NOT_COVERED": Message("what is listed is not covered", "所列条目不可授权"),
    "SCOPE_OUTSIDE_PARENT": Message("the parent does not list it, or lists less of it", "超出上级授权范围"),
    "SCOPE_MISSTATED": Message("count or digest of the scope are misstated", "授权范围的数目或摘要不符"),
    "APPROVAL_SCOPE": Message("the signer saw another scope, or there is none", "审批所见范围与登记范围不符"),
    "APPROVAL_NOT_NEEDED": Message("the approval is not needed, or was taken", "该审批无须办理或已办理"),
    "APPROVAL_ORDER": Message("an earlier approval was missing", "前序审批尚未完成"),
    "APPROVAL_ACCOUNT": Message("the account took another approval of this version", "同一账户办理了多项审批"),
    "APPROVAL_CONSENT": Message("the provider was not asked, or has consented", "提供单位无须同意或已同意"),
    "APPROVAL_DOCUMENT": Message("a document is missing, or another agreement was signed", "审批文件缺失或协议不一致"),
    "APPROVAL_DATE": Message("the day of the decision is missing or lies ahead", "集体决策日期不合规"),
    "ENTERED_MISSTATED": Message("whether and from when the version is in force is misstated", "授权生效记载不符"),
    "GRANT_SETTLED_EARLY": Message("the version's scope still counted", "授权范围尚在生效"),
    "GRANT_ENTRY_NOT_HELD": Message("the entry was not held for this version", "条目未被该授权占用"),
    "PRODUCT_NUMBER": Message("the product's number is not the next", "产品编号不连续"),
    "PRODUCT_UNKNOWN": Message("there is no such product", "产品不存在"),
    "PRODUCT_GRANT": Message("the grant is no effective OPERATE grant to the operator", "授权无效或并非授予该运营机构"),
    "PRODUCT_VALUE": Message("form or purpose are no values, or not the grant's", "产品形态或用途不合规"),
    "PRODUCT_CONTENT": Message("the content is empty", "产品内容为空"),
    "PRODUCT_ENTRY": Message("the entry is not the operator's own of kind product, or is listed", "产品目录条目不合规"),
    "PRODUCT_INPUTS": Message(
        "a product has 1 to 64 inputs in ascending order, a developed one none", "产品数据来源数目或次序不合规"
    ),
    "PRODUCT_INPUT_NOT_COVERED": Message("the grant does not cover the input for this form", "产品数据来源未获授权"),
    "PRODUCT_SOURCE": Message("the source cannot be developed by this operator", "不得以该产品再开发"),
    "PRODUCT_STATUS": Message("the product's status does not allow this", "产品状态不允许此操作"),
    "PRICE_DOCUMENT": Message("a ceiling needs its document", "上限收费标准须有依据文件"),
    "PRICE_UNIT": Message("a unit is visible ASCII", "计价单位不合规"),
    "PRICE_NOT_FREE": Message("for governance and the public good nothing is charged", "公共治理、公益事业不得收费"),
    "PRICE_TOO_HIGH": Message("the price exceeds its ceiling", "收费超过上限标准"),
    "CEILING_MISSTATED": Message("whether a price ends with the ceiling is misstated", "原收费标准是否失效记载不符"),
    "DISCLOSURE_YEAR": Message("the year is not over, or before the grant", "披露年度不合规"),
    "DISCLOSURE_KIND": Message("the kind is none, or the grant no OPERATE grant", "披露类别不合规"),
    "DISCLOSURE_CONTENT": Message("the content is empty", "披露内容为空"),
    "DISCLOSURE_VERSION": Message("the version is not the next", "披露版本不连续"),
}
"""By code; stable."""
