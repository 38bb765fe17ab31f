"""The application form for registration (登记申请表), by domain.md §2.5; its groups follow 发改数据规〔2025〕26号.

The exact national form is not confirmed: which fields there are, and which are required, is this table and nothing
else. A certificate names its fields itself, so a changed table changes no certificate that was issued.

Withheld are contact persons and signers, places of storage, the text of an assessment, and digests of letters that
are short, follow a pattern or name a person: the digest of such a letter could be guessed. Not stated is absent.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as member
from typing import Final

from ledger.errors import Malformed
from ledger.model import personal
from ledger.model.application import content_of
from ledger.model.form_field import FormField, Kind, Visibility
from ledger.model.message import Message

_SUBJECT, _AGENT, _DATA, _SOURCE = "主体信息", "委托代理", "数据基本信息", "来源合规"
_STORAGE, _PRODUCT, _USE, _SECURITY, _UNDERTAKING = "存储与存证", "产品和服务", "应用场景", "安全", "承诺"
_PUBLIC, _WITHHELD = Visibility.PUBLIC, Visibility.WITHHELD

RESOURCE, PRODUCT = "公共数据资源", "产品和服务"
"""Values of `object_type`."""
_YES_NO = ("不涉及", "涉及")
_LEVELS = ("1级", "2级", "3级", "4级")
_SUBJECT_KINDS = ("党政机关", "事业单位", "公用企业", "运营机构", "国家部委", "在京企业")
_SUBJECT_LEVELS = ("国家", "省（市）", "市", "区县", "街道乡镇", "社区村")
_CYCLES = ("实时", "每日", "每周", "每月", "每季度", "每半年", "每年", "其他")
_SOURCES = ("自行产生", "委托采集", "共享获得", "授权加工")
_PRODUCT_FORMS = ("数据集", "接口", "模型", "核验", "评价指数", "报告")
_PURPOSES = ("公共治理", "公益事业", "产业发展", "行业发展")

FORM: Final = (
    FormField(_SUBJECT, "subject_name", "主体名称", required=True, visibility=_PUBLIC),
    FormField(_SUBJECT, "subject_code", "统一社会信用代码", Kind.ORGANIZATION_CODE, True, _PUBLIC),
    FormField(_SUBJECT, "subject_kind", "主体类型", Kind.CHOICE, True, choices=_SUBJECT_KINDS),
    FormField(_SUBJECT, "subject_area", "行政区划代码", Kind.AREA, True),
    FormField(_SUBJECT, "subject_level", "层级", Kind.CHOICE, choices=_SUBJECT_LEVELS),
    FormField(_SUBJECT, "contact_name", "联系人", required=True, visibility=_WITHHELD),
    FormField(_SUBJECT, "contact_phone", "联系电话", required=True, visibility=_WITHHELD),
    FormField(_SUBJECT, "legal_representative", "法定代表人", visibility=_WITHHELD),
    FormField(_AGENT, "agent_organization", "代理机构"),
    FormField(_AGENT, "agent_name", "代理人", visibility=_WITHHELD, needed_with=("agent_organization", "")),
    FormField(
        _AGENT,
        "agent_authorization_digest",
        "授权书摘要值",
        Kind.DIGEST,
        visibility=_WITHHELD,
        needed_with=("agent_organization", ""),
    ),
    FormField(_AGENT, "agent_valid_until", "授权有效期至", Kind.DATE, needed_with=("agent_organization", "")),
    FormField(_DATA, "title", "登记名称", required=True, visibility=_PUBLIC),
    FormField(_DATA, "object_type", "对象类型", Kind.CHOICE, True, _PUBLIC, (RESOURCE, PRODUCT)),
    FormField(_DATA, "abstract", "摘要", Kind.TEXT, True, _PUBLIC),
    FormField(_DATA, "industry", "所属行业", required=True, visibility=_PUBLIC),
    FormField(_DATA, "theme", "主题"),
    FormField(_DATA, "spatial", "地域范围"),
    FormField(_DATA, "temporal", "时间范围"),
    FormField(_DATA, "formats", "数据格式", Kind.LIST),
    FormField(_DATA, "volume", "数据规模"),
    FormField(_DATA, "update_cycle", "更新频率", Kind.CHOICE, True, _PUBLIC, _CYCLES),
    FormField(_DATA, "keywords", "关键词", Kind.LIST),
    FormField(_DATA, "catalog_codes", "关联目录编码", Kind.LIST),
    FormField(_SOURCE, "source_kind", "数据来源", Kind.CHOICE, True, choices=_SOURCES),
    FormField(_SOURCE, "mandate", "法定职责依据", Kind.TEXT, True),
    FormField(
        _SOURCE,
        "consent_digest",
        "提供单位同意书摘要值",
        Kind.DIGEST,
        visibility=_WITHHELD,
        needed_with=("source_kind", "共享获得"),
    ),
    FormField(_SOURCE, "personal_information", "个人信息", Kind.CHOICE, True, choices=_YES_NO),
    FormField(_SOURCE, "important_data", "重要数据", Kind.CHOICE, True, choices=_YES_NO),
    FormField(_STORAGE, "storage_location", "存储位置", visibility=_WITHHELD),
    FormField(_STORAGE, "storage_method", "存储方式"),
    FormField(_STORAGE, "evidence_institution", "存证机构"),
    FormField(_STORAGE, "evidence_chain", "存证链"),
    FormField(_STORAGE, "evidence_number", "存证编号"),
    FormField(_STORAGE, "evidence_sha256", "存证摘要值（SHA-256）", Kind.DIGEST),
    FormField(_STORAGE, "evidence_sm3", "存证摘要值（SM3）", Kind.DIGEST),
    FormField(_STORAGE, "evidence_date", "存证日期", Kind.DATE),
    FormField(_PRODUCT, "product_name", "产品名称", needed_with=("object_type", PRODUCT)),
    FormField(
        _PRODUCT,
        "product_form",
        "产品形态",
        Kind.CHOICE,
        choices=_PRODUCT_FORMS,
        visibility=_PUBLIC,
        needed_with=("object_type", PRODUCT),
    ),
    FormField(_PRODUCT, "resource_registrations", "资源登记号", Kind.LIST),
    FormField(_PRODUCT, "grant_number", "授权编号"),
    FormField(_PRODUCT, "fee", "收费标准"),
    FormField(_USE, "scene", "应用场景"),
    FormField(_USE, "purpose", "用途类别", Kind.CHOICE, visibility=_PUBLIC, choices=_PURPOSES),
    FormField(_SECURITY, "level", "数据级别", Kind.CHOICE, True, choices=_LEVELS),
    FormField(_SECURITY, "assessment", "安全评估结论", Kind.TEXT, visibility=_WITHHELD),
    FormField(_SECURITY, "assessment_institution", "安全评估机构"),
    FormField(_SECURITY, "assessment_digest", "安全评估报告摘要值", Kind.DIGEST),
    FormField(_UNDERTAKING, "undertaking_digest", "登记承诺书摘要值", Kind.DIGEST, True, _WITHHELD),
    FormField(_UNDERTAKING, "undertaking_signer", "承诺书签署人", required=True, visibility=_WITHHELD),
    FormField(_UNDERTAKING, "undertaking_date", "承诺日期", Kind.DATE, True),
)
BY_NAME: Final = {field.name: field for field in FORM}
_BY_HEADING: Final = BY_NAME | {field.label: field for field in FORM}
PUBLIC_BYTES: Final = 20_000
"""Most bytes of public values: they stand twice in an act, as leaves and as content, and an act has 65,535."""
_FREE = (Kind.LINE, Kind.TEXT, Kind.LIST)
_MARKS = re.compile(r"[\s*＊:：]+$")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of an application."""

    field: str
    message: Message


