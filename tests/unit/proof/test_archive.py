"""Documents in a .zip: each by name, and nothing that would fill memory."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

import ledger.proof.archive as archives
from ledger.errors import Malformed
from ledger.proof.archive import read_archive
from ledger.proof.attachment import PDF_BYTES, read_attachment


def archive(path: Path, **files: bytes) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as made:
        made.mkdir("folder")
        for name, data in files.items():
            made.writestr(name, data)
    return path


def test_files_are_read_by_name(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", b=b"2", a=b"1", **{"folder/\x1bc": b"3"})
    assert list(read_archive(path)) == [("a", b"1"), ("b", b"2"), ("folder/\ufffdc", b"3")]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="holds 0 files"):
        list(read_archive(archive(tmp_path / "empty.zip")))
    large = archive(tmp_path / "large.zip", a=bytes(PDF_BYTES + 1))
    assert large.stat().st_size < 100_000
    with pytest.raises(Malformed, match="a is larger than"):
        list(read_archive(large))
    whole = archive(tmp_path / "whole.zip", a=b"some text" * 100).read_bytes()
    for at in range(0, len(whole), 3):
        (tmp_path / "damaged.zip").write_bytes(whole[:at] + bytes((whole[at] ^ 0xFF,)) + whole[at + 1 :])
        try:
            list(read_archive(tmp_path / "damaged.zip"))
        except Malformed:
            continue


def test_an_archive_that_unpacks_to_far_more_than_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is small enough; thousands like them would be read for hours."""
    monkeypatch.setattr(archives, "_UNPACKED_BYTES", 4 << 20)
    path = archive(tmp_path / "bomb.zip", **{str(at): bytes(1 << 20) for at in range(5)})
    assert path.stat().st_size < 10_000
    files = read_archive(path)
    assert [len(next(files)[1]) for _ in range(4)] == [1 << 20] * 4
    with pytest.raises(Malformed, match="unpacks to more than 4194304 bytes"):
        next(files)


def test_a_pdf_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(Malformed, match="PDF of"):
        read_attachment(b"%PDF-1.7" + bytes(PDF_BYTES))
