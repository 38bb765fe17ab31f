"""One column of a file, as a list of numbers is worked off."""

from collections.abc import Sequence
from pathlib import Path

from ledger.errors import Malformed
from ledger.model.message import Message
from ledger.publish import sources
from ledger.publish.refusal import FileRefused


def read_column(path: Path, names: Sequence[str], missing: Message) -> list[tuple[int, str]]:
    """Row and word of each row: of a CSV or XLSX table's column, or of text with one a line.

    Args:
        names: the names that the column can have; the first that is there counts.
        missing: what is said of a table that has none of them.

    Raises Malformed for what is no text, FileRefused for a table without the column.
    """
    if path.suffix.lower() in (".txt", ""):
        try:
            words = path.read_text("utf-8").split()
        except (OSError, UnicodeDecodeError) as error:
            raise Malformed(f"{path} cannot be read as text: {error}") from error
        return list(enumerate(words, 1))
    source = sources.read(path)
    column = next((name for name in names if name in source.columns), None)
    if column is None:
        raise FileRefused(source.file, "column_missing", missing)
    return [(row.number, str(row.cells.get(column, "")).strip()) for row in source.table_rows]
