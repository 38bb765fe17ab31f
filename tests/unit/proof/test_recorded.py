"""Acts that a bundle carries: what they say must be what is stated. And what is shown of them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from eth_abi.abi import encode

from ledger.chain.events import topic_of
from ledger.errors import Contradicted
from ledger.model import canonical
from ledger.proof.bundle import RecordedAct
from ledger.proof.evidence import Evidence, State
from ledger.proof.moment import moment, shown_time
from ledger.proof.recorded import check_content, check_event, described
from ledger.proof.statement import ActStatement, CertificateStatement
from ledger.proof.verdict import Verdict
from ledger.proof.verify import verify
from tests.unit.certificate.material import ISSUED, NUMBER
from tests.unit.certificate.test_verify_certificate import FULL, carrying
from tests.unit.proof.material import CONTENT, ENTRY, LOCAL_CODE, PROVIDER, STATEMENT, log, recorded, trust
from tests.unit.proof.sealed import header
from tests.unit.proof.world import World

ACT, _ = recorded()
CERTIFICATE = CertificateStatement(NUMBER, 1, FULL.roots.sha256)


def refused(statement: Any, act: RecordedAct, said: str) -> None:
    with pytest.raises(Contradicted, match=said) as error:
        check_event(statement, act)
    assert error.value.check == "content"


def of_journal() -> RecordedAct:
    """An act of the journal: it opened."""
    opening = (bytes(32), bytes(32), 0, bytes(32), "0x" + "01" * 20, "0x" + "0a" * 20, 1)
    data = encode(["(bytes32,bytes32,uint64,bytes32,address,address,uint64)"], [opening])
    return RecordedAct(0, (topic_of("Journal", "JournalOpened"), bytes(32)), data, ())


def retired() -> RecordedAct:
    act = (2, PROVIDER.encode(), "0x" + "0a" * 20, 1, bytes(32))
    topics = (topic_of("Catalog", "EntryRetired"), *log(5)[0][1:])
    return RecordedAct(5, topics, encode(["(uint32,bytes18,address,uint64,bytes32)"], [act]), ())


def test_an_act_of_another_kind() -> None:
    refused(STATEMENT, of_journal(), "no event of Catalog")
    refused(STATEMENT, retired(), "EntryRetired publishes no entry")
    refused(CERTIFICATE, ACT, "no event of Registry")
    suspension = (1, 2, PROVIDER.encode(), "0x" + "0a" * 20, 1, bytes(32))
    topics = (topic_of("Registry", "RegistrationSuspended"), bytes(32), NUMBER.encode().ljust(32, b"\0"))
    data = encode(["(uint32,uint8,bytes18,address,uint64,bytes32)"], [suspension])
    refused(CERTIFICATE, RecordedAct(0, topics, data, ()), "RegistrationSuspended issues no certificate")


def test_an_act_of_something_else() -> None:
    refused(STATEMENT, replace(ACT, index=6), "the log says act 5, the bundle 6")
    refused(replace(STATEMENT, version=2), ACT, "the log says version 1")
    refused(replace(STATEMENT, id=bytes(32)), ACT, "the statement version 1 of 0x0000")
    with pytest.raises(Contradicted, match="the content hashes to"):
        check_content(replace(STATEMENT, digest=bytes(32)), check_event(STATEMENT, ACT))


@pytest.mark.parametrize(
    ("provider", "local_code", "said"),
    [
        (PROVIDER.encode(), b"other", "is not that of its provider and local code"),
        (b"\xff" * 18, LOCAL_CODE.encode(), "are malformed"),
        (PROVIDER.encode(), b"\xff", "are malformed"),
        (PROVIDER.encode(), b"", "are malformed"),
    ],
)
def test_an_id_that_is_not_that_of_its_parts(provider: bytes, local_code: bytes, said: str) -> None:
    topics = (*log(5)[0][:3], provider.ljust(32, b"\0"))
    act = (1, 1, 1, 2, 0, PROVIDER.encode(), "0x" + "0a" * 20, 1, bytes(32), local_code, CONTENT)
    types = "(uint32,uint8,uint8,uint8,uint8,bytes18,address,uint64,bytes32,bytes,bytes)"
    refused(STATEMENT, RecordedAct(5, topics, encode([types], [act]), ()), said)
    assert topics[2] == ENTRY


def test_what_is_shown_of_an_act() -> None:
    said = described(ActStatement("Journal"), check_event(ActStatement("Journal"), of_journal()))
    assert said == {
        "act": "0",
        "time": "1970-01-01 00:00:01 UTC",
        "account": "0x" + "0a" * 20,
        "event": "JournalOpened",
    }
    for content in (b"\xff", b"[]", b'{"title":1}'):
        topics, data = log(5, content=content)
        event = check_event(STATEMENT, RecordedAct(5, topics, data, ()))
        assert "title" not in described(STATEMENT, event)
        assert described(STATEMENT, event)["local code"] == LOCAL_CODE
    assert "provider" not in described(STATEMENT, event._replace(event="EntryRetired"))
    bare = event._replace(fields={})
    assert described(ActStatement("Catalog"), bare) == {"act": "5", "event": "EntryPublished"}


def test_times_that_no_calendar_has_are_seconds() -> None:
    assert moment(2**63) == f"{2**63} s"
    assert moment(0) == shown_time(datetime(1970, 1, 1, tzinfo=UTC)) == "1970-01-01 00:00:00 UTC"


def test_a_contract_that_is_not_there() -> None:
    made = World()
    state, _ = made.tries()
    of = header(1, 1, state.root)
    contracts = {"Catalog": replace(trust().contracts["Catalog"], address=b"\x50" * 20)}
    evidence = Evidence(of.encode(), (), tuple(state.nodes.values()), {})
    with pytest.raises(Contradicted, match="no account at Catalog's address") as refused_:
        State(evidence, contracts, of, bytes(32)).check_account("Catalog")
    assert refused_.value.check == "account"


def test_a_bundle_of_a_certificate_alone() -> None:
    held = carrying().bundle
    assert held is not None
    now = datetime.fromtimestamp(ISSUED + 90_000, UTC)
    report = verify(canonical.encode(held), trust(), None, now)
    assert report.headline == "UNDECIDED: seal missing"
    assert report.verdict.exit_code == 4
    assert [verdict.exit_code for verdict in Verdict] == [0, 1, 3, 4]
    assert report.statement["registration"] == NUMBER
    assert report.statement["issued"] == "2026-03-01 04:00:00 UTC"
