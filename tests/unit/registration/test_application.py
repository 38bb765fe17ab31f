"""Applications: what is sent, what stays, what an earlier run did."""

import hashlib
from pathlib import Path

import pytest

from ledger.certificate.dossier import Dossier
from ledger.chain import abi
from ledger.chain.batches import BATCH_ACTS, BATCH_BYTES, CALL_BYTES
from ledger.errors import Malformed
from ledger.model.registration import Stage
from ledger.registration.application import Filing, draw_up, file_calls, same_form
from ledger.registration.dossiers import DossierFolder, OnLedger, filed_before, unused
from ledger.registration.forms import FilledRow, read_forms
from ledger.sample import APPLICATION

ORIGIN = hashlib.sha256(b"origin").digest()
REGISTRAR = "11119900MBF105555E"


@pytest.fixture(scope="module")
def row() -> FilledRow:
    (row,) = read_forms(APPLICATION)
    return row


def test_withheld_values_are_in_the_dossier_and_not_in_the_call(row: FilledRow) -> None:
    filing = draw_up(row, ORIGIN, REGISTRAR)
    ((_, data),) = file_calls([filing])
    withheld = {one.field.name: one.field.value for one in filing.dossier.fields if one.withheld}
    assert set(withheld) == set(filing.withheld)
    for value in withheld.values():
        assert value.encode() not in data
        assert value.encode() in filing.dossier.encode()
    assert filing.public["title"].encode() in data


def test_salts_are_fresh_for_every_filing(row: FilledRow) -> None:
    one, other = draw_up(row, ORIGIN, REGISTRAR), draw_up(row, ORIGIN, REGISTRAR)
    assert {f.field.salt for f in one.dossier.fields}.isdisjoint(f.field.salt for f in other.dossier.fields)
    assert same_form(one.dossier, row)


def test_nothing_is_registered_without_an_entry(row: FilledRow) -> None:
    bare = FilledRow(row.row, row.form, (), None, None)
    with pytest.raises(Malformed, match="names no entry"):
        draw_up(bare, ORIGIN, REGISTRAR)
    assert draw_up(bare, ORIGIN, REGISTRAR, entries=row.entries).row.entries == row.entries


def test_batches_are_as_large_as_they_say(row: FilledRow) -> None:
    filings = [draw_up(row, ORIGIN, REGISTRAR) for _ in range(40)]
    calls = file_calls(filings)
    assert [filing for batch, _ in calls for filing in batch] == filings
    for batch, data in calls:
        assert len(data) == CALL_BYTES + sum(filing.call_bytes for filing in batch) <= BATCH_BYTES
        assert len(batch) <= BATCH_ACTS
    sent = abi.decode_call("Applications", calls[0][1]).arguments["applications"][0]
    assert tuple(sent["fields"]) == filings[0].dossier.application_fields
    assert sent["content"] == row.form.content


def test_dossiers_are_found_again_and_named(row: FilledRow, tmp_path: Path) -> None:
    filing = draw_up(row, ORIGIN, REGISTRAR)
    folder = DossierFolder(tmp_path / "dossiers")
    folder.write([filing])
    assert DossierFolder(tmp_path / "dossiers").of_form(row, ORIGIN) == [filing.dossier]
    assert DossierFolder(tmp_path / "dossiers").of_form(row, bytes(32)) == []
    named = folder.name(filing.dossier.root, "R20260827000001A", 1)
    assert named.name == "R20260827000001A-v1.dossier.json"
    assert folder.name(filing.dossier.root, "R20260827000001A", 1) == named
    assert DossierFolder(tmp_path / "dossiers").with_root(filing.dossier.root) == filing.dossier


def _known(filing: Filing, **at: object) -> dict[bytes, OnLedger]:
    said = {"number": "R20260827000001A", "version": 1, "stage": Stage.APPLIED, "entries": filing.row.entries, **at}
    return {filing.dossier.root: OnLedger(**said)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "follows", "again", "found"),
    [
        ({}, None, False, True),
        ({"stage": Stage.REFUSED}, None, False, True),
        ({"stage": Stage.REFUSED}, None, True, False),
        ({"stage": Stage.ISSUED}, None, True, True),
        ({"entries": ()}, None, False, False),
        ({"version": 2}, None, False, False),
        ({"stage": Stage.ISSUED}, ("R20260827000001A", 1), False, False),
        ({"version": 2}, ("R20260827000001A", 2), False, True),
        ({"version": 2, "stage": Stage.WITHDRAWN}, ("R20260827000001A", 2), False, False),
        ({"version": 2}, ("R20260827000002A", 2), False, False),
    ],
)
def test_what_an_earlier_run_filed(
    row: FilledRow, at: dict[str, object], follows: tuple[str, int] | None, again: bool, found: bool
) -> None:
    filing = draw_up(row, ORIGIN, REGISTRAR)
    ledger = _known(filing, **at)
    before = filed_before([filing.dossier], ledger, row.entries, follows, again=again)
    assert (before is not None) is found
    assert unused([filing.dossier], ledger, ()) is None


def test_a_dossier_that_was_never_sent_is_used_once(row: FilledRow) -> None:
    dossier: Dossier = draw_up(row, ORIGIN, REGISTRAR).dossier
    assert unused([dossier], {}, ()) == dossier
    assert unused([dossier], {}, {dossier.root}) is None
