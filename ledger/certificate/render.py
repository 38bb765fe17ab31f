"""The certificate as a PDF/A-3B (ISO 19005-3): a page for people, and the JSON as its one attachment.

What counts is the attachment; every page says so. The same certificate and facts give the same bytes. Withheld values
are nowhere in it: their rows are not there, only their number.
"""

from contextlib import closing

from ledger.certificate.font import FontFiles
from ledger.certificate.metadata import xmp
from ledger.certificate.page import ATTACHMENT, TITLE, IssueFacts, chinese_date, digest_rows
from ledger.certificate.sheet import GREY, INK, MARGIN_MM, RED, Sheet
from ledger.errors import Malformed
from ledger.model.certificate import Certificate
from ledger.model.form_field import Kind
from ledger.model.registration_form import BY_NAME, label_of

_FOOT = "本页文字供阅读，登记内容以本文件所附 certificate.json 及账本验证结果为准。"
_NOT_LISTED = ("title", "object_type", "subject_name", "subject_code")
"""Fields that the first page shows."""


def render(certificate: Certificate, facts: IssueFacts, font: FontFiles) -> bytes:
    """The bytes of the PDF.

    Raises Rejected for a character that the font cannot draw, naming it and its field; Malformed when title or subject
    are withheld, since a page without them is no certificate (hand over the JSON).
    """
    shown = certificate.shown
    hidden = [label_of(name) for name in _NOT_LISTED if name not in shown]
    if hidden:
        raise Malformed(f"a page cannot be made without {'、'.join(hidden)}: withheld, hand over the JSON instead")
    with closing(Sheet(font, _FOOT, facts.issued_at)) as sheet:
        _draw(sheet, certificate, facts)
        return bytes(sheet.output())


def _draw(sheet: Sheet, certificate: Certificate, facts: IssueFacts) -> None:
    sheet.set_lang("zh-CN")
    name = f"{TITLE} {certificate.registration}"
    sheet.set_title(name)
    sheet.set_xmp_metadata(xmp(name, certificate.shown["title"], facts.registrar, facts.issued_at))
    sheet.embed_file(
        bytes=certificate.encode(),
        basename=ATTACHMENT,
        mime_type="application/json",
        associated_file_relationship="Source",
        desc=f"{TITLE}数据 {certificate.registration}",
        creation_date=facts.issued_at,
        modification_date=facts.issued_at,
        compress=True,
        checksum=True,
    )
    sheet.new_page()
    _front(sheet, certificate, facts)
    sheet.new_page()
    _field_tables(sheet, certificate)
    sheet.heading("摘要值与账本")
    for label, value in digest_rows(facts, certificate.origin, certificate.roots.sha256, certificate.roots.sm3):
        sheet.row("digests", label, value, 40, 8)
    sheet.heading("核验方法")
    sheet.paragraph("text", _how(facts), 9, color=GREY)
    sheet.feet()


def _front(sheet: Sheet, certificate: Certificate, facts: IssueFacts) -> None:
    shown, left, width = certificate.shown, MARGIN_MM, sheet.epw
    sheet.write_text("title", TITLE, left, 34, 29, bold=True, color=RED, align="C", width=width, spacing_pt=3)
    sheet.write_text(
        "title", "Certificate of Public Data Resource Registration", left, 49, 10, color=GREY, align="C", width=width
    )
    sheet.set_draw_color(*RED)
    sheet.set_line_width(0.4)
    sheet.line(sheet.w / 2 - 30, 57.5, sheet.w / 2 + 30, 57.5)
    number = f"登记编号：{certificate.registration}"
    sheet.write_text("registration", number, left, 62, 12, bold=True, align="C", width=width)
    sheet.set_y(75)
    sheet.paragraph("text", _statement(shown["object_type"]), 11.5)
    sheet.set_y(sheet.get_y() + 4)
    for name, label, value in _front_rows(certificate, facts):
        sheet.row(name, label, value, 46, 12, pad=3.1)
    _verification(sheet, facts)


def _front_rows(certificate: Certificate, facts: IssueFacts) -> list[tuple[str, str, str]]:
    shown = certificate.shown
    return [
        ("title", "登记名称", shown["title"]),
        ("object_type", "对象类型", shown["object_type"]),
        ("subject_name", "登记主体", shown["subject_name"]),
        ("subject_code", "统一社会信用代码", shown["subject_code"]),
        ("kind", "登记类型", f"{facts.kind}（第 {certificate.version} 版）"),
        ("national_code", "国家登记码", facts.national_code or "尚未赋码"),
        ("registrar", "登记机构", facts.registrar),
        ("issued_at", "登记日期", chinese_date(facts.issued_on)),
        ("valid_until", "有效期", f"{chinese_date(facts.issued_on)}至{chinese_date(facts.valid_until)}"),
    ]


def _verification(sheet: Sheet, facts: IssueFacts) -> None:
    side, top, left = 36.0, sheet.h - 72, MARGIN_MM
    sheet.qr_code(facts.status_url, left - 3, top, side)
    sheet.write_text("text", "扫码查询当前状态", left - 3, top + side, 8.5, color=GREY, align="C", width=side)
    right = sheet.w / 2 + 4
    width = sheet.w - MARGIN_MM - right
    sheet.write_text("registrar", facts.registrar, right, top + 10, 12.5, bold=True, align="C", width=width)
    sheet.write_text(
        "issued_at", chinese_date(facts.issued_on), right, top + 20, 12.5, color=INK, align="C", width=width
    )


def _field_tables(sheet: Sheet, certificate: Certificate) -> None:
    sheet.write_text("heading", "登记内容", MARGIN_MM, MARGIN_MM, 16, bold=True, color=RED)
    sheet.write_text(
        "registration",
        certificate.registration,
        MARGIN_MM,
        MARGIN_MM + 1.5,
        9.5,
        color=GREY,
        align="R",
        width=sheet.epw,
    )
    sheet.set_y(MARGIN_MM + 7)
    group = ""
    for name, value in certificate.shown.items():
        if name in _NOT_LISTED:
            continue
        field = BY_NAME.get(name)
        own = field.group if field else "其他"
        if own != group:
            group = own
            sheet.heading(group)
        kind = field.kind if field else Kind.LINE
        shown = value.replace("\n", "；") if kind is Kind.LIST else value
        # A digest stays on one line.
        sheet.row(name, label_of(name), shown, 40, 8.5 if kind is Kind.DIGEST else 9.5)
    if certificate.withheld:
        sheet.set_y(sheet.get_y() + 2)
        text = (
            f"另有 {certificate.withheld} 项登记内容未在本凭证中公开，以加盐摘要值列入附件；"
            "持有人可另行出示，并可据此核验。"
        )
        sheet.paragraph("text", text, 9, color=GREY)


def _statement(object_type: str) -> str:
    return f"下列{object_type}经登记申请、受理、审核和公示，予以登记。其登记内容、有效期和状态记载于公共数据目录账本。"


def _how(facts: IssueFacts) -> str:
    return (
        f"一、扫描首页二维码，或访问 {facts.status_url} ，"
        "查询当前状态（有效、已到期、已变更、已注销、已撤销或中止）。\n"
        "二、以 mulu verify 命令核验本文件。核验的是附件 certificate.json：由各字段重新计算字段根，并与账本所存比对；"
        "附件缺失、多于一个或内容有任何改动，均不能通过核验。\n"
        "三、本凭证只证明登记事项，是否有效以核验时账本记载的状态为准。"
    )
