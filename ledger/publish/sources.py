"""Reading a source: CSV, XLSX or JSON, told apart by content, of bounded size."""

from pathlib import Path
from typing import Final

from ledger.model.message import Message
from ledger.publish import csv_source, json_source, xlsx_source
from ledger.publish.refusal import FileRefused
from ledger.publish.source import Source, empty

FILE_BYTES: Final = 256 << 20


def read(path: Path, sheet: str | None = None) -> Source:
    """Reads a CSV, XLSX or JSON file, told apart by its content. `sheet` names the sheet of a workbook.

    Raises FileRefused when the file cannot be used at all.
    """
    data = _bytes(path)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return xlsx_source.read(path.name, data, sheet)
    if path.suffix.lower() == ".json" or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return json_source.read(path.name, data)
    return csv_source.read(path.name, data)


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > FILE_BYTES:
            raise FileRefused(
                path.name,
                "file_too_large",
                Message(
                    f"has {size:,} bytes, more than {FILE_BYTES:,}: split it",
                    f"大小 {size:,} 字节，超过上限 {FILE_BYTES:,}，请拆分",
                ),
            )
        data = path.read_bytes()
    except OSError as error:
        raise FileRefused(
            path.name,
            "file_unreadable",
            Message(f"cannot be read: {error.strerror}", f"无法读取：{error.strerror}"),
        ) from error
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise empty(path.name)
    return data
