"""Asks a running server whatever its OpenAPI document allows, and what it does not, and checks every answer by it.

Ids in a path are half of the time ones that the server has, learned from its own lists; else nothing but refusals would
be seen. What was answered with an ETag is asked for again, by GET and HEAD.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi import checks

CHECKS: Final = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
_LISTS: Final[dict[str, tuple[str, Callable[[Any], Any]]]] = {
    "code": ("/v1/organizations", lambda item: item["code"]),
    "grant": ("/v1/grants", lambda item: item["grant"]),
    "id": ("/v1/entries", lambda item: item["id"]),
    "index": ("/v1/acts", lambda item: item["index"]),
    "number": ("/v1/registrations", lambda item: item["number"]),
    "objection": ("/v1/objections", lambda item: item["objection"]),
    "product": ("/v1/products", lambda item: item["product"]),
    "year": ("/v1/disclosures", lambda item: item["year"]),
    "kind": ("/v1/disclosures", lambda item: item["kind"]),
}
"""Parameter of a path → where its values are learned."""
Known = Mapping[str, list[Any]]


def ask(base: str, examples: int, seed: int) -> Counter[int]:
    """Asks every route so many times within its rules and a third as often against them; counts statuses.

    Raises what schemathesis raises for an answer that is not as documented, and AssertionError for one of 5xx that is
    not a refusal of a busy server.
    """
    with requests.Session() as session:
        document = session.get(f"{base}/v1/openapi.json", timeout=30).json()
        schema = schemathesis.openapi.from_dict(document)
        known = learned(session, base)
        found: Counter[int] = Counter()
        for result in schema.get_all_operations():
            operation = result.ok()
            places = {one["in"] for one in document["paths"][operation.path]["get"].get("parameters", ())}
            number = examples if places else 1
            _asked(operation, GenerationMode.POSITIVE, number, seed, base, session, known, found)
            if "query" in places:
                # Any text may stand in a path: what is wrong there is asked above.
                _asked(operation, GenerationMode.NEGATIVE, max(1, examples // 3), seed, base, session, known, found)
    return found


def learned(session: requests.Session, base: str) -> Known:
    """Ids that the server has."""
    known: dict[str, list[Any]] = {"path": ["0/000", "0/000.p/5", "entries/000.p/5"]}
    for name, (address, value) in _LISTS.items():
        items = session.get(f"{base}{address}?limit=100", timeout=30).json()["items"]
        known[name] = [value(item) for item in items]
    return known


def _asked(
    operation: Any,
    mode: GenerationMode,
    examples: int,
    seed: int,
    base: str,
    session: requests.Session,
    known: Known,
    found: Counter[int],
) -> None:
    chance = random.Random(f"{seed} {operation.label} {mode}")

    @seeded(seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Case) -> None:
        for name in case.path_parameters or {}:
            if mode is GenerationMode.POSITIVE and known.get(name) and chance.random() < 0.5:
                case.path_parameters[name] = chance.choice(known[name])
        answer = case.call(base_url=base, session=session, timeout=30)
        found[answer.status_code] += 1
        assert answer.status_code < 500, (answer.status_code, case.as_curl_command(), answer.content)
        assert b"Traceback" not in answer.content
        case.validate_response(answer, checks=CHECKS)
        tags = answer.headers.get("etag")
        if answer.status_code == 200 and tags:
            _again(answer, tags[0] if isinstance(tags, list) else tags, session, found)

    one()


def _again(answer: Any, tag: str, session: requests.Session, found: Counter[int]) -> None:
    """The same address: known by its ETag, and by HEAD as by GET."""
    address = answer.request.url
    for method in ("GET", "HEAD"):
        again = session.request(method, address, headers={"If-None-Match": f"W/{tag}"}, timeout=30)
        # Another minute can make another answer of what depends on a clock.
        assert again.status_code in (200, 304), (method, address, again.status_code)
        assert again.status_code == 200 or (again.headers["etag"] == tag and not again.content), address
        found[again.status_code] += 1
