"""Verdicts on certificates: fields withheld and changed, states, times, evidence that is missing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from eth_abi.abi import encode

from ledger.certificate.redact import redact
from ledger.chain.events import topic_of
from ledger.chain.journal_entry import entry_bytes
from ledger.errors import Malformed, NotFound
from ledger.merkle.fields import roots
from ledger.merkle.hashing import leaf_hash
from ledger.model.certificate import Certificate, Field, WithheldField, parse_certificate
from ledger.model.organization_code import sample_code
from ledger.proof.bundle import Bundle, RecordedAct
from ledger.proof.certificate import (
    Document,
    bundle_of,
    is_certificate,
    read_document,
    statement_of,
    verify_certificate,
)
from ledger.proof.header import parse_header
from ledger.proof.node import NodeEvidence
from ledger.proof.registration import Status, StatusRecord, VersionFacts
from ledger.proof.verdict import Outcome, Report, Verdict
from tests.unit.certificate.material import (
    ACTIVE,
    ISSUED,
    NOW,
    NUMBER,
    ORIGIN,
    UNTIL,
    certificate,
    dossier,
    drawn,
    evidence,
    full_form,
    registry,
    trust,
)
from tests.unit.proof.material import journal
from tests.unit.proof.world import ADDRESSES

FULL = certificate(dossier(full_form()), full=True)
VERSION = drawn(FULL)
HONEST = evidence(FULL, VERSION)


def verdict_on(
    certificate: Certificate,
    node: NodeEvidence | None = HONEST,
    now: datetime = NOW,
    at: datetime | None = None,
) -> Report:
    """Written out, read again, verified; a node proves what the registry keeps, whoever asks."""
    if node is not None and statement_of(certificate) != statement_of(FULL) and node is HONEST:
        node = evidence(certificate, VERSION)
    return verify_certificate(read_document(certificate.encode()), trust(), node, now, at)


def test_honest_certificate_is_valid() -> None:
    report = verdict_on(FULL)
    assert report.headline == "VALID"
    assert {check.outcome for check in report.checks} == {Outcome.PASSED}
    assert report.statement["title 登记名称"] == "公共汽电车线路与站点客流统计数据集"
    assert report.statement["valid until"] == "2029-02-28 16:00:00 UTC"
    assert report.trust_fingerprint == trust().fingerprint


@pytest.mark.parametrize("name", FULL.shown)
def test_verifies_with_each_field_withheld(name: str) -> None:
    redacted = redact(FULL, [name])
    assert redacted.roots == FULL.roots
    assert name not in redacted.shown
    assert f'"{name}"'.encode() not in redacted.encode()
    assert verdict_on(redacted).verdict is Verdict.VALID


def test_verifies_with_all_fields_withheld() -> None:
    redacted = redact(FULL, FULL.shown)
    assert redacted.withheld == len(FULL.fields)
    assert verdict_on(redacted).verdict is Verdict.VALID


def test_redacts_only_what_is_shown() -> None:
    with pytest.raises(NotFound, match="no field x"):
        redact(FULL, ["x"])
    with pytest.raises(NotFound, match="title"):
        redact(redact(FULL, ["title"]), ["title"])


def variants(field: Field) -> list[Field]:
    """The field with each of its characters changed, the last dropped, one added; another name; another salt."""
    value = field.value
    changed = [value[:at] + ("甲" if value[at] != "甲" else "乙") + value[at + 1 :] for at in range(len(value))]
    changed += [value[:-1], value + "1", "1" + value]
    salt = field.salt[:-1] + bytes([field.salt[-1] ^ 1])
    return [
        *(replace(field, value=other) for other in changed),
        replace(field, name=field.name + "_"),
        replace(field, salt=salt),
    ]


@pytest.mark.parametrize("name", FULL.shown)
def test_one_changed_character_does_not_verify(name: str) -> None:
    place = next(at for at, field in enumerate(FULL.fields) if isinstance(field, Field) and field.name == name)
    field = FULL.fields[place]
    assert isinstance(field, Field)
    for other in variants(field):
        fields = (*FULL.fields[:place], other, *FULL.fields[place + 1 :])
        forged = Document(replace(FULL, fields=fields), attached=False)
        assert verify_certificate(forged, trust(), HONEST, NOW).headline == "CONTRADICTED: content"
    assert verdict_on(forged.certificate).headline == "CONTRADICTED: content"
    assert verdict_on(forged.certificate, None).headline == "CONTRADICTED: content"
    # A forger would state the roots that follow.
    assert verdict_on(replace(forged.certificate, roots=roots(fields))).headline == "CONTRADICTED: storage"


@pytest.mark.exhaustive
def test_changed_bytes_of_the_document_do_not_verify() -> None:
    """Every single character of the whole JSON, not only those of values."""
    document = certificate().encode().decode()
    node = evidence(certificate(), drawn(certificate()))
    for at in range(0, len(document), 7):
        changed = document[:at] + ("1" if document[at] != "1" else "2") + document[at + 1 :]
        try:
            report = verify_certificate(read_document(changed.encode()), trust(), node, NOW)
        except Malformed:
            continue
        assert report.verdict is not Verdict.VALID or '"version":2' in changed


def test_fields_in_another_order_do_not_verify() -> None:
    fields = (FULL.fields[1], FULL.fields[0], *FULL.fields[2:])
    assert verdict_on(replace(FULL, fields=fields, roots=roots(fields))).headline == "CONTRADICTED: storage"


def test_an_inner_node_is_no_field() -> None:
    """The number of fields fixes the shape of the tree."""
    first, second = (redact(FULL, FULL.shown).fields[at] for at in (0, 1))
    assert isinstance(first, WithheldField)
    assert isinstance(second, WithheldField)
    inner = WithheldField(roots((first, second)).sha256, roots((first, second)).sm3)
    short = replace(FULL, fields=(inner, *FULL.fields[2:]))
    assert verdict_on(short).verdict is Verdict.CONTRADICTED


def test_a_changed_sm3_hash_does_not_verify() -> None:
    redacted = redact(FULL, ["title"])
    place = next(at for at, field in enumerate(redacted.fields) if isinstance(field, WithheldField))
    field = redacted.fields[place]
    assert isinstance(field, WithheldField)
    fields = (*redacted.fields[:place], replace(field, sm3=bytes(32)), *redacted.fields[place + 1 :])
    assert verdict_on(replace(redacted, fields=fields)).headline == "CONTRADICTED: content"


def test_without_sm3_the_verdict_rests_on_sha256(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.merkle.sm3.available", lambda: False)
    report = verdict_on(FULL)
    assert report.verdict is Verdict.VALID
    assert [check.name for check in report.checks if check.outcome is Outcome.NOT_CHECKED] == ["sm3"]


def test_undecided_without_a_node() -> None:
    report = verdict_on(FULL, None)
    assert report.headline == "UNDECIDED: proof missing"
    attached = verify_certificate(Document(FULL, attached=True), trust(), None, NOW)
    assert attached.headline == "UNDECIDED: proof missing"


def test_attachment_says_that_the_page_was_not_checked() -> None:
    report = verify_certificate(Document(FULL, attached=True), trust(), HONEST, NOW)
    assert report.verdict is Verdict.VALID
    page = report.checks[0]
    assert (page.name, page.outcome) == ("page", Outcome.NOT_CHECKED)
    assert "not checked" in page.detail.en
    assert "未经核验" in page.detail.zh


def test_another_journal_is_contradicted() -> None:
    assert verdict_on(replace(FULL, origin=bytes(32))).headline == "CONTRADICTED: origin"


def test_another_subject_than_the_registered_one_is_contradicted() -> None:
    other = replace(VERSION, subject=sample_code(8))
    assert verdict_on(FULL, evidence(FULL, other)).headline == "CONTRADICTED: content"


def test_another_code_is_contradicted() -> None:
    known = trust()
    other = {**known.contracts, "Registry": replace(known.contracts["Registry"], code_hash=bytes(32))}
    report = verify_certificate(Document(FULL, attached=False), replace(known, contracts=other), HONEST, NOW)
    assert report.headline == "CONTRADICTED: code"


def test_a_node_of_another_chain_leaves_it_open() -> None:
    assert verdict_on(FULL, replace(HONEST, chain_id=1)).headline == "UNDECIDED: node missing"


def test_a_trust_file_without_the_registry_leaves_it_open() -> None:
    known = trust()
    contracts = {name: at for name, at in known.contracts.items() if name != "Registry"}
    report = verify_certificate(Document(FULL, attached=False), replace(known, contracts=contracts), HONEST, NOW)
    assert report.headline == "UNDECIDED: contract missing"


def test_an_old_head_leaves_it_open() -> None:
    old = evidence(FULL, VERSION, head_time=NOW - timedelta(days=8))
    assert verdict_on(FULL, old).headline == "UNDECIDED: freshness missing"
    ahead = evidence(FULL, VERSION, head_time=NOW + timedelta(minutes=2))
    assert verdict_on(FULL, ahead).verdict is Verdict.UNDECIDED


DAY = 86_400


def with_records(*records: StatusRecord) -> NodeEvidence:
    return evidence(FULL, VERSION, (ACTIVE, *records))


@pytest.mark.parametrize(
    ("node", "now", "headline"),
    [
        (with_records(StatusRecord(ISSUED + 1, UNTIL, 1, Status.SUSPENDED)), NOW, "NOT IN FORCE: SUSPENDED"),
        (with_records(StatusRecord(ISSUED + 1, UNTIL, 1, Status.CANCELLED)), NOW, "NOT IN FORCE: CANCELLED"),
        (with_records(StatusRecord(ISSUED + 1, UNTIL, 1, Status.REVOKED)), NOW, "NOT IN FORCE: REVOKED"),
        (with_records(StatusRecord(ISSUED + 1, UNTIL, 3, Status.ACTIVE)), NOW, "NOT IN FORCE: SUPERSEDED"),
        (
            with_records(
                StatusRecord(ISSUED + 1, UNTIL, 1, Status.SUSPENDED), StatusRecord(ISSUED + 2, UNTIL, 1, Status.ACTIVE)
            ),
            NOW,
            "VALID",
        ),
        (evidence(FULL, None, ()), NOW, "NOT IN FORCE: ABSENT"),
        (replace(HONEST, today=None), NOW, "UNDECIDED: node missing"),
        (with_records(StatusRecord(ISSUED - 1, UNTIL, 1, Status.ACTIVE)), NOW, "CONTRADICTED: storage"),
        (with_records(StatusRecord(ISSUED + 1, UNTIL, 1, Status.EXPIRED)), NOW, "CONTRADICTED: storage"),
    ],
)
def test_states(node: NodeEvidence, now: datetime, headline: str) -> None:
    assert verdict_on(FULL, node, now).headline == headline


@pytest.mark.parametrize(("seconds", "headline"), [(-1, "VALID"), (0, "NOT IN FORCE: EXPIRED")])
@pytest.mark.parametrize("status", [Status.ACTIVE, Status.SUSPENDED, Status.REVOKED])
def test_expires_by_the_verifiers_clock(seconds: int, headline: str, status: Status) -> None:
    now = datetime.fromtimestamp(UNTIL + seconds, UTC)
    node = evidence(FULL, VERSION, (replace(ACTIVE, status=status),), now - timedelta(hours=1))
    kept = {Status.SUSPENDED: "SUSPENDED" if seconds < 0 else "EXPIRED", Status.REVOKED: "REVOKED"}.get(status)
    assert verdict_on(FULL, node, now).headline == (f"NOT IN FORCE: {kept}" if kept else headline)


def test_a_version_that_was_not_issued_is_absent() -> None:
    refused = evidence(FULL, replace(VERSION, stage=9, issued_at=0), ())
    assert verdict_on(FULL, refused).headline == "NOT IN FORCE: ABSENT"


@pytest.mark.parametrize(
    ("days", "headline"),
    [
        (-1, "NOT IN FORCE: ABSENT"),
        (0, "VALID"),
        (9, "VALID"),
        (10, "NOT IN FORCE: SUSPENDED"),
        (19, "NOT IN FORCE: SUSPENDED"),
        (20, "VALID"),
        (30, "NOT IN FORCE: SUPERSEDED"),
    ],
)
def test_past_status_is_judged_by_the_records(days: int, headline: str) -> None:
    now = NOW + timedelta(days=60)
    node = evidence(
        FULL,
        VERSION,
        head_time=now - timedelta(days=20),  # Too old for today, good enough for the past.
        records=(
            ACTIVE,
            StatusRecord(ISSUED + 10 * DAY, UNTIL, 1, Status.SUSPENDED),
            StatusRecord(ISSUED + 20 * DAY, UNTIL, 1, Status.ACTIVE),
            StatusRecord(ISSUED + 30 * DAY, UNTIL, 2, Status.ACTIVE),
        ),
    )
    assert verdict_on(FULL, node, now, datetime.fromtimestamp(ISSUED + days * DAY, UTC)).headline == headline


def test_a_time_after_the_nodes_head_is_open_and_the_future_refused() -> None:
    now = NOW + timedelta(days=5)
    assert verdict_on(FULL, HONEST, now, NOW + timedelta(days=1)).headline == "UNDECIDED: freshness missing"
    with pytest.raises(Malformed, match="has not come yet"):
        verdict_on(FULL, HONEST, NOW, NOW + timedelta(days=1))


def test_knows_a_certificate_from_a_bundle() -> None:
    assert is_certificate(FULL.encode())
    assert is_certificate(b"%PDF-1.7\n")
    assert not is_certificate(b'{"format":"mulu-bundle/1"}')
    assert not is_certificate(b"\xff")
    assert not is_certificate(b"[]")
    assert not is_certificate(FULL.encode().decode().encode("utf-16"))


def test_brackets_are_counted_whatever_the_encoding() -> None:
    """In UTF-16 a quote behind a backslash would hide what follows from a count that reads bytes."""
    deep = '["\\"",' + "[" * 100_000 + '"'
    assert not is_certificate(deep.encode("utf-16-le"))
    assert not is_certificate(deep.encode())


def carrying(
    at: int = ISSUED + DAY, version: int = 1, of: Certificate = FULL, kept: VersionFacts | None = None
) -> Certificate:
    """The certificate with a bundle of the block at a time: its issuance is act 5 of 13."""
    act = (version, 0, UNTIL, sample_code(9).encode(), "0x" + "0a" * 20, ISSUED, bytes(32))
    topics = (topic_of("Registry", "RegistrationIssued"), (5).to_bytes(32), NUMBER.encode().ljust(32, b"\0"))
    data = encode(["(uint32,uint32,uint64,bytes18,address,uint64,bytes32)"], [act])
    root, path = journal(leaf_hash(entry_bytes(ADDRESSES["Registry"], topics, data)))
    made = registry(kept or drawn(of), (ACTIVE,))
    made.journal(13, root)
    statement = statement_of(of)
    proof = Bundle(ORIGIN, statement, RecordedAct(5, topics, data, path), made.evidence(statement, made.header(90, at)))
    return of.with_bundle(proof.to_json())


def test_a_bundle_in_it_proves_it() -> None:
    now = datetime.fromtimestamp(ISSUED + DAY + 60, UTC)
    held = carrying()
    report = verdict_on(held, None, now)
    assert report.headline == "UNDECIDED: seal missing"
    assert [check.name for check in report.checks if check.outcome is Outcome.FAILED] == []
    assert report.statement["issued"] == "2026-03-01 04:00:00 UTC"
    bundle = bundle_of(held)
    assert bundle is not None
    block = parse_header(bundle.evidence.header).plain_hash
    said = replace(evidence(FULL, VERSION, head_time=now), block_hash=block)
    assert verdict_on(held, said, now).headline == "VALID"
    assert verdict_on(held, replace(said, block_hash=bytes(32)), now).headline == "CONTRADICTED: header"
    assert verdict_on(held, None, now + timedelta(days=9)).headline == "UNDECIDED: seal, freshness missing"


def test_a_redacted_certificate_keeps_its_bundle() -> None:
    redacted = redact(carrying(), ["title"])
    assert redacted.bundle is not None
    report = verdict_on(redacted, None, datetime.fromtimestamp(ISSUED + DAY + 60, UTC))
    assert report.headline == "UNDECIDED: seal missing"


@pytest.mark.parametrize(
    "kept", [replace(VERSION, certificate_root=bytes(32)), replace(VERSION, stage=6), replace(VERSION, stage=0)]
)
def test_a_bundle_whose_registry_keeps_something_else_is_contradicted(kept: VersionFacts) -> None:
    now = datetime.fromtimestamp(ISSUED + DAY + 60, UTC)
    assert verdict_on(carrying(kept=kept), None, now).headline == "CONTRADICTED: storage"


def test_another_number_of_fields_is_contradicted() -> None:
    fewer = replace(VERSION, field_count=len(FULL.fields) - 1)
    assert verdict_on(FULL, evidence(FULL, fewer)).headline == "CONTRADICTED: storage"


def test_a_bundle_of_something_else_is_contradicted() -> None:
    other = carrying(of=certificate())
    mixed = FULL.with_bundle(other.bundle)
    assert statement_of(FULL) != statement_of(other)
    assert verdict_on(mixed, None).headline == "CONTRADICTED: content"
    assert verdict_on(carrying(version=2), None).headline == "CONTRADICTED: content"
    with pytest.raises(Malformed, match="the certificate's bundle: no bundle: format is 'mulu-bundle/2'"):
        verdict_on(FULL.with_bundle({"format": "mulu-bundle/2"}))
    assert parse_certificate(FULL.encode()).origin == ORIGIN
