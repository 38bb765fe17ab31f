"""Documents in a .zip: read one after the other, none larger than a document may be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from ledger.errors import Malformed
from ledger.proof.attachment import PDF_BYTES

_FILES: Final = 100_000
_UNPACKED_BYTES: Final = 64 << 20
_RATIO: Final = 50
"""How many times its size an archive may unpack to, beyond the bytes above: documents are hex, and shrink to half."""


def read_archive(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file in a .zip, by name; folders are passed over.

    Raises Malformed when it is damaged, encrypted, empty, holds a file that is larger than a certificate's PDF, or
    would unpack to far more than its size.
    """
    unpacked = 0
    try:
        most = max(_UNPACKED_BYTES, _RATIO * path.stat().st_size)
        with ZipFile(path) as archive:
            files = sorted((one for one in archive.infolist() if not one.is_dir()), key=lambda one: one.filename)
            if not 0 < len(files) <= _FILES:
                raise Malformed(f"{path}: holds {len(files)} files, want 1 to {_FILES}")
            for one in files:
                with archive.open(one) as file:
                    # What the directory says of sizes is not believed.
                    data = file.read(PDF_BYTES + 1)
                if len(data) > PDF_BYTES:
                    raise Malformed(f"{path}: {_printable(one.filename)} is larger than {PDF_BYTES} bytes")
                unpacked += len(data)
                if unpacked > most:
                    raise Malformed(f"{path}: unpacks to more than {most} bytes: split it")
                yield _printable(one.filename), data
    except Malformed:
        raise
    except Exception as error:
        # A damaged archive can fail anywhere in the library, with any exception.
        raise Malformed(f"{path}: damaged, encrypted or no .zip: {error}") from error


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in name)
