"""Whatever goes wrong is a problem document with its status, and gives nothing away."""

import json

import pytest

from ledger.chain.rpc import NodeError
from ledger.errors import Inconsistent, NotFound
from ledger.model.ids import entry_id, to_hex
from ledger.store.mirror import Mirror
from registry_api.errors import PROBLEM_TYPES
from registry_api.hardening import CONTENT_SECURITY_POLICY
from registry_api.main import create_app
from registry_api.schemas import Problem
from tests.databases import Databases

from .conftest import Client
from .sample import MEDICINE, WATER, SampleApplication

ID = to_hex(entry_id(WATER, "306001/000001"))
UNKNOWN = "0x" + "00" * 32


def refused(client: Client, address: str, status: int, method: str = "GET") -> Problem:
    answer = client.request(method, address)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    problem = Problem.model_validate_json(answer.content)
    assert problem.status == status
    assert problem.type.removeprefix("/problems/") in PROBLEM_TYPES
    assert "Traceback" not in answer.text
    return problem


@pytest.mark.parametrize(
    "address",
    [
        f"/v1/entries/{UNKNOWN}",
        f"/v1/entries/{UNKNOWN}/history",
        f"/v1/entries/{UNKNOWN}/proof",
        f"/v1/entries/{ID}?version=9",
        f"/v1/entries/{ID}/proof?version=9",
        f"/v1/entries/{ID}?as_of=5",
        "/v1/organizations/11119900MAX999999N",
        "/v1/acts/44",
        "/v1/acts/44/proof",
    ],
)
def test_what_is_not_there(client: Client, address: str) -> None:
    if "MAX999999" in address:
        from ledger.model.organization_code import sample_code

        address = f"/v1/organizations/{sample_code(999_999)}"
    assert refused(client, address, 404).type == "/problems/not-found"


@pytest.mark.parametrize("address", ["/v1", "/v1/", "/v1/entries/", "/v2/entries", "/favicon.ico", "/docs", "/redoc"])
def test_no_such_route(client: Client, address: str) -> None:
    assert refused(client, address, 404).type == "/problems/no-route"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_reading(client: Client, method: str) -> None:
    assert refused(client, "/v1/entries", 405, method).type == "/problems/method-not-allowed"
    assert client.request(method, "/v1/entries").headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/v1/entries?limit=0", "limit"),
        ("/v1/entries?limit=501", "limit"),
        ("/v1/entries?limit=ten", "limit"),
        ("/v1/entries?limit=%2B1", "limit"),
        ("/v1/entries?limit=1.0", "limit"),
        ("/v1/entries?limit=1_0", "limit"),
        ("/v1/entries?limit=" + "9" * 5000, "limit"),
        ("/v1/entries?q=", "q"),
        ("/v1/entries?q=%E2%80%94", "q"),
        ("/v1/entries?q=" + "a" * 101, "q"),
        ("/v1/entries?provider=123", "provider"),
        ("/v1/entries?provider=11119900MAX0000010", "provider"),
        ("/v1/entries?theme=", "theme"),
        ("/v1/entries?theme=%00", "theme"),
        ("/v1/entries?share=4", "share"),
        ("/v1/entries?open=-1", "open"),
        ("/v1/entries?level=5", "level"),
        ("/v1/entries?status=active", "status"),
        ("/v1/entries?malformed=1", "malformed"),
        ("/v1/entries?after=-1", "after"),
        ("/v1/entries?after=9223372036854775808", "after"),
        ("/v1/entries?as_of=yesterday", "as_of"),
        ("/v1/entries?as_of=2026-01-01", "as_of"),
        ("/v1/entries?as_of=2026-01-01T00:00:00", "as_of"),
        ("/v1/entries?as_of=2026-13-01T00:00:00Z", "as_of"),
        ("/v1/entries?as_of=1234567890123456789", "as_of"),
        ("/v1/entries/0x00", "id"),
        (f"/v1/entries/{UNKNOWN.upper()}", "id"),
        ("/v1/entries/%00", "id"),
        (f"/v1/entries/{ID}?version=0", "version"),
        (f"/v1/entries/{ID}/proof?version=4294967296", "version"),
        ("/v1/organizations/water", "code"),
        ("/v1/organizations?kind=11", "kind"),
        ("/v1/acts/-1", "index"),
        ("/v1/acts/x/proof", "index"),
        ("/v1/acts?account=0x12", "account"),
        ("/v1/acts?event=drop%20table", "event"),
        ("/v1/acts?contract=Nothing", "contract"),
        ("/v1/acts?order=random", "order"),
    ],
)
def test_wrong_parameter_is_named(client: Client, address: str, parameter: str) -> None:
    problem = refused(client, address, 422)
    assert [error.parameter for error in problem.errors or ()] == [parameter]


