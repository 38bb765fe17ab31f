"""The parsers that strangers feed, each with genuine inputs, and what a damaged one may do: be refused, or decide
nothing. Anything else is a fault: an exception that is not documented, or a verdict of 0 or 1."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Final
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

from ledger.certificate.dossier import parse_dossier
from ledger.chain.artifacts import keccak256
from ledger.errors import LedgerError, Malformed
from ledger.merkle.checkpoint import Checkpoint, LogKey, VerifierKey, origin_line, parse_signed
from ledger.merkle.tiles import Tile
from ledger.model import canonical
from ledger.proof import clique, qbft
from ledger.proof.archive import read_archive
from ledger.proof.certificate import is_certificate, read_document, verify_certificate
from ledger.proof.header import parse_header
from ledger.proof.trie import Trie, account_at, word_at
from ledger.proof.trust import Trust, parse_trust
from ledger.proof.verdict import Verdict
from ledger.proof.verify import verify
from tests.fuzz.mutate import damaged
from tests.fuzz.pdfs import pdf
from tests.unit.certificate.material import NOW as CERTIFICATE_NOW
from tests.unit.certificate.material import ORIGIN, certificate, dossier
from tests.unit.proof import granted
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
    make: Callable[[random.Random], bytes]
    """An input: a genuine one, damaged."""
    read: Callable[[bytes], None]
    share: int
    """Inputs of every thousand."""


def documents(folder: Path) -> tuple[Target, ...]:
    """The parsers of what a verifier is given; files that some of them read lie in a folder."""
    return (
        Target("header", _bytes(_headers()), _read_header, 300),
        Target("proof nodes", _bytes(_nodes()), _read_nodes, 230),
        Target("trust file", _json(_trusts()), _read_trust, 110),
        Target("bundle", _json(tuple(TRUSTED)), _read_bundle, 60),
        Target("certificate", _json((certificate().encode(), _carrying())), _read_certificate, 50),
        Target("dossier", _json((dossier().encode(),)), _read_dossier, 15),
        Target("checkpoint", _bytes(_notes()), _read_checkpoint, 40),
        Target("pdf", _pdf, _read_certificate, 20),
        Target("zip", _zip, _from_file(folder / "many.zip", _read_zip), 20),
    )


_GENUINE = 0.05
"""Share of inputs that are not damaged."""


def _bytes(samples: tuple[bytes, ...]) -> Callable[[random.Random], bytes]:
    return lambda dice: dice.choice(samples) if dice.random() < _GENUINE else damaged(dice, samples, False)


def _json(samples: tuple[bytes, ...]) -> Callable[[random.Random], bytes]:
    return lambda dice: dice.choice(samples) if dice.random() < _GENUINE else damaged(dice, samples, True)


TRUSTED: Final[dict[bytes, Trust]] = {
    on_qbft().encode(): qbft_trust(),
    on_clique().encode(): clique_trust(),
    granted.bundle(granted.city(), granted.asked(3)).encode(): qbft_trust(),
    granted.bundle(granted.city(), granted.asked(4)).encode(): qbft_trust(),
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


_SLOTS = {at: bytes([at]) * 32 for at in range(1, 13)}
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
    return tuple(canonical.encode(one.to_json()) for one in (qbft_trust(), clique_trust(), _plain_trust()))


def _plain_trust() -> Trust:
    return replace(qbft_trust(), consensus="development", windows=())


def _read_trust(data: bytes) -> None:
    read = parse_trust(canonical.decode_any(data))
    if parse_trust(read.to_json()) != read:
        raise Broken("a trust file is read in two ways")


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


def _carrying() -> bytes:
    return certificate().with_bundle(on_qbft().to_json()).encode()


def _read_dossier(data: bytes) -> None:
    if parse_dossier(data).encode() != data:
        raise Broken("a dossier has two encodings")


_KEY = LogKey.generate(origin_line(ORIGIN), bytes)


def _notes() -> tuple[bytes, ...]:
    return (
        Checkpoint(_KEY.name, 1201, bytes(32)).sign(_KEY),
        Checkpoint(_KEY.name, 7, bytes(32), ("one", "more")).sign(_KEY),
        str(_KEY.verifier).encode(),
        Tile(0, 1_234_067, 5).path.encode(),
    )


def _read_checkpoint(data: bytes) -> None:
    """As a signed note, as a key, as the path of a tile."""
    text = data.decode("utf-8", "replace")
    for read in (VerifierKey.parse, Tile.parse):
        with suppress(LedgerError):
            read(text)
    checkpoint, note = parse_signed(data)
    note.verify(_KEY.verifier)
    if note.text != checkpoint.text:
        raise Broken("a checkpoint has two encodings")


_CERTIFICATE = certificate().encode()


def _pdf(dice: random.Random) -> bytes:
    made = pdf(dice, _CERTIFICATE)
    return damaged(dice, (made,), False) if dice.random() < 0.4 else made


_BUNDLE = on_qbft().encode()


def _zip(dice: random.Random) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", dice.choice((*(ZIP_DEFLATED, ZIP_STORED) * 5, ZIP_BZIP2, ZIP_LZMA))) as archive:
        archive.writestr("a/bundle.json", _BUNDLE)
        for name in dice.sample(("b.txt", "../c", "\x1b[2J", "甲.json", "a/", "x" * 300), dice.randrange(4)):
            archive.writestr(name, dice.choice((b"no document" * 50, b"", b"{}", bytes(dice.choice((9, 1 << 20))))))
    data = out.getvalue()
    return data if dice.random() < 0.1 else damaged(dice, (data,), False)


def _read_zip(path: Path) -> None:
    for _, data in read_archive(path):
        with suppress(Malformed):
            _read_bundle(data)


def _from_file(path: Path, read: Callable[[Path], None]) -> Callable[[bytes], None]:
    def from_file(data: bytes) -> None:
        path.write_bytes(data)
        read(path)

    return from_file
