"""Grants on a real mirror: every answer has exactly the members that are documented."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.model.ids import to_hex
from ledger.proof.verdict import Verdict
from ledger.proof.verify import verify
from registry_api import grant_schemas as schemas
from registry_api.bundle_schemas import Bundle
from registry_api.check_schemas import CheckAnswer
from registry_api.schemas import ActAnswer, EntryAnswer

from .conftest import Client
from .grants import BROKEN, CHILD, CLOSED_ENTRY, CONTENT, OPEN_ENTRY, OPERATION, OVERALL, SHARING
from .sample import AUTHORITY, HOSTILE, MEDICINE, OPERATOR, REGISTRAR, TRANSPORT, WATER, trust
from .test_answers import ask
from .test_problems import refused

AT = "as_of=2026-07-01T04:00:00Z"
MAY = "as_of=2026-05-15T04:00:00Z"
OPEN, CLOSED = to_hex(OPEN_ENTRY), to_hex(CLOSED_ENTRY)


def listed(client: Client, query: str, at: str = AT) -> list[int]:
    page = ask(client, f"/v1/grants?{at}&limit=50&{query}", schemas.GrantPage)
    return [item["grant"] for item in page["items"]]


def one(client: Client, grant: int, query: str = AT) -> Any:
    return ask(client, f"/v1/grants/{grant}?{query}", schemas.GrantAnswer)


def check(client: Client, entry: str, organization: str, query: str = AT) -> Any:
    address = f"/v1/grants/check?entry={entry}&organization={organization}&{query}"
    return ask(client, address, CheckAnswer)["check"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=水务", [OPERATION]),
        ("order=oldest", [OPERATION, SHARING, CHILD, BROKEN, OVERALL]),
        ("kind=SHARE", [BROKEN, CHILD, SHARING]),
        ("kind=OPERATE&mode=OVERALL", [OVERALL]),
        ("status=ACTIVE", [CHILD, OPERATION]),
        ("status=SUSPENDED", [SHARING]),
        ("status=EXPIRED", [OVERALL]),
        ("status=PLANNED", [BROKEN]),
        ("status=REVOKED", []),
        (f"grantor={WATER}", [BROKEN, SHARING]),
        (f"grantee={OPERATOR}", [OVERALL, OPERATION]),
        (f"implementer={REGISTRAR}", [OVERALL, OPERATION]),
        (f"parent={SHARING}", [CHILD]),
        (f"entry={OPEN}", [OVERALL, OPERATION]),
        (f"entry={CLOSED}", [OVERALL, CHILD, SHARING]),
        ("expires_before=2026-12-31T00:00:00Z", [OVERALL]),
    ],
)
def test_grants_are_found(grants: Client, query: str, found: list[int]) -> None:
    assert listed(grants, query) == found


def test_the_past_is_told_as_it_was(grants: Client) -> None:
    assert listed(grants, "status=ACTIVE", MAY) == [CHILD, SHARING, OPERATION]
    assert listed(grants, "status=ACTIVE", "as_of=2026-06-10T00:00:00Z") == [OVERALL, CHILD, OPERATION]
    assert one(grants, SHARING, MAY)["grant"]["status"] == "ACTIVE"
    assert one(grants, OPERATION, "as_of=2026-04-09T02:30:00Z")["grant"]["status"] == "PLANNED"
    refused(grants, f"/v1/grants/{CHILD}?as_of=2026-04-10T00:00:00Z", 404)


def test_pages_follow_each_other(grants: Client) -> None:
    first = ask(grants, f"/v1/grants?{AT}&limit=2", schemas.GrantPage)
    second = ask(grants, first["next"], schemas.GrantPage)
    assert [item["grant"] for item in first["items"] + second["items"]] == [OVERALL, BROKEN, CHILD, SHARING]


def test_a_grant_comes_with_its_terms_its_words_and_its_approvals(grants: Client) -> None:
    answer = one(grants, OPERATION)
    grant, version = answer["grant"], answer["version"]
    assert (grant["status"], grant["in_force"], answer["effective"]) == ("ACTIVE", True, True)
    assert (grant["grantor"], grant["implementer"], grant["grantee"]) == (AUTHORITY, REGISTRAR, OPERATOR)
    assert grant["grantee_name"] == "某数据运营公司(虚构)"
    assert (grant["valid_from"], grant["valid_until"]) == ("2026-04-13T01:00:00Z", "2028-04-08T16:00:00Z")
    assert version["content"] == {"format": "mulu-grant/1", **CONTENT.stated()}
    assert version["purposes"] == ["GOVERNANCE", "PUBLIC_GOOD", "INDUSTRY", "SECTOR"]
    assert (version["stage"], version["consents_missing"], version["held_count"]) == ("ENTERED", 0, 1)
    assert [approval["approval"] for approval in answer["approvals"]] == version["taken"] == version["required"]
    decision, consent = answer["approvals"][2:4]
    assert (decision["date"], consent["provider"]) == ("2026-04-09", WATER)
    assert answer["approvals"][-1]["entered"]


def test_each_approval_is_proven_by_its_act(grants: Client) -> None:
    approvals = ask(grants, f"/v1/grants/{OPERATION}/approvals?{AT}", schemas.GrantApprovals)["items"]
    for approval in approvals:
        bundle = grants.get(approval["proof"])
        Bundle.model_validate_json(bundle.content)
        report = verify(bundle.content, trust(), None, datetime.now(UTC))
        assert report.verdict == Verdict.UNDECIDED  # all that can be said without a node
        assert [found.name for found in report.checks if found.outcome == "failed"] == []
        act = ask(grants, f"/v1/acts/{approval['act_index']}", ActAnswer)["act"]
        assert (act["event"], act["fields"]["organization"]) == ("GrantApproved", approval["organization"])


def test_acts_of_grants_are_told_with_their_structs(grants: Client) -> None:
    grant = one(grants, OPERATION)["grant"]
    planned = ask(grants, f"/v1/acts/{grant['planned_index']}", ActAnswer)["act"]
    assert planned["fields"]["terms"]["area"] == 119900000000
    scoped = ask(grants, f"/v1/acts/{grant['planned_index'] + 1}", ActAnswer)["act"]
    assert scoped["fields"]["entries"] == [{"entry": OPEN, "version": 1, "operations": 7, "items": 11}]


def test_malformed_content_is_told_raw(grants: Client) -> None:
    answer = one(grants, BROKEN)
    assert (answer["grant"]["title"], answer["grant"]["status"]) == (None, "PLANNED")
    assert (answer["version"]["content"], answer["version"]["content_raw"]) == (None, "0xff")
    assert answer["version"]["malformed"]


def test_a_scope_names_entries_or_providers(grants: Client) -> None:
    page = ask(grants, f"/v1/grants/{OPERATION}/scope?{AT}", schemas.GrantScopePage)
    (item,) = page["items"]
    assert (item["entry"], item["title"], item["items"]) == (OPEN, "大中型水库水情日报", [0, 1, 3])
    assert item["operations"] == ["QUERY", "VERIFY", "COMPUTE"]
    (item,) = ask(grants, f"/v1/grants/{OVERALL}/scope?{AT}", schemas.GrantScopePage)["items"]
    assert (item["entry"], item["provider"], item["level"], item["items"]) == (None, WATER, 1, None)


def test_history_tells_acts_and_records(grants: Client) -> None:
    page = ask(grants, f"/v1/grants/{SHARING}/history?{AT}&limit=3", schemas.GrantHistory)
    rest = ask(grants, page["next"], schemas.GrantHistory)
    assert [step["step"] for step in page["items"] + rest["items"]] == ["PLANNED", "SCOPED", "APPROVED", "SUSPENDED"]
    assert [record["status"] for record in page["records"]] == ["ACTIVE", "SUSPENDED"]
    (version,) = ask(grants, f"/v1/grants/{SHARING}/versions?{AT}", schemas.GrantVersions)["items"]
    assert version["basis"] == "FIRST"


def test_a_suspended_parent_makes_its_child_ineffective(grants: Client) -> None:
    tree = ask(grants, f"/v1/grants/{CHILD}/tree?{AT}", schemas.GrantTree)
    assert (tree["grant"]["in_force"], tree["grant"]["effective"]) == (True, False)
    assert [(one["grant"], one["effective"]) for one in tree["ancestors"]] == [(SHARING, False)]
    above = ask(grants, f"/v1/grants/{SHARING}/tree?{MAY}", schemas.GrantTree)
    assert [(one["grant"], one["effective"]) for one in above["descendants"]] == [(CHILD, True)]
    assert not one(grants, CHILD)["effective"]


def test_an_entry_tells_who_holds_it_and_what_grants_list_it(grants: Client) -> None:
    page = ask(grants, f"/v1/entries/{OPEN}/grants?{AT}", schemas.GrantPage)
    assert [item["grant"] for item in page["items"]] == [OVERALL, OPERATION]
    held = ask(grants, f"/v1/entries/{OPEN}", EntryAnswer)["held_by"]
    assert [hold["link"] for hold in held][1:] == [f"/v1/grants/{OPERATION}?version=1"]
    refused(grants, f"/v1/entries/0x{'00' * 32}/grants", 404)


class TestProof:
    ASKED = f"/v1/grants/{OPERATION}/proof?entry={OPEN}&organization={OPERATOR}"

    def test_it_states_what_was_asked_and_verifies(self, grants: Client) -> None:
        answer = grants.get(self.ASKED + "&operation=VERIFY&at=2026-05-15T04:00:00Z")
        Bundle.model_validate_json(answer.content)
        stated = answer.json()["statement"]
        del stated["digest"]
        time = int(datetime(2026, 5, 15, 4, tzinfo=UTC).timestamp())
        assert stated == {
            "kind": "grant", "grant": OPERATION, "organization": OPERATOR, "entry": OPEN, "operation": 2, "time": time,
        }  # fmt: skip
        assert f'filename="grant-{OPERATION}-{OPEN[2:14]}.json"' in answer.headers["content-disposition"]
        report = verify(answer.content, trust(), None, datetime.now(UTC))
        assert report.verdict == Verdict.UNDECIDED  # all that can be said without a node

    def test_without_a_time_it_is_that_of_the_newest_block(self, grants: Client) -> None:
        answer = grants.get(self.ASKED)
        newest = datetime.fromtimestamp(answer.json()["statement"]["time"], UTC)
        assert newest == datetime(2026, 7, 1, 4, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            (f"/v1/grants/99/proof?entry={OPEN}&organization={OPERATOR}", 404),
            (f"/v1/grants/{OPERATION}/proof?entry={OPEN}", 422),
            (ASKED + "&operation=LOOK", 422),
            (ASKED + "&at=2226-01-01T00:00:00Z", 422),
            (ASKED + "&at=1969-12-31T23:59:59Z", 422),
        ],
    )
    def test_what_is_refused(self, grants: Client, address: str, status: int) -> None:
        refused(grants, address, status)


class TestCheck:
    def test_an_operator_may_and_the_derivation_says_why(self, grants: Client) -> None:
        answer = check(grants, OPEN, OPERATOR)
        assert (answer["allowed"], answer["covering"]) == (True, [OPERATION])
        assert [(one["grant"], one["coverage"]) for one in answer["considered"]] == [
            (OPERATION, "COVERED"), (OVERALL, "NOT_EFFECTIVE"),
        ]  # fmt: skip
        (link,) = answer["derivation"]["chain"]
        assert (link["status"], link["since"]["step"], len(link["approvals"])) == ("ACTIVE", "APPROVED", 6)
        assert link["registration"]["status"] == "ACTIVE"
        assert answer["derivation"]["items"] == [0, 1, 3]
        assert grants.get(link["since"]["proof"]).status_code == 200

    def test_the_first_reason_is_named_with_its_grant(self, grants: Client) -> None:
        assert check(grants, CLOSED, TRANSPORT, MAY)["allowed"]
        refusal = check(grants, CLOSED, TRANSPORT)["derivation"]
        assert (refusal["coverage"], refusal["by"], refusal["grant"]) == ("NOT_EFFECTIVE", SHARING, CHILD)
        assert [link["coverage"] for link in refusal["chain"]] == ["COVERED", "NOT_EFFECTIVE"]
        operated = check(grants, CLOSED, TRANSPORT, MAY + "&operation=EXPORT")["derivation"]
        assert (operated["coverage"], operated["by"]) == ("NOT_OPERATED", CHILD)

    def test_times_past_and_coming_are_asked_about(self, grants: Client) -> None:
        assert not check(grants, OPEN, OPERATOR, AT + "&at=2026-04-13T00:59:59Z")["allowed"]
        assert check(grants, OPEN, OPERATOR, AT + "&at=2026-04-13T01:00:00Z")["allowed"]
        assert check(grants, OPEN, OPERATOR, AT + "&at=2028-04-08T15:59:59Z")["allowed"]
        assert not check(grants, OPEN, OPERATOR, AT + "&at=2028-04-08T16:00:00Z")["allowed"]
        both = check(grants, OPEN, OPERATOR, AT + "&at=2026-06-10T00:00:00Z")
        assert both["covering"] == [OPERATION, OVERALL]
        assert check(grants, OPEN, OPERATOR, AT + f"&at=2026-06-10T00:00:00Z&grant={OVERALL}")["covering"] == [OVERALL]

    def test_who_was_granted_nothing_may_not(self, grants: Client) -> None:
        answer = check(grants, OPEN, MEDICINE)
        assert (answer["allowed"], answer["considered"], answer["derivation"]) == (False, [], None)

    def test_what_is_missing_or_wrong_is_refused(self, grants: Client) -> None:
        refused(grants, f"/v1/grants/check?entry={OPEN}", 422)
        refused(grants, f"/v1/grants/check?entry={OPEN}&organization={OPERATOR}&operation=ALL", 422)
        refused(grants, "/v1/grants/none", 422)
        refused(grants, f"/v1/grants/{OPERATION}/scope?version=2", 404)


def test_what_was_asked_before_and_is_unchanged_is_not_sent_again(grants: Client) -> None:
    for path in (f"/v1/grants?{AT}", f"/v1/grants/{OPERATION}?{AT}", f"/v1/grants/{OPERATION}/tree?{AT}"):
        tag = grants.get(path).headers["etag"]
        assert grants.get(path, headers={"if-none-match": tag}).status_code == 304


def test_hostile_titles_stay_text(grants: Client) -> None:
    assert one(grants, OVERALL)["grant"]["title"] == HOSTILE
