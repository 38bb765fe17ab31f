"""Numbers of grants from a file, as a list is worked off."""

from pathlib import Path
from typing import Final

from ledger.errors import Malformed
from ledger.grant import spellings
from ledger.grant.plan_file import NUMBER_MOST
from ledger.grant.rows import Wrong
from ledger.model.message import Message
from ledger.publish import sources
from ledger.publish.refusal import FileRefused

_COLUMNS: Final = ("授权编号", "grant", "number")


def read_numbers(path: Path) -> list[int]:
    """The numbers in a file: a CSV or XLSX table with a column 授权编号, or text with one a line; each once.

    Raises Malformed naming every one that is none, FileRefused for a table without the column.
    """
    if path.suffix.lower() in (".txt", ""):
        try:
            words = path.read_text("utf-8").split()
        except (OSError, UnicodeDecodeError) as error:
            raise Malformed(f"{path} cannot be read as text: {error}") from error
        rows = list(enumerate(words, 1))
    else:
        source = sources.read(path)
        column = next((name for name in _COLUMNS if name in source.columns), None)
        if column is None:
            message = Message("has no column grant (授权编号)", "没有“授权编号”列")
            raise FileRefused(source.file, "column_missing", message)
        rows = [(row.number, str(row.cells.get(column, "")).strip()) for row in source.table_rows]
    read = spellings.number(1, NUMBER_MOST)
    numbers: dict[int, None] = {}
    faults = []
    for row, word in rows:
        try:
            numbers[read(word)] = None
        except Wrong as wrong:
            faults.append(f"row {row}: {word[:40]!r} {wrong.why.en}")
    if faults or not numbers:
        raise Malformed("; ".join(faults[:20]) or f"{path} names no grant")
    return list(numbers)
