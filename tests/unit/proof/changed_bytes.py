"""A sealed bundle, each of its bytes changed in turn."""

from ledger.errors import Malformed
from ledger.proof.trust import Trust
from ledger.proof.verdict import Verdict
from ledger.proof.verify import verify
from tests.unit.proof.material import NOW


def refuses_any_changed_byte(good: bytes, trusted: Trust) -> None:
    """It is valid as it is; with one bit of any byte changed it is malformed, contradicted or undecided."""
    assert verify(good, trusted, None, NOW).verdict is Verdict.VALID
    for at in range(len(good)):
        forged = good[:at] + bytes((good[at] ^ (1 << at % 7),)) + good[at + 1 :]
        try:
            verdict = verify(forged, trusted, None, NOW).verdict
        except Malformed:
            continue
        assert verdict in (Verdict.CONTRADICTED, Verdict.UNDECIDED), at
