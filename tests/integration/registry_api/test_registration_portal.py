"""The pages of registrations, notices and certificates."""

import pytest

from ledger.model.ids import entry_id, to_hex

from .conftest import Client
from .register import (
    ASKED,
    BROKEN,
    BUSES,
    CODE,
    LICENCES,
    PHARMACIES,
    RESERVOIRS,
    SECRET,
    SHORT,
    STRANGE,
    UNKNOWN,
    local,
)
from .sample import HOSTILE, WATER
from .test_portal import BROWSER, Outline, look

MARKED = to_hex(entry_id(WATER, "306001/000002"))
AT = "as_of=2026-07-01T04:00:00Z"
PAGES = [
    "/registrations",
    "/registrations?q=水库&lang=en",
    f"/registrations?status=SUPERSEDED&{AT}",
    f"/registrations?stage=NOTICE&{AT}",
    f"/registrations/{RESERVOIRS}",
    f"/registrations/{RESERVOIRS}?version=1&lang=en",
    f"/registrations/{PHARMACIES}?{AT}",
    f"/registrations/{PHARMACIES}?lang=en",
    f"/registrations/{LICENCES}",
    f"/registrations/{BROKEN}",
    f"/registrations/{STRANGE}",
    f"/registrations/{ASKED}",
    f"/notices?{AT}",
    f"/notices?lang=en&{AT}",
    "/notices",
    "/certificates",
    f"/certificates/{RESERVOIRS}",
    f"/certificates/{RESERVOIRS}?version=1&lang=en",
    f"/certificates/{LICENCES}",
    f"/certificates/{BUSES}",
    f"/certificates/{SHORT}?{AT}",
    f"/entries/{MARKED}",
    f"/entries/{MARKED}?lang=en",
    "/journal",
]


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_whole_and_their_links_lead_somewhere(office: Client, address: str) -> None:
    outline = look(office, address)
    for link in set(outline.links()):
        assert office.get(link).status_code == 200, link
    assert not [
        name for _, attributes in outline.tags for name in attributes if name.startswith("on") or name == "style"
    ]
    assert SECRET not in outline.text


def verdict(office: Client, address: str, status: int = 200) -> str:
    """The large word of a certificate's page."""
    page = office.get(address, headers=BROWSER)
    assert page.status_code == status
    Outline(page.text)
    return page.text.partition("<h1>")[2].partition("</h1>")[0]


@pytest.mark.parametrize(
    ("address", "word"),
    [
        (f"/certificates/{RESERVOIRS}?version=2&clock=2026-07-01T04:00:00Z", "有效"),
        (f"/certificates/{RESERVOIRS}?version=1", "已被新版取代"),
        (f"/certificates/{RESERVOIRS}?version=1&as_of=2026-05-01T12:00", "有效（所查时点）"),
        (f"/certificates/{LICENCES}", "已中止"),
        (f"/certificates/{BUSES}", "已注销"),
        (f"/certificates/{SHORT}?{AT}", "已到期（所查时点）"),
        (f"/certificates/{SHORT}?lang=en&{AT}", "expired (at the time asked)"),
    ],
)
def test_the_verdict_comes_first(office: Client, address: str, word: str) -> None:
    assert verdict(office, address) == word


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (UNKNOWN, "查无此凭证"),
        (PHARMACIES, "尚未登记"),
        (UNKNOWN[:-1] + "*", "编号有误"),
        ("%3Cscript%3E", "编号有误"),
    ],
)
def test_what_is_no_certificate_is_said_plainly(office: Client, number: str, word: str) -> None:
    assert verdict(office, f"/certificates/{number}", 404) == word
    answer = office.get(f"/certificates/{number}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_number_or_a_national_code_finds_the_certificate(office: Client) -> None:
    for given in (RESERVOIRS, f" {RESERVOIRS.lower()} ", CODE):
        answer = office.get("/certificates", params={"number": given})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/certificates/{RESERVOIRS}")
    assert office.get("/certificates", params={"number": "//evil.example"}).status_code == 404


def test_the_holder_of_another_version_is_told(office: Client) -> None:
    assert "手中的凭证若是其他版本" in look(office, f"/certificates/{RESERVOIRS}").text
    for address in (f"/certificates/{BUSES}", f"/certificates/{RESERVOIRS}?version=1"):
        assert "手中的凭证若是其他版本" not in look(office, address).text


def test_steps_deadlines_and_what_is_withheld(office: Client) -> None:
    text = look(office, f"/registrations/{PHARMACIES}?{AT}").text
    for words in (
        "提出申请",
        "开始公示",
        "待公示期满",
        "2026-07-07",
        "剩 4 个工作日",
        "另有 2 个字段不公开",
        "异议 3 号",
    ):
        assert words in text
    assert "逾期 2 个工作日" in look(office, f"/registrations/{STRANGE}?{AT}").text
    assert "最后一日" in look(office, f"/registrations/{ASKED}?{AT}").text


def test_hostile_text_stays_text(office: Client) -> None:
    for address in (f"/registrations/{STRANGE}", "/registrations"):
        assert HOSTILE in look(office, address).text


def test_the_list_is_of_what_stands(office: Client) -> None:
    assert "共 9 件登记" in look(office, f"/registrations?{AT}").text
    assert "没有符合条件" in look(office, "/registrations?q=没有的词&stage=").text


def test_an_entry_shows_its_registrations_and_its_marks(office: Client) -> None:
    text = look(office, f"/entries/{MARKED}").text
    assert "异议 4 号" in text
    assert LICENCES in text


def test_a_mirror_that_fell_behind_says_so(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for now, told in (("2026-07-02T11:00", False), ("2026-07-02T13:00", True)):
        monkeypatch.setattr("registry_api.reading.this_minute", lambda at=now: local(at))
        assert ("此后的变动未计入" in look(office, f"/certificates/{RESERVOIRS}").text) is told
