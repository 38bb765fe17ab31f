"""The one attachment of a PDF: what is named and not there, and what is too large."""

from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

import ledger.proof.attachment as attachment
from ledger.errors import Malformed
from ledger.model.certificate import CERTIFICATE_BYTES
from ledger.proof.attachment import read_attachment


def pdf(content: bytes = b"{}", change: Callable[[PdfWriter], object] = lambda writer: None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("certificate.json", content)
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_the_attachment_is_read() -> None:
    assert read_attachment(pdf(b"content")) == b"content"


def test_an_attachment_that_is_too_large() -> None:
    with pytest.raises(Malformed, match="the attachment is larger than"):
        read_attachment(pdf(bytes(CERTIFICATE_BYTES + 1)))


def test_an_attachment_that_is_named_and_not_there() -> None:
    def name_another(writer: PdfWriter) -> None:
        named = DictionaryObject({NameObject("/EF"): DictionaryObject({NameObject("/F"): NumberObject(1)})})
        writer.root_object[NameObject("/AF")] = ArrayObject([named])

    with pytest.raises(Malformed, match="names an attachment that is not in it"):
        read_attachment(pdf(change=name_another))


def test_a_pdf_of_very_many_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachment, "_OBJECTS", 10)
    with pytest.raises(Malformed, match="more than 10 objects"):
        read_attachment(pdf())


def test_references_to_what_is_no_container_are_passed_over() -> None:
    def refer(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/Odd")] = writer._add_object(NumberObject(5))

    assert read_attachment(pdf(change=refer)) == b"{}"
