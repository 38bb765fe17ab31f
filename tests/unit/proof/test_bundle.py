"""Bundles: read strictly, every member of its kind; and the layouts that statements are read by."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ledger.chain.artifacts import load
from ledger.errors import Contradicted, Malformed
from ledger.model import canonical
from ledger.model.organization_code import sample_code
from ledger.model.registration_number import registration_number
from ledger.proof.bundle import BUNDLE_BYTES, parse_bundle
from ledger.proof.facts import block_time, read_facts
from ledger.proof.layout import LAYOUT
from ledger.proof.statement import CertificateStatement, GrantStatement, parse_statement, statement_json
from tests.unit.proof.material import bundle
from tests.unit.proof.sealed import header

GOOD = bundle().to_json()
NUMBER = registration_number(date(2026, 2, 2), 17)
STRUCTS = (
    *(("Journal", None), ("Catalog", "Head"), ("Catalog", "Ended")),
    *(("Registry", name) for name in ("Version", "Record", "Speaker")),
    *(("Grants", name) for name in ("Grant", "Record", "Version", "Terms", "Slot", "ProviderScope")),
)


def changed(**members: Any) -> bytes:
    return canonical.encode({**GOOD, **members})


def act(**members: Any) -> bytes:
    return changed(act={**GOOD["act"], **members})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: b"[]", "no bundle: format is 'None'"),
        (lambda: changed(format="mulu-bundle/9"), "no bundle: format is 'mulu-bundle/9'"),
        (lambda: changed(format=1), "no bundle: format is '1'"),
        (lambda: bytes(BUNDLE_BYTES + 1), "at most"),
        (lambda: changed(more=1), "want exactly the members"),
        (lambda: changed(statement=[]), "bundle.statement is no dict"),
        (lambda: changed(statement={}), "statement.kind 'None' is not one of"),
        (lambda: changed(statement={"kind": "act", "contract": "../x"}), "no name of a contract"),
        (lambda: changed(statement={"kind": "act", "contract": "Catalog", "more": 1}), "want exactly the members"),
        (lambda: changed(storage={}), "want Catalog and Journal"),
        (lambda: changed(header="0x0"), "pairs of hex digits"),
        (lambda: changed(header="00"), "header '00': want 0x"),
        (lambda: changed(state=[1]), "state holds something that is no string"),
        (lambda: changed(state=["0x" + "00" * 16_385]), "one has more than 16384 bytes"),
        (lambda: changed(children=["0x"] * 257), "want a list of at most 256"),
        (lambda: changed(storage={"Journal": [], "Catalog": {}}), "want a list of at most"),
        (lambda: act(index=-1), "act.index is negative"),
        (lambda: act(index="1"), "act.index is no int"),
        (lambda: act(topics=[]), "act.topics holds 1 to 4 words"),
        (lambda: act(topics=[1]), "act.topics holds something that is no string"),
        (lambda: act(path=["0x" + "00" * 32] * 65), "act.path at most 64"),
        (lambda: act(data=""), "pairs of hex digits"),
    ],
)
def test_what_is_no_bundle(make: Callable[[], bytes], said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse_bundle(make())


@pytest.mark.parametrize(
    "statement",
    [
        {"kind": "entry", "id": "0x" + "01" * 32, "version": 1, "digest": "0x" + "02" * 32},
        {"kind": "certificate", "registration": NUMBER, "version": 1, "root": "0x" + "02" * 32},
        {"kind": "act", "contract": "Journal"},
        GrantStatement(12, sample_code(3), b"\x01" * 32, 5, 1_772_000_000).to_json(),
        {"kind": "absence", "entry": "0x" + "01" * 32, "slot": "0x" + "02" * 32},
        {"kind": "absence", "registration": NUMBER, "slot": "0x" + "02" * 32},
    ],
)
def test_statements(statement: dict[str, Any]) -> None:
    assert statement_json(parse_statement(statement)) == statement
    for name in statement:
        with pytest.raises(Malformed):
            parse_statement({**statement, name: []})


def test_a_registration_with_more_records_than_anybody_reads() -> None:
    def words(contract: str, slot: int) -> bytes:
        return (10_001).to_bytes(32)

    with pytest.raises(Contradicted, match="10001 records"):
        read_facts(CertificateStatement("R", 1, bytes(32)), words, header(1, 1))


def test_a_time_that_no_calendar_has() -> None:
    with pytest.raises(Contradicted, match="no date"):
        block_time(header(1, 2**63))


def test_the_layout_is_the_one_that_its_number_stands_for() -> None:
    """A contract that keeps what is proven elsewhere has another layout, and needs another number."""
    places = {}
    for contract, struct in STRUCTS:
        layout = load(contract).storage_layout
        places |= {f"{contract}.{one['label']}": one["slot"] for one in layout["storage"]}
        if struct is not None:
            for member in layout["types"][f"t_struct({struct})_storage"]["members"]:
                places[f"{contract}.{struct}.{member['label']}"] = f"{member['slot']}+{member['offset']}"
    wanted = {
        "Journal.root": "0",
        "Journal.size": "1",
        "Catalog._heads": "0",
        "Registry._heads": "0",
        "Registry._versions": "1",
        "Registry._records": "2",
        "Registry._entries": "3",
        "Registry._speakers": "7",
        "Catalog._ended": "1",
        "Catalog.Head.contentDigest": "0+0",
        "Catalog.Head.provider": "1+0",
        "Catalog.Head.version": "1+18",
        "Catalog.Head.status": "1+22",
        "Catalog.Head.share": "1+24",
        "Catalog.Head.open": "1+25",
        "Catalog.Head.level": "1+26",
        "Catalog.Ended.until": "0+0",
        "Catalog.Ended.version": "0+8",
        "Catalog.Ended.status": "0+12",
        "Catalog.Ended.share": "0+13",
        "Catalog.Ended.open": "0+14",
        "Catalog.Ended.level": "0+15",
        "Registry.Version.contentDigest": "0+0",
        "Registry.Version.certificateRoot": "1+0",
        "Registry.Version.subject": "2+0",
        "Registry.Version.stage": "2+19",
        "Registry.Version.fieldCount": "2+20",
        "Registry.Version.registrar": "3+0",
        "Registry.Version.issuedAt": "5+20",
        "Registry.Record.time": "0+0",
        "Registry.Record.validUntil": "0+8",
        "Registry.Record.version": "0+16",
        "Registry.Record.status": "0+20",
        "Registry.Speaker.time": "0+0",
        "Registry.Speaker.number": "0+8",
        "Grants._grants": "0",
        "Grants._versions": "2",
        "Grants._records": "3",
        "Grants._entryScopes": "4",
        "Grants._providerScopes": "5",
        "Grants.Grant.grantor": "0+0",
        "Grants.Grant.kind": "0+18",
        "Grants.Grant.mode": "0+19",
        "Grants.Grant.parent": "0+20",
        "Grants.Grant.grantee": "2+0",
        "Grants.Record.time": "0+0",
        "Grants.Record.from": "0+8",
        "Grants.Record.until": "0+16",
        "Grants.Record.version": "0+24",
        "Grants.Record.status": "0+28",
        "Grants.Version.scopeOf": "2+1",
        "Grants.Version.terms": "3+0",
        "Grants.Terms.area": "0+16",
        "Grants.Terms.level": "0+21",
        "Grants.Terms.exportLevel": "0+22",
        "Grants.Terms.purposes": "0+23",
        "Grants.Slot.version": "0+0",
        "Grants.Slot.operations": "0+4",
        "Grants.Slot.items": "0+6",
        "Grants.ProviderScope.operations": "0+18",
        "Grants.ProviderScope.level": "0+19",
    }
    assert LAYOUT == 1
    assert {name: places[name] for name in wanted} == wanted
