"""Numbers of grants from a file, as a list is worked off."""

from pathlib import Path
from typing import Final

from ledger.errors import Malformed
from ledger.grant import spellings
from ledger.grant.plan_file import NUMBER_MOST
from ledger.grant.rows import Wrong
from ledger.model.message import Message
from ledger.publish.column import read_column

_COLUMNS: Final = ("授权编号", "grant", "number")


def read_numbers(path: Path) -> list[int]:
    """The numbers in a file: a CSV or XLSX table with a column 授权编号, or text with one a line; each once.

    Raises Malformed naming every one that is none, FileRefused for a table without the column.
    """
    missing = Message("has no column grant (授权编号)", "没有“授权编号”列")
    rows = read_column(path, _COLUMNS, missing)
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
