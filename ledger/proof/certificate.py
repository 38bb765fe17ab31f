"""Verifies a certificate: its JSON, or the one attachment of its PDF."""

import json
from dataclasses import dataclass
from datetime import datetime

from ledger.errors import Contradicted, Malformed
from ledger.merkle import sm3
from ledger.merkle.fields import sha256_root, sm3_root
from ledger.model.certificate import FORMAT, Certificate, parse_certificate
from ledger.model.ids import to_hex
from ledger.model.registration_form import label_of
from ledger.proof.attachment import is_pdf, read_attachment
from ledger.proof.checks import Checks
from ledger.proof.registration import RegistrationEvidence, check_registration, described, require_past
from ledger.proof.trust import Trust
from ledger.proof.verdict import Report


@dataclass(frozen=True, slots=True)
class Document:
    """A certificate as it was handed in."""

    certificate: Certificate
    attached: bool
    """Whether it was the attachment of a PDF."""


def is_certificate(data: bytes) -> bool:
    """Whether bytes are meant to be a certificate: a PDF, or JSON of its format."""
    if is_pdf(data):
        return True
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(raw, dict) and raw.get("format") == FORMAT


def read_document(data: bytes) -> Document:
    """The certificate in a JSON or PDF file. Raises Malformed saying what is wrong with it."""
    if not is_pdf(data):
        return Document(parse_certificate(data), attached=False)
    attachment = read_attachment(data)
    try:
        return Document(parse_certificate(attachment), attached=True)
    except Malformed as error:
        raise Malformed(f"the PDF's attachment is no certificate: {error}") from error


def verify_certificate(
    document: Document,
    trust: Trust,
    node: RegistrationEvidence | None,
    now: datetime,
    at: datetime | None = None,
) -> Report:
    """The verdict on a certificate.

    Args:
        node: what a node said of its registration and version, or None when none could be asked.
        now: the verifier's clock, aware.
        at: a past time to ask about, aware; None for now.

    Raises Malformed when `at` has not come yet.
    """
    require_past(at, now)
    certificate = document.certificate
    run = Checks(trust)
    if document.attached:
        run.note(
            "page",
            "verified is the PDF's attachment; the text of its pages was not checked: compare it with the fields above",
            "核验的是 PDF 所附文件；页面文字未经核验，请与上列字段对照",
        )
    run.check(
        "trust",
        lambda: _check_origin(certificate, trust),
        "the certificate speaks of the trusted journal",
        "凭证所指账本与信任文件一致",
    )
    run.check(
        "content",
        lambda: _check_root("SHA-256", sha256_root(certificate.fields), certificate.roots.sha256),
        f"{len(certificate.fields)} fields, {certificate.withheld} of them withheld, lead to the SHA-256 root",
        f"{len(certificate.fields)} 个字段（其中 {certificate.withheld} 个隐去）可得出 SHA-256 字段根",
    )
    _check_sm3(run, certificate)
    if certificate.bundle is not None:
        run.note("bundle", "carries a bundle, which this version does not read", "凭证附有证明包，本版本不读取")
    if node is None:
        run.missing(
            "node",
            "no node has answered: whether this was issued, and what it is worth, is open",
            "没有节点的答复：是否确已登记、当前状态如何，无法判断",
        )
    else:
        check_registration(run, certificate, node, now, at)
    return run.report(_described(certificate, node))


def _check_origin(certificate: Certificate, trust: Trust) -> None:
    if certificate.origin != trust.origin:
        raise Contradicted(
            "origin",
            f"the certificate speaks of journal {to_hex(certificate.origin)}, the trust file of {to_hex(trust.origin)}",
        )


def _check_root(hash_name: str, own: bytes, stated: bytes) -> None:
    if own != stated:
        raise Contradicted(
            "content",
            f"the fields lead to {hash_name} root {to_hex(own)}, the certificate states {to_hex(stated)}: a field was "
            "changed",
        )


def _check_sm3(run: Checks, certificate: Certificate) -> None:
    if not sm3.available():
        # Nothing rests on it: the root that is proven is the SHA-256 one.
        run.note("sm3", "this Python's OpenSSL computes no SM3", "本机 OpenSSL 不支持 SM3")
        return
    run.check(
        "sm3",
        lambda: _check_root("SM3", sm3_root(certificate.fields), certificate.roots.sm3),
        "the fields lead to the SM3 root, which is not proven on chain",
        "各字段可得出 SM3 字段根（链上不证明此项）",
    )


def _described(certificate: Certificate, node: RegistrationEvidence | None) -> dict[str, str]:
    """What the certificate says and the node adds; control characters never reach a terminal."""
    said = {
        "registration": certificate.registration,
        "version": str(certificate.version),
        "journal": to_hex(certificate.origin),
        **described(certificate, node),
    }
    for name, value in certificate.shown.items():
        label = label_of(name)
        said[name if label == name else f"{name} {label}"] = _printable(value)
    if certificate.withheld:
        said["withheld"] = str(certificate.withheld)
    return said


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " if c == "\n" else "�" for c in text)
