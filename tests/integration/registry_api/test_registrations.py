"""Registrations, certificates, notices and objections on a real mirror."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.merkle.hashing import root_of
from ledger.model.ids import entry_id, to_hex
from ledger.proof.verdict import Verdict
from ledger.proof.verify import verify
from registry_api import registration_schemas as schemas
from registry_api.bundle_schemas import Bundle
from registry_api.schemas import EntryAnswer

from .conftest import Client
from .register import (
    APPLICANT,
    ASKED,
    BROKEN,
    BUSES,
    CODE,
    LICENCES,
    PHARMACIES,
    REFUSED,
    RESERVOIRS,
    SECRET,
    SHORT,
    STRANGE,
    UNKNOWN,
    local,
    salt,
)
from .sample import HOSTILE, MEDICINE, REGISTRAR, TRANSPORT, WATER, SampleApplication, trust
from .test_answers import ask
from .test_problems import refused

HEAD = "2026-07-01T04:00:00Z"
AT = f"as_of={HEAD}"


def listed(client: Client, query: str) -> list[tuple[str, int]]:
    page = ask(client, f"/v1/registrations?{AT}&limit=50&{query}", schemas.RegistrationPage)
    return [(item["number"], item["version"]) for item in page["items"]]


def one(client: Client, number: str, query: str = AT) -> Any:
    return ask(client, f"/v1/registrations/{number}?{query}", schemas.RegistrationAnswer)


def worth(client: Client, number: str, query: str = AT) -> Any:
    return ask(client, f"/v1/certificates/{number}/status?{query}", schemas.CertificateAnswer)["certificate"]


class TestList:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=水库", [(RESERVOIRS, 2), (RESERVOIRS, 1)]),
            ("q=水库&current=true", [(RESERVOIRS, 2)]),
            (f"q={RESERVOIRS}", [(RESERVOIRS, 2), (RESERVOIRS, 1)]),
            (f"q={CODE}&order=oldest", [(RESERVOIRS, 1), (RESERVOIRS, 2)]),
            ("stage=NOTICE", [(PHARMACIES, 1)]),
            ("stage=REFUSED", [(REFUSED, 1)]),
            ("open=true", [(STRANGE, 1), (BROKEN, 1), (ASKED, 1), (PHARMACIES, 1)]),
            ("status=ACTIVE", [(RESERVOIRS, 2)]),
            ("status=SUPERSEDED", [(RESERVOIRS, 1)]),
            ("status=SUSPENDED", [(LICENCES, 1)]),
            ("status=CANCELLED", [(BUSES, 1)]),
            ("status=EXPIRED", [(SHORT, 1)]),
            ("status=REVOKED", []),
            ("kind=CHANGE", [(RESERVOIRS, 2)]),
            (f"subject={MEDICINE}", [(PHARMACIES, 1)]),
            (f"applicant={TRANSPORT}", [(SHORT, 1), (BUSES, 1)]),
            (f"registrar={WATER}", []),
            (f"entry={to_hex(entry_id(MEDICINE, '307001/000001'))}", [(PHARMACIES, 1)]),
            ("malformed=true", [(BROKEN, 1)]),
            ("due_before=2026-07-01T00:00:00%2B08:00", [(STRANGE, 1), (BROKEN, 1)]),
            ("expires_before=2026-12-31T00:00:00Z", [(SHORT, 1)]),
        ],
    )
    def test_filters(self, office: Client, query: str, found: list[tuple[str, int]]) -> None:
        assert listed(office, query) == found

    def test_pages_cover_everything_once_by_one_clock(self, office: Client) -> None:
        whole = ask(office, f"/v1/registrations?{AT}&limit=500", schemas.RegistrationPage)
        address, collected = f"/v1/registrations?{AT}&limit=4", []
        while address:
            page = ask(office, address, schemas.RegistrationPage)
            assert page["clock"] == whole["clock"]
            collected += page["items"]
            address = page["next"]
        assert collected == whole["items"]

    def test_status_is_judged_by_the_clock(self, office: Client) -> None:
        before, at = "2026-06-07T15:59:59Z", "2026-06-07T16:00:00Z"
        for moment, status in ((before, "ACTIVE"), (at, "EXPIRED")):
            page = ask(office, f"/v1/registrations?q=桥梁&as_of={moment}", schemas.RegistrationPage)
            assert [item["status"] for item in page["items"]] == [status]
            assert page["clock"] == moment

    def test_every_clock_between_the_block_and_now(self, office: Client) -> None:
        block = ask(office, f"/v1/registrations?{AT}", schemas.RegistrationPage)["as_of"]["block"]
        page = ask(office, f"/v1/registrations?as_of={block}&clock={HEAD}", schemas.RegistrationPage)
        assert page["clock"] == HEAD
        early = refused(office, f"/v1/registrations?as_of={block}&clock=2026-06-30T00:00:00Z", 422)
        assert "before" in early.detail
        assert "future" in refused(office, "/v1/registrations?clock=2999-01-01T00:00:00Z", 422).detail


class TestOne:
    def test_what_it_says(self, office: Client) -> None:
        answer = one(office, RESERVOIRS, f"{AT}&version=1")
        row = answer["registration"]
        assert row["title"] == "大中型水库水情日报"
        assert row["content"]["values"]["update_cycle"] == "每日"
        assert (row["status"], row["superseded_by"], row["national_code"]) == ("SUPERSEDED", 2, CODE)
        assert (row["subject_name"], row["registrar_name"]) == ("市水务局(虚构)", "市大数据中心(虚构)")
        assert row["late"] is True
        assert row["workdays_left"] is None
        assert [version["version"] for version in answer["versions"]] == [1, 2]
        assert [step["step"] for step in answer["steps"]] == [
            "FILED", "SUPPLEMENT_REQUESTED", "SUPPLEMENTED", "ACCEPTED", "REVIEW_PASSED", "NOTICE_OPENED",
            "OBJECTION_RAISED", "OBJECTION_ACCEPTED", "OBJECTION_DISMISSED", "ISSUED", "CODE_ASSIGNED", "SUPERSEDED",
        ]  # fmt: skip
        assert [(row["objection"], row["state"]) for row in answer["objections"]] == [(1, "DISMISSED")]

    def test_the_last_version_is_meant(self, office: Client) -> None:
        assert one(office, RESERVOIRS)["registration"]["version"] == 2
        assert one(office, RESERVOIRS, "as_of=2026-05-01T00:00:00Z")["registration"]["version"] == 1
        assert refused(office, f"/v1/registrations/{RESERVOIRS}?version=3", 404).type == "/problems/not-found"

    def test_fields_give_the_certificate_root(self, office: Client) -> None:
        row = one(office, RESERVOIRS)["registration"]
        fields = row["fields"]
        assert [field["withheld"] for field in fields].count(True) == 2
        assert fields[4]["name"] == "title"
        assert fields[4]["salt"] == to_hex(salt("title"))
        assert to_hex(root_of([bytes.fromhex(field["leaf"][2:]) for field in fields])) == row["certificate_root"]

    def test_a_malformed_content_comes_raw(self, office: Client) -> None:
        row = one(office, BROKEN)["registration"]
        assert (row["title"], row["content"], row["content_raw"]) == (None, None, "0xff")
        assert row["malformed"]

    def test_working_days_left(self, office: Client) -> None:
        notice = one(office, PHARMACIES)["registration"]
        # 23 June is followed by ten working days, Wednesday 24 June to Tuesday 7 July.
        assert (notice["notice_end"], notice["workdays_left"]) == ("2026-07-07T16:00:00Z", 4)
        assert notice["overdue"] is False
        late = one(office, STRANGE)["registration"]
        assert (late["deadline"], late["workdays_left"], late["overdue"]) == ("2026-06-29T16:00:00Z", -2, True)

    def test_links_lead_somewhere(self, office: Client) -> None:
        for number in (RESERVOIRS, PHARMACIES):
            row = one(office, number)["registration"]
            for link in filter(None, row["links"].values()):
                assert office.get(link).status_code == 200, link

    def test_history_tells_every_state_by_its_own_clock(self, office: Client) -> None:
        answer = ask(office, f"/v1/registrations/{SHORT}/history?{AT}", schemas.RegistrationHistory)
        states = [(item["stage"], item["status"]) for item in answer["items"]]
        assert states == [
            ("APPLIED", None), ("ACCEPTED", None), ("REVIEWED", None), ("NOTICE", None), ("ISSUED", "ACTIVE"),
        ]  # fmt: skip
        assert [item["to_time"] for item in answer["items"][:-1]] == [item["from_time"] for item in answer["items"][1:]]

    def test_steps_of_all_versions_or_one(self, office: Client) -> None:
        def steps(query: str) -> list[int]:
            answer = ask(office, f"/v1/registrations/{RESERVOIRS}/steps?{query}", schemas.RegistrationSteps)
            return [step["version"] for step in answer["items"]]

        assert len(steps(AT)) == len(steps(f"{AT}&version=1")) + len(steps(f"{AT}&version=2"))
        assert set(steps(f"{AT}&version=2")) == {2}
        assert len(steps("as_of=2026-03-03T00:00:00Z")) == 1

    @pytest.mark.parametrize(
        ("number", "event"), [(RESERVOIRS, "RegistrationIssued"), (PHARMACIES, "ApplicationFiled")]
    )
    def test_proof_verifies(self, office: Client, number: str, event: str) -> None:
        answer = office.get(f"/v1/registrations/{number}/proof")
        Bundle.model_validate_json(answer.content)
        report = verify(answer.content, trust(), None, datetime.now(UTC))
        assert report.verdict == Verdict.UNDECIDED
        assert [check.name for check in report.checks if check.outcome == "failed"] == []
        index = answer.json()["act"]["index"]
        assert office.get(f"/v1/acts/{index}").json()["act"]["event"] == event
        assert f"registration-{number}-v" in answer.headers["content-disposition"]


class TestCertificates:
    def test_proof_verifies(self, office: Client) -> None:
        answer = office.get(f"/v1/certificates/{RESERVOIRS}/proof")
        Bundle.model_validate_json(answer.content)
        report = verify(answer.content, trust(), None, datetime.now(UTC))
        assert [check.name for check in report.checks if check.outcome == "failed"] == []
        assert report.statement["registration"] == RESERVOIRS
        assert report.verdict == Verdict.UNDECIDED  # all that can be said without a node
        assert office.get(f"/v1/certificates/{PHARMACIES}/proof").status_code == 404

    def test_absence_verifies(self, office: Client) -> None:
        answer = office.get(f"/v1/registrations/{UNKNOWN}/absence")
        Bundle.model_validate_json(answer.content)
        report = verify(answer.content, trust(), None, datetime.now(UTC))
        assert [(c.name, c.detail.en[:19]) for c in report.checks if c.outcome == "failed"] == [
            ("status", "the ledger has none")
        ]
        assert office.get(f"/v1/registrations/{RESERVOIRS}/absence").status_code == 404

    @pytest.mark.parametrize(
        ("number", "query", "status", "since"),
        [
            (RESERVOIRS, AT, "ACTIVE", "2026-05-27T09:00"),
            (RESERVOIRS, f"{AT}&version=1", "SUPERSEDED", "2026-05-27T09:00"),
            (RESERVOIRS, "as_of=2026-05-01T00:00:00Z", "ACTIVE", "2026-04-08T09:00"),
            (LICENCES, AT, "SUSPENDED", "2026-06-15T09:00"),
            (LICENCES, "as_of=2026-06-15T00:59:59Z", "ACTIVE", "2026-04-08T09:10"),
            (BUSES, AT, "CANCELLED", "2026-06-16T09:00"),
            (SHORT, AT, "EXPIRED", "2026-06-08T00:00"),
        ],
    )
    def test_status(self, office: Client, number: str, query: str, status: str, since: str) -> None:
        told = worth(office, number, query)
        assert told["status"] == status
        assert datetime.fromisoformat(told["since"]) == local(since)
        for link in told["links"].values():
            assert office.get(link).status_code == 200, link

    def test_it_names_the_act_and_the_objection(self, office: Client) -> None:
        told = worth(office, LICENCES)
        assert told["suspended_for"] == 2
        assert office.get(f"/v1/acts/{told['act_index']}").json()["act"]["event"] == "ObjectionUpheld"
        # Giving a code began another state, and no other status.
        coded = worth(office, RESERVOIRS, "as_of=2026-05-01T00:00:00Z")
        assert office.get(f"/v1/acts/{coded['act_index']}").json()["act"]["event"] == "RegistrationIssued"

    def test_what_was_not_issued_has_none(self, office: Client) -> None:
        assert "not issued" in refused(office, f"/v1/certificates/{PHARMACIES}/status", 404).detail
        assert "not issued" not in refused(office, f"/v1/certificates/{UNKNOWN}/status", 404).detail
        refused(office, f"/v1/certificates/{RESERVOIRS}/status?as_of=2026-04-01T00:00:00Z", 404)
        refused(office, f"/v1/certificates/{RESERVOIRS}/status?version=9", 404)

    def test_an_answer_of_the_present_is_kept_for_a_minute_at_most(
        self, office: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        address = f"/v1/certificates/{RESERVOIRS}/status"
        tags = set()
        for minute in (1, 2):
            monkeypatch.setattr("registry_api.reading.this_minute", lambda at=minute: local(f"2026-07-01T12:0{at}"))
            answer = office.get(address)
            assert answer.json()["clock"] == f"2026-07-01T04:0{minute}:00Z"
            assert office.get(address, headers={"if-none-match": answer.headers["etag"]}).status_code == 304
            tags |= {answer.headers["etag"], office.get(f"{address}?{AT}").headers["etag"]}
        assert len(tags) == 3


class TestNotices:
    def test_those_under_way(self, office: Client) -> None:
        def found(moment: str) -> list[str]:
            page = ask(office, f"/v1/notices?as_of={moment}", schemas.NoticePage)
            return [item["number"] for item in page["items"]]

        assert found(HEAD) == [PHARMACIES]
        assert found("2026-03-31T00:00:00Z") == [RESERVOIRS, LICENCES, BUSES, SHORT]
        # 6 April is a holiday: ten working days after 20 March end with 3 April.
        assert found("2026-04-03T15:59:59Z") != []
        assert found("2026-04-03T16:00:00Z") == []
        assert ask(office, f"/v1/notices?{AT}&registrar={WATER}", schemas.NoticePage)["items"] == []

    def test_pages(self, office: Client) -> None:
        address, collected = "/v1/notices?as_of=2026-03-31T00:00:00Z&limit=1", []
        while address:
            page = ask(office, address, schemas.NoticePage)
            collected += [item["number"] for item in page["items"]]
            address = page["next"]
        assert collected == [RESERVOIRS, LICENCES, BUSES, SHORT]


class TestObjections:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", [1, 2, 3, 4]),
            ("open=true", [3, 4]),
            ("state=UPHELD", [2]),
            (f"registration={RESERVOIRS}", [1]),
            (f"entry={to_hex(entry_id(WATER, '306001/000002'))}", [4]),
            (f"responsible={REGISTRAR}", [1, 2, 3]),
            (f"objector={MEDICINE}&open=true", [3, 4]),
            ("due_before=2026-07-03T00:00:00Z&open=true", [3]),
            ("state=ACCEPTED", [4]),
            ("version=2", []),
        ],
    )
    def test_filters(self, office: Client, query: str, found: list[int]) -> None:
        page = ask(office, f"/v1/objections?{AT}&{query}", schemas.ObjectionPage)
        assert [item["objection"] for item in page["items"]] == found

    def test_one(self, office: Client) -> None:
        answer = ask(office, f"/v1/objections/2?{AT}", schemas.ObjectionAnswer)
        row = answer["objection"]
        assert (row["person"], row["objector"], row["state"], row["late"]) == (True, None, "UPHELD", True)
        assert [state["state"] for state in answer["history"]] == ["RAISED", "UPHELD"]
        for link in row["links"].values():
            assert office.get(link).status_code == 200, link
        refused(office, "/v1/objections/5", 404)
        refused(office, "/v1/objections/5/proof", 404)

    def test_pages(self, office: Client) -> None:
        first = ask(office, f"/v1/objections?{AT}&limit=3", schemas.ObjectionPage)
        second = ask(office, first["next"], schemas.ObjectionPage)
        assert [row["objection"] for row in first["items"] + second["items"]] == [1, 2, 3, 4]
        assert second["next"] is None

    def test_proof_is_of_the_last_act(self, office: Client) -> None:
        answer = office.get("/v1/objections/1/proof")
        index = answer.json()["act"]["index"]
        assert office.get(f"/v1/acts/{index}").json()["act"]["event"] == "ObjectionDismissed"


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/v1/registrations?stage=notice", "stage"),
        ("/v1/registrations?status=NONE", "status"),
        ("/v1/registrations?due_before=2026-03-01", "due_before"),
        ("/v1/registrations?due_before=7", "due_before"),
        ("/v1/registrations?clock=12", "clock"),
        ("/v1/registrations?entry=0x12", "entry"),
        ("/v1/registrations?stagee=NOTICE", "stagee"),
        (f"/v1/registrations/{RESERVOIRS[:-1]}", "number"),
        (f"/v1/registrations/{RESERVOIRS.lower()}", "number"),
        (f"/v1/certificates/{RESERVOIRS[:-2]}00/status", "number"),
        ("/v1/notices?after=7", "after"),
        ("/v1/notices?after=2026-03-01T00:00:00Z~-1", "after"),
        ("/v1/notices?after=2026-03-01T00:00:00Z~99999999999999999999999", "after"),
        ("/v1/objections/0", "objection"),
        ("/v1/objections?registration=R1", "registration"),
    ],
)
def test_wrong_parameter_is_named(office: Client, address: str, parameter: str) -> None:
    problem = refused(office, address, 422)
    assert [error.parameter for error in problem.errors or ()] == [parameter]


def test_withheld_values_are_nowhere(office: Client, register: SampleApplication) -> None:
    addresses = [
        "/v1/registrations", "/v1/objections", f"/v1/registrations/{RESERVOIRS}",
        f"/v1/registrations/{RESERVOIRS}/history", f"/v1/registrations/{RESERVOIRS}/proof",
        *(f"/v1/acts/{index}" for index in range(len(register.city.leaves))),
    ]  # fmt: skip
    for address in addresses:
        text = office.get(address).text
        for value in (SECRET, SECRET.encode().hex(), SECRET.split()[1], "contact_name", b"contact_name".hex()):
            assert value not in text, address


def test_an_act_tells_its_members(office: Client) -> None:
    acts = office.get("/v1/acts?contract=Applications&event=ApplicationFiled&order=oldest").json()["items"]
    assert acts[0]["organization"] == WATER
    fields = office.get(f"/v1/acts/{acts[0]['index']}").json()["act"]["fields"]
    assert (fields["number"], fields["subject"], fields["account"]) == (RESERVOIRS, WATER, to_hex(APPLICANT))
    assert fields["entries"] == [to_hex(entry_id(WATER, "306001/000001"))]
    coded = office.get("/v1/acts?event=NationalCodeAssigned").json()["items"][0]["index"]
    assert office.get(f"/v1/acts/{coded}").json()["act"]["fields"]["code"] == CODE


def test_hostile_titles_come_as_they_are(office: Client) -> None:
    assert one(office, STRANGE)["registration"]["title"] == HOSTILE


def test_an_entry_names_its_registrations_and_its_marks(office: Client) -> None:
    licences = to_hex(entry_id(WATER, "306001/000002"))
    answer = ask(office, f"/v1/entries/{licences}", EntryAnswer)
    assert [(hold["number"], hold["version"]) for hold in answer["held_by"]] == [(LICENCES, 1)]
    assert answer["marked_by"] == ["/v1/objections/4"]
    reservoirs = ask(office, f"/v1/entries/{to_hex(entry_id(WATER, '306001/000001'))}", EntryAnswer)
    assert (RESERVOIRS, 2) in [(hold["number"], hold["version"]) for hold in reservoirs["held_by"]]
    assert (RESERVOIRS, 1) not in [(hold["number"], hold["version"]) for hold in reservoirs["held_by"]]
    assert reservoirs["marked_by"] == []
