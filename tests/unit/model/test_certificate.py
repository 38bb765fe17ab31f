"""The certificate's JSON: what is read back, and what is refused."""

from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.model import canonical
from ledger.model.certificate import CERTIFICATE_BYTES, FIELDS, VALUE_BYTES, parse_certificate
from ledger.model.ids import to_hex
from tests.unit.certificate.material import NUMBER, certificate


def raw() -> dict[str, Any]:
    document: dict[str, Any] = canonical.decode(certificate().encode())
    return document


def test_roundtrip() -> None:
    assert parse_certificate(certificate().encode()) == certificate()
    with_bundle = certificate().with_bundle({"format": "mulu-bundle/1"})
    assert parse_certificate(with_bundle.encode()) == with_bundle


def test_withheld_field_has_no_name() -> None:
    withheld = [field for field in raw()["fields"] if "sha256" in field]
    assert withheld
    assert all(field.keys() == {"sha256", "sm3"} for field in withheld)
    assert "张某某" not in certificate().encode().decode()


def damaged(change: dict[str, Any]) -> bytes:
    return canonical.encode({**raw(), **change})


FIELD = {"name": "title", "value": "目录", "salt": to_hex(b"\x01" * 16)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "mulu-certificate/2"}, "format"),
        ({"note": "x"}, "unknown members: note"),
        ({"bundle": None}, "bundle is no object"),
        ({"bundle": []}, "bundle is no object"),
        ({"version": 0}, "version is 0"),
        ({"version": True}, "version is no int"),
        ({"version": "1"}, "version is no int"),
        ({"version": 1 << 32}, "version"),
        ({"registration": "R20260202000017"}, "want R, a date"),
        ({"registration": NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")}, "check character"),
        ({"origin": "0x00"}, "64 lower-case"),
        ({"fields": []}, "0 fields"),
        ({"fields": [{**FIELD, "name": f"n{at}"} for at in range(FIELDS + 1)]}, f"{FIELDS + 1} fields"),
        ({"fields": [FIELD, FIELD]}, "title twice"),
        ({"fields": [{**FIELD, "salt": "0x00"}]}, r"fields\[0\].salt"),
        ({"fields": [{**FIELD, "value": 1}]}, r"fields\[0\].value is no str"),
        ({"fields": [{**FIELD, "value": "x" * (VALUE_BYTES + 1)}]}, "longer than"),
        ({"fields": [{**FIELD, "name": ""}]}, "name"),
        ({"fields": [{**FIELD, "name": "a\nb"}]}, "name"),
        ({"fields": [{**FIELD, "more": ""}]}, "want name, value and salt"),
        ({"fields": [{"sha256": to_hex(bytes(32))}]}, "want name, value and salt"),
        ({"fields": [{"sha256": to_hex(bytes(32)), "sm3": "0x"}]}, "sm3"),
        ({"fields": ["title"]}, "want name, value and salt"),
        ({"roots": {"sha256": to_hex(bytes(32))}}, "roots"),
    ],
)
def test_refuses(change: dict[str, Any], said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse_certificate(damaged(change))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'"x"', b"{", b"\xff", b" {}"])
def test_refuses_what_is_no_certificate(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_certificate(data)


def test_refuses_what_is_too_large() -> None:
    with pytest.raises(Malformed, match="at most"):
        parse_certificate(b" " * (CERTIFICATE_BYTES + 1))


def test_refuses_what_is_not_canonical() -> None:
    with pytest.raises(Malformed, match="canonical"):
        parse_certificate(certificate().encode().replace(b'"version":1', b'"version": 1'))
