"""The printed certificate: what is in the file, what is not, and what a reader of its attachment says of damaged ones.

What the page looks like is looked at by a person; these are the marks of PDF/A-3B that can be read without a validator.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from ledger.certificate.font import find_font
from ledger.certificate.redact import redact
from ledger.certificate.render import render
from ledger.errors import Malformed, NotFound, Rejected
from ledger.model.certificate import Field
from ledger.proof.attachment import PDF_BYTES, read_attachment
from ledger.proof.certificate import read_document, verify_certificate
from ledger.proof.verdict import Verdict
from tests.unit.certificate.material import NOW, NUMBER, certificate, dossier, drawn, evidence, facts, full_form, trust

CERTIFICATE = certificate()
HONEST = evidence(CERTIFICATE, drawn(CERTIFICATE))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    try:
        font = find_font()
    except NotFound as error:
        pytest.skip(str(error))
    return render(CERTIFICATE, facts(), font)


@pytest.fixture(scope="module")
def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.exhaustive
def test_same_certificate_gives_the_same_file(pdf: bytes) -> None:
    assert render(CERTIFICATE, facts(), find_font()) == pdf


def test_page_shows_what_a_certificate_has(text: str) -> None:
    squeezed = re.sub(r"\s", "", text)
    for shown in (
        "公共数据资源登记凭证",
        NUMBER,
        "登记机构",
        "2026年3月1日至2029年2月28日",
        "尚未赋码",
        "首次登记（第1版）",
    ):
        assert shown in squeezed, shown
    for value in CERTIFICATE.shown.values():
        assert re.sub(r"\s", "", value.replace("\n", "；" if value == "csv\nxlsx" else "")) in squeezed, value
    assert CERTIFICATE.roots.sha256.hex() in squeezed
    assert CERTIFICATE.roots.sm3.hex() in squeezed


def test_no_withheld_value_is_in_the_file(pdf: bytes, text: str) -> None:
    for secret in ("张某某", "13800138000", "市级政务云甲机房", "李某某"):
        assert secret not in text
        assert secret.encode() not in read_attachment(pdf)


def test_pdf_is_marked_as_pdfa_3b(pdf: bytes) -> None:
    """ISO 19005-3 §6.1, 6.2.3, 6.2.11, 6.6, 6.8, as far as it can be read here."""
    reader = PdfReader(BytesIO(pdf))
    catalog = reader.root_object
    assert pdf.startswith(b"%PDF-1.7\n%")
    assert min(pdf[10:14]) > 127
    assert not reader.is_encrypted
    assert len(reader.trailer["/ID"]) == 2  # type: ignore[arg-type]
    metadata = catalog["/Metadata"].get_object()
    assert "/Filter" not in metadata  # type: ignore[operator]
    xmp = metadata.get_data().decode()  # type: ignore[attr-defined]
    assert "<pdfaid:part>3</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in xmp
    (intent,) = catalog["/OutputIntents"]  # type: ignore[misc]
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    assert intent.get_object()["/DestOutputProfile"].get_object()["/N"] == 3
    assert catalog["/Lang"] == "zh-CN"
    (associated,) = catalog["/AF"]  # type: ignore[misc]
    specification = associated.get_object()
    assert specification["/AFRelationship"] == "/Source"
    assert specification["/F"] == specification["/UF"] == "certificate.json"
    assert specification["/EF"]["/F"].get_object()["/Subtype"] == "/application/json"
    assert "/JavaScript" not in catalog.get("/Names", {})
    assert "/OpenAction" not in catalog or isinstance(catalog["/OpenAction"], ArrayObject)


def test_every_font_is_embedded(pdf: bytes) -> None:
    fonts: dict[str, Any] = {}
    for page in PdfReader(BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index, attr-defined]
            fonts[font.get_object()["/BaseFont"]] = font.get_object()
        for annotation in page.get("/Annots", []):
            assert annotation.get_object().get("/F", 0) & 4, "an annotation that is not printed"
    assert len(fonts) == 2
    for font in fonts.values():
        assert "/ToUnicode" in font
        (descendant,) = font["/DescendantFonts"]
        descriptor = descendant.get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & descriptor.keys()


@pytest.mark.exhaustive
def test_missing_glyph_names_character_and_field(pdf: bytes) -> None:
    fields = tuple(
        replace(field, value="𠮷野数据") if isinstance(field, Field) and field.name == "theme" else field
        for field in certificate(dossier(full_form())).fields
    )
    with pytest.raises(Rejected, match=r"'𠮷' \(U\+20BB7\) in theme"):
        render(replace(CERTIFICATE, fields=fields), facts(), find_font())


def test_no_page_without_title_and_subject(pdf: bytes) -> None:
    with pytest.raises(Malformed, match="登记名称"):
        render(redact(CERTIFICATE, ["title"]), facts(), find_font())


@pytest.mark.exhaustive
def test_long_values_break_across_pages(pdf: bytes) -> None:
    long = "一段很长的说明文字，" * 180
    fields = tuple(
        replace(field, value=long) if isinstance(field, Field) and field.name == "mandate" else field
        for field in CERTIFICATE.fields
    )
    made = render(replace(CERTIFICATE, fields=fields), facts(), find_font())
    pages = PdfReader(BytesIO(made)).pages
    assert len(pages) > len(PdfReader(BytesIO(pdf)).pages)
    assert re.sub(r"\s", "", "".join(page.extract_text() for page in pages)).count("一段很长的说明文字") == 180


def test_attachment_is_the_certificate(pdf: bytes) -> None:
    document = read_document(pdf)
    assert document.attached
    assert document.certificate == CERTIFICATE
    assert verify_certificate(document, trust(), HONEST, NOW).verdict is Verdict.VALID


def saved(pdf: bytes, change: Callable[[PdfWriter], object] = lambda writer: None) -> bytes:
    writer = PdfWriter(clone_from=BytesIO(pdf))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_verifies_after_being_saved_again(pdf: bytes) -> None:
    again = saved(pdf, lambda writer: writer.add_metadata({"/Producer": "another program"}))
    assert again != pdf
    assert read_document(again).certificate == CERTIFICATE
    compressed = saved(pdf, lambda writer: [page.compress_content_streams() for page in writer.pages])
    assert verify_certificate(read_document(compressed), trust(), HONEST, NOW).verdict is Verdict.VALID


def printed(pdf: bytes) -> bytes:
    """Only the pages, as a program does that prints to a file."""
    writer = PdfWriter()
    for page in PdfReader(BytesIO(pdf)).pages:
        writer.add_page(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def annotated(writer: PdfWriter) -> None:
    """A second file that only an annotation names."""
    attachment = writer.add_attachment("second.json", b"{}")
    names = writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]  # type: ignore[index]
    specification = names.pop()
    names.pop()
    assert attachment is not None
    page = writer.pages[0]
    annotation = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/FileAttachment"),
            NameObject("/Rect"): ArrayObject([NumberObject(0)] * 4),
            NameObject("/FS"): specification,
            NameObject("/Contents"): TextStringObject("second"),
        }
    )
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (printed, "no attachment"),
        (lambda pdf: saved(pdf, lambda writer: writer.add_attachment("second.json", b"{}")), "2 attachments"),
        (lambda pdf: saved(pdf, lambda writer: writer.add_attachment("certificate.json", b"{}")), "2 attachments"),
        (lambda pdf: saved(pdf, annotated), "2 attachments"),
        (lambda pdf: saved(pdf, lambda writer: writer.encrypt("", "owner", algorithm="RC4-128")), "encrypted"),
        (lambda pdf: pdf[: len(pdf) // 2], "damaged|no attachment"),
        (lambda pdf: b"%PDF-1.7\n", "damaged"),
        (lambda pdf: b"%PDF-1.7\n" + b"\x00" * 1000, "damaged"),
        (lambda pdf: pdf + b" " * PDF_BYTES, "at most"),
    ],
)
def test_says_what_is_wrong_with_a_pdf(pdf: bytes, damage: Callable[[bytes], bytes], said: str) -> None:
    with pytest.raises(Malformed, match=said):
        read_document(damage(pdf))


def test_says_when_the_attachment_is_no_certificate(pdf: bytes) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("certificate.json", b"{}")
    out = BytesIO()
    writer.write(out)
    with pytest.raises(Malformed, match="attachment is no certificate"):
        read_document(out.getvalue())


def test_a_small_file_cannot_hold_a_large_attachment(pdf: bytes) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    attachment = writer.add_attachment("certificate.json", b"0" * (3 * PDF_BYTES))
    assert attachment is not None
    for stream in writer._objects:
        if isinstance(stream, DictionaryObject) and stream.get("/Type") == "/EmbeddedFile":
            place = writer._objects.index(stream)
            writer._objects[place] = stream.flate_encode()  # type: ignore[attr-defined]
    out = BytesIO()
    writer.write(out)
    assert len(out.getvalue()) < 1 << 20
    with pytest.raises(Malformed, match=r"damaged|larger"):
        read_document(out.getvalue())


def test_random_damage_is_refused_or_harmless(pdf: bytes) -> None:
    for at in range(0, len(pdf), 4_001):
        changed = pdf[:at] + bytes([pdf[at] ^ 0x55]) + pdf[at + 1 :]
        try:
            document = read_document(changed)
        except Malformed:
            continue
        assert document.certificate == CERTIFICATE