def test_every_wrong_parameter_is_listed(client: Client) -> None:
    problem = refused(client, "/v1/entries?limit=0&share=9&as_of=x&them=a&zzz=b", 422)
    assert {error.parameter: error.nearest for error in problem.errors or ()} == {
        "limit": None,
        "share": None,
        "as_of": None,
        "them": "theme",
        "zzz": None,
    }


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/v1/journal", "/v1/acts/0", "/v1/acts/0/proof"])
def test_unknown_parameters_are_refused_everywhere(client: Client, address: str) -> None:
    problem = refused(client, f"{address}?limit=1", 422)
    assert [error.parameter for error in problem.errors or ()] == ["limit"]


def test_repeated_parameter_is_refused(client: Client) -> None:
    problem = refused(client, "/v1/entries?limit=1&limit=2", 422)
    assert [error.parameter for error in problem.errors or ()] == ["limit"]


def test_version_and_as_of_exclude_each_other(client: Client) -> None:
    assert "not both" in refused(client, f"/v1/entries/{ID}?version=1&as_of=9", 422).detail


def test_retirement_is_proven_by_its_act(client: Client) -> None:
    id = to_hex(entry_id(MEDICINE, "307001/000001"))
    assert "retirement" in refused(client, f"/v1/entries/{id}/proof?version=2", 409).detail
    entry = client.get(f"/v1/entries/{id}").json()["entry"]
    assert entry["links"]["proof"] == f"/v1/acts/{entry['act_index']}/proof"
    assert client.get(entry["links"]["proof"]).status_code == 200
    assert client.get(f"/v1/entries/{id}/proof").json()["statement"]["version"] == 1


@pytest.mark.parametrize("as_of", ["13", "999999999999999999", "2999-01-01T00:00:00Z", "1", "2001-01-01T00:00:00Z"])
def test_moments_that_the_mirror_does_not_hold(client: Client, as_of: str) -> None:
    assert refused(client, f"/v1/entries?as_of={as_of}", 422).type == "/problems/as-of-out-of-range"


def test_address_that_is_too_long(client: Client) -> None:
    refused(client, "/v1/entries?q=" + "a" * 8200, 414)


def test_many_unknown_parameters_are_cut_off(client: Client) -> None:
    problem = refused(client, "/v1/entries?" + "&".join(f"p{at}=1" for at in range(600)), 422)
    assert len(problem.errors or ()) == 30


def test_node_that_is_down(client: Client, application: SampleApplication) -> None:
    application.down = True
    assert refused(client, f"/v1/entries/{ID}/proof", 503).type == "/problems/unavailable"
    assert client.get("/v1/acts/0/proof").headers["retry-after"] == "5"


def test_mirror_that_is_empty(application: SampleApplication, databases: Databases) -> None:
    url = databases.empty()
    mirror = Mirror(url)
    client = Client(create_app(SampleApplication(mirror, application.city)))
    assert "mulu index" in refused(client, "/v1/entries", 503).detail
    mirror.upgrade()
    assert refused(client, "/v1/journal", 503).type == "/problems/unavailable"
    refused(client, "/readyz", 503)
    assert client.get("/healthz").status_code == 200
    mirror.close()
    databases.drop(url)


class Failing(SampleApplication):
    """An application whose proofs fail as they never should."""

    error: Exception = RuntimeError("password=hunter2 at /home/somebody")

    def act(self, index: int) -> object:  # type: ignore[override]
        raise self.error


def test_unforeseen_error_tells_nothing(application: SampleApplication) -> None:
    failing = Failing(application.mirror, application.city)
    client = Client(create_app(failing))
    problem = refused(client, "/v1/acts/0/proof", 500)
    assert problem.type == "/problems/internal-error"
    assert "hunter2" not in json.dumps(problem.model_dump())


def test_contradiction_is_said_aloud(application: SampleApplication) -> None:
    failing = Failing(application.mirror, application.city)
    failing.error = Inconsistent("the mirror's root is not the chain's")
    problem = refused(Client(create_app(failing)), "/v1/acts/0/proof", 500)
    assert (problem.type, problem.detail) == ("/problems/inconsistent", "the mirror's root is not the chain's")


@pytest.mark.parametrize(
    "error", [NotFound("no deployment at /home/somebody"), NodeError("eth_call", -32000, "header not found", None)]
)
def test_node_that_cannot_prove_is_no_missing_act(application: SampleApplication, error: Exception) -> None:
    failing = Failing(application.mirror, application.city)
    failing.error = error
    problem = refused(Client(create_app(failing)), "/v1/acts/0/proof", 503)
    assert "somebody" not in problem.detail


def test_proofs_at_once_are_bounded(application: SampleApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(create_app(application))
    monkeypatch.setattr("registry_api.proving.AT_ONCE", 0)
    refused(client, "/v1/acts/0/proof", 503)


def test_every_problem_type_has_a_page(client: Client) -> None:
    for name, kind in PROBLEM_TYPES.items():
        page = client.get(f"/problems/{name}")
        assert page.status_code == 200
        assert kind.title.zh in page.text
