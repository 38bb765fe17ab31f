"""What is suppressed is in no answer; what says so is in each. And nothing is answered from a mirror that is behind."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.indexer.checkpoints import Checkpoints, LogKeyFile
from ledger.merkle.checkpoint import Checkpoint
from ledger.merkle.hashing import root_of
from ledger.model.ids import entry_id, to_hex
from ledger.model.suppression import Suppression
from registry_api import journal_schemas, schemas
from registry_api.main import create_app

from .conftest import Client
from .sample import MEDICINE, ORIGIN, WATER, SampleApplication, build

SINCE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
WHY = {"reason": "法院裁定", "since": "2026-01-02T03:04:05Z", "document": "0x" + "07" * 32}
TITLE, RETIRED_TITLE = "大中型水库水情日报", "定点医药机构名录"
RESERVOIRS, PHARMACIES = (to_hex(entry_id(*at)) for at in ((WATER, "306001/000001"), (MEDICINE, "307001/000001")))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> SampleApplication:
    """A city that was signed for; the first versions of two entries are suppressed, of which one was retired."""
    folder: Path = tmp_path_factory.mktemp("suppressed")
    made = build(f"sqlite:///{folder / 'mirror.db'}")
    file = LogKeyFile(folder / "log.key", ORIGIN)
    file.make_missing()
    Checkpoints(file, made.mirror.writer, lambda message: None).publish()
    before = Client(create_app(made))
    found = {before.get(f"/v1/entries/{id}?version=1").json()["entry"]["act_index"] for id in (RESERVOIRS, PHARMACIES)}
    made.etag = before.get(f"/v1/entries/{RESERVOIRS}").headers["etag"]  # type: ignore[attr-defined]
    wanted = {at: Suppression(at, made.city.leaves[at], SINCE, "法院裁定", b"\7" * 32) for at in sorted(found)}
    made.mirror.settle_suppressions(wanted, set(wanted), lambda index, block: made.city.logs[index])
    made.listed = wanted
    return made


@pytest.fixture
def client(city: SampleApplication) -> Client:
    return Client(create_app(city))


def of(city: SampleApplication) -> tuple[int, int]:
    assert city.listed is not None
    first, second = city.listed
    return first, second


@pytest.mark.parametrize("id", [RESERVOIRS, PHARMACIES])
def test_a_version_says_why_it_says_nothing(client: Client, city: SampleApplication, id: str) -> None:
    answer = client.get(f"/v1/entries/{id}?version=1")
    schemas.EntryAnswer.model_validate_json(answer.content)
    entry = answer.json()["entry"]
    assert entry["suppressed"] == WHY
    assert (entry["malformed"], entry["title"], entry["content"], entry["content_raw"]) == ("suppressed",) + (None,) * 3
    assert entry["content_digest"] != "0x" + "00" * 32
    page = client.get(f"/entries/{id}?version=1").text
    assert "内容已屏蔽" in page
    assert "/proof" not in page


def test_a_retirement_keeps_what_it_keeps_suppressed_and_its_own_proof(client: Client, city: SampleApplication) -> None:
    retired = client.get(f"/v1/entries/{PHARMACIES}").json()["entry"]
    assert (retired["version"], retired["status"], retired["suppressed"]) == (2, "RETIRED", WHY)
    assert client.get(f"/v1/entries/{PHARMACIES}/proof").status_code == 410
    assert client.get(f"/v1/entries/{PHARMACIES}/proof?version=1").status_code == 410
    assert client.get(f"/v1/acts/{retired['act_index']}/proof").status_code == 200
    newest = client.get(f"/v1/entries/{RESERVOIRS}").json()
    assert (newest["entry"]["title"], newest["entry"]["suppressed"]) == (TITLE, None)
    assert [version["suppressed"] for version in newest["history"]] == [None, WHY]
    assert client.get(f"/v1/entries/{RESERVOIRS}/proof").status_code == 200


def test_an_act_keeps_its_leaf(client: Client, city: SampleApplication) -> None:
    for index in of(city):
        answer = client.get(f"/v1/acts/{index}")
        schemas.ActAnswer.model_validate_json(answer.content)
        act = answer.json()["act"]
        assert act["suppressed"] == WHY
        assert (act["data"], act["fields"], act["leaf"]) == (None, None, to_hex(city.city.leaves[index]))
    listed = client.get(f"/v1/acts?after={of(city)[0] + 1}&limit=3").json()["items"]
    assert (listed[0]["index"], listed[0]["suppressed"]) == (of(city)[0], WHY)
    assert listed[1]["suppressed"] is None


def test_what_would_say_it_is_gone(client: Client, city: SampleApplication) -> None:
    first, second = of(city)
    for address in (f"/v1/acts/{first}/proof", f"/v1/entries/{RESERVOIRS}/proof?version=1"):
        answer = client.get(address)
        schemas.Problem.model_validate_json(answer.content)
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (410, "/problems/suppressed")
        assert f"act {first} has been suppressed since 2026-01-02" in problem["detail"]
        assert "法院裁定" in problem["detail"]
    tile = client.get(f"/v1/journal/tile/entries/000.p/{second + 1}")
    assert tile.status_code == 410
    assert f"{first}, {second}" in tile.json()["detail"]
    assert client.get(f"/v1/journal/tile/entries/000.p/{first + 1}").status_code == 410
    below = client.get(f"/v1/journal/tile/entries/000.p/{first}")
    assert (below.status_code, below.headers["cache-control"]) == (200, "public, max-age=86400")
    hashes = client.get(f"/v1/journal/tile/0/000.p/{second + 1}")
    assert hashes.content == b"".join(city.city.leaves[: second + 1])


def test_the_list_is_public(client: Client, city: SampleApplication) -> None:
    answer = client.get("/v1/journal/suppressions")
    journal_schemas.SuppressionsAnswer.model_validate_json(answer.content)
    assert answer.json()["items"] == [
        WHY | {"index": index, "leaf": to_hex(city.city.leaves[index])} for index in of(city)
    ]


def test_no_answer_and_no_page_has_the_words(client: Client, city: SampleApplication) -> None:
    for address in (
        *(f"/v1/entries/{PHARMACIES}{rest}" for rest in ("", "?version=1", "/history")),
        f"/v1/acts/{of(city)[1]}",
        "/v1/entries?q=医药",
        "/v1/entries?limit=200",
        f"/v1/entries?provider={MEDICINE}",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert RETIRED_TITLE not in answer.text
        assert RETIRED_TITLE.encode().hex() not in answer.text
    assert client.get("/v1/entries?q=医药").json()["items"] == []
    for address in (f"/entries/{PHARMACIES}", f"/entries/{RESERVOIRS}?version=1", "/?status=RETIRED", "/journal"):
        for language in ("", "lang=en"):
            page = client.get(f"{address}{'&' if '?' in address else '?'}{language}", headers={"accept": "text/html"})
            assert page.status_code == 200, address
            assert RETIRED_TITLE not in page.text
    page = client.get(f"/entries/{PHARMACIES}", headers={"accept": "text/html"}).text
    assert "内容已屏蔽" in page
    assert "法院裁定" in page
    assert "(suppressed content)" in client.get(f"/entries/{PHARMACIES}?lang=en").text


def test_whoever_had_the_answer_before_gets_the_new_one(client: Client, city: SampleApplication) -> None:
    tag = city.etag  # type: ignore[attr-defined]
    answer = client.get(f"/v1/entries/{RESERVOIRS}", headers={"if-none-match": tag})
    assert answer.status_code == 200
    same = client.get(f"/v1/entries/{RESERVOIRS}", headers={"if-none-match": answer.headers["etag"]})
    assert same.status_code == 304


ADDRESSES = (
    *("/v1/entries", f"/v1/entries/{RESERVOIRS}", f"/v1/entries/{RESERVOIRS}/proof", "/v1/acts/3", "/v1/acts/3/proof"),
    *("/v1/journal", "/v1/journal/checkpoint", "/v1/journal/tile/0/000.p/3", "/v1/journal/consistency?from=1"),
    *(
        "/v1/organizations",
        "/v1/registrations",
        "/v1/grants",
        "/v1/products",
        "/v1/entries/0x" + "00" * 32 + "/absence",
    ),
    *("/", f"/entries/{RESERVOIRS}", "/journal", "/readyz"),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_of_an_older_history_is_answered(client: Client, city: SampleApplication, address: str) -> None:
    name, leaves = f"mulu/{ORIGIN.hex()}", city.city.leaves
    ahead, other = Checkpoint(name, len(leaves) + 1, bytes(32)), Checkpoint(name, len(leaves), bytes(32))
    try:
        for last, status, said in ((ahead, 503, "brought to the chain"), (other, 500, "another root")):
            city.signed = last
            answer = client.get(address)
            assert answer.status_code == status
            assert said in answer.json()["detail"]
            assert client.get("/healthz").status_code == 200
        city.signed = Checkpoint(name, len(leaves), root_of(leaves))
        assert client.get(address).status_code == 200
    finally:
        city.signed = None


def test_nothing_is_answered_while_the_mirror_withholds_less_than_the_list(
    client: Client, city: SampleApplication
) -> None:
    before = city.listed
    assert before is not None
    try:
        city.listed = before | {3: Suppression(3, city.city.leaves[3], SINCE, "法院裁定", b"\7" * 32)}
        answer = client.get(f"/v1/entries/{RESERVOIRS}")
        assert answer.status_code == 503
        assert "suppression list" in answer.json()["detail"]
        far = len(city.city.leaves)
        city.listed = before | {far: Suppression(far, bytes(32), SINCE, "法院裁定", b"\7" * 32)}
        assert client.get(f"/v1/entries/{RESERVOIRS}").status_code == 200
    finally:
        city.listed = before
