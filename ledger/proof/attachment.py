"""Reading the certificate out of a PDF: its one attachment.

A PDF can name attachments in several places (name tree, associated files, annotations), and readers show different
ones. So everything that can be reached from the document's root is looked at: there must be exactly one embedded file,
wherever it is named. What the pages say is not read at all.
"""

import logging
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from ledger.errors import Malformed
from ledger.model.certificate import CERTIFICATE_BYTES

PDF_BYTES: Final = 16 << 20
"""A certificate's PDF is smaller; more is refused unread."""
_OBJECTS: Final = 200_000
_FILES = ("/F", "/UF", "/DOS", "/Mac", "/Unix")

# What pypdf remarks on while it repairs a file would reach the terminal between the lines of a verdict.
logging.getLogger("pypdf").addHandler(logging.NullHandler())


def is_pdf(data: bytes) -> bool:
    """Whether bytes are meant to be a PDF (ISO 32000-1 §7.5.2; readers look for the header in the first 1024)."""
    return b"%PDF-" in data[:1024]


def read_attachment(data: bytes) -> bytes:
    """The one file embedded in a PDF. Raises Malformed saying what is wrong with the PDF or its attachments."""
    if len(data) > PDF_BYTES:
        raise Malformed(f"PDF of {len(data)} bytes; at most {PDF_BYTES}")
    # Loaded here: verifying a bundle needs no PDF library.
    from pypdf import PdfReader, apply_configuration

    try:
        with apply_configuration(
            zlib_maximum_output_length=PDF_BYTES,
            lzw_maximum_output_length=PDF_BYTES,
            run_length_maximum_output_length=PDF_BYTES,
            stream_decoding_work_maximum_length=4 * PDF_BYTES,
            # A certificate has no image that needs another program, and a stranger's PDF starts none.
            jbig2dec_binary=None,
        ):
            reader = PdfReader(BytesIO(data))
            if reader.is_encrypted:
                raise Malformed("the PDF is encrypted: save it without a password or restrictions, or ask for a copy")
            streams = list(_embedded(reader.trailer))
            if not streams:
                raise Malformed(
                    "the PDF has no attachment: a certificate's PDF carries its JSON as the one attachment. Some "
                    "programs drop it when they print, merge or convert; take the PDF as it was issued, or the JSON"
                )
            if len(streams) > 1:
                raise Malformed(
                    f"the PDF has {len(streams)} attachments, and a certificate's exactly one: which of them is meant "
                    "cannot be told. Take the PDF as it was issued, or save the right attachment and verify that"
                )
            content = streams[0].get_data()
    except Malformed:
        raise
    except Exception as error:
        # A damaged PDF can fail anywhere in the library, with any exception.
        raise Malformed(f"the PDF is damaged or no PDF: {type(error).__name__}: {str(error)[:120]}") from error
    if not isinstance(content, bytes) or len(content) > CERTIFICATE_BYTES:
        raise Malformed(f"the attachment is larger than {CERTIFICATE_BYTES} bytes")
    return content


def _embedded(trailer: Any) -> Iterator[Any]:
    """Every embedded file's stream that can be reached, each once."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

    seen, found = set[tuple[int, int]](), set[int]()
    waiting: list[Any] = [trailer.raw_get("/Root")]
    looked_at = 0
    while waiting:
        value = waiting.pop()
        looked_at += 1
        if looked_at > _OBJECTS:
            raise Malformed(f"the PDF has more than {_OBJECTS} objects: it is no certificate's")
        if isinstance(value, IndirectObject):
            key = (value.idnum, value.generation)
            if key in seen:
                continue
            seen.add(key)
            value = value.get_object()
        if isinstance(value, DictionaryObject):
            members: dict[Any, Any] = value
            files = [value] if "/Type" in members and members["/Type"] == "/EmbeddedFile" else []
            if "/EF" in members:
                embedded = members["/EF"]
                files += [embedded[name] for name in _FILES if name in embedded]
            for file in files:
                if not isinstance(file, StreamObject):
                    raise Malformed("the PDF names an attachment that is not in it")
                if id(file) not in found:
                    found.add(id(file))
                    yield file
        elif not isinstance(value, ArrayObject):
            continue
        inner = value.values() if isinstance(value, DictionaryObject) else value
        waiting += [item for item in inner if isinstance(item, IndirectObject | DictionaryObject | ArrayObject)]