@dataclass(frozen=True, slots=True)
class FilledForm:
    """Values that passed, in the order of the form, and which of them the application withholds."""

    values: dict[str, str] = member(repr=False)
    withheld: frozenset[str]

    @property
    def content(self) -> bytes:
        """The public content of the application."""
        return content_of({name: value for name, value in self.values.items() if name not in self.withheld})


class FormRefused(Malformed):
    """A form with problems: all of them at once, so that a supplement is asked for once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{problem.field}: {problem.message.en}" for problem in problems))
        self.problems = problems


def field_of(heading: str) -> FormField | None:
    """The field of a column heading: its name or its label, with or without the star of required fields."""
    return _BY_HEADING.get(_MARKS.sub("", heading.strip()).replace("(", "（").replace(")", "）"))


def label_of(name: str) -> str:
    """The label of a field; a name that this form does not know stands for itself."""
    return BY_NAME[name].label if name in BY_NAME else name


def read_form(raw: Mapping[str, str], withhold: Collection[str] = ()) -> FilledForm:
    """The form that a person filled in, keyed by name or label.

    Args:
        withhold: names of fields to withhold beside those that always are.

    Raises FormRefused with every problem found.
    """
    problems: list[Problem] = []
    given: dict[str, str] = {}
    for heading, value in raw.items():
        field = field_of(heading)
        if field is None:
            problems.append(Problem(heading, Message("the form has no such field", "登记表中没有该字段")))
        elif field.name in given:
            problems.append(Problem(field.name, Message("given twice", "重复填写")))
        else:
            given[field.name] = value
    withheld = {field.name for field in FORM if field.withheld} | set(withhold)
    problems += _unwithholdable(withhold)
    values: dict[str, str] = {}
    for field in FORM:
        try:
            value = field.read(given.get(field.name, ""))
        except Malformed as error:
            # What is typed into a withheld field is quoted to nobody.
            said = f"is not what {field.kind.name.lower()} fields hold" if field.withheld else str(error)
            problems.append(Problem(field.name, Message(said, f"{field.label}:{said}")))
            continue
        if value:
            values[field.name] = value
            if field.name not in withheld:
                problems += _personal(field, value)
    refused = {problem.field for problem in problems}
    problems += [problem for problem in _gaps(values) if problem.field not in refused]
    size = sum(len(value.encode("utf-8")) for name, value in values.items() if name not in withheld)
    if size > PUBLIC_BYTES:
        message = Message(
            f"{size} bytes of public values, at most {PUBLIC_BYTES}", f"公开内容共 {size} 字节，最多 {PUBLIC_BYTES}"
        )
        problems.append(Problem("form", message))
    if problems:
        raise FormRefused(tuple(problems))
    return FilledForm(values, frozenset(withheld & values.keys()))


def _unwithholdable(names: Collection[str]) -> list[Problem]:
    problems = []
    for name in names:
        if name not in BY_NAME:
            problems.append(Problem(name, Message("the form has no such field", "登记表中没有该字段")))
        elif BY_NAME[name].visibility is _PUBLIC:
            message = Message("is part of the public notice and cannot be withheld", "属于公示内容，不能隐去")
            problems.append(Problem(name, message))
    return problems


def _gaps(values: Mapping[str, str]) -> list[Problem]:
    problems = []
    for field in FORM:
        if field.name in values:
            continue
        if field.required:
            problems.append(Problem(field.name, Message("is required", f"{field.label}为必填项")))
        elif field.needed_with is not None:
            other, wanted = field.needed_with
            if other in values and wanted in ("", values[other]):
                zh = f"填写“{label_of(other)}”为“{values[other]}”时，{field.label}为必填项"
                problems.append(Problem(field.name, Message(f"is required with {other}", zh)))
    return problems


def _personal(field: FormField, value: str) -> list[Problem]:
    """What must not be published is refused before anything is signed."""
    if field.kind not in _FREE or not personal.findings(value):
        return []
    kinds = ", ".join(dict.fromkeys(finding.kind for finding in personal.findings(value)))
    return [
        Problem(
            field.name,
            Message(
                f"holds what must not be published ({kinds}): remove it, or withhold the field",
                "含有不得公开的内容（身份证号、手机号、邮箱或密级标志）：请删除或隐去该字段",
            ),
        )
    ]
