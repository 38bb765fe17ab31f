"""Verifies a certificate: its JSON, or the one attachment of its PDF."""

from dataclasses import dataclass
from datetime import datetime

from ledger.errors import Contradicted, Malformed
from ledger.merkle import sm3
from ledger.merkle.fields import sha256_root, sm3_root
from ledger.model import canonical
from ledger.model.certificate import FORMAT, Certificate, parse_certificate
from ledger.model.ids import to_hex
from ledger.model.registration_form import label_of
from ledger.proof.attachment import is_pdf, read_attachment
from ledger.proof.bundle import Bundle, parse_bundle
from ledger.proof.checks import Checks
from ledger.proof.facts import Facts
from ledger.proof.node import NodeEvidence, check_today
from ledger.proof.recorded import printable
from ledger.proof.registration import Shown, described, require_past
from ledger.proof.standing import check_standing, newest
from ledger.proof.statement import CertificateStatement
from ledger.proof.trust import Trust
from ledger.proof.verdict import Report
from ledger.proof.verify import Proven, check_bundle, knows_contracts


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
        raw = canonical.decode_any(data)
    except Malformed:
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
    node: NodeEvidence | None,
    now: datetime,
    at: datetime | None = None,
) -> Report:
    """The verdict on a certificate: by the bundle in it, by what a node proves, or by the later of both.

    Args:
        node: what a node said of its statement, or None when none could be asked.
        now: the verifier's clock, aware.
        at: a past time to ask about, aware; None for now.

    Raises Malformed when `at` has not come yet, or when the bundle in it is none.
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
        "origin",
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
    statement = statement_of(certificate)
    bundle = bundle_of(certificate)
    facts = None
    if knows_contracts(run, statement):
        proven = _check_own(run, statement, bundle, node)
        today = check_today(run, statement, node) if node is not None and not run.contradicted else None
        facts = newest(proven.facts, today)
        if bundle is None and node is None:
            run.missing(
                "proof",
                "it carries no bundle and no node has answered: whether this was issued, and what it is worth, is open",
                "凭证未附证明包，也没有节点的答复：是否确已登记、当前状态如何，无法判断",
            )
        if facts is not None and not run.contradicted:
            shown = Shown(len(certificate.fields), certificate.shown.get("subject_code"))
            check_standing(run, statement, shown, facts, now, at)
    return run.report(_described(certificate, statement, facts))


def statement_of(certificate: Certificate) -> CertificateStatement:
    """What a certificate states of its registration; the root is that of its fields."""
    return CertificateStatement(certificate.registration, certificate.version, sha256_root(certificate.fields))


def bundle_of(certificate: Certificate) -> Bundle | None:
    """The bundle that a certificate carries. Raises Malformed when what it carries is none."""
    if certificate.bundle is None:
        return None
    try:
        return parse_bundle(canonical.encode(certificate.bundle))
    except Malformed as error:
        raise Malformed(f"the certificate's bundle: {error}") from error


def _check_own(
    run: Checks, statement: CertificateStatement, bundle: Bundle | None, node: NodeEvidence | None
) -> Proven:
    if bundle is None:
        return Proven()
    run.check(
        "bundle",
        lambda: _check_statement(statement, bundle),
        "the bundle in it is of this certificate",
        "所附证明包属于本凭证",
    )
    return Proven() if run.contradicted else check_bundle(run, bundle, node)


def _check_statement(statement: CertificateStatement, bundle: Bundle) -> None:
    if bundle.statement != statement:
        raise Contradicted("content", "the bundle in it proves something else than this certificate states")


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


def _described(certificate: Certificate, statement: CertificateStatement, facts: Facts | None) -> dict[str, str]:
    """What the certificate says and the chain adds; control characters never reach a terminal."""
    said = {
        "registration": certificate.registration,
        "version": str(certificate.version),
        "journal": to_hex(certificate.origin),
        **described(statement, facts.registration if facts else None),
    }
    for name, value in certificate.shown.items():
        label = label_of(name)
        said[name if label == name else f"{name} {label}"] = printable(value)
    if certificate.withheld:
        said["withheld"] = str(certificate.withheld)
    return said
