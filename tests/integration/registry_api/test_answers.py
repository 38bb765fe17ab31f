"""Every route on a real mirror: its answer has exactly the members that are documented."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from ledger.merkle.hashing import root_of
from ledger.model.ids import entry_id, to_hex
from ledger.proof.verdict import Verdict
from ledger.proof.verify import verify
from registry_api import journal_schemas, schemas
from registry_api.bundle_schemas import Bundle
from registry_api.main import create_app

from .conftest import Client
from .sample import AUTHORITY, HOSTILE, MEDICINE, PUBLISHER, TRANSPORT, WATER, City, SampleApplication, build, trust

RESERVOIRS = to_hex(entry_id(WATER, "306001/000001"))
RETIRED = to_hex(entry_id(MEDICINE, "307001/000001"))
BROKEN = to_hex(entry_id(WATER, "broken"))


def ask(client: Client, address: str, model: type[BaseModel]) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    model.model_validate_json(answer.content)
    return answer.json()


def titles(page: Any) -> list[str]:
    return [item["title"] for item in page["items"]]


def test_as_of_names_the_head(client: Client, application: SampleApplication) -> None:
    as_of = ask(client, "/v1/journal", journal_schemas.JournalAnswer)["as_of"]
    head = City.block(application.city.number)
    assert as_of == {
        "block": head.number,
        "hash": to_hex(head.hash),
        "time": head.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "state": "provisional",
    }


def test_journal_has_size_and_root_of_all_acts(client: Client, application: SampleApplication) -> None:
    journal = ask(client, "/v1/journal", journal_schemas.JournalAnswer)["journal"]
    assert journal["size"] == len(application.city.leaves)
    assert journal["root"] == to_hex(root_of(application.city.leaves))


class TestEntries:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=水库", ["大中型水库水情日报"]),
            ("q=蓄水", ["大中型水库水情日报"]),  # of an item only
            ("q=rsv_daily", []),  # the table's name is not searched
            ("q=水 许可", ["取水许可证照信息"]),
            ("q=点信", [f"公交线路{at}路站点信息" for at in range(30, 0, -1)]),
            ("q=没有的词", []),
            ("provider=" + MEDICINE, ["定点医药机构名录"]),
            ("provider=" + AUTHORITY, []),
            ("theme=医疗健康", ["定点医药机构名录"]),
            ("share=2", ["取水许可证照信息"]),
            ("open=2", ["定点医药机构名录"]),
            ("open=3&level=2", ["取水许可证照信息"]),
            ("level=3", [HOSTILE]),
            ("status=RETIRED", ["定点医药机构名录"]),
            ("status=ACTIVE&theme=医疗健康", []),
            ("malformed=true", [None]),
            ("source=elsewhere", []),
        ],
    )
    def test_filters(self, client: Client, query: str, found: list[str]) -> None:
        assert titles(ask(client, f"/v1/entries?limit=50&{query}", schemas.EntryPage)) == found

    def test_pages_cover_everything_once(self, client: Client) -> None:
        whole = ask(client, "/v1/entries?limit=500", schemas.EntryPage)
        assert whole["next"] is None
        assert len(whole["items"]) == 35
        address, collected = "/v1/entries?limit=4", []
        while address:
            page = ask(client, address, schemas.EntryPage)
            collected += page["items"]
            address = page["next"]
        assert collected == whole["items"]

    def test_newest_act_first(self, client: Client) -> None:
        indices = [item["act_index"] for item in ask(client, "/v1/entries", schemas.EntryPage)["items"]]
        assert indices == sorted(indices, reverse=True)
        after = ask(client, f"/v1/entries?after={indices[4]}", schemas.EntryPage)["items"]
        assert [item["act_index"] for item in after] == indices[5:]
        assert ask(client, "/v1/entries?after=0", schemas.EntryPage)["items"] == []

    def test_next_is_linked_and_names_the_block(self, client: Client) -> None:
        answer = client.get("/v1/entries?limit=2&q=公交")
        assert answer.headers["link"] == f'<{answer.json()["next"]}>; rel="next"'
        assert f"as_of={answer.json()['as_of']['block']}" in answer.json()["next"]

    def test_as_of_block_and_time_agree(self, client: Client) -> None:
        at_block = ask(client, "/v1/entries?as_of=9&q=水库", schemas.EntryPage)
        moment = City.block(9).time + timedelta(seconds=30)
        for offset in (UTC, None):
            text = moment.isoformat() if offset else moment.isoformat().replace("+00:00", "Z")
            at_time = ask(client, f"/v1/entries?as_of={text}&q=水库", schemas.EntryPage)
            assert at_time["items"] == at_block["items"]
        (item,) = at_block["items"]
        assert (item["version"], item["to_block"]) == (1, 10)
        assert at_block["as_of"]["block"] == 9
        assert at_block["as_of"]["state"] == "final"

    def test_as_of_an_empty_block_is_the_state_before(self, client: Client) -> None:
        assert (
            ask(client, "/v1/entries?as_of=8", schemas.EntryPage)["items"]
            == (ask(client, "/v1/entries?as_of=7", schemas.EntryPage)["items"])
        )

    def test_as_of_now_is_the_head(self, client: Client) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        assert ask(client, f"/v1/entries?as_of={now}", schemas.EntryPage)["as_of"]["block"] == 12

    def test_one_entry(self, client: Client) -> None:
        answer = ask(client, f"/v1/entries/{RESERVOIRS}", schemas.EntryAnswer)
        entry = answer["entry"]
        assert entry["content"]["items"][2]["name"] == "库水位"
        assert entry["content_raw"] is None
        assert (entry["version"], entry["provider_name"]) == (2, "市水务局(虚构)")
        assert [version["version"] for version in answer["history"]] == [2, 1]
        for link in entry["links"].values():
            assert client.get(link).status_code == 200

    def test_one_version(self, client: Client) -> None:
        answer = ask(client, f"/v1/entries/{RESERVOIRS}?version=1", schemas.EntryAnswer)
        assert answer["entry"]["content"]["update_cycle"] == "2"
        same = ask(client, f"/v1/entries/{RESERVOIRS}?as_of=9", schemas.EntryAnswer)
        assert same["entry"] == answer["entry"]
        assert [version["version"] for version in same["history"]] == [1]

    def test_retired_entry_keeps_its_content(self, client: Client) -> None:
        entry = ask(client, f"/v1/entries/{RETIRED}", schemas.EntryAnswer)["entry"]
        assert (entry["status"], entry["version"], entry["content"]["title"]) == ("RETIRED", 2, "定点医药机构名录")
        assert entry["reason"] == "0x" + "07" * 32

    def test_malformed_content_comes_raw_with_the_reason(self, client: Client) -> None:
        entry = ask(client, f"/v1/entries/{BROKEN}", schemas.EntryAnswer)["entry"]
        assert entry["content"] is None
        assert bytes.fromhex(entry["content_raw"][2:]) == b"\xff not json"
        assert "canonical" in entry["malformed"]

    def test_history_pages(self, client: Client) -> None:
        first = ask(client, f"/v1/entries/{RESERVOIRS}/history?limit=1", schemas.EntryHistoryPage)
        second = ask(client, first["next"], schemas.EntryHistoryPage)
        assert [row["version"] for row in first["items"] + second["items"]] == [2, 1]
        assert second["next"] is None

    @pytest.mark.parametrize("version", [1, 2, None])
    def test_proof_verifies(self, client: Client, version: int | None) -> None:
        query = "" if version is None else f"?version={version}"
        answer = client.get(f"/v1/entries/{RESERVOIRS}/proof{query}")
        Bundle.model_validate_json(answer.content)
        report = verify(answer.content, trust(), None, datetime.now(UTC))
        assert report.verdict == Verdict.UNDECIDED  # all that can be said without a node
        assert [check.name for check in report.checks if check.outcome == "failed"] == []
        assert answer.json()["statement"]["version"] == (version or 2)
        assert "attachment" in answer.headers["content-disposition"]

    def test_absence_verifies(self, client: Client) -> None:
        answer = client.get(f"/v1/entries/0x{'5a' * 32}/absence")
        Bundle.model_validate_json(answer.content)
        report = verify(answer.content, trust(), None, datetime.now(UTC))
        assert [check.name for check in report.checks if check.outcome == "failed"] == ["status"]
        assert client.get(f"/v1/entries/{RESERVOIRS}/absence").status_code == 404


class TestOrganizations:
    def test_list_and_filters(self, client: Client) -> None:
        page = ask(client, "/v1/organizations", schemas.OrganizationPage)
        assert [row["code"] for row in page["items"]] == sorted((AUTHORITY, WATER, MEDICINE, TRANSPORT))
        water = ask(client, "/v1/organizations?q=水务", schemas.OrganizationPage)
        assert [row["code"] for row in water["items"]] == [WATER]
        authority = ask(client, "/v1/organizations?kind=1", schemas.OrganizationPage)
        assert [row["code"] for row in authority["items"]] == [AUTHORITY]
        assert ask(client, "/v1/organizations?suspended=true", schemas.OrganizationPage)["items"] == []

    def test_pages(self, client: Client) -> None:
        first = ask(client, "/v1/organizations?limit=3", schemas.OrganizationPage)
        second = ask(client, first["next"], schemas.OrganizationPage)
        assert (len(first["items"]), len(second["items"]), second["next"]) == (3, 1, None)

    def test_one(self, client: Client) -> None:
        answer = ask(client, f"/v1/organizations/{WATER}", schemas.OrganizationAnswer)
        assert answer["organization"]["area"] == "119900000000"
        assert [(row["address"], row["roles"]) for row in answer["accounts"]] == [(to_hex(PUBLISHER), ["PUBLISHER"])]

    def test_as_of_before_its_account(self, client: Client) -> None:
        assert ask(client, f"/v1/organizations/{WATER}?as_of=4", schemas.OrganizationAnswer)["accounts"] == []

    def test_accounts_and_versions_are_the_500_newest(self, database: str) -> None:
        application = build(database)
        added = [bytes([9]) * 16 + at.to_bytes(4, "big") for at in range(501)]
        application.city.mine(
            *(
                ("Organizations", "AccountAdded", {"subject": subject, "organization": WATER, "roles": 1})
                for subject in added
            )
        )
        changes = [("OrganizationSuspended", "OrganizationResumed")[at % 2] for at in range(501)]
        application.city.mine(*(("Organizations", change, {"code": WATER}) for change in changes))
        answer = ask(Client(create_app(application)), f"/v1/organizations/{WATER}", schemas.OrganizationAnswer)
        application.mirror.close()
        for rows in (answer["accounts"], answer["history"]):
            indices = [row["act_index"] for row in rows]
            assert len(indices) == 500
            assert indices == sorted(indices, reverse=True)
        assert answer["accounts"][0]["address"] == to_hex(added[-1])
        assert answer["history"][0] == answer["organization"]
        assert [row["suspended"] for row in answer["history"][:3]] == [True, False, True]
        application.mirror.close()


class TestActs:
    def test_pages_in_both_orders(self, client: Client, application: SampleApplication) -> None:
        for order, first in (("newest", len(application.city.leaves) - 1), ("oldest", 0)):
            address, indices = f"/v1/acts?order={order}&limit=17", []
            while address:
                page = ask(client, address, schemas.ActPage)
                indices += [row["index"] for row in page["items"]]
                address = page["next"]
            assert indices[0] == first
            assert sorted(indices) == list(range(len(application.city.leaves)))

    def test_filters(self, client: Client) -> None:
        retired = ask(client, "/v1/acts?event=EntryRetired", schemas.ActPage)["items"]
        assert [row["organization"] for row in retired] == [MEDICINE]
        assert (
            len(ask(client, f"/v1/acts?contract=Catalog&account={to_hex(PUBLISHER)}", schemas.ActPage)["items"]) == 37
        )
        assert ask(client, "/v1/acts?as_of=2", schemas.ActPage)["items"][0]["event"] == "JournalOpened"

    def test_leaf_follows_from_the_raw_log(self, client: Client, application: SampleApplication) -> None:
        for index, leaf in enumerate(application.city.leaves):
            act = ask(client, f"/v1/acts/{index}", schemas.ActAnswer)["act"]
            assert act["leaf"] == to_hex(leaf)
            assert act["data"] == to_hex(application.city.logs[index].data)
        assert act["fields"]["localCode"] == "broken"
        assert act["malformed"] is True

    def test_proof_verifies(self, client: Client) -> None:
        answer = client.get("/v1/acts/0/proof")
        Bundle.model_validate_json(answer.content)
        report = verify(answer.content, trust(), None, datetime.now(UTC))
        assert report.verdict == Verdict.UNDECIDED


class TestHealth:
    def test_alive(self, client: Client) -> None:
        ask(client, "/healthz", schemas.Health)

    def test_ready(self, client: Client, application: SampleApplication) -> None:
        application.ahead_blocks = 3
        ready = ask(client, "/readyz", schemas.Ready)
        assert (ready["node"], ready["lag_blocks"], ready["lag_seconds"]) == ("reachable", 3, 180)

    def test_ready_without_a_node(self, client: Client, application: SampleApplication) -> None:
        application.down = True
        assert ask(client, "/readyz", schemas.Ready)["node"] == "unreachable"

    def test_not_ready_when_far_behind(self, client: Client, application: SampleApplication) -> None:
        application.ahead_blocks = 51
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "51 blocks" in schemas.Problem.model_validate_json(answer.content).detail


class TestConditional:
    def test_same_tag_until_the_request_differs(self, client: Client) -> None:
        first = client.get("/v1/entries?limit=1")
        again = client.get("/v1/entries?limit=1", headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
        assert client.get("/v1/entries?limit=2").headers["etag"] != first.headers["etag"]
        assert client.get("/v1/entries?limit=1", headers={"if-none-match": '"other"'}).status_code == 200

    @pytest.mark.parametrize("address", ["/v1/entries", f"/v1/entries/{RESERVOIRS}/proof", "/healthz", "/", "/journal"])
    def test_head_is_get_without_body(self, client: Client, address: str) -> None:
        head, get = client.request("HEAD", address), client.get(address)
        assert (head.status_code, head.content) == (200, b"")
        # Each request has an id of its own.
        assert {**head.headers, "x-request-id": ""} == {**get.headers, "x-request-id": ""}

    def test_any_answer_is_known_only_where_there_is_one(self, client: Client) -> None:
        whatever = {"if-none-match": "*"}
        known = client.get(f"/v1/entries/{RESERVOIRS}", headers=whatever)
        assert (known.status_code, known.content) == (304, b"")
        assert known.headers["etag"] == client.get(f"/v1/entries/{RESERVOIRS}").headers["etag"]
        assert client.get("/v1/entries/0x" + "00" * 32, headers=whatever).status_code == 404

    def test_304_carries_what_200_says_of_caches(self, client: Client) -> None:
        fresh = client.get("/v1/entries?limit=1")
        tag = fresh.headers["etag"]
        for given in ([("if-none-match", tag)], [("if-none-match", '"x"'), ("if-none-match", f"W/{tag}")]):
            for method in ("GET", "HEAD"):
                known = client.request(method, "/v1/entries?limit=1", headers=given)
                assert known.status_code == 304
                assert known.headers["cache-control"] == fresh.headers["cache-control"]
                assert known.headers["etag"] == tag
                assert not {"content-type", "content-length", "link"} & set(known.headers)

    def test_whatever_says_nothing_of_caches_is_asked_for_anew(self, client: Client) -> None:
        for address in ("/", "/journal", "/v1/openapi.json"):
            assert client.get(address).headers["cache-control"] == "no-cache"
