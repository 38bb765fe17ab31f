"""Markup, moments, the table of problems: what needs neither mirror nor server."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import errors as product
from registry_api import errors
from registry_api.parameters import parse_as_of
from registry_api.portal.markup import Html, element, join, outward, prose


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags = "", list[tuple[str, dict[str, str | None]]]()
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


# Parsers read CR as LF and replace NUL; neither reaches a page from well-formed content.
TEXT = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]))


@given(TEXT, TEXT)
def test_text_and_attributes_come_back_as_they_were(text: str, value: str) -> None:
    read = Reader(element("p", text, title=value, hidden=True, class_=None))
    assert read.text == text
    assert read.tags == [("p", {"title": value, "hidden": None})]


@given(TEXT)
def test_markup_is_not_escaped_twice(text: str) -> None:
    assert Reader(join(element("b", element("i", text)), text)).text == text + text
    assert isinstance(join(text), Html)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " javascript:x",
        "data:text/html,x",
        "//evil.example",
        "http://",
        "x",
        "https://[broken",
    ],
)
def test_outward_makes_no_link_of(address: str) -> None:
    assert Reader(outward(address)).tags == [("span", {})]


def test_outward_links_web_addresses() -> None:
    (link,) = Reader(outward("https://data.example/?a=1&b=\"'")).tags
    assert link[1]["href"] == "https://data.example/?a=1&b=\"'"
    assert "noopener" in str(link[1]["rel"])


def test_prose_marks_code() -> None:
    assert prose("see `mulu <x>`.") == "see <code>mulu &lt;x&gt;</code>."


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(9998, 1, 1)), st.integers(-1439, 1439))
def test_as_of_reads_what_datetime_writes(moment: datetime, offset_minutes: int) -> None:
    from datetime import timedelta, timezone

    there = moment.replace(microsecond=0, tzinfo=UTC).astimezone(timezone(timedelta(minutes=offset_minutes)))
    assert parse_as_of(there.isoformat()) == there
    # An address that was not escaped has a blank in the place of the plus.
    assert parse_as_of(there.isoformat().replace("+", " ")) == there


@pytest.mark.parametrize(
    ("error", "name", "status"),
    [
        (product.NotFound("x"), "not-found", 404),
        (errors.OutOfRange("x"), "as-of-out-of-range", 422),
        (product.Suppressed("x"), "suppressed", 410),
        (product.Unavailable("x"), "unavailable", 503),
        (product.Inconsistent("x"), "inconsistent", 500),
        (product.Contradicted("path", "x"), "inconsistent", 500),
        (product.Malformed("x"), "internal-error", 500),
        (product.Rejected("x"), "rejected", 409),
        (ValueError("x"), "internal-error", 500),
    ],
)
def test_every_exception_has_its_problem(error: Exception, name: str, status: int) -> None:
    kind = errors.problem_type(error)
    assert (kind.name, kind.status) == (name, status)
    assert errors.detail_of(error) == (None if name == "internal-error" else "x")


@pytest.mark.parametrize(("given", "near"), [("limt", "limit"), ("Provider", "provider"), ("zzz", None)])
def test_nearest(given: str, near: str | None) -> None:
    assert errors.nearest(given, ["limit", "provider", "q"]) == near
