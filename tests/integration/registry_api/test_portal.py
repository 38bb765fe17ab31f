"""The pages people look at."""

import re
from html.parser import HTMLParser

import pytest

from ledger.model.ids import entry_id, to_hex

from .conftest import Client
from .sample import HOSTILE, MEDICINE, WATER

ENTRY = f"/entries/{to_hex(entry_id(WATER, '306001/000001'))}"
HOSTILE_ENTRY = f"/entries/{to_hex(entry_id(WATER, 'hostile'))}"
BROKEN = f"/entries/{to_hex(entry_id(WATER, 'broken'))}"
RETIRED = f"/entries/{to_hex(entry_id(MEDICINE, '307001/000001'))}"
PAGES = ["/", "/?q=水库", "/?lang=en&theme=交通服务", ENTRY, HOSTILE_ENTRY, BROKEN, RETIRED, "/journal", "/verify"]
BROWSER = {"accept": "text/html,application/xhtml+xml"}


class Outline(HTMLParser):
    """Tags, attributes and text of a page; checks that tags are closed in order."""

    VOID = {"meta", "link", "input", "br", "hr"}  # noqa: RUF012

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> list[str]:
        return [str(attributes["href"]) for tag, attributes in self.tags if tag == "a"]


def look(client: Client, address: str, status: int = 200) -> Outline:
    page = client.get(address, headers=BROWSER)
    assert page.status_code == status
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    return Outline(page.text)


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_whole_and_their_links_lead_somewhere(client: Client, address: str) -> None:
    outline = look(client, address)
    for link in set(outline.links()):
        if link.startswith("/"):
            assert client.get(link).status_code == 200, link
        else:
            assert link.startswith(("https://", "#")), link
    for tag, attributes in outline.tags:
        assert not {name for name in attributes if name.startswith("on") or name == "style"}
        source = attributes.get("src") or (attributes.get("href") if tag == "link" else None)
        if source:
            assert client.get(source).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_scripts_are_only_our_own(client: Client, address: str) -> None:
    outline = look(client, address)
    assert [attributes.get("src", "").split("/")[-1] for tag, attributes in outline.tags if tag == "script"] == [
        "portal.js"
    ]
    policy = client.get(address).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_hostile_text_stays_text(client: Client) -> None:
    assert HOSTILE in look(client, HOSTILE_ENTRY).text
    assert HOSTILE in look(client, "/?level=3").text
    assert HOSTILE in look(client, "/", 200).text
    search = look(client, "/?q=%3Cscript%3Ealert(1)%3C/script%3E%22x=%22")
    values = [attributes.get("value") for tag, attributes in search.tags if attributes.get("type") == "search"]
    assert values == ['<script>alert(1)</script>"x="']


def test_links_from_the_chain_are_only_web_addresses(client: Client) -> None:
    outline = look(client, ENTRY)
    assert "https://data.example/rsv.csv" in outline.links()
    assert not [link for link in outline.links() if link.startswith("javascript")]


def test_list_shows_what_is_in_use(client: Client) -> None:
    text = look(client, "/?q=医药").text
    assert "没有符合条件" in text
    assert "定点医药机构名录" in look(client, "/?q=医药&status=RETIRED").text
    assert "定点医药机构名录" in look(client, "/?q=医药&as_of=9").text


def test_form_fields_that_are_empty_mean_nothing(client: Client) -> None:
    assert "大中型水库水情日报" in look(client, "/?q=水库&theme=&as_of=&utm_source=x").text


def test_next_page(client: Client) -> None:
    first = look(client, "/")
    (following,) = [attributes["href"] for _, attributes in first.tags if attributes.get("rel") == "next"]
    second = look(client, str(following))
    titles = re.compile(r"公交线路(\d+)路")
    shown = titles.findall(first.text) + titles.findall(second.text)
    assert shown == [str(line) for line in range(30, 0, -1)]


def test_entry_page_says_how_to_verify(client: Client) -> None:
    outline = look(client, ENTRY)
    name = f"entry-{ENTRY[11:23]}-v2.json"
    assert f"mulu verify {name}" in outline.text
    download = f"/v1{ENTRY}/proof?version=2"
    assert download in outline.links()
    assert name in client.get(download).headers["content-disposition"]


def test_english(client: Client) -> None:
    outline = look(client, ENTRY + "?lang=en")
    assert outline.tags[0] == ("html", {"lang": "en"})
    assert "Check it yourself" in outline.text
    assert [link for link in outline.links() if link.startswith("/entries/") and "lang=en" not in link] == [ENTRY]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nowhere", 404),
        (f"/entries/0x{'00' * 32}", 404),
        ("/entries/zzz", 422),
        ("/?share=9", 422),
        ("/?as_of=99", 422),
    ],
)
def test_errors_are_pages_for_browsers_and_documents_for_programs(client: Client, address: str, status: int) -> None:
    assert str(status) in look(client, address, status).text
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_api_errors_are_documents_even_in_a_browser(client: Client) -> None:
    assert client.get("/v1/nowhere", headers=BROWSER).headers["content-type"] == "application/problem+json"
