"""CSV: UTF-8 with or without byte order mark, GB18030 where it is that (and said), comma, RFC 4180 quotes.

Row numbers are record numbers as a spreadsheet shows them, so a line break inside a quoted cell counts no row.
"""

import csv
import io
import re
from collections.abc import Iterator

from ledger.model.message import Message
from ledger.publish.refusal import Fault, FileRefused
from ledger.publish.source import ROWS, CellBudget, Row, Source, digest, empty, headings, table_row, too_many_rows

_MULTIBYTE = re.compile("[^\x00-\x7f\ufffd]")


def read(file: str, data: bytes) -> Source:
    """The table of a CSV file's bytes. Raises FileRefused for an unknown encoding or an unusable header."""
    text, notes = _decode(file, data)
    records = _records(text)
    first = next(records, None)
    if first is None:
        raise empty(file)
    header_row, header = first
    if isinstance(header, Fault):
        raise FileRefused(
            file, header.code, Message(f"row {header_row}: {header.why.en}", f"第 {header_row} 行：{header.why.zh}")
        )
    columns = headings(file, header)
    if len(columns) == 1 and re.search("[;\t|]", columns[0]):
        raise FileRefused(
            file,
            "separator_unknown",
            Message(
                "its cells are not separated by commas: save it with commas", "单元格不是用逗号分隔：请另存为逗号分隔"
            ),
        )
    rows = []
    budget = CellBudget(file)
    for number, record in records:
        if number > ROWS:
            raise too_many_rows(file)
        budget.take(1 if isinstance(record, Fault) else len(record))
        row = (
            Row(number, {}, (record,))
            if isinstance(record, Fault)
            else table_row(number, columns, record, padded=False)
        )
        rows.append(row)
    return Source(file, "table", digest(data), columns, tuple(rows), notes=notes)


def _records(text: str) -> Iterator[tuple[int, list[str] | Fault]]:
    """Records with their row numbers; blank ones count and are left out."""
    # The module keeps one limit for the whole process. Cells are judged one by one later, so a row with a large
    # cell is a refused row and not the end of the file; the file size bounds it.
    before = csv.field_size_limit(len(text) + 1)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        number = 0
        while True:
            number += 1
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield number, _broken(str(error))
                continue
            if any(cell.strip() for cell in record):
                yield number, record
    finally:
        csv.field_size_limit(before)


def _broken(error: str) -> Fault:
    return Fault(
        None,
        "",
        "quotes_broken",
        Message(f"the quotes of the row do not pair up ({error})", f"该行的引号不配对（{error}）"),
        Message(
            "double a quote inside a quoted cell, close every quoted cell", "引号内的引号请写两个，每个引号都要闭合"
        ),
    )


def _decode(file: str, data: bytes) -> tuple[str, tuple[Message, ...]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(
            file,
            "encoding_unknown",
            Message("is UTF-16 (byte 0): save it as UTF-8", "编码为 UTF-16（第 0 字节）：请另存为 UTF-8"),
        )
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        mark = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        offset = error.start + mark if error.object is not data else error.start
        byte = data[offset]
    if not _mostly_utf_8(data):
        try:
            note = Message("encoding is GB18030, not UTF-8", "文件编码为 GB18030，而非 UTF-8")
            return data.decode("gb18030"), (note,)
        except UnicodeDecodeError:
            pass
    line = data.count(10, 0, offset) + 1
    raise FileRefused(
        file,
        "encoding_unknown",
        Message(
            f"is neither UTF-8 nor GB18030: byte {offset:,} is 0x{byte:02x}, in line {line}; save it as UTF-8",
            f"既不是 UTF-8 也不是 GB18030：第 {offset:,} 字节为 0x{byte:02x}，位于第 {line} 行；请另存为 UTF-8",
        ),
    )


def _mostly_utf_8(data: bytes) -> bool:
    """Whether it is UTF-8 with a few damaged bytes, which GB18030 would read as other characters without complaint."""
    text = data.decode("utf-8", errors="replace")
    return len(_MULTIBYTE.findall(text)) > 4 * text.count("\ufffd")
