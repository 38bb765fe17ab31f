"""A certificate that seven Clique signers' blocks prove, issued in real time: `scripts/soak certificate --keep`."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ledger.errors import Malformed
from ledger.proof.certificate import read_document, verify_certificate
from ledger.proof.trust import parse_trust
from ledger.proof.verdict import Report, Verdict

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
CERTIFICATE = (VECTORS / "clique_certificate.json").read_bytes()
TRUST = parse_trust(json.loads((VECTORS / "clique_trust.json").read_bytes()))
ISSUED = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
"""When its notice, of 0 working days, ended."""


def verified(data: bytes, now: datetime) -> Report:
    return verify_certificate(read_document(data), TRUST, None, now)


def test_it_is_valid_without_a_node_and_for_as_long_as_the_trust_file_says() -> None:
    report = verified(CERTIFICATE, ISSUED + timedelta(minutes=5))
    assert report.verdict is Verdict.VALID
    assert any("settled by depth 4, not by a quorum of seals" in check.detail.en for check in report.checks)
    assert (TRUST.consensus, len(TRUST.windows[0].addresses)) == ("clique", 7)
    for days, verdict in ((6, Verdict.VALID), (8, Verdict.UNDECIDED)):
        assert verified(CERTIFICATE, ISSUED + timedelta(days=days)).verdict is verdict


def test_a_changed_byte_is_refused() -> None:
    for at in range(0, len(CERTIFICATE), 151):
        forged = CERTIFICATE[:at] + bytes((CERTIFICATE[at] ^ 1,)) + CERTIFICATE[at + 1 :]
        try:
            verdict = verified(forged, ISSUED + timedelta(minutes=5)).verdict
        except Malformed:
            continue
        assert verdict in (Verdict.CONTRADICTED, Verdict.UNDECIDED), at
