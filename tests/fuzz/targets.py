"""The parsers that strangers feed, each with genuine inputs, and what a damaged one may do: be refused, or decide
nothing. Anything else is a fault: an exception that is not documented, or a verdict of 0 or 1."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from pypdf import PdfWriter

from ledger.chain.artifacts import keccak256
from ledger.errors import LedgerError, Malformed
from ledger.proof import clique, qbft
from ledger.proof.archive import read_archive
from ledger.proof.certificate import is_certificate, read_document, verify_certificate
from ledger.proof.header import parse_header
from ledger.proof.trie import Trie, account_at, word_at
from ledger.proof.trust import Trust, parse_trust
from ledger.proof.verdict import Verdict
from ledger.proof.verify import verify
from ledger.publish.draft import draft_file
from tests.unit.certificate.material import NOW as CERTIFICATE_NOW
from tests.unit.certificate.material import certificate
from tests.unit.proof.material import BLOCK_TIME
from tests.unit.proof.sealed import KEYS, clique_run, header, sealed_qbft
from tests.unit.proof.test_sealed_bundles import clique_trust, on_clique, on_qbft, qbft_trust
from tests.unit.proof.tries import storage_trie

NOW = BLOCK_TIME + timedelta(minutes=1)


class Broken(AssertionError):
    """A damaged input was taken for a good one."""


@dataclass(frozen=True, slots=True)
class Target:
    """One parser. `read` raises nothing but LedgerError, and Broken where it was fooled."""

    name: str
    samples: tuple[bytes, ...]
    read: Callable[[bytes], None]
    share: int
    """Inputs of every thousand."""
    is_json: bool = False


def targets(folder: Path) -> tuple[Target, ...]:
    """All parsers; files that some of them read lie in a folder."""
    return (
        Target("header", _headers(), _read_header, 380),
        Target("proof nodes", _nodes(), _read_nodes, 300),
        Target("trust file", _trusts(), _read_trust, 150, is_json=True),
        Target("bundle", _bundles(), _read_bundle, 90, is_json=True),
        Target("certificate", (certificate().encode(),), _read_certificate, 60, is_json=True),
        Target("pdf", (_pdf(),), _read_certificate, 8),
        Target("zip", (_zip(),), _reader(folder / "many.zip", _read_zip), 6),
        Target("csv", _tables(), _reader(folder / "list.csv", _read_table), 4),
        Target("xlsx", (_workbook(),), _reader(folder / "list.xlsx", _read_table), 2),
    )


TRUSTED: Final[dict[bytes, Trust]] = {
    on_qbft().encode(): qbft_trust(),
    on_clique().encode(): clique_trust(),
}
_HEADER = header(77, 1_000)


def _headers() -> tuple[bytes, ...]:
    run = clique_run(_HEADER, KEYS[:2], (qbft_trust().windows[1]).addresses)
    return (_HEADER.encode(), sealed_qbft(_HEADER, KEYS[:3]).encode(), run[0].encode())


def _read_header(data: bytes) -> None:
    parsed = parse_header(data)
    if parsed.encode() != data:
        raise Broken("a header has two encodings")
    for read in (qbft.parse_extra_data, qbft.block_hash, clique.signer, clique.listed_signers):
        try:
            read(parsed)
        except LedgerError:
            continue


_SLOTS = {at: bytes([at]) * 32 for at in range(1, 60)}
_STORAGE = storage_trie(_SLOTS)


def _nodes() -> tuple[bytes, ...]:
    return tuple(_STORAGE.nodes.values())


def _read_nodes(data: bytes) -> None:
    """As the root of a trie that is known otherwise, and as one node more."""
    for root in (_STORAGE.root, None):
        pool = [data, *_STORAGE.nodes.values()]
        trie = Trie(root or keccak256(data), pool, "storage")
        for slot in (1, 2, 70):
            try:
                word = word_at(trie, slot)
                if root is not None and word != _SLOTS.get(slot, bytes(32)):
                    raise Broken("a node that is not the trie's was followed")
                account_at(trie, slot.to_bytes(20))
            except LedgerError:
                continue


def _trusts() -> tuple[bytes, ...]:
    return tuple(json.dumps(one.to_json()).encode() for one in (qbft_trust(), clique_trust(), _plain_trust()))


def _plain_trust() -> Trust:
    return replace(qbft_trust(), consensus="development", windows=())


def _read_trust(data: bytes) -> None:
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError):
        return
    read = parse_trust(raw)
    if parse_trust(read.to_json()) != read:
        raise Broken("a trust file is read in two ways")


def _bundles() -> tuple[bytes, ...]:
    return tuple(TRUSTED)


def _read_bundle(data: bytes) -> None:
    if data in TRUSTED:
        return
    for trusted in TRUSTED.values():
        if verify(data, trusted, None, NOW).verdict in (Verdict.VALID, Verdict.NOT_IN_FORCE):
            raise Broken("a damaged bundle was believed")


def _read_certificate(data: bytes) -> None:
    if not is_certificate(data):
        return
    report = verify_certificate(read_document(data), qbft_trust(), None, CERTIFICATE_NOW)
    if report.verdict in (Verdict.VALID, Verdict.NOT_IN_FORCE):
        raise Broken("a certificate without a proof was believed")


def _pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("certificate.json", certificate().encode())
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _zip() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a/bundle.json", on_qbft().encode())
        archive.writestr("b.txt", b"no document" * 50)
    return out.getvalue()


def _read_zip(path: Path) -> None:
    for _, data in read_archive(path):
        try:
            _read_bundle(data)
        except Malformed:
            continue


def _tables() -> tuple[bytes, ...]:
    rows = "目录名称,数源单位,共享类型\n水情日报,市水务局,无条件共享\n,市水务局,\n"
    return rows.encode(), rows.encode("gb18030")


def _workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ("目录名称", "数源单位", "共享类型"), ("水情日报", "市水务局", "无条件共享"), ("", 1, None):
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _read_table(path: Path) -> None:
    draft_file(path)


def _reader(path: Path, read: Callable[[Path], None]) -> Callable[[bytes], None]:
    def from_file(data: bytes) -> None:
        path.write_bytes(data)
        read(path)

    return from_file
