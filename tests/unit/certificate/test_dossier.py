"""The dossier: what is sent of it, who may read it, and that it belongs to one application."""

import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.certificate.dossier import (
    DOSSIER_BYTES,
    Dossier,
    check_fields,
    check_root,
    parse_dossier,
    read_dossier,
    write_dossier,
)
from ledger.certificate.fields import SaltedField, salted
from ledger.certificate.issue import make_certificate
from ledger.errors import Contradicted, Malformed, NotFound, Rejected
from ledger.merkle.hashing import leaf_hash, root_of
from ledger.model import canonical
from ledger.model.registration_form import read_form
from tests.unit.certificate.material import NUMBER, ORIGIN, RAW, dossier, full_form

DOSSIER = dossier()


def test_salts_are_fresh_for_every_field_and_version() -> None:
    form = read_form(RAW)
    salts = [of.field.salt for _ in range(2) for of in salted(form)]
    assert len(set(salts)) == 2 * len(form.values)
    assert {len(salt) for salt in salts} == {16}


def test_application_holds_no_withheld_value() -> None:
    of = dossier(full_form())
    sent = of.application_fields
    for held, field in zip(of.fields, sent, strict=True):
        if held.withheld:
            assert field == leaf_hash(held.field.leaf)
        else:
            assert field == held.field.leaf
            assert len(field) > 32
    everything = b"".join(sent)
    for held in of.fields:
        if held.withheld:
            assert held.field.value.encode() not in everything


def test_root_is_what_the_contract_computes_from_what_is_sent() -> None:
    hashes = [field if len(field) == 32 else leaf_hash(field) for field in DOSSIER.application_fields]
    assert DOSSIER.root == root_of(hashes)


def test_file_is_for_its_owner_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "dossier.json"
    write_dossier(path, DOSSIER)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_dossier(path) == DOSSIER
    with pytest.raises(Rejected, match="never overwritten"):
        write_dossier(path, DOSSIER)
    with pytest.raises(NotFound):
        read_dossier(tmp_path / "other.json")


def test_no_value_is_in_what_a_log_or_traceback_would_show() -> None:
    shown = repr(DOSSIER) + repr(read_form(RAW))
    assert "contact_name" in shown
    assert SECRET not in shown
    assert DOSSIER.fields[0].field.salt.hex() not in shown


def test_belongs_to_its_application() -> None:
    check_fields(DOSSIER, DOSSIER.application_fields)
    check_root(DOSSIER, DOSSIER.root, len(DOSSIER.fields))


def changed(at: int, **change: Any) -> Dossier:
    held = DOSSIER.fields[at]
    fields = list(DOSSIER.fields)
    fields[at] = SaltedField(replace(held.field, **change), held.withheld)
    return replace(DOSSIER, fields=tuple(fields))


@pytest.mark.parametrize("at", range(len(DOSSIER.fields)))
def test_a_changed_field_belongs_to_no_application(at: int) -> None:
    value, salt = DOSSIER.fields[at].field.value, DOSSIER.fields[at].field.salt
    for other in (changed(at, value=value + "。"), changed(at, salt=salt[:-1] + bytes([salt[-1] ^ 1]))):
        with pytest.raises(Contradicted, match=DOSSIER.fields[at].field.name) as error:
            check_fields(other, DOSSIER.application_fields)
        assert value not in str(error.value)
        with pytest.raises(Contradicted):
            check_root(other, DOSSIER.root, len(DOSSIER.fields))


def test_another_number_of_fields_belongs_to_no_application() -> None:
    fewer = replace(DOSSIER, fields=DOSSIER.fields[:-1])
    with pytest.raises(Contradicted, match="fields"):
        check_fields(fewer, DOSSIER.application_fields)


def test_no_certificate_without_the_registration_s_root() -> None:
    at = {"registration": NUMBER, "version": 1, "field_count": len(DOSSIER.fields)}
    with pytest.raises(Contradicted, match="another application"):
        make_certificate(DOSSIER, origin=ORIGIN, certificate_root=bytes(32), **at)  # type: ignore[arg-type]
    with pytest.raises(Contradicted, match="journal"):
        make_certificate(DOSSIER, origin=bytes(32), certificate_root=DOSSIER.root, **at)  # type: ignore[arg-type]


SECRET = "张某某"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        DOSSIER.encode().replace(b"mulu-dossier/1", b"mulu-dossier/2"),
        DOSSIER.encode().replace(b'"withheld":true', b'"withheld":1'),
        DOSSIER.encode().replace(b'"withheld":true', b'"withheld":true,"x":1'),
        DOSSIER.encode().replace(b'"origin":"0x22', b'"origin":"0x2'),
        DOSSIER.encode().replace(b'"name":"contact_phone"', b'"name":"contact_name"'),
        DOSSIER.encode().replace(SECRET.encode(), f"{SECRET}\u0301\\u0301".encode()),
        DOSSIER.encode().replace(b'"salt":"0x', b'"salt":"' + SECRET.encode(), 1),
        canonical.encode({"format": "mulu-dossier/1", "origin": "0x" + "22" * 32, "fields": []}),
        canonical.encode({"format": "mulu-dossier/1", "origin": "0x" + "22" * 32, "fields": [SECRET]}),
        b" " * (DOSSIER_BYTES + 1),
    ],
)
def test_refuses_what_is_no_dossier_and_quotes_no_value(data: bytes) -> None:
    with pytest.raises(Malformed) as error:
        parse_dossier(data)
    assert SECRET not in str(error.value)
    assert error.value.__cause__ is None
