"""The one attachment of a PDF: what is named and not there, and what is too large."""

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject

import ledger.proof.attachment as attachment
from ledger.errors import Malformed
from ledger.model.certificate import CERTIFICATE_BYTES
from ledger.proof.attachment import read_attachment

ROOT = Path(__file__).parents[3]


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


def test_no_program_is_run_for_a_filter(tmp_path: Path) -> None:
    """The library hands images of one kind to another program where it finds that on PATH."""
    program, ran = tmp_path / "jbig2dec", tmp_path / "ran"
    program.write_text(f"#!/bin/sh\necho jbig2dec 0.20\ntouch {ran}\n")
    program.chmod(0o755)

    def filtered(writer: PdfWriter) -> None:
        stream = next(one for one in writer._objects if isinstance(one, StreamObject) and "EmbeddedFile" in str(one))
        stream[NameObject("/Filter")] = NameObject("/JBIG2Decode")

    (tmp_path / "a.pdf").write_bytes(pdf(b"image", change=filtered))
    said = subprocess.run(
        [sys.executable, "-c", "from ledger.proof.attachment import *; read_attachment(open('a.pdf', 'rb').read())"],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "DependencyError: jbig2dec binary is not available" in said.stderr
    assert not ran.exists()


def test_references_to_what_is_no_container_are_passed_over() -> None:
    def refer(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/Odd")] = writer._add_object(NumberObject(5))

    assert read_attachment(pdf(change=refer)) == b"{}"
