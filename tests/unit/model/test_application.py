"""Content and fields of an application say the same, or are refused."""

from collections.abc import Callable

import pytest

from ledger.errors import Malformed
from ledger.model import canonical
from ledger.model.application import content_of, parse_content, parse_fields, require_agreement
from ledger.model.certificate import FIELDS, Field
from ledger.model.registration_form import read_form
from tests.unit.certificate.material import RAW, dossier

FORM = read_form(RAW)
SENT = dossier().application_fields
VALUES = parse_content(FORM.content)


def test_a_form_and_its_dossier_agree() -> None:
    require_agreement(FORM.content, SENT)
    assert sum(isinstance(field, Field) for field in parse_fields(SENT)) == len(VALUES)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda values: {**values, "title": "另一个名称"}, "differ in title"),
        (lambda values: {**values, "theme": "交通"}, "differ in theme"),
        (lambda values: {name: value for name, value in values.items() if name != "abstract"}, "differ in abstract"),
    ],
)
def test_refuses_content_that_says_otherwise(change: Callable[[dict[str, str]], dict[str, str]], said: str) -> None:
    with pytest.raises(Malformed, match=said):
        require_agreement(content_of(change(VALUES)), SENT)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", canonical.encode({"format": "mulu-registration/1", "values": {"title": 1}}),
     canonical.encode({"format": "mulu-registration/2", "values": {}}),
     canonical.encode({"format": "mulu-registration/1", "values": []}),
     canonical.encode({"format": "mulu-registration/1", "values": {}, "more": 1})],
)  # fmt: skip
def test_refuses_what_is_no_content(content: bytes) -> None:
    with pytest.raises(Malformed):
        parse_content(content)


SALT = "0x" + "01" * 16


@pytest.mark.parametrize(
    "fields",
    [
        [b"x" * 31],
        [b"x" * 33],
        [canonical.encode(["title", "目录"])],
        [canonical.encode(["title", "目录", SALT, ""])],
        [canonical.encode(["title", 1, SALT])],
        [canonical.encode(["title", "目录", SALT[:-2]])],
        [canonical.encode(["title", "目录", SALT]).replace(b",", b", ")],
        [canonical.encode(["title", "目录", SALT]), canonical.encode(["title", "数据", SALT])],
        [bytes(32)] * (FIELDS + 1),
    ],
)
def test_refuses_what_are_no_fields(fields: list[bytes]) -> None:
    with pytest.raises(Malformed):
        parse_fields(fields)


def test_withheld_fields_are_hashes() -> None:
    assert parse_fields([bytes(32)]) == (bytes(32),)
